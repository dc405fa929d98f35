//! A response, parsed against the framework it answers.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::text::as_seen;
use crate::{Framework, ItemId, PromptId, RaterGroup, Rating};

pub mod merge;

/// The longest comment, in characters.
pub const LONGEST_COMMENT: usize = 4000;

/// What a rater said. Every rating is on the scale and belongs to an item asked of the rater's group.
///
/// It cannot be serialised and its `Debug` shows no answer: the only ways on are the ballot box and the analysis.
#[derive(Clone, PartialEq, Eq)]
pub struct Response {
    ratings: BTreeMap<ItemId, Option<Rating>>,
    comments: BTreeMap<PromptId, String>,
}

/// A response as it arrives: `{"ratings":{"strategy.1":4,"strategy.2":null},"comments":{"keep":"…"}}`.
///
/// `null` is *not observed*. An item that is left out has not been answered yet.
#[derive(Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResponseInput {
    /// Item id to rating.
    #[serde(default)]
    pub ratings: BTreeMap<String, serde_json::Value>,
    /// Prompt id to text.
    #[serde(default)]
    pub comments: BTreeMap<String, String>,
}

/// What is wrong with a response.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ResponseError {
    /// The framework has no such item.
    #[error("the questionnaire has no item with this id; leave it out, or read the questionnaire again")]
    UnknownItem {
        /// The id that was sent.
        item: String,
    },
    /// Not a whole number on the scale.
    #[error("this is not a rating; send a whole number from {lowest} to {highest}, or null for not observed")]
    RatingOffScale {
        /// The item.
        item: ItemId,
        /// The lowest value.
        lowest: u8,
        /// The highest value.
        highest: u8,
    },
    /// The item is not asked of the rater's group.
    #[error("this item is not asked of your group; leave it out")]
    ItemNotAsked {
        /// The item.
        item: ItemId,
    },
    /// The framework has no such prompt.
    #[error("the questionnaire has no comment prompt with this id; leave it out, or read the questionnaire again")]
    UnknownPrompt {
        /// The id that was sent.
        prompt: String,
    },
    /// More than [`LONGEST_COMMENT`] characters.
    #[error("a comment has at most 4,000 characters; this one has {length}; shorten it")]
    CommentTooLong {
        /// The prompt.
        prompt: PromptId,
        /// Its length in characters.
        length: usize,
    },
    /// Nothing to count.
    #[error("answer at least one statement or write a comment before sending")]
    Empty,
}

impl ResponseError {
    /// A JSON pointer to the field that is wrong.
    #[must_use]
    pub fn pointer(&self) -> String {
        let escape = |id: &str| id.replace('~', "~0").replace('/', "~1");
        match self {
            Self::UnknownItem { item } => format!("/ratings/{}", escape(item)),
            Self::RatingOffScale { item, .. } | Self::ItemNotAsked { item } => format!("/ratings/{item}"),
            Self::UnknownPrompt { prompt } => format!("/comments/{}", escape(prompt)),
            Self::CommentTooLong { prompt, .. } => format!("/comments/{prompt}"),
            Self::Empty => String::new(),
        }
    }
}

impl Response {
    /// Parses a response of a rater in `group`. Comments lose surrounding blanks and whatever nobody sees; empty ones
    /// are dropped.
    ///
    /// # Errors
    /// Every [`ResponseError`] found. [`ResponseError::Empty`] is not among them: see [`Response::require_something`].
    pub fn parse(input: &ResponseInput, framework: &Framework, group: &RaterGroup) -> Result<Self, Vec<ResponseError>> {
        let (response, errors) = Self::fitting(input, framework, group);
        if errors.is_empty() { Ok(response) } else { Err(errors) }
    }

    /// Reads what was kept, as a draft or in a ballot. What no longer fits is left out, and everything else is there: a
    /// rule that has become stricter, or a statement that is gone, takes nobody's other answers along. A comment is
    /// given at any length.
    ///
    /// # Guarantee
    /// Of what [`Response::parse`] took, all is read.
    #[must_use]
    pub fn kept(input: &ResponseInput, framework: &Framework, group: &RaterGroup) -> Self {
        let (mut response, errors) = Self::fitting(input, framework, group);
        for error in errors {
            if let ResponseError::CommentTooLong { prompt, .. } = error
                && let Some(text) = input.comments.get(prompt.as_str())
            {
                response.comments.insert(prompt, as_seen(text));
            }
        }
        response
    }

    /// What of it fits, and what does not.
    fn fitting(input: &ResponseInput, framework: &Framework, group: &RaterGroup) -> (Self, Vec<ResponseError>) {
        let mut errors = Vec::new();
        let mut ratings = BTreeMap::new();
        let mut comments = BTreeMap::new();
        let scale = framework.scale();
        for (id, value) in &input.ratings {
            let Some(item) = framework.item(id) else {
                errors.push(ResponseError::UnknownItem { item: id.clone() });
                continue;
            };
            let rating = value.as_i64().and_then(|value| scale.rating(value));
            if !framework.asks(item, group) {
                errors.push(ResponseError::ItemNotAsked { item: item.id.clone() });
            } else if value.is_null() || rating.is_some() {
                ratings.insert(item.id.clone(), rating);
            } else {
                let (lowest, highest) = (scale.lowest(), scale.highest());
                errors.push(ResponseError::RatingOffScale { item: item.id.clone(), lowest, highest });
            }
        }
        for (id, text) in &input.comments {
            let Some(prompt) = framework.prompts().iter().find(|prompt| prompt.id.as_str() == id) else {
                errors.push(ResponseError::UnknownPrompt { prompt: id.clone() });
                continue;
            };
            let text = as_seen(text);
            let length = text.chars().count();
            if length > LONGEST_COMMENT {
                errors.push(ResponseError::CommentTooLong { prompt: prompt.id.clone(), length });
            } else if !text.is_empty() {
                comments.insert(prompt.id.clone(), text);
            }
        }
        (Self { ratings, comments }, errors)
    }

    /// A response with nothing in it, as a draft begins.
    #[must_use]
    pub fn empty() -> Self {
        Self { ratings: BTreeMap::new(), comments: BTreeMap::new() }
    }

    /// Whether there is something to count.
    ///
    /// # Errors
    /// [`ResponseError::Empty`] when no item has been answered, not even with *not observed*, and no comment written.
    pub fn require_something(&self) -> Result<(), ResponseError> {
        if self.ratings.is_empty() && self.comments.is_empty() { Err(ResponseError::Empty) } else { Ok(()) }
    }

    /// Whether more than half of the statements asked of this group have no answer, not even *not observed*: worth
    /// asking before it is sent.
    #[must_use]
    pub fn is_mostly_open(&self, framework: &Framework, group: &RaterGroup) -> bool {
        let asked = framework.items().filter(|item| framework.asks(item, group)).count();
        self.ratings.len() * 2 < asked
    }

    /// The answers by item; `None` is *not observed*. Items not answered are absent.
    #[must_use]
    pub fn ratings(&self) -> &BTreeMap<ItemId, Option<Rating>> {
        &self.ratings
    }

    /// The comments by prompt.
    #[must_use]
    pub fn comments(&self) -> &BTreeMap<PromptId, String> {
        &self.comments
    }
}

impl std::fmt::Debug for Response {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Response(..)")
    }
}

impl std::fmt::Debug for ResponseInput {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ResponseInput(..)")
    }
}

#[cfg(test)]
mod tests;
