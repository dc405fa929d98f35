//! Why the first email to somebody did not arrive: told in a word of this program and in what to do next, never in the
//! words of a mail server.

use candour_tests::{Outcome, RoundPlan, Service, Smtpd, StartedRound, TestApp, Trust, database};
use chrono::TimeDelta;
use serde_json::{Value, json};

/// What a hostile server says besides the figures.
const SAYS: &str = "<script>alert(1)</script> Mallory-was-here";

fn address(name: &str) -> String {
    format!("{name}@ashgrove.example.org")
}

/// A service whose mail server gives these answers to these people, and takes the emails of everybody else.
fn start(folder: &tempfile::TempDir, answers: &[(&str, &str, &str)]) -> Outcome<(Smtpd, TestApp)> {
    let told: Vec<String> = answers
        .iter()
        .flat_map(|(when, name, reply)| [format!("--{when}"), address(name), format!("{reply} {SAYS}")])
        .collect();
    let smtpd = Smtpd::start(folder.path(), &told.iter().map(String::as_str).collect::<Vec<_>>())?;
    let url = smtpd.url();
    Ok((smtpd, TestApp::start_with(move |config| config.smtp_url = Some(url.clone()))?))
}

fn listed(round: &StartedRound<'_, TestApp>, name: &str) -> Outcome<Value> {
    let raters = round.trust.administrator.raters(&round.review()?.id)?;
    raters.into_iter().find(|rater| rater["email"] == address(name)).ok_or_else(|| format!("no {name}").into())
}

/// How somebody's first email fares, and why.
fn fares(round: &StartedRound<'_, TestApp>, name: &str) -> Outcome<(Value, Value)> {
    let rater = listed(round, name)?;
    Ok((rater["delivery"].clone(), rater["delivery_reason"].clone()))
}

#[test]
fn who_runs_a_round_reads_why_an_email_did_not_arrive_and_what_to_do() -> Outcome {
    let folder = tempfile::tempdir()?;
    let (_smtpd, app) = start(
        &folder,
        &[
            ("always", "trustees1", "550 5.1.1"),
            ("always", "trustees2", "556 5.1.10"),
            ("once", "trustees3", "452 4.2.2"),
            ("always", "executiveteam1", "452 4.2.2"),
            ("always", "executiveteam2", "550 5.7.1"),
            ("always", "executiveteam3", "550 5.7.1"),
        ],
    )?;
    let trust = Trust::found(&app, "Ashgrove Trust")?;
    let round = trust.draft(&RoundPlan::small())?;
    let (page, list) = (format!("/rounds/{}", round.id), format!("/reviews/{}/raters", round.review()?.id));
    assert_eq!(fares(&round, "trustees1")?, (Value::Null, Value::Null));
    round.launch()?;
    app.work_until_idle()?;
    assert_eq!(fares(&round, "trustees1")?, (json!("bounced"), json!("no_such_mailbox")));
    assert_eq!(fares(&round, "trustees2")?, (json!("bounced"), json!("no_such_domain")));
    assert_eq!(fares(&round, "trustees3")?, (json!("queued"), Value::Null), "it may arrive yet");
    app.time_passes(TimeDelta::minutes(1))?;
    assert_eq!(fares(&round, "trustees3")?, (json!("sent"), Value::Null));
    // The last attempt of a day.
    database::open(&app)?.change("UPDATE jobs SET attempts = 59 WHERE kind = 'mail.invitation'")?;
    app.time_passes(TimeDelta::hours(1))?;
    assert_eq!(fares(&round, "executiveteam1")?, (json!("failed"), json!("mailbox_full")));
    assert_eq!(fares(&round, "executiveteam2")?, (json!("failed"), json!("unwanted")));

    let hr = trust.office()?;
    let told = hr.get(&list)?.with(200)?;
    told.says(&[
        "The mail server says that there is no such mailbox. Correct the address.",
        "Nobody takes mail for the part of the address after the @.",
        "The mailbox was full for about a day.",
        "refused the email as unwanted. Ask your IT, or theirs, to let emails from",
        "href=\"/work\"",
    ])?;
    let told = hr.get(&page)?.with(200)?;
    told.says(&["6 of 11 emails sent", "Some emails could not be delivered", "href=\"/work\""])?;
    let words = told.words();
    for words_of_one in [
        "1 email: The mail server says that there is no such mailbox.",
        "2 emails: Their mail system refused the email as unwanted.",
    ] {
        assert!(words.contains(words_of_one), "{words}");
    }
    let delivery = trust.administrator.get(&format!("/v1/rounds/{}/delivery", round.id))?.with(200)?.json()?;
    assert_eq!(
        delivery["problems"],
        json!([
            { "delivery": "bounced", "reason": "no_such_domain", "emails": 1 },
            { "delivery": "bounced", "reason": "no_such_mailbox", "emails": 1 },
            { "delivery": "failed", "reason": "mailbox_full", "emails": 1 },
            { "delivery": "failed", "reason": "unwanted", "emails": 2 },
        ])
    );
    // Nothing of what the server said is kept or shown.
    let look = database::open(&app)?;
    for (place, text) in [("jobs", "error"), ("invitations", "delivery_reason"), ("audit_log", "detail")] {
        for kept in look.texts(&format!("SELECT {text} FROM {place} WHERE {text} IS NOT NULL"))? {
            assert!(!kept.contains("Mallory") && !kept.contains("script"), "{place}: {kept}");
        }
    }
    for path in [&list, &page, &"/work".to_owned()] {
        let text = hr.get(path)?.with(200)?.text();
        assert!(!text.contains("Mallory") && !text.contains("alert(1)"), "{path}");
    }
    assert!(!app.log()?.contains("Mallory"));
    Ok(())
}

