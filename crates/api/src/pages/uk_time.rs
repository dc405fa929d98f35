//! Times as raters read them: in the United Kingdom, in words.

use chrono::{DateTime, Timelike, Utc};
use chrono_tz::Europe::London;

/// "Monday 1 February 2027 at 5 pm (UK time)".
pub(super) fn in_words(at: DateTime<Utc>) -> String {
    let local = at.with_timezone(&London);
    let (afternoon, hour) = local.hour12();
    let clock = match (afternoon, hour, local.minute()) {
        (false, 12, 0) => "midnight, as that day begins".to_owned(),
        (true, 12, 0) => "12 noon".to_owned(),
        (_, _, 0) => format!("{hour} {}", if afternoon { "pm" } else { "am" }),
        (_, _, minute) => format!("{hour}.{minute:02} {}", if afternoon { "pm" } else { "am" }),
    };
    format!("{} at {clock} (UK time)", local.format("%A %-d %B %Y"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deadline_is_in_uk_local_time() {
        for (seconds, words) in [
            (1_801_501_200, "Monday 1 February 2027 at 5 pm (UK time)"),
            (1_814_461_200, "Thursday 1 July 2027 at 6 pm (UK time)"),
            (1_801_483_200, "Monday 1 February 2027 at 12 noon (UK time)"),
            (1_801_440_000, "Monday 1 February 2027 at midnight, as that day begins (UK time)"),
            (1_801_526_340, "Monday 1 February 2027 at 11.59 pm (UK time)"),
        ] {
            assert_eq!(DateTime::from_timestamp(seconds, 0).map(in_words).as_deref(), Some(words));
        }
    }
}
