//! How emails leave: by SMTP, or as `.eml` files in a folder when no mail server has been set. A test may keep them in
//! memory.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use candour_domain::{Delivery, DeliveryReason};
use chrono::{DateTime, Utc};
use lettre::message::Mailbox;

use super::message::{Message, MessageError};
use super::relay::Relay;

/// Where emails go.
#[derive(Clone)]
pub struct Transport {
    from: Mailbox,
    route: Route,
}

#[derive(Clone)]
enum Route {
    Smtp(Arc<Relay>),
    Folder(PathBuf),
    Memory(Kept),
}

/// The emails that [`Transport::in_memory`] has taken. A clone is the same.
#[derive(Clone, Debug, Default)]
pub struct Kept(Arc<Mutex<Emails>>);

/// Message-ID and bytes of each.
type Emails = Vec<(String, Vec<u8>)>;

impl Kept {
    /// Each email as it would be sent, the first first.
    #[must_use]
    pub fn all(&self) -> Vec<Vec<u8>> {
        self.emails().iter().map(|(_, email)| email.clone()).collect()
    }

    /// A repeat replaces the email of the same Message-ID, as in a folder.
    fn put(&self, message_id: &str, email: Vec<u8>) {
        let mut emails = self.emails();
        match emails.iter_mut().find(|(known, _)| known == message_id) {
            Some((_, kept)) => *kept = email,
            None => emails.push((message_id.to_owned(), email)),
        }
    }

    fn emails(&self) -> MutexGuard<'_, Emails> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Mail settings that cannot be used. The text shows no password.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    /// The sender is not a mailbox.
    #[error(
        "mail_from (CANDOUR_MAIL_FROM) is not a name and an address; write it like \"Candour <noreply@trust.org.uk>\""
    )]
    From,
    /// A sender at this machine, as the default one, with a mail server.
    #[error(
        "mail_from (CANDOUR_MAIL_FROM) has to be an address of your own domain, since a mail server is set; write it \
         like \"Example Trust <feedback@trust.org.uk>\""
    )]
    FromNowhere,
    /// The URL is not one, or has another scheme or `tls` parameter.
    #[error(
        "smtp_url (CANDOUR_SMTP_URL) cannot be read; write it like smtps://user:password@host or \
         smtp://user:password@host?tls=required, with \
         special characters in user and password percent-encoded (@ is %40)"
    )]
    Url,
    /// A user without a password, which would be ignored.
    #[error("smtp_url (CANDOUR_SMTP_URL) has a user but no password; write smtps://user:password@host")]
    PasswordMissing,
    /// A password that would travel in clear text.
    #[error("smtp_url (CANDOUR_SMTP_URL) would send the password unencrypted: use smtps:// or add ?tls=required")]
    PasswordInClear,
    /// A connection pool needs the runtime it is to live on.
    #[error("the mail server is connected to too early, which is a fault of this program; report it")]
    NoRuntime,
    /// The folder for `.eml` files cannot be made.
    #[error("the mailbox folder {} cannot be created: {source}; set CANDOUR_DATA_DIR to a folder that this account may \
     write to", path.display())]
    Mailbox {
        /// The folder.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
}

/// An email that did not leave. The text never holds an address.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// The address will never work: the server said so, or (553) it cannot be written in an email at all.
    #[error("the mail server refused the address ({code})")]
    Refused {
        /// The SMTP reply code.
        code: u16,
        /// What it says, in a word.
        why: DeliveryReason,
    },
    /// Anything else: worth trying again.
    #[error("{reason}")]
    Temporary {
        /// What went wrong, for the administrator.
        reason: String,
        /// The same in a word.
        why: DeliveryReason,
    },
    /// The server speaks of a quota or a rate of the sender: no mail is taken for a while, no matter for whom.
    #[error("{reason}")]
    SlowDown {
        /// What the server said, for the administrator.
        reason: String,
        /// How long nothing is sent.
        wait: Duration,
    },
}

impl SendError {
    /// Why, in a word.
    #[must_use]
    pub fn why(&self) -> DeliveryReason {
        match self {
            Self::Refused { why, .. } | Self::Temporary { why, .. } => *why,
            Self::SlowDown { .. } => DeliveryReason::TooManyEmails,
        }
    }

    /// That the mail server, or the folder, did not take anything.
    pub(super) fn unavailable(reason: impl Into<String>) -> Self {
        Self::Temporary { reason: reason.into(), why: DeliveryReason::Unavailable }
    }
}

impl Transport {
    /// Reads the settings: `from` as in `Candour <noreply@trust.org.uk>`; `smtp_url` as `smtps://` (TLS),
    /// `smtp://…?tls=required` (STARTTLS), `smtp://…?tls=opportunistic` or plain `smtp://`, with `user:password@`
    /// percent-encoded. Without a URL, emails become `.eml` files in the folder `mailbox`.
    ///
    /// Nothing is made and no connection is opened yet. A user and password are accepted without TLS only for this very
    /// machine.
    ///
    /// # Errors
    /// [`MailError`] says which setting is wrong; [`MailError::NoRuntime`] when called with an SMTP URL outside a tokio
    /// runtime.
    pub fn from_settings(smtp_url: Option<&str>, from: &str, mailbox: &Path) -> Result<Self, MailError> {
        let from = sender(smtp_url, from)?;
        let route = if let Some(url) = smtp_url {
            Route::Smtp(Arc::new(Relay::from_url(url)?))
        } else {
            Route::Folder(mailbox.to_owned())
        };
        Ok(Self { from, route })
    }

