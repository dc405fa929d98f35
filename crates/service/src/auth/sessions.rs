//! Sessions of people in a browser. They live in the database, by a hash of what the browser holds; a cookie that is
//! stolen after its session has ended is worth nothing.
//!
//! A session says who signed in and how. What they may do is looked up at every request, as it is for a token.

mod own;

use candour_domain::audit::{Action, Actor, Target};
use candour_domain::{AccountId, Assurance, Organisation, OrganisationId, Principal, Role, SessionId, Standing};
use candour_storage::accounts::{self, Account};
use candour_storage::sessions::{self as stored, Owner};
use candour_storage::visits::{self, Visit};
use candour_storage::{Tenant, members, organisations, sign_in_codes};
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use serde_json::json;
use zeroize::Zeroizing;

use crate::app::App;
use crate::audit;
use crate::auth::secret;
use crate::entropy::{self, fresh};
use crate::error::Error;
use crate::sha256;

pub use self::own::{Listed, end, end_others, list};

/// For how long a session lasts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionLimits {
    /// Minutes without a request after which it ends.
    pub idle_minutes: u32,
    /// Hours after which it ends in any case.
    pub longest_hours: u32,
}

/// How somebody has signed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// With a code by email.
    Code,
    /// With a passkey.
    Passkey,
    /// At their trust's own sign-in.
    Provider,
    /// By setting up the service.
    SetUp,
    /// By a click in the demonstration.
    Demo,
}

/// What somebody has proved, from which a session is begun.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proof {
    /// The trust.
    pub organisation: OrganisationId,
    /// The account.
    pub account: AccountId,
    /// How.
    pub way: Way,
    /// From when on what they used opens what is not released; `None` where it never does.
    pub opens_from: Option<DateTime<Utc>>,
}

/// Somebody who has signed in, as the database knows them at this moment.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// Their session.
    pub session: SessionId,
    /// Their trust.
    pub organisation: Organisation,
    /// Their account.
    pub account: Account,
    /// What they are to their trust now.
    pub standing: Standing,
    /// How surely it is them.
    pub assurance: Assurance,
    /// How they signed in.
    pub way: Way,
}

/// A session is noted as used once in so many seconds.
const NOTED_EACH: TimeDelta = TimeDelta::seconds(60);

/// What nobody has used for so long is deleted.
const KEPT: TimeDelta = TimeDelta::hours(24);

impl Default for SessionLimits {
    fn default() -> Self {
        Self { idle_minutes: 30, longest_hours: 12 }
    }
}

impl SessionLimits {
    /// Whether a session is over that was begun and used last at these times.
    fn are_over(self, begun: DateTime<Utc>, seen: DateTime<Utc>, now: DateTime<Utc>) -> bool {
        now - seen > TimeDelta::minutes(self.idle_minutes.into())
            || now - begun > TimeDelta::hours(self.longest_hours.into())
    }
}

impl Way {
    /// Every way.
    pub const ALL: [Self; 5] = [Self::Code, Self::Passkey, Self::Provider, Self::SetUp, Self::Demo];

    /// The stable name, in the database and the audit log.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Code => "code",
            Self::Passkey => "passkey",
            Self::Provider => "provider",
            Self::SetUp => "set_up",
            Self::Demo => "demo",
        }
    }

    /// Reads [`Self::as_str`] back.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|way| way.as_str() == name)
    }
}

impl Proof {
    /// How surely it is the person of the account, at this moment.
    ///
    /// # Guarantee
    /// What was proved by an email alone is [`Assurance::Mailbox`], whatever else the proof says.
    #[must_use]
    pub fn assurance(&self, now: DateTime<Utc>) -> Assurance {
        match (self.way, self.opens_from) {
            (Way::Demo, _) => Assurance::Proven,
            (Way::Passkey | Way::Provider, Some(from)) => Assurance::since(from, now),
            (Way::Code | Way::SetUp | Way::Passkey | Way::Provider, _) => Assurance::Mailbox,
        }
    }
}

