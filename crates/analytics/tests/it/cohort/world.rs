//! Cohorts to report on.

use std::error::Error;

use candour_analytics::audit::Budget;
use candour_analytics::cohort::{CohortInput, CohortReview};
use candour_analytics::{CountInput, OpenedBallot, certified_result};
use candour_domain::round::RoundRecord;
use candour_domain::{Framework, OrganisationId, Person, PersonName, Review, ReviewId, RoundId};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use crate::world::{Ballot, World, response};

/// A cohort whose reviews have been counted.
pub(super) struct Cohort {
    pub(super) framework: Framework,
    /// The reviews before they were counted.
    worlds: Vec<World>,
    /// The reviews and their ballots.
    pub(super) reviews: Vec<CohortReview>,
}

/// How drawn raters answer.
#[derive(Clone, Debug)]
pub(super) struct Style {
    /// How many raters each group has.
    pub(super) groups: Vec<usize>,
    /// How many items each competency has.
    pub(super) sizes: Vec<usize>,
    /// The share of *not observed*.
    pub(super) missing: f64,
    /// The mean mark.
    pub(super) mean: f64,
    /// Whether every mark is equally likely, whoever gives it.
    pub(super) even: bool,
    /// Respondents that a block needs.
    pub(super) threshold: u32,
}

impl Default for Style {
    fn default() -> Self {
        Self { groups: vec![5, 4, 3, 12, 6], sizes: vec![5; 8], missing: 0.06, mean: 3.8, even: false, threshold: 4 }
    }
}

impl Style {
    /// The answers of raters to one person: a part of the person, of the rater and of the answer.
    fn world(&self, rng: &mut StdRng) -> World {
        let mut world = World::new(&self.sizes, &[]);
        world.policy.threshold = Some(self.threshold);
        let normal = |rng: &mut StdRng| (0..12).map(|_| rng.random::<f64>()).sum::<f64>() - 6.0;
        let person = 0.4 * normal(rng);
        for raters in &self.groups {
            let mut group = Vec::new();
            for _ in 0..*raters {
                let rater = 0.5 * normal(rng);
                let mut answer = || {
                    if self.even {
                        return Some(rng.random_range(1..=5)).filter(|_| rng.random::<f64>() >= self.missing);
                    }
                    let mark = (self.mean + person + rater + 0.6 * normal(rng)).round().clamp(1.0, 5.0);
                    let mark = [1, 2, 3, 4, 5].into_iter().find(|value| (f64::from(*value) - mark).abs() < 0.5);
                    mark.filter(|_| rng.random::<f64>() >= self.missing)
                };
                group.push(Ballot { answers: (0..self.sizes.iter().sum()).map(|_| answer()).collect(), comments: Vec::new() });
            }
            world.groups.push(group);
        }
        let own = (0..self.sizes.iter().sum()).map(|_| Some(rng.random_range(3..=5))).collect();
        world.own = Some(Ballot { answers: own, comments: Vec::new() });
        world
    }
}

impl Cohort {
    /// The reviews of these worlds, which share the competencies of the first.
    pub(super) fn of(worlds: &[World]) -> Result<Self, Box<dyn Error>> {
        let first = worlds.first().ok_or("no world")?;
        let framework = first.framework()?;
        let mut cohort = Self { framework, worlds: worlds.to_vec(), reviews: Vec::new() };
        for (world, number) in worlds.iter().zip(1..) {
            cohort.reviews.push(counted(world, &cohort.framework, number)?);
        }
        Ok(cohort)
    }

    /// Leaves the first raters of a review's first group and counts again.
    pub(super) fn replace(&mut self, review: usize, raters: usize) -> Result<(), Box<dyn Error>> {
        self.change(review, |world| world.groups.iter_mut().for_each(|group| group.truncate(raters)))
    }

