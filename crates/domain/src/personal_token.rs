//! Tokens that people make for programs of their own: what they call them, what for, and for how long.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use crate::text::{self, InvalidLine};
use crate::{AccountId, PersonalTokenId, Role, Scope};

/// The most tokens that an account has.
pub const MOST_PERSONAL_TOKENS: usize = 20;

/// The longest name of a token, in characters.
pub const LONGEST_TOKEN_NAME: usize = 60;

/// What a person calls a token, so that they know it again in a list: one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenName(String);

/// For how long a token is good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lifetime {
    /// Seven days.
    Week,
    /// Thirty days.
    Month,
    /// Ninety days, the longest.
    Quarter,
}

/// A token as its owner sees it. The token itself is shown once and kept nowhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonalToken {
    /// Its id. It opens nothing.
    pub id: PersonalTokenId,
    /// Whose it is.
    pub account: AccountId,
    /// What they call it.
    pub name: TokenName,
    /// The role in which it acts for them.
    pub role: Role,
    /// What it may do of what the role may.
    pub scopes: Vec<Scope>,
    /// When it was made.
    pub made_at: DateTime<Utc>,
    /// When it ends.
    pub expires_at: DateTime<Utc>,
    /// On which day it was used last.
    pub last_used_on: Option<NaiveDate>,
}

impl TokenName {
    /// Parses a name; what is blank or unseen around it is dropped.
    ///
    /// ```
    /// use candour_domain::TokenName;
    /// assert_eq!(TokenName::parse(" Payroll ").as_ref().map(TokenName::as_str), Ok("Payroll"));
    /// assert!(TokenName::parse(" ").is_err());
    /// ```
    ///
    /// # Errors
    /// [`InvalidLine`] when it is empty, too long or holds a character that nobody sees.
    pub fn parse(text: &str) -> Result<Self, InvalidLine> {
        text::one_line(text, LONGEST_TOKEN_NAME).map(Self)
    }

    /// A name that was accepted once, under whatever rules held then. It is always read.
    #[must_use]
    pub fn stored(text: &str) -> Self {
        Self(text::as_stored(text))
    }

    /// The name as it was given.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Lifetime {
    /// Each of them, the shortest first.
    pub const ALL: [Self; 3] = [Self::Week, Self::Month, Self::Quarter];

    /// In days.
    #[must_use]
    pub fn days(self) -> u32 {
        match self {
            Self::Week => 7,
            Self::Month => 30,
            Self::Quarter => 90,
        }
    }

    /// Reads a number of days.
    #[must_use]
    pub fn from_days(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|lifetime| lifetime.days().to_string() == text)
    }

    /// When something ends that begins now.
    #[must_use]
    pub fn end(self, now: DateTime<Utc>) -> DateTime<Utc> {
        now + TimeDelta::days(self.days().into())
    }
}

impl PersonalToken {
    /// Whether it has ended by itself.
    #[must_use]
    pub fn has_expired(&self, now: DateTime<Utc>) -> bool {
        self.expires_at <= now
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_token_is_good_for_more_than_ninety_days() {
        let longest = Lifetime::ALL.into_iter().map(Lifetime::days).max();
        assert_eq!(longest, Some(90));
        for other in ["0", "8", "91", "365", "07", "-7", "", "seven"] {
            assert_eq!(Lifetime::from_days(other), None, "{other}");
        }
        assert_eq!(Lifetime::from_days("30"), Some(Lifetime::Month));
    }
}
