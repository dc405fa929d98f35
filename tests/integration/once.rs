//! A change under an `Idempotency-Key` is made once, whatever becomes of the connection and of the process.
//!
//! `CANDOUR_ONCE_KEYS` sets how many keys are sent; 40 by default.

use std::collections::BTreeMap;
use std::time::Duration;

use candour_tests::{Caller, Outcome, Reply, RoundPlan, Server, Trust, database, raw, wait};
use serde_json::{Value, json};

/// Sends every request and hangs up at once, kills the processes one after the other in between, and then sends every
/// request again until it is answered. Each round must be there once.
fn each_is_made_once(nodes: &[&Server], trust: &Trust<'_>) -> Outcome {
    let keys: u32 = std::env::var("CANDOUR_ONCE_KEYS").ok().and_then(|text| text.parse().ok()).unwrap_or(40);
    let title = |number: u32| format!("Round {number}");
    let body = |number: u32| json!({ "title": title(number), "framework_id": trust.framework_id, "closes_at": "2027-03-31T17:00:00Z" });
    let token = trust.administrator.token().ok_or("no token")?;
    let life = (keys / 8).max(1);
    let mut kills = 0;
    for number in 0..keys {
        let node = nodes[usize::try_from(number)? % nodes.len()];
        // From nothing to one and a half milliseconds, spread over the keys; the first of each life waits until its
        // change may have been made.
        let longer = if number % life == 0 { Duration::from_millis(400) } else { Duration::ZERO };
        let patience = longer + Duration::from_micros(u64::from(number * 37 % 16) * 100);
        let head = head(token, format!("key {number}").as_bytes());
        raw::send(&node.address()?, &head, body(number).to_string().as_bytes())?.reset_after(patience)?;
        if number % life == life - 1 {
            node.kill()?;
            node.begin()?;
            kills += 1;
        }
    }
    let mut again = 0;
    for number in 0..keys {
        let node = nodes[usize::try_from(number + 1)? % nodes.len()];
        let caller = trust.administrator.at(node.http()?);
        let (body, key) = (body(number).to_string(), format!("key {number}"));
        let headers = [("content-type", "application/json"), ("idempotency-key", key.as_str())];
        let reply = caller.send("POST", "/v1/rounds", &headers, Some(body.as_bytes()))?.with(201)?;
        again += usize::from(reply.header("idempotent-replayed").is_some());
    }
    let mut made = BTreeMap::<String, u32>::new();
    for round in trust.administrator.at(nodes[0].http()?).list("/v1/rounds")? {
        *made.entry(round["title"].as_str().unwrap_or_default().to_owned()).or_default() += 1;
    }
    report(keys, kills, again, made.values().sum());
    let wanted: BTreeMap<_, _> = (0..keys).map(|number| (title(number), 1)).collect();
    assert_eq!(made, wanted);
    assert!(again > 0, "none had been made before its connection was gone, so nothing was tried");
    Ok(())
}

#[expect(clippy::print_stderr, reason = "the figures are what somebody who sets the number of keys wants to see")]
fn report(keys: u32, kills: u32, again: usize, rounds: u32) {
    eprintln!("{keys} keys, {kills} kills: {again} had been made when they were sent again, {rounds} rounds");
}

#[test]
fn a_change_is_made_once_though_connections_break_and_the_process_is_killed() -> Outcome {
    let server = Server::start()?;
    each_is_made_once(&[&server], &Trust::found(&server, "Ashgrove Trust")?)
}

mod postgres {
    use candour_tests::{Cluster, Outcome, Trust};

    #[test]
    fn a_change_is_made_once_though_connections_break_and_either_node_is_killed() -> Outcome {
        let cluster = Cluster::start()?;
        let (one, other) = cluster.two_nodes(&[])?;
        super::each_is_made_once(&[&one, &other], &Trust::found(&one, "Ashgrove Trust")?)
    }
}

fn keyed(caller: &Caller, path: &str, key: &str, body: &Value) -> Outcome<Reply> {
    let headers = [("content-type", "application/json"), ("idempotency-key", key)];
    caller.send("POST", path, &headers, Some(body.to_string().as_bytes()))
}

/// What was told of a change, but for the time and that it was told before.
fn told(reply: &Reply) -> (u16, Vec<u8>, [Option<&str>; 3]) {
    (reply.status, reply.body.clone(), ["location", "etag", "content-type"].map(|name| reply.header(name)))
}

