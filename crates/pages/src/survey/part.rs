//! One page of questions: the statements of a competency, or the comment prompts.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;
use candour_domain::response::merge::Clash;
use candour_domain::response::{LONGEST_COMMENT, ResponseError, ResponseInput};
use candour_domain::{Item, Prompt, RaterKind, Scale};
use candour_service::error::{Error, Fault};
use candour_service::survey::Survey;

use super::contact::names_a_contact;
use super::form::{Action, NOT_OBSERVED, PageForm};
use super::parts::{Part, parts};
use super::see_other;
use super::typed::{Choice, Typed};
use crate::failure;
use crate::frame::{Frame, Said, Say, html};

/// Which page of whose questionnaire.
pub(super) struct PartAddress<'a> {
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
    title: Said,
    questions: Vec<Question<'a>>,
    comments: Vec<Comment<'a>>,
    /// The marks of what these fields held when they were opened.
    opened: String,
    /// What is wrong, each with the field it is about.
    problems: Vec<FieldProblem>,
    /// Nothing could be saved just now.
    unsaved: Option<Fault>,
    /// Some fields were changed elsewhere too.
    clash: bool,
}

struct Question<'a> {
    id: &'a str,
    text: &'a str,
    options: Vec<Choosable<'a>>,
    problem: Option<Said>,
    /// What was chosen elsewhere.
    other: Option<&'a str>,
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
    problem: Option<Said>,
    /// What was written elsewhere.
    other: Option<&'a str>,
}

impl Question<'_> {
    fn is_wrong(&self) -> bool {
        self.problem.is_some() || self.other.is_some()
    }
}

impl Comment<'_> {
    fn names_a_contact(&self) -> bool {
        names_a_contact(self.text)
    }

    fn is_wrong(&self) -> bool {
        self.problem.is_some() || self.other.is_some()
    }
}

struct FieldProblem {
    /// The id of the field.
    field: Option<String>,
    text: Said,
}

/// What a page is shown with.
struct Shown<'a> {
    typed: Typed<'a>,
    /// The marks that the form brought; `None` for those of the draft as it is.
    opened: Option<&'a str>,
    errors: &'a [ResponseError],
    clashes: &'a [Clash],
    unsaved: Option<Fault>,
}

/// A page as it was left.
pub(super) fn page(place: &PartAddress<'_>, survey: &Survey) -> HttpResponse {
    render(
        place,
        survey,
        &Shown { typed: Typed::saved(&survey.draft), opened: None, errors: &[], clashes: &[], unsaved: None },
    )
}

/// A page that does not fit the framework, as it was sent, with what to fix.
pub(super) fn invalid(
    place: &PartAddress<'_>,
    survey: &Survey,
    sent: &PageForm,
    errors: &[ResponseError],
) -> HttpResponse {
    let typed = Typed::unsaved(&survey.draft, &sent.answers);
    render(place, survey, &Shown { typed, opened: Some(&sent.carried.opened), errors, clashes: &[], unsaved: None })
}

/// A page that could not be saved, as it was sent.
pub(super) fn unsaved(place: &PartAddress<'_>, survey: &Survey, sent: &PageForm, error: &Error) -> HttpResponse {
    let typed = Typed::unsaved(&survey.draft, &sent.answers);
    let unsaved = Some(failure::kind(error));
    render(place, survey, &Shown { typed, opened: Some(&sent.carried.opened), errors: &[], clashes: &[], unsaved })
}

/// A page of which these fields were changed elsewhere too: as they were sent, beside what was saved there.
pub(super) fn clash(place: &PartAddress<'_>, survey: &Survey, sent: &PageForm, clashes: &[Clash]) -> HttpResponse {
    let mut typed = ResponseInput::default();
    for clash in clashes {
        match clash {
            Clash::Rating(item) => {
                typed
                    .ratings
                    .extend(sent.answers.ratings.get(item.as_str()).map(|rating| (item.to_string(), rating.clone())));
            }
            Clash::Comment(prompt) => {
                typed
                    .comments
                    .extend(sent.answers.comments.get(prompt.as_str()).map(|text| (prompt.to_string(), text.clone())));
            }
        }
    }
    render(
        place,
        survey,
        &Shown { typed: Typed::unsaved(&survey.draft, &typed), opened: None, errors: &[], clashes, unsaved: None },
    )
}

/// The answer to the script, which goes on from what is kept now.
pub(super) fn saved(place: &PartAddress<'_>, survey: &Survey) -> HttpResponse {
    let parts = parts(survey);
    let opened =
        place.number.checked_sub(1).and_then(|at| parts.get(at)).map(|part| part.marks(survey)).unwrap_or_default();
    HttpResponse::NoContent().insert_header(("X-Opened", opened)).finish()
}

impl PartAddress<'_> {
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

