//! The page at the address of the service itself, which people reach who cut a link short or wonder whose it is. It
//! names no trust.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;
use candour_service::account::set_up;
use candour_service::app::App;

use super::frame::{Frame, html};

#[derive(Template)]
#[template(path = "front.html")]
struct FrontPage<'a> {
    frame: Frame<'a>,
    set_up_needed: bool,
}

/// What this is, and the way on.
pub(super) async fn show(app: &App) -> HttpResponse {
    // Without it the page is still worth having.
    let set_up_needed = set_up::is_needed(app).await.unwrap_or_default();
    html(StatusCode::OK, &FrontPage { frame: Frame::nobodys(), set_up_needed })
}
