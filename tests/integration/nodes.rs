//! Several nodes over one PostgreSQL database: set up once, and whatever one of them does holds at the others.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use candour_tests::{
    Answers, Caller, Cluster, METERED, Outcome, RaterLink, RoundPlan, Server, Service, StartedRound, TestApp, Trust,
    finding, wait,
};
use chrono::TimeDelta;
use serde_json::{Value, json};

/// Starts all of them at the same moment; gives what became of each.
fn start_at_once(nodes: &[Server]) -> Vec<Result<(), String>> {
    std::thread::scope(|scope| {
        let starting: Vec<_> =
            nodes.iter().map(|node| scope.spawn(|| node.begin().map_err(|error| error.to_string()))).collect();
        starting.into_iter().map(|start| start.join().unwrap_or_else(|_panic| Err("it panicked".to_owned()))).collect()
    })
}

#[test]
fn nodes_that_start_at_the_same_time_set_up_one_database() -> Outcome {
    let cluster = Cluster::start()?;
    let nodes = (0..4).map(|_| cluster.node(&[])).collect::<Outcome<Vec<_>>>()?;
    for started in start_at_once(&nodes) {
        started?;
    }
    let look = cluster.look()?;
    assert_eq!(look.number("SELECT count(*) FROM key_check")?, 1);
    assert_eq!(look.number("SELECT count(*) FROM signing_keys")?, 1);
    let migrated: usize =
        nodes.iter().map(|node| Ok(node.log()?.matches("\"migrated\"").count())).sum::<Outcome<usize>>()?;
    let migrations = look.number("SELECT count(*) FROM __diesel_schema_migrations")?;
    assert_eq!(i64::try_from(migrated)?, migrations, "each migration was applied by one of them");
    Ok(())
}

#[test]
fn a_node_without_the_server_key_does_not_invent_one() -> Outcome {
    let cluster = Cluster::start()?;
    let scratch = cluster.scratch();
    let own = |number: usize| scratch.join(format!("key-{number}")).to_string_lossy().into_owned();
    let nodes = (0..4).map(|at| cluster.node(&[("CANDOUR_SECRET_KEY_FILE", &own(at))])).collect::<Outcome<Vec<_>>>()?;
    let started = start_at_once(&nodes);
    assert_eq!(started.iter().filter(|started| started.is_ok()).count(), 1, "one sets the database up: {started:?}");
    for (at, started) in started.iter().enumerate() {
        assert_eq!(std::path::Path::new(&own(at)).exists(), started.is_ok(), "only its key was made");
        if let Err(said) = started {
            assert!(said.contains("server key") && said.contains(&own(at)), "which key is missing: {said}");
        }
    }
    // With its key the others start.
    let first = started.iter().position(Result::is_ok).ok_or("none has started")?;
    for (at, node) in nodes.iter().enumerate().filter(|(at, _)| *at != first) {
        std::fs::copy(own(first), own(at))?;
        node.begin()?;
    }
    Ok(())
}

fn key_ids(node: &TestApp) -> Outcome<BTreeSet<String>> {
    let published = node.anonymous()?.get("/.well-known/jwks.json")?.with(200)?.json()?;
    Ok(published["keys"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|key| key["kid"].as_str().map(str::to_owned))
        .collect())
}

/// A fresh token of an integration, issued by this node.
fn token(node: &impl Service, (id, secret): &(String, String)) -> Outcome<String> {
    let form = [("grant_type", "client_credentials"), ("client_id", id), ("client_secret", secret)];
    let reply = Caller::new(node.http()?, None).post_form("/oauth/token", &form)?.with(200)?.json()?;
    Ok(reply["access_token"].as_str().ok_or("no token")?.to_owned())
}

fn status_with(node: &impl Service, token: &str) -> Outcome<u16> {
    Ok(Caller::new(node.http()?, Some(token.to_owned())).get("/v1/rounds")?.status)
}

/// The `kid` in a token's header.
fn signer(token: &str) -> Outcome<String> {
    use base64::Engine as _;

    let header = token.split('.').next().unwrap_or_default();
    let header: Value = serde_json::from_slice(&base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(header)?)?;
    Ok(header["kid"].as_str().ok_or("no kid")?.to_owned())
}

