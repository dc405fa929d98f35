//! The file that holds the server key: made once with mode 0600, refused when anybody else may read it.

use std::fs::{self, File, Metadata};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use rand::CryptoRng;
use zeroize::Zeroizing;

use super::{InvalidServerKey, ServerKey};

/// Why the key file cannot be used, and what fixes it. The message never shows what the file holds.
#[derive(Debug, thiserror::Error)]
pub enum KeyFileError {
    /// There is no such file.
    #[error("there is no server key file {}; set CANDOUR_SECRET_KEY_FILE to where it is", .0.display())]
    Missing(PathBuf),
    /// It cannot be read.
    #[error("the server key file {} cannot be read: {source}; let the account that runs this program read it, and \
     nobody else", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// It cannot be created.
    #[error("the server key file {} cannot be created: {source}; make its folder, or set CANDOUR_SECRET_KEY_FILE to \
     another place", path.display())]
    Create {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// A folder, a device or a pipe.
    #[error("{} is not a file that could hold the server key; set CANDOUR_SECRET_KEY_FILE to where it \
     is", .0.display())]
    NotAFile(PathBuf),
    /// Its mode lets group or others in.
    #[error("the server key file {} can be read by others (mode {mode:04o}); run: chmod 600 \
     {}", path.display(), path.display())]
    ReadableByOthers {
        /// The file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// It holds something else.
    #[error("the server key file {} holds no server key: {source}", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// What a key looks like.
        source: InvalidServerKey,
    },
}

/// A key, its line end and some blanks. Longer content is cut here and then does not pass for a key.
const LONGEST: u64 = 200;

impl ServerKey {
    /// Reads the key from its file.
    ///
    /// # Errors
    /// [`KeyFileError`]: the file is missing, unreadable, not a regular file, open to group or others, or does not hold a key.
    pub fn load(path: &Path) -> Result<Self, KeyFileError> {
        // Looked at before it is opened, because opening a pipe would wait; and again afterwards, on what was opened.
        let unreadable = |source: io::Error| match source.kind() {
            io::ErrorKind::NotFound => KeyFileError::Missing(path.to_owned()),
            _ => KeyFileError::Read { path: path.to_owned(), source },
        };
        require_private(path, &fs::metadata(path).map_err(unreadable)?)?;
        let file = File::open(path).map_err(unreadable)?;
        require_private(path, &file.metadata().map_err(unreadable)?)?;
        let mut bytes = Zeroizing::new(Vec::with_capacity(256));
        file.take(LONGEST).read_to_end(&mut bytes).map_err(unreadable)?;
        let malformed = |source| KeyFileError::Malformed { path: path.to_owned(), source };
        Self::from_text(std::str::from_utf8(&bytes).ok().ok_or(InvalidServerKey).map_err(malformed)?).map_err(malformed)
    }

    /// Reads the key from its file, or makes a fresh key and its file on first start.
    ///
    /// The file appears complete or not at all, with mode 0600, on the disk before this returns; when two processes
    /// start at once, both use the same key.
    ///
    /// # Errors
    /// [`KeyFileError`], as for [`ServerKey::load`], and when the file cannot be created.
    pub fn load_or_create(path: &Path, rng: &mut impl CryptoRng) -> Result<Self, KeyFileError> {
        match Self::load(path) {
            Err(KeyFileError::Missing(_)) => {}
            other => return other,
        }
        match create(path, &Self::generate(rng).to_text()) {
            Err(source) if source.kind() != io::ErrorKind::AlreadyExists => {
                Err(KeyFileError::Create { path: path.to_owned(), source })
            }
            _ => Self::load(path),
        }
    }
}

/// Writes a temporary file beside `path` (mode 0600 from the first byte) and gives it its name only if that is still
/// free.
fn create(path: &Path, text: &str) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
    let mut file = tempfile::Builder::new().prefix(".candour-key-").tempfile_in(folder)?;
    file.write_all(text.as_bytes())?;
    file.as_file().sync_all()?;
    file.persist_noclobber(path).map_err(|failed| failed.error)?;
    File::open(folder)?.sync_all()
}

