//! The programs the stories need beside the service. One that is missing fails the test and says what fixes it.

use std::path::{Path, PathBuf};

use crate::{Outcome, finding};

/// The program or file named by the variable, else the usual place; a finding with the fix when it is not there.
pub fn find(variable: &str, usual: &Path) -> Outcome<PathBuf> {
    let path = std::env::var_os(variable).map_or_else(|| usual.to_owned(), PathBuf::from);
    if !path.exists() {
        finding!("{} is not there: run `cargo xtask setup`, or set {variable} to where it is", path.display());
    }
    Ok(path)
}

/// `target/`, worked out from where the test executable lies.
pub fn target_folder() -> Outcome<PathBuf> {
    let executable = std::env::current_exe()?;
    let target = executable.ancestors().nth(3).ok_or("the test executable lies in no target folder")?;
    Ok(target.to_owned())
}

/// The root of the repository.
#[must_use]
pub fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().map_or_else(PathBuf::new, Path::to_owned)
}

/// The built `candour`: `CANDOUR_BIN`, else beside the test executable.
pub fn candour() -> Outcome<PathBuf> {
    let executable = std::env::current_exe()?;
    let beside = executable.ancestors().nth(2).ok_or("the test executable lies in no target folder")?.join("candour");
    let path = std::env::var_os("CANDOUR_BIN").map_or(beside, PathBuf::from);
    if !path.exists() {
        finding!("{} has not been built: run `cargo build`, or `cargo xtask test` for everything", path.display());
    }
    Ok(path)
}
