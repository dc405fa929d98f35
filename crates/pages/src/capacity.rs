//! In which capacity somebody answers.

use candour_domain::RaterGroup;

use super::frame::{Said, Say};

/// In which capacity somebody answers: "You are answering as a trustee." A group that the trust has named itself stands
/// under its own name.
pub(super) fn capacity(say: Say, group: &RaterGroup) -> Said {
    let known = match (group.id.as_str(), group.title.as_str()) {
        ("chair", "Chair of trustees") => say.survey_promise_as_chair(),
        ("trustees", "Trustees") => say.survey_promise_as_trustee(),
        ("executive_team", "Executive team") => say.survey_promise_as_executive(),
        ("headteachers", "Headteachers") => say.survey_promise_as_headteacher(),
        ("staff", "Other staff") => say.survey_promise_as_staff(),
        ("external", "External partners") => say.survey_promise_as_external(),
        _ => return Said::of(say.survey_promise_as_own_group().group(group.title.as_str())),
    };
    Said::of(known)
}

#[cfg(test)]
mod tests {
    use candour_domain::{RaterGroups, RaterKind};
    use candour_words::language::Language;

    use super::*;

    #[test]
    fn every_standard_group_has_words_and_a_trusts_own_has_its_name() {
        let say = Say::new(Language::default());
        for group in RaterGroups::standard().as_slice().iter().filter(|group| group.kind() != RaterKind::Subject) {
            assert!(capacity(say, group).to_string().starts_with("You are answering as "), "{}", group.title);
            let own = RaterGroup { title: "Governors & friends".to_owned(), ..group.clone() };
            assert_eq!(capacity(say, &own).to_string(), "You are answering in the group “Governors &#38; friends”.");
        }
    }
}
