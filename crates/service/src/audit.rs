//! The audit log: what administrators, facilitators and the worker did. Raters' doings are never in it.

pub mod names;

use candour_domain::access::permission::{GetAuditLogCsv, ListAuditLog};
pub use candour_domain::audit::AuditEvent;
use candour_domain::audit::{Action, Actor, Kind, Target};
use candour_domain::{AuditEventId, Authorised, ReviewId, RoundId};
use candour_storage::audit_log;
use candour_storage::{Page, PageRequest, StorageError, Tenant, reviews};
use chrono::{DateTime, Utc};

use crate::app::App;
use crate::entropy::fresh;
use crate::error::Error;

/// The most lines that are given at once.
pub const MOST_LINES: u32 = 20_000;

/// Which lines of the log.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// About this only; about everything without.
    pub about: Option<About>,
    /// Of this kind only.
    pub kind: Option<Kind>,
}

/// What a line is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum About {
    /// A round, and what is in it.
    Round(RoundId),
    /// A review, and what is in it.
    Review(ReviewId),
}

/// The audit log of the trust, newest first.
///
/// # Errors
/// [`Error::Storage`].
pub async fn list(
    app: &App,
    by: &Authorised<ListAuditLog>,
    wanted: Wanted,
    page: PageRequest,
) -> Result<Page<AuditEvent>, Error> {
    app.storage
        .read(by.organisation(), move |tenant| {
            let lines = wanted.lines(tenant)?;
            Ok(audit_log::search(tenant, &lines, &page)?)
        })
        .await
}

/// The same at once: the newest [`MOST_LINES`].
///
/// # Errors
/// [`Error::Storage`].
pub async fn newest(app: &App, by: &Authorised<GetAuditLogCsv>, wanted: Wanted) -> Result<Vec<AuditEvent>, Error> {
    app.storage
        .read(by.organisation(), move |tenant| {
            let lines = wanted.lines(tenant)?;
            Ok(audit_log::newest_of(tenant, &lines, MOST_LINES)?)
        })
        .await
}

impl Wanted {
    /// As storage looks for them. What is in a round is found by the reviews that it has.
    fn lines(self, tenant: &mut Tenant<'_>) -> Result<audit_log::Wanted, Error> {
        let about = match self.about {
            None => None,
            Some(About::Review(review)) => Some(audit_log::About { round: None, reviews: vec![review] }),
            Some(About::Round(round)) => {
                let reviews = reviews::all(tenant, round)?.into_iter().map(|review| review.id).collect();
                Some(audit_log::About { round: Some(round), reviews })
            }
        };
        let actions = self.kind.map(|kind| kind.actions().map(Action::as_str).collect());
        Ok(audit_log::Wanted { about, actions })
    }
}

/// Adds a line in the transaction of the change it tells of. `detail` holds ids, numbers and states, never a name or an
/// address.
///
/// # Errors
/// [`StorageError`] when the line cannot be added; the change then does not happen either.
pub fn record(
    tenant: &mut Tenant<'_>,
    actor: Actor,
    action: Action,
    target: Target,
    detail: serde_json::Value,
    now: DateTime<Utc>,
) -> Result<(), StorageError> {
    let event = AuditEvent {
        id: fresh(AuditEventId::from_random),
        at: now,
        actor: actor.to_string(),
        action: action.as_str().to_owned(),
        target: target.to_string(),
        detail,
    };
    audit_log::append(tenant, &event)
}
