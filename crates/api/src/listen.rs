//! What a process listens for: everything, or, where only the worker runs, what those ask who keep it running. Counters have a listener of
//! their own, which nobody but the monitoring can reach.

use std::net::TcpListener;

use actix_web::dev::Server;
use actix_web::http::header;
use actix_web::middleware::{DefaultHeaders, from_fn};
use actix_web::web::{Data, PathConfig, QueryConfig};
use actix_web::{App as ActixApp, HttpServer};
use utoipa_swagger_ui::SwaggerUi;

use crate::error::Problem;
use crate::http::oauth::TokenLimiter;
use crate::http::{health, idempotency};
use crate::state::App;
use crate::{pages, routes, telemetry};

/// Seconds that requests under way have to end once the server is to stop.
const SHUTDOWN_SECONDS: u64 = 20;

/// The API and the pages.
///
/// # Errors
/// What the system says of the listener.
pub fn to_everybody(listener: TcpListener, app: &App) -> std::io::Result<Server> {
    let limiter = Data::new(TokenLimiter::new());
    let state = Data::new(app.clone());
    let server = HttpServer::new(move || {
        ActixApp::new()
            .app_data(state.clone())
            .app_data(limiter.clone())
            .app_data(PathConfig::default().error_handler(|_error, _request| Problem::not_found().into()))
            .app_data(
                QueryConfig::default()
                    .error_handler(|error, _request| Problem::bad_request(format!("The query cannot be read: {error}.")).into()),
            )
            .configure(pages::configure)
            .configure(routes::served)
            .service(SwaggerUi::new("/docs/{_:.*}").config(utoipa_swagger_ui::Config::from("/openapi.json")))
            .service(actix_web::web::redirect("/docs", "/docs/"))
            .default_service(actix_web::web::to(|| async { Err::<&str, _>(Problem::not_found()) }))
            .wrap(from_fn(idempotency::replay))
            .wrap(DefaultHeaders::new().add((header::X_CONTENT_TYPE_OPTIONS, "nosniff")).add((header::REFERRER_POLICY, "no-referrer")))
            .wrap(from_fn(telemetry::requests))
    });
    server.disable_signals().shutdown_timeout(SHUTDOWN_SECONDS).listen(listener).map(HttpServer::run)
}

/// Whether the process lives and can do its work. Nothing else.
///
/// # Errors
/// What the system says of the listener.
pub fn to_operators(listener: TcpListener, app: &App) -> std::io::Result<Server> {
    let state = Data::new(app.clone());
    let server = HttpServer::new(move || {
        ActixApp::new()
            .app_data(state.clone())
            .service(health::get_live)
            .service(health::get_ready)
            .default_service(actix_web::web::to(|| async { Err::<&str, _>(Problem::not_found()) }))
            .wrap(from_fn(telemetry::requests))
    });
    server.workers(1).disable_signals().shutdown_timeout(SHUTDOWN_SECONDS).listen(listener).map(HttpServer::run)
}

/// The counters. Nothing else, and no request for them is logged or counted.
///
/// # Errors
/// What the system says of the listener.
pub fn to_monitoring(listener: TcpListener, app: &App) -> std::io::Result<Server> {
    let state = Data::new(app.clone());
    let server = HttpServer::new(move || {
        ActixApp::new()
            .app_data(state.clone())
            .service(health::get_metrics)
            .default_service(actix_web::web::to(|| async { Err::<&str, _>(Problem::not_found()) }))
    });
    server.workers(1).disable_signals().shutdown_timeout(SHUTDOWN_SECONDS).listen(listener).map(HttpServer::run)
}
