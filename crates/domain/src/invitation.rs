//! A rater's invitation: how its email fares, and whether the link has been used. Never when.

use serde::{Deserialize, Serialize};

use crate::{InvitationId, RaterId, ReviewId, RoundId};

/// How the invitation email to one rater fares. This is all an administrator sees about a single rater.
///
/// Only the invitation email moves it. Reminders go to those who have not answered, so anything they changed here would
/// tell the administrator who that is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Delivery {
    /// Waiting to be handed to the mail server.
    Queued,
    /// The mail server has taken it.
    Sent,
    /// No mail server is set: it was written to a file and has reached nobody.
    WrittenToFile,
    /// The mail server says that the address is not there.
    Bounced,
    /// Failed for good, after repeated temporary failures.
    Failed,
}

/// A rater's link as the service knows it, without the link itself.
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own; together they are no state machine")]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invitation {
    /// Its id.
    pub id: InvitationId,
    /// The round it belongs to.
    pub round_id: RoundId,
    /// The review it asks about.
    pub review_id: ReviewId,
    /// The person asked.
    pub rater_id: RaterId,
    /// Whether a response has been received. A boolean: no time is kept anywhere.
    pub used: bool,
    /// Whether the rater asked not to be reminded.
    pub declined: bool,
    /// Whether an administrator took the rater out of the review.
    pub withdrawn: bool,
    /// Whether the confirmation email has been queued.
    pub receipt_sent: bool,
    /// How the invitation email fares.
    pub delivery: Delivery,
}

impl Delivery {
    /// The stable name in storage and JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Sent => "sent",
            Self::WrittenToFile => "written_to_file",
            Self::Bounced => "bounced",
            Self::Failed => "failed",
        }
    }

    /// Reads [`Delivery::as_str`] back.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Queued, Self::Sent, Self::WrittenToFile, Self::Bounced, Self::Failed]
            .into_iter()
            .find(|delivery| delivery.as_str() == name)
    }
}
