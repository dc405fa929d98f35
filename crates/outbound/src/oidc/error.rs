//! Why a sign-in at a provider fails. Each is a sentence for the one who reads it, and holds nothing that was sent.

use openidconnect::core::CoreErrorResponseType;
use openidconnect::{
    ClaimsVerificationError, DiscoveryError, RequestTokenError, SignatureVerificationError, StandardErrorResponse,
};

use crate::http::CallError;

/// Why a sign-in fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OidcError {
    /// The provider does not answer, or must not be called.
    #[error("the provider cannot be asked: {0}")]
    Call(#[from] CallError),
    /// There is no provider at the address.
    #[error("there is no OpenID Connect provider at this address: what it says about itself cannot be read")]
    NoProvider,
    /// It calls itself by another address.
    #[error("the provider calls itself by another address than this one; give it letter by letter")]
    OtherIssuer,
    /// The person, or an administrator of the provider, has said no.
    #[error("the provider did not let the sign-in happen")]
    Declined,
    /// A return that this browser did not begin, or that comes a second time.
    #[error("this sign-in was begun in another browser, or has ended; begin again")]
    State,
    /// Another provider answers than the one that was asked.
    #[error("another provider has answered than the one that was asked")]
    MixedUp,
    /// The client id or the secret is not what the provider has.
    #[error("the provider does not accept the client ID and secret; has the secret expired?")]
    Client,
    /// The code was used before, is too old, or was given to somebody else.
    #[error("the provider does not accept the code it gave; begin again")]
    Code,
    /// The provider's answer cannot be used.
    #[error("the provider gave no identity that can be read")]
    Answer,
    /// A token that proves nothing.
    #[error("the provider's word is not accepted: {0}")]
    Token(#[from] RefusedToken),
    /// A token that is good, of somebody who is not the trust's.
    #[error(transparent)]
    Identity(#[from] RefusedIdentity),
}

/// What is wrong with a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RefusedToken {
    /// It was made by somebody else.
    #[error("it was made by another provider")]
    Issuer,
    /// It was made for another service.
    #[error("it was made for another service")]
    Audience,
    /// It belongs to another sign-in.
    #[error("it belongs to another sign-in")]
    Nonce,
    /// Its time is over, or has not come.
    #[error("it has expired, or its time has not come; check the clocks")]
    Time,
    /// Nobody has signed it.
    #[error("nobody has signed it")]
    Unsigned,
    /// It is signed with a key or in a way that is not the provider's.
    #[error("its signature is not the provider's")]
    Signature,
    /// Anything else.
    #[error("it has a form that is not allowed")]
    Form,
}

/// Why somebody that the provider knows is not let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RefusedIdentity {
    /// An account of another tenant, or of none.
    #[error("this account belongs to another organisation at Microsoft")]
    Tenant,
    /// A Google account that another domain hosts, or none.
    #[error("this account does not belong to the trust's domain at Google")]
    HostedDomain,
    /// No person is named.
    #[error("the provider does not say who this is")]
    Subject,
}

impl From<DiscoveryError<CallError>> for OidcError {
    fn from(error: DiscoveryError<CallError>) -> Self {
        match error {
            DiscoveryError::Request(call) => call.into(),
            DiscoveryError::Validation(_) => Self::OtherIssuer,
            _ => Self::NoProvider,
        }
    }
}

impl From<RequestTokenError<CallError, StandardErrorResponse<CoreErrorResponseType>>> for OidcError {
    fn from(error: RequestTokenError<CallError, StandardErrorResponse<CoreErrorResponseType>>) -> Self {
        match error {
            RequestTokenError::Request(call) => call.into(),
            RequestTokenError::ServerResponse(said) => match said.error() {
                CoreErrorResponseType::InvalidClient | CoreErrorResponseType::UnauthorizedClient => Self::Client,
                CoreErrorResponseType::InvalidGrant => Self::Code,
                _ => Self::Answer,
            },
            _ => Self::Answer,
        }
    }
}

impl From<ClaimsVerificationError> for OidcError {
    fn from(error: ClaimsVerificationError) -> Self {
        Self::Token(match error {
            ClaimsVerificationError::InvalidIssuer(_) => RefusedToken::Issuer,
            ClaimsVerificationError::InvalidAudience(_) => RefusedToken::Audience,
            ClaimsVerificationError::InvalidNonce(_) => RefusedToken::Nonce,
            ClaimsVerificationError::Expired(_) => RefusedToken::Time,
            ClaimsVerificationError::SignatureVerification(SignatureVerificationError::NoSignature) => {
                RefusedToken::Unsigned
            }
            ClaimsVerificationError::SignatureVerification(_) => RefusedToken::Signature,
            _ => RefusedToken::Form,
        })
    }
}
