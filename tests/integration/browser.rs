//! A real Chromium walks the rater's pages, on a small phone and on a desk, by finger, by keyboard alone, and without
//! scripts.

mod office;
mod own_sign_in;
mod passkeys;
mod promise;
mod questionnaires;

use std::time::Duration;

use candour_tests::answers::{competencies, prompts};
use candour_tests::browser::Screen;
use candour_tests::trust::CONCERNS;
use candour_tests::{Browser, Outcome, RaterLink, RoundPlan, Server, StartedRound, Trust, database, finding, wait};
use serde_json::{Value, json};

const TAB: &str = "\u{e004}";
const ENTER: &str = "\u{e007}";
const SPACE: &str = " ";

/// How long a page may take to come, on a machine with other work.
const PATIENCE: Duration = Duration::from_secs(30);

/// The button that goes on; it comes first so that Enter presses it.
const MAIN: &str = "main form button[name=action]";
const LATER: &str = "main form button[value=later]";
const START: &str = "main a.button";

/// Opens a round and gives the link of an anonymous rater, with the questionnaire behind it.
fn invited(round: &StartedRound<'_>) -> Outcome<(RaterLink, Value)> {
    let links = round.link_of_each()?;
    let (_, link) = links.get(3).ok_or("no such rater")?;
    Ok((link.clone(), link.survey()?))
}

fn address(round: &StartedRound<'_>, link: &RaterLink, page: &str) -> Outcome<String> {
    Ok(format!("http://{}{}{page}", round.trust.server.address()?, link.path()))
}

/// Waits until the window shows the address that ends like this.
pub(crate) fn arrives(browser: &Browser, end: &str) -> Outcome {
    let arrived = wait::until(&format!("the page {end}"), PATIENCE, || {
        // In this order: asked first, the old page would answer that it is complete.
        let there = browser.url()?.split(['?', '#']).next().is_some_and(|url| url.ends_with(end));
        Ok((there && browser.run("return document.readyState", &[])? == "complete").then_some(()))
    });
    arrived.map_err(|error| format!("{error}; the window shows {}", browser.url().unwrap_or_default()).into())
}

/// What every page must be: nothing for axe-core to find, no scrolling to the side, nothing loaded from elsewhere,
/// nothing stored.
pub(crate) fn is_sound(browser: &Browser, what: &str) -> Outcome {
    let violations = browser.accessibility_violations()?;
    if !violations.is_empty() {
        finding!("{what}: axe-core finds\n{}", violations.join("\n"));
    }
    let [content, window] = ["scrollWidth", "clientWidth"]
        .map(|width| browser.run(&format!("return document.documentElement.{width}"), &[]));
    let (content, window) = (content?, window?);
    if content.as_u64() > window.as_u64() {
        finding!("{what}: {content} pixels of content in a window of {window}");
    }
    let kept = browser.run("return [document.cookie, localStorage.length, sessionStorage.length]", &[])?;
    if kept != json!(["", 0, 0]) {
        finding!("{what}: the page keeps something on the device: {kept}");
    }
    let base = browser.run("return location.origin", &[])?;
    for url in browser.requests()? {
        let own = base.as_str().is_some_and(|base| url.starts_with(base));
        if !own && !url.starts_with("data:") && !url.starts_with("chrome") && url != "about:blank" {
            finding!("{what}: the page asks {url}");
        }
    }
    Ok(())
}

fn choice(item: &str, at: usize) -> String {
    format!("label[for=\"rating-{item}-{at}\"]")
}

fn is_chosen(browser: &Browser, item: &str, at: usize) -> Outcome<bool> {
    Ok(browser.property(&format!("[id=\"rating-{item}-{at}\"]"), "checked")? == true)
}

