//! What becomes of a round after its end: its answers are destroyed, its raters erased, it is archived, and at last it
//! may be deleted.

use super::{Round, RoundState};
use crate::SettledNow;

/// A step after the end that the round's state does not allow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EndError {
    /// Raters and answers are needed until the round has been counted or cancelled.
    #[error("the round is {} and still needs its answers and its raters", .0.as_str())]
    StillNeeded(RoundState),
    /// It has been done.
    #[error("this step of the end of a round has been done before")]
    Done,
    /// Only a released round is archived.
    #[error("only a released round is archived; this round is {}", .0.as_str())]
    NotReleased(RoundState),
    /// Something has to be destroyed first.
    #[error("the answers or the raters of the round are still there")]
    StillThere,
}

impl Round {
    /// Records that its answers have been destroyed. A closed round that has not been counted never will be, and ends
    /// without a result.
    ///
    /// # Errors
    /// [`EndError::StillNeeded`] before it is closed or cancelled; [`EndError::Done`].
    pub fn answers_destroyed(&self, now: SettledNow) -> Result<Self, EndError> {
        match self.state() {
            state @ (RoundState::Draft | RoundState::Open) => return Err(EndError::StillNeeded(state)),
            _ if self.0.retention.answers_destroyed_at.is_some() => return Err(EndError::Done),
            _ => {}
        }
        let mut record = self.0.clone();
        record.retention.answers_destroyed_at = Some(now.at());
        if record.state == RoundState::Closed {
            record.state = RoundState::Cancelled;
        }
        record.revision += 1;
        Ok(Self(record))
    }

    /// Records that its raters have been erased. A draft of which nobody has heard and nobody thinks any more is
    /// cancelled by it.
    ///
    /// # Errors
    /// [`EndError::StillNeeded`] while it is open or waits for the count; [`EndError::Done`].
    pub fn people_erased(&self, now: SettledNow) -> Result<Self, EndError> {
        match self.state() {
            state @ (RoundState::Open | RoundState::Closed) => return Err(EndError::StillNeeded(state)),
            _ if self.0.retention.people_erased_at.is_some() => return Err(EndError::Done),
            _ => {}
        }
        let mut record = self.0.clone();
        record.retention.people_erased_at = Some(now.at());
        if record.state == RoundState::Draft {
            record.state = RoundState::Cancelled;
            record.closed_at = Some(now.at());
        }
        record.revision += 1;
        Ok(Self(record))
    }

    /// Archives a released round of which only the results are left.
    ///
    /// # Errors
    /// [`EndError::NotReleased`]; [`EndError::StillThere`] before answers and raters have gone.
    pub fn archived(&self) -> Result<Self, EndError> {
        if self.state() != RoundState::Released {
            return Err(EndError::NotReleased(self.state()));
        }
        self.require_nothing_but_results()?;
        let mut record = self.0.clone();
        record.state = RoundState::Archived;
        record.revision += 1;
        Ok(Self(record))
    }

    /// Whether results are all that is left of it, so that they are the last to go.
    ///
    /// # Errors
    /// [`EndError::StillNeeded`] before the round has ended; [`EndError::StillThere`] before answers and raters have
    /// gone.
    pub fn require_nothing_but_results(&self) -> Result<(), EndError> {
        let retention = &self.0.retention;
        match self.state() {
            state @ (RoundState::Draft | RoundState::Open | RoundState::Closed) => Err(EndError::StillNeeded(state)),
            // A draft that was cancelled never had answers.
            _ if retention.people_erased_at.is_none() => Err(EndError::StillThere),
            _ if retention.answers_destroyed_at.is_none() && self.0.launched_at.is_some() => Err(EndError::StillThere),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::tests::settled;
    use crate::retention::RoundRetention;
    use crate::round::tests::{at, in_state};

    type Outcome = Result<(), Box<dyn std::error::Error>>;

    const ENDED: [RoundState; 4] =
        [RoundState::Counted, RoundState::Released, RoundState::Archived, RoundState::Cancelled];

    #[test]
    fn answers_and_raters_go_once_and_only_after_the_end() -> Outcome {
        for state in RoundState::ALL {
            let round = in_state(state)?;
            let without_answers = round.answers_destroyed(settled(at(70)));
            let without_people = round.people_erased(settled(at(70)));
            match state {
                RoundState::Draft | RoundState::Open => assert_eq!(without_answers, Err(EndError::StillNeeded(state))),
                _ => {
                    let gone = without_answers?;
                    let expected = if state == RoundState::Closed { RoundState::Cancelled } else { state };
                    assert_eq!((gone.state(), gone.record().retention.answers_destroyed_at), (expected, Some(at(70))));
                    assert_eq!(gone.record().revision, round.record().revision + 1);
                    assert_eq!(gone.answers_destroyed(settled(at(71))), Err(EndError::Done));
                }
            }
            match state {
                RoundState::Open | RoundState::Closed => assert_eq!(without_people, Err(EndError::StillNeeded(state))),
                _ => {
                    let gone = without_people?;
                    let expected = if state == RoundState::Draft { RoundState::Cancelled } else { state };
                    assert_eq!((gone.state(), gone.record().retention.people_erased_at), (expected, Some(at(70))));
                    assert_eq!(gone.people_erased(settled(at(71))), Err(EndError::Done));
                }
            }
        }
        Ok(())
    }

    #[test]
    fn a_released_round_is_archived_when_only_the_results_are_left() -> Outcome {
        let released = in_state(RoundState::Released)?;
        assert_eq!(released.archived(), Err(EndError::StillThere));
        assert_eq!(released.people_erased(settled(at(70)))?.archived(), Err(EndError::StillThere));
        let left = released.people_erased(settled(at(70)))?.answers_destroyed(settled(at(71)))?;
        assert_eq!(left.archived()?.state(), RoundState::Archived);
        for state in RoundState::ALL.into_iter().filter(|state| *state != RoundState::Released) {
            assert_eq!(in_state(state)?.archived(), Err(EndError::NotReleased(state)));
        }
        Ok(())
    }

    #[test]
    fn results_are_the_last_to_go() -> Outcome {
        for state in ENDED {
            let round = in_state(state)?;
            assert_eq!(round.require_nothing_but_results(), Err(EndError::StillThere), "{state:?}");
            assert_eq!(
                round.answers_destroyed(settled(at(70)))?.require_nothing_but_results(),
                Err(EndError::StillThere),
                "{state:?}"
            );
            let left = round.people_erased(settled(at(70)))?.answers_destroyed(settled(at(70)))?;
            assert_eq!(left.require_nothing_but_results(), Ok(()), "{state:?}");
        }
        for state in [RoundState::Draft, RoundState::Open, RoundState::Closed] {
            let mut record = in_state(state)?.record().clone();
            record.retention =
                RoundRetention { promised: None, people_erased_at: Some(at(1)), answers_destroyed_at: Some(at(1)) };
            assert_eq!(Round::from_record(record).require_nothing_but_results(), Err(EndError::StillNeeded(state)));
        }
        let never_launched = in_state(RoundState::Draft)?.people_erased(settled(at(70)))?;
        assert_eq!(never_launched.require_nothing_but_results(), Ok(()), "it never had answers");
        Ok(())
    }
}
