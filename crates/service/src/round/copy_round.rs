//! Copies a round: a draft with the same rules, the same reviews and, while they are known, the same people.

use candour_domain::access::permission::CopyRound;
use candour_domain::audit::{Action, Target};
use candour_domain::copy::{CopyChoice, LeftOut, copied_list};
use candour_domain::{Framework, FrameworkId, Principal, Rater, RaterId, Review, ReviewId, Round, RoundId};
use candour_storage::{Tenant, frameworks, raters, reviews, rounds};
use chrono::{DateTime, Utc};
use serde_json::json;

use crate::app::App;
use crate::asked::{self, Answered, Asked};
use crate::audit;
use crate::entropy::fresh;
use crate::error::Error;
use crate::round::earlier_rounds::office;
use crate::round::setup_round::own_rater;

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Copied {
    /// The draft.
    pub round: Round,
    /// The round that it is a copy of.
    pub of: RoundId,
    /// The versions of the questionnaire, in the round and in the draft.
    pub versions: (u32, u32),
    /// What became of each review.
    pub reviews: Vec<CopiedReview>,
}

/// What became of a review.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CopiedReview {
    /// The review of the round.
    pub of: ReviewId,
    /// The review of the draft; `None` where there is none.
    pub review: Option<ReviewId>,
    /// How many are asked, the subject included.
    pub raters: usize,
    /// What it does not have, and why.
    pub left_out: Vec<LeftOut>,
}

/// Makes a draft from a round, whatever has become of it. Nobody gets an email.
///
/// # Guarantee
/// The draft and what is said of it depend on the lists of the round's reviews alone, and on what today's rules say of
/// them: not on who has answered or declined, nor on whose email arrived. Nobody advises on the draft who its
/// facilitator has not named for it.
///
/// # Errors
/// [`Error::NotFound`], and what [`Round::copied`] refuses.
pub async fn copy_round(
    app: &App,
    asked: Asked<CopyRound, Copied>,
    id: RoundId,
    choice: CopyChoice,
) -> Result<Answered, Error> {
    let now = app.clock.now();
    asked
        .carry_out(app, asked::round(id), move |tenant, old, principal| copy(tenant, &old, (&choice, principal), now))
        .await
}

fn copy(
    tenant: &mut Tenant<'_>,
    old: &Round,
    (choice, principal): (&CopyChoice, &Principal),
    now: DateTime<Utc>,
) -> Result<Copied, Error> {
    let before = framework(tenant, old.record().framework_id)?;
    let newest = frameworks::latest(tenant, before.key())?.filter(|_| !choice.keep_framework);
    let after = newest.unwrap_or_else(|| before.clone());
    let ids = (fresh(RoundId::from_random), old.record().organisation_id);
    let round = old.copied(ids, choice, after.id, now)?;
    rounds::insert(tenant, &round)?;
    let every = reviews::all(tenant, old.id())?;
    let reviews: Vec<_> =
        every.iter().map(|review| copy_review(tenant, (review, old), &round)).collect::<Result<_, _>>()?;
    let detail = json!({
        "from": old.id(),
        "reviews": reviews.iter().filter(|copied| copied.review.is_some()).count(),
        "raters": reviews.iter().map(|copied| copied.raters).sum::<usize>(),
    });
    audit::record(tenant, principal.actor(), Action::RoundCopied, Target::Round(round.id()), detail, now)?;
    Ok(Copied { round, of: old.id(), versions: (before.version, after.version), reviews })
}

fn copy_review(tenant: &mut Tenant<'_>, (old, of): (&Review, &Round), round: &Round) -> Result<CopiedReview, Error> {
    let administrators = office(tenant)?.administrators().clone();
    let allowed = |review: Review| match review.require_no_administrator(&administrators) {
        Ok(()) => Ok(review),
        Err(error) => Err(LeftOut::Review(error)),
    };
    let mut copied = CopiedReview { of: old.id, review: None, raters: 0, left_out: Vec::new() };
    let review = match old.copied(fresh(ReviewId::from_random), round.id()).and_then(allowed) {
        Ok(review) => review,
        Err(left_out) => return Ok(CopiedReview { left_out: vec![left_out], ..copied }),
    };
    reviews::insert(tenant, &review)?;
    copied.review = Some(review.id);
    let mut people = vec![own_rater(round, &review)?];
    if of.record().retention.people_erased_at.is_some() {
        copied.left_out.push(LeftOut::Erased);
    } else {
        let list = raters::on_list(tenant, old.id)?;
        let list = copied_list(&list, &round.record().groups, &review.subject.person.email);
        copied.left_out.extend(list.left_out);
        people.extend(list.people.into_iter().map(|row| Rater {
            id: fresh(RaterId::from_random),
            organisation_id: review.organisation_id,
            round_id: round.id(),
            review_id: review.id,
            person: row.person,
            group: row.group,
        }));
    }
    for rater in &people {
        raters::insert(tenant, rater)?;
    }
    copied.raters = people.len();
    if !old.advisers.is_empty() {
        copied.left_out.push(LeftOut::Advisers(old.advisers.len()));
    }
    Ok(copied)
}

fn framework(tenant: &mut Tenant<'_>, id: FrameworkId) -> Result<Framework, Error> {
    frameworks::find(tenant, id)?.ok_or(Error::Internal("a round without its framework"))
}
