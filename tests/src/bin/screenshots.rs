//! Takes the pictures of the documentation from the demonstration, so that they show what there is:
//! `cargo xtask screenshots` starts it.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use candour_tests::browser::Screen;
use candour_tests::demonstration::Demonstration;
use candour_tests::{Browser, Outcome};

const MAIN: &str = "main form button.button";

/// A list as it is pasted, with a mistake in it.
const LIST: &str = "Name\tEmail\tGroup\nHelen Marsh\thelen.marsh@ashgrove.example.org\tTrustees\n\
    Owen Price\towen.price@ashgrove\tStaff\nSana Iqbal\tsana.iqbal@ashgrove.example.org\tStaff\n\
    Jo Rivers\tjo.rivers@ashgrove.example.org\tStaff";

fn main() -> ExitCode {
    let Some(folder) = std::env::args_os().nth(1).map(PathBuf::from) else { return ExitCode::FAILURE };
    match take(&folder) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            drop(std::io::Write::write_all(&mut std::io::stderr(), format!("{error}\n").as_bytes()));
            ExitCode::FAILURE
        }
    }
}

fn take(folder: &Path) -> Outcome {
    std::fs::create_dir_all(folder)?;
    let demo = Demonstration::start()?;
    let keep = |browser: &Browser, name: &str| -> Outcome {
        Ok(std::fs::write(folder.join(format!("{name}.png")), browser.picture()?)?)
    };
    let office = Browser::open(Screen::Desktop)?;
    is(&office, &demo, "hr")?;
    office.follow("main a[href='/rounds']")?;
    office.follow("main .cards a")?;
    keep(&office, "open-round")?;
    office.go(&at(&demo, "/rounds/new"))?;
    office.type_into("#title", "Deputy chief executive review 2027")?;
    office.follow(MAIN)?;
    office.follow("main .tasks a[href$='/reviews']")?;
    for (field, text) in [
        ("#name", "Nadia Kaur"),
        ("#role", "Deputy chief executive"),
        ("#email", "nadia.kaur@ashgrove.example.org"),
        ("#reader-name", "Margaret Ellison"),
        ("#reader-email", "margaret.ellison@ashgrove.example.org"),
    ] {
        office.type_into(field, text)?;
    }
    office.follow(MAIN)?;
    office.follow("main .actions a.button.plain")?;
    keep(&office, "draft")?;
    office.follow("main .tasks a[href$='/raters']")?;
    office.follow("main a[href$='/raters/list']")?;
    // A tab that is typed leads out of the field; one that is pasted stays in it.
    office.run("document.querySelector('#pasted').value = arguments[0]", &[LIST.into()])?;
    office.follow(MAIN)?;
    keep(&office, "list")?;

    let chair = Browser::open(Screen::Desktop)?;
    is(&chair, &demo, "chair")?;
    chair.follow("#waits-title ~ ul a")?;
    chair.run("document.querySelector('main table').closest('section').scrollIntoView()", &[])?;
    keep(&chair, "report")?;
    chair.run("scrollTo(0, 0)", &[])?;
    chair.follow("main .tasks a[href$='/comments']")?;
    keep(&chair, "comments")?;

    let rater = Browser::open(Screen::Phone)?;
    is(&rater, &demo, "rater-0")?;
    keep(&rater, "rater-first-page")?;
    rater.follow("main a.button")?;
    keep(&rater, "rater-questions")
}

/// Becomes somebody of the demonstration.
fn is(browser: &Browser, demo: &Demonstration, who: &str) -> Outcome {
    browser.go(&demo.address)?;
    browser.follow(&format!("button[value={who}]"))
}

fn at(demo: &Demonstration, path: &str) -> String {
    format!("{}{path}", demo.address.trim_end_matches("/demo"))
}
