//! Raters: adding them one by one or by a list, seeing whether their email arrived, withdrawing them.

use actix_web::web::{Path, Query};
use actix_web::{HttpResponse, Responder, delete, get, post};
use candour_domain::access::permission;
use candour_domain::roster::{ImportMode, RawRow, Roster};
use candour_domain::{Email, GroupId, RaterId, ReviewId};
use candour_service::asked::Answer;
use candour_service::error::{Error, FieldError};
use candour_service::rater::import_raters::Imported;
use candour_service::rater::rater_list::{self, ListedRater};
use serde::{Deserialize, Deserializer, Serialize, de};
use utoipa::{IntoParams, ToSchema};

use crate::auth::Caller;
use crate::http::State;
use crate::http::ask::{Ask, Told};
use crate::http::body::{Body, RawBody, parse_json, unsupported};
use crate::http::page::{ListOf, PageQuery};
use crate::http::problems::{ChangeProblems, Problems};
use crate::problem::Problem;

/// What happens to good rows beside bad ones.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ImportQuery {
    /// `all` (default): one bad row and nothing is kept. `partial`: good rows are kept, and `errors` of a 201 says what
    /// is wrong with the bad ones, such as an empty name or address; where there is no good row, it is refused as with
    /// `all`.
    #[serde(default, deserialize_with = "mode")]
    #[param(value_type = Option<String>)]
    mode: ImportMode,
}

/// One rater of a JSON list. A row that is not so is a bad row.
#[derive(Serialize, ToSchema)]
pub struct NewRater {
    /// Their name.
    name: String,
    /// Their address.
    email: String,
    /// The id of their group, or its title.
    #[schema(example = "trustees")]
    group: String,
}

/// What became of a list.
#[derive(Serialize, ToSchema)]
pub struct ImportView {
    /// Rows that were added to the list.
    added: usize,
    /// How many of those wait for the facilitator's agreement: all in an open round, none in a draft. Nobody writes to
    /// them before.
    waiting: usize,
    /// Rows that did not.
    errors: Vec<RowErrorView>,
}

/// What is wrong with one field of one row.
#[derive(Serialize, ToSchema)]
pub struct RowErrorView {
    /// The row, counted as a spreadsheet does (a CSV header is row 1).
    row: usize,
    /// `name`, `email`, `group` or `row`.
    field: &'static str,
    /// What is wrong and what would fix it.
    message: String,
}

/// A rater, with the fate of the invitation email and nothing about answers.
#[derive(Serialize, ToSchema)]
pub struct RaterView {
    /// Its id.
    #[schema(value_type = uuid::Uuid)]
    id: RaterId,
    /// Their name.
    name: String,
    /// Their address.
    email: String,
    /// Their group.
    #[schema(value_type = String)]
    group: GroupId,
    /// How the first email fares: `queued`, `sent` (the mail server has taken it), `written_to_file` (no mail server is
    /// set, and it has reached nobody), `bounced` (the mail server says that the address is not there) or `failed` (for
    /// good, after about a day); null before launch and while they wait.
    delivery: Option<&'static str>,
    /// Why the first email did not arrive, where that is known: `no_such_mailbox`, `no_such_domain`, `not_an_address` or
    /// `mailbox_disabled`, for which another address is needed; `mailbox_full`, `unwanted`, `sender_refused`,
    /// `too_many_emails`, `unavailable` or `other`. Null otherwise, and once another address has been given.
    delivery_reason: Option<&'static str>,
    /// Whether they have been withdrawn.
    withdrawn: bool,
    /// Whether they were added to the open round, or are to be asked again at another address, and wait for the
    /// facilitator's agreement. Nobody writes to them before.
    waiting: bool,
    /// What is wrong with the name or the address, where it was taken under other rules than today's: no email may
    /// reach them. Absent otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<String>,
}

/// The raters of a review with the delivery of their invitation; none any more once the round's `people_erased_at` is
/// set.
#[utoipa::path(
    tag = "raters", params(("id" = uuid::Uuid, Path), PageQuery),
    responses((status = 200, body = ListOf<RaterView>), Problems), security(("bearer" = [])),
)]
#[get("/reviews/{id}/raters")]
pub(crate) async fn list_raters(
    caller: Caller,
    app: State,
    id: Path<ReviewId>,
    page: Query<PageQuery>,
) -> Result<impl Responder, Problem> {
    let by = caller.require::<permission::ListRaters>()?;
    let found = rater_list::list_raters(&app, &by, id.into_inner(), page.parse()?).await?;
    Ok(HttpResponse::Ok().json(ListOf::of(found, RaterView::from)))
}

