//! Writes and sends emails. What they say comes from the rows as they are now; a job carries ids alone.

use std::collections::BTreeMap;

use candour_domain::wording::WordedEmail;
use candour_domain::{
    Delivery, DeliveryReason, Framework, InvitationId, Organisation, OrganisationId, Person, ReviewId,
};
use candour_mail::letter::{Answered, Asking, Extended, NotCounted, Received, Released, Reminder, Request};
use candour_mail::{Message, Rendered, SendError, letter, message_id};
use candour_seal::Link;
use candour_storage::invitations::{self, Addressed};
use candour_storage::{Tenant, organisations, results, reviews};
use chrono::{DateTime, Utc};
use parcel::{Parcel, Piece};
use tokio::task::JoinSet;
use zeroize::Zeroizing;

use crate::app::App;
use crate::error::Error;
use crate::job::{Job, MailKind, Reader};
use crate::result::{reading, report_mail};

mod parcel;

/// How many emails are on their way to the mail server at the same time.
const SIDE_BY_SIDE: usize = 8;

/// How an email fared, and why it did not arrive.
type Fared = (Delivery, Option<DeliveryReason>);

/// One email to one rater about one or more invitations of theirs.
#[derive(Clone)]
pub struct RaterEmail {
    /// Which email.
    pub kind: MailKind,
    /// All of one person in one round.
    pub invitations: Vec<InvitationId>,
    /// Tells a second reminder from the first.
    pub sequence: i64,
}

/// Sends raters of one trust an email each, several side by side, and records how their first emails fared. Invitations
/// that have been used or withdrawn meanwhile are left out; when none is left, or the round has ended, nothing is sent.
/// What became of each email comes in the order of the emails: an error means that it should be tried again. A refused
/// address is no error: its invitations become `bounced`.
///
/// # Errors
/// [`Error`] when what the emails say cannot be read, or what became of them cannot be recorded; then all of them
/// should be tried again.
pub async fn to_raters(
    app: &App,
    organisation: OrganisationId,
    emails: &[RaterEmail],
) -> Result<Vec<Result<(), Error>>, Error> {
    let wanted: Vec<_> = emails.iter().map(|email| email.invitations.clone()).collect();
    let parcels = app.storage.read(organisation, move |tenant| parcel::load(tenant, &wanted)).await?;
    let now = app.clock.now();
    let mut outcomes = Vec::with_capacity(emails.len());
    let mut waiting = emails.iter().zip(parcels).enumerate();
    let mut under_way = JoinSet::new();
    loop {
        while under_way.len() < SIDE_BY_SIDE
            && let Some((place, (email, parcel))) = waiting.next()
        {
            let (app, email) = (app.clone(), email.clone());
            under_way.spawn(async move { (place, carry(&app, &email, parcel, now).await) });
        }
        match under_way.join_next().await {
            Some(Ok(outcome)) => outcomes.push(outcome),
            // Its own hook reports it. Whose email it was is not known, so all are tried again, under the same
            // Message-IDs.
            Some(Err(_panic)) => return Err(Error::Internal("writing an email panicked")),
            None => break,
        }
    }
    outcomes.sort_by_key(|(place, _)| *place);
    let mut fared: BTreeMap<Fared, Vec<InvitationId>> = BTreeMap::new();
    for (email, (_, outcome)) in emails.iter().zip(&outcomes) {
        // Reminders and the like go to those who have not answered: what became of them must not show on a person.
        if let (MailKind::Invitation, Ok(Some(how))) = (email.kind, outcome) {
            fared.entry(*how).or_default().extend(&email.invitations);
        }
    }
    if !fared.is_empty() {
        let record = move |tenant: &mut Tenant<'_>| {
            fared
                .iter()
                .try_for_each(|((delivery, why), ids)| invitations::set_delivery(tenant, ids, *delivery, *why))?;
            Ok::<_, Error>(())
        };
        app.storage.write(organisation, record).await?;
    }
    Ok(outcomes.into_iter().map(|(_, outcome)| outcome.map(|_fared| ())).collect())
}

