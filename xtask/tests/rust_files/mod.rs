//! The Rust files of the repository, read for the tests of its rules.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

/// The root of the repository.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Every Rust file under these folders of the root, by its path from there.
pub(crate) fn rust_files(folders: &[&str]) -> Result<Vec<(PathBuf, String)>, Box<dyn Error>> {
    let root = root();
    let mut folders: Vec<PathBuf> = folders.iter().map(|name| root.join(name)).collect();
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                files.push((path.strip_prefix(&root)?.to_owned(), fs::read_to_string(&path)?));
            }
        }
    }
    assert!(files.len() > 20, "the sources are somewhere else than they were");
    Ok(files)
}