/// Adds raters from a JSON array or from CSV (`name,email,group`; comma, semicolon, tab or bar; columns also as people
/// call them, such as `First name`, `Last name`, `Work email`; groups by id or title). In an open round they wait for
/// the facilitator's agreement, and only groups of which somebody was asked at launch take more people.
#[utoipa::path(
    tag = "raters", params(("id" = uuid::Uuid, Path), ImportQuery),
    request_body(
        content(
            (Vec<NewRater> = "application/json"),
            (String = "text/csv", example = "name,email,group\nAnn Lee,ann@trust.uk,trustees"),
        ),
    ),
    responses((status = 201, body = ImportView), ChangeProblems), security(("bearer" = [])),
)]
#[post("/reviews/{id}/raters")]
pub(crate) async fn add_raters(
    ask: Ask,
    app: State,
    id: Path<ReviewId>,
    query: Query<ImportQuery>,
    body: RawBody,
) -> Result<Told, Problem> {
    let asked = ask
        .may::<permission::AddRaters>()?
        .answering(|imported: &Imported| Answer::json(201, &ImportView::from(imported)));
    let whole = |error| Error::Invalid(vec![FieldError::of_the_whole(error)]);
    // Whatever it says it is.
    if let Some(other) = Roster::other_file(&body.bytes) {
        return Err(whole(other).into());
    }
    let roster = match body.media_type.as_str() {
        "application/json" => {
            Roster::from_json(parse_json::<Vec<RawRow>>(&body.bytes)?).map_err(|error| Error::field("", error))
        }
        "text/csv" | "application/csv" | "application/vnd.ms-excel" => Roster::from_csv(&body.bytes).map_err(whole),
        _ => return Err(unsupported("application/json or text/csv")),
    };
    Ok(Told(
        candour_service::rater::import_raters::import_raters(&app, asked, id.into_inner(), roster?, query.mode).await?,
    ))
}

/// Takes a rater out. In an open round their link stops working; an answer already received stays, and the outcome does
/// not tell. Who waits for the facilitator's agreement is taken off the list.
#[utoipa::path(
    tag = "raters", params(("id" = uuid::Uuid, Path)), responses((status = 204), ChangeProblems),
    security(("bearer" = [])),
)]
#[delete("/raters/{id}")]
pub(crate) async fn withdraw_rater(ask: Ask, app: State, id: Path<RaterId>) -> Result<Told, Problem> {
    let asked = ask.may::<permission::WithdrawRater>()?.answering(|()| Ok(Answer::empty(204)));
    Ok(Told(candour_service::rater::withdraw_rater::withdraw_rater(&app, asked, id.into_inner(), None).await?))
}

fn mode<'de, D: Deserializer<'de>>(deserializer: D) -> Result<ImportMode, D::Error> {
    let name = String::deserialize(deserializer)?;
    ImportMode::from_name(&name).ok_or_else(|| de::Error::custom("mode is not known; send one of: all, partial"))
}

impl From<&Imported> for ImportView {
    fn from(imported: &Imported) -> Self {
        let errors = imported.errors.iter().map(|error| RowErrorView {
            row: error.row,
            field: error.field,
            message: error.problem.to_string(),
        });
        Self { added: imported.added, waiting: imported.waiting, errors: errors.collect() }
    }
}

/// At which address to ask somebody again.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AskAgain {
    /// The corrected address; the same one is asked again without it.
    #[serde(default)]
    email: Option<String>,
}

/// Asks somebody again whose address the mail server refused (`delivery` is `bounced`): by a new email with a new link
/// at the same address, or at a corrected one, for which they wait for the facilitator's agreement. The old link ends.
/// Somebody that an email may have reached is not asked again.
#[utoipa::path(tag = "raters", params(("id" = uuid::Uuid, Path)), request_body = AskAgain,
    responses((status = 200, body = RaterView), ChangeProblems), security(("bearer" = [])))]
#[post("/raters/{id}/ask-again")]
pub(crate) async fn ask_rater_again(
    ask: Ask,
    app: State,
    id: Path<RaterId>,
    body: Body<AskAgain>,
) -> Result<Told, Problem> {
    let view = |asked: &ListedRater| Answer::json(200, &RaterView::from(asked.clone()));
    let asked = ask.may::<permission::AskRaterAgain>()?.answering(view);
    let email = body
        .parse()?
        .email
        .map(|text| Email::parse(&text))
        .transpose()
        .map_err(|error| Error::field("/email", error))?;
    Ok(Told(candour_service::rater::ask_again::ask_again(&app, asked, id.into_inner(), email).await?))
}

impl From<ListedRater> for RaterView {
    fn from(listed: ListedRater) -> Self {
        let rater = listed.rater;
        let problem = rater.person.refused_today().map(|refused| refused.to_string());
        Self {
            id: rater.id,
            name: rater.person.name.to_string(),
            email: rater.person.email.to_string(),
            group: rater.group,
            delivery: listed.delivery.map(candour_domain::Delivery::as_str),
            delivery_reason: listed.delivery_reason.map(candour_domain::DeliveryReason::as_str),
            withdrawn: listed.withdrawn,
            waiting: listed.waiting,
            problem,
        }
    }
}
