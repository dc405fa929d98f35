//! Where it was measured.

use std::fs;
use std::process::Command;

use crate::Outcome;

/// Processor, cores, memory, system, and how busy the machine was with other things.
pub(crate) fn describe() -> String {
    let cores = std::thread::available_parallelism().map_or_else(|_| "?".to_owned(), |cores| cores.to_string());
    let processor = first_value("/proc/cpuinfo", "model name").unwrap_or_else(|| "processor not known".to_owned());
    let memory = first_value("/proc/meminfo", "MemTotal")
        .and_then(|text| text.trim_end_matches(" kB").trim().parse::<u64>().ok());
    let memory =
        memory.map_or_else(|| "memory not known".to_owned(), |kilobytes| format!("{} GB", kilobytes.div_ceil(1 << 20)));
    let load = fs::read_to_string("/proc/loadavg").ok();
    let load = load.as_deref().and_then(|text| text.split(' ').next()).unwrap_or("not known");
    format!("{cores} cores, {processor}, {memory}, {}; load before the start {load}", said("uname", &["-sr"]))
}

/// The compiler.
pub(crate) fn compiler() -> String {
    said("rustc", &["--version"])
}

/// Bytes that can still be written to the disk that is measured on.
pub(crate) fn free_space() -> Outcome<u64> {
    let disk = rustix::fs::statvfs(std::env::temp_dir())?;
    Ok(disk.f_bavail * disk.f_frsize)
}

fn first_value(file: &str, name: &str) -> Option<String> {
    let text = fs::read_to_string(file).ok()?;
    let line = text.lines().find(|line| line.starts_with(name))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}

fn said(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output();
    output.map_or_else(
        |_| format!("{program} not found"),
        |output| String::from_utf8_lossy(&output.stdout).trim().to_owned(),
    )
}