impl SignedIn {
    /// The person acting in this role; `None` where they do not hold it, or it is not sure enough that it is them.
    #[must_use]
    pub fn acting_as(&self, role: Role) -> Option<Principal> {
        let may = self.standing.holds(role) && self.assurance.is_enough_for(role);
        may.then(|| Principal::User {
            account: self.account.id,
            organisation: self.organisation.id,
            role,
            email: self.account.email.clone(),
            assurance: self.assurance,
        })
    }

    /// Whether they hold a role for which it is not sure enough that it is them.
    #[must_use]
    pub fn needs_more(&self) -> bool {
        Role::ALL.iter().any(|&role| self.standing.holds(role) && !self.assurance.is_enough_for(role))
    }
}

/// The hash under which a session is kept whose browser holds this key.
#[must_use]
pub fn hash(key: &str) -> [u8; 32] {
    sha256::of(key.as_bytes())
}

/// Keeps a new session, or where nobody has signed in a visit, and gives the key for its browser: 256 random bits. The
/// state is JSON.
///
/// # Errors
/// [`Error::Storage`].
pub async fn open(app: &App, signed_in: Option<(SessionId, Proof)>, state: String) -> Result<Zeroizing<String>, Error> {
    let (key, hash) = secret::generate(&mut entropy::system());
    let now = app.clock.now();
    if let Some((id, proof)) = signed_in {
        let owner =
            Owner { organisation: proof.organisation, account: proof.account, way: proof.way.as_str().to_owned() };
        let session = stored::Session { id, owner, state, begun_at: now, seen_at: now };
        let insert = move |tenant: &mut Tenant<'_>| Ok::<_, Error>(stored::insert(tenant, &hash, &session)?);
        app.storage.write(proof.organisation, insert).await?;
    } else {
        let visit = Visit { state, begun_at: now, seen_at: now };
        app.storage.write_system(move |system| Ok::<_, Error>(visits::insert(system, &hash, &visit)?)).await?;
    }
    Ok(key)
}

/// What a browser with this key has between two requests, as JSON; `None` where there is nothing any more. A session
/// that has been idle for too long, or is too old, becomes a visit that says whose it was.
///
/// # Errors
/// [`Error::Storage`].
pub async fn find(app: &App, key: &str) -> Result<Option<String>, Error> {
    let (hash, now, limits) = (hash(key), app.clock.now(), app.sessions);
    let Some(session) = app.storage.ask(move |system| stored::find(system, &hash)).await? else {
        return visit(app, hash).await;
    };
    if !limits.are_over(session.begun_at, session.seen_at, now) {
        if now - session.seen_at >= NOTED_EACH {
            app.storage.write_system(move |system| Ok::<_, Error>(stored::touch(system, &hash, now)?)).await?;
        }
        return Ok(Some(session.state));
    }
    let left = left_of(&session.owner)?;
    let ended = Visit { state: left.clone(), begun_at: now, seen_at: now };
    app.storage
        .write_system(move |system| {
            // Of two requests that come at once, the first leaves the visit.
            if stored::delete(system, &hash)? {
                visits::insert(system, &hash, &ended)?;
            }
            Ok::<_, Error>(())
        })
        .await?;
    Ok(Some(left))
}

async fn visit(app: &App, hash: [u8; 32]) -> Result<Option<String>, Error> {
    let (now, limits) = (app.clock.now(), app.sessions);
    let Some(visit) = app.storage.ask(move |system| visits::find(system, &hash)).await? else { return Ok(None) };
    if limits.are_over(visit.begun_at, visit.seen_at, now) {
        app.storage.write_system(move |system| Ok::<_, Error>(visits::delete(system, &hash)?)).await?;
        return Ok(None);
    }
    if now - visit.seen_at >= NOTED_EACH {
        app.storage.write_system(move |system| Ok::<_, Error>(visits::touch(system, &hash, now)?)).await?;
    }
    Ok(Some(visit.state))
}

