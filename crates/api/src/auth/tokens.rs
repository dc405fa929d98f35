//! Access tokens: JWT signed with Ed25519. The signing keys are kept in the database, sealed with the server key, so that every node
//! verifies what any node signed. A node keeps what it has read of them for some seconds, and looks again when a token names a key it does
//! not know.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use candour_domain::{AccountId, ClientId, OrganisationId, Role, Scope};
use candour_storage::{Storage, StorageError, signing_keys as stored};
use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::{Algorithm, DecodingKey, Header, Validation};
use serde::{Deserialize, Serialize};
use tokio::sync::Mutex;

use crate::auth::signing_keys::{self, KeySet};
use crate::clock::{Clock, Timekeeper};
use crate::entropy;
use crate::error::Error;
use crate::seal::ServerKey;

/// How long an integration's token is valid, in seconds.
pub const CLIENT_TOKEN_SECONDS: i64 = 3600;

/// How long any token is valid at most. A signing key is kept until its last one has expired.
pub const LONGEST_TOKEN_HOURS: i64 = 720;

/// How old what is known of the keys may be.
const FRESH: Duration = Duration::from_secs(10);

/// How often the database is asked at most, however many tokens name a key that nobody knows.
const PAUSE: Duration = Duration::from_secs(1);

/// Signs and verifies tokens.
pub struct Tokens {
    issuer: String,
    storage: Storage,
    server_key: Arc<ServerKey>,
    clock: Timekeeper,
    keys: RwLock<Arc<KeySet>>,
    /// Held while the keys are read.
    looked: Mutex<Looked>,
}

