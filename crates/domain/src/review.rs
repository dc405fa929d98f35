//! A review: one subject in one round, with the facilitator who reads and releases the report. [`crate::adviser`] has
//! who else reads it.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::adviser::AdviserError;
use crate::text::{self, InvalidLine, Unseen};
use crate::{Adviser, Email, Mailbox, OrganisationId, Person, ReviewId, RoundId, RoundState, SettledNow};

/// The longest role, in characters.
pub const LONGEST_ROLE: usize = 120;

/// One subject in one round.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Review {
    /// Its id.
    pub id: ReviewId,
    /// The trust.
    pub organisation_id: OrganisationId,
    /// The round.
    pub round_id: RoundId,
    /// Who it is about.
    pub subject: Subject,
    /// Who reads the counted result and releases it; never the subject.
    pub facilitator: Person,
    /// Who reads it beside the facilitator and changes nothing, in the order of their ids.
    pub advisers: Vec<Adviser>,
    /// How far it has come after the count.
    pub progress: ReviewProgress,
}

/// The person a review is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subject {
    /// Who they are.
    #[serde(flatten)]
    pub person: Person,
    /// Their post, such as "Chief executive".
    pub role: String,
}

/// How far a review has come after its round closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReviewProgress {
    /// There is no result yet.
    Waiting,
    /// The facilitator can read the result.
    Counted,
    /// Will be released at this time.
    Scheduled(DateTime<Utc>),
    /// Subject, administrator and integrations can read the result, since this time.
    Released(DateTime<Utc>),
}

/// A review that cannot be set up or moved on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReviewError {
    /// The subject would read their own report first.
    #[error("the subject cannot be the facilitator of their own review; name somebody else")]
    OwnFacilitator,
    /// The administrator would choose who is asked, and read what they say before it is released.
    #[error(
        "an administrator of the trust cannot be the facilitator of a review; name somebody who does not set up rounds"
    )]
    AdministratorFacilitates,
    /// The same from the other side: a facilitator who would become an administrator.
    #[error(
        "this address is the facilitator of a review that is not released or cancelled; they cannot be an \
         administrator until it is. Choose somebody else, or wait until then"
    )]
    FacilitatorAdministrates,
    /// Raters have been told who reads the report.
    #[error(
        "the round has been launched and raters have been told who reads the report, so the facilitator cannot be \
         changed any more; to name another, cancel the round and set up a new one"
    )]
    FacilitatorFrozen,
    /// Somebody who cannot be an adviser, or is one.
    #[error(transparent)]
    Adviser(#[from] AdviserError),
    /// An empty or overlong role.
    #[error("give the subject's role in 1 to {LONGEST_ROLE} characters on one line")]
    Role,
    /// A role with a character in it that nobody sees.
    #[error("the subject's role is not as it looks: {0}")]
    RoleUnseen(Unseen),
    /// There is no result yet.
    #[error("the review has not been counted, which happens once its round has closed; try again then")]
    NotCounted,
    /// It cannot be released twice, and nothing changes after release.
    #[error("the review has been released, so its result does not change any more; leave it as it is")]
    Released,
    /// There is no set time to take back.
    #[error("no time of release is set, so there is none to take back; leave it as it is")]
    NotScheduled,
    /// The time of a scheduled release has passed.
    #[error("release_at has passed or is more than 366 days away; give a time between now and then")]
    ReleaseTime,
    /// A time of release within a leap second.
    #[error(
        "a time has no second 60, which clocks in the United Kingdom do not show; give the full minute that follows"
    )]
    LeapSecond,
}

impl Review {
    /// Sets up a review.
    ///
    /// # Errors
    /// [`ReviewError::OwnFacilitator`] and [`ReviewError::Role`].
    pub fn new(
        (id, organisation_id, round_id): (ReviewId, OrganisationId, RoundId),
        (subject, role): (Person, &str),
        facilitator: Person,
    ) -> Result<Self, ReviewError> {
        require_apart(&subject, &facilitator)?;
        let role = text::one_line(role, LONGEST_ROLE).map_err(|error| match error {
            InvalidLine::Unseen(unseen) => ReviewError::RoleUnseen(unseen),
            InvalidLine::Empty | InvalidLine::TooLong(_) | InvalidLine::Control => ReviewError::Role,
        })?;
        let subject = Subject { person: subject, role };
        let (advisers, progress) = (Vec::new(), ReviewProgress::Waiting);
        Ok(Self { id, organisation_id, round_id, subject, facilitator, advisers, progress })
    }