    /// Keeps emails in memory, for a test that reads them there.
    ///
    /// # Errors
    /// [`MailError::From`].
    pub fn in_memory(from: &str, kept: Kept) -> Result<Self, MailError> {
        Ok(Self { from: sender(None, from)?, route: Route::Memory(kept) })
    }

    /// Makes the folder for `.eml` files, closed to others, where they go into one.
    ///
    /// # Errors
    /// [`MailError::Mailbox`].
    pub fn prepare(&self) -> Result<(), MailError> {
        match &self.route {
            Route::Smtp(_) | Route::Memory(_) => Ok(()),
            Route::Folder(path) => {
                make_private_folder(path).map_err(|source| MailError::Mailbox { path: path.clone(), source })
            }
        }
    }

    /// Whether [`Transport::from_settings`] would take these settings, found out without making a folder.
    ///
    /// # Errors
    /// [`MailError`] says which setting is wrong.
    pub fn check_settings(smtp_url: Option<&str>, from: &str) -> Result<(), MailError> {
        let _sender = sender(smtp_url, from)?;
        smtp_url.map_or(Ok(()), |url| Relay::from_url(url).map(drop))
    }

    /// Connects to a mail server, as sending would, and says goodbye. Sends nothing.
    ///
    /// # Errors
    /// [`SendError::Temporary`] says how far it came.
    pub async fn reach(smtp_url: &str) -> Result<(), SendError> {
        let relay = Relay::from_url(smtp_url).map_err(|error| SendError::unavailable(error.to_string()))?;
        relay.reach().await
    }

    /// Whether emails would leave this machine without encryption, or could be made to by somebody on the way.
    #[must_use]
    pub fn is_exposed(smtp_url: &str) -> bool {
        Relay::is_exposed(smtp_url)
    }

    /// What becomes of an email that [`Transport::send`] has seen off.
    #[must_use]
    pub fn delivered(&self) -> Delivery {
        match self.route {
            Route::Smtp(_) => Delivery::Sent,
            Route::Folder(_) | Route::Memory(_) => Delivery::WrittenToFile,
        }
    }

    /// The address that emails come from.
    #[must_use]
    pub fn sender(&self) -> &str {
        self.from.email.as_ref()
    }

    /// The folder where emails end that reach nobody, where no mail server is set.
    #[must_use]
    pub fn folder(&self) -> Option<&Path> {
        match &self.route {
            Route::Smtp(_) | Route::Memory(_) => None,
            Route::Folder(folder) => Some(folder),
        }
    }

    /// Sends one email, or writes it to its file. `now` becomes its date.
    ///
    /// A message may have left although this reports a temporary failure, as when the connection breaks before the
    /// server's last word. A repeat has the same Message-ID, and in the folder the same file.
    ///
    /// # Errors
    /// [`SendError::Refused`] when the address will never work; [`SendError::SlowDown`] while no mail is taken;
    /// [`SendError::Temporary`] otherwise.
    pub async fn send(&self, message: &Message, now: DateTime<Utc>) -> Result<(), SendError> {
        let assembled = message.assemble(&self.from, now).map_err(|error| match error {
            MessageError::Recipient => SendError::Refused { code: 553, why: DeliveryReason::NotAnAddress },
            MessageError::ReplyTo | MessageError::Assembly => {
                SendError::Temporary { reason: error.to_string(), why: DeliveryReason::Other }
            }
        })?;
        match &self.route {
            Route::Smtp(relay) => relay.send(assembled).await,
            Route::Memory(kept) => {
                kept.put(&message.message_id, assembled.formatted());
                Ok(())
            }
            Route::Folder(folder) => {
                let (folder, name) = (folder.clone(), file_name(&message.message_id));
                let written =
                    tokio::task::spawn_blocking(move || write_file(&folder, &name, &assembled.formatted())).await;
                match written {
                    Ok(Ok(())) => Ok(()),
                    Ok(Err(error)) => {
                        Err(SendError::unavailable(format!("the mailbox folder cannot be written: {}", error.kind())))
                    }
                    Err(_) => Err(SendError::unavailable("writing to the mailbox folder was interrupted")),
                }
            }
        }
    }
}

/// The sender. One at this machine is for trying out: other mail servers refuse or drop what comes from it.
fn sender(smtp_url: Option<&str>, from: &str) -> Result<Mailbox, MailError> {
    let from: Mailbox = from.parse().ok().ok_or(MailError::From)?;
    let domain = from.email.domain().to_ascii_lowercase();
    let nowhere = domain == "localhost" || domain.starts_with("localhost.") || domain.ends_with(".localhost");
    if smtp_url.is_some() && nowhere { Err(MailError::FromNowhere) } else { Ok(from) }
}

/// The file's name, from the Message-ID, so that a repeat overwrites it.
fn file_name(message_id: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | '@') { c } else { '_' };
    let stem: String = message_id.trim_matches(['<', '>']).chars().map(plain).collect();
    format!("{}.eml", stem.trim_start_matches('.'))
}

/// Writes a private temporary file beside it and renames it, so that nobody ever sees half an email.
fn write_file(folder: &Path, name: &str, bytes: &[u8]) -> io::Result<()> {
    let mut file = tempfile::Builder::new().prefix(".writing-").tempfile_in(folder)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist(folder.join(name)).map(drop).map_err(|failed| failed.error)
}

fn make_private_folder(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;

    fs::DirBuilder::new().recursive(true).mode(0o700).create(path)
}

#[cfg(test)]
mod tests;
