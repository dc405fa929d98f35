//! People: a name and a parsed email address.

use std::str::FromStr;

use idna::uts46::{AsciiDenyList, DnsLength, Hyphens, Uts46};
use serde::{Deserialize, Deserializer, Serialize};

use crate::text::{self, InvalidLine, Unseen};

mod email_domain;

pub use email_domain::EmailDomain;

/// The longest name, in characters.
pub const LONGEST_NAME: usize = 120;

/// The longest address, in characters.
pub const LONGEST_EMAIL: usize = 254;

/// The shortest address, in characters: `a@b.uk`.
pub const SHORTEST_EMAIL: usize = 6;

/// An email address: one address, no display name, at most 254 characters, a domain with a dot.
///
/// It is kept in lower case, because people type `J.Smith@Trust.org.uk` and `j.smith@trust.org.uk` for one mailbox and
/// a second invitation for the same person is worse than a mailbox that tells them apart. A domain is kept as it goes
/// over the wire (`xn--…`), and before the `@` only ASCII is taken, which every mail server understands. `Debug` does
/// not show it.
///
/// ```
/// use candour_domain::Email;
/// assert_eq!(Email::parse(" J.Smith@Trust.org.uk ")?.as_str(), "j.smith@trust.org.uk");
/// assert_eq!(Email::parse("pat@Müller.example")?, Email::parse("pat@xn--mller-kva.example")?);
/// assert!(Email::parse("j.smith@trust").is_err());
/// # Ok::<(), candour_domain::person::InvalidPerson>(())
/// ```
///
/// # Guarantee
/// What [`Email::parse`] gives parses to itself.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(into = "String")]
pub struct Email(String);

/// A person's name as they would sign: 1 to 120 characters on one line, all of which can be seen. `Debug` does not show
/// it.
///
/// # Guarantee
/// What [`PersonName::parse`] gives parses to itself.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(into = "String")]
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
    #[error("the email address has more than {LONGEST_EMAIL} characters; give a shorter one")]
    EmailTooLong,
    /// A letter before the `@` that is none of ASCII's.
    #[error(
        "there is \"{0}\" before the @; mail servers take only a to z, digits and signs there. Ask for the address in \
         that form"
    )]
    EmailLetter(char),
    /// What follows the `@` is no domain.
    #[error("what follows the @ is not the domain of a mail server; write it like trust.org.uk")]
    EmailDomain,
    /// A character that nobody sees.
    #[error("the email address is not as it looks: {0}")]
    EmailUnseen(Unseen),
    /// No name was given.
    #[error("give a name")]
    NameMissing,
    /// More than 120 characters.
    #[error("the name has more than {LONGEST_NAME} characters; shorten it")]
    NameTooLong,
    /// A line break or another control character.
    #[error("the name has a line break or another control character in it; write it on one line")]
    NameControl,
    /// A character that nobody sees.
    #[error("the name is not as it looks: {0}")]
    NameUnseen(Unseen),
}

impl Email {
    /// Parses an address; what is blank or unseen around it is dropped, letters are made lower case and the domain
    /// ASCII.
    ///
    /// # Errors
    /// [`InvalidPerson`] when there is no address, it is too long or it is not one plain address that any mail server
    /// would take.
    pub fn parse(text: &str) -> Result<Self, InvalidPerson> {
        let text = text::trim(text);
        if text.is_empty() {
            return Err(InvalidPerson::EmailMissing);
        }
        if let Some(unseen) = Unseen::or_blank(text) {
            return Err(InvalidPerson::EmailUnseen(unseen));
        }
        // A quoted local part may hold almost anything; nobody in a school has one, and mail software disagrees about
        // them.
        let plain = |c: char| !c.is_control() && !c.is_whitespace() && !"\"(),:;<>[\\]".contains(c);
        let parts = text.rsplit_once('@').filter(|(local, domain)| !local.is_empty() && !domain.is_empty());
        let Some((local, domain)) = parts.filter(|_| text.chars().all(plain)) else {
            return Err(InvalidPerson::EmailSyntax);
        };
        if let Some(letter) = local.chars().find(|c| !c.is_ascii()) {
            return Err(InvalidPerson::EmailLetter(letter));
        }
        // Long ones are cut off before any more is done with them.
        let domain = if domain.len() > LONGEST_EMAIL { None } else { ascii(domain) };
        let domain = domain.ok_or(if text.len() > LONGEST_EMAIL {
            InvalidPerson::EmailTooLong
        } else {
            InvalidPerson::EmailDomain
        })?;
        let address = format!("{local}@{domain}").to_ascii_lowercase();
        if address.len() > LONGEST_EMAIL {
            return Err(InvalidPerson::EmailTooLong);
        }
        let options =
            email_address::Options::default().with_required_tld().without_display_text().without_domain_literal();
        if email_address::EmailAddress::parse_with_options(&address, options).is_err() {
            return Err(InvalidPerson::EmailSyntax);
        }
        if is_mail_domain(&domain) { Ok(Self(address)) } else { Err(InvalidPerson::EmailDomain) }
    }

