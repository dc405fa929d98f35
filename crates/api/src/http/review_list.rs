//! The list of a review: the facilitator reads it and agrees to exactly what they have read.

use actix_web::web::Path;
use actix_web::{HttpResponse, Responder, get, post};
use candour_domain::access::permission;
use candour_domain::earlier::SinceEarlierRound;
use candour_domain::list::{Listed, Mark};
use candour_domain::{GroupId, ReviewId, RoundId};
use candour_service::asked::Answer;
use candour_service::error::Error;
use candour_service::rater::rater_list::{self, Agreed, RaterList};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::auth::Caller;
use crate::http::State;
use crate::http::ask::{Ask, Told};
use crate::http::body::Body;
use crate::http::problems::{ChangeProblems, Problems};
use crate::problem::Problem;

/// How long a digest is, in hexadecimal digits.
pub const DIGEST_LENGTH: usize = 64;

/// Everybody who is asked about one person or waits to be.
#[derive(Serialize, ToSchema)]
pub struct ReviewListView {
    /// The review.
    #[schema(value_type = uuid::Uuid)]
    review_id: ReviewId,
    /// Its round.
    #[schema(value_type = uuid::Uuid)]
    round_id: RoundId,
    /// Who it is about.
    subject: ListSubjectView,
    /// The people by group and address.
    people: Vec<ListedView>,
    /// How many of them wait for the facilitator's agreement.
    waiting: usize,
    /// SHA-256 of the list, in hexadecimal: what the facilitator agrees to. It changes with whatever stands in the
    /// list, with the earlier rounds it is compared with and with the reviews of somebody of the subject's name.
    digest: String,
    /// Whether the facilitator has agreed to this list.
    agreed: bool,
    /// What has changed since each earlier round about the same person, newest first: those whose raters are still
    /// known, and those that closed less than 90 days ago. Empty where there was none.
    since_earlier_rounds: Vec<SinceEarlierRoundView>,
}

/// Who a review is about, as its facilitator reads it.
#[derive(Serialize, ToSchema)]
pub struct ListSubjectView {
    /// Their name.
    name: String,
    /// Their address.
    email: String,
    /// What is unusual: `same_name` for each other review of the trust that is about somebody of that name under
    /// another address. A launch then needs the facilitator's agreement.
    marks: Vec<MarkView>,
}

/// Somebody on the list.
#[derive(Serialize, ToSchema)]
pub struct ListedView {
    /// Their name.
    name: String,
    /// Their address.
    email: String,
    /// Their group.
    #[schema(value_type = String)]
    group: GroupId,
    /// Whether they were added to the open round, or are to be asked again, and wait for the facilitator's agreement.
    waiting: bool,
    /// Whether they were withdrawn.
    withdrawn: bool,
    /// What is unusual about the address.
    marks: Vec<MarkView>,
}

/// Something unusual about somebody.
#[derive(Serialize, ToSchema)]
pub struct MarkView {
    /// `administrator`, `outside`, `looks_alike` or `asked_again`; for the subject `same_name`.
    code: &'static str,
    /// In words.
    detail: String,
    /// The other address, for `looks_alike`.
    address: Option<String>,
    /// The title of the other round, for `same_name`.
    round_title: Option<String>,
}

/// What has changed since an earlier round about the same person.
#[derive(Serialize, ToSchema)]
pub struct SinceEarlierRoundView {
    /// The title of that round.
    round_title: String,
    /// Whole days from its close to now, or to the launch of this round.
    days: i64,
    /// Whether a launch needs the facilitator's agreement, because that round closed less than 90 days ago.
    agreement_needed: bool,
    /// Whether the facilitator has agreed to the list as it is.
    agreement_given: bool,
    /// Who came and went, in each anonymous group of either round; null once the raters of that round have been erased.
    groups: Option<Vec<TurnoverView>>,
    /// What readers of both reports could work out if everybody else answers alike, in words.
    inferences: Vec<String>,
}

/// Who came and went in one group.
#[derive(Serialize, ToSchema)]
pub struct TurnoverView {
    /// The group.
    #[schema(value_type = String)]
    group: GroupId,
    /// Asked now and not then.
    joined: u32,
    /// Asked then and not now.
    left: u32,
    /// Asked both times.
    stayed: u32,
}

/// What the facilitator agrees to.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Agreement {
    /// The digest of the list as it was read.
    digest: String,
}

