//! Passkeys: how they are added, used, renamed and taken away.
//!
//! The rule that protects a person whose mailbox others read: what is added by somebody who has only read an email opens
//! nothing unreleased before a wait is over. The person is told at every address of theirs, and can say from any session
//! that it was not them.

mod ceremony;

use candour_domain::audit::{Action, Actor, Target};
use candour_domain::{PasskeyId, PasskeyName};
use candour_storage::passkeys::{self as stored, Passkey};
use candour_storage::{Tenant, sessions as stored_sessions};
use chrono::{DateTime, Utc};
use serde_json::json;

pub use self::ceremony::{Adding, Passkeys, Refused, SigningIn, add, begin_adding, begin_sign_in, sign_in};
use crate::app::App;
use crate::audit;
use crate::auth::sessions::SignedIn;
use crate::auth::told::{self, Change};
use crate::error::Error;

/// A passkey as its owner sees it. It holds nothing of the credential.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Its id.
    pub id: PasskeyId,
    /// What the person calls it.
    pub name: PasskeyName,
    /// When it was added.
    pub added_at: DateTime<Utc>,
    /// When somebody last signed in with it.
    pub last_used_at: Option<DateTime<Utc>>,
    /// Until when the person can say that it was not them; `None` when the wait is over, or there was none.
    pub waits_until: Option<DateTime<Utc>>,
    /// Whether it can be renamed and taken away in this session.
    pub is_in_reach: bool,
}

/// The person's own passkeys, oldest first.
///
/// # Errors
/// [`Error::Storage`].
pub async fn list(app: &App, who: &SignedIn) -> Result<Vec<Listed>, Error> {
    let (account, now, assurance) = (who.account.id, app.clock.now(), who.assurance);
    let all =
        app.storage.read(who.organisation.id, move |tenant| Ok::<_, Error>(stored::list(tenant, account)?)).await?;
    let listed = |passkey: Passkey| Listed {
        id: passkey.id,
        name: passkey.name,
        added_at: passkey.added_at,
        last_used_at: passkey.last_used_at,
        waits_until: Some(passkey.opens_from).filter(|from| *from > now),
        is_in_reach: assurance.may_remove(passkey.opens_from),
    };
    Ok(all.into_iter().map(listed).collect())
}

/// Gives a passkey another name.
///
/// # Errors
/// [`Error::NotFound`] when the person has none with this id, or one that is surer than their session.
pub async fn rename(app: &App, who: &SignedIn, id: PasskeyId, name: PasskeyName) -> Result<(), Error> {
    let (account, assurance) = (who.account.id, who.assurance);
    let rename = move |tenant: &mut Tenant<'_>| {
        let passkey = stored::find(tenant, account, id)?.filter(|passkey| assurance.may_remove(passkey.opens_from));
        passkey.ok_or(Error::NotFound)?;
        stored::rename(tenant, account, id, &name)?;
        Ok(())
    };
    app.storage.write(who.organisation.id, rename).await
}

/// Takes a passkey away. Every other session of the person ends, since it may have been begun with it.
///
/// # Guarantee
/// Nobody takes away what is surer than what they have come in with.
///
/// # Errors
/// [`Error::NotFound`] when the person has none with this id, or one that is surer than their session.
pub async fn remove(app: &App, who: &SignedIn, id: PasskeyId) -> Result<(), Error> {
    let assurance = who.assurance;
    take_away(app, who, id, Change::PasskeyRemoved, move |passkey, _| assurance.may_remove(passkey.opens_from)).await
}

/// Takes away a passkey of which its owner says that they have not added it, as long as it opens nothing unreleased.
/// Every other session of the account ends.
///
/// # Errors
/// [`Error::NotFound`] when the person has none with this id, or its wait is over.
pub async fn disown(app: &App, who: &SignedIn, id: PasskeyId) -> Result<(), Error> {
    take_away(app, who, id, Change::PasskeyDisowned, |passkey, now| passkey.opens_from > now).await
}

async fn take_away(
    app: &App,
    who: &SignedIn,
    id: PasskeyId,
    change: Change,
    may: impl FnOnce(&Passkey, DateTime<Utc>) -> bool + Send + 'static,
) -> Result<(), Error> {
    let (account, session, now) = (who.account.id, who.session, app.clock.now());
    let disowned = change == Change::PasskeyDisowned;
    let take = move |tenant: &mut Tenant<'_>| {
        stored::find(tenant, account, id)?.filter(|passkey| may(passkey, now)).ok_or(Error::NotFound)?;
        stored::delete(tenant, account, id)?;
        let ended = stored_sessions::end_all(tenant, account, Some(session))?;
        let action = if disowned { Action::PasskeyDisowned } else { Action::PasskeyRemoved };
        let detail = json!({"passkey": id.to_string(), "sessions": ended});
        audit::record(tenant, Actor::Account(account), action, Target::Account(account), detail, now)?;
        told::everywhere(tenant, account, change, now)
    };
    app.storage.write(who.organisation.id, take).await?;
    app.wake.notify_one();
    Ok(())
}
