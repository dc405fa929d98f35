//! What an administrator does with a round in a browser besides running it: reads its emails, starts it at a set time,
//! uses it again, and reads what is destroyed when.

use candour_tests::{Email, Outcome, Person, Reply, RoundPlan, Service, StartedRound, TestApp, Trust};
use chrono::{TimeDelta, Utc};
use serde_json::{Value, json};

fn samples(app: &TestApp) -> Outcome<Vec<Email>> {
    app.work_until_idle()?;
    Ok(app.mailbox().read()?.into_iter().filter(|email| email.message_id.starts_with("<sample")).collect())
}

fn rater_of(round: &StartedRound<'_, TestApp>, group: &str) -> Outcome<Value> {
    let raters = round.trust.administrator.raters(&round.review()?.id)?;
    Ok(raters.into_iter().find(|rater| rater["group"] == group).ok_or("no such rater")?)
}

#[test]
fn each_persons_email_is_read_before_it_goes() -> Outcome {
    let app = TestApp::start()?;
    let trust = Trust::found(&app, "Ashgrove Trust")?;
    let (round, other) = (trust.draft(&RoundPlan::small())?, trust.draft(&RoundPlan::small())?);
    let hr = trust.office()?;
    let path = format!("/rounds/{}/emails", round.id);
    assert!(
        hr.open(&format!("/rounds/{}", round.id))?.text().contains(&format!("href=\"{path}\"")),
        "the task leads there"
    );
    let page = hr.get(&path)?.with(200)?;
    let raters = trust.administrator.raters(&round.review()?.id)?;
    for rater in &raters {
        page.says(&[rater["name"].as_str().ok_or("it has none")?, rater["id"].as_str().ok_or("it has none")?])?;
    }
    let rater = rater_of(&round, "trustees")?;
    let (id, name) = (rater["id"].as_str().ok_or("it has none")?, rater["name"].as_str().ok_or("it has none")?);
    let view = trust.administrator.get(&format!("/v1/raters/{id}/email"))?.with(200)?.json()?;
    let shown = hr.get(&format!("{path}?rater={id}"))?.with(200)?;
    let frame = format!("{path}/{id}");
    shown.says(&[
        &format!("The invitation to {name}"),
        view["subject"].as_str().ok_or("it has none")?,
        &format!("src=\"{frame}\""),
    ])?;
    assert!(shown.header("content-security-policy").is_some_and(|policy| policy.contains("frame-src 'self'")));
    let content = hr.get(&frame)?.with(200)?;
    let policy = content.header("content-security-policy").unwrap_or_default();
    assert!(
        policy.contains("default-src 'none'") && policy.contains("sandbox") && !policy.contains("script"),
        "{policy}"
    );
    content.says(&["/s/sample"])?;
    assert_eq!(content.text().matches("/s/").count(), content.text().matches("/s/sample").count(), "no other link");
    let reminder = hr.get(&format!("{path}?rater={id}&letter=reminder"))?.with(200)?;
    reminder.says(&[&format!("The reminder to {name}"), "?letter=reminder"])?;
    assert_ne!(hr.get(&format!("{frame}?letter=reminder"))?.with(200)?.text(), content.text());

    // A person of another round, or of nobody's.
    let foreign = rater_of(&other, "trustees")?;
    for rater in [foreign["id"].as_str().ok_or("it has none")?, "x", "00000000-0000-4000-8000-000000000000"] {
        hr.get(&format!("{path}?rater={rater}"))?.with(404)?;
        hr.get(&format!("{path}/{rater}"))?.with(404)?;
    }
    let elsewhere = Trust::found(&app, "Birchwood Trust")?;
    let stranger = elsewhere.office()?;
    for path in [path.clone(), frame, format!("{path}?rater={id}")] {
        stranger.get(&path)?.with(404)?;
    }

    // What somebody did changes nothing of it.
    round.launch()?;
    round.everybody_answers(|_, _| Some(4))?;
    hr.get(&format!("{path}/{id}?letter=reminder"))?.with(200)?.says(&["/s/sample"])?;
    assert_eq!(hr.get(&format!("{path}/{id}"))?.with(200)?.text(), content.text());
    Ok(())
}

