//! A client type for each kind of caller, so that a story reads as who does what.

use std::fmt;
use std::ops::Deref;
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::{Value, json};

use crate::{Http, Outcome, Reply};

/// Anybody who speaks to the API, with or without a token.
#[derive(Clone, Debug)]
pub struct Caller {
    http: Http,
    token: Token,
}

/// What a caller shows to say who they are.
#[derive(Clone)]
pub enum Token {
    /// Nothing.
    None,
    /// The same for ever.
    Held(String),
    /// A new one from time to time.
    Renewed(Arc<SignIn>),
}

/// How somebody comes to a token, and when they last did.
pub struct SignIn {
    again: Box<dyn Fn() -> Outcome<String> + Send + Sync>,
    clock: Box<dyn Fn() -> i64 + Send + Sync>,
    now: Mutex<(String, i64)>,
}

/// Seconds after which a caller asks for another token: less than any is good for.
const RENEWED: i64 = 30 * 60;

impl Token {
    /// A token that `sign_in` gives, and another one when half an hour has passed on this clock of seconds.
    pub fn renewed(
        sign_in: impl Fn() -> Outcome<String> + Send + Sync + 'static,
        clock: impl Fn() -> i64 + Send + Sync + 'static,
    ) -> Outcome<Self> {
        let now = Mutex::new((sign_in()?, clock()));
        Ok(Self::Renewed(Arc::new(SignIn { again: Box::new(sign_in), clock: Box::new(clock), now })))
    }

    fn current(&self) -> Outcome<Option<String>> {
        Ok(match self {
            Self::None => None,
            Self::Held(token) => Some(token.clone()),
            Self::Renewed(sign_in) => {
                let mut now = sign_in.now.lock().unwrap_or_else(PoisonError::into_inner);
                let seconds = (sign_in.clock)();
                if seconds - now.1 >= RENEWED {
                    *now = ((sign_in.again)()?, seconds);
                }
                Some(now.0.clone())
            }
        })
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if matches!(self, Self::None) { "no token" } else { "a token" })
    }
}

/// Trust HR.
#[derive(Clone, Debug)]
pub struct Administrator(pub Caller);

/// The chair, who owns the report.
#[derive(Clone, Debug)]
pub struct Facilitator(pub Caller);

/// The person the review is about.
#[derive(Clone, Debug)]
pub struct Subject(pub Caller);

/// Another system.
#[derive(Clone, Debug)]
pub struct Integration(pub Caller);

/// Somebody without a token.
#[derive(Clone, Debug)]
pub struct Anonymous(pub Caller);

impl Caller {
    /// Speaks with this token, or with none.
    #[must_use]
    pub fn new(http: Http, token: Option<String>) -> Self {
        Self { http, token: token.map_or(Token::None, Token::Held) }
    }

    /// Speaks with whatever token this gives.
    #[must_use]
    pub fn with(http: Http, token: Token) -> Self {
        Self { http, token }
    }

    /// The same caller at another node.
    #[must_use]
    pub fn at(&self, http: Http) -> Self {
        Self::with(http, self.token.clone())
    }

    /// The token it holds for good.
    #[must_use]
    pub fn token(&self) -> Option<&str> {
        if let Token::Held(token) = &self.token { Some(token) } else { None }
    }

