use super::*;
use crate::round::RoundRecord;
use crate::{AnonymityPolicy, FrameworkId, OrganisationId, Person, RaterId, ReviewId, RoundId};

type Outcome = Result<(), Box<dyn std::error::Error>>;
type Made<T> = Result<T, Box<dyn std::error::Error>>;

fn day(day: i64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::days(day)
}

fn review(id: u8) -> Made<Review> {
    let ids = (ReviewId::from_random([id; 16]), OrganisationId::from_random([2; 16]), RoundId::from_random([id; 16]));
    Ok(Review::new(ids, (Person::parse("Jo Mason", "jo@trust.uk")?, "Chief executive"), Person::parse("Al", "al@trust.uk")?)?)
}

/// A review of a round in this state, which closed on this day.
fn earlier(id: u8, state: RoundState, closed: Option<i64>) -> Made<EarlierReview> {
    let ids = (RoundId::from_random([id; 16]), OrganisationId::from_random([2; 16]));
    let rules = (AnonymityPolicy::default(), RaterGroups::standard());
    let draft = Round::draft(ids, &format!("Round {id}"), FrameworkId::from_random([4; 16]), rules, day(1), day(0))?;
    let record = RoundRecord { state, closed_at: closed.map(day), ..draft.record().clone() };
    Ok(EarlierReview { review: review(id)?, round: Round::from_record(record) })
}

fn released(mut other: EarlierReview) -> Made<EarlierReview> {
    other.review = other.review.counted()?.release(None, day(1))?;
    Ok(other)
}

fn refused(others: &[EarlierReview], agreed: bool, today: i64) -> Made<Vec<String>> {
    let refused = launch_refused(&review(9)?, others, agreed, &BTreeSet::new(), day(today));
    Ok(refused.iter().map(ToString::to_string).collect())
}

#[test]
fn two_rounds_about_one_person_are_never_under_way_at_once() -> Outcome {
    for state in RoundState::ALL {
        let closed = (!matches!(state, RoundState::Draft | RoundState::Open)).then_some(0);
        let other = earlier(1, state, closed)?;
        let stopped = matches!(state, RoundState::Open | RoundState::Closed | RoundState::Counted);
        assert_eq!(other.under_way().is_some(), stopped, "{state:?}");
        assert_eq!(refused(std::slice::from_ref(&other), true, 1)?.len(), usize::from(stopped), "{state:?}, agreed to or not");
        if state == RoundState::Counted {
            assert_eq!(refused(&[released(other)?], true, 1)?, Vec::<String>::new(), "others of that round may wait for their release");
        }
    }
    let words = refused(&[earlier(1, RoundState::Counted, Some(0))?], true, 1)?;
    assert_eq!(
        words,
        [
            "the round \"Round 1\" is about Jo Mason too, and is counted and not released yet; launch this one once the report of that one has been released"
        ]
    );
    Ok(())
}

#[test]
fn a_round_soon_after_another_needs_the_facilitators_agreement() -> Outcome {
    let others = [released(earlier(1, RoundState::Released, Some(10))?)?, released(earlier(2, RoundState::Archived, Some(5))?)?];
    for (today, agreed, expected) in [(10, false, true), (99, false, true), (99, true, false), (100, false, false)] {
        let refused = refused(&others, agreed, today)?;
        assert_eq!(refused.len(), usize::from(expected), "day {today}: {refused:?}");
        assert!(refused.iter().all(|words| words.contains("\"Round 1\"") && words.contains(&format!("{} days ago", today - 10))));
    }
    assert_eq!(refused(&[earlier(3, RoundState::Cancelled, Some(10))?], false, 10)?, Vec::<String>::new(), "nothing was published of it");
    assert_eq!(refused(&[earlier(3, RoundState::Draft, None)?], false, 10)?, Vec::<String>::new());
    Ok(())
}

#[test]
fn a_facilitator_who_has_become_an_administrator_stops_the_launch() -> Outcome {
    let administrators = BTreeSet::from([crate::Email::parse("al+office@trust.uk")?.mailbox()]);
    let refused = launch_refused(&review(9)?, &[], true, &administrators, day(0));
    assert_eq!(refused, [LaunchRefused::AdministratorFacilitates { subject: "Jo Mason".to_owned() }]);
    Ok(())
}

/// Raters by the first part of their address and their group.
fn raters(people: &[(&str, &str)]) -> Made<Vec<Rater>> {
    let rater = |(name, group): &(&str, &str)| -> Made<Rater> {
        Ok(Rater {
            id: RaterId::from_random([5; 16]),
            organisation_id: OrganisationId::from_random([2; 16]),
            round_id: RoundId::from_random([3; 16]),
            review_id: ReviewId::from_random([1; 16]),
            person: Person::parse("Somebody", &format!("{name}@trust.uk"))?,
            group: GroupId::parse(group)?,
        })
    };
    people.iter().map(rater).collect()
}

