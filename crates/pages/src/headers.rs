//! The headers of every page that a link opens.

use actix_web::HttpResponse;
use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::middleware::DefaultHeaders;

const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; \
 form-action 'self'; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'";

/// The same for a page that has a page of ours in a frame.
const WITH_A_FRAME: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; \
 form-action 'self'; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'; frame-src 'self'";

const PERMISSIONS_POLICY: &str = "accelerometer=(), browsing-topics=(), camera=(), display-capture=(), geolocation=(), \
 gyroscope=(), microphone=(), payment=(), usb=()";

const HEADERS: [(HeaderName, &str); 9] = [
    (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
    (header::CACHE_CONTROL, "no-store"),
    // Under "no-referrer" a browser does not say of a form where it comes from.
    (header::REFERRER_POLICY, "same-origin"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (HeaderName::from_static("x-robots-tag"), "noindex, nofollow"),
    (header::PERMISSIONS_POLICY, PERMISSIONS_POLICY),
    (header::CROSS_ORIGIN_OPENER_POLICY, "same-origin"),
    (header::CROSS_ORIGIN_RESOURCE_POLICY, "same-origin"),
];

/// What a page may load that has a page of ours in a frame.
pub(super) fn with_a_frame() -> HeaderValue {
    HeaderValue::from_static(WITH_A_FRAME)
}

/// Keeps a page out of caches, frames, search engines and referrers, and everything foreign out of the page.
pub(super) fn private() -> DefaultHeaders {
    HEADERS.into_iter().fold(DefaultHeaders::new(), DefaultHeaders::add)
}

/// The same on a page that is made outside their scope.
pub(super) fn onto(mut page: HttpResponse) -> HttpResponse {
    for (name, value) in HEADERS {
        page.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    page
}
