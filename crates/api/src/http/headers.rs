//! The headers that every answer carries, decided by the path alone: no handler has to think of them.

use actix_web::Error;
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::middleware::Next;

/// JSON that is opened as a page loads nothing and stands in no frame.
const NOTHING: &str = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/// What the documentation's page needs, from here and from nowhere else. Its script sets styles on elements.
const DOCUMENTATION: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' \
 data:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// Adds them.
///
/// # Guarantee
/// What is read under `/v1` names people, so no cache keeps any of it, and no browser on its disk.
///
/// # Errors
/// Whatever the handler returns.
pub async fn by_path<B: MessageBody>(request: ServiceRequest, next: Next<B>) -> Result<ServiceResponse<B>, Error> {
    let of_path = of(request.path());
    let mut response = next.call(request).await?;
    let headers = response.headers_mut();
    for (name, value) in [(header::X_CONTENT_TYPE_OPTIONS, "nosniff")].iter().chain(of_path) {
        headers.insert(name.clone(), HeaderValue::from_static(value));
    }
    // A page has a policy of its own, under which its forms say where they come from.
    if !headers.contains_key(header::REFERRER_POLICY) {
        headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    }
    Ok(response)
}

fn of(path: &str) -> &'static [(HeaderName, &'static str)] {
    const API: &[(HeaderName, &str)] = &[
        (header::CACHE_CONTROL, "no-store"),
        (header::CONTENT_SECURITY_POLICY, NOTHING),
        (header::X_FRAME_OPTIONS, "DENY"),
    ];
    const DOCS: &[(HeaderName, &str)] =
        &[(header::CONTENT_SECURITY_POLICY, DOCUMENTATION), (header::X_FRAME_OPTIONS, "DENY")];
    let below = |folder: &str| path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    if below("/v1") || below("/oauth") {
        API
    } else if below("/docs") {
        DOCS
    } else {
        &[]
    }
}
