//! One rater with two windows, or a phone and a computer: what was written in one is not lost to the other.

use candour_tests::answers::{competencies, prompts};
use candour_tests::{Answers, Browser, Outcome, RaterLink, Reply, RoundPlan, Server, Trust, browser::Screen, wait};
use serde_json::{Value, json};

/// A small round, with the link of somebody who answers without a name and the number of their page for comments.
fn asked<'a>(trust: &'a Trust<'a>) -> Outcome<(RaterLink, Value, String)> {
    let round = trust.open(&RoundPlan::small())?;
    let (_, link) = round.link_of_each()?.into_iter().nth(3).ok_or("no such rater")?;
    let survey = link.survey()?;
    let page = format!("/page/{}", competencies(&survey).len() + 1);
    Ok((link, survey, page))
}

/// Presses a button of a page that was opened before, with what it carried then.
fn presses(link: &RaterLink, page: &str, carried: &[(String, String)], fields: &[(&str, &str)]) -> Outcome<Reply> {
    let carried = carried.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    link.post_page(page, &carried.chain(fields.iter().copied()).collect::<Vec<_>>())
}

#[test]
fn what_was_saved_in_another_window_is_not_wiped_by_a_page_opened_before() -> Outcome {
    let server = Server::start()?;
    let trust = Trust::found(&server, "Ashgrove Trust")?;
    let (link, survey, page) = asked(&trust)?;
    let prompts = prompts(&survey);
    let [keep, more, rest @ ..] = prompts.as_slice() else { return Err("two prompts".into()) };
    let (keep, more) = (format!("comment.{keep}"), format!("comment.{more}"));
    let rest: Vec<_> = rest.iter().map(|prompt| format!("comment.{prompt}")).collect();
    let empty: Vec<(&str, &str)> = rest.iter().map(|field| (field.as_str(), "")).collect();
    let fields = |first: &'static str, second: &'static str| {
        [(keep.as_str(), first), (more.as_str(), second), ("action", "next")]
            .into_iter()
            .chain(empty.iter().copied())
            .collect::<Vec<_>>()
    };
    let comments = || -> Outcome<Value> { Ok(link.survey()?["draft"]["comments"].clone()) };
    // Two windows show the page while it is empty.
    let (a, b) = (link.carried(&page, &page)?, link.carried(&page, &page)?);
    assert!(!a.is_empty(), "a page says what it was opened with");

    presses(&link, &page, &b, &fields("Written in B.", ""))?.with(303)?;
    presses(&link, &page, &a, &fields("", ""))?.with(303)?;
    assert_eq!(comments()?, json!({ "keep": "Written in B." }), "nothing was typed in A, so nothing of B goes");
    presses(&link, &page, &a, &fields("", "Written in A."))?.with(303)?;
    assert_eq!(
        comments()?,
        json!({ "keep": "Written in B.", "more": "Written in A." }),
        "what only one of them changed is put together"
    );

    let both = presses(&link, &page, &a, &fields("Also written in A.", "Written in A."))?.with(409)?;
    let shown = both.text();
    assert!(
        shown.contains(">\nAlso written in A.</textarea>") && shown.contains(">\nWritten in B.</textarea>"),
        "both are there: {shown}"
    );
    assert_eq!(comments()?["keep"], "Written in B.", "until somebody decides");
    let decided: Vec<_> = opened_with(&shown)?;
    presses(&link, &page, &decided, &fields("Written in B. Also written in A.", "Written in A."))?.with(303)?;
    assert_eq!(comments()?["keep"], "Written in B. Also written in A.");
    // A page of nobody knows what it was opened with: it adds, and wipes nothing.
    presses(&link, &page, &[], &fields("", "Bare."))?.with(409)?;
    assert_eq!(comments()?, json!({ "keep": "Written in B. Also written in A.", "more": "Written in A." }));
    Ok(())
}

/// What a page that has come back says it was opened with.
fn opened_with(html: &str) -> Outcome<Vec<(String, String)>> {
    let opened =
        html.split("name=\"opened\" value=\"").nth(1).and_then(|rest| rest.split('"').next()).ok_or("no marks")?;
    Ok(vec![("opened".to_owned(), opened.to_owned())])
}

