//! Advisers: whom a facilitator names reads what they read, before the release as well, and changes nothing.

use std::time::Duration;

use candour_tests::browser::Screen;
use candour_tests::{
    Browser, Caller, Email, Facilitator, Outcome, Person, RoundPlan, Service, TestApp, Trust, Visitor, database,
    finding, wait,
};
use serde_json::{Value, json};

use crate::browser::is_sound;

const NOBODY: &str = "00000000-0000-4000-8000-000000000000";

/// The facilitator names somebody; gives their id.
fn names(facilitator: &Facilitator, review: &str, person: &Person) -> Outcome<String> {
    let named = facilitator.post(&advisers_of(review), &person.as_person())?.with(201)?;
    let (at, view) = (named.header("location").unwrap_or_default().to_owned(), named.json()?);
    let id = view["id"].as_str().ok_or("no id")?;
    assert_eq!((&view["name"], &view["email"]), (&json!(person.name), &json!(person.email)));
    assert_eq!(at, format!("{}/{id}", advisers_of(review)));
    Ok(id.to_owned())
}

fn advisers_of(review: &str) -> String {
    format!("/v1/reviews/{review}/advisers")
}

/// The email to somebody whose Message-ID begins like this.
fn told(app: &TestApp, person: &Person, kind: &str) -> Outcome<Email> {
    app.until(&format!("an email {kind}"), Duration::from_mins(1), || {
        let emails = app.mailbox().to(&person.email)?;
        Ok(emails.into_iter().find(|email| email.message_id.starts_with(&format!("<{kind}"))))
    })
}

fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whatever changes something, or is about the list, asked for by somebody who may not.
fn changes_nothing(adviser: &Caller, review: &str, comment: &str) -> Outcome {
    let other = Person::called("Cousin", "").as_person();
    for reply in [
        adviser.patch(
            &format!("/v1/reviews/{review}/comments/{comment}"),
            &json!({ "redacted": true, "reason": "I do not like it" }),
        )?,
        adviser.post(&format!("/v1/reviews/{review}/release"), &json!({}))?,
        adviser.post(&format!("/v1/reviews/{review}/agreement"), &json!({ "digest": "0".repeat(64) }))?,
        adviser.get(&format!("/v1/reviews/{review}/list"))?,
        adviser.get(&format!("/v1/reviews/{review}/raters"))?,
        adviser.patch(&format!("/v1/reviews/{review}"), &json!({ "facilitator": other }))?,
        adviser.get(&advisers_of(review))?,
        adviser.post(&advisers_of(review), &other)?,
        adviser.delete(&format!("{}/{NOBODY}", advisers_of(review)))?,
    ] {
        reply.problem(403)?;
    }
    Ok(())
}

