use proptest::prelude::*;

use super::*;
use crate::{AnonymityPolicy, FrameworkId, OrganisationId, Person, RaterGroups, RaterId, ReviewId, Round, RoundId};

type Outcome = Result<(), Box<dyn std::error::Error>>;

fn review() -> Result<Review, Box<dyn std::error::Error>> {
    let ids = (ReviewId::from_random([1; 16]), OrganisationId::from_random([2; 16]), RoundId::from_random([3; 16]));
    Ok(Review::new(
        ids,
        (Person::parse("Jo", "jo@trust.uk")?, "Chief executive"),
        Person::parse("Al", "al.khan@trust.uk")?,
    )?)
}

fn listed(review: &Review, email: &str, group: &str, asked: Asked) -> Result<Listed, Box<dyn std::error::Error>> {
    let rater = Rater {
        id: RaterId::from_random([4; 16]),
        organisation_id: review.organisation_id,
        round_id: review.round_id,
        review_id: review.id,
        person: Person::parse("Somebody", email)?,
        group: GroupId::parse(group)?,
    };
    Ok(Listed { rater, asked, withdrawn: false, asked_again: false })
}

fn marked(emails: &[&str]) -> Result<Vec<Vec<String>>, Box<dyn std::error::Error>> {
    let review = review()?;
    let list: Vec<_> =
        emails.iter().map(|email| listed(&review, email, "staff", Asked::AtLaunch)).collect::<Result<_, _>>()?;
    let administrators = [Email::parse("hr@trust.uk")?, Email::parse("hr.trust@gmail.com")?];
    let office = Office::new(&Email::parse("office@schools.uk")?, &administrators);
    Ok(marks(&review, &list, &office).iter().map(|marks| marks.iter().map(ToString::to_string).collect()).collect())
}

/// Another review, in a round of its own.
fn beside(id: u8) -> Result<EarlierReview, Box<dyn std::error::Error>> {
    let at = chrono::DateTime::UNIX_EPOCH;
    let (id, ids) =
        (ReviewId::from_random([id; 16]), (RoundId::from_random([id; 16]), OrganisationId::from_random([2; 16])));
    let rules = (AnonymityPolicy::default(), RaterGroups::standard());
    let round = Round::draft(
        ids,
        "Review 2026",
        FrameworkId::from_random([5; 16]),
        rules,
        at + chrono::TimeDelta::days(1),
        at,
    )?;
    Ok(EarlierReview { review: Review { id, ..review()? }, round })
}

#[test]
fn an_administrator_among_the_raters_is_marked() -> Outcome {
    let administrator = "an administrator of the trust, who sets up this round";
    assert_eq!(marked(&["hr+survey@trust.uk"])?, [[administrator]]);
    assert_eq!(marked(&["h.r.trust@googlemail.com"])?, [[administrator, "not under one of the trust's own domains"]]);
    Ok(())
}

#[test]
fn addresses_outside_the_trust_are_marked_and_public_providers_are_outside() -> Outcome {
    let outside: &[&str] = &["not under one of the trust's own domains"];
    let found = marked(&["ann@trust.uk", "bo@schools.uk", "cy@ashgrove.trust.uk", "di@nottrust.uk", "ed@gmail.com"])?;
    assert_eq!(found, [&[][..], &[], &[], outside, outside]);
    for public in ["gmail.com", "outlook.com", "hotmail.com", "hotmail.co.uk", "icloud.com", "yahoo.com", "yahoo.co.uk"]
    {
        let contact = Email::parse(&format!("trust@{public}"))?;
        assert!(!Office::new(&contact, &[]).is_own(&contact), "{public}");
    }
    Ok(())
}

#[test]
fn an_address_that_differs_in_one_letter_is_marked_with_the_other() -> Outcome {
    let found = marked(&[
        "a.stone@trust.uk",
        "astone@trust.uk",
        "a.store@trust.uk",
        "jo@trusts.uk",
        "alkhan@trust.uk",
        "kim@trust.uk",
    ])?;
    let own = |marks: &[String]| marks.iter().filter(|mark| mark.starts_with("differs")).cloned().collect::<Vec<_>>();
    assert_eq!(
        own(&found[0]),
        ["differs in one letter from a.store@trust.uk", "differs in one letter from astone@trust.uk"]
    );
    assert_eq!(own(&found[1]), ["differs in one letter from a.stone@trust.uk"]);
    assert_eq!(own(&found[2]), ["differs in one letter from a.stone@trust.uk"]);
    assert_eq!(own(&found[3]), ["differs in one letter from jo@trust.uk"], "the subject's");
    assert_eq!(own(&found[4]), ["differs in one letter from al.khan@trust.uk"], "the facilitator's");
    assert_eq!(own(&found[5]), Vec::<String>::new());
    Ok(())
}