    /// An address that was accepted once, under whatever rules held then. It is always read: what [`Email::parse`]
    /// would refuse today stays as it is, and an email to it may fail.
    #[must_use]
    pub fn stored(text: &str) -> Self {
        let text = text::as_stored(text);
        Self::parse(&text).unwrap_or(Self(text))
    }

    /// This address as it may have been stored: since when domains are kept in ASCII, and before.
    #[must_use]
    pub fn spellings(&self) -> Vec<String> {
        let (local, domain) = self.0.rsplit_once('@').unwrap_or((self.as_str(), ""));
        let (unicode, _) = idna::domain_to_unicode(domain);
        let before = format!("{local}@{unicode}");
        if before == self.0 { vec![before] } else { vec![self.0.clone(), before] }
    }

    /// The address in lower case.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl PersonName {
    /// Parses a name; what is blank or unseen around it is dropped.
    ///
    /// # Errors
    /// [`InvalidPerson`] when the name is empty, too long or holds a character that nobody sees.
    pub fn parse(text: &str) -> Result<Self, InvalidPerson> {
        match text::one_line(text, LONGEST_NAME) {
            Ok(name) => Ok(Self(name)),
            Err(InvalidLine::Empty) => Err(InvalidPerson::NameMissing),
            Err(InvalidLine::Control) => Err(InvalidPerson::NameControl),
            Err(InvalidLine::TooLong(_)) => Err(InvalidPerson::NameTooLong),
            Err(InvalidLine::Unseen(unseen)) => Err(InvalidPerson::NameUnseen(unseen)),
        }
    }

    /// A name that was accepted once, under whatever rules held then. It is always read.
    #[must_use]
    pub fn stored(text: &str) -> Self {
        let text = text::as_stored(text);
        Self::parse(&text).unwrap_or(Self(text))
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

    /// Somebody who was accepted once.
    #[must_use]
    pub fn stored(name: &str, email: &str) -> Self {
        Self { name: PersonName::stored(name), email: Email::stored(email) }
    }

    /// Why today's rules would refuse them; `None` where they would not.
    #[must_use]
    pub fn refused_today(&self) -> Option<InvalidPerson> {
        Self::parse(self.name.as_str(), self.email.as_str()).err()
    }
}

/// A domain as it goes over the wire, if it is one.
fn ascii(domain: &str) -> Option<String> {
    let ascii =
        Uts46::new().to_ascii(domain.as_bytes(), AsciiDenyList::STD3, Hyphens::CheckFirstLast, DnsLength::Verify);
    ascii.ok().map(std::borrow::Cow::into_owned)
}

/// Whether mail servers have names like this: not an address in numbers, and with an end that somebody can have
/// registered under.
fn is_mail_domain(domain: &str) -> bool {
    let end = domain.rsplit('.').next().unwrap_or_default();
    domain.contains('.') && end.len() >= 2 && (end.starts_with("xn--") || end.chars().all(|c| c.is_ascii_alphabetic()))
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

        /// From a stored document, which is always read. What comes from outside is taken as text and parsed.
        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer).map(|text| Self::stored(&text))
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
    use proptest::prelude::*;

    use super::*;
    use crate::text::tests::wild;

    #[test]
    fn addresses_that_people_paste_are_parsed_or_refused() {
        for good in ["a@b.uk", "o'neil@trust.org.uk", "a+b@trust.sch.uk", "first.last@sub.trust.org.uk"] {
            assert!(Email::parse(good).is_ok(), "{good}");
        }
        for bad in [
            "a",
            "a@",
            "@b.uk",
            "a@b",
            "a b@c.uk",
            "A <a@b.uk>",
            "a@b.uk,c@d.uk",
            "a@b.uk\nBcc: c@d.uk",
            "a@[127.0.0.1]",
            "\"a b\"@c.uk",
        ] {
            assert_eq!(Email::parse(bad), Err(InvalidPerson::EmailSyntax), "{bad}");
        }
    }

