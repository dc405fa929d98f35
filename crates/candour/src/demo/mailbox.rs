//! Reads the local mailbox as the raters would.

use std::path::Path;

use mailparse::MailHeaderMap;

use super::{DemoError, wait_until};

/// An invitation as a rater finds it.
pub(super) struct Letter {
    /// The address it was sent to.
    pub(super) to: String,
    /// The link in it.
    pub(super) link: String,
    text: String,
}

impl Letter {
    fn about(&self, name: &str) -> bool {
        self.text.contains(name)
    }
}

/// Waits until this many invitations about a person are in the mailbox and reads them.
pub(super) fn wait_for(mailbox: &Path, subject: &str, count: usize) -> Result<Vec<Letter>, DemoError> {
    let mut letters = Vec::new();
    wait_until("the delivery of the invitations", || {
        letters = read_all(mailbox)?.into_iter().filter(|letter| letter.about(subject)).collect();
        Ok(letters.len() >= count)
    })?;
    Ok(letters)
}

fn read_all(mailbox: &Path) -> Result<Vec<Letter>, DemoError> {
    let mut letters = Vec::new();
    let Ok(entries) = std::fs::read_dir(mailbox) else { return Ok(letters) };
    for entry in entries {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "eml") {
            letters.extend(letter(&std::fs::read(path)?));
        }
    }
    Ok(letters)
}

fn letter(bytes: &[u8]) -> Option<Letter> {
    let mail = mailparse::parse_mail(bytes).ok()?;
    let to = mailparse::addrparse(&mail.headers.get_first_value("To")?).ok()?.extract_single_info()?.addr;
    let part = mail.parts().find(|part| part.ctype.mimetype == "text/plain")?;
    let text = part.get_body().ok()?;
    let link = text.split_whitespace().find(|word| word.starts_with("http") && word.contains("/s/"))?.to_owned();
    Some(Letter { to, link, text })
}
