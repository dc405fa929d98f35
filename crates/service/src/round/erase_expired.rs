//! Retention: after a round has ended its answers are destroyed, its raters erased, and at last its results deleted,
//! each at its time.

use std::collections::BTreeSet;
use std::time::Duration;

use candour_domain::audit::{Action, Actor, Target};
use candour_domain::retention::{RetentionPolicy, Step, due};
use candour_domain::{OrganisationId, RoundId, RoundState, SettledNow};
use candour_storage::{StorageError, Tenant, retention, reviews, rounds};
use chrono::{DateTime, Utc};
use serde_json::json;

use crate::app::App;
use crate::audit;
use crate::error::Error;
use crate::round::setup_round;
use crate::settle::settle;

/// How often the disk is tried to be cleaned before it is left for the next sweep.
const TRIES: u32 = 10;

/// How long to wait between two tries.
const PAUSE: Duration = Duration::from_secs(1);

/// Does whatever is due in every trust, then takes what was deleted off the disk. Doing it again, or on two nodes at
/// once, does nothing twice. What cannot be done of one round is logged, and done at the next sweep; so is a clean-up
/// that somebody holds up.
///
/// # Guarantee
/// Each step is one transaction with its line in the audit log, which says what was done and how much went, never of
/// who. The database itself remembers that the disk has still to be cleaned, until that has been done.
///
/// # Errors
/// [`Error::Clock`] when it is not sure what time it is; [`Error::Storage`] when the rounds cannot be read or the disk
/// cannot be cleaned.
pub async fn erase_expired(app: &App) -> Result<(), Error> {
    let now = settle(app).await?.at();
    for (organisation, round) in app.storage.read_system(move |system| retention::ended(system, now)).await? {
        if let Err(error) = round_ended(app, organisation, round).await {
            tracing::error!(%round, %error, "what is due after the end of a round cannot be done; it is tried again");
        }
    }
    clean_up(app).await
}

/// Does what is due of one round, step by step.
async fn round_ended(app: &App, organisation: OrganisationId, id: RoundId) -> Result<(), Error> {
    let settings = app.retention;
    loop {
        // Each step has its own time, so that the audit log keeps their order.
        let now = settle(app).await?;
        if app.storage.read(organisation, move |tenant| next(tenant, id, settings, now.at())).await?.is_none() {
            return Ok(());
        }
        // Asked again within the transaction: another node may have done it.
        let done = app.storage.write(organisation, move |tenant| take(tenant, id, settings, now)).await?;
        if let Some(step) = done {
            tracing::info!(round = %id, action = step.action().as_str(), "retention");
        }
    }
}

fn next(
    tenant: &mut Tenant<'_>,
    id: RoundId,
    settings: RetentionPolicy,
    now: DateTime<Utc>,
) -> Result<Option<Step>, Error> {
    let Some(round) = rounds::find(tenant, id)? else { return Ok(None) };
    Ok(due(&round, &reviews::all(tenant, id)?, settings, now))
}

fn take(
    tenant: &mut Tenant<'_>,
    id: RoundId,
    settings: RetentionPolicy,
    settled: SettledNow,
) -> Result<Option<Step>, Error> {
    let Some(round) = rounds::find(tenant, id)? else { return Ok(None) };
    let (all, now) = (reviews::all(tenant, id)?, settled.at());
    let Some(step) = due(&round, &all, settings, now) else { return Ok(None) };
    let target = Target::Round(id);
    let after = match step {
        Step::DestroyAnswers => Some(round.answers_destroyed(settled)?),
        Step::ErasePeople => Some(round.people_erased(settled)?),
        Step::Archive => Some(round.archived()?),
        Step::DeleteRound => {
            round.require_nothing_but_results()?;
            None
        }
    };
    if let Some(after) = after {
        setup_round::store_next_state(tenant, &after)?;
        // A draft that was forgotten, or a round that nobody could count.
        if after.state() == RoundState::Cancelled && round.state() != RoundState::Cancelled {
            audit::record(tenant, Actor::Worker, Action::RoundCancelled, target, json!({}), now)?;
        }
    }
    let detail = match step {
        Step::DestroyAnswers => json!({"reviews": retention::destroy_answers(tenant, id, &all, settled)?}),
        Step::ErasePeople => json!({"raters": retention::erase_people(tenant, id, &all, settled)?}),
        Step::Archive => json!({}),
        Step::DeleteRound => json!({"results": retention::delete_results(tenant, id, &all, settled)?}),
    };
    audit::record(tenant, Actor::Worker, step.action(), target, detail, now)?;
    Ok(Some(step))
}

/// Overwrites the space of everything that has been deleted and not been overwritten yet.
async fn clean_up(app: &App) -> Result<(), Error> {
    let owed = app.storage.read_system(retention::owed).await?;
    if owed.is_empty() {
        return Ok(());
    }
    let kinds: Vec<_> = owed.iter().map(|owed| owed.kind).collect::<BTreeSet<_>>().into_iter().collect();
    let mut tries = 1;
    loop {
        match app.storage.overwrite(&kinds).await {
            // Somebody who reads or writes holds it up, and is often done a moment later.
            Err(StorageError::Unavailable(_)) if tries < TRIES => tokio::time::sleep(PAUSE).await,
            done => break done?,
        }
        tries += 1;
    }
    // What has been deleted meanwhile is owed still.
    Ok(app.storage.write_system(move |system| retention::settle(system, &owed)).await?)
}
