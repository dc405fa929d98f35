//! Shutting somebody out: what a token says is held against the account, the reviews and the credentials at every
//! request.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use candour_seal::{Purpose, ServerKey};
use candour_tests::{Caller, Outcome, Person, RoundPlan, Server, Trust, database, finding, wait};
use ed25519_dalek::{Signer as _, SigningKey};
use serde_json::{Value, json};

/// The claims of a token, and its header.
fn read(token: &str) -> Outcome<(Value, Value)> {
    let mut parts =
        token.split('.').map(|part| Ok::<_, Box<dyn std::error::Error + Send + Sync>>(URL_SAFE_NO_PAD.decode(part)?));
    let (header, claims) = (parts.next().ok_or("no header")??, parts.next().ok_or("no claims")??);
    Ok((serde_json::from_slice(&header)?, serde_json::from_slice(&claims)?))
}

/// A token signed with the service's own key, as somebody could who has the database and the server key.
fn sign(server: &Server, header: &Value, claims: &Value) -> Outcome<String> {
    let look = database::open(server)?;
    let rows = database::rows(&look, "SELECT id, sealed_private FROM signing_keys")?.rows;
    let Some([Some(id), Some(sealed)]) = rows.first().map(Vec::as_slice) else { finding!("no signing key") };
    let sealed = sealed.chars().map(|letter| u8::try_from(u32::from(letter))).collect::<Result<Vec<u8>, _>>()?;
    let key = ServerKey::load(&server.data().join("secret.key"))?.open(Purpose::SigningKey, id.as_bytes(), &sealed)?;
    let key = SigningKey::from_bytes(key.as_slice().try_into()?);
    let text = format!("{}.{}", URL_SAFE_NO_PAD.encode(header.to_string()), URL_SAFE_NO_PAD.encode(claims.to_string()));
    let signature = URL_SAFE_NO_PAD.encode(key.sign(text.as_bytes()).to_bytes());
    Ok(format!("{text}.{signature}"))
}

/// The newest line of this kind.
fn line_of(trust: &Trust<'_>, action: &str) -> Outcome<Option<Value>> {
    Ok(trust.administrator.list("/v1/audit-log")?.into_iter().find(|line| line["action"] == action))
}

#[test]
fn a_token_says_what_rfc_9068_asks_for_and_ends_within_the_hour() -> Outcome {
    let server = Server::start()?;
    let trust = Trust::found(&server, "Ashgrove Trust")?;
    let integration = trust.integration(&["rounds:read"])?;
    let mut ids = Vec::new();
    for caller in [&trust.administrator.0, &integration.0] {
        let (header, claims) = read(caller.token().unwrap_or_default())?;
        assert_eq!(header["typ"], "at+jwt");
        for claim in ["iss", "sub", "aud", "client_id", "jti"] {
            assert!(claims[claim].as_str().is_some_and(|text| !text.is_empty()), "{claim}: {claims}");
        }
        let (from, until) = (claims["iat"].as_i64().unwrap_or(0), claims["exp"].as_i64().unwrap_or(i64::MAX));
        assert_eq!(until - from, 3600, "{claims}");
        ids.push(claims["jti"].clone());
    }
    assert_ne!(ids[0], ids[1]);
    assert_eq!(
        read(integration.token().unwrap_or_default())?.1["client_id"],
        read(integration.token().unwrap_or_default())?.1["sub"]
    );
    let issued = line_of(&trust, "token.issued")?.ok_or("no line")?;
    assert_eq!(issued["detail"]["token"], ids[0], "the log names the token by its id: {issued}");
    let longer = |hours| {
        let fixed = [
            "administrator",
            "create",
            "--organisation",
            &trust.id,
            "--name",
            "A B",
            "--email",
            "ab@ashgrove.example.org",
        ];
        server.cli(&[&fixed[..], &["--hours", hours]].concat())
    };
    assert!(longer("24")?.status.success());
    let refused = longer("25")?;
    assert!(!refused.status.success() && refused.stderr.contains("24"), "{}", refused.stderr);
    Ok(())
}

