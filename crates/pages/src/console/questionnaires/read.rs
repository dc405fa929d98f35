//! A questionnaire as those who are asked read it.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path, Query};
use askama::Template;
use candour_domain::{Framework, Item, Prompt};
use candour_service::app::App;
use serde::Deserialize;

use super::{Found, find, groups};
use crate::console::frame::Console;
use crate::frame::{Said, html};
use crate::session::SignedIn;

/// What the address of the page says besides.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct View {
    /// `self` for the wording of the person whom it is about.
    r#as: String,
    done: String,
}

#[derive(Template)]
#[template(path = "questionnaires/read.html")]
struct ReadPage<'a> {
    frame: Console<'a>,
    framework: &'a Framework,
    newer: Option<&'a Framework>,
    own: bool,
}

/// One version, in one of its wordings.
pub(crate) async fn show(app: Data<App>, who: SignedIn, id: Path<String>, view: Query<View>) -> HttpResponse {
    match find(&app, &who, &id).await {
        Ok(found) => {
            let frame = Console::of(&app, Some(&who)).await;
            page(frame, &found, &view)
        }
        Err(why) => who.closed(&app, why).await,
    }
}

fn page(frame: Console<'_>, found: &Found, view: &View) -> HttpResponse {
    let done = match view.done.as_str() {
        "saved" => Some(Said::of(frame.say.questionnaire_saved().version(found.framework.version))),
        "same" => Some(Said::of(frame.say.questionnaire_same())),
        _ => None,
    };
    let page = ReadPage {
        frame: frame.saying(done),
        framework: &found.framework,
        newer: found.newer(),
        own: view.r#as == "self",
    };
    html(StatusCode::OK, &page)
}

impl ReadPage<'_> {
    fn item<'b>(&self, item: &'b Item) -> &'b str {
        if self.own { &item.own } else { &item.others }
    }

    fn prompt<'b>(&self, prompt: &'b Prompt) -> &'b str {
        if self.own { &prompt.own } else { &prompt.others }
    }

    fn asked(&self, item: &Item) -> Option<String> {
        groups::asked(self.framework, item)
    }
}