    /// The review with another facilitator, while its round is a draft. It has no advisers then: the facilitator before
    /// named them.
    ///
    /// # Errors
    /// [`ReviewError::FacilitatorFrozen`] after launch; [`ReviewError::OwnFacilitator`].
    pub fn with_facilitator(&self, facilitator: Person, state: RoundState) -> Result<Self, ReviewError> {
        if state != RoundState::Draft {
            return Err(ReviewError::FacilitatorFrozen);
        }
        require_apart(&self.subject.person, &facilitator)?;
        Ok(Self { facilitator, advisers: Vec::new(), ..self.clone() })
    }

    /// Whether neither the facilitator nor an adviser is one of the trust's administrators.
    ///
    /// # Errors
    /// [`ReviewError::AdministratorFacilitates`], [`AdviserError::Administrator`].
    pub fn require_no_administrator(&self, administrators: &BTreeSet<Mailbox>) -> Result<(), ReviewError> {
        if administrators.contains(&self.facilitator.email.mailbox()) {
            return Err(ReviewError::AdministratorFacilitates);
        }
        Ok(self.require_no_administrator_advises(administrators)?)
    }

    /// Whether this person may become an administrator, as far as this review is concerned.
    ///
    /// # Errors
    /// [`ReviewError::FacilitatorAdministrates`] when they facilitate it and it is neither released nor cancelled,
    /// [`AdviserError::Administrates`] when they advise on it.
    pub fn require_may_administrate(&self, email: &Email, state: RoundState) -> Result<(), ReviewError> {
        if self.released_at().is_some() || state == RoundState::Cancelled {
            return Ok(());
        }
        if self.facilitator.email.mailbox() == email.mailbox() {
            return Err(ReviewError::FacilitatorAdministrates);
        }
        Ok(self.require_advises_not(email)?)
    }

    /// Whether both are about one person.
    #[must_use]
    pub fn is_about_the_same(&self, other: &Self) -> bool {
        self.subject.person.email.mailbox() == other.subject.person.email.mailbox()
    }

    /// Whether this person facilitates the review.
    #[must_use]
    pub fn is_facilitated_by(&self, email: &Email) -> bool {
        self.facilitator.email == *email
    }

    /// Whether this person is the one it is about.
    #[must_use]
    pub fn is_about(&self, email: &Email) -> bool {
        self.subject.person.email == *email
    }

    /// Records that there is a result.
    ///
    /// # Errors
    /// [`ReviewError::Released`] when it is already out.
    pub fn counted(&self) -> Result<Self, ReviewError> {
        match self.progress {
            ReviewProgress::Released(_) => Err(ReviewError::Released),
            _ => Ok(self.at(ReviewProgress::Counted)),
        }
    }

    /// Releases the result now, or at a later time.
    ///
    /// # Errors
    /// [`ReviewError::NotCounted`], [`ReviewError::Released`], [`ReviewError::ReleaseTime`],
    /// [`ReviewError::LeapSecond`].
    pub fn release(&self, release_at: Option<DateTime<Utc>>, now: SettledNow) -> Result<Self, ReviewError> {
        self.require_redactable()?;
        match release_at {
            None => Ok(self.at(ReviewProgress::Released(now.at()))),
            Some(at) if crate::round::is_leap_second(at) => Err(ReviewError::LeapSecond),
            Some(at) if at > now.at() && at <= now.at() + chrono::TimeDelta::days(366) => {
                Ok(self.at(ReviewProgress::Scheduled(at)))
            }
            Some(_) => Err(ReviewError::ReleaseTime),
        }
    }

    /// Takes back the time at which the result was to be released.
    ///
    /// # Errors
    /// [`ReviewError::NotScheduled`], also before the count; [`ReviewError::Released`].
    pub fn take_release_back(&self) -> Result<Self, ReviewError> {
        match self.progress {
            ReviewProgress::Scheduled(_) => Ok(self.at(ReviewProgress::Counted)),
            ReviewProgress::Released(_) => Err(ReviewError::Released),
            ReviewProgress::Waiting | ReviewProgress::Counted => Err(ReviewError::NotScheduled),
        }
    }

    /// Whether the facilitator may still redact a comment.
    ///
    /// # Errors
    /// [`ReviewError::NotCounted`] before the count, [`ReviewError::Released`] after release.
    pub fn require_redactable(&self) -> Result<(), ReviewError> {
        match self.progress {
            ReviewProgress::Waiting => Err(ReviewError::NotCounted),
            ReviewProgress::Counted | ReviewProgress::Scheduled(_) => Ok(()),
            ReviewProgress::Released(_) => Err(ReviewError::Released),
        }
    }

    /// When it was released, if it was.
    #[must_use]
    pub fn released_at(&self) -> Option<DateTime<Utc>> {
        match self.progress {
            ReviewProgress::Released(at) => Some(at),
            _ => None,
        }
    }

    fn at(&self, progress: ReviewProgress) -> Self {
        Self { progress, ..self.clone() }
    }
}

