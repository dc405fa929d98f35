//! Whether a browser says that a request comes from a page of another site. What is no browser says nothing, and is not
//! stopped here.

use url::Url;

/// Whether a request was sent from a page of another site than `own`, as far as the browser tells. `header` gives a
/// header of the request by its name in lower case.
///
/// A page without a referrer, as all of ours, sends `Origin: null` even to itself; then `Sec-Fetch-Site` decides, and
/// in a browser too old to send that, nothing does. So this is a second lock beside what a form carries.
#[must_use]
pub fn is_foreign<'h>(header: impl Fn(&str) -> Option<&'h [u8]>, own: &str) -> bool {
    let text = |name: &str| header(name).map(|value| std::str::from_utf8(value).unwrap_or("unreadable").trim());
    // "none" is the person themselves, as by reloading a page.
    if let Some(site) = text("sec-fetch-site") {
        return !matches!(site, "same-origin" | "none");
    }
    let Some(origin) = text("origin").filter(|origin| *origin != "null") else { return false };
    let is_ours = Url::parse(own).is_ok_and(|own| own.origin().ascii_serialization().eq_ignore_ascii_case(origin));
    // Behind a proxy, or in a test, under a name that the setting does not have.
    let is_asked = origin.split_once("://").is_some_and(|(_, host)| text("host") == Some(host));
    !is_ours && !is_asked
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    #[test]
    fn a_page_of_another_site_is_known_by_what_the_browser_says() {
        let own = "https://feedback.trust.example";
        for (headers, foreign) in [
            (vec![], false),
            (vec![("origin", "null")], false),
            (vec![("origin", "null"), ("sec-fetch-site", "same-origin")], false),
            (vec![("origin", "null"), ("sec-fetch-site", "cross-site")], true),
            (vec![("origin", "https://feedback.trust.example"), ("sec-fetch-site", "same-site")], true),
            (vec![("sec-fetch-site", "none")], false),
            (vec![("origin", "https://feedback.trust.example")], false),
            (vec![("origin", "http://127.0.0.1:8360"), ("host", "127.0.0.1:8360")], false),
            (vec![("origin", "https://elsewhere.example"), ("host", "feedback.trust.example")], true),
            (vec![("origin", "https://feedback.trust.example.elsewhere.example")], true),
        ] {
            let sent: HashMap<&str, &str> = headers.iter().copied().collect();
            assert_eq!(is_foreign(|name| sent.get(name).map(|value| value.as_bytes()), own), foreign, "{headers:?}");
        }
    }
}
