//! What time the service believes it is.

use std::io::Write;

use candour_service::clock::WHAT_TO_DO;
use candour_service::error::Error;
use candour_service::settle;
use chrono::SecondsFormat;

use super::arguments::ClockCommand;
use super::{CliError, app};
use crate::config::Config;

pub(super) async fn clock(config: &Config, command: ClockCommand) -> Result<(), CliError> {
    let app = app(config).await?;
    let said = match command {
        ClockCommand::Show => match settle::doubt(&app.storage, &app.clock).await? {
            None => {
                format!("the clock is believed: it is {}", app.clock.now().to_rfc3339_opts(SecondsFormat::Secs, true))
            }
            Some(doubt) => return Err(CliError::Usage(format!("{doubt}; {WHAT_TO_DO}"))),
        },
        ClockCommand::Confirm { date } => match settle::confirm(&app, date).await {
            Err(Error::Invalid(errors)) => {
                return Err(CliError::Usage(
                    errors.into_iter().map(|error| error.detail).collect::<Vec<_>>().join("; "),
                ));
            }
            confirmed => {
                let now = confirmed?.at().to_rfc3339_opts(SecondsFormat::Secs, true);
                format!("the clock is believed: it is {now}; a service that runs goes on within a minute")
            }
        },
    };
    Ok(writeln!(std::io::stdout(), "{said}")?)
}
