//! A trust's own sign-in: what an administrator says about the provider of identities that the trust's people have
//! accounts with.

use crate::person::EmailDomain;
use crate::text::{self, InvalidLine};

/// The longest label, in characters.
pub const LONGEST_LABEL: usize = 60;

/// The longest client id, in characters.
pub const LONGEST_CLIENT_ID: usize = 200;

/// The longest client secret, in characters.
pub const LONGEST_CLIENT_SECRET: usize = 500;

/// The most domains.
pub const MOST_DOMAINS: usize = 20;

/// What is said about a provider, apart from its address and the secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProviderProfile {
    /// What the button says: "Continue with …".
    pub label: String,
    /// What the provider calls this service.
    pub client_id: String,
    /// The domains of the addresses to which the button is shown, each once, in their order.
    pub domains: Vec<EmailDomain>,
    /// The domain that hosts the trust's accounts at Google.
    pub hosted_domain: Option<EmailDomain>,
}

/// The same as it was typed.
#[derive(Clone, Copy, Debug)]
pub struct ProviderRequest<'a> {
    /// See [`ProviderProfile::label`].
    pub label: &'a str,
    /// See [`ProviderProfile::client_id`].
    pub client_id: &'a str,
    /// See [`ProviderProfile::domains`].
    pub domains: &'a [String],
    /// See [`ProviderProfile::hosted_domain`].
    pub hosted_domain: Option<&'a str>,
}

/// What is wrong with one field of a provider.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidProvider {
    /// The label is no line.
    #[error("the name of the button cannot be used: {0}")]
    Label(InvalidLine),
    /// The client id is empty, too long, or not plain.
    #[error("give the client ID as the provider shows it: 1 to {LONGEST_CLIENT_ID} letters, digits and signs")]
    ClientId,
    /// The secret is empty, too long, or not plain.
    #[error(
        "give the client secret as the provider shows it, its value and not its ID: 1 to {LONGEST_CLIENT_SECRET} \
         letters, digits and signs"
    )]
    ClientSecret,
    /// No domain, or too many.
    #[error("give 1 to {MOST_DOMAINS} domains, such as trust.org.uk")]
    Domains,
    /// One of them is none.
    #[error("this is not the domain of an email address; write it like trust.org.uk")]
    Domain,
}

/// The field that an error is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProviderField {
    /// The label.
    Label,
    /// The client id.
    ClientId,
    /// The list of domains.
    Domains,
    /// One domain of the list, counted from 0.
    Domain(usize),
    /// The hosted domain.
    HostedDomain,
}

impl ProviderProfile {
    /// Reads what was typed.
    ///
    /// # Errors
    /// Every field that cannot be used, with the reason.
    pub fn parse(request: ProviderRequest<'_>) -> Result<Self, Vec<(ProviderField, InvalidProvider)>> {
        let mut refused = Vec::new();
        let label = text::one_line(request.label, LONGEST_LABEL)
            .map_err(|error| refused.push((ProviderField::Label, InvalidProvider::Label(error))));
        let client_id = plain(request.client_id, LONGEST_CLIENT_ID);
        if client_id.is_none() {
            refused.push((ProviderField::ClientId, InvalidProvider::ClientId));
        }
        if !(1..=MOST_DOMAINS).contains(&request.domains.len()) {
            refused.push((ProviderField::Domains, InvalidProvider::Domains));
        }
        let mut domains = Vec::new();
        for (place, domain) in request.domains.iter().enumerate().take(MOST_DOMAINS) {
            match EmailDomain::parse(domain) {
                Some(domain) if domains.contains(&domain) => {}
                Some(domain) => domains.push(domain),
                None => refused.push((ProviderField::Domain(place), InvalidProvider::Domain)),
            }
        }
        let hosted_domain = request.hosted_domain.map(EmailDomain::parse);
        if hosted_domain == Some(None) {
            refused.push((ProviderField::HostedDomain, InvalidProvider::Domain));
        }
        match (label, client_id) {
            (Ok(label), Some(client_id)) if refused.is_empty() => {
                Ok(Self { label, client_id, domains, hosted_domain: hosted_domain.flatten() })
            }
            _ => Err(refused),
        }
    }
}

/// Reads a client secret.
///
/// # Errors
/// [`InvalidProvider::ClientSecret`].
pub fn parse_secret(secret: &str) -> Result<&str, InvalidProvider> {
    let secret = secret.trim();
    let good = (1..=LONGEST_CLIENT_SECRET).contains(&secret.len()) && secret.chars().all(|c| c.is_ascii_graphic());
    good.then_some(secret).ok_or(InvalidProvider::ClientSecret)
}

fn plain(text: &str, longest: usize) -> Option<String> {
    let text = text.trim();
    let good = (1..=longest).contains(&text.len()) && text.chars().all(|c| c.is_ascii_graphic());
    good.then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::ProviderField::{ClientId, Domain, Domains, Label};
    use super::*;

    fn parse(
        label: &str,
        client_id: &str,
        domains: &[&str],
    ) -> Result<ProviderProfile, Vec<(ProviderField, InvalidProvider)>> {
        let domains: Vec<_> = domains.iter().map(|&domain| domain.to_owned()).collect();
        ProviderProfile::parse(ProviderRequest { label, client_id, domains: &domains, hosted_domain: None })
    }

    #[test]
    fn what_was_typed_is_read_in_one_form() {
        let read = parse(" Ashgrove\u{a0}staff ", " abc-1 ", &["Trust.org.uk", "trust.ORG.uk ", "müller.example"]);
        let domains = ["trust.org.uk", "xn--mller-kva.example"].map(EmailDomain::parse).into_iter().flatten().collect();
        let (label, client_id) = ("Ashgrove staff".to_owned(), "abc-1".to_owned());
        assert_eq!(read, Ok(ProviderProfile { label, client_id, domains, hosted_domain: None }));
    }

    #[test]
    fn every_field_that_cannot_be_used_is_named_at_once() {
        let refused = parse("", "a b", &["trust.org.uk", "@trust.org.uk", "localhost", "10.0.0.1"]).err();
        let fields: Vec<_> = refused.unwrap_or_default().into_iter().map(|(field, _)| field).collect();
        assert_eq!(fields, [Label, ClientId, Domain(1), Domain(2), Domain(3)]);
        let none = parse("Staff", "a", &[]);
        assert_eq!(none, Err(vec![(Domains, InvalidProvider::Domains)]));
        assert_eq!(parse("Staff", "a", &["a.uk"; MOST_DOMAINS + 1]), none);
        assert!(parse_secret(" ~a.b_c ").is_ok_and(|secret| secret == "~a.b_c"));
        for bad in ["", "  ", "a b", "a\u{200b}", &"x".repeat(LONGEST_CLIENT_SECRET + 1)] {
            assert_eq!(parse_secret(bad), Err(InvalidProvider::ClientSecret), "{bad}");
        }
    }
}
