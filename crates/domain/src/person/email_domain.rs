//! The part of an address that says whose mail server it is.

use super::{Email, LONGEST_EMAIL, ascii, is_mail_domain};

/// The domain of email addresses, in ASCII and small letters.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct EmailDomain(String);

impl EmailDomain {
    /// Reads a domain; `None` for what is none.
    ///
    /// ```
    /// use candour_domain::{Email, EmailDomain};
    /// let domain = EmailDomain::parse(" Trust.org.uk ");
    /// assert_eq!(domain, Some(EmailDomain::of(&Email::parse("Head@TRUST.org.uk")?)));
    /// assert_eq!(EmailDomain::parse("localhost"), None);
    /// # Ok::<(), candour_domain::person::InvalidPerson>(())
    /// ```
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let domain = Some(text).filter(|text| text.len() <= LONGEST_EMAIL).and_then(ascii)?;
        is_mail_domain(&domain).then_some(Self(domain))
    }

    /// The domain of an address.
    #[must_use]
    pub fn of(email: &Email) -> Self {
        // An address that was stored long ago may have its domain in another form.
        Self::parse(email.domain()).unwrap_or_else(|| Self::stored(email.domain()))
    }

    /// One that was accepted once.
    #[must_use]
    pub fn stored(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// As text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
