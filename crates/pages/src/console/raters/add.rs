//! Adds one person to a list.

use actix_web::web::{Bytes, Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use candour_domain::access::permission;
use candour_domain::roster::{ImportMode, RawRow, Roster};
use candour_domain::{RaterId, Role};
use candour_service::app::App;
use candour_service::asked::RequestKey;
use candour_service::entropy::fresh;
use candour_service::error::Error;
use candour_service::rater::import_raters::{self, Imported};
use candour_service::rater::uploads;

use super::{Found, find, path, words};
use crate::console::form::{self, Typed, Wrong};
use crate::console::frame::Console;
use crate::console::{Closed, see_other};
use crate::frame::{Said, html};
use crate::session::SignedIn;

#[derive(Template)]
#[template(path = "raters/add.html")]
struct AddPage<'a> {
    frame: Console<'a>,
    found: &'a Found,
    typed: &'a Typed,
    errors: Vec<Wrong>,
}

/// The form.
pub(crate) async fn show(app: Data<App>, who: SignedIn, id: Path<String>) -> HttpResponse {
    match find(&app, &who, &id).await {
        Ok(found) if !found.takes_people() => see_other(&path(&found)),
        Ok(found) => {
            let number = fresh(RaterId::from_random).to_string();
            page(&app, &who, &found, &Typed::of(&[("number", &number)]), Vec::new()).await
        }
        Err(why) => who.closed(&app, why).await,
    }
}

/// Adds them, or says what is wrong.
pub(crate) async fn add(
    app: Data<App>,
    who: SignedIn,
    request: HttpRequest,
    id: Path<String>,
    body: Bytes,
) -> HttpResponse {
    let typed = Typed::parse(&body);
    let added = async {
        let found = find(&app, &who, &id).await?;
        let key = RequestKey::of_whole_form(who.account.id, request.path(), &body);
        let errors = check(&app, &who, &found, &typed, &key).await?;
        Ok::<_, Closed>((found, errors))
    };
    match added.await {
        Ok((found, errors)) if errors.is_empty() => see_other(&format!("{}?done=added", path(&found))),
        Ok((found, errors)) => page(&app, &who, &found, &typed, errors).await,
        // The round has moved on meanwhile: the list says how far it is.
        Err(Closed::Failed(Error::Round(_))) => see_other(&format!("/reviews/{id}/raters")),
        Err(why) => who.closed(&app, why).await,
    }
}

/// Adds them, unless something is wrong; gives what is.
async fn check(
    app: &App,
    who: &SignedIn,
    found: &Found,
    typed: &Typed,
    key: &RequestKey,
) -> Result<Vec<Wrong>, Closed> {
    let (say, review) = (Console::nobodys().say, found.review.id);
    // A button that is pressed twice finds the person on the list.
    if key.look(app, who.organisation.id).await.is_ok_and(|answer| answer.is_some()) {
        return Ok(Vec::new());
    }
    let field = |name: &str| typed.get(name).to_owned();
    let raw = RawRow { name: field("name"), email: field("email"), group: field("group") };
    let roster = match Roster::from_json(vec![raw]) {
        Ok(roster) => roster,
        Err(why) => return Ok(vec![Wrong::of("name", why)]),
    };
    let errors = problems(app, who, found, roster.clone()).await?;
    if !errors.is_empty() {
        return Ok(errors);
    }
    let at = move |_: &Imported| format!("/reviews/{review}/raters?done=added");
    let asked = who.ask_once::<permission::AddRaters, Imported>(Role::Administrator, key.clone(), at)?;
    match import_raters::import_raters(app, asked, review, roster, ImportMode::All).await {
        Ok(_) => Ok(Vec::new()),
        // Somebody else has added them in this moment.
        Err(Error::Invalid(_)) => Ok(vec![Wrong::at("email", Said::of(say.row_already()))]),
        Err(why) => Err(why.into()),
    }
}

async fn problems(app: &App, who: &SignedIn, found: &Found, roster: Roster) -> Result<Vec<Wrong>, Closed> {
    let (say, groups) = (Console::nobodys().say, &found.round.record().groups);
    let by = who.may::<permission::AddRaters>(Role::Administrator)?;
    let examined = uploads::examine(app, &by, found.review.id, roster).await?;
    let of_row = examined.rows.iter().flat_map(|row| &row.problems);
    Ok(of_row.map(|wrong| Wrong::at(wrong.field, words::problem(say, groups, &wrong.problem))).collect())
}

async fn page(app: &App, who: &SignedIn, found: &Found, typed: &Typed, errors: Vec<Wrong>) -> HttpResponse {
    let frame = Console::of(app, Some(who)).await;
    html(form::status(&errors), &AddPage { frame, found, typed, errors })
}
