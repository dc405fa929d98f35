//! What a rater in a story says.

use std::collections::BTreeMap;

use serde_json::{Value, json};

/// Ratings (`None`: not able to say) and comments.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answers {
    /// Item id to rating.
    pub ratings: BTreeMap<String, Option<u8>>,
    /// Prompt id to text.
    pub comments: BTreeMap<String, String>,
}

impl Answers {
    /// Answers every item of a questionnaire as `rate` says, given the item's place.
    #[must_use]
    pub fn to(survey: &Value, rate: impl Fn(usize) -> Option<u8>) -> Self {
        let ratings = items(survey).into_iter().enumerate().map(|(at, item)| (item, rate(at))).collect();
        Self { ratings, comments: BTreeMap::new() }
    }

    /// Adds a comment.
    #[must_use]
    pub fn saying(mut self, prompt: &str, text: &str) -> Self {
        self.comments.insert(prompt.to_owned(), text.to_owned());
        self
    }

    /// As the API takes them.
    #[must_use]
    pub fn json(&self) -> Value {
        json!({ "ratings": self.ratings, "comments": self.comments })
    }
}

/// The ids of a questionnaire's items, in order.
#[must_use]
pub fn items(survey: &Value) -> Vec<String> {
    competencies(survey).into_iter().flat_map(|(_, items)| items).collect()
}

/// The ids of a questionnaire's competencies with those of their items, in order.
#[must_use]
pub fn competencies(survey: &Value) -> Vec<(String, Vec<String>)> {
    let id = |value: &Value| value["id"].as_str().unwrap_or_default().to_owned();
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    list(&survey["competencies"])
        .iter()
        .map(|competency| (id(competency), list(&competency["items"]).iter().map(id).collect()))
        .collect()
}

/// The ids of a questionnaire's comment prompts, in order.
#[must_use]
pub fn prompts(survey: &Value) -> Vec<String> {
    let prompts = survey["prompts"].as_array().cloned().unwrap_or_default();
    prompts.iter().map(|prompt| prompt["id"].as_str().unwrap_or_default().to_owned()).collect()
}
