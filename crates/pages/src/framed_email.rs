//! An email within a page: in a frame of its own, where nothing of it can do anything.

use actix_web::HttpResponse;
use actix_web::http::header;

use crate::headers;

/// An email in its frame: no script, nothing from anywhere, and its styles stand in line.
const OF_AN_EMAIL: &str = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; form-action 'none'; \
                           sandbox allow-top-navigation-by-user-activation";

/// What is in the frame. A link in it leads out of the frame.
pub(crate) fn content(html: &str) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "text/html; charset=utf-8"))
        .insert_header((header::CONTENT_SECURITY_POLICY, OF_AN_EMAIL))
        .insert_header((header::X_FRAME_OPTIONS, "SAMEORIGIN"))
        .body(html.replacen("<head>", "<head>\n<base target=\"_top\">", 1))
}

/// The page that has the frame.
pub(crate) fn beside(mut page: HttpResponse) -> HttpResponse {
    page.headers_mut().insert(header::CONTENT_SECURITY_POLICY, headers::with_a_frame());
    page
}
