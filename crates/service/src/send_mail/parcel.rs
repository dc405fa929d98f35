//! What emails to raters are written from, read for many of them at once.

use std::collections::BTreeMap;
use std::sync::Arc;

use candour_domain::{InvitationId, Organisation, RaterGroup, Review, ReviewId, Round, RoundId};
use candour_storage::invitations::{self, Addressed};
use candour_storage::{Tenant, organisations, reviews, rounds};

use crate::error::Error;

/// One invitation with what an email about it says.
pub(super) struct Piece {
    pub(super) addressed: Addressed,
    pub(super) review: Arc<Review>,
    pub(super) group: RaterGroup,
}

/// What the pieces of one email have in common.
pub(super) struct Parcel {
    pub(super) organisation: Arc<Organisation>,
    pub(super) round: Arc<Round>,
    pub(super) pieces: Vec<Piece>,
}

/// Reads what each of these emails is written from; `None` where nothing of it is left.
pub(super) fn load(tenant: &mut Tenant<'_>, wanted: &[Vec<InvitationId>]) -> Result<Vec<Option<Parcel>>, Error> {
    let organisation = Arc::new(organisations::get(tenant)?);
    let ids: Vec<_> = wanted.iter().flatten().copied().collect();
    let addressed: BTreeMap<_, _> = invitations::addressed(tenant, &ids)?
        .into_iter()
        .map(|addressed| (addressed.invitation.id, addressed))
        .collect();
    let (mut asking, mut about) = (BTreeMap::new(), BTreeMap::new());
    let mut parcels = Vec::with_capacity(wanted.len());
    for ids in wanted {
        let mut pieces = Vec::with_capacity(ids.len());
        let mut common: Option<Arc<Round>> = None;
        // Two emails to one person may be written together, such as a reminder and the news of a later deadline.
        for addressed in ids.iter().filter_map(|id| addressed.get(id).cloned()) {
            let invitation = &addressed.invitation;
            let (Some(round), Some(review)) = (
                round_of(tenant, invitation.round_id, &mut asking)?,
                reviewed(tenant, invitation.review_id, &mut about)?,
            ) else {
                continue;
            };
            let Some(group) = round.record().groups.find(addressed.rater.group.as_str()).cloned() else { continue };
            pieces.push(Piece { addressed, review, group });
            common.get_or_insert(round);
        }
        parcels.push(common.map(|round| Parcel { organisation: Arc::clone(&organisation), round, pieces }));
    }
    Ok(parcels)
}

fn round_of(
    tenant: &mut Tenant<'_>,
    id: RoundId,
    known: &mut BTreeMap<RoundId, Option<Arc<Round>>>,
) -> Result<Option<Arc<Round>>, Error> {
    if let Some(known) = known.get(&id) {
        return Ok(known.clone());
    }
    let found = rounds::find(tenant, id)?.map(Arc::new);
    known.insert(id, found.clone());
    Ok(found)
}

fn reviewed(
    tenant: &mut Tenant<'_>,
    id: ReviewId,
    known: &mut BTreeMap<ReviewId, Option<Arc<Review>>>,
) -> Result<Option<Arc<Review>>, Error> {
    if let Some(known) = known.get(&id) {
        return Ok(known.clone());
    }
    let found = reviews::find(tenant, id)?.map(Arc::new);
    known.insert(id, found.clone());
    Ok(found)
}