#[test]
fn an_adviser_reads_the_counted_result_before_release_and_changes_nothing() -> Outcome {
    let app = TestApp::start()?;
    let trust = Trust::found(&app, "Ashgrove Trust")?;
    let round = trust.open(&RoundPlan::small())?;
    let (review, facilitator) = (round.review()?.clone(), round.facilitator()?);
    let vice = Person::called("Vice", "");
    let id = names(&facilitator, &review.id, &vice)?;
    let listed = facilitator.list(&advisers_of(&review.id))?;
    assert_eq!(listed, [json!({ "id": id, "name": vice.name, "email": vice.email })]);
    let asked = words(&told(&app, &vice, "adviser")?.text);
    assert!(
        asked.contains(&format!("{} has named you as an adviser", review.facilitator.name))
            && asked.contains("not been counted yet")
            && asked.contains("/sign-in"),
        "{asked}"
    );

    let adviser = trust.token(&vice, "adviser")?;
    let results = format!("/v1/reviews/{}/results", review.id);
    adviser.get(&results)?.problem(404)?;
    round.everybody_answers(|rater, item| Some(u8::try_from((rater + item) % 3 + 3).unwrap_or(3)))?;
    round.close_and_count()?;
    let counted = words(&told(&app, &vice, "counted")?.text);
    assert!(counted.contains("You can read the report now") && !counted.contains("release it."), "{counted}");
    let to_facilitator = words(&told(&app, &review.facilitator, "counted")?.text);
    assert!(to_facilitator.contains("with the advisers you have named"), "{to_facilitator}");

    // The same as the facilitator, and the rounds and reviews it is in.
    let same = |path: &str| -> Outcome<String> {
        let seen = adviser.get(path)?.with(200)?.text();
        assert_eq!(seen, facilitator.get(path)?.with(200)?.text(), "{path}");
        Ok(seen)
    };
    let in_round = format!("/v1/rounds/{}/reviews", round.id);
    for path in ["/v1/rounds", &format!("/v1/rounds/{}", round.id), &in_round, &format!("/v1/reviews/{}", review.id)] {
        same(path)?;
    }
    same(&format!("{results}.csv"))?;
    let result: Value = serde_json::from_str(&same(&results)?)?;
    for other in [&trust.administrator.0, &trust.subject(&review.subject)?.0] {
        other.get(&results)?.problem(404)?;
    }

    let comment = result["comments"][0]["comments"][0]["id"].as_str().ok_or("no comment")?;
    changes_nothing(&adviser, &review.id, comment)?;
    assert_eq!(serde_json::from_str::<Value>(&same(&results)?)?, result);

    facilitator.redact(&review.id, comment, "points to a person")?.with(200)?;
    assert_ne!(
        serde_json::from_str::<Value>(&same(&results)?)?,
        result,
        "they read what the facilitator has taken out"
    );
    facilitator.release(&review.id)?.with(200)?;
    let released = words(&told(&app, &vice, "released")?.text);
    assert!(released.contains("has been released"), "{released}");
    same(&results)?;
    changes_nothing(&adviser, &review.id, comment)?;

    let log = trust.administrator.list("/v1/audit-log")?;
    let named = log.iter().find(|line| line["action"] == "review.adviser_named").ok_or("it is not in the log")?;
    assert_eq!(
        (&named["detail"], &named["target"]),
        (&json!({ "adviser": id }), &json!(format!("review:{}", review.id)))
    );
    let read = log.iter().any(|line| line["action"] == "result.read" && line["detail"]["role"] == "adviser");
    assert!(read, "that they have read it is in the log: {log:?}");
    assert!(!json!(log).to_string().contains(&vice.email), "and their address is not");
    Ok(())
}