#[test]
fn only_an_access_token_is_one_though_the_service_itself_has_signed_it() -> Outcome {
    let server = Server::start()?;
    let trust = Trust::found(&server, "Ashgrove Trust")?;
    let (header, claims) = read(trust.administrator.token().unwrap_or_default())?;
    let ask = |header: &Value, claims: &Value| {
        Caller::new(server.http()?, Some(sign(&server, header, claims)?)).get("/v1/rounds")
    };
    ask(&header, &claims)?.with(200)?;
    for typ in [json!("JWT"), json!("application/jwt"), json!("logout+jwt"), json!(null)] {
        let mut header = header.clone();
        header["typ"] = typ;
        ask(&header, &claims)?.problem(401)?;
    }
    for claim in ["jti", "client_id"] {
        let mut claims = claims.clone();
        claims.as_object_mut().ok_or("no claims")?.remove(claim);
        ask(&header, &claims)?.problem(401)?;
    }
    let mut long = claims.clone();
    long["exp"] = json!(claims["iat"].as_i64().unwrap_or(0) + 720 * 3600);
    ask(&header, &long)?.problem(401)?;
    Ok(())
}

#[test]
fn a_role_in_a_token_is_worth_what_the_account_and_the_reviews_say_today() -> Outcome {
    let server = Server::start()?;
    let trust = Trust::found(&server, "Ashgrove Trust")?;
    let round = trust.draft(&RoundPlan::small())?;
    let review = round.review()?;
    let path = format!("/v1/reviews/{}", review.id);

    // Nobody is an administrator because a token says so.
    let (header, mut claims) = read(trust.subject(&review.subject)?.token().unwrap_or_default())?;
    claims["role"] = json!("administrator");
    let pretender = Caller::new(server.http()?, Some(sign(&server, &header, &claims)?));
    let problem = pretender.get("/v1/rounds")?.problem(403)?;
    assert!(problem["detail"].as_str().is_some_and(|text| text.contains("administrator")), "{problem}");
    pretender.post("/v1/rounds", &json!({}))?.problem(403)?;

    // Nobody facilitates because they did once.
    let facilitator = trust.facilitator(&review.facilitator)?;
    facilitator.get(&path)?.with(200)?;
    let other = Person::called("Newchair", "chair");
    trust.administrator.patch(&path, &json!({ "facilitator": other.as_person() }))?.with(200)?;
    facilitator.get(&path)?.problem(403)?;
    trust.facilitator(&other)?.get(&path)?.with(200)?;

    // An administrator who is one no longer.
    trust.administrator.get("/v1/rounds")?.with(200)?;
    assert_eq!(database::open(&server)?.change("UPDATE accounts SET administrator = FALSE")?, 4);
    for path in ["/v1/rounds", "/v1/audit-log", "/v1/jobs"] {
        trust.administrator.get(path)?.problem(403)?;
    }
    Ok(())
}

#[test]
fn a_token_of_somebody_who_was_removed_is_worth_nothing_and_its_use_is_in_the_log() -> Outcome {
    let server = Server::start()?;
    let trust = Trust::found(&server, "Ashgrove Trust")?;
    let leaver = trust.token(&Person::called("Leaver", "staff"), "administrator")?;
    leaver.get("/v1/rounds")?.with(200)?;
    let remove = ["administrator", "remove", "--organisation", &trust.id, "--email", "leaver@ashgrove.example.org"];
    let said = server.cli(&remove)?;
    assert!(said.status.success() && said.stdout.contains("None of their tokens works any more"), "{said:?}");
    for _ in 0..70 {
        leaver.get("/v1/rounds")?.problem(401)?;
    }
    let line =
        wait::until("the log to tell of it", std::time::Duration::from_secs(10), || line_of(&trust, "token.refused"))?;
    assert_eq!(
        (&line["detail"]["reason"], &line["detail"]["role"]),
        (&json!("removed"), &json!("administrator")),
        "{line}"
    );
    assert!(line["actor"].as_str().is_some_and(|actor| actor.starts_with("account:")), "{line}");
    server.stop()?;
    server.begin()?;
    let trust = Trust { administrator: candour_tests::Administrator(trust.administrator.at(server.http()?)), ..trust };
    let lines = trust.administrator.list("/v1/audit-log")?;
    let of_refusals: Vec<_> = lines.iter().filter(|line| line["action"] == "token.refused").collect();
    assert!(of_refusals.len() <= 2, "seventy refusals are counted and not listed: {of_refusals:?}");
    assert_eq!(
        of_refusals.iter().filter_map(|line| line["detail"]["times"].as_u64()).sum::<u64>(),
        70,
        "{of_refusals:?}"
    );
    Ok(())
}

