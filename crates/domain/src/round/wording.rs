//! How the emails of a round begin: set in a draft, and changed while the round is open for the emails that are still to
//! be sent.

use super::{Round, RoundError, RoundState};
use crate::wording::{EmailWording, WordingChange};

impl Round {
    /// Whether the openings of its emails can be changed.
    ///
    /// # Errors
    /// [`RoundError::NotOpen`] once the round has ended, [`RoundError::LaunchSet`] while a draft waits for its time.
    pub fn require_wording_welcome(&self) -> Result<(), RoundError> {
        match self.state() {
            RoundState::Draft => self.require_no_launch_time(),
            RoundState::Open => Ok(()),
            state => Err(RoundError::NotOpen(state)),
        }
    }

    /// With other openings.
    pub(super) fn with_wording(&self, change: &WordingChange) -> Result<Self, RoundError> {
        self.require_wording_welcome()?;
        self.next(|new| {
            new.emails = worded(&self.0.emails, change)?;
            Ok(())
        })
    }

    /// A draft that has just been made, with openings that were taken before.
    pub(crate) fn worded_as(self, emails: EmailWording) -> Self {
        let mut record = self.0;
        record.emails = emails;
        Self(record)
    }
}

/// These openings, as they become.
pub(super) fn worded(emails: &EmailWording, change: &WordingChange) -> Result<EmailWording, RoundError> {
    emails.with(change).map_err(|(email, why)| RoundError::Wording(email, why))
}
