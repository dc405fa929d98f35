//! Setting up a round: the draft, its reviews, and taking them away again.

use candour_domain::access::permission::{
    CreateReview, CreateRound, DeleteReview, DeleteRound, UpdateReview, UpdateRound,
};
use candour_domain::audit::{Action, Target};
use candour_domain::round::RoundChange;
use candour_domain::wording::WordedEmail;
use candour_domain::{Person, Rater, RaterId, Review, ReviewId, Round, RoundId};
use candour_storage::{Tenant, advisers, frameworks, raters, reviews, rounds};
use serde_json::json;

use crate::app::App;
use crate::asked::{self, Answered, Asked};
use crate::audit;
use crate::entropy::fresh;
use crate::error::Error;
use crate::round::earlier_rounds::office;

/// Stores a new draft.
///
/// # Errors
/// [`Error::Invalid`] when the framework is not one of the trust's.
pub async fn create_round(app: &App, asked: Asked<CreateRound, Round>, round: Round) -> Result<Answered, Error> {
    let now = app.clock.now();
    asked
        .carry_out(app, asked::nothing, move |tenant, (), principal| {
            require_framework(tenant, &round)?;
            rounds::insert(tenant, &round)?;
            audit::record(tenant, principal.actor(), Action::RoundCreated, Target::Round(round.id()), json!({}), now)?;
            Ok(round)
        })
        .await
}

/// Changes a draft, or how the emails of an open round begin. What they say is in no line of the audit log.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Stale`], and what [`Round::change`] refuses.
pub async fn change_round(
    app: &App,
    asked: Asked<UpdateRound, Round>,
    id: RoundId,
    change: RoundChange,
) -> Result<Answered, Error> {
    let now = app.clock.now();
    asked
        .carry_out(app, asked::round(id), move |tenant, round, principal| {
            let only_emails = !change.emails.is_empty()
                && change == RoundChange { emails: change.emails.clone(), ..RoundChange::default() };
            let changed = round.change(change, now)?;
            require_framework(tenant, &changed)?;
            require_groups_in_use(tenant, &changed)?;
            store_next_state(tenant, &changed)?;
            let worded = changed.record().emails.differing(&round.record().emails);
            if !worded.is_empty() {
                let emails: Vec<_> = worded.into_iter().map(WordedEmail::as_str).collect();
                let detail = json!({"emails": emails});
                audit::record(tenant, principal.actor(), Action::RoundEmailsWorded, Target::Round(id), detail, now)?;
            }
            if !only_emails {
                let detail = json!({"revision": changed.record().revision});
                audit::record(tenant, principal.actor(), Action::RoundChanged, Target::Round(id), detail, now)?;
            }
            Ok(changed)
        })
        .await
}

/// Deletes a draft with its reviews and raters.
///
/// # Errors
/// [`Error::NotFound`], or [`Error::Round`] once it has been launched.
pub async fn delete_round(app: &App, asked: Asked<DeleteRound, ()>, id: RoundId) -> Result<Answered, Error> {
    let now = app.clock.now();
    asked
        .carry_out(app, asked::round(id), move |tenant, round, principal| {
            round.require_deletable()?;
            rounds::delete(tenant, id)?;
            audit::record(tenant, principal.actor(), Action::RoundDeleted, Target::Round(id), json!({}), now)?;
            Ok(())
        })
        .await
}

/// Adds a review to a draft, and the subject as its `self` rater.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Round`] once it has been launched, [`Error::Conflict`] when the subject has a review
/// in the round already, [`Error::Review`] when the facilitator is an administrator.
pub async fn add_review(app: &App, asked: Asked<CreateReview, Review>, review: Review) -> Result<Answered, Error> {
    let now = app.clock.now();
    asked
        .carry_out(app, asked::round(review.round_id), move |tenant, round, principal| {
            round.require_draft()?;
            if reviews::all(tenant, review.round_id)?.iter().any(|other| other.is_about_the_same(&review)) {
                return Err(Error::Conflict(
                    "this subject already has a review in the round; change or delete that one",
                ));
            }
            review.require_no_administrator(office(tenant)?.administrators())?;
            reviews::insert(tenant, &review)?;
            raters::insert(tenant, &own_rater(&round, &review)?)?;
            let detail = json!({"round": review.round_id});
            audit::record(tenant, principal.actor(), Action::ReviewCreated, Target::Review(review.id), detail, now)?;
            Ok(review)
        })
        .await
}

