//! What the trust's other rounds mean for a review: whether they stand in the way of a launch, and who has come and gone since the last.

use std::collections::BTreeMap;

use candour_domain::earlier::{EarlierReview, LaunchRefused, SinceLastRound, last_closed, launch_refused};
use candour_domain::list::{Listed, Office, canonical};
use candour_domain::{Mailbox, Rater, Review, ReviewId, Round, RoundState};
use candour_storage::{StorageError, Tenant, accounts, organisations, raters, reviews, rounds};
use chrono::{DateTime, Utc};

use crate::error::Error;
use crate::service::digest::sha256_hex;

/// Every review of the trust, by whom it is about.
pub struct EveryReview(BTreeMap<Mailbox, Vec<Review>>);

/// The other reviews of one person, as a review of a round sees them.
pub struct Earlier {
    others: Vec<EarlierReview>,
    /// From when it is looked: now for a draft, the launch for a round that has been launched.
    at: DateTime<Utc>,
}

impl EveryReview {
    /// Reads them.
    ///
    /// # Errors
    /// [`Error::Storage`].
    pub fn read(tenant: &mut Tenant<'_>) -> Result<Self, Error> {
        let mut every: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for review in reviews::every(tenant)? {
            every.entry(review.subject.person.email.mailbox()).or_default().push(review);
        }
        Ok(Self(every))
    }

    /// The reviews of the same person in other rounds.
    ///
    /// # Errors
    /// [`Error::Storage`].
    pub fn beside(&self, tenant: &mut Tenant<'_>, review: &Review, round: &Round, now: DateTime<Utc>) -> Result<Earlier, Error> {
        let at = round.record().launched_at.unwrap_or(now);
        let mut others = Vec::new();
        for other in self.0.get(&review.subject.person.email.mailbox()).into_iter().flatten() {
            if other.round_id != review.round_id
                && let Some(round) = rounds::find(tenant, other.round_id)?
            {
                others.push(EarlierReview { review: other.clone(), round });
            }
        }
        // A round that closed after this one was launched is not earlier.
        others.retain(|other| other.closed_at().is_none_or(|closed| closed <= at));
        Ok(Earlier { others, at })
    }
}

impl Earlier {
    /// The hash of the list of a review, to which the facilitator agrees.
    #[must_use]
    pub fn digest(&self, review: &Review, list: &[Listed]) -> String {
        sha256_hex(&canonical(review, list, self.recent()))
    }

    /// Why the review of a draft cannot be launched.
    #[must_use]
    pub fn refused(&self, review: &Review, agreed: bool, office: &Office) -> Vec<LaunchRefused> {
        launch_refused(review, &self.others, agreed, office.administrators(), self.at)
    }

    /// What has changed since the last round about the same person. `people` reads those of the new round.
    ///
    /// # Errors
    /// [`Error::Storage`].
    pub fn since_last_round(
        &self,
        tenant: &mut Tenant<'_>,
        round: &Round,
        people: impl FnOnce(&mut Tenant<'_>) -> Result<Vec<Rater>, StorageError>,
    ) -> Result<Option<SinceLastRound>, Error> {
        let Some(last) = last_closed(&self.others) else { return Ok(None) };
        let people = people(tenant)?;
        let erased = last.round.record().retention.people_erased_at.is_some();
        let then = if erased { None } else { Some(raters::all(tenant, last.review.id)?) };
        let record = round.record();
        let since = SinceLastRound::new(last, then.as_deref(), (&people, &record.groups), record.policy.threshold(), self.at);
        Ok(Some(SinceLastRound { agreement_needed: since.agreement_needed && record.state == RoundState::Draft, ..since }))
    }

    fn recent(&self) -> Option<ReviewId> {
        last_closed(&self.others).filter(|last| last.is_recent(self.at)).map(|last| last.review.id)
    }
}

/// The trust's administrators and its own domains.
///
/// # Errors
/// [`Error::Storage`].
pub fn office(tenant: &mut Tenant<'_>) -> Result<Office, Error> {
    let administrators: Vec<_> = accounts::administrators(tenant)?.into_iter().map(|account| account.email).collect();
    Ok(Office::new(&organisations::get(tenant)?.contact.email, &administrators))
}
