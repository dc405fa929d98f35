//! A result that nobody learns of: the facilitator is told at the count and before anything is destroyed, and somebody
//! who ends or releases something that shows nothing is asked first.

use std::time::Duration;

use candour_tests::{Outcome, Person, RoundPlan, Service, StartedRound, TestApp, Trust, database};
use candour_words::uk_time::uk_date;
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

/// The words of an email, whichever its lines.
fn words(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
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
    let page = format!("/reviews/{}", round.review()?.id);
    let leads_there = |text: &str| text.lines().any(|line| line.trim_end().ends_with(&page));
    let counted_text = words(&counted[0]);
    assert!(counted_text.contains("have been counted") && !counted_text.contains("how to open"), "{counted_text}");
    // The first reminder comes 150 days after closing; the answers go after 180.
    let day = |days| uk_date(server.now() + TimeDelta::days(days));
    // The reminder comes then, so the email names the hour too.
    for expected in [
        format!("release it by {} at ", day(150)),
        "you get a reminder then".to_owned(),
        format!("has not been released by {} at ", day(180)),
    ] {
        assert!(counted_text.contains(&expected), "{expected}\n{counted_text}");
    }
    assert!(leads_there(&counted[0]), "{}", counted[0]);

    let administrators =
        database::rows(&database::open(&server)?, "SELECT email FROM accounts WHERE administrator")?.rows;
    let administrator = administrators.into_iter().flatten().flatten().next().ok_or("no administrator")?;
    let to_administrator = told(&server, &administrator, "CEO review", 1)?;
    let with = format!("is with {} now", round.review()?.facilitator.name);
    assert!(
        words(&to_administrator[0]).contains(&with)
            && words(&to_administrator[0]).contains("once it has been released"),
        "{to_administrator:?}"
    );
    for (days, many) in [(151, 1), (23, 2)] {
        server.restart_after(TimeDelta::days(days))?;
        let to_both = told(&server, &facilitator, "The report about", 1 + many)?;
        let to_administrator = told(&server, &administrator, "The report about", many)?;
        for text in to_both.iter().skip(1).chain(&to_administrator) {
            assert!(text.contains("has not been released") && text.contains("will be destroyed"), "{text}");
            assert!(leads_there(text), "{text}");
        }
        assert!(
            to_administrator.iter().all(|text| text.contains("Only Chair") || text.contains("can release it")),
            "{to_administrator:?}"
        );
    }
    // A restart warns nobody again.
    server.restart_after(TimeDelta::zero())?;
    round.facilitator()?.release(&round.review()?.id)?.with(200)?;
    // A code by email is enough for the subject, and for nobody else.
    let (by_code, sure) = ("a code that comes to it by email", "A code by email is not enough");
    for (address, beginning, many, said, unsaid) in [
        (&subject, "Your feedback report", 1, by_code, sure),
        (&facilitator, "The report about", 4, sure, by_code),
        (&administrator, "The report about", 3, sure, by_code),
    ] {
        let released = told(&server, address, beginning, many)?;
        let news = ["ready to read", "has been released.", "has released the report"];
        let is_released = |text: &&String| news.iter().any(|news| words(text).contains(news));
        let last = released.iter().find(is_released).ok_or("nothing of the release")?;
        let last_words = words(last);
        assert!(leads_there(last) && last_words.contains(said) && !last_words.contains(unsaid), "{address}: {last}");
        // And so it is.
        let person = Person { email: address.clone(), ..Person::called("Reader", "") };
        let reader = server.signed_in(&trust.id, &person, None)?;
        let status = reader.get(&page)?.status;
        assert_eq!(status == 200, unsaid == sure, "{address} with a code: {status}");
    }
    assert_eq!(told(&server, &administrator, "CEO review", 1)?.len(), 1, "one email of the count");
    let to_administrator = told(&server, &administrator, "The report about", 3)?;
    let released = to_administrator.iter().filter(|text| words(text).contains("has released the report"));
    assert_eq!((to_administrator.len(), released.count()), (3, 1), "{to_administrator:?}");
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
    let waiting = words(&told(&server, &review.facilitator.email, "The report about", 1)?[0]);
    assert!(
        waiting.contains(&format!("shows nothing of what anybody but {} answered", review.subject.name)),
        "{waiting}"
    );
    let administrators = database::rows(&database::open(&server)?, "SELECT email FROM accounts WHERE administrator")?;
    for administrator in administrators.rows.iter().flatten().flatten() {
        for email in server.mailbox().to(administrator)? {
            assert!(!email.text.contains("nothing of what"), "those who run the round are told of it: {}", email.text);
        }
    }
    let path = format!("/v1/reviews/{}/release", review.id);
    let asked: Value = facilitator.post(&path, &json!({}))?.problem(409)?;
    assert_eq!(asked["type"], "urn:candour:problem:confirmation-needed");
    assert!(asked["detail"].as_str().is_some_and(|detail| detail.contains("shows nothing")), "{asked}");
    facilitator.post(&path, &json!({ "confirm": true }))?.with(200)?;
    let told = told(&server, &review.subject.email, "The round of feedback about your work has ended", 1)?;
    let text = words(&told[0]);
    assert!(text.contains("shows nothing of what others answered") && !text.contains("ready to read"), "{text}");
    Ok(())
}

/// Five answer, and none of them could judge anything: there is a column, and nothing in it.
#[test]
fn a_report_in_which_everything_is_left_out_is_released_only_by_somebody_who_says_so() -> Outcome {
    let server = TestApp::start()?;
    let trust = Trust::found(&server, "Ashgrove Trust")?;
    let round = trust.open(&RoundPlan::new().asking("staff", 5))?;
    for (_, link) in round.link_of_each()? {
        link.submit(&candour_tests::Answers::to(&link.survey()?, |_item| None))?.with(200)?;
    }
    round.close_and_count()?;
    let (facilitator, review) = (round.facilitator()?, round.review()?);
    assert_eq!(facilitator.result(&review.id)?["blocks"][0]["responded"], 5);
    // Enough people did answer, so nobody is told that too few did, and nothing else.
    let or = "or nothing that they answered can be shown";
    let waiting = words(&told(&server, &review.facilitator.email, "The report about", 1)?[0]);
    assert!(waiting.contains(or), "{waiting}");
    let path = format!("/v1/reviews/{}/release", review.id);
    for later in [json!({}), json!({ "release_at": server.now() + TimeDelta::days(1) })] {
        let asked: Value = facilitator.post(&path, &later)?.problem(409)?;
        assert_eq!(asked["type"], "urn:candour:problem:confirmation-needed");
    }
    assert_eq!(facilitator.get(&format!("/v1/reviews/{}", review.id))?.with(200)?.json()?["state"], "counted");
    facilitator.post(&path, &json!({ "confirm": true }))?.with(200)?;
    let to_subject = told(&server, &review.subject.email, "The round of feedback about your work has ended", 1)?;
    assert!(words(&to_subject[0]).contains(or), "{to_subject:?}");
    Ok(())
}
