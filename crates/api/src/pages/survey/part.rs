//! One page of questions: the statements of a competency, or the comment prompts.

use actix_web::HttpResponse;
use actix_web::http::{StatusCode, header};
use askama::Template;
use candour_domain::response::{LONGEST_COMMENT, ResponseError, ResponseInput};
use candour_domain::{Prompt, RaterKind, Scale};

use super::form::{Action, NOT_OBSERVED};
use super::parts::{Part, parts};
use super::see_other;
use super::typed::{Choice, Typed};
use crate::pages::frame::{Frame, html};
use crate::pages::wording::count;
use crate::service::survey::Survey;

/// Which page of whose questionnaire.
pub(super) struct Place<'a> {
    /// `/s/<link>`.
    pub(super) base: &'a str,
    /// The number of the page, from 1.
    pub(super) number: usize,
    /// Whether the rater came from the check page and goes back there.
    pub(super) checking: bool,
}

#[derive(Template)]
#[template(path = "survey/part.html")]
struct PartPage<'a> {
    frame: Frame<'a>,
    base: &'a str,
    survey: &'a Survey,
    kind: RaterKind,
    number: usize,
    total: usize,
    checking: bool,
    title: &'a str,
    questions: Vec<Question<'a>>,
    comments: Vec<Comment<'a>>,
    /// What is wrong, each with the field it is about.
    problems: Vec<Problem>,
    /// Nothing could be saved just now.
    unsaved: bool,
}

struct Question<'a> {
    id: &'a str,
    text: &'a str,
    options: Vec<Choosable<'a>>,
    problem: Option<String>,
}

struct Choosable<'a> {
    /// Part of the element's id, so that an error can lead to the first one.
    at: usize,
    value: String,
    label: &'a str,
    checked: bool,
    not_observed: bool,
}

struct Comment<'a> {
    id: &'a str,
    prompt: &'a str,
    text: &'a str,
    problem: Option<String>,
}

struct Problem {
    /// The id of the field.
    field: Option<String>,
    text: String,
}

/// A page as it was left.
pub(super) fn page(place: &Place<'_>, survey: &Survey) -> HttpResponse {
    render(place, survey, &Typed::saved(&survey.draft), &[], false)
}

/// A page that does not fit the framework, as it was sent, with what to mend.
pub(super) fn invalid(place: &Place<'_>, survey: &Survey, sent: &ResponseInput, errors: &[ResponseError]) -> HttpResponse {
    render(place, survey, &Typed::unsaved(&survey.draft, sent), errors, false)
}

/// A page that could not be saved, as it was sent.
pub(super) fn unsaved(place: &Place<'_>, survey: &Survey, sent: &ResponseInput) -> HttpResponse {
    render(place, survey, &Typed::unsaved(&survey.draft, sent), &[], true)
}

impl Place<'_> {
    /// Where a saved page leads. Past the last page is the check, which [`page`] sees to.
    pub(super) fn after(&self, action: Action) -> String {
        let base = self.base;
        match action {
            Action::Next => format!("{base}/page/{}", self.number + 1),
            Action::Back if self.number > 1 => format!("{base}/page/{}", self.number - 1),
            Action::Back => base.to_owned(),
            Action::Check => format!("{base}/check"),
            Action::Later => format!("{base}/later"),
        }
    }
}

