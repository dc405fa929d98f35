//! How a review stands when a list of raters is checked against it.

use std::collections::{BTreeMap, BTreeSet};

use candour_domain::list::{Listed, asked_at_launch};
use candour_domain::roster::RosterContext;
use candour_domain::{Delivery, Email, GroupId, InvitationId, Rater, Review, Round, RoundState};
use candour_storage::{Tenant, invitations, raters};

use crate::error::Error;

/// Who is on the list, and who may be added.
pub(super) struct Standing {
    present: BTreeSet<Email>,
    asked: Option<BTreeSet<GroupId>>,
    kept: BTreeMap<Email, GroupId>,
    /// Those who were withdrawn and whose address the mail server had refused, with their invitations. Nobody can have
    /// got their email: they may be added again.
    pub(super) unreached: BTreeMap<Email, (Rater, InvitationId)>,
}

impl Standing {
    /// That of a review in its round.
    pub(super) fn read(tenant: &mut Tenant<'_>, review: &Review, round: &Round) -> Result<Self, Error> {
        let open = round.state() == RoundState::Open;
        let list = raters::on_list(tenant, review.id)?;
        let unreached = if open { unreached(tenant, &list)? } else { BTreeMap::new() };
        // Everybody who is on the list, also where the rest of their row cannot be read.
        let mut present = raters::addresses(tenant, review.id)?;
        present.retain(|email| !unreached.contains_key(email));
        let asked = open.then(|| asked_at_launch(&list));
        let kept = unreached.iter().map(|(email, (rater, _))| (email.clone(), rater.group.clone())).collect();
        Ok(Self { present, asked, kept, unreached })
    }

    /// What a list is checked against.
    pub(super) fn context<'a>(&'a self, review: &'a Review, round: &'a Round) -> RosterContext<'a> {
        RosterContext {
            groups: &round.record().groups,
            subject: &review.subject.person.email,
            present: &self.present,
            asked: self.asked.as_ref(),
            kept: &self.kept,
        }
    }
}

fn unreached(tenant: &mut Tenant<'_>, list: &[Listed]) -> Result<BTreeMap<Email, (Rater, InvitationId)>, Error> {
    let mut found = BTreeMap::new();
    for listed in list.iter().filter(|listed| listed.withdrawn) {
        if let Some(invitation) = invitations::of_rater(tenant, listed.rater.id)?
            && invitation.delivery == Delivery::Bounced
        {
            found.insert(listed.rater.person.email.clone(), (listed.rater.clone(), invitation.id));
        }
    }
    Ok(found)
}