#[test]
fn a_test_goes_to_whoever_presses_and_once() -> Outcome {
    let app = TestApp::start()?;
    let trust = Trust::found(&app, "Ashgrove Trust")?;
    let round = trust.draft(&RoundPlan::small())?;
    let hr = trust.office()?;
    let path = format!("/rounds/{}/emails", round.id);
    let number = hr.get(&path)?.field("number")?;
    let fields = [("number", number.as_str()), ("group", "trustees"), ("email", "mallory@elsewhere.example")];
    let sent = hr.press(&path, &fields)?.with(200)?;
    sent.says(&["on its way to hr@ashgrove.example.org", "sample"])?;
    hr.press(&path, &fields)?.with(200)?;
    let emails = samples(&app)?;
    assert_eq!(emails.iter().map(|email| email.to.clone()).collect::<Vec<_>>(), [["hr@ashgrove.example.org"]]);
    // Back, and another group: that is another one.
    hr.press(&path, &[("number", number.as_str()), ("group", "chair"), ("email", "")])?.with(200)?;
    assert_eq!(samples(&app)?.len(), 2);
    let wrong = hr.press(&path, &[("number", number.as_str()), ("group", "parents")])?.with(422)?;
    wrong.says(&["Error:", "Choose a group of this round"])?;
    for at in 0..8 {
        hr.press(&path, &[("number", &at.to_string()), ("group", "trustees")])?.with(200)?;
    }
    let refused = hr.press(&path, &[("number", "9"), ("group", "trustees")])?.with(422)?;
    refused.says(&["ten test emails within an hour"])?;
    assert_eq!(samples(&app)?.len(), 10);
    Ok(())
}

/// The day of so many hours from now, and the form that sets a start on it at 10am.
fn at_ten<'a>(tag: &'a str, day: &'a str) -> [(&'a str, &'a str); 4] {
    [("tag", tag), ("when", "later"), ("day", day), ("hour", "10")]
}

#[test]
fn a_round_starts_at_its_time_and_not_if_that_is_taken_back() -> Outcome {
    let app = TestApp::start()?;
    let trust = Trust::found(&app, "Ashgrove Trust")?;
    let round = trust.draft(&RoundPlan::small())?;
    let hr = trust.office()?;
    let (path, launch) = (format!("/rounds/{}", round.id), format!("/rounds/{}/launch", round.id));
    let day = (app.now() + TimeDelta::days(2)).with_timezone(&Utc).date_naive().to_string();
    let first = hr.get(&launch)?.field("tag")?;
    for (wrong_day, words) in
        [("2020-01-01", "from now to the last day"), ("soon", "Choose a day"), ("2999-01-01", "from now to")]
    {
        let wrong = hr.press(&launch, &at_ten(&first, wrong_day))?.with(422)?;
        wrong.says(&["Error:", words, &format!("value=\"{wrong_day}\"")])?;
    }
    let set = hr.press(&launch, &at_ten(&first, &day))?.with(200)?;
    set.says(&["The time is set", "The round starts by itself on", "at 10am", "Take this time back"])?;
    assert!(trust.administrator.round(&round.id)?["launches_at"].is_string());
    // Another tab that has the page of before.
    let stale = hr.press(&launch, &at_ten(&first, &day))?.with(422)?;
    stale.says(&["Somebody has changed this meanwhile"])?;
    // The last look says so, and another time or a start at once can be chosen there.
    hr.get(&launch)?.with(200)?.says(&["starts by itself on", "Set this time instead", "Start the round now"])?;
    // It does not change meanwhile.
    let dates = hr.get(&format!("{path}/dates"))?;
    let fields = [("title", "Other"), ("closes", &day), ("threshold", "4"), ("comments", "5"), ("distribution", "10")];
    let tag = dates.field("tag")?;
    let refused = hr.press(&format!("{path}/dates"), &[&fields[..], &[("tag", tag.as_str())]].concat())?.with(422)?;
    refused.says(&["starts by itself on", "Take that back first"])?;

    let asks = hr.get(&format!("{launch}/take-back"))?.with(200)?;
    asks.says(&["stays a draft"])?;
    let tag = asks.field("tag")?;
    let back = hr.press(&format!("{launch}/take-back"), &[("tag", &tag)])?.with(200)?;
    back.says(&["The time has been taken back"])?;
    assert_eq!(trust.administrator.round(&round.id)?["launches_at"], Value::Null);
    // Pressed twice: the page says how far it is.
    let again = hr.press(&format!("{launch}/take-back"), &[("tag", &tag)])?.with(200)?;
    assert!(!again.text().contains("starts by itself"), "{again}");
    app.time_passes(TimeDelta::days(3))?;
    assert_eq!(trust.administrator.round(&round.id)?["state"], "draft");

    let day = (app.now() + TimeDelta::days(1)).date_naive().to_string();
    let hr = trust.office()?;
    let tag = hr.get(&launch)?.field("tag")?;
    hr.press(&launch, &at_ten(&tag, &day))?.with(200)?;
    // Not all at once: a round whose time was missed by more than a day does not start.
    for _ in 0..2 {
        app.time_passes(TimeDelta::days(1))?;
    }
    assert_eq!(trust.administrator.round(&round.id)?["state"], "open");
    let stranger = Trust::found(&app, "Birchwood Trust")?.office()?;
    stranger.get(&format!("{launch}/take-back"))?.with(404)?;
    stranger.post(&format!("{launch}/take-back"), &[("tag", &tag)])?.with(404)?;
    Ok(())
}

