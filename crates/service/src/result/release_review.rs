//! Release: the facilitator lets subject, administrator and integrations read a result, now or at a set time, which can
//! be changed and taken back until then.

use candour_domain::access::permission::{GetRelease, ReleaseReview, TakeReleaseBack};
use candour_domain::audit::{Action, Actor, Target};
use candour_domain::review::ReviewProgress;
use candour_domain::{Authorised, OrganisationId, Review, ReviewId, SettledNow};
use candour_storage::{Tenant, accounts, reviews, rounds};
use chrono::{DateTime, Utc};
use serde_json::json;

use crate::app::App;
use crate::asked::{self, Answered, Asked};
use crate::audit;
use crate::error::Error;
use crate::job::Job;
use crate::result::reading;
use crate::result::release_readers::{Told, told_of_release};
use crate::round::setup_round;
use crate::settle::settle;

/// Releases a review now, or sets the time at which it will be.
///
/// # Errors
/// [`Error::Unconfirmed`] for a result that shows nothing, unless `confirmed`; [`Error::Clock`]; [`Error::NotFound`]
/// for a review of another facilitator, and what [`Review::release`] refuses.
pub async fn release_review(
    app: &App,
    asked: Asked<ReleaseReview, Review>,
    id: ReviewId,
    at: Option<DateTime<Utc>>,
    confirmed: bool,
) -> Result<Answered, Error> {
    let now = settle(app).await?;
    let answered = asked
        .carry_out(app, reading::own_result(id), move |tenant, counted, facilitator| {
            let review = &counted.review;
            if !confirmed && review.require_redactable().is_ok() && !reading::shows_others(tenant, review)? {
                return Err(Error::Unconfirmed(format!(
                    "This result shows nothing of what anybody but {subject} answered: too few people did, nothing \
                     that they answered can be shown, or it was redacted. Releasing it tells {subject} by email that \
                     the round has ended without anything to show, and cannot be taken back.",
                    subject = review.subject.person.name
                )));
            }
            release(tenant, &counted.review, at, facilitator.actor(), now)
        })
        .await?;
    app.wake.notify_one();
    Ok(answered)
}

/// Takes back the time at which a review was to be released. Nobody is told of it.
///
/// # Errors
/// [`Error::NotFound`] for a review of another facilitator, and what [`Review::take_release_back`] refuses.
pub async fn take_release_back(
    app: &App,
    asked: Asked<TakeReleaseBack, Review>,
    id: ReviewId,
) -> Result<Answered, Error> {
    let now = app.clock.now();
    asked
        .carry_out(app, asked::own_review(id), move |tenant, review, facilitator| {
            let next = review.take_release_back()?;
            reviews::update(tenant, &next)?;
            let target = Target::Review(review.id);
            audit::record(tenant, facilitator.actor(), Action::ReviewReleaseTakenBack, target, json!({}), now)?;
            Ok(next)
        })
        .await
}

/// A review as its facilitator releases it, and who is told when they do. What is released at a set time is told to
/// everybody who has a part in the review or runs rounds at that time.
///
/// # Errors
/// [`Error::NotFound`] for a review of another facilitator.
pub async fn find_release(app: &App, by: &Authorised<GetRelease>, id: ReviewId) -> Result<(Review, Vec<Told>), Error> {
    let (find, principal) = (asked::own_review(id), by.principal().clone());
    app.storage
        .read(by.organisation(), move |tenant| {
            let review = find(tenant, &principal)?;
            let told = told_of_release(&review, &accounts::administrators(tenant)?);
            Ok((review, told))
        })
        .await
}

/// Releases these reviews, whose set time has come. Of several nodes that find the same one due, the first releases it.
/// One that cannot be released is logged and tried again at the next look.
pub async fn release_due(app: &App, due: &[(OrganisationId, ReviewId)]) {
    for &(organisation, review) in due {
        match release_scheduled(app, organisation, review).await {
            Ok(()) => {}
            // The log says so from time to time, and not at every look.
            Err(Error::Clock(_)) => return,
            Err(error) => tracing::error!(%review, %error, "a review whose time has come cannot be released"),
        }
    }
}

async fn release_scheduled(app: &App, organisation: OrganisationId, id: ReviewId) -> Result<(), Error> {
    let now = settle(app).await?;
    app.storage
        .write(organisation, move |tenant| {
            let review = reviews::find(tenant, id)?.ok_or(Error::NotFound)?;
            // Read again inside the transaction: the facilitator may have moved the time meanwhile.
            if matches!(review.progress, ReviewProgress::Scheduled(at) if at <= now.at()) {
                release(tenant, &review, None, Actor::Worker, now)?;
            }
            Ok(())
        })
        .await
}

fn release(
    tenant: &mut Tenant<'_>,
    review: &Review,
    at: Option<DateTime<Utc>>,
    actor: Actor,
    settled: SettledNow,
) -> Result<Review, Error> {
    let (next, now) = (review.release(at, settled)?, settled.at());
    reviews::update(tenant, &next)?;
    let target = Target::Review(review.id);
    if next.released_at().is_none() {
        audit::record(tenant, actor, Action::ReviewReleaseScheduled, target, json!({"release_at": at}), now)?;
        return Ok(next);
    }
    for Told { reader, .. } in told_of_release(review, &accounts::administrators(tenant)?) {
        Job::ReleasedMail { review: review.id, reader }.enqueue(tenant, now, None)?;
    }
    let round = rounds::find(tenant, review.round_id)?.ok_or(Error::NotFound)?;
    let framework = round.record().framework_id;
    // Each release may be the one that completes a batch. One job for each framework looks; a release after it has
    // begun asks for another.
    Job::ReportQuality { framework }.enqueue(tenant, now, Some(format!("quality:{framework}")))?;
    if reviews::all(tenant, review.round_id)?.iter().all(|other| other.released_at().is_some()) {
        setup_round::store_next_state(tenant, &round.released()?)?;
    }
    audit::record(tenant, actor, Action::ReviewReleased, target, json!({}), now)?;
    Ok(next)
}
