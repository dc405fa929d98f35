//! Queues an email for everybody who has not answered.

use candour_domain::{OrganisationId, RoundId};
use candour_storage::{invitations, rounds};

use crate::error::Error;
use crate::service::invite;
use crate::service::task::MailKind;
use crate::state::App;

/// Queues an email for each person with an unanswered invitation in the round, in random order, while answers are welcome.
///
/// It is work of its own, so that no request of an administrator depends, in its outcome or in its duration, on who has answered.
///
/// # Errors
/// [`Error::Storage`].
pub async fn tell_outstanding(app: &App, organisation: OrganisationId, id: RoundId, kind: MailKind, sequence: i64) -> Result<(), Error> {
    let now = app.clock.now();
    app.storage
        .write(organisation, move |tenant| {
            if rounds::find(tenant, id)?.is_some_and(|round| round.require_answers_welcome(now).is_ok()) {
                let outstanding = invitations::outstanding(tenant, id)?;
                invite::enqueue_per_person(tenant, kind, sequence, &outstanding, now)?;
            }
            Ok::<_, Error>(())
        })
        .await
}
