//! Keeping the committed API description equal to the routes.

use std::fs;

use crate::program::{cargo, output, root};
use crate::{Outcome, speak};

/// Rewrites openapi/openapi.json.
pub(crate) fn run() -> Outcome {
    let document = output(cargo(&["run", "--quiet", "--package", "candour", "--", "openapi"]))?;
    let file = root().join("openapi/openapi.json");
    if fs::read_to_string(&file).is_ok_and(|present| present == document) {
        speak::line("openapi/openapi.json is current");
        return Ok(());
    }
    fs::create_dir_all(root().join("openapi"))?;
    fs::write(&file, document)?;
    speak::line("openapi/openapi.json has been rewritten; commit it");
    Ok(())
}
