//! What trust HR sees while a round is open: never who has answered.

use std::collections::BTreeMap;

use candour_tests::{
    Administrator, Answers, METERED, Outcome, RaterLink, RoundPlan, Server, Service, Smtpd, StartedRound, TestApp,
    Trust, assert_document, wait,
};
use serde_json::{Value, json};

fn rater_ids(administrator: &Administrator, review: &str) -> Outcome<BTreeMap<String, String>> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    Ok(administrator.raters(review)?.iter().map(|rater| (text(&rater["email"]), text(&rater["id"]))).collect())
}

/// The raters at these places answer.
fn answer(round: &StartedRound<'_, TestApp>, places: &[usize]) -> Outcome {
    let links = round.link_of_each()?;
    for &at in places {
        let (_, link) = links.get(at).ok_or("no such rater")?;
        link.submit(&Answers::to(&link.survey()?, |_| Some(4)))?.with(200)?;
    }
    Ok(())
}

#[test]
fn everybody_is_counted_together() -> Outcome {
    let server = TestApp::start()?;
    let trust = Trust::found(&server, "Ashgrove Trust")?;
    let plan =
        RoundPlan::new().asking("chair", 1).asking("trustees", 8).asking("executive_team", 3).asking("external", 2);
    let round = trust.open(&plan)?;
    let before = round.progress()?;
    answer(&round, &[0, 1, 2, 3, 10])?;
    assert_eq!(round.progress()?, before, "nothing moves on the day itself");
    let after = round.night_passes()?;
    assert_document!(after, @r#"
    {
      "as_of": "2027-06-03 [time]",
      "next_at": "2027-06-04 [time]",
      "reviews": [
        {
          "review_id": "[id]",
          "groups": [
            {
              "groups": [
                "self",
                "chair",
                "trustees",
                "executive_team",
                "external"
              ],
              "invited": 15,
              "responded": 5
            }
          ]
        }
      ]
    }
    "#);
    let shape = |progress: &Value| -> Vec<Value> {
        progress["reviews"][0]["groups"].as_array().into_iter().flatten().map(|set| set["groups"].clone()).collect()
    };
    assert_eq!(shape(&before), shape(&after), "which groups are listed does not depend on who has answered");
    for person in &round.review()?.raters {
        assert!(!after.to_string().contains(&person.email) && !after.to_string().contains(&person.name), "{after}");
    }
    Ok(())
}

#[test]
fn a_list_of_raters_is_the_same_before_and_after_they_answer_decline_and_are_reminded() -> Outcome {
    let server = TestApp::start()?;
    let trust = Trust::found(&server, "Ashgrove Trust")?;
    let round = trust.open(&RoundPlan::small())?;
    let review = &round.review()?.id;
    round.delivered()?;
    let before = trust.administrator.raters(review)?;
    let of_round = trust.administrator.round(&round.id)?;
    answer(&round, &[0, 2, 3, 7])?;
    let links = round.link_of_each()?;
    links.get(4).ok_or("no such rater")?.1.decline()?.succeeded()?;
    assert_eq!(trust.administrator.raters(review)?, before);

    let already = server.mailbox().read()?.len();
    let reminded =
        trust.administrator.post(&format!("/v1/rounds/{}/remind", round.id), &json!({}))?.with(202)?.json()?;
    assert_eq!(reminded, of_round, "the reply is the round, as it was: it does not say how many are reminded");
    // 11 asked, 4 answered, 1 declined.
    server.work_until_idle()?;
    assert_eq!(server.mailbox().count()?, already + 6);
    assert_eq!(trust.administrator.raters(review)?, before, "a reminder changes nothing that HR sees");
    let unchanged = trust.administrator.round(&round.id)?;
    assert_eq!(unchanged["revision"], of_round["revision"], "neither does the round");
    let declined = &links.get(4).ok_or("no such rater")?.0.email;
    assert_eq!(server.mailbox().to(declined)?.len(), 1, "who declined is left alone");
    let audit = trust.administrator.get("/v1/audit-log")?.with(200)?.text();
    for person in &round.review()?.raters {
        assert!(!audit.contains(&person.email), "the audit log names a rater: {audit}");
    }
    Ok(())
}

#[test]
fn a_reminder_looks_the_same_however_many_are_outstanding() -> Outcome {
    let server = TestApp::start()?;
    let trust = Trust::found(&server, "Ashgrove Trust")?;
    let round = trust.open(&RoundPlan::small())?;
    round.delivered()?;
    let remind = || -> Outcome<_> {
        round.quiet_time_passes()?;
        let reply = trust.administrator.post(&format!("/v1/rounds/{}/remind", round.id), &json!({}))?;
        Ok((reply.status, reply.header("etag").map(str::to_owned), reply.text()))
    };
    let of_everybody = remind()?;
    assert_eq!(of_everybody.0, 202);
    answer(&round, &[0, 1, 2, 3, 4, 5, 6, 7])?;
    assert_eq!(remind()?, of_everybody, "3 are outstanding");
    answer(&round, &[8, 9, 10])?;
    assert_eq!(remind()?, of_everybody, "nobody is");
    let again = || -> Outcome<_> {
        let reply = trust.administrator.post(&format!("/v1/rounds/{}/remind", round.id), &json!({}))?;
        Ok((reply.status, reply.header("etag").map(str::to_owned), reply.text().replace(char::is_numeric, "0")))
    };
    let of_nobody = again()?;
    assert_eq!(of_nobody.0, 409);
    let another = trust.open(&RoundPlan::small())?;
    trust.administrator.moves(&another.id, "remind", &json!({}))?;
    let reply = trust.administrator.post(&format!("/v1/rounds/{}/remind", another.id), &json!({}))?;
    assert_eq!(
        (reply.status, reply.text().replace(char::is_numeric, "0")),
        (409, of_nobody.2),
        "where 11 are outstanding"
    );
    Ok(())
}

#[test]
fn withdrawing_somebody_who_has_answered_looks_like_withdrawing_anyone() -> Outcome {
    let server = TestApp::start()?;
    let trust = Trust::found(&server, "Ashgrove Trust")?;
    let round = trust.open(&RoundPlan::new().asking("trustees", 6))?;
    let review = round.review()?.id.clone();
    round.delivered()?;
    answer(&round, &[1])?;
    let before = round.night_passes()?;
    let ids = rater_ids(&trust.administrator, &review)?;
    let people = &round.review()?.raters;
    let withdraw = |at: usize| -> Outcome<_> {
        let id = people.get(at).and_then(|person| ids.get(&person.email)).ok_or("no such rater")?;
        let first = trust.administrator.delete(&format!("/v1/raters/{id}"))?;
        let second = trust.administrator.delete(&format!("/v1/raters/{id}"))?;
        Ok(((first.status, first.body), (second.status, second.body)))
    };
    let answered = withdraw(1)?;
    let between = round.progress()?;
    let unanswered = withdraw(2)?;
    let after = round.progress()?;
    assert_eq!(before["reviews"][0]["groups"][0]["responded"], 1, "{before}");
    assert_eq!(answered, unanswered, "the reply is the same, the first time and the second");
    assert!((200..300).contains(&answered.0.0), "{answered:?}");
    assert_eq!(steps(&before, &between), steps(&between, &after), "the counts move alike: {before} {between} {after}");
    let shown = trust.administrator.raters(&review)?;
    let line = |at: usize| -> Vec<(String, Value)> {
        let line =
            shown.iter().find(|rater| people.get(at).is_some_and(|person| rater["email"] == person.email.as_str()));
        let line = line.and_then(Value::as_object).cloned().unwrap_or_default();
        line.into_iter().filter(|(name, _)| !["id", "name", "email"].contains(&name.as_str())).collect()
    };
    assert_eq!(line(1), line(2));
    answer(&round, &[0, 3, 4, 5])?;
    round.close_and_count()?;
    let result = round.facilitator()?.result(&review)?;
    assert_eq!(
        result["blocks"][0]["responded"], 4,
        "an answer that was sent before stays in: nobody could tell which one it is"
    );
    Ok(())
}

/// By how much each count of the progress has moved.
fn steps(from: &Value, to: &Value) -> Vec<(i64, i64)> {
    let numbers = |progress: &Value| -> Vec<(i64, i64)> {
        let sets = progress["reviews"][0]["groups"].as_array().cloned().unwrap_or_default();
        sets.iter()
            .map(|set| (set["invited"].as_i64().unwrap_or_default(), set["responded"].as_i64().unwrap_or_default()))
            .collect()
    };
    numbers(from).into_iter().zip(numbers(to)).map(|((a, b), (c, d))| (c - a, d - b)).collect()
}

#[test]
fn waiting_work_does_not_say_who_has_answered() -> Outcome {
    let folder = tempfile::tempdir()?;
    let mut smtpd = Smtpd::start(folder.path(), &[])?;
    let server = Server::start_with(&[
        METERED,
        ("CANDOUR_SMTP_URL", &smtpd.url()),
        ("CANDOUR_MAIL_FROM", "candour@ashgrove.example.org"),
    ])?;
    let trust = Trust::found(&server, "Ashgrove Trust")?;
    let round = trust.open(&RoundPlan::small())?;
    round.delivered()?;
    let first = smtpd.mailbox().to(&round.review()?.raters[1].email)?;
    let link = RaterLink::new(server.http()?, &first.first().ok_or("no invitation")?.links.concat());
    link.submit(&Answers::to(&link.survey()?, |_| Some(4)))?.with(200)?;
    smtpd.kill()?;
    let connection = candour_tests::database::open(&server)?;
    let later = json!({ "closes_at": wait::time_in(30 * 24 * 3600) });
    for (step, body, kind, people) in [
        ("remind", json!({}), "mail.reminder", 10),
        ("extend", later, "mail.extended", 10),
        ("close", json!({ "confirm": true }), "mail.received", 1),
    ] {
        trust.administrator.moves(&round.id, step, &body)?;
        wait::until(&format!("the emails of {step} to fail"), std::time::Duration::from_secs(30), || {
            let failed = format!("SELECT COUNT(*) FROM jobs WHERE kind = '{kind}' AND error IS NOT NULL");
            Ok((candour_tests::database::number(&connection, &failed)? >= people).then_some(()))
        })?;
        for query in ["", "?state=waiting", "?state=running", "?state=dead"] {
            let work = trust.administrator.list(&format!("/v1/jobs{query}"))?;
            // The sweep, and one email each to the facilitator and the administrator when the round has been counted,
            // whoever has answered.
            let known = |job: &serde_json::Value| {
                let of_the_count = ["mail.counted", "mail.round_counted"].contains(&job["kind"].as_str().unwrap_or(""));
                job["kind"] == "receipts.sweep" || (step == "close" && of_the_count)
            };
            assert!(work.iter().all(known), "after {step}, the number of emails can be read: {work:?}");
        }
        let metrics = server.metrics()?;
        assert!(
            metrics.contains("mail.invitation") && !metrics.contains(kind),
            "after {step}, emails are counted: {metrics}"
        );
    }
    let log = server.log()?;
    for kind in ["mail.reminder", "mail.extended", "mail.received"] {
        assert!(!log.contains(kind), "how often {kind} failed is logged: {log}");
    }
    Ok(())
}
