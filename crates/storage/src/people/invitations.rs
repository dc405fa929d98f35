//! Invitations and the links they carry.
//!
//! What an answer changes here: one integer in the invitation, overwritten in place, and the row of the link, which is deleted and
//! overwritten with zeros. What it leaves: a tombstone under a hash of the link's hash, which names no person. No time, anywhere.

use std::collections::BTreeMap;

use candour_domain::{
    Delivery, GroupId, Invitation, InvitationId, Organisation, OrganisationId, Rater, RaterId, Review, ReviewId, Round, RoundId, SettledNow,
};
use diesel::prelude::*;

use crate::engine::column;
use crate::engine::dialect::{ROWS_TOGETHER, load_and_hold};
use crate::rounds::RoundKeys;
use crate::tenant::columns::{invitations, links, raters, spent_links};
use crate::tenant::{Tombstone, add};
use crate::{StorageError, System, Tenant, drafts, raters as rater_counts};

/// An invitation to add, with its link.
#[derive(Clone)]
pub struct NewInvitation {
    /// The invitation, unused.
    pub invitation: Invitation,
    /// SHA-256 of the link, for look-up.
    pub link_hash: [u8; 32],
    /// The link, sealed with the server key, so that a reminder carries the same one.
    pub sealed_link: Vec<u8>,
}

/// Why a link no longer works.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SpentOutcome {
    /// A response has been received through it.
    Received,
    /// Its round ended.
    Closed,
    /// An administrator took the rater out of the review.
    Withdrawn,
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

#[derive(Queryable, Selectable)]
#[diesel(table_name = invitations)]
#[expect(clippy::struct_excessive_bools, reason = "these are the table's columns")]
pub(crate) struct Row {
    id: String,
    round_id: String,
    review_id: String,
    rater_id: String,
    used: bool,
    declined: bool,
    withdrawn: bool,
    receipt_sent: bool,
    delivery: String,
}

/// Adds an invitation and its link.
///
/// # Errors
/// [`StorageError::Conflict`] when the rater has one or does not belong to that review.
pub fn insert(tenant: &mut Tenant<'_>, new: &NewInvitation) -> Result<(), StorageError> {
    insert_all(tenant, std::slice::from_ref(new))
}

/// Adds invitations and their links.
///
/// # Errors
/// As [`insert`].
pub fn insert_all(tenant: &mut Tenant<'_>, new: &[NewInvitation]) -> Result<(), StorageError> {
    Ok(tenant.add_invitations(new)?)
}

/// The invitation with this id.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn find(tenant: &mut Tenant<'_>, id: InvitationId) -> Result<Option<Invitation>, StorageError> {
    let found = tenant.invitations().filter(invitations::id.eq(id.to_string())).select(Row::as_select());
    found.get_result(tenant.connection()).optional()?.map(Row::read).transpose()
}

/// The invitation of a rater.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn of_rater(tenant: &mut Tenant<'_>, rater: RaterId) -> Result<Option<Invitation>, StorageError> {
    let found = tenant.invitations().filter(invitations::rater_id.eq(rater.to_string())).select(Row::as_select());
    found.get_result(tenant.connection()).optional()?.map(Row::read).transpose()
}

/// Everything that a working link leads to. `Debug` is left out on purpose.
pub struct BehindLink {
    /// The trust that asks.
    pub organisation: Organisation,
    /// The round.
    pub round: Round,
    /// What answers are sealed with.
    pub keys: RoundKeys,
    /// About whom.
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
    let Some((organisation, round, keys, review, rater, invitation, draft)) = system.behind_link(link_hash)? else { return Ok(None) };
    Ok(Some(BehindLink {
        organisation: organisation.read()?,
        round: round.read()?,
        keys,
        review: review.read()?,
        rater: rater.read()?,
        invitation: invitation.read()?,
        draft,
    }))
}

/// An invitation with the person it goes to. `Debug` is left out on purpose.
#[derive(Clone)]
pub struct Addressed {
    /// The invitation.
    pub invitation: Invitation,
    /// The rater.
    pub rater: Rater,
    /// The link, sealed, while it works.
    pub sealed_link: Option<Vec<u8>>,
}

/// These invitations with the people they go to, in the order of their ids. Those that are not there are left out.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn addressed(tenant: &mut Tenant<'_>, ids: &[InvitationId]) -> Result<Vec<Addressed>, StorageError> {
    let mut found = Vec::with_capacity(ids.len());
    for ids in ids.chunks(ROWS_TOGETHER) {
        let rows = tenant.addressed(&ids.iter().map(ToString::to_string).collect::<Vec<_>>())?.into_iter();
        let read = rows
            .map(|(invitation, rater, sealed_link)| Ok(Addressed { invitation: invitation.read()?, rater: rater.read()?, sealed_link }));
        found.extend(column::readable(read)?);
    }
    Ok(found)
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

