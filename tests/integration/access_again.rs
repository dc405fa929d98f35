//! Access that is given again: somebody whose access was ended by mistake comes back, and nothing they had before does.

use std::time::Duration;

use candour_tests::visitor::codes;
use candour_tests::{Outcome, Person, RoundPlan, Service, TestApp, Trust, Visitor};
use chrono::TimeDelta;
use serde_json::{Value, json};

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

    let hr = trust.office()?;
    let people = trust.administrator.get("/v1/people")?.with(200)?.json()?;
    let old = of(&people, &chair.email)?["id"].as_str().ok_or("no id")?.to_owned();
    let again = format!("/people/{old}/invite");
    trust.administrator.post(&format!("/v1/people/{old}/access"), &serde_json::json!({}))?.problem(409)?;
    hr.press(&format!("/people/{old}/end"), &[])?.with(200)?;
    before.get(&page)?.with(303)?;
    let ended = app.until("the email", Duration::from_secs(30), || {
        let emails = app.mailbox().to(&chair.email)?;
        Ok(emails.into_iter().find(|email| email.message_id.starts_with("<access-ended")))
    })?;
    assert!(!ended.text.contains("sign in now"), "nobody is told to sign in who cannot: {}", ended.text);

    let asked = hr.get(&again)?.with(200)?.text();
    assert!(asked.contains("Give access again") && asked.contains("They do not run rounds"), "{asked}");
    let moved = hr.press(&again, &[])?.with(422)?.text();
    assert!(moved.contains("Their access has changed since you opened this page"), "{moved}");
    let listed = hr.press(&again, &[("wanted", "restore")])?.with(200)?.text();
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

/// The address at home of a chair, to which a code has been typed.
fn at_home(app: &TestApp, chair: &Visitor) -> Outcome<&'static str> {
    let home = "chair.at.home@elsewhere.example";
    let typed = chair.post("/account/addresses", &[("email", home)])?.with(303)?;
    let confirm = typed.header("location").ok_or("it leads nowhere")?.to_owned();
    let code = app.until("the code", Duration::from_secs(30), || Ok(codes(&app.mailbox(), home)?.pop()))?;
    chair.post(&confirm, &[("code", &code)])?.with(303)?;
    Ok(home)
}

/// A trust's IT reads the mailboxes of the trust. Ending the chair's access and giving it back would leave the chair
/// with their mailbox alone, so nothing of it is done in silence.
#[test]
fn a_chair_is_told_at_home_whatever_is_done_to_their_access() -> Outcome {
    let app = TestApp::start()?;
    let trust = Trust::found(&app, "Ashgrove Trust")?;
    let round = trust.draft(&RoundPlan::small())?;
    let chair = round.review()?.facilitator.clone();
    let home = at_home(&app, &app.signed_in(&trust.id, &chair, Some(0))?)?;
    let hr = trust.office()?;
    let people = trust.administrator.get("/v1/people")?.with(200)?.json()?;
    let id = of(&people, &chair.email)?["id"].as_str().ok_or("no id")?.to_owned();

    hr.press(&format!("/people/{id}/end"), &[])?.with(200)?;
    hr.press(&format!("/people/{id}/invite"), &[("wanted", "restore")])?.with(200)?;
    let reader = app.visitor()?;
    reader.sign_in(&app.mailbox(), &chair.email)?.with(200)?;
    app.until("the emails at home", Duration::from_secs(30), || {
        let emails = app.mailbox().to(home)?;
        let told = |kind: &str| emails.iter().any(|email| email.message_id.starts_with(&format!("<{kind}")));
        Ok((told("access-ended") && told("access-restored")).then_some(()))
    })?;
    let addresses = reader.get("/account/addresses")?.with(200)?.text();
    assert!(addresses.contains(home), "what is added to the new account is told there as well: {addresses}");
    Ok(())
}

/// Somebody who reads the mailbox of an administrator signs in as them and adds a passkey, which runs rounds at once.
#[test]
fn an_administrator_ends_no_access_and_gives_none_again_until_it_is_sure_who_they_are() -> Outcome {
    let app = TestApp::start()?;
    let trust = Trust::found(&app, "Ashgrove Trust")?;
    let round = trust.draft(&RoundPlan::small())?;
    let chair = round.review()?.facilitator.clone();
    let chairs = app.signed_in(&trust.id, &chair, Some(0))?;
    let people = trust.administrator.get("/v1/people")?.with(200)?.json()?;
    let id = of(&people, &chair.email)?["id"].as_str().ok_or("no id")?.to_owned();
    let waiting = app.signed_in(&trust.id, &Person::called("hr", "staff"), Some(24))?;
    waiting.get("/people")?.with(200)?;
    let refused = waiting.press(&format!("/people/{id}/end"), &[])?.with(422)?.text();
    assert!(refused.contains("try again when the wait is over"), "{refused}");
    chairs.get("/account")?.with(200)?;

    // Nor do they give it again, by inviting either. Somebody new they invite.
    let ends = |email: &str| -> Outcome<String> {
        let people = trust.administrator.get("/v1/people")?.with(200)?.json()?;
        let id = of(&people, email)?["id"].as_str().ok_or("no id")?.to_owned();
        trust.administrator.delete(&format!("/v1/people/{id}"))?.with(204)?;
        Ok(id)
    };
    let (name, email) = ("Colin Quillfeather", "colin@ashgrove.example.org");
    let invites = || waiting.press("/people/invite", &[("name", name), ("email", email)]);
    invites()?.with(200)?;
    let ended = ends(email)?;
    for refused in [invites()?, waiting.press(&format!("/people/{ended}/invite"), &[("wanted", "restore")])?] {
        let refused = refused.with(422)?.text();
        assert!(refused.contains("try again when the wait is over"), "{refused}");
    }
    trust.administrator.post("/v1/people", &json!({ "name": name, "email": email }))?.with(201)?;
    Ok(())
}
