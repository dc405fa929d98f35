//! Measuring the whole service from outside: `cargo xtask bench service`.
//!
//! The load generator is a program of its own, `candour-bench` in tests/bench. Here both are built as they are shipped,
//! and what is measured gets a folder on the disk of the working copy: elsewhere temporary files often lie in memory,
//! where a commit costs nothing.

use std::fs;

use crate::Outcome;
use crate::program::{cargo, command, run as run_program, target};

/// Builds the service and the load generator and lets it measure. The arguments are its own.
pub(crate) fn run(arguments: &[String]) -> Outcome {
    // One after the other, so that what the load generator wants of a dependency does not get into the service.
    for package in ["candour", "candour-bench"] {
        run_program(cargo(&["build", "--quiet", "--locked", "--release", "--package", package]))?;
    }
    let scratch = target().join("bench/service");
    fs::create_dir_all(&scratch)?;
    let mut bench = command(target().join("release/candour-bench"), &["measure"]);
    bench
        .args(arguments)
        .env_remove("CANDOUR_TEST_ENGINE")
        .env("CANDOUR_BIN", target().join("release/candour"))
        .env("TMPDIR", scratch);
    run_program(bench)
}