#[test]
fn on_a_phone_with_a_break_in_between() -> Outcome {
    let server = Server::start()?;
    let trust = Trust::found(&server, "Ashgrove Trust")?;
    let round = trust.open(&RoundPlan::small())?;
    let (link, survey) = invited(&round)?;
    let pages = competencies(&survey);
    let browser = Browser::open(Screen::Phone)?;
    browser.go(&address(&round, &link, "")?)?;
    is_sound(&browser, "the promise")?;
    let promise = browser.text()?;
    for wanted in [
        "Perpetua1 Quillfeather",
        "without your name",
        "word for word",
        "at least four people",
        "cannot be changed or taken back",
        CONCERNS,
    ] {
        assert!(promise.contains(wanted), "the promise does not say {wanted:?}:\n{promise}");
    }
    browser.follow(START)?;
    for (number, (_, items)) in (1..).zip(&pages).take(3) {
        arrives(&browser, &format!("/page/{number}"))?;
        is_sound(&browser, &format!("page {number}"))?;
        for (at, item) in (0..).zip(items) {
            browser.click(&choice(item, at % 6 + 1))?;
        }
        browser.follow(if number == 3 { LATER } else { MAIN })?;
    }
    arrives(&browser, "/later")?;
    is_sound(&browser, "the page about coming back")?;
    drop(browser);

    let other_device = Browser::open(Screen::Desktop)?;
    other_device.go(&address(&round, &link, "")?)?;
    is_sound(&other_device, "the promise on coming back")?;
    other_device.follow(START)?;
    arrives(&other_device, "/page/4")?;
    other_device.go(&address(&round, &link, "/page/2")?)?;
    for (at, item) in (0..).zip(&pages.get(1).ok_or("no second page")?.1) {
        assert!(is_chosen(&other_device, item, at % 6 + 1)?, "{item} is as it was left");
    }
    for (number, (_, items)) in (1..).zip(&pages).skip(3) {
        other_device.go(&address(&round, &link, &format!("/page/{number}"))?)?;
        for item in items {
            other_device.click(&choice(item, 4))?;
        }
        other_device.follow(MAIN)?;
        arrives(&other_device, &format!("/page/{}", number + 1))?;
    }
    drop(other_device);
    comments_and_sending(&round, &link, &survey)
}

/// The last pages on the phone again: a comment that is too long comes back with its text, then the check, and the
/// sending.
fn comments_and_sending(round: &StartedRound<'_>, link: &RaterLink, survey: &Value) -> Outcome {
    let last = format!("/page/{}", competencies(survey).len() + 1);
    let written = prompts(survey);
    let (first, second) = (written.first().ok_or("no prompt")?, written.get(1).ok_or("one prompt")?);
    let field = |prompt: &str| format!("[id=\"comment-{prompt}\"]");
    let browser = Browser::open(Screen::Phone)?;
    browser.go(&address(round, link, &last)?)?;
    is_sound(&browser, "the comments")?;
    browser.type_into(&field(second), "Visit more often.")?;
    let long = "Far too long. ".repeat(300);
    let set = "const field = document.querySelector(arguments[0]); field.value = arguments[1]; field.dispatchEvent(new \
     Event('input', {bubbles: true}))";
    browser.run(set, &[json!(field(first)), json!(long)])?;
    browser.follow(MAIN)?;
    wait::until("the page to come back", PATIENCE, || Ok((browser.count("#errors")? == 1).then_some(())))?;
    arrives(&browser, &last)?;
    is_sound(&browser, "the comments with an error")?;
    assert_eq!(
        browser.property(&field(first), "value")?.as_str().map(str::trim),
        Some(long.trim()),
        "the text that was too long is still there"
    );
    assert_eq!(browser.property(&field(second), "value")?, "Visit more often.", "and so is the other");
    assert_eq!(browser.run("return document.activeElement.id", &[])?, "errors", "the error is read out first");
    browser.clear(&field(first))?;
    browser.type_into(&field(first), "Keep visiting <b>every</b> school.")?;
    browser.follow(MAIN)?;
    arrives(&browser, "/check")?;
    is_sound(&browser, "the check")?;
    assert!(browser.text()?.contains("Keep visiting <b>every</b> school."), "what was typed is shown as text");
    browser.follow("main form.send button")?;
    arrives(&browser, &link.path())?;
    is_sound(&browser, "the thanks")?;
    assert!(browser.text()?.contains("have been received"), "{}", browser.text()?);
    assert_eq!(database::number(&database::open(round.trust.server)?, "SELECT COUNT(*) FROM ballots")?, 1);
    browser.go(&address(round, link, "/page/2")?)?;
    assert!(browser.text()?.contains("have been received"), "an old page opens no questions: {}", browser.text()?);
    Ok(())
}

