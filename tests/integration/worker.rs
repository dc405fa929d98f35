//! What happens by itself: closing at the deadline, counting, releasing at a set time.

use std::time::Duration;

use candour_tests::{Answers, Outcome, RoundPlan, Server, Service, StartedRound, TestApp, Trust};
use chrono::TimeDelta;
use serde_json::json;

fn closing_soon<'a>(trust: &'a Trust<'a, TestApp>, seconds: i64) -> Outcome<StartedRound<'a, TestApp>> {
    let round = trust.draft(&RoundPlan::small())?;
    let soon = json!({ "closes_at": trust.server.time_in(seconds) });
    trust.administrator.patch(&format!("/v1/rounds/{}", round.id), &soon)?.with(200)?;
    round.launch()?;
    Ok(round)
}

#[test]
fn a_round_closes_at_its_deadline_and_is_counted() -> Outcome {
    let server = TestApp::start()?;
    let trust = Trust::found(&server, "Ashgrove Trust")?;
    let round = closing_soon(&trust, 8)?;
    let links = round.link_of_each()?;
    for (_, link) in links.iter().skip(1) {
        link.submit(&Answers::to(&link.survey()?, |item| Some(u8::try_from(item % 4 + 2).unwrap_or(2))))?.with(200)?;
    }
    let (_, late) = links.first().ok_or("no link")?;
    server.time_passes(TimeDelta::seconds(6))?;
    assert_eq!(late.get()?.with(200)?.json()?["state"], "open", "a moment before");
    server.time_passes(TimeDelta::seconds(2))?;
    let state = late.get()?;
    assert!(state.status == 410 || state.json()?["state"] == "closed", "{state}");
    late.submit(&Answers::default().saying("keep", "Too late"))?.problem(410)?;
    let page = late.page("")?.with(410)?.text().to_lowercase();
    assert!(page.contains("closed"), "{page}");
    round.reaches("counted")?;
    let result = round.facilitator()?.result(&round.review()?.id)?;
    assert_eq!(result["blocks"].as_array().map_or(0, Vec::len), 2, "{result}");
    Ok(())
}

#[test]
fn a_round_is_open_for_its_two_weeks_and_counted_then() -> Outcome {
    let app = TestApp::start()?;
    let trust = Trust::found(&app, "Ashgrove Trust")?;
    let round = trust.open(&RoundPlan::small())?;
    round.everybody_answers(|_rater, _item| Some(4))?;
    app.days_pass(13)?;
    assert_eq!(trust.administrator.round(&round.id)?["state"], "open");
    app.days_pass(1)?;
    assert_eq!(trust.administrator.round(&round.id)?["state"], "counted");
    Ok(())
}

#[test]
fn a_deadline_that_passes_while_the_service_is_down_is_kept_afterwards() -> Outcome {
    let server = TestApp::start()?;
    let trust = Trust::found(&server, "Ashgrove Trust")?;
    let round = closing_soon(&trust, 8)?;
    for (_, link) in round.link_of_each()? {
        link.submit(&Answers::to(&link.survey()?, |_| Some(3)))?.with(200)?;
    }
    server.restart_after(TimeDelta::days(1))?;
    round.reaches("counted")?;
    Ok(())
}

#[test]
fn a_release_can_be_set_for_later() -> Outcome {
    let server = TestApp::start()?;
    let trust = Trust::found(&server, "Ashgrove Trust")?;
    let round = trust.open(&RoundPlan::small())?;
    round.everybody_answers(|rater, item| Some(u8::try_from((rater + item) % 4 + 2).unwrap_or(2)))?;
    round.close_and_count()?;
    let integration = trust.integration(&["results:read"])?;
    let results = format!("/v1/reviews/{}/results", round.review()?.id);
    let facilitator = round.facilitator()?;
    let release = format!("/v1/reviews/{}/release", round.review()?.id);
    facilitator.post(&release, &json!({ "release_at": server.time_in(-60) }))?.problem(422)?;
    facilitator.post(&release, &json!({ "release_at": server.time_in(3600) }))?.with(200)?;
    server.time_passes(TimeDelta::minutes(59))?;
    integration.get(&results)?.problem(404)?;
    server.time_passes(TimeDelta::minutes(1))?;
    round.reaches("released")?;
    integration.get(&results)?.with(200)?;
    facilitator.release(&round.review()?.id)?.problem(409)?;
    Ok(())
}

#[test]
fn a_kill_during_the_count_leaves_all_or_nothing() -> Outcome {
    let server = Server::start()?;
    let trust = Trust::found(&server, "Ashgrove Trust")?;
    let round = trust.open(&RoundPlan::new().asking("trustees", 8).asking("staff", 30))?;
    round.everybody_answers(|rater, item| Some(u8::try_from((rater + item) % 4 + 2).unwrap_or(2)))?;
    trust.administrator.moves(&round.id, "close", &json!({ "confirm": true }))?;
    for pause in [0, 20, 60] {
        std::thread::sleep(Duration::from_millis(pause));
        server.kill()?;
        server.begin()?;
    }
    // The count belonged to the worker that was killed until its lease ran out.
    round.reaches("counted")?;
    let result = round.facilitator()?.result(&round.review()?.id)?;
    assert_eq!(
        result["blocks"].as_array().into_iter().flatten().map(|block| block["responded"].as_u64()).collect::<Vec<_>>(),
        [Some(8), Some(30)]
    );
    let comments = result["comments"].to_string();
    for at in 1..39 {
        assert_eq!(
            comments.matches(&format!("Comment number {at} on keeping.")).count(),
            1,
            "rater {at} is counted once"
        );
    }
    Ok(())
}
