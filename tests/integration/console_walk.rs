//! A whole round in a real Chromium, from the address that a first start prints to the report that the chief executive
//! reads: by finger on a small phone, by keyboard alone, and in a browser that runs no script.
//!
//! Nobody uses the command line or the API. Two things stand in for people: the answers of all but one of those who are
//! asked are sent by their links, and where a browser runs no script, so that it has no passkey, a session that began
//! with one is given to it.

mod hand;

use std::time::Duration;

use candour_tests::visitor::codes;
use candour_tests::{
    Answers, Email, Outcome, Person, RaterLink, Service as _, Smtpd, TestApp, database, finding, mailbox, wait,
};
use chrono::TimeDelta;
use rust_xlsxwriter::Workbook;
use tempfile::TempDir;

use hand::{Hand, Way};

const FROM: &str = "Feedback <feedback@ashgrove.example.org>";
const MAIN: &str = "main form button.button";
const PASSKEY: &str = "#passkey";

/// A service over a database with nothing in it, its mail server, and the people of its first round.
struct Cast {
    app: TestApp,
    smtpd: Smtpd,
    way: Way,
    office: Person,
    chief: Person,
    chair: Person,
    folder: TempDir,
}

impl Cast {
    fn start(way: Way) -> Outcome<Self> {
        let folder = tempfile::tempdir()?;
        // One address is refused for good; another once, since it is full, as its owner then corrects.
        let smtpd =
            Smtpd::start(&folder.path().join("mail"), &["--refuse", &address("ava"), "--refuse", &address("ben")])?;
        let url = smtpd.url();
        let app = TestApp::start_with(move |config| {
            config.smtp_url = Some(url.clone());
            FROM.clone_into(&mut config.mail_from);
        })?;
        let (office, chief) = (Person::called("hr", "staff"), Person::called("Bello", "self"));
        Ok(Self { app, smtpd, way, office, chief, chair: Person::called("Ellison", "chair"), folder })
    }

    /// The emails to an address of this kind, which its id begins with.
    fn emails(&self, kind: &str, to: &str) -> Outcome<Vec<Email>> {
        self.app.work_until_idle()?;
        let emails = self.smtpd.mailbox().to(to)?;
        Ok(emails.into_iter().filter(|email| email.message_id.starts_with(&format!("<{kind}"))).collect())
    }

    /// Signs somebody in by the code that is sent to their address.
    fn by_code(&self, hand: &Hand, person: &Person, next: &str) -> Outcome {
        let before = codes(&self.smtpd.mailbox(), &person.email)?;
        hand.types("#email", &person.email)?;
        hand.goes("form[action='/sign-in'] button", "Type the code from the email")?;
        // It is written a moment after the page has come, so that the time of the answer tells nothing.
        let code = wait::until("the code", Duration::from_mins(1), || {
            self.app.work_until_idle()?;
            Ok(codes(&self.smtpd.mailbox(), &person.email)?.into_iter().find(|code| !before.contains(code)))
        })?;
        hand.types("#code", &code)?;
        hand.goes("form[action='/sign-in/code'] button", next)
    }

    /// Makes of somebody who has signed in by a code somebody of whom it is sure who they are.
    fn proves(&self, hand: &Hand, person: &Person) -> Outcome {
        if !hand.runs_scripts() {
            let trust = database::open(&self.app)?.texts("SELECT id FROM organisations")?.remove(0);
            hand.is(&self.app.signed_in(&trust, person, Some(0))?)?;
            return hand.comes_to("/", "Your home page");
        }
        hand.goes("main .warning a.button", "You have no passkey yet")?;
        hand.goes("main a.button", "Add a passkey")?;
        hand.types("#name", "This device")?;
        hand.goes(PASSKEY, "The passkey has been added")?;
        // What a mailbox alone has added is not relied on for a day.
        self.app.time_passes(TimeDelta::hours(25))?;
        again(hand)
    }
}

/// Signs in again with the passkey, since a pause has ended the session.
fn again(hand: &Hand) -> Outcome {
    if hand.runs_scripts() {
        hand.comes_to("/sign-in/passkey", "Sign in with a passkey")?;
        hand.goes(PASSKEY, "Your home page")?;
    }
    Ok(())
}

