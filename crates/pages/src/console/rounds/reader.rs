//! Naming somebody else to read the report of a review first, while its round is a draft. The list of people stays.

use actix_web::HttpResponse;
use actix_web::web::{Bytes, Data, Path};
use askama::Template;
use candour_domain::access::permission;
use candour_domain::{Review, Role, Round};
use candour_service::app::App;
use candour_service::condition::tag_of_review;
use candour_service::error::Error;
use candour_service::round::setup_round;

use super::Found;
use super::reviewed::one;
use crate::console::form::{self, Typed, Wrong};
use crate::console::frame::Console;
use crate::console::{Closed, see_other};
use crate::frame::{Said, html};
use crate::session::SignedIn;

#[derive(Template)]
#[template(path = "rounds/reader.html")]
struct ReaderPage<'a> {
    frame: Console<'a>,
    round: &'a Round,
    review: &'a Review,
    tag: String,
    typed: &'a Typed,
    errors: Vec<Wrong>,
}

/// The form, with the one who reads it now.
pub(crate) async fn show(app: Data<App>, who: SignedIn, ids: Path<(String, String)>) -> HttpResponse {
    let (id, review) = ids.into_inner();
    match one(&app, &who, &id, &review).await {
        Ok((Found { round, .. }, review)) => {
            let (name, email) = (review.facilitator.name.as_str(), review.facilitator.email.as_str());
            let typed = Typed::of(&[("reader-name", name), ("reader-email", email)]);
            page(&app, &who, (&round, &review), &typed, Vec::new()).await
        }
        Err(why) => who.closed(&app, why).await,
    }
}

/// Names them, or says what is wrong.
pub(crate) async fn name(app: Data<App>, who: SignedIn, ids: Path<(String, String)>, body: Bytes) -> HttpResponse {
    let (id, review) = ids.into_inner();
    let (typed, mut errors) = (Typed::parse(&body), Vec::new());
    let (round, review) = match one(&app, &who, &id, &review).await {
        Ok((Found { round, .. }, review)) => (round, review),
        Err(why) => return who.closed(&app, why).await,
    };
    let Some(reader) = form::person(&typed, ("reader-name", "reader-email"), &mut errors) else {
        return page(&app, &who, (&round, &review), &typed, errors).await;
    };
    let named = async {
        let asked = who.ask_of::<permission::UpdateReview, Review>(Role::Administrator, typed.get("tag"))?;
        setup_round::change_facilitator(&app, asked, review.id, reader).await?;
        Ok(())
    };
    let field = "reader-email";
    let wrong = match named.await {
        Ok(()) => return see_other(&format!("/rounds/{}/reviews?done=reader", round.id())),
        Err(Closed::Failed(Error::Review(why))) => Wrong::of(field, why),
        Err(Closed::Failed(Error::Round(why))) => super::words::refused(Console::nobodys().say, field, why),
        Err(Closed::Failed(Error::Stale)) => Wrong::at(field, Said::of(Console::nobodys().say.round_refused_stale())),
        Err(why) => return who.closed(&app, why).await,
    };
    page(&app, &who, (&round, &review), &typed, vec![wrong]).await
}

async fn page(
    app: &App,
    who: &SignedIn,
    (round, review): (&Round, &Review),
    typed: &Typed,
    errors: Vec<Wrong>,
) -> HttpResponse {
    let (frame, tag) = (Console::of(app, Some(who)).await, tag_of_review(review));
    html(form::status(&errors), &ReaderPage { frame, round, review, tag, typed, errors })
}
