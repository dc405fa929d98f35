//! The audit log.

use actix_web::web::Query;
use actix_web::{HttpRequest, HttpResponse, Responder, get};
use candour_domain::access::permission;
use candour_domain::audit::Kind;
use candour_domain::{AuditEventId, ReviewId, RoundId};
use candour_report::audit_to_csv;
use candour_service::audit::{self, About, Wanted};
use candour_service::error::Error;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::auth::Caller;
use crate::http::State;
use crate::http::etag::tagged_file;
use crate::http::page::{ListOf, PageQuery};
use crate::http::problems::Problems;
use crate::problem::Problem;

/// Which lines, and which part of them.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct AuditQuery {
    /// At most this many items, 1 to 200; 50 without.
    #[param(value_type = Option<u32>)]
    limit: Option<String>,
    /// The `next` of the page before.
    after: Option<String>,
    /// Lines about this round, its reviews and their raters.
    #[param(value_type = Option<uuid::Uuid>)]
    round: Option<String>,
    /// Lines about this review and its raters.
    #[param(value_type = Option<uuid::Uuid>)]
    review: Option<String>,
    /// `rounds` (and who is asked), `reports`, `people` (and how they sign in), `systems` (integrations and tokens) or
    /// `service`; all without.
    kind: Option<String>,
}

/// Which lines.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct AuditCsvQuery {
    /// Lines about this round, its reviews and their raters.
    #[param(value_type = Option<uuid::Uuid>)]
    round: Option<String>,
    /// Lines about this review and its raters.
    #[param(value_type = Option<uuid::Uuid>)]
    review: Option<String>,
    /// As in `GET /v1/audit-log`.
    kind: Option<String>,
}

/// Something an administrator, a facilitator, an integration or the worker did.
#[derive(Serialize, ToSchema)]
pub struct AuditEventView {
    /// Its id.
    #[schema(value_type = uuid::Uuid)]
    id: AuditEventId,
    /// When.
    at: DateTime<Utc>,
    /// Who: `account:…`, `client:…`, `worker`, `cli`, or `unknown` for somebody who could not show who they are.
    actor: String,
    /// What, such as `round.launched`.
    action: String,
    /// To what, such as `round:…`.
    target: String,
    /// Ids, numbers and states that belong to it.
    #[schema(value_type = Object)]
    detail: serde_json::Value,
}

/// What administrators, facilitators, integrations and the worker did, newest first: changes, results that were read,
/// and sign-ins that were refused. What repeats within an hour is one line with a number (`times`). Raters' doings are
/// not in it.
#[utoipa::path(
    tag = "operation", params(AuditQuery), responses((status = 200, body = ListOf<AuditEventView>), Problems),
    security(("bearer" = [])),
)]
#[get("/audit-log")]
pub(crate) async fn list_audit_log(
    caller: Caller,
    app: State,
    query: Query<AuditQuery>,
) -> Result<impl Responder, Problem> {
    let by = caller.require::<permission::ListAuditLog>()?;
    let AuditQuery { limit, after, round, review, kind } = query.into_inner();
    let wanted = wanted([round, review, kind])?;
    let found = audit::list(&app, &by, wanted, PageQuery::of(limit, after).parse()?).await?;
    Ok(HttpResponse::Ok().json(ListOf::of(found, |event| AuditEventView {
        id: event.id,
        at: event.at,
        actor: event.actor,
        action: event.action,
        target: event.target,
        detail: event.detail,
    })))
}

/// The same as CSV, for a spreadsheet: the newest 20,000 of the lines that are asked for. A text that a spreadsheet
/// would take for a formula has an apostrophe in front.
#[utoipa::path(
    tag = "operation", params(AuditCsvQuery),
    responses((status = 200, body = String, content_type = "text/csv"), Problems), security(("bearer" = [])),
)]
#[get("/audit-log.csv")]
pub(crate) async fn get_audit_log_csv(
    caller: Caller,
    app: State,
    query: Query<AuditCsvQuery>,
    request: HttpRequest,
) -> Result<impl Responder, Problem> {
    let by = caller.require::<permission::GetAuditLogCsv>()?;
    let AuditCsvQuery { round, review, kind } = query.into_inner();
    let events = audit::newest(&app, &by, wanted([round, review, kind])?).await?;
    Ok(tagged_file(&request, "text/csv; charset=utf-8", audit_to_csv(&events), "audit-log.csv"))
}

fn wanted([round, review, kind]: [Option<String>; 3]) -> Result<Wanted, Error> {
    let about = match (round, review) {
        (None, None) => None,
        (Some(round), None) => Some(About::Round(id::<RoundId>("round", &round)?)),
        (None, Some(review)) => Some(About::Review(id::<ReviewId>("review", &review)?)),
        (Some(_), Some(_)) => return Err(Error::field("", "a review is in one round; send round or review alone")),
    };
    let unknown = || Error::field("", "kind is not known; send rounds, reports, people, systems or service");
    let kind = kind.map(|name| Kind::from_name(&name).ok_or_else(unknown)).transpose()?;
    Ok(Wanted { about, kind })
}

fn id<Id: std::str::FromStr>(name: &str, text: &str) -> Result<Id, Error> {
    text.parse().map_err(|_reason| Error::field("", format!("{name} is not an id; send one as it is listed")))
}
