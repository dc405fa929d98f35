use super::*;
use crate::clock::tests::settled;
use crate::round::RoundRecord;
use crate::{Adviser, AdviserId, AnonymityPolicy, FrameworkId, OrganisationId, Person, RaterId, ReviewId, RoundId};

type Outcome = Result<(), Box<dyn std::error::Error>>;
type Made<T> = Result<T, Box<dyn std::error::Error>>;

fn day(day: i64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::days(day)
}

fn review(id: u8) -> Made<Review> {
    let ids = (ReviewId::from_random([id; 16]), OrganisationId::from_random([2; 16]), RoundId::from_random([id; 16]));
    Ok(Review::new(
        ids,
        (Person::parse("Jo Mason", "jo@trust.uk")?, "Chief executive"),
        Person::parse("Al", "al@trust.uk")?,
    )?)
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
    other.review = other.review.counted()?.release(None, settled(day(1)))?;
    Ok(other)
}

fn refused(others: &[EarlierReview], agreed: bool, today: i64) -> Made<Vec<String>> {
    let refused = launch_refused(&review(9)?, (others, &[]), agreed, &BTreeSet::new(), day(today));
    Ok(refused.iter().map(ToString::to_string).collect())
}

#[test]
fn two_rounds_about_one_person_are_never_under_way_at_once() -> Outcome {
    for state in RoundState::ALL {
        let closed = (!matches!(state, RoundState::Draft | RoundState::Open)).then_some(0);
        let other = earlier(1, state, closed)?;
        let stopped = matches!(state, RoundState::Open | RoundState::Closed | RoundState::Counted);
        assert_eq!(other.under_way().is_some(), stopped, "{state:?}");
        assert_eq!(
            refused(std::slice::from_ref(&other), true, 1)?.len(),
            usize::from(stopped),
            "{state:?}, agreed to or not"
        );
        if state == RoundState::Counted {
            assert_eq!(
                refused(&[released(other)?], true, 1)?,
                Vec::<String>::new(),
                "others of that round may wait for their release"
            );
        }
    }
    let words = refused(&[earlier(1, RoundState::Counted, Some(0))?], true, 1)?;
    assert_eq!(
        words,
        ["the round \"Round 1\" is about Jo Mason too, and is counted and not released yet; launch this one once \
             the report of that one has been released"]
    );
    Ok(())
}

#[test]
fn a_round_soon_after_another_needs_the_facilitators_agreement() -> Outcome {
    let others =
        [released(earlier(1, RoundState::Released, Some(10))?)?, released(earlier(2, RoundState::Archived, Some(5))?)?];
    for (today, agreed, expected) in [(10, false, true), (99, false, true), (99, true, false), (100, false, false)] {
        let refused = refused(&others, agreed, today)?;
        assert_eq!(refused.len(), usize::from(expected), "day {today}: {refused:?}");
        assert!(
            refused
                .iter()
                .all(|words| words.contains("\"Round 1\"") && words.contains(&format!("{} days ago", today - 10)))
        );
    }
    assert_eq!(
        refused(&[earlier(3, RoundState::Cancelled, Some(10))?], false, 10)?,
        Vec::<String>::new(),
        "nothing was published of it"
    );
    assert_eq!(refused(&[earlier(3, RoundState::Draft, None)?], false, 10)?, Vec::<String>::new());
    Ok(())
}

#[test]
fn a_facilitator_who_has_become_an_administrator_stops_the_launch() -> Outcome {
    let administrators = BTreeSet::from([crate::Email::parse("al+office@trust.uk")?.mailbox()]);
    let refused = launch_refused(&review(9)?, (&[], &[]), true, &administrators, day(0));
    assert_eq!(refused, [LaunchRefused::AdministratorFacilitates { subject: "Jo Mason".to_owned() }]);
    Ok(())
}

