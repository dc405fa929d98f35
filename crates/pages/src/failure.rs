//! What a page becomes when the service fails. The one place for it: no page decides by itself what a failure is.
//!
//! The kind goes with the response to the one line that `telemetry` writes of it; the page says whether trying again
//! helps.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderValue};
use askama::Template;
use candour_service::error::{Error, Fault};

use super::frame::html;

/// Seconds after which to try again.
const RETRY_AFTER: HeaderValue = HeaderValue::from_static("30");

/// Renders a page about a failure, under its status.
pub(super) fn page(fault: Fault, page: &impl Template) -> HttpResponse {
    let passing = fault == Fault::Unavailable;
    let status = if passing { StatusCode::SERVICE_UNAVAILABLE } else { StatusCode::INTERNAL_SERVER_ERROR };
    let mut response = html(status, page);
    if passing {
        response.headers_mut().insert(header::RETRY_AFTER, RETRY_AFTER);
    }
    response.extensions_mut().insert(fault);
    response
}

/// The kind of a failure.
pub(super) fn kind(error: &Error) -> Fault {
    Fault::from(error)
}
