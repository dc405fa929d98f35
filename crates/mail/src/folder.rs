//! The emails that were written to a folder because no mail server is set, as somebody reads them who tries the service
//! out.

use std::fs;
use std::io;
use std::path::Path;
use std::time::SystemTime;

use chrono::{DateTime, Utc};
use mailparse::{MailHeaderMap, ParsedMail};

/// An email in the folder.
#[derive(Clone, PartialEq, Eq)]
pub struct Filed {
    /// The name of its file, without the ending.
    pub id: String,
    /// When it was written.
    pub at: DateTime<Utc>,
    /// Who it goes to: name and address.
    pub to: String,
    /// Its subject.
    pub subject: String,
    /// The plain text.
    pub text: String,
    /// The same as HTML.
    pub html: String,
}

/// The emails in this folder, newest first. What cannot be read is left out.
///
/// # Errors
/// When the folder itself cannot be read.
pub fn filed(folder: &Path) -> io::Result<Vec<Filed>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let path = entry.path();
        if path.extension().is_none_or(|extension| extension != "eml") {
            continue;
        }
        let (Some(id), Ok(bytes)) = (path.file_stem().and_then(|stem| stem.to_str()), fs::read(&path)) else {
            continue;
        };
        let at = entry.metadata().and_then(|metadata| metadata.modified()).unwrap_or(SystemTime::UNIX_EPOCH);
        found.extend(read(id, at.into(), &bytes));
    }
    found.sort_by(|one, other| (other.at, &one.id).cmp(&(one.at, &other.id)));
    Ok(found)
}

fn read(id: &str, at: DateTime<Utc>, bytes: &[u8]) -> Option<Filed> {
    let mail = mailparse::parse_mail(bytes).ok()?;
    let header = |name: &str| mail.headers.get_first_value(name);
    Some(Filed {
        id: id.to_owned(),
        at,
        to: header("To")?,
        subject: header("Subject")?,
        text: body(&mail, "text/plain")?,
        html: body(&mail, "text/html")?,
    })
}

fn body(mail: &ParsedMail<'_>, kind: &str) -> Option<String> {
    mail.parts().find(|part| part.ctype.mimetype == kind)?.get_body().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const EMAIL: &str = "To: \"Ann Lee\" <ann@trust.example>\r\nSubject: Hello\r\nMIME-Version: 1.0\r\n\
        Content-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nPlain.\r\n\
        --b\r\nContent-Type: text/html\r\n\r\n<p>Plain.</p>\r\n--b--\r\n";

    #[test]
    fn emails_are_read_newest_first_and_other_files_are_left_out() -> io::Result<()> {
        let folder = tempfile::tempdir()?;
        for (name, age) in [("old.eml", 60), ("new.eml", 0)] {
            let file = fs::File::create(folder.path().join(name))?;
            io::Write::write_all(&mut &file, EMAIL.as_bytes())?;
            file.set_modified(SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_000_000 - age))?;
        }
        fs::write(folder.path().join("broken.eml"), "no email")?;
        fs::write(folder.path().join("other.txt"), EMAIL)?;
        let found = filed(folder.path())?;
        assert_eq!(found.iter().map(|email| email.id.as_str()).collect::<Vec<_>>(), ["new", "old"]);
        let new = found.first().ok_or(io::ErrorKind::NotFound)?;
        assert_eq!((new.to.as_str(), new.subject.as_str()), ("\"Ann Lee\" <ann@trust.example>", "Hello"));
        assert_eq!((new.text.trim(), new.html.trim()), ("Plain.", "<p>Plain.</p>"));
        assert!(filed(&folder.path().join("nowhere")).is_err());
        Ok(())
    }
}
