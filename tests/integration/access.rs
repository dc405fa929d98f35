//! The access table against the running service: each operation of the published API, asked for by each kind of caller.

use candour_domain::access::{Grant, grants};
use candour_domain::{Operation, Role, Scope};
use candour_tests::{Caller, Outcome, Reply, RoundPlan, Server, Trust, finding, tool};
use serde_json::{Value, json};

const NOBODY: &str = "00000000-0000-4000-8000-000000000000";
const NO_LINK: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// An operation as the committed document describes it.
pub(crate) struct Published {
    pub(crate) operation: Operation,
    method: String,
    path: String,
    media_type: Option<String>,
}

pub(crate) fn published() -> Outcome<Vec<Published>> {
    let document: Value = serde_json::from_slice(&std::fs::read(tool::repository().join("openapi/openapi.json"))?)?;
    let mut all = Vec::new();
    for (path, methods) in document["paths"].as_object().ok_or("the document has no paths")? {
        for (method, operation) in methods.as_object().into_iter().flatten() {
            if !["get", "post", "put", "patch", "delete"].contains(&method.as_str()) {
                continue;
            }
            let id = operation["operationId"].as_str().unwrap_or_default();
            let Some(known) = Operation::from_name(id) else {
                finding!(
                    "{method} {path} has the operationId {id:?}, which has no row in the access table \
                     (candour_domain::access)"
                );
            };
            let media_type =
                operation["requestBody"]["content"].as_object().and_then(|content| content.keys().next().cloned());
            all.push(Published { operation: known, method: method.to_uppercase(), path: path.clone(), media_type });
        }
    }
    Ok(all)
}

impl Published {
    /// Asks for it with ids that are nobody's, or with those of a round.
    pub(crate) fn ask(&self, caller: &Caller, ids: &dyn Fn(&str) -> String) -> Outcome<Reply> {
        let mut path = String::new();
        for part in self.path.split_inclusive('}') {
            match part.split_once('{') {
                Some((before, name)) => path = path + before + &ids(name.trim_end_matches('}')),
                None => path.push_str(part),
            }
        }
        match &self.media_type {
            Some(media_type) => caller.send(&self.method, &path, &[("content-type", media_type)], Some(b"{}")),
            None => caller.send(&self.method, &path, &[], None),
        }
    }

    pub(crate) fn is_open_to_all(&self) -> bool {
        grants(self.operation).iter().any(|grant| matches!(grant, Grant::Public | Grant::Link))
    }
}

pub(crate) fn nobody(name: &str) -> String {
    if name == "token" { NO_LINK.to_owned() } else { NOBODY.to_owned() }
}

#[test]
fn every_operation_of_the_table_is_published() -> Outcome {
    let published: Vec<Operation> = published()?.iter().map(|one| one.operation).collect();
    let missing: Vec<_> = Operation::ALL.iter().filter(|operation| !published.contains(operation)).collect();
    assert!(missing.is_empty(), "in the access table and not in openapi.json: {missing:?}");
    Ok(())
}

#[test]
fn without_a_token_there_is_nothing() -> Outcome {
    let server = Server::start()?;
    let stranger = Caller::new(server.http()?, None);
    let forged = Caller::new(server.http()?, Some("eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.".to_owned()));
    for one in published()? {
        if one.is_open_to_all() {
            let status = one.ask(&stranger, &nobody)?.status;
            assert!(
                ![401, 403].contains(&status) || one.operation == Operation::IssueToken,
                "{} {} -> {status}",
                one.method,
                one.path
            );
            continue;
        }
        for caller in [&stranger, &forged] {
            let reply = one.ask(caller, &nobody)?;
            reply.problem(401)?;
            assert!(reply.header("www-authenticate").is_some_and(|value| value.starts_with("Bearer")), "{reply}");
        }
    }
    Ok(())
}

#[test]
fn each_role_and_scope_gets_what_the_table_grants() -> Outcome {
    let server = Server::start()?;
    let trust = Trust::found(&server, "Ashgrove Trust")?;
    let round = trust.draft(&RoundPlan::small())?;
    let review = round.review()?;
    let adviser = trust.adviser(review)?;
    let mut callers: Vec<(Grant, Caller)> = vec![
        (Grant::Role(Role::Administrator), trust.administrator.0.clone()),
        (Grant::Role(Role::Facilitator), trust.facilitator(&review.facilitator)?.0),
        (Grant::Role(Role::Adviser), adviser),
        (Grant::Role(Role::Subject), trust.subject(&review.subject)?.0),
    ];
    for &scope in Scope::ALL {
        callers.push((Grant::Scope(scope), trust.integration(&[scope.as_str()])?.0));
    }
    for one in published()?.iter().filter(|one| !one.is_open_to_all()) {
        for (grant, caller) in &callers {
            let reply = one.ask(caller, &nobody)?;
            let granted = grants(one.operation).contains(grant);
            let says_no = matches!(reply.status, 401 | 403);
            assert_eq!(granted, !says_no, "{:?} asked by {grant:?}: {reply}", one.operation);
            if !granted {
                reply.problem(403)?;
            }
            assert!(reply.status < 500, "{reply}");
        }
    }
    Ok(())
}