#[test]
fn a_repeat_is_told_the_same_as_the_first() -> Outcome {
    let server = Server::start()?;
    let trust = Trust::found(&server, "Ashgrove Trust")?;
    let new = json!({ "title": "Once", "framework_id": trust.framework_id, "closes_at": wait::time_in(600_000) });
    let first = keyed(&trust.administrator, "/v1/rounds", "new", &new)?.with(201)?;
    let again = keyed(&trust.administrator, "/v1/rounds", "new", &new)?;
    assert_eq!(told(&first), told(&again));
    assert!(first.header("location").is_some() && first.header("etag").is_some(), "{:?}", first.headers());
    assert_eq!((first.header("idempotent-replayed"), again.header("idempotent-replayed")), (None, Some("true")));

    // Every other change of a round: the second time it would be refused or counted twice.
    let round = trust.draft(&RoundPlan::small())?;
    let (at, review) = (format!("/v1/rounds/{}", round.id), format!("/v1/reviews/{}", round.review()?.id));
    let person = |name: &str| json!({ "name": name, "email": format!("{name}@elsewhere.example"), "role": "Head" });
    let mut facilitator = person("Bo");
    facilitator.as_object_mut().ok_or("not an object")?.remove("role");
    let steps = [
        (format!("{at}/reviews"), json!({ "subject": person("Al"), "facilitator": facilitator })),
        (format!("{review}/raters"), json!([{ "name": "Cy", "email": "cy@elsewhere.example", "group": "staff" }])),
    ];
    for (path, body) in steps {
        let first = keyed(&trust.administrator, &path, "one", &body)?.with(201)?;
        assert_eq!(told(&keyed(&trust.administrator, &path, "one", &body)?), told(&first), "{path}");
        assert!(keyed(&trust.administrator, &path, "two", &body)?.status >= 400, "{path} is not made twice");
    }
    let open = trust.draft(&RoundPlan::small())?;
    let at = format!("/v1/rounds/{}", open.id);
    for (step, body) in [
        ("launch", json!({})),
        ("remind", json!({})),
        ("extend", json!({ "closes_at": wait::time_in(9_000_000) })),
        ("close", json!({ "confirm": true })),
    ] {
        let first = keyed(&trust.administrator, &format!("{at}/{step}"), step, &body)?.succeeded()?;
        let again = keyed(&trust.administrator, &format!("{at}/{step}"), step, &body)?;
        assert_eq!(told(&again), told(&first), "{step}");
        assert_eq!(again.header("idempotent-replayed"), Some("true"), "{step}");
    }
    let done = |action: &str| -> Outcome<usize> {
        let events = trust.administrator.list("/v1/audit-log")?;
        Ok(events
            .iter()
            .filter(|event| event["action"] == action && event["target"] == format!("round:{}", open.id))
            .count())
    };
    for action in ["round.launched", "round.reminded", "round.extended", "round.closed"] {
        assert_eq!(done(action)?, 1, "{action}");
    }
    Ok(())
}

#[test]
fn a_repeat_is_told_only_to_who_may_still_ask() -> Outcome {
    let server = Server::start()?;
    let trust = Trust::found(&server, "Ashgrove Trust")?;
    let new = |title: &str| json!({ "title": title, "framework_id": trust.framework_id, "closes_at": wait::time_in(600_000) });
    let (first, second) = (new("First"), new("Second"));
    let integration = trust.integration(&["rounds:write"])?;
    let send = |key: &str, body: &Value| keyed(&integration, "/v1/rounds", key, body);
    let made = send("first", &first)?.with(201)?;

    let look = database::open(&server)?;
    look.run("UPDATE clients SET scopes = 'rounds:read'")?;
    send("first", &first)?.problem(403)?;
    send("second", &second)?.problem(403)?;
    look.run("UPDATE clients SET scopes = 'rounds:write'")?;
    assert_eq!(told(&send("first", &first)?), told(&made));
    send("second", &second)?.with(201)?;
    let other = send("first", &second)?.problem(422)?;
    assert!(other["detail"].as_str().is_some_and(|detail| detail.contains("Idempotency-Key")), "{other}");
    assert_eq!(trust.administrator.list("/v1/rounds")?.len(), 2);

    look.run("DELETE FROM clients")?;
    send("first", &first)?.problem(401)?;
    Ok(())
}

#[test]
fn a_refusal_is_not_kept() -> Outcome {
    let server = Server::start()?;
    let trust = Trust::found(&server, "Ashgrove Trust")?;
    let round = trust.draft(&RoundPlan::small())?;
    let close =
        || keyed(&trust.administrator, &format!("/v1/rounds/{}/close", round.id), "close", &json!({ "confirm": true }));
    close()?.problem(409)?;
    round.launch()?;
    close()?.with(200)?;
    Ok(())
}

#[test]
fn a_key_that_cannot_be_read_is_refused() -> Outcome {
    let server = Server::start()?;
    let trust = Trust::found(&server, "Ashgrove Trust")?;
    let new =
        json!({ "title": "Once", "framework_id": trust.framework_id, "closes_at": wait::time_in(600_000) }).to_string();
    let token = trust.administrator.token().ok_or("no token")?;
    for key in [&b"caf\xc3\xa9"[..], b"", b"   ", &[b'k'; 256], b"one\r\nidempotency-key: two"] {
        let reply = raw::send(&server.address()?, &head(token, key), new.as_bytes())?.reply()?;
        assert!(reply.starts_with("HTTP/1.1 400 ") && reply.contains("Idempotency-Key"), "{key:?}: {reply}");
    }
    assert_eq!(trust.administrator.list("/v1/rounds")?.len(), 0);
    let reply = raw::send(&server.address()?, &head(token, &[b'k'; 255]), new.as_bytes())?.reply()?;
    assert!(reply.starts_with("HTTP/1.1 201 "), "{reply}");
    Ok(())
}

fn head(token: &str, key: &[u8]) -> Vec<u8> {
    let head = format!(
        "POST /v1/rounds HTTP/1.1\r\nauthorization: Bearer {token}\r\ncontent-type: \
         application/json\r\nidempotency-key: "
    );
    [head.as_bytes(), key].concat()
}
