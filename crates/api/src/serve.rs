//! Runs the service: HTTP and, beside it, the worker, until a signal stops them.

use std::net::{SocketAddr, TcpListener};

use actix_web::dev::ServerHandle;
use actix_web::http::header;
use actix_web::middleware::{DefaultHeaders, from_fn};
use actix_web::web::{Data, PathConfig, QueryConfig};
use actix_web::{App as ActixApp, HttpServer};
use tokio::sync::watch;
use url::Url;
use utoipa_actix_web::AppExt;
use utoipa_swagger_ui::SwaggerUi;

use crate::config::Config;
use crate::error::{Error, Problem};
use crate::http::docs::Document;
use crate::http::idempotency;
use crate::http::oauth::TokenLimiter;
use crate::state::{App, StartError};
use crate::{openapi, pages, routes, telemetry, worker};

/// A running service.
pub struct Running {
    /// The shared state.
    pub app: App,
    /// Where it listens.
    pub address: SocketAddr,
    server: ServerHandle,
    serving: tokio::task::JoinHandle<std::io::Result<()>>,
    working: tokio::task::JoinHandle<()>,
    stop: watch::Sender<bool>,
}

/// Starts the service and returns at once.
///
/// # Errors
/// [`StartError`], in words for the person who starts it.
pub async fn start(config: &Config, handle_signals: bool) -> Result<Running, StartError> {
    let cannot = |error| StartError::Listen(config.listen.clone(), error);
    let listener = TcpListener::bind(&config.listen).map_err(cannot)?;
    let address = listener.local_addr().map_err(cannot)?;
    let base_url = match &config.base_url {
        Some(url) => url.clone(),
        None => Url::parse(&format!("http://{address}")).map_err(|_reason| Error::Internal("the address it listens on is not a URL"))?,
    };
    let app = App::start(config, &base_url).await?;
    let document = Data::new(Document(openapi::text().map_err(Error::from)?));
    let limiter = Data::new(TokenLimiter::new());
    let state = Data::new(app.clone());
    let server = HttpServer::new(move || {
        ActixApp::new()
            .into_utoipa_app()
            .app_data(state.clone())
            .app_data(document.clone())
            .app_data(limiter.clone())
            .app_data(PathConfig::default().error_handler(|_error, _request| Problem::not_found().into()))
            .app_data(
                QueryConfig::default()
                    .error_handler(|error, _request| Problem::bad_request(format!("The query cannot be read: {error}.")).into()),
            )
            .configure(routes::api)
            .map(|app| {
                app.configure(pages::configure)
                    .service(SwaggerUi::new("/docs/{_:.*}").config(utoipa_swagger_ui::Config::from("/openapi.json")))
                    .service(actix_web::web::redirect("/docs", "/docs/"))
                    .default_service(actix_web::web::to(|| async { Err::<&str, _>(Problem::not_found()) }))
            })
            .into_app()
            .wrap(from_fn(idempotency::replay))
            .wrap(DefaultHeaders::new().add((header::X_CONTENT_TYPE_OPTIONS, "nosniff")).add((header::REFERRER_POLICY, "no-referrer")))
            .wrap(from_fn(telemetry::requests))
    })
    .shutdown_timeout(20)
    .listen(listener)
    .map_err(cannot)?;
    let server = if handle_signals { server } else { server.disable_signals() }.run();
    let (stop, stopped) = watch::channel(false);
    let working = tokio::spawn(worker::run(app.clone(), stopped));
    let handle = server.handle();
    tracing::info!(%address, "listening");
    Ok(Running { app, address, server: handle, serving: tokio::spawn(server), working, stop })
}

impl Running {
    /// Waits until a signal has stopped the server, then lets the worker finish what it has begun.
    ///
    /// # Errors
    /// [`StartError::Listen`] when serving ended by itself.
    pub async fn wait(self) -> Result<(), StartError> {
        let address = self.address.to_string();
        let served = self.serving.await;
        let _nobody_listens = self.stop.send(true);
        let _joined = self.working.await;
        match served {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => Err(StartError::Listen(address, error)),
            Err(error) => Err(StartError::Listen(address, std::io::Error::other(error))),
        }
    }

    /// Stops gracefully: running requests are answered first.
    ///
    /// # Errors
    /// As [`Running::wait`].
    pub async fn stop(self) -> Result<(), StartError> {
        self.server.stop(true).await;
        self.wait().await
    }
}
