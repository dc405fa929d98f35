//! Opening the ballots of a review on several threads.

use std::num::NonZeroUsize;

use candour_domain::ReviewId;

use super::{OpenedBallot, PrivateKey, SealError, open_ballot};

/// Fewer ballots than this, each of which takes about a tenth of a millisecond, are not worth a thread.
const WORTH_A_THREAD: usize = 32;

/// The ballots of a review, opened. It has no `Debug`, as what is in it has none.
pub struct OpenedBallots {
    /// Those that open, in the order given.
    pub opened: Vec<OpenedBallot>,
    /// How many do not.
    pub closed: usize,
}

/// Opens the ballots of a review on at most this many threads. One that does not open stops no other.
///
/// # Errors
/// As for [`open_ballot`], where there are ballots and none of them opens: then the key is at fault, or all of them
/// are.
pub fn open_ballots(
    private: &PrivateKey,
    review: ReviewId,
    sealed: &[Vec<u8>],
    threads: NonZeroUsize,
) -> Result<OpenedBallots, SealError> {
    let open = |part: &[Vec<u8>]| part.iter().map(|ballot| open_ballot(private, review, ballot)).collect::<Vec<_>>();
    let mut parts = sealed.chunks(sealed.len().div_ceil(threads.get()).max(WORTH_A_THREAD));
    let first = parts.next().unwrap_or_default();
    let every = std::thread::scope(|scope| {
        let others: Vec<_> = parts.map(|part| scope.spawn(move || open(part))).collect();
        let mut opened = open(first);
        for other in others {
            opened.extend(other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        }
        opened
    });
    let (mut opened, mut failed) = (Vec::with_capacity(every.len()), Vec::new());
    for ballot in every {
        match ballot {
            Ok(ballot) => opened.push(ballot),
            Err(error) => failed.push(error),
        }
    }
    match failed.first() {
        Some(&error) if opened.is_empty() => Err(error),
        _ => Ok(OpenedBallots { opened, closed: failed.len() }),
    }
}

#[cfg(test)]
mod tests {
    use std::error::Error;

    use serde_json::json;

    use super::*;
    use crate::sample::{group, parse, rng};
    use crate::{Ballot, RoundKeyPair, seal_ballot};

    #[test]
    fn any_number_of_threads_opens_the_same_ballots_in_the_same_order() -> Result<(), Box<dyn Error>> {
        let (review, mut rng) = (ReviewId::from_random([1; 16]), rng(1));
        let (pair, group) = (RoundKeyPair::generate(&mut rng), group()?);
        for ballots in [0, 1, WORTH_A_THREAD, 3 * WORTH_A_THREAD + 5] {
            let mut sealed = Vec::new();
            for number in 0..ballots {
                let input = serde_json::from_value(json!({"comments": {"keep": number.to_string()}}))?;
                let ballot = Ballot { group: &group, rater: None, response: &parse(&input)? };
                sealed.push(seal_ballot(pair.public(), review, &ballot, &mut rng)?);
            }
            let expected: Vec<_> = (0..ballots).map(|number| Some(number.to_string())).collect();
            for threads in [1, 2, 3, 50] {
                let opened = open_ballots(pair.private(), review, &sealed, threads.try_into()?)?;
                assert_eq!(opened.closed, 0);
                let said: Vec<_> =
                    opened.opened.iter().map(|ballot| ballot.input.comments.get("keep").cloned()).collect();
                assert_eq!(said, expected, "{ballots} ballots on {threads} threads");
            }
        }
        Ok(())
    }

    #[test]
    fn one_ballot_that_does_not_open_spoils_no_other() -> Result<(), Box<dyn Error>> {
        let (review, mut rng) = (ReviewId::from_random([1; 16]), rng(1));
        let (pair, group) = (RoundKeyPair::generate(&mut rng), group()?);
        let input = serde_json::from_value(json!({"ratings": {"a.1": 4}}))?;
        let ballot = Ballot { group: &group, rater: None, response: &parse(&input)? };
        let good = seal_ballot(pair.public(), review, &ballot, &mut rng)?;
        for at in [0, WORTH_A_THREAD, 2 * WORTH_A_THREAD] {
            let mut sealed = vec![good.clone(); 2 * WORTH_A_THREAD + 1];
            sealed.insert(at, Vec::new());
            let opened = open_ballots(pair.private(), review, &sealed, 3.try_into()?)?;
            assert_eq!((opened.opened.len(), opened.closed), (2 * WORTH_A_THREAD + 1, 1), "at {at}");
        }
        // With another key none opens, and then nothing is counted.
        let other = RoundKeyPair::generate(&mut rng);
        assert_eq!(
            open_ballots(other.private(), review, &[good.clone(), good], 3.try_into()?).err(),
            Some(SealError::Opening)
        );
        Ok(())
    }
}
