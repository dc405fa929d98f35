//! The page behind the link: what is asked, what happens with the answers, and what cannot be undone. Read before the
//! first question: what matters most stands above the button, and all of it is on the same page.

pub(super) mod again;
mod whole;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;
use candour_domain::RaterKind;
use candour_service::survey::Survey;
use candour_words::uk_time::uk_time;

use self::whole::Whole;
use super::Way;
use super::parts::{Part, left_off, parts};
use crate::capacity::capacity;
use crate::frame::{Frame, Said, html};

#[derive(Template)]
#[template(path = "survey/promise.html")]
struct PromisePage<'a> {
    frame: Frame<'a>,
    base: &'a str,
    /// What the button to decline brings back.
    state: &'a str,
    /// A button was pressed that this page did not show, or showed too long ago.
    again: bool,
    survey: &'a Survey,
    whole: Whole<'a>,
    statements: usize,
    deadline: String,
    /// Statements answered so far; `None` before the first answer.
    answered: Option<usize>,
    /// Where the button leads.
    start: String,
}

/// The promise, with a button to start or to go on.
pub(super) fn page(way: &Way, survey: &Survey) -> HttpResponse {
    render(way, survey, false)
}

/// The same after a press on "I would rather not answer" that did not come from it: nothing was changed.
pub(super) fn press_again(way: &Way, survey: &Survey) -> HttpResponse {
    render(way, survey, true)
}

fn render(way: &Way, survey: &Survey, again: bool) -> HttpResponse {
    let base = &way.base;
    let parts = parts(survey);
    let statements = parts.iter().map(|part| if let Part::Competency(_, items) = part { items.len() } else { 0 }).sum();
    let begun = survey.draft.require_something().is_ok();
    let frame = Frame::of(&survey.organisation);
    let page = PromisePage {
        base,
        state: &way.state,
        again,
        survey,
        whole: Whole::of(frame.say, survey),
        statements,
        deadline: uk_time(survey.round.record().closes_at),
        answered: begun.then(|| survey.draft.ratings().len()),
        frame,
        start: left_off(survey, &parts).map_or_else(|| format!("{base}/check"), |part| format!("{base}/page/{part}")),
    };
    html(if again { StatusCode::FORBIDDEN } else { StatusCode::OK }, &page)
}

impl PromisePage<'_> {
    fn capacity(&self) -> Said {
        capacity(self.frame.say, &self.survey.group)
    }

    fn about(&self) -> Said {
        super::about(self.frame.say, self.survey)
    }
}
