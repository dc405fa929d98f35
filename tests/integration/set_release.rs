//! A release at a set time, which is nobody's business but the facilitator's and the advisers' until it comes.

use std::time::Duration;

use candour_tests::{Facilitator, Outcome, Person, RoundPlan, Service, StartedRound, TestApp, Trust};
use chrono::TimeDelta;
use serde_json::{Value, json};

/// What those who run the round can read of it, with the tags.
fn seen(trust: &Trust<'_, TestApp>, round: &StartedRound<'_, TestApp>) -> Outcome<Vec<String>> {
    let review = &round.review()?.id;
    let mut seen = Vec::new();
    for path in [
        format!("/v1/reviews/{review}"),
        format!("/v1/rounds/{}/reviews", round.id),
        format!("/v1/rounds/{}", round.id),
        format!("/v1/rounds/{}/progress", round.id),
        "/v1/jobs".to_owned(),
    ] {
        let reply = trust.administrator.get(&path)?.with(200)?;
        seen.push(format!("{:?} {}", reply.header("etag"), reply.text()));
    }
    // The harness issues tokens as time passes, which is in the log.
    let mut log = trust.administrator.list("/v1/audit-log")?;
    log.retain(|line| line["action"] != "token.issued");
    seen.push(json!(log).to_string());
    seen.push(trust.administrator.get(&format!("/v1/reviews/{review}/results"))?.status.to_string());
    Ok(seen)
}

/// Whether they read the same as before.
fn assert_unseen(trust: &Trust<'_, TestApp>, round: &StartedRound<'_, TestApp>, before: &[String]) -> Outcome {
    for (now, before) in seen(trust, round)?.iter().zip(before) {
        assert_eq!(now, before, "those who run the round learn something");
    }
    Ok(())
}

fn release(facilitator: &Facilitator, review: &str) -> Outcome<Value> {
    facilitator.get(&format!("/v1/reviews/{review}/release"))?.with(200)?.json()
}

#[test]
fn a_set_release_is_changed_and_taken_back_and_shows_to_nobody_who_does_not_read_first() -> Outcome {
    let app = TestApp::start()?;
    let trust = Trust::found(&app, "Ashgrove Trust")?;
    let round = trust.open(&RoundPlan::small())?;
    let (review, facilitator) = (round.review()?.clone(), round.facilitator()?);
    let vice = Person::called("Vice", "");
    facilitator
        .post(&format!("/v1/reviews/{}/advisers", review.id), &json!({ "name": vice.name, "email": vice.email }))?
        .with(201)?;
    round.everybody_answers(|rater, item| Some(u8::try_from((rater + item) % 3 + 3).unwrap_or(3)))?;
    round.close_and_count()?;
    app.work_until_idle()?;

    let path = format!("/v1/reviews/{}/release", review.id);
    let told = release(&facilitator, &review.id)?;
    let of = |role: &str, person: &Person| json!({ "role": role, "name": person.name, "email": person.email });
    let mut administrators =
        told["told"].as_array().ok_or("nobody")?.iter().filter(|one| one["role"] == "administrator");
    let administrator = administrators.next().cloned().ok_or("no administrator")?;
    assert_eq!(
        told,
        json!({
            "release_at": null, "released_at": null,
            "told": [of("subject", &review.subject), of("facilitator", &review.facilitator), of("adviser", &vice), administrator],
        })
    );
    assert_eq!(facilitator.delete(&path)?.problem(409)?["type"], "urn:candour:problem:release-not-set");

    let adviser = trust.token(&vice, "adviser")?;
    let before = seen(&trust, &round)?;
    let (soon, later) = (app.now() + TimeDelta::hours(2), app.now() + TimeDelta::hours(6));
    for at in [soon, later] {
        let set = facilitator.post(&path, &json!({ "release_at": at }))?.with(200)?.json()?;
        assert_eq!((&set["state"], &set["release_at"]), (&json!("scheduled"), &json!(at)), "{set}");
        assert_eq!(release(&facilitator, &review.id)?["release_at"], json!(at));
        assert_eq!(adviser.get(&format!("/v1/reviews/{}", review.id))?.with(200)?.json()?, set);
        assert_unseen(&trust, &round, &before)?;
    }
    // The first time has been changed.
    app.time_passes(TimeDelta::hours(3))?;
    assert_unseen(&trust, &round, &before)?;
    assert_eq!(facilitator.delete(&path)?.status, 204);
    assert_eq!(release(&facilitator, &review.id)?["release_at"], Value::Null);
    // The second has been taken back.
    app.time_passes(TimeDelta::hours(5))?;
    assert_unseen(&trust, &round, &before)?;

    let at = app.now() + TimeDelta::hours(1);
    facilitator.post(&path, &json!({ "release_at": at }))?.with(200)?;
    app.time_passes(TimeDelta::hours(2))?;
    round.reaches("released")?;
    assert_eq!(facilitator.delete(&path)?.problem(409)?["type"], "urn:candour:problem:review-released");
    let log = trust.administrator.list("/v1/audit-log")?;
    let mut actions: Vec<&str> = log
        .iter()
        .filter_map(|line| line["action"].as_str())
        .filter(|action| action.starts_with("review.release"))
        .collect();
    actions.reverse();
    let set = "review.release_scheduled";
    assert_eq!(actions, [set, set, "review.release_taken_back", set, "review.released"], "now the log says all of it");

    // Everybody who was named is told once, and nobody else.
    for told in told["told"].as_array().ok_or("nobody")? {
        let address = told["email"].as_str().ok_or("no address")?;
        let emails = app.until("an email", Duration::from_mins(1), || {
            let mut emails = app.mailbox().to(address)?;
            emails.retain(|email| email.message_id.starts_with("<released-"));
            Ok((!emails.is_empty()).then_some(emails))
        })?;
        assert_eq!(emails.len(), 1, "{told}");
        let page = format!("/reviews/{}", review.id);
        assert!(emails[0].text.lines().any(|line| line.trim_end().ends_with(&page)), "{}", emails[0].text);
    }
    let released = app.mailbox().read()?.iter().filter(|email| email.message_id.starts_with("<released-")).count();
    assert_eq!(released, 4);
    Ok(())
}
