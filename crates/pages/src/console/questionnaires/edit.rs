//! Changing a questionnaire: a copy of it in a form, which becomes the next version or another questionnaire.

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use candour_domain::access::permission;
use candour_domain::framework::FrameworkContent;
use candour_domain::{Framework, FrameworkId, Role};
use candour_service::app::App;
use candour_service::asked::RequestKey;
use candour_service::entropy::fresh;
use candour_service::frameworks;

use super::groups::{self, Group};
use super::save;
use super::sheet::{Carried, Line, Press, Sheet};
use super::{Found, families, find};
use crate::console::form::Wrong;
use crate::console::frame::Console;
use crate::console::{Closed, see_other};
use crate::frame::{Said, html};
use crate::session::SignedIn;

#[derive(Template)]
#[template(path = "questionnaires/edit.html")]
struct EditPage<'a> {
    frame: Console<'a>,
    found: &'a Found,
    sheet: &'a Sheet,
    groups: Vec<Group>,
    /// Whether it is asked what a new title means.
    asks_kin: bool,
    errors: Vec<Wrong>,
}

/// The form, as this version fills it.
pub(crate) async fn show(app: Data<App>, who: SignedIn, id: Path<String>) -> HttpResponse {
    match find(&app, &who, &id).await {
        Ok(found) => {
            let sheet = Sheet::of(&found.framework, carried(&found));
            page(Console::of(&app, Some(&who)).await, &found, &sheet, Vec::new())
        }
        Err(why) => who.closed(&app, why).await,
    }
}

/// Does what the button says: changes the form, or saves it, or says what is wrong.
pub(crate) async fn press(
    app: Data<App>,
    who: SignedIn,
    request: HttpRequest,
    id: Path<String>,
    body: Bytes,
) -> HttpResponse {
    let found = match find(&app, &who, &id).await {
        Ok(found) => found,
        Err(why) => return who.closed(&app, why).await,
    };
    let (mut sheet, pressed) = Sheet::parse(&body);
    if sheet == Sheet::default() {
        // Nothing of a form came, so that what is there is shown.
        sheet = Sheet::of(&found.framework, carried(&found));
    }
    let frame = Console::of(&app, Some(&who)).await;
    if pressed != Press::Save {
        let changed = sheet.press(pressed);
        let done = match pressed {
            _ if !changed => None,
            Press::Remove(_) => Some(Said::of(frame.say.edit_removed())),
            Press::Up(_) => Some(Said::of(frame.say.edit_moved())),
            _ => Some(Said::of(frame.say.edit_added())),
        };
        return page(frame.saying(done), &found, &sheet, Vec::new());
    }
    let content = match checked(&frame, &sheet, &found) {
        Ok(content) => content,
        Err(errors) => return page(frame, &found, &sheet, errors),
    };
    let is_same = content.document().key == found.framework.key();
    // An older version can be made the newest again, so only the newest is compared.
    let newest = families(found.others.clone()).into_iter().filter_map(|family| family.into_iter().next());
    let known = if is_same { found.family.first().cloned().into_iter().collect() } else { newest.collect::<Vec<_>>() };
    if let Some(saved) = known.iter().find(|one| save::reads_alike(one.content(), &content)) {
        // Pressed twice, or nothing was changed.
        let unchanged = is_same && sheet.carried.latest == saved.version.to_string();
        let done = if unchanged { "same" } else { "saved" };
        return see_other(&format!("/questionnaires/{}?done={done}", saved.id));
    }
    let latest = found.latest();
    if is_same && sheet.carried.latest != latest.to_string() {
        let stale = Wrong::at("save", Said::of(frame.say.edit_wrong_stale().version(latest)));
        sheet.carried = Carried { kin: sheet.carried.kin, ..carried(&found) };
        return page(frame, &found, &sheet, vec![stale]);
    }
    let key = RequestKey::of_form(who.account.id, request.path(), &sheet.carried.number, &body);
    let saved = async {
        let at = |made: &Framework| format!("/questionnaires/{}?done=saved", made.id);
        let asked = who.ask_once::<permission::CreateFramework, Framework>(Role::Administrator, key, at)?;
        Ok::<_, Closed>(frameworks::create_framework(&app, asked, content).await?)
    };
    match saved.await {
        Ok(saved) => see_other(saved.answer.location.as_deref().unwrap_or("/questionnaires")),
        Err(why) => who.closed(&app, why).await,
    }
}

/// What a new form carries.
fn carried(found: &Found) -> Carried {
    Carried {
        number: fresh(FrameworkId::from_random).to_string(),
        latest: found.latest().to_string(),
        kin: String::new(),
    }
}

/// The questionnaire that is to be saved, or everything that is wrong.
fn checked(frame: &Console<'_>, sheet: &Sheet, found: &Found) -> Result<FrameworkContent, Vec<Wrong>> {
    let renamed = is_renamed(sheet, found);
    let content = save::content(frame.say, sheet, found, renamed && sheet.carried.kin == "other");
    let unsaid = renamed && !["same", "other"].contains(&sheet.carried.kin.as_str());
    let kin = unsaid.then(|| Wrong::at("kin", Said::of(frame.say.edit_wrong_kin())));
    match (content, kin) {
        (Ok(content), None) => Ok(content),
        (content, kin) => Err(kin.into_iter().chain(content.err().unwrap_or_default()).collect()),
    }
}

/// Whether the title is another one than that of the version it was made from.
fn is_renamed(sheet: &Sheet, found: &Found) -> bool {
    let words = |title: &str| title.to_lowercase().split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    !sheet.title.trim().is_empty() && words(&sheet.title) != words(found.framework.title())
}

fn page(frame: Console<'_>, found: &Found, sheet: &Sheet, errors: Vec<Wrong>) -> HttpResponse {
    let status = if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let (groups, asks_kin) = (groups::of(&found.framework), is_renamed(sheet, found));
    html(status, &EditPage { frame, found, sheet, groups, asks_kin, errors })
}

impl EditPage<'_> {
    /// The number of the version that is saved.
    fn next(&self) -> u32 {
        self.found.latest() + 1
    }

    fn problem(&self, field: &str) -> Option<&Said> {
        self.errors.iter().find(|wrong| wrong.field == field).map(|wrong| &wrong.text)
    }

    /// Tells who listens to the page what is wrong with a field. The field is a name of the page's own.
    fn described(&self, field: &str) -> String {
        self.problem(field)
            .map(|_| format!("aria-invalid=\"true\" aria-describedby=\"{field}-problem\""))
            .unwrap_or_default()
    }

    /// Whether a statement is to be seen at once: it is new, was moved, or something is wrong with it.
    fn is_open(&self, line: &Line, place: &str) -> bool {
        let own = format!("{place}.");
        line.touched || line.others.trim().is_empty() || self.errors.iter().any(|wrong| wrong.field.starts_with(&own))
    }

    fn has_room_for_a_part(&self) -> bool {
        self.sheet.has_room(Press::AddPart)
    }

    fn has_room_for_a_prompt(&self) -> bool {
        self.sheet.has_room(Press::AddPrompt)
    }

    /// Where a button leads that changes the form: to what it has changed.
    fn action(&self, place: &str) -> String {
        format!("/questionnaires/{}/edit#{place}", self.found.framework.id)
    }
}
