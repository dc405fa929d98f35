//! A framework: a versioned questionnaire. It has no setters; a change is a new version.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use serde::{Deserialize, Serialize};

use crate::rater::{MOST_GROUPS, SELF_GROUP};
use crate::scale::LONGEST_LABEL;
use crate::text::{InvalidLine, one_line};
use crate::{CompetencyId, FrameworkId, GroupId, ItemId, OrganisationId, PromptId, RaterGroup, Scale};

/// The longest title of a framework or a competency, in characters.
pub const LONGEST_TITLE: usize = 200;

/// The longest wording of an item or a prompt, in characters.
pub const LONGEST_WORDING: usize = 500;

/// How many minutes a framework may say that it takes.
pub const MINUTES: RangeInclusive<u32> = 1..=120;

/// How many competencies a framework may have.
pub const COMPETENCIES: RangeInclusive<usize> = 1..=30;

/// How many items a competency may have.
pub const ITEMS: RangeInclusive<usize> = 1..=30;

/// The most comment prompts of a framework.
pub const MOST_PROMPTS: usize = 20;

/// One version of a questionnaire: competencies with their items, a scale, and comment prompts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Framework {
    /// Its id.
    pub id: FrameworkId,
    /// The trust it belongs to.
    pub organisation_id: OrganisationId,
    /// Counts the versions of one key, from 1.
    pub version: u32,
    content: FrameworkContent,
}

/// The questionnaire itself, checked. Serialises to the document it was parsed from, with plain blanks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "FrameworkDocument", into = "FrameworkDocument")]
pub struct FrameworkContent(FrameworkDocument);

/// A questionnaire as it is written down, before it is checked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FrameworkDocument {
    /// Names the questionnaire across its versions, such as `school-trust-executive`.
    pub key: String,
    /// Its title.
    pub title: String,
    /// Minutes an average rater needs.
    pub minutes: u32,
    /// The answer scale.
    pub scale: Scale,
    /// The competencies, in the order in which they are asked.
    pub competencies: Vec<Competency>,
    /// The comment prompts.
    #[serde(default)]
    pub prompts: Vec<Prompt>,
}

/// A group of statements.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Competency {
    /// Its id, such as `strategy`.
    pub id: CompetencyId,
    /// Its heading.
    pub title: String,
    /// Its statements.
    pub items: Vec<Item>,
}

/// One rated statement in its two wordings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Item {
    /// Its id, such as `strategy.1`.
    pub id: ItemId,
    /// What the subject reads: "I explain …".
    #[serde(rename = "self")]
    pub own: String,
    /// What everybody else reads: "Explains …".
    pub others: String,
    /// The groups it is asked of; empty for everybody. The subject is always asked.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub asks: Vec<GroupId>,
}

/// A question answered in the rater's own words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Prompt {
    /// Its id, such as `keep`.
    pub id: PromptId,
    /// What the subject reads.
    #[serde(rename = "self")]
    pub own: String,
    /// What everybody else reads.
    pub others: String,
}

/// Why a questionnaire cannot be used. `pointer` is a JSON pointer into the document.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct FrameworkError {
    /// Where in the document.
    pub pointer: String,
    /// What is wrong and what would fix it.
    pub message: String,
}

impl FrameworkContent {
    /// Checks a questionnaire.
    ///
    /// # Errors
    /// Every [`FrameworkError`] found: sizes (1 to 30 competencies of 1 to 30 items, at most 20 prompts), missing
    /// texts, ids used twice.
    pub fn parse(mut document: FrameworkDocument) -> Result<Self, Vec<FrameworkError>> {
        let mut errors = Errors(Vec::new());
        if GroupId::parse(&document.key).is_err() {
            errors.add(
                "/key".to_owned(),
                "this cannot be a key; use 1 to 64 lower-case letters, digits, \"_\", \"-\" or \".\", starting with a \
                 letter",
            );
        }
        errors.line("/title".to_owned(), &mut document.title, LONGEST_TITLE, TITLE);
        if !MINUTES.contains(&document.minutes) {
            errors.add("/minutes".to_owned(), "give the minutes an average rater needs, between 1 and 120");
        }
        for (pointer, label) in document.scale.labels_mut() {
            errors.line(
                format!("/scale/{pointer}"),
                label,
                LONGEST_LABEL,
                "give a label of 1 to 60 characters on one line",
            );
        }
        if !COMPETENCIES.contains(&document.competencies.len()) {
            errors.add("/competencies".to_owned(), "there are too few or too many competencies; send 1 to 30");
        }
        if document.prompts.len() > MOST_PROMPTS {
            errors.add("/prompts".to_owned(), "there are more than 20 comment prompts; send at most 20");
        }
        let mut ids = BTreeSet::new();
        for (at, competency) in document.competencies.iter_mut().enumerate() {
            errors.line(format!("/competencies/{at}/title"), &mut competency.title, LONGEST_TITLE, TITLE);
            if !ITEMS.contains(&competency.items.len()) {
                errors.add(
                    format!("/competencies/{at}/items"),
                    "the competency has too few or too many items; send 1 to 30",
                );
            }
            if !ids.insert(competency.id.to_string()) {
                errors.add(format!("/competencies/{at}/id"), USED_TWICE);
            }
            for (item_at, item) in competency.items.iter_mut().enumerate() {
                let pointer = |field: &str| format!("/competencies/{at}/items/{item_at}/{field}");
                if !ids.insert(item.id.to_string()) {
                    errors.add(pointer("id"), USED_TWICE);
                }
                if item.asks.len() > MOST_GROUPS {
                    errors.add(
                        pointer("asks"),
                        format!(
                            "there are more than {MOST_GROUPS} groups; name at most {MOST_GROUPS}, or none for \
                         everybody"
                        ),
                    );
                }
                errors.line(pointer("others"), &mut item.others, LONGEST_WORDING, OTHERS);
                errors.line(pointer("self"), &mut item.own, LONGEST_WORDING, OWN);
            }
        }
        let mut prompts = BTreeSet::new();
        for (at, prompt) in document.prompts.iter_mut().enumerate() {
            if !prompts.insert(prompt.id.to_string()) {
                errors.add(format!("/prompts/{at}/id"), USED_TWICE);
            }
            errors.line(format!("/prompts/{at}/others"), &mut prompt.others, LONGEST_WORDING, OTHERS);
            errors.line(format!("/prompts/{at}/self"), &mut prompt.own, LONGEST_WORDING, OWN);
        }
        if errors.0.is_empty() { Ok(Self(document)) } else { Err(errors.0) }
    }

