//! The count of a large review, stage by stage: 10,000 ballots of 40 items, with a comment each.

use std::error::Error;
use std::hint::black_box;
use std::num::NonZeroUsize;

use candour_analytics::audit::{Audited, AuditedBallot, Budget, Evidence, audit};
use candour_analytics::{BallotToCount, CountInput, certified_result};
use candour_domain::framework::{FrameworkContent, FrameworkDocument};
use candour_domain::policy::PolicyRequest;
use candour_domain::response::ResponseInput;
use candour_domain::retention::RoundRetention;
use candour_domain::round::{RoundRecord, RoundState};
use candour_domain::{
    AnonymityPolicy, Framework, FrameworkId, GroupId, OrganisationId, Person, RaterGroup, RaterGroups, Response,
    Review, ReviewId, RoundId,
};
use candour_seal::{Ballot, BundleKey, RoundKeyPair};
use candour_service::entropy;
use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use rand::rngs::StdRng;
use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng};
use serde_json::{Value, json};

const BALLOTS: u32 = 10_000;
const GROUPS: [&str; 4] = ["trustees", "executive_team", "headteachers", "staff"];

/// A closed review with its sealed ballots.
struct Closed {
    framework: Framework,
    round: RoundRecord,
    review: Review,
    keys: RoundKeyPair,
    sealed: Vec<Vec<u8>>,
}

impl Closed {
    fn new(rng: &mut StdRng) -> Result<Self, Box<dyn Error>> {
        let (framework, round, review, keys) = (framework()?, round()?, review()?, RoundKeyPair::generate(rng));
        let mut sealed = Vec::new();
        for id in GROUPS.iter().cycle().take(usize::try_from(BALLOTS)?) {
            let group = round.groups.find(id).ok_or("no such group")?;
            let input = answers(&framework, rng);
            let response = Response::parse(&input, &framework, group).map_err(|errors| format!("{errors:?}"))?;
            let ballot = Ballot { group: &group.id, rater: None, response: &response };
            sealed.push(candour_seal::seal_ballot(keys.public(), review.id, &ballot, rng)?);
        }
        Ok(Self { framework, round, review, keys, sealed })
    }

    fn open(&self, threads: NonZeroUsize) -> Result<Vec<candour_seal::OpenedBallot>, Box<dyn Error>> {
        Ok(candour_seal::open_ballots(self.keys.private(), self.review.id, &self.sealed, threads)?.opened)
    }

    fn parse(&self, opened: &[candour_seal::OpenedBallot]) -> Result<Vec<BallotToCount>, Box<dyn Error>> {
        let mut parsed = Vec::new();
        for ballot in opened {
            let group = self.round.groups.find(ballot.group.as_str()).ok_or("no such group")?;
            let response =
                Response::parse(&ballot.input, &self.framework, group).map_err(|errors| format!("{errors:?}"))?;
            parsed.push(BallotToCount { group: ballot.group.clone(), named: None, response });
        }
        Ok(parsed)
    }

    fn analyse(&self, ballots: Vec<BallotToCount>, rng: &mut StdRng) -> Result<String, Box<dyn Error>> {
        let input = CountInput {
            review: &self.review,
            round: &self.round,
            framework: &self.framework,
            invited: &[],
            later: &[],
            ballots,
            previous: None,
        };
        Ok(certified_result(input, Budget::DEFAULT, rng)?.into_json())
    }
}

fn framework() -> Result<Framework, Box<dyn Error>> {
    let item = |id: String| json!({"id": id, "self": "I do what this statement says.", "others": "Does what this statement says."});
    let items = |competency: i32| (0..5).map(|number| item(format!("c{competency}.{number}"))).collect::<Vec<Value>>();
    let competencies: Vec<_> = (0..8)
        .map(|number| {
            json!({"id": format!("c{number}"), "title": format!("Competency {number}"), "items": items(number)})
        })
        .collect();
    let points: Vec<_> = (1..=5).map(|value| json!({"value": value, "label": format!("Point {value}")})).collect();
    let document: FrameworkDocument = serde_json::from_value(json!({
        "key": "large", "title": "Large", "minutes": 10, "scale": {"points": points, "not_observed": "Not able to say"},
        "competencies": competencies, "prompts": [{"id": "keep", "self": "Keep?", "others": "Keep?"}],
    }))?;
    let content = FrameworkContent::parse(document).map_err(|errors| format!("{errors:?}"))?;
    Ok(Framework::new(FrameworkId::from_random([3; 16]), OrganisationId::from_random([2; 16]), 1, content))
}

