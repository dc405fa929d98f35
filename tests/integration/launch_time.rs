//! A draft that is launched at a set time, and one that cannot be.

use candour_tests::{Email, Outcome, Person, RoundPlan, Service, StartedRound, TestApp, Trust, database, finding};
use chrono::TimeDelta;
use serde_json::{Value, json};

fn path(round: &StartedRound<'_, TestApp>) -> String {
    format!("/v1/rounds/{}/launch-time", round.id)
}

/// Sets the launch to so many hours from now.
fn set(round: &StartedRound<'_, TestApp>, hours: i64) -> Outcome<Value> {
    let at = round.trust.server.time_in(hours * 3600);
    round.trust.administrator.put(&path(round), &json!({ "launches_at": at }))?.with(200)?.json()
}

fn hours(hours: i64) -> TimeDelta {
    TimeDelta::hours(hours)
}

/// The emails whose Message-ID begins like this.
fn sent(app: &TestApp, kind: &str) -> Outcome<Vec<Email>> {
    app.work_until_idle()?;
    let kind = format!("<{kind}");
    Ok(app.mailbox().read()?.into_iter().filter(|email| email.message_id.starts_with(&kind)).collect())
}

/// The details of the lines with this action, newest first.
fn logged(trust: &Trust<'_, TestApp>, action: &str) -> Outcome<Vec<Value>> {
    let log = trust.administrator.list("/v1/audit-log")?;
    Ok(log.into_iter().filter(|line| line["action"] == action).collect())
}

#[test]
fn a_draft_is_launched_at_its_time_once_and_by_itself() -> Outcome {
    let app = TestApp::start()?;
    let other_node = app.another_node()?;
    let trust = Trust::found(&app, "Ashgrove Trust")?;
    let round = trust.draft(&RoundPlan::small())?;
    let draft = set(&round, 48)?;
    assert_eq!((&draft["state"], draft["launches_at"].is_string()), (&json!("draft"), true), "{draft}");
    app.time_passes(hours(47))?;
    assert_eq!(trust.administrator.round(&round.id)?["state"], "draft");
    assert_eq!(sent(&app, "invitation")?.len(), 0);
    app.time_passes(hours(1))?;
    other_node.work_until_idle()?;
    let open = trust.administrator.round(&round.id)?;
    assert_eq!((&open["state"], &open["launches_at"]), (&json!("open"), &Value::Null), "{open}");
    assert_eq!(sent(&app, "invitation")?.len(), 11, "one for everybody");
    let lines = logged(&trust, "round.launched")?;
    assert_eq!((lines.len(), &lines[0]["actor"], &lines[0]["detail"]["raters"]), (1, &json!("worker"), &json!(11)));
    assert_eq!(logged(&trust, "round.launch_set")?.len(), 1);
    trust.administrator.put(&path(&round), &json!({ "launches_at": app.time_in(60) }))?.problem(409)?;
    trust.administrator.delete(&path(&round))?.problem(409)?;
    Ok(())
}

#[test]
fn a_draft_that_waits_for_its_launch_does_not_change_until_the_time_is_taken_back() -> Outcome {
    let app = TestApp::start()?;
    let trust = Trust::found(&app, "Ashgrove Trust")?;
    let round = trust.draft(&RoundPlan::small())?;
    let (administrator, review) = (&trust.administrator, round.review()?.clone());
    set(&round, 48)?;
    let someone = Person::called("Someone", "trustees");
    let rater = administrator.raters(&review.id)?.into_iter().find(|rater| rater["group"] == "trustees").ok_or("?")?;
    let (round_path, review_path) = (format!("/v1/rounds/{}", round.id), format!("/v1/reviews/{}", review.id));
    let subject = json!({ "name": "Jo", "email": "jo@elsewhere.example", "role": "Director" });
    for refused in [
        administrator.patch(&round_path, &json!({ "title": "Another" }))?,
        administrator.post(&format!("{review_path}/raters"), &json!([someone.as_rater()]))?,
        administrator.delete(&format!("/v1/raters/{}", rater["id"].as_str().unwrap_or_default()))?,
        administrator.patch(&review_path, &json!({ "facilitator": someone.as_person() }))?,
        administrator.delete(&review_path)?,
        administrator.post(
            &format!("{round_path}/reviews"),
            &json!({ "subject": subject, "facilitator": someone.as_person() }),
        )?,
    ] {
        let refused = refused.problem(409)?;
        assert_eq!(refused["type"], "urn:candour:problem:round-launch-set");
        let detail = refused["detail"].as_str().unwrap_or_default();
        assert!(detail.contains("does not change until then") && detail.contains("take the time back"), "{detail}");
    }
    // What is the facilitator's to decide, they still decide: an agreement can be needed again before the time.
    let chair = app.signed_in(&trust.id, &review.facilitator, Some(0))?;
    let list = chair.get(&format!("/reviews/{}/list", review.id))?.with(200)?;
    list.says(&["You have not agreed to this list yet.", "I have read the list and agree"])?;
    let agreed =
        chair.press(&format!("/reviews/{}/list", review.id), &[("digest", &list.field("digest")?)])?.with(200)?;
    agreed.says(&["You have agreed to the list."])?;
    round.facilitator()?.agrees(&review.id)?;
    let vice = Person::called("Vice", "");
    round.facilitator()?.post(&format!("{review_path}/advisers"), &vice.as_person())?.with(201)?;
    let back = administrator.delete(&path(&round))?.with(200)?.json()?;
    assert_eq!(back["launches_at"], Value::Null);
    let again = administrator.delete(&path(&round))?.with(200)?.json()?;
    assert_eq!(again["revision"], back["revision"], "nothing happens");
    administrator.patch(&round_path, &json!({ "title": "Another" }))?.with(200)?;
    app.time_passes(hours(72))?;
    assert_eq!(administrator.round(&round.id)?["state"], "draft");
    assert_eq!(logged(&trust, "round.launch_unset")?.len(), 1);

    set(&round, 48)?;
    administrator.delete(&round_path)?.with(204)?;
    app.time_passes(hours(49))?;
    assert_eq!(sent(&app, "invitation")?.len() + sent(&app, "not-launched")?.len(), 0);
    Ok(())
}

