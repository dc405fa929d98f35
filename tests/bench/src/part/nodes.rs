//! One node and two on one PostgreSQL server.

use super::Bench;
use crate::links::Links;
use crate::load::Limit;
use crate::numbers::{figure, float, median, milliseconds, percentile};
use crate::process::Meter;
use crate::table::Table;
use crate::{Engine, Outcome, founding};

const CONNECTIONS: [usize; 2] = [16, 64];

/// The most submissions of one measurement.
const SUBMISSIONS: usize = 2_000;

/// Submissions before anything is measured.
const WARM_UP: usize = 500;

const REVIEWS: usize = 10;

pub(super) fn measure(bench: &mut Bench<'_>, engine: Engine) -> Outcome {
    if engine == Engine::Sqlite {
        return Ok(());
    }
    let site = bench.site(engine)?;
    let trust = founding::trust(&site.server)?;
    let wanted = CONNECTIONS.len() * 2 * bench.options.rounds * SUBMISSIONS + WARM_UP;
    let mut links = Links::new(founding::links(&trust, &mut bench.sink, REVIEWS, wanted.div_ceil(REVIEWS))?);
    let other = site.another_node(&bench.sink)?;
    let addresses = [site.address()?, other.address()?];
    links.submit(&addresses, 16, Limit { seconds: 60.0, count: WARM_UP })?;
    let meter =
        Meter { services: vec![site.server.process()?, other.server.process()?], database: site.meter()?.database };

    let mut table = Table::new(&[
        "connections, nodes",
        "submissions per second",
        "p50",
        "p99",
        "two / one",
        "processor time of the nodes",
        "of the database server",
    ]);
    for connections in CONNECTIONS {
        let mut figures = [Vec::new(), Vec::new()];
        for _ in 0..bench.options.rounds {
            for (nodes, figures) in (1..).zip(&mut figures) {
                let before = meter.read()?;
                let limit = Limit { count: SUBMISSIONS, ..bench.limit() };
                let run = links.submit(addresses.get(..nodes).unwrap_or_default(), connections, limit)?;
                let (spent, thousands) = (meter.since(before)?, float(run.done) / 1000.0);
                let (p50, p99) = (percentile(&run.latencies, 50), percentile(&run.latencies, 99));
                figures.push([run.rate(), p50, p99, spent.service / thousands, spent.database / thousands]);
            }
        }
        let mut one = None;
        for (nodes, figures) in (1..).zip(&figures) {
            let [rate, p50, p99, service, database] =
                std::array::from_fn(|at| median(figures.iter().filter_map(|round: &[f64; 5]| round.get(at).copied())));
            let ratio = one.map(|one| figure(rate / one)).unwrap_or_default();
            one = Some(rate);
            table.row(&[
                &format!("{connections}, {nodes}"),
                &figure(rate),
                &milliseconds(p50),
                &milliseconds(p99),
                &ratio,
                &milliseconds(service),
                &milliseconds(database),
            ]);
        }
    }
    bench.paper.heading("One node and two");
    bench
        .paper
        .add("All of it on this one machine: the nodes, the database server and the load generator share its cores.");
    bench.paper.add(&table.to_string());
    Ok(())
}
