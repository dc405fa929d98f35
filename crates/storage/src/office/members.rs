//! The people of a trust as its administrators see them, and an address across trusts: who types one names no trust.

use std::collections::BTreeMap;

use candour_domain::{AccountId, Email, OrganisationId, PersonName};
use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

use crate::engine::column;
use crate::tenant::columns::{accounts, advisers, reviews};
use crate::tenant::rows::{Account, AccountRow};
use crate::{StorageError, System, Tenant};

/// A person of a trust.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Who they are.
    pub account: Account,
    /// When somebody invited them last.
    pub invited_at: Option<DateTime<Utc>>,
    /// When they signed in last.
    pub signed_in_at: Option<DateTime<Utc>>,
    /// Since when they have no access any more.
    pub ended_at: Option<DateTime<Utc>>,
}

/// What a trust knows of an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Known {
    /// Somebody who may sign in, and their name.
    Account(AccountId, PersonName),
    /// Somebody whose access has ended.
    Ended,
    /// Nobody yet, but a review names the address, and its person so.
    Named(PersonName),
}

type Times = (Option<NaiveDateTime>, Option<NaiveDateTime>, Option<NaiveDateTime>);

/// Everybody of the trust, by address, whether or not their access has ended.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn list(tenant: &mut Tenant<'_>) -> Result<Vec<Member>, StorageError> {
    let every = tenant.accounts().order((accounts::email, accounts::id));
    let columns = (AccountRow::as_select(), (accounts::invited_at, accounts::signed_in_at, accounts::ended_at));
    let rows: Vec<(AccountRow, Times)> = every.select(columns).load(tenant.connection())?;
    column::readable(rows.into_iter().map(read))
}

/// The person with this account, whether or not their access has ended.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn find(tenant: &mut Tenant<'_>, id: AccountId) -> Result<Option<Member>, StorageError> {
    let found = tenant.accounts().filter(accounts::id.eq(id.to_string()));
    let columns = (AccountRow::as_select(), (accounts::invited_at, accounts::signed_in_at, accounts::ended_at));
    let row: Option<(AccountRow, Times)> = found.select(columns).get_result(tenant.connection()).optional()?;
    row.map(read).transpose()
}

/// Notes that somebody has been invited; false when there is no such account.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn set_invited(tenant: &mut Tenant<'_>, id: AccountId, now: DateTime<Utc>) -> Result<bool, StorageError> {
    let account = tenant.accounts().filter(accounts::id.eq(id.to_string()));
    let values = accounts::invited_at.eq(Some(column::time(now)));
    Ok(diesel::update(account).set(values).execute(tenant.connection())? == 1)
}

/// Notes that somebody has signed in; false when there is no such account or its access has ended.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn set_signed_in(tenant: &mut Tenant<'_>, id: AccountId, now: DateTime<Utc>) -> Result<bool, StorageError> {
    let account = tenant.accounts().filter(accounts::id.eq(id.to_string())).filter(accounts::ended_at.is_null());
    let values = accounts::signed_in_at.eq(Some(column::time(now)));
    Ok(diesel::update(account).set(values).execute(tenant.connection())? == 1)
}

/// Ends somebody's access, also as an administrator; false when there is no such account or it has ended before.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn end(tenant: &mut Tenant<'_>, id: AccountId, now: DateTime<Utc>) -> Result<bool, StorageError> {
    let account = tenant.accounts().filter(accounts::id.eq(id.to_string())).filter(accounts::ended_at.is_null());
    let values = (accounts::ended_at.eq(Some(column::time(now))), accounts::administrator.eq(false));
    Ok(diesel::update(account).set(values).execute(tenant.connection())? == 1)
}

/// What each trust knows of an address, by account or by review.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn anywhere(system: &mut System<'_>, email: &Email) -> Result<BTreeMap<OrganisationId, Known>, StorageError> {
    let spellings = email.spellings();
    let accounts = system.every_account().filter(accounts::email.eq_any(&spellings)).order(accounts::id);
    let accounts = accounts.select((accounts::organisation_id, accounts::id, accounts::name, accounts::ended_at));
    let accounts: Vec<(String, String, String, Option<NaiveDateTime>)> = accounts.load(system.connection())?;
    let facilitated = system.every_review().filter(reviews::facilitator_email.eq_any(&spellings));
    let facilitated = facilitated.select((reviews::organisation_id, reviews::facilitator_name)).distinct();
    let mut named: Vec<(String, String)> = facilitated.load(system.connection())?;
    let about = system.every_review().filter(reviews::subject_email.eq_any(&spellings));
    let about = about.select((reviews::organisation_id, reviews::subject_name)).distinct();
    named.extend(about.load::<(String, String)>(system.connection())?);
    let advising = system.every_adviser().filter(advisers::email.eq_any(&spellings));
    let advising = advising.select((advisers::organisation_id, advisers::name)).distinct();
    named.extend(advising.load::<(String, String)>(system.connection())?);
    let mut known = BTreeMap::new();
    for (organisation, account, name, ended) in accounts {
        let organisation = column::id(&organisation, "accounts.organisation_id")?;
        let account = match ended {
            Some(_) => Known::Ended,
            None => Known::Account(column::id(&account, "accounts.id")?, PersonName::stored(&name)),
        };
        known.entry(organisation).or_insert(account);
    }
    for (organisation, name) in named {
        let organisation = column::id(&organisation, "reviews.organisation_id")?;
        known.entry(organisation).or_insert_with(|| Known::Named(PersonName::stored(&name)));
    }
    Ok(known)
}

fn read((account, (invited, signed_in, ended)): (AccountRow, Times)) -> Result<Member, StorageError> {
    Ok(Member {
        account: account.read()?,
        invited_at: invited.map(|at| at.and_utc()),
        signed_in_at: signed_in.map(|at| at.and_utc()),
        ended_at: ended.map(|at| at.and_utc()),
    })
}
