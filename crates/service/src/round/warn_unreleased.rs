//! Warns before anything unreleased is destroyed: nobody should learn of a report by its end.

use candour_domain::audit::{Action, Actor, Target};
use candour_domain::retention::warning;
use candour_domain::{OrganisationId, RetentionPolicy, ReviewId, RoundId};
use candour_storage::{Tenant, accounts, retention, reviews, rounds};
use chrono::{DateTime, Utc};
use serde_json::json;

use crate::app::App;
use crate::audit;
use crate::error::Error;
use crate::job::Job;
use crate::settle::settle;

/// Queues the emails that are due, to the facilitator of each review that is not released and to the administrators of
/// its trust. Each warning is queued once, however often and on however many nodes this is done. What raters were
/// promised goes first: somebody who was not warned, because the service was off, does not keep answers any longer.
///
/// # Errors
/// [`Error::Clock`], [`Error::Storage`]. What has been queued stays, and doing it again queues the rest.
pub async fn warn_unreleased(app: &App) -> Result<(), Error> {
    let (now, settings) = (settle(app).await?.at(), app.retention);
    for (organisation, round) in app.storage.read_system(move |system| retention::ended(system, now)).await? {
        let due = app.storage.read(organisation, move |tenant| due(tenant, round, settings, now)).await?;
        if !due.is_empty() {
            warn(app, organisation, round, now).await?;
        }
    }
    Ok(())
}

/// The reviews that somebody is to be warned of, and which warning it is.
fn due(
    tenant: &mut Tenant<'_>,
    id: RoundId,
    settings: RetentionPolicy,
    now: DateTime<Utc>,
) -> Result<Vec<(ReviewId, u32)>, Error> {
    let Some(round) = rounds::find(tenant, id)? else { return Ok(Vec::new()) };
    let all = reviews::all(tenant, id)?;
    let Some(warning) = warning(&round, &all, settings, now) else { return Ok(Vec::new()) };
    let mut due = Vec::new();
    for review in all.iter().filter(|review| review.released_at().is_none()) {
        if reviews::warned(tenant, review.id)?.is_some_and(|warned| warned < warning.number) {
            due.push((review.id, warning.number));
        }
    }
    Ok(due)
}

async fn warn(app: &App, organisation: OrganisationId, round: RoundId, now: DateTime<Utc>) -> Result<(), Error> {
    let settings = app.retention;
    app.storage
        .write(organisation, move |tenant| {
            let administrators = accounts::administrators(tenant)?;
            // Asked again within the transaction: another node may have done it.
            for (review, number) in due(tenant, round, settings, now)? {
                reviews::set_warned(tenant, review, number)?;
                let readers = std::iter::once(None).chain(administrators.iter().map(|account| Some(account.id)));
                let emails: Vec<_> =
                    readers.map(|administrator| Job::UnreleasedMail { review, administrator, number }).collect();
                Job::enqueue_all(tenant, &emails, now)?;
                audit::record(
                    tenant,
                    Actor::Worker,
                    Action::ReviewUnreleasedWarned,
                    Target::Review(review),
                    json!({"number": number}),
                    now,
                )?;
            }
            Ok(())
        })
        .await
}
