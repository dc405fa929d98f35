//! Emails about a report that is not released: that it is there, and that something of it is about to be destroyed.
//! They hold no figure.

use candour_domain::retention::{Step, schedule, warning};
use candour_domain::review::ReviewProgress;
use candour_domain::{AccountId, AdviserId, OrganisationId, Person, ReviewId, RoundState};
use candour_mail::letter::{Advises, Counted, Unreleased};
use candour_mail::message_id;
use candour_storage::{accounts, organisations, reviews, rounds};

use crate::app::App;
use crate::error::Error;
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
    let settings = app.retention;
    let found = app
        .storage
        .read(organisation, move |tenant| {
            let Some(review) = reviews::find(tenant, id)?.filter(|review| review.released_at().is_none()) else {
                return Ok(None);
            };
            let Some(round) = rounds::find(tenant, review.round_id)? else { return Ok(None) };
            let steps = schedule(&round, &reviews::all(tenant, round.id())?, settings);
            let destroyed_at =
                steps.iter().find(|scheduled| scheduled.step == Step::DestroyAnswers).map(|scheduled| scheduled.at);
            Ok::<_, Error>(Some((organisations::get(tenant)?, review, destroyed_at)))
        })
        .await?;
    let Some((trust, review, destroyed_at)) = found else { return Ok(()) };
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
        destroyed_at,
        url: &sign_in(app),
    };
    let rendered = letter.render()?;
    about_report(app, trust, to, rendered, message_id(&kind, 1, id.uuid(), host(&app.base_url))).await
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
                Some(account) => {
                    accounts::find(tenant, account)?.map(|found| Person { name: found.name, email: found.email })
                }
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
    };
    let rendered = letter.render()?;
    let kind = administrator.map_or_else(|| "unreleased".to_owned(), |account| format!("unreleased-{account}"));
    let message_id = message_id(&kind, i64::from(number), id.uuid(), host(&app.base_url));
    about_report(app, trust, to, rendered, message_id).await
}
