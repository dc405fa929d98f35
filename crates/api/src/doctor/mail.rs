//! Whether emails can leave. Nothing is sent.

use super::{Finding, Subject, mend, well};
use crate::config::Config;
use crate::mail::Transport;

pub(super) async fn examine(config: &Config) -> Vec<Finding> {
    let subject = Subject::Mail;
    if let Err(error) = Transport::check_settings(config.smtp_url.as_deref(), &config.mail_from) {
        return vec![mend(subject, format!("the mail settings cannot be used: {error}"))];
    }
    let Some(url) = &config.smtp_url else {
        let mailbox = config.mailbox();
        return vec![well(subject, format!("no mail server is set: mail is written to {}, which is for trying out", mailbox.display()))];
    };
    let mut findings = vec![match Transport::reach(url).await {
        Ok(()) => well(subject, "the mail server answers (no mail was sent)"),
        Err(error) => {
            mend(subject, format!("the mail settings can be read, but {error}; set CANDOUR_SMTP_URL to a server that takes mail"))
        }
    }];
    if Transport::is_exposed(url) {
        findings.push(mend(
            subject,
            "emails, and with them links, cross the network in the clear or could be made to: use smtps:// or add ?tls=required to CANDOUR_SMTP_URL",
        ));
    }
    findings
}