/// Writes and sends one email; `None` when there is nothing to send.
async fn carry(
    app: &App,
    email: &RaterEmail,
    parcel: Option<Parcel>,
    now: DateTime<Utc>,
) -> Result<Option<Fared>, Error> {
    let (kind, Some(first), Some(parcel)) = (email.kind, email.invitations.first(), parcel) else { return Ok(None) };
    if kind != MailKind::Received && parcel.round.require_answers_welcome(now).is_err() {
        return Ok(None);
    }
    let Some(to) = parcel.pieces.first().map(|piece| piece.addressed.rater.person.clone()) else { return Ok(None) };
    let framework =
        app.frameworks.get(&app.storage, parcel.organisation.id, parcel.round.record().framework_id).await?;
    let framework = framework.ok_or(Error::Internal("a round without its framework"))?;
    let Some(rendered) = render(app, kind, &parcel, &framework)? else {
        // Somebody who answers through the link of a reminder before the first email has left needs no first email. It
        // must not wait for ever all the same: that would say that they have answered.
        let answered = parcel
            .pieces
            .iter()
            .map(|piece| &piece.addressed.invitation)
            .any(|invitation| invitation.used && !invitation.withdrawn);
        return Ok(answered.then(|| (app.transport.delivered(), None)));
    };
    let message = Message {
        from: parcel.organisation.name.clone(),
        to,
        subject: rendered.subject,
        text: rendered.text,
        html: rendered.html,
        message_id: message_id(kind.as_str(), email.sequence, first.uuid(), host(&app.base_url)),
        // A reply to the trust would carry the link along, or tell by a "thanks" who has answered.
        reply_to: None,
    };
    match app.transport.send(&message, now).await {
        Ok(()) => Ok(Some((app.transport.delivered(), None))),
        Err(SendError::Refused { why, .. }) => Ok(Some((Delivery::Bounced, Some(why)))),
        Err(later) => Err(later.into()),
    }
}

/// Tells the subject, the facilitator, an adviser or an administrator that the report has been released.
///
/// # Errors
/// [`Error`] when it should be tried again.
pub async fn released(app: &App, organisation: OrganisationId, review: ReviewId, reader: Reader) -> Result<(), Error> {
    let found = app
        .storage
        .read(organisation, move |tenant| {
            let Some(review) = reviews::find(tenant, review)? else { return Ok(None) };
            let shows_others = reading::shows_others(tenant, &review)?;
            let (to, kind) = match reader {
                Reader::Subject => (Some(review.subject.person.clone()), "released-subject".to_owned()),
                Reader::Facilitator => (Some(review.facilitator.clone()), "released-facilitator".to_owned()),
                // They may have been taken away meanwhile, or their access may have ended.
                Reader::Adviser(id) => {
                    (review.adviser(id).map(|adviser| adviser.person.clone()), format!("released-{id}"))
                }
                Reader::Administrator(id) => (report_mail::still_administers(tenant, id)?, format!("released-{id}")),
            };
            let Some(to) = to else { return Ok(None) };
            Ok::<_, Error>(Some((organisations::get(tenant)?, review, shows_others, to, kind)))
        })
        .await?;
    let Some((trust, review, shows_others, to, kind)) = found else { return Ok(()) };
    let letter = Released {
        to: &to.name,
        organisation: &trust,
        subject: &review.subject,
        facilitator: &review.facilitator.name,
        is_subject: reader == Reader::Subject,
        is_administrator: matches!(reader, Reader::Administrator(_)),
        shows_others,
        url: &report_mail::page(app, review.id),
    };
    let rendered = letter.render()?;
    // There is nobody else to tell if the address is refused; the others see the report too.
    about_report(app, trust, to, rendered, message_id(&kind, 1, review.id.uuid(), host(&app.base_url))).await
}

/// Tells the facilitator that the answers could not be turned into a report.
///
/// # Errors
/// [`Error`] when it should be tried again.
pub async fn not_counted(app: &App, organisation: OrganisationId, review: ReviewId) -> Result<(), Error> {
    let found = app
        .storage
        .read(organisation, move |tenant| {
            // Meanwhile it may have been counted after all.
            let waiting = results::find(tenant, review)?.is_none();
            let Some(review) = reviews::find(tenant, review)?.filter(|_| waiting) else { return Ok(None) };
            Ok::<_, Error>(Some((organisations::get(tenant)?, review)))
        })
        .await?;
    let Some((trust, review)) = found else { return Ok(()) };
    let to = review.facilitator.clone();
    let rendered = NotCounted { to: &to.name, organisation: &trust, subject: &review.subject }.render()?;
    about_report(app, trust, to, rendered, message_id("not-counted", 1, review.id.uuid(), host(&app.base_url))).await
}