#[test]
fn a_time_is_not_set_for_a_round_that_could_not_start() -> Outcome {
    let app = TestApp::start()?;
    let trust = Trust::found(&app, "Ashgrove Trust")?;
    let round = trust.draft(&RoundPlan::new())?;
    let hr = trust.office()?;
    let launch = format!("/rounds/{}/launch", round.id);
    assert!(!hr.get(&launch)?.with(200)?.text().contains("Set this time"), "there is no form");
    let day = (app.now() + TimeDelta::days(2)).date_naive().to_string();
    let tag = trust.administrator.get(&format!("/v1/rounds/{}", round.id))?;
    let tag = tag.header("etag").unwrap_or_default().trim_matches('"').to_owned();
    let refused = hr.press(&launch, &at_ten(&tag, &day))?.with(422)?;
    refused.says(&["The round is not ready"])?;
    assert_eq!(trust.administrator.round(&round.id)?["launches_at"], Value::Null);
    Ok(())
}

/// What the form of a copy has in it.
fn proposed(page: &Reply) -> Outcome<[(&'static str, String); 3]> {
    let text = page.text();
    let value = |id: &str| {
        let field = text.split(&format!("id=\"{id}\"")).nth(1).and_then(|rest| rest.split("value=\"").nth(1));
        field.and_then(|rest| rest.split('"').next()).unwrap_or("?").to_owned()
    };
    Ok([("title", value("title")), ("closes", value("closes")), ("number", page.field("number")?)])
}

fn pairs<'a>(form: &'a [(&'static str, String); 3]) -> Vec<(&'static str, &'a str)> {
    form.iter().map(|(name, value)| (*name, value.as_str())).collect()
}

#[test]
fn a_round_is_used_again_once_and_says_what_is_left_out() -> Outcome {
    let app = TestApp::start()?;
    let trust = Trust::found(&app, "Ashgrove Trust")?;
    let round = trust.open(&RoundPlan::small())?;
    let hr = trust.office()?;
    let path = format!("/rounds/{}/copy", round.id);
    assert!(hr.get(&format!("/rounds/{}", round.id))?.text().contains(&format!("href=\"{path}\"")));
    let page = hr.get(&path)?.with(200)?;
    page.says(&["What comes along", "What does not", "whether anybody has answered", "CEO review 2028"])?;
    let whole = proposed(&page)?;
    let made = hr.press(&path, &pairs(&whole))?.with(200)?;
    made.says(&["The draft is made", "CEO review 2028", "Who answers about"])?;
    let rounds = || -> Outcome<usize> { Ok(trust.administrator.list("/v1/rounds")?.len()) };
    assert_eq!(rounds()?, 2);
    hr.press(&path, &pairs(&whole))?.with(200)?;
    assert_eq!(rounds()?, 2, "pressed twice it is one");

    let rater = rater_of(&round, "trustees")?;
    trust.administrator.delete(&format!("/v1/raters/{}", rater["id"].as_str().ok_or("it has none")?))?.succeeded()?;
    let advisers = format!("/v1/reviews/{}/advisers", round.review()?.id);
    round.facilitator()?.post(&advisers, &Person::called("Vice", "").as_person())?.with(201)?;
    let short = proposed(&hr.get(&path)?)?;
    let made = hr.post(&path, &pairs(&short))?.with(200)?;
    made.says(&[
        "could not be taken along",
        "1 person was taken off the list",
        "1 person advised the one who reads the report first",
        "Perpetua1 Quillfeather",
        "Go to the draft",
    ])?;
    assert!(!made.text().contains(rater["name"].as_str().ok_or("it has none")?), "{made}");
    assert_eq!(hr.post(&path, &pairs(&short))?.with(200)?.text(), made.text(), "pressed twice it says the same");
    assert_eq!(rounds()?, 3);
    let to =
        made.text().split("href=\"/rounds/").filter_map(|rest| rest.split('"').next()).last().unwrap_or("?").to_owned();
    assert_eq!(trust.administrator.round(&to)?["state"], "draft");

    let wrong = hr.press(&path, &[("title", " "), ("closes", "then"), ("number", "1")])?.with(422)?;
    wrong.says(&["Error:", "value=\"then\""])?;
    let stranger = Trust::found(&app, "Birchwood Trust")?.office()?;
    stranger.get(&path)?.with(404)?;
    stranger.post(&path, &pairs(&short))?.with(404)?;
    Ok(())
}

/// The page that the same administrator gets does not tell what anybody did.
#[test]
fn what_a_copy_says_does_not_depend_on_answers() -> Outcome {
    let app = TestApp::start()?;
    let trust = Trust::found(&app, "Ashgrove Trust")?;
    let round = trust.open(&RoundPlan::small())?;
    let hr = trust.office()?;
    let path = format!("/rounds/{}/copy", round.id);
    let without_number = |page: Reply| -> Outcome<String> {
        let page = page.with(200)?;
        Ok(page.text().replace(&page.field("number")?, ""))
    };
    let before = without_number(hr.get(&path)?)?;
    round.everybody_answers(|_, _| Some(4))?;
    assert_eq!(without_number(hr.get(&path)?)?, before);
    Ok(())
}

#[test]
fn what_is_destroyed_and_when_is_said_in_every_state() -> Outcome {
    let app = TestApp::start()?;
    let trust = Trust::found(&app, "Ashgrove Trust")?;
    let round = trust.draft(&RoundPlan::small())?;
    let path = format!("/rounds/{}/retention", round.id);
    let hr = trust.office()?;
    hr.get(&path)?.with(200)?.says(&["nobody has been promised anything yet", "30 days", "180 days", "6 years"])?;
    round.launch()?;
    hr.get(&path)?.with(200)?.says(&["most dates are not known yet", "These times were promised"])?;
    round.everybody_answers(|rater, item| Some(u8::try_from((rater + item) % 3 + 3).unwrap_or(3)))?;
    round.close_and_count()?;
    let plan = trust.administrator.get(&format!("/v1/rounds/{}/retention", round.id))?.with(200)?.json()?;
    let page = hr.get(&path)?.with(200)?;
    let steps = plan["steps"].as_array().map_or(0, Vec::len);
    assert_eq!(page.text().matches("<dt>").count(), steps, "a line for each step: {page}");
    page.says(&["The answers are destroyed", "Names and addresses of the people who were asked are erased"])?;
    app.days_pass(40)?;
    let hr = trust.office()?;
    hr.get(&path)?.with(200)?.says(&["Names and addresses of the people who were asked were erased"])?;
    hr.get(&format!("/rounds/{}/copy", round.id))?.with(200)?.says(&["have been erased, as they were promised"])?;
    assert!(hr.get(&format!("/rounds/{}", round.id))?.text().contains(&format!("href=\"{path}\"")));
    let elsewhere = Trust::found(&app, "Birchwood Trust")?.office()?;
    elsewhere.get(&path)?.with(404)?;
    Ok(())
}

/// A round without reviews has nobody to write to, and says what to do.
#[test]
fn a_round_without_people_has_no_emails_yet() -> Outcome {
    let app = TestApp::start()?;
    let trust = Trust::found(&app, "Ashgrove Trust")?;
    let body = json!({ "title": "Empty", "framework_id": trust.framework_id, "closes_at": app.time_in(14 * 86400) });
    let round = trust.administrator.post("/v1/rounds", &body)?.with(201)?.json()?;
    let hr = trust.office()?;
    let page = hr.get(&format!("/rounds/{}/emails", round["id"].as_str().ok_or("it has none")?))?.with(200)?;
    page.says(&["Nobody is reviewed yet", "Add a person who is reviewed"])?;
    assert!(!page.text().contains("Send the test"), "{page}");
    Ok(())
}
