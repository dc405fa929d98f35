//! Launch: freezes the round, makes its key pair, gives every rater a link and queues every email, all in one
//! transaction.

use std::sync::Arc;

use candour_domain::access::permission::LaunchRound;
use candour_domain::audit::{Action, Actor, Target};
use candour_domain::{RetentionPolicy, Round, RoundId};
use candour_seal::{DraftSalt, RoundKeyPair, ServerKey};
use candour_storage::rounds::{self, RoundKeys};
use candour_storage::{Tenant, raters, uploads};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;

use crate::app::App;
use crate::asked::{self, Answered, Asked};
use crate::audit;
use crate::entropy;
use crate::error::Error;
use crate::job::Job;
use crate::rater::invite;
use crate::round::readiness;
use crate::round::setup_round;

/// What a launch needs of the service.
pub(super) struct Launching {
    key: Arc<ServerKey>,
    retention: RetentionPolicy,
    receipts: TimeDelta,
}

/// Launches a draft.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Launch`] for an administrator as facilitator, another round about one of the subjects
/// or somebody of the same name, and what [`Round::launch`] refuses.
pub async fn launch_round(app: &App, asked: Asked<LaunchRound, Round>, id: RoundId) -> Result<Answered, Error> {
    let now = app.clock.now();
    let with = Launching::of(app);
    let answered = asked
        .carry_out(app, asked::round(id), move |tenant, draft, principal| {
            let ready = require_launchable(tenant, &draft, now)?;
            launch_ready(tenant, &with, (&draft, ready), principal.actor(), now)
        })
        .await?;
    app.wake.notify_one();
    Ok(answered)
}

/// Whether the reviews of a draft are ready.
///
/// # Errors
/// [`Error::Launch`] for what the trust's other rounds or its administrators forbid.
pub(super) fn require_launchable(tenant: &mut Tenant<'_>, draft: &Round, now: DateTime<Utc>) -> Result<bool, Error> {
    let reviews = readiness::of_round(tenant, draft, now)?;
    if let Some(refused) = reviews.iter().find_map(|review| review.refused.first()) {
        return Err(refused.clone().into());
    }
    Ok(readiness::is_ready(&reviews))
}

/// Launches a draft of which [`require_launchable`] has just said whether it is ready, in the same transaction.
///
/// # Errors
/// What [`Round::launch`] refuses.
pub(super) fn launch_ready(
    tenant: &mut Tenant<'_>,
    with: &Launching,
    (draft, ready): (&Round, bool),
    actor: Actor,
    now: DateTime<Utc>,
) -> Result<Round, Error> {
    let (id, key) = (draft.id(), &with.key);
    let open = draft.launch(ready, with.retention, now)?;
    setup_round::store_next_state(tenant, &open)?;
    // A list that was checked against the draft is not one for an open round.
    uploads::delete_in_round(tenant, id)?;
    let mut rng = entropy::system();
    let pair = RoundKeyPair::generate(&mut rng);
    let sealed_private = pair.private().seal(key, id, &mut rng)?;
    let sealed_draft_salt = Some(DraftSalt::generate(&mut rng).seal(key, id, &mut rng)?);
    rounds::set_keys(tenant, id, &RoundKeys { public: pair.public().to_vec(), sealed_private, sealed_draft_salt })?;
    let raters = raters::in_round(tenant, id)?;
    invite::invite(tenant, key, &raters, now)?;
    Job::SweepReceipts { round: id }.enqueue(tenant, now + with.receipts, None)?;
    let detail = json!({"raters": raters.len()});
    audit::record(tenant, actor, Action::RoundLaunched, Target::Round(id), detail, now)?;
    Ok(open)
}

impl Launching {
    pub(super) fn of(app: &App) -> Self {
        Self {
            key: Arc::clone(&app.key),
            retention: app.retention,
            receipts: TimeDelta::minutes(i64::from(app.receipt_minutes)),
        }
    }
}
