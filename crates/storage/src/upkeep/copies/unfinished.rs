//! A file that is being written and has no name yet.

use std::fs::{File, OpenOptions, Permissions};
use std::io;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use tempfile::{TempDir, TempPath};

use super::CopyError;

/// A file that is being written in a folder of its own, which nobody else can enter, beside the place where it will be.
/// Until it is finished there is nothing at that place, and dropping this removes all of it.
pub(super) struct Unfinished {
    folder: TempDir,
    place: PathBuf,
}

impl Unfinished {
    /// Makes an empty file, mode 0600, that is to be at this place.
    pub(super) fn beside(place: &Path) -> Result<Self, CopyError> {
        let unwritable = |source| CopyError::Unwritable { file: place.to_owned(), source };
        if place.file_name().is_none() {
            return Err(unwritable(io::Error::from(io::ErrorKind::InvalidInput)));
        }
        let private = Permissions::from_mode(0o700);
        let folder =
            tempfile::Builder::new().prefix(".candour-unfinished-").permissions(private).tempdir_in(folder_of(place));
        let unfinished = Self { folder: folder.map_err(unwritable)?, place: place.to_owned() };
        let created = OpenOptions::new().write(true).create_new(true).mode(0o600).open(unfinished.path());
        created.map_err(unwritable)?;
        Ok(unfinished)
    }

    /// Where it is written.
    pub(super) fn path(&self) -> PathBuf {
        self.folder.path().join("copy")
    }

    /// Gives the file its name, if there is still nothing of that name, and gives its size. It is on the disk when this
    /// returns.
    pub(super) fn finish(self) -> Result<u64, CopyError> {
        let unwritable = |source| CopyError::Unwritable { file: self.place.clone(), source };
        let file = File::open(self.path()).map_err(unwritable)?;
        file.sync_all().map_err(unwritable)?;
        let bytes = file.metadata().map_err(unwritable)?.len();
        let named = TempPath::try_from_path(self.path()).map_err(unwritable)?.persist_noclobber(&self.place);
        named.map_err(|failed| match failed.error.kind() {
            io::ErrorKind::AlreadyExists => CopyError::Exists(self.place.clone()),
            _ => unwritable(failed.error),
        })?;
        // Without this the name may be gone after a power cut.
        File::open(folder_of(&self.place)).and_then(|folder| folder.sync_all()).map_err(unwritable)?;
        Ok(bytes)
    }
}

/// Refuses a place at which there is something.
pub(super) fn require_free(place: &Path) -> Result<(), CopyError> {
    if place.symlink_metadata().is_ok() { Err(CopyError::Exists(place.to_owned())) } else { Ok(()) }
}

/// The folder in which a file lies or will lie.
fn folder_of(file: &Path) -> PathBuf {
    file.parent().filter(|folder| !folder.as_os_str().is_empty()).map_or_else(|| PathBuf::from("."), Path::to_owned)
}

#[cfg(test)]
mod tests {
    use std::error::Error;

    use super::*;

    type Outcome = Result<(), Box<dyn Error>>;

    fn names(folder: &Path) -> io::Result<Vec<String>> {
        std::fs::read_dir(folder)?.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned())).collect()
    }

    #[test]
    fn a_file_has_its_name_when_it_is_finished_and_not_before() -> Outcome {
        let folder = tempfile::tempdir()?;
        let place = folder.path().join("copy.db");
        let unfinished = Unfinished::beside(&place)?;
        std::fs::write(unfinished.path(), "half")?;
        assert!(!place.exists());
        for (path, mode) in [(unfinished.path(), 0o600), (unfinished.folder.path().to_owned(), 0o700)] {
            assert_eq!(path.metadata()?.permissions().mode() & 0o777, mode, "{}", path.display());
        }
        assert_eq!(unfinished.finish()?, 4);
        assert_eq!(names(folder.path())?, ["copy.db"]);
        assert_eq!(place.metadata()?.permissions().mode() & 0o777, 0o600);
        Ok(())
    }

    #[test]
    fn what_is_given_up_leaves_nothing() -> Outcome {
        let folder = tempfile::tempdir()?;
        let unfinished = Unfinished::beside(&folder.path().join("copy.db"))?;
        std::fs::write(unfinished.path(), "half")?;
        drop(unfinished);
        assert_eq!(names(folder.path())?.len(), 0);
        Ok(())
    }

    #[test]
    fn nothing_is_replaced_even_if_it_appears_meanwhile() -> Outcome {
        let folder = tempfile::tempdir()?;
        let (place, dangling) = (folder.path().join("copy.db"), folder.path().join("link"));
        std::os::unix::fs::symlink("nowhere", &dangling)?;
        assert!(matches!(require_free(&dangling), Err(CopyError::Exists(_))));
        let unfinished = Unfinished::beside(&place)?;
        std::fs::write(&place, "somebody's")?;
        assert!(matches!(unfinished.finish(), Err(CopyError::Exists(_))));
        assert_eq!(std::fs::read_to_string(&place)?, "somebody's");
        assert_eq!(names(folder.path())?.len(), 2);
        Ok(())
    }

    #[test]
    fn a_place_that_cannot_be_written_is_told() {
        for place in ["/nowhere/at/all/copy.db", "/", ".."] {
            let refused = Unfinished::beside(Path::new(place));
            assert!(matches!(refused, Err(CopyError::Unwritable { .. })), "{place}");
        }
    }
}
