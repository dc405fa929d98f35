//! Tokens that people make for programs of their own. Only a hash of each is kept.

use candour_domain::{AccountId, OrganisationId, PersonalToken, PersonalTokenId, Role, Scope, TokenName};
use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use diesel::prelude::*;

use crate::engine::column;
use crate::tenant::{add, columns::personal_tokens};
use crate::{StorageError, System, Tenant};

#[derive(Queryable, Selectable)]
#[diesel(table_name = personal_tokens)]
struct Row {
    id: String,
    account_id: String,
    name: String,
    role: String,
    scopes: String,
    made_at: NaiveDateTime,
    expires_at: NaiveDateTime,
    last_used_at: Option<NaiveDateTime>,
}

/// Adds a token, of which only the hash is kept.
///
/// # Errors
/// [`StorageError::Conflict`] when there is one with this hash, or no such account.
pub fn insert(tenant: &mut Tenant<'_>, hash: &[u8; 32], token: &PersonalToken) -> Result<(), StorageError> {
    let scopes = token.scopes.iter().map(|scope| scope.as_str()).collect::<Vec<_>>().join(" ");
    let values = (
        personal_tokens::id.eq(token.id.to_string()),
        personal_tokens::account_id.eq(token.account.to_string()),
        personal_tokens::hash.eq(hash.as_slice()),
        personal_tokens::name.eq(token.name.as_str()),
        personal_tokens::role.eq(token.role.as_str()),
        personal_tokens::scopes.eq(scopes),
        personal_tokens::made_at.eq(column::time(token.made_at)),
        personal_tokens::expires_at.eq(column::time(token.expires_at)),
        personal_tokens::last_used_at.eq(token.last_used_on.map(midnight)),
    );
    Ok(add!(tenant, adding_personal_tokens, values)?)
}

/// The tokens of an account, the newest first, also those that have expired.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn list(tenant: &mut Tenant<'_>, account: AccountId) -> Result<Vec<PersonalToken>, StorageError> {
    let own = tenant.personal_tokens().filter(personal_tokens::account_id.eq(account.to_string()));
    let own = own.order((personal_tokens::made_at.desc(), personal_tokens::id)).select(Row::as_select());
    own.load(tenant.connection())?.into_iter().map(Row::read).collect()
}

/// The token with this hash, and its trust; for [`Storage::ask`].
///
/// [`Storage::ask`]: crate::Storage::ask
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn find_by_hash(
    system: &mut System<'_>,
    hash: &[u8; 32],
) -> Result<Option<(OrganisationId, PersonalToken)>, StorageError> {
    let found = system.every_personal_token().filter(personal_tokens::hash.eq(hash.as_slice()));
    let found = found.select((personal_tokens::organisation_id, Row::as_select()));
    let found: Option<(String, Row)> = found.get_result(system.connection()).optional()?;
    let read = |(trust, row): (String, Row)| Ok((column::id(&trust, "personal_tokens.organisation_id")?, row.read()?));
    found.map(read).transpose()
}

/// Notes on which day a token was used last; false when it is gone.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn set_used(tenant: &mut Tenant<'_>, id: PersonalTokenId, on: NaiveDate) -> Result<bool, StorageError> {
    let token = tenant.personal_tokens().filter(personal_tokens::id.eq(id.to_string()));
    let used = personal_tokens::last_used_at.eq(midnight(on));
    Ok(diesel::update(token).set(used).execute(tenant.connection())? == 1)
}

/// Takes a token away from an account; false when it has none with this id.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn delete(tenant: &mut Tenant<'_>, account: AccountId, id: PersonalTokenId) -> Result<bool, StorageError> {
    let own = tenant.personal_tokens().filter(personal_tokens::account_id.eq(account.to_string()));
    Ok(diesel::delete(own.filter(personal_tokens::id.eq(id.to_string()))).execute(tenant.connection())? == 1)
}

/// Takes every token away from an account; says how many.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn delete_all(tenant: &mut Tenant<'_>, account: AccountId) -> Result<usize, StorageError> {
    let own = tenant.personal_tokens().filter(personal_tokens::account_id.eq(account.to_string()));
    Ok(diesel::delete(own).execute(tenant.connection())?)
}

/// Forgets the tokens of an account that had expired by then.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn delete_expired(
    tenant: &mut Tenant<'_>,
    account: AccountId,
    before: DateTime<Utc>,
) -> Result<usize, StorageError> {
    let own = tenant.personal_tokens().filter(personal_tokens::account_id.eq(account.to_string()));
    let expired = own.filter(personal_tokens::expires_at.lt(column::time(before)));
    Ok(diesel::delete(expired).execute(tenant.connection())?)
}

fn midnight(on: NaiveDate) -> NaiveDateTime {
    on.and_time(NaiveTime::MIN)
}

impl Row {
    fn read(self) -> Result<PersonalToken, StorageError> {
        Ok(PersonalToken {
            id: column::id(&self.id, "personal_tokens.id")?,
            account: column::id(&self.account_id, "personal_tokens.account_id")?,
            name: TokenName::stored(&self.name),
            role: column::read(Role::from_name(&self.role), "personal_tokens.role")?,
            // A scope that another version knew grants nothing here.
            scopes: self.scopes.split_ascii_whitespace().filter_map(Scope::from_name).collect(),
            made_at: self.made_at.and_utc(),
            expires_at: self.expires_at.and_utc(),
            last_used_on: self.last_used_at.map(|at| at.date()),
        })
    }
}
