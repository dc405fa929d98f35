//! Emails as they arrive: the `.eml` files of the service's own mailbox, those a mail server kept, or those in memory.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use candour_mail::Kept;
use mailparse::{MailAddr, MailHeaderMap, ParsedMail, addrparse};

use crate::{Outcome, finding};

/// Emails where they have arrived.
#[derive(Clone, Debug)]
pub enum Mailbox {
    /// A folder of `.eml` files, which may not be there yet.
    Folder(PathBuf),
    /// What a transport in memory has taken.
    Memory(Kept),
}

/// One email.
#[derive(Clone, Debug)]
pub struct Email {
    /// The addresses it is for.
    pub to: Vec<String>,
    /// Its subject line.
    pub subject: String,
    /// Its `Message-ID`.
    pub message_id: String,
    /// Its `Auto-Submitted` header.
    pub auto_submitted: Option<String>,
    /// Every header as it came.
    pub headers: Vec<(String, String)>,
    /// The plain text.
    pub text: String,
    /// The HTML.
    pub html: String,
    /// The secret parts of the rater links in the plain text, in order.
    pub links: Vec<String>,
}

impl Mailbox {
    /// The emails in this folder, which may not be there yet.
    #[must_use]
    pub fn new(folder: PathBuf) -> Self {
        Self::Folder(folder)
    }

    /// How many emails there are.
    pub fn count(&self) -> Outcome<usize> {
        Ok(match self {
            Self::Folder(folder) => files(folder)?.len(),
            Self::Memory(kept) => kept.all().len(),
        })
    }

    /// Every email that has been written in full.
    pub fn read(&self) -> Outcome<Vec<Email>> {
        let emails: Vec<Vec<u8>> = match self {
            Self::Folder(folder) => files(folder)?.into_iter().map(std::fs::read).collect::<Result<_, _>>()?,
            Self::Memory(kept) => kept.all(),
        };
        // A file still being written has no end of headers, or links cut short; it is read on the next look.
        emails.iter().filter_map(|bytes| parse(bytes).transpose()).collect()
    }

    /// The emails to this address.
    pub fn to(&self, address: &str) -> Outcome<Vec<Email>> {
        Ok(self.read()?.into_iter().filter(|email| email.to.iter().any(|to| to == address)).collect())
    }
}

fn files(folder: &Path) -> Outcome<Vec<PathBuf>> {
    if !folder.exists() {
        return Ok(Vec::new());
    }
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>()?;
    files.retain(|path| path.extension().is_some_and(|extension| extension == "eml"));
    files.sort();
    Ok(files)
}

fn parse(bytes: &[u8]) -> Outcome<Option<Email>> {
    if bytes.is_empty() {
        return Ok(None);
    }
    let mail = mailparse::parse_mail(bytes)?;
    let (mut text, mut html) = (String::new(), String::new());
    bodies(&mail, &mut text, &mut html)?;
    let headers = &mail.headers;
    let Some(to) = headers.get_first_value("To") else { return Ok(None) };
    let mut addresses = Vec::new();
    for address in addrparse(&to)?.iter() {
        match address {
            MailAddr::Single(single) => addresses.push(single.addr.to_lowercase()),
            MailAddr::Group(_) => finding!("an email is addressed to a group: {to}"),
        }
    }
    Ok(Some(Email {
        to: addresses,
        subject: headers.get_first_value("Subject").unwrap_or_default(),
        message_id: headers.get_first_value("Message-ID").unwrap_or_default(),
        auto_submitted: headers.get_first_value("Auto-Submitted"),
        headers: headers.iter().map(|header| (header.get_key(), header.get_value())).collect(),
        links: links(&text),
        text,
        html,
    }))
}

fn bodies(mail: &ParsedMail<'_>, text: &mut String, html: &mut String) -> Outcome {
    match mail.ctype.mimetype.as_str() {
        "text/plain" => text.push_str(&mail.get_body()?),
        "text/html" => html.push_str(&mail.get_body()?),
        _ => {}
    }
    mail.subparts.iter().try_for_each(|part| bodies(part, text, html))
}

/// The secret parts of the rater links in a text, each once, in order.
#[must_use]
pub fn links(text: &str) -> Vec<String> {
    let mut seen = BTreeSet::new();
    text.split("/s/")
        .skip(1)
        .map(|rest| rest.chars().take_while(|&c| c.is_ascii_alphanumeric() || c == '-' || c == '_').collect::<String>())
        .filter(|link| link.len() == 32 && seen.insert(link.clone()))
        .collect()
}
