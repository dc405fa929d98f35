use proptest::prelude::*;

use chrono::{DateTime, TimeDelta};

use super::*;
use crate::framework::{FrameworkContent, FrameworkDocument};
use crate::{
    AnonymityPolicy, FrameworkId, OrganisationId, Person, RaterGroup, RaterGroups, Review, ReviewId, Round, RoundId,
};

/// Text as nobody would type it, full of what does harm.
pub(crate) fn wild() -> impl Strategy<Value = String> {
    let harmful = "[ \u{a0}\u{ad}\u{200b}-\u{200f}\u{202a}-\u{202e}\u{2060}\u{2066}-\u{2069}\u{feff}\u{fe0f}\u{1f3f4}\u{e0067}\u{e007f}👩🏫❤1\u{20e3}İȺaZ\u{3164}\u{2028}\r\n\t\u{0}é字ن@.]{0,12}";
    prop_oneof![any::<String>(), harmful, "\\PC{0,20}"]
}

#[test]
fn what_cannot_be_seen_is_named_with_its_place() {
    for (text, said) in [
        ("An\u{200b}n", "character 3 is a zero-width space (U+200B), which nobody sees; delete it"),
        ("Ann \u{202e}eeL", "character 5 is a right-to-left override (U+202E), which nobody sees; delete it"),
        ("A\u{ad}nn", "character 2 is a soft hyphen (U+00AD), which nobody sees; delete it"),
        ("Ann\u{feff}Lee", "character 4 is a byte order mark (U+FEFF), which nobody sees; delete it"),
        ("Ann\u{200d}Lee", "character 4 is a zero-width joiner (U+200D), which nobody sees; delete it"),
        ("Ann\u{fe0f}", "character 4 is a variation selector (U+FE0F), which nobody sees; delete it"),
    ] {
        assert_eq!(one_line(text, 99).map_err(|error| error.to_string()), Err(said.to_owned()), "{text:?}");
    }
    for nothing in ["", " ", "\u{200b}\u{202e}", "\u{3164}\u{2800}", "\u{a0}\u{feff}"] {
        assert_eq!(one_line(nothing, 99), Err(InvalidLine::Empty), "{nothing:?}");
    }
    for broken in ["a\nb", "a\u{0}b", "a\u{2028}b", "a\u{85}b"] {
        assert_eq!(one_line(broken, 99), Err(InvalidLine::Control), "{broken:?}");
    }
}

#[test]
fn what_makes_something_seen_stays() {
    for text in ["👩‍🏫", "❤️", "🏴󠁧󠁢󠁥󠁮󠁧󠁿 match", "1️⃣ first", "علی‌رضا", "葛󠄀城", "Zoë O’Neil-Łoś"]
    {
        assert_eq!(one_line(text, 99).as_deref(), Ok(text));
        assert_eq!(as_seen(text), text);
    }
}

#[test]
fn blanks_become_plain_and_a_comment_loses_what_nobody_sees() {
    assert_eq!(one_line("\u{feff}\u{a0}Ann\u{2003}Lee\u{200b} ", 99).as_deref(), Ok("Ann Lee"));
    assert_eq!(as_seen(" one\r\ntwo\u{0}\u{1b}\tthree\u{200b}\u{2028}fo\u{202e}ur\u{a0}\n"), "one\ntwo\tthree\nfour");
    assert_eq!(
        Unseen::or_blank("ann\u{a0}@b.uk").map(|unseen| unseen.to_string()).as_deref(),
        Some("character 4 is a no-break space (U+00A0), which nobody sees; delete it")
    );
    assert_eq!(Unseen::or_blank("ann@b.uk x"), None);
    assert_eq!(as_stored("a\tb\r\nc"), "a\u{fffd}b\u{fffd}\u{fffd}c");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2048))]

    #[test]
    fn guarantee_a_line_goes_in_again_unchanged(text in wild(), longest in 1usize..30) {
        if let Ok(line) = one_line(&text, longest) {
            prop_assert_eq!(one_line(&line, longest), Ok(line.clone()));
            prop_assert!(first_unseen(&line).is_none() && line.chars().count() <= longest);
            prop_assert!(!line.chars().any(|c| c != ' ' && c.is_whitespace()));
        }
    }

    #[test]
    fn guarantee_a_comment_goes_in_again_unchanged(text in wild()) {
        let seen = as_seen(&text);
        prop_assert_eq!(&as_seen(&seen), &seen);
        prop_assert!(first_unseen(&seen).is_none());
        prop_assert_eq!(as_stored(&as_stored(&text)), as_stored(&text));
    }
}

/// What becomes of a text as the title of a round, as a role, as the title of a group, and at every place of a
/// questionnaire; none where it is refused.
fn kept(text: &str) -> [Option<String>; 7] {
    let (organisation, round) = (OrganisationId::from_random([1; 16]), RoundId::from_random([2; 16]));
    let rules = (AnonymityPolicy::default(), RaterGroups::standard());
    let (now, framework) = (DateTime::UNIX_EPOCH, FrameworkId::from_random([3; 16]));
    let round = Round::draft((round, organisation), text, framework, rules, now + TimeDelta::days(9), now).ok();
    let people = Person::parse("Jo", "jo@trust.uk").ok().zip(Person::parse("Al", "al@trust.uk").ok());
    let ids = (ReviewId::from_random([4; 16]), organisation, RoundId::from_random([2; 16]));
    let review = people.and_then(|(subject, facilitator)| Review::new(ids, (subject, text), facilitator).ok());
    let mut groups: Vec<RaterGroup> = RaterGroups::standard().into();
    text.clone_into(&mut groups[3].title);
    let groups = RaterGroups::new(groups).ok();
    let own = |change: fn(&mut FrameworkDocument) -> &mut String| {
        let mut document = FrameworkContent::school_trust_executive().ok()?.document().clone();
        text.clone_into(change(&mut document));
        let mut document = FrameworkContent::parse(document).ok()?.document().clone();
        Some(change(&mut document).clone())
    };
    [
        round.map(|round| round.record().title.clone()),
        review.map(|review| review.subject.role),
        groups.map(|groups| groups.as_slice()[3].title.clone()),
        own(|document| &mut document.title),
        own(|document| &mut document.competencies[0].title),
        own(|document| &mut document.competencies[0].items[0].own),
        own(|document| &mut document.prompts[0].others),
    ]
}

#[test]
fn a_title_that_turns_or_cannot_be_seen_is_refused_wherever_there_is_one() {
    for refused in
        ["CEO \u{202e}weiver", "CEO\u{200b} review", "\u{200b}\u{3164}", "\u{202e}", "CEO\u{ad} review", "a\nb"]
    {
        assert_eq!(kept(refused), [const { None }; 7], "{refused:?}");
    }
    assert_eq!(kept(" CEO\u{a0}review\u{feff}"), std::array::from_fn(|_| Some("CEO review".to_owned())));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn guarantee_every_title_that_is_taken_is_taken_again_unchanged(text in wild()) {
        for title in kept(&text).into_iter().flatten() {
            prop_assert_eq!(kept(&title), std::array::from_fn(|_| Some(title.clone())));
        }
    }
}