/// The link of an invitation, sealed; `None` once it is spent.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn sealed_link(tenant: &mut Tenant<'_>, id: InvitationId) -> Result<Option<Vec<u8>>, StorageError> {
    let link = tenant.links().filter(links::invitation_id.eq(id.to_string())).select(links::sealed);
    Ok(link.get_result(tenant.connection()).optional()?)
}

/// Every invitation of a round.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn in_round(tenant: &mut Tenant<'_>, round: RoundId) -> Result<Vec<Invitation>, StorageError> {
    let of_round = tenant.invitations().filter(invitations::round_id.eq(round.to_string()));
    read_all(of_round.order(invitations::id).select(Row::as_select()).load(tenant.connection())?)
}

/// The invitations of a round to remind of: not answered, declined or withdrawn, and not to an address that was refused.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn outstanding(tenant: &mut Tenant<'_>, round: RoundId) -> Result<Vec<Invitation>, StorageError> {
    let of_round = tenant.invitations().filter(invitations::round_id.eq(round.to_string()));
    let silent = of_round.filter(invitations::used.eq(false)).filter(invitations::declined.eq(false));
    let reachable = silent.filter(invitations::withdrawn.eq(false)).filter(invitations::delivery.ne(Delivery::Bounced.as_str()));
    read_all(reachable.order(invitations::id).select(Row::as_select()).load(tenant.connection())?)
}

/// Whether the invitation's link still works; if so, nobody else ends it or saves a draft through it before this change is over.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn hold_link(tenant: &mut Tenant<'_>, id: InvitationId) -> Result<bool, StorageError> {
    let link = tenant.links().filter(links::invitation_id.eq(id.to_string())).select(links::invitation_id);
    let held: Vec<String> = load_and_hold!(tenant.connection(), link)?;
    Ok(!held.is_empty())
}

/// Ends a link: wipes it, leaves its tombstone under `spent_hash`, and marks the invitation as used when that is the outcome. False when the link
/// was gone before; then nothing changes.
///
/// # Errors
/// [`StorageError::Conflict`] when there is a tombstone under this hash.
pub fn spend(tenant: &mut Tenant<'_>, id: InvitationId, spent_hash: &[u8; 32], outcome: SpentOutcome) -> Result<bool, StorageError> {
    let id = id.to_string();
    let link = tenant.links().filter(links::invitation_id.eq(&id));
    if diesel::delete(link).execute(tenant.connection())? == 0 {
        return Ok(false);
    }
    let invitation = tenant.invitations().filter(invitations::id.eq(&id));
    if outcome == SpentOutcome::Received {
        diesel::update(invitation.clone()).set(invitations::used.eq(true)).execute(tenant.connection())?;
    }
    let place = invitation.select((invitations::round_id, invitations::review_id));
    let (round, review): (String, String) = place.get_result(tenant.connection())?;
    tenant.bury(&[Tombstone { hash: *spent_hash, round, review, outcome: outcome.as_str() }])?;
    Ok(true)
}

/// A link and a draft that are nobody's, as long as true ones.
pub struct Decoy {
    /// SHA-256 of the link.
    pub link_hash: [u8; 32],
    /// The link, sealed.
    pub sealed_link: Vec<u8>,
    /// The draft, sealed.
    pub sealed_draft: Vec<u8>,
}

/// Takes a rater out: ends their link, deletes their draft, leaves a tombstone and marks the invitation as withdrawn. `spent_hash` makes the
/// tombstone's hash from the link's. False when they had been taken out before; then nothing changes.
///
/// # Guarantee
/// It takes the same statements and writes as many rows of each table, whether or not they have answered. Where there is no link any more, the
/// decoy is put in its place and taken out again, and leaves the tombstone; otherwise the same is written over what is there.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn withdraw(
    tenant: &mut Tenant<'_>,
    id: InvitationId,
    decoy: &Decoy,
    spent_hash: &dyn Fn(&[u8; 32]) -> [u8; 32],
) -> Result<bool, StorageError> {
    let name = id.to_string();
    let invitation = tenant.invitations().filter(invitations::id.eq(&name));
    let row = invitation.clone().select((invitations::round_id, invitations::review_id, invitations::withdrawn));
    let Some((round, review, false)) = row.get_result::<(String, String, bool)>(tenant.connection()).optional()? else { return Ok(false) };
    let hash = end_alike(tenant, id, decoy)?;
    diesel::update(invitation).set(invitations::withdrawn.eq(true)).execute(tenant.connection())?;
    tenant.bury(&[Tombstone { hash: spent_hash(&hash), round, review, outcome: SpentOutcome::Withdrawn.as_str() }])?;
    Ok(true)
}

