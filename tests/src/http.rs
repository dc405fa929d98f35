//! Requests, and replies that know what they answered.

use std::time::Duration;

use serde_json::Value;

use crate::{Outcome, finding};

/// Sends requests to one server. Follows no redirect and keeps no cookie.
#[derive(Clone, Debug)]
pub struct Http {
    agent: ureq::Agent,
    base: String,
}

/// One reply in full.
#[derive(Clone, Debug)]
pub struct Reply {
    /// The status code.
    pub status: u16,
    /// The body as it came.
    pub body: Vec<u8>,
    headers: Vec<(String, String)>,
    what: String,
}

impl Http {
    /// Speaks to the server at `base`, such as `http://127.0.0.1:8360`, and waits a minute for each reply.
    #[must_use]
    pub fn new(base: &str) -> Self {
        Self::patient_for(base, Duration::from_mins(1))
    }

    /// Speaks to the server at `base`, and waits this long for each reply.
    #[must_use]
    pub fn patient_for(base: &str, limit: Duration) -> Self {
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .timeout_global(Some(limit))
            .build();
        Self { agent: config.into(), base: base.trim_end_matches('/').to_owned() }
    }

    /// Where the server is.
    #[must_use]
    pub fn base(&self) -> &str {
        &self.base
    }

    /// Sends one request. An error means that no whole reply came.
    pub fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: Option<&[u8]>) -> Outcome<Reply> {
        let mut request = ureq::http::Request::builder().method(method).uri(format!("{}{path}", self.base));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let mut response = match body {
            Some(bytes) => self.agent.run(request.body(bytes)?)?,
            None => self.agent.run(request.body(())?)?,
        };
        let headers = response
            .headers()
            .iter()
            .map(|(name, value)| (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
            .collect();
        let status = response.status().as_u16();
        let body = response.body_mut().with_config().limit(64 << 20).read_to_vec()?;
        Ok(Reply { status, body, headers, what: format!("{method} {path}") })
    }
}

impl Reply {
    /// The first header of this name.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// Every header as it came.
    #[must_use]
    pub fn headers(&self) -> &[(String, String)] {
        &self.headers
    }

    /// The body as text.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// That a page says all of these, however its lines are broken.
    pub fn says(&self, texts: &[&str]) -> Outcome {
        let page = self.words();
        match texts.iter().find(|text| !page.contains(**text)) {
            None => Ok(()),
            Some(text) => finding!("the page does not say {text:?}: {self}"),
        }
    }

    /// The text with one blank between words.
    #[must_use]
    pub fn words(&self) -> String {
        self.text().split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// What a hidden field of a page holds.
    pub fn field(&self, name: &str) -> Outcome<String> {
        let page = self.words();
        let value = page.split_once(&format!("name=\"{name}\" value=\"")).and_then(|(_, rest)| rest.split_once('"'));
        Ok(value.ok_or_else(|| format!("no field {name}: {self}"))?.0.to_owned())
    }

    /// The body as JSON.
    pub fn json(&self) -> Outcome<Value> {
        serde_json::from_slice(&self.body).map_err(|error| format!("{self}: the body is not JSON: {error}").into())
    }

    /// This reply, if it has the status.
    pub fn with(self, status: u16) -> Outcome<Self> {
        if self.status == status { Ok(self) } else { finding!("expected {status}: {self}") }
    }

    /// This reply, if it succeeded.
    pub fn succeeded(self) -> Outcome<Self> {
        if (200..300).contains(&self.status) { Ok(self) } else { finding!("expected success: {self}") }
    }

    /// The problem document of a refusal with this status: media type, a stable `type`, a `title`, the same `status`.
    pub fn problem(&self, status: u16) -> Outcome<Value> {
        if self.status != status {
            finding!("expected a problem with status {status}: {self}");
        }
        let media_type = self.header("content-type").unwrap_or_default();
        if media_type.split(';').next() != Some("application/problem+json") {
            finding!("a refusal is application/problem+json, this is {media_type:?}: {self}");
        }
        let problem = self.json()?;
        for field in ["type", "title"] {
            if problem[field].as_str().is_none_or(str::is_empty) {
                finding!("a problem has a {field}: {self}");
            }
        }
        if problem["status"] != status {
            finding!("a problem repeats its status: {self}");
        }
        Ok(problem)
    }
}

impl std::fmt::Display for Reply {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let text: String = self.text().chars().take(1500).collect();
        write!(f, "{} -> {} {text}", self.what, self.status)
    }
}
