//! Runs the service, or a part of it, until a signal stops it: HTTP, and the worker beside it.

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;

use actix_web::dev::ServerHandle;
use actix_web::web::Data;
use candour_pages::demo::Stage;
use candour_service::app::App;
use candour_service::error::Error;
use candour_service::repeated;
use candour_service::{rater_requests, worker};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use url::Url;

use crate::config::{Config, ConfigError};
use crate::intake::Intake;
use crate::opening::Means;
use crate::start_error::StartError;
use crate::{listen, opening};

/// What one process does of the whole. Over one PostgreSQL database there may be any number of each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Answers requests and works through the queue.
    Both,
    /// Answers requests. Somebody else has to work.
    Requests,
    /// Works; and says how it is, where it is to listen.
    Work {
        /// Whether it answers to `/health`.
        listens: bool,
    },
}

/// A running service.
pub struct Running {
    /// The shared state.
    pub app: App,
    intake: Arc<Intake>,
    /// Where it listens.
    pub address: Option<SocketAddr>,
    /// Where it serves its counters.
    pub metrics_address: Option<SocketAddr>,
    server: Option<ServerHandle>,
    monitoring: Option<ServerHandle>,
    serving: JoinHandle<std::io::Result<()>>,
    working: Option<JoinHandle<()>>,
    telling: JoinHandle<()>,
    watching: JoinHandle<()>,
    counting: JoinHandle<()>,
    stop: watch::Sender<bool>,
}

/// Starts the service and returns at once.
///
/// # Errors
/// [`StartError`], in words for the person who starts it.
pub async fn start(config: &Config, part: Part) -> Result<Running, StartError> {
    start_with(config, part, Means::default()).await
}

/// As [`start`], with other clocks and another way for emails than those of the settings.
///
/// # Errors
/// As [`start`].
pub async fn start_with(config: &Config, part: Part, means: Means) -> Result<Running, StartError> {
    start_on(config, part, means, None).await
}

/// As [`start`], with the pages on which one is somebody by a click.
///
/// # Errors
/// As [`start`].
pub(crate) async fn start_demo(config: &Config, stage: &Data<Stage>) -> Result<Running, StartError> {
    start_on(config, Part::Both, Means::default(), Some(stage)).await
}

async fn start_on(
    config: &Config,
    part: Part,
    means: Means,
    demo: Option<&Data<Stage>>,
) -> Result<Running, StartError> {
    let cannot = |error| StartError::Listen(config.listen.clone(), error);
    let listener = match part {
        Part::Work { listens: false } => None,
        _ => Some(TcpListener::bind(&config.listen).map_err(cannot)?),
    };
    let address = listener.as_ref().map(TcpListener::local_addr).transpose().map_err(cannot)?;
    let counters = config.metrics_listen.as_deref().map(listen_for_monitoring).transpose()?;
    let base_url = base_url(config, part, address)?;
    let app = match part {
        Part::Both | Part::Requests => opening::create(config, &base_url, means).await?,
        Part::Work { .. } => opening::join(config, &base_url, means).await?,
    };
    let intake = Arc::new(Intake::new(config.proxies.clone()));
    let server = match (listener, part) {
        (None, _) => None,
        (Some(listener), Part::Work { .. }) => Some(listen::to_operators(listener, &app, &intake)),
        (Some(listener), _) => Some(listen::to_everybody(listener, &app, &intake, config.docs, demo)),
    };
    let server = server.transpose().map_err(cannot)?;
    let (stop, stopped) = watch::channel(false);
    let working = (part != Part::Requests).then(|| tokio::spawn(worker::run(app.clone(), stopped)));
    let telling = tokio::spawn(rater_requests::tell_hourly(app.clone()));
    let watching = tokio::spawn(Arc::clone(&intake).watch());
    let counting = tokio::spawn(repeated::write_for_ever(app.clone()));
    let (monitoring, metrics_address) = match counters {
        None => (None, None),
        Some((listener, address)) => {
            let monitoring = listen::to_monitoring(listener, &app, &intake).map_err(cannot)?;
            let handle = monitoring.handle();
            tokio::spawn(monitoring);
            (Some(handle), Some(address))
        }
    };
    let handle = server.as_ref().map(actix_web::dev::Server::handle);
    let serving = match server {
        Some(server) => tokio::spawn(server),
        None => tokio::spawn(std::future::pending()),
    };
    let text = |address: Option<SocketAddr>| address.map(|address| address.to_string());
    tracing::info!(address = text(address), metrics = text(metrics_address), ?part, "running");
    Ok(Running {
        app,
        intake,
        address,
        metrics_address,
        server: handle,
        monitoring,
        serving,
        working,
        telling,
        watching,
        counting,
        stop,
    })
}