    /// Lets two raters of a review, each by group and place, give each other's answers and counts again: what they gave.
    pub(super) fn exchange(
        &mut self,
        review: usize,
        one: (usize, usize),
        other: (usize, usize),
    ) -> Result<[Vec<Option<u8>>; 2], Box<dyn Error>> {
        let answers = |(group, at): (usize, usize)| self.worlds[review].groups[group][at].clone();
        let (first, second) = (answers(one), answers(other));
        let before = [first.answers.clone(), second.answers.clone()];
        self.change(review, |world| {
            world.groups[one.0][one.1] = second;
            world.groups[other.0][other.1] = first;
        })?;
        Ok(before)
    }

    /// Lets every rater of a review answer an item by their place, and counts again.
    pub(super) fn answer(&mut self, review: usize, item: usize, mark: impl Fn(usize) -> u8) -> Result<(), Box<dyn Error>> {
        self.change(review, |world| {
            for (at, ballot) in world.groups.iter_mut().flatten().enumerate() {
                ballot.answers[item] = Some(mark(at));
            }
        })
    }

    fn change(&mut self, review: usize, change: impl FnOnce(&mut World)) -> Result<(), Box<dyn Error>> {
        change(&mut self.worlds[review]);
        self.reviews[review] = counted(&self.worlds[review], &self.framework, u8::try_from(review + 1)?)?;
        Ok(())
    }

    /// The stored results but for their comments.
    pub(super) fn results_without_comments(&self) -> Result<Vec<serde_json::Value>, Box<dyn Error>> {
        let without = |review: &CohortReview| {
            let mut document = serde_json::to_value(&review.result)?;
            document.as_object_mut().ok_or("a result is an object")?.remove("comments");
            Ok(document)
        };
        self.reviews.iter().map(without).collect()
    }

    /// Reviews with answers drawn at random.
    pub(super) fn drawn(rng: &mut StdRng, reviews: usize, style: &Style) -> Result<Self, Box<dyn Error>> {
        Self::of(&(0..reviews).map(|_| style.world(rng)).collect::<Vec<_>>())
    }

    /// What the report starts from.
    pub(super) fn input(&self) -> CohortInput<'_> {
        let reviews = self.reviews.iter().map(|review| CohortReview { result: review.result.clone(), ballots: review.ballots.clone() });
        CohortInput { framework: &self.framework, reviews: reviews.collect() }
    }

    /// How many anonymous ballots there are.
    pub(super) fn raters(&self) -> usize {
        self.reviews.iter().flat_map(|review| &review.ballots).filter(|ballot| ballot.named.is_none()).count()
    }
}

/// A review with a number as its id, counted.
fn counted(world: &World, framework: &Framework, number: u8) -> Result<CohortReview, Box<dyn Error>> {
    let round: RoundRecord = world.round()?;
    let ids = (ReviewId::from_random([number; 16]), OrganisationId::from_random([2; 16]), RoundId::from_random([4; 16]));
    let facilitator = Person::parse("Sam Chair", "sam@trust.uk")?;
    let review = Review::new(ids, (Person::parse("Jo Bloggs", "jo@trust.uk")?, "Chief executive"), facilitator)?;
    let mut ballots = Vec::new();
    let groups = world.groups.iter().enumerate().map(|(at, ballots)| (format!("g{at}"), None, ballots.as_slice()));
    for (group, name, given) in groups.chain([("self".to_owned(), Some("Jo Bloggs"), world.own.as_slice())]) {
        let group = round.groups.find(&group).ok_or("no such group")?;
        for ballot in given {
            let named = name.map(PersonName::parse).transpose()?;
            ballots.push(OpenedBallot { group: group.id.clone(), named, response: response(ballot, framework, group)? });
        }
    }
    let input = CountInput { review: &review, round: &round, framework, invited: &[], ballots: ballots.clone(), previous: None };
    let result = certified_result(input, Budget::DEFAULT, &mut StdRng::seed_from_u64(1))?.into_result();
    Ok(CohortReview { result, ballots })
}
