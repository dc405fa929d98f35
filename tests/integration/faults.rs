//! Two nodes and their database are killed in the middle of a launch, of the emails, of the answers and of the count.
//! Nothing that was acknowledged is lost, nothing happens twice, and everybody gets their emails.
//!
//! `CANDOUR_FAULT_RATERS` sets how many are asked: 150 by default, 2,000 for the long run. `CANDOUR_FAULT_SEED` sets
//! the moments.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use candour_tests::{
    Answers, Caller, Cluster, Outcome, RaterLink, Reply, RoundPlan, Server, StartedRound, Trust, finding, wait,
};
use serde_json::{Value, json};

/// As many send at once.
const CLIENTS: usize = 8;

/// Nothing takes longer than this once everything runs again.
const PATIENCE: Duration = Duration::from_mins(5);

/// What is killed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Target {
    Node(usize),
    Nodes,
    Database,
}

/// Where everything runs, and what has been done to it.
struct World {
    cluster: Cluster,
    nodes: [Server; 2],
    spread: AtomicU64,
    kills: AtomicUsize,
    crashes: AtomicUsize,
}

fn setting(name: &str, usual: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}

impl World {
    fn start() -> Outcome<Self> {
        let cluster = Cluster::start()?;
        let (one, other) = cluster.two_nodes(&[])?;
        let spread = AtomicU64::new(setting("CANDOUR_FAULT_SEED", 20_270_201));
        Ok(Self { cluster, nodes: [one, other], spread, kills: AtomicUsize::new(0), crashes: AtomicUsize::new(0) })
    }

    fn strike(&self, target: Target) -> Outcome {
        let struck = match target {
            Target::Node(at) => self.nodes.get(at..=at).unwrap_or_default(),
            Target::Nodes => &self.nodes,
            Target::Database => {
                self.crashes.fetch_add(1, Ordering::SeqCst);
                return self.cluster.database_crashes();
            }
        };
        for node in struck {
            node.kill()?;
            self.kills.fetch_add(1, Ordering::SeqCst);
        }
        struck.iter().try_for_each(Server::begin)
    }

    /// Strikes one after the other at irregular moments until `is_over`. The moments come later and later, so that
    /// something gets done.
    fn harass(&self, is_over: impl Fn() -> bool) -> Outcome {
        for number in 0_u64.. {
            // A linear congruential generator is random enough for a moment to strike.
            let step =
                |spread: u64| spread.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let spread = step(self.spread.load(Ordering::SeqCst));
            self.spread.store(spread, Ordering::SeqCst);
            let until = Instant::now() + Duration::from_millis(40 + (spread >> 33) % (200 + 100 * number));
            while Instant::now() < until {
                if is_over() {
                    return Ok(());
                }
                std::thread::sleep(Duration::from_millis(20));
            }
            self.strike([Target::Node(0), Target::Node(1), Target::Database][usize::try_from(number % 3)?])?;
        }
        Ok(())
    }

    /// Strikes in the middle of what `begin` begins: a statement that adds rows to this table is held up there until
    /// the blow. After the nodes it is the database's turn; `check` looks at what is left each time.
    fn strike_in(&self, table: &str, begin: impl FnOnce() -> Outcome, check: impl Fn() -> Outcome) -> Outcome {
        // Within its transaction a connection goes on seeing who was there when it first looked.
        let (barrier, look) = (self.cluster.look()?, self.cluster.look()?);
        barrier.run(&format!("BEGIN; LOCK TABLE {table} IN SHARE MODE"))?;
        begin()?;
        let held_up = format!(
            "SELECT pid::text FROM pg_stat_activity WHERE application_name = 'candour' AND wait_event_type = 'Lock' \
            AND query LIKE 'INSERT INTO \"{table}\"%'"
        );
        // The server goes on waiting for a while on behalf of a node that is no more.
        let mut known = BTreeSet::new();
        for target in [Target::Nodes, Target::Database] {
            wait::until(&format!("somebody to add rows to {table}"), PATIENCE, || {
                let found = look.texts(&held_up)?;
                Ok((!found.iter().all(|pid| known.contains(pid))).then(|| known.extend(found)))
            })?;
            self.strike(target)?;
            check()?;
        }
        Ok(())
    }

