//! Sending answers, beside the raw limit of the database.

use std::collections::BTreeMap;

use super::Bench;
use crate::links::Links;
use crate::load::{Limit, Run};
use crate::numbers::{figure, float, median, milliseconds, percentile};
use crate::process::{cpu_seconds, own_cpu_seconds};
use crate::raw::sqlite::{self, LARGEST_GROUP, Pristine};
use crate::raw::{Material, Rows};
use crate::table::Table;
use crate::{Engine, Outcome, founding};

/// Connections, and the most submissions of one measurement: every one uses up a link.
const LOADS: [(usize, usize); 3] = [(1, 1000), (16, 3000), (256, 3000)];

/// The round: so many executives are reviewed by the same so many people.
const REVIEWS: usize = 10;

/// What is measured in turn.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Contender {
    Service,
    OneEach(bool),
    Groups(bool),
}

/// The figures of one contender at one load, of every round.
#[derive(Default)]
struct Figures {
    rates: Vec<f64>,
    p50: Vec<f64>,
    p99: Vec<f64>,
}

pub(super) fn measure(bench: &mut Bench<'_>, engine: Engine) -> Outcome {
    let server = founding::start(engine, &bench.sink)?;
    let trust = founding::trust(&server)?;
    let wanted = LOADS.iter().map(|(_, count)| count * bench.options.rounds).sum::<usize>() + WARM_UP;
    let mut links = Links::new(founding::links(&trust, &mut bench.sink, REVIEWS, wanted.div_ceil(REVIEWS))?);
    server.stop()?;
    let pristine = Pristine::of(&server.database(), server.scratch())?;
    server.begin()?;
    let address = [founding::address(&server)?];
    links.submit(&address, 16, Limit { seconds: 60.0, count: WARM_UP })?;
    let sealed = sqlite::sealed_length(&server.database())?;
    let material = Material::new(pristine.places()?, sealed);

    let mut table = Table::new(&["connections, who writes", "per second", "p50", "p99", "service / this"]);
    let mut shares = Vec::new();
    for (connections, count) in LOADS {
        let limit = Limit { count, ..bench.limit() };
        let mut figures: BTreeMap<Contender, Figures> = BTreeMap::new();
        for _ in 0..bench.options.rounds {
            let before = (cpu_seconds(server.process()?)?, own_cpu_seconds()?);
            let run = links.submit(&address, connections, limit)?;
            let after = (cpu_seconds(server.process()?)?, own_cpu_seconds()?);
            shares.push((
                connections,
                (after.0 - before.0) / float(run.done),
                (after.1 - before.1) / float(run.done),
                run.seconds / float(run.done),
            ));
            figures.entry(Contender::Service).or_default().add(&run);
            for all in [false, true] {
                let rows = if all { Rows::All } else { Rows::Ballot };
                let run = sqlite::one_each(pristine.fresh()?, rows, connections, bench.limit(), &material)?;
                figures.entry(Contender::OneEach(all)).or_default().add(&run);
                if connections > 1 {
                    let run = sqlite::groups(pristine.fresh()?, rows, connections.min(LARGEST_GROUP), bench.limit(), &material)?;
                    figures.entry(Contender::Groups(all)).or_default().add(&run);
                }
            }
        }
        let ours = figures.get(&Contender::Service).map_or(f64::NAN, |figures| median(figures.rates.iter().copied()));
        for (contender, Figures { rates, p50, p99 }) in figures {
            let rate = median(rates);
            let ratio = if contender == Contender::Service { String::new() } else { figure(ours / rate) };
            let name = format!("{connections}, {}", contender.name(connections));
            table.row(&[&name, &figure(rate), &milliseconds(median(p50)), &milliseconds(median(p99)), &ratio]);
        }
    }
    bench.paper.heading(&format!("Submissions, {}", engine.title()));
    bench.paper.table(&table);
    let mut costs = Table::new(&["connections", "processor time of the service", "of the load generator", "of the clock"]);
    for (connections, _) in LOADS {
        let of = |take: fn(&(usize, f64, f64, f64)) -> f64| {
            milliseconds(median(shares.iter().filter(|share| share.0 == connections).map(take)) * 1000.0)
        };
        costs.row(&[&connections.to_string(), &of(|share| share.1), &of(|share| share.2), &of(|share| share.3)]);
    }
    bench.paper.paragraph(&format!("Each submission took (a sealed ballot has {sealed} bytes):"));
    bench.paper.table(&costs);
    Ok(())
}

/// Submissions before anything is measured.
const WARM_UP: usize = 500;

impl Figures {
    fn add(&mut self, run: &Run) {
        self.rates.push(run.rate());
        self.p50.push(percentile(&run.latencies, 50));
        self.p99.push(percentile(&run.latencies, 99));
    }
}

impl Contender {
    fn name(self, connections: usize) -> String {
        let rows = |all| if all { "all rows" } else { "ballot alone" };
        match self {
            Self::Service => "**the service**".to_owned(),
            Self::OneEach(all) => format!("raw, {}, one commit each", rows(all)),
            Self::Groups(all) => format!("raw, {}, {} per commit", rows(all), connections.min(LARGEST_GROUP)),
        }
    }
}
