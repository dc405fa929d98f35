//! Times as people in the United Kingdom say them: "Monday 1 February 2027 at 5pm".

use chrono::{DateTime, TimeDelta, Timelike, Utc};
use chrono_tz::Europe::London;
use chrono_tz::Tz;

/// The time on a clock in London, with the weekday because people plan by it: "Monday 1 February 2027 at 5pm".
///
/// Noon is said in words, since "12pm" is read either way. Midnight is given as 11.59pm of the day that ends, because "Friday at midnight"
/// makes people a day late. British Summer Time is taken into account and not named.
///
/// ```
/// use candour_api::uk_time::uk_time;
/// assert_eq!(uk_time("2027-02-01T17:00:00Z".parse()?), "Monday 1 February 2027 at 5pm");
/// assert_eq!(uk_time("2027-07-01T16:30:00Z".parse()?), "Thursday 1 July 2027 at 5.30pm");
/// # Ok::<(), chrono::ParseError>(())
/// ```
#[must_use]
pub fn uk_time(time: DateTime<Utc>) -> String {
    let local = in_london(time);
    let (afternoon, hour) = local.hour12();
    let half = if afternoon { "pm" } else { "am" };
    let clock = match (local.hour(), local.minute()) {
        (12, 0) => "noon".to_owned(),
        (_, 0) => format!("{hour}{half}"),
        (_, minute) => format!("{hour}.{minute:02}{half}"),
    };
    format!("{} at {clock}", uk_date(time))
}

/// The day of [`uk_time`] alone: "Monday 1 February 2027".
#[must_use]
pub fn uk_date(time: DateTime<Utc>) -> String {
    in_london(time).format("%A %-d %B %Y").to_string()
}

fn in_london(time: DateTime<Utc>) -> DateTime<Tz> {
    let local = time.with_timezone(&London);
    if (local.hour(), local.minute()) == (0, 0) { local - TimeDelta::minutes(1) } else { local }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clocks_go_forward_and_back_with_london() -> Result<(), chrono::ParseError> {
        for (utc, expected) in [
            ("2027-02-01T17:00:00Z", "Monday 1 February 2027 at 5pm"),
            ("2027-03-28T00:00:00Z", "Saturday 27 March 2027 at 11.59pm"),
            ("2027-03-28T00:59:00Z", "Sunday 28 March 2027 at 12.59am"),
            ("2027-03-28T01:00:00Z", "Sunday 28 March 2027 at 2am"),
            ("2027-07-01T16:00:00Z", "Thursday 1 July 2027 at 5pm"),
            ("2027-07-01T23:00:00Z", "Thursday 1 July 2027 at 11.59pm"),
            ("2027-10-31T00:59:59Z", "Sunday 31 October 2027 at 1.59am"),
            ("2027-10-31T01:00:00Z", "Sunday 31 October 2027 at 1am"),
            ("2027-12-24T12:00:00Z", "Friday 24 December 2027 at noon"),
            ("2027-12-24T12:05:59Z", "Friday 24 December 2027 at 12.05pm"),
            ("2027-12-31T23:59:00Z", "Friday 31 December 2027 at 11.59pm"),
        ] {
            assert_eq!(uk_time(utc.parse()?), expected, "{utc}");
        }
        Ok(())
    }
}
