//! How the emails of a round begin in the trust's own words: in the real emails, in the preview and in the test, and
//! nothing else of them.

use candour_tests::{Email, Outcome, RoundPlan, Smtpd, StartedRound, TestApp, Trust};
use serde_json::{Value, json};

const OWN: &str = "Dear colleagues,\n\nthis year we ask about <b>everything</b> & more.\n=HYPERLINK(1)";

fn words(round: &StartedRound<'_, TestApp>, emails: &Value) -> Outcome<candour_tests::Reply> {
    round.trust.administrator.patch(&format!("/v1/rounds/{}", round.id), &json!({ "emails": emails }))
}

/// The emails of a kind that somebody got.
fn got(mailbox: &candour_tests::Mailbox, to: &str, kind: &str) -> Outcome<Vec<Email>> {
    let kind = format!("<{kind}.");
    Ok(mailbox.to(to)?.into_iter().filter(|email| email.message_id.starts_with(&kind)).collect())
}

fn flat(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn the_emails_of_a_round_begin_in_the_trusts_own_words() -> Outcome {
    let folder = tempfile::tempdir()?;
    let smtpd = Smtpd::start(folder.path(), &[])?;
    let url = smtpd.url();
    let app = TestApp::start_with(move |config| config.smtp_url = Some(url.clone()))?;
    let trust = Trust::found(&app, "Ashgrove Trust")?;
    let round = trust.draft(&RoundPlan::small())?;
    let hr = trust.office()?;
    let emails = format!("/rounds/{}/emails", round.id);
    let form = format!("{emails}/wording");
    hr.get(&emails)?.with(200)?.says(&["How the emails begin", &format!("href=\"{form}\""), "as usual"])?;
    // What cannot be changed stands around the field.
    let page = hr.get(&form)?.with(200)?;
    page.says(&["In your own words", "Dear Beatrix Quillfeather,", "/s/sample", "This part cannot be changed"])?;
    let shown = flat(&page.words());
    for locked in ["Your view counts", "What happens to your answers", "Ignatius1", "safeguarding", "Please answer by"]
    {
        assert!(shown.contains(locked), "{locked}: {shown}");
    }
    let tag = page.field("tag")?;
    let done = hr.press(&form, &[("tag", &tag), ("letter", "invitation"), ("opening", OWN)])?.with(200)?;
    done.says(&[
        "The beginning has been changed",
        "this year we ask about &#60;b&#62;everything&#60;/b&#62; &#38; more.",
    ])?;
    let stale = hr.press(&form, &[("tag", &tag), ("letter", "invitation"), ("opening", "Other")])?.with(422)?;
    stale.says(&["Somebody has changed this meanwhile"])?;
    let view = words(&round, &json!({ "reminder": "Please do not forget us." }))?.with(200)?.json()?;
    assert_eq!(view["emails"], json!({ "invitation": OWN, "reminder": "Please do not forget us." }));

    // In the preview and the test.
    let rater = trust.administrator.raters(&round.review()?.id)?.into_iter().find(|rater| rater["group"] == "trustees");
    let rater = rater.ok_or("no trustee")?;
    let id = rater["id"].as_str().ok_or("no id")?;
    let preview = trust.administrator.get(&format!("/v1/raters/{id}/email"))?.with(200)?.json()?;
    assert!(preview["text"].as_str().is_some_and(|text| text.contains("=HYPERLINK(1)")), "{preview}");
    hr.get(&format!("{emails}/{id}?letter=reminder"))?.with(200)?.says(&["Please do not forget us."])?;
    trust.administrator.post(&format!("/v1/rounds/{}/test-email", round.id), &json!({}))?.with(202)?;

    // In the real emails.
    round.launch()?;
    app.work_until_idle()?;
    let mailbox = smtpd.mailbox();
    let tried = got(&mailbox, "hr@ashgrove.example.org", "sample")?;
    assert!(tried.iter().all(|email| email.text.contains("this year we ask about")) && tried.len() == 1);
    let address = rater["email"].as_str().ok_or("no address")?;
    let invitation = got(&mailbox, address, "invitation")?.pop().ok_or("no invitation")?;
    assert_eq!(
        Some(flat(&without_link(&invitation.text))),
        preview["text"].as_str().map(|text| flat(&without_link(text)))
    );
    assert!(
        invitation
            .html
            .contains("<p>this year we ask about &#60;b&#62;everything&#60;/b&#62; &#38; more.<br>=HYPERLINK(1)</p>")
    );
    assert!(!invitation.text.contains("Your view counts"), "it begins otherwise: {}", invitation.text);
    for locked in ["What happens to your answers", "Ignatius1", "Please answer by", "safeguarding"] {
        assert!(flat(&invitation.text).contains(locked), "{locked}: {}", invitation.text);
    }
    assert_eq!(invitation.links.len(), 1);

    // While the round is open, for what is sent from then on; the log says of what, and not what.
    hr.get(&format!("{form}?letter=reminder"))?.with(200)?.says(&["The round is open", "Please do not forget us."])?;
    words(&round, &json!({ "reminder": "It is nearly over." }))?.with(200)?;
    trust.administrator.moves(&round.id, "remind", &json!({}))?;
    app.work_until_idle()?;
    let reminder = got(&mailbox, address, "reminder")?.pop().ok_or("no reminder")?;
    let text = flat(&reminder.text);
    assert!(text.contains("It is nearly over. Ashgrove Trust would be glad to have your answers."), "{text}");
    assert!(!text.contains("do not forget"), "{text}");
    words(&round, &json!({ "reminder": "", "invitation": null }))?.with(200)?;
    let log = trust.administrator.list(&format!("/v1/audit-log?round={}", round.id))?;
    let worded: Vec<_> = log.iter().filter(|line| line["action"] == "round.emails_worded").collect();
    let kinds: Vec<_> = worded.iter().map(|line| line["detail"]["emails"].clone()).collect();
    assert_eq!(kinds.len(), 4, "{kinds:?}");
    assert!(kinds.iter().all(|kinds| *kinds == json!(["invitation"]) || *kinds == json!(["reminder"])), "{kinds:?}");
    assert!(!json!(log).to_string().contains("nearly over"));
    // Everything else is frozen all the same.
    let frozen = json!({ "title": "Other", "emails": { "reminder": "Now" } });
    trust.administrator.patch(&format!("/v1/rounds/{}", round.id), &frozen)?.problem(409)?;
    round.close_and_count()?;
    words(&round, &json!({ "reminder": "Too late" }))?.problem(409)?;
    hr.open(&form)?.with(200)?.says(&["How the emails begin"])?;
    Ok(())
}

/// A text whose link is like any other's.
fn without_link(text: &str) -> String {
    let words = text.split_whitespace().map(|word| word.split_once("/s/").map_or(word, |(before, _)| before));
    words.collect::<Vec<_>>().join(" ")
}

#[test]
fn what_would_mislead_raters_is_no_opening() -> Outcome {
    let app = TestApp::start()?;
    let trust = Trust::found(&app, "Ashgrove Trust")?;
    let round = trust.draft(&RoundPlan::small())?;
    let hr = trust.office()?;
    let long = "a".repeat(1501);
    for (opening, api, page) in [
        ("Sign in at https://trust.example/x", "reads like a link", "“https://trust.example/x” reads like a link"),
        ("Sign in at www.trust", "reads like a link", "“www.trust” reads like a link"),
        ("Sign in at trust.org.uk please", "reads like a link", "“trust.org.uk” reads like a link"),
        ("Write to mallory@elsewhere.example", "from character 10", "“mallory@elsewhere.example” reads like"),
        ("Ann \u{202e}eeL", "right-to-left override", "right-to-left override"),
        (&long, "more than 1500 characters", "longer than 1,500 characters"),
        ("Ann\u{7}", "control character", "control character"),
    ] {
        for email in ["invitation", "reminder"] {
            let refused = words(&round, &json!({ email: opening }))?.problem(422)?;
            assert_eq!(refused["errors"][0]["pointer"], format!("/emails/{email}"), "{refused}");
            let detail = refused["errors"][0]["detail"].as_str().unwrap_or_default();
            assert!(detail.contains(api), "{opening}: {detail}");
            let form = format!("/rounds/{}/emails/wording?letter={email}", round.id);
            let tag = hr.get(&form)?.field("tag")?;
            let path = format!("/rounds/{}/emails/wording", round.id);
            let wrong = hr.press(&path, &[("tag", &tag), ("letter", email), ("opening", opening)])?.with(422)?;
            wrong.says(&["Error:", "id=\"opening-problem\"", page])?;
        }
    }
    let unknown = words(&round, &json!({ "extended": "x" }))?.problem(422)?;
    assert!(unknown["errors"][0]["pointer"].as_str().is_some_and(|at| at.starts_with("/emails")), "{unknown}");
    let view = trust.administrator.round(&round.id)?;
    assert_eq!((&view["emails"], &view["revision"]), (&json!({ "invitation": "", "reminder": "" }), &json!(1)));
    Ok(())
}

#[test]
fn an_opening_is_the_trusts_own_and_goes_into_a_copy() -> Outcome {
    let app = TestApp::start()?;
    let (trust, elsewhere) = (Trust::found(&app, "Ashgrove Trust")?, Trust::found(&app, "Birchwood Trust")?);
    let round = trust.draft(&RoundPlan::small())?;
    words(&round, &json!({ "invitation": OWN }))?.with(200)?;
    let path = format!("/v1/rounds/{}", round.id);
    elsewhere.administrator.get(&path)?.problem(404)?;
    elsewhere.administrator.patch(&path, &json!({ "emails": { "invitation": "" } }))?.problem(404)?;
    let stranger = elsewhere.office()?;
    stranger.get(&format!("/rounds/{}/emails/wording", round.id))?.with(404)?;
    round.facilitator()?.0.patch(&path, &json!({ "emails": { "invitation": "" } }))?.problem(403)?;
    let copied = trust.administrator.post(&format!("{path}/copy"), &json!({}))?.with(201)?.json()?;
    let copy = copied["round"]["id"].as_str().or(copied["id"].as_str()).ok_or("no copy")?;
    assert_eq!(trust.administrator.round(copy)?["emails"], json!({ "invitation": OWN, "reminder": "" }));
    Ok(())
}
