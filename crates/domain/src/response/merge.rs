//! A page of answers laid over a draft that may have been changed in another window since the page was opened.
//!
//! Field by field: what only one side has changed is taken from that side. What both have changed, each in its own way,
//! is a clash. It is left as it was saved and named, so that the one who wrote it sees both. No text that was typed
//! goes without their having seen it.

use crate::{ItemId, PromptId, Rating, Response};

/// What a field holds. Its `Debug` would show answers, so it has none.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Held<'a> {
    /// The answer to a statement: open, *not observed* or a point.
    Rating(&'a ItemId, Option<Option<Rating>>),
    /// The text under a prompt, if there is any.
    Comment(&'a PromptId, Option<&'a str>),
}

/// A page laid over a draft.
pub struct Merged {
    /// What is to be kept. Fields that clash hold what was saved.
    pub response: Response,
    /// The fields that both sides have changed.
    pub clashes: Vec<Clash>,
}

/// A field that was changed here and elsewhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Clash {
    /// Two different answers.
    Rating(ItemId),
    /// Two different texts.
    Comment(PromptId),
}

enum Choice {
    Page,
    Saved,
    Clash,
}

impl Response {
    /// This draft with a page laid over it. `prompts` are the prompts that the page shows: a comment emptied there is
    /// removed. `was` says whether a field held exactly this when the page was opened; where nobody knows, it says no,
    /// and nothing is overwritten.
    ///
    /// # Guarantee
    /// Of two texts that differ, one is dropped only if it is what the page was opened with, or is contained word for
    /// word in the other.
    #[must_use]
    pub fn merged_with(mut self, page: Self, prompts: &[PromptId], was: impl Fn(Held<'_>) -> bool) -> Merged {
        let mut clashes = Vec::new();
        // A choice cannot be taken back on a page, so one that is not there says nothing.
        for (item, rating) in page.ratings {
            let held = |value| was(Held::Rating(&item, value));
            let saved = self.ratings.get(&item).copied();
            match saved {
                Some(saved) if saved != rating && held(Some(rating)) => {}
                Some(saved) if saved != rating && !held(Some(saved)) => clashes.push(Clash::Rating(item)),
                _ => drop(self.ratings.insert(item, rating)),
            }
        }
        let mut comments = page.comments;
        for prompt in prompts {
            let typed = comments.remove(prompt);
            match choose(self.comments.get(prompt).map(String::as_str), typed.as_deref(), |text| {
                was(Held::Comment(prompt, text))
            }) {
                Choice::Saved => {}
                Choice::Clash => clashes.push(Clash::Comment(prompt.clone())),
                Choice::Page => match typed {
                    Some(text) => drop(self.comments.insert(prompt.clone(), text)),
                    None => drop(self.comments.remove(prompt)),
                },
            }
        }
        Merged { response: self, clashes }
    }
}

fn choose(saved: Option<&str>, typed: Option<&str>, was: impl Fn(Option<&str>) -> bool) -> Choice {
    match (saved, typed) {
        (saved, typed) if saved == typed || was(typed) => Choice::Saved,
        (saved, _) if was(saved) => Choice::Page,
        (None, _) => Choice::Page,
        (_, None) => Choice::Saved,
        // As when a save arrived and its answer got lost: typing went on from there.
        (Some(saved), Some(typed)) if typed.contains(saved) => Choice::Page,
        _ => Choice::Clash,
    }
}

#[cfg(test)]
mod tests {
    use std::error::Error;

    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;
    use crate::framework::FrameworkContent;
    use crate::response::ResponseInput;
    use crate::{Framework, FrameworkId, OrganisationId, RaterGroups};

    fn response(value: Value) -> Result<Response, Box<dyn Error>> {
        let ids = (FrameworkId::from_random([1; 16]), OrganisationId::from_random([2; 16]));
        let framework = Framework::new(ids.0, ids.1, 1, FrameworkContent::school_trust_executive()?);
        let groups = RaterGroups::standard();
        let group = groups.find("trustees").ok_or("no trustees")?;
        let input: ResponseInput = serde_json::from_value(value)?;
        Response::parse(&input, &framework, group).map_err(|errors| format!("{errors:?}").into())
    }

    /// Lays a page made from `base` over what is saved by now.
    fn merged(base: &Response, saved: Response, page: Value, prompts: &[&str]) -> Result<Merged, Box<dyn Error>> {
        let prompts = prompts.iter().map(|prompt| PromptId::parse(prompt)).collect::<Result<Vec<_>, _>>()?;
        Ok(saved.merged_with(response(page)?, &prompts, |held| match held {
            Held::Rating(item, rating) => base.ratings().get(item).copied() == rating,
            Held::Comment(prompt, text) => base.comments().get(prompt).map(String::as_str) == text,
        }))
    }

