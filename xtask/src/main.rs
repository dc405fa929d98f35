//! The one entry for every chore of the repository: `cargo xtask --help`.

mod bench;
mod deny;
mod openapi;
mod postgres;
mod program;
mod screenshots;
mod setup;
mod speak;
mod test;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// A failure, told so that the reader knows what to do next.
type Outcome<T = ()> = Result<T, Box<dyn std::error::Error>>;

/// The chores of the repository.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    chore: Chore,
}

#[derive(Subcommand)]
enum Chore {
    /// Check everything: format, lints, dependencies, documentation and every test. CI runs this.
    Test,
    /// Find or install what the tests need besides Rust, and print where it is.
    Setup,
    /// Run a command beside a PostgreSQL server that goes away with it: `cargo xtask postgres cargo nextest run
    /// postgres::`.
    Postgres {
        /// The command and its arguments, which finds the server in `CANDOUR_POSTGRES`.
        #[arg(required = true, trailing_var_arg = true, allow_hyphen_values = true)]
        command: Vec<String>,
    },
    /// Rewrite openapi/openapi.json from the routes.
    Openapi,
    /// Take the pictures in docs/screenshots again, from the demonstration.
    Screenshots,
    /// Measure how long something takes, beside what one would otherwise take for it.
    Bench {
        /// What to measure.
        #[command(subcommand)]
        what: Bench,
    },
    /// Check the dependencies: licences, bans, sources and known vulnerabilities.
    Deny,
}

#[derive(Subcommand)]
enum Bench {
    /// Group ratings to n, mean and SD: the count cube, numpy, polars and duckdb.
    Analytics,
    /// Put the whole service under load beside the raw limit of its database: submissions, pages, emails, the count,
    /// growth.
    Service {
        /// What the load generator is told, after `--`; `-- --help` lists it.
        #[arg(last = true)]
        arguments: Vec<String>,
    },
}

fn main() -> ExitCode {
    let outcome = match Arguments::parse().chore {
        Chore::Test => test::run(),
        Chore::Setup => setup::run().map(|tools| tools.print()),
        Chore::Postgres { command } => postgres::beside(&command),
        Chore::Openapi => openapi::run(),
        Chore::Screenshots => screenshots::run(),
        Chore::Bench { what: Bench::Analytics } => bench::analytics::run(),
        Chore::Bench { what: Bench::Service { arguments } } => bench::service::run(&arguments),
        Chore::Deny => deny::run().map(|notes| notes.iter().for_each(|note| speak::line(note))),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            speak::failure(&failure.to_string());
            ExitCode::FAILURE
        }
    }
}
