//! The auditor on a usual report and on a very large one: from the bytes to the verdict.

#[expect(dead_code, reason = "the worlds of the tests; a bench needs a part of them")]
#[path = "../tests/it/world.rs"]
mod world;

use std::error::Error;
use std::hint::black_box;

use candour_analytics::audit::{Audited, AuditedBallot, Budget, Evidence, audit};
use candour_domain::Response;
use criterion::{Criterion, criterion_group, criterion_main};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use world::{Ballot, World};

/// The stored bytes of a report and the answers behind it.
fn report(competencies: usize, items: usize, groups: usize) -> Result<(String, Evidence), Box<dyn Error>> {
    let mut rng = StdRng::seed_from_u64(360);
    let mut world = World::new(&vec![items; competencies], &[]);
    for at in 0..groups {
        // Groups of 2 to 12: some are pooled, and some are large enough for distributions.
        let people = 2 + (at * 5) % 11;
        let mut answer = || (!rng.random_ratio(3, 50)).then(|| [2, 3, 3, 4, 4, 4, 4, 5, 5][rng.random_range(0..9)]);
        world.groups.push(
            (0..people)
                .map(|_| Ballot {
                    answers: (0..competencies * items).map(|_| answer()).collect(),
                    comments: Vec::new(),
                })
                .collect(),
        );
    }
    let stored = serde_json::to_string(&world.count()?)?;
    let (framework, round) = (world.framework()?, world.round()?);
    let mut ballots: Vec<(_, Response)> = Vec::new();
    for (at, given) in world.groups.iter().enumerate() {
        let group = round.groups.find(&format!("g{at}")).ok_or("no such group")?;
        for ballot in given {
            ballots.push((vec![Some(group.id.clone())], world::response(ballot, &framework, group)?));
        }
    }
    let ballots = ballots.iter().map(|(groups, response)| AuditedBallot { groups: groups.clone(), response });
    Ok((stored, Evidence::from_ballots(&framework, &round.groups, ballots)))
}

fn audits(criterion: &mut Criterion) {
    // A round has at most thirty groups, two of which are named here.
    for (name, competencies, items, groups) in [("8x5x7", 8, 5, 7), ("20x10x30", 20, 10, 28)] {
        #[expect(clippy::expect_used, reason = "a bench has nobody to hand an error to")]
        let (stored, evidence) = report(competencies, items, groups).expect("the sample fits");
        let releases = [stored.as_str()];
        let audited = Audited { releases: &releases, evidence: &evidence, previous: None };
        assert!(audit(&audited, Budget::DEFAULT).is_certified(), "{name}");
        criterion.bench_function(&format!("audit/{name}"), |bencher| {
            bencher.iter(|| black_box(audit(&audited, Budget::DEFAULT)));
        });
    }
}

criterion_group! { name = benches; config = Criterion::default().sample_size(20); targets = audits }
criterion_main!(benches);
