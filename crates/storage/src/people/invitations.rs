//! Invitations and the links they carry.
//!
//! What an answer changes here: one integer in the invitation, overwritten in place, and the row of the link, which is
//! deleted and overwritten with zeros. What it leaves: a tombstone under a hash of the link's hash, which names no
//! person. No time, anywhere.

use candour_domain::{Delivery, DeliveryReason, Invitation, InvitationId, Rater, RaterId, RoundId};
use diesel::prelude::*;

use crate::engine::column;
use crate::engine::dialect::ROWS_TOGETHER;
use crate::tenant::add;
use crate::tenant::columns::{invitations, links};
use crate::tenant::rows::InvitationRow;
use crate::{StorageError, Tenant};

mod ending;
mod working;

pub use ending::{Decoy, close_round, end_link, withdraw};
pub use working::{BehindLink, SpentLink, behind_link, find_spent, hold_link};

pub use crate::tenant::{NewInvitation, SpentOutcome};

/// Adds invitations and their links.
///
/// # Errors
/// [`StorageError::Conflict`] when a rater has one or does not belong to that review.
pub fn insert_all(tenant: &mut Tenant<'_>, new: &[NewInvitation]) -> Result<(), StorageError> {
    Ok(tenant.add_invitations(new)?)
}

/// The invitation of a rater.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn of_rater(tenant: &mut Tenant<'_>, rater: RaterId) -> Result<Option<Invitation>, StorageError> {
    let found =
        tenant.invitations().filter(invitations::rater_id.eq(rater.to_string())).select(InvitationRow::as_select());
    found.get_result(tenant.connection()).optional()?.map(InvitationRow::read).transpose()
}

/// Every invitation of a round.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn in_round(tenant: &mut Tenant<'_>, round: RoundId) -> Result<Vec<Invitation>, StorageError> {
    let of_round = tenant.invitations().filter(invitations::round_id.eq(round.to_string()));
    read_all(of_round.order(invitations::id).select(InvitationRow::as_select()).load(tenant.connection())?)
}

/// The invitations of a round to remind of: not answered, declined or withdrawn, and not to an address that was
/// refused.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn outstanding(tenant: &mut Tenant<'_>, round: RoundId) -> Result<Vec<Invitation>, StorageError> {
    let of_round = tenant.invitations().filter(invitations::round_id.eq(round.to_string()));
    let silent = of_round.filter(invitations::used.eq(false)).filter(invitations::declined.eq(false));
    let reachable =
        silent.filter(invitations::withdrawn.eq(false)).filter(invitations::delivery.ne(Delivery::Bounced.as_str()));
    read_all(reachable.order(invitations::id).select(InvitationRow::as_select()).load(tenant.connection())?)
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
        let read = rows.map(|(invitation, rater, sealed_link)| {
            Ok(Addressed { invitation: invitation.read()?, rater: rater.read()?, sealed_link })
        });
        found.extend(column::readable(read)?);
    }
    Ok(found)
}

/// Gives an invitation that has no link a new one, and has its email wait again. Whether it was used plays no part: a
/// link that is never sent is nobody's.
///
/// # Errors
/// [`StorageError::Conflict`] when it has a link.
pub fn give_link(
    tenant: &mut Tenant<'_>,
    id: InvitationId,
    link_hash: &[u8; 32],
    sealed_link: &[u8],
) -> Result<(), StorageError> {
    let name = id.to_string();
    let values = (links::hash.eq(link_hash.as_slice()), links::invitation_id.eq(&name), links::sealed.eq(sealed_link));
    add!(tenant, adding_links, values)?;
    set_delivery(tenant, &[id], Delivery::Queued, None)
}

/// Records how the invitation emails fared, and why they did not arrive where that is known.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn set_delivery(
    tenant: &mut Tenant<'_>,
    ids: &[InvitationId],
    delivery: Delivery,
    why: Option<DeliveryReason>,
) -> Result<(), StorageError> {
    let values =
        (invitations::delivery.eq(delivery.as_str()), invitations::delivery_reason.eq(why.map(DeliveryReason::as_str)));
    for ids in ids.chunks(ROWS_TOGETHER) {
        let chosen = tenant.invitations().filter(invitations::id.eq_any(ids.iter().map(ToString::to_string)));
        diesel::update(chosen).set(values).execute(tenant.connection())?;
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
    read_all(due.order(invitations::id).select(InvitationRow::as_select()).load(tenant.connection())?)
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

fn read_all(rows: Vec<InvitationRow>) -> Result<Vec<Invitation>, StorageError> {
    column::readable(rows.into_iter().map(InvitationRow::read))
}
