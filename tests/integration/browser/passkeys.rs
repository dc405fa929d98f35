//! Passkeys in a real Chromium whose authenticator is a virtual one, and what somebody tries who reads the chair's
//! email.

use candour_tests::browser::Screen;
use candour_tests::visitor::{codes, wait_for_code};
use candour_tests::{Browser, Outcome, Person, RoundPlan, Service, StartedRound, TestApp, Trust, wait};
use chrono::TimeDelta;
use serde_json::json;

use super::{ENTER, PATIENCE, TAB, arrives, is_sound};

const MAIN: &str = "main form button.button";
const PASSKEY: &str = "#passkey";
const OTHER: &str = "perpetua@elsewhere.example";

/// A trust whose round has been counted and not released, and its chair.
pub(super) fn counted<'a>(trust: &'a Trust<'_, TestApp>) -> Outcome<(StartedRound<'a, TestApp>, Person)> {
    let round = trust.open(&RoundPlan::small())?;
    round.everybody_answers(|rater, item| Some(u8::try_from((rater + item) % 3 + 3).unwrap_or(3)))?;
    round.close_and_count()?;
    let chair = round.review()?.facilitator.clone();
    Ok((round, chair))
}

/// A browser on a device that can hold passkeys.
pub(super) fn device(screen: Screen) -> Outcome<Browser> {
    let browser = Browser::open(screen)?;
    browser.add_authenticator()?;
    Ok(browser)
}

pub(super) fn go(browser: &Browser, app: &TestApp, path: &str) -> Outcome {
    browser.go(&format!("{}{path}", app.app()?.base_url))
}

pub(super) fn shows(browser: &Browser, text: &str) -> Outcome {
    wait::until(text, PATIENCE, || Ok(browser.text()?.contains(text).then_some(())))
        .map_err(|error| format!("{error}; the page says\n{}", browser.text().unwrap_or_default()).into())
}

/// Types the address and the code that comes.
pub(super) fn by_code(browser: &Browser, app: &TestApp, email: &str) -> Outcome {
    let before = codes(&app.mailbox(), email)?.len();
    go(browser, app, "/sign-in")?;
    browser.type_into("#email", email)?;
    browser.follow(MAIN)?;
    arrives(browser, "/sign-in/code")?;
    browser.type_into("#code", &wait_for_code(&app.mailbox(), email, before + 1)?)?;
    browser.follow(MAIN)?;
    arrives(browser, "/")
}

pub(super) fn add_passkey(browser: &Browser, app: &TestApp, name: &str) -> Outcome {
    go(browser, app, "/account/passkeys/add")?;
    browser.type_into("#name", name)?;
    browser.click(PASSKEY)?;
    arrives(browser, "/account/passkeys")?;
    shows(browser, "The passkey has been added")?;
    app.work_until_idle()
}

pub(super) fn by_passkey(browser: &Browser, app: &TestApp) -> Outcome {
    go(browser, app, "/sign-in/passkey")?;
    browser.click(PASSKEY)?;
    arrives(browser, "/")
}

pub(super) fn sign_out(browser: &Browser) -> Outcome {
    browser.follow("nav button.link")?;
    arrives(browser, "/sign-out")
}

/// Adds another address and types the code that comes there.
fn add_address(browser: &Browser, app: &TestApp, email: &str) -> Outcome {
    go(browser, app, "/account/addresses")?;
    browser.type_into("#email", email)?;
    browser.follow(MAIN)?;
    arrives(browser, "/confirm")?;
    app.work_until_idle()?;
    browser.type_into("#code", &wait_for_code(&app.mailbox(), email, 1)?)?;
    browser.follow(MAIN)?;
    arrives(browser, "/account/addresses")?;
    shows(browser, "The address has been added")?;
    app.work_until_idle()
}

