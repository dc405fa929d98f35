//! Sign-in at a provider of identities by OpenID Connect: authorisation code with PKCE, state and nonce.
//!
//! What comes out is an [`Identity`]: who somebody is at the provider, and never an address. Whose account that is, is
//! not decided here.

mod attempt;
mod error;
mod identity;
mod issuer;
mod known;

#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use openidconnect::core::{
    CoreAuthDisplay, CoreAuthPrompt, CoreAuthenticationFlow, CoreErrorResponseType, CoreGenderClaim, CoreJsonWebKey,
    CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm, CoreRevocableToken, CoreRevocationErrorResponse,
    CoreTokenIntrospectionResponse, CoreTokenType,
};
use openidconnect::{
    AuthorizationCode, Client, ClientId, ClientSecret, CsrfToken, EmptyExtraTokenFields, EndpointMaybeSet,
    EndpointNotSet, EndpointSet, IdToken, IdTokenFields, Nonce, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl,
    Scope, StandardErrorResponse, StandardTokenResponse, TokenResponse,
};
use rand::CryptoRng;
use url::Url;
use zeroize::Zeroizing;

pub use attempt::{Attempt, Returned};
pub use error::{OidcError, RefusedIdentity, RefusedToken};
pub use identity::Identity;
pub use issuer::{InvalidIssuer, Issuer, Kind};

use crate::guard::AllowedHosts;
use crate::http::Http;
use identity::OwnClaims;
use known::Known;

/// For how long what a provider says about itself is believed, in minutes.
const BELIEVED_MINUTES: i64 = 60;

/// Keys that nobody knows are looked for no more often than this, in seconds.
const LOOK_AGAIN_SECONDS: i64 = 60;

/// How far the provider's clock may be ahead of ours.
const CLOCKS_APART: TimeDelta = TimeDelta::minutes(5);

/// Providers that are remembered; one more, and all are read again.
const MOST_KNOWN: usize = 500;

type Token = IdToken<OwnClaims, CoreGenderClaim, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm>;

type Tokens = StandardTokenResponse<
    IdTokenFields<
        OwnClaims,
        EmptyExtraTokenFields,
        CoreGenderClaim,
        CoreJweContentEncryptionAlgorithm,
        CoreJwsSigningAlgorithm,
    >,
    CoreTokenType,
>;

type Service = Client<
    OwnClaims,
    CoreAuthDisplay,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJsonWebKey,
    CoreAuthPrompt,
    StandardErrorResponse<CoreErrorResponseType>,
    Tokens,
    CoreTokenIntrospectionResponse,
    CoreRevocableToken,
    CoreRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;

/// What this service is to a provider. `Debug` is left out on purpose.
pub struct Registration {
    /// The provider.
    pub issuer: Issuer,
    /// What it calls this service.
    pub client_id: String,
    /// What this service proves itself with.
    pub client_secret: Zeroizing<String>,
    /// The domain that hosts the trust's accounts at Google.
    pub hosted_domain: Option<String>,
    /// Where the browser comes back to.
    pub return_to: Url,
}

/// Signs people in at providers, and remembers what the providers say about themselves.
pub struct Oidc {
    http: Http,
    allowed: AllowedHosts,
    known: Mutex<HashMap<Issuer, Arc<Known>>>,
}

impl Oidc {
    /// Providers may also be on these hosts.
    #[must_use]
    pub fn new(allowed: AllowedHosts) -> Self {
        Self { http: Http::new(allowed.clone()), allowed, known: Mutex::default() }
    }

    /// Reads the address of a provider that an administrator has typed in.
    ///
    /// # Errors
    /// [`InvalidIssuer`].
    pub fn issuer(&self, text: &str) -> Result<Issuer, InvalidIssuer> {
        Issuer::parse(text, &self.allowed)
    }

    /// Asks the provider about itself, and remembers the answer.
    ///
    /// # Errors
    /// [`OidcError`] when there is no provider at the address that could be used.
    pub async fn look(&self, issuer: &Issuer, now: DateTime<Utc>) -> Result<(), OidcError> {
        let known = Known::read(&self.http, issuer, now).await?;
        self.remember(issuer, known);
        Ok(())
    }

