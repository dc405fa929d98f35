//! The check of a list that has been uploaded: first which column is which, then what words for groups mean, then every
//! row, with fields for those that are not right. Nobody is added before the button for it is pressed.

mod columns;
mod rows;
mod said;

use actix_web::http::{StatusCode, header};
use actix_web::web::{Bytes, Data, Path, Payload, Query};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use candour_domain::access::permission;
use candour_domain::roster::{Examined, KnownBy, Mapping, Roster};
use candour_domain::{Authorised, Role, UploadId};
use candour_service::app::App;
use candour_service::asked::RequestKey;
use candour_service::error::Error;
use candour_service::rater::uploads::{self, UploadedList};
use serde::Deserialize;

use super::{Found, find, path};
use crate::console::form::Typed;
use crate::console::frame::Console;
use crate::console::{Closed, see_other};
use crate::frame::{Said, html};
use crate::session::SignedIn;

/// The largest form of a check, in bytes.
const LARGEST_CHECK: usize = 1024 * 1024;

/// What the address of a check says.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Looking {
    step: String,
    page: usize,
}

/// A list that is being checked.
struct Checked {
    found: Found,
    list: UploadedList,
}

#[derive(Template)]
#[template(path = "raters/gone.html")]
struct GonePage<'a> {
    frame: Console<'a>,
    found: &'a Found,
}

impl Checked {
    /// Where it is.
    fn path(&self) -> String {
        format!("{}/list/{}", path(&self.found), self.list.id)
    }
}

/// The step that is next.
pub(crate) async fn show(
    app: Data<App>,
    who: SignedIn,
    ids: Path<(String, String)>,
    query: Query<Looking>,
) -> HttpResponse {
    let checked = match open(&app, &who, &ids).await {
        Ok(checked) => checked,
        Err(no_list) => return no_list,
    };
    step(&app, &who, &checked, &query, None).await
}

/// Takes one step's form.
pub(crate) async fn act(
    app: Data<App>,
    who: SignedIn,
    request: HttpRequest,
    ids: Path<(String, String)>,
    payload: Payload,
) -> HttpResponse {
    let body = payload.to_bytes_limited(LARGEST_CHECK).await;
    let typed = Typed::parse(&body.ok().and_then(Result::ok).unwrap_or_else(Bytes::new));
    if typed.get("act") == "import" {
        return import(&app, &who, &request, &ids, &typed).await;
    }
    let checked = match open(&app, &who, &ids).await {
        Ok(checked) => checked,
        Err(no_list) => return no_list,
    };
    match typed.get("act") {
        "columns" => columns::choose(&app, &who, &checked, &typed).await,
        "words" => {
            let to = checked.path();
            let groups = checked.found.round.record().groups.clone();
            let said = said::chosen(&groups, &typed);
            let changed = change(&app, &who, &checked, move |list| list.say(&said, &groups)).await;
            changed.map_or_else(|failed| failed, |()| see_other(&to))
        }
        "rows" => {
            let to = checked.path();
            let rows = rows::corrected(&typed);
            let changed = change(&app, &who, &checked, move |list| list.correct(&rows)).await;
            changed.map_or_else(|failed| failed, |()| see_other(&to))
        }
        "back" => {
            let changed = change(&app, &who, &checked, UploadedList::put_back).await;
            changed.map_or_else(|failed| failed, |()| see_other(&checked.path()))
        }
        _ => see_other(&checked.path()),
    }
}

/// The rows that are not right, as a file.
pub(crate) async fn problems(app: Data<App>, who: SignedIn, ids: Path<(String, String)>) -> HttpResponse {
    let checked = match open(&app, &who, &ids).await {
        Ok(checked) => checked,
        Err(no_list) => return no_list,
    };
    let Some((_, roster)) = settled(&checked.list) else { return see_other(&checked.path()) };
    match examine(&app, &who, &checked, roster).await {
        Ok(Some(examined)) => HttpResponse::Ok()
            .insert_header((header::CONTENT_TYPE, "text/csv; charset=utf-8"))
            .insert_header((header::CONTENT_DISPOSITION, "attachment; filename=\"rows-to-put-right.csv\""))
            .body(examined.problem_file()),
        Ok(None) => see_other(&checked.path()),
        Err(failed) => failed,
    }
}

async fn step(app: &App, who: &SignedIn, checked: &Checked, looking: &Looking, notice: Option<Said>) -> HttpResponse {
    let list = &checked.list;
    let read = list.mapping().map(|mapping| list.roster(&mapping).map(|roster| (mapping, roster)));
    let (mapping, roster) = match read {
        Ok(Ok(read)) if looking.step != "columns" => read,
        Ok(read) => return columns::page(app, who, checked, (Vec::new(), read.is_err())).await,
        Err(problems) => return columns::page(app, who, checked, (problems, false)).await,
    };
    let words = list.words.of_table(&list.table, &mapping, &checked.found.round.record().groups);
    let unsure = words.iter().any(|word| matches!(word.known, KnownBy::Common | KnownBy::Nothing));
    if looking.step == "words" || (unsure && !list.words_seen) {
        return said::page(app, who, checked, &words).await;
    }
    match examine(app, who, checked, roster).await {
        Ok(Some(examined)) => rows::page(app, who, checked, (&mapping, &examined), (looking.page, notice)).await,
        Ok(None) => see_other(&path(&checked.found)),
        Err(failed) => failed,
    }
}