    #[test]
    fn an_address_that_no_mail_server_would_take_says_why() {
        for (bad, why) in [
            ("İpek@trust.example", InvalidPerson::EmailLetter('İ')),
            ("zoë@trust.example", InvalidPerson::EmailLetter('ë')),
            ("oz@192.168.0.1", InvalidPerson::EmailDomain),
            ("ra@x.example/x", InvalidPerson::EmailDomain),
            ("ann@trust.u", InvalidPerson::EmailDomain),
            ("ann@trust.123", InvalidPerson::EmailDomain),
            ("ann@-trust.uk", InvalidPerson::EmailDomain),
            ("ann@trust..uk", InvalidPerson::EmailDomain),
            ("ann@trust.uk.", InvalidPerson::EmailDomain),
            ("ann@tr_ust.uk", InvalidPerson::EmailDomain),
        ] {
            assert_eq!(Email::parse(bad), Err(why), "{bad}");
        }
        assert_eq!(Email::parse(&format!("{}@trust.uk", "Ⱥ".repeat(32))), Err(InvalidPerson::EmailLetter('Ⱥ')));
        for unseen in ["an\u{200b}n@b.uk", "ann@b\u{ad}.uk", "\u{202e}ann@b.uk\u{202c}x", "ann\u{a0}lee@b.uk"] {
            assert!(matches!(Email::parse(unseen), Err(InvalidPerson::EmailUnseen(_))), "{unseen:?}");
        }
        assert_eq!(Email::parse("\u{feff}ann@b.uk\u{200b}\u{a0}").map(String::from).as_deref(), Ok("ann@b.uk"));
    }

    #[test]
    fn a_domain_is_one_however_it_is_written() -> Result<(), InvalidPerson> {
        for same in
            ["pat@müller.example", "pat@MÜLLER.example", "pat@mu\u{308}ller.example", "Pat@XN--mller-kva.example"]
        {
            assert_eq!(Email::parse(same)?.as_str(), "pat@xn--mller-kva.example", "{same}");
        }
        assert_eq!(Email::parse("pat@İ.example")?, Email::parse("pat@i\u{307}.example")?);
        assert_eq!(
            Email::parse("pat@müller.example")?.spellings(),
            ["pat@xn--mller-kva.example", "pat@müller.example"]
        );
        assert_eq!(Email::parse("pat@trust.uk")?.spellings(), ["pat@trust.uk"]);
        Ok(())
    }

    #[test]
    fn what_was_accepted_once_is_read_for_ever() {
        for stored in ["i\u{307}pek@trust.example", "oz@192.168.0.1", "", "no address at all"] {
            assert_eq!(Email::stored(stored).as_str(), stored);
        }
        // Since then domains have become ASCII.
        assert_eq!(Email::stored("pat@müller.example").as_str(), "pat@xn--mller-kva.example");
        assert_eq!(PersonName::stored("").as_str(), "");
        assert_eq!(
            PersonName::stored("Ann\r\nBcc: x@y.uk").as_str(),
            "Ann\u{fffd}\u{fffd}Bcc: x@y.uk",
            "on one line, whoever put it there"
        );
        assert_eq!(
            Person::stored("An\u{200b}n", "ann@trust.uk").refused_today().map(|why| why.to_string()).as_deref(),
            Some(
                "the name is not as it looks: character 3 is a zero-width space (U+200B), which nobody sees; delete it"
            )
        );
        assert_eq!(serde_json::from_str::<PersonName>("\"An\u{200b}n\"").ok(), Some(PersonName::stored("An\u{200b}n")));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2048))]

        #[test]
        fn guarantee_what_parses_parses_to_itself(local in wild(), domain in wild(), text in wild(), end in "[a-zA-Z]{2,4}") {
            for text in [format!("{local}@{domain}"), format!("{local}@{domain}.{end}"), format!("a{local}@a{domain}.{end}"), text] {
                if let Ok(email) = Email::parse(&text) {
                    prop_assert_eq!(Email::parse(email.as_str()), Ok(email.clone()));
                    prop_assert!(email.as_str().is_ascii() && email.as_str().len() <= 254);
                    prop_assert!(email.spellings().iter().all(|spelling| Email::stored(spelling) == email), "{:?}", email.spellings());
                }
                if let Ok(name) = PersonName::parse(&text) {
                    prop_assert_eq!(PersonName::parse(name.as_str()), Ok(name.clone()));
                }
                // What is stored is read, and read again alike.
                let (email, name) = (Email::stored(&text), PersonName::stored(&text));
                prop_assert_eq!(Email::stored(email.as_str()), email.clone());
                prop_assert_eq!(PersonName::stored(name.as_str()), name);
                let _compared = email.mailbox();
            }
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
