//! From which network somebody asks. It is held while a request is under way, counted by, and never logged or stored.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// The header in which a proxy says for whom it asks.
pub const FORWARDED_FOR: &str = "x-forwarded-for";

/// What one client has to itself: an address of version 4, or 64 bits of one of version 6, within which a client picks
/// addresses as it likes.
///
/// It has no `Debug`, so that it gets into no log.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Network(IpAddr);

/// The proxies whose word on where a request comes from is believed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Proxies(Vec<Range>);

/// A text that names no addresses.
#[derive(Debug, thiserror::Error)]
#[error("{0:?} is neither an IP address nor a network such as 10.0.0.0/8")]
pub struct InvalidProxy(String);

/// Addresses that begin alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Range {
    first: IpAddr,
    bits: u32,
}

impl Network {
    /// The network of an address.
    #[must_use]
    pub fn of(address: IpAddr) -> Self {
        Self(match address.to_canonical() {
            IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() >> 64 << 64)),
            version_4 @ IpAddr::V4(_) => version_4,
        })
    }
}

impl Proxies {
    /// Reads addresses and networks separated by commas or blanks.
    ///
    /// # Errors
    /// [`InvalidProxy`] with the part that is neither.
    pub fn parse(text: &str) -> Result<Self, InvalidProxy> {
        let parts = text.split([',', ' ']).filter(|part| !part.is_empty());
        parts
            .map(|part| Range::parse(part).ok_or_else(|| InvalidProxy(part.to_owned())))
            .collect::<Result<_, _>>()
            .map(Self)
    }

    /// Whether this is the address of a proxy.
    #[must_use]
    pub fn include(&self, address: IpAddr) -> bool {
        self.0.iter().any(|range| range.holds(address.to_canonical()))
    }

    /// The network of the sender of a request: of the connection, or, where a proxy holds that, the last address in
    /// the lines of [`FORWARDED_FOR`] that is not a proxy's. What stands to the left of it was written by the client,
    /// who can write anything.
    #[must_use]
    pub fn client<'h>(
        &self,
        connected: Option<SocketAddr>,
        forwarded_for: impl IntoIterator<Item = &'h [u8]>,
    ) -> Network {
        let connected = connected.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |address| address.ip().to_canonical());
        if !self.include(connected) {
            return Network::of(connected);
        }
        let lines: Vec<&str> = forwarded_for.into_iter().filter_map(|line| std::str::from_utf8(line).ok()).collect();
        let named = lines.iter().rev().flat_map(|line| line.rsplit(',')).map_while(|text| address(text.trim()));
        Network::of(named.into_iter().find(|&address| !self.include(address)).unwrap_or(connected))
    }
}

impl Range {
    fn parse(text: &str) -> Option<Self> {
        let (first, bits) = text.split_once('/').map_or((text, None), |(first, bits)| (first, Some(bits)));
        let first: IpAddr = first.parse().ok()?;
        let most = if first.is_ipv4() { 32 } else { 128 };
        let bits = bits.map_or(Some(most), |bits| bits.parse().ok()).filter(|&bits| bits <= most)?;
        Some(Self { first, bits })
    }

    fn holds(self, address: IpAddr) -> bool {
        match (self.first, address) {
            (IpAddr::V4(first), IpAddr::V4(address)) => {
                (first.to_bits() ^ address.to_bits()).leading_zeros() >= self.bits
            }
            (IpAddr::V6(first), IpAddr::V6(address)) => {
                (first.to_bits() ^ address.to_bits()).leading_zeros() >= self.bits
            }
            _ => false,
        }
    }
}

/// An address as proxies write it: some add the port.
fn address(text: &str) -> Option<IpAddr> {
    let address = text.parse().or_else(|_bare| text.parse::<SocketAddr>().map(|address| address.ip()));
    address.ok().map(|address| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    type Outcome = Result<(), Box<dyn std::error::Error>>;

    fn network(text: &str) -> Result<Network, std::net::AddrParseError> {
        text.parse().map(Network::of)
    }

    #[test]
    fn a_client_of_version_6_is_its_first_64_bits() -> Outcome {
        assert!(network("2001:db8:1:2::1")? == network("2001:db8:1:2:ffff:ffff:ffff:ffff")?);
        assert!(network("2001:db8:1:2::1")? != network("2001:db8:1:3::1")?);
        assert!(network("::ffff:192.0.2.7")? == network("192.0.2.7")?);
        assert!(network("192.0.2.7")? != network("192.0.2.8")?);
        Ok(())
    }

    #[test]
    fn guarantee_only_a_known_proxy_says_where_a_request_comes_from() -> Outcome {
        let proxies = Proxies::parse("127.0.0.1, 10.0.0.0/8 2001:db8:ffff::/48")?;
        let asked = |connected: &str, lines: &[&str]| -> Result<Network, Box<dyn std::error::Error>> {
            let connected = SocketAddr::new(connected.parse()?, 40_000);
            Ok(proxies.client(Some(connected), lines.iter().map(|line| line.as_bytes())))
        };
        let cases: [(&str, &[&str], &str); 10] = [
            ("192.0.2.7", &["198.51.100.1"], "192.0.2.7"),
            ("127.0.0.1", &["198.51.100.1"], "198.51.100.1"),
            ("::ffff:127.0.0.1", &["198.51.100.1"], "198.51.100.1"),
            ("127.0.0.1", &["203.0.113.9, 198.51.100.1"], "198.51.100.1"),
            ("127.0.0.1", &["203.0.113.9", "198.51.100.1, 10.2.3.4"], "198.51.100.1"),
            ("127.0.0.1", &["198.51.100.1:4711"], "198.51.100.1"),
            ("127.0.0.1", &["[2001:db8:1:2::9]:4711"], "2001:db8:1:2::"),
            ("127.0.0.1", &[], "127.0.0.1"),
            ("127.0.0.1", &["198.51.100.1, unknown"], "127.0.0.1"),
            ("2001:db8:ffff::1", &["2001:db8:1:2::9"], "2001:db8:1:2::"),
        ];
        for (connected, lines, expected) in cases {
            assert!(asked(connected, lines)? == network(expected)?, "{connected} {lines:?}");
        }
        Ok(())
    }

    #[test]
    fn what_names_no_network_is_refused() {
        for bad in ["localhost", "10.0.0.0/33", "10.0.0.0/x", "::/129", "10.0.0"] {
            assert!(Proxies::parse(bad).is_err(), "{bad}");
        }
        assert_eq!(Proxies::parse(" ").ok(), Some(Proxies::default()));
    }
}
