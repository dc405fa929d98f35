//! For those who keep the service running.

use std::time::Duration;

use actix_web::{HttpResponse, Responder, get};

use crate::error::Problem;
use crate::http::State;

/// How long the database may take to say that it is there.
const PATIENCE: Duration = Duration::from_secs(5);

/// The process runs.
#[utoipa::path(tag = "operation", responses((status = 200, body = String, content_type = "text/plain")))]
#[get("/health/live")]
pub(crate) async fn get_live() -> impl Responder {
    HttpResponse::Ok().content_type("text/plain").body("live\n")
}

/// The service can answer: the database does, and its schema is the one this version knows.
#[utoipa::path(tag = "operation", responses((status = 200, body = String, content_type = "text/plain"),
    (status = 503, content_type = "application/problem+json", body = Problem)))]
#[get("/health/ready")]
pub(crate) async fn get_ready(app: State) -> Result<impl Responder, Problem> {
    let storage = app.storage.clone();
    let asked = actix_web::web::block(move || storage.ping().is_ok() && storage.is_current().unwrap_or(false));
    // A database that has stopped answering is not asked for ever: whoever wants to know moves on to another node.
    let ready = tokio::time::timeout(PATIENCE, asked).await.is_ok_and(|answered| answered.unwrap_or(false));
    if ready { Ok(HttpResponse::Ok().content_type("text/plain").body("ready\n")) } else { Err(Problem::unavailable()) }
}

/// Counters in Prometheus' text format: requests by route pattern, work by kind. Nothing per round or person, and nothing of raters unless it
/// fails. Served on a listener of its own, so it is no operation of the API.
#[get("/metrics")]
pub(crate) async fn get_metrics(app: State) -> impl Responder {
    HttpResponse::Ok().content_type("text/plain; version=0.0.4").body(app.metrics.render())
}
