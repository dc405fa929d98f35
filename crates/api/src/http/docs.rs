//! The OpenAPI document.

use std::sync::OnceLock;

use actix_web::{HttpResponse, Responder, get};
use candour_service::error::Error;

use crate::openapi;
use crate::problem::Problem;

/// The document as served, rendered when it is first asked for.
static DOCUMENT: OnceLock<String> = OnceLock::new();

/// This document.
#[utoipa::path(tag = "operation", responses((status = 200, body = Object)))]
#[get("/openapi.json")]
pub(crate) async fn get_openapi() -> Result<impl Responder, Problem> {
    let document = if let Some(document) = DOCUMENT.get() {
        document
    } else {
        let document = openapi::text().map_err(Error::from)?;
        DOCUMENT.get_or_init(|| document)
    };
    Ok(HttpResponse::Ok().content_type("application/json").body(document.as_str()))
}
