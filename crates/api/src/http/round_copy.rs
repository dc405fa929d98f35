//! Copying a round.

use actix_web::post;
use actix_web::web::Path;
use candour_domain::access::permission;
use candour_domain::copy::{CopyChoice, LeftOut};
use candour_domain::{ReviewId, RoundId};
use candour_service::asked::Answer;
use candour_service::condition::tag_of_round;
use candour_service::round::copy_round::{Copied, CopiedReview};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::http::State;
use crate::http::ask::{Ask, Told};
use crate::http::body::Body;
use crate::http::moment;
use crate::http::problems::ChangeProblems;
use crate::http::rounds::RoundView;
use crate::problem::Problem;

/// What is to be different in a copy.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RoundCopy {
    /// Its title; that of the round without, with its year moved on by one.
    title: Option<String>,
    /// When answering ends; without, the same day of the first year in which it is still to come.
    #[serde(default, deserialize_with = "moment::optional")]
    closes_at: Option<DateTime<Utc>>,
    /// Keep the questionnaire in the version that the round has. Otherwise the copy has the newest version of it.
    #[serde(default)]
    keep_framework: bool,
}

/// A copy of a round, and what it does not have.
#[derive(Serialize, ToSchema)]
pub struct CopiedView {
    /// The draft.
    #[serde(flatten)]
    round: RoundView,
    /// The round that it is a copy of.
    #[schema(value_type = uuid::Uuid)]
    copy_of: RoundId,
    /// The version of the questionnaire in that round.
    framework_version_before: u32,
    /// The version of the questionnaire in the draft.
    framework_version: u32,
    /// What became of each review of that round.
    reviews: Vec<CopiedReviewView>,
}

/// What became of a review.
#[derive(Serialize, ToSchema)]
pub struct CopiedReviewView {
    /// The review of the round.
    #[schema(value_type = uuid::Uuid)]
    copy_of: ReviewId,
    /// The review of the draft; null where it could not be set up.
    #[schema(value_type = Option<uuid::Uuid>)]
    review_id: Option<ReviewId>,
    /// People on its list, the subject among them.
    raters: usize,
    /// What could not be taken along, and why.
    left_out: Vec<LeftOutView>,
}

/// Something that could not be taken along.
#[derive(Serialize, ToSchema)]
pub struct LeftOutView {
    /// `people_erased`, `withdrawn`, `waiting` or `unusable` for people of its list, `review` for the review as a
    /// whole, `advisers` for its advisers, who the facilitator names again.
    code: &'static str,
    /// How many people; null where they are not known or it is about something else.
    people: Option<usize>,
    /// Why, and what to do.
    detail: String,
}

/// Makes a draft from a round, whatever has become of it: with its rules, its reviews and, while they are known, the
/// people on their lists. The answer says what could not be taken along. Nobody gets an email, and nothing in the copy
/// depends on who has answered.
#[utoipa::path(
    tag = "rounds", params(("id" = uuid::Uuid, Path)), request_body = RoundCopy,
    responses((status = 201, body = CopiedView), ChangeProblems), security(("bearer" = [])),
)]
#[post("/rounds/{id}/copy")]
pub(crate) async fn copy_round(
    ask: Ask,
    app: State,
    id: Path<RoundId>,
    body: Body<RoundCopy>,
) -> Result<Told, Problem> {
    let asked = ask.may::<permission::CopyRound>()?.answering(|copied: &Copied| {
        let answer = Answer::json(201, &CopiedView::from(copied))?.tagged(tag_of_round(&copied.round));
        Ok(answer.at(format!("/v1/rounds/{}", copied.round.id())))
    });
    let RoundCopy { title, closes_at, keep_framework } = body.parse()?;
    let choice = CopyChoice { title, closes_at, keep_framework };
    Ok(Told(candour_service::round::copy_round::copy_round(&app, asked, id.into_inner(), choice).await?))
}

impl From<&Copied> for CopiedView {
    fn from(copied: &Copied) -> Self {
        let (before, after) = copied.versions;
        Self {
            round: RoundView::from(&copied.round),
            copy_of: copied.of,
            framework_version_before: before,
            framework_version: after,
            reviews: copied.reviews.iter().map(CopiedReviewView::from).collect(),
        }
    }
}

impl From<&CopiedReview> for CopiedReviewView {
    fn from(copied: &CopiedReview) -> Self {
        let left_out = |left_out: &LeftOut| LeftOutView {
            code: left_out.as_str(),
            people: left_out.people(),
            detail: left_out.to_string(),
        };
        Self {
            copy_of: copied.of,
            review_id: copied.review,
            raters: copied.raters,
            left_out: copied.left_out.iter().map(left_out).collect(),
        }
    }
}
