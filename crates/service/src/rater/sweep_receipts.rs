//! Confirms answers that have arrived, many at a time.
//!
//! A confirmation queued at the moment of sending would tie a person to that moment, in the queue, in the mail server's
//! log and in the transaction of the ballot. So a sweep looks now and then, shuffles who it finds, and queues their
//! emails together.

use candour_domain::{OrganisationId, RoundId, RoundState};
use candour_storage::{invitations, rounds};
use chrono::TimeDelta;

use crate::app::App;
use crate::error::Error;
use crate::job::{Job, MailKind};
use crate::rater::invite;

/// Queues a confirmation for everyone whose answers have arrived since the last sweep, and the next sweep while the
/// round is open.
///
/// # Errors
/// [`Error::Storage`].
///
/// # Guarantee
/// What is stored says that a confirmation was sent, never when the answers came; the order of the emails is random.
pub async fn sweep_receipts(app: &App, organisation: OrganisationId, round: RoundId) -> Result<(), Error> {
    let now = app.clock.now();
    let pause = TimeDelta::minutes(i64::from(app.receipt_minutes));
    app.storage
        .write(organisation, move |tenant| {
            let due = invitations::receipts_due(tenant, round)?;
            let ids: Vec<_> = due.iter().map(|invitation| invitation.id).collect();
            invitations::mark_receipts_sent(tenant, &ids)?;
            // Sequence by sweep: somebody asked for two reviews may be confirmed in two sweeps, each with its own
            // email.
            invite::enqueue_per_person(tenant, MailKind::Received, now.timestamp(), &due, now)?;
            if rounds::find(tenant, round)?.is_some_and(|found| found.state() == RoundState::Open) {
                // One waits at a time, also when this sweep is done twice because its end was not noted.
                Job::SweepReceipts { round }.enqueue(tenant, now + pause, Some(format!("receipts:{round}")))?;
            }
            Ok::<_, Error>(())
        })
        .await
}
