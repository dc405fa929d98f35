//! Gives raters their links and queues their emails: one email per person, listing each review they were asked for.

use std::collections::BTreeMap;

use candour_domain::{Delivery, Email, Invitation, InvitationId, Rater};
use candour_seal::{Link, ServerKey};
use candour_storage::{StorageError, Tenant, invitations};
use chrono::{DateTime, Utc};
use rand::seq::SliceRandom;

use crate::entropy::{self, fresh};
use crate::error::Error;
use crate::job::{Job, MailKind};

/// Makes a link for each of these raters of one round and queues an invitation email for each person.
///
/// # Errors
/// [`Error`] when something cannot be sealed or stored; the transaction then leaves nothing behind.
pub fn invite(tenant: &mut Tenant<'_>, key: &ServerKey, raters: &[Rater], now: DateTime<Utc>) -> Result<(), Error> {
    let mut rng = entropy::system();
    let mut people: BTreeMap<&Email, Vec<InvitationId>> = BTreeMap::new();
    let mut new = Vec::with_capacity(raters.len());
    for rater in raters {
        let link = Link::generate(&mut rng);
        let invitation = Invitation {
            id: fresh(InvitationId::from_random),
            round_id: rater.round_id,
            review_id: rater.review_id,
            rater_id: rater.id,
            used: false,
            declined: false,
            withdrawn: false,
            receipt_sent: false,
            delivery: Delivery::Queued,
        };
        let sealed_link = link.seal(key, invitation.id, &mut rng)?;
        people.entry(&rater.person.email).or_default().push(invitation.id);
        new.push(invitations::NewInvitation { invitation, link_hash: link.hash(), sealed_link });
    }
    invitations::insert_all(tenant, &new)?;
    let mail = |invitations| Job::Mail { kind: MailKind::Invitation, invitations, sequence: 1 };
    Job::enqueue_all(tenant, &people.into_values().map(mail).collect::<Vec<_>>(), now)
}

/// Queues one email per person about these invitations of one round, in random order.
///
/// # Errors
/// [`Error`] when a row cannot be read or stored.
pub fn enqueue_per_person(
    tenant: &mut Tenant<'_>,
    kind: MailKind,
    sequence: i64,
    chosen: &[Invitation],
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let mut people: BTreeMap<Email, Vec<InvitationId>> = BTreeMap::new();
    for invitation in chosen {
        match candour_storage::raters::find(tenant, invitation.rater_id) {
            Ok(Some(rater)) => people.entry(rater.person.email).or_default().push(invitation.id),
            // Nobody can write to somebody whose row cannot be read, and everybody else gets their email.
            Ok(None) | Err(StorageError::Corrupt(_)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    let mut mails: Vec<_> = people.into_values().collect();
    mails.shuffle(&mut entropy::system());
    for mut invitations in mails {
        invitations.sort();
        let first = invitations.first().map(ToString::to_string).unwrap_or_default();
        let dedupe = format!("{}:{first}", kind.as_str());
        Job::Mail { kind, invitations, sequence }.enqueue(tenant, now, Some(dedupe))?;
    }
    Ok(())
}
