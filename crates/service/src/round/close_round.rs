//! Ends a round, by closing it for the count or by cancelling it. Links stop working, and unsent drafts and raters who
//! still wait for the facilitator go.

use candour_domain::access::permission::{CancelRound, CloseRound};
use candour_domain::audit::{Action, Actor, Target};
use candour_domain::{OrganisationId, Round, RoundId, SettledNow};
use candour_seal::Link;
use candour_storage::{Tenant, ballots, drafts, invitations, raters, reviews, rounds};
use candour_words::uk_time::uk_time;
use serde_json::json;

use crate::app::App;
use crate::asked::{self, Answered, Asked};
use crate::audit;
use crate::error::Error;
use crate::job::Job;
use crate::round::progress::{self, ReviewProgress, RoundProgress};
use crate::round::setup_round;
use crate::settle::settle;

/// Closes an open round for good; the worker counts it next. Unless `confirmed`, the one who does it is asked where it
/// is not known that enough people have answered for a report.
///
/// # Guarantee
/// Whether somebody is asked depends on nothing but what [`progress::progress`] shows them: the number of the last 6am,
/// over everybody together. A refusal that looked into the ballot box would be a clock, read as often as somebody
/// tries.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Clock`], [`Error::Unconfirmed`], and what [`Round::close`] refuses.
pub async fn close_round(
    app: &App,
    asked: Asked<CloseRound, Round>,
    id: RoundId,
    confirmed: bool,
) -> Result<Answered, Error> {
    let now = settle(app).await?;
    let answered = asked
        .carry_out(app, asked::round(id), move |tenant, round, principal| {
            if !confirmed && round.require_open().is_ok() {
                require_enough(tenant, &round)?;
            }
            close(tenant, &round, principal.actor(), now)
        })
        .await?;
    after_close(app).await;
    Ok(answered)
}

fn require_enough(tenant: &mut Tenant<'_>, round: &Round) -> Result<(), Error> {
    let shown = progress::of_round(tenant, round)?;
    let Some(doubtful) = doubtful(&shown, round.record().policy.threshold()) else { return Ok(()) };
    let what = "Closing ends every link for good, and what has not been sent by then is never counted.";
    Err(Error::Unconfirmed(format!("{doubtful} {what}")))
}

async fn close_when_due(app: &App, organisation: OrganisationId, id: RoundId) -> Result<(), Error> {
    let now = settle(app).await?;
    app.storage
        .write(organisation, move |tenant| {
            let round = rounds::find(tenant, id)?.ok_or(Error::NotFound)?;
            close(tenant, &round, Actor::Worker, now)
        })
        .await?;
    after_close(app).await;
    Ok(())
}

fn close(tenant: &mut Tenant<'_>, round: &Round, actor: Actor, settled: SettledNow) -> Result<Round, Error> {
    let (id, closed, now) = (round.id(), round.close(settled)?, settled.at());
    setup_round::store_next_state(tenant, &closed)?;
    end_links(tenant, id, settled)?;
    Job::SweepReceipts { round: id }.enqueue(tenant, now, None)?;
    Job::Count { round: id }.enqueue(tenant, now, Some(format!("count:{id}")))?;
    audit::record(tenant, actor, Action::RoundClosed, Target::Round(id), json!({}), now)?;
    Ok(closed)
}

async fn after_close(app: &App) {
    clean_up(app).await;
    app.wake.notify_one();
}

/// Why it is not known that there will be something to report, by what progress shows; `None` when it is.
fn doubtful(progress: &RoundProgress, threshold: u32) -> Option<String> {
    let Some(as_of) = progress.as_of else {
        return Some(
            "Nobody has been counted yet: how many have answered is known from the first 6am after the launch."
                .to_owned(),
        );
    };
    let few = |review: &&ReviewProgress| {
        let responded = review.everybody.as_ref().and_then(|everybody| everybody.responded);
        responded.is_none_or(|responded| responded < threshold)
    };
    let (few, all) = (progress.reviews.iter().filter(few).count(), progress.reviews.len());
    let reviews = if all == 1 { "the review".to_owned() } else { format!("{few} of {all} reviews") };
    let counted = uk_time(as_of);
    (few > 0).then(|| {
        format!(
            "When answers were last counted, on {counted}, fewer than {threshold} people had answered in {reviews}; \
             with so few a report shows nothing of them."
        )
    })
}

/// Cancels a draft or an open round. Ballots already sent are deleted unread.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Clock`], and what [`Round::cancel`] refuses.
pub async fn cancel_round(app: &App, asked: Asked<CancelRound, Round>, id: RoundId) -> Result<Answered, Error> {
    let settled = settle(app).await?;
    let answered = asked
        .carry_out(app, asked::round(id), move |tenant, round, principal| {
            let cancelled = round.cancel(settled)?;
            setup_round::store_next_state(tenant, &cancelled)?;
            end_links(tenant, id, settled)?;
            for review in reviews::all(tenant, id)? {
                ballots::delete_review(tenant, review.id, settled)?;
            }
            rounds::destroy_keys(tenant, id, settled)?;
            audit::record(
                tenant,
                principal.actor(),
                Action::RoundCancelled,
                Target::Round(id),
                json!({}),
                settled.at(),
            )?;
            Ok(cancelled)
        })
        .await?;
    clean_up(app).await;
    Ok(answered)
}

/// Closes these rounds, whose time has come. Of several nodes that find the same one due, the first closes it. One that
/// cannot be closed is logged and tried again at the next look.
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

/// Takes what was deleted, and the order in which answers came, off the disk. When a reader holds it up, the count does
/// it.
async fn clean_up(app: &App) {
    if let Err(error) = app.storage.forget_order().await {
        tracing::warn!(%error, "the database could not be rewritten yet; the count does it");
    }
}
