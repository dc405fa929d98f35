//! Everything answered, at a glance, before it is sent.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;
use candour_domain::{Item, RaterKind};
use candour_service::error::Fault;
use candour_service::survey::Survey;
use candour_words::uk_time::uk_time;

use super::Way;
use super::contact::names_a_contact;
use super::parts::{Part, parts};
use super::typed::{Choice, Typed};
use crate::failure;
use crate::frame::{Frame, Said, html};

/// Up to here, the statements left open are listed one by one; beyond, by part.
const LISTED: usize = 8;

#[derive(Template)]
#[template(path = "survey/check.html")]
struct CheckPage<'a> {
    frame: Frame<'a>,
    base: &'a str,
    /// What the button brings back: that it was this page's, and of which draft.
    state: &'a str,
    draft: String,
    survey: &'a Survey,
    kind: RaterKind,
    deadline: String,
    sections: Vec<Section<'a>>,
    comments: Vec<Written<'a>>,
    /// The number of the page with the comment prompts.
    comments_part: usize,
    /// How many statements have no answer yet.
    missing: usize,
    /// Of how many.
    asked: usize,
    gaps: Vec<Gap<'a>>,
    outcome: Outcome,
}

/// What came of pressing the button.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    /// It has not been pressed.
    Asked,
    /// There was nothing to send.
    Empty,
    /// Most statements are open: asked once whether to send all the same.
    MostlyOpen,
    /// The draft was changed since this page was opened.
    Changed,
    /// It was not pressed on this page, or the page was too old.
    NotFromThePage,
    /// Sending failed; the answers are as they were.
    Unsent(Fault),
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
    /// How many statements, where they are listed by part.
    missing: Option<usize>,
}

/// The answers so far, and the button that sends them.
pub(super) fn page(way: &Way, survey: &Survey, outcome: Outcome) -> HttpResponse {
    let base = way.base.as_str();
    let draft = match survey.marks.whole(&survey.draft) {
        Ok(draft) => draft,
        Err(error) => return super::ended::failed(&error.into(), None),
    };
    let typed = Typed::saved(&survey.draft);
    let scale = survey.framework.scale();
    let (mut sections, mut comments, mut comments_part) = (Vec::new(), Vec::new(), 0);
    for (part, number) in parts(survey).iter().zip(1..) {
        match part {
            Part::Competency(competency, items) => {
                let answer = |item: &Item| match typed.choice(item) {
                    Choice::Open => None,
                    Choice::NotObserved => Some(scale.not_observed()),
                    Choice::Point(value) => {
                        scale.points().iter().find(|point| point.value == value).map(|point| point.label.as_str())
                    }
                };
                let answers = items.iter().map(|&item| Answer {
                    id: item.id.as_str(),
                    text: item.wording(&survey.group),
                    label: answer(item),
                });
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
    let asked: usize = sections.iter().map(|section| section.answers.len()).sum();
    let page = CheckPage {
        frame: Frame::of(&survey.organisation),
        base,
        state: &way.state,
        draft,
        survey,
        kind: survey.group.kind(),
        deadline: uk_time(survey.round.record().closes_at),
        gaps: gaps(base, &sections, missing),
        missing,
        asked,
        sections,
        comments,
        comments_part,
        outcome,
    };
    match outcome {
        Outcome::Asked => html(StatusCode::OK, &page),
        Outcome::Empty | Outcome::MostlyOpen => html(StatusCode::UNPROCESSABLE_ENTITY, &page),
        Outcome::Changed => html(StatusCode::CONFLICT, &page),
        Outcome::NotFromThePage => html(StatusCode::FORBIDDEN, &page),
        Outcome::Unsent(fault) => failure::page(fault, &page),
    }
}

fn gaps<'a>(base: &str, sections: &[Section<'a>], missing: usize) -> Vec<Gap<'a>> {
    let mut gaps = Vec::new();
    for section in sections {
        let open: Vec<_> = section.answers.iter().filter(|answer| answer.label.is_none()).collect();
        let address = |answer: &Answer<'_>| format!("{base}/page/{}?check#item-{}", section.number, answer.id);
        if missing <= LISTED {
            gaps.extend(open.iter().map(|answer| Gap { href: address(answer), text: answer.text, missing: None }));
        } else if let Some(first) = open.first() {
            gaps.push(Gap { href: address(first), text: section.title, missing: Some(open.len()) });
        }
    }
    gaps
}

impl Written<'_> {
    fn names_a_contact(&self) -> bool {
        names_a_contact(self.text)
    }
}

impl CheckPage<'_> {
    fn about(&self) -> Said {
        super::about(self.frame.say, self.survey)
    }
}
