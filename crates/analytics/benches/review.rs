//! The report of one review: 20 raters on 40 items in 8 competencies, and as large a one as anybody would ask for: 118
//! raters in all 30 groups on 200 items in 20 competencies. In both some groups are too small to be shown alone, which
//! is the usual case and costs more.

#[path = "../tests/it/world.rs"]
#[expect(dead_code, reason = "the tests need more of it")]
mod world;

use std::error::Error;
use std::hint::black_box;

use candour_analytics::audit::{Audited, AuditedBallot, Budget, Evidence, audit};
use candour_analytics::{BallotToCount, CertifiedResult, CountError, CountInput, certified_result};
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
    ballots: Vec<BallotToCount>,
}

impl Ready {
    /// The subject, the chair and these groups; one answer in twenty is *not observed*.
    fn new(competencies: &[usize], groups: &[usize], seed: u64) -> Result<Self, Box<dyn Error>> {
        let mut rng = StdRng::seed_from_u64(seed);
        let items: usize = competencies.iter().sum();
        let mut answers = || (0..items).map(|_| (!rng.random_ratio(1, 20)).then(|| rng.random_range(2..=5))).collect();
        let mut ballot = || Ballot { answers: answers(), ..Ballot::default() }.saying("keep", "Listening.");
        let mut world = World::new(competencies, &[]);
        world.groups = groups.iter().map(|people| (0..*people).map(|_| ballot()).collect()).collect();
        (world.own, world.chair) = (Some(ballot()), Some(ballot()));
        let (framework, round, review) = (world.framework()?, world.round()?, world::review()?);
        let anonymous =
            world.groups.iter().enumerate().map(|(at, ballots)| (format!("g{at}"), None, ballots.as_slice()));
        let named = [("self", "Jo Bloggs", &world.own), ("chair", "Sam Chair", &world.chair)];
        let named = named.into_iter().map(|(group, name, ballot)| (group.to_owned(), Some(name), ballot.as_slice()));
        let mut ballots = Vec::new();
        for (group, name, given) in anonymous.chain(named) {
            let group = round.groups.find(&group).ok_or("no such group")?;
            for ballot in given {
                let response = world::response(ballot, &framework, group)?;
                ballots.push(BallotToCount {
                    group: group.id.clone(),
                    named: name.map(PersonName::parse).transpose()?,
                    response,
                });
            }
        }
        Ok(Self { framework, round, review, ballots })
    }

    fn result(&self, ballots: Vec<BallotToCount>) -> Result<CertifiedResult, CountError> {
        let Self { framework, round, review, .. } = self;
        let input = CountInput { review, round, framework, invited: &[], later: &[], ballots, previous: None };
        certified_result(input, Budget::DEFAULT, &mut StdRng::seed_from_u64(1))
    }

    /// What the auditor gets to see.
    fn evidence(&self) -> Evidence {
        let anonymous = self.ballots.iter().filter(|ballot| ballot.named.is_none());
        let audited = anonymous
            .map(|ballot| AuditedBallot { groups: vec![Some(ballot.group.clone())], response: &ballot.response });
        Evidence::from_ballots(&self.framework, &self.round.groups, audited)
    }
}

fn review(criterion: &mut Criterion) {
    let many = [[5; 20].as_slice(), &[2; 8]].concat();
    for (name, competencies, groups) in [
        ("20_raters_x_40_items", [5; 8].as_slice(), [3, 5, 6, 2, 2].as_slice()),
        ("118_raters_x_200_items", &[10; 20], &many),
    ] {
        #[expect(clippy::expect_used, reason = "a bench has nobody to hand an error to")]
        let ready = Ready::new(competencies, groups, 360).expect("the sample fits");
        let mut group = criterion.benchmark_group(format!("review/{name}"));
        group.sample_size(20);
        group.bench_function("result_and_audit", |bencher| {
            bencher.iter_batched(
                || ready.ballots.clone(),
                |ballots| black_box(ready.result(ballots)),
                BatchSize::SmallInput,
            );
        });
        #[expect(clippy::expect_used, reason = "a bench has nobody to hand an error to")]
        let result = ready.result(ready.ballots.clone()).expect("the sample can be counted");
        let evidence = ready.evidence();
        let audited = Audited { releases: &[result.as_json()], evidence: &evidence, previous: None };
        assert!(
            audit(&audited, Budget::DEFAULT).is_certified(),
            "the time of a refusal is not the time of a certificate"
        );
        group.bench_function("audit", |bencher| bencher.iter(|| audit(black_box(&audited), Budget::DEFAULT)));
        group.finish();
    }
}

criterion_group!(benches, review);
criterion_main!(benches);
