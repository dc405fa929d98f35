//! The command line.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use candour_domain::{Organisation, OrganisationId, Person, Role, Scope};
use clap::{Parser, Subcommand};
use url::Url;

use crate::auth::tokens::LONGEST_TOKEN_HOURS;
use crate::clock::Clock;
use crate::config::{Config, ConfigError};
use crate::doctor::Finding;
use crate::entropy::fresh;
use crate::error::Error;
use crate::serve::Part;
use crate::service::{accounts, create_organisation, rotate_signing_key};
use crate::state::{App, StartError};
use crate::{copies, demo, doctor, openapi, retention_plan, serve, telemetry};

/// 360-degree feedback for school trusts. Nobody can work out who said what.
///
/// Settings come from candour.toml in the working folder or the file that `CANDOUR_CONFIG` names, and from `CANDOUR_*` variables, which win.
#[derive(Parser)]
#[command(name = "candour", version, about, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Runs the service until it is stopped.
    Serve {
        /// Leaves emails, deadlines and counts to other nodes or to `candour worker`.
        #[arg(long)]
        no_worker: bool,
    },
    /// Does the work that is not part of a request until it is stopped: emails, deadlines, counts. `candour serve` does it too; this is
    /// for machines that should do nothing else. Listens for /health.
    Worker {
        /// Does not listen for /health.
        #[arg(long)]
        no_listen: bool,
    },
    /// Runs a sample round from launch to release in a temporary folder and shows what comes out.
    Demo(demo::Options),
    /// Brings the database up to date and ends.
    Migrate,
    /// Manages trusts.
    #[command(subcommand)]
    Organisation(OrganisationCommand),
    /// Manages administrators.
    #[command(subcommand)]
    Administrator(AdministratorCommand),
    /// Manages the credentials of integrations.
    #[command(subcommand)]
    Client(ClientCommand),
    /// Issues tokens for people, until there is a page to sign in.
    #[command(subcommand)]
    Token(TokenCommand),
    /// Manages the keys that sign tokens.
    #[command(subcommand)]
    SigningKey(SigningKeyCommand),
    /// Prints the OpenAPI document.
    Openapi,
    /// Writes a checked copy of the database while the service runs. The server key is not in it: keep it apart.
    Backup {
        /// The file to write; it must not exist yet.
        file: PathBuf,
    },
    /// Prints what will be destroyed of which round and when, and what is overdue. Changes nothing: the service does it by itself.
    Retention,
    /// Reads a copy back into a place where there is no database yet. The server key has to be in its place before.
    Restore {
        /// The copy.
        file: PathBuf,
    },
    /// Checks settings, mail server, key, schema, rows, queue and database server, and says what to mend.
    Doctor {
        /// Prints the findings as JSON: an array of `well`, `subject` and `text`.
        #[arg(long)]
        json: bool,
    },
}

#[derive(Subcommand)]
enum OrganisationCommand {
    /// Sets up a trust and prints its id and that of its copy of the built-in framework.
    Create {
        /// Its name as raters know it.
        #[arg(long)]
        name: String,
        /// Whom raters ask when something is unclear.
        #[arg(long)]
        contact_name: String,
        /// Their address.
        #[arg(long)]
        contact_email: String,
        /// Where a safeguarding or whistleblowing concern goes instead, in one or two sentences.
        #[arg(long)]
        concerns_route: String,
    },
}

#[derive(Subcommand)]
enum AdministratorCommand {
    /// Adds an administrator and prints a token for them.
    Create {
        /// The trust.
        #[arg(long)]
        organisation: OrganisationId,
        /// Their name.
        #[arg(long)]
        name: String,
        /// Their address.
        #[arg(long)]
        email: String,
        /// Hours for which the token is valid, 1 to 720.
        #[arg(long, default_value_t = 24, value_parser = clap::value_parser!(i64).range(1..=LONGEST_TOKEN_HOURS))]
        hours: i64,
    },
}

#[derive(Subcommand)]
enum ClientCommand {
    /// Adds an integration and prints its id and its secret, which is shown this once.
    Create {
        /// The trust.
        #[arg(long)]
        organisation: OrganisationId,
        /// What it is, for the people who run it.
        #[arg(long)]
        name: String,
        /// What it may do; repeat for several.
        #[arg(long = "scope", required = true, value_parser = parse_scope)]
        scopes: Vec<Scope>,
    },
}

