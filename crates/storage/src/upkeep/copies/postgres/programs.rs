//! PostgreSQL's own programs: which ones, and what they are given and asked.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use tokio::process::Command;

use crate::upkeep::copies::CopyError;

/// Where packages put them, each version in a folder of its own. Before PATH, where Debian has a script that guesses
/// the version.
const PACKAGED: [(&str, &str); 3] = [("/usr/lib/postgresql", "bin"), ("/usr", "bin"), ("/opt/homebrew/opt", "bin")];

/// `pg_dump` and `pg_restore` of one version.
pub(super) struct Programs {
    folder: PathBuf,
}

/// One of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Program {
    Dump,
    Restore,
}

impl Program {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Dump => "pg_dump",
            Self::Restore => "pg_restore",
        }
    }
}

impl Programs {
    /// Those of the server's own version, else of the next later one: earlier ones do not know what is in its tables,
    /// and what the latest write an older server may not take. They are looked for in `folder` alone where one is
    /// given.
    pub(super) async fn find(folder: Option<&Path>, server: u32) -> Result<Self, CopyError> {
        let mut fitting: Option<(u32, PathBuf)> = None;
        let mut others = Vec::new();
        for folder in folder.map_or_else(usual_folders, |folder| vec![folder.to_owned()]) {
            let Some(version) = version_in(&folder).await else { continue };
            if version < server {
                others.push(format!("{} in {}", version, folder.display()));
            } else if fitting.as_ref().is_none_or(|(best, _)| version < *best) {
                fitting = Some((version, folder));
            }
        }
        let found = match (others.as_slice(), folder) {
            ([], None) => "pg_dump and pg_restore were not found in PATH or in the usual folders".to_owned(),
            ([], Some(folder)) => format!("pg_dump and pg_restore were not found in {}", folder.display()),
            (others, _) => {
                format!("pg_dump is too old (there is {}; the server has version {server})", others.join(", "))
            }
        };
        fitting.map(|(_, folder)| Self { folder }).ok_or(CopyError::Programs { found, wanted: server })
    }

    /// A program that is to do something offline. It is ended when it is dropped, and is not told the settings of this
    /// program.
    pub(super) fn command(&self, program: Program) -> Command {
        command(&self.folder, program)
    }

    /// A program that is to log in to the server. The password is neither among its arguments nor in its environment,
    /// but in a file.
    pub(super) fn command_on(&self, program: Program, address: &str, password: Option<&Path>) -> Command {
        let mut command = self.command(program);
        command.arg("--no-password").arg(format!("--dbname={address}"));
        if let Some(password) = password {
            command.env("PGPASSFILE", password).env_remove("PGPASSWORD");
        }
        command
    }
}

/// Runs a program that prints nothing of use.
pub(super) async fn run(program: Program, mut command: Command) -> Result<(), CopyError> {
    let started = command.spawn().map_err(|error| failed(program, error.to_string()))?;
    let ended = started.wait_with_output().await.map_err(|error| failed(program, error.to_string()))?;
    if ended.status.success() { Ok(()) } else { Err(failed(program, said(&ended.stderr))) }
}

pub(super) fn failed(program: Program, said: String) -> CopyError {
    CopyError::Program { program: program.name(), said }
}

/// What a program said of its failure: its own line, without the lines after it and without values, in which there may
/// be a row.
pub(super) fn said(stderr: &[u8]) -> String {
    let text = String::from_utf8_lossy(stderr);
    let lines = text.lines().filter_map(|line| line.split_once(": error: ").or_else(|| line.split_once(": fatal: ")));
    let Some((_, line)) = lines.into_iter().next() else { return "the program ended without saying why".to_owned() };
    if let Some(table) = line.strip_prefix("COPY failed for table ") {
        return format!("the rows of {} were not taken", table.split(':').next().unwrap_or_default());
    }
    line.trim_end().to_owned()
}

fn command(folder: &Path, program: Program) -> Command {
    let mut command = Command::new(folder.join(program.name()));
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("CANDOUR_") {
            command.env_remove(name);
        }
    }
    // What it says is read here, and so it speaks English.
    command.env("LC_ALL", "C").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).kill_on_drop(true);
    command
}

async fn version_in(folder: &Path) -> Option<u32> {
    if ![Program::Dump, Program::Restore].iter().all(|program| folder.join(program.name()).is_file()) {
        return None;
    }
    let ended = command(folder, Program::Dump).arg("--version").stdout(Stdio::piped()).output().await.ok()?;
    major(&String::from_utf8_lossy(&ended.stdout))
}

/// The version in `pg_dump (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)`.
fn major(text: &str) -> Option<u32> {
    let version = text.split_once("(PostgreSQL) ")?.1;
    version.split(|character: char| !character.is_ascii_digit()).next()?.parse().ok()
}

fn usual_folders() -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> = Vec::new();
    for (place, within) in PACKAGED {
        let versions = std::fs::read_dir(place).into_iter().flatten().flatten().map(|entry| entry.path());
        folders.extend(
            versions.map(|version| version.join(within)).filter(|folder| folder.join(Program::Dump.name()).is_file()),
        );
    }
    folders.sort();
    folders.extend(std::env::var_os("PATH").iter().flat_map(std::env::split_paths));
    folders
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn versions_are_read() {
        assert_eq!(major("pg_dump (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)\n"), Some(15));
        assert_eq!(major("pg_dump (PostgreSQL) 18beta1"), Some(18));
        assert_eq!(major("pg_dump 9"), None);
    }

    #[test]
    fn what_a_program_says_holds_no_row() {
        let rows = "pg_restore: error: COPY failed for table \"raters\": ERROR:  duplicate key\nDETAIL:  Key \
         (email)=(ann@trust.uk)\n";
        assert_eq!(said(rows.as_bytes()), "the rows of \"raters\" were not taken");
        assert_eq!(
            said(b"pg_dump: warning: x\npg_dump: error: no matching tables were found\n"),
            "no matching tables were found"
        );
        assert_eq!(said(b""), "the program ended without saying why");
    }

    #[tokio::test]
    async fn programs_of_the_servers_version_are_taken_or_else_the_next() -> Result<(), Box<dyn std::error::Error>> {
        let folder = tempfile::tempdir()?;
        for name in ["pg_dump", "pg_restore"] {
            let path = folder.path().join(name);
            std::fs::write(&path, "#!/bin/sh\necho \"pg_dump (PostgreSQL) 16.1\"\n")?;
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o700))?;
        }
        for server in [14, 16] {
            assert_eq!(Programs::find(Some(folder.path()), server).await?.folder, folder.path());
        }
        let refused =
            Programs::find(Some(folder.path()), 17).await.err().map(|error| error.to_string()).unwrap_or_default();
        assert!(refused.contains("too old") && refused.contains("postgresql-client-17"), "{refused}");
        let nowhere = Programs::find(Some(Path::new("/nowhere")), 17)
            .await
            .err()
            .map(|error| error.to_string())
            .unwrap_or_default();
        assert!(nowhere.contains("not found in /nowhere") && nowhere.contains("CANDOUR_POSTGRES_TOOLS"), "{nowhere}");
        Ok(())
    }
}
