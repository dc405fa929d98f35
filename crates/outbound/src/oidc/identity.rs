//! Who a verified token speaks of.

use openidconnect::AdditionalClaims;
use serde::{Deserialize, Serialize};

use super::issuer::{Issuer, Kind};
use super::{OidcError, RefusedIdentity};

/// The longest subject that OpenID Connect allows.
const LONGEST_SUBJECT: usize = 255;

/// A person at a provider. Their address is no part of it: who is given an address next year is somebody else.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Identity {
    /// The provider.
    pub issuer: String,
    /// The person there.
    pub subject: String,
}

/// The claims beyond the standard that are looked at.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub(super) struct OwnClaims {
    /// Entra ID's tenant.
    pub(super) tid: Option<String>,
    /// Entra ID's object, which is the person.
    pub(super) oid: Option<String>,
    /// Google's hosting domain.
    pub(super) hd: Option<String>,
}

impl AdditionalClaims for OwnClaims {}

impl Identity {
    /// Of claims whose signature, issuer and audience have been checked.
    ///
    /// # Guarantee
    /// At Entra ID the tenant is the one of the issuer, and at Google the domain is the one that the trust has set.
    pub(super) fn read(
        issuer: &Issuer,
        hosted_domain: Option<&str>,
        subject: &str,
        own: &OwnClaims,
    ) -> Result<Self, OidcError> {
        let subject = match issuer.kind() {
            Kind::Entra { tenant } => {
                let named = own.tid.as_deref().filter(|tid| tid.eq_ignore_ascii_case(&tenant.to_string()));
                let tid = named.ok_or(RefusedIdentity::Tenant)?;
                let oid = own.oid.as_deref().ok_or(RefusedIdentity::Subject)?;
                format!("{}/{}", tid.to_ascii_lowercase(), oid.to_ascii_lowercase())
            }
            Kind::Google => {
                let named = own.hd.as_deref().zip(hosted_domain);
                if !named.is_some_and(|(hd, set)| hd.eq_ignore_ascii_case(set)) {
                    return Err(RefusedIdentity::HostedDomain.into());
                }
                subject.to_owned()
            }
            Kind::Other => subject.to_owned(),
        };
        let plain = |c: char| c.is_ascii_graphic() || c == ' ';
        if subject.is_empty() || subject.len() > LONGEST_SUBJECT || !subject.chars().all(plain) {
            return Err(RefusedIdentity::Subject.into());
        }
        Ok(Self { issuer: issuer.as_str().to_owned(), subject })
    }
}
