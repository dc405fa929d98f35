//! What a refusal says: what is wrong, where, and what to do, in words that are nobody's programming language.

use std::process::{Command, Stdio};

use candour_tests::caller::form_encode;
use candour_tests::{Answers, Caller, Outcome, Reply, RoundPlan, Server, Trust, tool, wait};
use serde_json::{Value, json};

/// Words of the language that the service is written in, or of its libraries.
const FOREIGN: [&str; 22] = [
    "usize",
    "u8",
    "u16",
    "u32",
    "u64",
    "i64",
    "f64",
    "serde",
    "enum",
    "variant",
    "struct",
    "tuple",
    "sequence",
    "visitor",
    "unwrap",
    "panicked",
    "parsing",
    "deserialize",
    "invalid",
    "expected",
    "malformed",
    "tokio",
];

/// Fails for a text that speaks of the program.
fn is_plain(text: &str) {
    let words: Vec<_> = text.to_lowercase().split(|c: char| !c.is_alphanumeric()).map(str::to_owned).collect();
    for word in FOREIGN {
        assert!(!words.iter().any(|found| found == word), "\"{word}\" in: {text}");
    }
    assert!(!text.contains("::") && !text.contains("  ") && !text.trim().is_empty(), "{text}");
}

/// What a refusal says, which is a whole sentence, or what is said of its one field.
fn said(reply: &Reply, status: u16) -> Outcome<String> {
    let problem = reply.problem(status)?;
    let detail = problem["detail"].as_str().ok_or("no detail")?.to_owned();
    for error in problem["errors"].as_array().into_iter().flatten() {
        is_plain(error["detail"].as_str().ok_or("no detail of a field")?);
    }
    is_plain(&detail);
    assert!(problem["errors"].is_array() || detail.ends_with(['.', ')']), "a whole sentence: {detail}");
    Ok(detail)
}

fn has(text: &str, words: &[&str]) {
    for word in words {
        assert!(text.contains(word), "\"{word}\" is not in: {text}");
    }
}

#[test]
fn a_request_for_a_token_says_what_is_wrong_with_it() -> Outcome {
    let server = Server::start()?;
    let trust = Trust::found(&server, "Ashgrove Trust")?;
    let (id, secret) = trust.client(&["rounds:read", "results:read"])?;
    let nobody = server.anonymous()?;
    let form = "application/x-www-form-urlencoded";
    let ask = |media: &str, body: &str| {
        nobody.send("POST", "/oauth/token", &[("content-type", media)], Some(body.as_bytes()))
    };
    let with = |rest: &str| {
        format!("grant_type=client_credentials&client_id={id}&client_secret={}{rest}", form_encode(&secret))
    };
    for (media, body, status, error, words) in [
        ("application/json", "{}".to_owned(), 400, "invalid_request", ["Send a form", "Content-Type"]),
        (form, String::new(), 400, "invalid_request", ["grant_type is missing", "grant_type=client_credentials"]),
        (form, with("&client_id=x"), 400, "invalid_request", ["client_id stands here more than once", "send it once"]),
        (
            form,
            "grant_type=password".to_owned(),
            400,
            "unsupported_grant_type",
            ["not offered", "grant_type=client_credentials"],
        ),
        (
            form,
            "grant_type=client_credentials".to_owned(),
            401,
            "invalid_client",
            ["no client_id and client_secret", "Basic"],
        ),
        (
            form,
            with("").replace(&id, "somebody"),
            401,
            "invalid_client",
            ["unknown or the secret is wrong", "Send both"],
        ),
        (form, with("x"), 401, "invalid_client", ["unknown or the secret is wrong", "Send both"]),
        (form, with("&scope=rounds:write"), 400, "invalid_scope", ["rounds:read results:read", "leave scope out"]),
        (form, with("&scope="), 400, "invalid_scope", ["rounds:read results:read", "leave scope out"]),
    ] {
        let reply = ask(media, &body)?;
        has(&said(&reply, status)?, &words);
        let problem = reply.json()?;
        assert_eq!(
            (&problem["error"], &problem["error_description"]),
            (&json!(error), &problem["detail"]),
            "{problem}"
        );
        // RFC 6749, 5.2.
        let description = problem["error_description"].as_str().unwrap_or_default();
        assert!(description.chars().all(|c| matches!(c, ' '..='!' | '#'..='[' | ']'..='~')), "{description}");
    }
    ask(form, &with("&scope=rounds:read"))?.with(200)?;
    Ok(())
}

