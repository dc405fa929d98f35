//! The keys that sign tokens: which one signs at a time, when a new one is due, and when an old one may go.
//!
//! Every node reads the same rows and decides by the same rule and the clock, so nobody has to tell the others. A new
//! key is published for a while before it signs: by then every node, and everybody who keeps a copy of the published
//! keys, knows it.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use candour_seal::{Purpose, ServerKey};
use candour_storage::signing_keys::SigningKey as StoredKey;
use chrono::{DateTime, TimeDelta, Utc};
use ed25519_dalek::SigningKey;
use ed25519_dalek::pkcs8::EncodePrivateKey;
use jsonwebtoken::{DecodingKey, EncodingKey};
use rand::CryptoRng;
use zeroize::Zeroizing;

use crate::auth::tokens::LONGEST_TOKEN_HOURS;
use crate::error::Error;

/// How long a new key is published before it signs. Others keep copies of the published keys for five minutes, nodes
/// for seconds.
pub const PUBLISHED_MINUTES: i64 = 15;

/// How much longer than the last token needs it a key is kept, in hours: clocks of nodes differ.
const SPARE_HOURS: i64 = 1;

/// The keys as they were read from the database at one time.
pub(crate) struct KeySet(Vec<Key>);

/// A key; the newest comes first in a set.
struct Key {
    kid: String,
    x: String,
    created_at: DateTime<Utc>,
    verify: DecodingKey,
    /// Of keys that sign or are going to.
    sign: Option<EncodingKey>,
}

impl KeySet {
    /// Reads rows as storage gives them, newest first, and opens those that sign at `now` or later.
    pub(crate) fn read(stored: &[StoredKey], server: &ServerKey, now: DateTime<Utc>) -> Result<Self, Error> {
        let signer = signer(stored, now).ok_or(Error::Internal("there is no signing key"))?;
        let key = |(place, row): (usize, &StoredKey)| {
            let x = URL_SAFE_NO_PAD.encode(&row.public);
            let verify = DecodingKey::from_ed_components(&x)
                .map_err(|_reason| Error::Internal("a public key cannot be read"))?;
            let sign = (place <= signer).then(|| open(row, server)).transpose()?;
            Ok(Key { kid: row.id.clone(), x, created_at: row.created_at, verify, sign })
        };
        Ok(Self(stored.iter().enumerate().map(key).collect::<Result<_, Error>>()?))
    }

    /// The key that signs at `now`, and its id.
    pub(crate) fn signing(&self, now: DateTime<Utc>) -> Option<(&str, &EncodingKey)> {
        let signing = self.0.iter().find(|key| signs_from(key.created_at) <= now).or(self.0.last())?;
        Some((&signing.kid, signing.sign.as_ref()?))
    }

    /// What verifies signatures of the key with this id.
    pub(crate) fn verifying(&self, kid: &str) -> Option<&DecodingKey> {
        self.0.iter().find(|key| key.kid == kid).map(|key| &key.verify)
    }

    /// The public keys as a JSON Web Key Set (RFC 7517, RFC 8037).
    pub(crate) fn jwks(&self) -> serde_json::Value {
        let keys: Vec<_> = self
            .0
            .iter()
            .map(|key| serde_json::json!({"kty": "OKP", "crv": "Ed25519", "x": key.x, "kid": key.kid, "use": "sig", "alg": "EdDSA"}))
            .collect();
        serde_json::json!({ "keys": keys })
    }
}

/// When a key made at this time begins to sign, if there is another one until then. A first key signs at once.
#[must_use]
pub fn signs_from(created_at: DateTime<Utc>) -> DateTime<Utc> {
    created_at + TimeDelta::minutes(PUBLISHED_MINUTES)
}

/// Whether the newest of these keys has served its days.
#[must_use]
pub fn is_due(stored: &[StoredKey], days: u32, now: DateTime<Utc>) -> bool {
    stored.first().is_none_or(|newest| newest.created_at + TimeDelta::days(i64::from(days)) <= now)
}

/// The ids of keys, given newest first, whose last token has expired.
pub fn outlived(stored: &[StoredKey], now: DateTime<Utc>) -> impl Iterator<Item = &str> {
    let kept = TimeDelta::hours(LONGEST_TOKEN_HOURS + SPARE_HOURS);
    let with_successor = stored.iter().zip(stored.iter().skip(1));
    with_successor
        .filter(move |(successor, _)| signs_from(successor.created_at) + kept <= now)
        .map(|(_, key)| key.id.as_str())
}

