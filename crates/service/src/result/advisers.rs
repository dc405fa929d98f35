//! Who advises on a review: its facilitator names them and takes them away.

use candour_domain::access::permission::{ListAdvisers, NameAdviser, RemoveAdviser};
use candour_domain::audit::{Action, Target};
use candour_domain::{Adviser, AdviserId, Authorised, Person, Review, ReviewId, Round};
use candour_storage::{advisers, rounds};
use serde_json::json;

use crate::app::App;
use crate::asked::{self, Answered, Asked};
use crate::audit;
use crate::entropy::fresh;
use crate::error::Error;
use crate::job::Job;
use crate::round::earlier_rounds::office;

/// A review of this facilitator's with its round: who advises on it, and whether anybody else can.
///
/// # Errors
/// [`Error::NotFound`] for a review of another facilitator.
pub async fn list_advisers(app: &App, by: &Authorised<ListAdvisers>, id: ReviewId) -> Result<(Review, Round), Error> {
    let facilitator = by.principal().clone();
    app.storage
        .read(by.organisation(), move |tenant| {
            let review = asked::own_review(id)(tenant, &facilitator)?;
            let round = rounds::find(tenant, review.round_id)?.ok_or(Error::NotFound)?;
            Ok((review, round))
        })
        .await
}

/// Names an adviser and tells them by email.
///
/// # Errors
/// [`Error::NotFound`] for a review of another facilitator, and what [`Review::with_adviser`] refuses.
pub async fn name_adviser(
    app: &App,
    asked: Asked<NameAdviser, Adviser>,
    id: ReviewId,
    person: Person,
) -> Result<Answered, Error> {
    let now = app.clock.now();
    let answered = asked
        .carry_out(app, asked::own_review(id), move |tenant, review, facilitator| {
            let round = rounds::find(tenant, review.round_id)?.ok_or(Error::NotFound)?;
            let adviser = Adviser { id: fresh(AdviserId::from_random), person };
            review.with_adviser(adviser.clone(), &round, office(tenant)?.administrators())?;
            advisers::insert(tenant, id, &adviser)?;
            Job::AdviserMail { review: id, adviser: adviser.id }.enqueue(tenant, now, None)?;
            let detail = json!({"adviser": adviser.id});
            audit::record(tenant, facilitator.actor(), Action::ReviewAdviserNamed, Target::Review(id), detail, now)?;
            Ok(adviser)
        })
        .await?;
    app.wake.notify_one();
    Ok(answered)
}

/// Takes an adviser away: at their next request they read nothing of the review any more.
///
/// # Errors
/// [`Error::NotFound`] for a review of another facilitator, and where it has no such adviser.
pub async fn remove_adviser(
    app: &App,
    asked: Asked<RemoveAdviser, ()>,
    id: ReviewId,
    adviser: AdviserId,
) -> Result<Answered, Error> {
    let now = app.clock.now();
    asked
        .carry_out(app, asked::own_review(id), move |tenant, review, facilitator| {
            review.without_adviser(adviser).ok_or(Error::NotFound)?;
            advisers::delete(tenant, adviser)?;
            let detail = json!({"adviser": adviser});
            audit::record(tenant, facilitator.actor(), Action::ReviewAdviserRemoved, Target::Review(id), detail, now)?;
            Ok(())
        })
        .await
}