fn address(name: &str) -> String {
    format!("{name}@ashgrove.example.org")
}

/// The first address in an email that has this in it.
fn address_in(text: &str, part: &str) -> Option<String> {
    let found = text.split_whitespace().find(|word| word.starts_with("http") && word.contains(part));
    found.map(|address| address.trim_end_matches(['.', ',']).to_owned())
}

/// The list as it came from somewhere else: its columns have other names, and three rows are wrong.
fn workbook() -> Outcome<Vec<u8>> {
    let mut rows = vec![["Full name", "Work email", "Role group"].map(str::to_owned)];
    for (number, name) in ["ava", "ben", "cleo", "dan", "edith", "finn", "gwen", "hari", "ida", "jo"].iter().enumerate()
    {
        let group = if number % 2 == 0 { "Governors" } else { "Staff" };
        let email = match *name {
            "cleo" => "cleo at ashgrove".to_owned(),
            "dan" => String::new(),
            name => address(name),
        };
        let name = if *name == "edith" { String::new() } else { format!("{name} Rivers") };
        rows.push([name, email, group.to_owned()]);
    }
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (row, cells) in (0_u32..).zip(rows) {
        for (column, cell) in (0_u16..).zip(cells) {
            sheet.write_string(row, column, cell)?;
        }
    }
    Ok(book.save_to_buffer()?)
}

/// From the printed address to the home page of somebody of whom it is sure who they are.
fn first_run(cast: &Cast, hr: &Hand) -> Outcome {
    hr.comes_to(&cast.app.set_up_path()?, "Set up")?;
    hr.types("#trust", "Ashgrove Trust")?;
    hr.types("#name", &cast.office.name)?;
    hr.types("#email", &cast.office.email)?;
    hr.types("#concerns", "Write to Helen Okafor.")?;
    hr.goes(MAIN, "Ashgrove Trust is set up")?;
    hr.goes("main a.button[href='/']", "Your home page")?;
    cast.proves(hr, &cast.office)
}

/// A questionnaire of the trust's own, made of the built-in one; gives its id.
fn questionnaire(hr: &Hand) -> Outcome<String> {
    hr.goes("main a[href='/rounds']", "Your trust has no round yet")?;
    hr.goes("main a[href='/questionnaires']", "Each change makes a new version")?;
    hr.goes("main .cards a[href$='/edit']", "Nothing is saved until you press")?;
    hr.types("#title", "Executive leader of Ashgrove")?;
    hr.goes("#save", "What is this?")?;
    hr.chooses("[name=kin][value=other]")?;
    hr.goes("#save", "Executive leader of Ashgrove")?;
    let path = hr.path()?;
    path.strip_prefix("/questionnaires/").map(str::to_owned).ok_or_else(|| format!("{path} is none").into())
}

/// The draft, with who is reviewed and who reads; gives the paths of the round and of the review.
fn draft(cast: &Cast, hr: &Hand, questionnaire: &str) -> Outcome<(String, String)> {
    hr.comes_to("/rounds", "Your trust has no round yet")?;
    hr.goes("main a[href='/rounds/new']", "Set up a round")?;
    hr.types("#title", "Chief executive review 2027")?;
    hr.chooses(&format!("[name=framework][value='{questionnaire}']"))?;
    hr.goes(MAIN, "Who is reviewed")?;
    let round = hr.path()?;
    hr.goes("main .tasks a[href$='/reviews']", "Who is reviewed")?;
    hr.goes(MAIN, "There is a problem")?;
    for (field, text) in [
        ("#name", cast.chief.name.as_str()),
        ("#role", "Chief executive"),
        ("#email", &cast.chief.email),
        ("#reader-name", &cast.chair.name),
        ("#reader-email", &cast.chair.email),
    ] {
        hr.types(field, text)?;
    }
    hr.goes(MAIN, &cast.chief.name)?;
    hr.comes_to(&round, "Who answers")?;
    let review = hr.way_of("main .tasks a[href$='/raters']")?;
    let review = review.strip_suffix("/raters").ok_or("it leads to no list")?.to_owned();
    Ok((round, review))
}

