//! How links end: with their round, or when a rater is taken out. (With an answer: [`crate::ballots::cast`].)

use std::collections::BTreeMap;

use candour_domain::{InvitationId, RoundId, SettledNow};
use diesel::prelude::*;

use crate::engine::column;
use crate::tenant::columns::{invitations, links};
use crate::tenant::{SpentOutcome, Tombstone, add};
use crate::{StorageError, Tenant, drafts};

/// Ends every link of a round that still works and gives their number. `spent_hash` makes the tombstone's hash from the
/// link's.
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
    let hashes: Vec<(Vec<u8>, String)> =
        working.clone().select((links::hash, links::invitation_id)).load(tenant.connection())?;
    let tombstone = |(hash, invitation): &(Vec<u8>, String)| {
        let review = column::read(reviews.get(invitation), "links.invitation_id")?.clone();
        let hash = spent_hash(&column::hash(hash, "links.hash")?);
        Ok(Tombstone { hash, round: round.to_string(), review, outcome: SpentOutcome::Closed })
    };
    tenant.bury(&hashes.iter().map(tombstone).collect::<Result<Vec<_>, StorageError>>()?)?;
    Ok(diesel::delete(working).execute(tenant.connection())?)
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

/// Takes a rater out: ends their link, deletes their draft, leaves a tombstone and marks the invitation as withdrawn.
/// `spent_hash` makes the tombstone's hash from the link's. False when they had been taken out before; then nothing
/// changes.
///
/// # Guarantee
/// It takes the same statements and writes as many rows of each table, whether or not they have answered. Where there
/// is no link any more, the decoy is put in its place and taken out again, and leaves the tombstone; otherwise the same
/// is written over what is there.
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
    let Some((round, review, false)) = row.get_result::<(String, String, bool)>(tenant.connection()).optional()? else {
        return Ok(false);
    };
    let hash = end_alike(tenant, id, decoy)?;
    diesel::update(invitation).set(invitations::withdrawn.eq(true)).execute(tenant.connection())?;
    tenant.bury(&[Tombstone { hash: spent_hash(&hash), round, review, outcome: SpentOutcome::Withdrawn }])?;
    Ok(true)
}

/// Ends whatever link the invitation has and deletes the draft, as [`withdraw`] does and with the same guarantee, and
/// has the invitation as not withdrawn: it waits for [`give_link`](super::give_link). For somebody whose address was
/// refused, and whose link nobody can have.
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
    let Some((round, review)) = row.get_result::<(String, String)>(tenant.connection()).optional()? else {
        return Ok(false);
    };
    let hash = end_alike(tenant, id, decoy)?;
    diesel::update(invitation).set(invitations::withdrawn.eq(false)).execute(tenant.connection())?;
    tenant.bury(&[Tombstone { hash: spent_hash(&hash), round, review, outcome: SpentOutcome::Withdrawn }])?;
    Ok(true)
}

/// Ends the link and deletes the draft with the same statements and rows whether they are there or not. Gives the hash
/// for the tombstone.
fn end_alike(tenant: &mut Tenant<'_>, id: InvitationId, decoy: &Decoy) -> Result<[u8; 32], StorageError> {
    let name = id.to_string();
    let link = tenant.links().filter(links::invitation_id.eq(&name));
    let hash: Option<Vec<u8>> = link.clone().select(links::hash).get_result(tenant.connection()).optional()?;
    let hash = if let Some(hash) = hash {
        diesel::update(link.clone()).set(links::sealed.eq(&decoy.sealed_link)).execute(tenant.connection())?;
        column::hash(&hash, "links.hash")?
    } else {
        let values = (
            links::hash.eq(decoy.link_hash.as_slice()),
            links::invitation_id.eq(&name),
            links::sealed.eq(&decoy.sealed_link),
        );
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

#[cfg(test)]
mod tests;
