//! One person on the list: taken off it, withdrawn, or written to again at a corrected address.

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use candour_domain::access::permission;
use candour_domain::{Delivery, Email, RaterGroup, RaterId, Role};
use candour_service::app::App;
use candour_service::asked::RequestKey;
use candour_service::entropy::fresh;
use candour_service::error::Error;
use candour_service::rater::ask_again as again;
use candour_service::rater::rater_list::{self, ListedRater};
use candour_service::rater::withdraw_rater::{self, Leaving};

use super::{Found, can_be_corrected, find, leaving, path};
use crate::console::form::{self, Typed, Wrong};
use crate::console::frame::Console;
use crate::console::{Closed, delivery_reasons, see_other};
use crate::frame::{Said, html};
use crate::session::SignedIn;

#[derive(Template)]
#[template(path = "raters/remove.html")]
struct RemovePage<'a> {
    frame: Console<'a>,
    found: &'a Found,
    listed: &'a ListedRater,
    leaving: Leaving,
    /// Whether the mail server refused their address, so that they may be added again.
    unreached: bool,
    is_subject: bool,
    /// Whether it has changed which of the two it is, since it was asked.
    changed: bool,
}

#[derive(Template)]
#[template(path = "raters/again.html")]
struct AgainPage<'a> {
    frame: Console<'a>,
    found: &'a Found,
    listed: &'a ListedRater,
    is_subject: bool,
    typed: &'a Typed,
    errors: Vec<Wrong>,
}

impl AgainPage<'_> {
    /// Why the address was refused.
    fn why(&self) -> Option<Said> {
        let why = self.listed.delivery_reason?;
        // Nothing is said of the sender here: these are reasons of the address.
        delivery_reasons::in_words(self.frame.say, (self.listed.delivery, Some(why)), "")
    }
}

impl RemovePage<'_> {
    fn is_removal(&self) -> bool {
        self.leaving == Leaving::Removed
    }

    fn confirmed(&self) -> &'static str {
        name(self.leaving)
    }

    /// Whether the report shows their answers as theirs.
    fn is_named(&self) -> bool {
        self.found.round.record().groups.find(self.listed.rater.group.as_str()).is_some_and(|group| group.named)
    }
}

/// What somebody of a list is asked for by.
type Ids = Path<(String, String)>;

/// Asks whether somebody is to go, and says what it means.
pub(crate) async fn show_removal(app: Data<App>, who: SignedIn, ids: Ids) -> HttpResponse {
    removal(&app, &who, &ids, false).await
}

/// Takes them off the list, or ends their link, whichever of the two was confirmed.
pub(crate) async fn remove(app: Data<App>, who: SignedIn, ids: Ids, body: Bytes) -> HttpResponse {
    let typed = Typed::parse(&body);
    let Some(confirmed) = named(typed.get("leaving")) else { return removal(&app, &who, &ids, false).await };
    let removed = async {
        let (found, listed) = person(&app, &who, &ids).await?;
        // Two presses: they are gone.
        let Some(listed) = listed.filter(|listed| !listed.withdrawn) else { return Ok(Some(path(&found))) };
        let asked = who.ask::<permission::WithdrawRater, ()>(Role::Administrator)?;
        match withdraw_rater::withdraw_rater(&app, asked, listed.rater.id, Some(confirmed)).await {
            Ok(_) => Ok(Some(format!("{}?done={}", path(&found), name(confirmed)))),
            Err(Error::Conflict(_)) => Ok(None),
            Err(Error::NotFound | Error::Round(_)) => Ok(Some(path(&found))),
            Err(why) => Err(why.into()),
        }
    };
    match removed.await {
        Ok(Some(to)) => see_other(&to),
        Ok(None) => removal(&app, &who, &ids, true).await,
        Err(why) => who.closed(&app, why).await,
    }
}

/// The page that asks; the list, where nobody can be taken off it or they are gone.
async fn removal(app: &App, who: &SignedIn, ids: &Ids, changed: bool) -> HttpResponse {
    match person(app, who, ids).await {
        Ok((found, Some(listed))) if found.takes_people() && !listed.withdrawn => {
            let frame = Console::of(app, Some(who)).await;
            let unreached = listed.invited && (listed.waiting || listed.delivery == Some(Delivery::Bounced));
            let (leaving, is_subject) = (leaving(&listed), is_subject(&found, &listed));
            let page = RemovePage { frame, found: &found, listed: &listed, leaving, unreached, is_subject, changed };
            html(if changed { StatusCode::CONFLICT } else { StatusCode::OK }, &page)
        }
        Ok((found, _)) => see_other(&path(&found)),
        Err(why) => who.closed(app, why).await,
    }
}