/// The list, with three rows put right.
fn list(cast: &Cast, hr: &Hand) -> Outcome {
    hr.goes("main .tasks a[href$='/raters']", "Nobody is asked yet")?;
    hr.goes("main a[href$='/raters/list']", "Paste from a spreadsheet")?;
    let file = cast.folder.path().join("raters.xlsx");
    std::fs::write(&file, workbook()?)?;
    hr.chooses_file("#file", &file)?;
    hr.goes(MAIN, "Which groups do these words mean?")?;
    hr.picks("#word-0", "Trustees")?;
    hr.goes(MAIN, "3 rows have to be put right.")?;
    hr.types("#email-4", &address("cleo"))?;
    hr.types("#email-5", &address("dan"))?;
    hr.types("#name-6", "Edith Rivers")?;
    hr.goes(".fix ~ .actions button", "Add these 10 people")?;
    hr.goes(MAIN, "10 people are on the list now.")
}

/// What people will get: read, and sent to HR with a link that leads nowhere.
fn emails(cast: &Cast, hr: &Hand, round: &str) -> Outcome {
    hr.comes_to(round, "Emails")?;
    hr.goes("main .tasks a[href$='/emails']", "Read the email")?;
    hr.goes("#choose-title ~ form button", "The invitation to")?;
    hr.goes("main section a.button.plain", "The reminder to")?;
    hr.goes("#test-title ~ form button", &format!("on its way to {}", cast.office.email))?;
    cast.app.work_until_idle()?;
    let sent = cast.smtpd.mailbox().to(&cast.office.email)?;
    let link = sent.iter().rev().find_map(|email| address_in(&email.text, "/s/")).ok_or("the test has no link")?;
    let reader = Hand::at(&cast.app, cast.way)?;
    reader.comes_by(&link, "sample")
}

/// The launch, two addresses that are refused and put right, and a reminder.
fn launch(cast: &Cast, hr: &Hand, round: &str) -> Outcome {
    hr.comes_to(round, "What can be shown")?;
    hr.goes("main .tasks a[href$='/shown']", "Comments are shown")?;
    hr.comes_to(round, "Check and start")?;
    hr.goes("main .tasks a[href$='/launch']", "Start the round now")?;
    hr.goes("#go", "The round has started")?;
    cast.app.work_until_idle()?;
    for (wrong, right) in [("ava", "ava.rivers"), ("ben", "ben.rivers")] {
        hr.comes_to(round, "Who is asked, and whether emails arrive")?;
        hr.goes("main a[href$='/raters']", &address(wrong))?;
        let refused = hr.browser.count("main .tag.wrong")?;
        let rows = "const rows = [...document.querySelectorAll('main tr')]; \
            return rows.find(row => row.textContent.includes(arguments[0])).querySelector(\"a[href$='/again']\").getAttribute('href')";
        let again = hr.browser.run(rows, &[address(wrong).into()])?;
        let again = again.as_str().ok_or("nothing leads to another address")?.to_owned();
        hr.goes(&format!("main a[href='{again}']"), &address(wrong))?;
        hr.types("#email", &address(right))?;
        hr.goes(MAIN, &address(right))?;
        assert!(refused > 0, "a refused address is marked");
        cast.app.work_until_idle()?;
    }
    Ok(())
}

/// The chair signs in for the first time, and agrees to the addresses that are not those they had agreed to.
fn agrees(cast: &Cast, chair: &Hand) -> Outcome {
    chair.comes_to("/sign-in", "Sign in")?;
    cast.by_code(chair, &cast.chair, "Your home page")?;
    cast.proves(chair, &cast.chair)?;
    chair.goes("#waits-title ~ ul a[href$='/list']", &address("ava.rivers"))?;
    chair.goes(MAIN, &address("ben.rivers"))?;
    cast.app.work_until_idle()
}

