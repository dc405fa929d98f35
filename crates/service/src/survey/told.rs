//! What raters were promised, to be read again at any time while their link is known.

use std::sync::Arc;

use candour_domain::{Framework, Organisation, Review, Round, RoundState};
use candour_seal::Link;
use candour_storage::{invitations, organisations, reviews, rounds};

use super::{Opened, Over, Survey, open};
use crate::app::App;
use crate::error::Error;

/// What a link that has done its work still knows of the promise: all that it rests on, and not who was promised it.
pub struct Promised {
    /// Who asked.
    pub organisation: Organisation,
    /// The round.
    pub round: Round,
    /// Who it is about.
    pub review: Review,
    /// The questionnaire.
    pub framework: Arc<Framework>,
}

/// What somebody was told.
pub enum Told {
    /// They can still answer.
    Open(Box<Survey>),
    /// Their answers have been received, or the round has closed.
    Spent(Box<Promised>),
    /// Nothing that still holds.
    Over(Over),
}

/// What the holder of a link was told before the first question. Changes nothing.
///
/// # Errors
/// As [`open`].
pub async fn told(app: &App, link: &Link) -> Result<Told, Error> {
    let over = match open(app, link).await? {
        Opened::Open(survey) => return Ok(Told::Open(survey)),
        Opened::Over(over) => over,
    };
    if !matches!(over, Over::Received(_) | Over::Closed(_)) {
        return Ok(Told::Over(over));
    }
    let hash = Link::spent_hash(&link.hash());
    let Some(spent) = app.storage.ask(move |system| invitations::find_spent(system, &hash)).await? else {
        return Ok(Told::Over(over));
    };
    let organisation = spent.organisation_id;
    let known = app.storage.read(organisation, move |tenant| {
        let (round, review) = (rounds::find(tenant, spent.round_id)?, reviews::find(tenant, spent.review_id)?);
        Ok::<_, Error>(round.zip(review).map(|(round, review)| (organisations::get(tenant), round, review)))
    });
    let Some((trust, round, review)) = known.await? else { return Ok(Told::Over(over)) };
    let framework = app.frameworks.get(&app.storage, organisation, round.record().framework_id).await?;
    match framework {
        // A round that was cancelled has no report, so nothing of this is true of it.
        Some(framework) if round.state() != RoundState::Cancelled => {
            Ok(Told::Spent(Box::new(Promised { organisation: trust?, round, review, framework })))
        }
        _ => Ok(Told::Over(over)),
    }
}
