//! Reading and changing a questionnaire in a real Chromium, on a small phone, with and without scripts.

use candour_tests::browser::Screen;
use candour_tests::{Browser, Outcome, Service, TestApp, Trust, wait};

use super::{ENTER, PATIENCE, is_sound, tab_to};

fn says(browser: &Browser, text: &str) -> Outcome {
    let said = wait::until(text, PATIENCE, || {
        let ready = browser.run("return document.readyState", &[])? == "complete";
        Ok((ready && browser.text()?.contains(text)).then_some(()))
    });
    said.map_err(|error| format!("{error}; the page says {}", browser.text().unwrap_or_default()).into())
}

/// An administrator adds a statement, makes a mistake, and saves; `look`s at each page.
fn changes_it(browser: &Browser, look: &dyn Fn(&str) -> Outcome) -> Outcome {
    let app = TestApp::start()?;
    let trust = Trust::found(&app, "Ashgrove Trust")?;
    let hr = trust.office()?;
    let base = app.http()?.base().to_owned();
    browser.becomes(&hr, &base)?;
    browser.go(&format!("{base}/questionnaires"))?;
    says(browser, "Each change makes a new version")?;
    look("the list")?;
    browser.follow("main .cards a")?;
    says(browser, "As colleagues read it")?;
    look("the questionnaire")?;
    browser.follow(".switch a")?;
    says(browser, "I put what is right for pupils")?;
    look("the other wording")?;
    browser.follow("main a.button")?;
    says(browser, "Nothing is saved until you press")?;
    look("the form")?;
    browser.clear("#title")?;
    browser.type_into("#title", "Executive leader")?;
    browser.press(ENTER)?;
    says(browser, "What is this?")?;
    look("a new name")?;
    browser.click("[name=kin][value=same]")?;
    browser.follow("[id='add.c.1']")?;
    says(browser, "New statement")?;
    let seen = "const box = document.getElementById('c.1.4').getBoundingClientRect(); \
         return box.height > 100 && box.top < innerHeight && box.bottom > 0";
    wait::until("the new statement to be in sight", PATIENCE, || Ok((browser.run(seen, &[])? == true).then_some(())))?;
    look("a statement more")?;
    browser.type_into("[id='c.1.4.others']", "Listens.")?;
    browser.follow("#save")?;
    says(browser, "Say in 1 to 500 characters what the person themselves reads.")?;
    look("what is missing")?;
    assert_eq!(browser.property("[id='c.1.4.others']", "value")?, "Listens.", "nothing typed is lost");
    browser.type_into("[id='c.1.4.own']", "I listen.")?;
    tab_to(browser, "#save")?;
    browser.press(ENTER)?;
    says(browser, "Saved as version 2.")?;
    look("the next version")?;
    assert!(browser.text()?.contains("Listens.") && browser.text()?.contains("Executive leader"));
    Ok(())
}

#[test]
fn a_questionnaire_is_changed_on_a_phone() -> Outcome {
    let browser = Browser::open(Screen::Phone)?;
    changes_it(&browser, &|what| is_sound(&browser, what))
}

#[test]
fn a_questionnaire_is_changed_without_scripts() -> Outcome {
    changes_it(&Browser::open_without_scripts(Screen::Phone)?, &|_| Ok(()))
}