    /// The number a query gives; nothing while the database is away.
    fn number(&self, query: &str) -> Option<i64> {
        self.cluster.look().ok()?.number(query).ok()
    }

    /// The text a query gives; nothing while the database is away.
    fn text(&self, query: &str) -> Option<String> {
        self.cluster.look().ok()?.texts(query).ok()?.pop()
    }

    /// Asks one node after the other until one of them gives an answer that `is_answer` accepts.
    fn ask(
        &self,
        what: &str,
        caller: &Caller,
        ask: impl Fn(&Caller) -> Outcome<Reply>,
        is_answer: impl Fn(&Reply) -> bool,
    ) -> Outcome {
        let callers = self.nodes.iter().map(|node| Ok(caller.at(node.http()?))).collect::<Outcome<Vec<_>>>()?;
        let mut turn = callers.iter().cycle();
        wait::until(what, PATIENCE, || {
            Ok(turn.next().and_then(|caller| ask(caller).ok()).filter(|reply| is_answer(reply)).map(|_| ()))
        })
    }
}

#[test]
fn from_launch_to_count_nothing_is_lost_and_nothing_happens_twice() -> Outcome {
    let people = usize::try_from(setting("CANDOUR_FAULT_RATERS", 150))?;
    let world = World::start()?;
    let trust = Trust::found(&world.nodes[0], "Ashgrove Trust")?;
    let round = trust.draft(&RoundPlan::new().asking("staff", people))?;

    launch(&world, &round)?;
    let tokens = deliver(&world, &round)?;
    let known = answer(&world, &round, &tokens)?;
    count(&world, &round, &known)?;
    confirm(&world)?;

    let mut done: BTreeMap<String, usize> = BTreeMap::new();
    for event in trust.administrator.list("/v1/audit-log")? {
        *done.entry(event["action"].as_str().unwrap_or_default().to_owned()).or_default() += 1;
    }
    for action in ["round.launched", "round.closed", "round.counted"] {
        assert_eq!(done.get(action), Some(&1), "{action}: {done:?}");
    }
    // The server of the story does not wait for its disk, which is quicker and survives everything but a power cut.
    let said = world.nodes[1].cli(&["doctor"])?;
    let to_fix: Vec<&str> =
        said.stdout.lines().filter(|line| line.starts_with("FIX") && !line.contains("wait for its disk")).collect();
    assert_eq!(to_fix, Vec::<&str>::new());
    Ok(())
}

/// Launches while both nodes and then the database are killed in the middle of it.
fn launch(world: &World, round: &StartedRound<'_>) -> Outcome {
    let begun = Instant::now();
    let wanted = i64::try_from(round.review()?.raters.len())?;
    let path = format!("/v1/rounds/{}/launch", round.id);
    // When the answer was lost with its node, the repeat is told that the round is no longer a draft.
    let no_draft = |reply: &Reply| {
        reply.problem(409).is_ok_and(|problem| problem["type"] == "urn:candour:problem:round-not-draft")
    };
    let launched = |reply: &Reply| reply.status == 200 || no_draft(reply);
    std::thread::scope(|scope| {
        let (administrator, mut launching) = (&round.trust.administrator, None);
        let launch = || {
            world.ask("the launch to be acknowledged", administrator, |caller| caller.post(&path, &json!({})), launched)
        };
        let start = || {
            launching = Some(scope.spawn(launch));
            Ok(())
        };
        // After the blow the launch is asked for again and may be through before anybody looks, so this is one look.
        let left = "SELECT count(*) FROM invitations i JOIN rounds r \
            ON r.organisation_id = i.organisation_id AND r.id = i.round_id WHERE r.state = 'draft'";
        world.strike_in("jobs", start, || {
            let made = wait::until("the database", PATIENCE, || Ok(world.number(left)))?;
            if made == 0 { Ok(()) } else { finding!("{made} invitations of a launch that failed") }
        })?;
        launching.ok_or("the launch has begun")?.join().unwrap_or_else(|_panic| finding!("the launch panicked"))
    })?;
    assert_eq!(world.number("SELECT count(*) FROM invitations"), Some(wanted));
    tell(&format!("{wanted} invitations launched, {:.1?}", begun.elapsed()));
    Ok(())
}

