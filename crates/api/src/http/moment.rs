//! Times in bodies, with an error that says how one is written.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Deserializer, de};

/// How a time is written, in words.
pub(super) const WRITTEN: &str =
    "write the day, the time and the zone, such as 2027-03-31T17:00:00Z or 2027-03-31T18:00:00+01:00";

/// A time.
///
/// # Errors
/// What is wrong, and how a time is written.
pub fn required<'de, D: Deserializer<'de>>(deserializer: D) -> Result<DateTime<Utc>, D::Error> {
    read(&String::deserialize(deserializer)?).map_err(de::Error::custom)
}

/// A time, or null.
///
/// # Errors
/// What is wrong, and how a time is written.
pub fn optional<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<DateTime<Utc>>, D::Error> {
    Option::<String>::deserialize(deserializer)?.map(|text| read(&text)).transpose().map_err(de::Error::custom)
}

fn read(text: &str) -> Result<DateTime<Utc>, String> {
    let time = DateTime::parse_from_rfc3339(text.trim()).map_err(|_reason| format!("this is not a time; {WRITTEN}"))?;
    Ok(time.to_utc())
}
