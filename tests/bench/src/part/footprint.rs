//! Memory, start, size.

use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use candour_tests::{Http, tool};

use super::Bench;
use crate::founding::{Database, Site};
use crate::links::Links;
use crate::load::Limit;
use crate::numbers::{figure, float, median, milliseconds};
use crate::process::{megabytes, peak_megabytes};
use crate::{Engine, Outcome, founding};

const STARTS: usize = 11;

/// How long it is left alone before its memory counts as idle.
const IDLE: Duration = Duration::from_secs(5);

const CONNECTIONS: usize = 256;
const PEOPLE: usize = 3_000;

pub(super) fn measure(bench: &mut Bench<'_>, engine: Engine) -> Outcome {
    let site = bench.site(engine)?;
    let trust = founding::trust(&site.server)?;
    let mut links = Links::new(founding::links(&trust, &mut bench.sink, 1, PEOPLE)?);
    site.server.stop()?;
    let starts = (0..STARTS).map(|_| start(&site)).collect::<Outcome<Vec<f64>>>()?;
    site.server.begin()?;
    std::thread::sleep(IDLE);
    let process = site.server.process()?;
    let idle = megabytes(process)?;
    links.submit(&[site.address()?], CONNECTIONS, Limit { seconds: 60.0, count: PEOPLE })?;
    let (busy, peak) = (megabytes(process)?, peak_megabytes(process)?);
    let program = float(usize::try_from(std::fs::metadata(tool::candour()?)?.len() / 1000)?) / 1000.0;
    bench.paper.heading(&format!("Memory and start, {}", engine.title()));
    bench.paper.add(&format!(
        "The program has {program:.1} MB. It answers that it is ready {} after its start (median of {STARTS}). It \
         holds {} MB when idle, of which {} MB \
         are its own and the rest is the program; {} MB after {} submissions over {CONNECTIONS} connections, and {} MB \
         at most.",
        milliseconds(median(starts)),
        figure(idle.resident),
        figure(idle.own),
        figure(busy.resident),
        figure(float(PEOPLE)),
        figure(peak),
    ));
    Ok(())
}

/// Starts the service once, on the database as it is, and gives the milliseconds until it says that it is ready.
fn start(site: &Site) -> Outcome<f64> {
    let address: SocketAddr = site.server.address()?.parse()?;
    let mut command = Command::new(tool::candour()?);
    command.arg("serve").env("CANDOUR_DATA_DIR", site.server.data()).env("CANDOUR_LISTEN", address.to_string());
    if let Database::Postgres(server, name) = &site.database {
        command.env("CANDOUR_DATABASE_URL", server.url(name));
    }
    let http = Http::patient_for(&format!("http://{address}"), Duration::from_secs(1));
    let started = Instant::now();
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
    let ready = until_ready(&http, started);
    end(&mut child)?;
    ready
}

fn until_ready(http: &Http, started: Instant) -> Outcome<f64> {
    while started.elapsed() < Duration::from_secs(10) {
        if http.send("GET", "/health/ready", &[], None).is_ok_and(|reply| reply.status == 200) {
            return Ok(started.elapsed().as_secs_f64() * 1000.0);
        }
        std::thread::sleep(Duration::from_millis(1));
    }
    Err("the service did not become ready".into())
}

fn end(child: &mut Child) -> Outcome {
    child.kill()?;
    child.wait()?;
    Ok(())
}