/// Everybody's email arrives while nodes and database are killed. Gives everybody's link.
fn deliver(world: &World, round: &StartedRound<'_>) -> Outcome<BTreeMap<String, String>> {
    let begun = Instant::now();
    world.harass(|| world.number("SELECT count(*) FROM invitations WHERE delivery <> 'sent'") == Some(0))?;
    let people = round.review()?.raters.iter().map(|person| person.email.as_str());
    let tokens = world.cluster.invitations(people, PATIENCE)?;
    let sent = world.cluster.smtpd.mailbox().count()?;
    tell(&format!(
        "{} people have their invitation, {} repeats under the same Message-ID, {:.1?}",
        tokens.len(),
        sent - tokens.len(),
        begun.elapsed()
    ));
    Ok(tokens)
}

/// What became of the answers of one rater, as the rater knows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Known {
    /// A node said that it has them.
    Acknowledged,
    /// None ever said so, and the rater gave up.
    Unsure,
}

/// A comment nobody else writes.
fn remark(number: usize) -> String {
    format!("Remark <{number}> of the fault story.")
}

/// Everybody but the subject answers at whichever node is there, while nodes and database are killed.
fn answer(
    world: &World,
    round: &StartedRound<'_>,
    tokens: &BTreeMap<String, String>,
) -> Outcome<BTreeMap<usize, Known>> {
    let begun = Instant::now();
    let staff = round.review()?.raters.iter().filter(|person| person.group == "staff");
    let staff =
        staff.map(|person| tokens.get(&person.email).ok_or("a rater without a link")).collect::<Result<Vec<_>, _>>()?;
    let at_both = |token: &str| {
        world.nodes.iter().map(|node| Ok(RaterLink::new(node.http()?, token))).collect::<Outcome<Vec<_>>>()
    };
    let raters =
        staff.into_iter().enumerate().map(|(at, token)| Ok((at, at_both(token)?))).collect::<Outcome<VecDeque<_>>>()?;
    let survey = raters.front().and_then(|(_, links)| links.first()).ok_or("no rater")?.survey()?;
    let total = raters.len();
    let (waiting, known) = (Mutex::new(raters), Mutex::new(BTreeMap::new()));
    let over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        for _ in 0..CLIENTS {
            scope.spawn(|| {
                loop {
                    let next = waiting.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
                    let Some((number, links)) = next else { return };
                    let outcome = send(number, &links, &survey, &over);
                    known.lock().unwrap_or_else(PoisonError::into_inner).insert(number, outcome);
                }
            });
        }
        let done = || known.lock().unwrap_or_else(PoisonError::into_inner).len() == total;
        let harassed = world.harass(done);
        over.store(harassed.is_err(), Ordering::SeqCst);
        harassed
    })?;
    let known = known.into_inner().unwrap_or_else(PoisonError::into_inner);
    let acknowledged = known.values().filter(|known| **known == Known::Acknowledged).count();
    let [ballots, used] = ["SELECT count(*) FROM ballots", "SELECT count(*) FROM invitations WHERE used"]
        .map(|query| world.number(query));
    assert_eq!(ballots, used, "a ballot for every used invitation and for no other");
    let kept = usize::try_from(ballots.unwrap_or_default())?;
    assert!((acknowledged..=total).contains(&kept), "{acknowledged} acknowledged, {kept} ballots");
    tell(&format!("{total} raters, {acknowledged} acknowledged, {kept} ballots, {:.1?}", begun.elapsed()));
    Ok(known)
}