/// The chair as they are after their first week: a passkey that opens everything, and another address.
fn settled_chair(app: &TestApp, chair: &Person) -> Outcome<Browser> {
    let browser = device(Screen::Desktop)?;
    by_code(&browser, app, &chair.email)?;
    add_address(&browser, app, OTHER)?;
    add_passkey(&browser, app, "Office laptop")?;
    app.time_passes(TimeDelta::hours(25))?;
    by_passkey(&browser, app)?;
    Ok(browser)
}

/// How many emails to this address have a subject that begins like this.
fn told(app: &TestApp, address: &str, beginning: &str) -> Outcome<usize> {
    app.work_until_idle()?;
    Ok(app.mailbox().to(address)?.iter().filter(|email| email.subject.starts_with(beginning)).count())
}

pub(super) fn opens(app: &TestApp, browser: &Browser, round: &StartedRound<'_, TestApp>) -> Outcome<bool> {
    app.opens_result(&browser.cookie("candour")?, &round.review()?.id)
}

#[test]
fn a_passkey_is_added_used_renamed_and_removed() -> Outcome {
    let app = TestApp::start()?;
    let trust = Trust::found(&app, "Ashgrove Trust")?;
    let (_round, chair) = counted(&trust)?;
    let browser = device(Screen::Phone)?;
    by_code(&browser, &app, &chair.email)?;
    is_sound(&browser, "the first page after a code")?;
    browser.follow("main .warning a.button")?;
    arrives(&browser, "/account/passkeys")?;
    shows(&browser, "You have no passkey yet")?;
    is_sound(&browser, "no passkeys")?;
    browser.follow("main a.button")?;
    arrives(&browser, "/account/passkeys/add")?;
    shows(&browser, "opens reports that are not released from")?;
    is_sound(&browser, "adding a passkey")?;
    browser.type_into("#name", "Chair’s phone")?;
    browser.click(PASSKEY)?;
    arrives(&browser, "/account/passkeys")?;
    shows(&browser, "Chair’s phone")?;
    is_sound(&browser, "a passkey that waits")?;
    assert_eq!(told(&app, &chair.email, "A passkey was added")?, 1);
    // A device makes one passkey for an account.
    go(&browser, &app, "/account/passkeys/add")?;
    browser.type_into("#name", "Again")?;
    browser.click(PASSKEY)?;
    shows(&browser, "This device has a passkey for your account already")?;
    is_sound(&browser, "a device that has a passkey already")?;

    go(&browser, &app, "/account")?;
    is_sound(&browser, "the account")?;
    sign_out(&browser)?;
    go(&browser, &app, "/sign-in")?;
    is_sound(&browser, "signing in")?;
    go(&browser, &app, "/sign-in/passkey?next=/account/passkeys")?;
    is_sound(&browser, "signing in by passkey")?;
    // By keyboard alone.
    for _ in 0..12 {
        browser.press(TAB)?;
        if browser.run("return document.activeElement.id", &[])? == "passkey" {
            break;
        }
    }
    browser.press(ENTER)?;
    arrives(&browser, "/account/passkeys")?;
    shows(&browser, "Last used on")?;

    browser.follow("main .cards a[href^='/account/passkeys/']:not(.button):not([href$=remove])")?;
    browser.clear("#name")?;
    browser.follow(MAIN)?;
    shows(&browser, "It is empty; write something")?;
    is_sound(&browser, "a name that is missing")?;
    browser.type_into("#name", "Old phone")?;
    browser.follow(MAIN)?;
    arrives(&browser, "/account/passkeys")?;
    shows(&browser, "Old phone")?;
    browser.follow("main .cards a[href$=remove]")?;
    arrives(&browser, "/remove")?;
    is_sound(&browser, "removing a passkey")?;
    browser.follow(MAIN)?;
    arrives(&browser, "/account/passkeys")?;
    shows(&browser, "You have no passkey yet")?;
    assert_eq!(told(&app, &chair.email, "A passkey was removed")?, 1);
    sign_out(&browser)?;
    go(&browser, &app, "/sign-in/passkey")?;
    browser.click(PASSKEY)?;
    shows(&browser, "This passkey does not sign anybody in here")?;
    is_sound(&browser, "a passkey that is gone")
}

