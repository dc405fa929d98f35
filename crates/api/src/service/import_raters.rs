//! Adds raters to a review from a list.

use std::collections::BTreeSet;

use candour_domain::roster::{ImportMode, Roster, RosterContext, RosterError};
use candour_domain::{Principal, Rater, RaterId, ReviewId, RoundState};
use candour_storage::{raters, reviews, rounds};
use serde_json::json;

use crate::entropy::fresh;
use crate::error::Error;
use crate::service::{audit, invite};
use crate::state::App;

/// What became of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Imported {
    /// Rows that became raters.
    pub added: usize,
    /// Rows that did not, and why.
    pub errors: Vec<RosterError>,
}

/// Adds the good rows of a list; with [`ImportMode::All`], either every row or none. In an open round, the new raters are invited at once.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Round`] once the round has ended, [`Error::Invalid`] for bad rows with [`ImportMode::All`].
pub async fn import_raters(app: &App, principal: &Principal, id: ReviewId, roster: Roster, mode: ImportMode) -> Result<Imported, Error> {
    let now = app.clock.now();
    let actor = principal.actor();
    let key = app.key.clone();
    let imported = app
        .storage
        .write(principal.organisation(), move |tenant| {
            let review = reviews::find(tenant, id)?.ok_or(Error::NotFound)?;
            let round = rounds::find(tenant, review.round_id)?.ok_or(Error::NotFound)?;
            round.require_raters_welcome()?;
            let present: BTreeSet<_> = raters::all(tenant, id)?.into_iter().map(|rater| rater.person.email).collect();
            let context = RosterContext { groups: &round.record().groups, subject: &review.subject.person.email, present: &present };
            let (rows, errors) = roster.check(context);
            if mode == ImportMode::All && !errors.is_empty() {
                return Err(errors.into());
            }
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
            for rater in &new {
                raters::insert(tenant, rater)?;
            }
            if round.state() == RoundState::Open {
                round.require_answers_welcome(now)?;
                invite::invite(tenant, &key, &new, now)?;
            }
            let detail = json!({"added": new.len(), "refused": errors.len()});
            audit::record(tenant, &actor, "raters.added", format!("review:{id}"), detail, now)?;
            Ok::<_, Error>(Imported { added: new.len(), errors })
        })
        .await?;
    app.wake.notify_one();
    Ok(imported)
}
