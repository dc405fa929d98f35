//! Copies of rounds: what the next round has from the last one, and that nobody can read from it what raters did.

use candour_tests::{
    Administrator, Answers, Outcome, Person, RoundPlan, Server, Service, Smtpd, TestApp, Trust, finding,
};
use serde_json::{Value, json};

const NOBODY: &str = "00000000-0000-4000-8000-000000000000";
const UNKNOWN: &str = "550 5.1.1 No such user here";

/// A copy, and the people on the list of each of its reviews, without ids and times, which are new in each copy.
fn copied(administrator: &Administrator, round: &str, body: &Value) -> Outcome<(Value, Vec<Value>)> {
    let reply = administrator.post(&format!("/v1/rounds/{round}/copy"), body)?.with(201)?;
    let mut copy = reply.json()?;
    assert_eq!(reply.header("location"), Some(format!("/v1/rounds/{}", copy["id"].as_str().unwrap_or("?")).as_str()));
    let mut people = Vec::new();
    for review in copy["reviews"].as_array().into_iter().flatten() {
        if let Some(id) = review["review_id"].as_str() {
            people.extend(administrator.raters(id)?);
        }
    }
    for person in &mut people {
        remove(person, &["id"]);
    }
    people.sort_by_key(ToString::to_string);
    remove(&mut copy, &["id", "created_at"]);
    for review in copy["reviews"].as_array_mut().into_iter().flatten() {
        remove(review, &["review_id"]);
    }
    Ok((copy, people))
}

fn remove(document: &mut Value, fields: &[&str]) {
    if let Some(document) = document.as_object_mut() {
        document.retain(|name, _| !fields.contains(&name.as_str()));
    }
}

fn email(name: &str) -> String {
    format!("{name}@ashgrove.example.org")
}

#[test]
fn a_copy_is_the_same_whoever_has_answered_declined_opened_or_could_not_be_reached() -> Outcome {
    let folder = tempfile::tempdir()?;
    let smtpd = Smtpd::start(folder.path(), &["--once", &email("trustees5"), UNKNOWN])?;
    let from = "Feedback <feedback@ashgrove.example.org>";
    let server = Server::start_with(&[("CANDOUR_SMTP_URL", &smtpd.url()), ("CANDOUR_MAIL_FROM", from)])?;
    let trust = Trust::found(&server, "Ashgrove Trust")?;
    let round = trust.draft(&RoundPlan::small())?;
    let (administrator, review) = (&trust.administrator, round.review()?.id.clone());
    let before = copied(administrator, &round.id, &json!({}))?;
    assert_eq!(before.1.len(), 11, "{:?}", before.1);
    assert_eq!(before.0["reviews"][0]["left_out"], json!([]));

    round.launch()?;
    round.delivered()?;
    let raters = administrator.raters(&review)?;
    let bounced: Vec<_> = raters.iter().filter(|rater| rater["delivery"] == "bounced").collect();
    assert_eq!(bounced.len(), 1, "{raters:?}");
    let link = |name: &str| -> Outcome<candour_tests::RaterLink> {
        let found = smtpd.mailbox().to(&email(name))?;
        let tokens = found.first().ok_or("no email")?.links.concat();
        Ok(candour_tests::RaterLink::new(server.http()?, &tokens))
    };
    let sender = link("trustees1")?;
    sender.submit(&Answers::to(&sender.survey()?, |_| Some(4)))?.with(200)?;
    link("trustees2")?.decline()?.succeeded()?;
    link("trustees3")?.page("")?.with(200)?;
    assert_eq!(copied(administrator, &round.id, &json!({}))?, before);

    // Two are withdrawn, of whom one has answered: their number is that of the list, and nothing says which is which.
    let withdraw = |name: &str| -> Outcome {
        let found = raters.iter().find(|rater| rater["email"] == email(name)).ok_or("no rater")?;
        administrator.delete(&format!("/v1/raters/{}", found["id"].as_str().unwrap_or(NOBODY)))?.succeeded()?;
        Ok(())
    };
    withdraw("trustees1")?;
    withdraw("trustees4")?;
    let (copy, people) = copied(administrator, &round.id, &json!({}))?;
    let left: Vec<Value> = before
        .1
        .iter()
        .filter(|person| {
            ![email("trustees1"), email("trustees4")].contains(&person["email"].as_str().unwrap_or("").to_owned())
        })
        .cloned()
        .collect();
    assert_eq!(people, left);
    assert_eq!(copy["reviews"][0]["left_out"][0]["code"], "withdrawn", "{copy}");
    assert_eq!(copy["reviews"][0]["left_out"][0]["people"], 2, "{copy}");
    Ok(())
}

