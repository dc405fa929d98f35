//! Every refused move gives its 4xx problem document, with a `type` that does not change.

use candour_tests::answers::items;
use candour_tests::{Answers, Caller, Outcome, Person, Reply, RoundPlan, Server, StartedRound, Trust, wait};
use serde_json::{Value, json};

const NOBODY: &str = "00000000-0000-4000-8000-000000000000";

/// Checks status and kind of a refusal and gives its document.
fn refused(reply: &Reply, status: u16, kind: &str) -> Outcome<Value> {
    let problem = reply.problem(status)?;
    assert_eq!(problem["type"], format!("urn:candour:problem:{kind}"), "{reply}");
    Ok(problem)
}

/// The pointers of a 422.
fn pointers(problem: &Value) -> Vec<&str> {
    let errors = problem["errors"].as_array().into_iter().flatten();
    errors.map(|error| error["pointer"].as_str().unwrap_or_default()).collect()
}

#[test]
fn moves_that_the_state_forbids() -> Outcome {
    let server = Server::start()?;
    let trust = Trust::found(&server, "Ashgrove Trust")?;
    let administrator = &trust.administrator;
    let step = |round: &StartedRound<'_>, step: &str, body: &Value| {
        administrator.post(&format!("/v1/rounds/{}/{step}", round.id), body)
    };

    let draft = trust.draft(&RoundPlan::small())?;
    for (name, body) in [
        ("extend", json!({ "closes_at": wait::time_in(3_000_000) })),
        ("remind", json!({})),
        ("close", json!({ "confirm": true })),
    ] {
        refused(&step(&draft, name, &body)?, 409, "round-not-open")?;
    }
    let facilitator = draft.facilitator()?;
    refused(&facilitator.release(&draft.review()?.id)?, 409, "review-not-counted")?;

    let open = trust.open(&RoundPlan::small())?;
    refused(&step(&open, "launch", &json!({}))?, 409, "round-not-draft")?;
    refused(
        &administrator.patch(&format!("/v1/rounds/{}", open.id), &json!({ "policy": { "threshold": 3 } }))?,
        409,
        "round-frozen",
    )?;
    refused(&administrator.delete(&format!("/v1/rounds/{}", open.id))?, 409, "round-not-deletable")?;
    refused(&administrator.delete(&format!("/v1/reviews/{}", open.review()?.id))?, 409, "round-frozen")?;
    let another = json!({ "subject": { "name": "A", "email": "a@b.uk", "role": "r" }, "facilitator": { "name": "B", "email": "b@b.uk" } });
    refused(&administrator.post(&format!("/v1/rounds/{}/reviews", open.id), &another)?, 409, "round-frozen")?;
    refused(&step(&open, "extend", &json!({ "closes_at": wait::time_in(60) }))?, 422, "invalid-fields")?;
    let myself = administrator
        .raters(&open.review()?.id)?
        .into_iter()
        .find(|rater| rater["group"] == "self")
        .ok_or("no self rater")?;
    administrator.delete(&format!("/v1/raters/{}", myself["id"].as_str().unwrap_or_default()))?.problem(409)?;

    let links = open.link_of_each()?;
    step(&open, "close", &json!({ "confirm": true }))?.succeeded()?;
    for name in ["close", "remind", "cancel"] {
        let reply = step(&open, name, &json!({}))?;
        refused(&reply, 409, if name == "cancel" { "round-not-cancellable" } else { "round-not-open" })?;
    }
    let late = json!([Person::called("Latecomer", "staff").as_rater()]);
    refused(&administrator.post(&format!("/v1/reviews/{}/raters", open.review()?.id), &late)?, 409, "round-not-open")?;
    let (_, link) = links.first().ok_or("no link")?;
    refused(&link.submit(&Answers::default().saying("keep", "too late"))?, 410, "link-spent")?;
    refused(&link.save(&Answers::default())?, 410, "link-spent")?;

    let cancelled = trust.open(&RoundPlan::small())?;
    step(&cancelled, "cancel", &json!({}))?.succeeded()?;
    refused(&step(&cancelled, "launch", &json!({}))?, 409, "round-not-draft")?;
    refused(&step(&cancelled, "close", &json!({ "confirm": true }))?, 409, "round-not-open")?;
    Ok(())
}

