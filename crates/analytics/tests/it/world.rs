//! Small rounds to count: who answered what, in the shortest notation that fits.

use std::collections::HashMap;
use std::error::Error;

use candour_analytics::audit::Budget;
use candour_analytics::{
    BallotToCount, CertifiedResult, CountError, CountInput, Previous, ReviewResult, certified_result,
};
use candour_domain::framework::{FrameworkContent, FrameworkDocument};
use candour_domain::policy::PolicyRequest;
use candour_domain::response::ResponseInput;
use candour_domain::retention::RoundRetention;
use candour_domain::round::{RoundRecord, RoundState};
use candour_domain::{
    AnonymityPolicy, Framework, FrameworkId, GroupId, OrganisationId, Person, PersonName, RaterGroup, RaterGroups,
    Response, Review, ReviewId, RoundId,
};
use chrono::DateTime;
use rand::SeedableRng;
use rand::rngs::StdRng;
use serde_json::{Value, json};

pub(crate) type Outcome = Result<(), Box<dyn Error>>;

/// One rater's ballot: an answer for each item in the framework's order (`None` for *not observed*), and comments by
/// prompt.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ballot {
    pub(crate) answers: Vec<Option<u8>>,
    pub(crate) comments: Vec<(&'static str, String)>,
}

/// A review to count: anonymous groups `g0`, `g1`, … with their ballots, and the named groups `self` and `chair`.
#[derive(Clone, Debug)]
pub(crate) struct World {
    pub(crate) policy: PolicyRequest,
    /// The number of items of each competency `c0`, `c1`, …
    pub(crate) sizes: Vec<usize>,
    /// Items that are asked of these groups only, by the item's place.
    pub(crate) asks: Vec<(usize, Vec<&'static str>)>,
    pub(crate) groups: Vec<Vec<Ballot>>,
    pub(crate) own: Option<Ballot>,
    pub(crate) chair: Option<Ballot>,
    /// The points of the scale, which begins at 1.
    pub(crate) points: u8,
    /// The end of the scale that the framework declares to be the harmful one.
    pub(crate) harmful_end: Option<&'static str>,
    /// How many of the ballots of each group are of people who were asked after the launch.
    pub(crate) later: Vec<u32>,
}

impl World {
    /// A world of default policy from `"35-4"`, a digit or `-` for each item.
    pub(crate) fn new(sizes: &[usize], groups: &[&[&str]]) -> Self {
        let groups =
            groups.iter().map(|ballots| ballots.iter().map(|answers| Ballot::new(answers)).collect()).collect();
        Self {
            policy: PolicyRequest::default(),
            sizes: sizes.to_vec(),
            asks: Vec::new(),
            groups,
            own: None,
            chair: None,
            points: 5,
            harmful_end: Some("lowest"),
            later: Vec::new(),
        }
    }

    pub(crate) fn items(&self) -> usize {
        self.sizes.iter().sum()
    }

    /// The names of the items by competency.
    pub(crate) fn item_ids(&self) -> Vec<Vec<String>> {
        let named = |(competency, &size)| (0..size).map(|item| format!("c{competency}.{item}")).collect();
        self.sizes.iter().enumerate().map(named).collect()
    }

    /// Whether the item at this place is asked of the group at that.
    pub(crate) fn is_asked(&self, group: usize, place: usize) -> bool {
        let name = format!("g{group}");
        let asks = |place| self.asks.iter().find(|(at, _)| *at == place).map(|(_, groups)| groups);
        let mentioned = self.asks.iter().any(|(_, groups)| groups.contains(&name.as_str()));
        !mentioned || asks(place).is_none_or(|groups| groups.contains(&name.as_str()))
    }

    /// The answers that count for an item in some groups.
    pub(crate) fn answers(&self, groups: &[usize], place: usize) -> Vec<u8> {
        let asked = groups.iter().filter(|&&group| self.is_asked(group, place));
        asked
            .filter_map(|&group| self.groups.get(group))
            .flatten()
            .filter_map(|ballot| ballot.answers.get(place).copied()?)
            .collect()
    }

    /// Counts it with a generator of this seed, after the ballots have been put in the order `arrange` gives them.
    pub(crate) fn count_arranged(
        &self,
        seed: u64,
        arrange: impl FnOnce(&mut Vec<BallotToCount>),
    ) -> Result<ReviewResult, Box<dyn Error>> {
        Ok(self.certify((Budget::DEFAULT, None), seed, arrange)?.result().clone())
    }

    /// Counts it with no more than so much work for the auditor.
    pub(crate) fn count_within(&self, budget: Budget) -> Result<ReviewResult, Box<dyn Error>> {
        Ok(self.certify((budget, None), 1, |_| ())?.result().clone())
    }