#[test]
fn another_trust_is_not_there() -> Outcome {
    let server = Server::start()?;
    let (here, there) = (Trust::found(&server, "Ashgrove Trust")?, Trust::found(&server, "Birchwood Trust")?);
    let round = there.open(&RoundPlan::small())?;
    let review = round.review()?.clone();
    let rater = there.administrator.raters(&review.id)?[1]["id"].as_str().unwrap_or_default().to_owned();
    let everything: Vec<&str> = Scope::ALL.iter().map(|scope| scope.as_str()).collect();
    let callers = [
        here.administrator.0.clone(),
        here.integration(&everything)?.0,
        // The same person with the same address, known to the wrong trust.
        here.facilitator(&review.facilitator)?.0,
        here.subject(&review.subject)?.0,
    ];
    let ids = |path: &str| {
        let (round, review, rater, framework) =
            (round.id.clone(), review.id.clone(), rater.clone(), there.framework_id.clone());
        let path = path.to_owned();
        move |name: &str| match name {
            "token" => NO_LINK.to_owned(),
            "comment_id" => NOBODY.to_owned(),
            _ if path.contains("/frameworks/") => framework.clone(),
            _ if path.contains("/raters/") => rater.clone(),
            _ if path.contains("/reviews/{") => review.clone(),
            _ if path.contains("/rounds/{") => round.clone(),
            _ => NOBODY.to_owned(),
        }
    };
    for one in published()?.iter().filter(|one| !one.is_open_to_all() && one.path.contains('{')) {
        for caller in &callers {
            let reply = one.ask(caller, &ids(&one.path))?;
            // 403: this role may not do it anywhere. 415 and 422: the request was not even looked at that far.
            assert!(matches!(reply.status, 403 | 404 | 415 | 422), "{:?}: {reply}", one.operation);
            if one.method == "GET" && reply.status != 403 {
                reply.problem(404)?;
            }
        }
    }
    assert_eq!(there.administrator.round(&round.id)?["state"], "open", "nothing was changed from outside");
    assert_eq!(there.administrator.raters(&review.id)?.len(), review.raters.len());
    for path in ["/v1/rounds", "/v1/audit-log", "/v1/jobs"] {
        let seen = here.administrator.get(path)?.with(200)?.text();
        assert!(!seen.contains(&round.id) && !seen.contains(&review.id), "{path}: {seen}");
    }
    Ok(())
}

#[test]
fn a_facilitator_and_a_subject_see_their_own_reviews_only() -> Outcome {
    let server = Server::start()?;
    let trust = Trust::found(&server, "Ashgrove Trust")?;
    let round = trust.open(&RoundPlan::small().reviews(2))?;
    let [first, second] = round.reviews.as_slice() else { finding!("two reviews") };
    let facilitator = trust.facilitator(&first.facilitator)?;
    facilitator.get(&format!("/v1/reviews/{}", first.id))?.with(200)?;
    facilitator.get(&format!("/v1/reviews/{}", second.id))?.problem(404)?;
    let seen = facilitator.list(&format!("/v1/rounds/{}/reviews", round.id))?;
    assert_eq!(seen.iter().map(|review| review["id"].clone()).collect::<Vec<_>>(), [json!(first.id)]);
    trust.administrator.moves(&round.id, "close", &json!({ "confirm": true }))?;
    round.reaches("counted")?;
    facilitator.get(&format!("/v1/reviews/{}/results", second.id))?.problem(404)?;
    facilitator.release(&second.id)?.problem(404)?;
    facilitator.redact(&second.id, NOBODY, "not mine")?.problem(404)?;
    // Nobody answered.
    facilitator.post(&format!("/v1/reviews/{}/release", first.id), &json!({ "confirm": true }))?.with(200)?;
    let subject = trust.subject(&second.subject)?;
    subject.get(&format!("/v1/reviews/{}/results", first.id))?.problem(404)?;
    trust.subject(&first.subject)?.get(&format!("/v1/reviews/{}/results", first.id))?.with(200)?;
    Ok(())
}

#[test]
fn client_credentials_are_checked() -> Outcome {
    let server = Server::start()?;
    let trust = Trust::found(&server, "Ashgrove Trust")?;
    let (id, secret) = trust.client(&["rounds:read", "results:read"])?;
    let anyone = server.anonymous()?;
    let ask = |id: &str, secret: &str, more: &[(&str, &str)]| {
        let mut form = vec![("grant_type", "client_credentials"), ("client_id", id), ("client_secret", secret)];
        form.extend(more);
        anyone.post_form("/oauth/token", &form)
    };
    assert_eq!(ask(&id, &secret, &[])?.with(200)?.json()?["scope"], "rounds:read results:read");
    assert_eq!(ask(&id, &secret, &[("scope", "rounds:read")])?.with(200)?.json()?["scope"], "rounds:read");
    for (reply, status) in [
        (ask(&id, "wrong", &[])?, 401),
        (ask(NOBODY, &secret, &[])?, 401),
        (ask(&id, &secret, &[("scope", "rounds:write")])?, 400),
        (
            anyone.post_form(
                "/oauth/token",
                &[("grant_type", "password"), ("client_id", &id), ("client_secret", &secret)],
            )?,
            400,
        ),
    ] {
        assert_eq!(reply.status, status, "{reply}");
        assert!(reply.json()?["error"].is_string() || reply.json()?["type"].is_string(), "{reply}");
    }
    let keys = anyone.get("/.well-known/jwks.json")?.with(200)?.json()?;
    assert_eq!((&keys["keys"][0]["kty"], &keys["keys"][0]["crv"]), (&json!("OKP"), &json!("Ed25519")), "{keys}");
    assert!(keys["keys"][0]["d"].is_null(), "a private key is published");
    let about = anyone.get("/.well-known/oauth-authorization-server")?.with(200)?.json()?;
    assert!(about["token_endpoint"].as_str().is_some_and(|url| url.ends_with("/oauth/token")), "{about}");
    Ok(())
}
