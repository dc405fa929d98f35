//! Whether a comment seems to hold a way to reach somebody, so that its writer looks at it once more. Nothing is
//! refused for it.

/// The digits of a telephone number with its area code.
const DIGITS: std::ops::RangeInclusive<usize> = 9..=15;

/// Whether there is an email address in it, or a number that begins like a telephone number. The script has the same
/// rule.
pub(super) fn names_a_contact(text: &str) -> bool {
    text.split_whitespace().any(is_address) || has_number(text)
}

fn is_address(word: &str) -> bool {
    word.split_once('@').is_some_and(|(name, domain)| {
        let labels: Vec<&str> = domain.trim_end_matches(|c: char| !c.is_alphanumeric()).split('.').collect();
        name.chars().any(char::is_alphanumeric)
            && labels.len() > 1
            && labels.iter().all(|label| label.chars().any(char::is_alphanumeric))
    })
}

fn has_number(text: &str) -> bool {
    let of_a_number = |c: char| c.is_ascii_digit() || matches!(c, '+' | '(' | ')' | ' ' | '-' | '.' | '\u{a0}');
    text.split(|c| !of_a_number(c)).any(|run| {
        let run = run.trim_start_matches(|c: char| !c.is_ascii_digit() && c != '+');
        let begins = run.starts_with('0') || run.starts_with('+');
        begins && DIGITS.contains(&run.chars().filter(char::is_ascii_digit).count())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_numbers_are_seen() {
        for text in [
            "Write to jo.mason@trust.org.uk.",
            "(jo@trust.uk)",
            "Ring 07700 900123 please",
            "Ring 07700-900123.",
            "+44 7700 900123",
            "on (020) 7946 0000, any day",
            "01632960123",
            "It is 01632\u{a0}960123",
        ] {
            assert!(names_a_contact(text), "{text}");
        }
    }

    #[test]
    fn other_text_is_left_alone() {
        for text in [
            "",
            "In 2024-2025 we grew by 12.5 %.",
            "On 12.05.2027 at 10.30",
            "£12,000,000 of 1 000 000 000",
            "Meet @ 10. Then go.",
            "3 of 32 schools, 0 of them late",
            "A@B",
            "user@ and @home",
            "0 1 2 3 4",
        ] {
            assert!(!names_a_contact(text), "{text}");
        }
    }
}
