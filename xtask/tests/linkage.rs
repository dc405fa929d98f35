//! The section on linkage attacks in SECURITY.md, proved on the source files: the table has every attack that is tried
//! and no other, and the tests it names are those that try them.

mod rust_files;
mod security_page;

use std::collections::BTreeSet;
use std::error::Error;

use rust_files::rust_files;
use security_page::{named, rows, section, tests_in};

/// Where the attacks are.
const STORY: &str = "tests/integration/linkage";

#[test]
fn the_table_of_linkage_attacks_has_those_that_are_tried_and_names_their_tests() -> Result<(), Box<dyn Error>> {
    let section = section("Linking answers to people")?;
    let files = rust_files(&["tests/integration"])?;
    let story: String =
        files.into_iter().filter(|(path, _)| path.to_string_lossy().starts_with(STORY)).map(|(_, text)| text).collect();

    // Each is told of the engines on which it can be tried.
    let name = |row: Vec<String>| Some(row.first()?.split_once(": ")?.1.to_owned());
    let attacks: BTreeSet<String> = rows(&section).into_iter().filter_map(name).collect();
    for attack in &attacks {
        assert!(story.contains(&format!("\"{attack}\"")), "SECURITY.md has an attack that nothing tries: {attack}");
    }
    let tried: Vec<&str> = story.split("attack(\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    assert!(tried.len() > 7, "the attacks are somewhere else than they were");
    for attack in tried {
        assert!(attacks.contains(attack), "add this attack to the table in SECURITY.md: {attack}");
    }

    let tests: BTreeSet<String> = tests_in(&story).into_iter().collect();
    let named: BTreeSet<String> =
        named(&section).into_iter().filter(|name| name.starts_with("on_")).map(str::to_owned).collect();
    assert_eq!(named, tests, "SECURITY.md names the tests of linkage");
    Ok(())
}