#[test]
fn a_draft_over_the_api_says_which_draft_it_was_made_from() -> Outcome {
    let server = Server::start()?;
    let trust = Trust::found(&server, "Ashgrove Trust")?;
    let (link, survey, _) = asked(&trust)?;
    let prompt = prompts(&survey).into_iter().next().ok_or("no prompt")?;
    let saying = |text: &str| Answers::to(&survey, |_| Some(3)).saying(&prompt, text);
    let empty = link.get()?.header("etag").ok_or("no tag")?.to_owned();
    assert_eq!(link.get()?.header("etag"), Some(empty.as_str()), "reading changes nothing");
    let first = link.save_over(&empty, &saying("One."))?.with(200)?.header("etag").ok_or("no tag")?.to_owned();
    assert_ne!(first, empty);
    assert_eq!(link.get()?.header("etag"), Some(first.as_str()));

    let path = format!("/v1/survey/{}/draft", link.token());
    let put = |headers: &[(&str, &str)], body: Option<&[u8]>| link.caller().send("PUT", &path, headers, body);
    let json_over = |tag| [("content-type", "application/json"), ("if-match", tag)];
    link.save_over(&empty, &saying("Two."))?.problem(412)?;
    let whole = saying("Three.").json().to_string();
    for headers in
        [vec![("content-type", "application/json")], vec![("content-type", "application/json"), ("if-match", "*")]]
    {
        put(&headers, Some(whole.as_bytes()))?.problem(428)?;
    }
    for (headers, body, status) in [
        (json_over(&first).to_vec(), None, 400),
        (json_over(&first).to_vec(), Some("[]"), 400),
        (json_over(&first).to_vec(), Some(" [] "), 400),
        (json_over(&first).to_vec(), Some("null"), 422),
        (json_over(&first).to_vec(), Some("\"\""), 422),
        (json_over(&first).to_vec(), Some(r#"{"ratings":[]}"#), 422),
        (vec![("content-type", "text/plain"), ("if-match", &first)], Some("{}"), 415),
    ] {
        put(&headers, body.map(str::as_bytes))?.problem(status)?;
    }
    assert_eq!(link.survey()?["draft"]["comments"][&prompt], "One.", "none of them changed a letter");
    let sheet = saying("Four.").json().to_string();
    let response = format!("/v1/survey/{}/response", link.token());
    link.caller().send("PUT", &response, &json_over(&empty), Some(sheet.as_bytes()))?.problem(412)?;
    link.caller().send("PUT", &response, &json_over(&first), Some(sheet.as_bytes()))?.with(200)?;
    Ok(())
}

#[test]
fn nothing_is_sent_that_was_not_looked_through() -> Outcome {
    let server = Server::start()?;
    let trust = Trust::found(&server, "Ashgrove Trust")?;
    let (link, survey, _) = asked(&trust)?;
    link.save(&Answers::to(&survey, |_| Some(3)))?.with(200)?;
    let check = link.carried("/check", "/send")?;
    link.save(&Answers::to(&survey, |_| Some(5)))?.with(200)?;
    let changed = presses(&link, "/send", &check, &[])?.with(409)?.text();
    assert!(changed.contains("were changed since you opened this page"), "{changed}");
    assert_eq!(link.survey()?["state"], "open");
    link.send_page()?.with(303)?;
    assert_eq!(link.survey()?["state"], "received");
    Ok(())
}

#[test]
fn two_tabs_with_the_script_lose_nothing() -> Outcome {
    let server = Server::start()?;
    let trust = Trust::found(&server, "Ashgrove Trust")?;
    let (link, survey, page) = asked(&trust)?;
    let first = prompts(&survey).into_iter().next().ok_or("no prompt")?;
    let (field, url) = (format!("#comment-{first}"), format!("http://{}{}{page}", server.address()?, link.path()));
    let saved = |text: &str| -> Outcome {
        let said = || Ok((link.survey()?["draft"]["comments"][&first] == text).then_some(()));
        wait::until(&format!("{text} to be saved"), std::time::Duration::from_secs(30), said)
    };
    let (a, b) = (Browser::open(Screen::Phone)?, Browser::open(Screen::Desktop)?);
    a.go(&url)?;
    b.go(&url)?;
    b.type_into(&field, "Typed in B.")?;
    saved("Typed in B.")?;
    b.type_into(&field, " And more.")?;
    saved("Typed in B. And more.")?;
    a.type_into(&field, "Typed in A.")?;
    a.follow("main form button[name=action]")?;
    wait::until("both texts", std::time::Duration::from_secs(30), || {
        Ok((a.count(&format!("#other-{first}"))? == 1).then_some(()))
    })?;
    assert_eq!(a.property(&field, "value")?, "Typed in A.");
    assert_eq!(a.property(&format!("#other-{first}"), "value")?, "Typed in B. And more.");
    let violations = a.accessibility_violations()?;
    assert!(violations.is_empty(), "{violations:?}");
    a.type_into(&field, " Both.")?;
    a.follow("main form button[name=action]")?;
    saved("Typed in A. Both.")
}
