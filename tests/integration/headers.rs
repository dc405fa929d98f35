//! What every answer carries whatever it says: who may keep it, and what a browser may do with it. And errors in words.

use candour_tests::{METERED, Outcome, RoundPlan, Server, Trust};
use serde_json::json;

#[test]
fn guarantee_no_cache_keeps_anything_under_v1() -> Outcome {
    let server = Server::start()?;
    let trust = Trust::found(&server, "Ashgrove Trust")?;
    let round = trust.open(&RoundPlan::small())?;
    let link = round.link_of_each()?.pop().ok_or("no link")?.1;
    let document = server.anonymous()?.get("/openapi.json")?.json()?;
    let mut asked = 0;
    for (template, methods) in document["paths"].as_object().ok_or("no paths")? {
        if !template.starts_with("/v1/") {
            continue;
        }
        let id = if template.starts_with("/v1/rounds") { &round.id } else { &round.review()?.id };
        let path = template.replace("{id}", id).replace("{token}", link.token()).replace("{comment}", "x");
        for method in methods.as_object().into_iter().flatten().map(|(method, _)| method.to_uppercase()) {
            // Answers to those who may, to nobody, and to a body that is no JSON.
            let replies = [
                (method == "GET").then(|| trust.administrator.get(&path)),
                Some(server.anonymous()?.send(&method, &path, &[], None)),
                (method != "GET")
                    .then(|| trust.administrator.send(&method, &path, &[("content-type", "text/plain")], Some(b"x"))),
            ];
            for reply in replies.into_iter().flatten() {
                let reply = reply?;
                assert_eq!(reply.header("cache-control"), Some("no-store"), "{reply}");
                assert!(
                    reply
                        .header("content-security-policy")
                        .is_some_and(|policy| policy.contains("frame-ancestors 'none'")),
                    "{reply}"
                );
                asked += 1;
            }
        }
    }
    assert!(asked > 60, "only {asked} answers");
    Ok(())
}

#[test]
fn the_documentation_loads_nothing_from_elsewhere_stands_in_no_frame_and_can_be_off() -> Outcome {
    let server = Server::start()?;
    let page = server.anonymous()?.get("/docs/")?.with(200)?;
    let policy = page.header("content-security-policy").ok_or("no policy")?;
    for part in
        ["default-src 'none'", "script-src 'self';", "frame-ancestors 'none'", "form-action 'none'", "base-uri 'none'"]
    {
        assert!(policy.contains(part), "{policy}");
    }
    assert_eq!(page.header("x-frame-options"), Some("DENY"));
    assert!(!page.text().contains("<script>") && !page.text().contains("https://"), "{page}");

    let without = Server::start_with(&[("CANDOUR_DOCS", "false")])?;
    for path in ["/docs", "/docs/", "/docs/swagger-ui.css"] {
        without.anonymous()?.get(path)?.problem(404)?;
    }
    without.anonymous()?.get("/openapi.json")?.with(200)?;
    Ok(())
}

#[test]
fn an_error_says_what_is_wrong_and_where_and_what_to_do() -> Outcome {
    let server = Server::start()?;
    let trust = Trust::found(&server, "Ashgrove Trust")?;
    let good = json!({ "title": "T", "framework_id": trust.administrator.get("/v1/frameworks")?.json()?["items"][0]["id"], "closes_at": "2099-01-31T17:00:00Z" });
    let refused = |change: &dyn Fn(&mut serde_json::Value)| -> Outcome<(String, String)> {
        let mut body = good.clone();
        change(&mut body);
        let problem = trust.administrator.post("/v1/rounds", &body)?.problem(422)?;
        let error = &problem["errors"][0];
        Ok((
            error["pointer"].as_str().unwrap_or_default().to_owned(),
            error["detail"].as_str().unwrap_or_default().to_owned(),
        ))
    };
    let (pointer, detail) = refused(&|body| body["closes_at"] = json!("2099-01-31"))?;
    assert!(pointer == "/closes_at" && detail.contains("2027-03-31T17:00:00Z"), "{pointer}: {detail}");
    let (pointer, detail) = refused(&|body| drop(body.as_object_mut().and_then(|fields| fields.remove("title"))))?;
    assert!(pointer == "/title" && detail.contains("missing"), "{pointer}: {detail}");
    let (pointer, detail) = refused(&|body| body["title"] = json!({ "en": "T" }))?;
    assert_eq!((pointer.as_str(), detail.as_str()), ("/title", "this is an object; send a text in quotes"));

    let integration = trust.integration(&["rounds:read"])?;
    let problem = integration.post("/v1/rounds", &good)?.problem(403)?;
    let detail = problem["detail"].as_str().unwrap_or_default();
    assert!(detail.contains("rounds:write") && detail.contains("rounds:read"), "{detail}");
    let facilitator = trust.open(&RoundPlan::small())?.facilitator()?;
    let detail = facilitator.post("/v1/rounds", &good)?.problem(403)?["detail"].as_str().unwrap_or_default().to_owned();
    assert!(detail.contains("administrator") && detail.contains("facilitator"), "{detail}");

    let raters = format!("/v1/reviews/{}/raters?mode=most", trust.draft(&RoundPlan::small())?.review()?.id);
    let problem = trust.administrator.post(&raters, &json!([]))?.json()?;
    let detail = problem["detail"].as_str().unwrap_or_default();
    assert!(detail.contains("all, partial") && !detail.contains("deserialize") && !detail.contains('`'), "{problem}");
    Ok(())
}

#[test]
fn guarantee_nothing_that_a_client_makes_up_becomes_a_label_or_fills_the_log() -> Outcome {
    let server = Server::start_with(&[METERED, ("CANDOUR_LOG", "debug")])?;
    let nobody = server.anonymous()?;
    let marked = |at: usize| format!("Invented{at}{}", "x".repeat(2_000));
    let before = server.metrics()?.lines().count();
    for at in 0..20 {
        let word = marked(at);
        let agent = [
            ("user-agent", word.as_str()),
            ("referer", word.as_str()),
            ("idempotency-key", word.as_str()),
            ("x-request-id", word.as_str()),
        ];
        nobody.send("GET", &format!("/{word}?{word}={word}"), &agent, None)?;
        nobody.send("GET", &format!("/v1/rounds/{word}"), &agent, None)?;
        nobody.send("GET", &format!("/s/{word}"), &agent, None)?;
        nobody.send("POST", "/v1/rounds", &agent, Some(word.as_bytes()))?;
        nobody.send("GET", "/health/live", &[("authorization", &format!("Bearer {word}"))], None)?;
        let form = format!("grant_type=client_credentials&client_id={word}&client_secret={word}&scope={word}");
        nobody.send(
            "POST",
            "/oauth/token",
            &[("content-type", "application/x-www-form-urlencoded")],
            Some(form.get(..4_000).unwrap_or(&form).as_bytes()),
        )?;
    }
    let metrics = server.metrics()?;
    assert!(!metrics.contains("Invented"), "{metrics}");
    assert!(metrics.lines().count() < before + 20, "{metrics}");
    let log = server.log()?;
    assert!(
        !log.contains("Invented") && !log.contains("INVENTED"),
        "{}",
        log.lines().find(|line| line.contains("nvented")).unwrap_or_default()
    );
    assert!(log.lines().all(|line| line.len() < 2_000), "a line of the log is long");
    Ok(())
}
