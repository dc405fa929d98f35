//! Attacks on the service and not on a document: asking early, late, otherwise, or for what is not there. Those on a
//! document are in `crates/analytics/tests/it/attack/`; SECURITY.md has the index of all.

use std::collections::BTreeSet;

use candour_tests::answers::prompts;
use candour_tests::{Answers, Caller, Outcome, Person, Reply, RoundPlan, Server, StartedRound, Trust, finding, wait};
use serde_json::{Value, json};

const NOBODY: &str = "00000000-0000-4000-8000-000000000000";

/// Everybody who may ever read a result.
fn readers(round: &StartedRound<'_>) -> Outcome<Vec<(&'static str, Caller)>> {
    Ok(vec![
        ("the facilitator", round.facilitator()?.0),
        ("an adviser", round.trust.adviser(round.review()?)?),
        ("the subject", round.trust.subject(&round.review()?.subject)?.0),
        ("the administrator", round.trust.administrator.0.clone()),
        ("an integration", round.trust.integration(&["rounds:read", "results:read", "audit:read"])?.0),
    ])
}

/// A reply as somebody sees it who compares it with another: status, headers that could tell, and body.
fn shape(reply: &Reply) -> (u16, Option<String>, Option<String>, String) {
    let header = |name| reply.header(name).map(str::to_owned);
    (reply.status, header("etag"), header("content-type"), reply.text())
}

#[test]
fn attack_16_17_nothing_is_shown_live_and_nothing_is_added_later() -> Outcome {
    let server = Server::start()?;
    let trust = Trust::found(&server, "Ashgrove Trust")?;
    let round = trust.open(&RoundPlan::new().asking("trustees", 6))?;
    let review = round.review()?.id.clone();
    let links = round.link_of_each()?;
    let results = format!("/v1/reviews/{review}/results");
    // Live: after each answer, nobody gets a figure, and every reading that there is says nothing but counts.
    for (at, (_, link)) in links.iter().enumerate().take(5) {
        link.submit(&Answers::to(&link.survey()?, |_| Some(u8::try_from(at).unwrap_or(0) % 5 + 1)))?.with(200)?;
        for (who, caller) in readers(&round)?.into_iter().filter(|_| at == 3 || at == 4) {
            for path in [&results, &format!("{results}.csv")] {
                assert_eq!(caller.get(path)?.status, 404, "{who}");
            }
            for path in [
                format!("/v1/rounds/{}", round.id),
                format!("/v1/rounds/{}/reviews", round.id),
                format!("/v1/reviews/{review}"),
                format!("/v1/reviews/{review}/advisers"),
                format!("/v1/reviews/{review}/release"),
                format!("/v1/rounds/{}/progress", round.id),
                format!("/v1/rounds/{}/delivery", round.id),
                format!("/v1/rounds/{}/readiness", round.id),
                format!("/v1/rounds/{}/retention", round.id),
                "/v1/audit-log".to_owned(),
                "/v1/audit-log.csv".to_owned(),
                "/v1/jobs".to_owned(),
            ] {
                let reply = caller.get(&path)?;
                let text = reply.text();
                assert!(
                    !text.contains("mean") && !text.contains("\"cells\"") && !text.contains("rating"),
                    "{who}, {path}: {text}"
                );
            }
        }
    }
    round.close_and_count()?;
    let facilitator = round.facilitator()?;
    let published = shape(&facilitator.get(&results)?.with(200)?);

    // Late: a link that was not used, one that was, another answer, another deadline, another count, another rater.
    // A link that was used says again that the answers have been received; what it brings is not looked at.
    let late = Answers::default().saying("keep", "Too late to count.");
    links[6].1.submit(&late)?.problem(410)?;
    links[0].1.submit(&late)?.with(200)?;
    let later = json!({ "closes_at": wait::time_in(3_000_000) });
    for (step, body) in [
        ("extend", later.clone()),
        ("launch", json!({})),
        ("close", json!({ "confirm": true })),
        ("cancel", json!({})),
        ("remind", json!({})),
    ] {
        trust.administrator.post(&format!("/v1/rounds/{}/{step}", round.id), &body)?.problem(409)?;
    }
    for step in ["reopen", "open", "count", "recount", "draft"] {
        let status = trust.administrator.post(&format!("/v1/rounds/{}/{step}", round.id), &json!({}))?.status;
        assert!([404, 405].contains(&status), "{step}: {status}");
    }
    trust
        .administrator
        .send(
            "PATCH",
            &format!("/v1/rounds/{}", round.id),
            &[("content-type", "application/json")],
            Some(later.to_string().as_bytes()),
        )?
        .problem(409)?;
    let one_more = json!([Person::called("Latecomer", "trustees").as_rater()]);
    trust.administrator.post(&format!("/v1/reviews/{review}/raters"), &one_more)?.problem(409)?;
    assert_eq!(shape(&facilitator.get(&results)?), published, "what was counted stays as it is, byte for byte");
    facilitator.release(&review)?.with(200)?;
    round.reaches("released")?;
    server.stop()?;
    server.begin()?;
    for (who, caller) in readers(&round)? {
        assert_eq!(shape(&caller.get(&results)?), published, "{who}, after the release and a restart");
    }
    Ok(())
}