#[test]
fn the_next_round_is_a_copy_of_the_last() -> Outcome {
    let app = TestApp::start()?;
    let trust = Trust::found(&app, "Ashgrove Trust")?;
    let (administrator, round) = (&trust.administrator, trust.open(&RoundPlan::small())?);
    let (vice, chair) = (Person::called("Vice", ""), round.facilitator()?);
    let review = round.review()?.clone();
    chair.post(&format!("/v1/reviews/{}/advisers", review.id), &vice.as_person())?.with(201)?;
    let late = json!([Person::called("Late", "trustees").as_rater()]);
    administrator.post(&format!("/v1/reviews/{}/raters", review.id), &late)?.with(201)?;
    let was = administrator.round(&round.id)?;
    let path = format!("/v1/rounds/{}/copy", round.id);

    // A newer version of the questionnaire.
    let old = administrator.get(&format!("/v1/frameworks/{}", trust.framework_id))?.with(200)?.json()?;
    let mut newer = old.clone();
    remove(&mut newer, &["id", "version", "created_at"]);
    let newer = administrator.post("/v1/frameworks", &newer)?.with(201)?.json()?;
    app.work_until_idle()?;
    let emails = app.mailbox().count()?;
    let copy = administrator.post(&path, &json!({}))?.with(201)?.json()?;
    assert_eq!((&copy["state"], &copy["title"]), (&json!("draft"), &json!("CEO review 2028")));
    assert_eq!((&copy["policy"], &copy["groups"]), (&was["policy"], &was["groups"]));
    assert_eq!((&copy["framework_id"], &copy["copy_of"]), (&newer["id"], &json!(round.id)));
    assert_eq!((&copy["framework_version_before"], &copy["framework_version"]), (&old["version"], &newer["version"]));
    let [one] = copy["reviews"].as_array().map(Vec::as_slice).unwrap_or_default() else { finding!("{copy}") };
    assert_eq!((&one["raters"], &one["copy_of"]), (&json!(11), &json!(review.id)), "{one}");
    for (at, code) in ["waiting", "advisers"].into_iter().enumerate() {
        let left_out = &one["left_out"][at];
        assert_eq!((&left_out["code"], &left_out["people"]), (&json!(code), &json!(1)), "{one}");
    }
    let id = one["review_id"].as_str().ok_or("no review")?;
    let new = administrator.get(&format!("/v1/reviews/{id}"))?.with(200)?.json()?;
    assert_eq!(new["subject"]["email"], review.subject.email);
    assert!(chair.list(&format!("/v1/reviews/{id}/advisers"))?.is_empty(), "nobody advises whom they have not named");
    app.work_until_idle()?;
    assert_eq!(app.mailbox().count()?, emails, "nobody hears of a draft");

    // What is chosen, and what is refused.
    let chosen = json!({ "title": "Chair's review", "closes_at": app.time_in(9_000_000), "keep_framework": true });
    let chosen = administrator.post(&path, &chosen)?.with(201)?.json()?;
    assert_eq!((&chosen["title"], &chosen["framework_id"]), (&json!("Chair's review"), &old["id"]));
    administrator.post(&path, &json!({ "closes_at": app.time_in(-1) }))?.problem(422)?;
    administrator.post(&path, &json!({ "title": "" }))?.problem(422)?;
    administrator.post(&format!("/v1/rounds/{NOBODY}/copy"), &json!({}))?.problem(404)?;
    chair.post(&path, &json!({}))?.problem(403)?;

    // Long after, when nobody knows any more who was asked.
    round.everybody_answers(|rater, item| Some(u8::try_from((rater + item) % 3 + 3).unwrap_or(3)))?;
    app.days_pass(20)?;
    app.days_pass(40)?;
    assert!(!administrator.round(&round.id)?["people_erased_at"].is_null());
    let copy = administrator.post(&path, &json!({}))?.with(201)?.json()?;
    let one = &copy["reviews"][0];
    assert_eq!((&one["raters"], &one["left_out"][0]["code"]), (&json!(1), &json!("people_erased")), "{copy}");
    assert!(one["left_out"][0]["detail"].as_str().is_some_and(|why| why.contains("have been erased")), "{copy}");
    let people = administrator.raters(one["review_id"].as_str().ok_or("no review")?)?;
    assert_eq!(people.len(), 1, "the subject, whom the review names");
    assert_eq!(people[0]["email"], review.subject.email);

    let log = administrator.list("/v1/audit-log")?;
    let lines: Vec<_> = log.iter().filter(|line| line["action"] == "round.copied").collect();
    assert_eq!(lines.len(), 3);
    assert_eq!(lines[0]["detail"], json!({ "from": round.id, "reviews": 1, "raters": 1 }));
    Ok(())
}
