//! What can be typed. A value that cannot be used is refused with the option that it was given for.

use std::path::PathBuf;

use candour_domain::text::{self, InvalidLine};
use candour_domain::{ClientId, Email, OrganisationId, PersonName, Role, Scope};
use candour_service::auth::tokens::{LONGEST_TOKEN_HOURS, USUAL_TOKEN_HOURS};
use chrono::NaiveDate;
use clap::{Parser, Subcommand};

use crate::demo;

/// 360-degree feedback for school trusts. Nobody can work out who said what.
///
/// Settings come from candour.toml in the working folder or the file that `CANDOUR_CONFIG` names, and from `CANDOUR_*`
/// variables, which win.
#[derive(Parser)]
#[command(name = "candour", version, max_term_width = 100)]
pub(super) struct Cli {
    #[command(subcommand)]
    pub(super) command: Command,
}

#[derive(Subcommand)]
pub(super) enum Command {
    /// Runs the service until it is stopped.
    Serve {
        /// Leaves emails, deadlines and counts to other nodes or to `candour worker`.
        #[arg(long)]
        no_worker: bool,
    },
    /// Does the work that is not part of a request until it is stopped: emails, deadlines, counts. `candour serve` does
    /// it too; this is for machines that should do nothing else. Listens for /health.
    Worker {
        /// Does not listen for /health.
        #[arg(long)]
        no_listen: bool,
    },
    /// Runs a sample round from launch to release in a temporary folder and shows what comes out.
    Demo(demo::Options),
    /// Prints a fresh address under which the service is set up in a browser, while there is no trust yet.
    SetUp,
    /// Brings the database up to date and ends.
    Migrate,
    /// Manages trusts.
    #[command(subcommand)]
    Organisation(OrganisationCommand),
    /// Manages administrators.
    #[command(subcommand)]
    Administrator(AdministratorCommand),
    /// Lists and removes accounts of whatever role.
    #[command(subcommand)]
    Account(AccountCommand),
    /// Manages the credentials of integrations.
    #[command(subcommand)]
    Client(ClientCommand),
    /// Issues tokens that speak for people, for tests and emergencies: people sign in in a browser.
    #[command(subcommand)]
    Token(TokenCommand),
    /// Tries the mail settings.
    #[command(subcommand)]
    Mail(MailCommand),
    /// Manages the keys that sign tokens.
    #[command(subcommand)]
    SigningKey(SigningKeyCommand),
    /// Says what time the service believes it is.
    #[command(subcommand)]
    Clock(ClockCommand),
    /// Prints the OpenAPI document.
    Openapi,
    /// Writes a checked copy of the database while the service runs. The server key is not in it: keep it apart.
    Backup {
        /// The file to write; it must not exist yet.
        file: PathBuf,
    },
    /// Prints what will be destroyed of which round and when, and what is overdue. Changes nothing: the service does it
    /// by itself.
    Retention,
    /// Reads a copy back into a place where there is no database yet. The server key has to be in its place before.
    Restore {
        /// The copy.
        file: PathBuf,
    },
    /// Checks settings, mail server, key, schema, rows, queue and database server, and says what to fix or to be warned
    /// of.
    Doctor {
        /// Prints the findings as JSON: an array of `well`, `level` (ok, warning or fix), `subject` and `text`.
        #[arg(long)]
        json: bool,
    },
}

#[derive(Subcommand)]
pub(super) enum ClockCommand {
    /// Says whether this machine's clock agrees with the newest stored time, with how long the machine has run and with
    /// the database server.
    Show,
    /// Says that this machine's clock is right, after an absence that nothing else explains. From then on the service
    /// closes, counts, releases and erases by it, at once.
    Confirm {
        /// Today's date in UTC, from somewhere else than this machine: 2026-11-27.
        #[arg(long, value_parser = day)]
        date: NaiveDate,
    },
}

