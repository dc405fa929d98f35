//! Whether emails can leave. Nothing is sent.

use candour_mail::Transport;

use super::{Finding, Subject, fix, warn, well};
use crate::config::Config;

/// What the settings say.
pub(super) fn settings(config: &Config) -> Vec<Finding> {
    let subject = Subject::Mail;
    if let Err(error) = Transport::check_settings(config.smtp_url.as_deref(), &config.mail_from) {
        return vec![fix(subject, format!("the mail settings cannot be used: {error}"))];
    }
    match &config.smtp_url {
        None => vec![warn(
            subject,
            format!(
                "no mail server is set: emails are written as files to {} and reach nobody. Set CANDOUR_SMTP_URL and \
                 CANDOUR_MAIL_FROM before real rounds",
                config.mailbox().display()
            ),
        )],
        Some(url) if Transport::is_exposed(url) => vec![fix(
            subject,
            "emails, and with them links, cross the network in the clear or could be made to: use smtps:// or add \
             ?tls=required to CANDOUR_SMTP_URL",
        )],
        Some(_) => Vec::new(),
    }
}

/// Whether the mail server answers.
pub(super) async fn server(config: &Config) -> Option<Finding> {
    let subject = Subject::Mail;
    let url = config.smtp_url.as_ref().filter(|url| Transport::check_settings(Some(url), &config.mail_from).is_ok())?;
    Some(match Transport::reach(url).await {
        Ok(()) => well(subject, "the mail server answers (no mail was sent)"),
        Err(error) => fix(
            subject,
            format!("the mail settings can be read, but {error}; set CANDOUR_SMTP_URL to a server that takes mail"),
        ),
    })
}