    /// Begins a sign-in: where the browser goes, and what is kept until it comes back.
    ///
    /// # Errors
    /// [`OidcError`] when the provider cannot be asked about itself.
    pub async fn begin(
        &self,
        registration: &Registration,
        rng: &mut impl CryptoRng,
        now: DateTime<Utc>,
    ) -> Result<(Url, Attempt), OidcError> {
        let known = self.known(&registration.issuer, now).await?;
        let attempt = Attempt::draw(rng);
        let service = service(&known, registration)?;
        let verifier = PkceCodeVerifier::new(attempt.verifier.clone());
        let (state, nonce) = (attempt.state.clone(), attempt.nonce.clone());
        let mut request = service
            .authorize_url(CoreAuthenticationFlow::AuthorizationCode, || CsrfToken::new(state), || Nonce::new(nonce))
            .add_scopes(["email", "profile"].map(|scope| Scope::new(scope.to_owned())))
            // On a shared computer the one before may still be signed in at the provider.
            .add_prompt(CoreAuthPrompt::SelectAccount)
            .set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier));
        if let Some(domain) = &registration.hosted_domain {
            request = request.add_extra_param("hd", domain);
        }
        let (url, _, _) = request.url();
        Ok((url, attempt))
    }

    /// Ends a sign-in: exchanges what the browser brought back, and says who it is.
    ///
    /// # Guarantee
    /// An identity is given only for a token that this provider has signed for this service, within its time, in answer
    /// to this attempt.
    ///
    /// # Errors
    /// [`OidcError`] says which of that does not hold.
    pub async fn finish(
        &self,
        registration: &Registration,
        attempt: &Attempt,
        returned: Returned,
        now: DateTime<Utc>,
    ) -> Result<Identity, OidcError> {
        if !attempt.is_answered_by(&returned) {
            return Err(OidcError::State);
        }
        let issuer = &registration.issuer;
        if returned.iss.is_some_and(|iss| iss != issuer.as_str()) {
            return Err(OidcError::MixedUp);
        }
        if returned.error.is_some() {
            return Err(OidcError::Declined);
        }
        let code = AuthorizationCode::new(returned.code.ok_or(OidcError::Declined)?);
        let known = self.known(issuer, now).await?;
        let call = |request| self.http.call(request);
        let tokens = service(&known, registration)?
            .exchange_code(code)
            .map_err(|_no_endpoint| OidcError::NoProvider)?
            .set_pkce_verifier(PkceCodeVerifier::new(attempt.verifier.clone()))
            .request_async(&call)
            .await?;
        let token = tokens.id_token().ok_or(OidcError::Answer)?;
        match verify(&known, registration, token, &attempt.nonce, now) {
            // The provider may have begun to sign with a new key.
            Err(OidcError::Token(RefusedToken::Signature)) if !known.was_read_within(LOOK_AGAIN_SECONDS, now) => {
                let known = self.remember(issuer, Known::read(&self.http, issuer, now).await?);
                verify(&known, registration, token, &attempt.nonce, now)
            }
            other => other,
        }
    }

    async fn known(&self, issuer: &Issuer, now: DateTime<Utc>) -> Result<Arc<Known>, OidcError> {
        let remembered = self.known.lock().unwrap_or_else(PoisonError::into_inner).get(issuer).cloned();
        match remembered.filter(|known| known.was_read_within(BELIEVED_MINUTES * 60, now)) {
            Some(known) => Ok(known),
            None => Ok(self.remember(issuer, Known::read(&self.http, issuer, now).await?)),
        }
    }

    fn remember(&self, issuer: &Issuer, known: Known) -> Arc<Known> {
        let (known, mut every) = (Arc::new(known), self.known.lock().unwrap_or_else(PoisonError::into_inner));
        if every.len() >= MOST_KNOWN {
            every.clear();
        }
        every.insert(issuer.clone(), Arc::clone(&known));
        known
    }
}

fn service(known: &Known, registration: &Registration) -> Result<Service, OidcError> {
    let client = ClientId::new(registration.client_id.clone());
    let secret = ClientSecret::new(registration.client_secret.to_string());
    let return_to = RedirectUrl::new(registration.return_to.to_string()).map_err(|_reason| OidcError::NoProvider)?;
    Ok(Client::from_provider_metadata(known.metadata().clone(), client, Some(secret))
        .set_auth_type(known.auth_type())
        .set_redirect_uri(return_to))
}

/// Checks a token, and reads who it speaks of.
fn verify(
    known: &Known,
    registration: &Registration,
    token: &Token,
    nonce: &str,
    now: DateTime<Utc>,
) -> Result<Identity, OidcError> {
    let issued = move |at: DateTime<Utc>| {
        if at <= now + CLOCKS_APART { Ok(()) } else { Err(String::new()) }
    };
    let verifier = known
        .verifier(ClientId::new(registration.client_id.clone()))
        .set_time_fn(move || now)
        .set_issue_time_verifier_fn(issued);
    let claims = token.claims(&verifier, &Nonce::new(nonce.to_owned()))?;
    // Who the token was given to, where that is somebody else than who it is for.
    if claims.authorized_party().is_some_and(|party| **party != registration.client_id) {
        return Err(RefusedToken::Audience.into());
    }
    let hosted_domain = registration.hosted_domain.as_deref();
    Identity::read(&registration.issuer, hosted_domain, claims.subject().as_str(), claims.additional_claims())
}
