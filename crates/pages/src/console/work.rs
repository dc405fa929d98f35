//! Work of the service that has failed for good, for administrators: what, since when, why, and another attempt.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Data, Query};
use askama::Template;
use candour_domain::Role;
use candour_domain::access::permission;
use candour_service::app::App;
use candour_service::error::Error;
use candour_service::job::JobKind;
use candour_service::page::PageRequest;
use candour_service::queue::{self, JobState, QueuedJob};
use serde::Deserialize;

use super::form::Typed;
use super::frame::Console;
use super::{Closed, see_other};
use crate::frame::{Said, html};
use crate::session::SignedIn;

/// Where in the list somebody is, and what has just been done.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    after: String,
    done: String,
}

#[derive(Template)]
#[template(path = "console/work.html")]
struct WorkPage<'a> {
    frame: Console<'a>,
    jobs: &'a [QueuedJob],
    next: Option<String>,
}

impl WorkPage<'_> {
    /// What it was to do. What only another version knows has its name.
    fn what(&self, job: &QueuedJob) -> Said {
        let say = self.frame.say;
        let Some(kind) = JobKind::ALL.iter().find(|kind| kind.as_str() == job.kind) else {
            return Said::of(job.kind.as_str());
        };
        match kind {
            JobKind::Invitation => Said::of(say.work_invitation()),
            // Nobody is told of these, here neither.
            JobKind::Reminder | JobKind::Extended | JobKind::Received => Said::of(say.work_email()),
            JobKind::Released => Said::of(say.work_released()),
            JobKind::Counted => Said::of(say.work_counted()),
            JobKind::RoundCounted => Said::of(say.work_round_counted()),
            JobKind::Adviser => Said::of(say.work_adviser()),
            JobKind::Unreleased => Said::of(say.work_unreleased()),
            JobKind::NotCounted => Said::of(say.work_not_counted()),
            JobKind::NotLaunched => Said::of(say.work_not_launched()),
            JobKind::Sample => Said::of(say.work_sample()),
            JobKind::Invited => Said::of(say.work_invited()),
            JobKind::SignInChanged => Said::of(say.work_sign_in_changed()),
            JobKind::AddressCode => Said::of(say.work_address_code()),
            JobKind::Tell => Said::of(say.work_tell()),
            JobKind::Receipts => Said::of(say.work_receipts()),
            JobKind::Count => Said::of(say.work_count()),
            JobKind::Quality => Said::of(say.work_quality()),
        }
    }
}

/// The list.
pub(crate) async fn show(app: Data<App>, who: SignedIn, asked: Query<Asked>) -> HttpResponse {
    let after = Some(asked.after.as_str()).filter(|after| !after.is_empty());
    match failed(&app, &who, after).await {
        Ok((jobs, next)) => {
            let frame = Console::of(&app, Some(&who)).await;
            let done = match asked.done.as_str() {
                "again" => Some(Said::of(frame.say.work_again())),
                "gone" => Some(Said::of(frame.say.work_gone())),
                _ => None,
            };
            html(StatusCode::OK, &WorkPage { frame: frame.saying(done), jobs: &jobs, next })
        }
        Err(why) => who.closed(&app, why).await,
    }
}

/// Tries one again.
pub(crate) async fn try_again(app: Data<App>, who: SignedIn, body: Bytes) -> HttpResponse {
    let tried = async {
        let asked = who.ask::<permission::RetryJob, ()>(Role::Administrator)?;
        let id = Typed::parse(&body).get("job").parse().map_err(|_no_id| Error::NotFound)?;
        Ok::<_, Closed>(queue::retry_job(&app, asked, id).await?)
    };
    match (who.act(Role::Administrator), tried.await) {
        (Err(why), _) | (_, Err(why @ (Closed::Failed(_) | Closed::ProveMore))) => who.closed(&app, why).await,
        // Pressed twice, or by somebody else meanwhile.
        (Ok(_), Err(Closed::NotThere)) => see_other("/work?done=gone"),
        (Ok(_), Ok(_)) => see_other("/work?done=again"),
    }
}

/// Some of what has failed for good, and where the rest begins.
pub(super) async fn failed(
    app: &App,
    who: &SignedIn,
    after: Option<&str>,
) -> Result<(Vec<QueuedJob>, Option<String>), Closed> {
    let by = who.may::<permission::ListJobs>(Role::Administrator)?;
    let request = PageRequest::parse(None, after).map_err(|_invalid| Closed::NotThere)?;
    let page = queue::list_jobs(app, &by, Some(JobState::FailedForGood), request).await?;
    Ok((page.items, page.next.map(|cursor| cursor.to_string())))
}
