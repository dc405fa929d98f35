//! The queue as an administrator sees it: what waits and what has failed, never for whom, and never who has answered.

use actix_web::web::{Path, Query};
use actix_web::{HttpResponse, Responder, get, post};
use candour_domain::JobId;
use candour_domain::access::permission;
use candour_service::asked::Answer;
use candour_service::error::Error;
use candour_service::queue::{self, JobState, QueuedJob};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::auth::Caller;
use crate::http::State;
use crate::http::ask::{Ask, Told};
use crate::http::body::{Body, Nothing};
use crate::http::page::{ListOf, PageQuery};
use crate::http::problems::{ChangeProblems, Problems};
use crate::problem::Problem;

/// Which jobs.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct JobsQuery {
    /// `waiting`, `running` or `dead`; all without.
    state: Option<String>,
}

/// A job. An invitation is not tied to its rater here. Reminders, news of a later deadline and confirmations are not
/// listed: their number would tell how many have answered, and with somebody withdrawn in between, whether that person
/// had.
#[derive(Serialize, ToSchema)]
pub struct JobView {
    /// Its id.
    #[schema(value_type = uuid::Uuid)]
    id: JobId,
    /// What it does, such as `mail.invitation` or `round.count`.
    kind: String,
    /// `waiting`, `running` or `dead`.
    state: &'static str,
    /// How often it has been tried.
    attempts: u32,
    /// When it is tried next.
    run_at: DateTime<Utc>,
    /// What went wrong last.
    last_error: Option<String>,
}

/// The jobs that wait, run, or have failed for good, but for emails that depend on who has answered.
#[utoipa::path(
    tag = "operation", params(JobsQuery, PageQuery), responses((status = 200, body = ListOf<JobView>), Problems),
    security(("bearer" = [])),
)]
#[get("/jobs")]
pub(crate) async fn list_jobs(
    caller: Caller,
    app: State,
    request: actix_web::HttpRequest,
) -> Result<impl Responder, Problem> {
    let by = caller.require::<permission::ListJobs>()?;
    let (filter, page) = queries(request.query_string())?;
    let state = match filter.state.as_deref() {
        None => None,
        Some(name) => Some(JobState::from_name(name).ok_or_else(|| {
            Error::field("", "state is not known; send waiting, running or dead, or leave it out for all")
        })?),
    };
    let found = queue::list_jobs(&app, &by, state, page.parse()?).await?;
    Ok(HttpResponse::Ok().json(ListOf::of(found, JobView::from)))
}

/// Tries a job again that has failed for good.
#[utoipa::path(
    tag = "operation", params(("id" = uuid::Uuid, Path)), responses((status = 202), ChangeProblems),
    security(("bearer" = [])),
)]
#[post("/jobs/{id}/retry")]
pub(crate) async fn retry_job(ask: Ask, app: State, id: Path<JobId>, body: Body<Nothing>) -> Result<Told, Problem> {
    let asked = ask.may::<permission::RetryJob>()?.answering(|()| Ok(Answer::empty(202)));
    let Nothing {} = body.parse()?;
    Ok(Told(queue::retry_job(&app, asked, id.into_inner()).await?))
}

fn queries(text: &str) -> Result<(JobsQuery, PageQuery), Problem> {
    let unreadable = |_reason| {
        Problem::bad_request("The query cannot be read. It takes limit, after and state, each once and nothing else.")
    };
    let filter = Query::<JobsQuery>::from_query(text).map_err(unreadable)?.into_inner();
    let rest: Vec<_> = text.split('&').filter(|pair| !pair.starts_with("state=")).collect();
    let page = Query::<PageQuery>::from_query(&rest.join("&")).map_err(unreadable)?.into_inner();
    Ok((filter, page))
}

impl From<QueuedJob> for JobView {
    fn from(job: QueuedJob) -> Self {
        Self {
            id: job.id,
            kind: job.kind,
            state: job.state.as_str(),
            attempts: job.attempts,
            run_at: job.run_at,
            last_error: job.error,
        }
    }
}
