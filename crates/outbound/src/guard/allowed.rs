//! Hosts that the operator lets the service call although they are in its own network.

use std::fmt;

use url::{Host, Url};

/// A list of hosts, each with one port or with any.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AllowedHosts(Vec<(Host, Option<u16>)>);

/// An entry that is no host. It comes from the operator's settings, so it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidHost(String);

impl AllowedHosts {
    /// Reads hosts with commas between them: names, IPv4 addresses, IPv6 addresses in brackets, each with a port or
    /// without.
    ///
    /// ```
    /// use candour_outbound::guard::AllowedHosts;
    /// assert!(AllowedHosts::parse("sign-in.trust.internal, 10.0.0.5:8443, [fd00::1]:443").is_ok());
    /// assert!(AllowedHosts::parse("https://sign-in.trust.internal").is_err());
    /// ```
    ///
    /// # Errors
    /// [`InvalidHost`] names the first entry that is none.
    pub fn parse(text: &str) -> Result<Self, InvalidHost> {
        let entries = text.split(',').map(str::trim).filter(|entry| !entry.is_empty());
        entries
            .map(|entry| read(entry).ok_or_else(|| InvalidHost(entry.to_owned())))
            .collect::<Result<_, _>>()
            .map(Self)
    }

    /// Whether the list names the host of this address, and its port where it names one.
    #[must_use]
    pub fn contains(&self, url: &Url) -> bool {
        let Some(host) = url.host() else { return false };
        let port = url.port_or_known_default();
        self.0.iter().any(|(allowed, at)| *allowed == host.to_owned() && (at.is_none() || *at == port))
    }
}

fn read(entry: &str) -> Option<(Host, Option<u16>)> {
    let (host, port) = match entry.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => (host, Some(port.parse().ok()?)),
        _ => (entry, None),
    };
    // A path, a scheme or a star would be read as part of the name.
    let plain = !host.is_empty() && !host.contains(['/', '*', '@', ' ']);
    plain.then(|| Host::parse(host).ok()).flatten().map(|host| (host, port))
}

impl fmt::Display for InvalidHost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "'{}' is not a host; write a name or an address alone, with a port or without", self.0)
    }
}

impl std::error::Error for InvalidHost {}

#[cfg(test)]
mod tests {
    use super::super::{Destination, RefusedAddress};
    use super::*;

    #[test]
    fn what_is_no_host_is_named() {
        for bad in ["http://a.uk", "a.uk/x", "*.a.uk", "me@a.uk", "::1", "a.uk:99999", ":80", "a b", "a.uk:"] {
            let said = AllowedHosts::parse(&format!("a.uk, {bad}")).err().map(|error| error.to_string());
            assert!(said.as_deref().unwrap_or_default().contains(bad), "{bad}: {said:?}");
        }
        assert_eq!(AllowedHosts::parse(" , "), Ok(AllowedHosts::default()));
    }

    #[test]
    fn a_host_in_ones_own_network_is_called_where_the_operator_allows_it() -> Result<(), InvalidHost> {
        let allowed = AllowedHosts::parse("127.0.0.1:5000,localhost,sign-in.trust.internal,10.0.0.5:8443,[fd00::1]")?;
        for text in [
            "http://127.0.0.1:5000/x",
            "http://localhost:81/",
            "https://SIGN-IN.trust.internal/realm",
            "https://10.0.0.5:8443/",
            "https://[fd00::1]:9000/",
        ] {
            let found = Destination::parse_among(text, &allowed);
            assert!(found.is_ok_and(|destination| destination.is_allowed_within()), "{text}");
        }
        for (text, refused) in [
            ("http://127.0.0.1:5001/", RefusedAddress::NotHttps),
            ("https://127.0.0.1:5001/", RefusedAddress::NotPublic),
            ("https://10.0.0.5/", RefusedAddress::NotPublic),
            ("https://x.sign-in.trust.internal/", RefusedAddress::NotPublic),
            ("http://sign-in.trust.internal/", RefusedAddress::NotHttps),
            ("https://me:secret@localhost/", RefusedAddress::Credentials),
        ] {
            assert_eq!(Destination::parse_among(text, &allowed), Err(refused), "{text}");
        }
        let public = Destination::parse_among("https://example.org/", &allowed);
        assert!(public.is_ok_and(|destination| !destination.is_allowed_within()));
        Ok(())
    }
}
