//! Where the service may call: https, and machines of the public internet only.
//!
//! An address that somebody types in must not make the service speak for them inside the network it runs in: to a
//! database, to a cloud's metadata, to a neighbour. The name is checked when it is typed in, and every IP address that
//! it resolves to is checked again at each call, since a name can be moved in between. A redirect is a new destination
//! and is not followed.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{Ipv4Net, Ipv6Net};
use url::{Host, Url};

mod allowed;

pub use allowed::{AllowedHosts, InvalidHost};

/// The longest address that is taken, in bytes.
pub const LONGEST_ADDRESS: usize = 2_000;

/// The address of another system that the service may call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Destination {
    url: Url,
    within: bool,
}

/// Why an address is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RefusedAddress {
    /// It is no URL, or is longer than anybody needs.
    #[error("this is not an address; give one such as https://hr.example.org/candour")]
    NotAnAddress,
    /// Anybody on the way could read and change what is sent.
    #[error("the address has to begin with https://")]
    NotHttps,
    /// It would be kept and shown with the address.
    #[error("take the name and the password out of the address")]
    Credentials,
    /// It is, or leads to, a machine that is not on the public internet.
    #[error("this address is not on the public internet, and the service calls no other")]
    NotPublic,
}

impl Destination {
    /// Reads an address that somebody has typed in.
    ///
    /// ```
    /// use candour_outbound::guard::{Destination, RefusedAddress};
    /// assert!(Destination::parse("https://hr.example.org/candour").is_ok());
    /// assert_eq!(Destination::parse("http://hr.example.org/candour"), Err(RefusedAddress::NotHttps));
    /// assert_eq!(Destination::parse("https://169.254.169.254/latest/meta-data"), Err(RefusedAddress::NotPublic));
    /// ```
    ///
    /// # Errors
    /// [`RefusedAddress`].
    pub fn parse(text: &str) -> Result<Self, RefusedAddress> {
        Self::parse_among(text, &AllowedHosts::default())
    }

    /// Reads an address that somebody has typed in, which may also be of a host that the operator has allowed. Such a
    /// host of this very machine may be called without TLS: what is sent to it crosses no network.
    ///
    /// # Errors
    /// [`RefusedAddress`].
    pub fn parse_among(text: &str, allowed: &AllowedHosts) -> Result<Self, RefusedAddress> {
        let text = text.trim();
        let url = Some(text).filter(|text| text.len() <= LONGEST_ADDRESS).and_then(|text| Url::parse(text).ok());
        let url = url.ok_or(RefusedAddress::NotAnAddress)?;
        let within = allowed.contains(&url);
        if url.scheme() != "https" && !(url.scheme() == "http" && within && is_loopback(&url)) {
            return Err(RefusedAddress::NotHttps);
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(RefusedAddress::Credentials);
        }
        let public = match url.host().ok_or(RefusedAddress::NotAnAddress)? {
            Host::Domain(name) => is_public_name(name),
            Host::Ipv4(address) => is_public(address.into()),
            Host::Ipv6(address) => is_public(address.into()),
        };
        if public || within { Ok(Self { url, within }) } else { Err(RefusedAddress::NotPublic) }
    }

    /// The address.
    #[must_use]
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// Whether the operator has allowed this host, so that it may be in the network the service runs in.
    #[must_use]
    pub fn is_allowed_within(&self) -> bool {
        self.within
    }
}

/// The addresses that a name has resolved to, if the service may connect to all of them. One that is not public refuses
/// the rest: which of them is used is not ours to choose.
///
/// # Errors
/// [`RefusedAddress::NotPublic`], also where there is no address.
pub fn require_public(resolved: Vec<IpAddr>) -> Result<Vec<IpAddr>, RefusedAddress> {
    if !resolved.is_empty() && resolved.iter().copied().all(is_public) {
        Ok(resolved)
    } else {
        Err(RefusedAddress::NotPublic)
    }
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// Names that are answered within a network only (RFC 6761, 6762, 7686, 8375, 9476 and the `internal` of ICANN), and
/// names without a dot.
fn is_public_name(name: &str) -> bool {
    const LOCAL: [&str; 9] =
        ["localhost", "local", "internal", "home.arpa", "test", "invalid", "onion", "alt", "localdomain"];
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    let is_below = |local: &str| name.strip_suffix(local).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
    name.contains('.') && !LOCAL.iter().any(|local| is_below(local))
}

fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => !NOT_PUBLIC.iter().any(|net| net.contains(&address)),
        IpAddr::V6(address) => {
            GLOBAL_UNICAST.contains(&address) && !NOT_PUBLIC_IPV6.iter().any(|net| net.contains(&address))
        }
    }
}

const fn v4(a: u8, b: u8, c: u8, d: u8, prefix: u8) -> Ipv4Net {
    Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, d), prefix)
}

