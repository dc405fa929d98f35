//! A stored provider as it is needed to speak to it.

use candour_domain::OrganisationId;
use candour_outbound::oidc::{Issuer, Registration};
use candour_seal::Purpose;
use candour_storage::identity_providers::IdentityProvider;
use zeroize::Zeroizing;

use super::settings::return_address;
use crate::app::App;
use crate::entropy;
use crate::error::Error;

/// Seals a client secret for a trust.
pub(super) fn seal(app: &App, organisation: OrganisationId, secret: &str) -> Result<Vec<u8>, Error> {
    let place = organisation.to_string();
    Ok(app.key.seal(Purpose::ClientSecret, place.as_bytes(), secret.as_bytes(), &mut entropy::system())?)
}

/// What this service is to the trust's provider; `None` when its address is one that is not called any more, because
/// the operator has taken its host out of the list.
pub(super) fn registration(
    app: &App,
    organisation: OrganisationId,
    provider: IdentityProvider,
) -> Result<Option<Registration>, Error> {
    let Some(issuer) = issuer(app, &provider.issuer) else { return Ok(None) };
    let place = organisation.to_string();
    let secret = app.key.open(Purpose::ClientSecret, place.as_bytes(), &provider.sealed_secret)?;
    let text = std::str::from_utf8(&secret).map_err(|_bytes| Error::Internal("a client secret that is no text"))?;
    Ok(Some(Registration {
        issuer,
        client_id: provider.profile.client_id,
        client_secret: Zeroizing::new(text.to_owned()),
        hosted_domain: provider.profile.hosted_domain.map(|domain| domain.as_str().to_owned()),
        return_to: return_address(app)?,
    }))
}

/// The address of a stored provider, if it may still be called.
pub(super) fn issuer(app: &App, stored: &str) -> Option<Issuer> {
    app.oidc.issuer(stored).ok()
}
