//! The trust's rounds, for its administrators: all of them, and one from its draft to its end.

pub(crate) mod copy;
pub(crate) mod dates;
pub(crate) mod emails;
pub(crate) mod launch;
mod new;
pub(crate) mod one;
pub(crate) mod questions;
pub(crate) mod reader;
pub(crate) mod retention;
pub(crate) mod reviewed;
mod sending;
pub(crate) mod shown;
pub(crate) mod steps;
pub(crate) mod wording;
mod words;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Query};
use askama::Template;
use candour_domain::access::permission;
use candour_domain::{Framework, FrameworkId, Review, Role, Round, RoundId};
use candour_service::app::App;
use candour_service::condition::tag_of_round;
use candour_service::page::PageRequest;
use candour_service::round::read_rounds;

use super::frame::Console;
use super::{Closed, Done, questionnaires};
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
async fn round(app: &App, who: &SignedIn, id: &str) -> Result<Round, Closed> {
    let id: RoundId = id.parse().map_err(|_no_id| Closed::NotThere)?;
    let by = who.may::<permission::GetRound>(Role::Administrator)?;
    Ok(read_rounds::find_round(app, &by, id).await?)
}

/// The round with this id and its reviews.
async fn find(app: &App, who: &SignedIn, id: &str) -> Result<Found, Closed> {
    let round = round(app, who, id).await?;
    let by = who.may::<permission::ListReviews>(Role::Administrator)?;
    let reviews = read_rounds::list_reviews(app, &by, round.id(), all()).await?.items;
    Ok(Found { round, reviews })
}

/// The questionnaires that a round can ask: the newest version of each, and the one that it asks now.
async fn questionnaires(app: &App, who: &SignedIn, now: Option<FrameworkId>) -> Result<Vec<Framework>, Closed> {
    let families = questionnaires::families(questionnaires::all(app, who).await?);
    let offered = |family: Vec<Framework>| {
        let is_offered = |(at, one): (usize, Framework)| (at == 0 || Some(one.id) == now).then_some(one);
        family.into_iter().enumerate().filter_map(is_offered).collect::<Vec<_>>()
    };
    Ok(families.into_iter().flat_map(offered).collect())
}

/// As many as one list holds. A trust has a few rounds a year, and a round a few reviews.
fn all() -> PageRequest {
    PageRequest::largest()
}

/// The tag that the forms of a round carry.
fn tag(round: &Round) -> String {
    tag_of_round(round)
}
