//! The parts of the bench, one file each, and what surrounds them.

mod alike;
mod console;
mod count;
mod footprint;
mod growth;
mod launch;
mod nodes;
mod opening;
mod pages;
mod results;
mod sign_ins;
mod submissions;

pub(crate) use pages::Contender;

use std::rc::Rc;

use clap::ValueEnum as _;

use crate::founding::{Database, Setting, Site};
use crate::load::Limit;
use crate::paper::Paper;
use crate::postgres_server::Postgres;
use crate::sink::{Acknowledges, Sink};
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
    let mut bench = Bench { options, sink: Sink::start(Acknowledges::AtOnce)?, postgres, paper: Paper::default() };
    bench.paper.section("machine");
    bench.paper.add(&format!(
        "{}; {}; SQLite {}{}. Medians of {} rounds, in each of which every measurement lasts {} s at most.",
        machine::describe(),
        machine::compiler(),
        rusqlite::version(),
        version.map(|version| format!("; {version}")).unwrap_or_default(),
        options.rounds,
        options.seconds
    ));
    for part in Part::value_variants().iter().filter(|part| wanted(&options.only, part)) {
        let name = part.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default();
        bench.paper.section(&name);
        for &engine in Engine::value_variants().iter().filter(|engine| wanted(&options.engine, engine)) {
            speak::progress(&format!("{name} on {}", engine.title()));
            let measure = match part {
                Part::Submissions => submissions::measure,
                Part::Opening => opening::measure,
                Part::Results => results::measure,
                Part::Console => console::measure,
                Part::Launch => launch::measure,
                Part::Count => count::measure,
                Part::Footprint => footprint::measure,
                Part::Nodes => nodes::measure,
                Part::SignIns => sign_ins::measure,
                Part::Alike => alike::measure,
                Part::Growth => growth::measure,
            };
            measure(&mut bench, engine)?;
        }
    }
    if options.write { bench.paper.write() } else { Ok(()) }
}

impl Bench<'_> {
    /// Starts a service on an empty database.
    fn site(&self, engine: Engine) -> Outcome<Site> {
        self.site_with(engine, &self.sink, &[])
    }

    /// Starts a service on an empty database, whose emails go to another sink, with these settings.
    fn site_with(&self, engine: Engine, sink: &Sink, settings: &[Setting]) -> Outcome<Site> {
        Site::start(Database::new(engine, self.postgres.as_ref())?, sink, settings)
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