fn round() -> Result<RoundRecord, Box<dyn Error>> {
    let group = |id: &str, named| {
        Ok::<_, Box<dyn Error>>(RaterGroup { id: GroupId::parse(id)?, title: id.to_owned(), named, asked_as: None })
    };
    let anonymous = GROUPS.iter().map(|id| group(id, false));
    Ok(RoundRecord {
        id: RoundId::from_random([4; 16]),
        organisation_id: OrganisationId::from_random([2; 16]),
        title: "Round".to_owned(),
        framework_id: FrameworkId::from_random([3; 16]),
        policy: AnonymityPolicy::parse(PolicyRequest::default())?,
        groups: RaterGroups::new(std::iter::once(group("self", true)).chain(anonymous).collect::<Result<_, _>>()?)?,
        state: RoundState::Closed,
        closes_at: chrono::DateTime::UNIX_EPOCH,
        created_at: chrono::DateTime::UNIX_EPOCH,
        launches_at: None,
        launched_at: None,
        closed_at: None,
        retention: RoundRetention::default(),
        advisers_promised: true,
        emails: candour_domain::wording::EmailWording::default(),
        revision: 3,
    })
}

fn review() -> Result<Review, Box<dyn Error>> {
    let ids = (ReviewId::from_random([1; 16]), OrganisationId::from_random([2; 16]), RoundId::from_random([4; 16]));
    Ok(Review::new(
        ids,
        (Person::parse("Jo Bloggs", "jo@trust.uk")?, "Chief executive"),
        Person::parse("Sam Chair", "sam@trust.uk")?,
    )?)
}

/// One answer in twenty is *not observed*.
fn answers(framework: &Framework, rng: &mut StdRng) -> ResponseInput {
    let mut input = ResponseInput::default();
    for item in framework.items() {
        let rating = (!rng.random_ratio(1, 20)).then(|| rng.random_range(2..=5));
        input.ratings.insert(item.id.to_string(), json!(rating));
    }
    input.comments.insert("keep".to_owned(), "Explaining the reasons behind hard decisions.".to_owned());
    input
}

fn count(criterion: &mut Criterion) {
    #[expect(clippy::expect_used, reason = "a bench has nobody to hand an error to")]
    let (closed, mut opened, parsed) = (|| {
        let closed = Closed::new(&mut StdRng::seed_from_u64(360))?;
        let opened = closed.open(NonZeroUsize::MIN)?;
        let parsed = closed.parse(&opened)?;
        Ok::<_, Box<dyn Error>>((closed, opened, parsed))
    })()
    .expect("the sample fits");
    let mut rng = StdRng::seed_from_u64(1);
    let mut group = criterion.benchmark_group(format!("count/{BALLOTS}_ballots_x_40_items"));
    group.sample_size(10).throughput(Throughput::Elements(BALLOTS.into()));
    for threads in [NonZeroUsize::MIN, NonZeroUsize::MIN.saturating_add(1)] {
        group.bench_function(format!("1_open/{threads}"), |bencher| {
            bencher.iter(|| closed.open(threads).map(black_box));
        });
    }
    group.bench_function("2_shuffle", |bencher| {
        // The operating system's generator, as at a real count.
        bencher.iter(|| opened.shuffle(&mut entropy::system()));
    });
    group.bench_function("3_parse", |bencher| bencher.iter(|| closed.parse(&opened).map(black_box)));
    group.bench_function("4_analyse_and_audit", |bencher| {
        bencher.iter_batched(|| parsed.clone(), |parsed| closed.analyse(parsed, &mut rng), BatchSize::LargeInput);
    });
    let document = closed.analyse(parsed.clone(), &mut rng).unwrap_or_default();
    group.bench_function("4_audit_alone", |bencher| {
        let audited = parsed
            .iter()
            .map(|ballot| AuditedBallot { groups: vec![Some(ballot.group.clone())], response: &ballot.response });
        let evidence = Evidence::from_ballots(&closed.framework, &closed.round.groups, audited);
        let audited = Audited { releases: &[&document], evidence: &evidence, previous: None };
        bencher.iter(|| audit(black_box(&audited), Budget::DEFAULT));
    });
    let key = BundleKey::generate(&mut rng);
    group.bench_function("5_seal_bundle", |bencher| {
        bencher.iter(|| candour_seal::seal_bundle(&key, closed.review.id, &opened, &mut rng));
    });
    group.finish();
}

criterion_group!(benches, count);
criterion_main!(benches);
