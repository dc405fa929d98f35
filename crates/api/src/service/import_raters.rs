//! Adds raters to a review from a list.

use std::collections::BTreeSet;

use candour_domain::list::asked_at_launch;
use candour_domain::roster::{ImportMode, Roster, RosterContext, RosterError};
use candour_domain::{Principal, Rater, RaterId, ReviewId, RoundState};
use candour_storage::{raters, reviews, rounds};
use serde_json::json;

use crate::entropy::fresh;
use crate::error::Error;
use crate::service::audit;
use crate::state::App;

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

/// Adds the good rows of a list; with [`ImportMode::All`], either every row or none. In an open round, the new people wait until the
/// facilitator has agreed to the list.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Round`] once the round has ended, [`Error::Invalid`] for bad rows with [`ImportMode::All`].
///
/// # Guarantee
/// The request does not look at who has answered, so neither its outcome nor its duration tells.
pub async fn import_raters(app: &App, principal: &Principal, id: ReviewId, roster: Roster, mode: ImportMode) -> Result<Imported, Error> {
    let now = app.clock.now();
    let actor = principal.actor();
    app.storage
        .write(principal.organisation(), move |tenant| {
            let review = reviews::find(tenant, id)?.ok_or(Error::NotFound)?;
            let round = rounds::find(tenant, review.round_id)?.ok_or(Error::NotFound)?;
            round.require_raters_welcome()?;
            let open = round.state() == RoundState::Open;
            let list = raters::on_list(tenant, id)?;
            let present: BTreeSet<_> = list.iter().map(|listed| listed.rater.person.email.clone()).collect();
            let asked = open.then(|| asked_at_launch(&list));
            let (groups, subject) = (&round.record().groups, &review.subject.person.email);
            let (rows, errors) = roster.check(RosterContext { groups, subject, present: &present, asked: asked.as_ref() });
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
            if open {
                round.require_answers_welcome(now)?;
            }
            for rater in &new {
                if open { raters::insert_waiting(tenant, rater)? } else { raters::insert(tenant, rater)? }
            }
            let (added, waiting) = (new.len(), if open { new.len() } else { 0 });
            let detail = json!({"added": added, "waiting": waiting, "refused": errors.len()});
            audit::record(tenant, &actor, "raters.added", format!("review:{id}"), detail, now)?;
            Ok::<_, Error>(Imported { added, waiting, errors })
        })
        .await
}
