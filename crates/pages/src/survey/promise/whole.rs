//! The whole promise: every sentence of what becomes of somebody's answers. It stands on the page behind the link, and on
//! one of its own for later.

use askama::Template;
use candour_domain::adviser::MOST_ADVISERS;
use candour_domain::{Framework, Organisation, Person, RaterGroup, RaterKind, RetentionPolicy, Review, Round};
use candour_service::survey::{Promised, Survey};
use candour_words::number::{capitalised, in_words};
use candour_words::uk_time::uk_time;

use super::super::parts::{Part, parts};
use crate::frame::{Said, Say};

#[derive(Template)]
#[template(path = "survey/promise/whole.html")]
pub(super) struct Whole<'a> {
    say: Say,
    /// Chooses every sentence.
    pub(super) kind: RaterKind,
    organisation: &'a Organisation,
    round: &'a Round,
    review: &'a Review,
    framework: &'a Framework,
    /// The name of the group in which they answer.
    group: &'a str,
    /// What only somebody who can still answer is told.
    pub(super) asked: Option<Asked>,
    /// Whether they read the report first.
    facilitates: bool,
    pub(super) threshold: String,
    /// Who is left in the smallest figure when one person takes their own answer away.
    others: String,
    pub(super) comment_threshold: String,
    distribution_threshold: String,
    /// The fewest answers that are counted together where it is shown how they spread.
    smallest_count: String,
    /// How many people who tell one another what they answered are more than the figures are made against: "Two".
    together: String,
    pub(super) most_advisers: String,
    pub(super) prompts: usize,
    /// For how long things are kept; `None` for a round launched before that was said.
    kept: Option<Kept>,
}

/// What is still to be answered, and until when.
pub(super) struct Asked {
    pub(super) statements: usize,
    pub(super) deadline: String,
}

/// The times of keeping in words.
struct Kept {
    people: Said,
    answers: Said,
    unreleased: Said,
    results: Said,
}

impl<'a> Whole<'a> {
    /// What somebody is told who can answer.
    pub(super) fn of(say: Say, survey: &'a Survey) -> Self {
        let asks = |part: &Part<'_>| if let Part::Competency(_, items) = part { items.len() } else { 0 };
        let asked = Asked {
            statements: parts(survey).iter().map(asks).sum(),
            deadline: uk_time(survey.round.record().closes_at),
        };
        let framework = &*survey.framework;
        let known = (&survey.organisation, &survey.round, &survey.review, framework);
        // A chair who facilitates is often also asked.
        let facilitates = survey.review.is_facilitated_by(&survey.rater.person.email);
        Self { asked: Some(asked), facilitates, ..Self::told(say, known, &survey.group) }
    }

    /// What somebody of this group was told, whoever it was.
    pub(super) fn spent(say: Say, promised: &'a Promised, group: &'a RaterGroup) -> Self {
        let Promised { organisation, round, review, framework } = promised;
        Self::told(say, (organisation, round, review, framework), group)
    }

    fn told(
        say: Say,
        (organisation, round, review, framework): (&'a Organisation, &'a Round, &'a Review, &'a Framework),
        group: &'a RaterGroup,
    ) -> Self {
        let policy = &round.record().policy;
        Self {
            say,
            kind: group.kind(),
            organisation,
            round,
            review,
            framework,
            group: &group.title,
            asked: None,
            facilitates: false,
            threshold: in_words(policy.threshold()),
            others: in_words(policy.threshold() - 1),
            comment_threshold: in_words(policy.comment_threshold()),
            distribution_threshold: in_words(policy.distribution_threshold()),
            smallest_count: in_words((policy.colluding_insiders() + 2).max(3)),
            together: capitalised(&in_words(policy.colluding_insiders() + 1)),
            most_advisers: in_words(MOST_ADVISERS),
            prompts: framework.prompts().len(),
            kept: round.record().retention.promised.map(|policy| Kept::of(say, policy)),
        }
    }

    pub(super) fn subject(&self) -> &str {
        self.review.subject.person.name.as_str()
    }

    pub(super) fn role(&self) -> &str {
        &self.review.subject.role
    }

    pub(super) fn facilitator(&self) -> &Person {
        &self.review.facilitator
    }

    pub(super) fn is_facilitator(&self) -> bool {
        self.facilitates
    }
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
