//! The pages of a questionnaire for one group: a page for each competency that asks the group anything, then one for
//! comments.

use candour_domain::{Competency, Item, Prompt};
use candour_service::survey::Survey;

use crate::frame::{Said, Say};

/// One page of questions.
pub(super) enum Part<'a> {
    /// The statements of a competency that are asked of the rater's group; at least one.
    Competency(&'a Competency, Vec<&'a Item>),
    /// All comment prompts; at least one.
    Comments(&'a [Prompt]),
}

/// The pages in order.
pub(super) fn parts(survey: &Survey) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    for competency in survey.framework.competencies() {
        let items: Vec<_> = competency.items.iter().filter(|item| survey.framework.asks(item, &survey.group)).collect();
        if !items.is_empty() {
            parts.push(Part::Competency(competency, items));
        }
    }
    if !survey.framework.prompts().is_empty() {
        parts.push(Part::Comments(survey.framework.prompts()));
    }
    parts
}

/// Where a rater goes on: the number of the first page, the page they were on, or `None` when only the check is left,
/// as it is when every statement has an answer: comments are as one likes, and the check leads to them.
pub(super) fn left_off(survey: &Survey, parts: &[Part<'_>]) -> Option<usize> {
    let mut statements = parts.iter().filter(|part| matches!(part, Part::Competency(..))).peekable();
    if statements.peek().is_some() && statements.all(|part| part.answered(survey) == part.asked()) {
        return None;
    }
    let last = parts.iter().rposition(|part| part.answered(survey) > 0);
    let at = match last.and_then(|last| parts.get(last).map(|part| (last, part))) {
        None => 0,
        Some((last, part)) if part.answered(survey) < part.asked() && matches!(part, Part::Competency(..)) => last,
        Some((last, _)) => last + 1,
    };
    (at < parts.len()).then_some(at + 1)
}

impl Part<'_> {
    /// Its heading.
    pub(super) fn title(&self, say: Say) -> Said {
        match self {
            Self::Competency(competency, _) => Said::of(&competency.title),
            Self::Comments(_) => Said::of(say.survey_comments()),
        }
    }

    /// The marks of what its fields hold.
    pub(super) fn marks(&self, survey: &Survey) -> String {
        match self {
            Self::Competency(_, items) => survey.marks.page(&survey.draft, items.iter().map(|item| &item.id), []),
            Self::Comments(prompts) => survey.marks.page(&survey.draft, [], prompts.iter().map(|prompt| &prompt.id)),
        }
    }

    /// Whether the field of this pointer is on it.
    pub(super) fn shows(&self, pointer: &str) -> bool {
        match self {
            Self::Competency(_, items) => items.iter().any(|item| pointer == format!("/ratings/{}", item.id)),
            Self::Comments(prompts) => prompts.iter().any(|prompt| pointer == format!("/comments/{}", prompt.id)),
        }
    }

    fn asked(&self) -> usize {
        match self {
            Self::Competency(_, items) => items.len(),
            Self::Comments(prompts) => prompts.len(),
        }
    }

    fn answered(&self, survey: &Survey) -> usize {
        match self {
            Self::Competency(_, items) => {
                items.iter().filter(|item| survey.draft.ratings().contains_key(&item.id)).count()
            }
            Self::Comments(prompts) => {
                prompts.iter().filter(|prompt| survey.draft.comments().contains_key(&prompt.id)).count()
            }
        }
    }
}
