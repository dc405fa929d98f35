//! Lists of raters that somebody has uploaded and not imported yet. What is in one is sealed; storage opens nothing.

use candour_domain::{AccountId, ReviewId, RoundId, UploadId};
use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

use crate::engine::column;
use crate::tenant::add;
use crate::tenant::columns::{reviews, uploads};
use crate::{StorageError, System, Tenant};

/// A list. `Debug` is left out on purpose.
#[derive(Clone, PartialEq, Eq)]
pub struct Upload {
    /// Its id.
    pub id: UploadId,
    /// Who uploaded it.
    pub account: AccountId,
    /// The review whose raters they are to be.
    pub review: ReviewId,
    /// What is in it, sealed.
    pub sealed: Vec<u8>,
    /// When it was uploaded.
    pub made_at: DateTime<Utc>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = uploads)]
struct Row {
    id: String,
    account_id: String,
    review_id: String,
    sealed: Vec<u8>,
    made_at: NaiveDateTime,
}

/// Adds a list in the place of any other that this account has uploaded for the review.
///
/// # Errors
/// [`StorageError::Conflict`] when there is no such account or review.
pub fn put(tenant: &mut Tenant<'_>, upload: &Upload) -> Result<(), StorageError> {
    let (account, review) = (upload.account.to_string(), upload.review.to_string());
    let earlier = tenant.uploads().filter(uploads::account_id.eq(&account)).filter(uploads::review_id.eq(&review));
    diesel::delete(earlier).execute(tenant.connection())?;
    let values = (
        uploads::id.eq(upload.id.to_string()),
        uploads::account_id.eq(account),
        uploads::review_id.eq(review),
        uploads::sealed.eq(upload.sealed.as_slice()),
        uploads::made_at.eq(column::time(upload.made_at)),
    );
    Ok(add!(tenant, adding_uploads, values)?)
}

/// The list with this id.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn find(tenant: &mut Tenant<'_>, id: UploadId) -> Result<Option<Upload>, StorageError> {
    let found = tenant.uploads().filter(uploads::id.eq(id.to_string())).select(Row::as_select());
    found.get_result(tenant.connection()).optional()?.map(Row::read).transpose()
}

/// Replaces what is in a list, if it is what it was; false when it has been changed, is not there, or not any more.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn replace(tenant: &mut Tenant<'_>, id: UploadId, was: &[u8], sealed: &[u8]) -> Result<bool, StorageError> {
    let upload = tenant.uploads().filter(uploads::id.eq(id.to_string())).filter(uploads::sealed.eq(was));
    Ok(diesel::update(upload).set(uploads::sealed.eq(sealed)).execute(tenant.connection())? == 1)
}

/// Deletes a list; false when it is not there, or not any more.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn delete(tenant: &mut Tenant<'_>, id: UploadId) -> Result<bool, StorageError> {
    let upload = tenant.uploads().filter(uploads::id.eq(id.to_string()));
    Ok(diesel::delete(upload).execute(tenant.connection())? == 1)
}

/// Deletes every list for a review of this round; says how many.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn delete_in_round(tenant: &mut Tenant<'_>, round: RoundId) -> Result<usize, StorageError> {
    let of_round = tenant.reviews().filter(reviews::round_id.eq(round.to_string())).select(reviews::id);
    let ids: Vec<String> = of_round.load(tenant.connection())?;
    let lists = tenant.uploads().filter(uploads::review_id.eq_any(ids));
    Ok(diesel::delete(lists).execute(tenant.connection())?)
}

/// Deletes the lists that were uploaded before this moment; says how many.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn delete_old(system: &mut System<'_>, before: DateTime<Utc>) -> Result<usize, StorageError> {
    let old = system.every_upload().filter(uploads::made_at.lt(column::time(before)));
    Ok(diesel::delete(old).execute(system.connection())?)
}

impl Row {
    fn read(self) -> Result<Upload, StorageError> {
        Ok(Upload {
            id: column::id(&self.id, "uploads.id")?,
            account: column::id(&self.account_id, "uploads.account_id")?,
            review: column::id(&self.review_id, "uploads.review_id")?,
            sealed: self.sealed,
            made_at: self.made_at.and_utc(),
        })
    }
}