    /// The bytes of its result, as the round after another one of the same person.
    pub(crate) fn count_after(&self, before: Previous<'_>) -> Result<String, Box<dyn Error>> {
        Ok(self.certify((Budget::DEFAULT, Some(before)), 1, |_| ())?.into_json())
    }

    fn certify(
        &self,
        (budget, previous): (Budget, Option<Previous<'_>>),
        seed: u64,
        arrange: impl FnOnce(&mut Vec<BallotToCount>),
    ) -> Result<CertifiedResult, Box<dyn Error>> {
        let (framework, round, review) = (self.framework()?, self.round()?, review()?);
        let mut ballots = Vec::new();
        let groups = self.groups.iter().enumerate().map(|(at, ballots)| (format!("g{at}"), None, ballots.as_slice()));
        let own = ("self".to_owned(), Some("Jo Bloggs"), self.own.as_slice());
        let chair = ("chair".to_owned(), Some("Sam Chair"), self.chair.as_slice());
        for (group, name, given) in groups.chain([own, chair]) {
            let group = round.groups.find(&group).ok_or("no such group")?;
            for ballot in given {
                let named = name.map(PersonName::parse).transpose()?;
                ballots.push(BallotToCount {
                    group: group.id.clone(),
                    named,
                    response: response(ballot, &framework, group)?,
                });
            }
        }
        arrange(&mut ballots);
        let invited: Vec<_> = round.groups.as_slice().iter().map(|group| (group.id.clone(), 9)).collect();
        let later = self.later_by_group()?;
        let input = CountInput {
            review: &review,
            round: &round,
            framework: &framework,
            invited: &invited,
            later: &later,
            ballots,
            previous,
        };
        Ok(certified_result(input, budget, &mut StdRng::seed_from_u64(seed))?)
    }

    /// How many ballots are of people asked after the launch, as the count takes it.
    pub(crate) fn later_by_group(&self) -> Result<Vec<(GroupId, u32)>, Box<dyn Error>> {
        self.later.iter().enumerate().map(|(at, count)| Ok((GroupId::parse(&format!("g{at}"))?, *count))).collect()
    }

    pub(crate) fn count(&self) -> Result<ReviewResult, Box<dyn Error>> {
        self.count_arranged(1, |_| ())
    }

    /// The serialised result without its comments.
    pub(crate) fn numbers(&self) -> Result<Value, Box<dyn Error>> {
        let mut document = serde_json::to_value(self.count()?)?;
        document.as_object_mut().ok_or("a result is an object")?.remove("comments");
        Ok(document)
    }

    pub(crate) fn framework(&self) -> Result<Framework, Box<dyn Error>> {
        let mut place = 0;
        let mut competencies = Vec::new();
        for (at, items) in self.item_ids().into_iter().enumerate() {
            let mut listed = Vec::new();
            for id in items {
                let asks = self
                    .asks
                    .iter()
                    .find(|(asked, _)| *asked == place)
                    .map(|(_, groups)| groups.clone())
                    .unwrap_or_default();
                listed.push(
                    json!({"id": id, "self": format!("I do {id}."), "others": format!("Does {id}."), "asks": asks}),
                );
                place += 1;
            }
            competencies.push(json!({"id": format!("c{at}"), "title": format!("Competency {at}"), "items": listed}));
        }
        let points: Vec<_> =
            (1..=self.points).map(|value| json!({"value": value, "label": format!("Point {value}")})).collect();
        let prompt = |id| json!({"id": id, "self": format!("{id} (you)?"), "others": format!("{id}?")});
        let mut scale = json!({"points": points, "not_observed": "Not able to say"});
        if let Some(end) = self.harmful_end {
            scale["harmful_end"] = end.into();
        }
        let document: FrameworkDocument = serde_json::from_value(json!({
            "key": "small", "title": "Small", "minutes": 5, "scale": scale,
            "competencies": competencies, "prompts": [prompt("keep"), prompt("more")],
        }))?;
        let content = FrameworkContent::parse(document).map_err(|errors| format!("{errors:?}"))?;
        Ok(Framework::new(FrameworkId::from_random([3; 16]), OrganisationId::from_random([2; 16]), 1, content))
    }

    pub(crate) fn round(&self) -> Result<RoundRecord, Box<dyn Error>> {
        let group = |id: &str, named| {
            Ok::<_, Box<dyn Error>>(RaterGroup {
                id: GroupId::parse(id)?,
                title: format!("Group {id}"),
                named,
                asked_as: None,
            })
        };
        let mut groups = vec![group("self", true)?, group("chair", true)?];
        for at in 0..self.groups.len() {
            groups.push(group(&format!("g{at}"), false)?);
        }
        Ok(RoundRecord {
            id: RoundId::from_random([4; 16]),
            organisation_id: OrganisationId::from_random([2; 16]),
            title: "Round".to_owned(),
            framework_id: FrameworkId::from_random([3; 16]),
            policy: AnonymityPolicy::parse(self.policy)?,
            groups: RaterGroups::new(groups)?,
            state: RoundState::Closed,
            closes_at: DateTime::UNIX_EPOCH,
            created_at: DateTime::UNIX_EPOCH,
            launches_at: None,
            launched_at: None,
            closed_at: None,
            retention: RoundRetention::default(),
            advisers_promised: true,
            emails: candour_domain::wording::EmailWording::default(),
            revision: 3,
        })
    }
}

impl Ballot {
    /// `"35-4"`, a digit or `-` for each item.
    pub(crate) fn new(answers: &str) -> Self {
        let answers =
            answers.chars().map(|answer| answer.to_digit(10).and_then(|digit| u8::try_from(digit).ok())).collect();
        Self { answers, comments: Vec::new() }
    }