#[derive(Subcommand)]
enum TokenCommand {
    /// Issues a token for a person in one role, adding their account where there is none.
    Create {
        /// The trust.
        #[arg(long)]
        organisation: OrganisationId,
        /// Their address; for a facilitator or a subject, the one in the review.
        #[arg(long)]
        email: String,
        /// Their name.
        #[arg(long)]
        name: String,
        /// administrator, facilitator or subject.
        #[arg(long, value_parser = parse_role)]
        role: Role,
        /// Hours for which the token is valid, 1 to 720.
        #[arg(long, default_value_t = 24, value_parser = clap::value_parser!(i64).range(1..=LONGEST_TOKEN_HOURS))]
        hours: i64,
    },
}

#[derive(Subcommand)]
enum SigningKeyCommand {
    /// Makes a new key, which is published at once and signs a quarter of an hour later. Old tokens stay valid. The worker does the same
    /// by itself every `signing_key_days`.
    Rotate {
        /// Removes every other key as well, for when one has come into the wrong hands: all tokens issued so far end within seconds.
        #[arg(long)]
        revoke: bool,
    },
}

/// Why a command ended badly.
#[derive(Debug, thiserror::Error)]
enum CliError {
    #[error(transparent)]
    Start(#[from] StartError),
    #[error(transparent)]
    Demo(#[from] demo::DemoError),
    #[error("{0}")]
    Usage(String),
    #[error("cannot write to standard output: {0}")]
    Output(#[from] std::io::Error),
    #[error(transparent)]
    Copying(#[from] copies::CopyingError),
    #[error("the document cannot be written: {0}")]
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

/// Reads the arguments and does what they ask.
#[must_use]
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return fail(&format!("the runtime cannot start: {error}")),
    };
    let outcome = runtime.block_on(run(cli.command));
    if matches!(outcome, Err(CliError::Copying(copies::CopyingError::Stopped))) {
        // Whatever a thread is still at works on a file that is gone.
        runtime.shutdown_background();
    }
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(&error.to_string()),
    }
}

fn fail(message: &str) -> ExitCode {
    let _nowhere_to_say = writeln!(std::io::stderr(), "candour: {message}");
    ExitCode::FAILURE
}

async fn run(command: Command) -> Result<(), CliError> {
    match command {
        Command::Serve { no_worker } => serve(&Config::load()?, if no_worker { Part::Requests } else { Part::Both }).await,
        Command::Worker { no_listen } => serve(&Config::load()?, Part::Work { listens: !no_listen }).await,
        Command::Demo(options) => Ok(demo::run(&options).await?),
        Command::Migrate => migrate(&Config::load()?).await,
        Command::Organisation(OrganisationCommand::Create { name, contact_name, contact_email, concerns_route }) => {
            let name = one_line("--name", &name)?;
            let contact = person(&contact_name, &contact_email)?;
            let concerns_route = one_line("--concerns-route", &concerns_route)?;
            let organisation = Organisation { id: fresh(OrganisationId::from_random), name, contact, concerns_route };
            let (id, app) = (organisation.id, app(&Config::load()?).await?);
            let framework_id = create_organisation::create_organisation(&app, organisation).await?;
            print(&serde_json::json!({"id": id, "framework_id": framework_id}))
        }
        Command::Administrator(AdministratorCommand::Create { organisation, name, email, hours }) => {
            let issued = issue(organisation, &name, &email, Role::Administrator, hours).await?;
            print(&serde_json::json!({"id": issued.account, "token": *issued.token, "expires_at": issued.expires_at}))
        }
        Command::Token(TokenCommand::Create { organisation, email, name, role, hours }) => {
            let issued = issue(organisation, &name, &email, role, hours).await?;
            print(&serde_json::json!({"account_id": issued.account, "token": *issued.token, "expires_at": issued.expires_at}))
        }
        Command::Client(ClientCommand::Create { organisation, name, scopes }) => {
            let name = one_line("--name", &name)?;
            let app = app(&Config::load()?).await?;
            require_organisation(&app, organisation).await?;
            let (id, secret) = accounts::create_client(&app, organisation, name, scopes).await?;
            print(&serde_json::json!({"client_id": id, "client_secret": secret.as_str()}))
        }
        Command::SigningKey(SigningKeyCommand::Rotate { revoke }) => {
            let app = app(&Config::load()?).await?;
            let next = if revoke { rotate_signing_key::replace_all(&app).await? } else { rotate_signing_key::rotate(&app).await? };
            print(&serde_json::json!({"kid": next.id, "signs_from": next.signs_from, "made": next.made}))
        }
        Command::Openapi => Ok(std::io::stdout().write_all(openapi::text()?.as_bytes())?),
        Command::Backup { file } => Ok(writeln!(std::io::stdout(), "{}", copies::backup(&Config::load()?, &file).await?)?),
        Command::Restore { file } => {
            let (said, found) = copies::restore(&Config::load()?, &file).await?;
            writeln!(std::io::stdout(), "{said}")?;
            tell(&found)
        }
        Command::Retention => {
            let mut output = std::io::stdout();
            for line in retention_plan::plan(&Config::load()?, Clock.now()).await? {
                writeln!(output, "{line}")?;
            }
            Ok(())
        }
        Command::Doctor { json } => {
            let config = Config::load()?;
            let found = doctor::examine(&config, &base_url(&config)?, Clock).await;
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
        writeln!(output, "{} {}", if finding.well { "ok  " } else { "MEND" }, finding.text)?;
    }
    ending(found)
}

fn ending(found: &[Finding]) -> Result<(), CliError> {
    match found.iter().filter(|finding| !finding.well).count() {
        0 => Ok(()),
        1 => Err(CliError::Unwell("1 thing to mend was".to_owned())),
        many => Err(CliError::Unwell(format!("{many} things to mend were"))),
    }
}

async fn serve(config: &Config, part: Part) -> Result<(), CliError> {
    telemetry::start(&config.log);
    let running = serve::start(config, part).await?;
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

async fn migrate(config: &Config) -> Result<(), CliError> {
    // Opening checks the key first and migrates then.
    let app = app(config).await?;
    drop(app);
    writeln!(std::io::stdout(), "the database is up to date")?;
    Ok(())
}

async fn app(config: &Config) -> Result<App, CliError> {
    telemetry::start("warn");
    Ok(App::start(config, &base_url(config)?).await?)
}

/// The address tokens are issued for: the setting, else where a running service listens, else where it would.
fn base_url(config: &Config) -> Result<Url, CliError> {
    if let Some(url) = &config.base_url {
        return Ok(url.clone());
    }
    let listen = std::fs::read_to_string(config.data_dir.join("listen")).unwrap_or_else(|_not_running| config.listen.clone());
    Url::parse(&format!("http://{}", listen.trim()))
        .map_err(|_reason| CliError::Usage(format!("\"{listen}\" is not an address to listen on")))
}

async fn issue(organisation: OrganisationId, name: &str, email: &str, role: Role, hours: i64) -> Result<accounts::Issued, CliError> {
    let person = person(name, email)?;
    let app = app(&Config::load()?).await?;
    require_organisation(&app, organisation).await?;
    Ok(accounts::issue_token(&app, organisation, person, role, hours).await?)
}

async fn require_organisation(app: &App, id: OrganisationId) -> Result<(), CliError> {
    let found = app.storage.read_system(move |system| candour_storage::organisations::find(system, id)).await?;
    found.map(|_| ()).ok_or_else(|| CliError::Usage(format!("there is no organisation {id}; `candour organisation create` makes one")))
}

fn person(name: &str, email: &str) -> Result<Person, CliError> {
    Person::parse(name, email).map_err(|error| CliError::Usage(error.to_string()))
}

fn one_line(option: &str, text: &str) -> Result<String, CliError> {
    let text = text.trim();
    if text.is_empty() || text.chars().count() > 500 || text.chars().any(char::is_control) {
        return Err(CliError::Usage(format!("{option} takes 1 to 500 characters on one line")));
    }
    Ok(text.to_owned())
}

fn parse_scope(text: &str) -> Result<Scope, String> {
    let known = || Scope::ALL.iter().map(|scope| scope.as_str()).collect::<Vec<_>>().join(", ");
    Scope::from_name(text).ok_or_else(|| format!("use one of {}", known()))
}

fn parse_role(text: &str) -> Result<Role, String> {
    Role::from_name(text).ok_or_else(|| "use administrator, facilitator or subject".to_owned())
}

fn print(document: &serde_json::Value) -> Result<(), CliError> {
    Ok(writeln!(std::io::stdout(), "{document}")?)
}
