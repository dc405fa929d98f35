//! The pages of a review in a real Chromium on a small phone: each page in each state, with axe-core.

use candour_tests::browser::Screen;
use candour_tests::{Browser, Outcome, RoundPlan, TestApp, Trust};
use serde_json::json;

use crate::browser::{arrives, is_sound};
use crate::review_pages::{Cast, count};

const GO: &str = "main form button.button";

#[test]
fn on_a_phone_every_page_of_a_review_is_sound_in_every_state() -> Outcome {
    let app = TestApp::start()?;
    let trust = Trust::found(&app, "Ashgrove Trust")?;
    let round = trust.draft(&RoundPlan::small().asking("staff", 12))?;
    let (cast, review) = (Cast::of(&round)?, round.review()?.id.clone());
    let (base, path) = (app.app()?.base_url.to_string(), format!("/reviews/{review}"));
    let browser = Browser::open(Screen::Phone)?;
    let look = |what: &str, state: &str| -> Outcome {
        browser.go(&format!("{base}{path}{what}"))?;
        arrives(&browser, &format!("{path}{what}"))?;
        is_sound(&browser, &format!("{what} {state}"))
    };
    let everybody = |state: &str| -> Outcome {
        for who in [&cast.vice, &cast.chief, &cast.office, &cast.chair] {
            browser.becomes(who, &base)?;
            look("", state)?;
        }
        Ok(())
    };
    everybody("of a draft")?;
    look("/list", "of a draft")?;
    round.launch()?;
    everybody("of an open round")?;
    browser.go(&format!("{base}{path}/list"))?;
    browser.follow(GO)?;
    is_sound(&browser, "the list that was agreed to")?;
    count(&round)?;
    everybody("of a counted round")?;
    browser.run("document.querySelectorAll('details').forEach(details => details.open = true)", &[])?;
    is_sound(&browser, "the report with everything open")?;
    for page in ["/comments", "/preview", "/release", "/sheet", "/list"] {
        look(page, "of a counted round")?;
    }

    look("/comments", "to take one out")?;
    browser.follow(".remark a.button")?;
    is_sound(&browser, "a comment to be taken out")?;
    browser.follow(GO)?;
    is_sound(&browser, "a comment taken out without a reason")?;
    assert_eq!(browser.count(".errors")?, 1);
    browser.type_into("#reason", "Names a pupil")?;
    browser.follow(GO)?;
    arrives(&browser, "/comments")?;
    is_sound(&browser, "the comments with one taken out")?;
    assert_eq!(browser.count(".remark form")?, 1);
    browser.follow(".remark form button")?;
    arrives(&browser, "/comments")?;
    assert_eq!(browser.count(".remark form")?, 0);

    look("/release", "to be sent")?;
    browser.follow(GO)?;
    is_sound(&browser, "a release without a choice")?;
    browser.click("input[value=later]")?;
    browser.follow(GO)?;
    arrives(&browser, &path)?;
    is_sound(&browser, "a set release")?;
    look("/release", "that is set")?;
    look("/release/take-back", "that is set")?;
    browser.follow(GO)?;
    arrives(&browser, &path)?;
    is_sound(&browser, "a release taken back")?;
    look("/release", "again")?;
    browser.click("input[value=now]")?;
    browser.follow(GO)?;
    arrives(&browser, &path)?;
    everybody("of a released review")?;
    browser.devtools("Emulation.setEmulatedMedia", &json!({ "media": "print" }))?;
    look("/sheet", "on paper")?;
    assert!(!browser.text()?.contains("Sign out"), "what leads elsewhere is not printed");
    Ok(())
}
