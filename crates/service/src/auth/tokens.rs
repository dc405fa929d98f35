//! Access tokens: JWT signed with Ed25519. The signing keys are kept in the database, sealed with the server key, so
//! that every node verifies what any node signed. A node keeps what it has read of them for some seconds, and looks
//! again when a token names a key it does not know.

use std::sync::{Arc, PoisonError, RwLock};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use candour_domain::{AccountId, ClientId, OrganisationId, Role, Scope};
use candour_seal::ServerKey;
use candour_storage::{Storage, StorageError, signing_keys as stored};
use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::{Algorithm, DecodingKey, Header, Validation};
use serde::{Deserialize, Serialize};
use tokio::sync::Mutex;
use zeroize::Zeroizing;

use crate::auth::signing_keys::{self, KeySet};
use crate::clock::Timekeeper;
use crate::entropy;
use crate::error::Error;

/// How long an integration's token is valid, in seconds.
pub const CLIENT_TOKEN_SECONDS: i64 = 3600;

/// How long a person's token is valid, in hours, unless the one who issues it says otherwise.
pub const USUAL_TOKEN_HOURS: i64 = 1;

/// How long any token is valid at most. One that says more is refused. A signing key is kept until its last token has
/// expired.
pub const LONGEST_TOKEN_HOURS: i64 = 24;

/// What a token says it is (RFC 9068, 2.1), so that nothing else that the same key may sign one day passes for one.
const TYPE: &str = "at+jwt";

/// The `client_id` of tokens for people (RFC 9068 wants one): the command line issues them.
const COMMAND_LINE: &str = "candour-cli";

/// How old what is known of the keys may be.
const FRESH: TimeDelta = TimeDelta::seconds(10);

/// How often the database is asked at most, however many tokens name a key that nobody knows.
const PAUSE: TimeDelta = TimeDelta::seconds(1);

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
    /// How long the machine had run.
    at: TimeDelta,
    /// Whether they came.
    well: bool,
}

/// A token whose signature and times are right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// Its `jti`: what the audit log calls it.
    pub id: String,
    /// Who it speaks for.
    pub bearer: Bearer,
}

/// A token that has been signed.
pub struct Signed {
    /// The token. Anybody who holds it acts as its bearer until it expires.
    pub token: Zeroizing<String>,
    /// Its `jti`.
    pub id: String,
    /// Until when it is valid.
    pub expires_at: DateTime<Utc>,
}

/// Who a token speaks for, before the database has been asked whether they still exist and what they may do now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Bearer {
    /// A person who wants to act in one role.
    User {
        /// Their account.
        account: AccountId,
        /// Their trust.
        organisation: OrganisationId,
        /// The role they want to act in. Whether they hold it, the database says.
        role: Role,
    },
    /// An integration.
    Client {
        /// Its credentials.
        client: ClientId,
        /// Its trust.
        organisation: OrganisationId,
        /// What it asked for and was allowed then.
        scopes: Vec<Scope>,
    },
}