/// Presses Tab until the element has the focus, as somebody without a mouse does.
pub(crate) fn tab_to(browser: &Browser, css: &str) -> Outcome {
    for _ in 0..120 {
        if browser.run("return document.activeElement.matches(arguments[0])", &[json!(css)])? == true {
            let outline = "const style = getComputedStyle(document.activeElement), label = \
             document.activeElement.closest('label'); \
                const shown = style => style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0 || \
                style.boxShadow !== 'none'; return shown(style) || Boolean(label) && shown(getComputedStyle(label))";
            if browser.run(outline, &[])? != true {
                finding!("{css} has the focus and nothing shows it");
            }
            return Ok(());
        }
        browser.press(TAB)?;
    }
    finding!("the keyboard does not reach {css}")
}

#[test]
fn on_a_desk_by_keyboard_alone() -> Outcome {
    let server = Server::start()?;
    let trust = Trust::found(&server, "Ashgrove Trust")?;
    let round = trust.open(&RoundPlan::small())?;
    let (link, survey) = invited(&round)?;
    let browser = Browser::open(Screen::Desktop)?;
    browser.go(&address(&round, &link, "")?)?;
    is_sound(&browser, "the promise")?;
    tab_to(&browser, START)?;
    browser.press(ENTER)?;
    let pages = competencies(&survey);
    for (number, (_, items)) in (1..).zip(&pages) {
        arrives(&browser, &format!("/page/{number}"))?;
        is_sound(&browser, &format!("page {number}"))?;
        for item in items {
            tab_to(&browser, &format!("[name=\"rating.{item}\"]"))?;
            // Space takes the first answer, an arrow the next one.
            browser.press(SPACE)?;
            browser.press("\u{e015}\u{e015}")?;
            assert!(is_chosen(&browser, item, 3)?, "{item}");
        }
        tab_to(&browser, MAIN)?;
        browser.press(ENTER)?;
    }
    arrives(&browser, &format!("/page/{}", pages.len() + 1))?;
    is_sound(&browser, "the comments")?;
    tab_to(&browser, "textarea")?;
    browser.press("All by keyboard.")?;
    tab_to(&browser, MAIN)?;
    browser.press(ENTER)?;
    arrives(&browser, "/check")?;
    is_sound(&browser, "the check")?;
    assert!(browser.text()?.contains("Every statement has an answer"), "{}", browser.text()?);
    tab_to(&browser, "main form.send button")?;
    browser.press(ENTER)?;
    arrives(&browser, &link.path())?;
    is_sound(&browser, "the thanks")?;
    assert_eq!(link.get()?.with(200)?.json()?["state"], "received");
    Ok(())
}

/// Whether the window has asked for the script of the page it shows since this was last asked; `None` for a page that
/// has none.
fn runs_a_script(browser: &Browser) -> Outcome<Option<bool>> {
    let scripts = browser.run("return Array.from(document.scripts, script => script.src)", &[])?;
    let asked = browser.requests()?;
    let scripts = scripts.as_array().filter(|scripts| !scripts.is_empty());
    Ok(scripts.map(|scripts| scripts.iter().any(|script| asked.iter().any(|url| script == url.as_str()))))
}

