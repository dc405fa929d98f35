//! For those who keep the service running.

use std::time::Duration;

use actix_web::web::ServiceConfig;
use actix_web::{HttpResponse, Responder, get};
use candour_service::clock::WHAT_TO_DO;
use candour_service::health;

use crate::http::State;
use crate::problem::Problem;

/// How long the database may take to say that it is there.
const PATIENCE: Duration = Duration::from_secs(5);

/// What those ask who keep it running: whether it lives and can do its work.
pub fn of_operators(config: &mut ServiceConfig) {
    config.service(get_live).service(get_ready);
}

/// The counters.
pub fn of_monitoring(config: &mut ServiceConfig) {
    config.service(get_metrics);
}

/// The process runs.
#[utoipa::path(tag = "operation", responses((status = 200, body = String, content_type = "text/plain")))]
#[get("/health/live")]
pub(crate) async fn get_live() -> impl Responder {
    HttpResponse::Ok().content_type("text/plain").body("live\n")
}

/// The service can answer: the database does, and its schema is the one this version knows. A second line says when the
/// clock is in doubt; then everything goes on but what cannot be undone.
#[utoipa::path(tag = "operation", responses((status = 200, body = String, content_type = "text/plain"),
    (status = 503, content_type = "application/problem+json", body = Problem)))]
#[get("/health/ready")]
pub(crate) async fn get_ready(app: State) -> Result<impl Responder, Problem> {
    // A database that has stopped answering is not asked for ever: anybody who wants to know moves on to another node.
    if !tokio::time::timeout(PATIENCE, health::is_ready(&app)).await.unwrap_or(false) {
        return Err(Problem::unavailable());
    }
    // Reading and answering go on, so it is ready, and says what does not.
    let doubt = tokio::time::timeout(PATIENCE, health::doubt(&app)).await;
    let body = match doubt {
        Ok(Ok(Some(doubt))) => {
            format!(
                "ready\nclock in doubt: nothing is closed, counted, released or erased, because {doubt}; {WHAT_TO_DO}\n"
            )
        }
        _ => "ready\n".to_owned(),
    };
    Ok(HttpResponse::Ok().content_type("text/plain").body(body))
}

/// Counters in Prometheus' text format: requests by route pattern, work by kind. Nothing per round or person, and
/// nothing of raters unless it fails. Served on a listener of its own, so it is no operation of the API.
#[get("/metrics")]
pub(crate) async fn get_metrics(app: State) -> impl Responder {
    HttpResponse::Ok().content_type("text/plain; version=0.0.4").body(app.metrics.render())
}
