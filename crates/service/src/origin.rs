//! From whose page a request was sent, as far as a browser says.

use url::{Host, Url};

/// From whose page a request was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sender {
    /// One of ours, or the person themselves, as by reloading a page.
    Ours,
    /// Nothing says: no browser sent it, or one that keeps it to itself, or it was opened under a name that is not
    /// ours.
    Unsaid,
    /// One of another site.
    Foreign,
}

/// Reads it from what a browser adds to each request and no page can change. `header` gives a header by its name in
/// lower case, and `own` is the address that links begin with.
///
/// # Guarantee
/// A page of another site is never `Ours`, also where its name leads to this service (DNS rebinding): the name is not
/// that of `own`, and no name can stand in for an IP address or for `localhost`.
#[must_use]
pub fn sender<'h>(header: impl Fn(&str) -> Option<&'h [u8]>, own: &str) -> Sender {
    let text = |name: &str| header(name).map(|value| std::str::from_utf8(value).unwrap_or("unreadable").trim());
    // Browsers send it over HTTPS and to the own machine, where no foreign name can pass for ours.
    if let Some(site) = text("sec-fetch-site") {
        // "none" is the person themselves.
        return if matches!(site, "same-origin" | "none") { Sender::Ours } else { Sender::Foreign };
    }
    let Some(origin) = text("origin").filter(|origin| *origin != "null") else { return Sender::Unsaid };
    let (Ok(from), Ok(own)) = (Url::parse(origin), Url::parse(own)) else { return Sender::Foreign };
    // Behind a proxy, or in a test, under a name that the setting does not have.
    let is_asked = origin.split_once("://").is_some_and(|(_, host)| text("host") == Some(host));
    if from.origin() == own.origin() || (is_asked && from.scheme() == own.scheme() && is_never_rebound(&from)) {
        Sender::Ours
    } else if is_asked {
        Sender::Unsaid
    } else {
        Sender::Foreign
    }
}

/// Whether no name server can make another site's name mean this host.
fn is_never_rebound(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(_) | Host::Ipv6(_)) => true,
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::Sender::{Foreign, Ours, Unsaid};
    use super::*;

    const OWN: &str = "https://feedback.trust.example";

    fn sent(headers: &[(&str, &str)], own: &str) -> Sender {
        let sent: HashMap<&str, &str> = headers.iter().copied().collect();
        sender(|name| sent.get(name).map(|value| value.as_bytes()), own)
    }

    #[test]
    fn a_page_of_another_site_is_known_by_what_the_browser_says() {
        for (headers, expected) in [
            (&[][..], Unsaid),
            (&[("origin", "null")], Unsaid),
            (&[("origin", "null"), ("sec-fetch-site", "same-origin")], Ours),
            (&[("origin", "null"), ("sec-fetch-site", "cross-site")], Foreign),
            (&[("origin", OWN), ("sec-fetch-site", "same-site")], Foreign),
            (&[("sec-fetch-site", "none")], Ours),
            (&[("sec-fetch-site", "")], Foreign),
            (&[("origin", OWN)], Ours),
            (&[("origin", "https://feedback.trust.example:443")], Ours),
            (&[("origin", "http://feedback.trust.example")], Foreign),
            (&[("origin", "https://feedback.trust.example:8443")], Foreign),
            (&[("origin", "https://elsewhere.example"), ("host", "feedback.trust.example")], Foreign),
            (&[("origin", "https://feedback.trust.example.elsewhere.example")], Foreign),
            (&[("origin", "file://")], Foreign),
            (&[("origin", "nothing")], Foreign),
            (&[("origin", "")], Foreign),
        ] {
            assert_eq!(sent(headers, OWN), expected, "{headers:?}");
        }
    }

    #[test]
    fn another_name_for_the_service_says_nothing_and_an_address_says_who_it_is() {
        for (origin, host, own, expected) in [
            // Another site's name that leads here, or ours that the setting does not have: nobody can tell.
            ("http://elsewhere.example:8360", "elsewhere.example:8360", "http://127.0.0.1:8360", Unsaid),
            ("https://elsewhere.example", "elsewhere.example", OWN, Unsaid),
            ("http://elsewhere.localhost:8360", "elsewhere.localhost:8360", "http://127.0.0.1:8360", Unsaid),
            ("http://127.0.0.1:8360", "127.0.0.1:8360", "http://127.0.0.1:1", Ours),
            ("http://localhost:8360", "localhost:8360", "http://127.0.0.1:8360", Ours),
            ("http://[::1]:8360", "[::1]:8360", "http://127.0.0.1:8360", Ours),
            ("http://127.0.0.1:8361", "127.0.0.1:8360", "http://127.0.0.1:8360", Foreign),
            // What answers on the same machine without encryption is somebody else.
            ("http://192.0.2.7", "192.0.2.7", OWN, Unsaid),
            ("https://192.0.2.7", "192.0.2.7", OWN, Ours),
        ] {
            assert_eq!(sent(&[("origin", origin), ("host", host)], own), expected, "{origin} at {host} of {own}");
        }
    }
}