#[test]
fn links_that_do_not_work() -> Outcome {
    let server = Server::start()?;
    let trust = Trust::found(&server, "Ashgrove Trust")?;
    let round = trust.open(&RoundPlan::small())?;
    let nobody = server.anonymous()?;
    for token in ["AAAAAAAAAAAAAAAAAAAAAAAAAAA", "short", "..%2f..%2fetc", "%00"] {
        refused(&nobody.get(&format!("/v1/survey/{token}"))?, 404, "not-found")?;
        refused(&nobody.put(&format!("/v1/survey/{token}/response"), &json!({ "ratings": {} }))?, 404, "not-found")?;
        let page = nobody.get(&format!("/s/{token}"))?.with(404)?;
        assert!(
            page.header("content-type").is_some_and(|kind| kind.starts_with("text/html")),
            "a person gets a page: {page}"
        );
    }
    let links = round.link_of_each()?;
    let (person, link) = links.get(3).ok_or("no such rater")?;
    let raters = trust.administrator.raters(&round.review()?.id)?;
    let id = raters.iter().find(|rater| rater["email"] == person.email.as_str()).ok_or("not listed")?["id"].clone();
    trust.administrator.delete(&format!("/v1/raters/{}", id.as_str().unwrap_or_default()))?.succeeded()?;
    refused(&link.submit(&Answers::default().saying("keep", "still here"))?, 410, "link-spent")?;
    assert!(link.page("")?.with(410)?.text().contains("no longer asked"), "the page says so");
    Ok(())
}

#[test]
fn answers_that_do_not_fit_the_questionnaire() -> Outcome {
    let server = Server::start()?;
    let trust = Trust::found(&server, "Ashgrove Trust")?;
    let round = trust.open(&RoundPlan::new().asking("trustees", 4).asking("external", 2))?;
    let links = round.link_of_each()?;
    let (_, trustee) = links.get(1).ok_or("no trustee")?;
    let (_, partner) = links.get(5).ok_or("no partner")?;
    let survey = trustee.survey()?;
    let (asked, of_partner) = (items(&survey), items(&partner.survey()?));
    let item = asked.first().ok_or("no item")?;
    let not_asked = asked.iter().find(|item| !of_partner.contains(item)).ok_or("partners are asked everything")?;
    let prompt = survey["prompts"][0]["id"].as_str().unwrap_or_default();
    let cases = [
        (trustee, json!({ "ratings": { "strategy.99": 3 } }), "/ratings/strategy.99".to_owned()),
        (trustee, json!({ "ratings": { item: 6 } }), format!("/ratings/{item}")),
        (trustee, json!({ "ratings": { item: 0 } }), format!("/ratings/{item}")),
        (trustee, json!({ "ratings": { item: 3.5 } }), format!("/ratings/{item}")),
        (trustee, json!({ "ratings": { item: "4" } }), format!("/ratings/{item}")),
        (partner, json!({ "ratings": { not_asked: 3 } }), format!("/ratings/{not_asked}")),
        (trustee, json!({ "comments": { "gossip": "no" } }), "/comments/gossip".to_owned()),
        (trustee, json!({ "comments": { prompt: "é".repeat(4001) } }), format!("/comments/{prompt}")),
    ];
    for (link, body, pointer) in cases {
        assert_eq!(pointers(&refused(&link.submit_json(&body)?, 422, "invalid-fields")?), [pointer], "{body}");
    }
    let two = json!({ "ratings": { item: 9 }, "comments": { "gossip": "no" } });
    assert_eq!(
        pointers(&refused(&trustee.submit_json(&two)?, 422, "invalid-fields")?).len(),
        2,
        "every error is reported at once"
    );
    trustee.submit_json(&json!({}))?.problem(422)?;
    trustee.submit_json(&json!({ "comments": { prompt: "é".repeat(4000) } }))?.with(200)?;
    Ok(())
}

