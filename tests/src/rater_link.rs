//! A rater with nothing but the link from their email.

use serde_json::Value;

use crate::{Answers, Caller, Http, Outcome, Reply};

/// A rater's link, used through the API or through the pages. Answers go without any other proof of who sends them.
#[derive(Clone, Debug)]
pub struct RaterLink {
    caller: Caller,
    token: String,
}

impl RaterLink {
    /// Uses this link.
    #[must_use]
    pub fn new(http: Http, token: &str) -> Self {
        Self { caller: Caller::new(http, None), token: token.to_owned() }
    }

    /// The secret part of the link.
    #[must_use]
    pub fn token(&self) -> &str {
        &self.token
    }

    /// The path of the rater's pages.
    #[must_use]
    pub fn path(&self) -> String {
        format!("/s/{}", self.token)
    }

    /// The questionnaire.
    pub fn survey(&self) -> Outcome<Value> {
        self.get()?.with(200)?.json()
    }

    /// The reply to asking for the questionnaire.
    pub fn get(&self) -> Outcome<Reply> {
        self.caller.get(&format!("/v1/survey/{}", self.token))
    }

    /// Saves a draft.
    pub fn save(&self, answers: &Answers) -> Outcome<Reply> {
        self.caller.put(&format!("/v1/survey/{}/draft", self.token), &answers.json())
    }

    /// Sends the answers.
    pub fn submit(&self, answers: &Answers) -> Outcome<Reply> {
        self.submit_json(&answers.json())
    }

    /// Sends whatever this is as answers.
    pub fn submit_json(&self, body: &Value) -> Outcome<Reply> {
        self.caller.put(&format!("/v1/survey/{}/response", self.token), body)
    }

    /// Asks not to be reminded.
    pub fn decline(&self) -> Outcome<Reply> {
        self.caller.post(&format!("/v1/survey/{}/decline", self.token), &serde_json::json!({}))
    }

    /// Opens one of the rater's pages; `""` is the first.
    pub fn page(&self, page: &str) -> Outcome<Reply> {
        self.caller.get(&format!("/s/{}{page}", self.token))
    }

    /// Sends a form of one of the rater's pages.
    pub fn post_page(&self, page: &str, fields: &[(&str, &str)]) -> Outcome<Reply> {
        self.caller.post_form(&format!("/s/{}{page}", self.token), fields)
    }

    /// The caller behind it, for requests of another shape.
    #[must_use]
    pub fn caller(&self) -> &Caller {
        &self.caller
    }
}