const fn v6(a: u16, b: u16, prefix: u8) -> Ipv6Net {
    Ipv6Net::new_assert(Ipv6Addr::new(a, b, 0, 0, 0, 0, 0, 0), prefix)
}

/// IANA's IPv4 special-purpose registry, multicast, and the one address of a public block that a cloud answers inside
/// its machines.
const NOT_PUBLIC: [Ipv4Net; 16] = [
    v4(0, 0, 0, 0, 8),
    v4(10, 0, 0, 0, 8),
    v4(100, 64, 0, 0, 10),
    v4(127, 0, 0, 0, 8),
    v4(168, 63, 129, 16, 32),
    v4(169, 254, 0, 0, 16),
    v4(172, 16, 0, 0, 12),
    v4(192, 0, 0, 0, 24),
    v4(192, 0, 2, 0, 24),
    v4(192, 88, 99, 0, 24),
    v4(192, 168, 0, 0, 16),
    v4(198, 18, 0, 0, 15),
    v4(198, 51, 100, 0, 24),
    v4(203, 0, 113, 0, 24),
    v4(224, 0, 0, 0, 4),
    v4(240, 0, 0, 0, 4),
];

/// All that IANA has given out for machines of the public internet. Mapped and translated IPv4 (`::ffff:0:0/96`,
/// `64:ff9b::/96`), private and link-local addresses lie outside.
const GLOBAL_UNICAST: Ipv6Net = v6(0x2000, 0, 3);

/// What IANA's IPv6 special-purpose registry takes out of it: protocol assignments with Teredo, documentation, and
/// 6to4, which holds IPv4.
const NOT_PUBLIC_IPV6: [Ipv6Net; 4] = [v6(0x2001, 0, 23), v6(0x2001, 0xdb8, 32), v6(0x2002, 0, 16), v6(0x3fff, 0, 20)];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_public_machine_may_be_called() {
        for text in [
            "https://hr.example.org/hook?round=1",
            "https://hr.example.org:8443/",
            "https://1.1.1.1/",
            "https://[2606:4700::1111]/x",
        ] {
            assert!(Destination::parse(text).is_ok(), "{text}");
        }
    }

    #[test]
    fn what_leads_into_the_network_is_refused_however_it_is_written() {
        for text in [
            "https://127.0.0.1/",
            "https://127.1/",
            "https://2130706433/",
            "https://0x7f000001/",
            "https://0177.0.0.1/",
            "https://0.0.0.0/",
            "https://10.1.2.3/",
            "https://100.64.0.1/",
            "https://169.254.169.254/latest/meta-data",
            "https://168.63.129.16/",
            "https://172.31.255.255/",
            "https://192.168.1.1/",
            "https://255.255.255.255/",
            "https://[::1]/",
            "https://[::]/",
            "https://[::ffff:127.0.0.1]/",
            "https://[::ffff:8.8.8.8]/",
            "https://[64:ff9b::7f00:1]/",
            "https://[2002:7f00:1::]/",
            "https://[2001::1]/",
            "https://[fe80::1]/",
            "https://[fd00::1]/",
            "https://localhost/",
            "https://LOCALHOST./",
            "https://a.localhost/",
            "https://db.internal/",
            "https://printer.local/",
            "https://router.home.arpa/",
            "https://intranet/",
            "https://①②⑦.0.0.1/",
        ] {
            assert_eq!(Destination::parse(text), Err(RefusedAddress::NotPublic), "{text}");
        }
    }

    #[test]
    fn what_is_no_safe_address_is_refused_with_its_reason() {
        let long = format!("https://hr.example.org/{}", "x".repeat(LONGEST_ADDRESS));
        for (text, refused) in [
            ("", RefusedAddress::NotAnAddress),
            ("hr.example.org", RefusedAddress::NotAnAddress),
            (&long, RefusedAddress::NotAnAddress),
            ("http://hr.example.org/", RefusedAddress::NotHttps),
            ("ftp://hr.example.org/", RefusedAddress::NotHttps),
            ("file:///etc/passwd", RefusedAddress::NotHttps),
            ("https://me:secret@hr.example.org/", RefusedAddress::Credentials),
            ("https://me@hr.example.org/", RefusedAddress::Credentials),
        ] {
            assert_eq!(Destination::parse(text), Err(refused), "{text}");
        }
    }

    #[test]
    fn a_name_that_leads_to_one_machine_inside_leads_nowhere() {
        let (outside, inside) = (IpAddr::from([8, 8, 8, 8]), IpAddr::from([10, 0, 0, 1]));
        assert_eq!(require_public(vec![outside]), Ok(vec![outside]));
        for resolved in [vec![], vec![inside], vec![outside, inside]] {
            assert_eq!(require_public(resolved), Err(RefusedAddress::NotPublic));
        }
    }
}
