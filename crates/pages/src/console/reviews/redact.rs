//! One comment: leaving it out of the report with a reason, and taking that back.

use actix_web::HttpResponse;
use actix_web::web::{Bytes, Data, Path};
use askama::Template;
use candour_analytics::ReviewResult;
use candour_domain::access::permission::RedactComment;
use candour_domain::text::InvalidLine;
use candour_domain::{CommentId, Role};
use candour_service::account::my_review::MyReview;
use candour_service::app::App;
use candour_service::error::Error;
use candour_service::result::redaction::{self, Redaction};

use super::comments::{Place, page_of, places};
use super::undecided;
use crate::console::form::{self, Typed, Wrong};
use crate::console::frame::Console;
use crate::console::{Closed, see_other};
use crate::frame::{Said, html};
use crate::session::SignedIn;

#[derive(Template)]
#[template(path = "reviews/redact.html")]
struct RedactPage<'a> {
    frame: Console<'a>,
    found: &'a MyReview,
    place: &'a Place<'a>,
    page: usize,
    typed: &'a Typed,
    errors: Vec<Wrong>,
}

/// The comment, and what it means to leave it out.
pub(crate) async fn show(app: Data<App>, who: SignedIn, ids: Path<(String, String)>) -> HttpResponse {
    match find(&app, &who, &ids).await {
        Ok((found, Some(result), comment)) => {
            page(&app, &who, (&found, &result, comment), &Typed::default(), Vec::new()).await
        }
        Ok((found, None, _)) => see_other(&format!("/reviews/{}", found.review.id)),
        Err(why) => who.closed(&app, why).await,
    }
}

/// Leaves it out, or shows it again.
pub(crate) async fn change(app: Data<App>, who: SignedIn, ids: Path<(String, String)>, body: Bytes) -> HttpResponse {
    let typed = Typed::parse(&body);
    let (found, result, comment) = match find(&app, &who, &ids).await {
        Ok((found, Some(result), comment)) => (found, result, comment),
        Ok((found, None, _)) => return see_other(&format!("/reviews/{}", found.review.id)),
        Err(why) => return who.closed(&app, why).await,
    };
    let (wanted, done) = if typed.has("wanted", "restore") {
        (Redaction::Restore, "restored")
    } else {
        match Redaction::because(typed.get("reason")) {
            Ok(wanted) => (wanted, "redacted"),
            Err(why) => return page(&app, &who, (&found, &result, comment), &typed, vec![wrong(&why)]).await,
        }
    };
    let changed = async {
        let asked = who.ask::<RedactComment, ReviewResult>(Role::Facilitator)?;
        redaction::redact_comment(&app, asked, found.review.id, comment, wanted).await?;
        Ok(())
    };
    let review = found.review.id;
    match changed.await {
        // Pressed twice, or done in another tab: it is as they want it.
        Ok(()) | Err(Closed::Failed(Error::AlreadyRedacted | Error::NotRedacted)) => {
            let page = page_of(&result, comment);
            see_other(&format!("/reviews/{review}/comments?page={page}&done={done}#comment-{comment}"))
        }
        // It has been released meanwhile: the page says so.
        Err(Closed::Failed(Error::Review(_))) => see_other(&format!("/reviews/{review}")),
        Err(why) => who.closed(&app, why).await,
    }
}

async fn find(
    app: &App,
    who: &SignedIn,
    (id, comment): &(String, String),
) -> Result<(MyReview, Option<ReviewResult>, CommentId), Closed> {
    let (found, result) = undecided(app, who, id).await?;
    let comment: CommentId = comment.parse().map_err(|_no_id| Closed::NotThere)?;
    match &result {
        Some(result) if !result.has_comment(comment) => Err(Closed::NotThere),
        _ => Ok((found, result, comment)),
    }
}

fn wrong(why: &InvalidLine) -> Wrong {
    let say = Console::nobodys().say;
    match why {
        InvalidLine::Unseen(unseen) => Wrong::of("reason", unseen),
        InvalidLine::Empty => Wrong::at("reason", Said::of(say.redact_reason_missing())),
        InvalidLine::TooLong(_) | InvalidLine::Control => Wrong::at("reason", Said::of(say.redact_reason_too_long())),
    }
}

async fn page(
    app: &App,
    who: &SignedIn,
    (found, result, comment): (&MyReview, &ReviewResult, CommentId),
    typed: &Typed,
    errors: Vec<Wrong>,
) -> HttpResponse {
    let frame = Console::of(app, Some(who)).await;
    let places = places(result);
    match places.iter().find(|place| place.comment.id == comment) {
        Some(place) => {
            let page = page_of(result, comment);
            html(form::status(&errors), &RedactPage { frame, found, place, page, typed, errors })
        }
        None => crate::console::not_there(&frame),
    }
}
