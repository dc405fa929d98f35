//! Emails about a report that is not released: that it is there, and that something of it is about to be destroyed.
//! They hold no figure.

use candour_domain::retention::{Step, release_by, warning};
use candour_domain::review::ReviewProgress;
use candour_domain::{AccountId, AdviserId, OrganisationId, Person, ReviewId, RoundId, RoundState};
use candour_mail::letter::{Advises, Counted, RoundCounted, Unreleased, WithFacilitator};
use candour_mail::message_id;
use candour_storage::{Tenant, accounts, organisations, reviews, rounds};

use crate::app::App;
use crate::error::Error;
use crate::result::reading;
use crate::send_mail::{about_report, host};

/// Tells the facilitator, or an adviser, that the answers have been counted, unless the report has been released
/// meanwhile or the adviser is none any more.
///
/// # Errors
/// [`Error`] when it should be tried again.
pub async fn counted(
    app: &App,
    organisation: OrganisationId,
    id: ReviewId,
    adviser: Option<AdviserId>,
) -> Result<(), Error> {
    let (settings, now) = (app.retention, app.clock.now());
    let found = app
        .storage
        .read(organisation, move |tenant| {
            let Some(review) = reviews::find(tenant, id)?.filter(|review| review.released_at().is_none()) else {
                return Ok(None);
            };
            let Some(round) = rounds::find(tenant, review.round_id)? else { return Ok(None) };
            let release_by = release_by(&round, &reviews::all(tenant, round.id())?, settings, now);
            let shows_others = reading::shows_others(tenant, &review)?;
            Ok::<_, Error>(Some((organisations::get(tenant)?, review, release_by, shows_others)))
        })
        .await?;
    let Some((trust, review, release_by, shows_others)) = found else { return Ok(()) };
    let (to, kind) = match adviser {
        None => (review.facilitator.clone(), "counted".to_owned()),
        Some(adviser) => {
            let Some(found) = review.adviser(adviser) else { return Ok(()) };
            (found.person.clone(), format!("counted-{adviser}"))
        }
    };
    let letter = Counted {
        to: &to.name,
        organisation: &trust,
        subject: &review.subject,
        facilitator: &review.facilitator.name,
        is_adviser: adviser.is_some(),
        advised: !review.advisers.is_empty(),
        shows_others,
        release_by,
        url: &page(app, id),
    };
    let rendered = letter.render()?;
    about_report(app, trust, to, rendered, message_id(&kind, 1, id.uuid(), host(&app.base_url))).await
}

/// Tells an administrator that a round has been counted, and with whom its reports are: one email for all of them,
/// unless they have all been released meanwhile.
///
/// # Errors
/// [`Error`] when it should be tried again.
pub async fn round_counted(
    app: &App,
    organisation: OrganisationId,
    id: RoundId,
    administrator: AccountId,
) -> Result<(), Error> {
    let found = app
        .storage
        .read(organisation, move |tenant| {
            let Some(round) = rounds::find(tenant, id)? else { return Ok(None) };
            let Some(to) = still_administers(tenant, administrator)? else { return Ok(None) };
            let mut waiting = reviews::all(tenant, id)?;
            waiting.retain(|review| review.released_at().is_none());
            Ok::<_, Error>(Some((to, organisations::get(tenant)?, round, waiting)))
        })
        .await?;
    let Some((to, trust, round, waiting)) = found.filter(|(.., waiting)| !waiting.is_empty()) else { return Ok(()) };
    let reports = waiting
        .iter()
        .map(|review| WithFacilitator { subject: &review.subject, facilitator: &review.facilitator.name })
        .collect();
    let letter = RoundCounted { to: &to.name, organisation: &trust, round: &round.record().title, reports };
    let rendered = letter.render()?;
    let kind = format!("round-counted-{administrator}");
    about_report(app, trust, to, rendered, message_id(&kind, 1, id.uuid(), host(&app.base_url))).await
}

/// The account as a person, as long as they are an administrator.
///
/// # Errors
/// [`Error::Storage`].
pub(crate) fn still_administers(tenant: &mut Tenant<'_>, id: AccountId) -> Result<Option<Person>, Error> {
    let found = accounts::find(tenant, id)?.filter(|account| account.administrator);
    Ok(found.map(|account| Person { name: account.name, email: account.email }))
}

/// Tells somebody that they have been named as an adviser, unless they are none any more.
///
/// # Errors
/// [`Error`] when it should be tried again.
pub async fn advises(app: &App, organisation: OrganisationId, id: ReviewId, adviser: AdviserId) -> Result<(), Error> {
    let found = app
        .storage
        .read(organisation, move |tenant| {
            let Some(review) = reviews::find(tenant, id)? else { return Ok(None) };
            Ok::<_, Error>(Some((organisations::get(tenant)?, review)))
        })
        .await?;
    let Some((trust, review)) = found else { return Ok(()) };
    let Some(to) = review.adviser(adviser).map(|adviser| adviser.person.clone()) else { return Ok(()) };
    let letter = Advises {
        to: &to.name,
        organisation: &trust,
        subject: &review.subject,
        facilitator: &review.facilitator.name,
        counted: review.progress != ReviewProgress::Waiting,
        url: &sign_in(app),
    };
    let rendered = letter.render()?;
    about_report(app, trust, to, rendered, message_id("adviser", 1, adviser.uuid(), host(&app.base_url))).await
}

/// The page of a review. Signing in leads back to it.
pub(crate) fn page(app: &App, review: ReviewId) -> String {
    format!("{}/reviews/{review}", app.base_url)
}

/// Where people sign in.
fn sign_in(app: &App) -> String {
    format!("{}/sign-in", app.base_url)
}

/// Tells the facilitator, or an administrator, what is about to be destroyed unreleased, if it still is.
///
/// # Errors
/// [`Error`] when it should be tried again.
pub async fn unreleased(
    app: &App,
    organisation: OrganisationId,
    id: ReviewId,
    administrator: Option<AccountId>,
    number: u32,
) -> Result<(), Error> {
    let (settings, now) = (app.retention, app.clock.now());
    let found = app
        .storage
        .read(organisation, move |tenant| {
            let Some(review) = reviews::find(tenant, id)?.filter(|review| review.released_at().is_none()) else {
                return Ok(None);
            };
            let Some(round) = rounds::find(tenant, review.round_id)? else { return Ok(None) };
            let Some(warning) = warning(&round, &reviews::all(tenant, round.id())?, settings, now) else {
                return Ok(None);
            };
            let to = match administrator {
                None => Some(review.facilitator.clone()),
                Some(account) => still_administers(tenant, account)?,
            };
            let counted = round.state() == RoundState::Counted;
            let Some(to) = to else { return Ok(None) };
            Ok::<_, Error>(Some((to, organisations::get(tenant)?, review, warning, counted)))
        })
        .await?;
    let Some((to, trust, review, warning, counted)) = found else { return Ok(()) };
    let letter = Unreleased {
        to: &to.name,
        organisation: &trust,
        subject: &review.subject,
        facilitator: &review.facilitator.name,
        is_facilitator: administrator.is_none(),
        advised: !review.advisers.is_empty(),
        counted,
        report_goes: warning.step == Step::DeleteRound,
        at: warning.at,
        url: &page(app, id),
    };
    let rendered = letter.render()?;
    let kind = administrator.map_or_else(|| "unreleased".to_owned(), |account| format!("unreleased-{account}"));
    let message_id = message_id(&kind, i64::from(number), id.uuid(), host(&app.base_url));
    about_report(app, trust, to, rendered, message_id).await
}