    /// A questionnaire that was accepted once, under whatever rules held then. It is always read.
    #[must_use]
    pub fn stored(document: FrameworkDocument) -> Self {
        Self(document)
    }

    /// The questionnaire for a leader of a school trust that comes with Candour.
    ///
    /// # Errors
    /// Only if the embedded text is broken, which a test rules out.
    pub fn school_trust_executive() -> Result<Self, serde_json::Error> {
        serde_json::from_str(include_str!("framework/school_trust_executive.json"))
    }

    /// The checked document.
    #[must_use]
    pub fn document(&self) -> &FrameworkDocument {
        &self.0
    }
}

impl Framework {
    /// Puts checked content under an id.
    #[must_use]
    pub fn new(id: FrameworkId, organisation_id: OrganisationId, version: u32, content: FrameworkContent) -> Self {
        Self { id, organisation_id, version, content }
    }

    /// The questionnaire itself.
    #[must_use]
    pub fn content(&self) -> &FrameworkContent {
        &self.content
    }

    /// Names the questionnaire across its versions.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.content.0.key
    }

    /// Its title.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.content.0.title
    }

    /// Minutes an average rater needs.
    #[must_use]
    pub fn minutes(&self) -> u32 {
        self.content.0.minutes
    }

    /// The answer scale.
    #[must_use]
    pub fn scale(&self) -> &Scale {
        &self.content.0.scale
    }

    /// The competencies in order.
    #[must_use]
    pub fn competencies(&self) -> &[Competency] {
        &self.content.0.competencies
    }

    /// The comment prompts in order.
    #[must_use]
    pub fn prompts(&self) -> &[Prompt] {
        &self.content.0.prompts
    }

    /// All items in order.
    pub fn items(&self) -> impl Iterator<Item = &Item> {
        self.competencies().iter().flat_map(|competency| &competency.items)
    }

    /// The item with this id.
    #[must_use]
    pub fn item(&self, id: &str) -> Option<&Item> {
        self.items().find(|item| item.id.as_str() == id)
    }

    /// Whether `item` is asked of `group`.
    ///
    /// The subject is asked everything. So is a group that the framework does not mention anywhere, such as one of the
    /// trust's own, unless the group says as whom it is to be asked.
    #[must_use]
    pub fn asks(&self, item: &Item, group: &RaterGroup) -> bool {
        let asked_as = group.asked_as.as_ref().unwrap_or(&group.id);
        asked_as.as_str() == SELF_GROUP
            || item.asks.is_empty()
            || item.asks.contains(asked_as)
            || !self.items().any(|any| any.asks.contains(asked_as))
    }
}

impl Item {
    /// The wording for this group.
    #[must_use]
    pub fn wording(&self, group: &RaterGroup) -> &str {
        if group.is_self() { &self.own } else { &self.others }
    }
}

impl Prompt {
    /// The wording for this group.
    #[must_use]
    pub fn wording(&self, group: &RaterGroup) -> &str {
        if group.is_self() { &self.own } else { &self.others }
    }
}

const TITLE: &str = "give a title of 1 to 200 characters on one line";
const USED_TWICE: &str = "this id is used twice; give each competency, item and prompt its own";
const OTHERS: &str = "give the wording for raters in 1 to 500 characters on one line";
const OWN: &str = "give the wording for the self-assessment in 1 to 500 characters on one line";

/// Everything that is wrong with a questionnaire.
struct Errors(Vec<FrameworkError>);

impl Errors {
    fn add(&mut self, pointer: String, message: impl Into<String>) {
        self.0.push(FrameworkError { pointer, message: message.into() });
    }

    /// Makes plain blanks of all in a text, or says what is wrong with it.
    fn line(&mut self, pointer: String, text: &mut String, longest: usize, message: &str) {
        match one_line(text, longest) {
            Ok(line) => *text = line,
            Err(InvalidLine::Unseen(unseen)) => self.add(pointer, unseen.to_string()),
            Err(InvalidLine::Empty | InvalidLine::TooLong(_) | InvalidLine::Control) => self.add(pointer, message),
        }
    }
}

impl TryFrom<FrameworkDocument> for FrameworkContent {
    type Error = FrameworkError;

    fn try_from(document: FrameworkDocument) -> Result<Self, FrameworkError> {
        Self::parse(document).map_err(|errors| {
            errors.into_iter().next().unwrap_or_else(|| FrameworkError {
                pointer: String::new(),
                message: "the framework cannot be used; compare it with one of GET /v1/frameworks/{id}".to_owned(),
            })
        })
    }
}

impl From<FrameworkContent> for FrameworkDocument {
    fn from(content: FrameworkContent) -> Self {
        content.0
    }
}

#[cfg(test)]
mod tests;
