//! Who advises on a review, for its facilitator: naming somebody, and taking somebody away.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Data, Path, Query};
use askama::Template;
use candour_domain::access::permission;
use candour_domain::{Adviser, AdviserId, Review, ReviewId, Role, Round};
use candour_service::app::App;
use candour_service::error::Error;
use candour_service::result::advisers;

use super::form::{self, Typed, Wrong};
use super::frame::Console;
use super::{Closed, Done, see_other};
use crate::frame::{Said, html};
use crate::session::SignedIn;

#[derive(Template)]
#[template(path = "console/advisers.html")]
struct AdvisersPage<'a> {
    frame: Console<'a>,
    review: &'a Review,
    round: &'a Round,
    /// Why nobody else can be named, where that is so.
    full: Option<Wrong>,
    typed: &'a Typed,
    errors: Vec<Wrong>,
}

#[derive(Template)]
#[template(path = "console/remove_adviser.html")]
struct RemovePage<'a> {
    frame: Console<'a>,
    review: &'a Review,
    adviser: &'a Adviser,
}

/// Who advises, and the empty form.
pub(crate) async fn show(app: Data<App>, who: SignedIn, id: Path<String>, query: Query<Done>) -> HttpResponse {
    match find(&app, &who, &id).await {
        Ok(found) => {
            let frame = Console::of(&app, Some(&who)).await;
            let done = match query.done.as_str() {
                "named" => Some(Said::of(frame.say.advisers_named())),
                "removed" => Some(Said::of(frame.say.advisers_removed())),
                _ => None,
            };
            let frame = frame.saying(done);
            page(frame, &found, &Typed::default(), Vec::new())
        }
        Err(why) => who.closed(&app, why).await,
    }
}

/// Names somebody, or says what is wrong.
pub(crate) async fn name(app: Data<App>, who: SignedIn, id: Path<String>, body: Bytes) -> HttpResponse {
    let typed = Typed::parse(&body);
    let found = match find(&app, &who, &id).await {
        Ok(found) => found,
        Err(why) => return who.closed(&app, why).await,
    };
    let mut errors = Vec::new();
    if let Some(person) = form::person(&typed, ("name", "email"), &mut errors) {
        let named = async {
            let asked = who.ask::<permission::NameAdviser, Adviser>(Role::Facilitator)?;
            advisers::name_adviser(&app, asked, found.0.id, person).await?;
            Ok(())
        };
        match named.await {
            Ok(()) => return see_other(&format!("/reviews/{}/advisers?done=named", found.0.id)),
            Err(Closed::Failed(Error::Review(why))) => errors.push(Wrong::of("email", why)),
            Err(why) => return who.closed(&app, why).await,
        }
    }
    page(Console::of(&app, Some(&who)).await, &found, &typed, errors)
}

/// Says what it means to take somebody away, and asks.
pub(crate) async fn show_removal(app: Data<App>, who: SignedIn, ids: Path<(String, String)>) -> HttpResponse {
    let (id, adviser) = ids.into_inner();
    let found = async {
        let (review, _) = find(&app, &who, &id).await?;
        let adviser = review.adviser(parse(&adviser)?).cloned().ok_or(Closed::NotThere)?;
        Ok((review, adviser))
    };
    match found.await {
        Ok((review, adviser)) => {
            let frame = Console::of(&app, Some(&who)).await;
            html(StatusCode::OK, &RemovePage { frame, review: &review, adviser: &adviser })
        }
        Err(why) => who.closed(&app, why).await,
    }
}

/// Takes them away.
pub(crate) async fn remove(app: Data<App>, who: SignedIn, ids: Path<(String, String)>) -> HttpResponse {
    let (id, adviser) = ids.into_inner();
    let removed = async {
        let review: ReviewId = id.parse().map_err(|_no_id| Closed::NotThere)?;
        let asked = who.ask::<permission::RemoveAdviser, ()>(Role::Facilitator)?;
        advisers::remove_adviser(&app, asked, review, parse(&adviser)?).await?;
        Ok(review)
    };
    match removed.await {
        Ok(review) => see_other(&format!("/reviews/{review}/advisers?done=removed")),
        Err(why) => who.closed(&app, why).await,
    }
}

/// The review with this id and its round; [`Closed::NotThere`] where it is not one that they facilitate.
async fn find(app: &App, who: &SignedIn, id: &str) -> Result<(Review, Round), Closed> {
    let by = who.may::<permission::ListAdvisers>(Role::Facilitator)?;
    Ok(advisers::list_advisers(app, &by, id.parse().map_err(|_no_id| Closed::NotThere)?).await?)
}

fn parse(id: &str) -> Result<AdviserId, Closed> {
    id.parse().map_err(|_no_id| Closed::NotThere)
}

fn page(frame: Console<'_>, (review, round): &(Review, Round), typed: &Typed, errors: Vec<Wrong>) -> HttpResponse {
    let status = form::status(&errors);
    let full = review.require_room_for_an_adviser(round).err().map(|why| Wrong::of("email", why));
    html(status, &AdvisersPage { frame, review, round, full, typed, errors })
}
