//! The OpenAPI document.

use actix_web::web::Data;
use actix_web::{HttpResponse, Responder, get};

/// The document as served, rendered once.
pub struct Document(pub String);

/// This document.
#[utoipa::path(tag = "operation", responses((status = 200, body = Object)))]
#[get("/openapi.json")]
pub(crate) async fn get_openapi(document: Data<Document>) -> impl Responder {
    HttpResponse::Ok().content_type("application/json").body(document.0.clone())
}
