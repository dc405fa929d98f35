//! The rater's way through a questionnaire: promise, parts, check, thanks. Reached by the link alone.
//!
//! A GET changes nothing, so a mail scanner that opens the link spends nothing. Every POST answers with a redirect, so
//! that reloading repeats nothing; a form that cannot be saved comes back with everything that was typed.

mod check;
mod contact;
mod ended;
mod form;
mod part;
mod parts;
mod promise;
#[cfg(test)]
mod sample;
#[cfg(test)]
mod tests;
mod typed;

use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse, web};
use candour_domain::RaterKind;
use candour_seal::{FormState, Link, PageMarks, Press};
use candour_service::app::App;
use candour_service::origin::Sender;
use candour_service::rater::sample_email::SAMPLE;
use candour_service::survey as service;
use candour_service::survey::{Opened, Over, Pressed, Saved, Seen, Submitted, Survey, Told};

use self::check::Outcome;
use self::form::PageForm;
use super::frame::{Said, Say};
use super::{failure, read};

/// The largest form accepted, in bytes: twenty comments of 4,000 characters fit, with every character percent-encoded.
pub(super) const LARGEST_FORM: usize = 1024 * 1024;

/// The routes, within `/s`.
pub(super) fn configure(cfg: &mut web::ServiceConfig) {
    cfg.service(web::resource(format!("/{SAMPLE}")).route(read().to(show_sample)))
        .service(web::resource(["/{token}", "/{token}/"]).route(read().to(show_promise)))
        .service(web::resource("/{token}/page/{number}").route(read().to(show_part)).route(web::post().to(save_part)))
        .service(web::resource("/{token}/check").route(read().to(show_check)))
        .service(web::resource("/{token}/promise").route(read().to(show_promise_again)))
        .service(web::resource("/{token}/later").route(read().to(show_later)))
        .service(web::resource("/{token}/send").route(read().to(back_to_check)).route(web::post().to(send)))
        .service(web::resource("/{token}/decline").route(read().to(back_to_promise)).route(web::post().to(decline)));
}

/// A form far beyond any questionnaire.
pub(super) fn too_large() -> HttpResponse {
    ended::too_large()
}

/// A form that has not been read to its end.
pub(super) fn not_read(status: StatusCode) -> HttpResponse {
    ended::not_read(status)
}

/// A form that was not sent from a page of ours, or of which that is not said. Another site's text is not shown here.
pub(super) fn not_ours(path: &str, sender: Sender, sent: &[u8]) -> HttpResponse {
    match link_of(path).map(|link| base(&link)) {
        None => ended::unknown(),
        Some(base) if sender == Sender::Foreign => ended::foreign(&base),
        Some(base) => ended::unsaid(&base, Some(&PageForm::parse(sent))),
    }
}

/// Everything else under `/s`: what a mail program has put behind a link leads to its first page.
pub(super) async fn unknown(request: HttpRequest) -> HttpResponse {
    let link = link_of(request.path()).filter(|_| request.method().is_safe());
    link.map_or_else(ended::unknown, |link| see_other(&base(&link)))
}

/// Where the link of an email leads that somebody has sent themselves to look at.
async fn show_sample() -> HttpResponse {
    ended::sample()
}

async fn show_promise(app: web::Data<App>, token: web::Path<String>) -> HttpResponse {
    let Some(link) = Link::parse(&token) else { return ended::unknown() };
    match service::open(&app, &link).await {
        Ok(Opened::Open(survey)) => promise::page(&Way::to(&app, &link, Press::Decline), &survey),
        Ok(Opened::Over(over)) => ended::over(&base(&link), &over, None),
        Err(error) => ended::failed(&error, None),
    }
}

async fn show_promise_again(app: web::Data<App>, token: web::Path<String>) -> HttpResponse {
    let Some(link) = Link::parse(&token) else { return ended::unknown() };
    let base = base(&link);
    match service::told(&app, &link).await {
        Ok(Told::Open(survey)) => promise::again::open(&base, &survey),
        Ok(Told::Spent(promised)) => promise::again::spent(&base, &promised),
        Ok(Told::Over(over)) => ended::over(&base, &over, None),
        Err(error) => ended::failed(&error, None),
    }
}

