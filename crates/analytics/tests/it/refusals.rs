//! Ballots that do not fit are refused by name, and nothing is counted.

use candour_analytics::{BallotToCount, CountError};
use candour_domain::policy::PolicyRequest;
use candour_domain::{GroupId, PersonName, RaterGroup, Response};

use crate::world::{Ballot, Outcome, World, count_ballots, response};

fn world() -> World {
    World::new(&[2, 1], &[&[], &[]])
}

fn ballot(group: &str, name: Option<&str>) -> Result<BallotToCount, Box<dyn std::error::Error>> {
    let named = name.map(PersonName::parse).transpose()?;
    Ok(BallotToCount { group: GroupId::parse(group)?, named, response: Response::empty() })
}

#[test]
fn a_ballot_of_an_unknown_group_is_refused() -> Outcome {
    let refused = count_ballots(&world(), vec![ballot("g0", None)?, ballot("parents", None)?])?;
    assert_eq!(refused, Err(CountError::UnknownGroup(GroupId::parse("parents")?)));
    Ok(())
}

#[test]
fn a_name_belongs_on_the_ballots_of_named_groups_and_on_no_other() -> Outcome {
    let named = count_ballots(&world(), vec![ballot("g0", Some("Ann"))?])?;
    assert_eq!(named, Err(CountError::NameUnexpected(GroupId::parse("g0")?)));
    let nameless = count_ballots(&world(), vec![ballot("chair", None)?])?;
    assert_eq!(nameless, Err(CountError::NameMissing(GroupId::parse("chair")?)));
    let twice = count_ballots(&world(), vec![ballot("self", Some("Jo"))?, ballot("self", Some("Jo"))?])?;
    assert_eq!(twice, Err(CountError::SelfTwice));
    assert!(count_ballots(&world(), vec![ballot("chair", Some("Sam"))?, ballot("chair", Some("Al"))?])?.is_ok());
    Ok(())
}

#[test]
fn an_answer_that_does_not_fit_the_framework_is_refused() -> Outcome {
    // Three competencies, of which the world that counts knows two.
    let larger = World::new(&[2, 1, 1], &[&[], &[]]);
    let group = RaterGroup { id: GroupId::parse("g0")?, title: "g0".to_owned(), named: false, asked_as: None };
    let given = response(&Ballot::new("3333"), &larger.framework()?, &group)?;
    let foreign = BallotToCount { group: group.id.clone(), named: None, response: given };
    assert_eq!(count_ballots(&world(), vec![foreign])?, Err(CountError::ForeignAnswer));
    // An item that is asked of the other group only.
    let mut picky = world();
    picky.asks = vec![(0, vec!["g1"]), (1, vec!["g0"])];
    let given = response(&Ballot::new("333"), &world().framework()?, &group)?;
    let unasked = BallotToCount { group: group.id, named: None, response: given };
    assert_eq!(count_ballots(&picky, vec![unasked])?, Err(CountError::ForeignAnswer));
    Ok(())
}

#[test]
fn nobody_answered_is_a_result_and_not_an_error() -> Outcome {
    let empty = count_ballots(&world(), Vec::new())?.map_err(|error| error.to_string())?;
    assert!(empty.blocks.is_empty() && empty.comments.is_empty());
    assert_eq!(empty.competencies.len(), 2);
    let mut strictest = world();
    strictest.policy = PolicyRequest {
        threshold: Some(1000),
        comment_threshold: Some(1000),
        distribution_threshold: Some(1000),
        colluding_insiders: Some(998),
        strict: Some(true),
        reminder_quiet_hours: Some(336),
    };
    assert!(strictest.count()?.blocks.is_empty());
    Ok(())
}
