//! Reminds those who have not answered, without telling anyone who they are.

use candour_domain::{Principal, RoundId};
use candour_storage::{invitations, rounds};
use serde_json::json;

use crate::error::Error;
use crate::service::task::MailKind;
use crate::service::{audit, invite};
use crate::state::App;

/// Queues a reminder for each person with an unanswered invitation in an open round. Those who declined, were withdrawn or whose address
/// bounced are left alone.
///
/// Returns how many invitations that concerns, or `None` where the number is below the round's threshold and would point at people.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Round`] when the round is not open.
///
/// # Guarantee
/// Neither the answer nor the audit log says who is reminded, and nothing an administrator can see about a single rater changes.
pub async fn remind_raters(app: &App, principal: &Principal, id: RoundId) -> Result<Option<u32>, Error> {
    let now = app.clock.now();
    let actor = principal.actor();
    let reminded = app
        .storage
        .write(principal.organisation(), move |tenant| {
            let round = rounds::find(tenant, id)?.ok_or(Error::NotFound)?;
            round.require_answers_welcome(now)?;
            let outstanding = invitations::outstanding(tenant, id)?;
            // Within an hour a repeat is the same reminder under the same Message-ID: a double click sends nothing new.
            invite::enqueue_per_person(tenant, MailKind::Reminder, now.timestamp() / 3600, &outstanding, now)?;
            audit::record(tenant, &actor, "round.reminded", format!("round:{id}"), json!({}), now)?;
            let count = u32::try_from(outstanding.len()).unwrap_or(u32::MAX);
            Ok::<_, Error>((count >= round.record().policy.threshold()).then_some(count))
        })
        .await?;
    app.wake.notify_one();
    Ok(reminded)
}
