//! Times as people in the United Kingdom say them: "Monday 1 February 2027 at 5pm".

use chrono::{DateTime, Days, MappedLocalTime, NaiveDate, NaiveTime, TimeDelta, Timelike, Utc};
use chrono_tz::Europe::London;
use chrono_tz::Tz;

/// The time on a clock in London, with the weekday because people plan by it: "Monday 1 February 2027 at 5pm".
///
/// Noon is said in words, since "12pm" is read either way. Midnight is given as 11.59pm of the day that ends, because
/// "Friday at midnight" makes people a day late. British Summer Time is taken into account and not named, but in the
/// hour that a clock shows twice when it goes back.
///
/// ```
/// use candour_words::uk_time::uk_time;
/// assert_eq!(uk_time("2027-02-01T17:00:00Z".parse()?), "Monday 1 February 2027 at 5pm");
/// assert_eq!(uk_time("2027-07-01T16:30:00Z".parse()?), "Thursday 1 July 2027 at 5.30pm");
/// assert_eq!(uk_time("2027-10-31T01:30:00Z".parse()?), "Sunday 31 October 2027 at 1.30am GMT");
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
    let twice = matches!(local.naive_local().and_local_timezone(London), MappedLocalTime::Ambiguous(..));
    let zone = if twice { local.format(" %Z").to_string() } else { String::new() };
    format!("{} at {clock}{zone}", uk_date(time))
}

/// The day of [`uk_time`] alone: "Monday 1 February 2027".
#[must_use]
pub fn uk_date(time: DateTime<Utc>) -> String {
    in_london(time).format("%A %-d %B %Y").to_string()
}

/// The last time at or before this one when clocks in London showed 6am. The clock is never changed at that hour, so
/// every day has one.
///
/// ```
/// use candour_words::uk_time::last_six;
/// assert_eq!(last_six("2027-07-01T04:59:59Z".parse()?), "2027-06-30T05:00:00Z".parse::<chrono::DateTime<chrono::Utc>>()?);
/// # Ok::<(), chrono::ParseError>(())
/// ```
#[must_use]
pub fn last_six(now: DateTime<Utc>) -> DateTime<Utc> {
    let today = six_of(now.with_timezone(&London).date_naive());
    if today <= now { today } else { six_of(now.with_timezone(&London).date_naive() - Days::new(1)) }
}

/// The first time after this one when clocks in London show 6am.
#[must_use]
pub fn next_six(now: DateTime<Utc>) -> DateTime<Utc> {
    six_of(last_six(now).with_timezone(&London).date_naive() + Days::new(1))
}

/// When clocks in London show this hour of this day, from 3 to 23. The clock is never changed at those hours.
///
/// ```
/// use candour_words::uk_time::at_hour;
/// let july = chrono::NaiveDate::from_ymd_opt(2027, 7, 1).ok_or("no such day")?;
/// assert_eq!(at_hour(july, 17), "2027-07-01T16:00:00Z".parse::<chrono::DateTime<chrono::Utc>>()?);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn at_hour(day: NaiveDate, hour: u8) -> DateTime<Utc> {
    let time = day.and_time(NaiveTime::MIN) + TimeDelta::hours(hour.into());
    // Where there were no such hour, its name in UTC would do.
    time.and_local_timezone(London).earliest().map_or_else(|| time.and_utc(), |time| time.to_utc())
}

/// A full hour of a clock as [`uk_time`] writes it: "10am", "noon", "5pm".
///
/// ```
/// use candour_words::uk_time::clock_hour;
/// assert_eq!([10, 12, 17].map(clock_hour), ["10am", "noon", "5pm"]);
/// ```
#[must_use]
pub fn clock_hour(hour: u8) -> String {
    match hour {
        12 => "noon".to_owned(),
        0..12 => format!("{hour}am"),
        _ => format!("{}pm", hour - 12),
    }
}