fn render(place: &PartAddress<'_>, survey: &Survey, shown: &Shown<'_>) -> HttpResponse {
    let parts = parts(survey);
    let Shown { typed, opened, errors, clashes, unsaved } = shown;
    let Some(part) = place.number.checked_sub(1).and_then(|at| parts.get(at)) else {
        return if errors.is_empty() && unsaved.is_none() && place.number > parts.len() {
            see_other(&format!("{}/check", place.base))
        } else {
            see_other(place.base)
        };
    };
    let frame = Frame::of(&survey.organisation);
    let say = frame.say;
    let (mut questions, mut comments, mut problems) = (Vec::new(), Vec::new(), Vec::new());
    let problem = |pointer: String| errors.iter().find(|error| error.pointer() == pointer);
    match part {
        Part::Competency(_, items) => {
            for item in items {
                let question = question(say, item, survey, typed, problem(format!("/ratings/{}", item.id)), clashes);
                let text = if question.problem.is_some() {
                    Some(Said::of(say.survey_invalid_statement().statement(question.text)))
                } else {
                    question.other.map(|_| Said::of(say.survey_clash_statement().statement(question.text)))
                };
                problems.extend(text.map(|text| FieldProblem { field: Some(format!("rating-{}-1", item.id)), text }));
                questions.push(question);
            }
        }
        Part::Comments(prompts) => {
            for prompt in *prompts {
                let problem = problem(format!("/comments/{}", prompt.id));
                let comment = comment(say, prompt, survey, typed, problem, clashes);
                let text = problem.map(|error| summary(say, comment.prompt, error));
                let text =
                    text.or(comment.other.map(|_| Said::of(say.survey_clash_comment().question(comment.prompt))));
                problems.extend(text.map(|text| FieldProblem { field: Some(format!("comment-{}", prompt.id)), text }));
                comments.push(comment);
            }
        }
    }
    // What is about no field of this page.
    let elsewhere = errors.iter().filter(|error| !part.shows(&error.pointer()));
    problems.extend(elsewhere.map(|error| FieldProblem { field: None, text: message(say, error) }));
    let page = PartPage {
        frame,
        base: place.base,
        survey,
        kind: survey.group.kind(),
        number: place.number,
        total: parts.len(),
        checking: place.checking,
        title: part.title(say),
        questions,
        comments,
        opened: opened.map_or_else(|| part.marks(survey), str::to_owned),
        problems,
        unsaved: *unsaved,
        clash: !clashes.is_empty(),
    };
    match unsaved {
        Some(fault) if errors.is_empty() => failure::page(*fault, &page),
        _ if !errors.is_empty() => html(StatusCode::UNPROCESSABLE_ENTITY, &page),
        _ if !clashes.is_empty() => html(StatusCode::CONFLICT, &page),
        _ => html(StatusCode::OK, &page),
    }
}

fn question<'a>(
    say: Say,
    item: &'a Item,
    survey: &'a Survey,
    typed: &Typed<'_>,
    problem: Option<&ResponseError>,
    clashes: &[Clash],
) -> Question<'a> {
    let problem = problem.map(|error| message(say, error));
    let scale = survey.framework.scale();
    let saved = Typed::saved(&survey.draft).choice(item);
    let other = clashes
        .iter()
        .any(|clash| matches!(clash, Clash::Rating(at) if *at == item.id))
        .then(|| label(scale, saved))
        .flatten();
    let options = options(scale, typed.choice(item));
    Question { id: item.id.as_str(), text: item.wording(&survey.group), options, problem, other }
}

/// The words for an answer.
fn label(scale: &Scale, choice: Choice) -> Option<&str> {
    match choice {
        Choice::Open => None,
        Choice::NotObserved => Some(scale.not_observed()),
        Choice::Point(value) => {
            scale.points().iter().find(|point| point.value == value).map(|point| point.label.as_str())
        }
    }
}

fn options(scale: &Scale, choice: Choice) -> Vec<Choosable<'_>> {
    let points =
        scale.points().iter().map(|point| (point.value.to_string(), point.label.as_str(), Choice::Point(point.value)));
    let all = points.chain([(NOT_OBSERVED.to_owned(), scale.not_observed(), Choice::NotObserved)]);
    all.zip(1..)
        .map(|((value, label, own), at)| Choosable {
            at,
            value,
            label,
            checked: own == choice,
            not_observed: own == Choice::NotObserved,
        })
        .collect()
}

fn comment<'a>(
    say: Say,
    prompt: &'a Prompt,
    survey: &'a Survey,
    typed: &Typed<'a>,
    problem: Option<&ResponseError>,
    clashes: &[Clash],
) -> Comment<'a> {
    let other = clashes.iter().any(|clash| matches!(clash, Clash::Comment(at) if *at == prompt.id));
    let other = other.then(|| survey.draft.comments().get(&prompt.id).map(String::as_str)).flatten();
    Comment {
        id: prompt.id.as_str(),
        prompt: prompt.wording(&survey.group),
        text: typed.comment(prompt),
        problem: problem.map(|error| message(say, error)),
        other,
    }
}

/// What is wrong with the comment under a question.
fn summary(say: Say, question: &str, error: &ResponseError) -> Said {
    match error {
        ResponseError::CommentTooLong { length, .. } => {
            Said::of(say.survey_invalid_length().question(question).count(length.saturating_sub(LONGEST_COMMENT)))
        }
        other => Said::of(say.survey_invalid_comment().question(question).problem(message(say, other))),
    }
}

/// What to fix, in the rater's words.
fn message(say: Say, error: &ResponseError) -> Said {
    match error {
        ResponseError::RatingOffScale { .. } => Said::of(say.survey_problem_choose()),
        ResponseError::CommentTooLong { length, .. } => {
            Said::of(say.survey_problem_length().count(length.saturating_sub(LONGEST_COMMENT)))
        }
        ResponseError::Empty => Said::of(say.survey_problem_empty()),
        ResponseError::UnknownItem { .. }
        | ResponseError::ItemNotAsked { .. }
        | ResponseError::UnknownPrompt { .. } => Said::of(say.survey_problem_out_of_date()),
    }
}

impl PartPage<'_> {
    fn subject(&self) -> &str {
        self.survey.review.subject.person.name.as_str()
    }

    fn about(&self) -> Said {
        super::about(self.frame.say, self.survey)
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
        let place = PartAddress { base: self.base, number: self.number, checking: self.checking };
        place.after(match action {
            "back" => Action::Back,
            "check" => Action::Check,
            "later" => Action::Later,
            _ => Action::Next,
        })
    }
}
