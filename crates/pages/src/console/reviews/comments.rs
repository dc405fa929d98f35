//! Every comment of a result, one after the other, for the facilitator who reads them before the release.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path, Query};
use askama::Template;
use candour_analytics::ReviewResult;
use candour_analytics::document::Comment;
use candour_domain::CommentId;
use candour_service::account::my_review::MyReview;
use candour_service::app::App;
use serde::Deserialize;

use super::undecided;
use crate::console::frame::Console;
use crate::console::see_other;
use crate::frame::{Said, html};
use crate::session::SignedIn;

/// Comments on a page.
const PAGE: usize = 20;

/// A comment, where it stands.
pub(super) struct Place<'a> {
    /// Its number among all, from 1.
    pub(super) number: usize,
    /// The question it answers.
    pub(super) prompt: &'a str,
    /// Who wrote it, where they answer by name.
    pub(super) by: Option<&'a str>,
    /// The comment.
    pub(super) comment: &'a Comment,
}

/// Which page, and what has just been done.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    page: Option<usize>,
    done: String,
}

#[derive(Template)]
#[template(path = "reviews/comments.html")]
struct CommentsPage<'a> {
    frame: Console<'a>,
    found: &'a MyReview,
    places: &'a [Place<'a>],
    all: usize,
    page: usize,
    pages: usize,
}

impl CommentsPage<'_> {
    fn first(&self) -> usize {
        self.places.first().map_or(0, |place| place.number)
    }

    fn last(&self) -> usize {
        self.places.last().map_or(0, |place| place.number)
    }

    /// Whether a comment answers another question than the one before it.
    fn begins(&self, at: usize) -> bool {
        let prompt = |at: usize| self.places.get(at).map(|place| place.prompt);
        at == 0 || prompt(at) != prompt(at - 1)
    }
}

/// All comments of a result in the order of the report.
pub(super) fn places(result: &ReviewResult) -> Vec<Place<'_>> {
    let of_prompts = result.comments.iter().flat_map(|prompt| {
        let pooled = prompt.comments.iter().map(|comment| (None, comment));
        let named = prompt.named.iter().map(|named| (Some(named.name.as_str()), &named.comment));
        pooled.chain(named).map(|(by, comment)| (prompt.text.as_str(), by, comment))
    });
    let numbered = of_prompts.enumerate();
    numbered.map(|(at, (prompt, by, comment))| Place { number: at + 1, prompt, by, comment }).collect()
}

/// The page on which a comment stands, from 1.
pub(super) fn page_of(result: &ReviewResult, id: CommentId) -> usize {
    let place = places(result).into_iter().find(|place| place.comment.id == id);
    place.map_or(1, |place| (place.number - 1) / PAGE + 1)
}

/// One page of them.
pub(crate) async fn show(app: Data<App>, who: SignedIn, id: Path<String>, query: Query<Asked>) -> HttpResponse {
    let (found, result) = match undecided(&app, &who, &id).await {
        Ok((found, Some(result))) => (found, result),
        // There is nothing to decide yet, or not any more.
        Ok((found, None)) => return see_other(&format!("/reviews/{}", found.review.id)),
        Err(why) => return who.closed(&app, why).await,
    };
    let places = places(&result);
    let pages = places.len().div_ceil(PAGE).max(1);
    let page = query.page.unwrap_or(1).clamp(1, pages);
    let shown = places.chunks(PAGE).nth(page - 1).unwrap_or_default();
    let frame = Console::of(&app, Some(&who)).await;
    let done = match query.done.as_str() {
        "redacted" => Some(Said::of(frame.say.comments_done_redacted())),
        "restored" => Some(Said::of(frame.say.comments_done_restored())),
        _ => None,
    };
    let all = places.len();
    html(StatusCode::OK, &CommentsPage { frame: frame.saying(done), found: &found, places: shown, all, page, pages })
}
