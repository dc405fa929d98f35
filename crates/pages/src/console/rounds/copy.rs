//! A round used again: a draft with what the old one had, and a word on what could not be taken along.

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use candour_domain::access::permission;
use candour_domain::copy::{CopyChoice, LeftOut, next_title};
use candour_domain::{Framework, Review, ReviewId, Role, Round, RoundId};
use candour_service::app::App;
use candour_service::asked::{Answer, Asked, RequestKey};
use candour_service::condition::Condition;
use candour_service::entropy::fresh;
use candour_service::error::Error;
use candour_service::round::copy_round::{self, Copied};
use candour_words::uk_time::day;
use serde::{Deserialize, Serialize};

use super::{Found, dates, find, questionnaires, words};
use crate::console::form::{self, Typed, Wrong};
use crate::console::frame::Console;
use crate::console::{Closed, see_other};
use crate::frame::{Said, html};
use crate::session::SignedIn;

#[derive(Template)]
#[template(path = "rounds/copy.html")]
struct CopyPage<'a> {
    frame: Console<'a>,
    found: &'a Found,
    /// The questionnaire of the round, and the newest version where that is another one.
    framework: Option<&'a Framework>,
    newest: Option<&'a Framework>,
    typed: &'a Typed,
    errors: Vec<Wrong>,
}

#[derive(Template)]
#[template(path = "rounds/copied.html")]
struct CopiedPage<'a> {
    frame: Console<'a>,
    reviews: &'a [Review],
    made: &'a Made,
}

/// What came of it, as it is kept for a button that is pressed twice.
#[derive(Serialize, Deserialize)]
struct Made {
    round: RoundId,
    left_out: Vec<(ReviewId, Left)>,
}

/// Something that the draft does not have.
#[derive(Clone, Copy, Serialize, Deserialize)]
enum Left {
    Erased,
    Withdrawn(usize),
    Waiting(usize),
    Unusable(usize),
    Review,
    Advisers(usize),
}

impl From<&LeftOut> for Left {
    fn from(left_out: &LeftOut) -> Self {
        match *left_out {
            LeftOut::Erased => Self::Erased,
            LeftOut::Withdrawn(people) => Self::Withdrawn(people),
            LeftOut::Waiting(people) => Self::Waiting(people),
            LeftOut::Unusable(people) => Self::Unusable(people),
            LeftOut::Review(_) | LeftOut::Person(_) => Self::Review,
            LeftOut::Advisers(people) => Self::Advisers(people),
        }
    }
}

impl From<&Copied> for Made {
    fn from(copied: &Copied) -> Self {
        let of = |one: &copy_round::CopiedReview| {
            let review = one.of;
            one.left_out.iter().map(move |left_out| (review, Left::from(left_out))).collect::<Vec<_>>()
        };
        Self { round: copied.round.id(), left_out: copied.reviews.iter().flat_map(of).collect() }
    }
}

impl CopyPage<'_> {
    fn are_erased(&self) -> bool {
        self.found.round.record().retention.people_erased_at.is_some()
    }
}

impl CopiedPage<'_> {
    fn name(&self, id: ReviewId) -> &str {
        self.reviews.iter().find(|review| review.id == id).map_or("", |review| review.subject.person.name.as_str())
    }

    fn why(&self, left_out: Left) -> Said {
        let say = self.frame.say;
        match left_out {
            Left::Erased => Said::of(say.copy_erased()),
            Left::Withdrawn(people) => Said::of(say.copy_withdrawn().number(people)),
            Left::Waiting(people) => Said::of(say.copy_waiting().number(people)),
            Left::Unusable(people) => Said::of(say.copy_unusable().number(people)),
            Left::Review => Said::of(say.copy_no_review()),
            Left::Advisers(people) => Said::of(say.copy_no_advisers().number(people)),
        }
    }
}

/// Says what comes along and what cannot.
pub(crate) async fn show(app: Data<App>, who: SignedIn, id: Path<String>) -> HttpResponse {
    let found = async {
        who.may::<permission::CopyRound>(Role::Administrator)?;
        find(&app, &who, &id).await
    };
    match found.await {
        Ok(found) => {
            let typed = proposed(&app, &found.round);
            page(&app, &who, &found, &typed, Vec::new()).await
        }
        Err(why) => who.closed(&app, why).await,
    }
}

/// Makes the draft and leads to it, or says first what it does not have.
pub(crate) async fn make(
    app: Data<App>,
    who: SignedIn,
    id: Path<String>,
    request: HttpRequest,
    body: Bytes,
) -> HttpResponse {
    let (typed, say) = (Typed::parse(&body), Console::nobodys().say);
    let found = match find(&app, &who, &id).await {
        Ok(found) => found,
        Err(why) => return who.closed(&app, why).await,
    };
    let (closes_at, errors) = dates::named(&typed);
    let Some(closes_at) = closes_at.filter(|_| errors.is_empty()) else {
        return page(&app, &who, &found, &typed, errors).await;
    };
    let choice = CopyChoice {
        title: Some(typed.get("title").to_owned()),
        closes_at: Some(closes_at),
        keep_framework: typed.has("keep", "yes"),
    };
    let made = async {
        let key = RequestKey::of_whole_form(who.account.id, request.path(), &body);
        let by = who.may::<permission::CopyRound>(Role::Administrator)?;
        let answer = |copied: &Copied| Answer::json(201, &Made::from(copied));
        let asked = Asked::new(by, Some(key), Condition::default(), answer);
        let answered = copy_round::copy_round(&app, asked, found.round.id(), choice).await?;
        let body = answered.answer.body.unwrap_or_default();
        Ok(serde_json::from_str::<Made>(&body).map_err(Error::from)?)
    };
    match made.await {
        Ok(made) if made.left_out.is_empty() => see_other(&format!("/rounds/{}?done=copied", made.round)),
        Ok(made) => {
            let frame = Console::of(&app, Some(&who)).await;
            html(StatusCode::OK, &CopiedPage { frame, reviews: &found.reviews, made: &made })
        }
        Err(Closed::Failed(Error::Round(why))) => {
            let field = if dates::is_about_time(why) { "closes" } else { "title" };
            page(&app, &who, &found, &typed, vec![words::refused(say, field, why)]).await
        }
        Err(why) => who.closed(&app, why).await,
    }
}

/// What a copy has where nobody chooses otherwise.
fn proposed(app: &App, round: &Round) -> Typed {
    let record = round.record();
    let ids = (fresh(RoundId::from_random), record.organisation_id);
    let copy = round.copied(ids, &CopyChoice::default(), record.framework_id, app.clock.now());
    let closes_at = copy.as_ref().map_or(record.closes_at, |copy| copy.record().closes_at);
    let number = fresh(RoundId::from_random).to_string();
    let closes = day(closes_at).to_string();
    Typed::of(&[("title", &next_title(&record.title)), ("closes", &closes), ("number", &number)])
}

async fn page(app: &App, who: &SignedIn, found: &Found, typed: &Typed, errors: Vec<Wrong>) -> HttpResponse {
    let every = match questionnaires(app, who, Some(found.round.record().framework_id)).await {
        Ok(every) => every,
        Err(why) => return who.closed(app, why).await,
    };
    let framework = every.iter().find(|one| one.id == found.round.record().framework_id);
    let newest = framework.and_then(|framework| {
        let versions = every.iter().filter(|one| one.key() == framework.key());
        versions.max_by_key(|one| one.version).filter(|newest| newest.id != framework.id)
    });
    let frame = Console::of(app, Some(who)).await;
    html(form::status(&errors), &CopyPage { frame, found, framework, newest, typed, errors })
}
