//! The service is killed at random moments while answers come in. Every acknowledged answer is counted, none twice.
//!
//! `CANDOUR_CRASH_SUBMISSIONS` sets how many are sent; 300 by default. The kills are spread by a fixed sequence,
//! `CANDOUR_CRASH_SEED`.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use candour_tests::{Answers, Outcome, RaterLink, RoundPlan, Server, StartedRound, Trust, database, finding, wait};
use serde_json::Value;

/// As many send at once.
const CLIENTS: usize = 8;

/// A service that acknowledges nothing for so long will not do so any more.
const SILENCE: Duration = Duration::from_mins(1);

/// What became of the answers of one rater, as the rater knows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Known {
    /// The service said that it has them.
    Acknowledged,
    /// It never said so, and the rater gave up.
    Unsure,
}

struct Rater {
    number: usize,
    link: RaterLink,
    /// Whether they try again until they are told that it worked.
    patient: bool,
}

fn setting(name: &str, usual: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}

/// A comment nobody else writes.
fn remark(number: usize) -> String {
    format!("Remark <{number}> of the crash story.")
}

#[test]
fn killed_while_answers_come_in() -> Outcome {
    let people = usize::try_from(setting("CANDOUR_CRASH_SUBMISSIONS", 300))?;
    let server = Server::start()?;
    let trust = Trust::found(&server, "Ashgrove Trust")?;
    let mut raters = VecDeque::new();
    let (mut rounds, mut seen) = (Vec::new(), BTreeSet::new());
    while raters.len() < people {
        let size = (people - raters.len()).min(500);
        let round = trust.open(&RoundPlan::new().asking("staff", size))?;
        for link in new_links(&round, &mut seen)? {
            let number = raters.len();
            raters.push_back(Rater { number, link, patient: number % 3 > 0 });
        }
        rounds.push(round);
    }
    let survey = raters.front().ok_or("no rater")?.link.survey()?;
    let (known, kills, took) = send_all(&server, raters, &survey)?;
    server.kill()?;
    server.begin()?;

    let acknowledged = known.values().filter(|known| **known == Known::Acknowledged).count();
    let connection = database::open(&server)?;
    let ballots = usize::try_from(database::number(&connection, "SELECT COUNT(*) FROM ballots")?)?;
    let used = usize::try_from(database::number(&connection, "SELECT COUNT(*) FROM invitations WHERE used")?)?;
    drop(connection);
    assert_eq!(ballots, used, "a ballot for every used invitation and for no other");
    assert!((acknowledged..=known.len()).contains(&ballots), "{acknowledged} acknowledged, {ballots} ballots");

    let mut counted: BTreeMap<usize, usize> = BTreeMap::new();
    let mut responded = 0;
    for round in &rounds {
        round.close_and_count()?;
        let result = round.facilitator()?.result(&round.review()?.id)?;
        responded +=
            result["blocks"][0]["responded"].as_u64().and_then(|n| usize::try_from(n).ok()).unwrap_or_default();
        count_remarks(&result, &mut counted);
    }
    assert_eq!(responded, ballots, "every ballot is counted once");
    for (number, known) in &known {
        let times = counted.get(number).copied().unwrap_or_default();
        match known {
            Known::Acknowledged => {
                assert_eq!(times, 1, "the acknowledged answers of rater {number} were counted {times} times");
            }
            Known::Unsure => assert!(times <= 1, "the answers of rater {number} were counted {times} times"),
        }
    }
    report(people, kills, acknowledged, ballots, took);
    Ok(())
}

#[expect(clippy::print_stderr, reason = "the figures of a long run are what it is for")]
fn report(people: usize, kills: usize, acknowledged: usize, ballots: usize, took: Duration) {
    eprintln!(
        "{people} raters, {kills} kills in {took:.1?}: {acknowledged} acknowledged, {ballots} counted, none lost, none \
         twice"
    );
}