#[test]
fn a_token_of_one_node_is_good_at_another_also_while_keys_change() -> Outcome {
    let one = TestApp::start()?;
    let other = one.another_node()?;
    let trust = Trust::found(&one, "Ashgrove Trust")?;
    let credentials = trust.client(&["rounds:read"])?;
    let of_both = || -> Outcome<[String; 2]> { Ok([token(&one, &credentials)?, token(&other, &credentials)?]) };
    let at_both = |token: &str| -> Outcome<[u16; 2]> { Ok([status_with(&one, token)?, status_with(&other, token)?]) };
    let first = of_both()?;
    for token in &first {
        assert_eq!(at_both(token)?, [200, 200]);
    }
    let old = key_ids(&one)?;
    assert_eq!((old.len(), &key_ids(&other)?), (1, &old));

    // Two administrators ask for a new key at the same time, each on a node of their own.
    let made = std::thread::scope(|scope| {
        let asking = [&one, &other].map(|node| scope.spawn(|| node.rotates_signing_key()));
        asking.map(|asked| asked.join().unwrap_or_else(|_panic| finding!("it panicked")))
    });
    let [new, same] = made;
    let (new, same) = (new?, same?);
    assert_eq!(new, same, "they made one");
    // What a node keeps in memory it keeps for ten seconds.
    one.time_passes(TimeDelta::seconds(10))?;
    assert!(key_ids(&one)?.contains(&new) && key_ids(&other)?.contains(&new), "both nodes publish the new key");
    for token in of_both()? {
        assert!(old.contains(&signer(&token)?), "it is published before it signs");
        assert_eq!(at_both(&token)?, [200, 200]);
    }

    // A quarter of an hour later, second by second around the moment at which it begins to sign.
    one.time_passes(TimeDelta::minutes(14) + TimeDelta::seconds(48))?;
    for _ in 0..4 {
        for token in of_both()? {
            assert_eq!(at_both(&token)?, [200, 200], "no token is refused on the way");
        }
        one.time_passes(TimeDelta::seconds(1))?;
    }
    for token in of_both()? {
        assert_eq!(signer(&token)?, new, "both nodes sign with the new key");
    }
    for token in &first {
        assert_eq!(at_both(token)?, [200, 200], "old tokens stay good");
    }

    // A key has come into the wrong hands.
    let stolen = of_both()?;
    other.revokes_signing_keys()?;
    one.time_passes(TimeDelta::seconds(10))?;
    for token in first.iter().chain(&stolen) {
        assert_eq!(at_both(token)?, [401, 401], "what was issued so far has ended");
    }
    for token in of_both()? {
        assert_eq!(at_both(&token)?, [200, 200]);
    }
    let log = one.log()?;
    for token in first.iter().chain(&stolen) {
        assert!(!log.contains(token.as_str()));
    }
    Ok(())
}

/// The links of everybody in a round, the first half at one node and the rest at the other.
fn links_at_both(cluster: &Cluster, round: &StartedRound<'_>, nodes: (&Server, &Server)) -> Outcome<Vec<RaterLink>> {
    let raters = &round.review()?.raters;
    let tokens = cluster.invitations(raters.iter().map(|person| person.email.as_str()), Duration::from_mins(1))?;
    let at = |(place, person): (usize, &candour_tests::Person)| {
        let node = if place % 2 == 0 { nodes.0 } else { nodes.1 };
        Ok(RaterLink::new(node.http()?, tokens.get(&person.email).ok_or("a rater without a link")?))
    };
    raters.iter().enumerate().map(at).collect()
}

/// How often each action is in the audit log.
fn actions(trust: &Trust<'_>) -> Outcome<BTreeMap<String, usize>> {
    let mut counted = BTreeMap::new();
    for event in trust.administrator.list("/v1/audit-log")? {
        *counted.entry(event["action"].as_str().unwrap_or_default().to_owned()).or_default() += 1;
    }
    Ok(counted)
}

