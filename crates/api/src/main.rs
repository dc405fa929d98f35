//! The program `candour`.

use std::process::ExitCode;

fn main() -> ExitCode {
    candour_api::allocator::settle();
    candour_api::cli::main()
}
