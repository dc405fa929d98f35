//! A sign-in code: eight digits that an email carries, and what the database keeps to compare it with.
//!
//! Eight digits can all be tried by anybody who holds a copy of the database. So what is kept is made with the server
//! key, which is in no copy, and it belongs to one request for a code.

use hmac::Mac;
use rand::{CryptoRng, RngExt};
use subtle::ConstantTimeEq;
use zeroize::{Zeroize, ZeroizeOnDrop};

use super::{ServerKey, mac};

const LABEL: &str = "candour sign-in code v1";

const ADDRESS_LABEL: &str = "candour address code v1";

/// How many digits a code has.
const DIGITS: usize = 8;

/// A sign-in code. It has no `Debug`, so that it gets into no log.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct SignInCode([u8; DIGITS]);

impl SignInCode {
    /// A fresh one, each as likely as any other.
    pub fn generate(rng: &mut impl CryptoRng) -> Self {
        Self(std::array::from_fn(|_| rng.random_range(0..10)))
    }

    /// The one for an address with this id that somebody is to confirm. It is made again whenever it is needed, so that
    /// it is kept nowhere.
    #[must_use]
    pub fn for_address(key: &ServerKey, address: [u8; 16]) -> Self {
        let mut mac = mac(&key.derived(ADDRESS_LABEL));
        mac.update(&address);
        let bytes: [u8; 32] = mac.finalize().into_bytes().into();
        let mut number = bytes.iter().take(8).fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
        Self(std::array::from_fn(|_| {
            let digit = number % 10;
            number /= 10;
            u8::try_from(digit).unwrap_or_default()
        }))
    }

    /// Whether it is the one for the address with this id. Takes the same time for every wrong one.
    #[must_use]
    pub fn is_for_address(&self, key: &ServerKey, address: [u8; 16]) -> bool {
        self.0.ct_eq(&Self::for_address(key, address).0).into()
    }

    /// Reads what somebody has typed: eight digits, with blanks and hyphens anywhere, as an email program or a keyboard
    /// puts them.
    ///
    /// ```
    /// use candour_seal::SignInCode;
    /// assert!(SignInCode::parse(" 1234 5678\n").is_some());
    /// assert!(SignInCode::parse("1234567").is_none());
    /// assert!(SignInCode::parse("1234567a").is_none());
    /// ```
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut digits = text.chars().filter(|c| !c.is_whitespace() && !matches!(c, '-' | '\u{2011}' | '\u{2013}'));
        let mut code = Self([0; DIGITS]);
        for digit in &mut code.0 {
            *digit = u8::try_from(digits.next()?.to_digit(10)?).ok()?;
        }
        digits.next().is_none().then_some(code)
    }

    /// The code as people read it best: two groups of four.
    #[must_use]
    pub fn to_text(&self) -> zeroize::Zeroizing<String> {
        let mut text = zeroize::Zeroizing::new(String::with_capacity(DIGITS + 1));
        for (place, digit) in self.0.iter().enumerate() {
            if place == DIGITS / 2 {
                text.push(' ');
            }
            text.push(char::from(b'0' + digit));
        }
        text
    }

    /// What the database keeps of it, for the request with this id.
    #[must_use]
    pub fn mac(&self, key: &ServerKey, request: [u8; 16]) -> [u8; 32] {
        let mut mac = mac(&key.derived(LABEL));
        mac.update(&request);
        mac.update(&self.0);
        mac.finalize().into_bytes().into()
    }

    /// Whether it is the one of which the database keeps this. Takes the same time for every wrong one.
    #[must_use]
    pub fn is_that_of(&self, key: &ServerKey, request: [u8; 16], kept: &[u8; 32]) -> bool {
        self.mac(key, request).ct_eq(kept).into()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::sample::rng;

    proptest! {
        #[test]
        fn guarantee_a_code_is_good_for_its_own_request_and_key(seed: u64, request: [u8; 16], other: [u8; 16]) {
            let mut rng = rng(seed);
            let (key, other_key) = (ServerKey::generate(&mut rng), ServerKey::generate(&mut rng));
            let (code, other_code) = (SignInCode::generate(&mut rng), SignInCode::generate(&mut rng));
            let kept = code.mac(&key, request);
            prop_assert!(code.is_that_of(&key, request, &kept));
            prop_assert_eq!(code.is_that_of(&key, other, &kept), request == other);
            prop_assert!(!code.is_that_of(&other_key, request, &kept));
            prop_assert_eq!(other_code.is_that_of(&key, request, &kept), code.0 == other_code.0);
            let read = SignInCode::parse(&code.to_text()).ok_or_else(|| TestCaseError::fail("it does not read back"))?;
            prop_assert!(read.is_that_of(&key, request, &kept));
        }
    }

    proptest! {
        #[test]
        fn guarantee_the_code_for_an_address_is_good_for_it_alone(seed: u64, address: [u8; 16], other: [u8; 16]) {
            let mut rng = rng(seed);
            let (key, other_key) = (ServerKey::generate(&mut rng), ServerKey::generate(&mut rng));
            let code = SignInCode::for_address(&key, address);
            let read = SignInCode::parse(&code.to_text()).ok_or_else(|| TestCaseError::fail("it does not read back"))?;
            prop_assert!(read.is_for_address(&key, address));
            let of_other = SignInCode::for_address(&key, other);
            prop_assert_eq!(of_other.is_for_address(&key, address), of_other.0 == code.0);
            let of_other_key = SignInCode::for_address(&other_key, address);
            prop_assert_eq!(of_other_key.is_for_address(&key, address), of_other_key.0 == code.0);
        }
    }

    #[test]
    fn what_is_typed_is_read_with_what_stands_around_it() {
        for good in ["12345678", "1234 5678", "1234-5678", "\u{a0}1 2 3 4 5 6 7 8 "] {
            assert_eq!(SignInCode::parse(good).map(|code| code.to_text().to_string()).as_deref(), Some("1234 5678"));
        }
        for bad in ["", "1234567", "123456789", "١٢٣٤٥٦٧٨", "1234567x"] {
            assert!(SignInCode::parse(bad).is_none(), "{bad}");
        }
    }
}
