//! The jobs as an administrator sees them: what waits and what has failed, never for whom, and never who has answered.

use candour_domain::access::permission::{ListJobs, RetryJob};
use candour_domain::audit::{Action, Target};
use candour_domain::{Authorised, JobId};
use candour_storage::jobs;
pub use candour_storage::jobs::{JobState, QueuedJob};
use candour_storage::{Page, PageRequest};
use serde_json::json;

use crate::app::App;
use crate::asked::{self, Answered, Asked};
use crate::audit;
use crate::error::Error;
use crate::job::JobKind;

/// The jobs in this state, or in any; those whose number would tell how many have answered are left out.
///
/// # Errors
/// [`Error::Storage`].
pub async fn list_jobs(
    app: &App,
    by: &Authorised<ListJobs>,
    state: Option<JobState>,
    page: PageRequest,
) -> Result<Page<QueuedJob>, Error> {
    app.storage.read(by.organisation(), move |tenant| Ok(jobs::list(tenant, state, &JobKind::unlisted(), &page)?)).await
}

/// Tries a job again that has failed for good.
///
/// # Errors
/// [`Error::NotFound`] when there is no such job.
pub async fn retry_job(app: &App, asked: Asked<RetryJob, ()>, id: JobId) -> Result<Answered, Error> {
    let now = app.clock.now();
    let answered = asked
        .carry_out(app, asked::nothing, move |tenant, (), principal| {
            if !jobs::retry(tenant, id, now)? {
                return Err(Error::NotFound);
            }
            audit::record(tenant, principal.actor(), Action::JobRetried, Target::Job(id), json!({}), now)?;
            Ok(())
        })
        .await?;
    app.wake.notify_one();
    Ok(answered)
}
