//! `candour mail test`: one letter to one address, and in words what came of it.

use candour_domain::{Email, Person, PersonName};
use candour_mail::{MailError, Message, Transport, Trouble, message_id};
use candour_service::entropy::fresh;
use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::config::Config;

/// Why the letter did not leave, with what to do.
#[derive(Debug, thiserror::Error)]
pub(crate) enum MailTestError {
    /// The argument is no address.
    #[error("--to \"{0}\" is not an email address; give one whose mailbox you can look into")]
    Address(String),
    /// The settings.
    #[error("the mail settings cannot be used: {0}")]
    Settings(#[from] MailError),
    /// No mail server is set.
    #[error(
        "no mail server is set, so no letter was sent: emails would be written to files and reach nobody. Set smtp_url \
         (CANDOUR_SMTP_URL) and mail_from (CANDOUR_MAIL_FROM) and try again"
    )]
    Nowhere,
    /// The server refused the address.
    #[error(
        "the mail server is there and refuses this address ({0}): there is no such mailbox, or it is disabled. Try \
         another address"
    )]
    Refused(u16),
    /// The server speaks of a quota.
    #[error(
        "{0}. The mail server says that this sender has sent too much: wait, or ask the people who run it for a higher \
         limit"
    )]
    TooMuch(String),
    /// Anything else.
    #[error("the letter has not left: {reason}. {advice}")]
    Failed {
        /// What the server said, in figures, or how far the connection came.
        reason: String,
        /// What to do.
        advice: &'static str,
    },
}

/// Sends the letter, and gives a sentence for the one who asked.
///
/// # Errors
/// [`MailTestError`] when it did not leave.
pub(crate) async fn send(config: &Config, to: &str, now: DateTime<Utc>) -> Result<String, MailTestError> {
    let wrong = |_reason| MailTestError::Address(to.to_owned());
    let to = Person { name: PersonName::parse("Mail test").map_err(wrong)?, email: Email::parse(to).map_err(wrong)? };
    let address = to.email.clone();
    if config.smtp_url.is_none() {
        return Err(MailTestError::Nowhere);
    }
    let transport = Transport::from_settings(config.smtp_url.as_deref(), &config.mail_from, &config.mailbox())?;
    let text = "This letter was sent by `candour mail test`. If you can read it, Candour can send email to you.\n\n\
                Look at its headers: SPF, DKIM and DMARC should each say \"pass\".\n";
    let message = Message {
        from: "Candour mail test".to_owned(),
        to,
        subject: "A test letter from Candour".to_owned(),
        text: text.to_owned(),
        html: format!("<p>{}</p>", text.trim().replace("\n\n", "</p><p>")),
        message_id: message_id("test", now.timestamp(), fresh(Uuid::from_bytes), "candour.test"),
        reply_to: None,
    };
    match transport.send(&message, now).await {
        Ok(()) => Ok(format!(
            "The mail server has taken the letter to {address}. Whether it arrives, only that mailbox can tell: look \
             there, and among junk mail. deploy/README.md says what SPF, DKIM and DMARC have to do with it."
        )),
        Err(error) => Err(match error.into() {
            Trouble::Address(code) => MailTestError::Refused(code),
            Trouble::Quota(reason) => MailTestError::TooMuch(reason),
            trouble => MailTestError::Failed {
                advice: advice(&trouble),
                reason: trouble.reason().unwrap_or_default().to_owned(),
            },
        }),
    }
}

/// What to do, for somebody who can change the settings.
fn advice(trouble: &Trouble) -> &'static str {
    match trouble {
        Trouble::SignIn(_) => {
            "The server wants to know who signs in: look at user and password in smtp_url (CANDOUR_SMTP_URL)."
        }
        Trouble::Sender(_) => {
            "The server does not take mail from this sender: mail_from (CANDOUR_MAIL_FROM) has to be an address it may \
             send from, and SPF, DKIM and DMARC of its domain have to allow this server (deploy/README.md)."
        }
        Trouble::Encryption(_) => {
            "Use smtps:// where the server expects TLS at once (port 465), and smtp://…?tls=required where it offers \
             STARTTLS (port 587)."
        }
        Trouble::Connection(_) => {
            "Look at host and port in smtp_url (CANDOUR_SMTP_URL), and whether a firewall lets this machine out."
        }
        Trouble::Address(_) | Trouble::Quota(_) | Trouble::Passing(_) => {
            "Try again in a few minutes; if it stays like this, ask the people who run the mail server."
        }
    }
}

#[cfg(test)]
mod tests {
    use candour_domain::DeliveryReason;
    use candour_mail::SendError;

    use super::*;

    #[test]
    fn advice_follows_the_reply() {
        for (reason, word) in [
            ("the mail server answered 535 5.7.8", "password"),
            ("the mail server answered 550 5.7.60", "mail_from"),
            ("the mail server answered 554", "mail_from"),
            ("the mail server answered 451 4.3.0", "few minutes"),
            ("the mail server answered 550 5.2.2", "few minutes"),
            ("no encrypted connection to the mail server", "smtps://"),
            ("no connection to the mail server: Connection refused", "firewall"),
            ("the mail server did not answer in time", "firewall"),
        ] {
            let failed = SendError::Temporary { reason: reason.to_owned(), why: DeliveryReason::Other };
            let advice = advice(&Trouble::from(failed));
            assert!(advice.contains(word), "{reason}: {advice}");
        }
    }
}