fn render(place: &Place<'_>, survey: &Survey, typed: &Typed<'_>, errors: &[ResponseError], unsaved: bool) -> HttpResponse {
    let parts = parts(survey);
    let Some(part) = place.number.checked_sub(1).and_then(|at| parts.get(at)) else {
        return if errors.is_empty() && !unsaved && place.number > parts.len() {
            see_other(&format!("{}/check", place.base))
        } else {
            see_other(place.base)
        };
    };
    let problem = |field: &str| errors.iter().find(|error| error.pointer() == field).map(message);
    let (mut questions, mut comments) = (Vec::new(), Vec::new());
    match part {
        Part::Competency(_, items) => {
            for item in items {
                let problem = problem(&format!("/ratings/{}", item.id));
                let options = options(survey.framework.scale(), typed.choice(item));
                questions.push(Question { id: item.id.as_str(), text: item.wording(&survey.group), options, problem });
            }
        }
        Part::Comments(prompts) => {
            for prompt in *prompts {
                comments.push(comment(prompt, survey, typed, problem(&format!("/comments/{}", prompt.id))));
            }
        }
    }
    let fields: Vec<_> = questions
        .iter()
        .map(|question| (format!("/ratings/{}", question.id), format!("rating-{}-1", question.id)))
        .chain(comments.iter().map(|comment| (format!("/comments/{}", comment.id), format!("comment-{}", comment.id))))
        .collect();
    let mut problems = Vec::new();
    for error in errors {
        let field = fields.iter().find(|(pointer, _)| *pointer == error.pointer()).map(|(_, field)| field.clone());
        problems.push(Problem { field, text: message(error) });
    }
    let status = match (errors.is_empty(), unsaved) {
        (false, _) => StatusCode::UNPROCESSABLE_ENTITY,
        (true, true) => StatusCode::SERVICE_UNAVAILABLE,
        (true, false) => StatusCode::OK,
    };
    let mut response = html(
        status,
        &PartPage {
            frame: Frame::of(&survey.organisation),
            base: place.base,
            survey,
            kind: survey.group.kind(),
            number: place.number,
            total: parts.len(),
            checking: place.checking,
            title: part.title(),
            questions,
            comments,
            problems,
            unsaved,
        },
    );
    if unsaved {
        response.headers_mut().insert(header::RETRY_AFTER, header::HeaderValue::from_static("30"));
    }
    response
}

fn options(scale: &Scale, choice: Choice) -> Vec<Choosable<'_>> {
    let points = scale.points().iter().map(|point| (point.value.to_string(), point.label.as_str(), Choice::Point(point.value)));
    let all = points.chain([(NOT_OBSERVED.to_owned(), scale.not_observed(), Choice::NotObserved)]);
    all.zip(1..)
        .map(|((value, label, own), at)| Choosable { at, value, label, checked: own == choice, not_observed: own == Choice::NotObserved })
        .collect()
}

fn comment<'a>(prompt: &'a Prompt, survey: &'a Survey, typed: &Typed<'a>, problem: Option<String>) -> Comment<'a> {
    Comment { id: prompt.id.as_str(), prompt: prompt.wording(&survey.group), text: typed.comment(prompt), problem }
}

/// What to mend, in the rater's words.
fn message(error: &ResponseError) -> String {
    match error {
        ResponseError::RatingOffScale { .. } => "Choose one of the answers shown".to_owned(),
        ResponseError::CommentTooLong { length, .. } => {
            let over = length.saturating_sub(LONGEST_COMMENT);
            format!("This comment is too long: take out {}", count(over, "character"))
        }
        ResponseError::Empty => "Answer at least one statement, or write a comment".to_owned(),
        ResponseError::UnknownItem { .. } | ResponseError::ItemNotAsked { .. } | ResponseError::UnknownPrompt { .. } => {
            "This page was out of date. Please look through your answers and save again".to_owned()
        }
    }
}

impl PartPage<'_> {
    fn subject(&self) -> &str {
        self.survey.review.subject.person.name.as_str()
    }

    fn about(&self) -> String {
        super::about(self.survey)
    }

    fn not_observed(&self) -> &str {
        self.survey.framework.scale().not_observed()
    }

    /// The address the form is sent to.
    fn action(&self) -> String {
        let query = if self.checking { "?check" } else { "" };
        format!("{}/page/{}{query}", self.base, self.number)
    }

    fn is_last(&self) -> bool {
        self.number == self.total
    }

    /// Where each button leads, for the script.
    fn after(&self, action: &str) -> String {
        let place = Place { base: self.base, number: self.number, checking: self.checking };
        place.after(match action {
            "back" => Action::Back,
            "check" => Action::Check,
            "later" => Action::Later,
            _ => Action::Next,
        })
    }
}
