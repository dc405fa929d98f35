//! The page of a review, for each person who has to do with it, from the draft to the release.

use candour_tests::{Outcome, Person, Reply, RoundPlan, StartedRound, TestApp, Trust, Visitor, finding};
use serde_json::{Value, json};

/// A trust with a round about one person, who is advised on by somebody, and people at browsers.
pub(crate) struct Cast {
    /// The facilitator, with a passkey.
    pub(crate) chair: Visitor,
    /// Their adviser, with a passkey.
    pub(crate) vice: Visitor,
    /// The person it is about, with a code by email.
    pub(crate) chief: Visitor,
    /// An administrator, with a passkey.
    pub(crate) office: Visitor,
}

impl Cast {
    /// Signs everybody in.
    pub(crate) fn of(round: &StartedRound<'_, TestApp>) -> Outcome<Self> {
        let (trust, review) = (round.trust, round.review()?);
        trust.adviser(review)?;
        let at = |person: &Person, hours| trust.server.signed_in(&trust.id, person, hours);
        Ok(Self {
            chair: at(&review.facilitator, Some(0))?,
            vice: at(&Person::called("Vice", ""), Some(0))?,
            chief: at(&review.subject, None)?,
            office: at(&Person::called("hr", "staff"), Some(0))?,
        })
    }
}

/// Everybody answers, and the round is counted.
pub(crate) fn count(round: &StartedRound<'_, TestApp>) -> Outcome {
    round.everybody_answers(|rater, item| Some(u8::try_from((rater + item) % 3 + 3).unwrap_or(3)))?;
    round.close_and_count()
}

