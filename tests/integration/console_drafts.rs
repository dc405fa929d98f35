//! A draft as an administrator changes it in the console, and what is said where it cannot be changed.

use candour_tests::{Outcome, RoundPlan, TestApp, Trust};
use chrono::{TimeDelta, Utc};
use serde_json::json;

/// A wrong letter in the chair's address costs nobody the list.
#[test]
fn another_reader_is_named_and_the_list_stays() -> Outcome {
    let app = TestApp::start()?;
    let trust = Trust::found(&app, "Ashgrove Trust")?;
    let round = trust.draft(&RoundPlan::small())?;
    let review = round.review()?.clone();
    let hr = trust.office()?;
    let before = trust.administrator.raters(&review.id)?;
    let page = format!("/rounds/{}/reviews/{}/reader", round.id, review.id);
    let form = hr.get(&page)?.with(200)?;
    form.says(&[&format!("value=\"{}\"", review.facilitator.email), "The list of people who are asked stays"])?;
    let tag = form.field("tag")?;
    let named = |email: &str| hr.press(&page, &[("tag", &tag), ("reader-name", "New Chair"), ("reader-email", email)]);
    named("no address")?.with(422)?.says(&["<title>Error:", "value=\"no address\""])?;
    named(&review.subject.email)?.with(422)?.says(&["name somebody else"])?;
    named("new.chair@ashgrove.example.org")?.with(200)?.says(&["Somebody else reads the report first now"])?;
    named("late.chair@ashgrove.example.org")?.with(422)?.says(&["Somebody has changed this meanwhile"])?;
    let changed = trust.administrator.get(&format!("/v1/reviews/{}", review.id))?.with(200)?.json()?;
    assert_eq!(changed["facilitator"]["email"], "new.chair@ashgrove.example.org");
    assert_eq!(trust.administrator.raters(&review.id)?, before);
    Ok(())
}

#[test]
fn a_draft_that_waits_for_its_time_is_not_said_to_have_started() -> Outcome {
    let app = TestApp::start()?;
    let trust = Trust::found(&app, "Ashgrove Trust")?;
    let round = trust.draft(&RoundPlan::small())?;
    let at = (app.now() + TimeDelta::hours(30)).with_timezone(&Utc).to_rfc3339();
    trust
        .administrator
        .put(&format!("/v1/rounds/{}/launch-time", round.id), &json!({ "launches_at": at }))?
        .with(200)?;
    let hr = trust.office()?;
    let page = format!("/rounds/{}/reviews", round.id);
    let number = hr.get(&page)?.with(200)?.field("number")?;
    let fields = [
        ("number", number.as_str()),
        ("name", "Second Leader"),
        ("role", "Finance director"),
        ("email", "second@ashgrove.example.org"),
        ("reader-name", "Chair"),
        ("reader-email", "chair@ashgrove.example.org"),
    ];
    let refused = hr.press(&page, &fields)?.with(422)?;
    refused.says(&["The round starts by itself on", "Take that back first", "Second Leader"])?;
    assert!(!refused.text().contains("The round has started"), "{refused}");
    Ok(())
}

#[test]
fn a_round_that_was_ended_is_not_said_to_be_counted_or_to_have_a_report() -> Outcome {
    let app = TestApp::start()?;
    let trust = Trust::found(&app, "Ashgrove Trust")?;
    let round = trust.open(&RoundPlan::small())?;
    let hr = trust.office()?;
    let cancel = format!("/rounds/{}/cancel", round.id);
    let tag = hr.get(&cancel)?.with(200)?.field("tag")?;
    hr.press(&cancel, &[("tag", &tag)])?.with(200)?.says(&["The round has ended without a report"])?;
    let page = hr.get(&format!("/rounds/{}", round.id))?.with(200)?;
    for untrue in ["people are asked", "Counted next", "Send a reminder"] {
        assert!(!page.text().contains(untrue), "{untrue}: {page}");
    }
    let plan = hr.get(&format!("/rounds/{}/retention", round.id))?.with(200)?;
    assert!(!plan.text().contains("What is left of them is the report"), "{plan}");
    Ok(())
}

/// A trust that changes its questionnaire often chooses among those there are, and not among all there have been.
#[test]
fn a_round_chooses_among_the_newest_questionnaires_and_its_own() -> Outcome {
    let app = TestApp::start()?;
    let trust = Trust::found(&app, "Ashgrove Trust")?;
    let round = trust.draft(&RoundPlan::small())?;
    let first = trust.administrator.get(&format!("/v1/frameworks/{}", trust.framework_id))?.with(200)?.json()?;
    let mut ids = vec![trust.framework_id.clone()];
    for number in 2..5 {
        let mut document = first.clone();
        let fields = document.as_object_mut().ok_or("no questionnaire")?;
        fields.retain(|name, _| !["id", "version", "organisation_id", "created_at"].contains(&name.as_str()));
        document["title"] = json!(format!("Questions {number}"));
        let made = trust.administrator.post("/v1/frameworks", &document)?.with(201)?.json()?;
        ids.push(made["id"].as_str().ok_or("no id")?.to_owned());
    }
    let hr = trust.office()?;
    let offered = |path: &str| -> Outcome<Vec<bool>> {
        let page = hr.get(path)?.with(200)?.text();
        Ok(ids.iter().map(|id| page.contains(&format!("name=\"framework\" value=\"{id}\""))).collect())
    };
    assert_eq!(offered("/rounds/new")?, [false, false, false, true]);
    assert_eq!(offered(&format!("/rounds/{}/questions", round.id))?, [true, false, false, true]);
    Ok(())
}
