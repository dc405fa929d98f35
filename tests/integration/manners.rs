//! What a program may expect of HTTP itself: methods, conditions, and bodies as they come.

use std::collections::BTreeSet;

use candour_tests::{Outcome, RoundPlan, Server, Trust, tool, wait};
use serde_json::{Value, json};

fn committed() -> Outcome<Value> {
    Ok(serde_json::from_slice(&std::fs::read(tool::repository().join("openapi/openapi.json"))?)?)
}

#[test]
fn every_path_says_which_methods_it_takes() -> Outcome {
    let server = Server::start()?;
    let anyone = server.anonymous()?;
    let mut paths: Vec<(String, BTreeSet<String>)> = Vec::new();
    for (path, methods) in committed()?["paths"].as_object().into_iter().flatten() {
        let mut methods: BTreeSet<String> =
            methods.as_object().into_iter().flatten().map(|(name, _)| name.to_uppercase()).collect();
        if methods.contains("GET") {
            methods.insert("HEAD".to_owned());
        }
        paths.push((path.clone(), methods));
    }
    let of = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect::<BTreeSet<_>>();
    for page in ["/s/{token}", "/s/{token}/check", "/s/{token}/later", "/s/{token}/promise"] {
        paths.push((page.to_owned(), of(&["GET", "HEAD"])));
    }
    for page in ["/s/{token}/page/1", "/s/{token}/send", "/s/{token}/decline"] {
        paths.push((page.to_owned(), of(&["GET", "HEAD", "POST"])));
    }
    for (path, methods) in paths {
        let path = path.replace("{token}", "AAAA").replace("{id}", "nothing").replace("{comment}", "nothing");
        for method in ["OPTIONS", "TRACE", "PUT", "PATCH", "DELETE", "POST"]
            .into_iter()
            .filter(|method| !methods.contains(*method))
        {
            // As from a page of ours: who sends a form from elsewhere is told that first.
            let reply = anyone.send(method, &path, &[("sec-fetch-site", "same-origin")], None)?;
            let allow =
                reply.header("allow").unwrap_or_default().split(", ").map(str::to_owned).collect::<BTreeSet<_>>();
            assert_eq!((reply.status, allow), (405, methods.clone()), "{method} {path}");
        }
        if methods.contains("GET") {
            let (head, get) = (anyone.send("HEAD", &path, &[], None)?, anyone.get(&path)?);
            assert_eq!(head.status, get.status, "HEAD {path}");
            assert!(head.body.is_empty(), "HEAD {path}");
        }
    }
    for method in ["OPTIONS", "PUT", "DELETE"] {
        anyone.send(method, "/v1/nothing", &[], None)?.with(404)?;
    }
    Ok(())
}

#[test]
fn who_has_it_already_is_told_so() -> Outcome {
    let server = Server::start()?;
    let trust = Trust::found(&server, "Ashgrove Trust")?;
    let round = trust.draft(&RoundPlan::small())?;
    for path in [format!("/v1/rounds/{}", round.id), format!("/v1/reviews/{}", round.review()?.id)] {
        let read = trust.administrator.get(&path)?.with(200)?;
        let tag = read.header("etag").ok_or("no ETag")?.to_owned();
        let control = read.header("cache-control").ok_or("no Cache-Control")?.to_owned();
        for known in [tag.clone(), "*".to_owned(), format!("\"other\", W/{tag}")] {
            let reply =
                trust.administrator.send("GET", &path, &[("if-none-match", known.as_str())], None)?.with(304)?;
            assert_eq!(
                (reply.header("etag"), reply.header("cache-control")),
                (Some(tag.as_str()), Some(control.as_str())),
                "{known}"
            );
        }
        for unknown in ["\"other\"", "other"] {
            trust.administrator.send("GET", &path, &[("if-none-match", unknown)], None)?.with(200)?;
        }
        let head = trust.administrator.send("HEAD", &path, &[], None)?.with(200)?;
        assert_eq!(
            (head.header("etag"), head.header("content-length")),
            (Some(tag.as_str()), read.header("content-length"))
        );
    }
    Ok(())
}

