//! Extends the deadline of an open round and tells those who can still answer.

use candour_domain::access::permission::ExtendRound;
use candour_domain::audit::{Action, Target};
use candour_domain::{Round, RoundId};
use chrono::{DateTime, Utc};
use serde_json::json;

use crate::app::App;
use crate::asked::{self, Answered, Asked};
use crate::audit;
use crate::error::Error;
use crate::job::{Job, MailKind};
use crate::round::setup_round;

/// Moves the deadline to `closes_at`. Who that concerns, the worker finds out later.
///
/// # Errors
/// [`Error::NotFound`], and what [`Round::extend`] refuses.
pub async fn extend_round(
    app: &App,
    asked: Asked<ExtendRound, Round>,
    id: RoundId,
    closes_at: DateTime<Utc>,
) -> Result<Answered, Error> {
    let now = app.clock.now();
    let answered = asked
        .carry_out(app, asked::round(id), move |tenant, round, principal| {
            let extended = round.extend(closes_at, now)?;
            setup_round::store_next_state(tenant, &extended)?;
            Job::TellOutstanding { round: id, kind: MailKind::Extended, sequence: closes_at.timestamp() }
                .enqueue(tenant, now, None)?;
            let detail = json!({"closes_at": closes_at});
            audit::record(tenant, principal.actor(), Action::RoundExtended, Target::Round(id), detail, now)?;
            Ok(extended)
        })
        .await?;
    app.wake.notify_one();
    Ok(answered)
}