/// How a form and an address call it.
fn name(leaving: Leaving) -> &'static str {
    match leaving {
        Leaving::Removed => "removed",
        Leaving::Withdrawn => "withdrawn",
    }
}

fn named(text: &str) -> Option<Leaving> {
    [Leaving::Removed, Leaving::Withdrawn].into_iter().find(|leaving| name(*leaving) == text)
}

/// The form with the address that was refused.
pub(crate) async fn show_again(app: Data<App>, who: SignedIn, ids: Ids) -> HttpResponse {
    match person(&app, &who, &ids).await {
        Ok((found, Some(listed))) if found.is_open() && can_be_corrected(&listed) => {
            let number = fresh(RaterId::from_random).to_string();
            let typed = Typed::of(&[("number", &number), ("email", listed.rater.person.email.as_str())]);
            again_page(&app, &who, (&found, &listed), &typed, Vec::new()).await
        }
        Ok((found, _)) => see_other(&path(&found)),
        Err(why) => who.closed(&app, why).await,
    }
}

/// Writes to them again, or says what is wrong.
pub(crate) async fn ask_again(
    app: Data<App>,
    who: SignedIn,
    request: HttpRequest,
    ids: Ids,
    body: Bytes,
) -> HttpResponse {
    let (typed, say) = (Typed::parse(&body), Console::nobodys().say);
    let (found, listed) = match person(&app, &who, &ids).await {
        Ok((found, Some(listed))) => (found, listed),
        Ok((found, None)) => return see_other(&path(&found)),
        Err(why) => return who.closed(&app, why).await,
    };
    let wrong = match Email::parse(typed.get("email")) {
        Err(why) => Wrong::of("email", why),
        Ok(email) => {
            let key = RequestKey::of_whole_form(who.account.id, request.path(), &body);
            let list = path(&found);
            let at =
                move |asked: &ListedRater| format!("{list}?done={}", if asked.waiting { "waits" } else { "asked" });
            let asked = async {
                let asked = who.ask_once::<permission::AskRaterAgain, ListedRater>(Role::Administrator, key, at)?;
                Ok(again::ask_again(&app, asked, listed.rater.id, Some(email)).await?)
            };
            match asked.await {
                Ok(answered) => {
                    return see_other(answered.answer.location.as_deref().unwrap_or(path(&found).as_str()));
                }
                Err(Closed::Failed(Error::Invalid(_))) => Wrong::at("email", Said::of(say.rater_again_taken())),
                Err(Closed::Failed(Error::Conflict(_))) if !can_be_corrected(&listed) => {
                    Wrong::at("email", Said::of(say.rater_again_not_now()))
                }
                Err(Closed::Failed(Error::Conflict(_))) => Wrong::at("email", Said::of(say.rater_again_subject())),
                Err(Closed::Failed(Error::Round(_))) => return see_other(&path(&found)),
                Err(why) => return who.closed(&app, why).await,
            }
        }
    };
    again_page(&app, &who, (&found, &listed), &typed, vec![wrong]).await
}

/// The review, and the person with this id on its list, if they are there.
async fn person(app: &App, who: &SignedIn, ids: &Ids) -> Result<(Found, Option<ListedRater>), Closed> {
    let (review, rater) = &**ids;
    let found = find(app, who, review).await?;
    let rater: RaterId = rater.parse().map_err(|_no_id| Closed::NotThere)?;
    let by = who.may::<permission::ListRaters>(Role::Administrator)?;
    let listed = rater_list::find_rater(app, &by, found.review.id, rater).await?;
    Ok((found, listed))
}

fn is_subject(found: &Found, listed: &ListedRater) -> bool {
    found.round.record().groups.find(listed.rater.group.as_str()).is_some_and(RaterGroup::is_self)
}

async fn again_page(
    app: &App,
    who: &SignedIn,
    (found, listed): (&Found, &ListedRater),
    typed: &Typed,
    errors: Vec<Wrong>,
) -> HttpResponse {
    let frame = Console::of(app, Some(who)).await;
    let is_subject = is_subject(found, listed);
    html(form::status(&errors), &AgainPage { frame, found, listed, is_subject, typed, errors })
}
