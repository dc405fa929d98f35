//! Links: what a working one leads to, and what a tombstone says.

use candour_domain::{Invitation, InvitationId, Organisation, OrganisationId, Rater, Review, ReviewId, Round, RoundId};
use diesel::prelude::*;

use crate::engine::column;
use crate::engine::dialect::load_and_hold;
use crate::tenant::SpentOutcome;
use crate::tenant::columns::{links, spent_links};
use crate::tenant::rows::RoundKeys;
use crate::{StorageError, System, Tenant};

/// Everything that a working link leads to. `Debug` is left out on purpose.
pub struct BehindLink {
    /// The trust that asks.
    pub organisation: Organisation,
    /// The round.
    pub round: Round,
    /// What answers are sealed with.
    pub keys: RoundKeys,
    /// About whom; without advisers.
    pub review: Review,
    /// Who answers.
    pub rater: Rater,
    /// Their invitation.
    pub invitation: Invitation,
    /// What they have saved, sealed.
    pub draft: Option<Vec<u8>>,
}

/// What the link with this hash leads to, while it works.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn behind_link(system: &mut System<'_>, link_hash: &[u8; 32]) -> Result<Option<BehindLink>, StorageError> {
    let Some((organisation, round, keys, review, rater, invitation, draft)) = system.behind_link(link_hash)? else {
        return Ok(None);
    };
    Ok(Some(BehindLink {
        organisation: organisation.read()?,
        round: round.read()?,
        keys,
        // Raters read that there may be advisers, and not who they are.
        review: review.read(Vec::new())?,
        rater: rater.read()?,
        invitation: invitation.read()?,
        draft,
    }))
}

/// The tombstone of a link: enough to tell its holder why it no longer works, and nothing about who they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SpentLink {
    /// The trust.
    pub organisation_id: OrganisationId,
    /// The round it belonged to.
    pub round_id: RoundId,
    /// The review it asked about.
    pub review_id: ReviewId,
    /// Why it no longer works.
    pub outcome: SpentOutcome,
}

/// The tombstone under this hash.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn find_spent(system: &mut System<'_>, spent_hash: &[u8; 32]) -> Result<Option<SpentLink>, StorageError> {
    let columns = (spent_links::organisation_id, spent_links::round_id, spent_links::review_id, spent_links::outcome);
    let found = system.every_spent_link().filter(spent_links::hash.eq(spent_hash.as_slice())).select(columns);
    let found: Option<(String, String, String, String)> = found.get_result(system.connection()).optional()?;
    let read = |(organisation, round, review, outcome): (String, String, String, String)| {
        Ok(SpentLink {
            organisation_id: column::id(&organisation, "spent_links.organisation_id")?,
            round_id: column::id(&round, "spent_links.round_id")?,
            review_id: column::id(&review, "spent_links.review_id")?,
            outcome: column::read(SpentOutcome::from_name(&outcome), "spent_links.outcome")?,
        })
    };
    found.map(read).transpose()
}

/// Whether the invitation's link still works; if so, nobody else ends it or saves a draft through it before this change
/// is over.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn hold_link(tenant: &mut Tenant<'_>, id: InvitationId) -> Result<bool, StorageError> {
    let link = tenant.links().filter(links::invitation_id.eq(id.to_string())).select(links::invitation_id);
    let held: Vec<String> = load_and_hold!(tenant.connection(), link)?;
    Ok(!held.is_empty())
}
