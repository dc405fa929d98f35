//! Who is reviewed in a round, and who reads each report first.

use actix_web::HttpRequest;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Data, Path, Query};
use askama::Template;
use candour_domain::access::permission;
use candour_domain::review::ReviewError;
use candour_domain::{Review, ReviewId, Role, Round};
use candour_service::app::App;
use candour_service::asked::RequestKey;
use candour_service::condition::tag_of_review;
use candour_service::entropy::fresh;
use candour_service::error::Error;
use candour_service::round::setup_round;

use super::{Found, find, words};
use crate::console::form::{self, Typed, Wrong};
use crate::console::frame::Console;
use crate::console::{Closed, Done, see_other};
use crate::frame::{Said, html};
use crate::session::SignedIn;

#[derive(Template)]
#[template(path = "rounds/reviewed.html")]
struct ReviewedPage<'a> {
    frame: Console<'a>,
    found: &'a Found,
    typed: &'a Typed,
    errors: Vec<Wrong>,
}

#[derive(Template)]
#[template(path = "rounds/review_remove.html")]
struct RemovePage<'a> {
    frame: Console<'a>,
    round: &'a Round,
    review: &'a Review,
    tag: String,
}

/// Who is reviewed, and a form for somebody else.
pub(crate) async fn show(app: Data<App>, who: SignedIn, id: Path<String>, query: Query<Done>) -> HttpResponse {
    match find(&app, &who, &id).await {
        Ok(found) => {
            let number = fresh(ReviewId::from_random).to_string();
            let frame = Console::of(&app, Some(&who)).await;
            let done = match query.done.as_str() {
                "added" => Some(Said::of(frame.say.reviewed_added())),
                "reader" => Some(Said::of(frame.say.reviewed_reader_changed())),
                "removed" => Some(Said::of(frame.say.reviewed_removed())),
                _ => None,
            };
            page(frame.saying(done), &found, &Typed::of(&[("number", &number)]), Vec::new())
        }
        Err(why) => who.closed(&app, why).await,
    }
}

/// Adds somebody, or says what is wrong.
pub(crate) async fn add(
    app: Data<App>,
    who: SignedIn,
    request: HttpRequest,
    id: Path<String>,
    body: Bytes,
) -> HttpResponse {
    let (typed, mut errors) = (Typed::parse(&body), Vec::new());
    let found = match find(&app, &who, &id).await {
        Ok(found) => found,
        Err(why) => return who.closed(&app, why).await,
    };
    let subject = form::person(&typed, ("name", "email"), &mut errors);
    let facilitator = form::person(&typed, ("reader-name", "reader-email"), &mut errors);
    if let (Some(subject), Some(facilitator)) = (subject, facilitator) {
        let ids = (fresh(ReviewId::from_random), who.organisation.id, found.round.id());
        let key = RequestKey::of_whole_form(who.account.id, request.path(), &body);
        let added = async {
            let review = Review::new(ids, (subject, typed.get("role")), facilitator).map_err(Error::from)?;
            let at = |review: &Review| format!("/rounds/{}/reviews?done=added", review.round_id);
            let asked = who.ask_once::<permission::CreateReview, Review>(Role::Administrator, key, at)?;
            Ok(setup_round::add_review(&app, asked, review).await?)
        };
        match added.await {
            Ok(added) => return see_other(added.answer.location.as_deref().unwrap_or("/rounds")),
            Err(Closed::Failed(Error::Review(why))) => errors.push(Wrong::of(field(&why), why)),
            Err(Closed::Failed(Error::Conflict(_))) => {
                errors.push(Wrong::at("email", Said::of(Console::nobodys().say.reviewed_twice())));
            }
            Err(Closed::Failed(Error::Round(why))) => {
                errors.push(words::refused(Console::nobodys().say, "name", why));
            }
            Err(why) => return who.closed(&app, why).await,
        }
    }
    page(Console::of(&app, Some(&who)).await, &found, &typed, errors)
}

/// Asks whether somebody is to be taken out.
pub(crate) async fn show_removal(app: Data<App>, who: SignedIn, ids: Path<(String, String)>) -> HttpResponse {
    let (id, review) = ids.into_inner();
    match one(&app, &who, &id, &review).await {
        Ok((Found { round, .. }, review)) => {
            let frame = Console::of(&app, Some(&who)).await;
            let tag = tag_of_review(&review);
            html(StatusCode::OK, &RemovePage { frame, round: &round, review: &review, tag })
        }
        Err(why) => who.closed(&app, why).await,
    }
}

/// Takes them out.
pub(crate) async fn remove(app: Data<App>, who: SignedIn, ids: Path<(String, String)>, body: Bytes) -> HttpResponse {
    let (id, review) = ids.into_inner();
    let typed = Typed::parse(&body);
    let removed = async {
        let (found, review) = one(&app, &who, &id, &review).await?;
        let asked = who.ask_of::<permission::DeleteReview, ()>(Role::Administrator, typed.get("tag"))?;
        setup_round::delete_review(&app, asked, review.id).await?;
        Ok(found.round.id())
    };
    match removed.await {
        Ok(round) => see_other(&format!("/rounds/{round}/reviews?done=removed")),
        // It has moved on meanwhile: the page says how far it is.
        Err(Closed::Failed(Error::Stale | Error::Round(_))) => see_other(&format!("/rounds/{id}")),
        Err(why) => who.closed(&app, why).await,
    }
}

pub(super) async fn one(app: &App, who: &SignedIn, id: &str, review: &str) -> Result<(Found, Review), Closed> {
    let found = find(app, who, id).await?;
    let review = found.reviews.iter().find(|one| one.id.to_string() == review).cloned().ok_or(Closed::NotThere)?;
    Ok((found, review))
}

fn field(why: &ReviewError) -> &'static str {
    match why {
        ReviewError::Role | ReviewError::RoleUnseen(_) => "role",
        _ => "reader-email",
    }
}

fn page(frame: Console<'_>, found: &Found, typed: &Typed, errors: Vec<Wrong>) -> HttpResponse {
    html(form::status(&errors), &ReviewedPage { frame, found, typed, errors })
}
