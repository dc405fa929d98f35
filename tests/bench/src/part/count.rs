//! The count of a large round.

use std::time::{Duration, Instant};

use candour_tests::wait;
use serde_json::json;

use super::Bench;
use crate::links::Links;
use crate::load::Limit;
use crate::numbers::{figure, float};
use crate::process::peak_megabytes;
use crate::{Engine, Outcome, founding};

const PEOPLE: usize = 10_000;

/// Of those who answer before it.
const CONNECTIONS: usize = 16;

pub(super) fn measure(bench: &mut Bench<'_>, engine: Engine) -> Outcome {
    let site = bench.site(engine)?;
    let trust = founding::trust(&site.server)?;
    let (round, links) = founding::launched(&trust, &mut bench.sink, 1, PEOPLE)?;
    let mut links = Links::new(links);
    let answered = links.submit(&[site.address()?], CONNECTIONS, Limit { seconds: 300.0, count: PEOPLE + 1 })?;
    let (meter, peak) = (site.meter()?, peak_megabytes(site.server.process()?)?);
    let (before, started) = (meter.read()?, Instant::now());
    trust.administrator.moves(&round.id, "close", &json!({ "confirm": true }))?;
    let closed = started.elapsed();
    wait::until("the round to be counted", Duration::from_mins(5), || {
        Ok((trust.administrator.round(&round.id)?["state"] == "counted").then_some(()))
    })?;
    let counted = started.elapsed();
    let spent = meter.since(before)?;
    bench.paper.heading(&format!("The count, {}", engine.title()));
    bench.paper.add(&format!(
        "{} ballots of one review, each of 40 ratings and 8 comments: closed after {:.2} s, counted {:.1} s after the \
         request, with {:.1} s of \
         processor time of the service and {:.1} s of the database server. The most memory held: {peak:.0} MB before, \
         {:.0} MB after.",
        figure(float(answered.done)),
        closed.as_secs_f64(),
        counted.as_secs_f64(),
        spent.service,
        spent.database,
        peak_megabytes(site.server.process()?)?,
    ));
    Ok(())
}
