//! The pages people see: HTML rendered on the server, one style sheet, one small script, nothing from anywhere else.
//!
//! A page never sets a cookie, never logs, and never holds a style or a script in line. Everything works without the
//! script; it only saves typed text a little earlier. A page knows no SQL and decides nothing: it asks a service and
//! shows the answer.

mod assets;
mod capacity;
mod failure;
mod frame;
mod front;
mod headers;
mod survey;
mod texts;

use actix_web::guard::{self, Guard};
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, Route, web};

/// Registers the pages and their assets. They are not part of the published API.
///
/// ```
/// let _app = actix_web::App::new().configure(candour_pages::configure);
/// ```
pub fn configure(cfg: &mut web::ServiceConfig) {
    cfg.service(web::resource("/").wrap(headers::private()).route(read().to(front::show)));
    cfg.service(web::resource("/assets/{file}").route(read().to(assets::serve)));
    cfg.service(
        web::scope("/s")
            .app_data(web::PayloadConfig::new(survey::LARGEST_FORM))
            .wrap(headers::private())
            .configure(survey::configure)
            .default_service(web::to(survey::unknown)),
    );
}

/// Whether a request to this path is answered with a page.
#[must_use]
pub fn is_page(path: &str) -> bool {
    path == "/s" || path.starts_with("/s/")
}

/// What was sent has not been read: it is too large, too slow, or one too many.
#[must_use]
pub fn not_taken(status: StatusCode) -> HttpResponse {
    let page = if status == StatusCode::PAYLOAD_TOO_LARGE { survey::too_large() } else { survey::not_read(status) };
    headers::onto(page)
}

/// The methods of a page's pattern, as `Allow` names them.
#[must_use]
pub fn methods(pattern: &str) -> &'static str {
    const FORMS: [&str; 3] = ["/s/{token}/page/{number}", "/s/{token}/send", "/s/{token}/decline"];
    if FORMS.contains(&pattern) { "GET, HEAD, POST" } else { "GET, HEAD" }
}

/// A route for GET and HEAD: neither changes anything.
fn read() -> Route {
    web::route().guard(guard::fn_guard(|context| {
        let reads = guard::Any(guard::Get()).or(guard::Head());
        reads.check(context)
    }))
}
