//! The trust's rounds, for its administrators: all of them, and one from its draft to its end.

pub(crate) mod copy;
pub(crate) mod dates;
pub(crate) mod emails;
pub(crate) mod launch;
mod new;
pub(crate) mod one;
pub(crate) mod questions;
pub(crate) mod retention;
pub(crate) mod reviewed;
pub(crate) mod shown;
pub(crate) mod steps;
mod words;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Query};
use askama::Template;
use candour_domain::access::permission;
use candour_domain::{Framework, Review, Role, Round, RoundId};
use candour_service::app::App;
use candour_service::condition::tag_of_round;
use candour_service::frameworks;
use candour_service::page::PageRequest;
use candour_service::round::read_rounds;

use super::frame::Console;
use super::{Closed, Done};
use crate::frame::{Said, html};
use crate::session::SignedIn;

pub(crate) use self::new::{make, show_new};

#[derive(Template)]
#[template(path = "rounds/list.html")]
struct ListPage<'a> {
    frame: Console<'a>,
    rounds: Vec<Round>,
}

/// A round as its pages need it.
pub(crate) struct Found {
    /// The round.
    pub(crate) round: Round,
    /// Its reviews, in the order of their ids.
    pub(crate) reviews: Vec<Review>,
}

impl ListPage<'_> {
    fn state(&self, round: &Round) -> Said {
        words::state(self.frame.say, round.state())
    }
}

/// Every round, newest first.
pub(crate) async fn show(app: Data<App>, who: SignedIn, query: Query<Done>) -> HttpResponse {
    let found = async {
        let by = who.may::<permission::ListRounds>(Role::Administrator)?;
        Ok::<_, Closed>(read_rounds::list_rounds(&app, &by, all()).await?.items)
    };
    match found.await {
        Ok(rounds) => {
            let frame = Console::of(&app, Some(&who)).await;
            let done = match query.done.as_str() {
                "deleted" => Some(Said::of(frame.say.rounds_deleted())),
                _ => None,
            };
            html(StatusCode::OK, &ListPage { frame: frame.saying(done), rounds })
        }
        Err(why) => who.closed(&app, why).await,
    }
}

/// The round with this id, for an administrator of its trust.
async fn find(app: &App, who: &SignedIn, id: &str) -> Result<Found, Closed> {
    let id: RoundId = id.parse().map_err(|_no_id| Closed::NotThere)?;
    let by = who.may::<permission::GetRound>(Role::Administrator)?;
    let round = read_rounds::find_round(app, &by, id).await?;
    let by = who.may::<permission::ListReviews>(Role::Administrator)?;
    let reviews = read_rounds::list_reviews(app, &by, id, all()).await?.items;
    Ok(Found { round, reviews })
}

/// The questionnaires of the trust, newest versions first.
async fn questionnaires(app: &App, who: &SignedIn) -> Result<Vec<Framework>, Closed> {
    let by = who.may::<permission::ListFrameworks>(Role::Administrator)?;
    Ok(frameworks::list_frameworks(app, &by, all()).await?.items)
}

/// As many as one list holds. A trust has a few rounds a year, and a round a few reviews.
fn all() -> PageRequest {
    PageRequest::largest()
}

/// The tag that the forms of a round carry.
fn tag(round: &Round) -> String {
    tag_of_round(round)
}
