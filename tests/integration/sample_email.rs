//! The invitation before it is sent: to look at, and to send to oneself.

use candour_tests::{Answers, Email, Outcome, Person, RoundPlan, Service, TestApp, Trust};
use serde_json::{Value, json};

/// A text in which every link is the same, wherever its lines end.
fn without_links(text: &str) -> String {
    let words = text.split_whitespace().map(|word| match word.split_once("/s/") {
        Some((before, after)) => {
            let rest = after.trim_start_matches(|c: char| c.is_ascii_alphanumeric());
            format!("{before}/s/{rest}")
        }
        None => word.to_owned(),
    });
    words.collect::<Vec<_>>().join(" ")
}

fn samples(app: &TestApp) -> Outcome<Vec<Email>> {
    app.work_until_idle()?;
    Ok(app.mailbox().read()?.into_iter().filter(|email| email.message_id.starts_with("<sample")).collect())
}

#[test]
fn what_is_shown_before_is_what_each_rater_gets() -> Outcome {
    let app = TestApp::start()?;
    let trust = Trust::found(&app, "Ashgrove Trust")?;
    let round = trust.draft(&RoundPlan::small().reviews(2))?;
    let administrator = &trust.administrator;
    let mut shown = Vec::new();
    for review in &round.reviews {
        for rater in administrator.raters(&review.id)? {
            let (id, email) = (rater["id"].as_str().unwrap_or("?"), rater["email"].as_str().unwrap_or("?"));
            let view = administrator.get(&format!("/v1/raters/{id}/email"))?.with(200)?.json()?;
            let text = view["text"].as_str().ok_or("no text")?.to_owned();
            assert!(text.contains("/s/sample") && view["html"].as_str().is_some_and(|html| html.contains("/s/sample")));
            shown.push((id.to_owned(), email.to_owned(), view["subject"].clone(), text));
        }
    }
    assert_eq!(shown.len(), 22);
    round.launch()?;
    round.delivered()?;
    for (id, email, subject, text) in &shown {
        let sent = app.mailbox().to(email)?;
        let sent = sent.iter().find(|email| email.message_id.starts_with("<invitation")).ok_or("no invitation")?;
        assert_eq!((&json!(sent.subject), without_links(&sent.text)), (subject, without_links(text)), "{email}");
        let again = administrator.get(&format!("/v1/raters/{id}/email"))?.with(200)?.json()?;
        assert_eq!(again["text"], text.as_str(), "it is no other once there are links");
    }
    // Nor once somebody has answered or declined.
    let links = round.links()?;
    let look = |email: &str| -> Outcome<Vec<Value>> {
        let of = shown.iter().filter(|(_, address, ..)| address == email);
        of.map(|(id, ..)| administrator.get(&format!("/v1/raters/{id}/email"))?.with(200)?.json()).collect()
    };
    let (one, two) = (&shown[1].1, &shown[2].1);
    let before = (look(one)?, look(two)?);
    for link in &links[one] {
        link.submit(&Answers::to(&link.survey()?, |_| Some(4)))?.with(200)?;
    }
    for link in &links[two] {
        link.decline()?.succeeded()?;
    }
    assert_eq!((look(one)?, look(two)?), before);
    let page = app.anonymous()?.get("/s/sample")?.with(200)?.text();
    assert!(page.contains("This is a sample") && !page.contains("<form"), "{page}");
    Ok(())
}