/// The answer that the browser would send, held back.
fn held_answer(browser: &Browser, app: &TestApp) -> Outcome<String> {
    go(browser, app, "/sign-in/passkey")?;
    browser.run("HTMLFormElement.prototype.requestSubmit = () => {}; return null", &[])?;
    browser.click(PASSKEY)?;
    wait::until("the answer of the device", PATIENCE, || {
        let held = browser.property("[name=credential]", "value")?;
        Ok(held.as_str().filter(|held| !held.is_empty()).map(str::to_owned))
    })
}

fn send(browser: &Browser, answer: &str) -> Outcome {
    let send = "const form = document.querySelector('form[data-passkey]'); \
        form.elements.namedItem('credential').value = arguments[0]; form.submit(); return null";
    browser.run(send, &[json!(answer)])?;
    Ok(())
}

#[test]
fn a_passkey_opens_the_account_it_was_added_to_and_no_other() -> Outcome {
    let app = TestApp::start()?;
    let trust = Trust::found(&app, "Ashgrove Trust")?;
    let (round, chair) = counted(&trust)?;
    let chairs = device(Screen::Desktop)?;
    by_code(&chairs, &app, &chair.email)?;
    add_passkey(&chairs, &app, "Chair")?;
    let theirs = device(Screen::Desktop)?;
    by_code(&theirs, &app, &round.review()?.subject.email)?;
    add_passkey(&theirs, &app, "Chief executive")?;
    sign_out(&theirs)?;

    // The chief executive's device says that it is the chair's.
    let mine: serde_json::Value = serde_json::from_str(&held_answer(&theirs, &app)?)?;
    sign_out(&chairs)?;
    let of_chair: serde_json::Value = serde_json::from_str(&held_answer(&chairs, &app)?)?;
    let mut forged = mine.clone();
    forged["response"]["userHandle"] = of_chair["response"]["userHandle"].clone();
    send(&theirs, &forged.to_string())?;
    shows(&theirs, "This passkey does not sign anybody in here")?;
    // The chair's passkey with what the chief executive's device has signed, and the chair's own answer to another
    // question.
    for (id, response) in [(&of_chair, &mine), (&of_chair, &of_chair)] {
        held_answer(&theirs, &app)?;
        let mut forged = id.clone();
        forged["response"] = response["response"].clone();
        forged["response"]["userHandle"] = of_chair["response"]["userHandle"].clone();
        send(&theirs, &forged.to_string())?;
        shows(&theirs, "This passkey does not sign anybody in here")?;
    }
    go(&theirs, &app, "/account")?;
    arrives(&theirs, "/sign-in")?;
    // An answer is good once.
    send(&chairs, &of_chair.to_string())?;
    arrives(&chairs, "/")?;
    sign_out(&chairs)?;
    held_answer(&chairs, &app)?;
    send(&chairs, &of_chair.to_string())?;
    shows(&chairs, "This passkey does not sign anybody in here")?;
    by_passkey(&theirs, &app)?;
    go(&theirs, &app, "/account")?;
    shows(&theirs, &round.review()?.subject.email)
}

