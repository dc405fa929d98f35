//! A provider of identities, as a trust has one: OpenID Connect with discovery, keys, a page to sign in on, and a token
//! endpoint that insists on the secret and on PKCE. It can also lie, in each way that a service must not fall for.

use std::collections::HashMap;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ed25519_dalek::{Signer as _, SigningKey};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use url::Url;
use url::form_urlencoded;

use crate::{Outcome, finding};

/// What it calls the service.
pub const CLIENT: &str = "candour-at-the-trust";

/// What the service proves itself with.
pub const SECRET: &str = "a~secret.of_the-trust";

/// How the next tokens are wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Forgery {
    /// They name another issuer.
    Issuer,
    /// They are for another service.
    Audience,
    /// They belong to another sign-in.
    Nonce,
    /// Their time is over.
    Expired,
    /// Nobody has signed them.
    Unsigned,
    /// Somebody else has signed them.
    AnothersKey,
}

/// A provider on this machine; it goes with the test.
#[derive(Debug)]
pub struct Provider {
    address: SocketAddr,
    inside: Arc<Mutex<Inside>>,
}

struct Inside {
    issuer: String,
    now: Box<dyn Fn() -> i64 + Send>,
    /// Who signs in, as claims.
    person: Value,
    forgery: Option<Forgery>,
    key: u8,
    given: HashMap<String, Asked>,
    asked: Vec<String>,
}

/// What a code stands for.
struct Asked {
    person: Value,
    nonce: String,
    challenge: String,
    return_to: String,
}

/// What is asked of the provider.
struct Request {
    path: String,
    query: HashMap<String, String>,
    authorization: String,
    form: HashMap<String, String>,
}

impl Provider {
    /// Starts one, reached as `localhost`, which is another site than the service's 127.0.0.1.
    pub fn start() -> Outcome<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = listener.local_addr()?;
        let inside = Arc::new(Mutex::new(Inside {
            issuer: format!("http://localhost:{}", address.port()),
            now: Box::new(real_time),
            person: json!({"sub": "nobody"}),
            forgery: None,
            key: 1,
            given: HashMap::new(),
            asked: Vec::new(),
        }));
        let serving = Arc::clone(&inside);
        std::thread::spawn(move || {
            for connection in listener.incoming().map_while(Result::ok) {
                let serving = Arc::clone(&serving);
                // A browser opens connections that it does not use.
                std::thread::spawn(move || answer(&connection, &serving));
            }
        });
        Ok(Self { address, inside })
    }

    /// The address it calls itself by.
    #[must_use]
    pub fn issuer(&self) -> String {
        self.inside().issuer.clone()
    }

    /// What an operator allows, so that it may be called.
    #[must_use]
    pub fn host(&self) -> String {
        format!("localhost:{}", self.address.port())
    }

    /// Tells the time by this, in seconds since 1970.
    pub fn tells_time_by(&self, now: impl Fn() -> i64 + Send + 'static) {
        self.inside().now = Box::new(now);
    }

    /// From now on this person signs in here. Their address is one of the claims, and may be anybody's.
    pub fn is_visited_by(&self, subject: &str, email: &str) {
        self.inside().person = json!({"sub": subject, "email": email, "email_verified": true, "name": "Somebody"});
    }

    /// As [`Self::is_visited_by`], with these claims.
    pub fn is_visited_by_claims(&self, claims: Value) {
        self.inside().person = claims;
    }

    /// Lies from now on, or tells the truth again.
    pub fn forges(&self, forgery: Option<Forgery>) {
        self.inside().forgery = forgery;
    }

    /// Signs with a new key from now on.
    pub fn changes_its_key(&self) {
        self.inside().key += 1;
    }

    /// The paths that were asked for so far.
    #[must_use]
    pub fn asked(&self) -> Vec<String> {
        self.inside().asked.clone()
    }

    /// What the person's browser is sent back with who goes to this address and signs in.
    pub fn signs_in(&self, address: &str) -> Outcome<String> {
        let query = Url::parse(address)?.query_pairs().into_owned().collect();
        self.inside().authorise(&query)
    }

    fn inside(&self) -> MutexGuard<'_, Inside> {
        hold(&self.inside)
    }
}