/// What is left in the state of a session that has ended by itself: whose it was, so that a form that they were filling
/// in goes to nobody else.
fn left_of(owner: &Owner) -> Result<String, Error> {
    let was = serde_json::to_string(&(owner.organisation, owner.account))?;
    Ok(serde_json::to_string(&json!({ "was": was }))?)
}

/// Replaces what belongs between two requests; false when there is nothing any more.
///
/// # Errors
/// [`Error::Storage`].
pub async fn keep(app: &App, key: &str, state: String) -> Result<bool, Error> {
    let hash = hash(key);
    app.storage
        .write_system(move |system| {
            Ok(stored::set_state(system, &hash, &state)? || visits::set_state(system, &hash, &state)?)
        })
        .await
}

/// Deletes what a browser with this key has.
///
/// # Errors
/// [`Error::Storage`].
pub async fn delete(app: &App, key: &str) -> Result<(), Error> {
    let hash = hash(key);
    app.storage
        .write_system(move |system| {
            stored::delete(system, &hash)?;
            Ok(visits::delete(system, &hash)?)
        })
        .await
}

/// Who has signed in with this proof, as of now; `None` when their account is gone or its access has ended.
///
/// # Errors
/// [`Error::Storage`].
pub async fn who(app: &App, session: SessionId, proof: Proof) -> Result<Option<SignedIn>, Error> {
    let now = app.clock.now();
    let found = app
        .storage
        .read_system(move |system| {
            let Some((account, standing)) = accounts::standing(system, proof.organisation, proof.account)? else {
                return Ok::<_, Error>(None);
            };
            Ok(organisations::find(system, proof.organisation)?.map(|trust| (trust, account, standing)))
        })
        .await?;
    Ok(found.map(|(organisation, account, standing)| SignedIn {
        session,
        organisation,
        account,
        standing,
        assurance: proof.assurance(now),
        way: proof.way,
    }))
}

/// Notes that somebody signs in, in the audit log and for their administrators; [`Error::NotFound`] when their access
/// has ended.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Storage`].
pub async fn record(app: &App, proof: Proof) -> Result<SessionId, Error> {
    let (now, id) = (app.clock.now(), fresh(SessionId::from_random));
    app.storage
        .write(proof.organisation, move |tenant| {
            if !members::set_signed_in(tenant, proof.account, now)? {
                return Err(Error::NotFound);
            }
            let (who, about) = (Actor::Account(proof.account), Target::Account(proof.account));
            let detail = json!({"way": proof.way.as_str(), "session": id.to_string()});
            audit::record(tenant, who, Action::SignedIn, about, detail, now)?;
            Ok(id)
        })
        .await
}

/// Deletes sessions that nobody has used for a day, and codes that have expired.
///
/// # Errors
/// [`Error::Storage`].
pub async fn sweep(app: &App) -> Result<(), Error> {
    let now = app.clock.now();
    app.storage
        .write_system(move |system| {
            stored::delete_unused(system, now - KEPT)?;
            visits::delete_unused(system, now - KEPT)?;
            sign_in_codes::delete_expired(system, now)?;
            Ok(())
        })
        .await
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn guarantee_an_email_alone_proves_a_mailbox(at in 0_usize..Way::ALL.len(), from in proptest::option::of(-9_000_i64..9_000)) {
            let (now, way) = (DateTime::<Utc>::UNIX_EPOCH, Way::ALL[at]);
            let (organisation, account) = (OrganisationId::from_random([1; 16]), AccountId::from_random([2; 16]));
            let proof = Proof { organisation, account, way, opens_from: from.map(|from| now + TimeDelta::seconds(from)) };
            let assurance = proof.assurance(now);
            if matches!(way, Way::Code | Way::SetUp) || (from.is_none() && way != Way::Demo) {
                prop_assert_eq!(assurance, Assurance::Mailbox);
            }
            let proven = way == Way::Demo || (matches!(way, Way::Passkey | Way::Provider) && from.is_some_and(|from| from <= 0));
            prop_assert_eq!(assurance.opens_unreleased(), proven);
            prop_assert_eq!(Way::from_name(way.as_str()), Some(way));
        }
    }
}