#[test]
fn an_adviser_who_has_become_an_administrator_stops_the_launch() -> Outcome {
    let mut advised = review(9)?;
    advised.advisers =
        vec![Adviser { id: AdviserId::from_random([4; 16]), person: Person::parse("Vic", "vic@trust.uk")? }];
    let administrators = BTreeSet::from([crate::Email::parse("vic+office@trust.uk")?.mailbox()]);
    let refused = launch_refused(&advised, (&[], &[]), true, &administrators, day(0));
    assert_eq!(refused, [LaunchRefused::AdministratorAdvises { subject: "Jo Mason".to_owned() }]);
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

fn since(then: &[(&str, &str)], now: &[(&str, &str)]) -> Made<SinceEarlierRound> {
    let before = released(earlier(1, RoundState::Released, Some(10))?)?;
    Ok(SinceEarlierRound::new(&before, Some(&raters(then)?), (&raters(now)?, &RaterGroups::standard()), 4, day(40)))
}

fn counts(since: &SinceEarlierRound) -> Vec<(&str, u32, u32, u32)> {
    let groups = since.groups.iter().flatten();
    groups.map(|one| (one.group.as_str(), one.turnover.joined, one.turnover.left, one.turnover.stayed)).collect()
}

#[test]
fn one_person_fewer_is_told_in_words() -> Outcome {
    let then = [("a", "trustees"), ("b", "trustees"), ("c", "trustees"), ("chair", "chair"), ("jo", "self")];
    let since = since(&then, &[("a+2027", "trustees"), ("b", "trustees"), ("chair2", "chair"), ("jo", "self")])?;
    assert_eq!((since.title.as_str(), since.days, since.agreement_needed), ("Round 1", 30, true));
    assert_eq!(counts(&since), [("trustees", 0, 1, 2)], "named groups are shown by name anyway");
    let said = "One person has left Trustees and nobody has joined. If the others answer as they did, readers of both \
     reports can work out what that person said.";
    assert_eq!(since.inferences, [said]);
    Ok(())
}

#[test]
fn who_moves_between_groups_stays_in_all_of_them_together() -> Outcome {
    let then = [("a", "trustees"), ("b", "trustees"), ("c", "staff"), ("d", "staff")];
    let now = [("a", "trustees"), ("b", "staff"), ("c", "staff"), ("d", "staff"), ("e", "staff"), ("f", "staff")];
    let since = since(&then, &now)?;
    assert_eq!(counts(&since), [("trustees", 0, 1, 1), ("staff", 3, 0, 2)]);
    let starts: Vec<_> =
        since.inferences.iter().filter_map(|said| said.split_once(". ").map(|(start, _)| start)).collect();
    let all = "Nobody has left the anonymous groups taken together and 2 people have joined";
    assert_eq!(
        starts,
        [
            "One person has left Trustees and nobody has joined",
            "Nobody has left Other staff and 3 people have joined",
            all
        ]
    );
    Ok(())
}

#[test]
fn nothing_is_told_where_nobody_came_or_went_or_nobody_stayed() -> Outcome {
    let told = |then: &[&'static str], now: &[&'static str]| -> Made<Vec<String>> {
        let staff = |names: &[&'static str]| names.iter().map(|name| (*name, "staff")).collect::<Vec<_>>();
        Ok(since(&staff(then), &staff(now))?.inferences)
    };
    let old = ["a", "b", "c", "d", "e"];
    assert_eq!(told(&old, &old)?, Vec::<String>::new());
    assert_eq!(told(&old, &["v", "w", "x", "y"])?, Vec::<String>::new(), "five have left and four have joined");
    let many = "4 people have left Other staff and 4 people have joined. How many of them answered is told to nobody. \
     If few of them did, and the others answer as they did, readers of both reports can work out what those few said.";
    assert_eq!(
        told(&old, &["a", "v", "w", "x", "y"])?,
        [many],
        "addresses that never answer are among those who come and go"
    );
    let words = told(&old, &["a", "b", "v", "w", "x", "y"])?;
    let said = "3 people have left Other staff and 4 people have joined. How many of them answered is told to nobody. \
     If few of them did, and the others answer as they did, readers of both reports can work out what those few said.";
    assert_eq!(words, [said]);
    Ok(())
}

#[test]
fn of_erased_raters_only_the_date_is_known() -> Outcome {
    let before = released(earlier(1, RoundState::Released, Some(10))?)?;
    let since =
        SinceEarlierRound::new(&before, None, (&raters(&[("a", "staff")])?, &RaterGroups::standard()), 4, day(110));
    assert_eq!((since.days, since.agreement_needed, since.groups, since.inferences), (100, false, None, Vec::new()));
    Ok(())
}

fn titles<'a>(reviews: &[&'a EarlierReview]) -> Vec<&'a str> {
    reviews.iter().map(|other| other.round.record().title.as_str()).collect()
}

fn erased(other: &EarlierReview, on: i64) -> EarlierReview {
    let mut record = other.round.record().clone();
    record.retention.people_erased_at = Some(day(on));
    EarlierReview { review: other.review.clone(), round: Round::from_record(record) }
}

#[test]
fn every_round_that_closed_is_compared_with_newest_first() -> Outcome {
    let others = [
        earlier(1, RoundState::Released, Some(10))?,
        earlier(2, RoundState::Archived, Some(20))?,
        earlier(3, RoundState::Cancelled, Some(30))?,
        earlier(4, RoundState::Draft, None)?,
        earlier(5, RoundState::Released, Some(40))?,
    ];
    assert_eq!(titles(&compared(&others, day(400))), ["Round 5", "Round 2", "Round 1"]);
    assert_eq!(
        titles(&compared(&others, day(25))),
        ["Round 2", "Round 1"],
        "what closed after a launch is not earlier"
    );
    assert_eq!(compared(&[], day(50)), Vec::<&EarlierReview>::new());
    Ok(())
}

