//! What a person has linked to their account, and whether they rely on it.

use candour_domain::audit::{Action, Actor, Target};
use candour_domain::{AccountId, Assurance};
use candour_storage::identities::{self, LinkedIdentity};
use candour_storage::{Tenant, accounts, identity_providers, sessions};
use chrono::{DateTime, Utc};
use serde_json::json;

use crate::app::App;
use crate::audit;
use crate::auth::sessions::{SignedIn, Way};
use crate::auth::told::{self, Change};
use crate::error::Error;

/// A person's account at the trust's provider, as they see it. Who they are there is told to nobody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Linked {
    /// From when on it opens what is not released.
    pub opens_from: DateTime<Utc>,
    /// When it was linked.
    pub added_at: DateTime<Utc>,
    /// When it was used last.
    pub last_used_at: Option<DateTime<Utc>>,
}

/// What the trust's own sign-in is to a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnSignIn {
    /// What the trust calls it; `None` where it has none.
    pub label: Option<String>,
    /// What the person has linked, the first first.
    pub linked: Vec<Linked>,
    /// Whether the person relies on passkeys alone, so that it counts for no more than an email.
    pub passkey_only: bool,
    /// Whether they may say so, or take it back, in this session.
    pub may_choose: bool,
}

/// What the trust's own sign-in is to the person.
///
/// # Errors
/// [`Error::Storage`].
pub async fn own(app: &App, who: &SignedIn) -> Result<OwnSignIn, Error> {
    let (account, may_choose) = (who.account.id, came_with_a_passkey(who));
    app.storage
        .read(who.organisation.id, move |tenant| {
            let linked = identities::of_account(tenant, account)?.iter().map(Linked::from).collect();
            let label = identity_providers::find(tenant)?.map(|provider| provider.profile.label);
            Ok(OwnSignIn { label, linked, passkey_only: accounts::passkey_only(tenant, account)?, may_choose })
        })
        .await
}

/// Unlinks the person from the trust's provider, and ends the sessions that were begun there, also their own; says how
/// many were unlinked. All their addresses are told.
///
/// # Guarantee
/// Nobody takes away what is surer than what they have come in with; what still waits, the person can always disown.
///
/// # Errors
/// [`Error::Conflict`] for somebody who has come in with less.
pub async fn unlink(app: &App, who: &SignedIn) -> Result<usize, Error> {
    let (account, assurance, now) = (who.account.id, who.assurance, app.clock.now());
    app.storage
        .write(who.organisation.id, move |tenant| {
            let linked = identities::of_account(tenant, account)?;
            let may =
                |identity: &LinkedIdentity| assurance.may_remove(identity.opens_from) || identity.opens_from > now;
            if !linked.iter().all(may) {
                return Err(Error::Conflict(
                    "only somebody who has signed in at least as surely may take this away; sign in with a passkey or \
                     at the trust's own sign-in",
                ));
            }
            let unlinked = identities::delete_of_account(tenant, account)?;
            if unlinked > 0 {
                let ended = end_sessions(tenant, account)?;
                let detail = json!({"identities": unlinked, "sessions_ended": ended});
                let (who, about) = (Actor::Account(account), Target::Account(account));
                audit::record(tenant, who, Action::IdentityUnlinked, about, detail, now)?;
                told::everywhere(tenant, account, Change::ProviderUnlinked, now)?;
            }
            Ok(unlinked)
        })
        .await
        .inspect(|_unlinked| app.wake.notify_one())
}

/// Says whether the person relies on passkeys alone. What they have begun at the provider then ends,
/// and all their addresses are told.
///
/// # Guarantee
/// Only somebody who has signed in with a passkey that may be relied on says so or takes it back. So an administrator of
/// the provider, who could sign in there as this person, can do neither.
///
/// # Errors
/// [`Error::Conflict`] for anybody else.
pub async fn rely_on_passkeys(app: &App, who: &SignedIn, only: bool) -> Result<(), Error> {
    let (account, now, may) = (who.account.id, app.clock.now(), came_with_a_passkey(who));
    app.storage
        .write(who.organisation.id, move |tenant| {
            if !may {
                return Err(Error::Conflict("sign in with a passkey to say so, and try again"));
            }
            if accounts::passkey_only(tenant, account)? == only {
                return Ok(());
            }
            accounts::set_passkey_only(tenant, account, only)?;
            let ended = end_sessions(tenant, account)?;
            let detail = json!({"passkey_only": only, "sessions_ended": ended});
            let (who, about) = (Actor::Account(account), Target::Account(account));
            audit::record(tenant, who, Action::PasskeyOnlyChanged, about, detail, now)?;
            told::everywhere(tenant, account, Change::PasskeyOnly { only }, now)
        })
        .await
        .inspect(|()| app.wake.notify_one())
}

fn came_with_a_passkey(who: &SignedIn) -> bool {
    who.way == Way::Passkey && who.assurance == Assurance::Proven
}

fn end_sessions(tenant: &mut Tenant<'_>, account: AccountId) -> Result<usize, Error> {
    let mut ended = 0;
    for session in sessions::of_account(tenant, account)? {
        let begun_there = session.owner.way == Way::Provider.as_str();
        if begun_there && sessions::end(tenant, account, session.id)? {
            ended += 1;
        }
    }
    Ok(ended)
}

impl From<&LinkedIdentity> for Linked {
    fn from(identity: &LinkedIdentity) -> Self {
        let LinkedIdentity { opens_from, added_at, last_used_at, .. } = *identity;
        Self { opens_from, added_at, last_used_at }
    }
}
