//! Reminds those who have not answered, without telling anyone who they are or how many.

use candour_domain::access::permission::RemindRaters;
use candour_domain::audit::{Action, Target};
use candour_domain::{Round, RoundId};
use candour_storage::{Tenant, rounds};
use chrono::{DateTime, Utc};
use serde_json::json;

use crate::app::App;
use crate::asked::{self, Answered, Asked};
use crate::audit;
use crate::error::Error;
use crate::job::{Job, MailKind};

/// Asks for a reminder to each person with an unanswered invitation in an open round. Those who declined, were
/// withdrawn or whose address bounced are left alone. The answer shows the round, which it leaves as it was.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Round`] when the round is not open or a reminder went out within the quiet time.
///
/// # Guarantee
/// Neither the answer, nor the audit log, nor the queue says who is reminded or how many are: the request does not look
/// at who has answered. The worker does, later. Nothing an administrator can see about a single rater changes.
pub async fn remind_raters(app: &App, asked: Asked<RemindRaters, Round>, id: RoundId) -> Result<Answered, Error> {
    let now = app.clock.now();
    let answered = asked
        .carry_out(app, asked::round(id), move |tenant, round, principal| {
            remind(tenant, &round, now)?;
            audit::record(tenant, principal.actor(), Action::RoundReminded, Target::Round(id), json!({}), now)?;
            Ok(round)
        })
        .await?;
    app.wake.notify_one();
    Ok(answered)
}

/// Queues the reminder, unless one went out within the quiet time. Whatever reminds goes this way, by hand or by the
/// clock, so that all of it counts alike. What counts is when a reminder was asked for, and not what waits in the
/// queue: a second press a moment later finds the queue empty. It is kept for the round, because a time for each person
/// would say who had not answered by then.
///
/// # Errors
/// [`Error::Round`] when the round is not open or a reminder went out within the quiet time.
pub fn remind(tenant: &mut Tenant<'_>, round: &Round, now: DateTime<Utc>) -> Result<(), Error> {
    let id = round.id();
    round.require_reminder_welcome(rounds::reminded_at(tenant, id)?, now)?;
    rounds::set_reminded_at(tenant, id, now)?;
    Job::TellOutstanding { round: id, kind: MailKind::Reminder, sequence: now.timestamp() }.enqueue(
        tenant,
        now,
        Some(format!("remind:{id}")),
    )
}
