//! Whose word is taken for who somebody is, and what is special about the two that most trusts have.

use url::Url;
use uuid::Uuid;

use crate::guard::{AllowedHosts, Destination, RefusedAddress};

const GOOGLE: &str = "https://accounts.google.com";

const ENTRA_HOST: &str = "login.microsoftonline.com";

/// The tenant that Microsoft keeps for everybody's private accounts.
const ENTRA_CONSUMERS: Uuid = Uuid::from_u128(0x9188_040d_6c67_4b5b_b112_36a3_04b6_6dad);

/// The address by which a provider calls itself. It is compared letter by letter.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Issuer {
    text: String,
    kind: Kind,
}

/// Which provider it is, where that matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Microsoft Entra ID, for the accounts of one tenant. Somebody is known by tenant and object, which stay when
    /// their address changes or another person is given it.
    Entra {
        /// The tenant.
        tenant: Uuid,
    },
    /// Google, whose accounts are a trust's own only by the domain that hosts them.
    Google,
    /// Any other.
    Other,
}

/// Why an address is no issuer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidIssuer {
    /// The service calls no such address.
    #[error(transparent)]
    Address(#[from] RefusedAddress),
    /// It leads to a part of a page.
    #[error("the address of a provider has no ? and no #; copy it again")]
    Parts,
    /// `common` and its like let anybody's Microsoft account in.
    #[error(
        "this address lets accounts of every organisation in. Give the address of your own tenant: \
         https://{ENTRA_HOST}/, the tenant's ID, and /v2.0"
    )]
    EveryTenant,
    /// Another form than the one that tokens carry.
    #[error(
        "an address of Entra ID is https://{ENTRA_HOST}/, the tenant's ID, and /v2.0. The ID is on the overview page \
         of Entra ID, and looks like 11111111-2222-3333-4444-555555555555"
    )]
    Entra,
}

impl Issuer {
    /// Reads an address that an administrator has typed in.
    ///
    /// ```
    /// use candour_outbound::guard::AllowedHosts;
    /// use candour_outbound::oidc::{InvalidIssuer, Issuer};
    /// let none = AllowedHosts::default();
    /// assert!(Issuer::parse("https://accounts.google.com", &none).is_ok());
    /// let refused = Issuer::parse("https://login.microsoftonline.com/common/v2.0", &none);
    /// assert_eq!(refused, Err(InvalidIssuer::EveryTenant));
    /// ```
    ///
    /// # Errors
    /// [`InvalidIssuer`].
    pub fn parse(text: &str, allowed: &AllowedHosts) -> Result<Self, InvalidIssuer> {
        let text = text.trim();
        let destination = Destination::parse_among(text, allowed)?;
        let url = destination.url();
        if url.query().is_some() || url.fragment().is_some() {
            return Err(InvalidIssuer::Parts);
        }
        match url.host_str() {
            Some(ENTRA_HOST) => {
                let tenant = entra_tenant(url)?;
                Ok(Self { text: format!("https://{ENTRA_HOST}/{tenant}/v2.0"), kind: Kind::Entra { tenant } })
            }
            // The first version of Entra ID's tokens, which this service does not ask for.
            Some("sts.windows.net" | "login.windows.net" | "login.microsoft.com") => Err(InvalidIssuer::Entra),
            Some("accounts.google.com") => Ok(Self { text: GOOGLE.to_owned(), kind: Kind::Google }),
            _ => Ok(Self { text: text.to_owned(), kind: Kind::Other }),
        }
    }

    /// The address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Which provider it is.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// Where an administrator of Entra ID agrees to this application for everybody, once: many tenants let nobody agree
    /// for themselves.
    #[must_use]
    pub fn admin_consent(&self, client_id: &str) -> Option<Url> {
        let Kind::Entra { tenant } = self.kind else { return None };
        let page = format!("https://{ENTRA_HOST}/{tenant}/adminconsent");
        Url::parse_with_params(&page, [("client_id", client_id)]).ok()
    }
}