/// What the agreement has done.
#[derive(Serialize, ToSchema)]
pub struct AgreementView {
    /// The digest that was agreed to.
    digest: String,
    /// People who waited and are invited now.
    invited: usize,
}

/// Who is asked and who waits, with what is unusual about their addresses, for the facilitator of the review.
#[utoipa::path(
    tag = "reviews", params(("id" = uuid::Uuid, Path)), responses((status = 200, body = ReviewListView), Problems),
    security(("bearer" = [])),
)]
#[get("/reviews/{id}/list")]
pub(crate) async fn get_review_list(caller: Caller, app: State, id: Path<ReviewId>) -> Result<impl Responder, Problem> {
    let by = caller.require::<permission::GetReviewList>()?;
    let list = rater_list::read_list(&app, &by, id.into_inner()).await?;
    Ok(HttpResponse::Ok().json(ReviewListView::from(list)))
}

/// Agrees to the list with this digest, and to no other. In an open round those who waited are invited; in a draft, a
/// round that follows another one about the same person within 90 days, or is about somebody of the same name, can then
/// be launched.
#[utoipa::path(tag = "reviews", params(("id" = uuid::Uuid, Path)), request_body = Agreement,
    responses((status = 200, body = AgreementView), ChangeProblems), security(("bearer" = [])))]
#[post("/reviews/{id}/agreement")]
pub(crate) async fn agree_to_list(
    ask: Ask,
    app: State,
    id: Path<ReviewId>,
    body: Body<Agreement>,
) -> Result<Told, Problem> {
    let view = |agreed: &Agreed| AgreementView { digest: agreed.digest.clone(), invited: agreed.invited };
    let asked = ask.may::<permission::AgreeToList>()?.answering(move |agreed| Answer::json(200, &view(agreed)));
    let digest = body.parse()?.digest;
    if digest.len() != DIGEST_LENGTH || !digest.bytes().all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f')) {
        return Err(Error::field("/digest", "this is no digest; send the one of the list as you have read it").into());
    }
    Ok(Told(rater_list::agree_to_list(&app, asked, id.into_inner(), digest).await?))
}

impl From<RaterList> for ReviewListView {
    fn from(list: RaterList) -> Self {
        let people: Vec<_> = list.people.into_iter().map(ListedView::from).collect();
        Self {
            review_id: list.review.id,
            round_id: list.review.round_id,
            subject: ListSubjectView {
                name: list.review.subject.person.name.to_string(),
                email: list.review.subject.person.email.to_string(),
                marks: list.subject_marks.into_iter().map(MarkView::from).collect(),
            },
            waiting: people.iter().filter(|person| person.waiting).count(),
            people,
            digest: list.digest,
            agreed: list.agreed,
            since_earlier_rounds: list
                .since
                .into_iter()
                .map(|since| SinceEarlierRoundView::new(since, list.agreed))
                .collect(),
        }
    }
}

impl From<(Listed, Vec<Mark>)> for ListedView {
    fn from((listed, marks): (Listed, Vec<Mark>)) -> Self {
        let (person, group) = (listed.rater.person, listed.rater.group);
        let waiting = listed.asked == candour_domain::Asked::Waiting || listed.asked_again;
        let marks = marks.into_iter().map(MarkView::from).collect();
        Self {
            name: person.name.to_string(),
            email: person.email.to_string(),
            group,
            waiting,
            withdrawn: listed.withdrawn,
            marks,
        }
    }
}

impl From<Mark> for MarkView {
    fn from(mark: Mark) -> Self {
        let (code, detail) = (mark.as_str(), mark.to_string());
        let (address, round_title) = match mark {
            Mark::LooksAlike(other) => (Some(other.to_string()), None),
            Mark::SameName(title) => (None, Some(title)),
            Mark::Administrator | Mark::Outside | Mark::AskedAgain => (None, None),
        };
        Self { code, detail, address, round_title }
    }
}

impl SinceEarlierRoundView {
    /// As the API shows it.
    #[must_use]
    pub fn new(since: SinceEarlierRound, agreed: bool) -> Self {
        let view = |one: candour_domain::earlier::GroupTurnover| TurnoverView {
            group: one.group,
            joined: one.turnover.joined,
            left: one.turnover.left,
            stayed: one.turnover.stayed,
        };
        Self {
            round_title: since.title,
            days: since.days,
            agreement_needed: since.agreement_needed,
            agreement_given: agreed,
            groups: since.groups.map(|groups| groups.into_iter().map(view).collect()),
            inferences: since.inferences,
        }
    }
}
