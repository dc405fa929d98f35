use std::collections::BTreeSet;

use chrono::DateTime;
use proptest::prelude::*;

use super::*;
use crate::clock::tests::settled;
use crate::review::ReviewError;
use crate::round::tests::in_state;
use crate::{OrganisationId, ReviewId, RoundId};

type Outcome = Result<(), Box<dyn std::error::Error>>;

const NOBODY: BTreeSet<Mailbox> = BTreeSet::new();

fn review() -> Result<Review, Box<dyn std::error::Error>> {
    let ids = (ReviewId::from_random([1; 16]), OrganisationId::from_random([2; 16]), RoundId::from_random([3; 16]));
    let (jo, al) = (Person::parse("Jo", "jo@trust.uk")?, Person::parse("Al", "al@trust.uk")?);
    Ok(Review::new(ids, (jo, "Chief executive"), al)?)
}

fn adviser(number: u8, email: &str) -> Result<Adviser, crate::person::InvalidPerson> {
    Ok(Adviser { id: AdviserId::from_random([number; 16]), person: Person::parse("Vic", email)? })
}

/// A round of this state whose raters have read that there may be advisers.
fn told(state: RoundState) -> Result<Round, Box<dyn std::error::Error>> {
    let mut record = in_state(state)?.record().clone();
    record.advisers_promised = true;
    Ok(Round::from_record(record))
}

#[test]
fn the_facilitator_names_advisers_and_takes_them_away() -> Outcome {
    let (draft, vic, pat) = (in_state(RoundState::Draft)?, adviser(9, "vic@trust.uk")?, adviser(8, "pat@else.uk")?);
    let advised = review()?.with_adviser(vic.clone(), &draft, &NOBODY)?.with_adviser(pat.clone(), &draft, &NOBODY)?;
    let ids: Vec<_> = advised.advisers.iter().map(|adviser| adviser.id).collect();
    assert!(ids.is_sorted() && advised.adviser(vic.id) == Some(&vic), "{ids:?}");
    assert!(advised.is_advised_by(&vic.person.email) && !advised.is_advised_by(&Email::parse("al@trust.uk")?));
    let left = advised.without_adviser(vic.id).ok_or("there was one")?;
    assert_eq!((left.advisers.as_slice(), left.without_adviser(vic.id)), ([pat].as_slice(), None));
    Ok(())
}

#[test]
fn a_review_has_few_advisers_and_each_once() -> Outcome {
    let draft = in_state(RoundState::Draft)?;
    let mut review = review()?;
    for number in 0..5 {
        review = review.with_adviser(adviser(number, &format!("a{number}@trust.uk"))?, &draft, &NOBODY)?;
        let again = adviser(99, &format!("A{number}+board@Trust.uk"))?;
        assert_eq!(review.with_adviser(again, &draft, &NOBODY), Err(AdviserError::Named));
    }
    assert_eq!(review.with_adviser(adviser(6, "a6@trust.uk")?, &draft, &NOBODY), Err(AdviserError::TooMany));
    Ok(())
}

#[test]
fn advisers_are_named_from_the_draft_until_the_round_is_put_away() -> Outcome {
    let (review, vic) = (review()?, adviser(9, "vic@trust.uk")?);
    for state in RoundState::ALL {
        let over = matches!(state, RoundState::Archived | RoundState::Cancelled);
        let expected = if over { Err(AdviserError::Over(state)) } else { Ok(1) };
        let named = |round: &Round| review.with_adviser(vic.clone(), round, &NOBODY).map(|next| next.advisers.len());
        assert_eq!(named(&told(state)?), expected, "{state:?}");
        let untold = if over || state == RoundState::Draft { expected } else { Err(AdviserError::NotPromised) };
        assert_eq!(named(&in_state(state)?), untold, "{state:?}: raters have not been told that there may be any");
    }
    Ok(())
}

#[test]
fn nobody_is_administrator_and_adviser_of_a_review_under_way() -> Outcome {
    let advised = review()?.with_adviser(adviser(9, "vic@trust.uk")?, &in_state(RoundState::Draft)?, &NOBODY)?;
    let administrators = BTreeSet::from([Email::parse("VIC+hr@trust.uk")?.mailbox()]);
    assert_eq!(
        advised.require_no_administrator(&administrators),
        Err(ReviewError::Adviser(AdviserError::Administrator))
    );
    let (vic, hr) = (Email::parse("vic+hr@trust.uk")?, Email::parse("hr@trust.uk")?);
    let released = advised.counted()?.release(None, settled(DateTime::UNIX_EPOCH))?;
    for state in RoundState::ALL {
        let refused = match state {
            RoundState::Cancelled => Ok(()),
            _ => Err(ReviewError::Adviser(AdviserError::Administrates)),
        };
        assert_eq!(advised.require_may_administrate(&vic, state), refused, "{state:?}");
        assert_eq!(advised.require_may_administrate(&hr, state), Ok(()), "{state:?}");
        assert_eq!(released.require_may_administrate(&vic, state), Ok(()), "{state:?}");
    }
    Ok(())
}

#[test]
fn another_facilitator_names_their_own_advisers() -> Outcome {
    let advised = review()?.with_adviser(adviser(9, "vic@trust.uk")?, &in_state(RoundState::Draft)?, &NOBODY)?;
    let changed = advised.with_facilitator(Person::parse("Kim", "kim@trust.uk")?, RoundState::Draft)?;
    assert_eq!(changed.advisers, []);
    Ok(())
}

proptest! {
    #[test]
    fn guarantee_neither_subject_nor_facilitator_nor_administrator_advises(
        who in 0_usize..3, tag in "(\\+[a-z]{1,4})?", upper in any::<bool>(), state in 0_usize..7,
    ) {
        let failed = |error: Box<dyn std::error::Error>| TestCaseError::fail(error.to_string());
        let (local, expected) = [("jo", AdviserError::Subject), ("al", AdviserError::Facilitator), ("hr", AdviserError::Administrator)][who];
        let written = format!("{local}{tag}@trust.uk");
        let written = if upper { written.to_uppercase() } else { written };
        let administrators = BTreeSet::from([Email::parse("hr@trust.uk")?.mailbox()]);
        let named = review().map_err(failed)?.with_adviser(adviser(9, &written)?, &told(RoundState::ALL[state]).map_err(failed)?, &administrators);
        let over = matches!(named, Err(AdviserError::Over(_)));
        prop_assert!(over || named == Err(expected), "{written}: {named:?}");
    }
}
