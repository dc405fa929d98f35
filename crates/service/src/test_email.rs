//! A test email, with which an administrator sees whether the service can send any before it has to.

use std::path::PathBuf;
use std::time::Duration;

use candour_domain::{Delivery, JobId, Organisation, Person};
pub use candour_mail::Trouble;
use candour_mail::letter::TestEmail;
use candour_mail::{Message, Rendered, message_id};
use serde::{Deserialize, Serialize};

use crate::app::App;
use crate::entropy::fresh;
use crate::error::Error;
use crate::send_mail::host;

/// How long somebody who waits in front of a page is to wait. A mail server may take longer and still be well.
const PATIENCE: Duration = Duration::from_secs(20);

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Tested {
    /// The mail server has taken it. Whether it arrives, only the mailbox can tell.
    Taken,
    /// No mail server is set, so none was sent: emails are written to this folder, where there is one, and reach nobody.
    NoServer(Option<PathBuf>),
    /// It has not left.
    NotTaken(Trouble),
}

/// Where emails go where no mail server is set, and so reach nobody; `None` where one is set.
#[must_use]
pub fn no_server(app: &App) -> Option<Tested> {
    let reaches_nobody = app.transport.delivered() == Delivery::WrittenToFile;
    reaches_nobody.then(|| Tested::NoServer(app.transport.folder().map(std::path::Path::to_owned)))
}

/// Sends one to somebody of this trust, who has asked for it.
///
/// # Errors
/// [`Error::Letter`] for a defect.
pub async fn send(app: &App, organisation: &Organisation, to: Person) -> Result<Tested, Error> {
    if let Some(tested) = no_server(app) {
        return Ok(tested);
    }
    let Rendered { subject, text, html } = TestEmail { to: &to.name, organisation }.render()?;
    let message = Message {
        from: organisation.name.clone(),
        to,
        subject,
        text,
        html,
        message_id: message_id("test", 1, fresh(JobId::from_random).uuid(), host(&app.base_url)),
        reply_to: None,
    };
    Ok(match tokio::time::timeout(PATIENCE, app.transport.send(&message, app.clock.now())).await {
        Ok(Ok(())) => Tested::Taken,
        Ok(Err(error)) => Tested::NotTaken(error.into()),
        Err(_elapsed) => Tested::NotTaken(Trouble::Connection("the mail server did not answer in time".to_owned())),
    })
}
