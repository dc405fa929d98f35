//! What a change says it is based on: the one place where `If-Match` and `If-None-Match` are decided.

use candour_domain::review::ReviewProgress;
use candour_domain::{Rater, Review, Round};
use candour_storage::Tenant;
use sha2::{Digest, Sha256};

use crate::error::Error;

/// What one of the two headers names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tags {
    /// `*`: whatever is there.
    Any,
    /// Tags without quotes and without `W/`: a proxy that compresses makes tags weak.
    These(Vec<String>),
}

/// When a change is made.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Condition {
    /// Only if it is still one of these.
    pub matches: Option<Tags>,
    /// Only if it is none of these.
    pub matches_none: Option<Tags>,
}

/// What has tags that change with it.
pub trait Revised {
    /// The tags under which it can be read now, without quotes; none where it cannot be read by itself.
    ///
    /// # Errors
    /// [`Error::Storage`] where more has to be read.
    fn tags(&self, tenant: &mut Tenant<'_>) -> Result<Vec<String>, Error>;

    /// Whether it is there before the change.
    fn is_there(&self) -> bool {
        true
    }
}

impl Tags {
    /// Whether one of them is one of `current`.
    #[must_use]
    pub fn name_one_of(&self, current: &[String]) -> bool {
        match self {
            Self::Any => true,
            Self::These(tags) => tags.iter().any(|tag| current.contains(tag)),
        }
    }
}

impl Condition {
    /// Goes on only if the change is based on what is there.
    ///
    /// # Errors
    /// [`Error::Stale`] otherwise.
    pub fn require(&self, tenant: &mut Tenant<'_>, thing: &impl Revised) -> Result<(), Error> {
        if *self == Self::default() {
            return Ok(());
        }
        let current = thing.tags(tenant)?;
        let kept = self.matches.as_ref().is_none_or(|tags| tags.name_one_of(&current));
        let new = self.matches_none.as_ref().is_none_or(|tags| !(thing.is_there() && tags.name_one_of(&current)));
        if kept && new { Ok(()) } else { Err(Error::Stale) }
    }
}

/// A tag made from content.
#[must_use]
pub fn tag_of(content: &str) -> String {
    format!(
        "{:.22}",
        base64::Engine::encode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, Sha256::digest(content))
    )
}

/// The tag of a round.
#[must_use]
pub fn tag_of_round(round: &Round) -> String {
    round.record().revision.to_string()
}

/// The tag of a review: it changes with its people and with how far it has come.
#[must_use]
pub fn tag_of_review(review: &Review) -> String {
    let (subject, facilitator) = (&review.subject, &review.facilitator);
    let progress = match review.progress {
        ReviewProgress::Waiting => "waiting".to_owned(),
        ReviewProgress::Counted => "counted".to_owned(),
        ReviewProgress::Scheduled(at) => format!("scheduled {}", at.timestamp_micros()),
        ReviewProgress::Released(at) => format!("released {}", at.timestamp_micros()),
    };
    let parts = [
        review.id.to_string(),
        subject.person.name.to_string(),
        subject.person.email.to_string(),
        subject.role.clone(),
        facilitator.name.to_string(),
        facilitator.email.to_string(),
        progress,
    ];
    tag_of(&parts.map(|part| format!("{}:{part}", part.len())).concat())
}

impl Revised for () {
    fn tags(&self, _tenant: &mut Tenant<'_>) -> Result<Vec<String>, Error> {
        Ok(Vec::new())
    }

    fn is_there(&self) -> bool {
        false
    }
}

impl Revised for Round {
    fn tags(&self, _tenant: &mut Tenant<'_>) -> Result<Vec<String>, Error> {
        Ok(vec![tag_of_round(self)])
    }
}

impl Revised for Review {
    fn tags(&self, _tenant: &mut Tenant<'_>) -> Result<Vec<String>, Error> {
        Ok(vec![tag_of_review(self)])
    }
}

/// A rater is read in a list only, so nobody has a tag of one.
impl Revised for Rater {
    fn tags(&self, _tenant: &mut Tenant<'_>) -> Result<Vec<String>, Error> {
        Ok(Vec::new())
    }
}
