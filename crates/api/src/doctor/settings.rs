//! What raters' links begin with.

use url::Url;

use super::{Finding, Subject, mend, well};

pub(super) fn base_url(base_url: &Url) -> Finding {
    let subject = Subject::Settings;
    let local = matches!(base_url.host_str(), Some("127.0.0.1" | "localhost" | "[::1]"));
    match (base_url.scheme(), local) {
        ("https", _) => well(subject, format!("links begin with {base_url}")),
        (_, true) => {
            well(subject, format!("links begin with {base_url} and work on this machine only; set CANDOUR_BASE_URL for real raters"))
        }
        _ => mend(
            subject,
            format!("links begin with {base_url}, without https: answers would cross the network in the clear; set CANDOUR_BASE_URL"),
        ),
    }
}
