//! The pictures of the documentation: `cargo xtask screenshots`.

use crate::program::{cargo, command, run as run_program, target};
use crate::{Outcome, setup};

/// Where they are, from the root of the repository.
const FOLDER: &str = "docs/screenshots";

/// Builds the service and takes its pictures.
pub(crate) fn run() -> Outcome {
    let tools = setup::run()?;
    run_program(cargo(&["build", "--quiet", "--locked", "--package", "candour", "--package", "candour-tests"]))?;
    let mut screenshots = command(target().join("debug/screenshots"), &[FOLDER]);
    screenshots.envs(tools.variables()).env("CANDOUR_BIN", target().join("debug/candour"));
    run_program(screenshots)
}
