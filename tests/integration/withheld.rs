//! A round whose answers cannot be turned into a result: nothing is published, and those who wait for it are told.

use std::time::Duration;

use candour_tests::{Answers, Outcome, RoundPlan, Server, Trust, database, finding, wait};
use serde_json::{Value, json};

#[test]
fn a_round_that_cannot_be_counted_publishes_nothing_and_tells_its_facilitator() -> Outcome {
    let server = Server::start()?;
    let trust = Trust::found(&server, "Ashgrove Trust")?;
    let round = trust.open(&RoundPlan::new().asking("trustees", 5))?;
    for link in round.links()?.into_values().flatten() {
        let survey = link.survey()?;
        link.submit(&Answers::to(&survey, |_| Some(3)))?.with(200)?;
    }
    // A fault is made past the service: the questionnaire no longer has an item that everybody answered.
    let rename = |from: &str, to: &str| -> Outcome {
        server.stop()?;
        let look = database::open(&server)?;
        assert_ne!(
            look.change(&format!("UPDATE frameworks SET content = replace(content, '\"{from}\"', '\"{to}\"')"))?,
            0
        );
        drop(look);
        server.begin()
    };
    rename("ethics.1", "ethics.91")?;
    trust.administrator.moves(&round.id, "close", &json!({ "confirm": true }))?;

    let review = round.review()?;
    let job = wait::until("the count to fail for good", Duration::from_mins(1), || {
        let jobs = trust.administrator.list("/v1/jobs?state=dead")?;
        Ok(jobs.into_iter().find(|job| job["kind"] == "round.count"))
    })?;
    let told = wait::until("the email to the facilitator", Duration::from_mins(1), || {
        let written = server.mailbox().to(&review.facilitator.email)?;
        Ok(written.into_iter().find(|email| email.subject.contains("There is no report about")))
    })?;
    assert!(told.text.contains("nothing has been published") && !told.text.contains("ethics"), "{}", told.text);
    let facilitator = round.facilitator()?;
    facilitator.get(&format!("/v1/reviews/{}/results", review.id))?.problem(404)?;
    let state = trust.administrator.get(&format!("/v1/rounds/{}", round.id))?.with(200)?.json()?;
    assert_eq!(state["state"], "closed");
    let errors =
        server.log()?.lines().filter(|line| line.contains("\"ERROR\"") && line.contains("round.count")).count();
    assert_eq!(errors, 1, "the operator is told once: another attempt would fail in the same way");

    // Once it is corrected, the same answers give a report.
    rename("ethics.91", "ethics.1")?;
    let id = job["id"].as_str().ok_or("an id")?;
    trust.administrator.post(&format!("/v1/jobs/{id}/retry"), &json!({}))?.with(202)?;
    round.reaches("counted")?;
    let result: Value = facilitator.get(&format!("/v1/reviews/{}/results", review.id))?.with(200)?.json()?;
    if result["blocks"][0]["responded"] != 5 {
        finding!("five trustees: {result}");
    }
    Ok(())
}
