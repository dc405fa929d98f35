//! A browser that signs in with a code from an email.

use std::net::Ipv4Addr;

use crate::Outcome;
use crate::client::{Answer, form, visit};

/// The networks that browsers are in, one each: so many that no limit of one is reached.
const NETWORKS: u32 = 0x0a00_0000;

/// A code that a browser has asked for.
#[derive(Clone)]
pub(crate) struct Asked {
    cookie: String,
    tab: String,
    network: Ipv4Addr,
}

/// The request of the browser with this number for a code to an address.
pub(crate) fn ask_for_code(number: usize, email: &str) -> Vec<u8> {
    form("/sign-in", &format!("email={email}&next="), None, network(number))
}

impl Asked {
    /// What came of such a request.
    pub(crate) fn read(number: usize, answer: Answer) -> Outcome<Self> {
        let Answer { status, location, cookie } = answer;
        let tab = location.as_deref().and_then(|to| to.strip_prefix("/sign-in/code?tab=")).map(str::to_owned);
        let (Some(tab), Some(cookie)) = (tab, cookie) else {
            return Err(format!("after the address comes the code, not {status} and {location:?}").into());
        };
        Ok(Self { cookie, tab, network: network(number) })
    }

    /// The request for the page that takes the code, which follows.
    pub(crate) fn page(&self) -> Vec<u8> {
        visit(&format!("/sign-in/code?tab={}", self.tab), &self.cookie)
    }

    /// The request that types a code.
    pub(crate) fn type_code(&self, code: &str) -> Vec<u8> {
        let fields = format!("tab={}&code={code}", self.tab);
        form("/sign-in/code", &fields, Some(&self.cookie), self.network)
    }
}

fn network(number: usize) -> Ipv4Addr {
    Ipv4Addr::from_bits(NETWORKS + u32::try_from(number).unwrap_or(0))
}
