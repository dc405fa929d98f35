//! `candour demo`: a sample round from launch to release, in a temporary folder.
//!
//! Nothing is faked: the trust's HR lead, the chair and an integration speak to a real service over HTTP, the
//! invitations are real emails in a local mailbox, and the synthetic raters answer over HTTP through the links they
//! find there.

mod answers;
mod caller;
mod mailbox;
mod people;
mod viewing;

use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

use actix_web::web::Data;
use caller::Caller;
use candour_analytics::ReviewResult;
use candour_domain::{AccountId, Organisation, OrganisationId, Person, Role, Scope};
use candour_pages::demo::Stage;
use candour_service::account::accounts;
use candour_service::account::create_organisation;
use candour_service::auth::clients::{self, Wanted};
use candour_service::entropy::fresh;
use candour_service::error::Error;
use candour_words::uk_time::uk_time;
use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::config::Config;
use crate::serve::{self, Running};
use crate::start_error::StartError;
use crate::telemetry;

/// What the demo is asked to do.
#[derive(clap::Args, Clone, Copy, Debug)]
pub struct Options {
    /// End when the result has been printed instead of serving on.
    #[arg(long)]
    exit: bool,
    /// Print the released result document alone on standard output; everything else goes to standard error.
    #[arg(long)]
    json: bool,
    /// The same number gives the same answers.
    #[arg(long, default_value_t = 360, value_parser = seed)]
    seed: u64,
}

/// What to do where the demonstration is at fault.
const AGAIN: &str = "Nothing of yours has been touched. Run it again, and if it ends like this again, report it";

