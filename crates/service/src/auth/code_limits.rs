//! How many sign-in codes may be asked for, from a network and for an address, and how often a sign-in may be begun from a
//! network. Neither is kept: both are counted in places that only this process can tell apart, and forgotten with it.

use std::num::NonZeroU32;

use candour_domain::Email;
use governor::Quota;

use super::limit::Limit;
use crate::clock::Timekeeper;
use crate::network::Network;

/// Codes a minute for one network: a whole office may sit behind one address.
const OF_A_NETWORK: NonZeroU32 = NonZeroU32::MIN.saturating_add(19);

/// Sign-ins a minute that are begun from one network with a passkey or at a provider. Each keeps something until it is
/// over, and one at a provider calls it.
const BEGUN: NonZeroU32 = NonZeroU32::MIN.saturating_add(59);

/// Codes in [`MINUTES`] for one address: no more emails than that reach somebody that another wants to annoy, and no
/// more than five times as many codes can be guessed at.
const OF_AN_ADDRESS: NonZeroU32 = NonZeroU32::MIN.saturating_add(5);

/// Minutes after which all the codes of an address may be asked for again.
pub const MINUTES: u32 = 15;

/// Who has asked for codes lately.
pub struct CodeLimits {
    networks: Limit,
    addresses: Limit,
    begun: Limit,
}

/// Why no other code is sent now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TooMany {
    /// Their network has asked for too many, for whichever addresses. A minute helps.
    FromNetwork,
    /// Somebody has asked for too many for this address. They have been sent, if anybody has it.
    ForAddress,
}

impl CodeLimits {
    /// Nobody has asked yet.
    #[must_use]
    pub fn new(clock: &Timekeeper) -> Self {
        let quarter = std::time::Duration::from_mins(MINUTES.into());
        let one_each = quarter / OF_AN_ADDRESS.get();
        let of_an_address = Quota::with_period(one_each).map(|quota| quota.allow_burst(OF_AN_ADDRESS));
        Self {
            networks: Limit::new(Quota::per_minute(OF_A_NETWORK), clock),
            addresses: Limit::new(of_an_address.unwrap_or(Quota::per_hour(OF_AN_ADDRESS)), clock),
            begun: Limit::new(Quota::per_minute(BEGUN), clock),
        }
    }

    /// Counts that a sign-in with a passkey or at a provider is begun from a network, and says whether it may be.
    #[must_use]
    pub fn begins(&self, from: Network) -> bool {
        self.begun.allows(from)
    }

    /// Counts that somebody asks for a code, and says whether one is sent. To be asked before anybody looks whether the
    /// address is known.
    ///
    /// # Guarantee
    /// The answer depends on how often this network and this address were named, and never on whether anybody has the
    /// address. A network beyond its limit counts for no address.
    ///
    /// # Errors
    /// [`TooMany`].
    pub fn ask(&self, from: Network, email: &Email) -> Result<(), TooMany> {
        if !self.networks.allows(from) {
            return Err(TooMany::FromNetwork);
        }
        if !self.addresses.allows(email.as_str()) {
            return Err(TooMany::ForAddress);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::net::{IpAddr, Ipv4Addr};

    use candour_domain::person::InvalidPerson;

    use super::*;

    fn network(number: u32) -> Network {
        Network::of(IpAddr::V4(Ipv4Addr::from_bits(number)))
    }

    #[test]
    fn an_address_is_sent_six_codes_and_a_network_asks_for_twenty() -> Result<(), InvalidPerson> {
        let limits = CodeLimits::new(&Timekeeper::default());
        let chair = Email::parse("chair@trust.example")?;
        for at in 0..6 {
            assert_eq!(limits.ask(network(at), &chair), Ok(()), "{at}");
        }
        assert_eq!(limits.ask(network(6), &chair), Err(TooMany::ForAddress), "from wherever it is asked");
        let mut answers = Vec::new();
        for at in 0..21 {
            answers.push(limits.ask(network(99), &Email::parse(&format!("person{at}@trust.example"))?));
        }
        assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 20);
        assert_eq!(answers.last(), Some(&Err(TooMany::FromNetwork)));
        Ok(())
    }

    #[test]
    fn a_network_begins_sixty_sign_ins_a_minute_whatever_codes_it_asks_for() -> Result<(), InvalidPerson> {
        let limits = CodeLimits::new(&Timekeeper::default());
        let begun = (0..100).filter(|_| limits.begins(network(1))).count();
        assert!((60..=61).contains(&begun), "{begun}");
        assert!(limits.begins(network(2)));
        assert_eq!(limits.ask(network(1), &Email::parse("chair@trust.example")?), Ok(()));
        Ok(())
    }

    #[test]
    fn a_crowded_network_uses_up_the_codes_of_no_address() -> Result<(), InvalidPerson> {
        let limits = CodeLimits::new(&Timekeeper::default());
        for at in 0..20 {
            limits.ask(network(1), &Email::parse(&format!("person{at}@trust.example"))?).ok();
        }
        let chair = Email::parse("chair@trust.example")?;
        for _ in 0..50 {
            assert_eq!(limits.ask(network(1), &chair), Err(TooMany::FromNetwork));
        }
        assert_eq!(limits.ask(network(2), &chair), Ok(()));
        Ok(())
    }
}
