//! The first page on a small phone: what matters most and the button are seen at once, and the rest is there to open,
//! then and afterwards.

use candour_tests::answers::competencies;
use candour_tests::browser::Screen;
use candour_tests::{Answers, Browser, Outcome, RoundPlan, Server, Trust};

use super::{PATIENCE, address, arrives, is_sound, wait};

/// Two screens of a phone that is 640 pixels high.
const TWO_SCREENS: u64 = 1280;

fn bottom(browser: &Browser, css: &str) -> Outcome<u64> {
    let place = format!("return Math.ceil(document.querySelector('{css}').getBoundingClientRect().bottom + scrollY)");
    Ok(browser.run(&place, &[])?.as_u64().ok_or("no such element")?)
}

#[test]
fn the_button_to_start_is_on_the_first_two_screens_of_a_phone() -> Outcome {
    let server = Server::start()?;
    let trust = Trust::found(&server, "Ashgrove Trust")?;
    let round = trust.open(&RoundPlan::small().reviews(2))?;
    let links = round.links()?;
    let browser = Browser::open(Screen::Phone)?;
    let reader = "@ashgrove.example.org) reads the report first and decides when it is released.";
    for (group, said) in [
        ("trustees", ["You answer without your name.", "for at least four people", "only if at least five people"]),
        ("chair", ["You answer by name.", "for at least four people", "word for word, with your name"]),
        ("self", ["You answer by name.", "for at least four people", "word for word, with your name"]),
    ] {
        let asked = &round.review()?.raters;
        let person = asked.iter().find(|person| person.group == group).ok_or("nobody of this group")?;
        // Who is asked about two people has two links, and a page behind each.
        let own = links.get(&person.email).ok_or("no link")?;
        assert_eq!(own.len(), if group == "self" { 1 } else { 2 }, "{group}");
        for link in own {
            browser.go(&address(&round, link, "")?)?;
            is_sound(&browser, group)?;
            let shown = browser.text()?;
            let above = shown.split_once("\nStart\n").ok_or_else(|| format!("no button: {shown}"))?.0;
            let always = [
                reader,
                "advisers who read it with them.",
                "can read it, and so can those who run this round.",
                "do not answer, and tell somebody you trust",
                "Once sent, your answers cannot be changed or taken back.",
                "You can stop and come back later through the same link.",
            ];
            for words in said.into_iter().chain(always) {
                assert!(above.contains(words), "{group}: the page does not say {words:?} above the button:\n{above}");
            }
            let at = bottom(&browser, "#start")?;
            assert!(at <= TWO_SCREENS, "{group}: the button ends {at} pixels below the top");
            browser.click("details.whole summary")?;
            is_sound(&browser, "the whole promise")?;
            assert!(browser.text()?.contains("How long things are kept"), "{group}");
        }
    }
    Ok(())
}

#[test]
fn the_whole_promise_can_be_read_on_every_later_page() -> Outcome {
    let server = Server::start()?;
    let trust = Trust::found(&server, "Ashgrove Trust")?;
    let round = trust.open(&RoundPlan::small())?;
    let links = round.link_of_each()?;
    let (_, link) = links.iter().find(|(person, _)| person.group == "trustees").ok_or("no trustee")?;
    let comments = format!("/page/{}", competencies(&link.survey()?).len() + 1);
    let browser = Browser::open(Screen::Phone)?;
    for page in ["/page/1", &comments, "/check", "/later"] {
        browser.go(&address(&round, link, page)?)?;
        assert_eq!(browser.count(".told a[target=_blank]")?, 1, "{page}");
    }
    browser.go(&address(&round, link, "/promise")?)?;
    is_sound(&browser, "the promise once more")?;
    for words in
        ["You answer without your name.", "How long things are kept", "What it cannot do", "At the end you see"]
    {
        assert!(browser.text()?.contains(words), "{words}: {}", browser.text()?);
    }
    browser.follow("main a.button")?;
    arrives(&browser, &link.path())?;

    link.submit(&Answers::to(&link.survey()?, |_| Some(3)))?.with(200)?;
    browser.go(&address(&round, link, "")?)?;
    let told = browser.property(".told a", "href")?;
    browser.go(told.as_str().ok_or("no link")?)?;
    is_sound(&browser, "the promise afterwards")?;
    let headings =
        ["If you answered without your name", "If you answered by name", "If you answered about your own work"];
    for words in headings {
        assert!(browser.text()?.contains(words), "{words}: {}", browser.text()?);
    }
    assert!(!browser.text()?.contains("How long things are kept"), "it is folded");
    for at in 1..=browser.count("details.whole")? {
        browser.click(&format!("details.whole:nth-of-type({at}) summary"))?;
    }
    let open = || Ok((browser.text()?.matches("How long things are kept").count() == headings.len()).then_some(()));
    wait::until("all of it to be seen", PATIENCE, open)?;
    is_sound(&browser, "the promise afterwards, unfolded")
}
