//! A facilitator takes a comment out of a report and thinks again.

use candour_tests::{Outcome, RoundPlan, Service, TestApp, Trust};
use serde_json::{Value, json};

/// The first comment without a name: its id and what it says.
fn first_comment(result: &Value) -> Outcome<(String, Value)> {
    let prompts = result["comments"].as_array().ok_or("no prompts")?;
    let comment = prompts.iter().find_map(|prompt| prompt["comments"].get(0)).ok_or("no comment")?;
    Ok((comment["id"].as_str().ok_or("no id")?.to_owned(), comment["text"].clone()))
}

#[test]
fn a_redaction_is_taken_back_until_the_release_and_both_stay_in_the_log() -> Outcome {
    let app = TestApp::start()?;
    let trust = Trust::found(&app, "Ashgrove Trust")?;
    let round = trust.open(&RoundPlan::small())?;
    round.everybody_answers(|rater, item| Some(u8::try_from((rater + item) % 3 + 3).unwrap_or(3)))?;
    round.close_and_count()?;
    let (review, facilitator) = (round.review()?.id.clone(), round.facilitator()?);
    let results = format!("/v1/reviews/{review}/results");
    let before = facilitator.get(&results)?.with(200)?.text();
    let (comment, text) = first_comment(&serde_json::from_str(&before)?)?;

    let unredacted = facilitator.restore(&review, &comment)?.problem(409)?;
    assert_eq!(unredacted["type"], "urn:candour:problem:not-redacted");
    facilitator.redact(&review, &comment, "points to a person")?.with(200)?;
    assert!(!facilitator.get(&results)?.with(200)?.text().contains(text.as_str().ok_or("no text")?));
    let path = format!("/v1/reviews/{review}/comments/{comment}");
    let with_reason = facilitator.patch(&path, &json!({ "redacted": false, "reason": "a mistake" }))?.problem(422)?;
    assert_eq!(with_reason["errors"][0]["pointer"], "/reason", "{with_reason}");
    facilitator.patch(&path, &json!({ "redacted": true }))?.problem(422)?;
    let restored = facilitator.restore(&review, &comment)?.with(200)?;
    assert_eq!(first_comment(&restored.json()?)?, (comment.clone(), text.clone()));
    assert_eq!(facilitator.get(&results)?.with(200)?.text(), before, "byte for byte what it was");
    for other in [&trust.administrator.0, &trust.subject(&round.review()?.subject)?.0] {
        assert_eq!(other.patch(&path, &json!({ "redacted": false }))?.status, 403);
    }

    // Thinking again is possible until the release, also while its time is set.
    facilitator.redact(&review, &comment, "it does point to a person")?.with(200)?;
    let later = json!({ "release_at": app.now() + chrono::TimeDelta::days(1) });
    facilitator.post(&format!("/v1/reviews/{review}/release"), &later)?.with(200)?;
    facilitator.restore(&review, &comment)?.with(200)?;
    facilitator.redact(&review, &comment, "it does, after all")?.with(200)?;
    app.days_pass(2)?;
    round.reaches("released")?;
    let late = facilitator.restore(&review, &comment)?.problem(409)?;
    assert_eq!(late["type"], "urn:candour:problem:review-released", "{late}");
    let released = trust.administrator.get(&results)?.with(200)?.json()?;
    assert_eq!(first_comment(&released)?, (comment.clone(), Value::Null));

    let log = trust.administrator.list("/v1/audit-log")?;
    let mut told: Vec<&Value> = log
        .iter()
        .filter(|line| line["action"].as_str().is_some_and(|action| action.starts_with("comment.")))
        .collect();
    told.reverse();
    let reason = |why| json!({ "comment": comment, "reason": why });
    let expected = [
        ("comment.redacted", reason("points to a person")),
        ("comment.restored", json!({ "comment": comment })),
        ("comment.redacted", reason("it does point to a person")),
        ("comment.restored", json!({ "comment": comment })),
        ("comment.redacted", reason("it does, after all")),
    ];
    let actual: Vec<_> =
        told.iter().map(|line| (line["action"].as_str().unwrap_or_default(), line["detail"].clone())).collect();
    assert_eq!(actual, expected);
    assert!(told.iter().all(|line| line["target"] == format!("review:{review}")));
    let text = text.as_str().ok_or("no text")?;
    assert!(!json!(log).to_string().contains(text) && !app.log()?.contains(text), "what it said is in no log");
    Ok(())
}
