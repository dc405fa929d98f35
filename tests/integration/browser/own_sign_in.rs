//! The trust's own sign-in in a real Chromium: the provider is on another site, as it always is.

use candour_service::auth::providers::AllowedHosts;
use candour_tests::browser::Screen;
use candour_tests::provider::{CLIENT, SECRET};
use candour_tests::trust::DOMAIN;
use candour_tests::{Browser, Outcome, Provider, TestApp, Trust};
use chrono::TimeDelta;
use serde_json::json;

use super::passkeys::{add_passkey, by_code, by_passkey, counted, device, go, opens, shows, sign_out};
use super::{arrives, is_sound};

const AT_PROVIDER: &str = "#continue";

/// Signs in at the provider, from the page where a code is asked for.
fn by_provider(browser: &Browser, app: &TestApp, email: &str) -> Outcome {
    go(browser, app, "/sign-in")?;
    browser.type_into("#email", email)?;
    browser.follow("main form button.button")?;
    arrives(browser, "/sign-in/code")?;
    browser.follow("main a[href^='/sign-in/provider/']")?;
    shows(browser, "The trust's sign-in")?;
    browser.follow(AT_PROVIDER)?;
    arrives(browser, "/")
}

#[test]
fn a_chair_links_the_trusts_own_sign_in_waits_reads_and_then_relies_on_a_passkey_alone() -> Outcome {
    let provider = Provider::start()?;
    let host = provider.host();
    let app = TestApp::start_with(move |config| {
        config.outbound_allow = AllowedHosts::parse(&host).unwrap_or_default();
    })?;
    let clock = app.clone();
    provider.tells_time_by(move || clock.now().timestamp());
    let trust = Trust::found(&app, "Ashgrove Trust")?;
    let (round, chair) = counted(&trust)?;
    provider.is_visited_by("the chair", &chair.email);
    let settings = json!({
        "issuer": provider.issuer(), "client_id": CLIENT, "client_secret": SECRET, "label": "your Ashgrove account",
        "email_domains": [DOMAIN],
    });
    trust.administrator.0.put("/v1/organisation/identity-provider", &settings)?.with(200)?;

    let browser = device(Screen::Phone)?;
    by_code(&browser, &app, &chair.email)?;
    go(&browser, &app, "/account/provider")?;
    shows(&browser, "You can sign in with your Ashgrove account")?;
    is_sound(&browser, "before it is linked")?;
    browser.follow("button[value=link]")?;
    shows(&browser, "The trust's sign-in")?;
    browser.follow(AT_PROVIDER)?;
    arrives(&browser, "/account/provider")?;
    shows(&browser, "opens nothing that has not been released")?;
    // On the way it was at the provider, which is no part of a page of ours.
    browser.requests()?;
    is_sound(&browser, "linked, and waiting")?;
    assert!(!opens(&app, &browser, &round)?, "it was linked after a code alone");

    app.time_passes(TimeDelta::hours(25))?;
    by_provider(&browser, &app, &chair.email)?;
    assert!(opens(&app, &browser, &round)?, "the wait is over");

    add_passkey(&browser, &app, "Office laptop")?;
    sign_out(&browser)?;
    by_passkey(&browser, &app)?;
    go(&browser, &app, "/account/provider")?;
    browser.follow("button[value=passkeys]")?;
    shows(&browser, "You rely on passkeys alone.")?;
    browser.requests()?;
    is_sound(&browser, "relying on passkeys alone")?;
    sign_out(&browser)?;
    by_provider(&browser, &app, &chair.email)?;
    assert!(!opens(&app, &browser, &round)?, "whoever looks after the provider could be this");
    go(&browser, &app, "/account/provider")?;
    shows(&browser, "To choose this, sign in with a passkey of yours first.")?;
    sign_out(&browser)?;
    by_passkey(&browser, &app)?;
    assert!(opens(&app, &browser, &round)?);
    Ok(())
}

#[test]
fn an_administrator_sets_it_by_a_preset_and_every_page_of_it_is_sound() -> Outcome {
    let provider = Provider::start()?;
    let host = provider.host();
    let app = TestApp::start_with(move |config| {
        config.outbound_allow = AllowedHosts::parse(&host).unwrap_or_default();
    })?;
    let trust = Trust::found(&app, "Ashgrove Trust")?;
    let browser = device(Screen::Phone)?;
    let hr = format!("hr@{DOMAIN}");
    by_code(&browser, &app, &hr)?;
    add_passkey(&browser, &app, "Office laptop")?;
    app.time_passes(TimeDelta::hours(25))?;
    by_passkey(&browser, &app)?;

    go(&browser, &app, "/organisation/sign-in")?;
    shows(&browser, "could sign in as any of your colleagues, the chair included")?;
    is_sound(&browser, "before it is set")?;
    browser.follow("main a[href='/organisation/sign-in?preset=entra']")?;
    assert_eq!(browser.property("#issuer", "value")?, "https://login.microsoftonline.com/TENANT-ID/v2.0");
    browser.follow("main form button.button")?;
    shows(&browser, "There is a problem")?;
    is_sound(&browser, "with errors")?;
    for (field, text) in [
        ("#issuer", provider.issuer().as_str()),
        ("#client_id", CLIENT),
        ("#client_secret", SECRET),
        ("#label", "your Ashgrove account"),
    ] {
        browser.clear(field)?;
        browser.type_into(field, text)?;
    }
    browser.follow("main form button.button")?;
    shows(&browser, "Your trust’s own sign-in is set.")?;
    assert_eq!(browser.property("#client_secret", "value")?, "", "the secret is never shown again");
    is_sound(&browser, "when it is set")?;
    go(&browser, &app, "/sign-in/provider/return")?;
    shows(&browser, "This sign-in has ended")?;
    is_sound(&browser, "a sign-in that was refused")?;
    go(&browser, &app, "/organisation/sign-in/remove")?;
    is_sound(&browser, "before it is removed")?;
    browser.follow("main form button.button")?;
    shows(&browser, "has been removed")?;
    trust.administrator.0.get("/v1/organisation/identity-provider")?.with(404)?;
    Ok(())
}
