//! The README shows the pictures that `cargo xtask screenshots` takes, and no other.

use std::collections::BTreeSet;
use std::error::Error;
use std::fs;
use std::path::Path;

#[test]
fn the_readme_shows_the_pictures_that_are_taken() -> Result<(), Box<dyn Error>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let readme = fs::read_to_string(root.join("README.md"))?;
    let begins = readme.split("docs/screenshots/").skip(1);
    let shown: BTreeSet<&str> = begins.filter_map(|rest| Some(rest.split_once(".png")?.0)).collect();

    let mut there = BTreeSet::new();
    for entry in fs::read_dir(root.join("docs/screenshots"))? {
        let name = entry?.file_name().into_string().map_err(|name| format!("a strange name: {}", name.display()))?;
        there.insert(name.strip_suffix(".png").ok_or("a file that is no picture")?.to_owned());
    }
    assert_eq!(shown, there.iter().map(String::as_str).collect());

    let program = fs::read_to_string(root.join("tests/src/bin/screenshots.rs"))?;
    for name in shown {
        assert!(program.contains(&format!("\"{name}\")")), "nothing takes {name}");
    }
    Ok(())
}
