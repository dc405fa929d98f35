//! Has the C library give memory back once it is free again.
//!
//! Left to itself, glibc takes larger and larger pieces from heaps that it gives back only from their ends: after a flood of large requests the
//! process stays as large as it was in it. Told to map each larger piece on its own, it gives each back at once. It reads its settings when a
//! program begins and at no other time, so the program begins again with them, under the same process id.

use std::os::unix::process::CommandExt;
use std::process::Command;

/// Where glibc reads its settings. Those of an operator are left as they are.
const NAME: &str = "GLIBC_TUNABLES";

/// Pieces from 8 KiB on, such as the buffers of a connection, are mapped one by one; 128 KiB at the end of a heap are given back.
const SETTINGS: &str = "glibc.malloc.mmap_threshold=8192:glibc.malloc.trim_threshold=131072";

/// Begins again with the settings, where they are missing and mean something. Where that is not possible, goes on without.
pub fn settle() {
    if cfg!(target_env = "gnu") && std::env::var_os(NAME).is_none() {
        let Ok(program) = std::env::current_exe() else { return };
        let mut arguments = std::env::args_os();
        let mut again = Command::new(program);
        if let Some(name) = arguments.next() {
            again.arg0(name);
        }
        let _not_possible = again.args(arguments).env(NAME, SETTINGS).exec();
    }
}
