//! The page at the address of the service itself, which people reach who cut a link short or wonder whose it is. It
//! names no trust.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;

use super::frame::{Frame, html};

#[derive(Template)]
#[template(path = "front.html")]
struct FrontPage<'a> {
    frame: Frame<'a>,
}

/// What this is, and the way on.
pub(super) fn show() -> HttpResponse {
    html(StatusCode::OK, &FrontPage { frame: Frame::nobodys() })
}
