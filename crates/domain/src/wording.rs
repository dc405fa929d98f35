//! What a trust may say in its own words in the emails of a round: how they begin. Everything else in them is a promise,
//! a link or a date, and stays as it is.

use serde::{Deserialize, Serialize};

use crate::access::named;
use crate::text::{self, Unseen};

mod link;

/// The longest opening, in characters.
pub const LONGEST_OPENING: usize = 1_500;

named! {
    /// The emails that may begin in a trust's own words.
    WordedEmail {
        /// The first email.
        Invitation = "invitation",
        /// The one to people who have not answered.
        Reminder = "reminder",
    }
}

/// How an email begins: paragraphs of plain text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct Opening(String);

/// The openings of a round's emails; where there is none, the email begins as it does without.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct EmailWording {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    invitation: Option<Opening>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reminder: Option<Opening>,
}

/// Other openings; what is left out stays, and an empty one takes the trust's own away.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WordingChange {
    /// Of the invitation.
    pub invitation: Option<String>,
    /// Of the reminder.
    pub reminder: Option<String>,
}

/// Why a text cannot be an opening.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WordingError {
    /// More characters than there is room for.
    #[error("it has more than {LONGEST_OPENING} characters; shorten it")]
    TooLong,
    /// A control character other than a line break.
    #[error("it has a control character in it; write plain text")]
    Control,
    /// A character that nobody sees.
    #[error(transparent)]
    Unseen(Unseen),
    /// Something that mail programs make a link of.
    #[error(
        "from character {0} on it reads like a link or an address, and there is none in the opening: a second link \
         beside the personal one helps people who fake such emails. Leave it out, or write a blank after a full stop"
    )]
    Link(usize),
}

impl Opening {
    /// Reads an opening; `None` for a text without anything in it. Line ends and blanks become plain ones, and between
    /// two paragraphs stays one empty line.
    ///
    /// ```
    /// use candour_domain::wording::Opening;
    /// let opening = Opening::parse("Dear all,\r\n\r\n\r\nplease help us. ").ok().flatten();
    /// assert_eq!(opening.as_ref().map(Opening::as_str), Some("Dear all,\n\nplease help us."));
    /// assert_eq!(Opening::parse(" \n "), Ok(None));
    /// assert!(Opening::parse("See trust.org.uk/login").is_err());
    /// ```
    ///
    /// # Errors
    /// [`WordingError`].
    ///
    /// # Guarantee
    /// What comes out goes in again unchanged. There is nothing in it of which a mail program makes a link, nothing that
    /// turns the text around it, and no character that nobody sees.
    pub fn parse(text: &str) -> Result<Option<Self>, WordingError> {
        let text = text.replace("\r\n", "\n").replace(['\r', '\u{2028}', '\u{2029}'], "\n");
        if text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\t')) {
            return Err(WordingError::Control);
        }
        let text = laid_out(&text);
        if let Some(unseen) = text::first_unseen(&text) {
            return Err(WordingError::Unseen(unseen));
        }
        if text.chars().count() > LONGEST_OPENING {
            return Err(WordingError::TooLong);
        }
        if let Some(place) = link::first(&text) {
            return Err(WordingError::Link(place));
        }
        Ok(Some(text).filter(|text| !text.is_empty()).map(Self))
    }

    /// One that was stored, whatever is in it.
    #[must_use]
    pub fn stored(text: &str) -> Self {
        Self(laid_out(&text::as_seen(text)))
    }

    /// All of it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Its paragraphs, each of one or more lines.
    pub fn paragraphs(&self) -> impl Iterator<Item = &str> {
        self.0.split("\n\n")
    }
}

impl EmailWording {
    /// The opening of this email, if the trust has written one.
    #[must_use]
    pub fn of(&self, email: WordedEmail) -> Option<&Opening> {
        match email {
            WordedEmail::Invitation => self.invitation.as_ref(),
            WordedEmail::Reminder => self.reminder.as_ref(),
        }
    }

    /// With these openings.
    ///
    /// # Errors
    /// What is wrong, and with which of them.
    pub fn with(&self, change: &WordingChange) -> Result<Self, (WordedEmail, WordingError)> {
        let changed = |email: WordedEmail, text: &Option<String>| match text {
            None => Ok(self.of(email).cloned()),
            Some(text) => Opening::parse(text).map_err(|why| (email, why)),
        };
        Ok(Self {
            invitation: changed(WordedEmail::Invitation, &change.invitation)?,
            reminder: changed(WordedEmail::Reminder, &change.reminder)?,
        })
    }

    /// The emails that begin otherwise in another wording.
    #[must_use]
    pub fn differing(&self, other: &Self) -> Vec<WordedEmail> {
        WordedEmail::ALL.iter().copied().filter(|&email| self.of(email) != other.of(email)).collect()
    }
}

impl WordingChange {
    /// Whether nothing changes.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.invitation.is_none() && self.reminder.is_none()
    }
}

impl From<String> for Opening {
    fn from(text: String) -> Self {
        Self::stored(&text)
    }
}

impl From<Opening> for String {
    fn from(opening: Opening) -> Self {
        opening.0
    }
}

/// The text with plain blanks, without blanks at the ends of its lines, and with one empty line between paragraphs.
fn laid_out(text: &str) -> String {
    let plain = |c: char| if c.is_whitespace() && c != '\n' { ' ' } else { c };
    let text: String = text::trim(text).chars().map(plain).collect();
    let mut laid_out = String::with_capacity(text.len());
    let mut empty = 0;
    for line in text.lines().map(str::trim_end) {
        empty = if line.is_empty() { empty + 1 } else { 0 };
        if empty < 2 {
            laid_out.push_str(line);
            laid_out.push('\n');
        }
    }
    text::trim(&laid_out).to_owned()
}

#[cfg(test)]
mod tests;
