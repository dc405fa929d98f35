//! Puts the built service under load from outside, over HTTP and with links taken from its emails, and the raw limit of
//! the same database beside it. What it measures, and how, is in `tests/bench/README.md`; `cargo xtask bench service`
//! builds and starts it.

mod browser;
mod client;
mod fill;
mod founding;
mod letters;
mod links;
mod load;
mod machine;
mod numbers;
mod paper;
mod part;
mod postgres_server;
mod process;
mod questionnaire;
mod ranks;
mod raw;
mod role;
mod sink;
mod speak;
mod static_page;
mod table;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::sink::Acknowledges;

/// What everything here returns: the text says what went wrong.
type Outcome<T = ()> = candour_tests::Outcome<T>;

/// Puts the built service under load beside the raw limit of its database.
#[derive(Parser)]
#[command(name = "candour-bench", bin_name = "cargo xtask bench service --")]
struct Arguments {
    #[command(subcommand)]
    role: Role,
}

#[derive(Subcommand)]
enum Role {
    /// Measures and prints tables in Markdown.
    Measure(Options),
    /// Serves fixed pages, to measure beside the service's.
    #[command(hide = true)]
    Pages {
        /// A JSON file with the pages.
        file: PathBuf,
    },
    /// Accepts and counts emails.
    #[command(hide = true)]
    Sink {
        /// How.
        #[arg(value_enum)]
        manner: Acknowledges,
    },
}

/// What to measure, and for how long.
#[derive(Args, Clone)]
struct Options {
    /// Measure only this; repeat for several.
    #[arg(long, value_enum)]
    only: Vec<Part>,
    /// Measure only on this engine.
    #[arg(long, value_enum)]
    engine: Vec<Engine>,
    /// The longest that each single measurement lasts.
    #[arg(long, default_value_t = 2.0)]
    seconds: f64,
    /// How often each is measured, in turn with what it is compared with.
    #[arg(long, default_value_t = 5)]
    rounds: usize,
    /// The most ballots that are stored to see what more of them cost; a million take 7 GB.
    #[arg(long, default_value_t = 1_000_000)]
    ballots: usize,
    /// Put the tables into tests/bench/README.md, in place of those of the same parts.
    #[arg(long)]
    write: bool,
}

/// A part of the bench.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Part {
    /// Sending answers, beside the raw limit of the database.
    Submissions,
    /// Opening a link, beside a static page.
    Opening,
    /// Reading a released result, beside a static page.
    Results,
    /// The pages of the console when 5,000 people are asked, and a list of as many.
    Console,
    /// Launching a round of 5,000, and its emails beside a bare loop that sends as many.
    Launch,
    /// Counting 10,000 ballots.
    Count,
    /// Memory, start, and the size of the program.
    Footprint,
    /// One node and two on one PostgreSQL server.
    Nodes,
    /// Signing in with codes on two nodes that hold a thousand sessions.
    SignIns,
    /// Whether the time that signing in takes tells who has an account.
    Alike,
    /// Sending answers when more and more of them are stored.
    Growth,
}

/// An engine the service runs on.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Engine {
    /// The embedded one.
    Sqlite,
    /// A server, which is started for it.
    Postgres,
}

fn main() -> ExitCode {
    let outcome = match Arguments::parse().role {
        Role::Measure(options) => part::measure(&options),
        Role::Pages { file } => static_page::serve(&file),
        Role::Sink { manner } => sink::receive(manner),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            speak::failure(&failure.to_string());
            ExitCode::FAILURE
        }
    }
}
