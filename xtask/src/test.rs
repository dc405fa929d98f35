//! The one test command: every check in order, each with its heading and duration, stopping at the first that fails.

use std::time::Instant;

use crate::postgres::Postgres;
use crate::program::{cargo, command, find, in_ci, output, root, run as run_program, target, works};
use crate::setup::Tools;
use crate::{Outcome, deny, setup, speak};

/// Runs every check.
pub(crate) fn run() -> Outcome {
    let mut steps = Steps::start();
    let before = git_status()?;

    let tools = steps.step("what the tests need", "run `cargo xtask setup`", setup::run)?;
    steps.cargo("format", "run `cargo fmt --all`", &["fmt", "--all", "--check"])?;
    steps.cargo(
        "lints",
        "mend what clippy names, or `#[expect(lint, reason = \"…\")]` where it is wrong",
        &["clippy", "--locked", "--workspace", "--all-targets", "--quiet", "--", "--deny", "warnings"],
    )?;
    let notes = steps.step("dependencies", "see deny.toml", deny::run)?;
    steps.cargo("examples in the documentation", "mend the example", &["test", "--locked", "--quiet", "--workspace", "--doc"])?;
    steps.cargo("the server that the stories drive", "mend what the compiler names", &["build", "--locked", "--package", "candour-api"])?;
    let server = steps.step("a PostgreSQL server", "see what it says, or name one that runs in CANDOUR_POSTGRES", Postgres::start)?;
    steps.step("tests", "mend what the summary above names", || tests(&tools, &server))?;
    drop(server);

    if git_status()? != before {
        let remedy = "a test or a build wrote into the working copy; `git status` shows where";
        if in_ci() {
            return Err(remedy.into());
        }
        speak::line(&format!("NOTE: {remedy}"));
    }
    for note in notes {
        speak::line(&note);
    }
    steps.end();
    Ok(())
}

/// Unit tests and stories, with nextest where it is installed.
fn tests(tools: &Tools, server: &Postgres) -> Outcome {
    let mut tests = if works(cargo(&["nextest", "--version"])) {
        cargo(&["nextest", "run", "--locked", "--workspace"])
    } else {
        cargo(&["test", "--locked", "--workspace", "--no-fail-fast", "--lib", "--bins", "--tests"])
    };
    tests.env("CANDOUR_BIN", target().join("debug/candour")).envs(tools.variables()).envs([server.variable()]);
    run_program(tests)
}

/// What git sees as changed; nothing outside a checkout.
fn git_status() -> Outcome<String> {
    if root().join(".git").exists() && find(&["git"]).is_some() {
        output(command("git", &["status", "--porcelain"]))
    } else {
        Ok(String::new())
    }
}

struct Steps {
    began: Instant,
    count: u32,
}

impl Steps {
    fn start() -> Self {
        Self { began: Instant::now(), count: 0 }
    }

    fn step<T>(&mut self, name: &str, remedy: &str, work: impl FnOnce() -> Outcome<T>) -> Outcome<T> {
        self.count += 1;
        speak::heading(&format!("{}. {name}", self.count));
        let began = Instant::now();
        let done = work().map_err(|failure| format!("{name}: {failure}.\nTo mend it: {remedy}."))?;
        speak::line(&format!("--- {name}: {:.1} s", began.elapsed().as_secs_f64()));
        Ok(done)
    }

    fn cargo(&mut self, name: &str, remedy: &str, arguments: &[&str]) -> Outcome {
        self.step(name, remedy, || run_program(cargo(arguments)))
    }

    fn end(&self) {
        speak::line(&format!("\nAll {} steps passed in {:.1} s.", self.count, self.began.elapsed().as_secs_f64()));
    }
}