    /// Sends one request with the caller's token.
    pub fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: Option<&[u8]>) -> Outcome<Reply> {
        let bearer = self.token.current()?.map(|token| format!("Bearer {token}"));
        let mut all: Vec<(&str, &str)> = headers.to_vec();
        if let Some(bearer) = &bearer {
            all.push(("authorization", bearer));
        }
        self.http.send(method, path, &all, body)
    }

    /// GET.
    pub fn get(&self, path: &str) -> Outcome<Reply> {
        self.send("GET", path, &[], None)
    }

    /// DELETE.
    pub fn delete(&self, path: &str) -> Outcome<Reply> {
        self.send("DELETE", path, &[], None)
    }

    /// POST of JSON.
    pub fn post(&self, path: &str, body: &Value) -> Outcome<Reply> {
        self.with_json("POST", path, body)
    }

    /// PUT of JSON.
    pub fn put(&self, path: &str, body: &Value) -> Outcome<Reply> {
        self.with_json("PUT", path, body)
    }

    /// PATCH with JSON.
    pub fn patch(&self, path: &str, body: &Value) -> Outcome<Reply> {
        self.with_json("PATCH", path, body)
    }

    /// POST of a CSV file.
    pub fn post_csv(&self, path: &str, text: &str) -> Outcome<Reply> {
        self.send("POST", path, &[("content-type", "text/csv")], Some(text.as_bytes()))
    }

    /// POST of a form, as a page sends it.
    pub fn post_form(&self, path: &str, fields: &[(&str, &str)]) -> Outcome<Reply> {
        let body: Vec<String> =
            fields.iter().map(|(name, value)| format!("{}={}", form_encode(name), form_encode(value))).collect();
        let headers = [
            ("content-type", "application/x-www-form-urlencoded"),
            ("origin", self.http.base()),
            ("sec-fetch-site", "same-origin"),
        ];
        self.send("POST", path, &headers, Some(body.join("&").as_bytes()))
    }

    /// Every item of a list, page after page, by its cursor.
    pub fn list(&self, path: &str) -> Outcome<Vec<Value>> {
        let mut items = Vec::new();
        let mut after: Option<String> = None;
        loop {
            let joint = if path.contains('?') { '&' } else { '?' };
            let page = after
                .as_ref()
                .map_or_else(|| path.to_owned(), |after| format!("{path}{joint}after={}", form_encode(after)));
            let page = self.get(&page)?.with(200)?.json()?;
            items.extend(page["items"].as_array().cloned().ok_or_else(|| format!("{path} has no items: {page}"))?);
            match page["next"].as_str() {
                Some(next) => after = Some(next.to_owned()),
                None => return Ok(items),
            }
        }
    }

    fn with_json(&self, method: &str, path: &str, body: &Value) -> Outcome<Reply> {
        self.send(method, path, &[("content-type", "application/json")], Some(body.to_string().as_bytes()))
    }
}

impl Administrator {
    /// Makes one of a round's moves, such as `launch`, and expects it to succeed.
    pub fn moves(&self, round: &str, step: &str, body: &Value) -> Outcome<Value> {
        let reply = self.post(&format!("/v1/rounds/{round}/{step}"), body)?.succeeded()?;
        if reply.body.is_empty() { Ok(Value::Null) } else { reply.json() }
    }

    /// The round as it stands.
    pub fn round(&self, round: &str) -> Outcome<Value> {
        self.get(&format!("/v1/rounds/{round}"))?.with(200)?.json()
    }

    /// The raters of a review with the delivery of their invitations.
    pub fn raters(&self, review: &str) -> Outcome<Vec<Value>> {
        self.list(&format!("/v1/reviews/{review}/raters"))
    }
}

impl Facilitator {
    /// Who is asked and who waits.
    pub fn reads_list(&self, review: &str) -> Outcome<Value> {
        self.get(&format!("/v1/reviews/{review}/list"))?.with(200)?.json()
    }

    /// Agrees to the list as it is now.
    pub fn agrees(&self, review: &str) -> Outcome<Reply> {
        let list = self.reads_list(review)?;
        self.post(&format!("/v1/reviews/{review}/agreement"), &json!({ "digest": list["digest"] }))
    }

    /// The result of a review.
    pub fn result(&self, review: &str) -> Outcome<Value> {
        self.get(&format!("/v1/reviews/{review}/results"))?.with(200)?.json()
    }

    /// Redacts a comment.
    pub fn redact(&self, review: &str, comment: &str, reason: &str) -> Outcome<Reply> {
        self.patch(&format!("/v1/reviews/{review}/comments/{comment}"), &json!({ "redacted": true, "reason": reason }))
    }

    /// Takes a redaction back.
    pub fn restore(&self, review: &str, comment: &str) -> Outcome<Reply> {
        self.patch(&format!("/v1/reviews/{review}/comments/{comment}"), &json!({ "redacted": false }))
    }

    /// Releases a result now.
    pub fn release(&self, review: &str) -> Outcome<Reply> {
        self.post(&format!("/v1/reviews/{review}/release"), &json!({}))
    }
}

/// Encodes text for a query or a form.
#[must_use]
pub fn form_encode(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => char::from(byte).to_string(),
            _ => format!("%{byte:02X}"),
        })
        .collect()
}

macro_rules! is_a_caller {
    ($($name:ident),+) => {$(
        impl Deref for $name {
            type Target = Caller;

            fn deref(&self) -> &Caller {
                &self.0
            }
        }
    )+};
}

is_a_caller!(Administrator, Facilitator, Subject, Integration, Anonymous);
