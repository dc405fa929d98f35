//! Reminds those who have not answered, without telling anyone who they are or how many.

use candour_domain::{Principal, Round, RoundId};
use candour_storage::rounds;
use serde_json::json;

use crate::error::Error;
use crate::service::audit;
use crate::service::task::{MailKind, Task};
use crate::state::App;

/// Asks for a reminder to each person with an unanswered invitation in an open round. Those who declined, were withdrawn or whose address
/// bounced are left alone. Returns the round, which it leaves as it was.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Round`] when the round is not open.
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
            round.require_answers_welcome(now)?;
            // Within an hour a repeat is the same reminder under the same Message-ID: a double click sends nothing new.
            let sequence = now.timestamp() / 3600;
            Task::TellOutstanding { round: id, kind: MailKind::Reminder, sequence }.enqueue(tenant, now, Some(format!("remind:{id}")))?;
            audit::record(tenant, &actor, "round.reminded", format!("round:{id}"), json!({}), now)?;
            Ok::<_, Error>(round)
        })
        .await?;
    app.wake.notify_one();
    Ok(round)
}
