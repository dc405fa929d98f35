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

    /// Saves a draft over what is saved now.
    pub fn save(&self, answers: &Answers) -> Outcome<Reply> {
        let tag = self.get()?.header("etag").unwrap_or("\"none\"").to_owned();
        self.save_over(&tag, answers)
    }

    /// Saves a draft over the one with this tag.
    pub fn save_over(&self, tag: &str, answers: &Answers) -> Outcome<Reply> {
        let headers = [("content-type", "application/json"), ("if-match", tag)];
        self.caller.send(
            "PUT",
            &format!("/v1/survey/{}/draft", self.token),
            &headers,
            Some(answers.json().to_string().as_bytes()),
        )
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
        self.caller.post(&format!("/v1/survey/{}/decline", self.token), &serde_json::json!({ "declined": true }))
    }

    /// Opens one of the rater's pages; `""` is the first.
    pub fn page(&self, page: &str) -> Outcome<Reply> {
        self.caller.get(&format!("/s/{}{page}", self.token))
    }

    /// Sends a form as somebody who has opened its page does: with all that the form carries unseen, and these fields.
    pub fn press(&self, shown: &str, page: &str, fields: &[(&str, &str)]) -> Outcome<Reply> {
        let carried = self.carried(shown, page)?;
        let carried = carried.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        self.post_page(page, &carried.chain(fields.iter().copied()).collect::<Vec<_>>())
    }

    /// What the form that is sent to `page` carries unseen on the page `shown`; nothing where there is no such form.
    pub fn carried(&self, shown: &str, page: &str) -> Outcome<Vec<(String, String)>> {
        let html = self.page(shown)?.text();
        let form = html
            .split("<form ")
            .skip(1)
            .find(|form| form.split('>').next().is_some_and(|tag| tag.contains(&format!("{page}\""))));
        let within = form.and_then(|form| form.split("</form>").next()).unwrap_or_default();
        let value = |tag: &str, name: &str| {
            tag.split_once(&format!("{name}=\""))
                .and_then(|(_, rest)| rest.split('"').next())
                .unwrap_or_default()
                .to_owned()
        };
        Ok(within
            .split("<input type=\"hidden\"")
            .skip(1)
            .map(|tag| (value(tag, "name"), value(tag, "value")))
            .collect())
    }

    /// Looks through the check and sends, also with most statements open.
    pub fn send_page(&self) -> Outcome<Reply> {
        self.press("/check", "/send", &[("all_the_same", "yes")])
    }

    /// Presses "I would rather not answer" on the first page, or the button that takes it back.
    pub fn decline_page(&self, answer: &str) -> Outcome<Reply> {
        self.press("", "/decline", &[("declined", answer)])
    }

    /// Sends a form of one of the rater's pages, with nothing that the page carries.
    pub fn post_page(&self, page: &str, fields: &[(&str, &str)]) -> Outcome<Reply> {
        self.caller.post_form(&format!("/s/{}{page}", self.token), fields)
    }

    /// The caller behind it, for requests of another shape.
    #[must_use]
    pub fn caller(&self) -> &Caller {
        &self.caller
    }
}
