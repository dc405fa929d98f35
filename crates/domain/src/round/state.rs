//! The states of a round.

use serde::{Deserialize, Serialize};

/// Where a round is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RoundState {
    /// Being set up.
    Draft,
    /// Raters can answer.
    Open,
    /// No more answers; the ballots wait to be counted.
    Closed,
    /// Every review has a result that its facilitator can read.
    Counted,
    /// Every review has been released.
    Released,
    /// Past retention.
    Archived,
    /// Ended without a result.
    Cancelled,
}

impl RoundState {
    /// Every state.
    pub const ALL: [Self; 7] =
        [Self::Draft, Self::Open, Self::Closed, Self::Counted, Self::Released, Self::Archived, Self::Cancelled];

    /// The stable name in storage and JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Open => "open",
            Self::Closed => "closed",
            Self::Counted => "counted",
            Self::Released => "released",
            Self::Archived => "archived",
            Self::Cancelled => "cancelled",
        }
    }

    /// Reads [`RoundState::as_str`] back.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == name)
    }
}
