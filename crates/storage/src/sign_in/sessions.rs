//! Sessions of people who have signed in, by a hash of what their browser's cookie holds. A session belongs to an account
//! and goes with it.

use candour_domain::{AccountId, OrganisationId, SessionId};
use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

use crate::engine::column;
use crate::tenant::add;
use crate::tenant::columns::sessions;
use crate::{StorageError, System, Tenant};

/// Who a session belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owner {
    /// The trust.
    pub organisation: OrganisationId,
    /// The account.
    pub account: AccountId,
    /// How they signed in.
    pub way: String,
}

/// A session. `Debug` is left out on purpose.
#[derive(Clone, PartialEq, Eq)]
pub struct Session {
    /// By which its owner knows it.
    pub id: SessionId,
    /// Who it belongs to.
    pub owner: Owner,
    /// What belongs between two requests, as JSON.
    pub state: String,
    /// When it began.
    pub begun_at: DateTime<Utc>,
    /// When a request came last, to the minute or so.
    pub seen_at: DateTime<Utc>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = sessions)]
struct Row {
    id: String,
    organisation_id: String,
    account_id: String,
    way: String,
    state: String,
    begun_at: NaiveDateTime,
    seen_at: NaiveDateTime,
}

/// Adds a session of an account of this trust.
///
/// # Errors
/// [`StorageError::Conflict`] when there is one with this hash or id, or no such account.
pub fn insert(tenant: &mut Tenant<'_>, hash: &[u8; 32], session: &Session) -> Result<(), StorageError> {
    let values = (
        (sessions::hash.eq(hash.as_slice()), sessions::id.eq(session.id.to_string())),
        (sessions::account_id.eq(session.owner.account.to_string()), sessions::way.eq(&session.owner.way)),
        sessions::state.eq(&session.state),
        sessions::begun_at.eq(column::time(session.begun_at)),
        sessions::seen_at.eq(column::time(session.seen_at)),
    );
    Ok(add!(tenant, adding_sessions, values)?)
}

/// The session with this hash.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn find(system: &mut System<'_>, hash: &[u8; 32]) -> Result<Option<Session>, StorageError> {
    let found = system.every_session().filter(sessions::hash.eq(hash.as_slice())).select(Row::as_select());
    found.get_result(system.connection()).optional()?.map(Row::read).transpose()
}

/// Replaces what belongs between two requests; false when there is no such session.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn set_state(system: &mut System<'_>, hash: &[u8; 32], state: &str) -> Result<bool, StorageError> {
    let session = system.every_session().filter(sessions::hash.eq(hash.as_slice()));
    Ok(diesel::update(session).set(sessions::state.eq(state)).execute(system.connection())? == 1)
}

/// Notes that a request has come.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn touch(system: &mut System<'_>, hash: &[u8; 32], now: DateTime<Utc>) -> Result<(), StorageError> {
    let session = system.every_session().filter(sessions::hash.eq(hash.as_slice()));
    diesel::update(session).set(sessions::seen_at.eq(column::time(now))).execute(system.connection())?;
    Ok(())
}

/// Deletes a session; false when it is not there, or not any more.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn delete(system: &mut System<'_>, hash: &[u8; 32]) -> Result<bool, StorageError> {
    let session = system.every_session().filter(sessions::hash.eq(hash.as_slice()));
    Ok(diesel::delete(session).execute(system.connection())? == 1)
}

/// Deletes the sessions that nobody has used since this moment; says how many.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn delete_unused(system: &mut System<'_>, since: DateTime<Utc>) -> Result<usize, StorageError> {
    let unused = system.every_session().filter(sessions::seen_at.lt(column::time(since)));
    Ok(diesel::delete(unused).execute(system.connection())?)
}

/// The sessions of an account, the one used last first.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn of_account(tenant: &mut Tenant<'_>, account: AccountId) -> Result<Vec<Session>, StorageError> {
    let own = tenant.sessions().filter(sessions::account_id.eq(account.to_string()));
    let newest_first = own.order((sessions::seen_at.desc(), sessions::id)).select(Row::as_select());
    column::readable(newest_first.load(tenant.connection())?.into_iter().map(Row::read))
}

/// Ends one session of an account; false when it has none with this id.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn end(tenant: &mut Tenant<'_>, account: AccountId, id: SessionId) -> Result<bool, StorageError> {
    let own = tenant.sessions().filter(sessions::account_id.eq(account.to_string()));
    Ok(diesel::delete(own.filter(sessions::id.eq(id.to_string()))).execute(tenant.connection())? == 1)
}

/// Ends the sessions of an account, but for the one that is spared; says how many.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn end_all(tenant: &mut Tenant<'_>, account: AccountId, spared: Option<SessionId>) -> Result<usize, StorageError> {
    let own = tenant.sessions().filter(sessions::account_id.eq(account.to_string()));
    let spared = spared.map(|id| id.to_string()).unwrap_or_default();
    Ok(diesel::delete(own.filter(sessions::id.ne(spared))).execute(tenant.connection())?)
}

/// Ends the sessions of the trust that were begun in this way; says how many.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn end_begun(tenant: &mut Tenant<'_>, way: &str) -> Result<usize, StorageError> {
    Ok(diesel::delete(tenant.sessions().filter(sessions::way.eq(way))).execute(tenant.connection())?)
}

impl Row {
    fn read(self) -> Result<Session, StorageError> {
        Ok(Session {
            id: column::id(&self.id, "sessions.id")?,
            owner: Owner {
                organisation: column::id(&self.organisation_id, "sessions.organisation_id")?,
                account: column::id(&self.account_id, "sessions.account_id")?,
                way: self.way,
            },
            state: self.state,
            begun_at: self.begun_at.and_utc(),
            seen_at: self.seen_at.and_utc(),
        })
    }
}
