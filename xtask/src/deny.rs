//! Checking the dependencies against deny.toml with cargo-deny.

use std::path::PathBuf;
use std::process::Command;

use crate::program::{cargo, command, run as run_program, target, works};
use crate::{Outcome, speak};

const VERSION: &str = "0.20.2";

/// Checks licences, bans and sources always, and known vulnerabilities where their database can be reached. What could
/// not be checked is returned as notes, to be shown where they are seen.
pub(crate) fn run() -> Outcome<Vec<String>> {
    let deny = find_or_install()?;
    run_program(command(&deny, &["--locked", "check", "bans", "licenses", "sources"]))?;
    if !works(database_fetch(&deny)) {
        let note = "NOT CHECKED: known vulnerabilities (RustSec); their database could not be fetched from here";
        speak::line(note);
        return Ok(vec![note.to_owned()]);
    }
    run_program(command(&deny, &["--locked", "check", "--disable-fetch", "advisories"]))?;
    Ok(Vec::new())
}

/// An unanswered question about a password must not hang the chore.
fn database_fetch(deny: &PathBuf) -> Command {
    let mut fetch = command(deny, &["fetch", "db"]);
    fetch.env("GIT_TERMINAL_PROMPT", "0");
    fetch
}

fn find_or_install() -> Outcome<PathBuf> {
    let tools = target().join("tools");
    let ours = tools.join("bin/cargo-deny");
    if let Some(found) = crate::program::find(&["cargo-deny"]) {
        return Ok(found);
    }
    if !works(command(&ours, &["--version"])) {
        speak::line(&format!("installing cargo-deny {VERSION} into target/tools (about a minute, once)"));
        // Unoptimised: it builds four times as quickly and still checks in two seconds.
        let mut install = cargo(&[
            "install",
            "--quiet",
            "cargo-deny",
            "--version",
            VERSION,
            "--locked",
            "--debug",
            "--no-default-features",
            "--root",
        ]);
        install.arg(&tools).env("CARGO_TARGET_DIR", tools.join("build")).env("CARGO_PROFILE_DEV_DEBUG", "0");
        run_program(install)?;
        // Only the program is wanted.
        std::fs::remove_dir_all(tools.join("build"))?;
    }
    Ok(ours)
}
