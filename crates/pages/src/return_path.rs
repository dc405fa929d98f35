//! Where somebody goes after they have signed in: to a page of the console of this service, and nowhere else.

use actix_web::HttpRequest;
use actix_web::http::Method;
use url::form_urlencoded;

use crate::console;

/// The path and query of a page of the console.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ReturnPath(String);

/// Longer ones are none that a page of ours links to.
const LONGEST: usize = 512;

impl ReturnPath {
    /// Reads what a query or a form brings. What is no path of the console leads home.
    ///
    /// # Guarantee
    /// A browser that follows it stays on this host, within the console.
    pub(crate) fn parse(text: &str) -> Self {
        let plain =
            |c: char| c.is_ascii_graphic() && !matches!(c, '\\' | '"' | '<' | '>' | '`' | '{' | '}' | '|' | '^');
        let own = text.len() <= LONGEST && text.starts_with('/') && !text.starts_with("//") && text.chars().all(plain);
        let path = text.split(['?', '#']).next().unwrap_or_default();
        let is_sign_in = path == "/sign-in" || path.starts_with("/sign-in/") || path == "/sign-out";
        // Whatever undoes escapes or dots on the way would make another path of it.
        let as_it_is = !path.contains('%') && !path.contains("/.") && !path.contains("//");
        if own && as_it_is && !is_sign_in && console::is_route(path) { Self(text.to_owned()) } else { Self::home() }
    }

    /// Home.
    pub(crate) fn home() -> Self {
        Self("/".to_owned())
    }

    /// The page that was asked for. A form leads back by another way.
    pub(crate) fn of(request: &HttpRequest) -> Self {
        if request.method() == Method::POST {
            return Self::home();
        }
        Self::parse(request.uri().path_and_query().map_or("/", |path| path.as_str()))
    }

    /// As a browser follows it.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// The page where somebody signs in and comes back from.
    pub(crate) fn after_signing_in(&self) -> String {
        format!("/sign-in{}", self.as_query())
    }

    /// As the query of a page of the sign-in; nothing for home.
    pub(crate) fn as_query(&self) -> String {
        if *self == Self::home() {
            return String::new();
        }
        let next: String = form_urlencoded::byte_serialize(self.0.as_bytes()).collect();
        format!("?next={next}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn guarantee_a_return_leads_to_a_page_of_the_console() {
        for good in ["/", "/people", "/people?after=1", "/account/passkeys", "/reviews/1/advisers#x"] {
            assert_eq!(ReturnPath::parse(good).as_str(), good);
        }
        for bad in [
            "",
            "people",
            "//elsewhere.example",
            "/\\elsewhere.example",
            "https://elsewhere.example/",
            "/people\r\nSet-Cookie: x",
            "/%2f/elsewhere.example",
            "/../s/x",
            "/s/link",
            "/v1/rounds",
            "/oauth/token",
            "/sign-in",
            "/sign-in/code",
            "/sign-out",
            "javascript:alert(1)",
            "/people\u{2028}",
        ] {
            assert_eq!(ReturnPath::parse(bad), ReturnPath::home(), "{bad}");
        }
        assert_eq!(ReturnPath::parse(&format!("/{}", "a".repeat(600))), ReturnPath::home());
        assert_eq!(ReturnPath::parse("/people?a=b&c").after_signing_in(), "/sign-in?next=%2Fpeople%3Fa%3Db%26c");
    }
}
