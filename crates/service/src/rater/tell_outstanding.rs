//! Queues an email for everybody who has not answered.

use candour_domain::{JobId, OrganisationId, RoundId};
use candour_storage::{invitations, jobs, rounds};

use crate::app::App;
use crate::error::Error;
use crate::job::MailKind;
use crate::rater::invite;

/// Queues an email for each person with an unanswered invitation in the round, in random order, while answers are
/// welcome.
///
/// It is work of its own, so that no request of an administrator depends, in its outcome or in its duration, on who has
/// answered. `job` is that work with its attempt: it goes in the same transaction, so that nobody gets the email twice
/// when a node stops or two are at it.
///
/// # Errors
/// [`Error::Storage`].
pub async fn tell_outstanding(
    app: &App,
    organisation: OrganisationId,
    job: (JobId, u32),
    (id, kind, sequence): (RoundId, MailKind, i64),
) -> Result<(), Error> {
    let now = app.clock.now();
    app.storage
        .write(organisation, move |tenant| {
            if !jobs::finish(tenant, job.0, job.1)? {
                return Ok(());
            }
            if rounds::find(tenant, id)?.is_some_and(|round| round.require_answers_welcome(now).is_ok()) {
                let outstanding = invitations::outstanding(tenant, id)?;
                invite::enqueue_per_person(tenant, kind, sequence, &outstanding, now)?;
            }
            Ok::<_, Error>(())
        })
        .await
}
