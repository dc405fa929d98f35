//! What the words in a list's column of groups mean.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;
use candour_domain::roster::{GroupWord, KnownBy};
use candour_domain::{GroupId, RaterGroup, RaterGroups};
use candour_service::app::App;
use candour_service::rater::uploads::UploadedList;

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

/// The form, with what words seem to mean. What is a group's own name needs no question.
pub(super) async fn page(app: &App, who: &SignedIn, checked: &Checked, words: &[GroupWord]) -> HttpResponse {
    let asked: Vec<&GroupWord> = words.iter().filter(|word| word.known != KnownBy::Title).collect();
    let frame = Console::of(app, Some(who)).await;
    let all = asked.len();
    let words = asked.into_iter().take(MOST).collect();
    html(StatusCode::OK, &WordsPage { frame, checked, words, all })
}

/// Takes what words mean, as it was chosen.
pub(super) fn set(list: &mut UploadedList, groups: &RaterGroups, typed: &Typed) {
    for at in 0..MOST {
        let word = typed.get(&format!("text-{at}"));
        if word.is_empty() {
            continue;
        }
        let chosen = GroupId::parse(typed.get(&format!("word-{at}"))).ok();
        match chosen.and_then(|id| groups.find(id.as_str())) {
            Some(group) => list.words.set(word, group.id.clone()),
            None => list.words.unset(word),
        }
    }
    list.words_seen = true;
}
