//! An administrator at a small phone: every page about the trust, and those of a round that are read and not run.

use candour_tests::browser::Screen;
use candour_tests::{Outcome, RoundPlan, TestApp, Trust};
use chrono::TimeDelta;

use super::passkeys::{add_passkey, by_code, by_passkey, device, go, shows};
use super::{arrives, is_sound};

const MAIN: &str = "main form button.button";

#[test]
fn the_administrators_pages_on_a_phone() -> Outcome {
    let app = TestApp::start()?;
    let trust = Trust::found(&app, "Ashgrove Trust")?;
    let round = trust.draft(&RoundPlan::small())?;
    let browser = device(Screen::Phone)?;
    by_code(&browser, &app, "hr@ashgrove.example.org")?;
    add_passkey(&browser, &app, "Office laptop")?;
    // It is relied on after a day.
    app.time_passes(TimeDelta::hours(25))?;
    by_passkey(&browser, &app)?;
    let base = format!("/rounds/{}", round.id);

    go(&browser, &app, &format!("{base}/emails"))?;
    is_sound(&browser, "the emails")?;
    browser.follow("#choose-title ~ form button")?;
    arrives(&browser, "/emails")?;
    shows(&browser, "The invitation to")?;
    is_sound(&browser, "an invitation")?;
    browser.follow("main section a.button.plain")?;
    shows(&browser, "The reminder to")?;
    is_sound(&browser, "a reminder")?;
    browser.follow("#test-title ~ form button")?;
    shows(&browser, "on its way to hr@")?;
    is_sound(&browser, "a test on its way")?;

    go(&browser, &app, &format!("{base}/emails/wording"))?;
    shows(&browser, "In your own words")?;
    is_sound(&browser, "how the invitation begins")?;

    go(&browser, &app, &format!("{base}/launch"))?;
    is_sound(&browser, "the last look")?;
    browser.follow("#later-title ~ form button")?;
    arrives(&browser, &base)?;
    shows(&browser, "The round starts by itself on")?;
    is_sound(&browser, "a draft that waits for its time")?;
    go(&browser, &app, &format!("{base}/launch"))?;
    is_sound(&browser, "the last look, with a time")?;
    go(&browser, &app, &format!("{base}/launch/take-back"))?;
    is_sound(&browser, "taking back the time")?;
    browser.follow(MAIN)?;
    arrives(&browser, &base)?;

    go(&browser, &app, &format!("{base}/copy"))?;
    is_sound(&browser, "using a round again")?;
    browser.follow(MAIN)?;
    shows(&browser, "The draft is made")?;
    is_sound(&browser, "the copy")?;
    go(&browser, &app, &format!("{base}/retention"))?;
    is_sound(&browser, "what is destroyed")?;

    go(&browser, &app, "/organisation")?;
    is_sound(&browser, "the trust")?;
    for (path, words) in [("/audit", "Who did what"), ("/work", "Nothing has failed"), ("/people", "People")] {
        browser.follow(&format!("main a[href=\"{path}\"]"))?;
        arrives(&browser, path)?;
        shows(&browser, words)?;
        is_sound(&browser, path)?;
        go(&browser, &app, "/organisation")?;
    }
    go(&browser, &app, "/audit?kind=reports")?;
    is_sound(&browser, "a log without lines")?;
    go(&browser, &app, "/clients")?;
    is_sound(&browser, "no integrations")?;
    browser.follow(MAIN)?;
    shows(&browser, "Say what the integration is")?;
    is_sound(&browser, "an integration with errors")?;
    browser.type_into("#name", "HR system")?;
    browser.click("input[value=\"rounds:read\"]")?;
    browser.follow(MAIN)?;
    shows(&browser, "Copy its secret now")?;
    is_sound(&browser, "the secret")?;
    go(&browser, &app, "/clients")?;
    is_sound(&browser, "an integration")?;
    browser.follow("main .cards a")?;
    arrives(&browser, "/revoke")?;
    is_sound(&browser, "revoking it")?;
    browser.follow(MAIN)?;
    arrives(&browser, "/clients")?;
    is_sound(&browser, "a revoked integration")
}
