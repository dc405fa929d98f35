//! The program `candour`.

use std::process::ExitCode;

fn main() -> ExitCode {
    candour_api::cli::main()
}