/// Makes a key.
///
/// # Errors
/// [`Error::Seal`] when it cannot be sealed.
pub fn generate(server: &ServerKey, now: DateTime<Utc>, rng: &mut impl CryptoRng) -> Result<StoredKey, Error> {
    let mut secret = Zeroizing::new([0; 32]);
    rng.fill_bytes(secret.as_mut());
    let public = SigningKey::from_bytes(&secret).verifying_key().to_bytes().to_vec();
    let mut id = [0; 8];
    rng.fill_bytes(&mut id);
    let id = URL_SAFE_NO_PAD.encode(id);
    let sealed_private = server.seal(Purpose::SigningKey, id.as_bytes(), secret.as_ref(), rng)?;
    Ok(StoredKey { id, public, sealed_private, created_at: now })
}

/// The place of the key that signs at `now`: the newest that has been published for long enough, else the oldest.
fn signer(stored: &[StoredKey], now: DateTime<Utc>) -> Option<usize> {
    stored.iter().position(|key| signs_from(key.created_at) <= now).or(stored.len().checked_sub(1))
}

fn open(row: &StoredKey, server: &ServerKey) -> Result<EncodingKey, Error> {
    let secret = server.open(Purpose::SigningKey, row.id.as_bytes(), &row.sealed_private)?;
    let secret: &[u8; 32] =
        secret.as_slice().try_into().map_err(|_length| Error::Internal("a signing key has the wrong length"))?;
    let document = SigningKey::from_bytes(secret)
        .to_pkcs8_der()
        .map_err(|_encoding| Error::Internal("a signing key cannot be encoded"))?;
    Ok(EncodingKey::from_ed_der(document.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entropy;

    type Outcome = Result<(), Box<dyn std::error::Error>>;

    fn at(minutes: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::days(20_000) + TimeDelta::minutes(minutes)
    }

    /// Keys made at these minutes, newest first, and the server key that seals them.
    fn keys(minutes: &[i64]) -> Result<(Vec<StoredKey>, ServerKey), Error> {
        let mut rng = entropy::system();
        let server = ServerKey::generate(&mut rng);
        Ok((minutes.iter().map(|&made| generate(&server, at(made), &mut rng)).collect::<Result<_, _>>()?, server))
    }

    #[test]
    fn a_key_signs_once_it_has_been_published_for_a_while() -> Outcome {
        let (stored, server) = keys(&[100, 0])?;
        let [new, old] = stored.as_slice() else { return Err("two keys".into()) };
        for (minute, signer) in
            [(1, old), (99, old), (100 + PUBLISHED_MINUTES - 1, old), (100 + PUBLISHED_MINUTES, new), (9_999, new)]
        {
            // A node that has read the keys at any time before decides the same.
            for read in [1, 100, minute] {
                let set = KeySet::read(&stored, &server, at(read.min(minute)))?;
                assert_eq!(
                    set.signing(at(minute)).map(|(kid, _)| kid),
                    Some(signer.id.as_str()),
                    "minute {minute}, read at {read}"
                );
            }
        }
        Ok(())
    }

    #[test]
    fn the_only_key_signs_at_once() -> Outcome {
        let (stored, server) = keys(&[0])?;
        let set = KeySet::read(&stored, &server, at(0))?;
        assert!(set.signing(at(0)).is_some());
        assert!(KeySet::read(&[], &server, at(0)).is_err());
        Ok(())
    }

    #[test]
    fn a_key_that_has_served_is_never_opened_again() -> Outcome {
        let (mut stored, server) = keys(&[100, 0])?;
        if let Some(old) = stored.last_mut() {
            old.sealed_private.clear();
        }
        let set = KeySet::read(&stored, &server, at(100 + PUBLISHED_MINUTES))?;
        assert!(stored.iter().all(|key| set.verifying(&key.id).is_some()), "both verify");
        Ok(())
    }

    #[test]
    fn a_key_goes_when_no_token_of_it_can_be_valid() -> Outcome {
        let (stored, _) = keys(&[2_000, 1_000, 0])?;
        let [_, middle, oldest] = stored.as_slice() else { return Err("three keys".into()) };
        // The last token of the oldest was signed just before the middle one took over.
        let last = |successor: i64| successor + PUBLISHED_MINUTES + LONGEST_TOKEN_HOURS * 60;
        let gone = |minute| outlived(&stored, at(minute)).map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(gone(last(1_000)), Vec::<String>::new());
        assert_eq!(gone(last(1_000) + SPARE_HOURS * 60).join(" "), oldest.id);
        assert_eq!(gone(9_999_999), [middle.id.clone(), oldest.id.clone()], "the newest stays, however old it is");
        Ok(())
    }

    #[test]
    fn a_new_key_is_due_by_the_age_of_the_newest() -> Outcome {
        let (stored, _) = keys(&[1_000, 0])?;
        let day = 24 * 60;
        assert!(!is_due(&stored, 1, at(1_000 + day - 1)));
        assert!(is_due(&stored, 1, at(1_000 + day)));
        assert!(!is_due(&stored, 2, at(1_000 + day)));
        assert!(is_due(&[], 30, at(0)));
        Ok(())
    }
}
