//! The pages people see: HTML rendered on the server, one style sheet, one small script, nothing from anywhere else.
//!
//! A rater's page never sets a cookie; the console has one, for the session. No page logs, or holds a style or a script
//! in line. Everything works without the script. A page knows no SQL and decides nothing: it asks a service and shows
//! the answer.

mod assets;
mod capacity;
mod console;
pub mod demo;
mod failure;
mod frame;
mod framed_email;
mod front;
mod headers;
mod network;
mod origin_check;
mod return_path;
pub mod routes;
mod session;
mod set_up;
mod sign_in;
mod survey;
mod texts;

use actix_web::guard::{self, Guard};
use actix_web::http::{StatusCode, header};
use actix_web::middleware::from_fn;
use actix_web::{HttpRequest, HttpResponse, Route, web};
use candour_service::app::App;

/// Registers the pages and their assets. They are not part of the published API.
///
/// ```
/// let _app = actix_web::App::new().configure(candour_pages::configure);
/// ```
pub fn configure(cfg: &mut web::ServiceConfig) {
    cfg.service(web::resource("/assets/{file}").route(read().to(assets::serve)));
    cfg.service(
        web::scope("/s")
            .app_data(web::PayloadConfig::new(survey::LARGEST_FORM))
            .wrap(from_fn(origin_check::require_own_page))
            .wrap(headers::private())
            .configure(survey::configure)
            .default_service(web::to(survey::unknown)),
    );
}

/// Registers the console: the pages of people who sign in, and whatever else is no part of the API and no rater's page.
/// To be called last, since it takes every path that is left.
///
/// # Guarantee
/// Without a `demo` there is no page on which one is somebody by a click.
pub fn console(cfg: &mut web::ServiceConfig, app: &web::Data<App>, demo: Option<&web::Data<demo::Stage>>) {
    cfg.service(
        web::scope("")
            .guard(guard::fn_guard(|context| console::is_route(context.head().uri.path())))
            .app_data(web::PayloadConfig::new(console::LARGEST_FORM))
            .wrap(session::layer(app))
            .wrap(from_fn(origin_check::require_own_page))
            .wrap(headers::private())
            .configure(routes::configure)
            .configure(|cfg| {
                if let Some(stage) = demo {
                    routes::configure_demo(cfg.app_data(stage.clone()));
                }
            })
            .default_service(web::to(console::not_found)),
    );
}

/// Whether a path belongs to a rater's link.
fn is_page_of_raters(path: &str) -> bool {
    path == "/s" || path.starts_with("/s/")
}

/// Whether a large body is worth reading for this page: whether it comes from somebody who has signed in, where it has
/// to. `None` for what is no page that takes one.
pub async fn takes_large_body_of(request: &HttpRequest, app: &App) -> Option<bool> {
    if !console::takes_large_form(request.path()) {
        return None;
    }
    Some(session::is_of_somebody(request, app).await)
}

/// What was sent to a page has not been read: it is too large, too slow, or one too many, and may be sent again after so
/// many seconds. `None` where this path is no page.
#[must_use]
pub fn not_taken(path: &str, status: StatusCode, retry_after: Option<u32>) -> Option<HttpResponse> {
    let is_too_large = status == StatusCode::PAYLOAD_TOO_LARGE;
    let mut page = match is_page_of_raters(path) {
        true if is_too_large => survey::too_large(),
        true => survey::not_read(status),
        false if !console::is_route(path) => return None,
        false => console::not_taken::page(path, status),
    };
    if let Some(seconds) = retry_after {
        page.headers_mut().insert(header::RETRY_AFTER, seconds.into());
    }
    Some(headers::onto(page))
}

/// The raters' pages that take a form, by their patterns.
pub const FORMS: [&str; 3] = ["/s/{token}/page/{number}", "/s/{token}/send", "/s/{token}/decline"];

/// The methods of a page's pattern, as `Allow` names them.
#[must_use]
pub fn methods(pattern: &str) -> &'static str {
    if let Some(methods) = routes::methods(pattern) {
        return methods;
    }
    if FORMS.contains(&pattern) { "GET, HEAD, POST" } else { "GET, HEAD" }
}

/// A route for GET and HEAD: neither changes anything.
fn read() -> Route {
    web::route().guard(guard::fn_guard(|context| {
        let reads = guard::Any(guard::Get()).or(guard::Head());
        reads.check(context)
    }))
}
