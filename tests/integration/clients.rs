//! Integrations, as an administrator adds, lists and revokes them over the API.

use candour_tests::{Caller, Outcome, Service, TestApp, Trust, database};
use chrono::TimeDelta;
use serde_json::{Value, json};

const PATH: &str = "/v1/clients";

/// A token of this integration, or the refusal.
fn token(app: &TestApp, made: &Value) -> Outcome<Result<Caller, u16>> {
    let text = |field: &str| made[field].as_str().unwrap_or_default().to_owned();
    let (id, secret) = (text("client_id"), text("client_secret"));
    let form = [("grant_type", "client_credentials"), ("client_id", id.as_str()), ("client_secret", secret.as_str())];
    let reply = app.anonymous()?.post_form("/oauth/token", &form)?;
    if reply.status != 200 {
        return Ok(Err(reply.status));
    }
    Ok(Ok(Caller::new(app.http()?, reply.json()?["access_token"].as_str().map(str::to_owned))))
}

fn works(app: &TestApp, made: &Value) -> Outcome<Caller> {
    token(app, made)?.map_err(|status| format!("no token: {status}").into())
}

#[test]
fn an_integration_is_added_listed_and_revoked_at_once() -> Outcome {
    let app = TestApp::start()?;
    let trust = Trust::found(&app, "Ashgrove Trust")?;
    let administrator = &trust.administrator;
    let wanted = json!({ "name": " HR system ", "scopes": ["rounds:read", "audit:read", "rounds:read"] });
    let made = administrator.post(PATH, &wanted)?.with(201)?.json()?;
    assert_eq!(
        (&made["name"], &made["scopes"]),
        (&json!("HR system"), &json!(["rounds:read", "audit:read"])),
        "{made}"
    );
    assert!(made["client_secret"].as_str().is_some_and(|secret| secret.len() >= 43), "256 bits");
    let listed = administrator.get(PATH)?.with(200)?.json()?;
    let [one] = listed["items"].as_array().map(Vec::as_slice).unwrap_or_default() else { Err(listed.to_string())? };
    assert_eq!((&one["client_id"], &one["last_used_on"]), (&made["client_id"], &Value::Null), "{one}");
    assert_eq!(one.get("client_secret"), None);

    let caller = works(&app, &made)?;
    caller.get("/v1/rounds")?.with(200)?;
    let used_on = |app: &TestApp| app.now().date_naive().to_string();
    let listed = || -> Outcome<Value> { Ok(administrator.get(PATH)?.with(200)?.json()?["items"][0].clone()) };
    assert_eq!(listed()?["last_used_on"], used_on(&app));
    let first_day = used_on(&app);
    app.time_passes(TimeDelta::days(2))?;
    assert_eq!(listed()?["last_used_on"], first_day.as_str(), "it has not been used since");
    let caller = works(&app, &made)?;
    assert_eq!(listed()?["last_used_on"], used_on(&app));

    let path = format!("{PATH}/{}", made["client_id"].as_str().unwrap_or_default());
    administrator.delete(&path)?.with(204)?;
    caller.get("/v1/rounds")?.problem(401)?;
    assert_eq!(token(&app, &made)?.err(), Some(401), "its secret is refused");
    administrator.delete(&path)?.problem(404)?;
    let revoked = listed()?;
    assert!(revoked["revoked_at"].is_string() && revoked["name"] == "HR system", "{revoked}");
    let log = administrator.list("/v1/audit-log")?;
    for action in ["client.created", "client.removed"] {
        let line = log.iter().find(|line| line["action"] == action).ok_or(action)?;
        assert!(line["actor"].as_str().is_some_and(|actor| actor.starts_with("account:")), "{line}");
    }
    app.days_pass(366)?;
    administrator.post(PATH, &json!({ "name": "Other", "scopes": ["results:read"] }))?.with(201)?;
    assert_eq!(administrator.get(PATH)?.json()?["items"].as_array().map(Vec::len), Some(1), "it is forgotten");
    Ok(())
}

#[test]
fn nobody_but_an_administrator_of_the_trust_has_a_hand_in_it() -> Outcome {
    let app = TestApp::start()?;
    let (trust, other) = (Trust::found(&app, "Ashgrove Trust")?, Trust::found(&app, "Birchwood Trust")?);
    let made =
        trust.administrator.post(PATH, &json!({ "name": "HR", "scopes": ["rounds:read"] }))?.with(201)?.json()?;
    let path = format!("{PATH}/{}", made["client_id"].as_str().unwrap_or_default());
    other.administrator.delete(&path)?.problem(404)?;
    assert_eq!(other.administrator.get(PATH)?.with(200)?.json()?["items"], json!([]));
    let every = ["rounds:read", "rounds:write", "results:read", "frameworks:write", "audit:read"];
    let integration = trust.integration(&every)?;
    integration.get(PATH)?.problem(403)?;
    integration.post(PATH, &json!({ "name": "HR", "scopes": ["rounds:read"] }))?.problem(403)?;
    integration.delete(&path)?.problem(403)?;
    works(&app, &made)?.get("/v1/rounds")?.with(200)?;
    for (body, pointer) in [
        (json!({ "name": "", "scopes": ["rounds:read"] }), "/name"),
        (json!({ "name": "HR", "scopes": [] }), "/scopes"),
        (json!({ "name": "HR", "scopes": ["rounds:read", "everything"] }), "/scopes/1"),
    ] {
        let refused = trust.administrator.post(PATH, &body)?.problem(422)?;
        assert_eq!(refused["errors"][0]["pointer"], pointer, "{refused}");
    }
    Ok(())
}

#[test]
fn a_secret_is_shown_once_and_kept_nowhere_not_under_a_key_either() -> Outcome {
    let app = TestApp::start()?;
    let trust = Trust::found(&app, "Ashgrove Trust")?;
    let body = json!({ "name": "HR system", "scopes": ["rounds:read"] }).to_string();
    let headers = [("content-type", "application/json"), ("idempotency-key", "the same key")];
    let send = || trust.administrator.send("POST", PATH, &headers, Some(body.as_bytes()));
    let (first, again) = (send()?.with(201)?.json()?, send()?.with(201)?);
    assert_eq!(again.header("idempotent-replayed"), Some("true"));
    let again = again.json()?;
    assert_eq!((&again["client_id"], &again["client_secret"]), (&first["client_id"], &Value::Null), "{again}");
    let secret = first["client_secret"].as_str().ok_or("no secret")?;
    works(&app, &first)?.get("/v1/rounds")?.with(200)?;
    let kept = database::open(&app)?.texts("SELECT body FROM idempotency_keys WHERE body IS NOT NULL")?;
    assert!(!kept.is_empty() && kept.iter().all(|body| !body.contains(secret)), "the key keeps no secret: {kept:?}");
    assert!(!app.log()?.contains(secret));
    let log = trust.administrator.get("/v1/audit-log")?.text();
    assert!(log.contains("client.created") && !log.contains(secret) && !log.contains("HR system"), "{log}");
    Ok(())
}
