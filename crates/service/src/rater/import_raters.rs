//! Adds raters to a review from a list.

use candour_domain::access::permission::AddRaters;
use candour_domain::audit::{Action, Target};
use candour_domain::roster::{ImportMode, Roster, RosterError};
use candour_domain::{Rater, RaterId, ReviewId, RoundState};
use candour_seal::Link;
use candour_storage::{invitations, raters, rounds};
use serde_json::json;

use crate::app::App;
use crate::asked::{self, Answered, Asked};
use crate::audit;
use crate::entropy::fresh;
use crate::error::Error;
use crate::rater::standing::Standing;
use crate::rater::withdraw_rater::decoy;

/// What became of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Imported {
    /// Rows that became raters.
    pub added: usize,
    /// How many of those wait for the facilitator's agreement: all in an open round, none in a draft.
    pub waiting: usize,
    /// Rows that did not, and why.
    pub errors: Vec<RosterError>,
}

/// Adds the good rows of a list; with [`ImportMode::All`], either every row or none. In an open round, the new people
/// wait until the facilitator has agreed to the list.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Round`] once the round has ended, [`Error::Invalid`] for bad rows with
/// [`ImportMode::All`], and where there is no good one.
///
/// # Guarantee
/// The request does not look at who has answered, so neither its outcome nor its duration tells.
pub async fn import_raters(
    app: &App,
    asked: Asked<AddRaters, Imported>,
    id: ReviewId,
    roster: Roster,
    mode: ImportMode,
) -> Result<Answered, Error> {
    let now = app.clock.now();
    let decoy = decoy(app)?;
    asked
        .carry_out(app, asked::review(id), move |tenant, review, principal| {
            let round = rounds::find(tenant, review.round_id)?.ok_or(Error::NotFound)?;
            round.require_raters_welcome()?;
            let open = round.state() == RoundState::Open;
            let standing = Standing::read(tenant, &review, &round)?;
            let unreached = &standing.unreached;
            let (rows, errors) = roster.check(standing.context(&review, &round));
            // Where nothing can be kept, nothing has been made.
            if (mode == ImportMode::All || rows.is_empty()) && !errors.is_empty() {
                return Err(errors.into());
            }
            let (again, rows): (Vec<_>, Vec<_>) =
                rows.into_iter().partition(|row| unreached.contains_key(&row.person.email));
            let new: Vec<_> = rows
                .into_iter()
                .map(|row| Rater {
                    id: fresh(RaterId::from_random),
                    organisation_id: review.organisation_id,
                    round_id: review.round_id,
                    review_id: id,
                    person: row.person,
                    group: row.group,
                })
                .collect();
            if open {
                round.require_answers_welcome(now)?;
            }
            for rater in &new {
                if open { raters::insert_waiting(tenant, rater)? } else { raters::insert(tenant, rater)? }
            }
            for row in &again {
                if let Some((rater, invitation)) = unreached.get(&row.person.email) {
                    invitations::end_link(tenant, *invitation, &decoy, &Link::spent_hash)?;
                    raters::ask_again(tenant, rater.id, &row.person)?;
                }
            }
            let added = new.len() + again.len();
            let waiting = if open { added } else { 0 };
            let detail = json!({"added": added, "waiting": waiting, "refused": errors.len()});
            audit::record(tenant, principal.actor(), Action::RatersAdded, Target::Review(id), detail, now)?;
            Ok(Imported { added, waiting, errors })
        })
        .await
}
