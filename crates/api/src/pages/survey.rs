//! The rater's way through a questionnaire: promise, parts, check, thanks. Reached by the link alone.
//!
//! A GET changes nothing, so a mail scanner that opens the link spends nothing. Every POST answers with a redirect, so that reloading
//! repeats nothing; a form that cannot be saved comes back with everything that was typed.

mod check;
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

use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, web};
use candour_domain::RaterKind;

use self::form::PageForm;
use super::read;
use crate::seal::Link;
use crate::service::survey as service;
use crate::service::survey::{Opened, Saved, Submitted, Survey};
use crate::state::App;

/// The largest form accepted, in bytes: twenty comments of 4,000 characters fit, with every character percent-encoded.
pub(super) const LARGEST_FORM: usize = 1024 * 1024;

/// The routes, within `/s`.
pub(super) fn configure(cfg: &mut web::ServiceConfig) {
    cfg.service(web::resource(["/{token}", "/{token}/"]).route(read().to(show_promise)))
        .service(web::resource("/{token}/page/{number}").route(read().to(show_part)).route(web::post().to(save_part)))
        .service(web::resource("/{token}/check").route(read().to(show_check)))
        .service(web::resource("/{token}/later").route(read().to(show_later)))
        .service(web::resource("/{token}/send").route(read().to(back_to_check)).route(web::post().to(send)))
        .service(web::resource("/{token}/decline").route(read().to(back_to_promise)).route(web::post().to(decline)));
}

/// Everything else under `/s`.
pub(super) async fn unknown() -> HttpResponse {
    ended::unknown()
}

async fn show_promise(app: web::Data<App>, token: web::Path<String>) -> HttpResponse {
    let Some(link) = parse_link(&token) else { return ended::unknown() };
    match service::open(&app, &link).await {
        Ok(Opened::Open(survey)) => promise::page(&base(&link), &survey),
        Ok(gone) => ended::gone(&gone, None),
        Err(_) => ended::unavailable(None),
    }
}

async fn show_part(app: web::Data<App>, path: web::Path<(String, String)>, request: HttpRequest) -> HttpResponse {
    let Some(link) = parse_link(&path.0) else { return ended::unknown() };
    match service::open(&app, &link).await {
        Ok(Opened::Open(survey)) => {
            let place = part::Place { base: &base(&link), number: number(&path.1), checking: is_checking(&request) };
            part::page(&place, &survey)
        }
        Ok(gone) => ended::gone(&gone, None),
        Err(_) => ended::unavailable(None),
    }
}

async fn save_part(
    app: web::Data<App>,
    path: web::Path<(String, String)>,
    request: HttpRequest,
    body: Result<web::Bytes, actix_web::Error>,
) -> HttpResponse {
    let Some(link) = parse_link(&path.0) else { return ended::unknown() };
    if !form::is_form(request.headers().get(header::CONTENT_TYPE)) {
        return HttpResponse::UnsupportedMediaType().finish();
    }
    let Ok(body) = body else { return ended::too_large() };
    let base = base(&link);
    let place = part::Place { base: &base, number: number(&path.1), checking: is_checking(&request) };
    let form = PageForm::parse(&body);
    match service::save_page(&app, &link, form.answers.clone(), form.prompts()).await {
        Ok(Saved::Saved) if request.headers().contains_key("x-autosave") => HttpResponse::NoContent().finish(),
        Ok(Saved::Saved) => see_other(&place.after(form.action)),
        Ok(Saved::Invalid(errors)) => match service::open(&app, &link).await {
            Ok(Opened::Open(survey)) => part::invalid(&place, &survey, &form.answers, &errors),
            Ok(gone) => ended::gone(&gone, Some(&form.answers)),
            Err(_) => ended::unavailable(Some(&form.answers)),
        },
        Ok(Saved::Gone(gone)) => ended::gone(&gone, Some(&form.answers)),
        // The questionnaire can often still be read when nothing can be written: then the page comes back as it was.
        Err(_) => match service::open(&app, &link).await {
            Ok(Opened::Open(survey)) => part::unsaved(&place, &survey, &form.answers),
            _ => ended::unavailable(Some(&form.answers)),
        },
    }
}

async fn show_check(app: web::Data<App>, token: web::Path<String>) -> HttpResponse {
    let Some(link) = parse_link(&token) else { return ended::unknown() };
    match service::open(&app, &link).await {
        Ok(Opened::Open(survey)) => check::page(&base(&link), &survey),
        Ok(gone) => ended::gone(&gone, None),
        Err(_) => ended::unavailable(None),
    }
}

async fn show_later(app: web::Data<App>, token: web::Path<String>) -> HttpResponse {
    let Some(link) = parse_link(&token) else { return ended::unknown() };
    match service::open(&app, &link).await {
        Ok(Opened::Open(survey)) => ended::later(&base(&link), &survey),
        Ok(gone) => ended::gone(&gone, None),
        Err(_) => ended::unavailable(None),
    }
}

async fn send(app: web::Data<App>, token: web::Path<String>, body: Result<web::Bytes, actix_web::Error>) -> HttpResponse {
    let Some(link) = parse_link(&token) else { return ended::unknown() };
    // The form carries the comments back only so that they can be shown again; what is sent is the draft.
    let shown = PageForm::parse(&body.unwrap_or_default()).answers;
    match service::submit(&app, &link).await {
        Ok(Submitted::Received(_) | Submitted::Gone(Opened::Received(_))) => see_other(&base(&link)),
        Ok(Submitted::Empty) => match service::open(&app, &link).await {
            Ok(Opened::Open(survey)) => check::empty(&base(&link), &survey),
            Ok(gone) => ended::gone(&gone, Some(&shown)),
            Err(_) => ended::unavailable(Some(&shown)),
        },
        Ok(Submitted::Gone(gone)) => ended::gone(&gone, Some(&shown)),
        Err(_) => match service::open(&app, &link).await {
            Ok(Opened::Open(survey)) => check::unsent(&base(&link), &survey),
            _ => ended::unavailable(Some(&shown)),
        },
    }
}

async fn decline(app: web::Data<App>, token: web::Path<String>, body: Result<web::Bytes, actix_web::Error>) -> HttpResponse {
    let Some(link) = parse_link(&token) else { return ended::unknown() };
    let Some(declined) = form::declined(&body.unwrap_or_default()) else { return see_other(&base(&link)) };
    match service::decline(&app, &link, declined).await {
        Ok(Opened::Open(_)) => see_other(&base(&link)),
        Ok(gone) => ended::gone(&gone, None),
        Err(_) => ended::unavailable(None),
    }
}

async fn back_to_check(token: web::Path<String>) -> HttpResponse {
    parse_link(&token).map_or_else(ended::unknown, |link| see_other(&format!("{}/check", base(&link))))
}

async fn back_to_promise(token: web::Path<String>) -> HttpResponse {
    parse_link(&token).map_or_else(ended::unknown, |link| see_other(&base(&link)))
}

/// Mail programs sometimes take the full stop or bracket after a link for a part of it.
fn parse_link(token: &str) -> Option<Link> {
    Link::parse(token.trim_end_matches(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '-' | '_')))
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
fn about(survey: &Survey) -> String {
    match survey.group.kind() {
        RaterKind::Subject => "Your own assessment".to_owned(),
        RaterKind::Named | RaterKind::Anonymous => format!("Feedback for {}", survey.review.subject.person.name),
    }
}

fn see_other(location: &str) -> HttpResponse {
    HttpResponse::SeeOther().insert_header((header::LOCATION, location)).finish()
}
