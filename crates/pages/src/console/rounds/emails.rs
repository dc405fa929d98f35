//! The emails of a round as each person gets them, to read before they go out, and a test to oneself.

use actix_web::web::{Bytes, Data, Path, Query};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use candour_domain::access::permission;
use candour_domain::wording::{Opening, WordedEmail};
use candour_domain::{GroupId, Rater, RaterId, Review, Role, Round, RoundId};
use candour_service::app::App;
use candour_service::asked::RequestKey;
use candour_service::entropy::fresh;
use candour_service::error::Error;
use candour_service::rater::rater_list;
use candour_service::rater::sample_email::{self, Asker, Sample, Which};
use candour_service::round::readiness;
use serde::Deserialize;

use super::{Found, find, round};
use crate::console::form::{self, Typed, Wrong};
use crate::console::frame::Console;
use crate::console::{Closed, see_other};
use crate::frame::{Said, html};
use crate::framed_email;
use crate::session::SignedIn;

/// Whose email, and which one.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Looked {
    rater: String,
    letter: String,
    done: String,
}

#[derive(Template)]
#[template(path = "rounds/emails.html")]
struct EmailsPage<'a> {
    frame: Console<'a>,
    round: &'a Round,
    lists: Vec<List<'a>>,
    /// Whose email is read, and it.
    chosen: Option<(RaterId, Sample)>,
    reminder: bool,
    /// Where a test goes.
    own: &'a str,
    mail_to_files: bool,
    typed: &'a Typed,
    errors: Vec<Wrong>,
}

/// The people who are asked about somebody.
struct List<'a> {
    review: &'a Review,
    people: Vec<Rater>,
}

impl Looked {
    fn which(&self) -> Which {
        if self.letter == "reminder" { Which::Reminder } else { Which::Invitation }
    }
}

impl EmailsPage<'_> {
    fn group(&self, rater: &Rater) -> &str {
        self.round.record().groups.find(rater.group.as_str()).map_or("", |group| group.title.as_str())
    }

    /// How an email begins in the trust's own words, if it does.
    fn opening(&self, email: WordedEmail) -> Option<&str> {
        self.round.record().emails.of(email).map(Opening::as_str)
    }

    /// Whether that can be changed.
    fn takes_wording(&self) -> bool {
        self.round.require_wording_welcome().is_ok()
    }

    fn is_chosen(&self, rater: RaterId) -> bool {
        self.chosen.as_ref().is_some_and(|(chosen, _)| *chosen == rater)
    }

    /// The group that is proposed for a test: the first whose raters answer without their names.
    fn is_proposed(&self, group: &GroupId) -> bool {
        let typed = self.typed.get("group");
        if typed.is_empty() {
            let first = self.round.record().groups.as_slice().iter().find(|group| !group.named);
            first.is_some_and(|first| first.id == *group)
        } else {
            typed == group.as_str()
        }
    }
}

/// The lists to choose from, and the email of the one who was chosen.
pub(crate) async fn show(app: Data<App>, who: SignedIn, id: Path<String>, looked: Query<Looked>) -> HttpResponse {
    page(&app, &who, &id, &looked, (&Typed::default(), Vec::new())).await
}

/// What is in the frame: the HTML of one email.
pub(crate) async fn content(
    app: Data<App>,
    who: SignedIn,
    ids: Path<(String, String)>,
    looked: Query<Looked>,
) -> HttpResponse {
    let (id, rater) = ids.into_inner();
    match sample(&app, &who, &id, &rater, looked.which()).await {
        Ok((_, sample)) => framed_email::content(&sample.email.html),
        Err(why) => who.closed(&app, why).await,
    }
}

/// Sends a test to the administrator who asks.
pub(crate) async fn send_test(
    app: Data<App>,
    who: SignedIn,
    id: Path<String>,
    request: HttpRequest,
    body: Bytes,
) -> HttpResponse {
    let typed = Typed::parse(&body);
    let sent = async {
        let round = round(&app, &who, &id).await?;
        let group = round.record().groups.find(typed.get("group")).map(|group| group.id.clone());
        let group = group.ok_or_else(|| Error::field("/group", "no such group"))?;
        let key = RequestKey::of_whole_form(who.account.id, request.path(), &body);
        let to = format!("/rounds/{}/emails?done=sent", round.id());
        let at = to.clone();
        let asked = who.ask_once::<permission::SendTestEmail, Asker>(Role::Administrator, key, move |_| at)?;
        sample_email::send_test(&app, asked, round.id(), Some(group)).await?;
        Ok(to)
    };
    let say = Console::nobodys().say;
    let wrong = match sent.await {
        Ok(to) => return see_other(&to),
        Err(Closed::Failed(Error::Invalid(_))) => Said::of(say.emails_no_group()),
        Err(Closed::Failed(Error::Conflict(why))) => Wrong::of("group", why).text,
        Err(why) => return who.closed(&app, why).await,
    };
    page(&app, &who, &id, &Looked::default(), (&typed, vec![Wrong::at("group", wrong)])).await
}

async fn page(
    app: &App,
    who: &SignedIn,
    id: &str,
    looked: &Looked,
    (typed, errors): (&Typed, Vec<Wrong>),
) -> HttpResponse {
    let found = async {
        let found = find(app, who, id).await?;
        let chosen = match looked.rater.as_str() {
            "" => None,
            rater => Some(sample(app, who, id, rater, looked.which()).await?),
        };
        Ok::<_, Closed>((found, chosen))
    };
    let (Found { round, reviews }, chosen) = match found.await {
        Ok(found) => found,
        Err(why) => return who.closed(app, why).await,
    };
    let lists = match lists(app, who, &reviews).await {
        Ok(lists) => lists,
        Err(why) => return who.closed(app, why).await,
    };
    let frame = Console::of(app, Some(who)).await;
    let own = who.account.email.as_str();
    let sent = match looked.done.as_str() {
        "sent" => Some(Said::of(frame.say.emails_sent().email(own))),
        "worded" => Some(Said::of(frame.say.wording_done())),
        _ => None,
    };
    let number = fresh(candour_domain::JobId::from_random).to_string();
    let page = EmailsPage {
        frame: frame.saying(sent),
        round: &round,
        lists,
        chosen,
        reminder: looked.which() == Which::Reminder,
        own,
        mail_to_files: !readiness::warnings(app).is_empty(),
        typed: &Typed::of(&[("group", typed.get("group")), ("number", &number)]),
        errors,
    };
    framed_email::beside(html(form::status(&page.errors), &page))
}

async fn sample(
    app: &App,
    who: &SignedIn,
    round: &str,
    rater: &str,
    which: Which,
) -> Result<(RaterId, Sample), Closed> {
    let by = who.may::<permission::PreviewEmail>(Role::Administrator)?;
    // Whether the rater is of this round, is seen where the email is made.
    let round: RoundId = round.parse().map_err(|_no_id| Closed::NotThere)?;
    let rater = rater.parse().map_err(|_no_id| Closed::NotThere)?;
    Ok((rater, sample_email::sample(app, &by, (round, rater), which).await?))
}

/// Everybody of each list, by group and name.
async fn lists<'a>(app: &App, who: &SignedIn, reviews: &'a [Review]) -> Result<Vec<List<'a>>, Closed> {
    let mut lists = Vec::new();
    for review in reviews {
        let by = who.may::<permission::ListRaters>(Role::Administrator)?;
        let asked = rater_list::people_asked(app, &by, review.id).await?;
        let people = asked.into_iter().filter(|one| !one.withdrawn).map(|one| one.rater).collect();
        lists.push(List { review, people });
    }
    Ok(lists)
}
