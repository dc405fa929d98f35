//! Requests for pages, each beside a static page like it.

use std::net::SocketAddr;
use std::rc::Rc;

use super::Bench;
use crate::Outcome;
use crate::load::{Limit, over_http};
use crate::numbers::{figure, float, median, milliseconds, percentile};
use crate::process::Meter;
use crate::table::Table;

/// The longest one measurement lasts; pages are many in a short time.
const SECONDS: f64 = 1.0;

/// What is asked for. In a list, what belongs to the service comes before the static page it is compared with.
pub(crate) struct Contender {
    pub(crate) name: String,
    pub(crate) address: SocketAddr,
    pub(crate) meter: Meter,
    /// What is sent, in turn.
    pub(crate) requests: Rc<Vec<Vec<u8>>>,
}

/// Asks for each in turn, round after round, and adds a table.
pub(super) fn compare(bench: &mut Bench<'_>, loads: &[usize], contenders: &[Contender]) -> Outcome {
    let mut table = Table::new(&[
        "connections, what is asked for",
        "per second",
        "p50",
        "p99",
        "service / this",
        "processor time of the server",
        "of the database server",
        "of the load generator",
    ]);
    let limit = Limit { seconds: bench.options.seconds.min(SECONDS), count: usize::MAX };
    for &connections in loads {
        let mut figures: Vec<Vec<[f64; 6]>> = contenders.iter().map(|_| Vec::new()).collect();
        for _ in 0..bench.options.rounds {
            for (contender, figures) in contenders.iter().zip(&mut figures) {
                figures.push(contender.ask(connections, limit)?);
            }
        }
        let mut ours = f64::NAN;
        for (at, (contender, figures)) in contenders.iter().zip(&figures).enumerate() {
            let [rate, p50, p99, server, database, own] =
                std::array::from_fn(|at| median(figures.iter().filter_map(|round| round.get(at).copied())));
            let ratio = if at % 2 == 1 { figure(ours / rate) } else { String::new() };
            ours = rate;
            table.row(&[
                &format!("{connections}, {}", contender.name),
                &figure(rate),
                &milliseconds(p50),
                &milliseconds(p99),
                &ratio,
                &microseconds(server),
                &microseconds(database),
                &microseconds(own),
            ]);
        }
    }
    bench.paper.add(&table.to_string());
    Ok(())
}

impl Contender {
    fn ask(&self, connections: usize, limit: Limit) -> Outcome<[f64; 6]> {
        let requests = Rc::clone(&self.requests);
        let before = self.meter.read()?;
        let run = over_http(&[self.address], connections, limit, move |at| requests.get(at % requests.len()).cloned())?;
        let spent = self.meter.since(before)?;
        if run.refused > 0 {
            return Err(format!("{} of {} requests for {} were refused", run.refused, run.begun, self.name).into());
        }
        let millions = float(run.done) / 1_000_000.0;
        let (p50, p99) = (percentile(&run.latencies, 50), percentile(&run.latencies, 99));
        Ok([run.rate(), p50, p99, spent.service / millions, spent.database / millions, spent.own / millions])
    }
}

fn microseconds(value: f64) -> String {
    format!("{value:.0} µs")
}