#[test]
fn without_scripts() -> Outcome {
    let server = Server::start()?;
    let trust = Trust::found(&server, "Ashgrove Trust")?;
    let round = trust.open(&RoundPlan::small())?;
    let (link, survey) = invited(&round)?;
    let browser = Browser::open_without_scripts(Screen::Phone)?;
    browser.go(&address(&round, &link, "")?)?;
    browser.follow(START)?;
    let pages = competencies(&survey);
    for (number, (_, items)) in (1..).zip(&pages) {
        arrives(&browser, &format!("/page/{number}"))?;
        assert_eq!(
            runs_a_script(&browser)?,
            Some(false),
            "page {number} has a script, and this window leaves it alone"
        );
        for item in items {
            // "Not able to say" comes last and is a choice like any other.
            browser.click(&choice(item, 6))?;
        }
        browser.follow(MAIN)?;
    }
    arrives(&browser, &format!("/page/{}", pages.len() + 1))?;
    browser.type_into("textarea", "No script needed.")?;
    browser.follow("main form button[value=back]")?;
    arrives(&browser, &format!("/page/{}", pages.len()))?;
    browser.follow(MAIN)?;
    arrives(&browser, &format!("/page/{}", pages.len() + 1))?;
    assert_eq!(browser.property("textarea", "value")?, "No script needed.", "going back loses nothing");
    browser.follow(MAIN)?;
    arrives(&browser, "/check")?;
    browser.follow("main form.send button")?;
    arrives(&browser, &link.path())?;
    assert_eq!(link.get()?.with(200)?.json()?["state"], "received");
    Ok(())
}

#[test]
fn pages_that_ask_nothing() -> Outcome {
    let server = Server::start()?;
    let trust = Trust::found(&server, "Ashgrove Trust")?;
    let round = trust.open(&RoundPlan::small())?;
    let links = round.link_of_each()?;
    let raters = trust.administrator.raters(&round.review()?.id)?;
    let (gone, withdrawn) = links.get(4).ok_or("no such rater")?;
    let id = raters.iter().find(|rater| rater["email"] == gone.email.as_str()).ok_or("not listed")?["id"].clone();
    trust.administrator.delete(&format!("/v1/raters/{}", id.as_str().unwrap_or_default()))?.succeeded()?;
    let (_, own) = links.first().ok_or("no subject")?;
    let (_, named) = links.get(1).ok_or("no chair")?;
    let (_, other) = links.get(5).ok_or("no such rater")?;
    let base = format!("http://{}", server.address()?);
    let pages = [
        (format!("{base}/s/AAAAAAAAAAAAAAAAAAAAAAAAAAA"), "do not know this link"),
        (address(&round, withdrawn, "")?, "no longer asked"),
        (address(&round, own, "")?, "Your own assessment"),
        (address(&round, named, "")?, "answer by name"),
    ];
    let browsers = [Browser::open(Screen::Phone)?, Browser::open(Screen::Desktop)?];
    for browser in &browsers {
        for (url, words) in &pages {
            browser.go(url)?;
            is_sound(browser, words)?;
            assert!(browser.text()?.contains(words), "{words}: {}", browser.text()?);
        }
    }
    closes_while_somebody_types(&round, other, &browsers[0])?;
    declines_and_changes_their_mind(&trust, &browsers[1])
}

/// The round ends under a rater's hands: what they typed is shown back.
fn closes_while_somebody_types(round: &StartedRound<'_>, link: &RaterLink, browser: &Browser) -> Outcome {
    let last = format!("/page/{}", competencies(&link.survey()?).len() + 1);
    browser.go(&address(round, link, &last)?)?;
    browser.type_into("textarea", "Half a sentence that")?;
    round.trust.administrator.moves(&round.id, "close", &json!({ "confirm": true }))?;
    browser.follow(MAIN)?;
    wait::until("the page about the closed round", PATIENCE, || {
        Ok(browser.text()?.contains("has closed").then_some(()))
    })?;
    is_sound(browser, "the closed round with what was typed")?;
    assert_eq!(browser.property("textarea", "value")?, "Half a sentence that", "the text is not lost");
    browser.go(&address(round, link, "")?)?;
    is_sound(browser, "the closed round")
}