#[test]
fn fields_that_cannot_be_used() -> Outcome {
    let server = Server::start()?;
    let trust = Trust::found(&server, "Ashgrove Trust")?;
    let round = trust.draft(&RoundPlan::small())?;
    let framework = &trust.framework_id;
    let soon = wait::time_in(3600);
    let review = |subject: Value, facilitator: Value| json!({ "subject": subject, "facilitator": facilitator });
    let jo = json!({ "name": "Jo", "email": "jo@b.uk", "role": "Chief executive" });
    let al = json!({ "name": "Al", "email": "al@b.uk" });
    let reviews = format!("/v1/rounds/{}/reviews", round.id);
    let cases = [
        ("/v1/rounds", json!({ "title": "", "framework_id": framework, "closes_at": soon }), "/title"),
        (
            "/v1/rounds",
            json!({ "title": "R", "framework_id": framework, "closes_at": wait::time_in(-5) }),
            "/closes_at",
        ),
        ("/v1/rounds", json!({ "title": "R", "framework_id": NOBODY, "closes_at": soon }), "/framework_id"),
        (
            "/v1/rounds",
            json!({ "title": "R", "framework_id": framework, "closes_at": soon, "policy": { "threshold": 2 } }),
            "/policy/threshold",
        ),
        (&reviews, review(jo.clone(), json!({ "name": "Jo", "email": "JO@b.uk" })), "/facilitator/email"),
        (&reviews, review(json!({ "name": "Jo", "email": "jo at b.uk", "role": "CEO" }), al.clone()), "/subject/email"),
        (
            &reviews,
            review(json!({ "name": "Jo\nBcc: x@y.uk", "email": "jo@b.uk", "role": "CEO" }), al.clone()),
            "/subject/name",
        ),
        (&reviews, review(json!({ "name": "Jo", "email": "jo@b.uk", "role": "" }), al), "/subject/role"),
    ];
    for (path, body, pointer) in cases {
        let problem = refused(&trust.administrator.post(path, &body)?, 422, "invalid-fields")?;
        assert!(pointers(&problem).contains(&pointer), "{body}: {problem}");
    }
    // A field of the wrong type or name is pointed at too.
    for (body, pointer) in [
        (json!({ "title": 5, "framework_id": framework, "closes_at": soon }), "/title"),
        (json!({ "title": "R", "framework_id": framework, "closes_at": "next week" }), "/closes_at"),
        (json!({ "framework_id": framework, "closes_at": soon }), ""),
    ] {
        let problem = trust.administrator.post("/v1/rounds", &body)?.problem(422)?;
        assert!(pointers(&problem).iter().any(|found| pointer.is_empty() || *found == pointer), "{body}: {problem}");
    }
    Ok(())
}

#[test]
fn requests_that_cannot_be_read() -> Outcome {
    let server = Server::start()?;
    let trust = Trust::found(&server, "Ashgrove Trust")?;
    let round = trust.open(&RoundPlan::small())?;
    let administrator: &Caller = &trust.administrator;
    let json_type = [("content-type", "application/json")];
    let raters = format!("/v1/reviews/{}/raters", round.review()?.id);
    refused(&administrator.send("POST", "/v1/rounds", &json_type, Some(b"{\"title\":"))?, 400, "bad-request")?;
    administrator.send("POST", "/v1/rounds", &[("content-type", "text/plain")], Some(b"{}"))?.problem(415)?;
    administrator.send("POST", &raters, &[("content-type", "application/xml")], Some(b"<raters/>"))?.problem(415)?;
    administrator.post_csv(&raters, "name,email\nA,a@b.uk\n")?.problem(422)?;
    administrator
        .send("POST", &raters, &[("content-type", "text/csv")], Some(b"name,email,group\nJos\xe9,a@b.uk,staff\n"))?
        .problem(422)?;
    let large = "x".repeat(20 << 20);
    let too_large = administrator.post("/v1/rounds", &json!({ "title": large }));
    // A server may hang up on a body it will not read; what it must not do is take it.
    if let Ok(reply) = too_large {
        reply.problem(413)?;
    }
    let (_, link) = round.link_of_each()?.into_iter().next().ok_or("no link")?;
    if let Ok(reply) = link.submit_json(&json!({ "comments": { "keep": large } })) {
        reply.problem(413)?;
    }
    link.caller()
        .send("PUT", &format!("/v1/survey/{}/response", link.token()), &[("content-type", "text/plain")], Some(b"{}"))?
        .problem(415)?;
    administrator.get("/v1/rounds/not-an-id")?.problem(404)?;
    administrator.get("/v1/nothing")?.problem(404)?;
    let no_such_move = administrator.send("PUT", "/v1/rounds", &json_type, Some(b"{}"))?;
    no_such_move.problem(if no_such_move.status == 405 { 405 } else { 404 })?;
    administrator.get("/v1/rounds?limit=0")?.problem(422)?;
    administrator.get("/v1/rounds?after=nonsense")?.problem(422)?;
    Ok(())
}