impl std::fmt::Debug for Inside {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "a provider at {}", self.issuer)
    }
}

#[expect(clippy::disallowed_methods, reason = "a provider has a clock of its own")]
fn real_time() -> i64 {
    chrono::DateTime::<chrono::Utc>::from(std::time::SystemTime::now()).timestamp()
}

fn hold(inside: &Mutex<Inside>) -> MutexGuard<'_, Inside> {
    inside.lock().unwrap_or_else(PoisonError::into_inner)
}

fn key(seed: u8) -> SigningKey {
    SigningKey::from_bytes(&[seed; 32])
}

fn answer(connection: &TcpStream, inside: &Mutex<Inside>) {
    let answered = || -> Outcome {
        let request = read(connection)?;
        let (status, kind, body) = hold(inside).answer(&request);
        let length = body.len();
        let head = format!(
            "HTTP/1.1 {status} X\r\ncontent-type: {kind}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n"
        );
        let mut connection = connection;
        Ok(connection.write_all(format!("{head}{body}").as_bytes())?)
    };
    // Who hangs up gets no answer.
    answered().ok();
}

fn read(connection: &TcpStream) -> Outcome<Request> {
    let mut reader = BufReader::new(connection);
    let mut line = String::new();
    reader.read_line(&mut line)?;
    let target = line.split(' ').nth(1).ok_or("no request")?;
    let url = Url::parse("http://localhost")?.join(target)?;
    let (mut length, mut authorization) = (0, String::new());
    loop {
        let mut header = String::new();
        reader.read_line(&mut header)?;
        let Some((name, value)) = header.trim().split_once(':') else { break };
        match name.to_ascii_lowercase().as_str() {
            "content-length" => length = value.trim().parse()?,
            "authorization" => value.trim().clone_into(&mut authorization),
            _ => {}
        }
    }
    let mut body = vec![0; length];
    std::io::Read::read_exact(&mut reader, &mut body)?;
    Ok(Request {
        path: url.path().to_owned(),
        query: url.query_pairs().into_owned().collect(),
        authorization,
        form: form_urlencoded::parse(&body).into_owned().collect(),
    })
}

impl Inside {
    fn answer(&mut self, request: &Request) -> (u16, &'static str, String) {
        self.asked.push(request.path.clone());
        let issuer = &self.issuer;
        let json = "application/json";
        match request.path.as_str() {
            "/.well-known/openid-configuration" => {
                let said = json!({
                    "issuer": issuer, "authorization_endpoint": format!("{issuer}/authorise"),
                    "token_endpoint": format!("{issuer}/token"), "jwks_uri": format!("{issuer}/keys"),
                    "response_types_supported": ["code"], "subject_types_supported": ["public"],
                    "id_token_signing_alg_values_supported": ["EdDSA"],
                });
                (200, json, said.to_string())
            }
            "/keys" => {
                let x = URL_SAFE_NO_PAD.encode(key(self.key).verifying_key().as_bytes());
                let own = json!({"kty": "OKP", "crv": "Ed25519", "use": "sig", "kid": self.kid(), "x": x});
                (200, json, json!({"keys": [own]}).to_string())
            }
            "/authorise" => match self.authorise(&request.query) {
                Ok(back) => (200, "text/html", page(&back)),
                Err(error) => (400, "text/plain", error.to_string()),
            },
            "/token" => {
                let (status, said) = self.exchange(request);
                (status, json, said.to_string())
            }
            _ => (404, "text/plain", "there is no such thing".to_owned()),
        }
    }

    fn kid(&self) -> String {
        format!("key {}", self.key)
    }