fn declines_and_changes_their_mind(trust: &Trust<'_>, browser: &Browser) -> Outcome {
    let round = trust.open(&RoundPlan::new().asking("headteachers", 4))?;
    let person = round.review()?.raters.get(2).ok_or("no such rater")?.clone();
    let links = round.links_of(&[&person.email])?;
    let link = links.get(&person.email).and_then(|links| links.first()).ok_or("no link")?;
    browser.go(&address(&round, link, "")?)?;
    browser.follow("main form.decline button")?;
    wait::until("the page to say so", PATIENCE, || Ok(browser.text()?.contains("You have told us").then_some(())))?;
    is_sound(browser, "the promise after declining")?;
    browser.follow("main button[value=no]")?;
    wait::until("the way to start", PATIENCE, || Ok((browser.count(START)? > 0).then_some(())))?;
    assert_eq!(link.survey()?["declined"], false);
    Ok(())
}

/// What the page says of saving stands in the page and not over it: on a phone it would cover an answer.
#[test]
fn what_is_said_of_saving_covers_no_answer() -> Outcome {
    let server = Server::start()?;
    let trust = Trust::found(&server, "Ashgrove Trust")?;
    let round = trust.open(&RoundPlan::small())?;
    let (link, survey) = invited(&round)?;
    let items = competencies(&survey).into_iter().next().ok_or("no page")?.1;
    let [first, second, ..] = items.as_slice() else { return Err("two statements".into()) };
    let browser = Browser::open(Screen::Phone)?;
    browser.go(&address(&round, &link, "/page/1")?)?;
    let covered = || -> Outcome<Value> {
        let look = "const shown = [...document.querySelectorAll('.status')].filter(status => status.textContent); \
            const meet = (a, b) => a.top < b.bottom && b.top < a.bottom && a.left < b.right && b.left < a.right; \
            const covered = []; for (let at = 0; at < document.documentElement.scrollHeight; at += 200) { \
                window.scrollTo(0, at); \
                for (const status of shown) for (const other of document.querySelectorAll('.option, legend, .button')) \
                    if (meet(status.getBoundingClientRect(), other.getBoundingClientRect())) \
                    covered.push(other.textContent.trim()); } \
            return [shown.map(status => status.textContent), covered]";
        browser.run(look, &[])
    };
    let says = |text: &str| {
        wait::until(text, PATIENCE, || {
            let [shown, covered] = [0, 1].map(|at| covered().map(|found| found[at].clone()));
            let (shown, covered) = (shown?, covered?);
            assert_eq!(covered, json!([]), "{shown} covers something");
            Ok(shown
                .as_array()
                .is_some_and(|shown| shown.iter().any(|shown| shown.as_str().is_some_and(|shown| shown.contains(text))))
                .then_some(()))
        })
    };
    browser.click(&choice(first, 2))?;
    says("Saved")?;
    browser.run("window.fetch = () => Promise.reject(new Error('away'))", &[])?;
    browser.click(&choice(second, 3))?;
    says("Not saved yet")?;
    let beside = format!("return document.querySelector('[id=\"item-{second}\"] .status')?.textContent ?? ''");
    let beside = browser.run(&beside, &[])?;
    assert!(
        beside.as_str().is_some_and(|text| text.contains("Not saved yet")),
        "it stands beside what was changed last: {beside}"
    );
    is_sound(&browser, "a page that could not be saved")
}

#[test]
fn the_progress_bar_shows_in_forced_colours() -> Outcome {
    let server = Server::start()?;
    let trust = Trust::found(&server, "Ashgrove Trust")?;
    let round = trust.open(&RoundPlan::small())?;
    let (link, _) = invited(&round)?;
    let browser = Browser::open(Screen::Phone)?;
    browser.go(&address(&round, &link, "/page/2")?)?;
    for features in [json!([]), json!([{ "name": "forced-colors", "value": "active" }])] {
        browser.devtools("Emulation.setEmulatedMedia", &json!({ "features": features }))?;
        let forced = browser.run("return matchMedia('(forced-colors: active)').matches", &[])?;
        assert_eq!(forced, json!(features != json!([])), "the colours are forced when they are to be");
        // The parts of a bar tell no computed style, so this asks whether their colours are left to the page.
        let own = browser.run("return getComputedStyle(document.querySelector('progress')).forcedColorAdjust", &[])?;
        assert!(forced == false || own == "none", "forced colours take the bar away: {own}");
    }
    Ok(())
}