#[test]
fn an_adviser_of_another_review_and_one_who_was_taken_away_read_nothing() -> Outcome {
    let app = TestApp::start()?;
    let trust = Trust::found(&app, "Ashgrove Trust")?;
    let round = trust.open(&RoundPlan::small().reviews(2))?;
    let [first, second] = round.reviews.as_slice() else { finding!("two reviews") };
    let (one_chair, other_chair) = (trust.facilitator(&first.facilitator)?, trust.facilitator(&second.facilitator)?);
    let (vice, other) = (Person::called("Vice", ""), Person::called("Panel", ""));
    let id = names(&one_chair, &first.id, &vice)?;
    names(&other_chair, &second.id, &other)?;
    let (vera, panel) = (trust.token(&vice, "adviser")?, trust.token(&other, "adviser")?);
    trust.administrator.moves(&round.id, "close", &json!({ "confirm": true }))?;
    round.reaches("counted")?;
    let results = |review: &str| format!("/v1/reviews/{review}/results");
    vera.get(&results(&first.id))?.with(200)?;
    for path in [results(&first.id), format!("{}.csv", results(&first.id)), format!("/v1/reviews/{}", first.id)] {
        panel.get(&path)?.problem(404)?;
    }
    let seen = panel.list(&format!("/v1/rounds/{}/reviews", round.id))?;
    assert_eq!(seen.iter().map(|review| review["id"].clone()).collect::<Vec<_>>(), [json!(second.id)]);

    // Nobody but the review's own facilitator says who advises on it.
    other_chair.post(&advisers_of(&first.id), &other.as_person())?.problem(404)?;
    other_chair.get(&advisers_of(&first.id))?.problem(404)?;
    other_chair.delete(&format!("{}/{id}", advisers_of(&first.id)))?.problem(404)?;
    other_chair.delete(&format!("{}/{id}", advisers_of(&second.id)))?.problem(404)?;
    trust.administrator.post(&advisers_of(&first.id), &other.as_person())?.problem(403)?;
    vera.get(&results(&first.id))?.with(200)?;

    // Of both, then of one.
    let both = names(&other_chair, &second.id, &vice)?;
    vera.get(&results(&second.id))?.with(200)?;
    one_chair.delete(&format!("{}/{id}", advisers_of(&first.id)))?.with(204)?;
    vera.get(&results(&first.id))?.problem(404)?;
    vera.get(&results(&second.id))?.with(200)?;
    one_chair.delete(&format!("{}/{id}", advisers_of(&first.id)))?.problem(404)?;
    // Of none: the role is gone with it.
    other_chair.delete(&format!("{}/{both}", advisers_of(&second.id)))?.with(204)?;
    let refused = vera.get(&results(&second.id))?.problem(403)?;
    assert_eq!(refused["type"], "urn:candour:problem:role-not-held");
    trust.token(&vice, "adviser")?.get("/v1/rounds")?.problem(403)?;
    let log = trust.administrator.list("/v1/audit-log")?;
    assert_eq!(log.iter().filter(|line| line["action"] == "review.adviser_removed").count(), 2);
    Ok(())
}

#[test]
fn nobody_advises_on_their_own_review_or_on_one_they_set_up() -> Outcome {
    let app = TestApp::start()?;
    let trust = Trust::found(&app, "Ashgrove Trust")?;
    let round = trust.open(&RoundPlan::small())?;
    let (review, facilitator) = (round.review()?.clone(), round.facilitator()?);
    let path = advisers_of(&review.id);
    let at = |email: &str| json!({ "name": "Somebody", "email": email });
    names(&facilitator, &review.id, &Person::called("Vice", ""))?;
    for (email, why) in [
        ("perpetua1@ashgrove.example.org", "the subject"),
        ("Perpetua1+panel@Ashgrove.example.org", "the subject"),
        ("ignatius1@ashgrove.example.org", "the facilitator"),
        ("hr@ashgrove.example.org", "an administrator"),
        ("HR+me@ashgrove.example.org", "an administrator"),
        ("vice+2@ashgrove.example.org", "already"),
    ] {
        let refused = facilitator.post(&path, &at(email))?.problem(422)?;
        assert_eq!(refused["errors"][0]["pointer"], "/email", "{email}: {refused}");
        assert!(refused["detail"].as_str().is_some_and(|detail| detail.contains(why)), "{email}: {refused}");
    }
    for number in 2..=5 {
        names(&facilitator, &review.id, &Person::called(&format!("Vice{number}"), ""))?;
    }
    let refused = facilitator.post(&path, &at("vice6@elsewhere.example"))?.problem(409)?;
    assert_eq!(refused["type"], "urn:candour:problem:too-many-advisers");
    assert_eq!(facilitator.list(&path)?.len(), 5);

    // The same from the other side.
    let becomes = |email: &str| app.administrator(&trust.id, "Somebody", email);
    let refused = becomes("vice+hr@ashgrove.example.org").err().map(|error| error.to_string()).unwrap_or_default();
    assert!(refused.contains("is an adviser of a review"), "{refused}");
    round.everybody_answers(|_rater, _item| Some(4))?;
    round.close_and_count()?;
    assert!(becomes("vice@ashgrove.example.org").is_err());
    facilitator.release(&review.id)?.with(200)?;
    becomes("vice@ashgrove.example.org")?.get("/v1/rounds")?.with(200)?;
    Ok(())
}