#[test]
fn what_is_added_after_a_code_opens_the_result_when_its_wait_is_over() -> Outcome {
    let app = TestApp::start()?;
    let trust = Trust::found(&app, "Ashgrove Trust")?;
    let (round, chair) = counted(&trust)?;
    let settled = settled_chair(&app, &chair)?;
    assert!(opens(&app, &settled, &round)?, "what the chair has had for a day opens it");
    drop(settled);

    // They have lost their laptop.
    let phone = device(Screen::Phone)?;
    by_code(&phone, &app, &chair.email)?;
    assert!(!opens(&app, &phone, &round)?, "a code alone");
    add_passkey(&phone, &app, "New phone")?;
    assert!(!opens(&app, &phone, &round)?, "at once");
    assert_eq!(told(&app, OTHER, "A passkey was added")?, 2, "at the other address, of the first and of this one");
    assert_eq!(told(&app, &chair.email, "A passkey was added")?, 2);
    let email = app.mailbox().to(OTHER)?.pop().ok_or("no email")?;
    let text = email.text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(text.contains("does not open any report that has not been released before") && !text.contains("://"));

    app.time_passes(TimeDelta::hours(23))?;
    by_passkey(&phone, &app)?;
    assert!(!opens(&app, &phone, &round)?, "an hour before");
    shows(&phone, "A passkey was added to your account")?;
    is_sound(&phone, "home while a passkey waits")?;
    app.time_passes(TimeDelta::minutes(29))?;
    assert!(!opens(&app, &phone, &round)?, "half an hour before");
    go(&phone, &app, "/account")?;
    app.time_passes(TimeDelta::minutes(29))?;
    go(&phone, &app, "/account")?;
    assert!(!opens(&app, &phone, &round)?, "two minutes before");
    app.time_passes(TimeDelta::minutes(3))?;
    assert!(opens(&app, &phone, &round)?, "in the same session, with nothing to do");
    go(&phone, &app, "/")?;
    assert!(!phone.text()?.contains("A passkey was added to your account"));
    Ok(())
}

#[test]
fn whoever_reads_the_mailbox_gets_nothing_once_the_chair_says_it_was_not_them() -> Outcome {
    let app = TestApp::start()?;
    let trust = Trust::found(&app, "Ashgrove Trust")?;
    let (round, chair) = counted(&trust)?;
    let chairs = settled_chair(&app, &chair)?;

    let attacker = device(Screen::Desktop)?;
    by_code(&attacker, &app, &chair.email)?;
    add_passkey(&attacker, &app, "Chair’s phone")?;
    sign_out(&attacker)?;
    by_passkey(&attacker, &app)?;
    assert!(!opens(&app, &attacker, &round)?);
    // They cannot lock the chair out, and the chair's other address stays.
    go(&attacker, &app, "/account/passkeys")?;
    shows(&attacker, "Office laptop")?;
    assert_eq!(attacker.count("main a[href$=remove]")?, 1, "their own only");
    let theirs = "return [...document.querySelectorAll('main .cards > li')].map(one => one.textContent)";
    let listed = attacker.run(theirs, &[])?;
    assert!(listed[0].as_str().is_some_and(|first| first.contains("Office laptop") && !first.contains("Remove")));
    go(&attacker, &app, "/account/addresses")?;
    shows(&attacker, "To change these addresses, sign in with a passkey")?;
    assert_eq!(attacker.count("#email, main a[href$=remove]")?, 0);
    let add = "const form = document.createElement('form'); form.method = 'post'; form.action = '/account/addresses'; \
        form.innerHTML = '<input name=email value=thief@elsewhere.example>'; document.body.append(form); \
        form.submit(); return null";
    attacker.run(add, &[])?;
    shows(&attacker, "To change these addresses, sign in with a passkey")?;
    assert_eq!(told(&app, "thief@elsewhere.example", "")?, 0);

    // The chair hears of it where the attacker does not read.
    assert_eq!(told(&app, OTHER, "A passkey was added")?, 2);
    go(&chairs, &app, "/")?;
    is_sound(&chairs, "home with a warning")?;
    browser_stops(&chairs)?;
    assert_eq!(told(&app, OTHER, "A passkey was stopped")?, 1);
    go(&attacker, &app, "/account")?;
    arrives(&attacker, "/sign-in")?;
    app.time_passes(TimeDelta::hours(25))?;
    go(&attacker, &app, "/sign-in/passkey")?;
    attacker.click(PASSKEY)?;
    shows(&attacker, "This passkey does not sign anybody in here")?;
    assert!(!opens(&app, &attacker, &round)?);
    by_passkey(&chairs, &app)?;
    assert!(opens(&app, &chairs, &round)?);
    let log = trust.administrator.list("/v1/audit-log")?;
    let has = |action: &str| log.iter().filter(|line| line["action"] == action).count();
    assert_eq!((has("passkey.added"), has("passkey.disowned"), has("address.added")), (2, 1, 1));
    assert!(!serde_json::to_string(&log)?.contains('@'), "the log names nobody");
    Ok(())
}