/// Everybody who was asked answers, one of them in a browser.
fn answers(cast: &Cast, round_people: usize) -> Outcome {
    let mut links = Vec::new();
    for email in cast.smtpd.mailbox().read()? {
        if email.message_id.starts_with("<invitation") {
            links.push(mailbox::links(&email.text).first().cloned().ok_or("no link")?);
        }
    }
    links.sort();
    links.dedup();
    assert_eq!(links.len(), round_people, "everybody has one link");
    for link in &links {
        let link = RaterLink::new(cast.app.http()?, link);
        let survey = link.survey()?;
        let prompt = survey["prompts"][0]["id"].as_str().ok_or("no prompt")?.to_owned();
        link.submit(&Answers::to(&survey, |_| Some(4)).saying(&prompt, "Keeps her word."))?.with(200)?;
    }
    Ok(())
}

fn walks(way: Way) -> Outcome {
    let cast = Cast::start(way)?;
    let hr = Hand::at(&cast.app, way)?;
    first_run(&cast, &hr)?;
    let questionnaire = questionnaire(&hr)?;
    let (round, review) = draft(&cast, &hr, &questionnaire)?;
    list(&cast, &hr)?;
    emails(&cast, &hr, &round)?;
    launch(&cast, &hr, &round)?;

    let chair = Hand::at(&cast.app, way)?;
    agrees(&cast, &chair)?;
    again(&hr)?;
    hr.comes_to(&round, "People can answer until")?;
    hr.goes("main a[href$='/remind']", "Nobody is told who they are or how many")?;
    hr.goes("#go", "Reminders are on their way")?;
    answers(&cast, 11)?;
    hr.comes_to(&round, "11 people")?;
    hr.goes("main a[href$='/close']", "Links stop working at once")?;
    hr.goes("#go", "It is not known that enough people have answered")?;
    hr.goes("#go", "The answers are being counted")?;

    let told = cast.emails("counted", &cast.chair.email)?.pop().ok_or("the chair is not told")?;
    let link = address_in(&told.text, &review).ok_or_else(|| format!("no link to {review}: {}", told.text))?;
    let elsewhere = Hand::at(&cast.app, way)?;
    elsewhere.comes_by(&link, "Sign in")?;
    cast.by_code(&elsewhere, &cast.chair, "This page needs a stronger sign-in")?;
    if elsewhere.browser.text()?.contains("Keeps her word.") {
        finding!("a code by email opens what has not been released");
    }
    drop(elsewhere);
    chair.comes_to(&review, "Keeps her word.")?;
    chair.goes("main .tasks a[href$='/comments']", "Keeps her word.")?;
    chair.goes(".remark a.button", "Keeps her word.")?;
    chair.types("#reason", "It names a pupil.")?;
    chair.goes(MAIN, "taken out")?;
    chair.comes_to(&review, "Keeps her word.")?;
    chair.goes("main .tasks a[href$='/preview']", &cast.chief.name)?;

    hr.comes_to(&review, &cast.chair.name)?;
    if hr.browser.text()?.contains("Keeps her word.") {
        finding!("HR reads the report before it is released");
    }
    hr.comes_to(&format!("{review}/report.csv"), "There is no such page")?;

    chair.comes_to(&review, "Keeps her word.")?;
    chair.goes("main .tasks a[href$='/release']", &cast.chief.email)?;
    chair.chooses("[name=when][value=now]")?;
    chair.goes("#go", "released")?;

    let told = cast.emails("released", &cast.chief.email)?.pop().ok_or("the chief executive is not told")?;
    let link = address_in(&told.text, &review).ok_or_else(|| format!("no link to {review}: {}", told.text))?;
    let chief = Hand::at(&cast.app, way)?;
    chief.comes_by(&link, "Sign in")?;
    cast.by_code(&chief, &cast.chief, "Keeps her word.")?;
    hr.comes_to(&review, "Keeps her word.")
}

#[test]
fn a_whole_round_by_finger_on_a_phone() -> Outcome {
    walks(Way::Finger)
}

#[test]
fn a_whole_round_by_keyboard_alone() -> Outcome {
    walks(Way::Keyboard)
}

#[test]
fn a_whole_round_without_scripts() -> Outcome {
    walks(Way::WithoutScripts)
}