/// The links in the invitations of a round just launched: those of the mailbox that are not `known`.
fn new_links(round: &StartedRound<'_>, known: &mut BTreeSet<String>) -> Outcome<Vec<RaterLink>> {
    let (mailbox, raters) = (round.trust.server.mailbox(), &round.review()?.raters);
    let wanted = known.len() + raters.len();
    wait::until("the invitations to be written", Duration::from_mins(5), || {
        Ok((mailbox.count()? >= wanted).then_some(()))
    })?;
    let http = round.trust.server.http()?;
    let mut links = Vec::new();
    for email in mailbox.read()? {
        for token in email.links {
            if known.insert(token.clone()) && email.to.iter().any(|address| address.starts_with("staff")) {
                links.push(RaterLink::new(http.clone(), &token));
            }
        }
    }
    Ok(links)
}

/// Sends everybody's answers while the service is killed again and again.
fn send_all(
    server: &Server,
    raters: VecDeque<Rater>,
    survey: &Value,
) -> Outcome<(BTreeMap<usize, Known>, usize, Duration)> {
    let total = raters.len();
    let waiting = Mutex::new(raters);
    let known = Mutex::new(BTreeMap::new());
    let (done, over) = (AtomicUsize::new(0), AtomicBool::new(false));
    let started = Instant::now();
    let kills = std::thread::scope(|scope| {
        for _ in 0..CLIENTS {
            scope.spawn(|| {
                loop {
                    let next = waiting.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
                    let Some(rater) = next else { return };
                    let outcome = send(&rater, survey, &over);
                    known.lock().unwrap_or_else(PoisonError::into_inner).insert(rater.number, outcome);
                    done.fetch_add(1, Ordering::SeqCst);
                }
            });
        }
        let killing = kill_until(server, total, &done);
        // Whoever still waits for a service that does not come back is let go.
        over.store(killing.is_err(), Ordering::SeqCst);
        killing
    })?;
    Ok((known.into_inner().unwrap_or_else(PoisonError::into_inner), kills, started.elapsed()))
}

fn send(rater: &Rater, survey: &Value, over: &AtomicBool) -> Known {
    let answers = Answers::to(survey, |item| Some(u8::try_from((rater.number + item) % 4 + 2).unwrap_or(2)))
        .saying("keep", &remark(rater.number));
    loop {
        let attempt = rater.link.submit(&answers);
        if attempt.is_ok_and(|reply| reply.status == 200) {
            return Known::Acknowledged;
        }
        if !rater.patient || over.load(Ordering::SeqCst) {
            return Known::Unsure;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// Kills and restarts the service at irregular moments, until all are `done`.
fn kill_until(server: &Server, total: usize, done: &AtomicUsize) -> Outcome<usize> {
    let mut spread = setting("CANDOUR_CRASH_SEED", 20_270_201);
    let mut kills = 0;
    let (mut before, mut changed) = (0, Instant::now());
    // A life in which nobody was answered was too short for this machine; the next one is longer.
    let mut longer = 1;
    let finished = || done.load(Ordering::SeqCst) >= total;
    while !finished() {
        let now = done.load(Ordering::SeqCst);
        if now > before {
            (before, changed, longer) = (now, Instant::now(), 1);
        } else if changed.elapsed() > SILENCE {
            finding!(
                "{now} of {total} are done, and nobody has been answered for {SILENCE:?} in spite of trying again"
            );
        } else {
            longer = (2 * longer).min(16);
        }
        // A linear congruential generator is random enough for a moment to strike.
        spread = spread.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let alive = Duration::from_millis(40 + longer * ((spread >> 33) % 360));
        let until = Instant::now() + alive;
        while Instant::now() < until && !finished() {
            std::thread::sleep(Duration::from_millis(2));
        }
        if !finished() {
            server.kill()?;
            kills += 1;
            server.begin()?;
        }
    }
    Ok(kills)
}

fn count_remarks(result: &Value, counted: &mut BTreeMap<usize, usize>) {
    for prompt in result["comments"].as_array().into_iter().flatten() {
        for comment in prompt["comments"].as_array().into_iter().flatten() {
            let text = comment["text"].as_str().unwrap_or_default();
            if let Some(number) = text
                .strip_prefix("Remark <")
                .and_then(|rest| rest.split_once('>'))
                .and_then(|(number, _)| number.parse().ok())
            {
                *counted.entry(number).or_default() += 1;
            }
        }
    }
}
