//! What an administrator finds under the name of the trust: the log in words, integrations, and work that has failed.

use candour_tests::{Outcome, Person, Reply, RoundPlan, Service, TestApp, Trust, database};
use serde_json::{Value, json};

/// What stands between this and the next quotation mark.
fn after(page: &str, beginning: &str) -> Outcome<String> {
    let value = page.split(beginning).nth(1).and_then(|rest| rest.split('"').next());
    Ok(value.ok_or_else(|| format!("no {beginning}: {page}"))?.to_owned())
}

fn lines(page: &Reply) -> usize {
    page.text().matches("<time ").count()
}

#[test]
fn every_page_about_the_trust_is_led_to() -> Outcome {
    let app = TestApp::start()?;
    let trust = Trust::found(&app, "Ashgrove Trust")?;
    let hr = trust.office()?;
    hr.get("/")?.with(200)?.says(&["href=\"/organisation\""])?;
    let page = hr.get("/organisation")?.with(200)?;
    for path in ["/people", "/organisation/sign-in", "/test-email", "/clients", "/audit", "/work"] {
        page.says(&[&format!("href=\"{path}\"")])?;
        hr.get(path)?.with(200)?;
    }
    assert!(!page.text().contains("needs you"), "nothing has failed: {page}");
    Ok(())
}

#[test]
fn the_log_is_read_in_words_and_says_nothing_of_who_answers() -> Outcome {
    let app = TestApp::start()?;
    let trust = Trust::found(&app, "Ashgrove Trust")?;
    let round = trust.open(&RoundPlan::small())?;
    let body = json!({ "title": "Finance director 2027", "framework_id": trust.framework_id, "closes_at": app.time_in(9 * 86400) });
    let other = trust.administrator.post("/v1/rounds", &body)?.with(201)?.json()?;
    let other = other["id"].as_str().ok_or("it has none")?.to_owned();
    let hr = trust.office()?;
    let page = hr.get("/audit")?.with(200)?;
    page.says(&[
        "Started a round",
        "Hester Quillfeather",
        "CEO review 2027",
        "Finance director 2027",
        "Added people who are asked",
    ])?;
    let shown = trust.administrator.list("/v1/audit-log")?;
    assert_eq!(lines(&page), shown.len().min(50));
    for line in &shown {
        let action = line["action"].as_str().ok_or("it has none")?;
        assert!(!page.text().contains(action), "{action} is in words");
    }
    // Of one round, of one review, of one kind.
    let of_other = hr.get(&format!("/audit?about=round:{other}&kind="))?.with(200)?;
    assert_eq!(lines(&of_other), 1, "{of_other}");
    let review = &round.review()?.id;
    let of_review = hr.get(&format!("/audit?about=review:{review}&kind=rounds"))?.with(200)?;
    let wanted = trust.administrator.list(&format!("/v1/audit-log?review={review}&kind=rounds"))?;
    assert_eq!((lines(&of_review), wanted.is_empty()), (wanted.len(), false));
    of_review.says(&["selected", "Added a person who is reviewed"])?;
    hr.get(&format!("/audit?about=round:{other}&kind=reports"))?.with(200)?.says(&["nothing of this kind"])?;
    for wrong in ["about=round:1", "about=rater:1", "about=x", "kind=raters", "after=%25"] {
        hr.get(&format!("/audit?{wrong}"))?.with(404)?;
        if !wrong.starts_with("after") {
            hr.get(&format!("/audit.csv?{wrong}"))?.with(404)?;
        }
    }
    // As a table it is what the API gives.
    let csv = hr.get(&format!("/audit.csv?about=round:{}", round.id))?.with(200)?;
    assert_eq!(csv.header("content-type"), Some("text/csv; charset=utf-8"));
    assert!(csv.text().starts_with('\u{feff}'), "{csv}");
    let api = trust.administrator.get(&format!("/v1/audit-log.csv?round={}", round.id))?.with(200)?;
    assert_eq!(csv.text(), api.text());
    // Answers are in none of it.
    let before = hr.get(&format!("/audit?about=round:{}", round.id))?.text();
    round.everybody_answers(|_, _| Some(4))?;
    app.work_until_idle()?;
    assert_eq!(hr.get(&format!("/audit?about=round:{}", round.id))?.text(), before);
    // Whoever was taken off a list has no name in it.
    let raters = trust.administrator.raters(review)?;
    let rater = raters.iter().find(|rater| rater["group"] != "self").ok_or("nobody")?;
    trust.administrator.delete(&format!("/v1/raters/{}", rater["id"].as_str().ok_or("it has none")?))?.succeeded()?;
    let page = hr.get("/audit?kind=rounds")?.with(200)?;
    page.says(&["Took somebody off the list"])?;
    assert!(!page.text().contains(rater["name"].as_str().ok_or("it has none")?), "{page}");

    let elsewhere = Trust::found(&app, "Birchwood Trust")?.office()?;
    let foreign = elsewhere.get(&format!("/audit?about=round:{}", round.id))?.with(200)?;
    assert!(lines(&foreign) == 0 && !foreign.text().contains("CEO review 2027"), "{foreign}");
    Ok(())
}

