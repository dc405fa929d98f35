//! How often people are reminded, whoever presses.

use candour_tests::{Outcome, RoundPlan, Service, StartedRound, TestApp, Trust};
use serde_json::{Value, json};

/// How many reminders have arrived, once all that is due has been done.
fn reminders(round: &StartedRound<'_, TestApp>) -> Outcome<usize> {
    let server = round.trust.server;
    server.work_until_idle()?;
    Ok(server.mailbox().read()?.iter().filter(|email| email.message_id.starts_with("<reminder.")).count())
}

#[test]
fn however_often_somebody_presses_each_person_gets_one_reminder() -> Outcome {
    let server = TestApp::start()?;
    let trust = Trust::found(&server, "Ashgrove Trust")?;
    let round = trust.open(&RoundPlan::new().asking("trustees", 20).asking("staff", 20))?;
    round.delivered()?;
    let remind = || trust.administrator.post(&format!("/v1/rounds/{}/remind", round.id), &json!({}));
    remind()?.with(202)?;
    assert_eq!(reminders(&round)?, 41);
    for _ in 0..4 {
        let refused = remind()?.problem(409)?;
        assert_eq!(refused["type"], "urn:candour:problem:reminded-recently", "{refused}");
        let detail = refused["detail"].as_str().unwrap_or_default();
        assert!(
            detail.starts_with("A reminder went out less than 24 hours before; the next one can go out from 20"),
            "{detail}"
        );
        assert!(!refused.to_string().contains("41") || detail.contains("41"), "no number of people: {refused}");
    }
    assert_eq!(reminders(&round)?, 41, "five presses, and one reminder for each");
    round.quiet_time_passes()?;
    remind()?.with(202)?;
    assert_eq!(reminders(&round)?, 82, "the next day there is another one");
    let audit = trust.administrator.list("/v1/audit-log")?;
    assert_eq!(
        audit.iter().filter(|event| event["action"] == "round.reminded").count(),
        2,
        "what was refused is no reminder"
    );
    Ok(())
}

#[test]
fn the_quiet_time_is_a_policy_of_the_round() -> Outcome {
    let server = TestApp::start()?;
    let trust = Trust::found(&server, "Ashgrove Trust")?;
    let round = trust.open(&RoundPlan::small().policy(json!({ "threshold": 4, "reminder_quiet_hours": 72 })))?;
    assert_eq!(trust.administrator.round(&round.id)?["policy"]["reminder_quiet_hours"], 72);
    trust.administrator.moves(&round.id, "remind", &json!({}))?;
    let refused: Value =
        trust.administrator.post(&format!("/v1/rounds/{}/remind", round.id), &json!({}))?.problem(409)?;
    assert!(refused["detail"].as_str().unwrap_or_default().contains("less than 72 hours before"), "{refused}");
    let body = json!({ "title": "x", "framework_id": trust.framework_id, "closes_at": server.time_in(9999), "policy": { "reminder_quiet_hours": 0 } });
    let refused = trust.administrator.post("/v1/rounds", &body)?.problem(422)?;
    assert_eq!(refused["errors"][0]["pointer"], "/policy/reminder_quiet_hours", "{refused}");
    Ok(())
}
