//! What the published document says of requests is what the service holds them to. The requests are made from the
//! document: for each limit in it one that is just outside, which is refused by the name of its field, and one that is
//! just inside, which is taken or refused for something else.

mod bodies;
mod probes;

use candour_tests::{Outcome, Reply, Server, Trust, finding, tool};
use serde_json::{Value, json};

use bodies::{Ground, Request};
use probes::{Probe, Sent, probes};

/// Where the round's own rule is narrower than what the document can say: a scale has some of the values from 0 to 10.
const NARROWER: [&str; 3] = ["/client_id", "/client_secret", "/ratings/"];

#[test]
fn every_limit_of_a_body_is_held() -> Outcome {
    let server = Server::start()?;
    let trust = Trust::found(&server, "Ashgrove Trust")?;
    let ground = Ground::prepare(&trust)?;
    let document = document()?;
    let (mut asked, mut wrong) = (0, Vec::new());
    for (path, method, operation) in with_json_body(&document) {
        let name = operation["operationId"].as_str().unwrap_or_default();
        let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
        // The body as it is taken, so that what is refused below is refused for what is changed in it.
        let good = ground.request(name, "")?.ok_or_else(|| format!("bodies.rs has no body for {name}"))?;
        let found = probes(&document, schema, &good.body)?;
        if found.is_empty() {
            finding!("the document says nothing of the body of {method} {path}");
        }
        for probe in found {
            let send = |sent: &Sent| -> Outcome<Reply> {
                let request = ground.request(name, &probe.field)?.ok_or("no body")?;
                let reply = request.send(&probe.change(&request.body, sent)?)?;
                if reply.status < 300 && request.uses_ground() {
                    ground.was_changed()?;
                }
                Ok(reply)
            };
            let outside = send(&probe.outside)?;
            let refusal = said_of(&outside, &probe);
            if !(400..500).contains(&outside.status) || refusal.is_none() {
                wrong.push(format!("{method} {path}: {probe} is not refused by name: {outside}"));
            }
            let inside =
                if NARROWER.iter().any(|field| probe.field.starts_with(field)) { None } else { probe.inside.as_ref() };
            if let Some(inside) = inside.map(send).transpose()? {
                let said = said_of(&inside, &probe);
                if inside.status >= 500 || said.is_some() && said == refusal {
                    wrong.push(format!("{method} {path}: within {probe} it is refused all the same: {inside}"));
                }
            }
            asked += 1;
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(asked > 200, "only {asked} limits were found in the document");
    Ok(())
}

#[test]
fn every_limit_of_a_query_or_a_header_is_held() -> Outcome {
    let server = Server::start()?;
    let trust = Trust::found(&server, "Ashgrove Trust")?;
    let ground = Ground::prepare(&trust)?;
    let document = document()?;
    let (mut asked, mut wrong) = (0, Vec::new());
    for (path, method, operation) in operations(&document) {
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            let (name, schema) = (parameter["name"].as_str().unwrap_or_default(), &parameter["schema"]);
            let in_query = parameter["in"] == "query";
            let id = operation["operationId"].as_str().unwrap_or_default();
            // A path without a body, or the request that has one.
            let bare = Request::of(&trust.administrator, method, &ground.path(path)?);
            let ask = |value: &str| -> Outcome<Reply> {
                let request = ground.request(id, "")?.unwrap_or_else(|| bare.clone());
                if in_query {
                    request.asking(name, value).send(&request.body)
                } else {
                    request.under(name, value).send(&request.body)
                }
            };
            for (outside, inside) in probes::of_parameter(schema) {
                let refused = ask(&outside)?;
                let refusal = detail(&refused);
                if !(400..500).contains(&refused.status) || !refusal.contains(name) {
                    wrong.push(format!("{method} {path}: {name}={outside} is not refused by name: {refused}"));
                }
                let taken = ask(&inside)?;
                if taken.status >= 500 || taken.status >= 400 && detail(&taken) == refusal {
                    wrong.push(format!("{method} {path}: {name}={inside} is refused: {taken}"));
                }
                asked += 1;
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(asked > 20, "only {asked} limits were found in the document");
    Ok(())
}

#[test]
fn a_row_outside_the_limits_is_told_also_where_good_rows_are_kept() -> Outcome {
    let server = Server::start()?;
    let trust = Trust::found(&server, "Ashgrove Trust")?;
    let ground = Ground::prepare(&trust)?;
    let request = ground.request("add_raters", "")?.ok_or("no body")?.asking("mode", "partial");
    let empty = json!({ "name": "", "email": "", "group": "trustees" });
    let good = json!({ "name": "Ann Lee", "email": "ann@elsewhere.example", "group": "trustees" });
    let alone = request.send(&json!([empty]))?.problem(422)?;
    assert_eq!(pointers(&alone), ["/0/name", "/0/email"], "with no good row nothing is made: {alone}");
    let beside = request.send(&json!([good, empty, {}]))?.with(201)?.json()?;
    let told: Vec<_> = beside["errors"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|error| (error["row"].as_u64(), error["field"].as_str()))
        .collect();
    let expected = [(2, "name"), (2, "email"), (3, "name"), (3, "email"), (3, "group")]
        .map(|(row, field)| (Some(row), Some(field)));
    assert_eq!((beside["added"].as_u64(), told), (Some(1), expected.to_vec()), "{beside}");
    Ok(())
}

/// What a refusal says of the field of a probe.
fn said_of(reply: &Reply, probe: &Probe) -> Option<String> {
    let problem = reply.json().ok()?;
    let of_field = problem["errors"].as_array()?.iter().find(|error| error["pointer"] == probe.field.as_str())?;
    of_field["detail"].as_str().map(str::to_owned)
}

/// What a refusal says in all.
fn detail(reply: &Reply) -> String {
    reply.json().unwrap_or_default()["detail"].as_str().unwrap_or_default().to_owned()
}

fn pointers(problem: &Value) -> Vec<&str> {
    problem["errors"].as_array().into_iter().flatten().filter_map(|error| error["pointer"].as_str()).collect()
}

fn document() -> Outcome<Value> {
    Ok(serde_json::from_slice(&std::fs::read(tool::repository().join("openapi/openapi.json"))?)?)
}

fn operations(document: &Value) -> Vec<(&str, &str, &Value)> {
    let paths = document["paths"].as_object().into_iter().flatten();
    paths
        .flat_map(|(path, item)| {
            item.as_object().into_iter().flatten().map(move |(method, one)| (path.as_str(), method.as_str(), one))
        })
        .collect()
}

fn with_json_body(document: &Value) -> Vec<(&str, &str, &Value)> {
    let has_body = |operation: &Value| operation["requestBody"]["content"]["application/json"].is_object();
    operations(document).into_iter().filter(|(_, _, operation)| has_body(operation)).collect()
}