    pub(crate) fn saying(mut self, prompt: &'static str, text: &str) -> Self {
        self.comments.push((prompt, text.to_owned()));
        self
    }
}

pub(crate) fn response(ballot: &Ballot, framework: &Framework, group: &RaterGroup) -> Result<Response, Box<dyn Error>> {
    let mut input = ResponseInput::default();
    for (item, answer) in framework.items().zip(&ballot.answers) {
        if framework.asks(item, group) {
            input.ratings.insert(item.id.to_string(), json!(answer));
        }
    }
    for (prompt, text) in &ballot.comments {
        input.comments.insert((*prompt).to_owned(), text.clone());
    }
    Ok(Response::parse(&input, framework, group).map_err(|errors| format!("{errors:?}"))?)
}

pub(crate) fn review() -> Result<Review, Box<dyn Error>> {
    let ids = (ReviewId::from_random([1; 16]), OrganisationId::from_random([2; 16]), RoundId::from_random([4; 16]));
    let facilitator = Person::parse("Sam Chair", "sam@trust.uk")?;
    Ok(Review::new(ids, (Person::parse("Jo Bloggs", "jo@trust.uk")?, "Chief executive"), facilitator)?)
}

/// Counts exactly these ballots in an empty world.
pub(crate) fn count_ballots(
    world: &World,
    ballots: Vec<BallotToCount>,
) -> Result<Result<ReviewResult, CountError>, Box<dyn Error>> {
    let (framework, round, review) = (world.framework()?, world.round()?, review()?);
    let input = CountInput {
        review: &review,
        round: &round,
        framework: &framework,
        invited: &[],
        later: &[],
        ballots,
        previous: None,
    };
    Ok(certified_result(input, Budget::DEFAULT, &mut StdRng::seed_from_u64(1))
        .map(|certified: CertifiedResult| certified.result().clone()))
}

/// Everything of a world but its ballots, made once: for tests that release very many data sets.
pub(crate) struct Prepared {
    framework: Framework,
    round: RoundRecord,
    review: Review,
    invited: Vec<(GroupId, u32)>,
    parsed: HashMap<(usize, Vec<Option<u8>>), Response>,
}

impl Prepared {
    pub(crate) fn new(world: &World) -> Result<Self, Box<dyn Error>> {
        let round = world.round()?;
        let invited = round.groups.as_slice().iter().map(|group| (group.id.clone(), 9)).collect();
        Ok(Self { framework: world.framework()?, round, review: review()?, invited, parsed: HashMap::new() })
    }

    /// The bytes that are published of these people: the place of their group, and their answers. Nobody comments.
    pub(crate) fn publish(&mut self, people: &[(usize, Vec<Option<u8>>)]) -> Result<String, Box<dyn Error>> {
        let mut ballots = Vec::new();
        for person in people {
            let group = self.round.groups.find(&format!("g{}", person.0)).ok_or("no such group")?;
            let response = if let Some(known) = self.parsed.get(person) {
                known.clone()
            } else {
                let ballot = Ballot { answers: person.1.clone(), comments: Vec::new() };
                let response = response(&ballot, &self.framework, group)?;
                self.parsed.insert(person.clone(), response.clone());
                response
            };
            ballots.push(BallotToCount { group: group.id.clone(), named: None, response });
        }
        let input = CountInput {
            review: &self.review,
            round: &self.round,
            framework: &self.framework,
            invited: &self.invited,
            later: &[],
            ballots,
            previous: None,
        };
        Ok(certified_result(input, Budget::DEFAULT, &mut StdRng::seed_from_u64(1))?.into_json())
    }
}
