//! The report of one review: 20 raters on 40 items in 8 competencies.

#[path = "../tests/it/world.rs"]
#[expect(dead_code, reason = "the tests need more of it")]
mod world;

use std::error::Error;
use std::hint::black_box;

use candour_analytics::audit::Budget;
use candour_analytics::{CertifiedResult, CountInput, OpenedBallot, certified_result};
use candour_domain::round::RoundRecord;
use candour_domain::{Framework, PersonName, Review};
use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use crate::world::{Ballot, World};

/// What is counted, ready in memory.
struct Ready {
    framework: Framework,
    round: RoundRecord,
    review: Review,
    ballots: Vec<OpenedBallot>,
}

impl Ready {
    /// The subject, the chair and 18 others in four groups; one answer in twenty is *not observed*.
    fn new(seed: u64) -> Result<Self, Box<dyn Error>> {
        let mut rng = StdRng::seed_from_u64(seed);
        let mut ballot = |_| {
            Ballot { answers: (0..40).map(|_| (!rng.random_ratio(1, 20)).then(|| rng.random_range(2..=5))).collect(), comments: Vec::new() }
                .saying("keep", "Listening.")
        };
        let mut world = World::new(&[5; 8], &[]);
        world.groups = [4, 5, 5, 4].map(|people| (0..people).map(&mut ballot).collect()).to_vec();
        (world.own, world.chair) = (Some(ballot(0)), Some(ballot(0)));
        let (framework, round, review) = (world.framework()?, world.round()?, world::review()?);
        let anonymous = world.groups.iter().enumerate().map(|(at, ballots)| (format!("g{at}"), None, ballots.as_slice()));
        let named = [("self", "Jo Bloggs", &world.own), ("chair", "Sam Chair", &world.chair)];
        let named = named.into_iter().map(|(group, name, ballot)| (group.to_owned(), Some(name), ballot.as_slice()));
        let mut ballots = Vec::new();
        for (group, name, given) in anonymous.chain(named) {
            let group = round.groups.find(&group).ok_or("no such group")?;
            for ballot in given {
                let response = world::response(ballot, &framework, group)?;
                ballots.push(OpenedBallot { group: group.id.clone(), named: name.map(PersonName::parse).transpose()?, response });
            }
        }
        Ok(Self { framework, round, review, ballots })
    }

    fn result(&self, ballots: Vec<OpenedBallot>) -> Result<CertifiedResult, candour_analytics::CountError> {
        let input =
            CountInput { review: &self.review, round: &self.round, framework: &self.framework, invited: &[], ballots, previous: None };
        certified_result(input, Budget::DEFAULT, &mut StdRng::seed_from_u64(1))
    }
}

fn review(criterion: &mut Criterion) {
    #[expect(clippy::expect_used, reason = "a bench has nobody to hand an error to")]
    let ready = Ready::new(360).expect("the sample fits");
    criterion.bench_function("certified_result/20_raters_x_40_items", |bencher| {
        bencher.iter_batched(|| ready.ballots.clone(), |ballots| black_box(ready.result(ballots)), BatchSize::SmallInput);
    });
}

criterion_group!(benches, review);
criterion_main!(benches);
