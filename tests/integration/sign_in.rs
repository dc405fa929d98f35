//! Signing in with a code by email, and what somebody tries who wants to be somebody else.

use candour_tests::trust::DOMAIN;
use candour_tests::visitor::{codes, wait_for_code};
use candour_tests::{Outcome, Person, Reply, RoundPlan, Service, StartedRound, TestApp, Trust, Visitor, finding};
use chrono::TimeDelta;

/// A trust with a round in draft, whose chair can sign in.
fn trust(app: &TestApp) -> Outcome<Trust<'_, TestApp>> {
    Trust::found(app, "Ashgrove Trust")
}

fn chair_of<'a>(trust: &'a Trust<'_, TestApp>) -> Outcome<(StartedRound<'a, TestApp>, Person)> {
    let round = trust.draft(&RoundPlan::small())?;
    let chair = round.review()?.facilitator.clone();
    Ok((round, chair))
}

fn shows(reply: &Reply, text: &str) -> Outcome {
    if reply.text().contains(text) { Ok(()) } else { finding!("{text:?} is not on the page: {reply}") }
}

/// Whether this browser is signed in.
fn is_in(visitor: &Visitor) -> Outcome<bool> {
    Ok(visitor.get("/account")?.status == 200)
}

#[test]
fn a_code_by_email_signs_in_the_tab_that_asked() -> Outcome {
    let app = TestApp::start()?;
    let trust = trust(&app)?;
    let (_round, chair) = chair_of(&trust)?;
    let browser = app.visitor()?;
    assert!(!is_in(&browser)?);
    let home = browser.sign_in(&app.mailbox(), &chair.email)?.with(200)?;
    shows(&home, "Reports you read first")?;
    assert!(is_in(&browser)?);
    shows(&browser.open("/account")?, &chair.email)?;
    // A review named them; now they are one of the people of the trust.
    let hr = trust.office()?;
    shows(&hr.open("/people")?, &chair.email)?;
    shows(&browser.press("/sign-out", &[])?, "You are signed out")?;
    assert!(!is_in(&browser)?);
    Ok(())
}

#[test]
fn a_code_is_good_once_and_for_ten_minutes_and_five_tries() -> Outcome {
    let app = TestApp::start()?;
    let trust = trust(&app)?;
    let (_round, chair) = chair_of(&trust)?;
    let browser = app.visitor()?;
    let tab = browser.ask_for_code(&chair.email)?;
    let code = wait_for_code(&app.mailbox(), &chair.email, 1)?;
    let wrong = if code == "0000 0000" { "1111 1111" } else { "0000 0000" };
    for _ in 0..4 {
        let told = browser.post("/sign-in/code", &[("tab", &tab), ("code", wrong)])?.with(422)?;
        shows(&told, "This is not the code from the newest email")?;
    }
    let told = browser.post("/sign-in/code", &[("tab", &tab), ("code", wrong)])?.with(422)?;
    shows(&told, "This code cannot be used any more")?;
    let late = browser.post("/sign-in/code", &[("tab", &tab), ("code", &code)])?.with(422)?;
    shows(&late, "This code cannot be used any more")?;
    assert!(!is_in(&browser)?);

    let tab = browser.ask_for_code(&chair.email)?;
    let code = wait_for_code(&app.mailbox(), &chair.email, 2)?;
    app.time_passes_unused(TimeDelta::seconds(601));
    browser.post("/sign-in/code", &[("tab", &tab), ("code", &code)])?.with(422)?;
    assert!(!is_in(&browser)?);

    let tab = browser.ask_for_code(&chair.email)?;
    let code = wait_for_code(&app.mailbox(), &chair.email, 3)?;
    browser.post("/sign-in/code", &[("tab", &tab), ("code", &code)])?.with(303)?;
    assert!(is_in(&browser)?);
    browser.press("/sign-out", &[])?;
    browser.post("/sign-in/code", &[("tab", &tab), ("code", &code)])?.with(422)?;
    assert!(!is_in(&browser)?, "used twice");
    Ok(())
}

