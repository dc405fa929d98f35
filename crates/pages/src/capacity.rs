//! In which capacity somebody answers.

use candour_domain::RaterGroup;

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