/// Sends an email about a report to one of its readers.
pub(super) async fn about_report(
    app: &App,
    trust: Organisation,
    to: Person,
    rendered: Rendered,
    message_id: String,
) -> Result<(), Error> {
    let Rendered { subject, text, html } = rendered;
    let message = Message { from: trust.name, to, subject, text, html, message_id, reply_to: Some(trust.contact) };
    match app.transport.send(&message, app.clock.now()).await {
        Ok(()) | Err(SendError::Refused { .. }) => Ok(()),
        Err(later) => Err(later.into()),
    }
}

/// What follows when a job has failed for good: the invitations of an email are marked, with why the last attempt failed,
/// and the facilitators of a round that could not be counted are told.
///
/// # Errors
/// [`Error`] when something cannot be read or stored.
pub fn after_last_failure(
    tenant: &mut Tenant<'_>,
    job: &Job,
    why: Option<DeliveryReason>,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    match job {
        Job::Mail { kind: MailKind::Invitation, invitations, .. } => {
            invitations::set_delivery(tenant, invitations, Delivery::Failed, why)?;
        }
        Job::Count { round } => {
            for review in reviews::all(tenant, *round)? {
                if results::find(tenant, review.id)?.is_none() {
                    Job::NotCountedMail { review: review.id }.enqueue(tenant, now, None)?;
                }
            }
        }
        _ => {}
    }
    Ok(())
}

fn render(app: &App, kind: MailKind, parcel: &Parcel, framework: &Framework) -> Result<Option<Rendered>, Error> {
    let Some(first) = parcel.pieces.first() else { return Ok(None) };
    let to = &first.addressed.rater.person.name;
    if kind == MailKind::Received {
        let answered = parcel
            .pieces
            .iter()
            .map(|piece| Answered { subject: &piece.review.subject, group: &piece.group })
            .collect();
        return Ok(Some(Received { to, organisation: &parcel.organisation, answered }.render()?));
    }
    let mut urls: Vec<(&Piece, Zeroizing<String>)> = Vec::new();
    for piece in &parcel.pieces {
        let Addressed { invitation, sealed_link, .. } = &piece.addressed;
        if invitation.used || invitation.withdrawn || (invitation.declined && kind == MailKind::Reminder) {
            continue;
        }
        if let Some(sealed) = sealed_link {
            let link = Link::open(&app.key, invitation.id, sealed)?;
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
        requests: urls.iter().map(|(piece, url)| request(piece, url)).collect(),
        minutes: framework.minutes(),
        policy: record.policy,
        advisers: record.advisers_promised,
        closes_at: record.closes_at,
        opening: worded(kind).and_then(|email| record.emails.of(email)),
    };
    let rendered = match kind {
        MailKind::Invitation => letter::Invitation(&asking).render()?,
        MailKind::Reminder => Reminder(&asking).render()?,
        MailKind::Extended | MailKind::Received => Extended(&asking).render()?,
    };
    Ok(Some(rendered))
}

/// Which of the emails that may begin in a trust's own words it is.
fn worded(kind: MailKind) -> Option<WordedEmail> {
    match kind {
        MailKind::Invitation => Some(WordedEmail::Invitation),
        MailKind::Reminder => Some(WordedEmail::Reminder),
        MailKind::Extended | MailKind::Received => None,
    }
}

fn request<'a>(piece: &'a Piece, url: &'a str) -> Request<'a> {
    let (review, rater) = (&piece.review, &piece.addressed.rater);
    Request {
        subject: &review.subject,
        facilitator: &review.facilitator,
        to_facilitator: review.is_facilitated_by(&rater.person.email),
        group: &piece.group,
        url,
    }
}

/// The host of the base URL, for Message-IDs.
pub(crate) fn host(base_url: &str) -> &str {
    let rest = base_url.split_once("://").map_or(base_url, |(_, rest)| rest);
    rest.split([':', '/']).next().unwrap_or(rest)
}
