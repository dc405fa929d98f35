//! Which texts a spreadsheet would take for something else when it opens a CSV file.

use std::borrow::Cow;

/// Words that may stand beside digits in what a spreadsheet takes for a value: months and days in English, and in other
/// languages of which somebody's spreadsheet may be; halves of the day; the exponent; ends of ordinals; signs of money.
const WORDS: [&str; 94] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
    "jan",
    "feb",
    "mar",
    "apr",
    "jun",
    "jul",
    "aug",
    "sep",
    "sept",
    "oct",
    "nov",
    "dec",
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
    "mon",
    "tue",
    "tues",
    "wed",
    "thu",
    "thur",
    "thurs",
    "fri",
    "sat",
    "sun",
    "am",
    "pm",
    "a",
    "p",
    "m",
    "e",
    "d",
    "h",
    "s",
    "t",
    "z",
    "st",
    "nd",
    "rd",
    "th",
    "of",
    "de",
    "mai",
    "mars",
    "avril",
    "juin",
    "juillet",
    "août",
    "ionawr",
    "chwefror",
    "mawrth",
    "ebrill",
    "mehefin",
    "gorffennaf",
    "awst",
    "medi",
    "hydref",
    "tachwedd",
    "rhagfyr",
    "januar",
    "februar",
    "märz",
    "juni",
    "juli",
    "oktober",
    "dezember",
    "okt",
    "dez",
    "mrz",
    "gbp",
    "eur",
    "usd",
    "chf",
    "kr",
    "zl",
    "bc",
    "ad",
    "gmt",
];

/// What a spreadsheet takes for yes or no.
const TRUTHS: [&str; 10] = ["true", "false", "wahr", "falsch", "vrai", "faux", "verdadero", "vero", "falso", "waar"];

/// The text with an apostrophe in front, if without it a spreadsheet would read something else. One that begins with an
/// apostrophe gets another, so that taking off one gives every text back.
pub(crate) fn as_text(text: &str) -> Cow<'_, str> {
    if text.starts_with('\'') || is_taken_for_something_else(text) { format!("'{text}").into() } else { text.into() }
}

fn is_taken_for_something_else(text: &str) -> bool {
    if text.starts_with(['\t', '\r', '\n']) {
        return true;
    }
    let plain: String = text.chars().filter(|&letter| !is_invisible(letter)).map(narrow).collect();
    let plain = plain.trim();
    let words =
        || plain.split(|letter: char| !letter.is_alphabetic()).filter(|word| !word.is_empty()).map(str::to_lowercase);
    plain.starts_with(['=', '+', '-', '@', '#'])
        || TRUTHS.contains(&plain.to_lowercase().as_str())
        || (plain.contains(char::is_numeric) && words().all(|word| WORDS.contains(&word.as_str())))
}

/// What has no width, or turns the direction of writing.
fn is_invisible(letter: char) -> bool {
    letter.is_control()
        || matches!(letter, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// The same letter or sign in the width of ASCII, as spreadsheets in East Asia read it.
fn narrow(letter: char) -> char {
    match letter {
        '\u{ff01}'..='\u{ff5e}' => u32::from(letter).checked_sub(0xfee0).and_then(char::from_u32).unwrap_or(letter),
        '\u{fe66}' | '\u{207c}' | '\u{208c}' => '=',
        '\u{fe62}' | '\u{207a}' | '\u{208a}' => '+',
        '\u{fe63}' | '\u{207b}' | '\u{208b}' | '\u{2212}' => '-',
        '\u{fe6b}' => '@',
        '\u{fe5f}' => '#',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_a_spreadsheet_would_take_for_something_else_gets_an_apostrophe() {
        for text in [
            "=1+1",
            "+cmd|' /C calc'!A0",
            "-2+3",
            "@SUM(A1)",
            "\t=1",
            "-",
            "- kind to all",
            "=",
            "\n=1",
            "4-5",
            "1/2",
            "007",
            "1e5",
            "12:30",
            "5%",
            "£5",
            "(5)",
            "1,000",
            "1 000",
            "May 5",
            "5 Mai 2027",
            "3 pm",
            "TRUE",
            "falsch",
            "#N/A",
            "＝1+1",
            "－1",
            "１２",
            "\u{200b}=1",
            " =1+1",
            "\u{feff}=1",
            "−1",
            "'tis",
            "3.8",
            "-0.4",
            "2027-01-31T10:00:00Z",
        ] {
            assert_eq!(as_text(text), format!("'{text}"));
        }
    }

    #[test]
    fn plain_words_stay_as_they_are() {
        for text in [
            "",
            "Zoë’s visits",
            "Listens = good",
            "too_few_answers",
            "ethics.1",
            "1 to 3",
            "may",
            "March",
            "Year 7 teachers",
            "9 out of 10 times",
            "decisions.2",
            "trustees",
            "Is true to the trust",
            "executive_team",
        ] {
            assert_eq!(as_text(text), text);
        }
    }

    /// What people write for dates, times and numbers, in the usual ways and some less usual ones.
    fn value() -> impl Strategy<Value = String> {
        let number = "[0-9]{1,6}";
        prop_oneof![
            "[0-9]{1,4}[-/. ][0-9]{1,2}([-/. ][0-9]{1,4})?",
            "[0-9]{1,2}[- ]?(jan|Feb|MARCH|Apr|may|June|jul|August|Sept|oct|Nov|december)([- ,]{0,2}[0-9]{2,4})?",
            "(Jan|february|Mar|April|May|jun|July|aug|Sep|October|nov|Dec)[- ][0-9]{1,4}(, [0-9]{4})?",
            "[0-9]{1,2}:[0-9]{2}(:[0-9]{2})?( ?(am|PM|a|p))?",
            "[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2})?Z?",
            "[-+]?[0-9]{0,3}([,. ][0-9]{3}){0,2}[.,]?[0-9]{1,4}([eE][-+]?[0-9]{1,2})?",
            "[£$€(][0-9]{1,5}([.,][0-9]{2})?[)]?",
            "[0-9]{1,4} ?(%|€|kr|EUR)",
            "[0-9]{1,2} [0-9]/[0-9]{1,2}",
            "0{1,5}[0-9]{1,5}",
            number,
        ]
    }

    /// A formula of any kind.
    fn formula() -> impl Strategy<Value = String> {
        ("[ \t\u{200b}\u{feff}\u{a0}]{0,3}", "[=+@-]", "[A-Za-z0-9()+*!|' ]{0,20}")
            .prop_map(|(blank, sign, rest)| format!("{blank}{sign}{rest}"))
    }

    fn widen(text: &str) -> String {
        text.chars()
            .map(|letter| {
                if ('!'..='~').contains(&letter) {
                    char::from_u32(u32::from(letter) + 0xfee0).unwrap_or(letter)
                } else {
                    letter
                }
            })
            .collect()
    }

    proptest! {
        #[test]
        fn guarantee_whatever_a_spreadsheet_would_reckon_with_is_text(text in prop_oneof![value(), formula()], wide: bool) {
            let text = if wide { widen(&text) } else { text };
            prop_assert_eq!(as_text(&text), format!("'{}", text));
        }

        #[test]
        fn a_program_that_takes_off_one_apostrophe_has_the_text(text in any::<String>()) {
            let cell = as_text(&text);
            prop_assert_eq!(cell.strip_prefix('\'').unwrap_or(&cell), text.as_str());
        }
    }
}
