//! Drafts, sealed with a key that only the rater's link can make. Nothing says when one was saved.

use candour_domain::{InvitationId, RoundId, SettledNow};
use diesel::prelude::*;

use crate::tenant::columns::{drafts, invitations};
use crate::{StorageError, Tenant};

/// Adds or replaces the draft of an invitation.
///
/// # Errors
/// [`StorageError::Conflict`] when there is no such invitation.
pub fn put(tenant: &mut Tenant<'_>, invitation: InvitationId, sealed: &[u8]) -> Result<(), StorageError> {
    Ok(tenant.put_draft(&invitation.to_string(), sealed)?)
}

/// The draft of an invitation.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn get(tenant: &mut Tenant<'_>, invitation: InvitationId) -> Result<Option<Vec<u8>>, StorageError> {
    let draft = tenant.drafts().filter(drafts::invitation_id.eq(invitation.to_string())).select(drafts::sealed);
    Ok(draft.get_result(tenant.connection()).optional()?)
}

/// Whether an invitation has a draft.
pub(crate) fn is_there(tenant: &mut Tenant<'_>, invitation: InvitationId) -> Result<bool, StorageError> {
    let draft = tenant.drafts().filter(drafts::invitation_id.eq(invitation.to_string())).select(drafts::invitation_id);
    Ok(draft.get_result::<String>(tenant.connection()).optional()?.is_some())
}

/// Deletes the draft of an invitation, if there is one.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn delete(tenant: &mut Tenant<'_>, invitation: InvitationId) -> Result<(), StorageError> {
    let draft = tenant.drafts().filter(drafts::invitation_id.eq(invitation.to_string()));
    diesel::delete(draft).execute(tenant.connection())?;
    Ok(())
}

/// Deletes every draft of a round and gives their number.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn delete_round(tenant: &mut Tenant<'_>, round: RoundId, _now: SettledNow) -> Result<usize, StorageError> {
    let of_round = tenant.invitations().filter(invitations::round_id.eq(round.to_string())).select(invitations::id);
    let left = tenant.drafts().filter(drafts::invitation_id.eq_any(of_round));
    Ok(diesel::delete(left).execute(tenant.connection())?)
}
