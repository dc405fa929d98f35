//! A caller of the API with a token.

use serde_json::Value;

use super::DemoError;

/// Speaks to the service as one principal.
pub(super) struct Caller {
    agent: ureq::Agent,
    base: String,
    token: String,
}

/// An HTTP client that hands back every status.
pub(super) fn agent() -> ureq::Agent {
    ureq::Agent::config_builder().http_status_as_error(false).max_redirects(0).build().new_agent()
}

impl Caller {
    pub(super) fn new(base: &str, token: &str) -> Self {
        Self { agent: agent(), base: base.to_owned(), token: token.to_owned() }
    }

    pub(super) fn with_client_credentials(base: &str, id: &str, secret: &str) -> Result<Self, DemoError> {
        let form = [("grant_type", "client_credentials"), ("client_id", id), ("client_secret", secret)];
        let response = agent().post(format!("{base}/oauth/token")).send_form(form)?;
        let document: Value = serde_json::from_str(&read("POST /oauth/token", response)?)?;
        Ok(Self::new(base, document["access_token"].as_str().ok_or(DemoError::Missing("access_token"))?))
    }

    pub(super) fn token(&self) -> &str {
        &self.token
    }

    pub(super) fn get(&self, path: &str) -> Result<Value, DemoError> {
        Ok(serde_json::from_str(&self.text(path)?)?)
    }

    pub(super) fn text(&self, path: &str) -> Result<String, DemoError> {
        read(&format!("GET {path}"), self.agent.get(self.url(path)).header("Authorization", self.bearer()).call()?)
    }

    pub(super) fn status_of(&self, path: &str) -> Result<u16, DemoError> {
        Ok(self.agent.get(self.url(path)).header("Authorization", self.bearer()).call()?.status().as_u16())
    }

    pub(super) fn post(&self, path: &str, body: &Value) -> Result<Value, DemoError> {
        self.send(path, "application/json", &body.to_string())
    }

    pub(super) fn post_csv(&self, path: &str, body: &str) -> Result<Value, DemoError> {
        self.send(path, "text/csv", body)
    }

    fn send(&self, path: &str, content_type: &str, body: &str) -> Result<Value, DemoError> {
        let request =
            self.agent.post(self.url(path)).header("Authorization", self.bearer()).header("Content-Type", content_type);
        Ok(serde_json::from_str(&read(&format!("POST {path}"), request.send(body)?)?)?)
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    fn bearer(&self) -> String {
        format!("Bearer {}", self.token)
    }
}

/// The body of a successful answer. `request` names it in an error: never with a rater's link in it.
pub(super) fn read(request: &str, mut response: ureq::http::Response<ureq::Body>) -> Result<String, DemoError> {
    if response.status().is_success() {
        Ok(response.body_mut().read_to_string()?)
    } else {
        Err(DemoError::Answer { request: request.to_owned(), status: response.status().as_u16() })
    }
}