fn require_private(path: &Path, metadata: &Metadata) -> Result<(), KeyFileError> {
    use std::os::unix::fs::MetadataExt;

    let mode = metadata.mode() & 0o7777;
    if !metadata.is_file() {
        Err(KeyFileError::NotAFile(path.to_owned()))
    } else if mode & 0o077 != 0 {
        Err(KeyFileError::ReadableByOthers { path: path.to_owned(), mode })
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::error::Error;
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;
    use crate::sample::rng;

    type Outcome = Result<(), Box<dyn Error>>;

    fn file(folder: &Path, content: &str, mode: u32) -> io::Result<PathBuf> {
        let path = folder.join(format!("key-{mode:o}"));
        fs::write(&path, content)?;
        fs::set_permissions(&path, fs::Permissions::from_mode(mode))?;
        Ok(path)
    }

    #[test]
    fn the_first_start_makes_a_private_file_and_the_second_reads_it() -> Outcome {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("secret.key");
        let key = ServerKey::load_or_create(&path, &mut rng(1))?;
        assert_eq!(fs::metadata(&path)?.permissions().mode() & 0o7777, 0o600);
        assert_eq!(ServerKey::load_or_create(&path, &mut rng(2))?.fingerprint(), key.fingerprint());
        assert_eq!(fs::read_dir(&folder)?.count(), 1, "no temporary file is left");
        Ok(())
    }

    #[test]
    fn a_file_that_appears_meanwhile_is_not_replaced() -> Outcome {
        let folder = tempfile::tempdir()?;
        let path = file(folder.path(), &"11".repeat(32), 0o600)?;
        let refused = create(&path, "other").err().map(|error| error.kind());
        assert_eq!(refused, Some(io::ErrorKind::AlreadyExists));
        assert_eq!(fs::read_to_string(&path)?, "11".repeat(32));
        Ok(())
    }

    #[test]
    fn a_file_that_others_may_read_is_refused_with_the_remedy() -> Outcome {
        let folder = tempfile::tempdir()?;
        for mode in [0o644, 0o640, 0o604, 0o620, 0o601] {
            let path = file(folder.path(), &"11".repeat(32), mode)?;
            let Err(error) = ServerKey::load_or_create(&path, &mut rng(1)) else { return Err("accepted".into()) };
            assert!(matches!(error, KeyFileError::ReadableByOthers { mode: found, .. } if found == mode), "{error}");
            assert!(error.to_string().contains("chmod 600"), "{error}");
            assert_eq!(fs::read_to_string(&path)?, "11".repeat(32), "left as it was");
        }
        Ok(())
    }

    #[test]
    fn what_is_not_a_key_file_is_refused_by_name() -> Outcome {
        let folder = tempfile::tempdir()?;
        let (empty, text) =
            (file(folder.path(), "", 0o600)?, file(folder.path(), "correct horse battery staple", 0o400)?);
        for path in [&empty, &text] {
            let Err(error) = ServerKey::load_or_create(path, &mut rng(1)) else { return Err("accepted".into()) };
            assert!(matches!(error, KeyFileError::Malformed { .. }), "{error}");
            assert!(!error.to_string().contains("horse"));
        }
        assert!(matches!(ServerKey::load(folder.path()), Err(KeyFileError::NotAFile(_))));
        assert!(matches!(ServerKey::load(&folder.path().join("none")), Err(KeyFileError::Missing(_))));
        let nowhere = folder.path().join("no/such/folder/key");
        assert!(matches!(ServerKey::load_or_create(&nowhere, &mut rng(1)), Err(KeyFileError::Create { .. })));
        Ok(())
    }

    #[test]
    fn a_link_to_a_private_file_is_followed() -> Outcome {
        let folder = tempfile::tempdir()?;
        let (path, link) = (file(folder.path(), &"11".repeat(32), 0o400)?, folder.path().join("link"));
        symlink(&path, &link)?;
        assert_eq!(ServerKey::load(&link)?.fingerprint(), ServerKey::load(&path)?.fingerprint());
        Ok(())
    }
}
