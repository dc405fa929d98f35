//! Passkeys: what a person calls theirs, and how many there may be.

use crate::text::{self, InvalidLine};

/// The most passkeys that an account has.
pub const MOST_PASSKEYS: usize = 10;

/// The most addresses that an account has besides its own.
pub const MOST_OTHER_ADDRESSES: usize = 5;

/// The longest name of a passkey, in characters.
pub const LONGEST_PASSKEY_NAME: usize = 60;

/// What a person calls a passkey, so that they know it again in a list and in an email: one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PasskeyName(String);

impl PasskeyName {
    /// Parses a name; what is blank or unseen around it is dropped.
    ///
    /// ```
    /// use candour_domain::PasskeyName;
    /// assert_eq!(PasskeyName::parse(" My phone ").as_ref().map(PasskeyName::as_str), Ok("My phone"));
    /// assert!(PasskeyName::parse(" ").is_err());
    /// ```
    ///
    /// # Errors
    /// [`InvalidLine`] when it is empty, too long or holds a character that nobody sees.
    pub fn parse(text: &str) -> Result<Self, InvalidLine> {
        text::one_line(text, LONGEST_PASSKEY_NAME).map(Self)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_line_that_everybody_sees() {
        assert_eq!(
            PasskeyName::parse("a\u{200b}b").map_err(|error| matches!(error, InvalidLine::Unseen(_))),
            Err(true)
        );
        assert_eq!(PasskeyName::parse("Phone\nBcc: x"), Err(InvalidLine::Control));
        assert_eq!(PasskeyName::parse(&"a".repeat(61)), Err(InvalidLine::TooLong(60)));
        assert_eq!(
            PasskeyName::stored("Phone\nBcc: x").as_str(),
            "Phone\u{fffd}Bcc: x",
            "on one line, whoever put it there"
        );
    }
}
