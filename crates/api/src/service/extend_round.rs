//! Extends the deadline of an open round and tells those who can still answer.

use candour_domain::{Principal, Round, RoundId};
use candour_storage::rounds;
use chrono::{DateTime, Utc};
use serde_json::json;

use crate::error::Error;
use crate::service::task::{MailKind, Task};
use crate::service::{audit, setup_round};
use crate::state::App;

/// Moves the deadline to `closes_at`. Whom that concerns, the worker finds out later.
///
/// # Errors
/// [`Error::NotFound`], and what [`Round::extend`] refuses.
pub async fn extend_round(app: &App, principal: &Principal, id: RoundId, closes_at: DateTime<Utc>) -> Result<Round, Error> {
    let now = app.clock.now();
    let actor = principal.actor();
    let round = app
        .storage
        .write(principal.organisation(), move |tenant| {
            let extended = rounds::find(tenant, id)?.ok_or(Error::NotFound)?.extend(closes_at, now)?;
            setup_round::save(tenant, &extended)?;
            Task::TellOutstanding { round: id, kind: MailKind::Extended, sequence: closes_at.timestamp() }.enqueue(tenant, now, None)?;
            audit::record(tenant, &actor, "round.extended", format!("round:{id}"), json!({"closes_at": closes_at}), now)?;
            Ok::<_, Error>(extended)
        })
        .await?;
    app.wake.notify_one();
    Ok(round)
}