#[test]
fn attack_19_nobody_is_moved_to_another_group() -> Outcome {
    let server = Server::start()?;
    let trust = Trust::found(&server, "Ashgrove Trust")?;
    let round = trust.open(&RoundPlan::new().asking("trustees", 5).asking("staff", 4))?;
    let review = round.review()?.id.clone();
    let links = round.link_of_each()?;
    let (person, link) = &links[1];
    link.submit(&Answers::to(&link.survey()?, |_| Some(2)))?.with(200)?;
    let listed = trust.administrator.raters(&review)?;
    let id = listed
        .iter()
        .find(|rater| rater["email"] == person.email.as_str())
        .and_then(|rater| rater["id"].as_str())
        .ok_or("not listed")?;
    for (method, body) in [
        ("PATCH", json!({ "group": "staff" })),
        ("PUT", json!({ "group": "staff" })),
        ("POST", json!({ "group": "staff" })),
    ] {
        let reply = trust.administrator.send(
            method,
            &format!("/v1/raters/{id}"),
            &[("content-type", "application/json")],
            Some(body.to_string().as_bytes()),
        )?;
        assert!([404, 405].contains(&reply.status), "{reply}");
    }
    let moved = Person { group: "staff".to_owned(), ..person.clone() };
    let raters = format!("/v1/reviews/{review}/raters");
    trust.administrator.post(&raters, &json!([moved.as_rater()]))?.problem(422)?;
    trust
        .administrator
        .post_csv(&raters, &format!("name,email,group\n{},{},staff\n", moved.name, moved.email))?
        .problem(422)?;
    // Withdrawing somebody does not take the answer along, and asking them again is not possible under the same
    // address.
    trust.administrator.delete(&format!("/v1/raters/{id}"))?.succeeded()?;
    trust.administrator.post(&raters, &json!([moved.as_rater()]))?.problem(422)?;
    for (_, link) in links.iter().skip(2) {
        link.submit(&Answers::to(&link.survey()?, |_| Some(4)))?.with(200)?;
    }
    round.close_and_count()?;
    let result = round.facilitator()?.result(&review)?;
    let counts: Vec<_> = ["trustees", "staff"]
        .map(|id| result["blocks"].as_array().and_then(|blocks| blocks.iter().find(|block| block["id"] == id)))
        .into_iter()
        .map(|block| block.map(|block| block["responded"].clone()))
        .collect();
    assert_eq!(counts, [Some(json!(5)), Some(json!(4))], "the answer stays where it was given");
    Ok(())
}

