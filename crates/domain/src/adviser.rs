//! Advisers of a review: an external adviser, a vice-chair, a member of a panel. They read what its facilitator reads,
//! before the release as well, and change nothing. The facilitator names them.

use std::collections::BTreeSet;

use crate::{AdviserId, Email, Mailbox, Person, Review, Round, RoundState};

/// How many advisers a review can have.
pub const MOST_ADVISERS: u32 = 5;

/// Somebody who advises on a review.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Adviser {
    /// Their id in this review.
    pub id: AdviserId,
    /// Who they are.
    pub person: Person,
}

/// Why somebody cannot be an adviser, or something else because they are one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AdviserError {
    /// The subject would read their own report first.
    #[error("the subject cannot be an adviser of their own review; name somebody else")]
    Subject,
    /// The facilitator reads everything already.
    #[error("the facilitator reads the report already; name somebody else as an adviser")]
    Facilitator,
    /// The administrator would choose who is asked, and read what they say before it is released.
    #[error("an administrator of the trust cannot be an adviser of a review; name somebody who does not set up rounds")]
    Administrator,
    /// The same from the other side: an adviser who would become an administrator.
    #[error(
        "this address is an adviser of a review that is not released or cancelled; they cannot be an administrator \
         until it is. Choose somebody else, or wait until then"
    )]
    Administrates,
    /// They are one already, under this address or another way of writing it.
    #[error("this person is an adviser of the review already; name somebody else")]
    Named,
    /// As many as there can be.
    #[error("a review has at most {MOST_ADVISERS} advisers; take one away and name the other then")]
    TooMany,
    /// Raters of this round have read that the facilitator alone reads the report first.
    #[error(
        "raters of this round were told who reads the report before there were advisers, so it has none; name them in \
         the next round"
    )]
    NotPromised,
    /// There is nothing to read any more, or never will be.
    #[error("the round is {}, so nobody can be named any more; name advisers in the next round", .0.as_str())]
    Over(RoundState),
}

impl Review {
    /// The review with one adviser more. `round` is its own.
    ///
    /// # Errors
    /// [`AdviserError`], all but [`AdviserError::Administrates`].
    ///
    /// # Guarantee
    /// Neither the subject nor an administrator becomes an adviser, under whichever spelling of their address, and
    /// nobody does in a round whose raters were told before that nobody but the facilitator reads the report first.
    pub fn with_adviser(
        &self,
        adviser: Adviser,
        round: &Round,
        administrators: &BTreeSet<Mailbox>,
    ) -> Result<Self, AdviserError> {
        round.require_advisers_welcome()?;
        let mailbox = adviser.person.email.mailbox();
        if mailbox == self.subject.person.email.mailbox() {
            return Err(AdviserError::Subject);
        }
        if mailbox == self.facilitator.email.mailbox() {
            return Err(AdviserError::Facilitator);
        }
        if self.advisers.iter().any(|other| other.person.email.mailbox() == mailbox) {
            return Err(AdviserError::Named);
        }
        self.require_room_for_an_adviser(round)?;
        let mut next = self.clone();
        next.advisers.push(adviser);
        next.advisers.sort_by_key(|adviser| adviser.id);
        next.require_no_administrator_advises(administrators)?;
        Ok(next)
    }

    /// Whether anybody else can be named at all. `round` is its own.
    ///
    /// # Errors
    /// [`AdviserError::TooMany`], and what [`Round::require_advisers_welcome`] refuses.
    pub fn require_room_for_an_adviser(&self, round: &Round) -> Result<(), AdviserError> {
        round.require_advisers_welcome()?;
        let full = u32::try_from(self.advisers.len()).map_or(true, |advisers| advisers >= MOST_ADVISERS);
        if full { Err(AdviserError::TooMany) } else { Ok(()) }
    }

    /// The review without this adviser; `None` where it has none with this id. They can be taken away whatever has
    /// become of the round.
    #[must_use]
    pub fn without_adviser(&self, id: AdviserId) -> Option<Self> {
        let advisers: Vec<_> = self.advisers.iter().filter(|adviser| adviser.id != id).cloned().collect();
        (advisers.len() < self.advisers.len()).then(|| Self { advisers, ..self.clone() })
    }

    /// The adviser with this id.
    #[must_use]
    pub fn adviser(&self, id: AdviserId) -> Option<&Adviser> {
        self.advisers.iter().find(|adviser| adviser.id == id)
    }

    /// Whether this person advises on the review.
    #[must_use]
    pub fn is_advised_by(&self, email: &Email) -> bool {
        self.advisers.iter().any(|adviser| adviser.person.email == *email)
    }

    /// Whether none of the advisers is an administrator.
    ///
    /// # Errors
    /// [`AdviserError::Administrator`].
    pub(crate) fn require_no_administrator_advises(
        &self,
        administrators: &BTreeSet<Mailbox>,
    ) -> Result<(), AdviserError> {
        let administrates = |adviser: &Adviser| administrators.contains(&adviser.person.email.mailbox());
        if self.advisers.iter().any(administrates) { Err(AdviserError::Administrator) } else { Ok(()) }
    }

    /// Whether this person does not advise on the review, under whichever address of theirs.
    ///
    /// # Errors
    /// [`AdviserError::Administrates`].
    pub(crate) fn require_advises_not(&self, email: &Email) -> Result<(), AdviserError> {
        let advises = |adviser: &Adviser| adviser.person.email.mailbox() == email.mailbox();
        if self.advisers.iter().any(advises) { Err(AdviserError::Administrates) } else { Ok(()) }
    }
}

impl Round {
    /// Whether advisers of its reviews can be named: from the draft until the round is put away, if its raters read
    /// that there may be some.
    ///
    /// # Errors
    /// [`AdviserError::NotPromised`], [`AdviserError::Over`].
    pub fn require_advisers_welcome(&self) -> Result<(), AdviserError> {
        match self.state() {
            RoundState::Draft => Ok(()),
            state @ (RoundState::Cancelled | RoundState::Archived) => Err(AdviserError::Over(state)),
            _ if self.record().advisers_promised => Ok(()),
            _ => Err(AdviserError::NotPromised),
        }
    }
}

#[cfg(test)]
mod tests;
