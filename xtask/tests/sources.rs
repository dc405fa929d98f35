//! House rules that no lint knows, proved on the source files.

mod rust_files;

use std::error::Error;
use std::path::PathBuf;

use rust_files::rust_files;

/// A file has one idea; at this length it has several.
const LONGEST: usize = 600;

/// Names that say nothing about what is inside.
const DRAWERS: [&str; 8] = ["util", "utils", "helper", "helpers", "common", "misc", "shared", "types"];

#[test]
fn no_file_is_longer_than_one_idea() -> Result<(), Box<dyn Error>> {
    let mut long = Vec::new();
    for (file, text) in sources()? {
        let lines = text.lines().count();
        if lines > LONGEST {
            long.push(format!("{} ({lines} lines)", file.display()));
        }
    }
    assert!(long.is_empty(), "split these at an idea; 400 lines is already long: {long:?}");
    Ok(())
}

#[test]
fn no_file_or_folder_is_a_drawer() -> Result<(), Box<dyn Error>> {
    for (file, _) in sources()? {
        for part in file.components() {
            let part = part.as_os_str().to_string_lossy();
            let name = part.strip_suffix(".rs").unwrap_or(&part);
            assert!(!DRAWERS.contains(&name), "{}: name the thing instead of \"{name}\"", file.display());
        }
    }
    Ok(())
}

#[test]
fn every_exception_to_a_lint_gives_its_reason_and_ends_when_it_is_not_needed() -> Result<(), Box<dyn Error>> {
    for (file, text) in sources()? {
        for (number, line) in text.lines().enumerate() {
            let line = line.trim_start();
            let silenced = line.starts_with(concat!("#[al", "low(")) || line.starts_with(concat!("#![al", "low("));
            assert!(!silenced, "{}:{}: write #[expect(lint, reason = \"…\")]", file.display(), number + 1);
        }
    }
    Ok(())
}

#[test]
fn no_test_is_switched_off() -> Result<(), Box<dyn Error>> {
    for (file, text) in sources()? {
        for (number, line) in text.lines().enumerate() {
            let ignored = line.trim_start().starts_with(concat!("#[ig", "nore"));
            assert!(!ignored, "{}:{}: a test runs or goes", file.display(), number + 1);
        }
    }
    Ok(())
}

/// Every Rust file of the repository, by its path from the root.
fn sources() -> Result<Vec<(PathBuf, String)>, Box<dyn Error>> {
    rust_files(&["crates", "tests", "xtask"])
}
