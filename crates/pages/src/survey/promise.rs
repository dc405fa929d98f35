//! The page behind the link: what is asked, what happens with the answers, and what cannot be undone. Read before the
//! first question.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;
use candour_domain::adviser::MOST_ADVISERS;
use candour_domain::{Person, RaterKind, RetentionPolicy};
use candour_service::survey::Survey;
use candour_words::number::{capitalised, in_words};
use candour_words::uk_time::uk_time;

use super::Way;
use super::parts::{Part, left_off, parts};
use crate::capacity::capacity;
use crate::frame::{Frame, Said, Say, html};

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
    /// Chooses every sentence.
    kind: RaterKind,
    threshold: String,
    /// Who is left in the smallest figure when one person takes their own answer away.
    others: String,
    comment_threshold: String,
    distribution_threshold: String,
    /// The fewest answers that are counted together where it is shown how they spread.
    smallest_count: String,
    /// How many people who tell one another what they answered are more than the figures are made against: "Two".
    together: String,
    most_advisers: String,
    statements: usize,
    prompts: usize,
    deadline: String,
    /// For how long things are kept; `None` for a round launched before that was said.
    kept: Option<Kept>,
    /// Statements answered so far; `None` before the first answer.
    answered: Option<usize>,
    /// Where the button leads.
    start: String,
}

/// The times of keeping in words.
struct Kept {
    people: Said,
    answers: Said,
    unreleased: Said,
    results: Said,
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
    let policy = &survey.round.record().policy;
    let parts = parts(survey);
    let statements = parts.iter().map(|part| if let Part::Competency(_, items) = part { items.len() } else { 0 }).sum();
    let begun = survey.draft.require_something().is_ok();
    let frame = Frame::of(&survey.organisation);
    let page = PromisePage {
        base,
        state: &way.state,
        again,
        survey,
        kind: survey.group.kind(),
        threshold: in_words(policy.threshold()),
        others: in_words(policy.threshold() - 1),
        comment_threshold: in_words(policy.comment_threshold()),
        distribution_threshold: in_words(policy.distribution_threshold()),
        smallest_count: in_words((policy.colluding_insiders() + 2).max(3)),
        together: capitalised(&in_words(policy.colluding_insiders() + 1)),
        most_advisers: in_words(MOST_ADVISERS),
        statements,
        prompts: survey.framework.prompts().len(),
        deadline: uk_time(survey.round.record().closes_at),
        kept: survey.round.record().retention.promised.map(|policy| Kept::of(frame.say, policy)),
        answered: begun.then(|| survey.draft.ratings().len()),
        frame,
        start: left_off(survey, &parts).map_or_else(|| format!("{base}/check"), |part| format!("{base}/page/{part}")),
    };
    html(if again { StatusCode::FORBIDDEN } else { StatusCode::OK }, &page)
}

impl Kept {
    fn of(say: Say, policy: RetentionPolicy) -> Self {
        let days = |days| Said::of(say.survey_kept_days().days(days).words(in_words(days)));
        let years = policy.keep_results_years();
        Self {
            people: days(policy.erase_people_days()),
            answers: days(policy.destroy_answers_days()),
            unreleased: days(policy.destroy_unreleased_days()),
            results: Said::of(say.survey_kept_years().years(years).words(in_words(years))),
        }
    }
}

impl PromisePage<'_> {
    fn subject(&self) -> &str {
        self.survey.review.subject.person.name.as_str()
    }

    fn role(&self) -> &str {
        &self.survey.review.subject.role
    }

    fn facilitator(&self) -> &Person {
        &self.survey.review.facilitator
    }

    /// A chair who facilitates is often also asked.
    fn is_facilitator(&self) -> bool {
        self.survey.review.is_facilitated_by(&self.survey.rater.person.email)
    }

    fn capacity(&self) -> Said {
        capacity(self.frame.say, &self.survey.group)
    }

    fn about(&self) -> Said {
        super::about(self.frame.say, self.survey)
    }
}