#[test]
fn a_code_is_good_in_no_other_tab_and_no_other_browser() -> Outcome {
    let app = TestApp::start()?;
    let trust = trust(&app)?;
    let (_round, chair) = chair_of(&trust)?;
    let (browser, other) = (app.visitor()?, app.visitor()?);
    let first = browser.ask_for_code(&chair.email)?;
    let code_of_first = wait_for_code(&app.mailbox(), &chair.email, 1)?;
    let second = browser.ask_for_code(&chair.email)?;
    let code_of_second = wait_for_code(&app.mailbox(), &chair.email, 2)?;
    assert_ne!(first, second);
    // The same browser, another tab.
    browser.post("/sign-in/code", &[("tab", &second), ("code", &code_of_first)])?.with(422)?;
    // Another browser, which knows tab and code: somebody who has read the mailbox and the address line.
    other.post("/sign-in/code", &[("tab", &first), ("code", &code_of_first)])?.with(422)?;
    let theirs = other.ask_for_code(&chair.email)?;
    other.post("/sign-in/code", &[("tab", &theirs), ("code", &code_of_first)])?.with(422)?;
    assert!(!is_in(&browser)? && !is_in(&other)?);
    browser.post("/sign-in/code", &[("tab", &second), ("code", &code_of_second)])?.with(303)?;
    assert!(is_in(&browser)? && !is_in(&other)?);
    Ok(())
}

/// A mail scanner opens what it finds in an email, and presses what it finds there.
#[test]
fn a_scanner_that_opens_and_presses_everything_spends_nothing() -> Outcome {
    let app = TestApp::start()?;
    let trust = trust(&app)?;
    let (_round, chair) = chair_of(&trust)?;
    let (browser, scanner) = (app.visitor()?, app.visitor()?);
    let tab = browser.ask_for_code(&chair.email)?;
    let code = wait_for_code(&app.mailbox(), &chair.email, 1)?;
    let email = app.mailbox().to(&chair.email)?.pop().ok_or("no email")?;
    assert!(!email.text.contains("http") && !email.html.contains("href=\"http"), "there is no link to open");
    assert!(!email.subject.chars().any(|c| c.is_ascii_digit()), "a lock screen shows the subject");
    for _ in 0..3 {
        scanner.get(&format!("/sign-in/code?tab={tab}"))?;
        scanner.post("/sign-in/code", &[("tab", &tab), ("code", &code)])?;
        scanner.post("/sign-in/code", &[("tab", &tab), ("code", "")])?;
    }
    browser.post("/sign-in/code", &[("tab", &tab), ("code", &code)])?.with(303)?;
    assert!(is_in(&browser)? && !is_in(&scanner)?);
    Ok(())
}

#[test]
fn an_address_that_nobody_has_is_answered_as_one_that_somebody_has() -> Outcome {
    let app = TestApp::start()?;
    let trust = trust(&app)?;
    let (_round, chair) = chair_of(&trust)?;
    let unknown = format!("nobody@{DOMAIN}");
    let mut seen = Vec::new();
    for email in [chair.email.as_str(), unknown.as_str()] {
        let browser = app.visitor()?;
        let tab = browser.ask_for_code(email)?;
        let mut pages = vec![browser.get(&format!("/sign-in/code?tab={tab}"))?];
        for _ in 0..5 {
            pages.push(browser.post("/sign-in/code", &[("tab", &tab), ("code", "0000 0000")])?);
        }
        let hide = |text: String| text.replace(email, "ADDRESS").replace(&tab, "TAB");
        seen.push(pages.into_iter().map(|page| (page.status, hide(page.text()))).collect::<Vec<_>>());
    }
    assert_eq!(seen[0], seen[1]);
    wait_for_code(&app.mailbox(), &chair.email, 1)?;
    assert!(codes(&app.mailbox(), &unknown)?.is_empty());
    Ok(())
}