#[test]
fn attack_20_nothing_is_filled_in_from_an_earlier_round() -> Outcome {
    let server = Server::start()?;
    let trust = Trust::found(&server, "Ashgrove Trust")?;
    let plan = RoundPlan::new().asking("trustees", 5);
    let first = trust.open(&plan)?;
    first.to_release()?;
    let known: Vec<String> = first.link_of_each()?.iter().map(|(_, link)| link.token().to_owned()).collect();
    let second = trust.draft(&plan.about_the_same())?;
    second.agree()?;
    second.launch()?;
    let links = second.links().and_then(|_| {
        wait::until("the second invitations", std::time::Duration::from_mins(1), || {
            let links: Vec<_> = second
                .links()?
                .into_values()
                .flatten()
                .filter(|link| !known.contains(&link.token().to_owned()))
                .collect();
            Ok((links.len() == 6).then_some(links))
        })
    })?;
    for link in links {
        let survey = link.survey()?;
        assert!(survey["draft"].is_null(), "{}", survey["draft"]);
        let page = link.page("/page/1")?.with(200)?.text();
        assert!(
            !page.contains(" checked") && !page.contains("selected"),
            "a page that was never seen has an answer on it"
        );
        assert!(!page.contains("Comment number"), "a comment of the earlier round");
    }
    Ok(())
}

#[test]
fn attack_22_no_filter_and_no_other_view() -> Outcome {
    let server = Server::start()?;
    let trust = Trust::found(&server, "Ashgrove Trust")?;
    let round = trust.open(&RoundPlan::small())?;
    round.to_release()?;
    let results = format!("/v1/reviews/{}/results", round.review()?.id);
    for (who, caller) in readers(&round)? {
        for path in [results.clone(), format!("{results}.csv")] {
            let plain = shape(&caller.get(&path)?.with(200)?);
            for query in [
                "group=trustees",
                "groups=trustees&groups=chair",
                "block=others",
                "exclude=chair",
                "threshold=3",
                "policy[threshold]=1",
                "decimals=3",
                "raw=true",
                "fields=responses",
                "format=full",
            ] {
                let asked = caller.get(&format!("{path}?{query}"))?;
                assert!(shape(&asked) == plain || (400..500).contains(&asked.status), "{who} asks {query}: {asked}");
            }
        }
    }
    // Nothing else publishes figures: of all operations only the result of one review has cells, as JSON or as CSV, and
    // a quality report, which is about a hundred raters and more and has a story of its own, has means.
    let document = server.anonymous()?.get("/openapi.json")?.with(200)?.json()?;
    let mut with_figures = BTreeSet::new();
    for (path, methods) in document["paths"].as_object().ok_or("no paths")? {
        for (method, operation) in methods.as_object().into_iter().flatten() {
            let mut seen = Vec::new();
            if speaks_of_cells(&document, &operation["responses"], &mut seen)
                || operation["responses"].to_string().contains("text/csv")
            {
                with_figures.insert(format!("{method} {path}"));
            }
        }
    }
    // The audit log is a table as well, of what its lines are as JSON, and no figure is in it.
    let log = trust.administrator.get("/v1/audit-log.csv")?.with(200)?.text();
    assert!(log.trim_start_matches('\u{feff}').starts_with("at,actor,action,target,detail\r\n"), "{log}");
    assert!(!log.contains("mean"), "{log}");
    assert_eq!(
        with_figures.iter().map(String::as_str).collect::<Vec<_>>(),
        [
            "get /v1/audit-log.csv",
            "get /v1/frameworks/{id}/quality",
            "get /v1/reviews/{id}/results",
            "get /v1/reviews/{id}/results.csv",
            "patch /v1/reviews/{id}/comments/{comment}"
        ]
    );
    Ok(())
}

/// Whether a cell is part of what this describes, following references.
fn speaks_of_cells(document: &Value, part: &Value, seen: &mut Vec<String>) -> bool {
    match part {
        Value::Object(fields) => fields.iter().any(|(key, value)| {
            if key != "$ref" {
                return key == "cells" || key == "mean" || speaks_of_cells(document, value, seen);
            }
            let name = value.as_str().unwrap_or_default().to_owned();
            if seen.contains(&name) {
                return false;
            }
            seen.push(name.clone());
            document.pointer(name.trim_start_matches('#')).is_some_and(|meant| speaks_of_cells(document, meant, seen))
        }),
        Value::Array(items) => items.iter().any(|item| speaks_of_cells(document, item, seen)),
        _ => false,
    }
}

