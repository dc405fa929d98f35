//! A sheet to print for the conversation about a report. There is no figure on it, and nothing that anybody said.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use askama::Template;
use candour_service::account::my_review::MyReview;
use candour_service::app::App;

use super::own;
use crate::console::frame::Console;
use crate::frame::html;
use crate::session::SignedIn;

#[derive(Template)]
#[template(path = "reviews/sheet.html")]
struct SheetPage<'a> {
    frame: Console<'a>,
    found: &'a MyReview,
}

/// The page.
pub(crate) async fn show(app: Data<App>, who: SignedIn, id: Path<String>) -> HttpResponse {
    match own(&app, &who, &id).await {
        Ok(found) => {
            let frame = Console::of(&app, Some(&who)).await;
            html(StatusCode::OK, &SheetPage { frame, found: &found })
        }
        Err(why) => who.closed(&app, why).await,
    }
}