#[test]
fn a_session_has_a_new_key_after_signing_in_and_is_worth_nothing_after_signing_out() -> Outcome {
    let app = TestApp::start()?;
    let trust = trust(&app)?;
    let (_round, chair) = chair_of(&trust)?;
    let browser = app.visitor()?;
    let tab = browser.ask_for_code(&chair.email)?;
    // Somebody has put their own cookie into the browser, or read the one that was there.
    let fixed = browser.copied();
    let code = wait_for_code(&app.mailbox(), &chair.email, 1)?;
    browser.post("/sign-in/code", &[("tab", &tab), ("code", &code)])?.with(303)?;
    assert!(is_in(&browser)? && !is_in(&fixed)?, "a session that was fixed before signing in");
    let stolen = browser.copied();
    assert!(is_in(&stolen)?, "a stolen cookie works as long as the session does");
    browser.press("/sign-out", &[])?;
    assert!(!is_in(&stolen)?, "and no longer");
    Ok(())
}

#[test]
fn a_session_ends_by_itself_and_at_once_when_its_owner_or_an_administrator_ends_it() -> Outcome {
    let app = TestApp::start()?;
    let trust = trust(&app)?;
    let (_round, chair) = chair_of(&trust)?;
    let idle = app.signed_in(&trust.id, &chair, None)?;
    app.time_passes_unused(TimeDelta::minutes(29));
    assert!(is_in(&idle)?);
    app.time_passes_unused(TimeDelta::minutes(29));
    assert!(is_in(&idle)?, "each request counts");
    app.time_passes_unused(TimeDelta::minutes(31));
    assert!(!is_in(&idle)?);
    let long = app.signed_in(&trust.id, &chair, None)?;
    for _ in 0..24 {
        app.time_passes_unused(TimeDelta::minutes(29));
        assert!(is_in(&long)?);
    }
    app.time_passes_unused(TimeDelta::minutes(29));
    assert!(!is_in(&long)?, "twelve hours are the longest");

    let (one, other) = (app.signed_in(&trust.id, &chair, None)?, app.signed_in(&trust.id, &chair, None)?);
    one.press("/account/sessions", &[("session", "others")])?.with(200)?;
    assert!(is_in(&one)? && !is_in(&other)?);
    let hr = trust.office()?;
    let people = hr.open("/people")?.text();
    let id = people.split("/people/").find_map(|rest| {
        let (id, rest) = rest.split_once("/end")?;
        rest.contains(&chair.name).then(|| id.to_owned())
    });
    let id = id.ok_or("the chair is not among the people")?;
    shows(&hr.open(&format!("/people/{id}/end"))?, "End this person")?;
    assert!(is_in(&one)?, "asking ends nothing");
    shows(&hr.press(&format!("/people/{id}/end"), &[])?, "Access has ended")?;
    assert!(!is_in(&one)?);
    // And no code lets them in again, although a review still names them.
    let again = app.visitor()?;
    let before = codes(&app.mailbox(), &chair.email)?.len();
    again.ask_for_code(&chair.email)?;
    again.ask_for_code(&format!("hr@{DOMAIN}"))?;
    wait_for_code(&app.mailbox(), &format!("hr@{DOMAIN}"), 1)?;
    assert_eq!(codes(&app.mailbox(), &chair.email)?.len(), before);
    Ok(())
}

#[test]
fn somebody_in_two_trusts_chooses() -> Outcome {
    let app = TestApp::start()?;
    let (here, there) = (trust(&app)?, Trust::found(&app, "Birchwood Trust")?);
    let hr = format!("hr@{DOMAIN}");
    let browser = app.visitor()?;
    let choice = browser.sign_in(&app.mailbox(), &hr)?.with(200)?;
    shows(&choice, "Which trust?")?;
    assert!(!is_in(&browser)?);
    shows(&browser.press("/sign-in/trust", &[("trust", &there.id)])?, "Birchwood Trust")?;
    shows(&browser.open("/account")?, "Go to another trust")?;
    // What was proved for one choice is not proved for another.
    browser.post("/sign-in/trust", &[("trust", &here.id)])?.with(303)?;
    shows(&browser.open("/account")?, "Birchwood Trust")?;
    let stranger = app.visitor()?;
    stranger.post("/sign-in/trust", &[("trust", &here.id)])?.with(303)?;
    assert!(!is_in(&stranger)?);
    Ok(())
}