#[test]
fn another_facilitator_begins_without_the_advisers_of_the_one_before() -> Outcome {
    let app = TestApp::start()?;
    let trust = Trust::found(&app, "Ashgrove Trust")?;
    let round = trust.draft(&RoundPlan::small())?;
    let review = round.review()?.clone();
    let vice = Person::called("Vice", "");
    names(&round.facilitator()?, &review.id, &vice)?;
    let adviser = trust.token(&vice, "adviser")?;
    adviser.get(&format!("/v1/reviews/{}", review.id))?.with(200)?;
    let other = Person::called("Newchair", "");
    let change = json!({ "facilitator": other.as_person() });
    trust.administrator.patch(&format!("/v1/reviews/{}", review.id), &change)?.with(200)?;
    assert_eq!(trust.facilitator(&other)?.list(&advisers_of(&review.id))?, Vec::<Value>::new());
    adviser.get(&format!("/v1/reviews/{}", review.id))?.problem(403)?;
    Ok(())
}

/// Raters who read that the facilitator alone reads the report first were promised that.
#[test]
fn a_round_that_was_launched_before_there_were_advisers_takes_none() -> Outcome {
    let app = TestApp::start()?;
    let trust = Trust::found(&app, "Ashgrove Trust")?;
    let round = trust.open(&RoundPlan::small())?;
    let (review, facilitator) = (round.review()?.clone(), round.facilitator()?);
    let links = round.link_of_each()?;
    let link = &links.last().ok_or("nobody is asked")?.1;
    let says = || -> Outcome<(bool, bool)> {
        let page = words(&link.page("")?.with(200)?.text());
        Ok((page.contains("advisers, such as a vice-chair"), link.survey()?["advisers"] == true))
    };
    assert_eq!(says()?, (true, true));
    // As the migration leaves a round that is open.
    assert_eq!(database::open(&app)?.change("UPDATE rounds SET advisers_promised = FALSE")?, 1);
    assert_eq!(says()?, (false, false), "they go on reading what they were promised");
    trust.administrator.moves(&round.id, "remind", &json!({}))?;
    let rater = links.last().ok_or("nobody is asked")?.0.clone();
    let reminder = words(&told(&app, &rater, "reminder")?.text);
    assert!(reminder.contains("reads the report first") && !reminder.contains("advisers"), "{reminder}");

    let vice = Person::called("Vice", "").as_person();
    let refuses = |kind: &str| -> Outcome {
        let refused = facilitator.post(&advisers_of(&review.id), &vice)?.problem(409)?;
        assert_eq!(refused["type"], format!("urn:candour:problem:{kind}"), "{refused}");
        Ok(())
    };
    refuses("advisers-not-promised")?;
    round.everybody_answers(|_rater, _item| Some(4))?;
    round.close_and_count()?;
    refuses("advisers-not-promised")?;
    facilitator.release(&review.id)?.with(200)?;
    refuses("advisers-not-promised")?;
    app.days_pass(60)?;
    round.reaches("archived")?;
    refuses("round-over")
}

#[test]
fn an_adviser_s_address_goes_with_the_review() -> Outcome {
    let app = TestApp::start()?;
    let trust = Trust::found(&app, "Ashgrove Trust")?;
    let round = trust.open(&RoundPlan::small())?;
    let review = round.review()?.clone();
    let vice = Person::called("Vice", "");
    names(&round.facilitator()?, &review.id, &vice)?;
    round.to_release()?;
    app.work_until_idle()?;
    let adviser = trust.token(&vice, "adviser")?;
    app.days_pass(60)?;
    round.reaches("archived")?;
    adviser.get(&format!("/v1/reviews/{}/results", review.id))?.with(200)?;
    app.days_pass(6 * 366)?;
    app.work_until_idle()?;
    assert_eq!(database::number(&database::open(&app)?, "SELECT COUNT(*) FROM advisers")?, 0);
    adviser.get(&format!("/v1/reviews/{}/results", review.id))?.problem(403)?;
    Ok(())
}

