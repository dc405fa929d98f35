//! Sending answers, beside the raw limit of the database.

use super::Bench;
use crate::links::Links;
use crate::load::{Limit, Run};
use crate::numbers::{figure, float, median, milliseconds, percentile};
use crate::process::Spent;
use crate::raw::{Commits, LARGEST_GROUP, Raw, Rows};
use crate::table::Table;
use crate::{Engine, Outcome, founding};

/// Connections, and the most submissions of one measurement: every one uses up a link.
const LOADS: [(usize, usize); 3] = [(1, 1000), (16, 3000), (256, 3000)];

/// The round: so many executives are reviewed by the same people.
const REVIEWS: usize = 10;

/// Submissions before anything is measured.
const WARM_UP: usize = 500;

/// What the service is compared with, in turn.
const RIVALS: [(Rows, Commits); 4] = [
    (Rows::Ballot, Commits::OneEach),
    (Rows::All, Commits::OneEach),
    (Rows::Ballot, Commits::Groups),
    (Rows::All, Commits::Groups),
];

/// The figures of one contender at one load, one of each for every round.
#[derive(Default)]
struct Figures {
    rates: Vec<f64>,
    p50: Vec<f64>,
    p99: Vec<f64>,
}

/// What a submission costs at one load, in milliseconds, one of each for every round.
#[derive(Default)]
struct Costs {
    service: Vec<f64>,
    database: Vec<f64>,
    own: Vec<f64>,
    clock: Vec<f64>,
}

pub(super) fn measure(bench: &mut Bench<'_>, engine: Engine) -> Outcome {
    let site = bench.site(engine)?;
    let trust = founding::trust(&site.server)?;
    let wanted = LOADS.iter().map(|(_, count)| count * bench.options.rounds).sum::<usize>() + WARM_UP;
    let mut links = Links::new(founding::links(&trust, &mut bench.sink, REVIEWS, wanted.div_ceil(REVIEWS))?);
    site.server.stop()?;
    let mut raw = Raw::of(&site)?;
    site.server.begin()?;
    let (address, meter) = ([site.address()?], site.meter()?);
    links.submit(&address, 16, Limit { seconds: 60.0, count: WARM_UP })?;
    let material = raw.material(&site)?;

    let mut rates = Table::new(&["connections, who writes", "per second", "p50", "p99", "service / this"]);
    let mut costs = Table::new(&[
        "connections",
        "processor time of the service",
        "of the database server",
        "of the load generator",
        "of the clock",
    ]);
    for (connections, count) in LOADS {
        let (mut ours, mut spent) = (Figures::default(), Costs::default());
        let mut theirs: [Figures; RIVALS.len()] = std::array::from_fn(|_| Figures::default());
        for _ in 0..bench.options.rounds {
            let before = meter.read()?;
            let run = links.submit(&address, connections, Limit { count, ..bench.limit() })?;
            spent.add(&run, meter.since(before)?);
            ours.add(&run);
            for ((rows, commits), figures) in RIVALS.into_iter().zip(&mut theirs) {
                if let Some(run) = raw.write(rows, commits, connections, bench.limit(), &material)? {
                    figures.add(&run);
                }
            }
        }
        ours.tell(&mut rates, &format!("{connections}, **the service**"), None);
        for ((rows, commits), figures) in
            RIVALS.into_iter().zip(&theirs).filter(|(_, figures)| !figures.rates.is_empty())
        {
            figures.tell(&mut rates, &format!("{connections}, raw, {}", name(rows, commits, connections)), Some(&ours));
        }
        costs.row(&spent.cells(connections).each_ref().map(String::as_str));
    }
    bench.paper.heading(&format!("Submissions, {}", engine.title()));
    bench.paper.add(&rates.to_string());
    bench.paper.add(&format!("A sealed ballot has {} bytes. Each submission to the service took", material.sealed));
    bench.paper.add(&costs.to_string());
    Ok(())
}

fn name(rows: Rows, commits: Commits, connections: usize) -> String {
    let rows = match rows {
        Rows::Ballot => "ballot alone",
        Rows::All => "all rows",
    };
    match commits {
        Commits::OneEach => format!("{rows}, one commit each"),
        Commits::Groups => format!("{rows}, {} per commit", connections.min(LARGEST_GROUP)),
    }
}

impl Figures {
    fn add(&mut self, run: &Run) {
        self.rates.push(run.rate());
        self.p50.push(percentile(&run.latencies, 50));
        self.p99.push(percentile(&run.latencies, 99));
    }

    fn rate(&self) -> f64 {
        median(self.rates.iter().copied())
    }

    fn tell(&self, table: &mut Table, name: &str, ours: Option<&Self>) {
        let ratio = ours.map(|ours| figure(ours.rate() / self.rate())).unwrap_or_default();
        let time = |times: &[f64]| milliseconds(median(times.iter().copied()));
        table.row(&[name, &figure(self.rate()), &time(&self.p50), &time(&self.p99), &ratio]);
    }
}

impl Costs {
    fn add(&mut self, run: &Run, spent: Spent) {
        let thousands = float(run.done) / 1000.0;
        self.service.push(spent.service / thousands);
        self.database.push(spent.database / thousands);
        self.own.push(spent.own / thousands);
        self.clock.push(run.seconds / thousands);
    }

    fn cells(&self, connections: usize) -> [String; 5] {
        let time = |times: &[f64]| milliseconds(median(times.iter().copied()));
        [connections.to_string(), time(&self.service), time(&self.database), time(&self.own), time(&self.clock)]
    }
}