    /// Where the browser goes back to when the person has signed in.
    fn authorise(&mut self, query: &HashMap<String, String>) -> Outcome<String> {
        let of = |name: &str| query.get(name).cloned().ok_or_else(|| format!("there is no {name}"));
        for (name, expected) in [
            ("response_type", "code"),
            ("client_id", CLIENT),
            ("code_challenge_method", "S256"),
            ("scope", "openid email profile"),
        ] {
            let found = of(name)?;
            if found != expected {
                finding!("{name} is {found} and not {expected}");
            }
        }
        let asked = Asked {
            person: self.person.clone(),
            nonce: of("nonce")?,
            challenge: of("code_challenge")?,
            return_to: of("redirect_uri")?,
        };
        if asked.nonce.len() < 40 || of("state")?.len() < 40 {
            finding!("state and nonce can be guessed");
        }
        let code = format!("code-{}", self.given.len());
        let back = [("code", code.as_str()), ("state", &of("state")?), ("iss", &self.issuer)];
        let back = Url::parse_with_params(&asked.return_to, back)?.to_string();
        self.given.insert(code, asked);
        Ok(back)
    }

    fn exchange(&mut self, request: &Request) -> (u16, Value) {
        let shown = request.authorization.strip_prefix("Basic ").and_then(|text| STANDARD.decode(text).ok());
        let encoded = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
        if shown != Some(format!("{}:{}", encoded(CLIENT), encoded(SECRET)).into_bytes()) {
            return (401, json!({"error": "invalid_client", "error_description": SECRET}));
        }
        let form = |name: &str| request.form.get(name).map(String::as_str).unwrap_or_default();
        // A code is good once.
        let asked = self.given.remove(form("code"));
        let proof = URL_SAFE_NO_PAD.encode(Sha256::digest(form("code_verifier")));
        let fits = |asked: &Asked| asked.challenge == proof && asked.return_to == form("redirect_uri");
        match asked.filter(fits).filter(|_| form("grant_type") == "authorization_code") {
            Some(asked) => (200, json!({"access_token": "x", "token_type": "Bearer", "id_token": self.token(&asked)})),
            None => (400, json!({"error": "invalid_grant"})),
        }
    }

    fn token(&self, asked: &Asked) -> String {
        let now = (self.now)();
        let mut claims = asked.person.clone();
        let mut header = json!({"alg": "EdDSA", "kid": self.kid()});
        let mut key = key(self.key);
        for (name, value) in [
            ("iss", json!(self.issuer)),
            ("aud", json!(CLIENT)),
            ("nonce", json!(asked.nonce)),
            ("iat", json!(now)),
            ("exp", json!(now + 300)),
        ] {
            claims[name] = value;
        }
        match self.forgery {
            None => {}
            Some(Forgery::Issuer) => claims["iss"] = json!("http://localhost:1"),
            Some(Forgery::Audience) => claims["aud"] = json!("another-service"),
            Some(Forgery::Nonce) => claims["nonce"] = json!("of another sign-in"),
            Some(Forgery::Expired) => claims["exp"] = json!(now - 1),
            Some(Forgery::AnothersKey) => key = SigningKey::from_bytes(&[99; 32]),
            Some(Forgery::Unsigned) => header = json!({"alg": "none"}),
        }
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let content = format!("{}.{}", part(&header), part(&claims));
        let signature = URL_SAFE_NO_PAD.encode(key.sign(content.as_bytes()).to_bytes());
        if self.forgery == Some(Forgery::Unsigned) { format!("{content}.") } else { format!("{content}.{signature}") }
    }
}

fn page(back: &str) -> String {
    let back = back.replace('&', "&amp;");
    format!(
        "<!doctype html><html lang=en><title>The trust's sign-in</title><h1>The trust's sign-in</h1>\
         <p><a id=continue href=\"{back}\">Sign in</a>"
    )
}