/// When the keys were last asked for.
struct Looked {
    at: Instant,
    /// Whether they came.
    well: bool,
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
    /// Makes the first signing key where there is none. Of nodes that start at the same time, one makes it.
    ///
    /// # Errors
    /// [`Error`] when the database cannot be read or written.
    pub async fn make_first_key(storage: &Storage, key: &Arc<ServerKey>, clock: Clock) -> Result<(), Error> {
        let now = clock.now();
        if storage.read_system(stored::all).await?.is_empty() {
            let server_key = Arc::clone(key);
            let first = move |system: &mut candour_storage::System<'_>| {
                stored::hold(system)?;
                if stored::all(system)?.is_empty() {
                    stored::insert(system, &signing_keys::generate(&server_key, now, &mut entropy::system())?)?;
                }
                Ok::<_, Error>(())
            };
            storage.write_system(first).await?;
        }
        Ok(())
    }

    /// Reads the signing keys.
    ///
    /// # Errors
    /// [`Error`] when the database or a sealed key cannot be read.
    pub async fn load(storage: &Storage, key: &Arc<ServerKey>, issuer: &str, clock: Timekeeper) -> Result<Self, Error> {
        let keys = KeySet::read(&storage.read_system(stored::all).await?, key, clock.now())?;
        Ok(Self {
            issuer: issuer.to_owned(),
            storage: storage.clone(),
            server_key: Arc::clone(key),
            clock,
            keys: RwLock::new(Arc::new(keys)),
            looked: Mutex::new(Looked { at: Instant::now(), well: true }),
        })
    }

    /// Signs a token for `bearer` that is valid for `seconds`.
    ///
    /// # Errors
    /// [`Error::Internal`] when signing fails.
    pub async fn sign(&self, bearer: &Bearer, seconds: i64) -> Result<(String, DateTime<Utc>), Error> {
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
        let keys = self.fresh().await;
        let (kid, key) = keys.signing(now).ok_or(Error::Internal("there is no signing key"))?;
        let mut header = Header::new(Algorithm::EdDSA);
        header.typ = Some("at+jwt".to_owned());
        header.kid = Some(kid.to_owned());
        let token = jsonwebtoken::encode(&header, &claims, key).map_err(|_reason| Error::Internal("a token cannot be signed"))?;
        Ok((token, expires))
    }

    /// Verifies a token: signature, issuer, audience and expiry. `None` for anything that does not verify.
    ///
    /// # Errors
    /// [`Error::Storage`] when the token names a key that this node does not know and the database cannot be asked for it.
    pub async fn verify(&self, token: &str) -> Result<Option<Bearer>, Error> {
        let Some(kid) = jsonwebtoken::decode_header(token).ok().and_then(|header| header.kid) else { return Ok(None) };
        let mut keys = self.fresh().await;
        if keys.verifying(&kid).is_none() {
            // Another node may have made it after this one looked.
            keys = self.anew().await?;
        }
        Ok(keys.verifying(&kid).and_then(|key| self.bearer(token, key)))
    }

    /// The public keys as a JSON Web Key Set (RFC 7517, RFC 8037).
    pub async fn jwks(&self) -> serde_json::Value {
        self.fresh().await.jwks()
    }

    /// Reads the keys again, because they have been changed.
    ///
    /// # Errors
    /// [`Error`] when the database or a sealed key cannot be read; what was known stays.
    pub async fn reload(&self) -> Result<(), Error> {
        let keys = KeySet::read(&self.storage.read_system(stored::all).await?, &self.server_key, self.clock.now())?;
        *self.keys.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(keys);
        Ok(())
    }

    /// The keys, read again if that was long ago. If they cannot be read, those known so far.
    async fn fresh(&self) -> Arc<KeySet> {
        // Whoever finds that somebody else is at it goes on with what there is.
        if let Ok(mut looked) = self.looked.try_lock()
            && looked.at.elapsed() >= if looked.well { FRESH } else { PAUSE }
            && let Err(error) = self.look(&mut looked).await
        {
            tracing::warn!(%error, "the signing keys cannot be read again");
        }
        self.known()
    }

    /// The keys, read again unless that was moments ago.
    async fn anew(&self) -> Result<Arc<KeySet>, Error> {
        let mut looked = self.looked.lock().await;
        if looked.at.elapsed() >= PAUSE {
            self.look(&mut looked).await?;
        } else if !looked.well {
            return Err(StorageError::Unavailable("the signing keys cannot be read".to_owned()).into());
        }
        Ok(self.known())
    }

    async fn look(&self, looked: &mut Looked) -> Result<(), Error> {
        let read = self.reload().await;
        *looked = Looked { at: Instant::now(), well: read.is_ok() };
        read
    }

    fn known(&self) -> Arc<KeySet> {
        Arc::clone(&self.keys.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn bearer(&self, token: &str, key: &DecodingKey) -> Option<Bearer> {
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.set_issuer(&[&self.issuer]);
        validation.set_audience(&[&self.issuer]);
        // It has to say when it ends, and that is compared with the time as the service knows it, which a clock that is set does not move.
        validation.validate_exp = false;
        let claims = jsonwebtoken::decode::<Claims>(token, key, &validation).ok()?.claims;
        if claims.exp <= self.clock.now().timestamp() {
            return None;
        }
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
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    use super::*;

    type Outcome = Result<(), Box<dyn std::error::Error>>;

    async fn tokens(folder: &std::path::Path, key: &Arc<ServerKey>, issuer: &str) -> Result<Tokens, Box<dyn std::error::Error>> {
        let storage = Storage::connect(&format!("sqlite:{}", folder.join("tokens.sqlite3").display()), 1)?;
        storage.migrate()?;
        Tokens::make_first_key(&storage, key, Clock).await?;
        Ok(Tokens::load(&storage, key, issuer, Timekeeper::default()).await?)
    }

    fn administrator() -> Bearer {
        let (account, organisation) = (AccountId::from_random([1; 16]), OrganisationId::from_random([2; 16]));
        Bearer::User { account, organisation, role: Role::Administrator }
    }

    #[tokio::test]
    async fn a_token_says_whom_it_speaks_for_and_outlives_a_restart() -> Outcome {
        let (folder, key) = (tempfile::tempdir()?, Arc::new(ServerKey::generate(&mut entropy::system())));
        let before = tokens(folder.path(), &key, "https://a.example").await?;
        let client = Bearer::Client {
            client: ClientId::from_random([3; 16]),
            organisation: OrganisationId::from_random([2; 16]),
            scopes: vec![Scope::RoundsRead, Scope::ResultsRead],
        };
        let after = tokens(folder.path(), &key, "https://a.example").await?;
        for bearer in [administrator(), client] {
            assert_eq!(after.verify(&before.sign(&bearer, 60).await?.0).await?, Some(bearer));
        }
        Ok(())
    }

    #[tokio::test]
    async fn a_token_that_expired_or_was_altered_or_is_anothers_is_none() -> Outcome {
        let (folder, other, key) = (tempfile::tempdir()?, tempfile::tempdir()?, Arc::new(ServerKey::generate(&mut entropy::system())));
        let ours = tokens(folder.path(), &key, "https://a.example").await?;
        let good = ours.sign(&administrator(), 60).await?.0;
        assert_eq!(ours.verify(&good).await?, Some(administrator()));
        assert_eq!(ours.verify(&ours.sign(&administrator(), -1).await?.0).await?, None, "expired");
        let elsewhere = tokens(folder.path(), &key, "https://b.example").await?;
        assert_eq!(ours.verify(&elsewhere.sign(&administrator(), 60).await?.0).await?, None, "another issuer");
        let stranger = tokens(other.path(), &key, "https://a.example").await?;
        assert_eq!(ours.verify(&stranger.sign(&administrator(), 60).await?.0).await?, None, "another key");

        let parts: Vec<_> = good.split('.').collect();
        let [header, claims, signature] = parts.as_slice() else { return Err("three parts".into()) };
        let altered = String::from_utf8(URL_SAFE_NO_PAD.decode(claims)?)?.replace("administrator", "facilitator");
        assert_eq!(ours.verify(&format!("{header}.{}.{signature}", URL_SAFE_NO_PAD.encode(altered))).await?, None, "altered");
        let none = String::from_utf8(URL_SAFE_NO_PAD.decode(header)?)?.replace("EdDSA", "none");
        assert_eq!(ours.verify(&format!("{}.{claims}.", URL_SAFE_NO_PAD.encode(none))).await?, None, "unsigned");
        Ok(())
    }

    #[tokio::test]
    async fn only_public_keys_are_published() -> Outcome {
        let (folder, key) = (tempfile::tempdir()?, Arc::new(ServerKey::generate(&mut entropy::system())));
        let jwks = tokens(folder.path(), &key, "https://a.example").await?.jwks().await;
        let published = jwks["keys"][0].as_object().ok_or("a key")?;
        assert_eq!(published.keys().map(String::as_str).collect::<Vec<_>>(), ["kty", "crv", "x", "kid", "use", "alg"]);
        Ok(())
    }
}
