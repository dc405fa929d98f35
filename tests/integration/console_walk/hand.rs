//! How somebody works the pages: by finger on a small phone, by keyboard alone, or in a browser that runs no script.

use std::cell::RefCell;
use std::collections::BTreeSet;

use candour_tests::browser::Screen;
use candour_tests::{Browser, Outcome, TestApp, Visitor, finding};
use serde_json::json;

use crate::browser::{is_sound, tab_to};

const DOWN: &str = "\u{e015}";
const END: &str = "\u{e010}";
const ENTER: &str = "\u{e007}";
const BACKSPACE: &str = "\u{e003}";
const SPACE: &str = " ";

/// What somebody has to work with.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// A small phone. Every page is looked at by axe-core.
    Finger,
    /// A desk without a mouse.
    Keyboard,
    /// A small phone whose browser runs no script.
    WithoutScripts,
}

/// Somebody at a browser of their own.
pub(super) struct Hand {
    pub(super) browser: Browser,
    base: String,
    way: Way,
    /// What the pages were like that have been looked at.
    seen: RefCell<BTreeSet<String>>,
}

impl Hand {
    /// Opens a browser that has been nowhere, on a device that can hold passkeys.
    pub(super) fn at(app: &TestApp, way: Way) -> Outcome<Self> {
        let browser = match way {
            Way::Finger => Browser::open(Screen::Phone)?,
            Way::Keyboard => Browser::open(Screen::Desktop)?,
            Way::WithoutScripts => Browser::open_without_scripts(Screen::Phone)?,
        };
        if way != Way::WithoutScripts {
            browser.add_authenticator()?;
        }
        Ok(Self { browser, base: app.app()?.base_url.to_string(), way, seen: RefCell::default() })
    }

    /// Opens a page by its address, as from a bookmark.
    pub(super) fn comes_to(&self, path: &str, shows: &str) -> Outcome {
        self.comes_by(&format!("{}{path}", self.base), shows)
    }

    /// Opens a page by its whole address, as from an email.
    pub(super) fn comes_by(&self, address: &str, shows: &str) -> Outcome {
        self.browser.go(address)?;
        self.sees(shows)
    }

    /// Goes on by a link or a button, to a page that says this.
    pub(super) fn goes(&self, css: &str, shows: &str) -> Outcome {
        if self.way == Way::Keyboard {
            tab_to(&self.browser, css)?;
            self.browser.leads_on(css, || self.browser.press(ENTER))?;
        } else {
            self.browser.follow(css)?;
        }
        self.sees(shows)
    }

    /// Writes into a field, instead of what stands there.
    pub(super) fn types(&self, css: &str, text: &str) -> Outcome {
        if self.way != Way::Keyboard {
            self.browser.clear(css)?;
            return self.browser.type_into(css, text);
        }
        tab_to(&self.browser, css)?;
        let stands = self.browser.property(css, "value")?.as_str().map_or(0, |text| text.chars().count());
        self.browser.press(END)?;
        self.browser.press(&BACKSPACE.repeat(stands))?;
        self.browser.press(text)
    }

    /// Chooses one of several, or ticks a box.
    pub(super) fn chooses(&self, css: &str) -> Outcome {
        if self.way != Way::Keyboard {
            return self.browser.click(css);
        }
        let name = self.browser.property(css, "name")?;
        tab_to(&self.browser, &format!("[name={name}]"))?;
        for _ in 0..12 {
            if self.browser.property(css, "checked")? == true {
                return Ok(());
            }
            let at_it = self.browser.run("return document.activeElement.matches(arguments[0])", &[json!(css)])? == true;
            self.browser.press(if at_it { SPACE } else { DOWN })?;
        }
        finding!("the keyboard does not choose {css}")
    }

    /// Chooses of a list by the letters with which it begins.
    pub(super) fn picks(&self, css: &str, begins: &str) -> Outcome {
        if self.way == Way::Keyboard {
            tab_to(&self.browser, css)?;
            return self.browser.press(begins);
        }
        self.browser.type_into(css, begins)
    }

    /// Chooses a file. What the system's own window does is the system's.
    pub(super) fn chooses_file(&self, css: &str, file: &std::path::Path) -> Outcome {
        self.browser.type_into(css, &file.to_string_lossy())
    }

    /// That the page says this; on the phone that it is sound as well.
    pub(super) fn sees(&self, text: &str) -> Outcome {
        let page = self.browser.text()?;
        if !page.contains(text) {
            finding!("{} does not say {text:?}, but\n{page}", self.browser.url()?);
        }
        // A page that is as it was when it was looked at last is not looked at again.
        let like = "return location.pathname.replace(/[0-9a-f]{8}-[-0-9a-f]{27}/g, '') + \
            [...document.querySelectorAll('h1, h2, h3, legend, button, .note, .problem, .tag')].map(part => \
            part.textContent).join('|')";
        let like = self.browser.run(like, &[])?.as_str().unwrap_or_default().to_owned();
        if self.way == Way::Finger && self.seen.borrow_mut().insert(like) {
            is_sound(&self.browser, &self.browser.url()?)?;
        }
        Ok(())
    }

    /// The path of the page.
    pub(super) fn path(&self) -> Outcome<String> {
        let url = self.browser.url()?;
        let path = url.strip_prefix(self.base.as_str()).unwrap_or(&url);
        Ok(path.split(['?', '#']).next().unwrap_or_default().to_owned())
    }

    /// Where a link leads.
    pub(super) fn way_of(&self, css: &str) -> Outcome<String> {
        let to = self.browser.property(css, "href")?;
        let to = to.as_str().unwrap_or_default();
        Ok(to.strip_prefix(self.base.as_str()).unwrap_or(to).to_owned())
    }

    /// Takes over what a visitor is signed in with. A passkey needs a script.
    pub(super) fn is(&self, visitor: &Visitor) -> Outcome {
        self.browser.becomes(visitor, &self.base)
    }

    /// Whether it runs the scripts of a page.
    pub(super) fn runs_scripts(&self) -> bool {
        self.way != Way::WithoutScripts
    }
}
