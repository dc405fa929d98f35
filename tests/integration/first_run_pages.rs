//! A real Chromium walks from the address that a first start prints to the home page, on a small phone: by keyboard, and
//! without scripts. And it is everybody in the demonstration.

use std::time::Duration;

use candour_tests::browser::Screen;
use candour_tests::demonstration::Demonstration;
use candour_tests::{Browser, Outcome, Server, wait};
use serde_json::json;

use crate::browser::{arrives, is_sound, tab_to};

const ENTER: &str = "\u{e007}";

const FIELDS: [(&str, &str); 4] = [
    ("#trust", "Ashgrove Trust"),
    ("#name", "Hester Quillfeather"),
    ("#email", "hester@ashgrove.example.org"),
    ("#concerns", "Write to Helen Okafor."),
];

/// The address that the service has printed.
fn printed(server: &Server) -> Outcome<String> {
    let log = server.log()?;
    let address = log.split_whitespace().find(|word| word.starts_with("http") && word.contains("/set-up/"));
    address.map(str::to_owned).ok_or_else(|| format!("no address was printed: {log}").into())
}

#[test]
fn the_first_run_by_keyboard() -> Outcome {
    let server = Server::start()?;
    let browser = Browser::open(Screen::Phone)?;
    let address = printed(&server)?;
    let path = address.rsplit('/').next().unwrap_or_default().to_owned();
    browser.go(&address)?;
    is_sound(&browser, "the form")?;
    for (field, text) in FIELDS.iter().filter(|(field, _)| *field != "#email") {
        tab_to(&browser, field)?;
        browser.press(text)?;
    }
    tab_to(&browser, "main form button")?;
    browser.press(ENTER)?;
    arrives(&browser, &path)?;
    is_sound(&browser, "the form with an error")?;
    assert!(browser.run("return document.title", &[])?.as_str().is_some_and(|title| title.starts_with("Error:")));
    assert_eq!(browser.run("return document.activeElement.className", &[])?, "errors", "the error is read out first");
    for (field, text) in FIELDS.iter().filter(|(field, _)| *field != "#email") {
        assert_eq!(browser.property(field, "value")?, *text, "{field} is as it was typed");
    }
    // The summary leads to the box.
    tab_to(&browser, ".errors a")?;
    browser.press(ENTER)?;
    assert_eq!(browser.run("return document.activeElement.id", &[])?, "email");
    browser.press("hester@ashgrove.example.org")?;
    tab_to(&browser, "main form button")?;
    browser.press(ENTER)?;
    arrives(&browser, "/test-email")?;
    is_sound(&browser, "the page about emails")?;
    for words in ["Ashgrove Trust is set up", "No mail server is set", "mailbox"] {
        assert!(browser.text()?.contains(words), "{words}: {}", browser.text()?);
    }
    tab_to(&browser, "main a.button")?;
    browser.press(ENTER)?;
    arrives(&browser, "/")?;
    is_sound(&browser, "the home page")?;
    assert!(browser.text()?.contains("Hester Quillfeather"), "{}", browser.text()?);
    browser.go(&address)?;
    is_sound(&browser, "the address that is gone")?;
    assert!(browser.text()?.contains("This service has been set up"), "{}", browser.text()?);
    browser.go(&format!("{}/set-up/unknown", address.split("/set-up/").next().unwrap_or_default()))?;
    is_sound(&browser, "an address that nobody knows")
}

#[test]
fn the_first_run_without_scripts() -> Outcome {
    let server = Server::start()?;
    let browser = Browser::open_without_scripts(Screen::Phone)?;
    browser.go(&printed(&server)?)?;
    for (field, text) in FIELDS {
        browser.type_into(field, text)?;
    }
    browser.follow("main form button")?;
    arrives(&browser, "/test-email")?;
    browser.follow("main a.button")?;
    arrives(&browser, "/")?;
    assert!(browser.text()?.contains("Hester Quillfeather"), "{}", browser.text()?);
    Ok(())
}

#[test]
fn everybody_in_the_demonstration() -> Outcome {
    let demo = Demonstration::start()?;
    let browser = Browser::open(Screen::Phone)?;
    for (who, words) in [
        ("hr", "Finance director review 2027"),
        ("chair", "Ruth Fairbairn"),
        ("subject", "CEO review 2027"),
        ("rater-0", "Tom Hartley"),
        ("rater-1", "Tom Hartley"),
    ] {
        browser.go(&demo.address)?;
        is_sound(&browser, "the people of the demonstration")?;
        browser.follow(&format!("button[value={who}]"))?;
        if who.starts_with("rater") {
            browser_is_at_a_link(&browser)?;
        } else {
            arrives(&browser, "/")?;
        }
        is_sound(&browser, who)?;
        assert!(browser.text()?.contains(words), "{who}: {}", browser.text()?);
    }
    browser.go(&format!("{}/mailbox", demo.address))?;
    is_sound(&browser, "the mailbox")?;
    browser.follow(".cards a")?;
    browser_shows(&browser, "iframe")?;
    is_sound(&browser, "an email")?;
    Ok(())
}

fn browser_is_at_a_link(browser: &Browser) -> Outcome {
    wait::until("the page behind a link", Duration::from_secs(20), || {
        let there = browser.url()?.contains("/s/");
        Ok((there && browser.run("return document.readyState", &[])? == "complete").then_some(()))
    })
}

/// Waits until the page has such an element.
fn browser_shows(browser: &Browser, css: &str) -> Outcome {
    candour_tests::wait::until(css, std::time::Duration::from_secs(20), || {
        let there = "return document.readyState === 'complete' && document.querySelector(arguments[0]) !== null";
        Ok((browser.run(there, &[json!(css)])? == true).then_some(()))
    })
}
