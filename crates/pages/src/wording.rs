//! Small matters of language.

use candour_domain::RaterGroup;

/// "three", "four" … "ten"; figures above that.
pub(super) fn number(count: u32) -> String {
    let word = match count {
        1 => "one",
        2 => "two",
        3 => "three",
        4 => "four",
        5 => "five",
        6 => "six",
        7 => "seven",
        8 => "eight",
        9 => "nine",
        10 => "ten",
        _ => return count.to_string(),
    };
    word.to_owned()
}

/// "1 statement", "31 statements".
pub(super) fn count(count: usize, thing: &str) -> String {
    format!("{count} {thing}{}", if count == 1 { "" } else { "s" })
}

/// In which capacity somebody answers: "as a trustee". A group that the trust has named itself stands under its own name.
pub(super) fn capacity(group: &RaterGroup) -> String {
    let known = match (group.id.as_str(), group.title.as_str()) {
        ("chair", "Chair of trustees") => "as chair of trustees",
        ("trustees", "Trustees") => "as a trustee",
        ("executive_team", "Executive team") => "as a member of the executive team",
        ("headteachers", "Headteachers") => "as a headteacher",
        ("staff", "Other staff") => "as a member of staff",
        ("external", "External partners") => "as an external partner",
        _ => return format!("in the group “{}”", group.title),
    };
    known.to_owned()
}

/// The text with its first letter large, as a sentence begins.
pub(super) fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use candour_domain::{RaterGroups, RaterKind};

    use super::*;

    #[test]
    fn every_standard_group_has_words_and_a_trusts_own_has_its_name() {
        for group in RaterGroups::standard().as_slice().iter().filter(|group| group.kind() != RaterKind::Subject) {
            assert!(capacity(group).starts_with("as "), "{}", group.title);
            let own = RaterGroup { title: "Governors & friends".to_owned(), ..group.clone() };
            assert_eq!(capacity(&own), "in the group “Governors & friends”");
        }
    }
}
