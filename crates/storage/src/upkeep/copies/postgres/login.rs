//! The address of a server without the password in it, for the command line of another program: everybody on the
//! machine can read that.

use std::io::Write as _;

use tempfile::NamedTempFile;

use crate::upkeep::copies::CopyError;

/// An address, and its password apart.
pub(super) struct Login {
    /// The address without a password.
    pub(super) address: String,
    password: Option<String>,
}

impl Login {
    /// Takes an address apart as libpq would read it.
    pub(super) fn of(url: &str) -> Result<Self, CopyError> {
        let (scheme, rest) = url.split_once("://").unwrap_or(("postgresql", url));
        // The first @ before the first / ends the user; a password may hold anything else.
        let authority = rest.split('/').next().unwrap_or(rest);
        let (user, place) = authority.split_once('@').map_or(("", rest), |(user, _)| (user, &rest[user.len() + 1..]));
        let (user, mut password) = user.split_once(':').map_or((user, None), |(user, password)| (user, Some(password)));
        let (place, query) = place.split_once('?').unwrap_or((place, ""));
        let settings: Vec<(&str, String, &str)> = query
            .split('&')
            .filter(|setting| !setting.is_empty())
            .map(|setting| setting.split_once('=').map_or((setting, "", ""), |(name, value)| (setting, name, value)))
            .map(|(setting, name, value)| Ok((setting, decode(name)?, value)))
            .collect::<Result<_, CopyError>>()?;
        if settings.iter().any(|(_, name, _)| name == "sslpassword") {
            return Err(CopyError::Secret(
                "the database address (CANDOUR_DATABASE_URL) holds `sslpassword`, which other people on this machine \
                 would see; use a client key without a passphrase",
            ));
        }
        if let Some((_, _, value)) = settings.iter().rfind(|(_, name, _)| name == "password") {
            password = Some(value);
        }
        let password = password.map(decode).transpose()?;
        if password.as_ref().is_some_and(|password| password.contains('\n')) {
            return Err(CopyError::Secret(
                "the password of the database holds a line end, which a password file cannot; set another",
            ));
        }
        let hidden = |name: &str| name == "password" || (name == "passfile" && password.is_some());
        let kept: Vec<&str> =
            settings.iter().filter(|(_, name, _)| !hidden(name)).map(|(setting, ..)| *setting).collect();
        let mut address = format!("{scheme}://");
        for (part, mark) in [(user, '@'), (place, '?')] {
            address.push_str(part);
            if (mark == '@' && !user.is_empty()) || (mark == '?' && !kept.is_empty()) {
                address.push(mark);
            }
        }
        address.push_str(&kept.join("&"));
        Ok(Self { address, password })
    }

    /// The password in a file that only this account can read, as libpq takes it; gone when it is dropped. `None` where
    /// the address has no password, and libpq looks for one where it always does.
    pub(super) fn password_file(&self) -> Result<Option<NamedTempFile>, CopyError> {
        let Some(line) = self.password_line() else { return Ok(None) };
        let written =
            NamedTempFile::with_prefix("candour-").and_then(|mut file| file.write_all(line.as_bytes()).map(|()| file));
        written.map(Some).map_err(|source| CopyError::Unwritable { file: std::env::temp_dir(), source })
    }

    fn password_line(&self) -> Option<String> {
        let password = self.password.as_ref()?;
        let mut line = "*:*:*:*:".to_owned();
        for character in password.chars() {
            if matches!(character, ':' | '\\') {
                line.push('\\');
            }
            line.push(character);
        }
        line.push('\n');
        Some(line)
    }
}

/// Undoes percent-encoding.
fn decode(text: &str) -> Result<String, CopyError> {
    let refused = || {
        CopyError::Secret(
            "the database address (CANDOUR_DATABASE_URL) has a % without two hexadecimal digits after it; write a % \
             itself as %25",
        )
    };
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let (byte, after) = match (first, after) {
            (b'%', [high, low, after @ ..]) => {
                let digit = |byte: u8| {
                    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok()).ok_or_else(refused)
                };
                (digit(*high)? << 4 | digit(*low)?, after)
            }
            (b'%', _) => return Err(refused()),
            (other, after) => (other, after),
        };
        if byte == 0 {
            return Err(refused());
        }
        bytes.push(byte);
        rest = after;
    }
    String::from_utf8(bytes).map_err(|_not_text| refused())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_nowhere_in_the_address() -> Result<(), CopyError> {
        for (url, address, line) in [
            ("postgres://candour@db/candour", "postgres://candour@db/candour", None),
            ("postgres:///candour?host=/run", "postgres:///candour?host=/run", None),
            (
                "postgres://candour:word@db:5433/candour?sslmode=require",
                "postgres://candour@db:5433/candour?sslmode=require",
                Some("word"),
            ),
            ("postgresql://:word@db", "postgresql://db", Some("word")),
            ("postgres://u:a%3Ab%5Cc%40d:e?f@db/x", "postgres://u@db/x", Some("a\\:b\\\\c@d\\:e?f")),
            ("postgres://u:one@a,b/x?a=1&password=two%20&b=2", "postgres://u@a,b/x?a=1&b=2", Some("two ")),
            ("postgres://u@db/x?%70assword=two&passfile=/p", "postgres://u@db/x", Some("two")),
            ("postgres://u@db/x?passfile=/p", "postgres://u@db/x?passfile=/p", None),
        ] {
            let login = Login::of(url)?;
            assert_eq!(login.address, address, "{url}");
            assert_eq!(login.password_line(), line.map(|line| format!("*:*:*:*:{line}\n")), "{url}");
        }
        Ok(())
    }

    #[test]
    fn a_password_is_for_this_account_alone_and_not_for_long() -> Result<(), Box<dyn std::error::Error>> {
        use std::os::unix::fs::PermissionsExt;

        let file = Login::of("postgres://u:word@db")?.password_file()?.ok_or("no file")?;
        let path = file.path().to_owned();
        assert_eq!(std::fs::read_to_string(&path)?, "*:*:*:*:word\n");
        assert_eq!(path.metadata()?.permissions().mode() & 0o777, 0o600);
        drop(file);
        assert!(!path.exists());
        Ok(())
    }

    #[test]
    fn what_cannot_be_kept_from_others_is_refused() {
        for url in [
            "postgres://u:%@db",
            "postgres://u:%zz@db",
            "postgres://u:%00@db",
            "postgres://u:a%0Ab@db",
            "postgres://db?sslpassword=x",
        ] {
            assert!(matches!(Login::of(url), Err(CopyError::Secret(_))), "{url}");
        }
    }
}
