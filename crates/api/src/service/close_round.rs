//! Ends a round, by closing it for the count or by cancelling it. Links stop working, and unsent drafts and raters who still wait for the
//! facilitator go.

use candour_domain::{OrganisationId, Round, RoundId, SettledNow};
use candour_storage::{Tenant, ballots, drafts, invitations, raters, reviews, rounds};
use serde_json::json;

use crate::error::Error;
use crate::seal::Link;
use crate::service::asked::{self, Answered, Asked};
use crate::service::settle::settle;
use crate::service::task::Task;
use crate::service::{audit, setup_round};
use crate::state::App;

/// Closes an open round for good; the worker counts it next.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Clock`], and what [`Round::close`] refuses.
pub async fn close_round(app: &App, asked: Asked<Round>, id: RoundId) -> Result<Answered, Error> {
    let now = settle(app).await?;
    let answered =
        asked.carry_out(app, asked::round(id), move |tenant, round, principal| close(tenant, &round, &principal.actor(), now)).await?;
    after_close(app).await;
    Ok(answered)
}

async fn close_when_due(app: &App, organisation: OrganisationId, id: RoundId) -> Result<(), Error> {
    let now = settle(app).await?;
    app.storage
        .write(organisation, move |tenant| {
            let round = rounds::find(tenant, id)?.ok_or(Error::NotFound)?;
            close(tenant, &round, audit::WORKER, now)
        })
        .await?;
    after_close(app).await;
    Ok(())
}

fn close(tenant: &mut Tenant<'_>, round: &Round, actor: &str, settled: SettledNow) -> Result<Round, Error> {
    let (id, closed, now) = (round.id(), round.close(settled)?, settled.at());
    setup_round::save(tenant, &closed)?;
    end_links(tenant, id, settled)?;
    Task::SweepReceipts { round: id }.enqueue(tenant, now, None)?;
    Task::Count { round: id }.enqueue(tenant, now, Some(format!("count:{id}")))?;
    audit::record(tenant, actor, "round.closed", format!("round:{id}"), json!({}), now)?;
    Ok(closed)
}

async fn after_close(app: &App) {
    clean_up(app).await;
    app.wake.notify_one();
}

/// Cancels a draft or an open round. Ballots already sent are deleted unread.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Clock`], and what [`Round::cancel`] refuses.
pub async fn cancel_round(app: &App, asked: Asked<Round>, id: RoundId) -> Result<Answered, Error> {
    let settled = settle(app).await?;
    let answered = asked
        .carry_out(app, asked::round(id), move |tenant, round, principal| {
            let cancelled = round.cancel(settled)?;
            setup_round::save(tenant, &cancelled)?;
            end_links(tenant, id, settled)?;
            for review in reviews::all(tenant, id)? {
                ballots::delete_review(tenant, review.id, settled)?;
            }
            rounds::destroy_keys(tenant, id, settled)?;
            audit::record(tenant, &principal.actor(), "round.cancelled", format!("round:{id}"), json!({}), settled.at())?;
            Ok(cancelled)
        })
        .await?;
    clean_up(app).await;
    Ok(answered)
}

/// Closes these rounds, whose time has come. Of several nodes that find the same one due, the first closes it. One that cannot be closed is
/// logged and tried again at the next look.
pub async fn close_due(app: &App, due: &[(OrganisationId, RoundId)]) {
    for &(organisation, round) in due {
        match close_when_due(app, organisation, round).await {
            Ok(()) | Err(Error::Stale | Error::Round(_)) => {}
            // The log says so from time to time, and not at every look.
            Err(Error::Clock(_)) => return,
            Err(error) => tracing::error!(%round, %error, "a round whose time has come cannot be closed"),
        }
    }
}

fn end_links(tenant: &mut Tenant<'_>, id: RoundId, now: SettledNow) -> Result<(), Error> {
    invitations::close_round(tenant, id, &Link::spent_hash, now)?;
    drafts::delete_round(tenant, id, now)?;
    // Nobody has written to them, so nothing of them stays.
    raters::delete_waiting(tenant, id)?;
    Ok(())
}

/// Takes what was deleted, and the order in which answers came, off the disk. When a reader holds it up, the count does it.
async fn clean_up(app: &App) {
    if let Err(error) = app.storage.forget_order().await {
        tracing::warn!(%error, "the database could not be written anew yet; the count does it");
    }
}
