//! What a page or a reply says a draft was like when it was read, without repeating it. Nothing of it is stored.
//!
//! A write brings its marks back, and the draft of that moment is marked again: where the marks differ, somebody else
//! has written meanwhile. They are made with a key from the link, so somebody who finds one in the log of a proxy
//! cannot try answers on it.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use candour_domain::response::merge::Held;
use candour_domain::{ItemId, PromptId, Response};
use hmac::Mac;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use super::{Link, SealError, derive, mac, padding};

const LABEL: &str = "candour draft marks v1";
/// Of a field: enough that two texts do not share one by chance. Who could look for two that do holds the link.
const FIELD: usize = 9;
/// Of a whole draft.
const WHOLE: usize = 16;

/// What marks the drafts of the holder of a link.
pub struct DraftMarks(Zeroizing<[u8; 32]>);

/// The marks of the fields of one page, as its form carries them.
#[derive(Default)]
pub struct PageMarks(BTreeMap<String, String>);

impl DraftMarks {
    /// Those of this link.
    #[must_use]
    pub fn of(link: &Link) -> Self {
        Self(derive(link.bytes(), LABEL))
    }

    /// The mark of a whole draft. It changes with every answer and with nothing else.
    ///
    /// # Errors
    /// None in practice: [`SealError::TooLarge`] is out of reach for a response that has been parsed.
    pub fn whole(&self, draft: &Response) -> Result<String, SealError> {
        Ok(self.mark::<WHOLE>(&[b"draft", &padding::write(&padding::Answers(draft))?]))
    }

    /// The marks of these fields of a draft, for the form of a page: `r.<item>=<mark> c.<prompt>=<mark>`.
    #[must_use]
    pub fn page<'a>(
        &self,
        draft: &Response,
        items: impl IntoIterator<Item = &'a ItemId>,
        prompts: impl IntoIterator<Item = &'a PromptId>,
    ) -> String {
        let ratings = items.into_iter().map(|item| Held::Rating(item, draft.ratings().get(item).copied()));
        let comments =
            prompts.into_iter().map(|prompt| Held::Comment(prompt, draft.comments().get(prompt).map(String::as_str)));
        ratings.chain(comments).map(|held| format!("{}={}", name(held), self.field(held))).collect::<Vec<_>>().join(" ")
    }

    /// Whether a field held exactly this when the page was made.
    #[must_use]
    pub fn held_by(&self, page: &PageMarks, held: Held<'_>) -> bool {
        page.0.get(&name(held)).is_some_and(|mark| mark.as_bytes().ct_eq(self.field(held).as_bytes()).into())
    }

    fn field(&self, held: Held<'_>) -> String {
        let name = name(held);
        match held {
            Held::Rating(_, None) | Held::Comment(_, None) => self.mark::<FIELD>(&[b"open", name.as_bytes()]),
            Held::Rating(_, Some(None)) => self.mark::<FIELD>(&[b"not observed", name.as_bytes()]),
            Held::Rating(_, Some(Some(rating))) => self.mark::<FIELD>(&[b"point", name.as_bytes(), &[rating.value()]]),
            Held::Comment(_, Some(text)) => self.mark::<FIELD>(&[b"text", name.as_bytes(), text.as_bytes()]),
        }
    }

    /// Each part goes in with its length, so that no two lists of parts give the same bytes.
    fn mark<const LENGTH: usize>(&self, parts: &[&[u8]]) -> String {
        let mut mac = mac(&self.0);
        for part in parts {
            mac.update(&part.len().to_be_bytes());
            mac.update(part);
        }
        let mark = mac.finalize().into_bytes();
        URL_SAFE_NO_PAD.encode(mark.get(..LENGTH).unwrap_or_default())
    }
}

impl PageMarks {
    /// Reads what a form brings back. What is none counts as not known.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        Self(
            text.split(' ')
                .filter_map(|field| field.split_once('='))
                .map(|(name, mark)| (name.to_owned(), mark.to_owned()))
                .collect(),
        )
    }
}

fn name(held: Held<'_>) -> String {
    match held {
        Held::Rating(item, _) => format!("r.{item}"),
        Held::Comment(prompt, _) => format!("c.{prompt}"),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::sample::{answers, parse, rng};

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(96))]

        #[test]
        fn guarantee_marks_know_a_draft_from_any_other_and_belong_to_one_link(one in answers(), other in answers(), seed: u64) {
            let mut rng = rng(seed);
            let (ours, theirs) = (DraftMarks::of(&Link::generate(&mut rng)), DraftMarks::of(&Link::generate(&mut rng)));
            let (one, other) = (parse(&one)?, parse(&other)?);
            prop_assert_eq!(ours.whole(&one)? == ours.whole(&other)?, one == other);
            prop_assert_ne!(ours.whole(&one)?, theirs.whole(&one)?);
            let marks = PageMarks::parse(&ours.page(&one, one.ratings().keys(), one.comments().keys()));
            for (item, &rating) in one.ratings() {
                prop_assert!(ours.held_by(&marks, Held::Rating(item, Some(rating))) && !theirs.held_by(&marks, Held::Rating(item, Some(rating))));
                let changed = other.ratings().get(item).copied();
                prop_assert_eq!(ours.held_by(&marks, Held::Rating(item, changed)), changed == Some(rating));
            }
            for (prompt, text) in one.comments() {
                prop_assert!(ours.held_by(&marks, Held::Comment(prompt, Some(text))));
                prop_assert!(!ours.held_by(&marks, Held::Comment(prompt, None)));
            }
            prop_assert!(PageMarks::parse("").0.is_empty() && PageMarks::parse("= x y=").0.len() == 2);
        }
    }
}