#[derive(Subcommand)]
pub(super) enum OrganisationCommand {
    /// Sets up a trust and prints its id and that of its copy of the built-in framework.
    Create {
        /// Its name as raters know it.
        #[arg(long, value_parser = one_line)]
        name: String,
        /// Who raters ask when something is unclear.
        #[arg(long)]
        contact_name: PersonName,
        /// Their address.
        #[arg(long)]
        contact_email: Email,
        /// Where a safeguarding or whistleblowing concern goes instead, in one or two sentences.
        #[arg(long, value_parser = one_line)]
        concerns_route: String,
    },
    /// Prints every trust with the numbers of its rounds, administrators and clients.
    List {
        /// Prints JSON instead of a table.
        #[arg(long)]
        json: bool,
    },
    /// Removes a trust that has no rounds and no reports, with its accounts, clients, questionnaires and audit log.
    Remove {
        /// The trust, by its id.
        #[arg(long, value_parser = organisation)]
        organisation: OrganisationId,
        /// Its name, typed in full, so that no other one is meant.
        #[arg(long)]
        confirm: String,
    },
}

#[derive(Subcommand)]
pub(super) enum AdministratorCommand {
    /// Adds an administrator and prints a token for them, which is for tests and emergencies.
    Create {
        /// The trust, by its id.
        #[arg(long, value_parser = organisation)]
        organisation: OrganisationId,
        /// Their name.
        #[arg(long)]
        name: PersonName,
        /// Their address.
        #[arg(long)]
        email: Email,
        /// Hours for which the token is valid, 1 to 24.
        #[arg(long, default_value_t = USUAL_TOKEN_HOURS, value_parser = hours)]
        hours: i64,
    },
    /// Prints the administrators of a trust.
    List {
        /// The trust, by its id.
        #[arg(long, value_parser = organisation)]
        organisation: OrganisationId,
        /// Prints JSON instead of a table.
        #[arg(long)]
        json: bool,
    },
    /// Removes an administrator's account: none of their tokens works any more, from the next request on.
    Remove {
        /// The trust, by its id.
        #[arg(long, value_parser = organisation)]
        organisation: OrganisationId,
        /// Their address.
        #[arg(long)]
        email: Email,
    },
}

#[derive(Subcommand)]
pub(super) enum AccountCommand {
    /// Prints the accounts of a trust: administrators, facilitators, advisers and subjects.
    List {
        /// The trust, by its id.
        #[arg(long, value_parser = organisation)]
        organisation: OrganisationId,
        /// Prints JSON instead of a table.
        #[arg(long)]
        json: bool,
    },
    /// Removes somebody's account, whatever their role: none of their tokens works any more, from the next request on.
    Remove {
        /// The trust, by its id.
        #[arg(long, value_parser = organisation)]
        organisation: OrganisationId,
        /// Their address.
        #[arg(long)]
        email: Email,
    },
}

#[derive(Subcommand)]
pub(super) enum ClientCommand {
    /// Adds an integration and prints its id and its secret, which is shown this once.
    Create {
        /// The trust, by its id.
        #[arg(long, value_parser = organisation)]
        organisation: OrganisationId,
        /// What it is, for the people who run it.
        #[arg(long, value_parser = one_line)]
        name: String,
        /// What it may do; repeat for several.
        #[arg(long = "scope", required = true, value_parser = scope)]
        scopes: Vec<Scope>,
    },
    /// Prints the clients of a trust with their scopes.
    List {
        /// The trust, by its id.
        #[arg(long, value_parser = organisation)]
        organisation: OrganisationId,
        /// Prints JSON instead of a table.
        #[arg(long)]
        json: bool,
    },
    /// Replaces what a client may do. What is left out ends at once, also for tokens that were issued before.
    Scopes {
        /// The client, by its id.
        #[arg(long, value_parser = client)]
        client: ClientId,
        /// What it may do; repeat for several.
        #[arg(long = "scope", required = true, value_parser = scope)]
        scopes: Vec<Scope>,
    },
    /// Removes a client: neither its secret nor any of its tokens works any more, from the next request on.
    Remove {
        /// The client, by its id.
        #[arg(long, value_parser = client)]
        client: ClientId,
    },
}