/// Why the demo did not come to its end.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// The service does not start.
    #[error(transparent)]
    Start(#[from] StartError),
    /// Something a service function says.
    #[error(transparent)]
    Service(#[from] Error),
    /// No folder to play in.
    #[error(
        "no temporary folder can be made: {0}. Set TMPDIR to a folder that this account may write to, and run the \
         demonstration again"
    )]
    Folder(std::io::Error),
    /// It stopped in the middle.
    #[error("the demonstration has stopped in the middle: {0}. {AGAIN}")]
    Stopped(#[from] tokio::task::JoinError),
    /// A file or the terminal.
    #[error(
        "a file of the demonstration or the terminal cannot be used: {0}. Look whether the disk has room, and run it \
         again"
    )]
    Io(#[from] std::io::Error),
    /// The service answered otherwise than the demo expects.
    #[error("the service answered {status} to {request}, and the demonstration needs another answer. {AGAIN}")]
    Answer {
        /// The request.
        request: String,
        /// The status.
        status: u16,
    },
    /// The connection to the service.
    #[error(
        "no connection to the service of the demonstration: {0}. Look whether a firewall stops connections within this \
         machine, and run it again"
    )]
    Connection(#[from] ureq::Error),
    /// An answer that is not what it should be.
    #[error("an answer of the service cannot be read: {0}. {AGAIN}")]
    Document(#[from] serde_json::Error),
    /// Something did not happen in time.
    #[error(
        "{0} did not happen within a minute. The machine may be busy: wait a little, and run the demonstration again"
    )]
    TimeOut(&'static str),
    /// A part of an answer is missing.
    #[error("an answer of the service has no {0}. {AGAIN}")]
    Missing(&'static str),
}

/// Everybody who speaks to the service besides the raters.
struct Cast {
    administrator: Caller,
    facilitator: Caller,
    integration: Caller,
    framework: String,
    players: Players,
}

/// The accounts of those that one can be by a click.
struct Players {
    organisation: OrganisationId,
    hr: AccountId,
    chair: AccountId,
    subject: AccountId,
}

/// Plays the demo.
///
/// # Errors
/// [`DemoError`].
pub async fn run(options: &Options) -> Result<(), DemoError> {
    let options = *options;
    telemetry::start("warn");
    let folder = tempfile::Builder::new().prefix("candour-demo-").tempdir().map_err(DemoError::Folder)?;
    let config = Config {
        listen: if options.exit { "127.0.0.1:0" } else { "127.0.0.1:8360" }.to_owned(),
        ..Config::throw_away(folder.path())
    };
    let stage = Data::new(Stage::default());
    let running = match serve::start_demo(&config, &stage).await {
        // Somebody's own instance may have the usual port.
        Err(StartError::Listen(..)) => {
            serve::start_demo(&Config { listen: "127.0.0.1:0".to_owned(), ..config.clone() }, &stage).await?
        }
        other => other?,
    };
    let cast = cast(&running).await?;
    let (mailbox, base) = (config.mailbox(), running.app.base_url.to_string());
    let played = tokio::task::spawn_blocking(move || play(&cast, &mailbox, &base, options, &stage)).await;
    played??;
    if options.exit {
        running.stop().await;
    } else {
        running.wait().await?;
    }
    Ok(())
}

fn seed(text: &str) -> Result<u64, String> {
    text.trim()
        .parse()
        .map_err(|_reason| format!("this is not a whole number from 0 to {}; give one, in digits", u64::MAX))
}

async fn cast(running: &Running) -> Result<Cast, DemoError> {
    let app = &running.app;
    let person = |name: &str, email: &str| {
        Person::parse(name, email).map_err(|_reason| Error::Internal("a sample person does not parse"))
    };
    let organisation = Organisation {
        id: fresh(OrganisationId::from_random),
        name: people::TRUST.to_owned(),
        contact: person(people::HR.0, people::HR.1)?,
        concerns_route:
            "Write to the designated safeguarding lead, Helen Okafor, or use the trust's whistleblowing line."
                .to_owned(),
    };
    let id = organisation.id;
    let framework = create_organisation::create_organisation(app, organisation).await?.to_string();
    let administrator = person(people::HR.0, people::HR.1)?;
    let administrator = accounts::issue_token(app, id, administrator, Role::Administrator, 24).await?;
    let chair =
        accounts::issue_token(app, id, person(people::CHAIR.0, people::CHAIR.1)?, Role::Facilitator, 24).await?;
    let subject =
        accounts::issue_token(app, id, person(people::SUBJECT.0, people::SUBJECT.1)?, Role::Subject, 24).await?;
    let wanted = Wanted { name: "HR system".to_owned(), scopes: vec![Scope::RoundsRead, Scope::ResultsRead] };
    let (client, secret) = clients::create_at_command_line(app, id, wanted).await?;
    let base = app.base_url.to_string();
    let integration = tokio::task::spawn_blocking({
        let base = base.clone();
        move || Caller::with_client_credentials(&base, &client.to_string(), &secret)
    });
    Ok(Cast {
        administrator: Caller::new(&base, &administrator.token),
        facilitator: Caller::new(&base, &chair.token),
        integration: integration.await??,
        framework,
        players: Players {
            organisation: id,
            hr: administrator.account,
            chair: chair.account,
            subject: subject.account,
        },
    })
}

fn play(cast: &Cast, mailbox: &Path, base: &str, options: Options, stage: &Stage) -> Result<(), DemoError> {
    let mut output: Box<dyn Write> =
        if options.json { Box::new(std::io::stderr()) } else { Box::new(std::io::stdout()) };
    let out = output.as_mut();
    let started = Instant::now();
    writeln!(out, "\nCandour: a sample round for a chief executive, from launch to release\n")?;

    step(out, "Service", &format!("{base}, with a SQLite file and a mailbox in a temporary folder"))?;

    let admin = &cast.administrator;
    let (round, review) = set_up(cast, "CEO review 2027", people::SUBJECT)?;
    let raters = people::raters();
    let csv = people::csv(&raters);
    let added = admin.post_csv(&format!("/v1/reviews/{review}/raters"), &csv)?;
    step(out, "HR sets up", &format!("1 review and {} raters, imported from a CSV file", added["added"]))?;

    let readiness = admin.get(&format!("/v1/rounds/{round}/readiness"))?;
    let outlook = &readiness["reviews"][0]["everyone"];
    step(
        out,
        "Readiness",
        &format!("if everyone answers: {} alone, {} pooled", list(&outlook["alone"]), list(&outlook["pooled"])),
    )?;

    admin.post(&format!("/v1/rounds/{round}/launch"), &json!({}))?;
    let invited = raters.len() + 1;
    let letters = mailbox::wait_for(mailbox, people::SUBJECT.0, invited)?;
    step(out, "Launch", &format!("{invited} invitations are in the mailbox, each with its own link"))?;

    let sent = answers::answer_all(base, &letters, people::SUBJECT.1, options.seed)?;
    step(
        out,
        "Raters answer",
        &format!("{} of {invited} open their link and send; one presses Send twice", sent.responded),
    )?;
    step(out, "Ballot box", &format!("{} sealed ballots; the second click changed nothing", sent.responded))?;

    let progress = || admin.get(&format!("/v1/rounds/{round}/progress"));
    step(out, "HR sees", &progress_line(&progress()?))?;
    admin.post(&format!("/v1/rounds/{round}/remind"), &json!({}))?;
    step(out, "Reminder", "goes to those who have not answered; nobody is told who they are or how many")?;

    admin.post(&format!("/v1/rounds/{round}/close"), &json!({ "confirm": true }))?;
    wait_until("the count", || Ok(admin.get(&format!("/v1/rounds/{round}"))?["state"] == "counted"))?;
    step(out, "Close and count", "ballots opened, shuffled, counted and deleted in one transaction")?;
    step(out, "HR sees", &progress_line(&progress()?))?;
    let early = admin.status_of(&format!("/v1/reviews/{review}/results"))?;
    step(
        out,
        "HR tries to look",
        &format!("the service answers {early}: only the chair reads a result before release"),
    )?;

    cast.facilitator.get(&format!("/v1/reviews/{review}/results"))?;
    cast.facilitator.post(&format!("/v1/reviews/{review}/release"), &json!({}))?;
    let text = cast.integration.text(&format!("/v1/reviews/{review}/results"))?;
    let result: ReviewResult = serde_json::from_str(&text)?;
    step(out, "Release", "the chair reads the result and releases it; the HR system fetches it over REST")?;
    writeln!(out, "\n{}", candour_report::to_table(&result))?;
    writeln!(out, "Done in {:.1} seconds.", started.elapsed().as_secs_f32())?;
    if options.json {
        writeln!(std::io::stdout(), "{text}")?;
    }
    if !options.exit {
        writeln!(out, "\nPreparing two more rounds to look at …")?;
        out.flush()?;
        stage.open(viewing::prepare(cast, mailbox, base, options.seed)?);
        viewing::invite(cast, base, &review, out)?;
    }
    Ok(out.flush()?)
}

fn set_up(cast: &Cast, title: &str, subject: (&str, &str, &str)) -> Result<(String, String), DemoError> {
    let closes_at = candour_service::clock::Clock.now() + TimeDelta::days(14);
    let round = cast
        .administrator
        .post("/v1/rounds", &json!({"title": title, "framework_id": cast.framework, "closes_at": closes_at}))?;
    let round = text_of(&round, "id")?;
    let review = json!({
        "subject": {"name": subject.0, "email": subject.1, "role": subject.2},
        "facilitator": {"name": people::CHAIR.0, "email": people::CHAIR.1},
    });
    let review = cast.administrator.post(&format!("/v1/rounds/{round}/reviews"), &review)?;
    Ok((round, text_of(&review, "id")?))
}

fn step(out: &mut dyn Write, what: &str, text: &str) -> Result<(), DemoError> {
    writeln!(out, "  {what:<17} {text}")?;
    Ok(out.flush()?)
}

fn list(ids: &Value) -> String {
    let ids: Vec<_> =
        ids.as_array().into_iter().flatten().filter_map(Value::as_str).map(|id| id.replace('_', " ")).collect();
    if ids.is_empty() { "nobody".to_owned() } else { ids.join(", ") }
}

fn progress_line(progress: &Value) -> String {
    let everybody = &progress["reviews"][0]["groups"][0];
    let (responded, invited) = (&everybody["responded"], &everybody["invited"]);
    match progress["next_at"].as_str().and_then(|next| next.parse().ok()) {
        _ if responded.is_u64() => format!("{responded} of {invited} have answered; neither who nor from which group"),
        Some(next) => format!("{invited} are asked; answers are next counted on {}", uk_time(next)),
        None => format!("{invited} are asked"),
    }
}

fn text_of(document: &Value, field: &'static str) -> Result<String, DemoError> {
    document[field].as_str().map(str::to_owned).ok_or(DemoError::Missing(field))
}

fn wait_until(what: &'static str, mut done: impl FnMut() -> Result<bool, DemoError>) -> Result<(), DemoError> {
    let began = Instant::now();
    while !done()? {
        if began.elapsed() > Duration::from_mins(1) {
            return Err(DemoError::TimeOut(what));
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    Ok(())
}