#[test]
fn a_deadline_and_a_release_that_all_nodes_see_come_once() -> Outcome {
    let cluster = Cluster::start()?;
    let (one, other) = cluster.two_nodes(&[("CANDOUR_RECEIPT_MINUTES", "1")])?;
    let trust = Trust::found(&one, "Ashgrove Trust")?;
    let round = trust.draft(&RoundPlan::small())?;
    let soon = json!({ "closes_at": wait::time_in(10) });
    trust.administrator.patch(&format!("/v1/rounds/{}", round.id), &soon)?.with(200)?;
    round.launch()?;
    let links = links_at_both(&cluster, &round, (&one, &other))?;
    for link in &links {
        link.submit(&Answers::to(&link.survey()?, |item| Some(u8::try_from(item % 4 + 2).unwrap_or(2))))?.with(200)?;
    }
    round.reaches("counted")?;
    let facilitator = round.facilitator()?;
    let review = &round.review()?.id;
    facilitator
        .post(&format!("/v1/reviews/{review}/release"), &json!({ "release_at": wait::time_in(3) }))?
        .with(200)?;
    round.reaches("released")?;
    let at_the_other =
        facilitator.at(other.http()?).get(&format!("/v1/reviews/{review}/results"))?.with(200)?.json()?;
    assert_eq!(at_the_other, facilitator.result(review)?);
    let counted = actions(&trust)?;
    for action in ["round.launched", "round.closed", "round.counted", "review.release_scheduled", "review.released"] {
        assert_eq!(counted.get(action), Some(&1), "{action}: {counted:?}");
    }
    // Everybody has an invitation and a confirmation, facilitator and administrator are told of the count, subject,
    // facilitator and administrator of the release: each once.
    let wanted = 2 * links.len() + 5;
    let emails = wait::until("every email", Duration::from_secs(30), || {
        let emails = cluster.smtpd.mailbox().read()?;
        Ok((emails.len() >= wanted
            && cluster.look()?.number("SELECT count(*) FROM jobs WHERE run_at < now() AT TIME ZONE 'utc'")? == 0)
            .then_some(emails))
    })?;
    let ids: BTreeSet<&str> = emails.iter().map(|email| email.message_id.as_str()).collect();
    assert_eq!((emails.len(), ids.len()), (wanted, wanted), "no email was sent twice where nobody failed");
    Ok(())
}

#[test]
fn the_same_request_at_two_nodes_is_carried_out_once() -> Outcome {
    let cluster = Cluster::start()?;
    let (one, other) = cluster.two_nodes(&[])?;
    let trust = Trust::found(&one, "Ashgrove Trust")?;
    let callers = [trust.administrator.at(one.http()?), trust.administrator.at(other.http()?)];
    for number in 0..20 {
        let body = json!({ "title": format!("Round {number}"), "framework_id": trust.framework_id, "closes_at": wait::time_in(3600) });
        let (body, key) = (body.to_string(), format!("double click {number}"));
        let headers = [("content-type", "application/json"), ("idempotency-key", key.as_str())];
        let send = |caller: &Caller| -> Outcome<Value> {
            wait::until("an answer other than that it is being carried out", Duration::from_secs(20), || {
                let reply = caller.send("POST", "/v1/rounds", &headers, Some(body.as_bytes()))?;
                if reply.status == 409 {
                    let problem = reply.problem(409)?;
                    assert_eq!(problem["type"], "urn:candour:problem:in-progress", "{problem}");
                    return Ok(None);
                }
                Ok(Some(reply.with(201)?.json()?))
            })
        };
        let send = &send;
        let answers = std::thread::scope(|scope| {
            let sending = callers.each_ref().map(|caller| scope.spawn(move || send(caller)));
            sending.map(|sent| sent.join().unwrap_or_else(|_panic| finding!("it panicked")))
        });
        let [first, second] = answers;
        assert_eq!(first?, second?, "both are given the same answer");
    }
    assert_eq!(trust.administrator.list("/v1/rounds")?.len(), 20);
    Ok(())
}