/// Somebody who joins later is invited for that review alone, and a reminder names nothing that was taken away.
#[test]
fn what_is_shown_of_those_who_wait_joined_later_or_were_withdrawn_is_what_they_get() -> Outcome {
    let app = TestApp::start()?;
    let trust = Trust::found(&app, "Ashgrove Trust")?;
    let round = trust.open(&RoundPlan::small().reviews(2))?;
    round.delivered()?;
    let [first, second] = round.reviews.as_slice() else { return Err("two reviews".into()) };
    let administrator = &trust.administrator;
    let place = |review: &str, email: &str| -> Outcome<String> {
        let raters = administrator.raters(review)?;
        let found = raters.iter().find(|rater| rater["email"] == email).ok_or("they are not on the list")?;
        Ok(found["id"].as_str().ok_or("no id")?.to_owned())
    };
    let text = |id: &str| -> Outcome<String> {
        let view = administrator.get(&format!("/v1/raters/{id}/email"))?.with(200)?.json()?;
        Ok(without_links(view["text"].as_str().ok_or("no text")?))
    };
    let hr = trust.office()?;
    let reminder = |id: &str| -> Outcome<String> {
        Ok(hr.get(&format!("/rounds/{}/emails/{id}?letter=reminder", round.id))?.with(200)?.text())
    };

    // Asked about both from the start, and then withdrawn from one: nothing is sent about it any more.
    let one = first.raters.iter().find(|person| person.group == "trustees").ok_or("no trustee")?;
    let (gone, stays) = (place(&first.id, &one.email)?, place(&second.id, &one.email)?);
    assert!(text(&stays)?.contains(&first.subject.name));
    administrator.delete(&format!("/v1/raters/{gone}"))?.succeeded()?;
    administrator.get(&format!("/v1/raters/{gone}/email"))?.problem(404)?;
    hr.get(&format!("/rounds/{}/emails?rater={gone}", round.id))?.with(404)?;
    assert!(!text(&stays)?.contains(&first.subject.name), "{}", text(&stays)?);

    // Asked about one, and waiting to be asked about the other.
    let late = Person::called("Latecomer", "trustees");
    let add = |review: &str| administrator.post(&format!("/v1/reviews/{review}/raters"), &json!([late.as_rater()]));
    let chair = |at: &Person| trust.facilitator(at);
    add(&first.id)?.with(201)?;
    chair(&first.facilitator)?.agrees(&first.id)?;
    add(&second.id)?.with(201)?;
    let (joined, waits) = (place(&first.id, &late.email)?, place(&second.id, &late.email)?);
    let shown = text(&waits)?;
    assert!(shown.contains(&second.subject.name) && !shown.contains(&first.subject.name), "{shown}");
    assert!(!text(&joined)?.contains(&second.subject.name), "who waits is asked nothing yet");
    let reminds = reminder(&waits)?;
    assert!(reminds.contains(&first.subject.name) && reminds.contains(&second.subject.name), "{reminds}");
    chair(&second.facilitator)?.agrees(&second.id)?;
    app.work_until_idle()?;
    let sent: Vec<String> = app.mailbox().to(&late.email)?.iter().map(|email| without_links(&email.text)).collect();
    assert!(sent.len() == 2 && sent.contains(&shown) && sent.contains(&text(&joined)?), "{sent:?}\n{shown}");
    Ok(())
}

#[test]
fn a_test_email_goes_to_whoever_asks_and_to_nobody_else() -> Outcome {
    let app = TestApp::start()?;
    let trust = Trust::found(&app, "Ashgrove Trust")?;
    let round = trust.draft(&RoundPlan::small())?;
    let (administrator, path) = (&trust.administrator, format!("/v1/rounds/{}/test-email", round.id));
    let asked = administrator.post(&path, &json!({ "group": "chair" }))?.with(202)?.json()?;
    assert_eq!(asked, json!({ "to": "hr@ashgrove.example.org" }));
    administrator.post(&path, &json!({}))?.with(202)?;
    for body in [
        json!({ "to": "mallory@elsewhere.example" }),
        json!({ "group": "trustees", "email": "mallory@elsewhere.example" }),
        json!({ "group": "governors" }),
    ] {
        administrator.post(&path, &body)?.problem(422)?;
    }
    let sent = samples(&app)?;
    assert_eq!(sent.len(), 2);
    assert_eq!(app.mailbox().count()?, 2, "and nothing else has left");
    for email in &sent {
        assert_eq!(email.to, ["hr@ashgrove.example.org"]);
        assert!(email.text.contains("Hester Quillfeather") && email.text.contains("Perpetua1"), "{}", email.text);
        assert!(
            email.text.contains("/s/sample") && email.links.iter().all(|link| link == "sample"),
            "{:?}",
            email.links
        );
    }
    assert_ne!(without_links(&sent[0].text), without_links(&sent[1].text), "a named group reads something else");
    for other in [
        &trust.integration(&["rounds:write", "rounds:read"])?.0,
        &round.facilitator()?.0,
        &trust.token(&Person::called("Perpetua1", "self"), "subject")?,
    ] {
        other.post(&path, &json!({}))?.problem(403)?;
    }
    for _ in 2..10 {
        administrator.post(&path, &json!({}))?.with(202)?;
    }
    let refused = administrator.post(&path, &json!({}))?.problem(409)?;
    assert!(
        refused["detail"].as_str().is_some_and(|detail| detail.to_lowercase().contains("ten test emails")),
        "{refused}"
    );
    app.time_passes(chrono::TimeDelta::minutes(61))?;
    administrator.post(&path, &json!({}))?.with(202)?;
    assert_eq!(samples(&app)?.len(), 11);
    let log = administrator.list(&format!("/v1/audit-log?round={}", round.id))?;
    assert_eq!(log.iter().filter(|line| line["action"] == "round.test_email").count(), 11);
    let empty = administrator.post(
        "/v1/rounds",
        &json!({ "title": "R", "framework_id": trust.framework_id, "closes_at": app.time_in(9999) }),
    )?;
    let empty = empty.with(201)?.json()?["id"].as_str().unwrap_or("?").to_owned();
    administrator.post(&format!("/v1/rounds/{empty}/test-email"), &json!({}))?.problem(409)?;
    Ok(())
}
