//! Asks somebody again whose address the mail server refused: at the same address, or at a corrected one.

use candour_domain::access::permission::AskRaterAgain;
use candour_domain::audit::{Action, Target};
use candour_domain::{Delivery, Email, Invitation, InvitationId, Person, Rater, RaterGroup, RaterId};
use candour_seal::{Link, ServerKey};
use candour_storage::raters::ListedRater;
use candour_storage::{Tenant, invitations, raters, reviews, rounds};
use chrono::{DateTime, Utc};
use serde_json::json;

use crate::app::App;
use crate::asked::{self, Answered, Asked};
use crate::audit;
use crate::entropy;
use crate::error::Error;
use crate::job::{Job, MailKind};
use crate::rater::withdraw_rater::decoy;

/// Gives somebody a new link whose address the mail server refused, and writes to them again. At another address they
/// wait until the facilitator has agreed to the list as it has become, as people do who are added.
///
/// # Errors
/// [`Error::NotFound`], [`Error::Round`] unless answers are welcome, [`Error::Conflict`] for somebody that an email may
/// have reached, [`Error::Invalid`] for an address that is on the list already.
///
/// # Guarantee
/// Only an email that nobody can have received is followed by another link. The old link ends, and neither the outcome
/// nor what it takes depends on whether somebody has answered, which a reminder can have made possible.
pub async fn ask_again(
    app: &App,
    asked: Asked<AskRaterAgain, ListedRater>,
    id: RaterId,
    corrected: Option<Email>,
) -> Result<Answered, Error> {
    let now = app.clock.now();
    let key = app.key.clone();
    let decoy = decoy(app)?;
    let answered = asked
        .carry_out(app, asked::rater(id), move |tenant, rater, principal| {
            let round = rounds::find(tenant, rater.round_id)?.ok_or(Error::NotFound)?;
            round.require_answers_welcome(now)?;
            let list = raters::on_list(tenant, rater.review_id)?;
            let waits = list.iter().any(|listed| listed.rater.id == id && listed.asked_again);
            let corrected = corrected.filter(|email| *email != rater.person.email);
            let invitation = unreached(invitations::of_rater(tenant, id)?)?;
            if let Some(email) = &corrected {
                let review = reviews::find(tenant, rater.review_id)?.ok_or(Error::NotFound)?;
                if round.record().groups.find(rater.group.as_str()).is_some_and(RaterGroup::is_self) {
                    return Err(Error::Conflict(
                        "the subject's address belongs to the review; correct it in a new round",
                    ));
                }
                let mailbox = email.mailbox();
                let others = list
                    .iter()
                    .filter(|listed| listed.rater.id != id)
                    .map(|listed| listed.rater.person.email.mailbox());
                if mailbox == review.subject.person.email.mailbox() || others.into_iter().any(|other| other == mailbox)
                {
                    return Err(Error::field(
                        "/email",
                        "this is an address of somebody who is on the list already, or of the subject; give their own",
                    ));
                }
            } else if waits {
                return Err(Error::Conflict(
                    "they wait for the facilitator's agreement; nothing has been sent to this \
                 address yet. The facilitator agrees with POST /v1/reviews/{id}/agreement",
                ));
            }
            invitations::end_link(tenant, invitation.id, &decoy, &Link::spent_hash)?;
            let (moved, delivery) = (corrected.is_some(), corrected.is_none().then_some(Delivery::Queued));
            let rater = if let Some(email) = corrected {
                let person = Person { name: rater.person.name.clone(), email };
                raters::ask_again(tenant, id, &person)?;
                // What was declined at an address that nobody has is not declined at the new one.
                invitations::set_declined(tenant, invitation.id, false)?;
                Rater { person, ..rater }
            } else {
                write_again(tenant, &key, invitation.id, now)?;
                rater
            };
            let detail = json!({"review": rater.review_id, "another_address": moved});
            audit::record(tenant, principal.actor(), Action::RaterAskedAgain, Target::Rater(id), detail, now)?;
            Ok(ListedRater { rater, delivery, delivery_reason: None, invited: true, withdrawn: false, waiting: moved })
        })
        .await?;
    app.wake.notify_one();
    Ok(answered)
}

/// Gives this invitation, whose link has been ended, a new link and queues its email.
///
/// # Errors
/// [`Error`] when something cannot be sealed or stored.
pub fn write_again(
    tenant: &mut Tenant<'_>,
    key: &ServerKey,
    id: InvitationId,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let rng = &mut entropy::system();
    let link = Link::generate(rng);
    invitations::give_link(tenant, id, &link.hash(), &link.seal(key, id, rng)?)?;
    // Another message than the one that was refused, so with another Message-ID.
    Job::Mail { kind: MailKind::Invitation, invitations: vec![id], sequence: now.timestamp() }
        .enqueue(tenant, now, None)
}

/// The invitation, if nobody can have received it.
fn unreached(invitation: Option<Invitation>) -> Result<Invitation, Error> {
    match invitation {
        None => Err(Error::Conflict(
            "nobody has written to them yet; take them off the list and add them with the right address",
        )),
        Some(invitation) if invitation.withdrawn => {
            Err(Error::Conflict("they were withdrawn; add them to the list again"))
        }
        Some(invitation) if invitation.delivery == Delivery::Bounced => Ok(invitation),
        Some(invitation) if invitation.delivery == Delivery::Failed => Err(Error::Conflict(
            "the mail server may have taken the email, so the link may be with somebody; try the email again with POST \
             /v1/jobs/{id}/retry",
        )),
        Some(_) => Err(Error::Conflict(
            "only somebody whose address the mail server has refused (delivery is \"bounced\") can be asked again; \
             this email may be with somebody, who could answer through it",
        )),
    }
}