#[test]
fn a_round_of_erased_raters_is_compared_with_while_it_is_recent() -> Outcome {
    let others = [erased(&earlier(1, RoundState::Archived, Some(10))?, 40), earlier(2, RoundState::Archived, Some(5))?];
    for (today, expected) in [(39, 2), (40, 2), (99, 2), (100, 1)] {
        assert_eq!(compared(&others, day(today)).len(), expected, "day {today}");
    }
    let late = [erased(&earlier(1, RoundState::Released, Some(10))?, 140)];
    assert_eq!(compared(&late, day(130)).len(), 1, "of a round that was launched before, it stays as it was");
    Ok(())
}

#[test]
fn a_round_in_between_hides_no_earlier_one() -> Outcome {
    // Of A five of six answered; B is the same without trustee 1 and nobody answered; C is B again.
    let names = ["t1", "t2", "t3", "t4", "t5", "t6"];
    let trustees = names.map(|name| (name, "trustees"));
    let (a, b) = (
        released(earlier(1, RoundState::Released, Some(10))?)?,
        released(earlier(2, RoundState::Released, Some(20))?)?,
    );
    let (of_a, of_c) = (raters(&trustees)?, raters(&trustees[1..])?);
    let others = [a, b];
    let since: Vec<_> = compared(&others, day(25))
        .into_iter()
        .map(|other| {
            let then = if other.round.record().title == "Round 1" { &of_a } else { &of_c };
            SinceEarlierRound::new(other, Some(then), (&of_c, &RaterGroups::standard()), 4, day(25))
        })
        .collect();
    let told: Vec<_> =
        since.iter().map(|since| (since.title.as_str(), since.agreement_needed, since.inferences.len())).collect();
    assert_eq!(told, [("Round 2", true, 0), ("Round 1", true, 1)]);
    assert_eq!((counts(&since[0]), counts(&since[1])), (vec![("trustees", 0, 0, 5)], vec![("trustees", 0, 1, 5)]));
    assert!(since[1].inferences[0].starts_with("One person has left Trustees and nobody has joined."), "{since:?}");
    assert_eq!(refused(&others, false, 25)?.len(), 1);
    assert_eq!(refused(&others, true, 25)?, Vec::<String>::new());
    Ok(())
}

/// The same with another subject.
fn about(mut other: EarlierReview, name: &str, email: &str) -> Made<EarlierReview> {
    other.review.subject.person = Person::parse(name, email)?;
    Ok(other)
}

#[test]
fn somebody_of_the_same_name_under_another_mailbox_is_told_of() -> Outcome {
    let same = |other| about(other, " jo  MASON", "j.mason@trust.uk");
    let mut later = same(earlier(7, RoundState::Draft, None)?)?;
    later.round = Round::from_record(RoundRecord { created_at: day(60), ..later.round.record().clone() });
    let others = [
        same(earlier(1, RoundState::Open, None)?)?,
        same(earlier(2, RoundState::Cancelled, Some(10))?)?,
        about(earlier(3, RoundState::Open, None)?, "Jo Mason", "JO+x@trust.uk")?,
        about(earlier(4, RoundState::Open, None)?, "Jo Masson", "jo.masson@trust.uk")?,
        erased(&same(earlier(5, RoundState::Archived, Some(10))?)?, 40),
        same(earlier(6, RoundState::Archived, Some(10))?)?,
        later,
    ];
    assert_eq!(titles(&namesakes(&review(9)?, &others, day(50))), ["Round 6", "Round 5", "Round 1"]);
    assert_eq!(titles(&namesakes(&review(9)?, &others, day(120))), ["Round 7", "Round 6", "Round 1"], "one is erased");
    assert_eq!(
        titles(&namesakes(&review(9)?, &others[1..2], day(5))),
        ["Round 2"],
        "it was cancelled after this one was launched"
    );
    assert_eq!(
        namesakes(&review(1)?, &others[..1], day(50)),
        Vec::<&EarlierReview>::new(),
        "a review is not its own namesake"
    );
    Ok(())
}

#[test]
fn a_namesake_asks_for_the_facilitators_agreement_and_stops_nothing_else() -> Outcome {
    let other = about(earlier(1, RoundState::Open, None)?, "jo mason", "j.mason@trust.uk")?;
    let refused = |agreed| -> Made<Vec<LaunchRefused>> {
        Ok(launch_refused(&review(9)?, (&[], &[&other]), agreed, &BTreeSet::new(), day(5)))
    };
    let words = "the round \"Round 1\" is about somebody called Jo Mason too, under another address; if that is the \
     same person, readers of both \
        reports can subtract one from the other, so this one is launched only when the facilitator has agreed to its \
        list of raters as it is now. \
        The facilitator reads it with GET /v1/reviews/{id}/list and agrees with POST /v1/reviews/{id}/agreement";
    let found: Vec<_> = refused(false)?.iter().map(|refused| (refused.as_str(), refused.to_string())).collect();
    assert_eq!(found, [("agreement_needed", words.to_owned())]);
    assert_eq!(refused(true)?, []);
    Ok(())
}