/// Sends until a node says that it has the answers; every third rater gives up after the first failure.
fn send(number: usize, links: &[RaterLink], survey: &Value, over: &AtomicBool) -> Known {
    let answers = Answers::to(survey, |item| Some(u8::try_from((number + item) % 4 + 2).unwrap_or(2)))
        .saying("keep", &remark(number));
    for link in links.iter().cycle().skip(number % 2) {
        if link.submit(&answers).is_ok_and(|reply| reply.status == 200) {
            return Known::Acknowledged;
        }
        if number.is_multiple_of(3) || over.load(Ordering::SeqCst) {
            return Known::Unsure;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    Known::Unsure
}

/// Closes the round and kills nodes and database in the middle of the count. Every ballot is in the result once.
fn count(world: &World, round: &StartedRound<'_>, known: &BTreeMap<usize, Known>) -> Outcome {
    let begun = Instant::now();
    let ballots = world.number("SELECT count(*) FROM ballots").ok_or("the database is there")?;
    let path = format!("/v1/rounds/{}/close", round.id);
    let closed = |reply: &Reply| matches!(reply.status, 200 | 409);
    let close = || {
        world.ask(
            "the round to be closed",
            &round.trust.administrator,
            |caller| caller.post(&path, &json!({ "confirm": true })),
            closed,
        )
    };
    // After the blow the count is tried again and may be through before anybody looks, so this is one look.
    let kept = "SELECT (SELECT count(*) FROM ballots) || ' ballots, ' || (SELECT count(*) FROM results) || ' results'";
    world.strike_in("results", close, || {
        let found = wait::until("the database", PATIENCE, || Ok(world.text(kept)))?;
        if found == format!("{ballots} ballots, 0 results") || found == "0 ballots, 1 results" {
            Ok(())
        } else {
            finding!("of {ballots} ballots and a count that failed there are left: {found}")
        }
    })?;
    let counted = "SELECT count(*) FROM rounds WHERE state = 'counted'";
    wait::until("the round to be counted", PATIENCE, || Ok(world.number(counted).filter(|counted| *counted == 1)))?;
    let result = round.facilitator()?.result(&round.review()?.id)?;
    assert_eq!(result["blocks"][0]["responded"], ballots, "every ballot is counted once");
    let remarks = remarks(&result);
    for (number, known) in known {
        match (known, remarks.get(number).copied().unwrap_or_default()) {
            (Known::Acknowledged, 1) | (Known::Unsure, 0 | 1) => {}
            (known, times) => finding!("the answers of rater {number}, {known:?}, were counted {times} times"),
        }
    }
    tell(&format!("{ballots} ballots counted, {:.1?}", begun.elapsed()));
    Ok(())
}

/// How often each rater's remark is in a result.
fn remarks(result: &Value) -> BTreeMap<usize, usize> {
    let mut counted = BTreeMap::new();
    let prompts = result["comments"].as_array().into_iter().flatten();
    for comment in prompts.flat_map(|prompt| prompt["comments"].as_array().into_iter().flatten()) {
        let text = comment["text"].as_str().unwrap_or_default();
        let number = text.strip_prefix("Remark <").and_then(|rest| rest.split('>').next()?.parse().ok());
        if let Some(number) = number {
            *counted.entry(number).or_default() += 1;
        }
    }
    counted
}

/// Whoever has answered is told so while nodes and database are killed, and nobody else is.
fn confirm(world: &World) -> Outcome {
    let begun = Instant::now();
    let before = world.cluster.smtpd.mailbox().count()?;
    // What waits for longer is the next sweep of a round that was open; it will find nothing.
    let left = "SELECT count(*) FROM jobs WHERE kind IN ('receipts.sweep', 'mail.received') \
        AND run_at < now() AT TIME ZONE 'utc' + interval '10 minutes'";
    world.harass(|| world.number(left) == Some(0))?;
    let query = "SELECT r.email FROM raters r JOIN invitations i ON i.rater_id = r.id WHERE i.used";
    let answered: BTreeSet<String> = world.cluster.look()?.texts(query)?.into_iter().collect();
    let told = world.cluster.emails("received", answered.iter().map(String::as_str), PATIENCE)?;
    let sent = world.cluster.smtpd.mailbox().count()?;
    tell(&format!(
        "{} people have their confirmation, {} emails since the count, {:.1?}; {} kills of a node and {} of the \
         database in all",
        told.len(),
        sent - before,
        begun.elapsed(),
        world.kills.load(Ordering::SeqCst),
        world.crashes.load(Ordering::SeqCst)
    ));
    Ok(())
}

#[expect(clippy::print_stderr, reason = "the figures of a long run are what it is for")]
fn tell(figures: &str) {
    eprintln!("{figures}");
}