#[test]
fn what_was_typed_while_a_session_ended_comes_back_to_the_same_person_alone() -> Outcome {
    let app = TestApp::start()?;
    let trust = trust(&app)?;
    let hr = Person::called("hr", "staff");
    for (same, fields) in [(true, "Avery Newcomer"), (false, "Blake Newcomer")] {
        let browser = app.signed_in(&trust.id, &hr, Some(0))?;
        app.time_passes_unused(TimeDelta::minutes(45));
        let typed = [("name", fields), ("email", "newcomer@ashgrove.example.org")];
        let asked = browser.press("/people/invite", &typed)?.with(200)?;
        shows(&asked, "What you typed has been kept")?;
        let (_round, chair) = chair_of(&trust)?;
        let email = if same { hr.email.clone() } else { chair.email };
        let after = browser.sign_in(&app.mailbox(), &email)?.with(200)?;
        assert_eq!(after.text().contains(fields), same, "{after}");
        if same {
            shows(&after, "It has not been sent yet")?;
            shows(&after, "action=\"/people/invite\"")?;
        }
        app.time_passes_unused(TimeDelta::hours(30));
    }
    Ok(())
}

#[test]
fn after_signing_in_one_is_where_one_was_and_nowhere_else() -> Outcome {
    let app = TestApp::start()?;
    let trust = trust(&app)?;
    let (_round, chair) = chair_of(&trust)?;
    let sent = app.visitor()?.get("/account/sessions?ended=no")?.with(303)?;
    assert_eq!(sent.header("location"), Some("/sign-in?next=%2Faccount%2Fsessions%3Fended%3Dno"));
    for (at, (next, leads)) in [
        ("/account/sessions?ended=no", "/account/sessions?ended=no"),
        ("https://elsewhere.example/", "/"),
        ("//elsewhere.example", "/"),
        ("/\\elsewhere.example", "/"),
        ("/s/link", "/"),
    ]
    .into_iter()
    .enumerate()
    {
        let browser = app.visitor()?;
        let asked = browser.post("/sign-in", &[("email", &chair.email), ("next", next)])?.with(303)?;
        let tab = asked.header("location").and_then(|to| to.split_once("tab=")).ok_or("no tab")?.1.to_owned();
        let code = wait_for_code(&app.mailbox(), &chair.email, at + 1)?;
        let after = browser.post("/sign-in/code", &[("tab", &tab), ("code", &code)])?.with(303)?;
        assert_eq!(after.header("location"), Some(leads), "{next}");
    }
    Ok(())
}

#[test]
fn a_cookie_is_read_on_no_page_of_a_rater_and_not_by_the_api_and_a_token_on_no_page() -> Outcome {
    let app = TestApp::start()?;
    let trust = trust(&app)?;
    let hr = trust.office()?;
    hr.open("/people")?.with(200)?;
    for path in ["/v1/rounds", "/v1/people", "/v1/audit-log"] {
        hr.get(path)?.with(401)?;
    }
    let link = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    let (with, without) = (hr.get(&format!("/s/{link}"))?, app.visitor()?.get(&format!("/s/{link}"))?);
    assert_eq!((with.status, with.text()), (without.status, without.text()));
    assert!(with.header("set-cookie").is_none());
    trust.administrator.get("/v1/rounds")?.with(200)?;
    trust.administrator.get("/people")?.with(303)?;
    Ok(())
}

#[test]
fn two_requests_at_once_of_a_session_that_has_ended_are_both_sent_to_sign_in() -> Outcome {
    let app = TestApp::start()?;
    let trust = trust(&app)?;
    let hr = trust.office()?;
    hr.get("/people")?.with(200)?;
    app.time_passes_unused(TimeDelta::minutes(31));
    let replies = std::thread::scope(|threads| {
        let asks: Vec<_> = (0..8).map(|_| threads.spawn(|| hr.copied().get("/people"))).collect();
        asks.into_iter().map(|ask| ask.join().map_err(|_panicked| "a request failed")?).collect::<Outcome<Vec<_>>>()
    })?;
    for reply in replies {
        assert!(reply.header("location").is_some_and(|to| to.starts_with("/sign-in")), "{reply}");
    }
    Ok(())
}