#[test]
fn a_corrected_address_forgets_why_the_other_was_refused() -> Outcome {
    let folder = tempfile::tempdir()?;
    let (_smtpd, app) = start(&folder, &[("always", "trustees1", "550 5.1.1"), ("once", "trustees2", "550 5.1.1")])?;
    let trust = Trust::found(&app, "Ashgrove Trust")?;
    let round = trust.open(&RoundPlan::small())?;
    app.work_until_idle()?;
    let hr = trust.office()?;
    let again = |name: &str, body: Value| -> Outcome<Value> {
        let id = listed(&round, name)?["id"].as_str().unwrap_or("?").to_owned();
        trust.administrator.post(&format!("/v1/raters/{id}/ask-again"), &body)?.with(200)?.json()
    };
    let id = listed(&round, "trustees1")?["id"].as_str().unwrap_or("?").to_owned();
    hr.get(&format!("/reviews/{}/raters/{id}/again", round.review()?.id))?.with(200)?.says(&["no such mailbox"])?;
    // At the same address: what was refused is under way again.
    assert_eq!(again("trustees2", json!({}))?["delivery_reason"], Value::Null);
    assert_eq!(fares(&round, "trustees2")?, (json!("queued"), Value::Null));
    app.work_until_idle()?;
    assert_eq!(fares(&round, "trustees2")?, (json!("sent"), Value::Null));
    // At another one.
    assert_eq!(again("trustees1", json!({ "email": address("tilda") }))?["delivery_reason"], Value::Null);
    assert_eq!(fares(&round, "tilda")?, (Value::Null, Value::Null));
    let delivery = || trust.administrator.get(&format!("/v1/rounds/{}/delivery", round.id))?.with(200)?.json();
    assert_eq!(delivery()?["problems"], json!([]), "who waits for an agreement has no problem with an email");
    round.agree()?;
    app.work_until_idle()?;
    assert_eq!(fares(&round, "tilda")?, (json!("sent"), Value::Null));
    assert_eq!((&delivery()?["emails"], &delivery()?["sent"]), (&json!(11), &json!(11)));
    Ok(())
}
