//! What stands at the end of the address under which a service without a trust is set up: 160 random bits, written like
//! a rater's link, so that it survives being copied from a terminal or a log.

use rand::CryptoRng;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::Link;

/// Anybody who holds it may set up the service, once. It shows itself only through [`SetUpToken::expose`].
///
/// ```
/// use candour_seal::SetUpToken;
/// let token = SetUpToken::parse("000g40r40m30e209185gr38e1w8124gk").ok_or("a token")?;
/// assert_eq!(*token.expose(), "000g40r40m30e209185gr38e1w8124gk");
/// # Ok::<(), &str>(())
/// ```
///
/// It cannot be printed:
///
/// ```compile_fail,E0277
/// # let token = candour_seal::SetUpToken::parse("000g40r40m30e209185gr38e1w8124gk").ok_or("a token")?;
/// format!("{:?}", token);
/// # Ok::<(), &str>(())
/// ```
pub struct SetUpToken(Link);

impl SetUpToken {
    /// Makes a fresh one.
    pub fn generate(rng: &mut impl CryptoRng) -> Self {
        Self(Link::generate(rng))
    }

    /// Reads what follows `/set-up/`, also when something has been put in front of it or behind it.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Link::parse(text).map(Self)
    }

    /// The 32 characters, for the person who starts the service and nobody else.
    #[must_use]
    pub fn expose(&self) -> Zeroizing<String> {
        self.0.expose()
    }

    /// What the database looks it up by; no rater's link has the same.
    #[must_use]
    pub fn hash(&self) -> [u8; 32] {
        Sha256::new_with_prefix(b"candour set-up").chain_update(self.0.bytes()).finalize().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::rng;

    #[test]
    fn a_token_is_read_back_and_is_no_link() -> Result<(), &'static str> {
        let token = SetUpToken::generate(&mut rng(1));
        let text = token.expose();
        assert_eq!(text.len(), 32);
        let again = SetUpToken::parse(&format!("{}.", text.to_uppercase())).ok_or("as a terminal may copy it")?;
        assert_eq!(again.hash(), token.hash());
        assert_ne!(token.hash(), Link::parse(&text).ok_or("written alike")?.hash());
        assert_ne!(token.hash(), SetUpToken::generate(&mut rng(2)).hash());
        Ok(())
    }
}
