//! The people of the trust, for its administrators.

pub(crate) mod end;
pub(crate) mod invite;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Query};
use askama::Template;
use candour_domain::Role;
use candour_domain::access::permission;
use candour_service::account::people::{self, Member};
use candour_service::app::App;

use super::frame::Console;
use super::{Closed, Done};
use crate::frame::{Said, html};
use crate::session::SignedIn;

#[derive(Template)]
#[template(path = "console/people.html")]
struct PeoplePage<'a> {
    frame: Console<'a>,
    own: candour_domain::AccountId,
    people: Vec<&'a Member>,
    ended: Vec<&'a Member>,
}

/// Everybody who signs in.
pub(crate) async fn show(app: Data<App>, who: SignedIn, query: Query<Done>) -> HttpResponse {
    let found =
        async { Ok::<_, Closed>(people::list(&app, &who.may::<permission::ListPeople>(Role::Administrator)?).await?) };
    match found.await {
        Ok(members) => {
            let frame = Console::of(&app, Some(&who)).await;
            let done = match query.done.as_str() {
                "invited" => Some(Said::of(frame.say.people_invited())),
                "restored" => Some(Said::of(frame.say.people_restored())),
                "ended" => Some(Said::of(frame.say.people_access_ended())),
                _ => None,
            };
            let frame = frame.saying(done);
            let (people, ended) = members.iter().partition(|member| member.ended_at.is_none());
            html(StatusCode::OK, &PeoplePage { frame, own: who.account.id, people, ended })
        }
        Err(why) => who.closed(&app, why).await,
    }
}

/// The person with this account; [`Closed::NotThere`] when the trust has none.
async fn find(app: &App, who: &SignedIn, id: &str) -> Result<Member, Closed> {
    let by = who.may::<permission::ListPeople>(Role::Administrator)?;
    Ok(people::find(app, &by, id.parse().map_err(|_no_id| Closed::NotThere)?).await?)
}
