//! The tables of SECURITY.md, and the tests in the sources that they name.

use std::error::Error;
use std::fs;

use crate::rust_files::root;

/// What is under this heading.
pub(crate) fn section(heading: &str) -> Result<String, Box<dyn Error>> {
    let text = fs::read_to_string(root().join("SECURITY.md"))?;
    let section = text.split("\n## ").find(|section| section.starts_with(heading));
    Ok(section.ok_or_else(|| format!("SECURITY.md has no section \"{heading}\""))?.to_owned())
}

/// The cells of each row of its table.
pub(crate) fn rows(section: &str) -> Vec<Vec<String>> {
    let lines = section.lines().filter(|line| line.starts_with('|')).skip(2);
    lines.map(|line| line.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect()).collect()
}

/// What is named in a text as code.
pub(crate) fn named(text: &str) -> Vec<&str> {
    text.split('`').skip(1).step_by(2).collect()
}

/// The functions that follow `#[test]`, other attributes and comments in between left out.
pub(crate) fn tests_in(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let (mut marked, mut listed) = (false, false);
    for line in text.lines().map(str::trim_start) {
        // `on_both_engines!` lists its tests by name, one a line.
        if line.starts_with("on_both_engines!") {
            listed = true;
        } else if listed {
            match line.strip_suffix(',') {
                Some(name) => found.push(name.to_owned()),
                None => listed = false,
            }
        } else if line.starts_with("#[test]") {
            marked = true;
        } else if let Some(rest) = line.strip_prefix("fn ") {
            if marked {
                found.extend(rest.split(['(', '<']).next().map(str::to_owned));
            }
            marked = false;
        } else if !line.starts_with("#[") && !line.starts_with("//") {
            marked = false;
        }
    }
    found
}