#[test]
fn attack_27_nothing_published_carries_a_time_or_a_number() -> Outcome {
    let server = Server::start()?;
    let trust = Trust::found(&server, "Ashgrove Trust")?;
    let round = trust.open(&RoundPlan::new().asking("trustees", 9))?;
    // The second prompt is answered in the same order as the first.
    let mut sent = Vec::new();
    for (at, (_, link)) in round.link_of_each()?.iter().enumerate().skip(1) {
        let survey = link.survey()?;
        let mut answers = Answers::to(&survey, |_| Some(3));
        for prompt in prompts(&survey) {
            answers = answers.saying(&prompt, &format!("Remark by {at}"));
        }
        link.submit(&answers)?.with(200)?;
        sent.push(format!("Remark by {at}"));
    }
    round.close_and_count()?;
    let facilitator = round.facilitator()?;
    facilitator.release(&round.review()?.id)?.with(200)?;
    let result = facilitator.result(&round.review()?.id)?;
    let orders: Vec<Vec<String>> = result["comments"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|prompt| {
            prompt["comments"]
                .as_array()
                .into_iter()
                .flatten()
                .map(|comment| comment["text"].as_str().unwrap_or_default().to_owned())
                .collect()
        })
        .collect();
    assert!(orders.len() > 1 && orders.iter().all(|order| order.len() == 9), "{result}");
    // By chance two orders of nine agree once in 362,880 times.
    for (at, order) in orders.iter().enumerate() {
        assert_ne!(order, &sent, "comments come in the order in which they were sent");
        assert!(!orders[..at].contains(order), "the same order under two prompts");
    }
    no_time_in(&result)?;
    let csv = facilitator.get(&format!("/v1/reviews/{}/results.csv", round.review()?.id))?.with(200)?;
    assert!(csv.header("last-modified").is_none() && !csv.text().contains(&wait::time_in(0)[..10]), "{csv}");
    Ok(())
}

/// That no text in a document is a time and no number is large enough for one.
fn no_time_in(value: &Value) -> Outcome {
    match value {
        Value::Object(fields) => fields.values().try_for_each(no_time_in),
        Value::Array(items) => items.iter().try_for_each(no_time_in),
        Value::String(text) if text.contains(&wait::time_in(0)[..10]) => finding!("a time: {text}"),
        Value::Number(number) if number.as_f64().is_some_and(|number| number > 1_000_000.0) => {
            finding!("a number: {number}")
        }
        _ => Ok(()),
    }
}

#[test]
fn attack_32_every_missing_result_is_missing_alike() -> Outcome {
    let server = Server::start()?;
    let trust = Trust::found(&server, "Ashgrove Trust")?;
    let elsewhere = Trust::found(&server, "Beechwood Trust")?;
    let plan = RoundPlan::new().asking("trustees", 5);
    let (open, counted, foreign) = (trust.open(&plan)?, trust.open(&plan)?, elsewhere.open(&plan)?);
    let links: Vec<_> = wait::until("all invitations", std::time::Duration::from_mins(1), || {
        let links: Vec<_> = counted.links()?.into_values().flatten().collect();
        Ok((links.len() >= 12).then_some(links))
    })?;
    for link in links {
        link.submit(&Answers::to(&link.survey()?, |_| Some(4)))?.with(200)?;
    }
    counted.close_and_count()?;
    let subject = trust.subject(&counted.review()?.subject)?;
    let integration = trust.integration(&["results:read"])?;
    for caller in [&subject.0, &trust.administrator.0, &integration.0] {
        for ending in ["", ".csv"] {
            let ask =
                |review: &str| caller.get(&format!("/v1/reviews/{review}/results{ending}")).map(|reply| shape(&reply));
            let nothing = ask(NOBODY)?;
            assert_eq!(nothing.0, 404);
            assert_eq!(nothing.1, None, "what is not there has no ETag");
            for (what, review) in [("open", &open), ("counted", &counted), ("another trust's", &foreign)] {
                assert_eq!(ask(&review.review()?.id)?, nothing, "{what} and unreleased looks like what never was");
            }
            let conditional = caller.send(
                "GET",
                &format!("/v1/reviews/{}/results{ending}", counted.review()?.id),
                &[("if-none-match", "*")],
                None,
            )?;
            assert_eq!(conditional.status, 404);
        }
    }
    Ok(())
}
