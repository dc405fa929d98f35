//! What a provider says about itself: where its pages are, and with which keys it signs.

use chrono::{DateTime, TimeDelta, Utc};
use openidconnect::core::{CoreClientAuthMethod, CoreJsonWebKey, CoreJwsSigningAlgorithm, CoreProviderMetadata};
use openidconnect::{AuthType, ClientId, IdTokenVerifier, IssuerUrl};

use super::{Issuer, OidcError};
use crate::http::Http;

/// Signatures that are taken. Those with a shared secret are not: anybody who reads the secret could sign.
const SIGNATURES: [CoreJwsSigningAlgorithm; 9] = [
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha384,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha512,
    CoreJwsSigningAlgorithm::RsaSsaPssSha256,
    CoreJwsSigningAlgorithm::RsaSsaPssSha384,
    CoreJwsSigningAlgorithm::RsaSsaPssSha512,
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::EcdsaP384Sha384,
    CoreJwsSigningAlgorithm::EdDsa,
];

/// A provider's own words, and when they were read.
pub(super) struct Known {
    metadata: CoreProviderMetadata,
    read_at: DateTime<Utc>,
}

impl Known {
    /// Asks the provider.
    pub(super) async fn read(http: &Http, issuer: &Issuer, now: DateTime<Utc>) -> Result<Self, OidcError> {
        let url = IssuerUrl::new(issuer.as_str().to_owned()).map_err(|_reason| OidcError::NoProvider)?;
        let call = |request| http.call(request);
        let metadata = CoreProviderMetadata::discover_async(url, &call).await?;
        // The browser is sent there, and the secret goes there.
        let token = metadata.token_endpoint().ok_or(OidcError::NoProvider)?;
        for address in [metadata.authorization_endpoint().as_str(), token.as_str()] {
            http.destination(address).map_err(crate::http::CallError::from)?;
        }
        Ok(Self { metadata, read_at: now })
    }

    /// Of words that came some other way.
    #[cfg(test)]
    pub(super) fn told(metadata: CoreProviderMetadata, now: DateTime<Utc>) -> Self {
        Self { metadata, read_at: now }
    }

    pub(super) fn metadata(&self) -> &CoreProviderMetadata {
        &self.metadata
    }

    pub(super) fn was_read_within(&self, seconds: i64, now: DateTime<Utc>) -> bool {
        now - self.read_at < TimeDelta::seconds(seconds)
    }

    /// How this service shows its secret: in the header, unless the provider takes it in the body only.
    pub(super) fn auth_type(&self) -> AuthType {
        let methods = self.metadata.token_endpoint_auth_methods_supported();
        let takes = |method| methods.is_some_and(|methods| methods.contains(&method));
        if takes(CoreClientAuthMethod::ClientSecretPost) && !takes(CoreClientAuthMethod::ClientSecretBasic) {
            AuthType::RequestBody
        } else {
            AuthType::BasicAuth
        }
    }

    /// What checks its tokens for this client.
    pub(super) fn verifier(&self, client: ClientId) -> IdTokenVerifier<'_, CoreJsonWebKey> {
        let (issuer, keys) = (self.metadata.issuer().clone(), self.metadata.jwks().clone());
        IdTokenVerifier::new_public_client(client, issuer, keys).set_allowed_algs(SIGNATURES)
    }
}
