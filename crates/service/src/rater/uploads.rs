//! A list of raters between its upload and its import: kept sealed, and opened for an hour and for the person alone who
//! has uploaded it.
//!
//! What is in it is read, parsed and sealed outside of the transactions that write: a long list keeps nobody's write
//! waiting.

mod contents;

use std::sync::Arc;

use candour_domain::access::permission::AddRaters;
use candour_domain::roster::{Examined, RememberedList, Roster, Table};
use candour_domain::{AccountId, Authorised, Principal, Review, ReviewId, Round, UploadId};
use candour_seal::{Purpose, ServerKey};
use candour_sheet::Unreadable;
use candour_storage::uploads::{self, Upload};
use candour_storage::{Tenant, organisations, rounds};
use chrono::{DateTime, TimeDelta, Utc};

use crate::app::App;
use crate::entropy::{self, fresh};
use crate::error::Error;
use crate::rater::standing::Standing;
use crate::round::read_rounds;

pub use self::contents::UploadedList;

/// How long a list that nobody imports can be opened. The next sweep after that deletes it.
pub const KEPT: TimeDelta = TimeDelta::hours(1);

/// The most that is kept of a list, in bytes.
const LARGEST: usize = 4 * 1024 * 1024;

/// How often a change is tried while others change the same list.
const TRIES: usize = 5;

/// A list as it arrives.
pub enum Source {
    /// A file of whatever kind.
    File(Vec<u8>),
    /// Text from a spreadsheet or a document.
    Pasted(String),
}

