//! Reminds those who have not answered, without telling anyone who they are or how many.

use candour_domain::{Principal, Round, RoundId};
use candour_storage::{Tenant, rounds};
use chrono::{DateTime, Utc};
use serde_json::json;

use crate::error::Error;
use crate::service::audit;
use crate::service::task::{MailKind, Task};
use crate::state::App;

/// Asks for a reminder to each person with an unanswered invitation in an open round. Those who declined, were withdrawn or whose address
/// bounced are left alone. Returns the round, which it leaves as it was.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Round`] when the round is not open or a reminder went out within the quiet time.
///
/// # Guarantee
/// Neither the answer, nor the audit log, nor the queue says who is reminded or how many are: the request does not look at who has
/// answered. The worker does, later. Nothing an administrator can see about a single rater changes.
pub async fn remind_raters(app: &App, principal: &Principal, id: RoundId) -> Result<Round, Error> {
    let now = app.clock.now();
    let actor = principal.actor();
    let round = app
        .storage
        .write(principal.organisation(), move |tenant| {
            let round = rounds::find(tenant, id)?.ok_or(Error::NotFound)?;
            remind(tenant, &round, now)?;
            audit::record(tenant, &actor, "round.reminded", format!("round:{id}"), json!({}), now)?;
            Ok::<_, Error>(round)
        })
        .await?;
    app.wake.notify_one();
    Ok(round)
}

/// Queues the reminder, unless one went out within the quiet time. Whatever reminds goes this way, by hand or by the clock, so that all of
/// it counts alike. What counts is when a reminder was asked for, and not what waits in the queue: a second press a moment later finds the
/// queue empty. It is kept for the round, because a time for each person would say who had not answered by then.
///
/// # Errors
/// [`Error::Round`] when the round is not open or a reminder went out within the quiet time.
pub fn remind(tenant: &mut Tenant<'_>, round: &Round, now: DateTime<Utc>) -> Result<(), Error> {
    let id = round.id();
    round.require_reminder_welcome(rounds::reminded_at(tenant, id)?, now)?;
    rounds::set_reminded_at(tenant, id, now)?;
    Task::TellOutstanding { round: id, kind: MailKind::Reminder, sequence: now.timestamp() }.enqueue(
        tenant,
        now,
        Some(format!("remind:{id}")),
    )
}
