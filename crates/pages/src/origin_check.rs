//! The check of where a form comes from: one for every page that takes one.
//!
//! A browser says of each request from which site it was sent, and no page can change that. So a page of another site
//! presses no button of ours, and forms need to carry nothing for it.

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::HeaderValue;
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::{Error, HttpResponse, web};
use askama::Template;
use candour_service::app::App;
use candour_service::origin::{self, Sender};

use super::console::frame::Console;
use super::frame::html;
use super::{is_page_of_raters, survey};

#[derive(Template)]
#[template(path = "console/not_ours.html")]
struct NotOursPage<'a> {
    frame: Console<'a>,
    foreign: bool,
}

/// Lets a request that may change something through only if it was sent from one of our own pages, or by the person
/// themselves. Every scope of pages is wrapped in it.
///
/// # Guarantee
/// No handler of a page sees a form from another site, or from nobody knows where.
///
/// # Errors
/// Whatever the handler returns.
pub(super) async fn require_own_page(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    // No page takes another method that changes something, and a path says which ones it has.
    let is_form = *request.method() == Method::POST;
    let sender = if is_form { sender(&request) } else { Sender::Ours };
    if sender == Sender::Ours {
        return Ok(next.call(request).await?.map_into_boxed_body());
    }
    let page = if is_page_of_raters(request.path()) {
        let body = request.extract::<web::Payload>().await?.to_bytes_limited(survey::LARGEST_FORM).await;
        survey::not_ours(request.path(), sender, &body.ok().and_then(Result::ok).unwrap_or_default())
    } else {
        not_ours(sender)
    };
    Ok(request.into_response(page))
}

fn sender(request: &ServiceRequest) -> Sender {
    let own = request.app_data::<web::Data<App>>().map(|app| &*app.base_url).unwrap_or_default();
    origin::sender(|name| request.headers().get(name).map(HeaderValue::as_bytes), own)
}

fn not_ours(sender: Sender) -> HttpResponse {
    let page = NotOursPage { frame: Console::nobodys(), foreign: sender == Sender::Foreign };
    html(StatusCode::FORBIDDEN, &page)
}