#[test]
fn a_body_says_where_it_is_wrong_and_what_belongs_there() -> Outcome {
    let server = Server::start()?;
    let trust = Trust::found(&server, "Ashgrove Trust")?;
    let round = |field: &str, value: &str| {
        let body = format!(
            r#"{{"title":"R","framework_id":"{}","closes_at":"{}","{field}":{value}}}"#,
            trust.framework_id,
            wait::time_in(3600)
        );
        trust.administrator.send("POST", "/v1/rounds", &[("content-type", "application/json")], Some(body.as_bytes()))
    };
    let groups = |change: &dyn Fn(&mut Vec<Value>)| {
        let mut groups = vec![
            json!({ "id": "self", "title": "Self", "named": true }),
            json!({ "id": "trustees", "title": "Trustees", "named": false }),
        ];
        change(&mut groups);
        json!(groups).to_string()
    };
    for (field, value, pointer, words) in [
        (
            "policy",
            json!({ "threshold": 2 }).to_string(),
            "/policy/threshold",
            ["threshold is out of range", "give 3 to 1000"],
        ),
        ("policy", r#"{"threshold":1e999}"#.to_owned(), "/policy/threshold", ["too large", "send a smaller one"]),
        (
            "policy",
            r#"{"threshold":"four"}"#.to_owned(),
            "/policy/threshold",
            ["this is a text", "send a whole number"],
        ),
        (
            "policy",
            r#"{"threshold":99999999999}"#.to_owned(),
            "/policy/threshold",
            ["this is a whole number", "send a whole number"],
        ),
        ("policy", r#"{"strict":[]}"#.to_owned(), "/policy/strict", ["this is a list", "send true or false"]),
        (
            "policy",
            r#"{"treshold":4}"#.to_owned(),
            "/policy/treshold",
            ["no field treshold", "leave it out, or use one of: threshold"],
        ),
        ("policy", "[4]".to_owned(), "/policy", ["this is a list", "send an object"]),
        (
            "groups",
            r#"[{"id":"self","title":"\ud800","named":true}]"#.to_owned(),
            "/groups/0/title",
            ["half a character", "send whole"],
        ),
        (
            "groups",
            groups(&|groups| groups[1]["named"] = json!(true)),
            "/groups",
            ["every group is named", "\"named\": false"],
        ),
        (
            "groups",
            groups(&|groups| groups[0]["id"] = json!("own")),
            "/groups",
            ["\"self\" is missing", "\"named\": true"],
        ),
        (
            "groups",
            groups(&|groups| groups[1]["title"] = json!("")),
            "/groups/1/title",
            ["\"trustees\" has no title", "give it one"],
        ),
        ("groups", groups(&|groups| groups[1]["id"] = json!("A b")), "/groups/1/id", ["\"A b\"", "lower-case letters"]),
        (
            "groups",
            groups(&|groups| groups.push(groups[1].clone())),
            "/groups/2/id",
            ["\"trustees\" is listed twice", "list it once"],
        ),
    ] {
        let reply = round(field, &value)?;
        has(&said(&reply, 422)?, &words);
        assert_eq!(reply.json()?["errors"][0]["pointer"], pointer, "{value}: {reply}");
    }
    for id in [json!(5), json!("5"), json!(format!("{{{}}}", trust.framework_id))] {
        let reply = trust
            .administrator
            .post("/v1/rounds", &json!({ "title": "R", "framework_id": id, "closes_at": wait::time_in(3600) }))?;
        has(&said(&reply, 422)?, &["send", "as this service gives them"]);
        assert_eq!(reply.json()?["errors"][0]["pointer"], "/framework_id", "{id}: {reply}");
    }
    Ok(())
}

#[test]
fn a_scale_says_where_it_is_wrong() -> Outcome {
    let server = Server::start()?;
    let trust = Trust::found(&server, "Ashgrove Trust")?;
    let scale = |scale: Value| {
        let mut framework =
            trust.administrator.get(&format!("/v1/frameworks/{}", trust.framework_id))?.with(200)?.json()?;
        let fields = framework.as_object_mut().ok_or("no object")?;
        fields
            .retain(|name, _| ["key", "title", "minutes", "scale", "competencies", "prompts"].contains(&name.as_str()));
        fields.insert("scale".to_owned(), scale);
        trust.administrator.post("/v1/frameworks", &framework)
    };
    let point = |value: u8, label: &str| json!({ "value": value, "label": label });
    for (points, pointer, words) in [
        (vec![point(1, "Low")], "/scale/points", ["too few or too many points", "give it 2 to 10"]),
        (vec![point(1, "Low"), point(3, "High")], "/scale/points", ["do not rise by one", "number them like 1, 2"]),
        (vec![point(1, "Low"), point(2, "")], "/scale/points/1/label", ["has no label", "give each one"]),
    ] {
        let reply = scale(json!({ "points": points, "not_observed": "Not able to say" }))?;
        has(&said(&reply, 422)?, &words);
        assert_eq!(reply.json()?["errors"][0]["pointer"], pointer, "{reply}");
    }
    Ok(())
}

#[test]
fn a_header_or_a_query_is_named_with_what_it_takes() -> Outcome {
    let server = Server::start()?;
    let trust = Trust::found(&server, "Ashgrove Trust")?;
    let (administrator, round) = (&*trust.administrator, trust.open(&RoundPlan::small())?);
    let (raters, rounds) = (format!("/v1/reviews/{}/raters", round.review()?.id), format!("/v1/rounds/{}", round.id));
    let body: &[u8] = b"{}";
    let json_type = ("content-type", "application/json");
    let get = |path: &str| administrator.get(path);
    let post = |headers: &[(&str, &str)], path: &str| administrator.send("POST", path, headers, Some(body));
    let long = "k".repeat(256);
    let unknown = Caller::new(server.http()?, Some("not.a.token".to_owned()));
    for (reply, status, words) in [
        (
            post(&[json_type, ("idempotency-key", &long)], "/v1/rounds")?,
            400,
            ["Idempotency-Key cannot be used", "Send 1 to 255"],
        ),
        (
            post(&[json_type, ("idempotency-key", "a"), ("idempotency-key", "b")], "/v1/rounds")?,
            400,
            ["Idempotency-Key is there more", "once"],
        ),
        (
            post(&[json_type, ("if-match", "3")], &format!("{rounds}/close"))?,
            400,
            ["header if-match", "in double quotes"],
        ),
        (get("/v1/rounds?limit=many")?, 422, ["limit is not a whole number", "leave it out for 50"]),
        (get("/v1/rounds?after=%00")?, 422, ["after is not the \"next\"", "leave it out to read from the beginning"]),
        (get("/v1/rounds?page=2")?, 400, ["no field page", "limit, after"]),
        (get("/v1/jobs?state=dying")?, 422, ["state is not known", "waiting, running or dead"]),
        (get("/v1/jobs?page=2")?, 400, ["It takes limit, after and state", "cannot be read"]),
        (post(&[json_type], &format!("{raters}?mode=some"))?, 400, ["mode is not known", "send one of: all, partial"]),
        (get("/v1/rounds/none")?, 404, ["nothing here", "Check the address"]),
        (
            administrator.send("PUT", "/v1/rounds", &[json_type], Some(body))?,
            405,
            ["does not take this method", "GET, HEAD, POST"],
        ),
        (server.anonymous()?.get("/v1/rounds")?, 401, ["There is no token", "Authorization: Bearer"]),
        (unknown.get("/v1/rounds")?, 401, ["expired or was not issued", "Get a new one"]),
        (
            trust.integration(&["rounds:read"])?.post("/v1/rounds", &json!({}))?,
            403,
            ["needs the scope rounds:write", "Ask for a token"],
        ),
        (
            round.facilitator()?.post("/v1/rounds", &json!({}))?,
            403,
            ["needs the role administrator", "Send a token for the role"],
        ),
    ] {
        has(&said(&reply, status)?, &words);
    }
    Ok(())
}

#[test]
fn a_move_that_is_refused_says_what_can_be_done_instead() -> Outcome {
    let server = Server::start()?;
    let trust = Trust::found(&server, "Ashgrove Trust")?;
    let (draft, open) = (trust.draft(&RoundPlan::small())?, trust.open(&RoundPlan::small())?);
    let administrator = &*trust.administrator;
    let path = |round: &str, step: &str| format!("/v1/rounds/{round}{step}");
    let links = open.link_of_each()?;
    let (_, link) = links.last().ok_or("no link")?;
    let (_, other) = links.first().ok_or("no link")?;
    link.submit(&Answers::to(&link.survey()?, |_| Some(4)))?.with(200)?;
    let survey = |body: Value| other.submit_json(&body);
    let item = candour_tests::answers::items(&other.survey()?).first().cloned().ok_or("no item")?;
    let none = json!({});
    for (reply, status, words) in [
        (administrator.post(&path(&draft.id, "/remind"), &none)?, 409, ["it is a draft", "launch it first"]),
        (
            administrator.patch(&path(&open.id, ""), &json!({ "title": "New" }))?,
            409,
            ["title, framework", "/extend sets a later closes_at"],
        ),
        (administrator.delete(&path(&open.id, ""))?, 409, ["this round is open", "it can be cancelled"]),
        (administrator.post(&path(&open.id, "/launch"), &none)?, 409, ["this round is open", "set up a new round"]),
        (
            administrator.post(&path(&open.id, "/extend"), &json!({ "closes_at": wait::time_in(60) }))?,
            422,
            ["not later than the present", "give a later time"],
        ),
        (draft.facilitator()?.release(&draft.review()?.id)?, 409, ["has not been counted", "try again then"]),
        (survey(json!({ "ratings": { "no.such": 3 } }))?, 422, ["no item with this id", "leave it out"]),
        (survey(json!({ "ratings": { item: 9 } }))?, 422, ["not a rating", "1 to 5, or null"]),
        (survey(json!({ "comments": { "keep": "é".repeat(4001) } }))?, 422, ["this one has 4001", "shorten it"]),
        (survey(json!({ "comments": { "gossip": "no" } }))?, 422, ["no comment prompt", "leave it out"]),
        (link.save(&Answers::default())?, 409, ["have been received", "nothing more to send"]),
    ] {
        has(&said(&reply, status)?, &words);
    }
    administrator.post(&path(&open.id, "/close"), &json!({ "confirm": true }))?.with(200)?;
    has(
        &said(&other.submit(&Answers::default().saying("keep", "late"))?, 410)?,
        &["has closed", "ask the person named in the invitation"],
    );
    has(
        &said(&administrator.post(&path(&open.id, "/remind"), &none)?, 409)?,
        &["no round is opened again", "set up a new round"],
    );
    Ok(())
}

#[test]
fn settings_that_cannot_be_read_are_named_and_never_repeated() -> Outcome {
    let folder = tempfile::tempdir()?;
    let file = |name: &str, text: &str| -> Outcome<String> {
        let path = folder.path().join(name);
        std::fs::write(&path, text)?;
        Ok(path.display().to_string())
    };
    let toml = file("broken.toml", "listen = \"127.0.0.1:1\"\nsmtp_url = \"smtps://user:hidden@mail.example\n")?;
    let kind = file("kind.toml", "pool_size = [\"hidden\"]\n")?;
    let name = file("name.toml", "pool_siz = \"hidden\"\n")?;
    let missing = folder.path().join("nowhere.toml").display().to_string();
    for (variable, value, words) in [
        (
            "CANDOUR_POOL_SIZE",
            "hidden",
            ["pool_size (CANDOUR_POOL_SIZE) in the environment", "write a whole number in digits"],
        ),
        ("CANDOUR_POOL_SIZE", "0", ["pool_size (CANDOUR_POOL_SIZE)", "set 1 to 64"]),
        ("CANDOUR_DOCS", "hidden", ["docs (CANDOUR_DOCS)", "true or false"]),
        ("CANDOUR_POOLSIZE", "hidden", ["no setting poolsize (CANDOUR_POOLSIZE)", "data_dir, database_url"]),
        ("CANDOUR_CONFIG", &toml, ["broken.toml", "look at line 2"]),
        ("CANDOUR_CONFIG", &kind, ["pool_size (CANDOUR_POOL_SIZE) in", "kind.toml"]),
        ("CANDOUR_CONFIG", &name, ["no setting pool_siz (", "correct its name"]),
        ("CANDOUR_CONFIG", &missing, ["no file", "nowhere.toml"]),
        ("CANDOUR_BASE_URL", "ftp://hidden@feedback.example", ["base_url (CANDOUR_BASE_URL)", "such as https://"]),
        ("CANDOUR_PROXIES", "everybody", ["proxies (CANDOUR_PROXIES)", "separated by commas"]),
        ("CANDOUR_DESTROY_UNRELEASED_DAYS", "9", ["destroy_unreleased_days is below destroy_answers_days", "raise it"]),
    ] {
        let server = Server::prepare(&[(variable, value)])?;
        let said = server.cli(&["retention"])?;
        let line = said.stderr.lines().find(|line| line.starts_with("candour: ")).unwrap_or_default();
        assert!(!said.status.success(), "{variable}={value}");
        is_plain(line);
        has(line, &words);
        assert!(!said.stderr.contains("hidden"), "{}", said.stderr);
    }
    for (variable, value, words) in [
        ("CANDOUR_SECRET_KEY", "hidden", ["secret_key (CANDOUR_SECRET_KEY)", "Put back the key"]),
        ("CANDOUR_SMTP_URL", "http://hidden.example", ["smtp_url (CANDOUR_SMTP_URL)", "write it like smtps://"]),
        ("CANDOUR_MAIL_FROM", "hidden", ["mail_from (CANDOUR_MAIL_FROM)", "write it like"]),
        ("CANDOUR_LISTEN", "nowhere", ["cannot listen on nowhere", "such as 127.0.0.1:8360"]),
    ] {
        let (status, log) = Server::prepare(&[(variable, value)])?.refuses_to_start()?;
        let line = log.lines().find(|line| line.starts_with("candour: ")).unwrap_or_default();
        assert!(!status.success(), "{variable}={value}");
        has(line, &words);
        assert!(!log.contains("hidden"), "{log}");
    }
    Ok(())
}

#[test]
fn what_is_typed_wrongly_is_told_in_plain_words() -> Outcome {
    let server = Server::start()?;
    let trust = Trust::found(&server, "Ashgrove Trust")?;
    let token = |hours: &str| {
        let whose = ["--name", "A", "--email", "a@b.example", "--role", "facilitator", "--hours", hours];
        server.cli(&[&["token", "create", "--organisation", &trust.id], &whose[..]].concat())
    };
    let file = server.scratch().join("notes.txt");
    std::fs::write(&file, "not a copy")?;
    let (file, missing) = (file.display().to_string(), server.scratch().join("nothing").display().to_string());
    for (said, words) in [
        (token("99")?, ["--hours", "from 1 to 24"]),
        (token("soon")?, ["--hours", "from 1 to 24"]),
        (server.cli(&["demo", "--seed", "soon"])?, ["--seed", "a whole number"]),
        (server.cli(&["restore", &missing])?, ["cannot be read", "check the path"]),
        (server.cli(&["restore", &file])?, ["is not a copy that `candour backup` has written", "Name a file"]),
    ] {
        let told = said.stderr.lines().next().unwrap_or_default();
        // The word is of the program that reads the command line, and what follows it is ours.
        is_plain(told.strip_prefix("error: invalid value").unwrap_or(told));
        has(told, &words);
        assert!(!said.status.success());
    }
    Ok(())
}

#[test]
fn a_demonstration_without_a_place_says_where_it_wants_one() -> Outcome {
    let mut demo = Command::new(tool::candour()?);
    let output = demo.args(["demo", "--exit"]).env("TMPDIR", "/nowhere/at/all").stdin(Stdio::null()).output()?;
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success(), "{said}");
    has(&said, &["no temporary folder can be made", "TMPDIR"]);
    Ok(())
}
