//! Logging. Fields are chosen one by one: never a link, an answer, a comment, an address, an IP address or a user agent.

use std::time::Instant;

use actix_web::Error;
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::web::Data;

use crate::state::App;

/// Starts logging to standard error: JSON lines, or plain text on a terminal.
pub fn start(filter: &str) {
    use std::io::IsTerminal;

    let filter = tracing_subscriber::EnvFilter::try_new(filter).unwrap_or_else(|_broken| tracing_subscriber::EnvFilter::new("info"));
    // Libraries below us log what passes through them at debug: mail conversations, SQL. None of that is ours to keep.
    let ours =
        ["lettre=warn", "diesel=warn", "actix_http=warn", "actix_server=warn", "actix_web=warn", "hyper=warn", "mio=warn", "h2=warn"];
    let filter = ours.iter().filter_map(|directive| directive.parse().ok()).fold(filter, tracing_subscriber::EnvFilter::add_directive);
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // Otherwise a line that cannot be written, because the log's disk is full, is told where it could not be written, and that panics.
    let builder = builder.log_internal_errors(false);
    // A second start (as in a test) keeps the first.
    let _already =
        if std::io::stderr().is_terminal() { builder.compact().try_init() } else { builder.json().flatten_event(true).try_init() };
}

/// Logs and counts each request by its route pattern. The path itself is never logged: it may hold a link.
///
/// # Errors
/// Whatever the handler returns.
pub async fn requests<B: MessageBody>(request: ServiceRequest, next: Next<B>) -> Result<ServiceResponse<B>, Error> {
    let started = Instant::now();
    let method = request.method().clone();
    let app = request.app_data::<Data<App>>().cloned();
    let response = next.call(request).await?;
    let route = response.request().match_pattern().unwrap_or_else(|| "unmatched".to_owned());
    let status = response.status().as_u16();
    if let Some(app) = app {
        app.metrics.request(&method, &route, status);
    }
    let milliseconds = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    if status >= 500 {
        tracing::warn!(%method, route, status, milliseconds, "request");
    } else {
        tracing::info!(%method, route, status, milliseconds, "request");
    }
    Ok(response)
}