#[derive(Subcommand)]
pub(super) enum TokenCommand {
    /// Issues a token for a person in one role, adding their account where there is none.
    Create {
        /// The trust, by its id.
        #[arg(long, value_parser = organisation)]
        organisation: OrganisationId,
        /// Their address; for a facilitator, an adviser or a subject, the one in the review.
        #[arg(long)]
        email: Email,
        /// Their name.
        #[arg(long)]
        name: PersonName,
        /// administrator, facilitator, adviser or subject.
        #[arg(long, value_parser = role)]
        role: Role,
        /// Hours for which the token is valid, 1 to 24.
        #[arg(long, default_value_t = USUAL_TOKEN_HOURS, value_parser = hours)]
        hours: i64,
    },
}

#[derive(Subcommand)]
pub(super) enum MailCommand {
    /// Sends a letter to an address and says what came of it.
    Test {
        /// Where to send it: a mailbox that you can look into.
        #[arg(long)]
        to: String,
    },
}

#[derive(Subcommand)]
pub(super) enum SigningKeyCommand {
    /// Makes a new key, which is published at once and signs a quarter of an hour later. Old tokens stay valid. The
    /// worker does the same by itself every `signing_key_days`.
    Rotate {
        /// Removes every other key as well, for when one has come into the wrong hands: all tokens issued so far end
        /// within seconds.
        #[arg(long)]
        revoke: bool,
    },
}

/// An id of a trust as it is printed.
pub(super) fn organisation(text: &str) -> Result<OrganisationId, String> {
    text.trim().parse().map_err(|_reason| {
        "this is not the id of a trust, which looks like 810a1a30-d936-4116-814c-f66c36841b13; `candour organisation \
         create` printed it"
            .to_owned()
    })
}

/// An id of a client as it is printed.
fn client(text: &str) -> Result<ClientId, String> {
    let reason = "this is not the id of a client, which looks like 810a1a30-d936-4116-814c-f66c36841b13; `candour \
     client list` prints it";
    text.trim().parse().map_err(|_reason| reason.to_owned())
}

/// A text that is shown on one line.
fn one_line(text: &str) -> Result<String, String> {
    text::one_line(text, 500).map_err(|error| match error {
        InvalidLine::TooLong(_) => {
            format!("it has {} characters, and at most 500 are shown; shorten it", text::trim(text).chars().count())
        }
        InvalidLine::Control => "it takes one line, without line ends or other control characters".to_owned(),
        InvalidLine::Empty | InvalidLine::Unseen(_) => error.to_string(),
    })
}

fn hours(text: &str) -> Result<i64, String> {
    let hours = text.trim().parse().ok().filter(|hours| (1..=LONGEST_TOKEN_HOURS).contains(hours));
    hours.ok_or_else(|| {
        format!("this is not a time that a token is valid for; give whole hours from 1 to {LONGEST_TOKEN_HOURS}")
    })
}

fn day(text: &str) -> Result<NaiveDate, String> {
    text.trim().parse().map_err(|_reason| "this is not a day; write it like 2026-11-27".to_owned())
}

fn scope(text: &str) -> Result<Scope, String> {
    let known = || Scope::ALL.iter().map(|scope| scope.as_str()).collect::<Vec<_>>().join(", ");
    Scope::from_name(text)
        .ok_or_else(|| format!("this is not a scope; use one of {}, and repeat --scope for several", known()))
}

fn role(text: &str) -> Result<Role, String> {
    Role::from_name(text)
        .ok_or_else(|| "this is not a role; use administrator, facilitator, adviser or subject".to_owned())
}