#[derive(Serialize, Deserialize)]
struct Claims {
    iss: String,
    aud: String,
    sub: String,
    client_id: String,
    jti: String,
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
    pub async fn make_first_key(storage: &Storage, key: &Arc<ServerKey>, now: DateTime<Utc>) -> Result<(), Error> {
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
            keys: RwLock::new(Arc::new(keys)),
            looked: Mutex::new(Looked { at: clock.running(), well: true }),
            clock,
        })
    }

    /// Signs a token for `bearer` that is valid for `seconds`.
    ///
    /// # Errors
    /// [`Error::Internal`] when signing fails.
    pub async fn sign(&self, bearer: &Bearer, seconds: i64) -> Result<Signed, Error> {
        self.sign_as(fresh_id(), bearer, seconds).await
    }

    /// Signs a token whose `jti` is known already, as in the line of the audit log that tells of it.
    ///
    /// # Errors
    /// [`Error::Internal`] when signing fails.
    pub async fn sign_as(&self, id: String, bearer: &Bearer, seconds: i64) -> Result<Signed, Error> {
        let now = self.clock.now();
        let expires = now + TimeDelta::seconds(seconds);
        let (sub, client_id, org, role, scope) = match bearer {
            Bearer::User { account, organisation, role } => {
                (account.to_string(), COMMAND_LINE.to_owned(), *organisation, Some(role.as_str().to_owned()), None)
            }
            Bearer::Client { client, organisation, scopes } => {
                let scope = scopes.iter().map(|scope| scope.as_str()).collect::<Vec<_>>().join(" ");
                (client.to_string(), client.to_string(), *organisation, None, Some(scope))
            }
        };
        let claims = Claims {
            iss: self.issuer.clone(),
            aud: self.issuer.clone(),
            sub,
            client_id,
            jti: id.clone(),
            org,
            iat: now.timestamp(),
            exp: expires.timestamp(),
            role,
            scope,
        };
        let keys = self.fresh().await;
        let (kid, key) = keys.signing(now).ok_or(Error::Internal("there is no signing key"))?;
        let mut header = Header::new(Algorithm::EdDSA);
        header.typ = Some(TYPE.to_owned());
        header.kid = Some(kid.to_owned());
        let token = jsonwebtoken::encode(&header, &claims, key)
            .map_err(|_reason| Error::Internal("a token cannot be signed"))?;
        Ok(Signed { token: Zeroizing::new(token), id, expires_at: expires })
    }

    /// Verifies a token: type, signature, issuer, audience, expiry and how long it is valid. `None` for anything that
    /// does not verify.
    ///
    /// # Errors
    /// [`Error::Storage`] when the token names a key that this node does not know and the database cannot be asked for
    /// it.
    pub async fn verify(&self, token: &str) -> Result<Option<Verified>, Error> {
        let header =
            jsonwebtoken::decode_header(token).ok().filter(|header| header.typ.as_deref().is_some_and(is_access_token));
        let Some(kid) = header.and_then(|header| header.kid) else { return Ok(None) };
        let mut keys = self.fresh().await;
        if keys.verifying(&kid).is_none() {
            // Another node may have made it after this one looked.
            keys = self.read_again().await?;
        }
        Ok(keys.verifying(&kid).and_then(|key| self.read(token, key)))
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
        // Anybody who finds that somebody else is at it goes on with what there is.
        if let Ok(mut looked) = self.looked.try_lock()
            && self.clock.running() - looked.at >= if looked.well { FRESH } else { PAUSE }
            && let Err(error) = self.look(&mut looked).await
        {
            tracing::warn!(%error, "the signing keys cannot be read again");
        }
        self.known()
    }

    /// The keys, read again unless that was moments ago.
    async fn read_again(&self) -> Result<Arc<KeySet>, Error> {
        let mut looked = self.looked.lock().await;
        if self.clock.running() - looked.at >= PAUSE {
            self.look(&mut looked).await?;
        } else if !looked.well {
            return Err(StorageError::Unavailable("the signing keys cannot be read".to_owned()).into());
        }
        Ok(self.known())
    }

    async fn look(&self, looked: &mut Looked) -> Result<(), Error> {
        let read = self.reload().await;
        *looked = Looked { at: self.clock.running(), well: read.is_ok() };
        read
    }

    fn known(&self) -> Arc<KeySet> {
        Arc::clone(&self.keys.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn read(&self, token: &str, key: &DecodingKey) -> Option<Verified> {
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
        validation.set_issuer(&[&self.issuer]);
        validation.set_audience(&[&self.issuer]);
        // It has to say when it ends, and that is compared with the time as the service knows it, which a clock that is
        // set does not move.
        validation.validate_exp = false;
        let claims = jsonwebtoken::decode::<Claims>(token, key, &validation).ok()?.claims;
        if claims.exp <= self.clock.now().timestamp()
            || claims.exp.saturating_sub(claims.iat) > LONGEST_TOKEN_HOURS * 3600
        {
            return None;
        }
        let bearer = match (claims.role, claims.scope) {
            (Some(role), None) => Bearer::User {
                account: claims.sub.parse().ok()?,
                organisation: claims.org,
                role: Role::from_name(&role)?,
            },
            (None, Some(scope)) if claims.client_id == claims.sub => Bearer::Client {
                client: claims.sub.parse().ok()?,
                organisation: claims.org,
                // A scope that another version knew grants nothing here.
                scopes: scope.split_whitespace().filter_map(Scope::from_name).collect(),
            },
            _ => return None,
        };
        Some(Verified { id: claims.jti, bearer })
    }
}

/// An id for a token that is to be signed: 128 random bits.
#[must_use]
pub fn fresh_id() -> String {
    entropy::fresh(|bytes| URL_SAFE_NO_PAD.encode(bytes))
}

/// Whether a token's `typ` says that it is an access token (RFC 9068, 4): a media type, so in whatever case and with or
/// without its prefix.
fn is_access_token(typ: &str) -> bool {
    const PREFIX: &str = "application/";
    let bare = typ
        .get(..PREFIX.len())
        .filter(|prefix| prefix.eq_ignore_ascii_case(PREFIX))
        .map_or(typ, |_| &typ[PREFIX.len()..]);
    bare.eq_ignore_ascii_case(TYPE)
}

#[cfg(test)]
mod tests;
