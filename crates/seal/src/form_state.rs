//! What a form carries that is sent only by somebody who has opened its page: a mark over the link, the button and an
//! end.
//!
//! It stands against what presses buttons without reading: a mail scanner that posts to every address it finds, and a
//! page of another site that has learnt a link. Nothing of it is stored, and every node with the server key knows it.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use hmac::{Hmac, Mac};
use sha2::Sha256;

use super::{Link, ServerKey};

const LABEL: &str = "candour form state v1";
const END: usize = 8;
const MARK: usize = 16;

/// How long a page that has been opened can still be sent. A page that is older comes back to be sent again.
const LIFETIME: TimeDelta = TimeDelta::hours(24);

/// A button that changes what cannot be changed back, or stops emails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Press {
    /// Sends the answers.
    Send,
    /// Declines, or takes that back.
    Decline,
}

/// What a form carries.
pub struct FormState(Vec<u8>);

impl FormState {
    /// For a page that is opened now.
    #[must_use]
    pub fn new(key: &ServerKey, link: &Link, press: Press, now: DateTime<Utc>) -> Self {
        let end = (now + LIFETIME).timestamp().to_be_bytes();
        let mark = mac(key, link, press, end).finalize().into_bytes();
        Self(end.into_iter().chain(mark.into_iter().take(MARK)).collect())
    }

    /// As the form carries it.
    #[must_use]
    pub fn to_text(&self) -> String {
        URL_SAFE_NO_PAD.encode(&self.0)
    }

    /// Whether this came from a page for this link and this button, opened within the last day.
    #[must_use]
    pub fn is_good(key: &ServerKey, link: &Link, press: Press, text: &str, now: DateTime<Utc>) -> bool {
        let Ok(bytes) = URL_SAFE_NO_PAD.decode(text) else { return false };
        let Some((end, mark)) = bytes.split_first_chunk::<END>() else { return false };
        let lasts = now.timestamp() <= i64::from_be_bytes(*end);
        mark.len() == MARK && mac(key, link, press, *end).verify_truncated_left(mark).is_ok() && lasts
    }
}

fn mac(key: &ServerKey, link: &Link, press: Press, end: [u8; END]) -> Hmac<Sha256> {
    let press: &[u8] = match press {
        Press::Send => b"send",
        Press::Decline => b"decline",
    };
    let mut mac = super::mac(&key.derived(LABEL));
    // The link and the end have one length each.
    mac.update(link.bytes());
    mac.update(&end);
    mac.update(press);
    mac
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::rng;

    #[test]
    fn guarantee_a_form_is_good_for_its_own_link_button_key_and_day() -> Result<(), Box<dyn std::error::Error>> {
        let mut rng = rng(1);
        let (key, other_key) = (ServerKey::generate(&mut rng), ServerKey::generate(&mut rng));
        let (link, other_link) = (Link::generate(&mut rng), Link::generate(&mut rng));
        let now: DateTime<Utc> = "2027-02-01T10:00:00Z".parse()?;
        let text = FormState::new(&key, &link, Press::Send, now).to_text();
        let good = |key, link, press, text: &str, hours| {
            FormState::is_good(key, link, press, text, now + TimeDelta::hours(hours))
        };
        assert!(good(&key, &link, Press::Send, &text, 0) && good(&key, &link, Press::Send, &text, 24));
        assert!(!good(&key, &link, Press::Send, &text, 25), "a page of yesterday");
        assert!(!good(&other_key, &link, Press::Send, &text, 0));
        assert!(!good(&key, &other_link, Press::Send, &text, 0));
        assert!(!good(&key, &link, Press::Decline, &text, 0));
        let mut later = URL_SAFE_NO_PAD.decode(&text)?;
        if let Some(byte) = later.get_mut(END - 1) {
            *byte ^= 0x40;
        }
        assert!(!good(&key, &link, Press::Send, &URL_SAFE_NO_PAD.encode(&later), 0), "an end that was changed");
        for bad in ["", "yes", "!", &text[..text.len() - 2], &"A".repeat(32), &format!("{text}AA")] {
            assert!(!good(&key, &link, Press::Send, bad, 0), "{bad}");
        }
        Ok(())
    }
}
