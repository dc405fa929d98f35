//! Access that is given again: somebody whose access was ended by mistake comes back, and nothing they had before does.

use std::time::Duration;

use candour_tests::{Outcome, Person, RoundPlan, Service, TestApp, Trust};
use chrono::TimeDelta;
use serde_json::Value;

fn of<'v>(people: &'v Value, email: &str) -> Outcome<&'v Value> {
    let items = people["items"].as_array().ok_or("no people")?;
    Ok(items.iter().find(|person| person["email"] == email).ok_or("nobody with this address")?)
}

/// A chair reads a report first, so they cannot be invited as somebody who runs rounds.
#[test]
fn a_chair_whose_access_was_ended_is_given_it_again_and_reads_what_they_read_before() -> Outcome {
    let app = TestApp::start()?;
    let trust = Trust::found(&app, "Ashgrove Trust")?;
    let round = trust.draft(&RoundPlan::small())?;
    let review = round.review()?.clone();
    let chair = review.facilitator.clone();
    let before = app.signed_in(&trust.id, &chair, Some(0))?;
    let page = format!("/reviews/{}/advisers", review.id);
    before.get(&page)?.with(200)?;

    let hr = app.signed_in(&trust.id, &Person::called("hr", "staff"), Some(0))?;
    let people = trust.administrator.get("/v1/people")?.with(200)?.json()?;
    let old = of(&people, &chair.email)?["id"].as_str().ok_or("no id")?.to_owned();
    let again = format!("/people/{old}/invite");
    trust.administrator.post(&format!("/v1/people/{old}/access"), &serde_json::json!({}))?.problem(409)?;
    hr.press(&format!("/people/{old}/end"), &[])?.with(200)?;
    before.get(&page)?.with(303)?;

    let asked = hr.get(&again)?.with(200)?.text();
    assert!(asked.contains("Give access again") && asked.contains("They do not run rounds"), "{asked}");
    let listed = hr.press(&again, &[])?.with(200)?.text();
    assert!(listed.contains("They have access again"), "{listed}");
    let people = trust.administrator.get("/v1/people")?.with(200)?.json()?;
    let new = of(&people, &chair.email)?;
    assert_ne!(new["id"].as_str(), Some(old.as_str()), "it is another account");
    assert_eq!(new["administrator"], false, "{new}");
    let email = app.until("the email", Duration::from_secs(30), || {
        let emails = app.mailbox().to(&chair.email)?;
        Ok(emails.into_iter().find(|email| email.subject.starts_with("You can sign in again")))
    })?;
    assert!(email.text.contains("/sign-in"), "{}", email.text);

    before.get(&page)?.with(303)?;
    let back = app.visitor()?;
    back.sign_in(&app.mailbox(), &chair.email)?.with(200)?;
    assert_eq!(back.get(&page)?.status, 403, "a code alone opens nothing that is the facilitator's");
    app.signed_in(&trust.id, &chair, Some(0))?.get(&page)?.with(200)?;
    hr.press(&again, &[])?.with(404)?;
    app.time_passes(TimeDelta::minutes(1))
}
