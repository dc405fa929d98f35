//! Whether the service can answer.

use candour_domain::clock::Doubt;

use crate::app::App;
use crate::error::Error;
use crate::settle;

/// Whether the database answers, and its schema is the one that this version knows. It waits as long as the database
/// does.
pub async fn is_ready(app: &App) -> bool {
    let storage = app.storage.clone();
    let asked = tokio::task::spawn_blocking(move || storage.ping().is_ok() && storage.is_current().unwrap_or(false));
    asked.await.unwrap_or(false)
}

/// Why the clock is not believed, if it is not.
///
/// # Errors
/// [`Error::Storage`].
pub async fn doubt(app: &App) -> Result<Option<Doubt>, Error> {
    Ok(settle::doubt(&app.storage, &app.clock).await?)
}
