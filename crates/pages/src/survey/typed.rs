//! What a page shows as answered: the draft, with what was just typed laid over it.

use candour_domain::response::ResponseInput;
use candour_domain::{Item, Prompt, Response};
use serde_json::Value;

/// Answers to show.
pub(super) struct Typed<'a> {
    draft: &'a Response,
    input: Option<&'a ResponseInput>,
}

/// How an item is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Choice {
    /// Not yet.
    Open,
    /// *Not observed*.
    NotObserved,
    /// A point of the scale.
    Point(u8),
}

impl<'a> Typed<'a> {
    /// What is kept.
    pub(super) fn saved(draft: &'a Response) -> Self {
        Self { draft, input: None }
    }

    /// What is kept, and what has just arrived and could not be saved.
    pub(super) fn unsaved(draft: &'a Response, input: &'a ResponseInput) -> Self {
        Self { draft, input: Some(input) }
    }

    /// How an item is answered. A value that is no number shows as not answered.
    pub(super) fn choice(&self, item: &Item) -> Choice {
        if let Some(value) = self.input.and_then(|input| input.ratings.get(item.id.as_str())) {
            return match value {
                Value::Null => Choice::NotObserved,
                value => value.as_u64().and_then(|value| u8::try_from(value).ok()).map_or(Choice::Open, Choice::Point),
            };
        }
        match self.draft.ratings().get(&item.id) {
            None => Choice::Open,
            Some(None) => Choice::NotObserved,
            Some(Some(rating)) => Choice::Point(rating.value()),
        }
    }

    /// The text under a prompt.
    pub(super) fn comment(&self, prompt: &Prompt) -> &'a str {
        let typed = self.input.and_then(|input| input.comments.get(prompt.id.as_str()));
        typed.or_else(|| self.draft.comments().get(&prompt.id)).map_or("", String::as_str)
    }
}