fn browser_stops(browser: &Browser) -> Outcome {
    browser.follow("main .warning a.button")?;
    arrives(browser, "/account/passkeys")?;
    browser.follow("main .cards a.button")?;
    arrives(browser, "/stop")?;
    is_sound(browser, "stopping a passkey")?;
    browser.follow(MAIN)?;
    arrives(browser, "/account/passkeys")?;
    shows(browser, "The passkey has been stopped")
}

#[test]
fn an_address_is_told_before_it_is_no_longer_told() -> Outcome {
    let app = TestApp::start()?;
    let trust = Trust::found(&app, "Ashgrove Trust")?;
    let (_round, chair) = counted(&trust)?;
    let chairs = settled_chair(&app, &chair)?;
    go(&chairs, &app, "/account/addresses")?;
    is_sound(&chairs, "other addresses")?;
    browser_types_a_wrong_address(&chairs)?;
    go(&chairs, &app, "/account/addresses")?;
    chairs.follow("main .cards a[href$=remove]")?;
    arrives(&chairs, "/remove")?;
    is_sound(&chairs, "removing an address")?;
    chairs.follow(MAIN)?;
    arrives(&chairs, "/account/addresses")?;
    shows(&chairs, "The address has been removed")?;
    for address in [OTHER, chair.email.as_str()] {
        assert_eq!(told(&app, address, "An email address was removed")?, 1, "{address}");
    }
    go(&chairs, &app, "/account/passkeys")?;
    chairs.follow("main .cards a[href$=remove]")?;
    arrives(&chairs, "/remove")?;
    chairs.follow(MAIN)?;
    arrives(&chairs, "/account/passkeys")?;
    assert_eq!(told(&app, &chair.email, "A passkey was removed")?, 1);
    assert_eq!(told(&app, OTHER, "A passkey was removed")?, 0, "it is not told any more");
    Ok(())
}

fn browser_types_a_wrong_address(browser: &Browser) -> Outcome {
    browser.type_into("#email", "no address")?;
    browser.follow(MAIN)?;
    wait::until("what is wrong", PATIENCE, || Ok((browser.count("#errors-title")? == 1).then_some(())))?;
    is_sound(browser, "an address that is none")
}

/// Without scripts there are no passkeys, and the pages say so and lead on.
#[test]
fn without_scripts_or_at_an_address_in_numbers_the_page_says_what_to_do() -> Outcome {
    let app = TestApp::start_with(|config| config.base_url = "http://127.0.0.1:8360".parse().ok())?;
    let browser = Browser::open(Screen::Phone)?;
    let page = app.visitor()?.open("/sign-in/passkey")?.with(200)?.text();
    assert!(page.contains("Passkeys do not work here") && page.contains("http://127.0.0.1:8360"), "{page}");
    let app = TestApp::start()?;
    go(&browser, &app, "/sign-in/passkey")?;
    // Somebody cancels, or has no passkey on this device.
    browser.add_authenticator()?;
    browser.click(PASSKEY)?;
    shows(&browser, "Nothing was confirmed")?;
    is_sound(&browser, "a device without a passkey")?;
    let without = Browser::open_without_scripts(Screen::Phone)?;
    go(&without, &app, "/sign-in/passkey")?;
    shows(&without, "Passkeys need JavaScript")?;
    without.click(PASSKEY)?;
    wait::until("to be told", PATIENCE, || Ok((without.count("#errors-title")? == 1).then_some(())))?;
    assert!(without.text()?.contains("Passkeys need JavaScript"));
    Ok(())
}
