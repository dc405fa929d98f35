//! What the words in a list's column of groups mean.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;
use candour_domain::roster::{GroupWord, KnownBy};
use candour_domain::{GroupId, RaterGroup, RaterGroups};
use candour_service::app::App;

use super::Checked;
use crate::console::form::Typed;
use crate::console::frame::Console;
use crate::frame::html;
use crate::session::SignedIn;

/// Words on the page. A column with more is another one.
const MOST: usize = 60;

#[derive(Template)]
#[template(path = "raters/words.html")]
struct WordsPage<'a> {
    frame: Console<'a>,
    checked: &'a Checked,
    words: Vec<&'a GroupWord>,
    all: usize,
}

impl WordsPage<'_> {
    fn groups(&self) -> Vec<&RaterGroup> {
        self.checked.found.groups().collect()
    }

    fn means(word: &GroupWord, group: &RaterGroup) -> bool {
        word.group.as_ref() == Some(&group.id)
    }
}

/// The form, with what words seem to mean: first those of which nothing is known, since there may be more than fit on
/// the page. What is a group's own name needs no question.
pub(super) async fn page(app: &App, who: &SignedIn, checked: &Checked, words: &[GroupWord]) -> HttpResponse {
    let mut asked: Vec<&GroupWord> = words.iter().filter(|word| word.known != KnownBy::Title).collect();
    asked.sort_by_key(|word| match word.known {
        KnownBy::Nothing => 0,
        KnownBy::Common => 1,
        KnownBy::Person | KnownBy::Title => 2,
    });
    let frame = Console::of(app, Some(who)).await;
    let all = asked.len();
    let words = asked.into_iter().take(MOST).collect();
    html(StatusCode::OK, &WordsPage { frame, checked, words, all })
}

/// What words mean, as it was chosen.
pub(super) fn chosen(groups: &RaterGroups, typed: &Typed) -> Vec<(String, Option<GroupId>)> {
    let word = |at: usize| {
        let word = typed.get(&format!("text-{at}"));
        let group = groups.find(typed.get(&format!("word-{at}"))).map(|group| group.id.clone());
        (!word.is_empty()).then(|| (word.to_owned(), group))
    };
    (0..MOST).filter_map(word).collect()
}
