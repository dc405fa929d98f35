//! A path has one meaning however it is spelled: what is decided by it is decided alike.

use candour_tests::{METERED, Outcome, RoundPlan, Server, Trust};
use serde_json::json;

/// Spells one letter of a path as an escape.
fn escaped(path: &str, at: usize) -> String {
    format!("{}%{:02x}{}", &path[..at], path.as_bytes()[at], &path[at + 1..])
}

#[test]
fn a_change_is_made_once_however_its_path_is_spelled() -> Outcome {
    let server = Server::start()?;
    let trust = Trust::found(&server, "Ashgrove Trust")?;
    let round = trust.open(&RoundPlan::small())?;
    let post = |path: &str, body: &serde_json::Value| {
        let headers = [("content-type", "application/json"), ("idempotency-key", "one")];
        trust.administrator.send("POST", path, &headers, Some(body.to_string().as_bytes()))
    };
    let body = json!({ "title": "Once", "framework_id": trust.framework_id, "closes_at": "2027-03-31T17:00:00Z" });
    post("/v1/rounds", &body)?.with(201)?;
    for path in ["/%76%31/rounds", "/v1/%72ounds"] {
        let again = post(path, &body)?.with(201)?;
        assert!(again.header("idempotent-replayed").is_some(), "{path}: {again}");
    }
    assert_eq!(trust.administrator.list("/v1/rounds")?.iter().filter(|round| round["title"] == "Once").count(), 1);

    // An id can be written in capitals, but in no other form of a UUID.
    let extend = |id: &str| post(&format!("/v1/rounds/{id}/extend"), &json!({ "closes_at": "2027-04-30T17:00:00Z" }));
    extend(&round.id)?.with(200)?;
    let again = extend(&round.id.to_uppercase())?.with(200)?;
    assert!(again.header("idempotent-replayed").is_some(), "{again}");
    for id in [format!("%7B{}%7D", round.id), round.id.replace('-', ""), format!("urn:uuid:{}", round.id)] {
        extend(&id)?.problem(404)?;
    }
    Ok(())
}

#[test]
fn every_answer_carries_its_headers_however_its_path_is_spelled() -> Outcome {
    let server = Server::start()?;
    let trust = Trust::found(&server, "Ashgrove Trust")?;
    for path in ["/v1/rounds", "/docs/"] {
        let plain = trust.administrator.get(path)?.with(200)?;
        for at in path.char_indices().filter(|(_, letter)| letter.is_ascii_alphanumeric()).map(|(at, _)| at) {
            let spelled = escaped(path, at);
            let reply = trust.administrator.get(&spelled)?.with(200)?;
            for name in ["cache-control", "content-security-policy", "x-frame-options"] {
                assert_eq!(reply.header(name), plain.header(name), "{spelled}: {name}");
            }
        }
    }
    Ok(())
}

#[test]
fn guarantee_a_rater_leaves_no_line_however_the_path_is_spelled() -> Outcome {
    let server = Server::start_with(&[METERED, ("CANDOUR_LOG", "info")])?;
    let trust = Trust::found(&server, "Ashgrove Trust")?;
    let link = trust.open(&RoundPlan::small())?.link_of_each()?.pop().ok_or("no link")?.1;
    trust.administrator.get("/v1/rounds")?.with(200)?;
    let requests = |text: &str| text.lines().filter(|line| line.contains("\"request\"")).count();
    let (lines, counters) = (requests(&server.log()?), server.metrics()?);
    for path in [link.path(), format!("/v1/survey/{}", link.token())] {
        for at in 1..path.len() {
            let spelled = if path.as_bytes()[at] == b'/' { path.clone() } else { escaped(&path, at) };
            let caller = server.anonymous()?;
            assert_eq!(caller.get(&spelled)?.status, 200, "{spelled}");
            caller.send("POST", &(spelled + "/decline"), &[("content-type", "text/plain")], Some(b"x"))?;
        }
    }
    // What is no HTTP may be a rater's as well.
    candour_tests::raw::send(
        &server.address()?,
        &format!("GET {}> HTTP/1.1\r\nHost: c\r\n\r\n", link.path()).into_bytes(),
        b"",
    )?;
    trust.administrator.get("/v1/rounds")?.with(200)?;
    let log = server.log()?;
    assert_eq!(requests(&log), lines + 1, "only the administrator's own:\n{log}");
    assert!(!log.contains("ERROR"), "{log}");
    let moved =
        |text: &str| text.lines().filter(|line| !line.contains("/v1/rounds")).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(moved(&server.metrics()?), moved(&counters));
    Ok(())
}
