//! For each operation that takes JSON a request that is taken, on ground that no other request has changed.

use std::cell::{Cell, RefCell};

use candour_tests::{Caller, Outcome, RaterLink, Reply, RoundPlan, StartedRound, Trust, caller, wait};
use serde_json::{Value, json};

const NOBODY: &str = "00000000-0000-4000-8000-000000000000";

/// A trust with a draft, and with an open round whose links are given out one by one. Both are used until a request is
/// taken.
pub(crate) struct Ground<'a> {
    trust: &'a Trust<'a>,
    draft: RefCell<StartedRound<'a>>,
    facilitator: Caller,
    links: Vec<RaterLink>,
    given: Cell<usize>,
}

/// A request that can be sent with another body.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    caller: Caller,
    method: String,
    path: String,
    headers: Vec<(String, String)>,
    pub(crate) body: Value,
}

impl<'a> Ground<'a> {
    pub(crate) fn prepare(trust: &'a Trust<'a>) -> Outcome<Self> {
        let open = trust.open(&RoundPlan::new().asking("trustees", 20))?;
        // The first link is the subject's.
        let links = open.link_of_each()?.into_iter().skip(1).map(|(_, link)| link).collect();
        let draft = trust.draft(&RoundPlan::new())?;
        let facilitator = (*draft.facilitator()?).clone();
        Ok(Self { trust, draft: RefCell::new(draft), facilitator, links, given: Cell::new(0) })
    }

    /// Makes new ground after a request was taken.
    pub(crate) fn was_changed(&self) -> Outcome {
        self.draft.replace(self.trust.draft(&RoundPlan::new())?);
        self.given.set(self.given.get() + 1);
        Ok(())
    }

    /// A request of this operation that is taken, to be changed at `field`; `None` for one without a JSON body.
    pub(crate) fn request(&self, operation: &str, field: &str) -> Outcome<Option<Request>> {
        let hr = || -> Caller { (*self.trust.administrator).clone() };
        let person = |name: &str| json!({ "name": name, "email": format!("{name}@elsewhere.example") });
        let subject = json!({ "name": "Jo", "email": "jo@elsewhere.example", "role": "Chief executive" });
        let draft = self.draft.borrow();
        let (round, review) = (&draft.id, &draft.review()?.id);
        let chair =
            |method: &str, rest: &str| Request::of(&self.facilitator, method, &format!("/v1/reviews/{review}/{rest}"));
        let closes_at = wait::time_in(9_000_000);
        let groups = json!([{ "id": "self", "title": "Self", "named": true }, { "id": "staff", "title": "Staff", "named": false, "asked_as": "staff" }]);
        // As many may pool what they know as leave two others.
        let policy = json!({ "threshold": if field.ends_with("colluding_insiders") { 1000 } else { 3 } });
        let request = match operation {
            "create_framework" => Request::of(&hr(), "POST", "/v1/frameworks").with(framework()),
            "create_round" => Request::of(&hr(), "POST", "/v1/rounds").with(
                json!({ "title": "R", "framework_id": self.trust.framework_id, "closes_at": closes_at, "policy": policy, "groups": groups }),
            ),
            "update_round" => {
                Request::of(&hr(), "PATCH", &format!("/v1/rounds/{round}")).with(json!({
                    "title": "R", "policy": policy, "groups": groups,
                    "emails": { "invitation": "Dear all,", "reminder": "" },
                }))
            }
            "copy_round" => Request::of(&hr(), "POST", &format!("/v1/rounds/{round}/copy")).with(json!({ "title": "R" })),
            "create_review" => Request::of(&hr(), "POST", &format!("/v1/rounds/{round}/reviews"))
                .with(json!({ "subject": subject, "facilitator": person("al") })),
            "update_review" => Request::of(&hr(), "PATCH", &format!("/v1/reviews/{review}")).with(json!({ "facilitator": person("al") })),
            "add_raters" => Request::of(&hr(), "POST", &format!("/v1/reviews/{review}/raters"))
                .with(json!([{ "name": "Ann Lee", "email": "ann@elsewhere.example", "group": "trustees" }])),
            // An address that is called nowhere: the provider itself is no limit of the body.
            "set_identity_provider" => Request::of(&hr(), "PUT", "/v1/organisation/identity-provider").with(json!({
                "issuer": "https://sign-in.invalid", "client_id": "a", "client_secret": "b", "label": "Staff",
                "email_domains": ["trust.example"],
            })),
            "ask_rater_again" => {
                Request::of(&hr(), "POST", &format!("/v1/raters/{NOBODY}/ask-again")).with(json!({ "email": "ann@elsewhere.example" }))
            }
            "extend_round" => Request::of(&hr(), "POST", &format!("/v1/rounds/{round}/extend")).with(json!({ "closes_at": closes_at })),
            "set_launch_time" => {
                Request::of(&hr(), "PUT", &format!("/v1/rounds/{round}/launch-time")).with(json!({ "launches_at": wait::time_in(9_000) }))
            }
            "send_test_email" => {
                Request::of(&hr(), "POST", &format!("/v1/rounds/{round}/test-email")).with(json!({ "group": "staff" }))
            }
            "close_round" => Request::of(&hr(), "POST", &format!("/v1/rounds/{round}/close")).with(json!({ "confirm": true })),
            "name_adviser" => chair("POST", "advisers").with(person("vic")),
            "agree_to_list" => chair("POST", "agreement").with(json!({ "digest": "0".repeat(64) })),
            "release_review" => chair("POST", "release").with(json!({ "release_at": closes_at, "confirm": true })),
            "redact_comment" => {
                chair("PATCH", &format!("comments/{NOBODY}")).with(json!({ "redacted": true, "reason": "A name" }))
            }
            "create_client" => Request::of(&hr(), "POST", "/v1/clients").with(json!({ "name": "Payroll", "scopes": ["rounds:read"] })),
            "invite_person" => Request::of(&hr(), "POST", "/v1/people").with(person("ann")),
            "save_draft" => self.of_rater("PUT", "draft")?.with(answers()),
            "submit_response" => self.of_rater("PUT", "response")?.with(answers()),
            "decline_survey" => self.of_rater("POST", "decline")?.with(json!({ "declined": true })),
            _ => return Ok(None),
        };
        Ok(Some(request))
    }