/// Ends whatever link the invitation has and deletes the draft, as [`withdraw`] does and with the same guarantee, and has the invitation as
/// not withdrawn: it waits for [`give_link`]. For somebody whose address was refused, and whose link nobody can have.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn end_link(
    tenant: &mut Tenant<'_>,
    id: InvitationId,
    decoy: &Decoy,
    spent_hash: &dyn Fn(&[u8; 32]) -> [u8; 32],
) -> Result<bool, StorageError> {
    let invitation = tenant.invitations().filter(invitations::id.eq(id.to_string()));
    let row = invitation.clone().select((invitations::round_id, invitations::review_id));
    let Some((round, review)) = row.get_result::<(String, String)>(tenant.connection()).optional()? else { return Ok(false) };
    let hash = end_alike(tenant, id, decoy)?;
    diesel::update(invitation).set(invitations::withdrawn.eq(false)).execute(tenant.connection())?;
    tenant.bury(&[Tombstone { hash: spent_hash(&hash), round, review, outcome: SpentOutcome::Withdrawn.as_str() }])?;
    Ok(true)
}

/// Gives an invitation that has no link a new one, and has its email wait again. Whether it was used plays no part: a link that is never sent
/// is nobody's.
///
/// # Errors
/// [`StorageError::Conflict`] when it has a link.
pub fn give_link(tenant: &mut Tenant<'_>, id: InvitationId, link_hash: &[u8; 32], sealed_link: &[u8]) -> Result<(), StorageError> {
    let name = id.to_string();
    let values = (links::hash.eq(link_hash.as_slice()), links::invitation_id.eq(&name), links::sealed.eq(sealed_link));
    add!(tenant, adding_links, values)?;
    set_delivery(tenant, &[id], Delivery::Queued)
}

/// Ends the link and deletes the draft with the same statements and rows whether they are there or not. Gives the hash for the tombstone.
fn end_alike(tenant: &mut Tenant<'_>, id: InvitationId, decoy: &Decoy) -> Result<[u8; 32], StorageError> {
    let name = id.to_string();
    let link = tenant.links().filter(links::invitation_id.eq(&name));
    let hash: Option<Vec<u8>> = link.clone().select(links::hash).get_result(tenant.connection()).optional()?;
    let hash = if let Some(hash) = hash {
        diesel::update(link.clone()).set(links::sealed.eq(&decoy.sealed_link)).execute(tenant.connection())?;
        column::hash(&hash, "links.hash")?
    } else {
        let values = (links::hash.eq(decoy.link_hash.as_slice()), links::invitation_id.eq(&name), links::sealed.eq(&decoy.sealed_link));
        add!(tenant, adding_links, values)?;
        decoy.link_hash
    };
    diesel::delete(link).execute(tenant.connection())?;
    // A draft fills pages of its own, so freeing them counts: a true one goes first, where the decoy is written twice.
    if drafts::is_there(tenant, id)? {
        drafts::delete(tenant, id)?;
    } else {
        drafts::put(tenant, id, &decoy.sealed_draft)?;
    }
    drafts::put(tenant, id, &decoy.sealed_draft)?;
    drafts::delete(tenant, id)?;
    Ok(hash)
}

/// Ends every link of a round that still works and gives their number. `spent_hash` makes the tombstone's hash from the link's.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn close_round(
    tenant: &mut Tenant<'_>,
    round: RoundId,
    spent_hash: &dyn Fn(&[u8; 32]) -> [u8; 32],
    _now: SettledNow,
) -> Result<usize, StorageError> {
    let of_round = tenant.invitations().filter(invitations::round_id.eq(round.to_string()));
    let reviews = of_round.clone().select((invitations::id, invitations::review_id));
    let reviews: BTreeMap<String, String> = reviews.load(tenant.connection())?.into_iter().collect();
    let working = tenant.links().filter(links::invitation_id.eq_any(of_round.select(invitations::id)));
    let hashes: Vec<(Vec<u8>, String)> = working.clone().select((links::hash, links::invitation_id)).load(tenant.connection())?;
    let tombstone = |(hash, invitation): &(Vec<u8>, String)| {
        let review = column::read(reviews.get(invitation), "links.invitation_id")?.clone();
        let hash = spent_hash(&column::hash(hash, "links.hash")?);
        Ok(Tombstone { hash, round: round.to_string(), review, outcome: SpentOutcome::Closed.as_str() })
    };
    tenant.bury(&hashes.iter().map(tombstone).collect::<Result<Vec<_>, StorageError>>()?)?;
    Ok(diesel::delete(working).execute(tenant.connection())?)
}

