//! What a process listens for: everything, or, where only the worker runs, what those ask who keep it running. Counters
//! have a listener of their own, which nobody but the monitoring can reach.

use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use actix_web::dev::Server;
use actix_web::middleware::from_fn;
use actix_web::web::{Data, PathConfig, QueryConfig};
use actix_web::{App as ActixApp, HttpServer};
use candour_api::http::wording::in_words;
use candour_api::http::{headers, health, idempotency, whole};
use candour_api::problem::Problem;
use candour_api::routes;
use candour_pages::demo::Stage;
use candour_service::app::App;
use candour_service::auth::attempts::Attempts;
use utoipa_swagger_ui::SwaggerUi;

use crate::intake::{self, Intake};
use crate::methods;
use crate::{spelling, telemetry};

/// Seconds that requests under way have to end once the server is to stop.
const SHUTDOWN_SECONDS: u64 = 20;

/// How long a client may take to send the head of its first request.
const HEAD: Duration = Duration::from_secs(5);

/// How long a connection is kept open for another request.
const KEEP_ALIVE: Duration = Duration::from_secs(5);

/// How long a client may go on sending what nobody reads, so that it gets to read its answer.
const LINGER: Duration = Duration::from_secs(1);

/// Connections that each thread serves. Others wait.
const CONNECTIONS: usize = 4096;

/// Bytes that the system takes in for a connection before they are read. actix-web reads all there is at once, up to
/// 128 KiB, and its buffer doubles: this is what holds it at a quarter of that. The system may take twice as much, for
/// its own notes.
const WINDOW: usize = 32 * 1024;

/// The limits of every listener. A macro, since the type of a server names all that it serves.
macro_rules! limited {
    ($server:expr, $listener:expr, $intake:expr) => {{
        let (intake, listener) = (Arc::clone($intake), $listener);
        // Connections get it from the listener.
        rustix::net::sockopt::set_socket_recv_buffer_size(&listener, WINDOW)?;
        $server
            .client_request_timeout(HEAD)
            .keep_alive(KEEP_ALIVE)
            .client_disconnect_timeout(LINGER)
            .max_connections(CONNECTIONS)
            .on_connect(move |stream, extensions| {
                if let Some(connection) = stream.downcast_ref().and_then(|stream| intake.connected(stream)) {
                    extensions.insert(connection);
                }
            })
            .disable_signals()
            .shutdown_timeout(SHUTDOWN_SECONDS)
            .listen(listener)
            .map(HttpServer::run)
    }};
}

/// The API and the pages, with `docs` the documentation of the API, and with `demo` the pages of the demonstration.
///
/// # Errors
/// What the system says of the listener.
pub fn to_everybody(
    listener: TcpListener,
    app: &App,
    intake: &Arc<Intake>,
    docs: bool,
    demo: Option<&Data<Stage>>,
) -> std::io::Result<Server> {
    let demo = demo.cloned();
    let attempts = Data::new(Attempts::new(&app.clock));
    let (state, bodies, proxies) =
        (Data::new(app.clone()), Data::from(Arc::clone(intake)), Data::new(intake.proxies().clone()));
    let server = HttpServer::new(move || {
        ActixApp::new()
            .app_data(state.clone())
            .app_data(bodies.clone())
            .app_data(proxies.clone())
            .app_data(attempts.clone())
            .app_data(PathConfig::default().error_handler(|_error, _request| Problem::not_found().into()))
            .app_data(QueryConfig::default().error_handler(|error, _request| {
                let said = error.to_string();
                let said = said.strip_prefix("Query deserialize error: ").unwrap_or(&said);
                Problem::bad_request(format!("The query cannot be read: {}.", in_words(said).detail)).into()
            }))
            .configure(candour_pages::configure)
            .configure(routes::served)
            .configure(|config| {
                if docs {
                    let page = SwaggerUi::new("/docs/{_:.*}").config(utoipa_swagger_ui::Config::from("/openapi.json"));
                    let to_page = || async { actix_web::web::Redirect::to("/docs/") };
                    config.service(page).service(actix_web::web::resource("/docs").get(to_page).head(to_page));
                }
            })
            .configure(|config| candour_pages::console(config, &state, demo.as_ref()))
            .default_service(actix_web::web::to(methods::not_served))
            .wrap(from_fn(idempotency::replay))
            .wrap(from_fn(intake::receive))
            .wrap(from_fn(headers::by_path))
            .wrap(from_fn(telemetry::requests))
            .wrap(from_fn(methods::manners))
            .wrap(from_fn(whole::to_the_end))
            .wrap(from_fn(spelling::unify))
    });
    limited!(server, listener, intake)
}

/// Whether the process lives and can do its work. Nothing else.
///
/// # Errors
/// What the system says of the listener.
pub fn to_operators(listener: TcpListener, app: &App, intake: &Arc<Intake>) -> std::io::Result<Server> {
    let (state, bodies) = (Data::new(app.clone()), Data::from(Arc::clone(intake)));
    let server = HttpServer::new(move || {
        ActixApp::new()
            .app_data(state.clone())
            .app_data(bodies.clone())
            .configure(health::of_operators)
            .default_service(actix_web::web::to(methods::not_served))
            .wrap(from_fn(intake::receive))
            .wrap(from_fn(telemetry::requests))
            .wrap(from_fn(methods::manners))
    });
    limited!(server.workers(1), listener, intake)
}

/// The counters. Nothing else, and no request for them is logged or counted.
///
/// # Errors
/// What the system says of the listener.
pub fn to_monitoring(listener: TcpListener, app: &App, intake: &Arc<Intake>) -> std::io::Result<Server> {
    let (state, bodies) = (Data::new(app.clone()), Data::from(Arc::clone(intake)));
    let server = HttpServer::new(move || {
        ActixApp::new()
            .app_data(state.clone())
            .app_data(bodies.clone())
            .configure(health::of_monitoring)
            .default_service(actix_web::web::to(methods::not_served))
            .wrap(from_fn(intake::receive))
            .wrap(from_fn(methods::manners))
    });
    limited!(server.workers(1), listener, intake)
}
