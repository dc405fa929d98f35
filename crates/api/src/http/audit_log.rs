//! The audit log.

use actix_web::web::Query;
use actix_web::{HttpResponse, Responder, get};
use candour_domain::AuditEventId;
use candour_domain::access::permission;
use candour_service::audit;
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use crate::auth::Caller;
use crate::http::State;
use crate::http::page::{ListOf, PageQuery};
use crate::http::problems::Problems;
use crate::problem::Problem;

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
    tag = "operation", params(PageQuery), responses((status = 200, body = ListOf<AuditEventView>), Problems),
    security(("bearer" = [])),
)]
#[get("/audit-log")]
pub(crate) async fn list_audit_log(
    caller: Caller,
    app: State,
    page: Query<PageQuery>,
) -> Result<impl Responder, Problem> {
    let by = caller.require::<permission::ListAuditLog>()?;
    let found = audit::list(&app, &by, page.parse()?).await?;
    Ok(HttpResponse::Ok().json(ListOf::of(found, |event| AuditEventView {
        id: event.id,
        at: event.at,
        actor: event.actor,
        action: event.action,
        target: event.target,
        detail: event.detail,
    })))
}