#[test]
fn no_change_is_made_on_top_of_what_its_author_has_not_seen() -> Outcome {
    let server = Server::start()?;
    let trust = Trust::found(&server, "Ashgrove Trust")?;
    let round = trust.open(&RoundPlan::small())?;
    let draft = trust.draft(&RoundPlan::small())?;
    let facilitator = round.facilitator()?;
    let rater = trust.administrator.raters(&round.review()?.id)?.first().cloned().ok_or("no rater")?;
    let rater = rater["id"].as_str().ok_or("no id")?.to_owned();
    let (review, comment) = (round.review()?.id.clone(), "00000000-0000-4000-8000-000000000000");
    let later = json!({ "closes_at": wait::time_in(9_000_000) });
    let person = json!({ "name": "Bo", "email": "bo@elsewhere.example" });
    let administrator = &*trust.administrator;
    let facilitator = &*facilitator;
    let before = trust.administrator.list("/v1/audit-log")?.len();
    let steps = [
        (administrator, "PATCH", format!("/v1/rounds/{}", draft.id), json!({ "title": "New" })),
        (administrator, "DELETE", format!("/v1/rounds/{}", draft.id), json!({})),
        (administrator, "POST", format!("/v1/rounds/{}/launch", draft.id), json!({})),
        (administrator, "POST", format!("/v1/rounds/{}/extend", round.id), later),
        (administrator, "POST", format!("/v1/rounds/{}/remind", round.id), json!({})),
        (administrator, "POST", format!("/v1/rounds/{}/close", round.id), json!({})),
        (administrator, "POST", format!("/v1/rounds/{}/cancel", round.id), json!({})),
        (administrator, "PATCH", format!("/v1/reviews/{}", draft.review()?.id), json!({ "facilitator": &person })),
        (administrator, "DELETE", format!("/v1/reviews/{}", draft.review()?.id), json!({})),
        (administrator, "DELETE", format!("/v1/raters/{rater}"), json!({})),
        (facilitator, "POST", format!("/v1/reviews/{review}/agreement"), json!({ "digest": "0".repeat(64) })),
        (facilitator, "POST", format!("/v1/reviews/{review}/advisers"), person.clone()),
        (facilitator, "DELETE", format!("/v1/reviews/{review}/advisers/{comment}"), json!({})),
        (facilitator, "DELETE", format!("/v1/reviews/{review}/release"), json!({})),
        (facilitator, "POST", format!("/v1/reviews/{review}/release"), json!({})),
        (
            facilitator,
            "PATCH",
            format!("/v1/reviews/{review}/comments/{comment}"),
            json!({ "redacted": true, "reason": "A name" }),
        ),
    ];
    for (caller, method, path, body) in &steps {
        for stale in ["\"0\"", "\"a\", W/\"b\""] {
            let headers = [("content-type", "application/json"), ("if-match", stale)];
            let reply = caller.send(method, path, &headers, Some(body.to_string().as_bytes()))?;
            assert_eq!(reply.problem(412)?["type"], "urn:candour:problem:stale", "{reply}");
        }
        let headers = [("content-type", "application/json"), ("if-match", "0")];
        caller.send(method, path, &headers, Some(body.to_string().as_bytes()))?.problem(400)?;
    }
    assert_eq!(trust.administrator.list("/v1/audit-log")?.len(), before, "nothing was changed");
    for (caller, path) in
        [(administrator, format!("/v1/rounds/{}", draft.id)), (administrator, format!("/v1/rounds/{}", round.id))]
    {
        let tag = caller.get(&path)?.with(200)?.header("etag").ok_or("no ETag")?.to_owned();
        let headers = [("content-type", "application/json"), ("if-match", &*format!("\"0\", W/{tag}"))];
        if path.ends_with(&draft.id) {
            caller.send("PATCH", &path, &headers, Some(b"{\"title\":\"New\"}"))?.with(200)?;
            caller.send("PATCH", &path, &headers, Some(b"{\"title\":\"Newer\"}"))?.problem(412)?;
            caller.send("DELETE", &path, &[("if-match", "*")], None)?.with(204)?;
        } else {
            caller.send("POST", &format!("{path}/close"), &headers, Some(b"{\"confirm\":true}"))?.with(200)?;
        }
    }
    Ok(())
}

#[test]
fn bodies_are_read_as_they_are_meant() -> Outcome {
    let server = Server::start()?;
    let trust = Trust::found(&server, "Ashgrove Trust")?;
    let administrator = &trust.administrator;
    let new =
        |closes_at: &str| json!({ "title": "A round", "framework_id": trust.framework_id, "closes_at": closes_at });
    let send =
        |body: &[u8]| administrator.send("POST", "/v1/rounds", &[("content-type", "application/json")], Some(body));
    let good = wait::time_in(600_000);
    send(format!("\u{feff}{}", new(&good)).as_bytes())?.with(201)?;
    send(json!(["A round", trust.framework_id, good]).to_string().as_bytes())?.problem(422)?;
    let mut within = new(&good);
    within["policy"] = json!([4, 5, 10, 1, false]);
    assert_eq!(send(within.to_string().as_bytes())?.problem(422)?["errors"][0]["pointer"], "/policy");
    for wrong in ["", "2027-03-31", "31/03/2027 17:00", "2027-03-31T17:00:00", "tomorrow"] {
        let error = send(new(wrong).to_string().as_bytes())?.problem(422)?["errors"][0].clone();
        assert_eq!(error["pointer"], "/closes_at", "{wrong}: {error}");
        assert!(
            error["detail"].as_str().is_some_and(|detail| detail.contains("such as 2027-03-31T17:00:00Z")),
            "{wrong}: {error}"
        );
    }
    let round = trust.draft(&RoundPlan::small())?;
    let nobody = json!([{ "name": "", "email": "", "group": "staff" }]);
    let refused = administrator
        .post(&format!("/v1/reviews/{}/raters?mode=partial", round.review()?.id), &nobody)?
        .problem(422)?;
    assert!(refused["errors"].as_array().is_some_and(|errors| !errors.is_empty()), "{refused}");
    Ok(())
}
