//! Where a list is pasted or a file chosen. What arrives goes to the service and never back to the browser as a whole.

use actix_multipart::Multipart;
use actix_web::http::{StatusCode, header};
use actix_web::web::{Data, Path, Payload};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use candour_domain::Role;
use candour_domain::access::permission;
use candour_service::app::App;
use candour_service::error::Error;
use candour_service::rater::uploads::{self, NotKept, Source};
use futures_util::TryStreamExt;

use super::{Found, find, path};
use crate::console::form::{self, Wrong};
use crate::console::frame::Console;
use crate::console::{Closed, see_other};
use crate::frame::{Said, html};
use crate::session::SignedIn;

/// The largest form with a list in it, in bytes: a file of 5 MB and what is around it.
const LARGEST_LIST: usize = 6 * 1024 * 1024;

#[derive(Template)]
#[template(path = "raters/upload.html")]
struct UploadPage<'a> {
    frame: Console<'a>,
    found: &'a Found,
    pasted: &'a str,
    errors: Vec<Wrong>,
}

#[derive(Template)]
#[template(path = "raters/too_large.html")]
struct TooLargePage<'a> {
    frame: Console<'a>,
    back: &'a str,
}

/// What a form has brought.
#[derive(Default)]
struct Sent {
    pasted: String,
    file: Vec<u8>,
}

/// The form.
pub(crate) async fn show(app: Data<App>, who: SignedIn, id: Path<String>) -> HttpResponse {
    match find(&app, &who, &id).await {
        Ok(found) if !found.takes_people() => see_other(&path(&found)),
        Ok(found) => page(&app, &who, &found, "", Vec::new()).await,
        Err(why) => who.closed(&app, why).await,
    }
}

/// Reads a list and leads on to its check, or says what is wrong with it.
pub(crate) async fn read(
    app: Data<App>,
    who: SignedIn,
    request: HttpRequest,
    id: Path<String>,
    payload: Payload,
) -> HttpResponse {
    let found = match find(&app, &who, &id).await {
        Ok(found) => found,
        Err(why) => return who.closed(&app, why).await,
    };
    let say = Console::nobodys().say;
    let wrong = |field, text: Said| vec![Wrong::at(field, text)];
    let sent = sent(&request, payload).await.unwrap_or_default();
    let is_pasted = !sent.pasted.trim().is_empty();
    let (field, source) = match (is_pasted, sent.file.is_empty()) {
        (false, true) => {
            return page(&app, &who, &found, "", wrong("pasted", Said::of(say.list_missing()))).await;
        }
        (true, false) => {
            return page(&app, &who, &found, &sent.pasted, wrong("pasted", Said::of(say.list_both()))).await;
        }
        (true, true) => ("pasted", Source::Pasted(sent.pasted.clone())),
        (false, false) => ("file", Source::File(sent.file)),
    };
    let kept = async {
        let by = who.may::<permission::AddRaters>(Role::Administrator)?;
        Ok::<_, Closed>(uploads::keep(&app, &by, found.review.id, source).await)
    };
    match kept.await {
        Ok(Ok(upload)) => see_other(&format!("{}/list/{upload}", path(&found))),
        Ok(Err(NotKept::Unreadable(why))) => page(&app, &who, &found, &sent.pasted, vec![Wrong::of(field, why)]).await,
        // The round has moved on meanwhile: the list says how far it is.
        Ok(Err(NotKept::Failed(Error::Round(_)))) => see_other(&path(&found)),
        Ok(Err(NotKept::Failed(why))) => who.closed(&app, why.into()).await,
        Err(why) => who.closed(&app, why).await,
    }
}

/// Whether a list is sent to this path, which has no extra slashes.
pub(crate) fn is_taken_at(path: &str) -> bool {
    path.strip_prefix("/reviews/").and_then(|rest| rest.split_once('/')).is_some_and(|(_, rest)| rest == "raters/list")
}

/// What somebody sees whose file was larger than any list, before anything is known of them.
pub(crate) fn too_large(path: &str) -> HttpResponse {
    html(StatusCode::PAYLOAD_TOO_LARGE, &TooLargePage { frame: Console::nobodys(), back: path })
}

/// Reads the form; `None` for one that breaks off. The whole body has arrived by now and is no larger than it may be.
async fn sent(request: &HttpRequest, payload: Payload) -> Option<Sent> {
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if !kind.to_ascii_lowercase().starts_with("multipart/form-data") {
        return None;
    }
    let (mut form, mut sent) = (Multipart::new(request.headers(), payload), Sent::default());
    while let Some(mut field) = form.try_next().await.ok()? {
        let name = field.name().unwrap_or_default().to_owned();
        let bytes = field.bytes(LARGEST_LIST).await.ok()?.ok()?;
        match name.as_str() {
            "pasted" => sent.pasted = String::from_utf8_lossy(&bytes).into_owned(),
            "file" => sent.file = bytes.to_vec(),
            _ => {}
        }
    }
    Some(sent)
}

async fn page(app: &App, who: &SignedIn, found: &Found, pasted: &str, errors: Vec<Wrong>) -> HttpResponse {
    let frame = Console::of(app, Some(who)).await;
    html(form::status(&errors), &UploadPage { frame, found, pasted, errors })
}
