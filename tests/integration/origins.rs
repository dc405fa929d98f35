//! A form is taken from a page of ours and from no other, in browsers that say where it comes from in either way, and a
//! link leaves with no click.

use std::time::Duration;

use candour_tests::answers::competencies;
use candour_tests::browser::{HERE, Screen};
use candour_tests::{Browser, OtherSite, Outcome, RaterLink, RoundPlan, TestApp, Trust, finding, wait};
use serde_json::json;

/// How long a page may take to come, on a machine with other work.
const PATIENCE: Duration = Duration::from_secs(30);

/// What a browser says of a form that no page of ours has sent, or of which it does not say so.
const NOT_OURS: [&[(&str, &str)]; 6] = [
    &[],
    &[("origin", "null")],
    &[("origin", "https://elsewhere.example")],
    &[("origin", "https://elsewhere.example"), ("host", "elsewhere.example")],
    &[("origin", "null"), ("sec-fetch-site", "cross-site")],
    &[("sec-fetch-site", "same-site")],
];

/// Where the service is: an address, to which a browser sends `Sec-Fetch-*`, or a name, to which it does not.
const HOSTS: [&str; 2] = ["127.0.0.1", "feedback.here.example"];

/// A service whose links begin with this host, and the address that they begin with.
fn service_at(host: &str) -> Outcome<(TestApp, String)> {
    let port = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
    let base = format!("http://{host}:{port}");
    let url: url::Url = base.parse()?;
    let app = TestApp::start_with(move |config| {
        config.listen = format!("127.0.0.1:{port}");
        config.base_url = Some(url.clone());
    })?;
    Ok((app, base))
}

fn link_of(trust: &Trust<'_, TestApp>) -> Outcome<RaterLink> {
    let round = trust.open(&RoundPlan::small())?;
    Ok(round.link_of_each()?.into_iter().nth(3).ok_or("no such rater")?.1)
}

fn says(browser: &Browser, text: &str) -> Outcome {
    let there = wait::until(text, PATIENCE, || Ok(browser.text()?.contains(text).then_some(())));
    there.map_err(|error| format!("{error}; the window shows {}", browser.text().unwrap_or_default()).into())
}

#[test]
fn every_page_that_takes_a_form_refuses_one_from_elsewhere() -> Outcome {
    let app = TestApp::start()?;
    let trust = Trust::found(&app, "Ashgrove Trust")?;
    let link = link_of(&trust)?;
    let hr = trust.office()?;
    let console = candour_pages::routes::PAGES.iter().filter(|page| page.takes_form).map(|page| page.pattern);
    let patterns: Vec<&str> = console.chain(candour_pages::FORMS).collect();
    assert!(patterns.len() > 10, "{patterns:?}");
    for pattern in patterns {
        let path = pattern
            .replace("{token}", link.token())
            .replace("{number}", "1")
            .replace("{id}", "00000000-0000-4000-8000-000000000000");
        for headers in NOT_OURS {
            let refused = hr.send("POST", &path, headers, Some(&[("action", "next")]))?;
            let text = refused.text();
            assert_eq!(refused.status, 403, "{path} with {headers:?}: {refused}");
            let why = ["This came from another page", "did not say where this came from"];
            assert!(why.iter().any(|why| text.contains(why)), "{path} with {headers:?}: {refused}");
            assert_eq!(refused.header("referrer-policy"), Some("same-origin"), "{path}");
            assert!(refused.header("set-cookie").is_none(), "{path}: nothing is signed out or in by it");
        }
        let taken = hr.send("POST", &path, &[("sec-fetch-site", "none")], Some(&[("action", "next")]))?;
        assert_ne!(taken.status, 405, "{path} takes no form");
        if taken.status == 403 {
            assert!(!taken.text().contains("came from"), "{path}: refused for another reason: {taken}");
        }
    }
    Ok(())
}

