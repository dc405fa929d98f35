//! What signing in costs the service and gives away, however often it is tried: bounds on tries, on what is kept, and on
//! where a cookie goes.

use candour_tests::visitor::wait_for_code;
use candour_tests::{Outcome, RoundPlan, Service, TestApp, Trust, database, finding};
use chrono::TimeDelta;

fn kept(app: &TestApp, table: &str) -> Outcome<i64> {
    database::number(&database::open(app)?, &format!("SELECT count(*) FROM {table}"))
}

/// Forty guesses that arrive in the same moment are not forty guesses.
#[test]
fn of_many_codes_that_are_tried_at_once_five_are_compared() -> Outcome {
    let app = TestApp::start()?;
    let trust = Trust::found(&app, "Ashgrove Trust")?;
    let round = trust.draft(&RoundPlan::small())?;
    let chair = round.review()?.facilitator.clone();
    let browser = app.visitor()?;
    let tab = browser.ask_for_code(&chair.email)?;
    let code = wait_for_code(&app.mailbox(), &chair.email, 1)?;
    let wrong = if code == "0000 0000" { "1111 1111" } else { "0000 0000" };
    let answers = std::thread::scope(|threads| {
        let guess = || browser.copied().post("/sign-in/code", &[("tab", &tab), ("code", wrong)]);
        let guesses: Vec<_> = (0..40).map(|_| threads.spawn(guess)).collect();
        guesses
            .into_iter()
            .map(|guess| guess.join().map_err(|_panicked| "a guess failed")?)
            .collect::<Outcome<Vec<_>>>()
    })?;
    let may_go_on = answers.iter().filter(|reply| reply.text().contains("This is not the code")).count();
    assert_eq!(may_go_on, 4, "after the fifth nobody is told that another may be tried");
    browser.post("/sign-in/code", &[("tab", &tab), ("code", &code)])?.with(422)?;
    if browser.get("/account")?.status == 200 {
        finding!("the right code was compared after forty wrong ones")
    }
    Ok(())
}

#[test]
fn what_nobody_finishes_is_forgotten_after_a_day() -> Outcome {
    let app = TestApp::start()?;
    let trust = Trust::found(&app, "Ashgrove Trust")?;
    let hr = trust.office()?;
    hr.get("/people")?.with(200)?;
    for number in 0..5 {
        app.visitor()?.ask_for_code(&format!("somebody{number}@elsewhere.example"))?;
    }
    let tables = ["sessions", "visits", "sign_in_codes"];
    for table in tables {
        assert!(kept(&app, table)? > 0, "{table}");
    }
    app.time_passes(TimeDelta::hours(26))?;
    for table in tables {
        assert_eq!(kept(&app, table)?, 0, "{table}");
    }
    Ok(())
}

#[test]
fn a_cookie_is_for_this_site_alone_and_no_script_reads_it() -> Outcome {
    let app = TestApp::start()?;
    let trust = Trust::found(&app, "Ashgrove Trust")?;
    let round = trust.draft(&RoundPlan::small())?;
    let browser = app.visitor()?;
    let fields = [("email", round.review()?.facilitator.email.as_str())];
    let reply = browser.post("/sign-in", &fields)?.with(303)?;
    let cookie = reply.header("set-cookie").ok_or("no cookie")?.to_ascii_lowercase();
    let parts: Vec<_> = cookie.split(';').map(str::trim).collect();
    assert!(parts.contains(&"httponly") && parts.contains(&"samesite=lax") && parts.contains(&"path=/"), "{parts:?}");
    let is_kept =
        |part: &&&str| part.starts_with("expires=") || part.starts_with("max-age=") || part.starts_with("domain=");
    assert_eq!(parts.iter().find(is_kept), None, "it goes with the browser, and to no other host");
    Ok(())
}

#[test]
fn a_network_that_begins_to_sign_in_again_and_again_is_told_to_wait_and_fills_no_table() -> Outcome {
    let app = TestApp::start()?;
    let before = kept(&app, "visits")?;
    let mut answers = Vec::new();
    for _ in 0..80 {
        answers.push(app.visitor()?.get("/sign-in/passkey")?);
    }
    let told = answers.iter().filter(|reply| reply.status == 429).count();
    assert!((10..=20).contains(&told), "{told}");
    let last = answers.pop().ok_or("no answer")?;
    assert!(last.text().contains("Many sign-ins have been begun from where you are"), "{last}");
    assert_eq!(last.header("retry-after"), Some("60"), "{last}");
    let more = kept(&app, "visits")? - before;
    assert!(more <= 70, "{more}");
    // A code can still be asked for.
    app.visitor()?.ask_for_code("somebody@elsewhere.example")?;
    Ok(())
}
