//! Whether the time that signing in takes tells who has an account.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use rand::SeedableRng as _;
use rand::rngs::StdRng;
use rand::seq::SliceRandom as _;

use super::Bench;
use crate::browser::{Asked, ask_for_code};
use crate::founding::{BEHIND_A_PROXY, colleague};
use crate::load::for_each;
use crate::numbers::{figure, float, milliseconds, percentile};
use crate::ranks::{chance, told_apart};
use crate::table::Table;
use crate::{Engine, Outcome, founding};

/// Addresses without an account; with one there are twice as many, to see what chance alone tells apart.
const EACH: usize = 600;
const KNOWN: usize = 2 * EACH;

/// How long nothing is asked for after an answer, so that what one request leaves to be done falls on no other.
const PAUSE: Duration = Duration::from_millis(20);

/// Tried once for each address; a right code is one of a hundred million.
const WRONG: &str = "0000+0000";

/// What is timed for each address.
const STEPS: [&str; 3] =
    ["`POST /sign-in`", "`GET /sign-in/code`, at once after it", "`POST /sign-in/code`, a wrong one"];

/// An address and how long each step took.
struct Timed {
    number: usize,
    steps: [Duration; 3],
}

pub(super) fn measure(bench: &mut Bench<'_>, engine: Engine) -> Outcome {
    let site = bench.site_with(engine, &bench.sink, &[BEHIND_A_PROXY])?;
    let trust = founding::trust(&site.server)?;
    founding::people(&trust, &mut bench.sink, KNOWN)?;
    let (address, told, mut rng) = (site.address()?, bench.sink.received()?.emails, StdRng::seed_from_u64(360));
    // Who has an account has a number below `KNOWN`.
    let mut numbers: Vec<usize> = (0..KNOWN + EACH).collect();
    numbers.shuffle(&mut rng);
    let mut asked = ask(address, numbers)?;
    bench.sink.wait_for(told + KNOWN)?;
    asked.shuffle(&mut rng);
    let timed = type_wrong_codes(address, asked)?;

    let mut table = Table::new(&[
        "what is asked for",
        "known: p25",
        "p50",
        "p75",
        "unknown: p25",
        "p50",
        "p75",
        "known / unknown",
        "told apart",
        "known from known",
    ]);
    for (at, step) in STEPS.iter().enumerate() {
        let of = |numbers: std::ops::Range<usize>| {
            let some = timed.iter().filter(|one| numbers.contains(&one.number));
            let mut durations: Vec<Duration> = some.filter_map(|one| one.steps.get(at).copied()).collect();
            durations.sort_unstable();
            durations
        };
        let (known, unknown) = (of(0..KNOWN), of(KNOWN..KNOWN + EACH));
        let quartiles = [&known, &unknown].map(|times| [25, 50, 75].map(|percent| percentile(times, percent)));
        let [[_, ours, _], [_, theirs, _]] = quartiles;
        let mut cells = vec![(*step).to_owned()];
        cells.extend(quartiles.into_iter().flatten().map(milliseconds));
        cells.push(format!("{:.3}", ours / theirs));
        cells.push(format!("{:.3}", told_apart(&known, &unknown)));
        cells.push(format!("{:.3}", told_apart(&of(0..EACH), &of(EACH..KNOWN))));
        table.row(&cells.iter().map(String::as_str).collect::<Vec<_>>());
    }
    bench.paper.heading(&format!("Known and unknown addresses, {}", engine.title()));
    bench.paper.add(&format!(
        "{} addresses with an account and {} without, in random order over one connection. Alike, known and unknown are \
         told apart at 0.5, give or take {:.3}; known from known, give or take {:.3}.",
        figure(float(KNOWN)),
        figure(float(EACH)),
        chance(KNOWN, EACH),
        chance(EACH, EACH),
    ));
    bench.paper.add(&table.to_string());
    Ok(())
}

/// Asks for a code to each, and opens the page that follows.
fn ask(address: SocketAddr, numbers: Vec<usize>) -> Outcome<Vec<(Asked, Timed)>> {
    let count = numbers.len();
    let (asked, _) = for_each(&[address], 1, count, async move |connection, at| {
        let number = *numbers.get(at).ok_or("no such number")?;
        let request = ask_for_code(number, &colleague(number));
        let begun = Instant::now();
        let answer = connection.ask(&request).await?;
        let asking = begun.elapsed();
        let asked = Asked::read(number, answer)?;
        let request = asked.page();
        let begun = Instant::now();
        let status = connection.send(&request).await?;
        let following = begun.elapsed();
        if status != 200 {
            return Err(format!("the page for the code is answered with {status}").into());
        }
        tokio::time::sleep(PAUSE).await;
        Ok((asked, Timed { number, steps: [asking, following, Duration::ZERO] }))
    })?;
    Ok(asked)
}

/// Types a wrong code for each.
fn type_wrong_codes(address: SocketAddr, asked: Vec<(Asked, Timed)>) -> Outcome<Vec<Timed>> {
    let count = asked.len();
    let (timed, _) = for_each(&[address], 1, count, async move |connection, at| {
        let (asked, Timed { number, steps: [asking, following, _] }) = asked.get(at).ok_or("nothing was asked for")?;
        let request = asked.type_code(WRONG);
        let begun = Instant::now();
        let status = connection.send(&request).await?;
        let typing = begun.elapsed();
        if status != 422 {
            return Err(format!("a wrong code is answered with {status}").into());
        }
        Ok(Timed { number: *number, steps: [*asking, *following, typing] })
    })?;
    Ok(timed)
}