#[test]
fn a_long_log_comes_in_parts() -> Outcome {
    let app = TestApp::start()?;
    let trust = Trust::found(&app, "Ashgrove Trust")?;
    let round = trust.draft(&RoundPlan::small())?;
    for at in 0..52 {
        let title = json!({ "title": format!("Review {at}") });
        trust.administrator.patch(&format!("/v1/rounds/{}", round.id), &title)?.with(200)?;
    }
    let hr = trust.office()?;
    let about = format!("about=round%3A{}", round.id);
    let first = hr.get(&format!("/audit?{about}&kind=rounds"))?.with(200)?;
    assert_eq!(lines(&first), 50);
    let older = after(&first.text(), "plain\" href=\"/audit?")?.replace("&amp;", "&").replace("&#38;", "&");
    assert!(older.starts_with(&about) && older.contains("kind=rounds"), "it keeps what was chosen: {older}");
    let second = hr.get(&format!("/audit?{older}"))?.with(200)?;
    let wanted = trust.administrator.list(&format!("/v1/audit-log?round={}&kind=rounds", round.id))?.len();
    assert_eq!(lines(&second), wanted - 50, "{second}");
    second.says(&["Newest"])?;
    Ok(())
}

/// A token with these, or the refusal.
fn token(app: &TestApp, id: &str, secret: &str) -> Outcome<u16> {
    let form = [("grant_type", "client_credentials"), ("client_id", id), ("client_secret", secret)];
    Ok(app.anonymous()?.post_form("/oauth/token", &form)?.status)
}

#[test]
fn an_integration_is_added_once_shown_once_and_revoked() -> Outcome {
    let app = TestApp::start()?;
    let trust = Trust::found(&app, "Ashgrove Trust")?;
    let hr = trust.office()?;
    let page = hr.get("/clients")?.with(200)?;
    page.says(&["There is none"])?;
    let number = after(&page.text(), "name=\"number\" value=\"")?;
    let wrong = hr.press("/clients", &[("number", &number), ("name", ""), ("scope", "audit:read")])?.with(422)?;
    wrong.says(&["Error:", "Say what the integration is", "value=\"audit:read\" checked"])?;
    let wrong = hr.press("/clients", &[("number", &number), ("name", "HR <b>system")])?.with(422)?;
    wrong.says(&["Choose at least one thing", "HR &#60;b&#62;system"])?;
    let fields =
        [("number", number.as_str()), ("name", "HR system"), ("scope", "rounds:read"), ("scope", "audit:read")];
    let made = hr.post("/clients", &fields)?.with(200)?;
    assert_eq!(made.header("cache-control"), Some("no-store"));
    let (id, secret) = (
        after(&made.text(), "id=\"client-id\" class=\"secret\" value=\"")?,
        after(&made.text(), "id=\"secret\" class=\"secret\" value=\"")?,
    );
    assert_eq!(token(&app, &id, &secret)?, 200);
    // Pressed twice, or sent again: it is one, and the secret is not there any more.
    let again = hr.post("/clients", &fields)?.with(200)?;
    assert!(!again.text().contains(&secret) && again.text().contains("shown once"), "{again}");
    let listed = trust.administrator.get("/v1/clients")?.with(200)?.json()?;
    assert_eq!(listed["items"].as_array().map(Vec::len), Some(1));
    assert!(
        database::open(&app)?
            .texts("SELECT body FROM idempotency_keys WHERE body IS NOT NULL")?
            .iter()
            .all(|body| !body.contains(&secret))
    );
    let page = hr.get("/clients")?.with(200)?;
    page.says(&["HR system", "Read rounds, reviews and how they are getting on", "Last used on"])?;
    assert!(!page.text().contains(&secret));

    let revoke = format!("/clients/{id}/revoke");
    hr.get(&revoke)?.with(200)?.says(&["refused from its next request on"])?;
    let revoked = hr.press(&revoke, &[])?.with(200)?;
    revoked.says(&["The integration has been revoked"])?;
    assert_eq!(token(&app, &id, &secret)?, 401);
    hr.press(&revoke, &[])?.with(200)?;
    hr.open(&revoke)?.with(200)?;
    let log = trust.administrator.list("/v1/audit-log?kind=systems")?;
    assert_eq!(log.iter().filter(|line| line["action"] == "client.removed").count(), 1);
    hr.get("/audit?kind=systems")?.with(200)?.says(&["Added an integration", "Revoked an integration", "HR system"])?;
    Ok(())
}

