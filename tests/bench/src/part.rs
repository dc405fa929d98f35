//! The parts of the bench, one file each, and what surrounds them.

mod opening;
mod submissions;

use std::rc::Rc;

use clap::ValueEnum as _;

use crate::founding::{Database, Site};
use crate::load::Limit;
use crate::postgres_server::Postgres;
use crate::sink::Sink;
use crate::table::Paper;
use crate::{Engine, Options, Outcome, Part, machine, speak};

/// What every part needs.
pub(crate) struct Bench<'a> {
    options: &'a Options,
    sink: Sink,
    /// Where it is wanted.
    postgres: Option<Rc<Postgres>>,
    paper: Paper,
}

/// Measures what is wanted.
pub(crate) fn measure(options: &Options) -> Outcome {
    let postgres = if wanted(&options.engine, &Engine::Postgres) {
        speak::progress("starting PostgreSQL");
        Some(Rc::new(Postgres::start(&std::env::temp_dir())?))
    } else {
        None
    };
    let version = postgres.as_ref().map(|server| server.describe()).transpose()?;
    let mut bench = Bench { options, sink: Sink::start()?, postgres, paper: Paper::default() };
    bench.paper.paragraph(&format!(
        "{}; {}; SQLite {}{}. {} rounds of at most {} s each; medians.",
        machine::describe(),
        machine::compiler(),
        rusqlite::version(),
        version.map(|version| format!("; {version}")).unwrap_or_default(),
        options.rounds,
        options.seconds
    ));
    for part in Part::value_variants() {
        for &engine in Engine::value_variants() {
            if wanted(&options.only, part) && wanted(&options.engine, &engine) {
                speak::progress(&format!("{} on {}", name(*part), engine.title()));
                match part {
                    Part::Submissions => submissions::measure(&mut bench, engine)?,
                    Part::Opening => opening::measure(&mut bench, engine)?,
                }
            }
        }
    }
    Ok(())
}

impl Bench<'_> {
    /// Starts a service on an empty database.
    fn site(&self, engine: Engine) -> Outcome<Site> {
        Site::start(Database::new(engine, self.postgres.as_ref())?, &self.sink)
    }

    /// For one measurement of something of which there is plenty.
    fn limit(&self) -> Limit {
        Limit { seconds: self.options.seconds, count: usize::MAX }
    }
}

impl Engine {
    /// Its name in headings.
    fn title(self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
        }
    }
}

fn wanted<T: PartialEq>(chosen: &[T], one: &T) -> bool {
    chosen.is_empty() || chosen.contains(one)
}

fn name(part: Part) -> String {
    part.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
}
