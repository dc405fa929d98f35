//! Pages that ask nothing: answers received, round closed, link unknown, come back later, nothing can be saved.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;
use candour_service::error::{Error, Fault};
use candour_service::survey::{EndedSurvey, Over, Survey};
use candour_words::uk_time::uk_time;
use serde_json::Value;

use super::form::{NOT_OBSERVED, PageForm};
use crate::failure;
use crate::frame::{Frame, Said, html};

#[derive(Template)]
#[template(path = "survey/received.html")]
struct ReceivedPage<'a> {
    frame: Frame<'a>,
    base: &'a str,
    place: &'a EndedSurvey,
    late: bool,
    typed: Vec<&'a str>,
}

#[derive(Template)]
#[template(path = "survey/closed.html")]
struct ClosedPage<'a> {
    frame: Frame<'a>,
    place: &'a EndedSurvey,
    late: bool,
    typed: Vec<&'a str>,
}

#[derive(Template)]
#[template(path = "survey/withdrawn.html")]
struct WithdrawnPage<'a> {
    frame: Frame<'a>,
    place: &'a EndedSurvey,
    typed: Vec<&'a str>,
}

#[derive(Template)]
#[template(path = "survey/unknown.html")]
struct UnknownPage<'a> {
    frame: Frame<'a>,
    typed: Vec<&'a str>,
}

#[derive(Template)]
#[template(path = "survey/sample.html")]
struct SamplePage<'a> {
    frame: Frame<'a>,
}

#[derive(Template)]
#[template(path = "survey/later.html")]
struct LaterPage<'a> {
    frame: Frame<'a>,
    base: &'a str,
    survey: &'a Survey,
    deadline: String,
}

#[derive(Template)]
#[template(path = "survey/unavailable.html")]
struct UnavailablePage<'a> {
    frame: Frame<'a>,
    /// Whether a form was sent, which can be sent again.
    sent: bool,
    /// Whether trying again helps.
    passing: bool,
    carried: Vec<(&'static str, &'a str)>,
    ratings: Vec<(&'a str, String)>,
    comments: Vec<(&'a str, &'a str)>,
}

#[derive(Template)]
#[template(path = "survey/refused.html")]
struct RefusedPage<'a> {
    frame: Frame<'a>,
    base: &'a str,
    why: Refused,
    typed: Vec<&'a str>,
}

/// Why a form is refused before it is looked at.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Refused {
    /// It comes from a page of another site.
    Foreign,
    /// The browser does not say where it comes from.
    Unsaid,
    /// It is not what a page sends.
    Unreadable,
}

#[derive(Template)]
#[template(path = "survey/too_large.html")]
struct TooLargePage<'a> {
    frame: Frame<'a>,
}

#[derive(Template)]
#[template(path = "survey/not_read.html")]
struct NotReadPage<'a> {
    frame: Frame<'a>,
}

/// The link of a sample.
pub(super) fn sample() -> HttpResponse {
    html(StatusCode::OK, &SamplePage { frame: Frame::nobodys() })
}

/// A link that opens no questionnaire any more. What has just been sent, if anything, is shown back so that it can be
/// copied. `base` is the address of the link's first page.
pub(super) fn over(base: &str, over: &Over, sent: Option<&PageForm>) -> HttpResponse {
    let typed = texts(sent);
    let late = sent.is_some();
    match over {
        Over::Received(place) => {
            let status = if late { StatusCode::CONFLICT } else { StatusCode::OK };
            html(status, &ReceivedPage { frame: Frame::of(&place.organisation), base, place, late, typed })
        }
        Over::Closed(place) => {
            html(StatusCode::GONE, &ClosedPage { frame: Frame::of(&place.organisation), place, late, typed })
        }
        Over::Withdrawn(place) => {
            html(StatusCode::GONE, &WithdrawnPage { frame: Frame::of(&place.organisation), place, typed })
        }
        Over::Unknown => html(StatusCode::NOT_FOUND, &UnknownPage { frame: Frame::nobodys(), typed }),
    }
}

/// No such link.
pub(super) fn unknown() -> HttpResponse {
    over("", &Over::Unknown, None)
}

/// Saved; come back with the same link.
pub(super) fn later(base: &str, survey: &Survey) -> HttpResponse {
    let deadline = uk_time(survey.round.record().closes_at);
    html(StatusCode::OK, &LaterPage { frame: Frame::of(&survey.organisation), base, survey, deadline })
}

/// Nothing can be read or written. What was sent can be sent again from the page, or copied.
pub(super) fn failed(error: &Error, sent: Option<&PageForm>) -> HttpResponse {
    unavailable(failure::kind(error), sent)
}

fn unavailable(fault: Fault, sent: Option<&PageForm>) -> HttpResponse {
    let value = |value: &Value| match value {
        Value::Null => NOT_OBSERVED.to_owned(),
        Value::String(text) => text.clone(),
        number => number.to_string(),
    };
    let answers = sent.map(|form| &form.answers);
    let page = UnavailablePage {
        frame: Frame::nobodys(),
        sent: sent.is_some(),
        passing: fault == Fault::Unavailable,
        carried: sent.map(|form| form.carried.fields()).unwrap_or_default(),
        ratings: answers
            .iter()
            .flat_map(|sent| &sent.ratings)
            .map(|(id, rating)| (id.as_str(), value(rating)))
            .collect(),
        comments: answers
            .iter()
            .flat_map(|sent| &sent.comments)
            .map(|(id, text)| (id.as_str(), text.as_str()))
            .collect(),
    };
    failure::page(fault, &page)
}

/// A button that was pressed on a page of another site.
pub(super) fn foreign(base: &str) -> HttpResponse {
    refused(StatusCode::FORBIDDEN, base, Refused::Foreign, None)
}

/// A form of which the browser does not say where it comes from. It may be the rater's, so their text is shown back.
pub(super) fn unsaid(base: &str, sent: Option<&PageForm>) -> HttpResponse {
    refused(StatusCode::FORBIDDEN, base, Refused::Unsaid, sent)
}

/// A form that did not arrive as a page sends it.
pub(super) fn unreadable(base: &str, status: StatusCode) -> HttpResponse {
    refused(status, base, Refused::Unreadable, None)
}

fn refused(status: StatusCode, base: &str, why: Refused, sent: Option<&PageForm>) -> HttpResponse {
    html(status, &RefusedPage { frame: Frame::nobodys(), base, why, typed: texts(sent) })
}

/// What was sent has not arrived, and can be sent again from the page before.
pub(super) fn not_read(status: StatusCode) -> HttpResponse {
    html(status, &NotReadPage { frame: Frame::nobodys() })
}

/// A form far beyond any questionnaire.
pub(super) fn too_large() -> HttpResponse {
    html(StatusCode::PAYLOAD_TOO_LARGE, &TooLargePage { frame: Frame::nobodys() })
}

fn texts(sent: Option<&PageForm>) -> Vec<&str> {
    sent.into_iter()
        .flat_map(|sent| sent.answers.comments.values())
        .map(String::as_str)
        .filter(|text| !text.trim().is_empty())
        .collect()
}

impl LaterPage<'_> {
    fn about(&self) -> Said {
        super::about(self.frame.say, self.survey)
    }
}
