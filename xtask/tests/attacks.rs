//! The table of attacks in SECURITY.md, proved on the source files: every test it names is there and runs, and every
//! attack that is tried is in it.

mod rust_files;
mod security_page;

use std::collections::BTreeSet;
use std::error::Error;

use rust_files::rust_files;
use security_page::{named, rows, section, tests_in};

/// How many attacks the catalogue has.
const ATTACKS: usize = 45;

#[test]
fn every_attack_in_the_table_is_a_test_and_every_such_test_is_in_the_table() -> Result<(), Box<dyn Error>> {
    let tests = tests()?;
    let rows = rows(&section("Attacks that are tried")?);
    let numbers: Vec<&str> = rows.iter().map(|row| row[0].as_str()).collect();
    assert_eq!(
        numbers,
        (1..=ATTACKS).map(|number| number.to_string()).collect::<Vec<_>>(),
        "the rows of the table in SECURITY.md"
    );
    let mut in_table = BTreeSet::new();
    for row in &rows {
        let [number, attack, defence, proof] = &row[..] else {
            return Err(format!("a row has four columns: {row:?}").into());
        };
        assert!(!attack.is_empty() && !defence.is_empty(), "{row:?}");
        let proof = named(proof);
        for test in &proof {
            assert!(tests.contains(*test), "SECURITY.md names the test {test}, which does not exist");
        }
        let own = format!("attack_{number:0>2}_");
        assert!(proof.iter().any(|test| test.starts_with(&own)), "attack {number} has no test of its own: {proof:?}");
        in_table.extend(proof.into_iter().map(str::to_owned));
    }
    let unnamed: Vec<_> =
        tests.iter().filter(|test| test.starts_with("attack_") && !in_table.contains(*test)).collect();
    assert!(unnamed.is_empty(), "add these to the table in SECURITY.md: {unnamed:?}");
    Ok(())
}

/// The name of every test in the sources.
fn tests() -> Result<BTreeSet<String>, Box<dyn Error>> {
    let files = rust_files(&["crates", "tests"])?;
    let tests: BTreeSet<_> = files.iter().flat_map(|(_, text)| tests_in(text)).collect();
    assert!(tests.len() > 100, "the tests are somewhere else than they were");
    Ok(tests)
}
