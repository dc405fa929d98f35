//! Access tokens: JWT signed with Ed25519. The signing keys are kept in the database, sealed with the server key, so that every node
//! verifies what any node signed.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use candour_domain::{AccountId, ClientId, OrganisationId, Role, Scope};
use candour_storage::{Storage, signing_keys};
use chrono::{DateTime, TimeDelta, Utc};
use ed25519_dalek::SigningKey;
use ed25519_dalek::pkcs8::EncodePrivateKey;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use rand::Rng;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::clock::Clock;
use crate::entropy;
use crate::error::Error;
use crate::seal::{Purpose, ServerKey};

/// How long an integration's token is valid, in seconds.
pub const CLIENT_TOKEN_SECONDS: i64 = 3600;

/// Signs and verifies tokens.
pub struct Tokens {
    issuer: String,
    signing: EncodingKey,
    kid: String,
    keys: Vec<PublicKey>,
    clock: Clock,
}

/// Whom a token speaks for, before the database has been asked whether they still exist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Bearer {
    /// A person in one role.
    User {
        /// Their account.
        account: AccountId,
        /// Their trust.
        organisation: OrganisationId,
        /// The role they act in.
        role: Role,
    },
    /// An integration.
    Client {
        /// Its credentials.
        client: ClientId,
        /// Its trust.
        organisation: OrganisationId,
        /// What it asked for and was allowed.
        scopes: Vec<Scope>,
    },
}

struct PublicKey {
    kid: String,
    x: String,
    verify: DecodingKey,
}

#[derive(Serialize, Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    sub: String,
    org: OrganisationId,
    iat: i64,
    exp: i64,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    role: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    scope: Option<String>,
}

impl Tokens {
    /// Reads the signing keys, or makes the first one.
    ///
    /// # Errors
    /// [`Error`] when the database or a sealed key cannot be read.
    pub async fn load_or_create(storage: &Storage, key: &ServerKey, issuer: &str, clock: Clock) -> Result<Self, Error> {
        let mut stored = storage.read_system(signing_keys::all).await?;
        if stored.is_empty() {
            let fresh = new_key(key, clock.now())?;
            storage.write_system(move |system| signing_keys::insert(system, &fresh)).await?;
            stored = storage.read_system(signing_keys::all).await?;
        }
        let newest = stored.first().ok_or(Error::Internal("there is no signing key"))?;
        let secret = key.open(Purpose::SigningKey, newest.id.as_bytes(), &newest.sealed_private)?;
        let secret: &[u8; 32] = secret.as_slice().try_into().map_err(|_length| Error::Internal("a signing key has the wrong length"))?;
        let document =
            SigningKey::from_bytes(secret).to_pkcs8_der().map_err(|_encoding| Error::Internal("a signing key cannot be encoded"))?;
        let keys = stored
            .iter()
            .map(|row| {
                let x = URL_SAFE_NO_PAD.encode(&row.public);
                let verify = DecodingKey::from_ed_components(&x).map_err(|_reason| Error::Internal("a public key cannot be read"))?;
                Ok(PublicKey { kid: row.id.clone(), x, verify })
            })
            .collect::<Result<_, Error>>()?;
        Ok(Self { issuer: issuer.to_owned(), signing: EncodingKey::from_ed_der(document.as_bytes()), kid: newest.id.clone(), keys, clock })
    }

    /// Signs a token for `bearer` that is valid for `seconds`.
    ///
    /// # Errors
    /// [`Error::Internal`] when signing fails.
    pub fn sign(&self, bearer: &Bearer, seconds: i64) -> Result<(String, DateTime<Utc>), Error> {
        let now = self.clock.now();
        let expires = now + TimeDelta::seconds(seconds);
        let (sub, org, role, scope) = match bearer {
            Bearer::User { account, organisation, role } => (account.to_string(), *organisation, Some(role.as_str().to_owned()), None),
            Bearer::Client { client, organisation, scopes } => {
                let scope = scopes.iter().map(|scope| scope.as_str()).collect::<Vec<_>>().join(" ");
                (client.to_string(), *organisation, None, Some(scope))
            }
        };
        let claims = Claims {
            iss: self.issuer.clone(),
            aud: self.issuer.clone(),
            sub,
            org,
            iat: now.timestamp(),
            exp: expires.timestamp(),
            role,
            scope,
        };
        let mut header = Header::new(Algorithm::EdDSA);
        header.typ = Some("at+jwt".to_owned());
        header.kid = Some(self.kid.clone());
        let token = jsonwebtoken::encode(&header, &claims, &self.signing).map_err(|_reason| Error::Internal("a token cannot be signed"))?;
        Ok((token, expires))
    }

    /// Verifies a token: signature, issuer, audience and expiry. `None` for anything that does not verify.
    #[must_use]
    pub fn verify(&self, token: &str) -> Option<Bearer> {
        let kid = jsonwebtoken::decode_header(token).ok()?.kid?;
        let key = self.keys.iter().find(|key| key.kid == kid)?;
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.set_issuer(&[&self.issuer]);
        validation.set_audience(&[&self.issuer]);
        validation.leeway = 0;
        let claims = jsonwebtoken::decode::<Claims>(token, &key.verify, &validation).ok()?.claims;
        match (claims.role, claims.scope) {
            (Some(role), None) => {
                Some(Bearer::User { account: claims.sub.parse().ok()?, organisation: claims.org, role: Role::from_name(&role)? })
            }
            (None, Some(scope)) => Some(Bearer::Client {
                client: claims.sub.parse().ok()?,
                organisation: claims.org,
                scopes: scope.split_whitespace().map(Scope::from_name).collect::<Option<_>>()?,
            }),
            _ => None,
        }
    }

