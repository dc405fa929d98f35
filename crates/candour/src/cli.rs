//! The command line.

mod access;
mod accounts;
mod arguments;
mod clock;
mod table;

use std::io::{ErrorKind, Write};
use std::process::ExitCode;

use arguments::{Cli, Command, MailCommand, SigningKeyCommand};
use candour_api::openapi;
use candour_service::account;
use candour_service::app::App;
use candour_service::clock::{Clock, Timekeeper};
use candour_service::error::Error;
use candour_service::rotate_signing_key;
use clap::{CommandFactory, Parser};
use url::Url;

use crate::config::{Config, ConfigError};
use crate::doctor::Finding;
use crate::opening::Means;
use crate::serve::Part;
use crate::start_error::StartError;
use crate::{copies, demo, doctor, greeting, mail_test, opening, retention_plan, serve, telemetry};

/// Why a command ended badly.
#[derive(Debug, thiserror::Error)]
enum CliError {
    #[error(transparent)]
    Start(#[from] StartError),
    #[error(transparent)]
    Demo(#[from] demo::DemoError),
    #[error("{0}")]
    Usage(String),
    #[error("cannot write what was found: {0}; look whether the disk has room, or send the output elsewhere")]
    Output(#[from] std::io::Error),
    #[error(transparent)]
    Copying(#[from] copies::CopyingError),
    #[error(transparent)]
    Mail(#[from] mail_test::MailTestError),
    #[error("the document cannot be written, which is a fault of this program: {0}")]
    Document(#[from] serde_json::Error),
    #[error("{0} found; see above")]
    Unwell(String),
}

impl From<Error> for CliError {
    fn from(error: Error) -> Self {
        Self::Start(error.into())
    }
}

impl From<ConfigError> for CliError {
    fn from(error: ConfigError) -> Self {
        Self::Start(error.into())
    }
}

impl From<candour_storage::StorageError> for CliError {
    fn from(error: candour_storage::StorageError) -> Self {
        Self::Start(error.into())
    }
}

/// A command that ended badly, and the database it was to work on.
struct Failed {
    error: CliError,
    place: Option<String>,
}

impl<E: Into<CliError>> From<E> for Failed {
    fn from(error: E) -> Self {
        Self { error: error.into(), place: None }
    }
}

/// Reads the arguments and does what they ask.
#[must_use]
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            return fail(
                &format!(
                    "the program cannot start: {error}; look at the limits on processes and open files of this account"
                ),
                None,
            );
        }
    };
    match runtime.block_on(run(cli.command)) {
        Ok(()) => ExitCode::SUCCESS,
        // The reader of the output has read enough.
        Err(Failed { error: CliError::Output(error), .. }) if error.kind() == ErrorKind::BrokenPipe => {
            ExitCode::SUCCESS
        }
        Err(Failed { error, place }) => {
            if matches!(error, CliError::Copying(copies::CopyingError::Stopped)) {
                // Whatever a thread is still at works on a file that is gone.
                runtime.shutdown_background();
            }
            fail(&error.to_string(), place.as_deref())
        }
    }
}

/// What can be typed.
pub type TypedCommand = clap::Command;

/// Everything that can be typed, for somebody who wants to try all of it.
#[must_use]
pub fn command() -> TypedCommand {
    Cli::command()
}

/// Says what is wrong, and in the first line which database was meant.
fn fail(message: &str, place: Option<&str>) -> ExitCode {
    let (first, rest) = message.split_once('\n').map_or((message, ""), |(first, rest)| (first, rest));
    let place =
        place.filter(|place| !first.contains(*place)).map(|place| format!(" (database: {place})")).unwrap_or_default();
    let rest = if rest.is_empty() { String::new() } else { format!("\n{rest}") };
    let _nowhere_to_say = writeln!(std::io::stderr(), "candour: {first}{place}{rest}");
    ExitCode::FAILURE
}

async fn run(command: Command) -> Result<(), Failed> {
    match command {
        Command::Openapi => Ok(std::io::stdout().write_all(openapi::text()?.as_bytes())?),
        Command::Demo(options) => Ok(demo::run(&options).await?),
        Command::Mail(MailCommand::Test { to }) => {
            Ok(writeln!(std::io::stdout(), "{}", mail_test::send(&Config::load()?, &to, Clock.now()).await?)?)
        }
        command => {
            let config = Config::load()?;
            on(&config, command).await.map_err(|error| Failed { error, place: Some(config.place()) })
        }
    }
}

/// Carries out a command on the service of these settings. Only `serve` and `migrate` may make one, and `restore` from
/// a copy; every other command comes to it through [`opening`], which takes what is there.
async fn on(config: &Config, command: Command) -> Result<(), CliError> {
    match command {
        Command::Openapi | Command::Demo(_) | Command::Mail(_) => Ok(()),
        Command::Serve { no_worker } => serve(config, if no_worker { Part::Requests } else { Part::Both }).await,
        Command::Worker { no_listen } => serve(config, Part::Work { listens: !no_listen }).await,
        Command::Migrate => {
            telemetry::start("warn");
            opening::create(config, &base_url(config)?, Means::default()).await?;
            Ok(writeln!(std::io::stdout(), "the database {} is up to date", config.place())?)
        }
        Command::SetUp => set_up(config).await,
        Command::Organisation(command) => accounts::organisation(config, command).await,
        Command::Administrator(command) => accounts::administrator(config, command).await,
        Command::Account(command) => accounts::account(config, command).await,
        Command::Client(command) => accounts::client(config, command).await,
        Command::Token(command) => accounts::token(config, command).await,
        Command::SigningKey(SigningKeyCommand::Rotate { revoke }) => {
            let app = app(config).await?;
            let next = if revoke {
                rotate_signing_key::replace_all(&app).await?
            } else {
                rotate_signing_key::rotate(&app).await?
            };
            print(&serde_json::json!({"kid": next.id, "signs_from": next.signs_from, "made": next.made}))
        }
        Command::Clock(command) => clock::clock(config, command).await,
        Command::Backup { file } => Ok(writeln!(std::io::stdout(), "{}", copies::backup(config, &file).await?)?),
        Command::Restore { file } => {
            let (said, found) = copies::restore(config, &file).await?;
            writeln!(std::io::stdout(), "{said}")?;
            tell(&found)
        }
        Command::Retention => {
            let mut output = std::io::stdout();
            for line in retention_plan::plan(config, Clock.now()).await? {
                writeln!(output, "{line}")?;
            }
            Ok(())
        }
        Command::Doctor { json } => {
            let found = doctor::examine(config, &base_url(config)?, &Timekeeper::default()).await;
            if json {
                writeln!(std::io::stdout(), "{}", serde_json::to_string_pretty(&found)?)?;
                ending(&found)
            } else {
                tell(&found)
            }
        }
    }
}

fn tell(found: &[Finding]) -> Result<(), CliError> {
    let mut output = std::io::stdout();
    for finding in found {
        writeln!(output, "{finding}")?;
    }
    ending(found)
}

fn ending(found: &[Finding]) -> Result<(), CliError> {
    match found.iter().filter(|finding| !finding.is_well()).count() {
        0 => Ok(()),
        1 => Err(CliError::Unwell("1 thing to fix was".to_owned())),
        many => Err(CliError::Unwell(format!("{many} things to fix were"))),
    }
}

async fn serve(config: &Config, part: Part) -> Result<(), CliError> {
    telemetry::start(&config.log);
    let running = serve::start(config, part).await?;
    let set_up = if running.address.is_some() && !matches!(part, Part::Work { .. }) {
        account::set_up::offer(&running.app).await?
    } else {
        None
    };
    greeting::say(config, &running, part, set_up.as_ref().map(|address| address.as_str()));
    // For scripts that let the system choose the ports.
    let files = [("metrics_listen", running.metrics_address), ("listen", running.address)];
    for (name, address) in files {
        if let Some(address) = address
            && let Err(error) = std::fs::write(config.data_dir.join(name), address.to_string())
        {
            tracing::warn!(%error, "the file with the address cannot be written");
        }
    }
    running.wait().await?;
    for (name, _) in files {
        let _already_gone = std::fs::remove_file(config.data_dir.join(name));
    }
    Ok(())
}

/// Prints an address under which the service can be set up.
async fn set_up(config: &Config) -> Result<(), CliError> {
    let app = app(config).await?;
    match account::set_up::offer(&app).await? {
        Some(address) => {
            writeln!(std::io::stdout(), "{}", address.as_str())?;
            let note =
                "Open it in a browser within an hour. Anybody who sends the form there first is the administrator.";
            Ok(writeln!(std::io::stderr(), "{note}")?)
        }
        None => Err(CliError::Usage(format!(
            "the service has been set up already, so there is no address to do it again: people sign in at \
             {}/sign-in, and `candour organisation create` adds another trust",
            app.base_url
        ))),
    }
}

/// The service that is there. A command never makes one.
async fn app(config: &Config) -> Result<App, CliError> {
    telemetry::start("warn");
    Ok(opening::existing(config, &base_url(config)?).await?)
}

/// The address tokens are issued for: the setting, else where a running service listens, else where it would.
fn base_url(config: &Config) -> Result<Url, CliError> {
    if let Some(url) = &config.base_url {
        return Ok(url.clone());
    }
    let listen =
        std::fs::read_to_string(config.data_dir.join("listen")).unwrap_or_else(|_not_running| config.listen.clone());
    let listen = listen.trim();
    let url = match listen.parse() {
        Ok(address) => serve::url_of(address),
        Err(_by_name) => Url::parse(&format!("http://{listen}")).ok(),
    };
    url.ok_or_else(|| {
        CliError::Usage(format!(
            "\"{listen}\" (CANDOUR_LISTEN) is not an address to listen on; use one such as 127.0.0.1:8360"
        ))
    })
}

fn print(document: &serde_json::Value) -> Result<(), CliError> {
    Ok(writeln!(std::io::stdout(), "{document}")?)
}