#[test]
fn numbered_addresses_do_not_look_alike() -> Outcome {
    let numbered: Vec<_> = (1..=12).map(|number| format!("staff{number}@trust.uk")).collect();
    let all: Vec<&str> = numbered.iter().map(String::as_str).chain(["staff@trust.uk"]).collect();
    assert_eq!(marked(&all)?, vec![Vec::<String>::new(); 13]);
    // A digit for a letter, another letter, and a digit in the domain are no numbers.
    let found = marked(&["staff1@trust.uk", "staffl@trust.uk", "stafs1@trust.uk", "hr@trust.uk", "staff1@trust2.uk"])?;
    let (letter, other) = ("differs in one letter from staffl@trust.uk", "differs in one letter from stafs1@trust.uk");
    assert_eq!(found[0], ["differs in one letter from staff1@trust2.uk", letter, other]);
    Ok(())
}

#[test]
fn the_subject_is_marked_with_the_rounds_of_namesakes() -> Outcome {
    let other = beside(8)?;
    let marks = subject_marks(&[&other]);
    let words = "has the name of the person that the round \"Review 2026\" is about under another address; if they are \
     one person, readers of both reports can subtract one from the other";
    let found: Vec<_> = marks.iter().map(|mark| (mark.as_str(), mark.to_string())).collect();
    assert_eq!(found, [("same_name", words.to_owned())]);
    assert_eq!(subject_marks(&[]), []);
    Ok(())
}

#[test]
fn only_groups_that_were_asked_at_launch_take_more_people() -> Outcome {
    let review = review()?;
    let list = [
        listed(&review, "a@trust.uk", "staff", Asked::AtLaunch)?,
        listed(&review, "b@trust.uk", "external", Asked::Later)?,
    ];
    assert_eq!(asked_at_launch(&list), BTreeSet::from([GroupId::parse("staff")?]));
    Ok(())
}

#[test]
fn the_text_of_a_list_changes_with_whatever_the_facilitator_reads() -> Outcome {
    let review = review()?;
    let (ann, bo) = (
        listed(&review, "ann@trust.uk", "staff", Asked::AtLaunch)?,
        listed(&review, "bo@trust.uk", "staff", Asked::Waiting)?,
    );
    let text = canonical(&review, &[ann.clone(), bo.clone()], (&[], &[]));
    assert_eq!(canonical(&review, &[bo.clone(), ann.clone()], (&[], &[])), text, "in any order");
    assert_eq!(
        canonical(&review, &[ann.clone(), Listed { asked: Asked::Later, ..bo.clone() }], (&[], &[])),
        text,
        "before and after agreeing"
    );
    let renamed =
        Listed { rater: Rater { person: Person::parse("Bo", "bo@trust.uk")?, ..bo.rater.clone() }, ..bo.clone() };
    let other = Review { facilitator: Person::parse("Al", "al@trust.uk")?, ..review.clone() };
    let (one, two) = (beside(8)?, beside(9)?);
    let others = [
        canonical(&review, std::slice::from_ref(&ann), (&[], &[])),
        canonical(&review, &[ann.clone(), listed(&review, "bo@trust.uk", "trustees", Asked::Waiting)?], (&[], &[])),
        canonical(&review, &[ann.clone(), Listed { withdrawn: true, ..bo.clone() }], (&[], &[])),
        canonical(&review, &[ann.clone(), renamed], (&[], &[])),
        canonical(&other, &[ann.clone(), bo.clone()], (&[], &[])),
        canonical(&review, &[ann.clone(), bo.clone()], (&[&one], &[])),
        canonical(&review, &[ann.clone(), bo.clone()], (&[&one, &two], &[])),
        canonical(&review, &[ann.clone(), bo.clone()], (&[&two], &[])),
        canonical(&review, &[ann.clone(), bo.clone()], (&[&one], &[&two])),
        canonical(&review, &[ann, bo], (&[], &[&one])),
    ];
    let distinct: BTreeSet<_> = others.iter().chain([&text]).collect();
    assert_eq!(distinct.len(), others.len() + 1);
    Ok(())
}

/// The number of letters to add, take away or change, in full.
fn distance(one: &[char], other: &[char]) -> usize {
    match (one, other) {
        ([], rest) | (rest, []) => rest.len(),
        ([a, one_rest @ ..], [b, other_rest @ ..]) if a == b => distance(one_rest, other_rest),
        ([_, one_rest @ ..], [_, other_rest @ ..]) => {
            1 + distance(one_rest, other_rest).min(distance(one_rest, other)).min(distance(one, other_rest))
        }
    }
}

proptest! {
    #[test]
    fn the_letters_that_differ_are_counted_as_in_the_definition(one in "[ab.]{0,5}", other in "[ab.]{0,5}") {
        let (a, b): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
        prop_assert_eq!(differ_in_one(&one, &other), distance(&a, &b) == 1);
        if distance(&a, &b) == 1 {
            prop_assert!(shortened(&one).intersection(&shortened(&other)).next().is_some(), "they share a text");
        }
    }
}
