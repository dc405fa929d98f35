//! A result that nobody learns of: the facilitator is told at the count and before anything is destroyed, and whoever
//! ends or releases something that shows nothing is asked first.

use std::time::Duration;

use candour_tests::{Outcome, RoundPlan, Service, StartedRound, TestApp, Trust, database};
use chrono::TimeDelta;
use serde_json::{Value, json};

const PATIENCE: Duration = Duration::from_mins(1);

/// The subjects of the emails to an address that begin like this, once there are so many.
fn told(server: &TestApp, address: &str, beginning: &str, many: usize) -> Outcome<Vec<String>> {
    server.until("an email", PATIENCE, || {
        let emails = server.mailbox().to(address)?.into_iter().filter(|email| email.subject.starts_with(beginning));
        let texts: Vec<String> = emails.map(|email| email.text).collect();
        Ok((texts.len() >= many).then_some(texts))
    })
}

fn refused(trust: &Trust<'_, TestApp>, round: &StartedRound<'_, TestApp>) -> Outcome<String> {
    let refused = trust.administrator.post(&format!("/v1/rounds/{}/close", round.id), &json!({}))?.problem(409)?;
    assert_eq!(refused["type"], "urn:candour:problem:confirmation-needed");
    Ok(refused["detail"].as_str().unwrap_or_default().to_owned())
}

#[test]
fn the_facilitator_learns_of_the_count_and_is_reminded_twice_before_the_answers_go() -> Outcome {
    let server = TestApp::start()?;
    let trust = Trust::found(&server, "Ashgrove Trust")?;
    let round = trust.open(&RoundPlan::small())?;
    round.everybody_answers(|rater, item| Some(u8::try_from((rater + item) % 3 + 3).unwrap_or(3)))?;
    round.close_and_count()?;
    let (facilitator, subject) = (round.review()?.facilitator.email.clone(), round.review()?.subject.email.clone());
    let counted = told(&server, &facilitator, "The report about", 1)?;
    assert!(counted[0].contains("have been counted") && counted[0].contains("two reminders"), "{}", counted[0]);

    let administrators =
        database::rows(&database::open(&server)?, "SELECT email FROM accounts WHERE administrator")?.rows;
    let administrator = administrators.into_iter().flatten().flatten().next().ok_or("no administrator")?;
    for (days, many) in [(151, 1), (23, 2)] {
        server.restart_after(TimeDelta::days(days))?;
        let to_both = told(&server, &facilitator, "The report about", 1 + many)?;
        let to_administrator = told(&server, &administrator, "The report about", many)?;
        for text in to_both.iter().skip(1).chain(&to_administrator) {
            assert!(text.contains("has not been released") && text.contains("will be destroyed"), "{text}");
        }
        assert!(
            to_administrator.iter().all(|text| text.contains("Only Chair") || text.contains("can release it")),
            "{to_administrator:?}"
        );
    }
    // A restart warns nobody again.
    server.restart_after(TimeDelta::zero())?;
    round.facilitator()?.release(&round.review()?.id)?.with(200)?;
    told(&server, &subject, "Your feedback report", 1)?;
    assert_eq!(told(&server, &administrator, "The report about", 2)?.len(), 2);
    Ok(())
}

#[test]
fn closing_asks_by_what_progress_shows_and_an_empty_report_promises_the_subject_nothing() -> Outcome {
    let server = TestApp::start()?;
    let trust = Trust::found(&server, "Ashgrove Trust")?;
    let round = trust.open(&RoundPlan::new().asking("staff", 6))?;
    let links = round.link_of_each()?;
    let before = refused(&trust, &round)?;
    assert!(before.contains("Nobody has been counted yet") && before.contains("\"confirm\": true"), "{before}");
    let (_, staff) = links.iter().find(|(person, _)| person.group == "staff").ok_or("no staff")?;
    staff.submit(&candour_tests::Answers::to(&staff.survey()?, |_item| Some(4)))?.with(200)?;
    assert_eq!(refused(&trust, &round)?, before, "it tells nothing of who has answered since");
    round.night_passes()?;
    let few = refused(&trust, &round)?;
    assert!(few.contains("fewer than 4 people had answered in the review"), "{few}");
    assert_eq!(trust.administrator.round(&round.id)?["state"], "open");
    round.close_and_count()?;

    let (facilitator, review) = (round.facilitator()?, round.review()?);
    let path = format!("/v1/reviews/{}/release", review.id);
    let asked: Value = facilitator.post(&path, &json!({}))?.problem(409)?;
    assert_eq!(asked["type"], "urn:candour:problem:confirmation-needed");
    assert!(asked["detail"].as_str().is_some_and(|detail| detail.contains("shows nothing")), "{asked}");
    facilitator.post(&path, &json!({ "confirm": true }))?.with(200)?;
    let told = told(&server, &review.subject.email, "The round of feedback about your work has ended", 1)?;
    assert!(told[0].contains("Too few people answered") && !told[0].contains("ready to read"), "{}", told[0]);
    Ok(())
}