#[test]
fn a_time_is_set_only_where_the_draft_could_be_launched_now() -> Outcome {
    let app = TestApp::start()?;
    let trust = Trust::found(&app, "Ashgrove Trust")?;
    let round = trust.draft(&RoundPlan::new())?;
    let put = |round: &StartedRound<'_, TestApp>, seconds| {
        trust.administrator.put(&path(round), &json!({ "launches_at": app.time_in(seconds) }))
    };
    assert_eq!(put(&round, 60)?.problem(409)?["type"], "urn:candour:problem:round-not-ready");
    let ready = trust.draft(&RoundPlan::small())?;
    for seconds in [-60, 0, 14 * 24 * 3600] {
        let refused = put(&ready, seconds)?.problem(422)?;
        assert_eq!(refused["errors"][0]["pointer"], "/launches_at", "{refused}");
    }
    // Nor beside another round about the same person that is under way.
    let trust = Trust::found(&app, "Birchwood Trust")?;
    let (first, same) = (trust.open(&RoundPlan::small())?, trust.draft(&RoundPlan::small().about_the_same())?);
    let put = |round: &StartedRound<'_, TestApp>| {
        trust.administrator.put(&path(round), &json!({ "launches_at": app.time_in(60) }))
    };
    assert_eq!(put(&same)?.problem(409)?["type"], "urn:candour:problem:round-under-way");
    assert_eq!(trust.administrator.round(&same.id)?["launches_at"], Value::Null);
    trust.administrator.moves(&first.id, "cancel", &json!({}))?;
    put(&same)?.with(200)?;
    let other = trust.draft(&RoundPlan::small())?;
    round.facilitator()?.put(&path(&other), &json!({ "launches_at": app.time_in(60) }))?.problem(403)?;
    Ok(())
}

#[test]
fn where_it_cannot_be_launched_nothing_is_sent_and_the_administrators_read_why() -> Outcome {
    let app = TestApp::start()?;
    let trust = Trust::found(&app, "Ashgrove Trust")?;
    let round = trust.draft(&RoundPlan::small())?;
    set(&round, 24)?;
    // Meanwhile another round about the same person is launched.
    let other = trust.draft(&RoundPlan::small().about_the_same())?;
    other.launch()?;
    let invitations = sent(&app, "invitation")?.len();
    app.time_passes(hours(25))?;
    let draft = trust.administrator.round(&round.id)?;
    assert_eq!((&draft["state"], &draft["launches_at"]), (&json!("draft"), &Value::Null), "{draft}");
    assert_eq!(sent(&app, "invitation")?.len(), invitations, "nothing is sent");
    let told = sent(&app, "not-launched")?;
    let [told] = told.as_slice() else { finding!("{} emails", told.len()) };
    assert_eq!(told.to, ["hr@ashgrove.example.org"]);
    let text = told.text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        text.contains("was to be launched on")
            && text.contains("nobody has been written to")
            && text.contains("Another round about the same person has not come to its end")
            && text.contains(&format!("/rounds/{}", round.id)),
        "{text}"
    );
    let line = logged(&trust, "round.launch_missed")?.into_iter().next().ok_or("it is not in the log")?;
    assert_eq!((&line["actor"], &line["detail"]["why"]), (&json!("worker"), &json!("under_way")), "{line}");
    app.time_passes(hours(25))?;
    assert_eq!(sent(&app, "not-launched")?.len(), 1, "told once");
    Ok(())
}

#[test]
fn a_service_that_was_off_launches_a_little_later_and_not_days_later() -> Outcome {
    for (away, state, missed) in [(20, "open", 0), (60, "draft", 1)] {
        let app = TestApp::start()?;
        let trust = Trust::found(&app, "Ashgrove Trust")?;
        let round = trust.draft(&RoundPlan::small())?;
        set(&round, 1)?;
        app.restart_after(hours(away))?;
        app.work_until_idle()?;
        assert_eq!(trust.administrator.round(&round.id)?["state"], state, "away for {away} hours");
        assert_eq!(sent(&app, "not-launched")?.len(), missed);
    }
    Ok(())
}

#[test]
fn a_launch_that_breaks_off_in_between_has_not_begun_and_comes_once() -> Outcome {
    let app = TestApp::start()?;
    let trust = Trust::found(&app, "Ashgrove Trust")?;
    let round = trust.draft(&RoundPlan::small())?;
    set(&round, 1)?;
    database::open(&app)?.change("ALTER TABLE links RENAME TO mislaid")?;
    app.time_passes(hours(2))?;
    let draft = trust.administrator.round(&round.id)?;
    assert_eq!((&draft["state"], draft["launches_at"].is_string()), (&json!("draft"), true), "{draft}");
    database::open(&app)?.change("ALTER TABLE mislaid RENAME TO links")?;
    app.time_passes(hours(1))?;
    assert_eq!(trust.administrator.round(&round.id)?["state"], "open");
    assert_eq!(sent(&app, "invitation")?.len(), 11);
    assert_eq!(logged(&trust, "round.launched")?.len(), 1);
    Ok(())
}
