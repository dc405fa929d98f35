//! Logging. Fields are chosen one by one: never a link, an answer, a comment, an address, an IP address or a user
//! agent.

use std::time::Instant;

use actix_web::Error;
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::middleware::Next;
use actix_web::web::Data;
use candour_api::problem::Problem;
use candour_service::app::App;
use candour_service::error::Fault;
use candour_service::rater_requests::RaterRequests;
use tracing_subscriber::fmt::MakeWriter;

/// Says what is wrong with a log filter: each part is a level, or `part=level`. The filter itself would take any word
/// for the name of a part, and log nothing else.
///
/// # Errors
/// Which part means nothing.
pub fn check(filter: &str) -> Result<(), String> {
    let is_level =
        |text: &str| ["error", "warn", "info", "debug", "trace", "off"].contains(&text.to_lowercase().as_str());
    for part in filter.split(',').map(str::trim) {
        match part.rsplit_once('=') {
            None if is_level(part) => {}
            None => return Err(format!("\"{part}\" is no level")),
            Some((target, level))
                if is_level(level) && !target.trim().is_empty() && !target.contains(['=', ' ', ';']) => {}
            Some(_) => return Err(format!("\"{part}\" is not a part with a level")),
        }
    }
    Ok(())
}

/// The parts of a filter of which nothing is ever logged.
#[must_use]
pub fn unknown_targets(filter: &str) -> Vec<String> {
    const KNOWN: [&str; 14] = [
        "candour",
        "actix",
        "lettre",
        "diesel",
        "hyper",
        "h2",
        "mio",
        "rustls",
        "tokio",
        "tracing",
        "ureq",
        "r2d2",
        "jsonwebtoken",
        "sqlite",
    ];
    let targets = filter.split(',').filter_map(|part| part.trim().rsplit_once('=')).map(|(target, _)| target.trim());
    targets.filter(|target| !KNOWN.iter().any(|known| target.starts_with(known))).map(str::to_owned).collect()
}

/// Starts logging to standard error: JSON lines, or plain text on a terminal.
pub fn start(filter: &str) {
    use std::io::IsTerminal;

    start_into(filter, std::io::stderr, std::io::stderr().is_terminal());
}

/// Starts logging into this writer, in plain text or in JSON lines.
pub fn start_into<W>(filter: &str, writer: W, plain: bool)
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    let filter = tracing_subscriber::EnvFilter::try_new(filter)
        .unwrap_or_else(|_broken| tracing_subscriber::EnvFilter::new("info"));
    // Libraries below us log what passes through them at debug: mail conversations, SQL. None of that is ours to keep.
    // And what is no HTTP is a line each in one of them, with its time; it may have been a rater's.
    let ours = [
        "lettre=warn",
        "diesel=warn",
        "actix_http=warn",
        "actix_http::h1::dispatcher=off",
        "actix_server=warn",
        "actix_web=warn",
        "hyper=warn",
        "mio=warn",
        "h2=warn",
    ];
    let filter = ours
        .iter()
        .filter_map(|directive| directive.parse().ok())
        .fold(filter, tracing_subscriber::EnvFilter::add_directive);
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(writer);
    // Otherwise a line that cannot be written, because the log's disk is full, is told where it could not be written,
    // and that panics.
    let builder = builder.log_internal_errors(false);
    // A second start (as in a test) keeps the first.
    let _already = if plain { builder.compact().try_init() } else { builder.json().flatten_event(true).try_init() };
}

/// Logs and counts each request by its route pattern, but for those of raters. The path itself is never logged: it may
/// hold a link.
///
/// # Guarantee
/// A request of a rater leaves no line and moves no counter, unless it fails; then the line and the counter are the
/// same whatever was asked for. What a rater does in time shows nowhere sooner than on the hour.
///
/// # Errors
/// Whatever the handler returns.
pub async fn requests<B: MessageBody>(request: ServiceRequest, next: Next<B>) -> Result<ServiceResponse<B>, Error> {
    let started = Instant::now();
    let method = known(request.method());
    let is_raters = RaterRequests::is_one(request.path());
    let app = request.app_data::<Data<App>>().cloned();
    let answered = next.call(request).await;
    let (status, route, error) = match &answered {
        Ok(response) => (response.status(), response.request().match_pattern(), response.response().error()),
        // A middleware refused.
        Err(error) => (error.as_response_error().status_code(), None, Some(error)),
    };
    let (status, cause) =
        (status.as_u16(), error.and_then(Error::as_error::<Problem>).and_then(|problem| problem.cause.as_deref()));
    if is_raters {
        let of_page =
            answered.as_ref().ok().and_then(|response| response.response().extensions().get::<Fault>().copied());
        let of_problem = || error.and_then(Error::as_error::<Problem>).and_then(|problem| problem.fault);
        of_rater(app.as_ref().map(Data::get_ref), status, of_page.or_else(of_problem));
        return answered;
    }
    // What is not there, a browser asks for by itself when a rater opens a page, such as an icon; and so does a link
    // that was damaged.
    let Some(route) = route.or_else(|| (status >= 500).then(|| "unmatched".to_owned())) else {
        return answered;
    };
    if let Some(app) = app {
        app.metrics.request(method, &route, status);
    }
    let milliseconds = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    match status {
        ..500 => tracing::info!(method, route, status, milliseconds, "request"),
        503 => tracing::warn!(method, route, status, milliseconds, cause, "request"),
        _ => tracing::error!(method, route, status, milliseconds, cause, "request"),
    }
    answered
}

/// What is noted of a rater's request. Of a failure, its kind: its words would tell what was asked for.
fn of_rater(app: Option<&App>, status: u16, fault: Option<Fault>) {
    if let Some(app) = app {
        app.raters.count(status);
    }
    if status >= 500 {
        if let Some(app) = app {
            app.metrics.rater_failure();
        }
        match fault.unwrap_or(if status == 503 { Fault::Unavailable } else { Fault::Internal }) {
            Fault::Unavailable => tracing::warn!(kind = Fault::Unavailable.as_str(), "a request of a rater failed"),
            fault => tracing::error!(kind = fault.as_str(), "a request of a rater failed"),
        }
    }
}

/// The method, if it is a usual one. A client can send any word, and would fill the log and the counters with it.
fn known(method: &Method) -> &'static str {
    const USUAL: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
    USUAL.into_iter().find(|usual| *usual == method.as_str()).unwrap_or("other")
}
