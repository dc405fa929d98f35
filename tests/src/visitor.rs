//! Somebody at a browser without scripts: keeps cookies, sends forms as a browser does, and reads what comes.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::{Http, Mailbox, Outcome, Reply, finding, wait};

/// How long an email may take that is sent after the answer.
const PATIENCE: Duration = Duration::from_secs(20);

/// A browser of its own. A clone is another tab of it.
#[derive(Clone, Debug)]
pub struct Visitor {
    http: Http,
    cookies: Arc<Mutex<BTreeMap<String, String>>>,
    network: Option<String>,
}

impl Visitor {
    /// Has been nowhere yet.
    #[must_use]
    pub fn new(http: Http) -> Self {
        Self { http, cookies: Arc::default(), network: None }
    }

    /// In the network of this address, as a proxy in front says.
    #[must_use]
    pub fn in_network(self, address: String) -> Self {
        Self { network: Some(address), ..self }
    }

    /// With this cookie.
    #[must_use]
    pub fn having(self, name: &str, value: &str) -> Self {
        self.cookies.lock().unwrap_or_else(PoisonError::into_inner).insert(name.to_owned(), value.to_owned());
        self
    }

    /// The same browser at another node.
    #[must_use]
    pub fn at(&self, http: Http) -> Self {
        Self { http, ..self.clone() }
    }

    /// Another browser that has the same cookies at this moment, as a thief's has.
    #[must_use]
    pub fn copied(&self) -> Self {
        let cookies = self.cookies.lock().unwrap_or_else(PoisonError::into_inner).clone();
        Self { cookies: Arc::new(Mutex::new(cookies)), ..self.clone() }
    }

    /// The cookies, as a browser sends them.
    #[must_use]
    pub fn cookies(&self) -> String {
        let cookies = self.cookies.lock().unwrap_or_else(PoisonError::into_inner);
        cookies.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ")
    }

    /// Opens a page, and follows where it leads.
    pub fn open(&self, path: &str) -> Outcome<Reply> {
        let reply = self.get(path)?;
        self.follow(reply)
    }

    /// Opens a page and follows nothing.
    pub fn get(&self, path: &str) -> Outcome<Reply> {
        self.send("GET", path, &[], None)
    }

    /// Sends a form from a page of the service, and follows where it leads.
    pub fn press(&self, path: &str, fields: &[(&str, &str)]) -> Outcome<Reply> {
        let reply = self.post(path, fields)?;
        self.follow(reply)
    }

    /// Sends a form from a page of the service and follows nothing.
    pub fn post(&self, path: &str, fields: &[(&str, &str)]) -> Outcome<Reply> {
        self.send("POST", path, &[("sec-fetch-site", "same-origin")], Some(fields))
    }

    /// Sends one request with the cookies and these headers.
    pub fn send(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        fields: Option<&[(&str, &str)]>,
    ) -> Outcome<Reply> {
        let cookies = self.cookies();
        let body =
            fields.map(|fields| url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish());
        let mut all: Vec<(&str, &str)> = headers.to_vec();
        if let Some(network) = &self.network {
            all.push(("x-forwarded-for", network));
        }
        if !cookies.is_empty() {
            all.push(("cookie", &cookies));
        }
        if body.is_some() {
            all.push(("content-type", "application/x-www-form-urlencoded"));
        }
        let reply = self.http.send(method, path, &all, body.as_deref().map(str::as_bytes))?;
        self.keep(&reply);
        Ok(reply)
    }

    /// Sends a form with a text and a file from a page of the service, as a browser does, and follows where it leads.
    pub fn upload(&self, path: &str, pasted: &str, file: Option<(&str, &[u8])>) -> Outcome<Reply> {
        let (name, bytes) = file.unwrap_or_default();
        let edge = "------candour-story-edge";
        let mut body = format!(
            "--{edge}\r\nContent-Disposition: form-data; name=\"pasted\"\r\n\r\n{pasted}\r\n--{edge}\r\n\
             Content-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
             Content-Type: application/octet-stream\r\n\r\n"
        )
        .into_bytes();
        body.extend_from_slice(bytes);
        body.extend_from_slice(format!("\r\n--{edge}--\r\n").as_bytes());
        let kind = format!("multipart/form-data; boundary={edge}");
        let cookies = self.cookies();
        let headers =
            [("sec-fetch-site", "same-origin"), ("content-type", kind.as_str()), ("cookie", cookies.as_str())];
        let reply = self.http.send("POST", path, &headers, Some(&body))?;
        self.keep(&reply);
        self.follow(reply)
    }

    /// Signs in with a code: asks for one, reads it in the mailbox, types it. Gives the page that comes.
    pub fn sign_in(&self, mailbox: &Mailbox, email: &str) -> Outcome<Reply> {
        let tab = self.ask_for_code(email)?;
        let code = wait_for_code(mailbox, email, 1)?;
        self.press("/sign-in/code", &[("tab", &tab), ("code", &code)])
    }

    /// Asks for a code, and gives what the page carries of it.
    pub fn ask_for_code(&self, email: &str) -> Outcome<String> {
        let asked = self.post("/sign-in", &[("email", email), ("next", "")])?.with(303)?;
        let to = asked.header("location").unwrap_or_default().to_owned();
        match to.strip_prefix("/sign-in/code?tab=") {
            Some(tab) => Ok(tab.to_owned()),
            None => finding!("after the address comes the code, not {to}"),
        }
    }

    fn follow(&self, mut reply: Reply) -> Outcome<Reply> {
        for _ in 0..8 {
            if reply.status != 303 {
                return Ok(reply);
            }
            let to = reply.header("location").unwrap_or_default().to_owned();
            if !to.starts_with('/') || to.starts_with("//") {
                finding!("a page leads elsewhere: {to}");
            }
            reply = self.get(&to)?;
        }
        finding!("a page leads from one to the next: {reply}")
    }

    fn keep(&self, reply: &Reply) {
        let mut cookies = self.cookies.lock().unwrap_or_else(PoisonError::into_inner);
        for (_, cookie) in reply.headers().iter().filter(|(name, _)| name.eq_ignore_ascii_case("set-cookie")) {
            let (pair, rest) = cookie.split_once(';').unwrap_or((cookie, ""));
            let Some((name, value)) = pair.split_once('=') else { continue };
            if value.is_empty() || rest.to_lowercase().contains("max-age=0") {
                cookies.remove(name);
            } else {
                cookies.insert(name.to_owned(), value.to_owned());
            }
        }
    }
}

/// The newest code that this address has been sent, once there are so many emails with one.
pub fn wait_for_code(mailbox: &Mailbox, email: &str, at_least: usize) -> Outcome<String> {
    wait::until("the email with the code", PATIENCE, || {
        let codes = codes(mailbox, email)?;
        Ok(if codes.len() >= at_least { codes.last().cloned() } else { None })
    })
}

/// The codes that this address has been sent, in the order in which they came.
pub fn codes(mailbox: &Mailbox, email: &str) -> Outcome<Vec<String>> {
    let line = |text: &str| {
        let is_code = |line: &&str| {
            let digits: String = line.split_whitespace().collect();
            digits.len() == 8 && digits.chars().all(|c| c.is_ascii_digit())
        };
        text.lines().map(str::trim).find(is_code).map(str::to_owned)
    };
    Ok(mailbox.to(email)?.iter().filter_map(|email| line(&email.text)).collect())
}
