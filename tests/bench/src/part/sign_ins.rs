//! Signing in with codes while many are signed in.

use std::net::SocketAddr;
use std::rc::Rc;

use super::Bench;
use crate::browser::{Asked, ask_for_code};
use crate::client::visit;
use crate::founding::BEHIND_A_PROXY;
use crate::load::{Limit, for_each, over_http};
use crate::numbers::{figure, float, median, milliseconds, percentile};
use crate::process::Meter;
use crate::sink::Sink;
use crate::table::Table;
use crate::{Engine, Outcome, founding};

/// How many are signed in from the beginning.
const HELD: usize = 1_000;

/// How many sign in, in each round. Each is somebody else, for a code is asked for six times at most.
const SIGN_INS: usize = 1_000;

const CONNECTIONS: usize = 16;

/// What it took that many sign in.
struct Signing {
    /// Their cookies.
    cookies: Vec<String>,
    /// Until all had asked for a code.
    asked: f64,
    /// From then until the last code had come.
    came: f64,
    /// Until all had typed it.
    typed: f64,
}

pub(super) fn measure(bench: &mut Bench<'_>, engine: Engine) -> Outcome {
    let site = bench.site_with(engine, &bench.sink, &[BEHIND_A_PROXY])?;
    let trust = founding::trust(&site.server)?;
    let people = founding::people(&trust, &mut bench.sink, HELD + bench.options.rounds * SIGN_INS)?;
    // One machine has one process on SQLite.
    let other = if engine == Engine::Postgres { Some(site.another_node(&bench.sink)?) } else { None };
    let nodes: Vec<&founding::Site> = [Some(&site), other.as_ref()].into_iter().flatten().collect();
    let addresses = nodes.iter().map(|node| node.address()).collect::<Outcome<Vec<SocketAddr>>>()?;
    let meter = Meter {
        services: nodes.iter().map(|node| node.server.process()).collect::<Outcome<_>>()?,
        database: site.meter()?.database,
    };

    let (first, others) = people.split_at(HELD);
    let mut signed_in = sign_in(&mut bench.sink, &addresses, 0, first)?.cookies;
    let (mut pages, mut figures) = (Vec::new(), Vec::new());
    for (round, people) in others.chunks(SIGN_INS).enumerate() {
        let run = open(&addresses, "/", signed_in.get(..HELD).unwrap_or_default())?;
        pages.push([run.0, run.1]);
        let before = meter.read()?;
        let signing = sign_in(&mut bench.sink, &addresses, HELD + round * SIGN_INS, people)?;
        let (spent, count) = (meter.since(before)?, float(people.len()));
        figures.push([
            count / (signing.asked + signing.came + signing.typed),
            count / signing.asked,
            count / signing.typed,
            signing.came * 1000.0,
            spent.service / count * 1000.0,
            spent.database / count * 1000.0,
        ]);
        signed_in.extend(signing.cookies);
    }
    for address in &addresses {
        open(std::slice::from_ref(address), "/account", &signed_in)?;
    }

    let [rate, p99] = std::array::from_fn(|at| median(pages.iter().filter_map(|round| round.get(at).copied())));
    bench.paper.heading(&format!("Signing in, {}", engine.title()));
    let (nodes, each) = if nodes.len() == 1 { ("One node", "") } else { ("Two nodes", ", on each node") };
    bench.paper.add(&format!(
        "{nodes}, {CONNECTIONS} connections. {} sessions are held, and each asks for its home page: {} a second, p99 {}. \
         {} people sign in at a time, each with a code from an email. In the end each of {} sessions still opened its \
         account{each}.",
        figure(float(HELD)),
        figure(rate),
        milliseconds(p99),
        figure(float(SIGN_INS)),
        figure(float(signed_in.len())),
    ));
    let [all, asked, typed, came, service, database] =
        std::array::from_fn(|at| median(figures.iter().filter_map(|round: &[f64; 6]| round.get(at).copied())));
    let mut table =
        Table::new(&["what is done", "per second", "processor time of the nodes", "of the database server"]);
    table.row(&["**whole sign-ins**", &figure(all), &milliseconds(service), &milliseconds(database)]);
    table.row(&["codes asked for", &figure(asked), "", ""]);
    table.row(&["codes typed", &figure(typed), "", ""]);
    bench.paper.add(&table.to_string());
    bench.paper.add(&format!("The last code comes {} after the last was asked for.", milliseconds(came)));
    Ok(())
}

/// Signs these people in, who are in networks from this number on.
fn sign_in(sink: &mut Sink, addresses: &[SocketAddr], number: usize, people: &[String]) -> Outcome<Signing> {
    let (before, people) = (sink.received()?.emails, Rc::new(people.to_vec()));
    drop(sink.codes()?);
    let asking = Rc::clone(&people);
    let (codes, asked) = for_each(addresses, CONNECTIONS, people.len(), async move |connection, at| {
        let email = asking.get(at).ok_or("no such person")?;
        Asked::read(number + at, connection.ask(&ask_for_code(number + at, email)).await?)
    })?;
    let waiting = std::time::Instant::now();
    sink.wait_for(before + people.len())?;
    let came = waiting.elapsed().as_secs_f64();
    let sent = sink.codes()?;
    let (cookies, typed) = for_each(addresses, CONNECTIONS, people.len(), async move |connection, at| {
        let code = people.get(at).and_then(|email| sent.get(email)).ok_or("somebody got no code")?;
        let answer = connection.ask(&codes.get(at).ok_or("nothing was asked for")?.type_code(code)).await?;
        match (answer.status, answer.cookie) {
            (303, Some(cookie)) => Ok(cookie),
            (status, _) => Err(format!("a right code is answered with {status}").into()),
        }
    })?;
    Ok(Signing { cookies, asked, came, typed })
}

/// Has each of these sessions open a page: how many a second, and within which time 99 in a hundred came.
fn open(addresses: &[SocketAddr], path: &'static str, cookies: &[String]) -> Outcome<(f64, f64)> {
    let (limit, cookies) = (Limit { seconds: 60.0, count: cookies.len() }, cookies.to_vec());
    let run = over_http(addresses, CONNECTIONS, limit, move |at| Some(visit(path, cookies.get(at)?)))?;
    if run.refused > 0 || run.done < limit.count {
        return Err(format!("{} of {} sessions opened {path}", run.done, limit.count).into());
    }
    Ok((run.rate(), percentile(&run.latencies, 99)))
}
