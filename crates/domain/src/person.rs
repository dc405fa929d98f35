//! People: a name and a parsed email address.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// An email address that has been parsed: one address, no display name, at most 254 characters, a domain with a dot.
///
/// It is kept in lower case, because people type `J.Smith@Trust.org.uk` and `j.smith@trust.org.uk` for one mailbox and a second
/// invitation for the same person is worse than a mailbox that tells them apart. `Debug` does not show it.
///
/// ```
/// use candour_domain::Email;
/// assert_eq!(Email::parse(" J.Smith@Trust.org.uk ")?.as_str(), "j.smith@trust.org.uk");
/// assert!(Email::parse("j.smith@trust").is_err());
/// # Ok::<(), candour_domain::person::InvalidPerson>(())
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Email(String);

/// A person's name as they would sign: 1 to 120 characters on one line. `Debug` does not show it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PersonName(String);

/// Somebody with a name and an address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// How they are addressed.
    pub name: PersonName,
    /// Where they are reached.
    pub email: Email,
}

/// Why a name or an address cannot be used. The text is fit to show beside the field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidPerson {
    /// No address was given.
    #[error("give an email address")]
    EmailMissing,
    /// The text is not an address.
    #[error("this is not an email address; write it like name@trust.org.uk")]
    EmailSyntax,
    /// More than 254 characters.
    #[error("an email address has at most 254 characters")]
    EmailTooLong,
    /// No name was given.
    #[error("give a name")]
    NameMissing,
    /// More than 120 characters.
    #[error("a name has at most 120 characters")]
    NameTooLong,
    /// A line break or another control character.
    #[error("a name is one line of text without control characters")]
    NameControl,
}

impl Email {
    /// Parses an address; surrounding blanks are dropped and letters are made lower case.
    ///
    /// # Errors
    /// [`InvalidPerson`] when there is no address, it is too long or it is not one plain address.
    pub fn parse(text: &str) -> Result<Self, InvalidPerson> {
        let text = text.trim();
        if text.is_empty() {
            return Err(InvalidPerson::EmailMissing);
        }
        if text.len() > 254 {
            return Err(InvalidPerson::EmailTooLong);
        }
        let options = email_address::Options::default().with_required_tld().without_display_text().without_domain_literal();
        // A quoted local part may hold almost anything; nobody in a school has one, and mail software disagrees about them.
        let plain = text.chars().all(|c| !c.is_control() && !c.is_whitespace() && !matches!(c, '"' | ',' | ';' | '<' | '>'));
        match email_address::EmailAddress::parse_with_options(text, options) {
            Ok(_) if plain => Ok(Self(text.to_lowercase())),
            _ => Err(InvalidPerson::EmailSyntax),
        }
    }

    /// The address in lower case.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl PersonName {
    /// Parses a name; surrounding blanks are dropped.
    ///
    /// # Errors
    /// [`InvalidPerson`] when the name is empty, too long or holds a control character.
    pub fn parse(text: &str) -> Result<Self, InvalidPerson> {
        let text = text.trim();
        if text.is_empty() {
            Err(InvalidPerson::NameMissing)
        } else if text.chars().any(char::is_control) {
            Err(InvalidPerson::NameControl)
        } else if text.chars().count() > 120 {
            Err(InvalidPerson::NameTooLong)
        } else {
            Ok(Self(text.to_owned()))
        }
    }

    /// The name as it was given.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Person {
    /// Parses both parts.
    ///
    /// # Errors
    /// [`InvalidPerson`] for the first part that does not parse.
    pub fn parse(name: &str, email: &str) -> Result<Self, InvalidPerson> {
        Ok(Self { name: PersonName::parse(name)?, email: Email::parse(email)? })
    }
}

macro_rules! text_of {
    ($name:ident) => {
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($name), "(..)"))
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl FromStr for $name {
            type Err = InvalidPerson;

            fn from_str(text: &str) -> Result<Self, InvalidPerson> {
                Self::parse(text)
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidPerson;

            fn try_from(text: String) -> Result<Self, InvalidPerson> {
                Self::parse(&text)
            }
        }

        impl From<$name> for String {
            fn from(value: $name) -> Self {
                value.0
            }
        }
    };
}

text_of!(Email);
text_of!(PersonName);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_that_people_paste_are_parsed_or_refused() {
        for good in ["a@b.uk", "o'neil@trust.org.uk", "a+b@trust.sch.uk", "first.last@sub.trust.org.uk"] {
            assert!(Email::parse(good).is_ok(), "{good}");
        }
        for bad in
            ["a", "a@", "@b.uk", "a@b", "a b@c.uk", "A <a@b.uk>", "a@b.uk,c@d.uk", "a@b.uk\nBcc: c@d.uk", "a@[127.0.0.1]", "\"a b\"@c.uk"]
        {
            assert_eq!(Email::parse(bad), Err(InvalidPerson::EmailSyntax), "{bad}");
        }
    }

    #[test]
    fn a_name_cannot_smuggle_a_header() {
        assert_eq!(PersonName::parse("Ann\r\nBcc: x@y.uk"), Err(InvalidPerson::NameControl));
        assert_eq!(PersonName::parse("  "), Err(InvalidPerson::NameMissing));
        assert_eq!(PersonName::parse(&"a".repeat(121)), Err(InvalidPerson::NameTooLong));
    }

    #[test]
    fn debug_output_names_nobody() -> Result<(), InvalidPerson> {
        let shown = format!("{:?}", Person::parse("Ann Lee", "ann@trust.uk")?);
        assert!(!shown.contains("Ann") && !shown.contains("ann@"), "{shown}");
        Ok(())
    }
}
