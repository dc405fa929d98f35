//! Launches a draft at a time that somebody has set. Where it cannot be launched then, nothing is sent, the time is
//! taken back, and the administrators are told why.

use candour_domain::access::permission::{RemoveLaunchTime, SetLaunchTime};
use candour_domain::audit::{Action, Actor, Target};
use candour_domain::round::WhyNotLaunched;
use candour_domain::{AccountId, OrganisationId, Round, RoundId};
use candour_mail::letter::NotLaunched;
use candour_mail::message_id;
use candour_storage::{Tenant, accounts, organisations, rounds};
use chrono::{DateTime, Utc};
use serde_json::json;

use crate::app::App;
use crate::asked::{self, Answered, Asked};
use crate::audit;
use crate::error::Error;
use crate::job::Job;
use crate::result::report_mail::still_administers;
use crate::round::launch_round::{Launching, launch_ready, require_launchable};
use crate::round::setup_round;
use crate::send_mail::{about_report, host};
use crate::settle::settle;

/// Sets the time at which a draft is launched. It could be launched now.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Launch`] as a launch gives it, and what [`Round::with_launch_time`] refuses.
pub async fn set_launch_time(
    app: &App,
    asked: Asked<SetLaunchTime, Round>,
    id: RoundId,
    at: DateTime<Utc>,
) -> Result<Answered, Error> {
    let now = app.clock.now();
    asked
        .carry_out(app, asked::round(id), move |tenant, draft, principal| {
            let ready = require_launchable(tenant, &draft, now)?;
            let set = draft.with_launch_time(at, ready, now)?;
            setup_round::store_next_state(tenant, &set)?;
            let detail = json!({"launches_at": at});
            audit::record(tenant, principal.actor(), Action::RoundLaunchSet, Target::Round(id), detail, now)?;
            Ok(set)
        })
        .await
}

/// Takes the time back, so that the draft can be changed. Where none is set, nothing happens.
///
/// # Errors
/// [`Error::NotFound`], and what [`Round::without_launch_time`] refuses.
pub async fn remove_launch_time(
    app: &App,
    asked: Asked<RemoveLaunchTime, Round>,
    id: RoundId,
) -> Result<Answered, Error> {
    let now = app.clock.now();
    asked
        .carry_out(app, asked::round(id), move |tenant, draft, principal| {
            let Some(without) = draft.without_launch_time()? else { return Ok(draft) };
            setup_round::store_next_state(tenant, &without)?;
            audit::record(tenant, principal.actor(), Action::RoundLaunchUnset, Target::Round(id), json!({}), now)?;
            Ok(without)
        })
        .await
}

/// Launches these drafts, whose time has come. Of several nodes that find the same one due, the first launches it. What
/// fails for another reason than the draft itself is logged and tried again at the next look.
pub async fn launch_due(app: &App, due: &[(OrganisationId, RoundId)]) {
    for &(organisation, round) in due {
        match launch_when_due(app, organisation, round).await {
            Ok(()) => {}
            // The log says so from time to time, and not at every look.
            Err(Error::Clock(_)) => return,
            Err(error) => tracing::error!(%round, %error, "a round whose time has come cannot be launched"),
        }
    }
}

async fn launch_when_due(app: &App, organisation: OrganisationId, id: RoundId) -> Result<(), Error> {
    let now = settle(app).await?.at();
    let with = Launching::of(app);
    app.storage
        .write(organisation, move |tenant| {
            let draft = rounds::find(tenant, id)?.ok_or(Error::NotFound)?;
            // Read again inside the transaction: somebody may have launched it or taken the time back meanwhile.
            if !draft.is_due_for_launch(now) {
                return Ok(());
            }
            match missed(tenant, &draft, now)? {
                None => launch_ready(tenant, &with, (&draft, true), Actor::Worker, now).map(|_open| ()),
                Some(why) => take_back(tenant, &draft, why, now),
            }
        })
        .await
}

/// Why the draft is not launched now; `None` when it can be.
fn missed(tenant: &mut Tenant<'_>, draft: &Round, now: DateTime<Utc>) -> Result<Option<WhyNotLaunched>, Error> {
    if now >= draft.record().closes_at {
        return Ok(Some(WhyNotLaunched::Deadline));
    }
    if draft.is_too_late_to_launch(now) {
        return Ok(Some(WhyNotLaunched::Late));
    }
    match require_launchable(tenant, draft, now) {
        Ok(true) => Ok(None),
        Ok(false) => Ok(Some(WhyNotLaunched::NotReady)),
        Err(Error::Launch(refused)) => Ok(Some(WhyNotLaunched::from(&refused))),
        Err(other) => Err(other),
    }
}

fn take_back(tenant: &mut Tenant<'_>, draft: &Round, why: WhyNotLaunched, now: DateTime<Utc>) -> Result<(), Error> {
    let (round, at) = (draft.id(), draft.record().launches_at);
    let Some((without, at)) = draft.without_launch_time()?.zip(at) else { return Ok(()) };
    setup_round::store_next_state(tenant, &without)?;
    let emails: Vec<_> = accounts::administrators(tenant)?
        .iter()
        .map(|account| Job::NotLaunchedMail { round, administrator: account.id, why, at: at.timestamp() })
        .collect();
    Job::enqueue_all(tenant, &emails, now)?;
    let detail = json!({"launches_at": at, "why": why});
    Ok(audit::record(tenant, Actor::Worker, Action::RoundLaunchMissed, Target::Round(round), detail, now)?)
}

/// Tells an administrator that a draft could not be launched at its time, unless it has been launched or deleted
/// meanwhile, or they do not run rounds any more.
///
/// # Errors
/// [`Error`] when it should be tried again.
pub(crate) async fn tell_missed(
    app: &App,
    organisation: OrganisationId,
    (id, administrator): (RoundId, AccountId),
    why: WhyNotLaunched,
    at: i64,
) -> Result<(), Error> {
    let found = app
        .storage
        .read(organisation, move |tenant| {
            let Some(round) = rounds::find(tenant, id)?.filter(|round| round.require_deletable().is_ok()) else {
                return Ok(None);
            };
            let Some(to) = still_administers(tenant, administrator)? else { return Ok(None) };
            Ok::<_, Error>(Some((organisations::get(tenant)?, round, to)))
        })
        .await?;
    let Some((trust, round, to)) = found else { return Ok(()) };
    let letter = NotLaunched {
        to: &to.name,
        organisation: &trust,
        title: &round.record().title,
        at: DateTime::from_timestamp(at, 0).ok_or(Error::Internal("the time of a launch"))?,
        why,
        url: &format!("{}/rounds/{id}", app.base_url),
    };
    let rendered = letter.render()?;
    let kind = format!("not-launched-{administrator}");
    about_report(app, trust, to, rendered, message_id(&kind, at, id.uuid(), host(&app.base_url))).await
}
