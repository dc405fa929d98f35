//! Reads the local mailbox as the raters would.

use std::path::Path;

use mailparse::MailHeaderMap;

use super::people::SampleRater;
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
    pub(super) fn about(&self, name: &str) -> bool {
        self.text.contains(name)
    }

    pub(super) fn is_to(&self, raters: &[SampleRater]) -> bool {
        raters.iter().any(|rater| rater.email == self.to)
    }
}

/// Waits until the mailbox holds this many letters and reads them.
pub(super) fn wait_for(mailbox: &Path, count: usize) -> Result<Vec<Letter>, DemoError> {
    let files = || -> Result<Vec<_>, DemoError> {
        let Ok(entries) = std::fs::read_dir(mailbox) else { return Ok(Vec::new()) };
        let paths = entries.map(|entry| Ok(entry?.path())).collect::<std::io::Result<Vec<_>>>()?;
        Ok(paths.into_iter().filter(|path| path.extension().is_some_and(|extension| extension == "eml")).collect())
    };
    wait_until("the delivery of the invitations", || Ok(files()?.len() >= count))?;
    files()?.iter().filter_map(|path| std::fs::read(path).map(|bytes| letter(&bytes)).transpose()).map(|letter| Ok(letter?)).collect()
}

fn letter(bytes: &[u8]) -> Option<Letter> {
    let mail = mailparse::parse_mail(bytes).ok()?;
    let to = mailparse::addrparse(&mail.headers.get_first_value("To")?).ok()?.extract_single_info()?.addr;
    let part = mail.parts().find(|part| part.ctype.mimetype == "text/plain")?;
    let text = part.get_body().ok()?;
    let link = text.split_whitespace().find(|word| word.starts_with("http") && word.contains("/s/"))?.to_owned();
    Some(Letter { to, link, text })
}