fn listen_for_monitoring(address: &str) -> Result<(TcpListener, SocketAddr), StartError> {
    let cannot = |error| StartError::Listen(address.to_owned(), error);
    let listener = TcpListener::bind(address).map_err(cannot)?;
    let address = listener.local_addr().map_err(cannot)?;
    Ok((listener, address))
}

/// What links begin with. A process that only works listens where no rater can go.
fn base_url(config: &Config, part: Part, address: Option<SocketAddr>) -> Result<Url, StartError> {
    match (&config.base_url, part, address) {
        (Some(url), ..) => Ok(url.clone()),
        (None, Part::Both | Part::Requests, Some(address)) => {
            Ok(url_of(address).ok_or(Error::Internal("the address it listens on is not a URL"))?)
        }
        _ => Err(ConfigError::WorkerBaseUrl.into()),
    }
}

/// The URL of a service that listens here and has no other. A passkey belongs to a name: no browser makes one for an
/// address in numbers.
pub(crate) fn url_of(address: SocketAddr) -> Option<Url> {
    let host = if address.ip().is_loopback() { "localhost".to_owned() } else { address.ip().to_string() };
    let host = if host.contains(':') { format!("[{host}]") } else { host };
    Url::parse(&format!("http://{host}:{}", address.port())).ok()
}

impl Running {
    /// Waits for a signal to stop, and stops as [`Running::stop`] does.
    ///
    /// # Errors
    /// [`StartError::Listen`] when serving ended by itself.
    pub async fn wait(mut self) -> Result<(), StartError> {
        let cannot = |error| StartError::Listen("signals".to_owned(), error);
        let (mut terminate, mut interrupt) =
            (signal(SignalKind::terminate()).map_err(cannot)?, signal(SignalKind::interrupt()).map_err(cannot)?);
        let ended = tokio::select! {
            ended = &mut self.serving => Some(ended),
            _ = terminate.recv() => None,
            _ = interrupt.recv() => None,
        };
        let address = self.address.map(|address| address.to_string()).unwrap_or_default();
        self.stop().await;
        match ended {
            None | Some(Ok(Ok(()))) => Ok(()),
            Some(Ok(Err(error))) => Err(StartError::Listen(address, error)),
            Some(Err(error)) => Err(StartError::Listen(address, std::io::Error::other(error))),
        }
    }

    /// Stops gracefully: requests under way are answered, bodies that are still arriving get two seconds more, and the
    /// worker finishes what it has begun or gives it back.
    pub async fn stop(self) {
        let _nobody_works = self.stop.send(true);
        self.telling.abort();
        self.intake.stop();
        self.counting.abort();
        if let Some(server) = self.server {
            server.stop(true).await;
        }
        if let Some(monitoring) = self.monitoring {
            monitoring.stop(true).await;
        }
        self.watching.abort();
        // Something that the aborted task had taken is lost with it only if it was being written at this moment; the
        // database decides then.
        repeated::write_all(&self.app).await;
        if let Some(working) = self.working {
            let _joined = working.await;
        }
    }
}
