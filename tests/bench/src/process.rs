//! What the system tells of a process: the processor time it has used and the memory it holds.

use std::fs;

use crate::Outcome;
use crate::numbers::float;

/// Seconds of all processors together that this process has used so far, with those of children that have ended.
pub(crate) fn cpu_seconds(id: u32) -> Outcome<f64> {
    let text = fs::read_to_string(format!("/proc/{id}/stat"))?;
    // After the name in brackets; user and system time, its own and its children's, are the 14th to 17th fields of the
    // line.
    let fields =
        text.rsplit_once(')').ok_or("/proc tells of processes in another way than it did")?.1.split_whitespace();
    let ticks = fields.skip(11).take(4).map(str::parse::<usize>).sum::<Result<usize, _>>()?;
    Ok(float(ticks) / float(usize::try_from(rustix::param::clock_ticks_per_second())?))
}

/// Memory that a process holds, in megabytes.
pub(crate) struct Memory {
    /// All of it.
    pub(crate) resident: f64,
    /// What it has allocated; the rest is the program and the files it has mapped.
    pub(crate) own: f64,
}

/// What it holds now.
pub(crate) fn megabytes(id: u32) -> Outcome<Memory> {
    Ok(Memory { resident: status(id, "VmRSS:")?, own: status(id, "RssAnon:")? })
}

/// The most it has held at any time.
pub(crate) fn peak_megabytes(id: u32) -> Outcome<f64> {
    status(id, "VmHWM:")
}

fn status(id: u32, name: &str) -> Outcome<f64> {
    let text = fs::read_to_string(format!("/proc/{id}/status"))?;
    let line =
        text.lines().find_map(|line| line.strip_prefix(name)).ok_or_else(|| format!("/proc does not tell {name}"))?;
    let kilobytes: usize = line.trim().trim_end_matches(" kB").parse()?;
    Ok(float(kilobytes) * 1.024 / 1000.0)
}

/// Reads what a measurement costs, and whom.
pub(crate) struct Meter {
    /// The processes of the service.
    pub(crate) services: Vec<u32>,
    /// The process of the database server, whose children do its work; `None` where the service has the database within
    /// itself.
    pub(crate) database: Option<u32>,
}

/// Processor time in seconds.
#[derive(Clone, Copy)]
pub(crate) struct Spent {
    /// Of the service.
    pub(crate) service: f64,
    /// Of the database server.
    pub(crate) database: f64,
    /// Of the load generator.
    pub(crate) own: f64,
}

impl Meter {
    /// What has been spent so far.
    pub(crate) fn read(&self) -> Outcome<Spent> {
        let service = self.services.iter().map(|&id| cpu_seconds(id)).sum::<Outcome<f64>>()?;
        let database = self.database.map_or(Ok(0.0), family_cpu_seconds)?;
        Ok(Spent { service, database, own: cpu_seconds(std::process::id())? })
    }

    /// What has been spent since.
    pub(crate) fn since(&self, before: Spent) -> Outcome<Spent> {
        let now = self.read()?;
        Ok(Spent {
            service: now.service - before.service,
            database: now.database - before.database,
            own: now.own - before.own,
        })
    }
}

/// [`cpu_seconds`] of a process and the children it has.
fn family_cpu_seconds(id: u32) -> Outcome<f64> {
    let mut sum = cpu_seconds(id)?;
    for entry in fs::read_dir("/proc")? {
        let Some(child) = entry?.file_name().to_str().and_then(|name| name.parse::<u32>().ok()) else { continue };
        // It may have ended meanwhile; then its time has become its parent's.
        let Ok(text) = fs::read_to_string(format!("/proc/{child}/stat")) else { continue };
        let parent = text.rsplit_once(')').and_then(|(_, fields)| fields.split_whitespace().nth(1));
        if parent == Some(id.to_string().as_str()) {
            sum += cpu_seconds(child).unwrap_or(0.0);
        }
    }
    Ok(sum)
}