async fn show_part(app: web::Data<App>, path: web::Path<(String, String)>, request: HttpRequest) -> HttpResponse {
    let Some(link) = Link::parse(&path.0) else { return ended::unknown() };
    match service::open(&app, &link).await {
        Ok(Opened::Open(survey)) => {
            let place =
                part::PartAddress { base: &base(&link), number: number(&path.1), checking: is_checking(&request) };
            part::page(&place, &survey)
        }
        Ok(Opened::Over(over)) => ended::over(&base(&link), &over, None),
        Err(error) => ended::failed(&error, None),
    }
}

async fn save_part(
    app: web::Data<App>,
    path: web::Path<(String, String)>,
    request: HttpRequest,
    body: Result<web::Bytes, actix_web::Error>,
) -> HttpResponse {
    let Some(link) = Link::parse(&path.0) else { return ended::unknown() };
    let base = base(&link);
    let form = match body {
        Ok(body) if form::is_form(request.headers().get(header::CONTENT_TYPE)) => PageForm::parse(&body),
        Ok(_) => return ended::unreadable(&base, StatusCode::UNSUPPORTED_MEDIA_TYPE),
        Err(error) if error.as_response_error().status_code() == StatusCode::PAYLOAD_TOO_LARGE => {
            return ended::too_large();
        }
        Err(_broken) => return ended::unreadable(&base, StatusCode::BAD_REQUEST),
    };
    if form.is_empty {
        return ended::unreadable(&base, StatusCode::BAD_REQUEST);
    }
    let place = part::PartAddress { base: &base, number: number(&path.1), checking: is_checking(&request) };
    let opened = PageMarks::parse(&form.carried.opened);
    match service::save_page(&app, &link, form.answers.clone(), form.prompts(), opened).await {
        Ok(Saved::Kept(survey, clashes)) if !clashes.is_empty() => part::clash(&place, &survey, &form, &clashes),
        Ok(Saved::Kept(survey, _)) if request.headers().contains_key("x-autosave") => part::saved(&place, &survey),
        Ok(Saved::Kept(..)) => see_other(&place.after(form.action)),
        Ok(Saved::Invalid(errors)) => match service::open(&app, &link).await {
            Ok(Opened::Open(survey)) => part::invalid(&place, &survey, &form, &errors),
            Ok(Opened::Over(over)) => ended::over(&base, &over, Some(&form)),
            Err(error) => ended::failed(&error, Some(&form)),
        },
        Ok(Saved::Over(over)) => ended::over(&base, &over, Some(&form)),
        // The questionnaire can often still be read when nothing can be written: then the page comes back as it was.
        Err(error) => match service::open(&app, &link).await {
            Ok(Opened::Open(survey)) => part::unsaved(&place, &survey, &form, &error),
            _ => ended::failed(&error, Some(&form)),
        },
    }
}

async fn show_check(app: web::Data<App>, token: web::Path<String>) -> HttpResponse {
    let Some(link) = Link::parse(&token) else { return ended::unknown() };
    match service::open(&app, &link).await {
        Ok(Opened::Open(survey)) => check::page(&Way::to(&app, &link, Press::Send), &survey, Outcome::Asked),
        Ok(Opened::Over(over)) => ended::over(&base(&link), &over, None),
        Err(error) => ended::failed(&error, None),
    }
}

async fn show_later(app: web::Data<App>, token: web::Path<String>) -> HttpResponse {
    let Some(link) = Link::parse(&token) else { return ended::unknown() };
    match service::open(&app, &link).await {
        Ok(Opened::Open(survey)) => ended::later(&base(&link), &survey),
        Ok(Opened::Over(over)) => ended::over(&base(&link), &over, None),
        Err(error) => ended::failed(&error, None),
    }
}