    /// The public keys as a JSON Web Key Set (RFC 7517, RFC 8037).
    #[must_use]
    pub fn jwks(&self) -> serde_json::Value {
        let keys: Vec<_> = self
            .keys
            .iter()
            .map(|key| serde_json::json!({"kty": "OKP", "crv": "Ed25519", "x": key.x, "kid": key.kid, "use": "sig", "alg": "EdDSA"}))
            .collect();
        serde_json::json!({ "keys": keys })
    }
}

fn new_key(server: &ServerKey, now: DateTime<Utc>) -> Result<signing_keys::SigningKey, Error> {
    let mut rng = entropy::system();
    let mut secret = Zeroizing::new([0; 32]);
    rng.fill_bytes(secret.as_mut());
    let public = SigningKey::from_bytes(&secret).verifying_key().to_bytes().to_vec();
    let mut id = [0; 8];
    rng.fill_bytes(&mut id);
    let id = URL_SAFE_NO_PAD.encode(id);
    let sealed_private = server.seal(Purpose::SigningKey, id.as_bytes(), secret.as_ref(), &mut rng)?;
    Ok(signing_keys::SigningKey { id, public, sealed_private, created_at: now })
}

#[cfg(test)]
mod tests {
    use candour_storage::Storage;

    use super::*;

    type Outcome = Result<(), Box<dyn std::error::Error>>;

    async fn tokens(folder: &std::path::Path, key: &ServerKey, issuer: &str) -> Result<Tokens, Box<dyn std::error::Error>> {
        let storage = Storage::connect(&format!("sqlite:{}", folder.join("tokens.sqlite3").display()), 1)?;
        storage.migrate()?;
        Ok(Tokens::load_or_create(&storage, key, issuer, Clock).await?)
    }

    fn administrator() -> Bearer {
        let (account, organisation) = (AccountId::from_random([1; 16]), OrganisationId::from_random([2; 16]));
        Bearer::User { account, organisation, role: Role::Administrator }
    }

    #[tokio::test]
    async fn a_token_says_whom_it_speaks_for_and_outlives_a_restart() -> Outcome {
        let (folder, key) = (tempfile::tempdir()?, ServerKey::generate(&mut entropy::system()));
        let before = tokens(folder.path(), &key, "https://a.example").await?;
        let client = Bearer::Client {
            client: ClientId::from_random([3; 16]),
            organisation: OrganisationId::from_random([2; 16]),
            scopes: vec![Scope::RoundsRead, Scope::ResultsRead],
        };
        let after = tokens(folder.path(), &key, "https://a.example").await?;
        for bearer in [administrator(), client] {
            assert_eq!(after.verify(&before.sign(&bearer, 60)?.0), Some(bearer));
        }
        Ok(())
    }

    #[tokio::test]
    async fn a_token_that_expired_or_was_altered_or_is_anothers_is_none() -> Outcome {
        let (folder, other, key) = (tempfile::tempdir()?, tempfile::tempdir()?, ServerKey::generate(&mut entropy::system()));
        let ours = tokens(folder.path(), &key, "https://a.example").await?;
        let good = ours.sign(&administrator(), 60)?.0;
        assert_eq!(ours.verify(&good), Some(administrator()));
        assert_eq!(ours.verify(&ours.sign(&administrator(), -1)?.0), None, "expired");
        let elsewhere = tokens(folder.path(), &key, "https://b.example").await?;
        assert_eq!(ours.verify(&elsewhere.sign(&administrator(), 60)?.0), None, "another issuer");
        let stranger = tokens(other.path(), &key, "https://a.example").await?;
        assert_eq!(ours.verify(&stranger.sign(&administrator(), 60)?.0), None, "another key");

        let parts: Vec<_> = good.split('.').collect();
        let [header, claims, signature] = parts.as_slice() else { return Err("three parts".into()) };
        let altered = String::from_utf8(URL_SAFE_NO_PAD.decode(claims)?)?.replace("administrator", "facilitator");
        assert_eq!(ours.verify(&format!("{header}.{}.{signature}", URL_SAFE_NO_PAD.encode(altered))), None, "altered");
        let none = String::from_utf8(URL_SAFE_NO_PAD.decode(header)?)?.replace("EdDSA", "none");
        assert_eq!(ours.verify(&format!("{}.{claims}.", URL_SAFE_NO_PAD.encode(none))), None, "unsigned");
        Ok(())
    }

    #[tokio::test]
    async fn only_public_keys_are_published() -> Outcome {
        let (folder, key) = (tempfile::tempdir()?, ServerKey::generate(&mut entropy::system()));
        let jwks = tokens(folder.path(), &key, "https://a.example").await?.jwks();
        let published = jwks["keys"][0].as_object().ok_or("a key")?;
        assert_eq!(published.keys().map(String::as_str).collect::<Vec<_>>(), ["kty", "crv", "x", "kid", "use", "alg"]);
        Ok(())
    }
}