    /// A path of the document with ids that are there.
    pub(crate) fn path(&self, path: &str) -> Outcome<String> {
        let draft = self.draft.borrow();
        let review = draft.review()?.id.as_str();
        let path = path
            .replace("/rounds/{id}", &format!("/rounds/{}", draft.id))
            .replace("/reviews/{id}", &format!("/reviews/{review}"));
        Ok(path.replace("{id}", NOBODY))
    }

    /// A rater's, over what they have saved.
    fn of_rater(&self, method: &str, rest: &str) -> Outcome<Request> {
        let link = self.links.get(self.given.get() % self.links.len()).ok_or("no link")?;
        let tag = link.get()?.header("etag").unwrap_or("\"none\"").to_owned();
        Ok(Request::of(link.caller(), method, &format!("/v1/survey/{}/{rest}", link.token())).under("if-match", &tag))
    }
}

impl Request {
    pub(crate) fn of(caller: &Caller, method: &str, path: &str) -> Self {
        Self {
            caller: caller.clone(),
            method: method.to_uppercase(),
            path: path.to_owned(),
            headers: Vec::new(),
            body: Value::Null,
        }
    }

    /// The same with a parameter in its query.
    pub(crate) fn asking(&self, name: &str, value: &str) -> Self {
        let joint = if self.path.contains('?') { '&' } else { '?' };
        Self { path: format!("{}{joint}{name}={}", self.path, caller::form_encode(value)), ..self.clone() }
    }

    /// The same with a header more.
    pub(crate) fn under(&self, name: &str, value: &str) -> Self {
        let headers = self.headers.iter().cloned().chain([(name.to_owned(), value.to_owned())]).collect();
        Self { headers, ..self.clone() }
    }

    /// Whether what it did is in the way of the next one. A collection takes another one, and a draft another change.
    pub(crate) fn uses_ground(&self) -> bool {
        self.method != "PATCH" && !["/v1/frameworks", "/v1/people", "/v1/rounds"].contains(&self.path.as_str())
    }

    pub(crate) fn send(&self, body: &Value) -> Outcome<Reply> {
        let mut headers: Vec<_> = self.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        if body.is_null() && self.body.is_null() {
            return self.caller.send(&self.method, &self.path, &headers, None);
        }
        headers.push(("content-type", "application/json"));
        self.caller.send(&self.method, &self.path, &headers, Some(body.to_string().as_bytes()))
    }

    fn with(self, body: Value) -> Self {
        Self { body, ..self }
    }
}

fn answers() -> Value {
    json!({ "ratings": { "strategy.1": 3 }, "comments": { "keep": "Go on." } })
}

fn framework() -> Value {
    let point = |value: u8| json!({ "value": value, "label": format!("point {value}") });
    json!({
        "key": "bounds",
        "title": "Bounds",
        "minutes": 10,
        "scale": { "points": [point(0), point(1)], "not_observed": "Not able to say", "harmful_end": "lowest" },
        "competencies": [{
            "id": "strategy",
            "title": "Strategy",
            "items": [{ "id": "strategy.1", "self": "I plan.", "others": "Plans.", "asks": ["staff"] }],
        }],
        "prompts": [{ "id": "keep", "self": "What goes well?", "others": "What goes well?" }],
    })
}
