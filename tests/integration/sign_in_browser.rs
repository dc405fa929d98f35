//! Signing in and the console in a real Chromium: on a small phone without scripts, and by keyboard alone.

use std::time::Duration;

use candour_tests::browser::Screen;
use candour_tests::trust::DOMAIN;
use candour_tests::visitor::wait_for_code;
use candour_tests::{Browser, Outcome, RoundPlan, Server, Trust, finding, wait};

use crate::browser::is_sound;

/// Longer than a page takes on a busy machine.
const PATIENCE: Duration = Duration::from_secs(20);

const TAB: &str = "\u{e004}";
const ENTER: &str = "\u{e007}";

fn heading(browser: &Browser) -> Outcome<String> {
    let found = browser.run("return document.querySelector('h1')?.textContent ?? ''", &[])?;
    Ok(found.as_str().unwrap_or_default().to_owned())
}

fn is_at(browser: &Browser, title: &str) -> Outcome {
    is_headed(browser, title)?;
    is_sound(browser, title)
}

fn says(browser: &Browser, text: &str) -> Outcome {
    wait::until(text, PATIENCE, || Ok(browser.text()?.contains(text).then_some(())))
}

/// axe-core needs a window that runs scripts.
fn is_headed(browser: &Browser, title: &str) -> Outcome {
    let arrived = wait::until(title, PATIENCE, || {
        let there = heading(browser)? == title && browser.run("return document.readyState", &[])? == "complete";
        Ok(there.then_some(()))
    });
    arrived.map_err(|error| format!("{error}; the page says {}", browser.text().unwrap_or_default()).into())
}

#[test]
fn on_a_phone_a_code_signs_in_and_leads_home() -> Outcome {
    a_code_signs_in(&Browser::open(Screen::Phone)?, is_at)
}

#[test]
fn without_scripts_a_code_signs_in_and_leads_home() -> Outcome {
    a_code_signs_in(&Browser::open_without_scripts(Screen::Phone)?, is_headed)
}

fn a_code_signs_in(browser: &Browser, is_at: fn(&Browser, &str) -> Outcome) -> Outcome {
    let server = Server::start()?;
    let trust = Trust::found(&server, "Ashgrove Trust")?;
    let round = trust.draft(&RoundPlan::small())?;
    let chair = round.review()?.facilitator.email.clone();
    let base = format!("http://localhost:{}", server.address()?.rsplit(':').next().unwrap_or_default());
    browser.go(&format!("{base}/"))?;
    is_at(browser, "Feedback for those who lead school trusts")?;
    browser.follow("a[href='/sign-in']")?;
    is_at(browser, "Sign in")?;
    browser.type_into("#email", "not an address")?;
    browser.follow("form[action='/sign-in'] button")?;
    is_at(browser, "Sign in")?;
    says(browser, "There is a problem")?;
    assert_eq!(browser.property("#email", "value")?, "not an address", "nothing typed is lost");
    browser.clear("#email")?;
    browser.type_into("#email", &chair)?;
    browser.follow("form[action='/sign-in'] button")?;
    is_at(browser, "Type the code from the email")?;
    browser.type_into("#code", "1234")?;
    browser.follow("form[action='/sign-in/code'] button")?;
    is_at(browser, "Type the code from the email")?;
    says(browser, "This is not the code")?;
    let code = wait_for_code(&server.mailbox(), &chair, 1)?;
    browser.type_into("#code", &code)?;
    browser.follow("form[action='/sign-in/code'] button")?;
    is_at(browser, "Your home page")?;
    browser.go(&format!("{base}/account"))?;
    is_at(browser, "Your account")?;
    browser.follow("a[href='/account/sessions']")?;
    is_at(browser, "Where you are signed in")?;
    browser.go(&format!("{base}/people"))?;
    is_at(browser, "There is no such page")?;
    browser.follow("form[action='/sign-out'] button")?;
    is_at(browser, "You are signed out")?;
    browser.go(&format!("{base}/account"))?;
    is_at(browser, "Sign in")
}

#[test]
fn by_keyboard_alone_a_code_signs_in_and_out() -> Outcome {
    let server = Server::start()?;
    let _trust = Trust::found(&server, "Ashgrove Trust")?;
    let hr = format!("hr@{DOMAIN}");
    let browser = Browser::open(Screen::Desktop)?;
    let base = format!("http://localhost:{}", server.address()?.rsplit(':').next().unwrap_or_default());
    browser.go(&format!("{base}/sign-in?next=/people"))?;
    reach(&browser, "#email")?;
    browser.press(&hr)?;
    browser.press(ENTER)?;
    let code = wait_for_code(&server.mailbox(), &hr, 1)?;
    reach(&browser, "#code")?;
    browser.press(&code)?;
    browser.press(ENTER)?;
    // A code alone does not open what an administrator sees.
    is_at(&browser, "This page needs a stronger sign-in")?;
    reach(&browser, "form[action='/sign-out'] button")?;
    browser.press(ENTER)?;
    is_at(&browser, "You are signed out")
}

/// Goes on with the tab key until an element has the focus.
fn reach(browser: &Browser, css: &str) -> Outcome {
    for _ in 0..30 {
        browser.press(TAB)?;
        let there = browser.run("return document.activeElement.matches(arguments[0])", &[css.into()])?;
        if there == true {
            let outline = browser.run("return getComputedStyle(document.activeElement).outlineStyle", &[])?;
            assert_ne!(outline, "none", "the focus shows");
            return Ok(());
        }
    }
    finding!("the tab key does not come to {css}")
}