/// Records how the invitation emails fared.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn set_delivery(tenant: &mut Tenant<'_>, ids: &[InvitationId], delivery: Delivery) -> Result<(), StorageError> {
    for ids in ids.chunks(ROWS_TOGETHER) {
        let chosen = tenant.invitations().filter(invitations::id.eq_any(ids.iter().map(ToString::to_string)));
        diesel::update(chosen).set(invitations::delivery.eq(delivery.as_str())).execute(tenant.connection())?;
    }
    Ok(())
}

/// Records whether the rater wants no reminders; false when there is no such invitation.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn set_declined(tenant: &mut Tenant<'_>, id: InvitationId, declined: bool) -> Result<bool, StorageError> {
    let invitation = tenant.invitations().filter(invitations::id.eq(id.to_string()));
    Ok(diesel::update(invitation).set(invitations::declined.eq(declined)).execute(tenant.connection())? == 1)
}

/// The invitations of a round that have been used and whose confirmation has not been queued, in no telling order.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn receipts_due(tenant: &mut Tenant<'_>, round: RoundId) -> Result<Vec<Invitation>, StorageError> {
    let of_round = tenant.invitations().filter(invitations::round_id.eq(round.to_string()));
    let due = of_round.filter(invitations::used.eq(true)).filter(invitations::receipt_sent.eq(false));
    read_all(due.order(invitations::id).select(Row::as_select()).load(tenant.connection())?)
}

/// Records that confirmations have been queued.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn mark_receipts_sent(tenant: &mut Tenant<'_>, ids: &[InvitationId]) -> Result<(), StorageError> {
    for ids in ids.chunks(ROWS_TOGETHER) {
        let chosen = tenant.invitations().filter(invitations::id.eq_any(ids.iter().map(ToString::to_string)));
        diesel::update(chosen).set(invitations::receipt_sent.eq(true)).execute(tenant.connection())?;
    }
    Ok(())
}

/// The rows of those raters of a review who have answered, later withdrawn ones included.
macro_rules! of_answered {
    ($tenant:expr, $review:expr) => {{
        use $crate::tenant::columns::{invitations, raters};
        let used = $tenant.invitations().filter(invitations::review_id.eq($review.to_string())).filter(invitations::used.eq(true));
        let of_review = $tenant.raters().filter(raters::review_id.eq($review.to_string()));
        of_review.filter(raters::id.eq_any(used.select(invitations::rater_id)))
    }};
}
pub(crate) use of_answered;

/// How many people of each group have answered, later withdrawn ones included, in the order of the groups' ids. Groups without an answer
/// are left out.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn responded(tenant: &mut Tenant<'_>, review: ReviewId) -> Result<Vec<(GroupId, u32)>, StorageError> {
    let answered = of_answered!(tenant, review);
    let counts = answered.group_by(raters::group_id).order(raters::group_id).select((raters::group_id, diesel::dsl::count_star()));
    rater_counts::read_counts(counts.load(tenant.connection())?)
}

fn read_all(rows: Vec<Row>) -> Result<Vec<Invitation>, StorageError> {
    column::readable(rows.into_iter().map(Row::read))
}

impl SpentOutcome {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::Closed => "closed",
            Self::Withdrawn => "withdrawn",
        }
    }

    fn from_name(name: &str) -> Option<Self> {
        [Self::Received, Self::Closed, Self::Withdrawn].into_iter().find(|outcome| outcome.as_str() == name)
    }
}

impl Row {
    pub(crate) fn read(self) -> Result<Invitation, StorageError> {
        Ok(Invitation {
            id: column::id(&self.id, "invitations.id")?,
            round_id: column::id(&self.round_id, "invitations.round_id")?,
            review_id: column::id(&self.review_id, "invitations.review_id")?,
            rater_id: column::id(&self.rater_id, "invitations.rater_id")?,
            used: self.used,
            declined: self.declined,
            withdrawn: self.withdrawn,
            receipt_sent: self.receipt_sent,
            // One that a newer program knows says nothing here, and stops nobody from answering.
            delivery: Delivery::from_name(&self.delivery).unwrap_or(Delivery::Queued),
        })
    }
}

#[cfg(test)]
mod tests;
