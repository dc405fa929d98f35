//! What the trust's other rounds mean for a review: whether they stand in the way of a launch, and who has come and
//! gone since.

use std::collections::BTreeMap;

use candour_domain::earlier::{self, EarlierReview, LaunchRefused, SinceEarlierRound, launch_refused, name_key};
use candour_domain::list::{Listed, Mark, Office, canonical, subject_marks};
use candour_domain::{Asked, Mailbox, Rater, Review, ReviewId, Round, RoundState};
use candour_storage::{StorageError, Tenant, accounts, organisations, raters, reviews, rounds};
use chrono::{DateTime, Utc};

use crate::error::Error;
use crate::sha256::sha256_hex;

/// Every review of the trust, by who it is about.
pub struct EveryReview {
    by_mailbox: BTreeMap<Mailbox, Vec<Review>>,
    by_name: BTreeMap<String, Vec<Review>>,
}

/// The other reviews of one person, as a review of a round sees them.
pub struct Earlier {
    /// Those in other rounds.
    others: Vec<EarlierReview>,
    /// Those of somebody of the same name under another mailbox.
    namesakes: Vec<EarlierReview>,
    /// From when it is looked: now for a draft, the launch for a round that has been launched.
    at: DateTime<Utc>,
}

impl EveryReview {
    /// Reads them.
    ///
    /// # Errors
    /// [`Error::Storage`].
    pub fn read(tenant: &mut Tenant<'_>) -> Result<Self, Error> {
        let (mut by_mailbox, mut by_name): (BTreeMap<_, Vec<_>>, BTreeMap<_, Vec<_>>) = Default::default();
        for review in reviews::every(tenant)? {
            let subject = &review.subject.person;
            by_name.entry(name_key(&subject.name)).or_default().push(review.clone());
            by_mailbox.entry(subject.email.mailbox()).or_default().push(review);
        }
        Ok(Self { by_mailbox, by_name })
    }

    /// The reviews of the same person in other rounds, and those of somebody of the same name.
    ///
    /// # Errors
    /// [`Error::Storage`].
    pub fn beside(
        &self,
        tenant: &mut Tenant<'_>,
        review: &Review,
        round: &Round,
        now: DateTime<Utc>,
    ) -> Result<Earlier, Error> {
        let at = round.record().launched_at.unwrap_or(now);
        let subject = &review.subject.person;
        let others = self
            .by_mailbox
            .get(&subject.email.mailbox())
            .into_iter()
            .flatten()
            .filter(|other| other.round_id != review.round_id);
        let others = with_rounds(tenant, others)?;
        let of_the_name = self
            .by_name
            .get(&name_key(&subject.name))
            .into_iter()
            .flatten()
            .filter(|other| !other.is_about_the_same(review));
        let of_the_name = with_rounds(tenant, of_the_name)?;
        let namesakes = earlier::namesakes(review, &of_the_name, at).into_iter().cloned().collect();
        Ok(Earlier { others, namesakes, at })
    }
}

impl Earlier {
    /// The hash of the list of a review, to which the facilitator agrees.
    #[must_use]
    pub fn digest(&self, review: &Review, list: &[Listed]) -> String {
        sha256_hex(&canonical(review, list, (&earlier::compared(&self.others, self.at), &self.namesakes())))
    }

    /// Why the review of a draft cannot be launched.
    #[must_use]
    pub fn refused(&self, review: &Review, agreed: bool, office: &Office) -> Vec<LaunchRefused> {
        launch_refused(review, (&self.others, &self.namesakes()), agreed, office.administrators(), self.at)
    }

    /// Whether a launch needs the facilitator's agreement to the list.
    #[must_use]
    pub fn needs_agreement(&self, review: &Review) -> bool {
        let refused = self.refused(review, false, &Office::default());
        refused.iter().any(|why| matches!(why, LaunchRefused::AgreementNeeded { .. }))
    }

    /// What is unusual about the subject.
    #[must_use]
    pub fn subject_marks(&self) -> Vec<Mark> {
        subject_marks(&self.namesakes())
    }

    /// What has changed since each earlier round about the same person, newest first. `people` reads those of the new
    /// round.
    ///
    /// # Errors
    /// [`Error::Storage`].
    pub fn since_earlier_rounds(
        &self,
        tenant: &mut Tenant<'_>,
        round: &Round,
        people: impl FnOnce(&mut Tenant<'_>) -> Result<Vec<Rater>, StorageError>,
    ) -> Result<Vec<SinceEarlierRound>, Error> {
        let compared = earlier::compared(&self.others, self.at);
        if compared.is_empty() {
            return Ok(Vec::new());
        }
        let (people, record) = (people(tenant)?, round.record());
        let draft = record.state == RoundState::Draft;
        let mut every = Vec::new();
        for other in compared {
            let erased = other.round.record().retention.people_erased_at.is_some();
            let then = if erased { None } else { Some(still_asked(tenant, other.review.id)?) };
            let since = SinceEarlierRound::new(
                other,
                then.as_deref(),
                (&people, &record.groups),
                record.policy.threshold(),
                self.at,
            );
            every.push(SinceEarlierRound { agreement_needed: since.agreement_needed && draft, ..since });
        }
        Ok(every)
    }

    fn namesakes(&self) -> Vec<&EarlierReview> {
        self.namesakes.iter().collect()
    }
}

/// These reviews, each with its round.
fn with_rounds<'a>(
    tenant: &mut Tenant<'_>,
    reviews: impl Iterator<Item = &'a Review>,
) -> Result<Vec<EarlierReview>, Error> {
    let mut found = Vec::new();
    for review in reviews {
        if let Some(round) = rounds::find(tenant, review.round_id)? {
            found.push(EarlierReview { review: review.clone(), round });
        }
    }
    Ok(found)
}

/// The trust's administrators and its own domains.
///
/// # Errors
/// [`Error::Storage`].
pub fn office(tenant: &mut Tenant<'_>) -> Result<Office, Error> {
    let administrators: Vec<_> = accounts::administrators(tenant)?.into_iter().map(|account| account.email).collect();
    Ok(Office::new(&organisations::get(tenant)?.contact.email, &administrators))
}

/// The raters of a review without those who were withdrawn: an answer of theirs may be in a report or not, so they
/// count as gone.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn still_asked(tenant: &mut Tenant<'_>, review: ReviewId) -> Result<Vec<Rater>, StorageError> {
    let listed = raters::on_list(tenant, review)?.into_iter();
    Ok(listed.filter(|listed| !listed.withdrawn && listed.asked != Asked::Waiting).map(|listed| listed.rater).collect())
}