/// Why a list was not kept.
#[derive(Debug, thiserror::Error)]
pub enum NotKept {
    /// It cannot be read. The text is fit to show beside the field.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
    /// The service has failed, or nobody can be added.
    #[error(transparent)]
    Failed(#[from] Error),
}

/// Reads a list and keeps it, in the place of any other that the same person has uploaded for the review. Its columns and
/// words are proposed from the trust's last list.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Round`] once the round has ended, [`NotKept::Unreadable`].
pub async fn keep(
    app: &App,
    by: &Authorised<AddRaters>,
    review: ReviewId,
    source: Source,
) -> Result<UploadId, NotKept> {
    let account = owner(by)?;
    let (sees, now, key, id) =
        (by.principal().visibility(), app.clock.now(), app.key.clone(), fresh(UploadId::from_random));
    let places = sees.clone();
    let (groups, remembered) = app
        .storage
        .read(by.organisation(), move |tenant| {
            let (_, round) = welcome(tenant, &places, review)?;
            Ok::<_, Error>((round.record().groups.clone(), remembered(tenant)?))
        })
        .await?;
    let read = tokio::task::spawn_blocking(move || {
        let table = match source {
            Source::File(bytes) => candour_sheet::read(&bytes),
            Source::Pasted(text) => candour_sheet::read(text.as_bytes()),
        }?;
        if text_of(&table) > LARGEST {
            return Err(NotKept::Unreadable(Unreadable::TooMuch));
        }
        Ok(seal(&key, id, &UploadedList::new(id, table, &remembered, &groups))?)
    });
    let sealed = read.await.map_err(|_ended| Error::Internal("a list that was not read"))??;
    let kept = app.storage.write(by.organisation(), move |tenant| {
        welcome(tenant, &sees, review)?;
        uploads::put(tenant, &Upload { id, account, review, sealed, made_at: now })?;
        Ok::<_, Error>(id)
    });
    Ok(kept.await?)
}

/// A list that this person has uploaded for the review within the hour.
///
/// # Errors
/// [`Error::NotFound`] for one that is not there, not any more, or not theirs.
pub async fn find(
    app: &App,
    by: &Authorised<AddRaters>,
    review: ReviewId,
    id: UploadId,
) -> Result<UploadedList, Error> {
    let (account, sees, now, key) = (owner(by)?, by.principal().visibility(), app.clock.now(), app.key.clone());
    app.storage
        .read(by.organisation(), move |tenant| {
            read_rounds::review(tenant, &sees, review)?;
            opened(&key, &own(tenant, (account, review, id), now)?)
        })
        .await
}

/// Changes how such a list is read. Where somebody else has changed it in this moment, the change is made to what they
/// have left.
///
/// # Errors
/// As [`find`], and [`Error::Conflict`] where others change it all the time.
pub async fn change(
    app: &App,
    by: &Authorised<AddRaters>,
    review: ReviewId,
    id: UploadId,
    change: impl Fn(&mut UploadedList) + Send + Sync + 'static,
) -> Result<UploadedList, Error> {
    let (account, now, change) = (owner(by)?, app.clock.now(), Arc::new(change));
    for _ in 0..TRIES {
        let (sees, key, change) = (by.principal().visibility(), app.key.clone(), Arc::clone(&change));
        let changed = app.storage.read(by.organisation(), move |tenant| {
            read_rounds::review(tenant, &sees, review)?;
            let upload = own(tenant, (account, review, id), now)?;
            let mut list = opened(&key, &upload)?;
            change(&mut list);
            let sealed = seal(&key, id, &list)?;
            Ok::<_, Error>((upload.sealed, sealed, list))
        });
        let (before, after, list) = changed.await?;
        let replaced = app
            .storage
            .write(by.organisation(), move |tenant| Ok::<_, Error>(uploads::replace(tenant, id, &before, &after)?));
        if replaced.await? {
            return Ok(list);
        }
    }
    Err(Error::Conflict("the list was changed at the same time; send the change again"))
}

/// Checks a list against the review as it stands, and adds nobody.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Round`] once the round has ended.
pub async fn examine(
    app: &App,
    by: &Authorised<AddRaters>,
    review: ReviewId,
    roster: Roster,
) -> Result<Examined, Error> {
    let sees = by.principal().visibility();
    app.storage
        .read(by.organisation(), move |tenant| {
            let (review, round) = welcome(tenant, &sees, review)?;
            let standing = Standing::read(tenant, &review, &round)?;
            Ok(roster.examine(standing.context(&review, &round)))
        })
        .await
}

/// Erases such a list, which has been imported, and remembers for the trust how it was read.
///
/// # Errors
/// As [`find`].
pub async fn erase(
    app: &App,
    by: &Authorised<AddRaters>,
    review: ReviewId,
    id: UploadId,
    remembered: Option<RememberedList>,
) -> Result<(), Error> {
    let (account, now) = (owner(by)?, app.clock.now());
    app.storage
        .write(by.organisation(), move |tenant| {
            own(tenant, (account, review, id), now)?;
            uploads::delete(tenant, id)?;
            if let Some(remembered) = remembered {
                organisations::remember_list(tenant, &serde_json::to_string(&remembered)?)?;
            }
            Ok(())
        })
        .await
}

/// Erases the lists of more than an hour ago.
///
/// # Errors
/// [`Error::Storage`].
pub async fn sweep(app: &App) -> Result<(), Error> {
    let before = app.clock.now() - KEPT;
    app.storage.write_system(move |system| Ok(uploads::delete_old(system, before).map(drop)?)).await
}

fn owner(by: &Authorised<AddRaters>) -> Result<AccountId, Error> {
    match by.principal() {
        Principal::User { account, .. } | Principal::Token { account, .. } => Ok(*account),
        Principal::Client { .. } => Err(Error::NotFound),
    }
}

fn welcome(
    tenant: &mut Tenant<'_>,
    sees: &candour_domain::Visibility,
    review: ReviewId,
) -> Result<(Review, Round), Error> {
    let review = read_rounds::review(tenant, sees, review)?;
    let round = rounds::find(tenant, review.round_id)?.ok_or(Error::NotFound)?;
    round.require_raters_welcome()?;
    Ok((review, round))
}

/// The upload with this id, if it is theirs. It stays sealed.
fn own(
    tenant: &mut Tenant<'_>,
    (account, review, id): (AccountId, ReviewId, UploadId),
    now: DateTime<Utc>,
) -> Result<Upload, Error> {
    let theirs = |upload: &Upload| upload.account == account && upload.review == review && now - upload.made_at < KEPT;
    uploads::find(tenant, id)?.filter(theirs).ok_or(Error::NotFound)
}

fn opened(key: &ServerKey, upload: &Upload) -> Result<UploadedList, Error> {
    let opened = key.open(Purpose::Upload, upload.id.uuid().as_bytes(), &upload.sealed)?;
    UploadedList::from_json(upload.id, &opened)
}

fn seal(key: &ServerKey, id: UploadId, list: &UploadedList) -> Result<Vec<u8>, Error> {
    Ok(key.seal(Purpose::Upload, id.uuid().as_bytes(), &list.to_json()?, &mut entropy::system())?)
}

/// How the trust's last list was read. What cannot be read any more is as if there had been none.
fn remembered(tenant: &mut Tenant<'_>) -> Result<RememberedList, Error> {
    let kept = organisations::remembered_list(tenant)?;
    Ok(kept.and_then(|json| serde_json::from_str(&json).ok()).unwrap_or_default())
}

fn text_of(table: &Table) -> usize {
    table.rows.iter().flat_map(|row| &row.cells).map(|cell| cell.len() + 4).sum()
}