#[test]
fn requests_and_work_can_be_kept_apart() -> Outcome {
    let cluster = Cluster::start()?;
    let requests = cluster.node(&[METERED])?.doing(&["serve", "--no-worker"]);
    requests.begin()?;
    let trust = Trust::found(&requests, "Ashgrove Trust")?;
    let round = trust.open(&RoundPlan::small())?;
    let due = || {
        cluster
            .look()?
            .number("SELECT count(*) FROM jobs WHERE state = 'waiting' AND attempts = 0 AND kind = 'mail.invitation'")
    };
    assert_eq!(usize::try_from(due()?)?, round.review()?.raters.len(), "the work waits for a worker");

    let worker = cluster.node(&[METERED])?.doing(&["worker"]);
    worker.begin()?;
    let people = round.review()?.raters.iter().map(|person| person.email.as_str());
    let invitations = cluster.invitations(people, Duration::from_secs(30))?;
    for (path, status) in [
        ("/health/live", 200),
        ("/health/ready", 200),
        ("/metrics", 404),
        ("/v1/rounds", 404),
        ("/", 404),
        ("/docs/", 404),
    ] {
        assert_eq!(worker.anonymous()?.get(path)?.status, status, "{path} of the worker");
    }
    let link = invitations.values().next().ok_or("no link")?;
    assert_eq!(worker.anonymous()?.get(&format!("/s/{link}"))?.status, 404, "raters are no affair of the worker");
    let counts = |node: &Server| -> Outcome<bool> { Ok(node.metrics()?.contains("candour_jobs_total")) };
    assert!(counts(&worker)? && !counts(&requests)?, "who works counts it");
    assert!(worker.stop()?.success());
    assert!(requests.stop()?.success());

    let without_links = cluster.node(&[("CANDOUR_BASE_URL", "")])?.doing(&["worker"]);
    let (status, log) = without_links.refuses_to_start()?;
    assert!(!status.success() && log.contains("CANDOUR_BASE_URL"), "{log}");
    Ok(())
}

#[test]
fn an_idle_node_asks_little() -> Outcome {
    let cluster = Cluster::start()?;
    let node = cluster.node(&[])?;
    node.begin()?;
    // Asked from another database, whose own transactions do not count. The server notes them about once a second.
    let beside = cluster.look_from_beside()?;
    let query = "SELECT xact_commit + xact_rollback FROM pg_stat_database WHERE datname = 'postgres'";
    let ready = Instant::now();
    wait::until("what the start took to be noted", Duration::from_mins(1), || {
        Ok((ready.elapsed() > Duration::from_secs(3)).then_some(()))
    })?;
    let (begun, before) = (Instant::now(), beside.number(query)?);
    let asked = wait::until("the worker to look a few times", Duration::from_mins(1), || {
        Ok(Some(beside.number(query)? - before).filter(|asked| *asked >= 12))
    })?;
    let least = Duration::from_secs(5);
    assert!(begun.elapsed() > least, "{asked} transactions in {:?}", begun.elapsed());
    Ok(())
}

#[test]
fn reminders_asked_for_at_two_nodes_at_once_go_out_once() -> Outcome {
    let cluster = Cluster::start()?;
    let (one, other) = cluster.two_nodes(&[])?;
    let trust = Trust::found(&one, "Ashgrove Trust")?;
    let round = trust.open(&RoundPlan::small())?;
    let people: Vec<&str> = round.review()?.raters.iter().map(|person| person.email.as_str()).collect();
    cluster.invitations(people.iter().copied(), Duration::from_mins(1))?;
    let at = |node: &Server| -> Outcome<u16> {
        Ok(trust.administrator.0.at(node.http()?).post(&format!("/v1/rounds/{}/remind", round.id), &json!({}))?.status)
    };
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let pressed: Vec<_> = [&one, &other]
            .into_iter()
            .cycle()
            .take(8)
            .map(|node| scope.spawn(|| at(node).map_err(|error| error.to_string())))
            .collect();
        pressed
            .into_iter()
            .map(|press| press.join().unwrap_or_else(|_panic| Err("it panicked".to_owned())))
            .collect::<Result<_, _>>()
    })?;
    assert_eq!(statuses.iter().filter(|status| **status == 202).count(), 1, "{statuses:?}");
    assert_eq!(statuses.iter().filter(|status| **status == 409).count(), 7, "{statuses:?}");
    cluster.emails("reminder", people, Duration::from_mins(1))?;
    Ok(())
}
