//! What the system tells of a process: the processor time it has used and the memory it holds.

use std::fs;

use crate::Outcome;
use crate::numbers::float;

/// Seconds of all processors together that this process has used so far, with those of children that have ended.
pub(crate) fn cpu_seconds(id: u32) -> Outcome<f64> {
    let text = fs::read_to_string(format!("/proc/{id}/stat"))?;
    // After the name in brackets; user and system time, its own and its children's, are the 14th to 17th fields of the line.
    let fields = text.rsplit_once(')').ok_or("/proc tells of processes in another way than it did")?.1.split_whitespace();
    let ticks = fields.skip(11).take(4).map(str::parse::<usize>).sum::<Result<usize, _>>()?;
    Ok(float(ticks) / float(usize::try_from(rustix::param::clock_ticks_per_second())?))
}

/// The same of this process.
pub(crate) fn own_cpu_seconds() -> Outcome<f64> {
    cpu_seconds(std::process::id())
}
