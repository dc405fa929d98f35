//! Reviews, ballots and framework that do not fit together.

use candour_analytics::CountError;
use candour_analytics::cohort::{CohortReview, quality_report};
use candour_domain::{FrameworkId, GroupId, PersonName};

use super::even;
use crate::world::Outcome;

#[test]
fn a_review_counts_once_and_answers_the_framework() -> Outcome {
    let cohort = even(1, 10, 10)?;
    let mut twice = cohort.input();
    let first = twice.reviews.first().map(|review| CohortReview { result: review.result.clone(), ballots: review.ballots.clone() });
    twice.reviews.extend(first);
    assert_eq!(quality_report(&twice), Err(CountError::Mismatch));
    let mut foreign = cohort.input();
    foreign.reviews[4].result.framework_id = FrameworkId::from_random([9; 16]);
    assert_eq!(quality_report(&foreign), Err(CountError::Mismatch));
    Ok(())
}

#[test]
fn the_ballots_are_those_that_the_result_has_counted() -> Outcome {
    let cohort = even(1, 10, 10)?;
    let mut fewer = cohort.input();
    fewer.reviews[0].ballots.remove(0);
    assert_eq!(quality_report(&fewer), Err(CountError::Mismatch));
    let mut unknown = cohort.input();
    unknown.reviews[0].ballots[0].group = GroupId::parse("pupils")?;
    assert_eq!(quality_report(&unknown), Err(CountError::UnknownGroup(GroupId::parse("pupils")?)));
    let mut named = cohort.input();
    named.reviews[0].ballots[0].named = Some(PersonName::parse("Jo Bloggs")?);
    assert_eq!(quality_report(&named), Err(CountError::NameUnexpected(GroupId::parse("g0")?)));
    let mut selves = cohort.input();
    let own = selves.reviews[0].ballots.iter().find(|ballot| ballot.named.is_some()).cloned().ok_or("a self-assessment")?;
    selves.reviews[0].ballots.push(own);
    assert_eq!(quality_report(&selves), Err(CountError::SelfTwice));
    Ok(())
}