fn since(then: &[(&str, &str)], now: &[(&str, &str)]) -> Made<SinceLastRound> {
    let last = released(earlier(1, RoundState::Released, Some(10))?)?;
    Ok(SinceLastRound::new(&last, Some(&raters(then)?), (&raters(now)?, &RaterGroups::standard()), 4, day(40)))
}

fn counts(since: &SinceLastRound) -> Vec<(&str, u32, u32, u32)> {
    let groups = since.groups.iter().flatten();
    groups.map(|one| (one.group.as_str(), one.turnover.joined, one.turnover.left, one.turnover.stayed)).collect()
}

#[test]
fn one_person_fewer_is_told_in_words() -> Outcome {
    let then = [("a", "trustees"), ("b", "trustees"), ("c", "trustees"), ("chair", "chair"), ("jo", "self")];
    let since = since(&then, &[("a+2027", "trustees"), ("b", "trustees"), ("chair2", "chair"), ("jo", "self")])?;
    assert_eq!((since.title.as_str(), since.days, since.agreement_needed), ("Round 1", 30, true));
    assert_eq!(counts(&since), [("trustees", 0, 1, 2)], "named groups are shown by name anyway");
    let said = "One person has left Trustees and nobody has joined. If the others answer as they did, readers of both reports can work out \
        what that person said.";
    assert_eq!(since.inferences, [said]);
    Ok(())
}

#[test]
fn who_moves_between_groups_stays_in_all_of_them_together() -> Outcome {
    let then = [("a", "trustees"), ("b", "trustees"), ("c", "staff"), ("d", "staff")];
    let now = [("a", "trustees"), ("b", "staff"), ("c", "staff"), ("d", "staff"), ("e", "staff"), ("f", "staff")];
    let since = since(&then, &now)?;
    assert_eq!(counts(&since), [("trustees", 0, 1, 1), ("staff", 3, 0, 2)]);
    let starts: Vec<_> = since.inferences.iter().filter_map(|said| said.split_once(". ").map(|(start, _)| start)).collect();
    let all = "Nobody has left the anonymous groups taken together and 2 people have joined";
    assert_eq!(starts, ["One person has left Trustees and nobody has joined", "Nobody has left Other staff and 3 people have joined", all]);
    Ok(())
}

#[test]
fn nothing_is_told_where_nobody_or_enough_people_came_and_went() -> Outcome {
    let told = |then: &[&'static str], now: &[&'static str]| -> Made<Vec<String>> {
        let staff = |names: &[&'static str]| names.iter().map(|name| (*name, "staff")).collect::<Vec<_>>();
        Ok(since(&staff(then), &staff(now))?.inferences)
    };
    let old = ["a", "b", "c", "d", "e"];
    assert_eq!(told(&old, &old)?, Vec::<String>::new());
    assert_eq!(told(&old, &["v", "w", "x", "y"])?, Vec::<String>::new(), "five have left and four have joined");
    assert_eq!(told(&old, &["a", "v", "w", "x", "y"])?, Vec::<String>::new(), "four have left and four have joined");
    let words = told(&old, &["a", "b", "v", "w", "x", "y"])?;
    let said = "3 people have left Other staff and 4 people have joined. If the others answer as they did, readers of both reports can work out \
        by how much those who joined and those who left differ, added up.";
    assert_eq!(words, [said]);
    Ok(())
}

#[test]
fn of_erased_raters_only_the_date_is_known() -> Outcome {
    let last = released(earlier(1, RoundState::Released, Some(10))?)?;
    let since = SinceLastRound::new(&last, None, (&raters(&[("a", "staff")])?, &RaterGroups::standard()), 4, day(110));
    assert_eq!((since.days, since.agreement_needed, since.groups, since.inferences), (100, false, None, Vec::new()));
    Ok(())
}

#[test]
fn the_last_round_is_the_one_that_closed_last() -> Outcome {
    let others = [
        earlier(1, RoundState::Released, Some(10))?,
        earlier(2, RoundState::Released, Some(20))?,
        earlier(3, RoundState::Cancelled, Some(30))?,
        earlier(4, RoundState::Draft, None)?,
    ];
    assert_eq!(last_closed(&others).map(|last| last.round.record().title.as_str()), Some("Round 2"));
    assert_eq!(last_closed(&[]), None);
    Ok(())
}