#[test]
fn a_facilitator_names_advisers_and_takes_them_away_on_a_page() -> Outcome {
    let app = TestApp::start()?;
    let trust = Trust::found(&app, "Ashgrove Trust")?;
    let round = trust.open(&RoundPlan::small())?;
    let review = round.review()?.clone();
    let (path, vice) = (format!("/reviews/{}/advisers", review.id), Person::called("Vice", ""));
    let chair = app.signed_in(&trust.id, &review.facilitator, Some(0))?;
    let shows = |reply: &candour_tests::Reply, text: &str| -> Outcome {
        if words(&reply.text()).contains(text) { Ok(()) } else { finding!("{text:?} is not on the page: {reply}") }
    };
    shows(&chair.open("/")?, &format!("href=\"{path}\""))?;
    let empty = chair.open(&path)?.with(200)?;
    shows(&empty, "An adviser reads the report with you, also before you release it, and changes nothing.")?;
    shows(&empty, "Nobody does.")?;
    for (name, email, why) in [
        ("", "vice@ashgrove.example.org", "Give a name"),
        ("Vice", "vice", "This is not an email address"),
        ("Vice", "perpetua1@ashgrove.example.org", "The subject cannot be an adviser"),
        ("Vice", "hr@ashgrove.example.org", "An administrator of the trust cannot be an adviser"),
    ] {
        let told = chair.post(&path, &[("name", name), ("email", email)])?.with(422)?;
        shows(&told, "<title>Error:")?;
        shows(&told, why)?;
        shows(&told, &format!("value=\"{email}\""))?;
    }
    let named = chair.press(&path, &[("name", &vice.name), ("email", &vice.email)])?.with(200)?;
    shows(&named, "They have been named")?;
    shows(&named, &vice.email)?;
    told(&app, &vice, "adviser")?;
    let id = round.facilitator()?.list(&advisers_of(&review.id))?[0]["id"].as_str().unwrap_or_default().to_owned();
    let asked = chair.open(&format!("{path}/{id}/remove"))?.with(200)?;
    shows(&asked, "Take this adviser away?")?;
    assert_eq!(round.facilitator()?.list(&advisers_of(&review.id))?.len(), 1, "a question takes nobody away");

    // An adviser arrives at what they advise on; the page is not there for them, nor for anybody else.
    let adviser = app.signed_in(&trust.id, &vice, Some(0))?;
    shows(&adviser.open("/")?, "Reports you advise on")?;
    let foreign = trust.draft(&RoundPlan::new())?.review()?.clone();
    let people: [(&str, Visitor, u16); 6] = [
        ("the adviser", adviser.copied(), 404),
        ("the subject", app.signed_in(&trust.id, &review.subject, Some(0))?, 404),
        ("trust HR", app.signed_in(&trust.id, &Person::called("hr", ""), Some(0))?, 404),
        ("a chair with a code", app.signed_in(&trust.id, &review.facilitator, None)?, 403),
        ("a chair whose passkey waits", app.signed_in(&trust.id, &review.facilitator, Some(12))?, 404),
        ("nobody", app.visitor()?, 303),
    ];
    for (who, visitor, status) in &people {
        for reply in [
            visitor.get(&path)?,
            visitor.post(&path, &[("name", "Eve"), ("email", "eve@elsewhere.example")])?,
            visitor.get(&format!("{path}/{id}/remove"))?,
            visitor.post(&format!("{path}/{id}/remove"), &[])?,
        ] {
            assert_eq!(reply.status, *status, "{who}: {reply}");
        }
    }
    for elsewhere in [foreign.id.as_str(), NOBODY, "x"] {
        let reply = chair.get(&format!("/reviews/{elsewhere}/advisers/{id}/remove"))?;
        assert_eq!(reply.status, 404, "{elsewhere}: {reply}");
    }
    assert_eq!(round.facilitator()?.list(&advisers_of(&review.id))?.len(), 1);

    let gone = chair.press(&format!("{path}/{id}/remove"), &[])?.with(200)?;
    shows(&gone, "They cannot read this report any more")?;
    shows(&gone, "Nobody does.")?;
    assert!(!adviser.open("/")?.text().contains("Reports you advise on"), "at their next request");
    Ok(())
}