    fn texts(response: &Response) -> Vec<(&str, &str)> {
        response.comments().iter().map(|(id, text)| (id.as_str(), text.as_str())).collect()
    }

    fn ratings(response: &Response) -> Vec<(&str, Option<u8>)> {
        response.ratings().iter().map(|(id, rating)| (id.as_str(), rating.map(Rating::value))).collect()
    }

    #[test]
    fn a_saved_page_lies_over_what_was_there() -> Result<(), Box<dyn Error>> {
        let before = json!({"ratings": {"ethics.1": 2, "ethics.2": 3}, "comments": {"keep": "old", "more": "stays", "help": "goes"}});
        let (base, saved) = (response(before.clone())?, response(before)?);
        let page = json!({"ratings": {"ethics.2": null, "ethics.3": 5}, "comments": {"keep": "new"}});
        let after = merged(&base, saved, page, &["keep", "help"])?;
        assert_eq!(ratings(&after.response), [("ethics.1", Some(2)), ("ethics.2", None), ("ethics.3", Some(5))]);
        assert_eq!(texts(&after.response), [("keep", "new"), ("more", "stays")]);
        assert_eq!(after.clashes, []);
        Ok(())
    }

    #[test]
    fn what_only_the_other_window_changed_stays() -> Result<(), Box<dyn Error>> {
        let base = Response::empty();
        let saved = response(json!({"ratings": {"ethics.1": 4}, "comments": {"keep": "Written in B."}}))?;
        let after = merged(&base, saved, json!({"comments": {"more": "Written in A."}}), &["keep", "more", "help"])?;
        assert_eq!(texts(&after.response), [("keep", "Written in B."), ("more", "Written in A.")]);
        assert_eq!(ratings(&after.response), [("ethics.1", Some(4))]);
        assert_eq!(after.clashes, []);
        // Opened with an answer that was changed elsewhere: the page's own is the old one.
        let base = response(json!({"ratings": {"ethics.1": 2}, "comments": {"keep": "old"}}))?;
        let saved = response(json!({"ratings": {"ethics.1": 4}}))?;
        let after = merged(&base, saved, json!({"ratings": {"ethics.1": 2}, "comments": {"keep": "old"}}), &["keep"])?;
        assert_eq!(
            (ratings(&after.response), texts(&after.response), after.clashes),
            (vec![("ethics.1", Some(4))], vec![], vec![])
        );
        Ok(())
    }

    #[test]
    fn what_both_changed_is_left_and_named() -> Result<(), Box<dyn Error>> {
        let base = response(json!({"ratings": {"ethics.1": 2}}))?;
        let saved = response(json!({"ratings": {"ethics.1": 4}, "comments": {"keep": "Written in B."}}))?;
        let page = json!({"ratings": {"ethics.1": 5, "ethics.2": 1}, "comments": {"keep": "Written in A."}});
        let after = merged(&base, saved, page, &["keep"])?;
        assert_eq!(
            after.clashes,
            [Clash::Rating(ItemId::parse("ethics.1")?), Clash::Comment(PromptId::parse("keep")?)]
        );
        assert_eq!(ratings(&after.response), [("ethics.1", Some(4)), ("ethics.2", Some(1))]);
        assert_eq!(texts(&after.response), [("keep", "Written in B.")]);
        Ok(())
    }

    fn text() -> impl Strategy<Value = Option<String>> {
        proptest::option::of("[ab]{1,3}")
    }

    proptest! {
        #[test]
        fn guarantee_no_text_goes_unseen(base in text(), saved in text(), typed in text(), knows: bool) {
            let of = |text: &Option<String>| {
                let comments = text.as_ref().map_or_else(|| json!({}), |text| json!({"keep": text}));
                response(json!({"comments": comments})).map_err(|error| TestCaseError::fail(error.to_string()))
            };
            let prompts = [PromptId::parse("keep").map_err(|error| TestCaseError::fail(error.to_string()))?];
            let was = |held: Held<'_>| knows && matches!(held, Held::Comment(_, text) if text == base.as_deref());
            let after = of(&saved)?.merged_with(of(&typed)?, &prompts, was);
            let kept = after.response.comments().get("keep").cloned();
            for (text, other) in [(&saved, &typed), (&typed, &saved)] {
                let Some(text) = text else { continue };
                let opened_with = knows && base.as_ref() == Some(text);
                let stands = kept.as_ref().is_some_and(|kept| kept.contains(text.as_str()));
                prop_assert!(stands || opened_with || !after.clashes.is_empty(), "{text:?} beside {other:?} is gone: \
                 {kept:?}");
            }
            if knows && typed == base {
                prop_assert_eq!(&kept, &saved, "a page on which nothing was changed changes nothing");
            }
            if knows && saved == base {
                prop_assert_eq!(&kept, &typed, "where nobody else wrote, the page is kept as it is");
            }
        }
    }
}