/// Names another facilitator for a review of a draft. Anybody who the one before has named as an adviser is none any
/// more.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Review`] once the round has been launched, or when that person cannot be the
/// facilitator; [`Error::Round`] while the draft waits for its launch.
pub async fn change_facilitator(
    app: &App,
    asked: Asked<UpdateReview, Review>,
    id: ReviewId,
    facilitator: Person,
) -> Result<Answered, Error> {
    let now = app.clock.now();
    asked
        .carry_out(app, asked::review(id), move |tenant, review, principal| {
            let round = rounds::find(tenant, review.round_id)?.ok_or(Error::NotFound)?;
            let changed = review.with_facilitator(facilitator, round.state())?;
            round.require_no_launch_time()?;
            changed.require_no_administrator(office(tenant)?.administrators())?;
            reviews::update(tenant, &changed)?;
            let advisers = advisers::delete_all(tenant, id)?;
            audit::record(
                tenant,
                principal.actor(),
                Action::ReviewFacilitatorChanged,
                Target::Review(id),
                json!({"advisers_removed": advisers}),
                now,
            )?;
            Ok(changed)
        })
        .await
}

/// Takes a review and its raters out of a draft.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Round`] once it has been launched.
pub async fn delete_review(app: &App, asked: Asked<DeleteReview, ()>, id: ReviewId) -> Result<Answered, Error> {
    let now = app.clock.now();
    asked
        .carry_out(app, asked::review(id), move |tenant, review, principal| {
            rounds::find(tenant, review.round_id)?.ok_or(Error::NotFound)?.require_draft()?;
            reviews::delete(tenant, id)?;
            let detail = json!({"round": review.round_id});
            audit::record(tenant, principal.actor(), Action::ReviewDeleted, Target::Review(id), detail, now)?;
            Ok(())
        })
        .await
}

/// The subject of a review as its `self` rater.
///
/// # Errors
/// [`Error::Internal`] where the round has no group for it.
pub(super) fn own_rater(round: &Round, review: &Review) -> Result<Rater, Error> {
    let own = round.record().groups.as_slice().iter().find(|group| group.is_self());
    let own = own.ok_or(Error::Internal("a round has no group for the self-assessment"))?;
    Ok(Rater {
        id: fresh(RaterId::from_random),
        organisation_id: review.organisation_id,
        round_id: review.round_id,
        review_id: review.id,
        person: review.subject.person.clone(),
        group: own.id.clone(),
    })
}

/// Stores the next state of a round.
///
/// # Errors
/// [`Error::Stale`] when somebody else has stored one meanwhile.
pub fn store_next_state(tenant: &mut Tenant<'_>, round: &Round) -> Result<(), Error> {
    if rounds::update(tenant, round)? { Ok(()) } else { Err(Error::Stale) }
}

fn require_framework(tenant: &mut Tenant<'_>, round: &Round) -> Result<(), Error> {
    frameworks::find(tenant, round.record().framework_id)?.map(|_| ()).ok_or_else(|| {
        Error::field("/framework_id", "there is no framework with this id; GET /v1/frameworks lists them")
    })
}

fn require_groups_in_use(tenant: &mut Tenant<'_>, round: &Round) -> Result<(), Error> {
    let in_use = raters::groups(tenant, round.id())?;
    let gone = in_use.iter().any(|group| round.record().groups.find(group.as_str()).is_none());
    if gone {
        Err(Error::field("/groups", "raters are in a group that is not in this list; withdraw them first"))
    } else {
        Ok(())
    }
}
