//! Writes and sends one email. What it says comes from the rows as they are now; the job carries ids alone.

use candour_domain::{
    Delivery, Framework, Invitation, InvitationId, Organisation, OrganisationId, Rater, RaterGroup, Review, ReviewId, Round, RoundId,
};
use candour_storage::{Tenant, frameworks, invitations, organisations, raters, reviews, rounds};
use zeroize::Zeroizing;

use crate::error::Error;
use crate::mail::letter::{Answered, Asking, Extended, Received, Released, Reminder, Request};
use crate::mail::{Message, Rendered, SendError, letter, message_id};
use crate::seal::Link;
use crate::service::task::{MailKind, Reader, Task};
use crate::state::App;

/// One invitation with what an email about it says.
struct Piece {
    invitation: Invitation,
    rater: Rater,
    review: Review,
    group: RaterGroup,
    sealed_link: Option<Vec<u8>>,
}

/// What the pieces of one email have in common.
struct Parcel {
    organisation: Organisation,
    round: Round,
    framework: Framework,
    pieces: Vec<Piece>,
}

/// Sends one rater one email about their invitations. Invitations that have been used or withdrawn meanwhile are left out; when none is
/// left, or the round has ended, nothing is sent.
///
/// # Errors
/// [`Error`] when it should be tried again. A refused address is no error: its invitations become `bounced`.
pub async fn to_rater(app: &App, organisation: OrganisationId, kind: MailKind, ids: &[InvitationId], sequence: i64) -> Result<(), Error> {
    let Some(first) = ids.first().copied() else { return Ok(()) };
    let (wanted, now) = (ids.to_vec(), app.clock.now());
    let parcel = app.storage.read(organisation, move |tenant| load(tenant, &wanted)).await?;
    let Some(parcel) = parcel else { return Ok(()) };
    if kind != MailKind::Received && parcel.round.require_answers_welcome(now).is_err() {
        return Ok(());
    }
    let Some(to) = parcel.pieces.first().map(|piece| piece.rater.person.clone()) else { return Ok(()) };
    let Some(rendered) = render(app, kind, &parcel)? else {
        // Whoever answers through the link of a reminder before the first email has left needs no first email. It must not wait for ever
        // all the same: that would say that they have answered.
        if kind == MailKind::Invitation && parcel.pieces.iter().any(|piece| piece.invitation.used && !piece.invitation.withdrawn) {
            set_delivery(app, organisation, ids.to_vec(), Delivery::Sent).await?;
        }
        return Ok(());
    };
    let message = Message {
        to,
        subject: rendered.subject,
        text: rendered.text,
        html: rendered.html,
        message_id: message_id(kind.as_str(), sequence, first.uuid(), host(&app.base_url)),
        reply_to: Some(parcel.organisation.contact.clone()),
    };
    let delivery = match app.transport.send(&message, now).await {
        Ok(()) => Delivery::Sent,
        Err(SendError::Refused { .. }) => Delivery::Bounced,
        Err(SendError::Temporary { reason }) => return Err(Error::Undelivered(reason)),
    };
    // Reminders and the like go to those who have not answered: what became of them must not show on a person.
    if kind == MailKind::Invitation {
        set_delivery(app, organisation, ids.to_vec(), delivery).await?;
    }
    Ok(())
}

/// Tells the subject or the facilitator that the report has been released.
///
/// # Errors
/// [`Error`] when it should be tried again.
pub async fn released(app: &App, organisation: OrganisationId, review: ReviewId, reader: Reader) -> Result<(), Error> {
    let found = app
        .storage
        .read(organisation, move |tenant| {
            let Some(review) = reviews::find(tenant, review)? else { return Ok(None) };
            Ok::<_, Error>(Some((organisations::get(tenant)?, review)))
        })
        .await?;
    let Some((trust, review)) = found else { return Ok(()) };
    let (to, is_subject, kind) = match reader {
        Reader::Subject => (review.subject.person.clone(), true, "released-subject"),
        Reader::Facilitator => (review.facilitator.clone(), false, "released-facilitator"),
    };
    let rendered = Released { to: &to.name, organisation: &trust, subject: &review.subject, is_subject, url: None }.render()?;
    let message = Message {
        to: to.clone(),
        subject: rendered.subject,
        text: rendered.text,
        html: rendered.html,
        message_id: message_id(kind, 1, review.id.uuid(), host(&app.base_url)),
        reply_to: Some(trust.contact.clone()),
    };
    match app.transport.send(&message, app.clock.now()).await {
        // There is nobody else to tell; the administrator sees the report too.
        Ok(()) | Err(SendError::Refused { .. }) => Ok(()),
        Err(SendError::Temporary { reason }) => Err(Error::Undelivered(reason)),
    }
}