#[test]
fn who_is_not_sure_enough_lets_no_system_in() -> Outcome {
    let app = TestApp::start()?;
    let trust = Trust::found(&app, "Ashgrove Trust")?;
    let hr = Person::called("hr", "staff");
    let fields = [("number", "1"), ("name", "HR system"), ("scope", "rounds:read")];
    let waiting = app.signed_in(&trust.id, &hr, Some(24))?;
    let page = waiting.get("/clients")?.with(200)?;
    page.says(&["once nobody can object to it", "href=\"/account/passkeys\""])?;
    assert!(!page.text().contains("<fieldset"), "{page}");
    waiting.post("/clients", &fields)?.with(422)?.says(&["try again when the wait is over"])?;
    let made = trust.office()?.post("/clients", &fields)?.with(200)?;
    let id = after(&made.text(), "id=\"client-id\" class=\"secret\" value=\"")?;
    assert!(!waiting.get("/clients")?.text().contains("/revoke"), "nothing is offered that is refused");
    waiting.post(&format!("/clients/{id}/revoke"), &[])?.with(422)?.says(&["try again when the wait is over"])?;
    let stranger = Trust::found(&app, "Birchwood Trust")?.office()?;
    stranger.get(&format!("/clients/{id}/revoke"))?.with(404)?;
    stranger.post(&format!("/clients/{id}/revoke"), &[])?.with(404)?;
    let listed = trust.administrator.get("/v1/clients")?.with(200)?.json()?;
    assert_eq!((listed["items"].as_array().map(Vec::len), &listed["items"][0]["revoked_at"]), (Some(1), &Value::Null));
    Ok(())
}

#[test]
fn work_that_has_failed_is_tried_again() -> Outcome {
    let app = TestApp::start()?;
    let trust = Trust::found(&app, "Ashgrove Trust")?;
    let round = trust.draft(&RoundPlan::small())?;
    let hr = trust.office()?;
    hr.get("/work")?.with(200)?.says(&["Nothing has failed"])?;
    hr.press(&format!("/rounds/{}/emails", round.id), &[("number", "1"), ("group", "trustees")])?.with(200)?;
    let failed =
        "UPDATE jobs SET state = 'dead', attempts = 8, error = 'no mail server <b>answers' WHERE kind = 'mail.sample'";
    assert_eq!(database::open(&app)?.change(failed)?, 1);
    hr.get("/organisation")?.with(200)?.says(&["needs you"])?;
    let page = hr.get("/work")?.with(200)?;
    page.says(&["A test of the invitation", "Tried 8 times", "no mail server &#60;b&#62;answers"])?;
    assert!(!page.text().contains("hr@ashgrove"), "no address: {page}");
    let job = after(&page.text(), "name=\"job\" value=\"")?;
    let stranger = Trust::found(&app, "Birchwood Trust")?.office()?;
    stranger.press("/work", &[("job", &job)])?.with(200)?.says(&["no longer needed", "Nothing has failed"])?;
    let tried = hr.press("/work", &[("job", &job)])?.with(200)?;
    tried.says(&["It is being tried again", "Nothing has failed"])?;
    hr.press("/work", &[("job", &job)])?.with(200)?.says(&["tried again already"])?;
    hr.press("/work", &[("job", "x")])?.with(200)?.says(&["tried again already"])?;
    app.work_until_idle()?;
    let sent = app.mailbox().read()?.into_iter().filter(|email| email.message_id.starts_with("<sample")).count();
    assert_eq!(sent, 1);
    // One that would tell who has not answered is not there.
    hr.press(&format!("/rounds/{}/emails", round.id), &[("number", "2"), ("group", "trustees")])?.with(200)?;
    let unlisted = "UPDATE jobs SET state = 'dead', kind = 'mail.reminder' WHERE kind = 'mail.sample'";
    assert_eq!(database::open(&app)?.change(unlisted)?, 1);
    hr.get("/work")?.with(200)?.says(&["Nothing has failed"])?;
    Ok(())
}
