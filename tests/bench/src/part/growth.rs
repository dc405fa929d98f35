//! What a submission costs when more and more ballots are stored.

use candour_tests::Trust;
use candour_tests::trust::text;
use serde_json::json;

use super::Bench;
use crate::fill::{Filled, Filling};
use crate::founding;
use crate::links::Links;
use crate::load::Limit;
use crate::numbers::{figure, float, median, milliseconds, percentile};
use crate::table::Table;
use crate::{Engine, Outcome, machine, speak};

/// Ballots stored before each measurement.
const SIZES: [usize; 4] = [1_000, 10_000, 100_000, 1_000_000];

/// The people of each review that is filled in, and the reviews of its round.
const PEOPLE: usize = 1_000;
const REVIEWS_OF_A_ROUND: usize = 10;

/// How many measurements there are at each size, of how many submissions, over how many connections.
const REPEATS: usize = 3;
const SUBMISSIONS: usize = 2_000;
const CONNECTIONS: usize = 16;

/// Submissions after a start before anything is measured.
const WARM_UP: usize = 500;

/// Free space for each ballot: itself and the rest of its submission, on PostgreSQL the write-ahead log as well, and as
/// much again.
const ROOM: u64 = 16 * 1024;

pub(super) fn measure(bench: &mut Bench<'_>, engine: Engine) -> Outcome {
    let free = machine::free_space()? / ROOM;
    let sizes: Vec<usize> = SIZES
        .into_iter()
        .filter(|&size| size <= bench.options.ballots && u64::try_from(size).is_ok_and(|size| size <= free))
        .collect();
    let site = bench.site(engine)?;
    let trust = founding::trust(&site.server)?;
    let reviews = 10;
    let links = sizes.len() * (REPEATS * SUBMISSIONS + WARM_UP) + 1;
    let mut links = Links::new(founding::links(&trust, &mut bench.sink, reviews, links.div_ceil(reviews))?);
    links.submit(&[site.address()?], 1, Limit { seconds: 10.0, count: 1 })?;
    let sealed = site.sealed_length()?;
    let mut stored = 1;

    let mut table = Table::new(&[
        "ballots stored",
        "submissions per second",
        "p50",
        "p99",
        "processor time of the service",
        "of the database server",
        "cost / first",
    ]);
    let mut first = None;
    for &size in &sizes {
        if let Some(missing) = size.checked_sub(stored) {
            speak::progress(&format!("filling in {missing} ballots"));
            let people = PEOPLE.min(missing);
            let filled = rounds(&trust, missing.div_ceil(people))?;
            site.server.stop()?;
            Filling::new(&trust.id, &filled, people, sealed).write(&site)?;
            site.server.begin()?;
            stored += filled.len() * people;
        }
        let (address, meter) = ([site.address()?], site.meter()?);
        links.submit(&address, CONNECTIONS, Limit { seconds: 60.0, count: WARM_UP })?;
        let mut figures = Vec::new();
        for _ in 0..REPEATS {
            let before = meter.read()?;
            let run = links.submit(&address, CONNECTIONS, Limit { seconds: 60.0, count: SUBMISSIONS })?;
            let (spent, thousands) = (meter.since(before)?, float(run.done) / 1000.0);
            let (p50, p99) = (percentile(&run.latencies, 50), percentile(&run.latencies, 99));
            figures.push([run.rate(), p50, p99, spent.service / thousands, spent.database / thousands]);
        }
        let [rate, p50, p99, service, database] =
            std::array::from_fn(|at| median(figures.iter().filter_map(|figures| figures.get(at).copied())));
        let cost = service + database;
        let first = *first.get_or_insert(cost);
        table.row(&[
            &figure(float(stored)),
            &figure(rate),
            &milliseconds(p50),
            &milliseconds(p99),
            &milliseconds(service),
            &milliseconds(database),
            &figure(cost / first),
        ]);
        stored += REPEATS * SUBMISSIONS + WARM_UP;
    }
    bench.paper.heading(&format!("Growth, {}", engine.title()));
    bench.paper.add(&format!(
        "{CONNECTIONS} connections, medians of {REPEATS} times {SUBMISSIONS} submissions. In the end the database \
         takes {} MB.",
        figure(site.size_in_megabytes()?)
    ));
    bench.paper.add(&table.to_string());
    if sizes.len() < SIZES.len() {
        bench.paper.add("Larger sizes were not asked for, or the disk has no room for them.");
    }
    Ok(())
}

/// Rounds with so many reviews together, made over the API; they become open ones when they are filled.
fn rounds(trust: &Trust<'_>, reviews: usize) -> Outcome<Vec<Filled>> {
    let closes_at = candour_tests::wait::time_in(14 * 24 * 3600);
    let mut filled = Vec::new();
    while filled.len() < reviews {
        let body = json!({ "title": "CEO review 2027", "framework_id": trust.framework_id, "closes_at": closes_at, "policy": { "threshold": 4 } });
        let round = text(&trust.administrator.post("/v1/rounds", &body)?.with(201)?.json()?, "id")?;
        for at in 0..REVIEWS_OF_A_ROUND.min(reviews - filled.len()) {
            let body = json!({
                "subject": { "name": "Perpetua Lee", "email": format!("perpetua{at}@ashgrove.example.org"), "role": "Chief executive" },
                "facilitator": { "name": "Ignatius Lee", "email": format!("ignatius{at}@ashgrove.example.org") },
            });
            let review = trust.administrator.post(&format!("/v1/rounds/{round}/reviews"), &body)?.with(201)?.json()?;
            filled.push(Filled { round: round.clone(), review: text(&review, "id")? });
        }
    }
    Ok(filled)
}