#[test]
fn commands_shut_out_at_the_next_request_whoever_they_name_and_nobody_else() -> Outcome {
    let server = Server::start()?;
    let trust = Trust::found(&server, "Ashgrove Trust")?;
    let round = trust.draft(&RoundPlan::small())?;
    let review = round.review()?;
    let (facilitator, subject) = (trust.facilitator(&review.facilitator)?, trust.subject(&review.subject)?);
    let path = format!("/v1/reviews/{}", review.id);
    facilitator.get(&path)?.with(200)?;
    let remove = |kind: &str, email: &str| server.cli(&[kind, "remove", "--organisation", &trust.id, "--email", email]);

    let refused = remove("administrator", &review.facilitator.email)?;
    assert!(!refused.status.success() && refused.stderr.contains("no administrator"), "{refused:?}");
    facilitator.get(&path)?.with(200)?;
    assert!(remove("account", &review.facilitator.email)?.status.success());
    facilitator.get(&path)?.problem(401)?;
    subject.get("/v1/rounds")?.problem(403)?;
    trust.administrator.get(&path)?.with(200)?;

    // The same person gets an account again: what was issued to the old one stays worth nothing.
    let again = trust.facilitator(&review.facilitator)?;
    again.get(&path)?.with(200)?;
    facilitator.get(&path)?.problem(401)?;

    let said = remove("administrator", "HR@ashgrove.example.org")?;
    assert!(said.status.success() && said.stdout.contains("no administrator any more"), "{said:?}");
    trust.administrator.get(&path)?.problem(401)?;
    trust.administrator.post(&format!("/v1/rounds/{}/launch", round.id), &json!({}))?.problem(401)?;
    let gone = remove("administrator", "hr@ashgrove.example.org")?;
    assert!(!gone.status.success() && gone.stderr.contains("candour administrator list"), "{gone:?}");
    Ok(())
}

#[test]
fn an_integration_loses_its_scopes_and_its_credentials_at_the_next_request() -> Outcome {
    let server = Server::start()?;
    let trust = Trust::found(&server, "Ashgrove Trust")?;
    let (id, secret) = trust.client(&["rounds:read", "audit:read"])?;
    let form = [("grant_type", "client_credentials"), ("client_id", id.as_str()), ("client_secret", secret.as_str())];
    let token = || -> Outcome<Caller> {
        let issued = server.anonymous()?.post_form("/oauth/token", &form)?.with(200)?.json()?;
        Ok(Caller::new(server.http()?, issued["access_token"].as_str().map(str::to_owned)))
    };
    let before = token()?;
    before.get("/v1/rounds")?.with(200)?;
    before.get("/v1/audit-log")?.with(200)?;
    let scopes =
        server.cli(&["client", "scopes", "--client", &id, "--scope", "rounds:read", "--scope", "frameworks:write"])?;
    assert!(scopes.status.success(), "{scopes:?}");
    before.get("/v1/rounds")?.with(200)?;
    before.get("/v1/audit-log")?.problem(403)?;
    before.post("/v1/frameworks", &json!({}))?.problem(403)?;
    let after = token()?;
    after.post("/v1/frameworks", &json!({}))?.problem(422)?;
    assert!(server.cli(&["client", "remove", "--client", &id])?.status.success());
    for caller in [&before, &after] {
        caller.get("/v1/rounds")?.problem(401)?;
    }
    server.anonymous()?.post_form("/oauth/token", &form)?.problem(401)?;
    let again = server.cli(&["client", "remove", "--client", &id])?;
    assert!(!again.status.success() && again.stderr.contains("no client"), "{again:?}");
    let log: Vec<_> = trust.administrator.list("/v1/audit-log")?.iter().map(|line| line["action"].clone()).collect();
    assert!(log.contains(&json!("client.scopes_changed")) && log.contains(&json!("client.removed")), "{log:?}");
    Ok(())
}

