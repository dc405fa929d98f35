//! The auditor's promise, tried the long way: for everybody, everything they answered and every reader, another set of
//! ballots is looked for and released as a whole, and the bytes are compared.

use candour_analytics::ReviewResult;
use candour_analytics::audit::{Audited, AuditedBallot, Budget, Evidence, audit};
use candour_domain::policy::PolicyRequest;
use proptest::prelude::*;

use crate::world::{Ballot, Prepared, World, response};

type Person = (usize, Vec<Option<u8>>);

fn failed(error: impl std::fmt::Display) -> TestCaseError {
    TestCaseError::fail(error.to_string())
}

/// One or two groups whose marks crowd together, one item; the larger ones large enough for a distribution.
fn reviews(sizes: std::ops::Range<usize>) -> impl Strategy<Value = (PolicyRequest, Vec<Person>)> {
    let answer = prop_oneof![1 => Just(None), 4 => (1u8..=5).prop_map(Some), 5 => Just(Some(4)), 3 => Just(Some(5)), 2 => Just(Some(1))];
    let group = proptest::collection::vec(answer, sizes);
    let policy = (3u32..5, any::<bool>()).prop_map(|(threshold, strict)| PolicyRequest {
        threshold: Some(threshold),
        strict: Some(strict),
        ..PolicyRequest::default()
    });
    (policy, proptest::collection::vec(group, 1..3)).prop_map(|(policy, groups)| {
        let people = groups
            .into_iter()
            .enumerate()
            .flat_map(|(at, group)| group.into_iter().map(move |answer| (at, vec![answer])));
        (policy, people.collect())
    })
}

fn world(policy: PolicyRequest) -> World {
    World { policy, ..World::new(&[1], &[&[], &[]]) }
}

/// Every change of at most two people's answers by which `person` gives another, and `insider` the same.
fn changes(people: &[Person], person: usize, insider: Option<usize>) -> impl Iterator<Item = Vec<Person>> {
    let set = move |people: &[Person], at: usize, to: u8| {
        let mut people = people.to_vec();
        people[at].1[0] = Some(to);
        people
    };
    let given = |at: usize| people[at].1[0];
    let alone: Vec<_> = (1..=5).filter(|to| Some(*to) != given(person)).map(|to| set(people, person, to)).collect();
    let mut tried: Vec<Vec<u8>> = Vec::new();
    let mut together = Vec::new();
    for other in
        (0..people.len()).filter(|other| *other != person && Some(*other) != insider && given(*other).is_some())
    {
        // Of people of one group who gave the same, one will do.
        let kind = vec![u8::try_from(people[other].0).unwrap_or(0), given(other).unwrap_or(0)];
        if tried.contains(&kind) {
            continue;
        }
        tried.push(kind);
        for one in &alone {
            together.extend((1..=5).filter(|to| Some(*to) != given(other)).map(|to| set(one, other, to)));
        }
    }
    alone.into_iter().chain(together)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn guarantee_every_answer_has_another_that_releases_the_same_bytes((policy, people) in prop_oneof![8 => reviews(2..7), 1 => reviews(10..12)]) {
        let mut prepared = Prepared::new(&world(policy)).map_err(failed)?;
        let released = prepared.publish(&people).map_err(failed)?;
        let result: ReviewResult = serde_json::from_str(&released).map_err(failed)?;
        prop_assert_eq!(result.audit.map(|audit| audit.uncertified), Some(0));
        let mut top_marks = 0;
        for person in (0..people.len()).filter(|at| people[*at].1[0].is_some()) {
            let mut is_found_out = false;
            for insider in std::iter::once(None).chain((0..people.len()).filter(|at| *at != person).map(Some)) {
                let mut open = false;
                for changed in changes(&people, person, insider) {
                    if prepared.publish(&changed).map_err(failed)? == released {
                        open = true;
                        break;
                    }
                }
                let allowed = insider.is_some() && people[person].1[0] == Some(5) && policy.strict != Some(true);
                prop_assert!(open || allowed, "{:?} is known to {:?} of {:?}", people[person], insider, people);
                is_found_out |= !open;
            }
            top_marks += u64::from(is_found_out);
        }
        let bound = result.audit.map_or(0, |audit| audit.top_mark_inferences);
        prop_assert!(top_marks <= bound, "{} highest marks are known, and the result says at most \
         {}", top_marks, bound);
    }

    #[test]
    fn guarantee_the_bytes_are_those_that_were_certified((policy, people) in reviews(2..14)) {
        let mut world = world(policy);
        for (group, answers) in &people {
            world.groups[*group].push(Ballot { answers: answers.clone(), comments: Vec::new() });
        }
        let released = Prepared::new(&world).and_then(|mut prepared| prepared.publish(&people)).map_err(failed)?;
        let (framework, round) = (world.framework().map_err(failed)?, world.round().map_err(failed)?);
        let mut ballots = Vec::new();
        for (at, answers) in &people {
            let group = round.groups.find(&format!("g{at}")).ok_or_else(|| failed("no such group"))?;
            let ballot = Ballot { answers: answers.clone(), comments: Vec::new() };
            ballots.push((group.id.clone(), response(&ballot, &framework, group).map_err(failed)?));
        }
        let audited = |ballots: &[(candour_domain::GroupId, candour_domain::Response)]| {
            let ballots = ballots.iter().map(|(group, response)| AuditedBallot { groups: vec![Some(group.clone())], response });
            let evidence = Evidence::from_ballots(&framework, &round.groups, ballots);
            audit(&Audited { releases: &[&released], evidence: &evidence, previous: None }, Budget::DEFAULT)
        };
        let verdict = audited(&ballots);
        prop_assert!(verdict.is_certified(), "{:?}", verdict);
        prop_assert!(verdict.top_marks_found_out <= verdict.top_mark_inferences);
        // Of other people's answers they are not certified: somebody more answered.
        if let Some(last) = ballots.last().cloned() && released.contains("published") {
            prop_assert!(!audited(&[ballots.as_slice(), &[last]].concat()).is_certified());
        }
    }

    #[test]
    fn guarantee_no_result_is_reduced_because_of_what_somebody_answered((policy, people) in reviews(2..14), trials in 0u64..40) {
        let mut world = world(policy);
        for (group, answers) in &people {
            world.groups[*group].push(Ballot { answers: answers.clone(), comments: Vec::new() });
        }
        let whole = world.count().map_err(failed)?;
        // An audit that is not done gives nothing, and never a part.
        if let Ok(within) = world.count_within(Budget::new(trials)) {
            prop_assert_eq!(&within, &whole);
        }
        // What is shown, and of which blocks, is the same of people who all answered 3.
        let mut alike = world.clone();
        for answer in alike.groups.iter_mut().flatten().flat_map(|ballot| &mut ballot.answers) {
            *answer = answer.map(|_| 3);
        }
        let shown = |result: &ReviewResult| {
            let items = result.competencies.iter().flat_map(|competency| &competency.items);
            items.flat_map(|item| item.cells.iter().map(|cell| cell.cell.reason()).collect::<Vec<_>>()).collect::<Vec<_>>()
        };
        let alike = alike.count().map_err(failed)?;
        prop_assert_eq!(shown(&alike), shown(&whole));
        prop_assert_eq!(alike.audit.map(|audit| audit.level), whole.audit.map(|audit| audit.level));
    }
}
