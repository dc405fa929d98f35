use chrono::TimeDelta;
use proptest::prelude::*;

use super::*;
use crate::roster::LONGEST_ROSTER;
use crate::{AnonymityPolicy, GroupId, Rater, RaterId};

type Outcome = Result<(), Box<dyn std::error::Error>>;

#[test]
fn a_title_moves_on_by_a_year() {
    for (title, next) in [
        ("CEO review 2027", "CEO review 2028"),
        ("2026/27 review", "2027/28 review"),
        ("Autumn 2098-99", "Autumn 2099-00"),
        ("2026\u{2013}27", "2027\u{2013}28"),
        ("2026-31 plan", "2027-31 plan"),
        ("From 2026 to 2027", "From 2027 to 2028"),
        ("Room 12, 20261 and 1234", "Room 12, 20261 and 1234"),
        ("Review of the chief executive", "Review of the chief executive"),
        ("Adolygiad â 2027", "Adolygiad â 2028"),
    ] {
        assert_eq!(next_title(title), next);
    }
}

#[test]
fn a_closing_time_moves_to_the_first_year_in_which_it_is_to_come() -> Outcome {
    let now: DateTime<Utc> = "2027-03-01T09:00:00Z".parse()?;
    for (closes_at, next) in [
        ("2027-05-01T16:00:00Z", "2027-05-01T16:00:00Z"),
        ("2026-05-01T16:00:00Z", "2027-05-01T16:00:00Z"),
        ("2027-02-01T16:00:00Z", "2028-02-01T16:00:00Z"),
        ("2021-02-01T16:00:00Z", "2028-02-01T16:00:00Z"),
        ("2024-02-29T16:00:00Z", "2028-02-29T16:00:00Z"),
    ] {
        assert_eq!(next_closing(closes_at.parse()?, now), next.parse::<DateTime<Utc>>()?, "{closes_at}");
    }
    Ok(())
}

#[test]
fn a_copy_is_a_draft_with_the_same_rules() -> Outcome {
    let now: DateTime<Utc> = "2027-03-01T09:00:00Z".parse()?;
    let ids = |byte| (RoundId::from_random([byte; 16]), OrganisationId::from_random([2; 16]));
    let rules = (AnonymityPolicy::default(), RaterGroups::standard());
    let (old, new) = (FrameworkId::from_random([5; 16]), FrameworkId::from_random([6; 16]));
    let closes_at = now - TimeDelta::days(350);
    let round = Round::draft(ids(1), "CEO review 2026", old, rules, closes_at, closes_at - TimeDelta::days(20))?;
    let copy = round.copied(ids(3), &CopyChoice::default(), new, now)?;
    let (was, is) = (round.record(), copy.record());
    assert_eq!((is.title.as_str(), is.framework_id, is.created_at), ("CEO review 2027", new, now));
    assert_eq!((&is.policy, &is.groups), (&was.policy, &was.groups));
    assert_eq!(is.closes_at, "2027-03-16T09:00:00Z".parse::<DateTime<Utc>>()?);
    let choice = CopyChoice { closes_at: Some(closes_at), ..CopyChoice::default() };
    assert_eq!(round.copied(ids(3), &choice, new, now), Err(RoundError::Deadline));
    let choice = CopyChoice { title: Some(" ".to_owned()), ..CopyChoice::default() };
    assert_eq!(round.copied(ids(3), &choice, new, now), Err(RoundError::Title));
    Ok(())
}

fn listed(at: usize, group: &str, asked: Asked, (withdrawn, asked_again): (bool, bool)) -> Option<Listed> {
    let rater = Rater {
        id: RaterId::from_random([4; 16]),
        organisation_id: OrganisationId::from_random([2; 16]),
        round_id: RoundId::from_random([3; 16]),
        review_id: ReviewId::from_random([1; 16]),
        person: Person::parse("Somebody", &format!("person{at}@trust.uk")).ok()?,
        group: GroupId::parse(group).ok()?,
    };
    Some(Listed { rater, asked, withdrawn, asked_again })
}

#[test]
fn who_would_break_a_rule_of_today_is_left_out() -> Outcome {
    let subject = Email::parse("jo@trust.uk")?;
    let mut list: Vec<_> = (0..4).filter_map(|at| listed(at, "trustees", Asked::AtLaunch, (false, false))).collect();
    list[1].rater.person.email = Email::parse("person0+b@trust.uk")?;
    list[2].rater.person.email = Email::parse("jo+trustee@trust.uk")?;
    list[3].rater.group = GroupId::parse("governors")?;
    let copied = copied_list(&list, &RaterGroups::standard(), &subject);
    assert_eq!(copied.people.iter().map(|row| row.person.email.as_str()).collect::<Vec<_>>(), ["person0@trust.uk"]);
    assert_eq!(copied.left_out, [LeftOut::Unusable(3)]);
    Ok(())
}

#[test]
fn a_list_that_grew_longer_than_one_that_is_added_is_copied_whole() {
    let list: Vec<_> =
        (0..=LONGEST_ROSTER).filter_map(|at| listed(at, "staff", Asked::Later, (false, false))).collect();
    assert_eq!(list.len(), LONGEST_ROSTER + 1);
    let copied = copied_list(&list, &RaterGroups::standard(), &Email::stored("jo@trust.uk"));
    assert_eq!((copied.people.len(), copied.left_out), (list.len(), Vec::new()));
}

proptest! {
    #[test]
    fn guarantee_a_copied_list_has_who_was_asked_and_says_of_nobody_else_who_it_was(
        rows in proptest::collection::vec(
            (0..3_usize, prop_oneof![Just(Asked::AtLaunch), Just(Asked::Waiting), Just(Asked::Later)], any::<(bool, bool)>()),
            0..40,
        ),
    ) {
        let groups = ["self", "trustees", "staff"];
        let list: Vec<_> = rows
            .iter()
            .enumerate()
            .filter_map(|(at, (group, asked, flags))| listed(at, groups[*group], *asked, *flags))
            .collect();
        prop_assert_eq!(list.len(), rows.len());
        let subject = Email::parse("jo@trust.uk")?;
        let copied = copied_list(&list, &RaterGroups::standard(), &subject);
        let others: Vec<_> = list.iter().filter(|listed| listed.rater.group.as_str() != "self").collect();
        let wanted: Vec<_> = others
            .iter()
            .filter(|listed| !listed.withdrawn && listed.asked != Asked::Waiting)
            .map(|listed| RosterRow { person: listed.rater.person.clone(), group: listed.rater.group.clone() })
            .collect();
        prop_assert_eq!(&copied.people, &wanted);
        let left_out: usize = copied.left_out.iter().filter_map(|left_out| left_out.people()).sum();
        prop_assert_eq!(left_out + wanted.len(), others.len());
        // Who waits to be asked again is asked: the refused address is gone, and nothing says that there was one.
        let forgotten: Vec<_> = list.iter().map(|listed| Listed { asked_again: false, ..listed.clone() }).collect();
        prop_assert_eq!(copied_list(&forgotten, &RaterGroups::standard(), &subject), copied);
    }
}
