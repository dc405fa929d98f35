//! Short readable ids that a framework or a trust chooses: `strategy`, `strategy.1`, `trustees`.

use serde::{Deserialize, Serialize};

/// The longest slug, in characters.
pub const LONGEST_SLUG: usize = 64;

/// What a slug looks like, as a regular expression of JSON Schema.
pub const SLUG_PATTERN: &str = "^[a-z][a-z0-9_.-]*$";

/// A slug that cannot be used, and why.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "\"{text}\" is not a usable id: use 1 to 64 lower-case letters, digits, \"_\", \"-\" or \".\", starting with a \
     letter"
)]
pub struct InvalidSlug {
    text: String,
}

fn parse(text: &str) -> Result<String, InvalidSlug> {
    let fits = (1..=LONGEST_SLUG).contains(&text.len())
        && text.starts_with(|first: char| first.is_ascii_lowercase())
        && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '_' | '-' | '.'));
    if fits { Ok(text.to_owned()) } else { Err(InvalidSlug { text: text.chars().take(LONGEST_SLUG).collect() }) }
}

macro_rules! slugs {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// Parses a slug.
            ///
            /// # Errors
            /// [`InvalidSlug`] when the text is empty, longer than 64 characters or holds a character outside `a-z 0-9
            /// _ - .`.
            pub fn parse(text: &str) -> Result<Self, InvalidSlug> {
                parse(text).map(Self)
            }

            /// A slug that was accepted once, under whatever rules held then. It is always read.
            #[must_use]
            pub fn stored(text: &str) -> Self {
                Self(crate::text::as_stored(text))
            }

            /// The slug as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidSlug;

            fn try_from(text: String) -> Result<Self, InvalidSlug> {
                Self::parse(&text)
            }
        }

        impl From<$name> for String {
            fn from(slug: $name) -> Self {
                slug.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl std::borrow::Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }
    )+};
}

slugs! {
    /// Names a competency within its framework, such as `strategy`.
    CompetencyId,
    /// Names an item within its framework, such as `strategy.1`.
    ItemId,
    /// Names a comment prompt within its framework, such as `keep`.
    PromptId,
    /// Names a rater group within its round, such as `trustees`.
    GroupId,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::text::tests::wild;

    proptest! {
        #[test]
        fn guarantee_a_slug_parses_to_itself(text in prop_oneof![wild(), "[a-zA-Z0-9_.-]{0,70}"]) {
            if let Ok(slug) = GroupId::parse(&text) {
                prop_assert_eq!(GroupId::parse(slug.as_str()), Ok(slug.clone()));
                prop_assert_eq!(GroupId::stored(slug.as_str()), slug);
            }
            let stored = GroupId::stored(&text);
            prop_assert_eq!(GroupId::stored(stored.as_str()), stored);
        }
    }

    #[test]
    fn a_slug_is_short_lower_case_and_starts_with_a_letter() {
        for good in ["a", "strategy.1", "executive_team", "a-b"] {
            assert_eq!(ItemId::parse(good).map(String::from), Ok(good.to_owned()));
        }
        for bad in ["", "1a", "Strategy", "a b", "a/b", "é", &"a".repeat(65)] {
            assert!(ItemId::parse(bad).is_err(), "{bad:?}");
        }
    }
}
