//! A list of raters between its upload and its import: kept sealed, for the person who has uploaded it alone, and for an
//! hour at most.

mod contents;

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

/// How long a list is kept that nobody imports.
pub const KEPT: TimeDelta = TimeDelta::hours(1);

/// The most that is kept of a list, in bytes.
const LARGEST: usize = 4 * 1024 * 1024;

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
    app.storage.read(by.organisation(), move |tenant| welcome(tenant, &places, review)).await?;
    let read = tokio::task::spawn_blocking(move || match source {
        Source::File(bytes) => candour_sheet::read(&bytes),
        Source::Pasted(text) => candour_sheet::read(text.as_bytes()),
    });
    let table = read.await.map_err(|_ended| Error::Internal("a list that was not read"))??;
    if text_of(&table) > LARGEST {
        return Err(Unreadable::TooMuch.into());
    }
    let kept = app.storage.write(by.organisation(), move |tenant| {
        let (_, round) = welcome(tenant, &sees, review)?;
        let groups = &round.record().groups;
        let list = UploadedList::new(id, table, &remembered(tenant)?, groups);
        let sealed = seal(&key, id, &list)?;
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
            own(tenant, (account, review, id), &key, now)
        })
        .await
}

/// Changes how such a list is read.
///
/// # Errors
/// As [`find`].
pub async fn change(
    app: &App,
    by: &Authorised<AddRaters>,
    review: ReviewId,
    id: UploadId,
    change: impl FnOnce(&mut UploadedList) + Send + 'static,
) -> Result<UploadedList, Error> {
    let (account, sees, now, key) = (owner(by)?, by.principal().visibility(), app.clock.now(), app.key.clone());
    app.storage
        .write(by.organisation(), move |tenant| {
            read_rounds::review(tenant, &sees, review)?;
            let mut list = own(tenant, (account, review, id), &key, now)?;
            change(&mut list);
            uploads::replace(tenant, id, &seal(&key, id, &list)?)?;
            Ok(list)
        })
        .await
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
    let (account, now, key) = (owner(by)?, app.clock.now(), app.key.clone());
    app.storage
        .write(by.organisation(), move |tenant| {
            own(tenant, (account, review, id), &key, now)?;
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

fn own(
    tenant: &mut Tenant<'_>,
    (account, review, id): (AccountId, ReviewId, UploadId),
    key: &ServerKey,
    now: DateTime<Utc>,
) -> Result<UploadedList, Error> {
    let theirs = |upload: &Upload| upload.account == account && upload.review == review && now - upload.made_at < KEPT;
    let upload = uploads::find(tenant, id)?.filter(theirs).ok_or(Error::NotFound)?;
    let opened = key.open(Purpose::Upload, id.uuid().as_bytes(), &upload.sealed)?;
    UploadedList::from_json(id, &opened)
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
