//! The table of attacks in SECURITY.md, proved on the source files: every test it names is there and runs, and every attack that is tried is
//! in it.

mod rust_files;

use std::collections::BTreeSet;
use std::error::Error;
use std::fs;

use rust_files::{root, rust_files};

/// How many attacks the catalogue has.
const ATTACKS: usize = 32;

#[test]
fn every_attack_in_the_table_is_a_test_and_every_such_test_is_in_the_table() -> Result<(), Box<dyn Error>> {
    let tests = tests()?;
    let rows = rows()?;
    let numbers: Vec<&str> = rows.iter().map(|row| row[0].as_str()).collect();
    assert_eq!(numbers, (1..=ATTACKS).map(|number| number.to_string()).collect::<Vec<_>>(), "the rows of the table in SECURITY.md");
    let mut named = BTreeSet::new();
    for row in &rows {
        let [number, attack, defence, proof] = &row[..] else { return Err(format!("a row has four columns: {row:?}").into()) };
        assert!(!attack.is_empty() && !defence.is_empty(), "{row:?}");
        let proof: Vec<&str> = proof.split('`').skip(1).step_by(2).collect();
        for test in &proof {
            assert!(tests.contains(*test), "SECURITY.md names the test {test}, which does not exist");
        }
        let own = format!("attack_{number:0>2}_");
        assert!(proof.iter().any(|test| test.starts_with(&own)), "attack {number} has no test of its own: {proof:?}");
        named.extend(proof.into_iter().map(str::to_owned));
    }
    let unnamed: Vec<_> = tests.iter().filter(|test| test.starts_with("attack_") && !named.contains(*test)).collect();
    assert!(unnamed.is_empty(), "add these to the table in SECURITY.md: {unnamed:?}");
    Ok(())
}

/// The cells of each row of the table under its heading.
fn rows() -> Result<Vec<Vec<String>>, Box<dyn Error>> {
    let text = fs::read_to_string(root().join("SECURITY.md"))?;
    let section =
        text.split("\n## ").find(|section| section.starts_with("Attacks that are tried")).ok_or("SECURITY.md has no table of attacks")?;
    let lines = section.lines().filter(|line| line.starts_with('|')).skip(2);
    Ok(lines.map(|line| line.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect()).collect())
}

/// The name of every test in the sources.
fn tests() -> Result<BTreeSet<String>, Box<dyn Error>> {
    let files = rust_files(&["crates", "tests"])?;
    let tests: BTreeSet<_> = files.iter().flat_map(|(_, text)| tests_in(text)).collect();
    assert!(tests.len() > 100, "the tests are somewhere else than they were");
    Ok(tests)
}

/// The functions that follow `#[test]`, other attributes and comments in between left out.
fn tests_in(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut marked = false;
    for line in text.lines().map(str::trim_start) {
        if line.starts_with("#[test]") {
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
