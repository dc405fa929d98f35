//! Adding people in a real Chromium, on a small phone: by keyboard, with a file, and without scripts.

use std::time::Duration;

use candour_tests::browser::Screen;
use candour_tests::{Browser, Outcome, RoundPlan, Service, TestApp, Trust, wait};
use rust_xlsxwriter::Workbook;

use crate::browser::is_sound;

/// Longer than a page takes on a busy machine.
const PATIENCE: Duration = Duration::from_secs(20);

fn is_at(browser: &Browser, title: &str, text: &str) -> Outcome {
    let arrived = wait::until(title, PATIENCE, || {
        let heading = browser.run("return document.querySelector('h1')?.textContent ?? ''", &[])?;
        let ready = browser.run("return document.readyState", &[])? == "complete";
        Ok((ready && heading == title && browser.text()?.contains(text)).then_some(()))
    });
    arrived.map_err(|error| format!("{error}; the page says {}", browser.text().unwrap_or_default()).into())
}

/// Uploads a workbook with one bad row, puts it right and imports it, and `look`s at each page.
fn a_list_is_added(app: &TestApp, browser: &Browser, look: &dyn Fn(&str) -> Outcome) -> Outcome {
    let trust = Trust::found(app, "Ashgrove Trust")?;
    let round = trust.draft(&RoundPlan::new())?;
    let review = round.review()?;
    let hr = trust.office()?;
    let base = app.http()?.base().to_owned();
    browser.becomes(&hr, &base)?;
    let title = format!("Who answers about {}", review.subject.name);
    browser.go(&format!("{base}/reviews/{}/raters", review.id))?;
    is_at(browser, &title, "Nobody is asked yet")?;
    look("an empty list")?;
    browser.follow("main a[href$='/raters/add']")?;
    is_at(browser, "Add one person", "Group")?;
    browser.follow("main form button")?;
    is_at(browser, "Add one person", "There is a problem")?;
    look("one person, and nothing typed")?;
    browser.type_into("#name", "Ann Lee")?;
    browser.type_into("#email", "ann@ashgrove.example.org")?;
    browser.click("input[value='trustees']")?;
    browser.follow("main form button")?;
    is_at(browser, &title, "They are on the list.")?;
    look("a list of two")?;
    browser.follow("main a[href$='/raters/list']")?;
    is_at(browser, "Add a list", "Paste from a spreadsheet")?;
    browser.follow("main form button")?;
    is_at(browser, "Add a list", "Paste the list, or choose a file.")?;
    look("an upload without a list")?;
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("raters.xlsx");
    std::fs::write(&file, workbook()?)?;
    browser.type_into("#file", &file.to_string_lossy())?;
    browser.follow("main form button")?;
    is_at(browser, "Which groups do these words mean?", "Governors")?;
    look("the words")?;
    browser.follow("main a[href='?step=columns']")?;
    is_at(browser, "Which column is which?", "Row with the names")?;
    look("the columns")?;
    browser.follow("main form button")?;
    is_at(browser, "Which groups do these words mean?", "Governors")?;
    browser.follow("main form button")?;
    is_at(browser, "Check the list", "1 row has to be put right.")?;
    look("the rows")?;
    browser.clear("#email-3")?;
    browser.type_into("#email-3", "cy@ashgrove.example.org")?;
    browser.follow(".fix ~ .actions button")?;
    is_at(browser, "Check the list", "Add these 2 people")?;
    look("good rows")?;
    browser.follow("main form button")?;
    is_at(browser, &title, "2 people are on the list now.")?;
    browser.follow("main a[href$='/remove']")?;
    is_at(browser, "Remove this person?", "Nobody has written to them")?;
    look("removing somebody")?;
    browser.follow("main form button")?;
    is_at(browser, &title, "They have been removed.")
}

fn workbook() -> Outcome<Vec<u8>> {
    let rows = [
        ["Full name", "Work email", "Group"],
        ["Bo Ade", "bo@ashgrove.example.org", "Governors"],
        ["Cy Wu", "cy at ashgrove", "Governors"],
        ["Ann Lee", "ann@ashgrove.example.org", "Trustees"],
    ];
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (row, cells) in (0_u32..).zip(rows) {
        for (column, cell) in (0_u16..).zip(cells) {
            sheet.write_string(row, column, cell)?;
        }
    }
    Ok(book.save_to_buffer()?)
}

#[test]
fn a_list_is_added_on_a_phone() -> Outcome {
    let browser = Browser::open(Screen::Phone)?;
    a_list_is_added(&TestApp::start()?, &browser, &|what| is_sound(&browser, what))
}

#[test]
fn a_list_is_added_without_scripts() -> Outcome {
    a_list_is_added(&TestApp::start()?, &Browser::open_without_scripts(Screen::Phone)?, &|_| Ok(()))
}
