//! Who is asked about somebody, for the facilitator who reads the list and agrees to it.

use actix_web::HttpResponse;
use actix_web::web::{Bytes, Data, Path, Query};
use askama::Template;
use candour_domain::access::permission::{AgreeToList, GetReviewList};
use candour_domain::list::{Listed, Mark};
use candour_domain::{Asked, RaterGroup, Role};
use candour_service::app::App;
use candour_service::error::Error;
use candour_service::rater::rater_list::{self, Agreed, RaterList};

use super::parse;
use crate::console::form::{self, Typed, Wrong};
use crate::console::frame::Console;
use crate::console::{Closed, Done, see_other};
use crate::frame::{Said, html};
use crate::session::SignedIn;

#[derive(Template)]
#[template(path = "reviews/list.html")]
struct ListPage<'a> {
    frame: Console<'a>,
    list: &'a RaterList,
    errors: Vec<Wrong>,
}

impl ListPage<'_> {
    /// The people of a group, each with what is unusual about them.
    fn people(&self, group: &RaterGroup) -> Vec<&(Listed, Vec<Mark>)> {
        self.list.people.iter().filter(|(listed, _)| listed.rater.group == group.id).collect()
    }

    /// What is unusual, in words.
    fn mark(&self, mark: &Mark) -> Said {
        let say = self.frame.say;
        match mark {
            Mark::Administrator => Said::of(say.asked_mark_administrator()),
            Mark::Outside => Said::of(say.asked_mark_outside()),
            Mark::LooksAlike(other) => Said::of(say.asked_mark_looks_alike().email(other.as_str())),
            Mark::AskedAgain => Said::of(say.asked_mark_asked_again()),
            Mark::SameName(title) => Said::of(say.asked_mark_same_name().round(title.as_str())),
        }
    }

    fn waits(listed: &Listed) -> bool {
        listed.asked_again || listed.asked == Asked::Waiting
    }

    /// How many wait for the agreement.
    fn waiting(&self) -> usize {
        self.list.people.iter().filter(|(listed, _)| Self::waits(listed)).count()
    }

    /// Whether there is anything to agree to.
    fn asks(&self) -> bool {
        self.list.round.require_agreement_welcome().is_ok() && (!self.list.agreed || self.waiting() > 0)
    }
}

/// The list as it is now.
pub(crate) async fn show(app: Data<App>, who: SignedIn, id: Path<String>, query: Query<Done>) -> HttpResponse {
    page(&app, &who, &id, &query.done, Vec::new()).await
}

/// Agrees to it, or says why not.
pub(crate) async fn agree(app: Data<App>, who: SignedIn, id: Path<String>, body: Bytes) -> HttpResponse {
    let (typed, say) = (Typed::parse(&body), Console::nobodys().say);
    let agreed = async {
        let asked = who.ask::<AgreeToList, Agreed>(Role::Facilitator)?;
        rater_list::agree_to_list(&app, asked, parse(&id)?, typed.get("digest").to_owned()).await?;
        Ok(())
    };
    let text = match agreed.await {
        Ok(()) => return see_other(&format!("/reviews/{}/list?done=agreed", id.as_str())),
        Err(Closed::Failed(Error::ListChanged)) => Said::of(say.asked_refused_changed()),
        Err(Closed::Failed(Error::Round(_))) => Said::of(say.asked_refused_over()),
        Err(why) => return who.closed(&app, why).await,
    };
    page(&app, &who, &id, "", vec![Wrong::at("people", text)]).await
}

async fn page(app: &App, who: &SignedIn, id: &str, done: &str, errors: Vec<Wrong>) -> HttpResponse {
    let found = async {
        let by = who.may::<GetReviewList>(Role::Facilitator)?;
        Ok::<_, Closed>(rater_list::read_list(app, &by, parse(id)?).await?)
    };
    match found.await {
        Ok(list) => {
            let frame = Console::of(app, Some(who)).await;
            let done = (done == "agreed").then(|| Said::of(frame.say.asked_done_agreed()));
            html(form::status(&errors), &ListPage { frame: frame.saying(done), list: &list, errors })
        }
        Err(why) => who.closed(app, why).await,
    }
}
