//! Launch: freezes the round, makes its key pair, gives every rater a link and queues every email, all in one
//! transaction.

use candour_domain::access::permission::LaunchRound;
use candour_domain::audit::{Action, Target};
use candour_domain::{Round, RoundId};
use candour_seal::{DraftSalt, RoundKeyPair};
use candour_storage::rounds::{self, RoundKeys};
use candour_storage::{raters, uploads};
use chrono::TimeDelta;
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

/// Launches a draft.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Launch`] for an administrator as facilitator, another round about one of the subjects
/// or somebody of the same name, and what [`Round::launch`] refuses.
pub async fn launch_round(app: &App, asked: Asked<LaunchRound, Round>, id: RoundId) -> Result<Answered, Error> {
    let now = app.clock.now();
    let key = app.key.clone();
    let retention = app.retention;
    let receipts = TimeDelta::minutes(i64::from(app.receipt_minutes));
    let answered = asked
        .carry_out(app, asked::round(id), move |tenant, draft, principal| {
            let reviews = readiness::of_round(tenant, &draft, now)?;
            if let Some(refused) = reviews.iter().find_map(|review| review.refused.first()) {
                return Err(refused.clone().into());
            }
            let open = draft.launch(readiness::is_ready(&reviews), retention, now)?;
            setup_round::store_next_state(tenant, &open)?;
            // A list that was checked against the draft is not one for an open round.
            uploads::delete_in_round(tenant, id)?;
            let mut rng = entropy::system();
            let pair = RoundKeyPair::generate(&mut rng);
            let sealed_private = pair.private().seal(&key, id, &mut rng)?;
            let sealed_draft_salt = Some(DraftSalt::generate(&mut rng).seal(&key, id, &mut rng)?);
            rounds::set_keys(
                tenant,
                id,
                &RoundKeys { public: pair.public().to_vec(), sealed_private, sealed_draft_salt },
            )?;
            let raters = raters::in_round(tenant, id)?;
            invite::invite(tenant, &key, &raters, now)?;
            Job::SweepReceipts { round: id }.enqueue(tenant, now + receipts, None)?;
            let detail = json!({"raters": raters.len()});
            audit::record(tenant, principal.actor(), Action::RoundLaunched, Target::Round(id), detail, now)?;
            Ok(open)
        })
        .await?;
    app.wake.notify_one();
    Ok(answered)
}