/// Adds the good rows, if they are those that the page has shown.
async fn import(
    app: &App,
    who: &SignedIn,
    request: &HttpRequest,
    ids: &Path<(String, String)>,
    typed: &Typed,
) -> HttpResponse {
    // Two presses: the first has erased the list.
    let key = RequestKey::of_form(who.account.id, request.path(), "import", typed.get("seen").as_bytes());
    if let Ok(Some(answer)) = key.look(app, who.organisation.id).await
        && who.act(Role::Administrator).is_ok()
    {
        return see_other(answer.location.as_deref().unwrap_or("/rounds"));
    }
    let checked = match open(app, who, ids).await {
        Ok(checked) => checked,
        Err(no_list) => return no_list,
    };
    let Some((mapping, roster)) = settled(&checked.list) else { return see_other(&checked.path()) };
    let examined = match examine(app, who, &checked, roster).await {
        Ok(Some(examined)) => examined,
        Ok(None) => return see_other(&path(&checked.found)),
        Err(failed) => return failed,
    };
    let moved = || Some(Said::of(Console::nobodys().say.list_moved()));
    let Some(good) = examined.good().filter(|_| rows::seen(&examined) == typed.get("seen")) else {
        return step(app, who, &checked, &Looking::default(), moved()).await;
    };
    match rows::import(app, who, (&checked, &mapping), good, key).await {
        Ok(to) => see_other(&to),
        Err(Closed::Failed(Error::Invalid(_))) => step(app, who, &checked, &Looking::default(), moved()).await,
        Err(Closed::Failed(Error::Round(_))) => see_other(&path(&checked.found)),
        Err(why) => who.closed(app, why).await,
    }
}

/// The list with this id, if it is theirs; else the page that says so.
async fn open(app: &App, who: &SignedIn, ids: &Path<(String, String)>) -> Result<Checked, HttpResponse> {
    let (review, upload) = &**ids;
    let found = match find(app, who, review).await {
        Ok(found) => found,
        Err(why) => return Err(who.closed(app, why).await),
    };
    let list = async {
        let upload: UploadId = upload.parse().map_err(|_no_id| Closed::NotThere)?;
        Ok::<_, Closed>(uploads::find(app, &adding(who)?, found.review.id, upload).await?)
    };
    match list.await {
        Ok(list) => Ok(Checked { found, list }),
        Err(Closed::NotThere) => Err(gone(app, who, &found).await),
        Err(why) => Err(who.closed(app, why).await),
    }
}

async fn gone(app: &App, who: &SignedIn, found: &Found) -> HttpResponse {
    html(StatusCode::NOT_FOUND, &GonePage { frame: Console::of(app, Some(who)).await, found })
}

fn adding(who: &SignedIn) -> Result<Authorised<permission::AddRaters>, Closed> {
    who.may::<permission::AddRaters>(Role::Administrator)
}

/// Its columns and rows, where both can be read.
fn settled(list: &UploadedList) -> Option<(Mapping, Roster)> {
    let mapping = list.mapping().ok()?;
    let roster = list.roster(&mapping).ok()?;
    Some((mapping, roster))
}

/// Its rows against the review as it stands; `None` where nobody can be added any more.
async fn examine(
    app: &App,
    who: &SignedIn,
    checked: &Checked,
    roster: Roster,
) -> Result<Option<Examined>, HttpResponse> {
    let examined = async {
        match uploads::examine(app, &adding(who)?, checked.found.review.id, roster).await {
            Ok(examined) => Ok(Some(examined)),
            Err(Error::Round(_)) => Ok(None),
            Err(why) => Err(why.into()),
        }
    };
    match examined.await {
        Ok(examined) => Ok(examined),
        Err(why) => Err(who.closed(app, why).await),
    }
}

/// Changes how the list is read.
async fn change(
    app: &App,
    who: &SignedIn,
    checked: &Checked,
    change: impl Fn(&mut UploadedList) + Send + Sync + 'static,
) -> Result<(), HttpResponse> {
    let changed = async {
        Ok(uploads::change(app, &adding(who)?, checked.found.review.id, checked.list.id, change).await.map(drop)?)
    };
    match changed.await {
        Ok(()) => Ok(()),
        Err(Closed::NotThere) => Err(gone(app, who, &checked.found).await),
        Err(why) => Err(who.closed(app, why).await),
    }
}
