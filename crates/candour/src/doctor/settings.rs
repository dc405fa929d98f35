//! What raters' links begin with, and what is logged.

use url::{Host, Url};

use super::{Finding, Subject, fix, warn, well};
use crate::telemetry;

pub(super) fn base_url(base_url: &Url) -> Finding {
    let subject = Subject::Settings;
    match (base_url.scheme(), reach(base_url)) {
        ("https", _) => well(subject, format!("links begin with {base_url}")),
        (_, Reach::Machine) => warn(
            subject,
            format!(
                "links begin with {base_url} and work on this machine only; set CANDOUR_BASE_URL to the https address \
                 that raters open"
            ),
        ),
        (_, Reach::Network) => warn(
            subject,
            format!(
                "links begin with {base_url}, without https: anybody on that network can read links and answers; set \
                 CANDOUR_BASE_URL to an https address"
            ),
        ),
        (_, Reach::World) => fix(
            subject,
            format!(
                "links begin with {base_url}, without https: answers would cross the network in the clear; set \
                 CANDOUR_BASE_URL"
            ),
        ),
    }
}

/// From where an address can be opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reach {
    /// From this machine alone.
    Machine,
    /// From a network that belongs to somebody, or from nowhere: names that are kept for examples.
    Network,
    /// From everywhere.
    World,
}

/// From where an address can be opened, as far as it tells.
pub(crate) fn reach(url: &Url) -> Reach {
    match url.host() {
        Some(Host::Ipv4(ip)) if ip.is_loopback() => Reach::Machine,
        Some(Host::Ipv6(ip)) if ip.is_loopback() => Reach::Machine,
        Some(Host::Ipv4(ip))
            if ip.is_private() || ip.is_link_local() || ip.is_documentation() || ip.is_unspecified() =>
        {
            Reach::Network
        }
        Some(Host::Ipv6(ip)) if ip.is_unique_local() || ip.is_unicast_link_local() || ip.is_unspecified() => {
            Reach::Network
        }
        Some(Host::Domain(name)) => {
            let last = name.trim_end_matches('.').rsplit('.').next().unwrap_or_default();
            match last {
                "localhost" => Reach::Machine,
                "local" | "lan" | "internal" | "home" | "corp" | "intranet" | "test" | "example" | "invalid" => {
                    Reach::Network
                }
                // A name without a dot is one of the network.
                _ if !name.trim_end_matches('.').contains('.') => Reach::Network,
                _ => Reach::World,
            }
        }
        _ => Reach::World,
    }
}

pub(super) fn log(filter: &str) -> Option<Finding> {
    let unknown = telemetry::unknown_targets(filter);
    (!unknown.is_empty()).then(|| {
        let text = format!(
            "the log filter speaks of {}, of which nothing is logged; CANDOUR_LOG names parts such as candour_service",
            unknown.join(", ")
        );
        warn(Subject::Settings, text)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_tells_from_where_it_can_be_opened() -> Result<(), url::ParseError> {
        for (url, from) in [
            ("http://127.0.0.1:8360", Reach::Machine),
            ("http://localhost", Reach::Machine),
            ("http://[::1]:1", Reach::Machine),
            ("http://192.168.0.7:8360", Reach::Network),
            ("http://candour", Reach::Network),
            ("http://candour.local", Reach::Network),
            ("http://feedback.trust.example", Reach::Network),
            ("http://feedback.trust.org.uk", Reach::World),
            ("http://8.8.8.8", Reach::World),
            ("http://[2606:4700::1]", Reach::World),
        ] {
            assert_eq!(reach(&Url::parse(url)?), from, "{url}");
        }
        Ok(())
    }
}
