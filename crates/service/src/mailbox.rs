//! The emails that were written to files because no mail server is set, for the demonstration.

pub use candour_mail::Filed;

use crate::app::App;
use crate::error::Error;

/// The emails, newest first; none where a mail server is set.
///
/// # Errors
/// [`Error::Internal`] when the folder cannot be read.
pub async fn list(app: &App) -> Result<Vec<Filed>, Error> {
    let Some(folder) = app.transport.folder().map(std::path::Path::to_owned) else { return Ok(Vec::new()) };
    let read = tokio::task::spawn_blocking(move || candour_mail::filed(&folder)).await;
    read.ok().and_then(Result::ok).ok_or(Error::Internal("the mailbox folder cannot be read"))
}