#[test]
fn on_paper_everything_is_open() -> Outcome {
    let server = Server::start()?;
    let trust = Trust::found(&server, "Ashgrove Trust")?;
    let round = trust.open(&RoundPlan::small())?;
    let (link, _) = invited(&round)?;
    let browser = Browser::open_without_scripts(Screen::Phone)?;
    browser.go(&address(&round, &link, "")?)?;
    let seen = "return [...document.querySelectorAll('details p')].map(text => text.checkVisibility() && \
     text.offsetHeight > 0)";
    for (media, open) in [("screen", false), ("print", true)] {
        browser.devtools("Emulation.setEmulatedMedia", &json!({ "media": media }))?;
        let seen = browser.run(seen, &[])?;
        let seen = seen.as_array().filter(|seen| !seen.is_empty()).ok_or("no details")?;
        assert!(seen.iter().all(|seen| *seen == open), "{media}: {seen:?}");
    }
    Ok(())
}

/// The address of the service, and a comment with a way to reach somebody.
#[test]
fn the_front_page_and_a_nudge() -> Outcome {
    let server = Server::start()?;
    let trust = Trust::found(&server, "Ashgrove Trust")?;
    let round = trust.open(&RoundPlan::small())?;
    let (link, survey) = invited(&round)?;
    let browser = Browser::open(Screen::Phone)?;
    browser.go(&format!("http://{}/", server.address()?))?;
    is_sound(&browser, "the front page")?;
    let prompt = prompts(&survey).into_iter().next().ok_or("no prompt")?;
    let last = format!("/page/{}", competencies(&survey).len() + 1);
    browser.go(&address(&round, &link, &last)?)?;
    let nudge =
        || browser.run("return [...document.querySelectorAll('.nudge')].map(nudge => nudge.textContent).join('')", &[]);
    for (text, seen) in
        [("Ring 07700 900123", true), ("In 2024-2025 it grew", false), ("Write to a.b@c.example.", true)]
    {
        let field = format!("#comment-{prompt}");
        browser.clear(&field)?;
        browser.type_into(&field, text)?;
        let agrees = || {
            Ok(nudge()?
                .as_str()
                .is_some_and(|said| said.contains("email address or a telephone number") == seen)
                .then_some(()))
        };
        wait::until(text, PATIENCE, agrees)?;
    }
    is_sound(&browser, "a comment with a nudge")?;
    wait::until("the text to be saved", PATIENCE, || {
        Ok(link.survey()?["draft"]["comments"][&prompt].is_string().then_some(()))
    })?;
    browser.go(&address(&round, &link, "/check")?)?;
    is_sound(&browser, "the check with little in it")?;
    browser.follow("main form.send button")?;
    wait::until("to be asked", PATIENCE, || Ok((browser.count("[name=all_the_same]")? == 1).then_some(())))?;
    is_sound(&browser, "the question whether to send all the same")
}

#[test]
fn a_page_carries_the_headers_that_protect_it() -> Outcome {
    let server = Server::start()?;
    let trust = Trust::found(&server, "Ashgrove Trust")?;
    let round = trust.open(&RoundPlan::small())?;
    let (link, _) = invited(&round)?;
    for page in ["", "/page/1", "/check", "/later", "/promise", "/page/999"] {
        let reply = link.page(page)?;
        let header = |name: &str| reply.header(name).unwrap_or_default().to_owned();
        let policy = header("content-security-policy");
        assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"), "{page}: {policy}");
        assert!(policy.contains("frame-ancestors 'none'"), "{page}: {policy}");
        assert!(header("cache-control").contains("no-store"), "{page}");
        assert_eq!(header("referrer-policy"), "same-origin", "{page}");
        assert_eq!(header("x-content-type-options"), "nosniff", "{page}");
        assert!(header("set-cookie").is_empty(), "{page}");
    }
    let before = link.survey()?;
    for page in ["", "/page/1", "/check", "/later", "/promise", "/send", "/decline"] {
        link.page(page)?;
    }
    assert_eq!(link.survey()?, before, "reading changes nothing");
    Ok(())
}