async fn send(
    app: web::Data<App>,
    token: web::Path<String>,
    body: Result<web::Bytes, actix_web::Error>,
) -> HttpResponse {
    let Some(link) = Link::parse(&token) else { return ended::unknown() };
    // The form carries the comments back only so that they can be shown again; what is sent is the draft.
    let form = PageForm::parse(&body.unwrap_or_default());
    let pressed = if FormState::is_good(&app.key, &link, Press::Send, &form.carried.state, app.clock.now()) {
        let seen = Seen { draft: &form.carried.draft, all_the_same: form.carried.all_the_same };
        service::submit(&app, &link, &seen).await
    } else {
        // Whether it was received before is told all the same; nothing is sent by this.
        return check_again(&app, &link, &form, Outcome::NotFromThePage).await;
    };
    match pressed {
        Ok(Pressed::Submitted(submitted)) => match *submitted {
            Submitted::Over(Over::Received(_)) => see_other(&base(&link)),
            Submitted::Empty => check_again(&app, &link, &form, Outcome::Empty).await,
            Submitted::Over(over) => ended::over(&base(&link), &over, Some(&form)),
        },
        Ok(Pressed::Changed) => check_again(&app, &link, &form, Outcome::Changed).await,
        Ok(Pressed::MostlyOpen) => check_again(&app, &link, &form, Outcome::MostlyOpen).await,
        Err(error) => match service::open(&app, &link).await {
            Ok(Opened::Open(survey)) => {
                check::page(&Way::to(&app, &link, Press::Send), &survey, Outcome::Unsent(failure::kind(&error)))
            }
            _ => ended::failed(&error, Some(&form)),
        },
    }
}

/// The check once more, with what came of pressing the button.
async fn check_again(app: &App, link: &Link, form: &PageForm, outcome: Outcome) -> HttpResponse {
    match service::open(app, link).await {
        Ok(Opened::Open(survey)) => check::page(&Way::to(app, link, Press::Send), &survey, outcome),
        Ok(Opened::Over(Over::Received(_))) => see_other(&base(link)),
        Ok(Opened::Over(over)) => ended::over(&base(link), &over, Some(form)),
        Err(error) => ended::failed(&error, Some(form)),
    }
}

async fn decline(
    app: web::Data<App>,
    token: web::Path<String>,
    body: Result<web::Bytes, actix_web::Error>,
) -> HttpResponse {
    let Some(link) = Link::parse(&token) else { return ended::unknown() };
    let (declined, carried) = form::declined(&body.unwrap_or_default());
    let is_pressed = FormState::is_good(&app.key, &link, Press::Decline, &carried.state, app.clock.now());
    let opened = match declined.filter(|_| is_pressed) {
        Some(declined) => service::decline(&app, &link, declined, None).await,
        None => service::open(&app, &link).await,
    };
    match opened {
        Ok(Opened::Open(_)) if is_pressed => see_other(&base(&link)),
        Ok(Opened::Open(survey)) => promise::press_again(&Way::to(&app, &link, Press::Decline), &survey),
        Ok(Opened::Over(over)) => ended::over(&base(&link), &over, None),
        Err(error) => ended::failed(&error, None),
    }
}

async fn back_to_check(token: web::Path<String>) -> HttpResponse {
    Link::parse(&token).map_or_else(ended::unknown, |link| see_other(&format!("{}/check", base(&link))))
}

async fn back_to_promise(token: web::Path<String>) -> HttpResponse {
    Link::parse(&token).map_or_else(ended::unknown, |link| see_other(&base(&link)))
}

/// The addresses of a rater's pages, and what the button of the page at hand wants.
struct Way {
    base: String,
    state: String,
}

impl Way {
    fn to(app: &App, link: &Link, press: Press) -> Self {
        Self { base: base(link), state: FormState::new(&app.key, link, press, app.clock.now()).to_text() }
    }
}

/// The link that a path under `/s` begins with.
fn link_of(path: &str) -> Option<Link> {
    path.split('/').nth(2).and_then(Link::parse)
}

fn base(link: &Link) -> String {
    format!("/s/{}", link.expose().as_str())
}

/// Page numbers start at 1; 0 stands for a number that is none.
fn number(text: &str) -> usize {
    text.parse().unwrap_or(0)
}

/// Whether the rater came from the check page, to which they then return.
fn is_checking(request: &HttpRequest) -> bool {
    request.query_string() == "check"
}

/// What this is, in a heading or a title.
fn about(say: Say, survey: &Survey) -> Said {
    match survey.group.kind() {
        RaterKind::Subject => Said::of(say.survey_about_self()),
        RaterKind::Named | RaterKind::Anonymous => {
            Said::of(say.survey_about().subject(survey.review.subject.person.name.as_str()))
        }
    }
}

fn see_other(location: &str) -> HttpResponse {
    HttpResponse::SeeOther().insert_header((header::LOCATION, location)).finish()
}