fn entra_tenant(url: &Url) -> Result<Uuid, InvalidIssuer> {
    let path: Vec<_> = url.path().trim_end_matches('/').split('/').skip(1).collect();
    let tenant = path.first().copied().unwrap_or_default();
    if ["common", "organizations", "consumers"].contains(&tenant.to_ascii_lowercase().as_str()) {
        return Err(InvalidIssuer::EveryTenant);
    }
    let read = Uuid::try_parse(tenant).ok().filter(|_| path.get(1..) == Some(&["v2.0"]) && tenant.len() == 36);
    match read {
        Some(ENTRA_CONSUMERS) => Err(InvalidIssuer::EveryTenant),
        Some(tenant) if url.port().is_none() => Ok(tenant),
        _ => Err(InvalidIssuer::Entra),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TENANT: &str = "11111111-2222-3333-4444-5555555555aa";

    fn parse(text: &str) -> Result<Issuer, InvalidIssuer> {
        Issuer::parse(text, &AllowedHosts::default())
    }

    #[test]
    fn a_tenant_of_entra_id_is_read_however_it_is_written() -> Result<(), InvalidIssuer> {
        let plain = format!("https://login.microsoftonline.com/{TENANT}/v2.0");
        for text in [plain.clone(), format!("{plain}/"), format!(" {} ", plain.to_uppercase().replace("V2", "v2"))] {
            let issuer = parse(&text)?;
            assert_eq!(issuer.as_str(), plain);
            assert!(matches!(issuer.kind(), Kind::Entra { .. }));
        }
        let consent = parse(&plain)?.admin_consent("a&b").map(String::from);
        let expected = format!("https://login.microsoftonline.com/{TENANT}/adminconsent?client_id=a%26b");
        assert_eq!(consent, Some(expected));
        Ok(())
    }

    #[test]
    fn an_address_that_lets_every_organisation_in_is_refused() {
        for tenant in ["common", "organizations", "consumers", "Common", "9188040d-6c67-4b5b-b112-36a304b66dad"] {
            let refused = parse(&format!("https://login.microsoftonline.com/{tenant}/v2.0"));
            assert_eq!(refused, Err(InvalidIssuer::EveryTenant), "{tenant}");
        }
    }

    #[test]
    fn an_address_of_entra_id_in_another_form_is_refused() {
        for text in [
            "https://login.microsoftonline.com/".to_owned(),
            format!("https://login.microsoftonline.com/{TENANT}"),
            format!("https://login.microsoftonline.com/{TENANT}/v1.0"),
            format!("https://login.microsoftonline.com/{TENANT}/v2.0/x"),
            format!("https://login.microsoftonline.com:8443/{TENANT}/v2.0"),
            format!("https://sts.windows.net/{TENANT}/"),
            "https://login.microsoftonline.com/trust.onmicrosoft.com/v2.0".to_owned(),
        ] {
            assert_eq!(parse(&text), Err(InvalidIssuer::Entra), "{text}");
        }
    }

    #[test]
    fn any_other_provider_keeps_its_letters() -> Result<(), InvalidIssuer> {
        let issuer = parse("https://sign-in.trust.org.uk/realms/Staff/")?;
        assert_eq!((issuer.as_str(), issuer.kind()), ("https://sign-in.trust.org.uk/realms/Staff/", Kind::Other));
        assert_eq!(parse("https://a.uk/?x=1"), Err(InvalidIssuer::Parts));
        assert_eq!(parse("https://a.uk/#x"), Err(InvalidIssuer::Parts));
        assert_eq!(parse("http://a.uk/"), Err(RefusedAddress::NotHttps.into()));
        assert_eq!(parse("https://10.0.0.1/"), Err(RefusedAddress::NotPublic.into()));
        assert_eq!(parse("https://accounts.google.com/")?.as_str(), GOOGLE);
        Ok(())
    }
}
