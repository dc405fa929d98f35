//! Buttons that only somebody presses who has opened their page: neither a scanner that posts to what it finds nor a
//! page of another site.

use candour_tests::{Answers, Outcome, RaterLink, Reply, RoundPlan, Server, Trust};
use serde_json::json;

/// A form as it comes from elsewhere, with these headers.
fn posts(link: &RaterLink, page: &str, headers: &[(&str, &str)], body: &str) -> Outcome<Reply> {
    let all: Vec<_> =
        [("content-type", "application/x-www-form-urlencoded")].into_iter().chain(headers.iter().copied()).collect();
    link.caller().send("POST", &format!("{}{page}", link.path()), &all, Some(body.as_bytes()))
}

fn body(fields: &[(String, String)], more: &str) -> String {
    let fields = fields.iter().map(|(name, value)| format!("{name}={}&", candour_tests::caller::form_encode(value)));
    fields.collect::<String>() + more
}

/// What a browser says of a form that one of our own pages sends.
const OWN: &[(&str, &str)] = &[("sec-fetch-site", "same-origin")];

/// What is said of one that no page of ours sends, or of which a browser says nothing.
const FOREIGN: [&[(&str, &str)]; 5] = [
    &[],
    &[("origin", "null")],
    &[("origin", "https://elsewhere.example")],
    &[("origin", "null"), ("sec-fetch-site", "cross-site")],
    &[("sec-fetch-site", "same-site")],
];

#[test]
fn nobody_sends_or_declines_who_has_not_opened_the_page() -> Outcome {
    let server = Server::start()?;
    let trust = Trust::found(&server, "Ashgrove Trust")?;
    let round = trust.open(&RoundPlan::small())?;
    let links = round.link_of_each()?;
    let [.., (_, other), (_, link)] = links.as_slice() else { return Err("two raters".into()) };
    let survey = link.survey()?;
    link.save(&Answers::to(&survey, |_| Some(4)))?.with(200)?;
    let untouched = || -> Outcome {
        let now = link.survey()?;
        assert_eq!((&now["state"], &now["declined"]), (&json!("open"), &json!(false)), "nothing was sent or declined");
        Ok(())
    };
    for (page, more) in [("/send", ""), ("/send", "all_the_same=yes"), ("/decline", "declined=yes")] {
        // As a scanner does that says nothing or pretends to be a browser, and as a page of another site makes one do.
        for headers in FOREIGN.into_iter().chain([OWN]) {
            posts(link, page, headers, more)?.with(403)?;
            posts(link, page, headers, &format!("state=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA&{more}"))?.with(403)?;
            untouched()?;
        }
        let shown = if page == "/send" { "/check" } else { "" };
        // With what the page of somebody else carries, or that of the other button.
        posts(link, page, OWN, &body(&other.carried(shown, page)?, more))?.with(403)?;
        let wrong = if page == "/send" { link.carried("", "/decline")? } else { link.carried("/check", "/send")? };
        posts(link, page, OWN, &body(&wrong, more))?.with(403)?;
        // With what its own page carries, and yet from another site.
        for headers in FOREIGN {
            posts(link, page, headers, &body(&link.carried(shown, page)?, more))?.with(403)?;
        }
        untouched()?;
    }
    let api = |method: &str, path: &str, headers: &[(&str, &str)], body: Option<&str>| {
        link.caller().send(method, &format!("/v1/survey/{}/{path}", link.token()), headers, body.map(str::as_bytes))
    };
    for (headers, body, status) in [
        (vec![], None, 400),
        (vec![("content-type", "application/json")], Some("{}"), 422),
        (vec![("content-type", "application/json")], Some("[]"), 400),
        (vec![("content-type", "application/json")], Some("[true]"), 400),
        (vec![("content-type", "text/plain")], Some(r#"{"declined":true}"#), 415),
        (
            vec![("content-type", "application/json"), ("sec-fetch-site", "cross-site")],
            Some(r#"{"declined":true}"#),
            403,
        ),
        (
            vec![("content-type", "application/json"), ("origin", "https://elsewhere.example")],
            Some(r#"{"declined":true}"#),
            403,
        ),
    ] {
        api("POST", "decline", &headers, body)?.problem(status)?;
        untouched()?;
    }
    api("PUT", "response", &[], None)?.problem(400)?;
    untouched()?;

    // Whoever opens the page presses its buttons.
    link.decline_page("yes")?.with(303)?;
    assert_eq!(link.survey()?["declined"], true);
    link.decline_page("no")?.with(303)?;
    assert_eq!(link.survey()?["declined"], false);
    link.decline()?.with(200)?;
    let sent = link.send_page()?.with(303)?;
    assert_eq!(link.survey()?["state"], "received");
    assert_eq!(link.post_page("/send", &[])?.status, sent.status, "once received, it is told to whoever presses again");
    Ok(())
}

#[test]
fn a_page_that_says_nothing_is_refused_and_keeps_what_is_saved() -> Outcome {
    let server = Server::start()?;
    let trust = Trust::found(&server, "Ashgrove Trust")?;
    let round = trust.open(&RoundPlan::small())?;
    let (_, link) = round.link_of_each()?.into_iter().nth(3).ok_or("no such rater")?;
    link.save(&Answers::to(&link.survey()?, |_| Some(4)).saying("keep", "Here."))?.with(200)?;
    let before = link.survey()?;
    for page in ["/page/1", "/page/9"] {
        posts(&link, page, OWN, "")?.with(400)?;
        posts(&link, page, OWN, "colour=blue")?.with(400)?;
        let json = [&[("content-type", "application/json")], OWN].concat();
        link.caller().send("POST", &format!("{}{page}", link.path()), &json, Some(b"[]"))?.with(415)?;
        for headers in FOREIGN {
            posts(&link, page, headers, "comment.keep=")?.with(403)?;
        }
    }
    assert_eq!(link.survey()?, before);
    Ok(())
}

#[test]
fn a_sheet_that_is_mostly_open_is_sent_when_asked_twice() -> Outcome {
    let server = Server::start()?;
    let trust = Trust::found(&server, "Ashgrove Trust")?;
    let round = trust.open(&RoundPlan::small())?;
    let (_, link) = round.link_of_each()?.into_iter().nth(3).ok_or("no such rater")?;
    let survey = link.survey()?;
    let items = candour_tests::answers::items(&survey);
    let one =
        Answers { ratings: items.iter().take(1).map(|item| (item.clone(), Some(3))).collect(), ..Answers::default() };
    link.save(&one)?.with(200)?;
    let asked = link.press("/check", "/send", &[])?.with(422)?.text();
    let open = format!("{} of {} statements are open: send all the same?", items.len() - 1, items.len());
    assert!(asked.contains(&open), "{asked}");
    assert_eq!(link.survey()?["state"], "open");
    link.send_page()?.with(303)?;
    assert_eq!(link.survey()?["state"], "received");
    Ok(())
}
