//! For those who keep the service running.

use std::time::Duration;

use actix_web::web::ServiceConfig;
use actix_web::{HttpResponse, Responder, get};
use candour_service::clock::WHAT_TO_DO;
use candour_service::settle;

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

/// The service can answer: the database does, and its schema is the one this version knows. A second line says when the clock is in doubt;
/// then everything goes on but what cannot be undone.
#[utoipa::path(tag = "operation", responses((status = 200, body = String, content_type = "text/plain"),
    (status = 503, content_type = "application/problem+json", body = Problem)))]
#[get("/health/ready")]
pub(crate) async fn get_ready(app: State) -> Result<impl Responder, Problem> {
    let storage = app.storage.clone();
    let asked = actix_web::web::block(move || storage.ping().is_ok() && storage.is_current().unwrap_or(false));
    // A database that has stopped answering is not asked for ever: whoever wants to know moves on to another node.
    let ready = tokio::time::timeout(PATIENCE, asked).await.is_ok_and(|answered| answered.unwrap_or(false));
    if !ready {
        return Err(Problem::unavailable());
    }
    // Reading and answering go on, so it is ready, and says what does not.
    let doubt = tokio::time::timeout(PATIENCE, settle::doubt(&app.storage, &app.clock)).await;
    let body = match doubt {
        Ok(Ok(Some(doubt))) => {
            format!("ready\nclock in doubt: nothing is closed, counted, released or erased, because {doubt}; {WHAT_TO_DO}\n")
        }
        _ => "ready\n".to_owned(),
    };
    Ok(HttpResponse::Ok().content_type("text/plain").body(body))
}

/// Counters in Prometheus' text format: requests by route pattern, work by kind. Nothing per round or person, and nothing of raters unless it
/// fails. Served on a listener of its own, so it is no operation of the API.
#[get("/metrics")]
pub(crate) async fn get_metrics(app: State) -> impl Responder {
    HttpResponse::Ok().content_type("text/plain; version=0.0.4").body(app.metrics.render())
}
