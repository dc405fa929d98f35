//! The one HTTP client: no redirects, a time limit, a limit on what is read, and the guard before every call.

use std::error::Error as _;
use std::net::SocketAddr;
use std::sync::OnceLock;
use std::time::Duration;

use openidconnect::{HttpRequest, HttpResponse, http};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::redirect::Policy;
use reqwest::{Client, Request};

use crate::guard::{self, AllowedHosts, Destination, RefusedAddress};

/// How long a call may take in all.
const LONGEST_CALL: Duration = Duration::from_secs(10);

/// How long the other side may take to accept a connection.
const LONGEST_CONNECT: Duration = Duration::from_secs(5);

/// The most that is read of an answer. The keys of Entra ID, the largest that is usual, are 20 KB.
const LARGEST_ANSWER: usize = 256 * 1024;

/// Why a call failed. Nothing of what was sent or answered is in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CallError {
    /// The guard does not let it through.
    #[error(transparent)]
    Refused(#[from] RefusedAddress),
    /// No connection, no TLS that can be trusted, or no answer in time.
    #[error("it cannot be reached over https, or does not answer in time")]
    Unreachable,
    /// More than anybody needs.
    #[error("it answers more than 256 KB")]
    TooLarge,
    /// This machine has no certificate authorities to trust.
    #[error("this server has no list of certificate authorities; install the package ca-certificates")]
    NoAuthorities,
}

/// Calls other systems. Nothing is built before the first call.
pub struct Http {
    allowed: AllowedHosts,
    /// For machines of the public internet.
    outside: OnceLock<Client>,
    /// For hosts that the operator has allowed.
    within: OnceLock<Client>,
}

impl Http {
    /// A client that may also call these hosts.
    #[must_use]
    pub fn new(allowed: AllowedHosts) -> Self {
        Self { allowed, outside: OnceLock::new(), within: OnceLock::new() }
    }

    /// The address, if it may be called.
    ///
    /// # Errors
    /// [`RefusedAddress`].
    pub fn destination(&self, text: &str) -> Result<Destination, RefusedAddress> {
        Destination::parse_among(text, &self.allowed)
    }

    /// Sends a request. The address is checked here, no matter who named it, and so is every address that its host
    /// resolves to.
    ///
    /// # Errors
    /// [`CallError`].
    pub async fn call(&self, request: HttpRequest) -> Result<HttpResponse, CallError> {
        let destination = self.destination(&request.uri().to_string())?;
        let request = Request::try_from(request).map_err(|_quoting| RefusedAddress::NotAnAddress)?;
        let mut answer = self.client(&destination)?.execute(request).await.map_err(|error| reason(&error))?;
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(|error| reason(&error))? {
            if body.len() + chunk.len() > LARGEST_ANSWER {
                return Err(CallError::TooLarge);
            }
            body.extend_from_slice(&chunk);
        }
        let mut whole = http::Response::new(body);
        *whole.status_mut() = answer.status();
        *whole.headers_mut() = std::mem::take(answer.headers_mut());
        Ok(whole)
    }

    fn client(&self, destination: &Destination) -> Result<&Client, CallError> {
        let (place, guarded) =
            if destination.is_allowed_within() { (&self.within, false) } else { (&self.outside, true) };
        if let Some(client) = place.get() {
            return Ok(client);
        }
        let built = build(guarded)?;
        Ok(place.get_or_init(|| built))
    }
}

fn build(guarded: bool) -> Result<Client, CallError> {
    use rustls::crypto::{CryptoProvider, ring};
    if CryptoProvider::get_default().is_none() {
        // Somebody else may have been quicker, with the same.
        ring::default_provider().install_default().ok();
    }
    let mut builder = Client::builder()
        .user_agent("candour")
        .redirect(Policy::none())
        .no_proxy()
        .timeout(LONGEST_CALL)
        .connect_timeout(LONGEST_CONNECT)
        .pool_max_idle_per_host(1);
    if guarded {
        builder = builder.dns_resolver(PublicOnly);
    }
    builder.build().map_err(|_details| CallError::NoAuthorities)
}

fn reason(error: &reqwest::Error) -> CallError {
    let mut cause = error.source();
    while let Some(inner) = cause {
        if let Some(refused) = inner.downcast_ref::<RefusedAddress>() {
            return CallError::Refused(*refused);
        }
        cause = inner.source();
    }
    CallError::Unreachable
}

/// Resolves a name, and gives its addresses only if all of them are public.
struct PublicOnly;

impl Resolve for PublicOnly {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?.map(|address| address.ip()).collect();
            let public = guard::require_public(found)?;
            let addresses: Addrs = Box::new(public.into_iter().map(|address| SocketAddr::new(address, 0)));
            Ok(addresses)
        })
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::TcpListener;

    use super::*;

    type Failure = Box<dyn std::error::Error>;

    /// The answer to one call of a server that says this.
    async fn call(said: String) -> Result<Result<HttpResponse, CallError>, Failure> {
        let server = TcpListener::bind("127.0.0.1:0")?;
        let address = server.local_addr()?;
        let serving = std::thread::spawn(move || {
            let (mut connection, _) = server.accept()?;
            let asked = connection.read(&mut [0; 4096])?;
            connection.write_all(said.as_bytes())?;
            Ok::<_, std::io::Error>(asked)
        });
        let http = Http::new(AllowedHosts::parse(&address.to_string())?);
        let answer = http.call(http::Request::get(format!("http://{address}/x")).body(Vec::new())?).await;
        // A client that has read enough may hang up on the server.
        drop(serving.join());
        Ok(answer)
    }

    #[tokio::test]
    async fn a_redirect_is_an_answer_and_is_not_followed() -> Result<(), Failure> {
        let answer =
            call("HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n".to_owned());
        assert_eq!(answer.await??.status(), 302);
        Ok(())
    }

    #[tokio::test]
    async fn no_more_than_a_limit_is_read() -> Result<(), Failure> {
        let answer =
            |length: usize| format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\n\r\n{}", "x".repeat(length));
        assert_eq!(call(answer(LARGEST_ANSWER)).await??.body().len(), LARGEST_ANSWER);
        assert_eq!(call(answer(LARGEST_ANSWER + 1)).await?.err(), Some(CallError::TooLarge));
        Ok(())
    }

    #[tokio::test]
    async fn a_host_within_is_not_called_unless_the_operator_allows_it() -> Result<(), Failure> {
        let http = Http::new(AllowedHosts::default());
        for (text, refused) in [
            ("https://127.0.0.1/", RefusedAddress::NotPublic),
            ("https://localhost/", RefusedAddress::NotPublic),
            ("http://example.org/", RefusedAddress::NotHttps),
        ] {
            let answer = http.call(http::Request::get(text).body(Vec::new())?).await;
            assert_eq!(answer.err(), Some(refused.into()), "{text}");
        }
        Ok(())
    }

    #[tokio::test]
    async fn a_name_that_leads_within_leads_nowhere() -> Result<(), Failure> {
        let refused = PublicOnly.resolve("localhost".parse()?).await.err().ok_or("it was resolved")?;
        assert_eq!(refused.downcast_ref(), Some(&RefusedAddress::NotPublic));
        Ok(())
    }
}