/// Nobody facilitates their own review, under whichever address of theirs.
fn require_apart(subject: &Person, facilitator: &Person) -> Result<(), ReviewError> {
    if subject.email.mailbox() == facilitator.email.mailbox() { Err(ReviewError::OwnFacilitator) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;
    use crate::clock::tests::settled;

    type Outcome = Result<(), Box<dyn std::error::Error>>;

    fn review() -> Result<Review, Box<dyn std::error::Error>> {
        let ids = (ReviewId::from_random([1; 16]), OrganisationId::from_random([2; 16]), RoundId::from_random([3; 16]));
        Ok(Review::new(
            ids,
            (Person::parse("Jo", "jo@trust.uk")?, "Chief executive"),
            Person::parse("Al", "al@trust.uk")?,
        )?)
    }

    #[test]
    fn nobody_facilitates_their_own_review() -> Outcome {
        let ids = (ReviewId::from_random([1; 16]), OrganisationId::from_random([2; 16]), RoundId::from_random([3; 16]));
        let jo = Person::parse("Jo", "jo@trust.uk")?;
        assert_eq!(
            Review::new(ids, (jo.clone(), "Chief executive"), Person::parse("J", "JO@Trust.uk")?),
            Err(ReviewError::OwnFacilitator)
        );
        let tagged = Person::parse("J", "jo+chair@trust.uk")?;
        assert_eq!(Review::new(ids, (jo.clone(), "Chief executive"), tagged.clone()), Err(ReviewError::OwnFacilitator));
        assert_eq!(Review::new(ids, (jo, " "), Person::parse("Al", "al@trust.uk")?), Err(ReviewError::Role));
        assert_eq!(review()?.with_facilitator(tagged, RoundState::Draft), Err(ReviewError::OwnFacilitator));
        Ok(())
    }

    #[test]
    fn the_facilitator_changes_before_launch_only() -> Outcome {
        let kim = Person::parse("Kim", "kim@trust.uk")?;
        for state in RoundState::ALL {
            let changed = review()?.with_facilitator(kim.clone(), state);
            match state {
                RoundState::Draft => assert_eq!(changed?.facilitator, kim),
                _ => assert_eq!(changed, Err(ReviewError::FacilitatorFrozen), "{state:?}"),
            }
        }
        Ok(())
    }

    #[test]
    fn nobody_is_administrator_and_facilitator_of_a_review_under_way() -> Outcome {
        let review = review()?;
        let administrators =
            |email| Ok::<_, crate::person::InvalidPerson>(BTreeSet::from([Email::parse(email)?.mailbox()]));
        assert_eq!(review.require_no_administrator(&administrators("hr@trust.uk")?), Ok(()));
        assert_eq!(
            review.require_no_administrator(&administrators("AL+hr@trust.uk")?),
            Err(ReviewError::AdministratorFacilitates)
        );
        let (al, hr) = (Email::parse("al+hr@trust.uk")?, Email::parse("hr@trust.uk")?);
        let released = review.counted()?.release(None, settled(DateTime::UNIX_EPOCH))?;
        for state in RoundState::ALL {
            let refused =
                if state == RoundState::Cancelled { Ok(()) } else { Err(ReviewError::FacilitatorAdministrates) };
            assert_eq!(review.require_may_administrate(&al, state), refused, "{state:?}");
            assert_eq!(review.require_may_administrate(&hr, state), Ok(()), "{state:?}");
            assert_eq!(released.require_may_administrate(&al, state), Ok(()), "{state:?}");
        }
        Ok(())
    }

    #[test]
    fn a_result_is_released_once_and_only_after_the_count() -> Outcome {
        let now = DateTime::UNIX_EPOCH;
        let review = review()?;
        assert_eq!(review.release(None, settled(now)), Err(ReviewError::NotCounted));
        let counted = review.counted()?;
        assert_eq!(counted.release(Some(now), settled(now)), Err(ReviewError::ReleaseTime));
        assert_eq!(counted.release(Some("1970-01-20T23:59:60Z".parse()?), settled(now)), Err(ReviewError::LeapSecond));
        let scheduled = counted.release(Some(now + TimeDelta::days(1)), settled(now))?;
        assert_eq!(scheduled.require_redactable(), Ok(()));
        assert_eq!(scheduled.take_release_back()?, counted);
        for without_a_time in [&review, &counted] {
            assert_eq!(without_a_time.take_release_back(), Err(ReviewError::NotScheduled));
        }
        let released = scheduled.release(None, settled(now))?;
        assert_eq!(released.released_at(), Some(now));
        assert_eq!(released.release(None, settled(now)), Err(ReviewError::Released));
        assert_eq!(released.counted(), Err(ReviewError::Released));
        assert_eq!(released.take_release_back(), Err(ReviewError::Released));
        Ok(())
    }
}
