//! Whether anybody else on this machine can read or change the database and the server key.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use super::{Finding, Subject, fix, warn, well};
use crate::config::{Config, KeySource};

/// Others may write.
const OTHERS_WRITE: u32 = 0o002;
/// Others may look.
const OTHERS_READ: u32 = 0o005;
/// The group may write.
const GROUP_WRITE: u32 = 0o020;
/// Anybody but the owner.
const NOT_OWNER: u32 = 0o077;
/// In such a folder only the owner of a file can replace it.
const STICKY: u32 = 0o1000;

/// A file or folder that somebody else could reach.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Open {
    /// Which, for people: `the database`, `the folder of the server key`.
    what: &'static str,
    path: PathBuf,
    mode: u32,
    /// Whether it is too much for a service to start.
    pub(crate) refused: bool,
    remedy: &'static str,
}

impl std::fmt::Display for Open {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { what, path, mode, remedy, .. } = self;
        let path = path.display();
        let may = if mode & (OTHERS_WRITE | GROUP_WRITE) == 0 { "read" } else { "changed" };
        write!(f, "{what}, {path}, can be {may} by others on this machine (mode {mode:04o}); run: {remedy} {path}")
    }
}

pub(super) fn examine(config: &Config) -> Vec<Finding> {
    let subject = Subject::Settings;
    let open = open_places(config);
    if open.is_empty() {
        return vec![well(
            subject,
            "nobody else on this machine can read or change the database and the folder of the key",
        )];
    }
    open.iter()
        .map(|open| if open.refused { fix(subject, open.to_string()) } else { warn(subject, open.to_string()) })
        .collect()
}

/// Everything of the database and the key that somebody else could reach. The key file itself is looked at where it is
/// read.
pub(crate) fn open_places(config: &Config) -> Vec<Open> {
    let database = config.database_file();
    let key = match &config.secret_key {
        KeySource::File(path) => Some(path.clone()),
        KeySource::Text(_) => None,
    };
    let files = database.iter().flat_map(|database| ["", "-wal", "-shm"].map(|suffix| with_suffix(database, suffix)));
    let mut open: Vec<Open> = files.filter_map(|path| file("the database", path)).collect();
    let mut folders: Vec<PathBuf> = Vec::new();
    for (what, path) in [("the folder of the server key", key), ("the folder of the database", database)] {
        if let Some(folder) = path.as_deref().and_then(folder_of).filter(|folder| !folders.contains(folder)) {
            open.extend(self::folder(what, folder.clone()));
            folders.push(folder);
        }
    }
    open
}

fn file(what: &'static str, path: PathBuf) -> Option<Open> {
    let mode = mode_of(&path)?;
    // A group may be let read it, for those who make copies; they have been chosen.
    let refused = mode & (OTHERS_WRITE | OTHERS_READ | GROUP_WRITE) != 0;
    (mode & NOT_OWNER != 0).then_some(Open { what, path, mode, refused, remedy: "chmod 600" })
}

fn folder(what: &'static str, path: PathBuf) -> Option<Open> {
    let mode = mode_of(&path)?;
    let refused = mode & OTHERS_WRITE != 0 && mode & STICKY == 0;
    (mode & (OTHERS_WRITE | OTHERS_READ | GROUP_WRITE) != 0).then_some(Open {
        what,
        path,
        mode,
        refused,
        remedy: "chmod 700",
    })
}

fn mode_of(path: &Path) -> Option<u32> {
    path.metadata().ok().map(|found| found.permissions().mode() & 0o7777)
}

fn folder_of(path: &Path) -> Option<PathBuf> {
    std::path::absolute(path).ok()?.parent().map(Path::to_owned)
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

#[cfg(test)]
mod tests {
    use std::fs::{Permissions, create_dir, set_permissions, write};

    use super::*;

    #[test]
    fn what_others_can_change_is_refused_and_what_they_can_look_at_is_told() -> std::io::Result<()> {
        let scratch = tempfile::tempdir()?;
        let folder = scratch.path().join("data");
        create_dir(&folder)?;
        let config = Config::throw_away(&folder);
        let database = config.database_file().unwrap_or_default();
        write(&database, "rows")?;
        for (mode_of_folder, mode_of_file, told, refused) in [
            (0o700, 0o600, 0, 0),
            (0o755, 0o600, 1, 0),
            (0o775, 0o600, 1, 0),
            (0o777, 0o600, 1, 1),
            (0o1777, 0o600, 1, 0),
            (0o700, 0o640, 1, 0),
            (0o700, 0o660, 1, 1),
            (0o700, 0o644, 1, 1),
            (0o777, 0o666, 2, 2),
        ] {
            set_permissions(&folder, Permissions::from_mode(mode_of_folder))?;
            set_permissions(&database, Permissions::from_mode(mode_of_file))?;
            let open = open_places(&config);
            let found = (open.len(), open.iter().filter(|open| open.refused).count());
            assert_eq!(found, (told, refused), "{mode_of_folder:o} {mode_of_file:o}: {open:?}");
            assert!(open.iter().all(|open| open.to_string().contains("run: chmod ")));
        }
        Ok(())
    }
}
