//! Everything answered, at a glance, before it is sent.

use actix_web::HttpResponse;
use actix_web::http::{StatusCode, header};
use askama::Template;
use candour_domain::{Item, RaterKind};

use super::parts::{Part, parts};
use super::typed::{Choice, Typed};
use crate::pages::frame::{Frame, html};
use crate::pages::wording::count;
use crate::service::survey::Survey;
use crate::uk_time::uk_time;

/// Up to here, the statements left open are listed one by one; beyond, by part.
const LISTED: usize = 8;

#[derive(Template)]
#[template(path = "survey/check.html")]
struct CheckPage<'a> {
    frame: Frame<'a>,
    base: &'a str,
    survey: &'a Survey,
    kind: RaterKind,
    deadline: String,
    sections: Vec<Section<'a>>,
    comments: Vec<Written<'a>>,
    /// The number of the page with the comment prompts.
    comments_part: usize,
    /// How many statements have no answer yet, in words; empty when all have one.
    missing: String,
    gaps: Vec<Gap<'a>>,
    outcome: Outcome,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Asked,
    Empty,
    Unsent,
}

struct Section<'a> {
    number: usize,
    title: &'a str,
    answers: Vec<Answer<'a>>,
}

struct Answer<'a> {
    id: &'a str,
    text: &'a str,
    /// `None` when there is no answer yet.
    label: Option<&'a str>,
}

struct Written<'a> {
    id: &'a str,
    prompt: &'a str,
    text: &'a str,
}

struct Gap<'a> {
    href: String,
    text: &'a str,
    /// "3 statements" where they are listed by part.
    left: Option<String>,
}

/// The answers so far, and the button that sends them.
pub(super) fn page(base: &str, survey: &Survey) -> HttpResponse {
    render(base, survey, Outcome::Asked)
}

/// There was nothing to send.
pub(super) fn empty(base: &str, survey: &Survey) -> HttpResponse {
    render(base, survey, Outcome::Empty)
}

/// Sending failed; the answers are as they were.
pub(super) fn unsent(base: &str, survey: &Survey) -> HttpResponse {
    render(base, survey, Outcome::Unsent)
}

fn render(base: &str, survey: &Survey, outcome: Outcome) -> HttpResponse {
    let typed = Typed::saved(&survey.draft);
    let scale = survey.framework.scale();
    let (mut sections, mut comments, mut comments_part) = (Vec::new(), Vec::new(), 0);
    for (part, number) in parts(survey).iter().zip(1..) {
        match part {
            Part::Competency(competency, items) => {
                let answer = |item: &Item| match typed.choice(item) {
                    Choice::Open => None,
                    Choice::NotObserved => Some(scale.not_observed()),
                    Choice::Point(value) => scale.points().iter().find(|point| point.value == value).map(|point| point.label.as_str()),
                };
                let answers =
                    items.iter().map(|&item| Answer { id: item.id.as_str(), text: item.wording(&survey.group), label: answer(item) });
                sections.push(Section { number, title: &competency.title, answers: answers.collect() });
            }
            Part::Comments(prompts) => {
                comments_part = number;
                comments.extend(prompts.iter().map(|prompt| Written {
                    id: prompt.id.as_str(),
                    prompt: prompt.wording(&survey.group),
                    text: typed.comment(prompt),
                }));
            }
        }
    }
    let open = |section: &Section<'_>| section.answers.iter().filter(|answer| answer.label.is_none()).count();
    let missing: usize = sections.iter().map(open).sum();
    let page = CheckPage {
        frame: Frame::of(&survey.organisation),
        base,
        survey,
        kind: survey.group.kind(),
        deadline: uk_time(survey.round.record().closes_at),
        gaps: gaps(base, &sections, missing),
        missing: if missing == 0 { String::new() } else { count(missing, "statement") },
        sections,
        comments,
        comments_part,
        outcome,
    };
    let status = match outcome {
        Outcome::Asked => StatusCode::OK,
        Outcome::Empty => StatusCode::UNPROCESSABLE_ENTITY,
        Outcome::Unsent => StatusCode::SERVICE_UNAVAILABLE,
    };
    let mut response = html(status, &page);
    if outcome == Outcome::Unsent {
        response.headers_mut().insert(header::RETRY_AFTER, header::HeaderValue::from_static("30"));
    }
    response
}

fn gaps<'a>(base: &str, sections: &[Section<'a>], missing: usize) -> Vec<Gap<'a>> {
    let mut gaps = Vec::new();
    for section in sections {
        let open: Vec<_> = section.answers.iter().filter(|answer| answer.label.is_none()).collect();
        let address = |answer: &Answer<'_>| format!("{base}/page/{}?check#item-{}", section.number, answer.id);
        if missing <= LISTED {
            gaps.extend(open.iter().map(|answer| Gap { href: address(answer), text: answer.text, left: None }));
        } else if let Some(first) = open.first() {
            gaps.push(Gap { href: address(first), text: section.title, left: Some(count(open.len(), "statement")) });
        }
    }
    gaps
}

impl CheckPage<'_> {
    fn about(&self) -> String {
        super::about(self.survey)
    }

    fn is_empty(&self) -> bool {
        self.outcome == Outcome::Empty
    }

    fn is_unsent(&self) -> bool {
        self.outcome == Outcome::Unsent
    }
}
