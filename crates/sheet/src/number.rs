//! Numbers and dates as a spreadsheet in Britain shows them.

use chrono::{NaiveDate, TimeDelta};

/// The days that spreadsheets know: to the end of 9999.
const DAYS: f64 = 2_958_466.0;

const HALF_A_SECOND: f64 = 0.5 / 86_400.0;

/// The first day of the two ways to count days.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Epoch {
    #[default]
    Of1900,
    /// As the first Macintosh counted.
    Of1904,
}

/// How a number is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Format {
    #[default]
    General,
    /// With zeroes in front, so many digits wide.
    Digits(usize),
    Percent,
    Date,
    /// A time of day or a length of time.
    Time,
}

impl Format {
    /// The format of a number that every workbook knows.
    pub(crate) fn built_in(id: usize) -> Self {
        match id {
            9 | 10 => Self::Percent,
            14..=17 | 22 | 27..=31 | 36 | 50..=54 | 57 | 58 => Self::Date,
            18..=21 | 32..=35 | 45..=47 | 55 | 56 => Self::Time,
            _ => Self::General,
        }
    }

    /// A format that a workbook defines, such as `dd/mm/yyyy` or `00000`.
    pub(crate) fn of_code(code: &str) -> Self {
        let first = code.split(';').next().unwrap_or_default();
        let plain = without_texts(first).to_lowercase();
        let has = |letters: &[char]| plain.contains(letters);
        if plain.contains("general") {
            Self::General
        } else if has(&['y', 'd']) || (has(&['m']) && !has(&['h', 's'])) {
            Self::Date
        } else if has(&['h', 's']) {
            Self::Time
        } else if has(&['%']) {
            Self::Percent
        } else if plain.len() > 1 && plain.chars().all(|c| c == '0') {
            Self::Digits(plain.len())
        } else {
            Self::General
        }
    }
}

/// A number in a format.
pub(crate) fn shown(value: f64, format: Format, epoch: Epoch) -> String {
    match format {
        Format::General => general(value),
        Format::Digits(width) => format!("{:0>width$}", general(value), width = width.min(30)),
        Format::Percent => format!("{}%", general(value * 100.0)),
        Format::Date | Format::Time => date(value, format, epoch).unwrap_or_else(|| general(value)),
    }
}

/// Up to 15 digits, as many as a spreadsheet keeps, with an exponent where there would be more zeroes than that.
pub(crate) fn general(value: f64) -> String {
    if !value.is_finite() {
        return "#NUM!".to_owned();
    }
    let rounded: f64 = format!("{value:.14e}").parse().unwrap_or(value);
    let size = rounded.abs();
    if size != 0.0 && !(1e-9..1e15).contains(&size) { format!("{rounded:E}") } else { format!("{}", rounded + 0.0) }
}

fn date(value: f64, format: Format, epoch: Epoch) -> Option<String> {
    let whole = value.floor();
    if !(0.0..DAYS).contains(&(value + HALF_A_SECOND)) {
        return None;
    }
    #[expect(clippy::cast_possible_truncation, reason = "both are between 0 and the last day")]
    let (days, seconds) = (whole as i64, ((value - whole) * 86_400.0).round() as i64);
    let (days, seconds) = if seconds == 86_400 { (days + 1, 0) } else { (days, seconds) };
    let (hours, minutes, rest) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    let time = |hours: i64| {
        if rest == 0 { format!("{hours:02}:{minutes:02}") } else { format!("{hours:02}:{minutes:02}:{rest:02}") }
    };
    if format == Format::Time {
        return Some(time(days * 24 + hours));
    }
    // In the first way to count, 1900 has a 29 February that never was.
    let start = match epoch {
        Epoch::Of1904 => NaiveDate::from_ymd_opt(1904, 1, 1),
        Epoch::Of1900 if days < 60 => NaiveDate::from_ymd_opt(1899, 12, 31),
        Epoch::Of1900 => NaiveDate::from_ymd_opt(1899, 12, 30),
    };
    let day = start?.checked_add_signed(TimeDelta::days(days))?.format("%d/%m/%Y").to_string();
    Some(if seconds == 0 { day } else { format!("{day} {}", time(hours)) })
}

/// A code without what it shows as it is: texts in quotes, single characters behind `\` and `_`, and what is in square
/// brackets but the letters of a length of time.
fn without_texts(code: &str) -> String {
    let (mut plain, mut rest) = (String::new(), code.chars());
    while let Some(c) = rest.next() {
        match c {
            '"' => {
                rest.by_ref().find(|c| *c == '"');
            }
            '\\' | '_' | '*' => {
                rest.next();
            }
            '[' => {
                let within: String = rest.by_ref().take_while(|c| *c != ']').collect();
                if within.chars().all(|c| "hHmMsS".contains(c)) {
                    plain.push_str(&within);
                }
            }
            c => plain.push(c),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_no_more_digits_than_a_spreadsheet_keeps() {
        let shown = [(7.0, "7"), (0.1 + 0.2, "0.3"), (-2.50, "-2.5"), (7_700_900_123.0, "7700900123"), (-0.0, "0")];
        for (value, text) in shown {
            assert_eq!(general(value), text);
        }
        assert_eq!(general(1e300), "1E300");
        assert_eq!(general(f64::NAN), "#NUM!");
    }

    #[test]
    fn dates_are_written_as_in_britain() {
        let date = |value| shown(value, Format::Date, Epoch::Of1900);
        assert_eq!(date(46_387.0), "31/12/2026");
        assert_eq!(date(46_387.75), "31/12/2026 18:00");
        assert_eq!(date(1.0), "01/01/1900");
        assert_eq!(date(61.0), "01/03/1900");
        assert_eq!(date(-1.0), "-1");
        assert_eq!(shown(0.0, Format::Date, Epoch::Of1904), "01/01/1904");
        assert_eq!(shown(0.395_833_333_333, Format::Time, Epoch::Of1900), "09:30");
        assert_eq!(shown(1.5, Format::Time, Epoch::Of1900), "36:00");
        assert_eq!(shown(2_958_465.999_999_9, Format::Date, Epoch::Of1900), "2958465.9999999");
    }

    #[test]
    fn a_code_says_what_it_shows() {
        for (code, format) in [
            ("General", Format::General),
            ("dd/mm/yyyy;@", Format::Date),
            ("[$-809]d mmmm yyyy", Format::Date),
            ("mmm", Format::Date),
            ("h:mm AM/PM", Format::Time),
            ("[h]:mm", Format::Time),
            ("0%", Format::Percent),
            ("00000", Format::Digits(5)),
            ("0", Format::General),
            ("#,##0.00", Format::General),
            ("\"day\" 0", Format::General),
            ("[Red]0", Format::General),
            ("_-* #,##0\\d_-", Format::General),
        ] {
            assert_eq!(Format::of_code(code), format, "{code}");
        }
        assert_eq!(shown(42.0, Format::Digits(5), Epoch::Of1900), "00042");
        assert_eq!(shown(0.125, Format::Percent, Epoch::Of1900), "12.5%");
    }
}