/// The three forms of a rater, and what the script saves by itself.
#[test]
fn a_raters_forms_work_with_and_without_what_browsers_say_of_a_fetch() -> Outcome {
    for host in HOSTS {
        let (app, base) = service_at(host)?;
        let trust = Trust::found(&app, "Ashgrove Trust")?;
        let link = link_of(&trust)?;
        let address = format!("{base}{}", link.path());
        let browser = Browser::open_without_scripts(Screen::Phone)?;
        browser.go(&address)?;
        browser.follow("main form.decline button")?;
        says(&browser, "You have told us")?;
        browser.follow("main button[value=no]")?;
        wait::until("to be asked again", PATIENCE, || Ok((link.survey()?["declined"] == false).then_some(())))?;
        let items = competencies(&link.survey()?).into_iter().next().ok_or("no page")?.1;
        let first = items.first().ok_or("no statement")?;
        browser.go(&format!("{address}/page/1"))?;
        browser.click(&format!("label[for=\"rating-{first}-3\"]"))?;
        browser.follow("main form button[name=action]")?;
        wait::until("the next page", PATIENCE, || Ok(browser.url()?.ends_with("/page/2").then_some(())))?;
        assert!(link.survey()?["draft"]["ratings"][first].is_number(), "{host}: saved by the button");

        let scripted = Browser::open(Screen::Desktop)?;
        let second = items.get(1).ok_or("one statement")?;
        scripted.go(&format!("{address}/page/1"))?;
        scripted.click(&format!("label[for=\"rating-{second}-2\"]"))?;
        says(&scripted, "Saved")?;
        assert!(link.survey()?["draft"]["ratings"][second].is_number(), "{host}: saved by the script");

        browser.go(&format!("{address}/check"))?;
        browser.follow("main form.send button")?;
        wait::until("to be asked twice", PATIENCE, || Ok((browser.count("[name=all_the_same]")? == 1).then_some(())))?;
        browser.follow("[name=all_the_same]")?;
        says(&browser, "have been received")?;
    }
    Ok(())
}

#[test]
fn a_page_of_another_site_presses_no_button() -> Outcome {
    let elsewhere = OtherSite::start()?;
    let browser = Browser::open(Screen::Desktop)?;
    for host in HOSTS {
        let (app, base) = service_at(host)?;
        let trust = Trust::found(&app, "Ashgrove Trust")?;
        let link = link_of(&trust)?;
        let before = link.survey()?;
        // Somebody who knows the link, and what its page carries.
        let carried = link.carried("", "/decline")?;
        let inputs = carried.iter().map(|(name, value)| format!("<input name=\"{name}\" value=\"{value}\">"));
        let carried = inputs.collect::<Vec<_>>().concat();
        for (path, fields) in [
            (format!("{}/decline", link.path()), format!("{carried}<input name=declined value=yes>")),
            (format!("{}/page/1", link.path()), "<input name=comment.keep value=forged>".to_owned()),
            (format!("{}/send", link.path()), "<input name=all_the_same value=yes>".to_owned()),
            ("/sign-in".to_owned(), "<input name=email value=chair@trust.example>".to_owned()),
            ("/sign-out".to_owned(), String::new()),
        ] {
            for (policy, why) in [("", "This came from another page"), ("no-referrer", "came from")] {
                elsewhere.shows(&format!(
                    "<!DOCTYPE html><meta name=referrer content=\"{policy}\"><form method=post \
                     action=\"{base}{path}\">{fields}<button>Win a prize</button></form>"
                ));
                browser.go(&format!("http://elsewhere.{HERE}:{}/", elsewhere.port()))?;
                browser.follow("button")?;
                says(&browser, why)?;
                // Where it is said that another site sent it, nothing of it is shown.
                assert!(!policy.is_empty() || browser.count("textarea")? == 0, "{path}");
            }
        }
        assert_eq!(link.survey()?, before, "{host}: nothing has changed");
        // The name of another site that leads to this service: a page of ours under it is not ours.
        let port = base.rsplit(':').next().unwrap_or_default();
        browser.go(&format!("http://rebound.{HERE}:{port}{}", link.path()))?;
        browser.follow("main form.decline button")?;
        says(&browser, "did not say where this came from")?;
        assert_eq!(link.survey()?, before, "{host}: nor by another name");
    }
    Ok(())
}

#[test]
fn no_other_site_is_told_the_link() -> Outcome {
    let elsewhere = OtherSite::start()?;
    for (at, host) in HOSTS.into_iter().enumerate() {
        let (app, base) = service_at(host)?;
        let trust = Trust::found(&app, "Ashgrove Trust")?;
        let link = link_of(&trust)?;
        let browser = Browser::open(Screen::Desktop)?;
        for page in ["", "/page/1", "/check"] {
            browser.go(&format!("{base}{}{page}", link.path()))?;
            let seen = format!("/seen-{at}{}", page.replace('/', "-"));
            let to = format!("http://elsewhere.{HERE}:{}{seen}", elsewhere.port());
            let add = "const a = document.createElement('a'); a.href = arguments[0]; a.id = 'away'; a.textContent = \
             'Away'; document.querySelector('main').prepend(a)";
            browser.run(add, &[json!(to)])?;
            browser.click("#away")?;
            let asked = wait::until("the other site to be asked", PATIENCE, || Ok(elsewhere.asked_for(&seen).pop()))?;
            let asked = asked.to_lowercase();
            if asked.contains("referer:") || asked.contains(&link.token().to_lowercase()) {
                finding!("another site is told from where somebody comes: {asked}");
            }
        }
    }
    Ok(())
}