/// The day that calendars in London show.
#[must_use]
pub fn day(time: DateTime<Utc>) -> NaiveDate {
    time.with_timezone(&London).date_naive()
}

fn six_of(day: NaiveDate) -> DateTime<Utc> {
    at_hour(day, 6)
}

fn in_london(time: DateTime<Utc>) -> DateTime<Tz> {
    let local = time.with_timezone(&London);
    if (local.hour(), local.minute()) == (0, 0) { local - TimeDelta::minutes(1) } else { local }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn six_in_the_morning_is_that_of_london() -> Result<(), chrono::ParseError> {
        for (now, last, next) in [
            ("2027-02-01T05:59:59.999999Z", "2027-01-31T06:00:00Z", "2027-02-01T06:00:00Z"),
            ("2027-02-01T06:00:00Z", "2027-02-01T06:00:00Z", "2027-02-02T06:00:00Z"),
            ("2027-02-01T23:30:00Z", "2027-02-01T06:00:00Z", "2027-02-02T06:00:00Z"),
            // Clocks go forward on the 28th, and back on 31 October.
            ("2027-03-28T04:59:59Z", "2027-03-27T06:00:00Z", "2027-03-28T05:00:00Z"),
            ("2027-03-28T05:00:00Z", "2027-03-28T05:00:00Z", "2027-03-29T05:00:00Z"),
            ("2027-07-01T23:30:00Z", "2027-07-01T05:00:00Z", "2027-07-02T05:00:00Z"),
            ("2027-10-30T05:00:00Z", "2027-10-30T05:00:00Z", "2027-10-31T06:00:00Z"),
            ("2027-10-31T05:30:00Z", "2027-10-30T05:00:00Z", "2027-10-31T06:00:00Z"),
        ] {
            let (last, next): (DateTime<Utc>, DateTime<Utc>) = (last.parse()?, next.parse()?);
            assert_eq!((last_six(now.parse()?), next_six(now.parse()?)), (last, next), "{now}");
        }
        Ok(())
    }

    #[test]
    fn clocks_go_forward_and_back_with_london() -> Result<(), chrono::ParseError> {
        for (utc, expected) in [
            ("2027-02-01T17:00:00Z", "Monday 1 February 2027 at 5pm"),
            ("2027-03-28T00:00:00Z", "Saturday 27 March 2027 at 11.59pm"),
            ("2027-03-28T00:59:00Z", "Sunday 28 March 2027 at 12.59am"),
            ("2027-03-28T01:00:00Z", "Sunday 28 March 2027 at 2am"),
            ("2027-07-01T16:00:00Z", "Thursday 1 July 2027 at 5pm"),
            ("2027-07-01T23:00:00Z", "Thursday 1 July 2027 at 11.59pm"),
            // The hour that comes twice is told apart, and the times beside it need no zone.
            ("2027-10-30T23:59:00Z", "Sunday 31 October 2027 at 12.59am"),
            ("2027-10-31T00:00:00Z", "Sunday 31 October 2027 at 1am BST"),
            ("2027-10-31T00:30:00Z", "Sunday 31 October 2027 at 1.30am BST"),
            ("2027-10-31T00:59:59Z", "Sunday 31 October 2027 at 1.59am BST"),
            ("2027-10-31T01:00:00Z", "Sunday 31 October 2027 at 1am GMT"),
            ("2027-10-31T01:30:00Z", "Sunday 31 October 2027 at 1.30am GMT"),
            ("2027-10-31T02:00:00Z", "Sunday 31 October 2027 at 2am"),
            ("2027-12-24T12:00:00Z", "Friday 24 December 2027 at noon"),
            ("2027-12-24T12:05:59Z", "Friday 24 December 2027 at 12.05pm"),
            ("2027-12-31T23:59:00Z", "Friday 31 December 2027 at 11.59pm"),
        ] {
            assert_eq!(uk_time(utc.parse()?), expected, "{utc}");
        }
        Ok(())
    }
}