#[test]
fn a_change_on_top_of_another_is_refused() -> Outcome {
    let server = Server::start()?;
    let trust = Trust::found(&server, "Ashgrove Trust")?;
    let round = trust.draft(&RoundPlan::small())?;
    let path = format!("/v1/rounds/{}", round.id);
    let read = trust.administrator.get(&path)?.with(200)?;
    let etag = read.header("etag").ok_or("a round has an ETag")?.to_owned();
    let change = |title: &str, etag: &str| {
        let headers = [("content-type", "application/json"), ("if-match", etag)];
        trust.administrator.send("PATCH", &path, &headers, Some(json!({ "title": title }).to_string().as_bytes()))
    };
    let changed = change("First", &etag)?.with(200)?;
    assert_ne!(changed.header("etag"), Some(etag.as_str()), "a change changes the ETag");
    refused(&change("Second", &etag)?, 412, "stale")?;
    assert_eq!(trust.administrator.round(&round.id)?["title"], "First");
    Ok(())
}

#[test]
fn a_repeated_request_with_its_key_is_done_once() -> Outcome {
    let server = Server::start()?;
    let trust = Trust::found(&server, "Ashgrove Trust")?;
    let body = json!({ "title": "Once", "framework_id": trust.framework_id, "closes_at": wait::time_in(3600) });
    let send = |body: &Value| {
        let headers = [("content-type", "application/json"), ("idempotency-key", "a-key-of-ours")];
        trust.administrator.send("POST", "/v1/rounds", &headers, Some(body.to_string().as_bytes()))
    };
    let first = send(&body)?.with(201)?;
    let again = send(&body)?.with(201)?;
    assert_eq!(first.json()?, again.json()?);
    assert_eq!(trust.administrator.list("/v1/rounds")?.len(), 1, "one round, however often it was asked for");
    let mut other = body;
    other["title"] = json!("Another");
    assert!([409, 422].contains(&send(&other)?.status), "one key for two requests is a mistake");
    Ok(())
}

#[test]
fn a_step_that_takes_nothing_is_not_made_with_something() -> Outcome {
    let server = Server::start()?;
    let trust = Trust::found(&server, "Ashgrove Trust")?;
    let (draft, open) = (trust.draft(&RoundPlan::small())?, trust.open(&RoundPlan::small())?);
    let json_type = [("content-type", "application/json")];
    for (round, step) in [(&draft, "launch"), (&open, "remind"), (&open, "cancel")] {
        let path = format!("/v1/rounds/{}/{step}", round.id);
        for (headers, body, status) in [
            (&json_type, "xx", 400),
            (&json_type, "{\"x\":1}", 422),
            (&json_type, "{\"confirm\":false}", 422),
            (&[("content-type", "application/x-www-form-urlencoded")], "a=b", 415),
        ] {
            trust.administrator.send("POST", &path, headers, Some(body.as_bytes()))?.problem(status)?;
        }
        let reply = trust.administrator.send("POST", &path, &json_type, Some(b"[]"))?;
        assert!((400..500).contains(&reply.status), "{reply}");
        let state = trust.administrator.get(&format!("/v1/rounds/{}", round.id))?.json()?["state"].clone();
        assert_eq!(state, if step == "launch" { "draft" } else { "open" });
    }
    trust.administrator.send("POST", &format!("/v1/rounds/{}/cancel", open.id), &[], None)?.with(200)?;
    Ok(())
}

#[test]
fn of_two_values_under_one_name_none_is_lost() -> Outcome {
    let server = Server::start()?;
    let trust = Trust::found(&server, "Ashgrove Trust")?;
    let link = trust.open(&RoundPlan::small())?.link_of_each()?.pop().ok_or("no link")?.1;
    let tag = link.get()?.header("etag").ok_or("no tag")?.to_owned();
    let item = candour_tests::answers::competencies(&link.survey()?)[0].1[0].clone();
    let body = format!("{{\"ratings\":{{\"{item}\":3,\"{item}\":4}}}}");
    let headers = [("content-type", "application/json"), ("if-match", tag.as_str())];
    let draft = format!("/v1/survey/{}/draft", link.token());
    let said = link.caller().send("PUT", &draft, &headers, Some(body.as_bytes()))?;
    said.problem(422)?;
    assert_eq!(said.json()?["errors"][0]["pointer"], format!("/ratings/{item}"), "{said}");

    // Declining is a change as well.
    let decline = |tag: &str| {
        let headers = [("content-type", "application/json"), ("if-match", tag)];
        link.caller().send(
            "POST",
            &format!("/v1/survey/{}/decline", link.token()),
            &headers,
            Some(b"{\"declined\":true}"),
        )
    };
    decline("\"another\"")?.problem(412)?;
    decline(&tag)?.with(200)?;
    Ok(())
}
