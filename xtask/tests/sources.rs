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

/// A clock that can be moved is for tests, which bring their own; the operator cannot move its clock by a
/// setting.
#[test]
fn the_program_knows_no_clock_but_the_machines() -> Result<(), Box<dyn Error>> {
    // Its own, and that of the service's unit tests.
    let known = ["crates/service/src/clock.rs", "crates/service/src/sample.rs"].map(PathBuf::from);
    let another = |text: &str| text.contains("Source for ") || text.contains("Timekeeper::on(");
    let others: Vec<PathBuf> = rust_files(&["crates"])?
        .into_iter()
        .filter(|(file, text)| !known.contains(file) && another(text))
        .map(|(file, _)| file)
        .collect();
    assert!(others.is_empty(), "another source of time than the machine's: {others:?}");
    Ok(())
}

/// Every Rust file of the repository, by its path from the root.
fn sources() -> Result<Vec<(PathBuf, String)>, Box<dyn Error>> {
    rust_files(&["crates", "tests", "xtask"])
}
