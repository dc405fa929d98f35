//! The program `candour`.

use std::process::ExitCode;

/// It gives memory back by itself some seconds after a flood of requests (`.cargo/config.toml` says after how many).
/// The allocator of the C library keeps it for good.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> ExitCode {
    candour::cli::main()
}