/// Marks the invitations of an email that was put aside after its last attempt.
pub async fn given_up(app: &App, organisation: OrganisationId, task: &Task) {
    if let Task::Mail { kind: MailKind::Invitation, invitations, .. } = task
        && let Err(error) = set_delivery(app, organisation, invitations.clone(), Delivery::Failed).await
    {
        tracing::warn!(%error, "a failed delivery could not be recorded");
    }
}

async fn set_delivery(app: &App, organisation: OrganisationId, ids: Vec<InvitationId>, delivery: Delivery) -> Result<(), Error> {
    app.storage.write(organisation, move |tenant| Ok::<_, Error>(invitations::set_delivery(tenant, &ids, delivery)?)).await
}

fn load(tenant: &mut Tenant<'_>, ids: &[InvitationId]) -> Result<Option<Parcel>, Error> {
    let mut pieces = Vec::new();
    let mut common: Option<(RoundId, Round)> = None;
    for &id in ids {
        let Some(invitation) = invitations::find(tenant, id)? else { continue };
        let (Some(rater), Some(review)) = (raters::find(tenant, invitation.rater_id)?, reviews::find(tenant, invitation.review_id)?) else {
            continue;
        };
        if common.is_none() {
            common = rounds::find(tenant, invitation.round_id)?.map(|round| (round.id(), round));
        }
        let Some((_, round)) = &common else { continue };
        let Some(group) = round.record().groups.find(rater.group.as_str()).cloned() else { continue };
        let sealed_link = invitations::sealed_link(tenant, id)?;
        pieces.push(Piece { invitation, rater, review, group, sealed_link });
    }
    let Some((_, round)) = common else { return Ok(None) };
    let framework = frameworks::find(tenant, round.record().framework_id)?.ok_or(Error::Internal("a round without its framework"))?;
    Ok(Some(Parcel { organisation: organisations::get(tenant)?, round, framework, pieces }))
}

fn render(app: &App, kind: MailKind, parcel: &Parcel) -> Result<Option<Rendered>, Error> {
    let Some(first) = parcel.pieces.first() else { return Ok(None) };
    let to = &first.rater.person.name;
    if kind == MailKind::Received {
        let answered = parcel.pieces.iter().map(|piece| Answered { subject: &piece.review.subject, group: &piece.group }).collect();
        return Ok(Some(Received { to, organisation: &parcel.organisation, answered }.render()?));
    }
    let mut urls: Vec<(&Piece, Zeroizing<String>)> = Vec::new();
    for piece in &parcel.pieces {
        if piece.invitation.used || piece.invitation.withdrawn || (piece.invitation.declined && kind == MailKind::Reminder) {
            continue;
        }
        if let Some(sealed) = &piece.sealed_link {
            let link = Link::open(&app.key, piece.invitation.id, sealed)?;
            urls.push((piece, Zeroizing::new(format!("{}/s/{}", app.base_url, link.expose().as_str()))));
        }
    }
    if urls.is_empty() {
        return Ok(None);
    }
    let record = parcel.round.record();
    let asking = Asking {
        to,
        organisation: &parcel.organisation,
        requests: urls.iter().map(|(piece, url)| Request { subject: &piece.review.subject, group: &piece.group, url }).collect(),
        minutes: parcel.framework.minutes(),
        policy: record.policy,
        closes_at: record.closes_at,
    };
    let rendered = match kind {
        MailKind::Invitation => letter::Invitation(&asking).render()?,
        MailKind::Reminder => Reminder(&asking).render()?,
        MailKind::Extended | MailKind::Received => Extended(&asking).render()?,
    };
    Ok(Some(rendered))
}

/// The host of the base URL, for Message-IDs.
fn host(base_url: &str) -> &str {
    let rest = base_url.split_once("://").map_or(base_url, |(_, rest)| rest);
    rest.split([':', '/']).next().unwrap_or(rest)
}
