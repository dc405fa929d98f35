//! Counts laid beside each other, from which trust HR could learn that a single person has answered.

use candour_tests::{Answers, Outcome, Person, RoundPlan, Service, StartedRound, TestApp, Trust};
use serde_json::{Value, json};

/// These people answer.
fn answer(round: &StartedRound<'_, TestApp>, emails: &[&str]) -> Outcome {
    for (person, link) in round.link_of_each()? {
        if emails.iter().any(|email| person.email.starts_with(&format!("{email}@"))) {
            link.submit(&Answers::to(&link.survey()?, |_| Some(4)))?.with(200)?;
        }
    }
    Ok(())
}

fn sets(round: &StartedRound<'_, TestApp>) -> Outcome<Vec<(Value, i64, i64)>> {
    let progress = round.progress()?;
    let sets = progress["reviews"][0]["groups"].as_array().cloned().unwrap_or_default();
    let count = |set: &Value, of: &str| set[of].as_i64().unwrap_or_default();
    Ok(sets.iter().map(|set| (set["groups"].clone(), count(set, "invited"), count(set, "responded"))).collect())
}

/// If a reply to a reminder told how many were reminded, the number would fall when somebody is withdrawn only if they
/// had not answered.
#[test]
fn attack_24_reminders_counted_before_and_after_a_withdrawal() -> Outcome {
    let server = TestApp::start()?;
    let trust = Trust::found(&server, "Ashgrove Trust")?;
    let round = trust.open(&RoundPlan::new().asking("trustees", 9))?;
    round.delivered()?;
    answer(&round, &["trustees1"])?;
    round.night_passes()?;
    let listed = trust.administrator.raters(&round.review()?.id)?;
    // All that can be read right after reminding, and when the reminders have gone: the reply, the work that waits and
    // the counters.
    let remind = || -> Outcome<_> {
        round.quiet_time_passes()?;
        let reply = trust.administrator.post(&format!("/v1/rounds/{}/remind", round.id), &json!({}))?.with(202)?;
        let seen = || -> Outcome<_> {
            let work = trust.administrator.list("/v1/jobs")?;
            let mut kinds: Vec<String> =
                work.iter().filter_map(|job| job["kind"].as_str().map(str::to_owned)).collect();
            kinds.retain(|kind| kind != "round.tell");
            let metrics = server.metrics()?;
            let told: Vec<String> =
                metrics.lines().filter(|line| line.contains("mail.reminder")).map(str::to_owned).collect();
            Ok((kinds, told))
        };
        let waiting = seen()?;
        server.work_until_idle()?;
        Ok((reply.header("etag").map(str::to_owned), reply.json()?, waiting, seen()?))
    };
    let step = |email: &str| -> Outcome<_> {
        let before = remind()?;
        let rater = listed.iter().find(|rater| rater["email"].as_str().is_some_and(|known| known.starts_with(email)));
        let id = rater.and_then(|rater| rater["id"].as_str()).ok_or("not listed")?;
        trust.administrator.delete(&format!("/v1/raters/{id}"))?.succeeded()?;
        Ok((before, remind()?, sets(&round)?))
    };
    let (one, other) = (step("trustees1@")?, step("trustees2@")?);
    assert_eq!(one, other, "the first had answered and the second had not");
    assert_eq!(one.0.1, trust.administrator.round(&round.id)?, "the reply is the round, as it was");
    let audit = trust.administrator.list("/v1/audit-log")?;
    let reminded: Vec<&Value> =
        audit.iter().filter(|event| event["action"] == "round.reminded").map(|event| &event["detail"]).collect();
    assert_eq!(reminded, [&json!({}); 4], "{audit:?}");
    Ok(())
}

/// If progress counted a large group by itself, a result that pools it with a small one would count the small one.
#[test]
fn attack_24_progress_beside_the_result_counts_a_small_group() -> Outcome {
    let server = TestApp::start()?;
    let trust = Trust::found(&server, "Ashgrove Trust")?;
    let round = trust.open(&RoundPlan::new().asking("trustees", 8).asking("headteachers", 6).asking("external", 3))?;
    answer(
        &round,
        &[
            "trustees1",
            "trustees2",
            "external1",
            "external2",
            "headteachers1",
            "headteachers2",
            "headteachers3",
            "headteachers4",
        ],
    )?;
    round.close_and_count()?;
    round.facilitator()?.release(&round.review()?.id)?.with(200)?;
    round.reaches("released")?;
    let result = trust.administrator.get(&format!("/v1/reviews/{}/results", round.review()?.id))?.with(200)?.json()?;
    let pooled = result["blocks"]
        .as_array()
        .and_then(|blocks| blocks.iter().find(|block| block["id"] == "others"))
        .ok_or("no pool")?;
    assert_eq!((&pooled["groups"], &pooled["responded"]), (&json!(["trustees", "external"]), &json!(4)));
    let shown = sets(&round)?;
    assert_eq!(
        shown,
        [(json!(["self", "trustees", "headteachers", "external"]), 18, 8)],
        "HR sees that answers come in"
    );
    let of_trustees =
        shown.into_iter().find(|(groups, ..)| groups == &json!(["trustees"])).map(|(.., responded)| responded);
    assert_eq!(
        of_trustees, None,
        "4 in the pool, of whom {of_trustees:?} are trustees: the rest is how many of 3 partners answered"
    );
    Ok(())
}

/// If groups were counted by how many are asked, two more people asked would make a small group large enough to be
/// counted by itself.
#[test]
fn attack_24_asking_more_people_splits_a_count() -> Outcome {
    let server = TestApp::start()?;
    let trust = Trust::found(&server, "Ashgrove Trust")?;
    let plan =
        RoundPlan::new().asking("chair", 1).asking("trustees", 8).asking("executive_team", 3).asking("external", 2);
    let round = trust.open(&plan)?;
    answer(&round, &["external1"])?;
    round.night_passes()?;
    let before: Vec<Value> = sets(&round)?.into_iter().map(|(groups, ..)| groups).collect();
    let two: Vec<Value> = (1..=2).map(|at| Person::called(&format!("Puppet{at}"), "external").as_rater()).collect();
    let seen = sets(&round)?;
    trust.administrator.post(&format!("/v1/reviews/{}/raters", round.review()?.id), &json!(two))?.with(201)?;
    assert_eq!(sets(&round)?, seen, "who waits for the facilitator is not counted");
    round.agree()?;
    let after = sets(&round)?;
    let groups: Vec<Value> = after.iter().map(|(groups, ..)| groups.clone()).collect();
    assert_eq!(
        groups, before,
        "if these differ, how many of the two partners have answered is now counted by itself: {after:?}"
    );
    assert_eq!(after, [(json!(["self", "chair", "trustees", "executive_team", "external"]), 17, 1)]);
    Ok(())
}