#[test]
fn lists_say_who_has_access_and_a_trust_goes_when_nothing_is_lost() -> Outcome {
    let server = Server::start()?;
    let empty = server.cli(&["organisation", "list"])?;
    assert!(empty.status.success() && empty.stdout.contains("candour organisation create"), "{empty:?}");
    let (trust, other) = (Trust::found(&server, "Ashgrove Trust")?, Trust::found(&server, "Birchwood Trust")?);
    let none = server.cli(&["client", "list", "--organisation", &trust.id])?;
    assert!(none.stdout.contains("candour client create"), "{none:?}");
    let (client, secret) = trust.client(&["rounds:read"])?;
    trust.draft(&RoundPlan::small())?;
    for (arguments, wanted) in [
        (
            ["organisation", "list"].as_slice(),
            vec![trust.id.as_str(), "Ashgrove Trust", other.id.as_str(), "Birchwood Trust"],
        ),
        (
            &["administrator", "list", "--organisation", &trust.id],
            vec!["hr@ashgrove.example.org", "Hester Quillfeather"],
        ),
        (&["account", "list", "--organisation", &trust.id], vec!["hr@ashgrove.example.org", "yes"]),
        (&["client", "list", "--organisation", &trust.id], vec![client.as_str(), "Payroll", "rounds:read"]),
    ] {
        let said = server.cli(arguments)?;
        assert!(said.status.success(), "{said:?}");
        assert!(wanted.iter().all(|text| said.stdout.contains(text)), "{arguments:?}: {}", said.stdout);
        assert!(!said.stdout.contains(&secret), "a secret is shown once");
        let json = server.cli_json(&[arguments, &["--json"]].concat())?;
        assert!(json.as_array().is_some_and(|rows| !rows.is_empty()), "{json}");
    }
    let remove =
        |id: &str, name: &str| server.cli(&["organisation", "remove", "--organisation", id, "--confirm", name]);
    let wrong = remove(&other.id, "Ashgrove Trust")?;
    assert!(!wrong.status.success() && wrong.stderr.contains("Birchwood Trust"), "{wrong:?}");
    let used = remove(&trust.id, "Ashgrove Trust")?;
    assert!(!used.status.success() && used.stderr.contains("rounds"), "{used:?}");
    trust.administrator.get("/v1/rounds")?.with(200)?;
    other.administrator.get("/v1/rounds")?.with(200)?;
    assert!(remove(&other.id, "Birchwood Trust")?.status.success());
    other.administrator.get("/v1/rounds")?.problem(401)?;
    assert!(!server.cli(&["organisation", "list"])?.stdout.contains("Birchwood"));
    Ok(())
}

#[test]
fn whoever_reads_a_result_is_in_the_log_once_an_hour() -> Outcome {
    let server = Server::start()?;
    let trust = Trust::found(&server, "Ashgrove Trust")?;
    let round = trust.open(&RoundPlan::small())?;
    trust.administrator.moves(&round.id, "close", &json!({ "confirm": true }))?;
    round.reaches("counted")?;
    let review = round.review()?;
    let path = format!("/v1/reviews/{}/results", review.id);
    trust.administrator.get(&path)?.problem(404)?;
    let facilitator = round.facilitator()?;
    for _ in 0..5 {
        facilitator.get(&path)?.with(200)?;
    }
    facilitator.get(&format!("{path}.csv"))?.with(200)?;
    let lines = trust.administrator.list("/v1/audit-log")?;
    let read: Vec<_> = lines.iter().filter(|line| line["action"] == "result.read").collect();
    assert_eq!(read.len(), 2, "one for each form, at once, and none for the administrator who was refused: {read:?}");
    let token = read_id(&facilitator)?;
    for line in read {
        assert_eq!(line["target"], format!("review:{}", review.id), "{line}");
        assert_eq!((&line["detail"]["role"], &line["detail"]["token"]), (&json!("facilitator"), &token), "{line}");
    }
    Ok(())
}

fn read_id(caller: &Caller) -> Outcome<Value> {
    Ok(read(caller.token().unwrap_or_default())?.1["jti"].clone())
}