const ENTER: &str = "\u{e007}";

/// Presses the tab key until this has the focus.
fn tab_to(browser: &Browser, css: &str) -> Outcome {
    for _ in 0..60 {
        if browser.run("return document.activeElement.matches(arguments[0])", &[json!(css)])? == true {
            return Ok(());
        }
        browser.press("\u{e004}")?;
    }
    finding!("the keyboard does not reach {css}: {}", browser.text()?)
}

fn is_at(browser: &Browser, title: &str, text: &str) -> Outcome {
    wait::until(&format!("{title:?} with {text:?}"), Duration::from_secs(20), || {
        let ready = browser.run("return document.readyState", &[])? == "complete";
        Ok((ready && browser.text()?.contains(text)).then_some(()))
    })?;
    let found = browser.run("return document.querySelector('h1').textContent", &[])?;
    if found == title { Ok(()) } else { finding!("this is {found} and not {title:?}") }
}

/// The chair names somebody and takes them away, by keyboard, and `look`s at each page.
fn by_keyboard(app: &TestApp, browser: &Browser, look: &dyn Fn(&str) -> Outcome) -> Outcome {
    let trust = Trust::found(app, "Ashgrove Trust")?;
    let round = trust.open(&RoundPlan::small())?;
    let chair = app.signed_in(&trust.id, &round.review()?.facilitator, Some(0))?;
    let base = app.http()?.base().to_owned();
    browser.becomes(&chair, &base)?;
    browser.go(&base)?;
    is_at(browser, "Your home page", "Reports you read first")?;
    tab_to(browser, ".cards a[href$='/advisers']")?;
    browser.press(ENTER)?;
    is_at(browser, "Advisers", "Nobody does.")?;
    look("nobody advises")?;
    tab_to(browser, "#name")?;
    browser.press("Vera Vice")?;
    tab_to(browser, "#email")?;
    browser.press("perpetua1@ashgrove.example.org")?;
    browser.press(ENTER)?;
    is_at(browser, "Advisers", "The subject cannot be an adviser")?;
    look("the subject cannot advise")?;
    assert_eq!(browser.property("#name", "value")?, "Vera Vice", "nothing typed is lost");
    browser.clear("#email")?;
    browser.type_into("#email", "vera@elsewhere.example")?;
    tab_to(browser, "form[action$='/advisers'] button")?;
    browser.press(ENTER)?;
    is_at(browser, "Advisers", "They have been named")?;
    look("somebody advises")?;
    tab_to(browser, "a[href$='/remove']")?;
    browser.press(ENTER)?;
    is_at(browser, "Take this adviser away?", "vera@elsewhere.example")?;
    look("taking an adviser away")?;
    tab_to(browser, "main form button")?;
    browser.press(ENTER)?;
    is_at(browser, "Advisers", "They cannot read this report any more")
}

#[test]
fn the_page_about_advisers_works_by_keyboard_on_a_phone() -> Outcome {
    let browser = Browser::open(Screen::Phone)?;
    by_keyboard(&TestApp::start()?, &browser, &|what| is_sound(&browser, what))
}

#[test]
fn the_page_about_advisers_works_without_scripts() -> Outcome {
    by_keyboard(&TestApp::start()?, &Browser::open_without_scripts(Screen::Phone)?, &|_| Ok(()))
}
