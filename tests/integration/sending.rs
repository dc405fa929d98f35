//! How far the emails of a launch are: in numbers, on the round's page and over the API.

use candour_tests::{Outcome, RoundPlan, Smtpd, StartedRound, TestApp, Trust};
use chrono::TimeDelta;
use serde_json::{Value, json};

/// A service whose emails go to a mail server that is told this.
fn with_mail_server(folder: &tempfile::TempDir, told: &[&str]) -> Outcome<(Smtpd, TestApp)> {
    let smtpd = Smtpd::start(folder.path(), told)?;
    let url = smtpd.url();
    Ok((smtpd, TestApp::start_with(move |config| config.smtp_url = Some(url.clone()))?))
}

fn delivery(round: &StartedRound<'_, TestApp>) -> Outcome<Value> {
    round.trust.administrator.get(&format!("/v1/rounds/{}/delivery", round.id))?.with(200)?.json()
}

#[test]
fn a_launch_says_how_many_of_its_emails_have_gone() -> Outcome {
    let folder = tempfile::tempdir()?;
    let (_smtpd, app) = with_mail_server(&folder, &["--put-off", "4"])?;
    let trust = Trust::found(&app, "Ashgrove Trust")?;
    let round = trust.draft(&RoundPlan::small().reviews(2))?;
    let hr = trust.office()?;
    let path = format!("/rounds/{}", round.id);
    assert_eq!(delivery(&round)?["emails"], 0, "nobody has been asked");
    round.launch()?;
    // Ten people are asked about both, and get one email each; each subject answers about themselves.
    assert_eq!(
        delivery(&round)?,
        json!({ "emails": 12, "queued": 12, "sent": 0, "written_to_file": 0, "bounced": 0, "failed": 0, "problems": [] })
    );
    let page = hr.get(&format!("{path}?done=launched"))?.with(200)?;
    page.says(&["0 of 12 emails sent", "updates by itself every 15 seconds", &format!("href=\"{path}?still=1\"")])?;
    assert_eq!(page.header("refresh"), Some(&*format!("15; url={path}?times=1")), "without the note of what was done");
    assert!(!page.text().contains("http-equiv"), "what comes again by itself is stopped by a link");
    let next = hr.get(&format!("{path}?times=39"))?.with(200)?;
    assert_eq!(next.header("refresh"), Some(&*format!("15; url={path}?times=40")));
    let last = hr.get(&format!("{path}?times=40"))?.with(200)?;
    last.says(&["has stopped updating", "Update now", "Update by itself again"])?;
    assert_eq!(last.header("refresh"), None, "a page that is left open does not keep its session");
    let still = hr.get(&format!("{path}?still=1"))?.with(200)?;
    still.says(&["does not update by itself", "Update now"])?;
    assert_eq!(still.header("refresh"), None);

    app.work_until_idle()?;
    let under_way = delivery(&round)?;
    assert_eq!((&under_way["queued"], &under_way["sent"]), (&json!(4), &json!(8)), "{under_way}");
    hr.get(&path)?.with(200)?.says(&["8 of 12 emails sent", "value=\"8\"", "max=\"12\""])?;
    app.time_passes(TimeDelta::minutes(5))?;
    let done = hr.get(&path)?.with(200)?;
    done.says(&["12 of 12 emails sent"])?;
    assert_eq!(done.header("refresh"), None, "there is nothing to wait for");
    assert!(!done.text().contains("still=1"), "{}", done.words());
    Ok(())
}

#[test]
fn how_far_the_emails_are_says_nothing_about_answers() -> Outcome {
    let app = TestApp::start()?;
    let trust = Trust::found(&app, "Ashgrove Trust")?;
    let round = trust.open(&RoundPlan::small())?;
    let hr = trust.office()?;
    let page = format!("/rounds/{}?still=1", round.id);
    let links = round.link_of_each()?;
    let seen = || -> Outcome<_> { Ok((delivery(&round)?, hr.get(&page)?.with(200)?.text())) };
    let before = seen()?;
    assert_eq!((&before.0["emails"], &before.0["written_to_file"]), (&json!(11), &json!(11)));
    hr.get(&page)?.says(&["11 of 11 emails written to files, since there is no mail server"])?;
    links[1].1.decline()?.succeeded()?;
    trust.administrator.moves(&round.id, "remind", &json!({}))?;
    app.work_until_idle()?;
    for (_, link) in links.iter().skip(3) {
        link.submit(&candour_tests::Answers::to(&link.survey()?, |_| Some(4)))?.with(200)?;
        assert_eq!(seen()?, before);
    }
    app.time_passes(TimeDelta::hours(2))?;
    assert_eq!(delivery(&round)?, before.0, "neither a reminder nor a confirmation is counted");
    // Somebody who is withdrawn gets no email and is no part of it, whether they have answered or not.
    for (person, gone) in [(&links[2].0, 1), (&links[4].0, 2)] {
        let raters = trust.administrator.raters(&round.review()?.id)?;
        let rater = raters.iter().find(|rater| rater["email"] == person.email.as_str()).ok_or("no such rater")?;
        trust.administrator.delete(&format!("/v1/raters/{}", rater["id"].as_str().unwrap_or("?")))?.succeeded()?;
        assert_eq!(delivery(&round)?["emails"], json!(11 - gone));
    }
    round.close_and_count()?;
    let ended = trust.office()?.get(&page)?.with(200)?.words();
    assert!(!ended.contains("emails written"), "an ended round sends no first email");
    Ok(())
}

#[test]
fn how_far_the_emails_are_is_for_those_who_run_the_round() -> Outcome {
    let app = TestApp::start()?;
    let (trust, elsewhere) = (Trust::found(&app, "Ashgrove Trust")?, Trust::found(&app, "Birchwood Trust")?);
    let round = trust.open(&RoundPlan::small())?;
    let path = format!("/v1/rounds/{}/delivery", round.id);
    trust.integration(&["rounds:read"])?.0.get(&path)?.with(200)?;
    elsewhere.administrator.get(&path)?.problem(404)?;
    round.facilitator()?.0.get(&path)?.problem(403)?;
    app.anonymous()?.get(&path)?.problem(401)?;
    Ok(())
}
