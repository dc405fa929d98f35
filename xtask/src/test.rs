//! The one test command: every check in order, each with its heading and duration, stopping at the first that fails.

use std::process::Command;
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
        "fix what clippy names, or `#[expect(lint, reason = \"…\")]` where it is wrong",
        &["clippy", "--locked", "--workspace", "--all-targets", "--quiet", "--", "--deny", "warnings"],
    )?;
    let notes = steps.step("dependencies", "see deny.toml", deny::run)?;
    // Every step from here on takes the whole workspace: crates that are chosen one by one get other features, and are
    // built again for them.
    let programs = ["build", "--locked", "--workspace", "--bins", "--tests"];
    steps.cargo("the server that the stories drive, and the tests", "fix what the compiler names", &programs)?;
    steps.cargo(
        "examples in the documentation",
        "fix the example",
        &["test", "--locked", "--quiet", "--workspace", "--doc"],
    )?;
    let server = steps.step(
        "a PostgreSQL server",
        "see what it says, or name one that runs in CANDOUR_POSTGRES",
        Postgres::start,
    )?;
    let tests = Tests { tools: &tools, server: &server };
    steps.step("tests", "fix what the summary above names", || tests.run())?;
    let by_hand = "fix what the summary above names; `CANDOUR_TEST_ENGINE=postgres cargo xtask postgres cargo nextest \
     run STORY` runs one";
    steps.step("stories on PostgreSQL", by_hand, || tests.stories_on_postgres())?;
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

/// Stories that are told once, by their modules. A browser sees the same pages whatever keeps the rows, and takes
/// longest; the demonstration and the stories of several nodes, of faults and of an attacker bring their own databases;
/// the document has none.
const ONLY_ON_SQLITE: [&str; 10] =
    ["sqlite", "browser", "console_walk", "demo", "openapi", "nodes", "outage", "faults", "full_disk", "linkage"];
const ONLY_ON_POSTGRES: [&str; 1] = ["postgres"];

const STORIES: &str = "candour-tests";

/// Unit tests and stories, with nextest where it is installed.
struct Tests<'a> {
    tools: &'a Tools,
    server: &'a Postgres,
}

impl Tests<'_> {
    /// Everything, the stories on SQLite.
    fn run(&self) -> Outcome {
        if with_nextest() {
            let filter = format!("not (package({STORIES}) and test({}))", pattern(&ONLY_ON_POSTGRES));
            return self.told(nextest(&filter), "sqlite");
        }
        let everything_else =
            ["test", "--locked", "--no-fail-fast", "--lib", "--bins", "--tests", "--workspace", "--exclude", STORIES];
        self.told(cargo(&everything_else), "sqlite")?;
        self.told(
            without(cargo(&["test", "--locked", "--no-fail-fast", "--package", STORIES]), &ONLY_ON_POSTGRES),
            "sqlite",
        )
    }

    /// The stories once more, on the other engine.
    fn stories_on_postgres(&self) -> Outcome {
        if with_nextest() {
            let filter = format!("binary_id({STORIES}::integration) and not test({})", pattern(&ONLY_ON_SQLITE));
            return self.told(nextest(&filter), "postgres");
        }
        let stories = cargo(&["test", "--locked", "--no-fail-fast", "--package", STORIES, "--test", "integration"]);
        self.told(without(stories, &ONLY_ON_SQLITE), "postgres")
    }

    /// Runs them with all they need to know.
    fn told(&self, mut tests: Command, engine: &str) -> Outcome {
        tests.env("CANDOUR_BIN", target().join("debug/candour")).env("CANDOUR_TEST_ENGINE", engine);
        // A document that differs from its snapshot is a failure, and nothing is written.
        tests.env("INSTA_UPDATE", "no");
        tests.envs(self.tools.variables()).envs([self.server.variable()]);
        run_program(tests)
    }
}

fn with_nextest() -> bool {
    works(cargo(&["nextest", "--version"]))
}

/// Those of the workspace that the filter names. A story waits most of the time, for a deadline, a lease or a browser,
/// so there are more of them at a time than processors; `.config/nextest.toml` says which want a processor for
/// themselves.
fn nextest(filter: &str) -> Command {
    let at_a_time = std::thread::available_parallelism().map_or(2, |processors| processors.get() * 2);
    cargo(&[
        "nextest",
        "run",
        "--locked",
        "--workspace",
        "--test-threads",
        &at_a_time.to_string(),
        "--filterset",
        filter,
    ])
}

/// For nextest, what the names of the tests in these modules match.
fn pattern(modules: &[&str]) -> String {
    format!("/(^|::)({})::/", modules.join("|"))
}

/// For `cargo test`, which goes by parts of names.
fn without(mut tests: Command, modules: &[&str]) -> Command {
    tests.arg("--").args(modules.iter().flat_map(|module| ["--skip".to_owned(), format!("{module}::")]));
    tests
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
        let done = work().map_err(|failure| format!("{name}: {failure}.\nTo fix it: {remedy}."))?;
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