/// A page with each stretch of white space as one blank.
pub(crate) fn words(reply: &Reply) -> String {
    reply.text().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Finds each of these texts on the page.
pub(crate) fn shows(reply: &Reply, texts: &[&str]) -> Outcome {
    let page = words(reply);
    match texts.iter().find(|text| !page.contains(**text)) {
        Some(text) => finding!("{text:?} is not on the page: {reply}"),
        None => Ok(()),
    }
}

/// Finds none of these texts on the page.
pub(crate) fn hides(reply: &Reply, texts: &[&str]) -> Outcome {
    let page = words(reply);
    match texts.iter().find(|text| page.contains(**text)) {
        Some(text) => finding!("{text:?} is on the page: {reply}"),
        None => Ok(()),
    }
}

/// The report on a page.
pub(crate) fn article(reply: &Reply) -> Outcome<String> {
    let page = words(reply);
    let article = page.split_once("<article class=\"report\"").and_then(|(_, rest)| rest.split_once("</article>"));
    Ok(article.ok_or_else(|| format!("there is no report: {reply}"))?.0.to_owned())
}

const REPORT: &str = "<article class=\"report\"";

#[test]
fn everybody_reads_what_they_may_before_and_after_the_release() -> Outcome {
    let app = TestApp::start()?;
    let trust = Trust::found(&app, "Ashgrove Trust")?;
    let round = trust.draft(&RoundPlan::small())?;
    let (cast, review) = (Cast::of(&round)?, round.review()?.clone());
    let path = format!("/reviews/{}", review.id);
    let of = |what: &str| format!("href=\"{path}{what}\"");
    let tools = [of("/comments"), of("/preview"), of("/release")];
    let tools: Vec<&str> = tools.iter().map(String::as_str).collect();
    for (who, texts) in [
        (&cast.chair, vec!["Nobody has been asked yet", "Perpetua1 Quillfeather, Chief executive", "/list\""]),
        (&cast.vice, vec!["Nobody has been asked yet"]),
        (&cast.chief, vec!["You will be asked as well", "this page does not have it", "you get an email"]),
        (&cast.office, vec!["Nobody has been asked yet", "href=\"/rounds/"]),
    ] {
        let page = who.get(&path)?.with(200)?;
        shows(&page, &texts)?;
        shows(&who.open("/")?, &[&format!("href=\"{path}\"")])?;
        hides(&page, &tools)?;
        hides(&page, &[REPORT])?;
        who.get(&format!("{path}/report.csv"))?.with(404)?;
    }

    round.launch()?;
    for who in [&cast.chair, &cast.vice, &cast.chief, &cast.office] {
        let page = who.get(&path)?.with(200)?;
        shows(&page, &["People are being asked.", "Last day", "Ignatius1 Quillfeather"])?;
        hides(&page, &[REPORT, " have answered"])?;
    }
    shows(&cast.chief.get(&path)?, &["You answer about yourself through the link in your own email."])?;

    count(&round)?;
    let chair = cast.chair.get(&path)?.with(200)?;
    shows(&chair, &["You read the report first.", REPORT, &of("/report.csv"), &of("/sheet")])?;
    shows(&chair, &tools)?;
    let vice = cast.vice.get(&path)?.with(200)?;
    shows(&vice, &["You read the report with Ignatius1 Quillfeather", REPORT])?;
    hides(&vice, &tools)?;
    assert_eq!(article(&vice)?, article(&chair)?);
    shows(&cast.chief.get(&path)?.with(200)?, &["Ignatius1 Quillfeather reads the report first and decides"])?;
    shows(&cast.office.get(&path)?.with(200)?, &["The report is with Ignatius1 Quillfeather"])?;
    for who in [&cast.chief, &cast.office] {
        hides(&who.get(&path)?, &[REPORT, "Comment number"])?;
        who.get(&format!("{path}/report.csv"))?.with(404)?;
        for tool in ["/comments", "/preview", "/release", "/sheet", "/list", "/release/take-back"] {
            who.get(&format!("{path}{tool}"))?.with(404)?;
        }
    }
    nobody_else_reads_it(&trust, &round, &path)?;

    round.facilitator()?.release(&review.id)?.with(200)?;
    let csv = round.facilitator()?.get(&format!("/v1/reviews/{}/results.csv", review.id))?.with(200)?.text();
    assert!(csv.starts_with('\u{feff}'), "{csv}");
    for who in [&cast.chair, &cast.vice, &cast.chief, &cast.office] {
        let page = who.get(&path)?.with(200)?;
        shows(&page, &["The report was released on", &of("/report.csv")])?;
        assert_eq!(article(&page)?, article(&chair)?);
        hides(&page, &tools)?;
        let file = who.get(&format!("{path}/report.csv"))?.with(200)?;
        assert_eq!(file.text(), csv);
        let name = format!("attachment; filename=\"review-{}.csv\"", review.id);
        assert_eq!(file.header("content-disposition"), Some(name.as_str()));
    }
    nobody_else_reads_it(&trust, &round, &path)?;
    the_log_says_who_has_read_it(&trust)
}

/// People of whom it is not sure enough who they are, and others.
fn nobody_else_reads_it(trust: &Trust<'_, TestApp>, round: &StartedRound<'_, TestApp>, path: &str) -> Outcome {
    let review = round.review()?;
    let other = Trust::found(trust.server, "Birchwood Trust")?;
    let at = |trust: &Trust<'_, TestApp>, person: &Person, hours| trust.server.signed_in(&trust.id, person, hours);
    let (vice, hr) = (Person::called("Vice", ""), Person::called("hr", "staff"));
    for person in [&review.facilitator, &vice, &hr] {
        let page = at(trust, person, None)?.get(path)?.with(403)?;
        shows(&page, &["This page needs a stronger sign-in"])?;
        hides(&page, &["Perpetua1", REPORT])?;
        at(trust, person, None)?.get(&format!("{path}/report.csv"))?.with(403)?;
    }
    at(&other, &hr, Some(0))?.get(path)?.with(404)?;
    at(&other, &hr, Some(0))?.get(&format!("{path}/report.csv"))?.with(404)?;
    Ok(())
}

/// Each session, and in which form.
fn the_log_says_who_has_read_it(trust: &Trust<'_, TestApp>) -> Outcome {
    let log = trust.administrator.list("/v1/audit-log")?;
    let read: Vec<&Value> = log.iter().filter(|line| line["action"] == "result.read").collect();
    for role in ["facilitator", "adviser", "subject", "administrator"] {
        for form in ["page", "csv"] {
            let line = read.iter().find(|line| {
                let detail = &line["detail"];
                detail["role"] == role && detail["format"] == form && detail["session"].is_string()
            });
            assert!(line.is_some(), "no line of the {role} and {form}: {read:?}");
        }
    }
    assert!(read.iter().all(|line| line["detail"]["token"].is_string() != line["detail"]["session"].is_string()));
    Ok(())
}

#[test]
fn who_has_added_a_passkey_after_a_code_reads_nothing_until_the_wait_is_over() -> Outcome {
    let app = TestApp::start()?;
    let trust = Trust::found(&app, "Ashgrove Trust")?;
    let round = trust.open(&RoundPlan::small())?;
    let (cast, review) = (Cast::of(&round)?, round.review()?.clone());
    count(&round)?;
    let path = format!("/reviews/{}", review.id);
    let waiting = app.signed_in(&trust.id, &review.facilitator, Some(24))?;
    let page = waiting.get(&path)?.with(200)?;
    shows(&page, &["What has not been released opens to you from"])?;
    hides(&page, &[REPORT, "Comment number", "/release\""])?;
    for tool in ["/comments", "/preview", "/release", "/sheet", "/list", "/report.csv"] {
        waiting.get(&format!("{path}{tool}"))?.with(404)?;
    }
    waiting.post(&format!("{path}/release"), &[("when", "now")])?.with(404)?;
    shows(&cast.chair.get(&path)?, &["You read the report first."])
}

#[test]
fn a_round_that_ended_without_a_report_says_so() -> Outcome {
    let app = TestApp::start()?;
    let trust = Trust::found(&app, "Ashgrove Trust")?;
    let round = trust.open(&RoundPlan::small())?;
    let (cast, path) = (Cast::of(&round)?, format!("/reviews/{}", round.review()?.id));
    trust.administrator.moves(&round.id, "cancel", &json!({}))?;
    for who in [&cast.chair, &cast.vice, &cast.chief, &cast.office] {
        shows(&who.get(&path)?.with(200)?, &["The round was ended without a report."])?;
    }
    Ok(())
}
