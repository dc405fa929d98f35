//! The first run: an address that is good once and for an hour, and what somebody does with it, or tries to.

use candour_tests::{Outcome, Reply, Server, Service, Smtpd, TestApp, Visitor, database, finding};
use chrono::TimeDelta;

const OWN: &str = "hester@ashgrove.example.org";

const FORM: [(&str, &str); 6] = [
    ("trust", "Ashgrove Trust"),
    ("name", "Hester Quillfeather"),
    ("email", OWN),
    ("contact-name", ""),
    ("contact-email", ""),
    ("concerns", "Write to Helen Okafor.\r\nOr ring 0300 123 4567."),
];

fn shows(reply: &Reply, text: &str) -> Outcome {
    if reply.text().contains(text) { Ok(()) } else { finding!("{text:?} is not on the page: {reply}") }
}

/// Whether this browser is signed in.
fn is_in(visitor: &Visitor) -> Outcome<bool> {
    Ok(visitor.get("/account")?.status == 200)
}

fn trusts(app: &impl Service) -> Outcome<i64> {
    database::number(&database::open(app)?, "SELECT COUNT(*) FROM organisations")
}

/// The form with some fields as they are given here.
fn form<'a>(with: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let given = |name: &str| with.iter().find(|(field, _)| *field == name).map(|(_, text)| *text);
    FORM.iter().map(|&(name, text)| (name, given(name).unwrap_or(text))).collect()
}

#[test]
fn from_the_address_to_the_home_page() -> Outcome {
    let app = TestApp::start()?;
    let path = app.set_up_path()?;
    let browser = app.visitor()?;
    shows(&browser.open("/")?.with(200)?, "Nobody has set it up yet")?;
    shows(&browser.open(&path)?.with(200)?, "Set up your trust")?;
    let arrived = browser.press(&path, &FORM)?.with(200)?;
    shows(&arrived, "Ashgrove Trust is set up, and you are signed in.")?;
    shows(&arrived, "No mail server is set, so emails reach nobody.")?;
    let home = browser.open("/")?.with(200)?;
    shows(&home, "Hester Quillfeather")?;
    // The address was proved by nothing but a line in a terminal.
    shows(&home, "stronger sign-in")?;
    browser.open("/people")?.with(403)?;
    assert!(!app.visitor()?.open("/")?.text().contains("Nobody has set it up yet"));

    let again = app.visitor()?;
    again.sign_in(&app.mailbox(), OWN)?.with(200)?;
    assert!(is_in(&again)?, "from now on a code will do");
    let log = database::open(&app)?.texts("SELECT action FROM audit_log ORDER BY action")?;
    let told = log.iter().filter(|action| action.ends_with("set_up") || *action == "organisation.created");
    assert_eq!(told.collect::<Vec<_>>(), ["administrator.set_up", "organisation.created"]);
    let route = database::open(&app)?.texts("SELECT concerns_route FROM organisations")?;
    assert_eq!(route, ["Write to Helen Okafor. Or ring 0300 123 4567."]);
    Ok(())
}

/// A preview, a scanner and somebody curious open the address, from anywhere, and press the button from elsewhere.
#[test]
fn whoever_only_opens_the_address_spends_nothing() -> Outcome {
    let app = TestApp::start()?;
    let path = app.set_up_path()?;
    let scanner = app.visitor()?;
    for _ in 0..3 {
        scanner.send("GET", &path, &[], None)?.with(200)?;
        scanner.send("HEAD", &path, &[], None)?.with(200)?;
        scanner.send("POST", &path, &[("origin", "https://elsewhere.example")], Some(&FORM))?.with(403)?;
        scanner.send("POST", &path, &[], Some(&FORM))?.with(403)?;
        scanner.post(&path, &[])?.with(422)?;
    }
    assert_eq!((trusts(&app)?, is_in(&scanner)?), (0, false));
    app.visitor()?.post(&path, &FORM)?.with(303)?;
    assert_eq!(trusts(&app)?, 1);
    Ok(())
}

#[test]
fn an_address_that_has_expired_or_was_guessed_opens_nothing_and_loses_nothing_typed() -> Outcome {
    let app = TestApp::start()?;
    let path = app.set_up_path()?;
    let browser = app.visitor()?;
    for guessed in ["/set-up", "/set-up/0", &format!("{}0", &path[..path.len() - 1]), &path[..path.len() - 1]] {
        if guessed == path {
            continue;
        }
        shows(&browser.get(guessed)?.with(404)?, "We do not know this address")?;
    }
    let told = browser.post("/set-up/00000000000000000000000000000000", &FORM)?.with(404)?;
    shows(&told, "Hester Quillfeather")?;
    app.time_passes_unused(TimeDelta::minutes(59));
    browser.get(&path)?.with(200)?;
    app.time_passes_unused(TimeDelta::minutes(1));
    shows(&browser.get(&path)?.with(410)?, "This address has expired")?;
    let late = browser.post(&path, &FORM)?.with(410)?;
    for text in ["This address has expired", "candour set-up", "Ashgrove Trust", OWN, "Or ring 0300 123 4567."] {
        shows(&late, text)?;
    }
    assert_eq!((trusts(&app)?, is_in(&browser)?), (0, false));
    browser.post(&app.set_up_path()?, &FORM)?.with(303)?;
    Ok(())
}

#[test]
fn after_the_first_trust_every_address_is_gone_for_good() -> Outcome {
    let app = TestApp::start()?;
    let (path, of_another_node) = (app.set_up_path()?, app.set_up_path()?);
    app.visitor()?.post(&path, &FORM)?.with(303)?;
    let late = app.visitor()?;
    for path in [&path, &of_another_node, &"/set-up".to_owned()] {
        shows(&late.get(path)?.with(410)?, "This service has been set up")?;
    }
    for path in [&path, &of_another_node] {
        let told = late.post(path, &form(&[("trust", "Birchwood Trust")]))?.with(410)?;
        shows(&told, "This service has been set up")?;
        shows(&told, "href=\"/sign-in\"")?;
    }
    app.time_passes_unused(TimeDelta::minutes(5));
    late.post(&path, &FORM)?.with(410)?;
    assert_eq!((trusts(&app)?, is_in(&late)?), (1, false));
    app.restart_after(TimeDelta::minutes(1))?;
    late.get(&path)?.with(410)?;
    assert!(app.set_up_path().is_err(), "no other is printed");
    Ok(())
}

#[test]
fn two_presses_at_once_make_one_trust_and_sign_in_whoever_pressed() -> Outcome {
    let app = TestApp::start()?;
    let other_node = app.another_node()?;
    let (path, second) = (app.set_up_path()?, app.set_up_path()?);
    let (here, elsewhere) = (app.visitor()?, other_node.visitor()?);
    let replies = std::thread::scope(|scope| {
        let tabs = [(&here, &path), (&here, &path), (&elsewhere, &path), (&elsewhere, &second)];
        let presses = tabs.map(|(browser, path)| scope.spawn(move || browser.post(path, &FORM)));
        presses.into_iter().map(|press| press.join().map_err(|_panic| "a press panicked")?).collect::<Outcome<Vec<_>>>()
    })?;
    assert_eq!(trusts(&app)?, 1);
    for reply in &replies {
        assert!([303, 410].contains(&reply.status), "{reply}");
    }
    assert!(replies.iter().any(|reply| reply.status == 303));
    assert_eq!(database::number(&database::open(&app)?, "SELECT COUNT(*) FROM accounts")?, 1);
    Ok(())
}

/// Somebody without scripts presses twice: what comes of the second press is what they see.
#[test]
fn a_second_press_shows_what_the_first_would_have() -> Outcome {
    let app = TestApp::start()?;
    let path = app.set_up_path()?;
    app.visitor()?.post(&path, &FORM)?.with(303)?;
    let browser = app.visitor()?;
    browser.post(&path, &FORM)?.with(303)?;
    assert!(is_in(&browser)?);
    let thief = app.visitor()?;
    thief.post(&path, &form(&[("concerns", "Write to me.")]))?.with(410)?;
    thief.post(&path, &form(&[("email", "thief@ashgrove.example.org")]))?.with(410)?;
    assert!(!is_in(&thief)?, "who does not know the form is not signed in by it");
    assert_eq!(trusts(&app)?, 1);
    Ok(())
}

#[test]
fn what_is_wrong_stands_beside_its_box_and_the_rest_is_kept() -> Outcome {
    let app = TestApp::start()?;
    let path = app.set_up_path()?;
    let browser = app.visitor()?;
    for (field, typed, problem) in [
        ("trust", " ", "Write the name of your trust"),
        ("trust", "Ash\u{202e}grove", "right-to-left override"),
        ("name", "", "Give a name"),
        ("email", "hester", "This is not an email address"),
        ("contact-name", "Beatrix", "Give an email address"),
        ("contact-email", "b@ashgrove.example.org", "Give a name"),
        ("concerns", "\r\n", "Write where people can report a concern"),
        ("concerns", &"x".repeat(501), "more than 500 characters"),
    ] {
        let page = browser.post(&path, &form(&[(field, typed)]))?.with(422)?;
        shows(&page, "<title>Error:")?;
        shows(&page, problem)?;
        assert!(page.text().matches(problem).count() >= 2, "in the summary and beside the box: {page}");
        for (other, kept) in FORM {
            if other != field && !kept.is_empty() {
                shows(&page, kept.split("\r\n").next().unwrap_or_default())?;
            }
        }
    }
    assert_eq!(trusts(&app)?, 0);
    Ok(())
}

#[test]
fn a_test_email_says_what_happened_and_can_be_sent_again() -> Outcome {
    let folder = tempfile::tempdir()?;
    let refused = "550 5.7.60 Client does not have permissions to send as this sender";
    let mut smtpd = Smtpd::start(folder.path(), &["--once", OWN, refused])?;
    let url = smtpd.url();
    let app = TestApp::start_with(move |config| config.smtp_url = Some(url.clone()))?;
    let browser = app.visitor()?;
    let arrived = browser.press(&app.set_up_path()?, &FORM)?.with(200)?;
    shows(&arrived, "has not left")?;
    shows(&arrived, "mail_from")?;
    shows(&arrived, "550 5.7.60")?;
    let again = browser.press("/test-email", &[])?.with(200)?;
    shows(&again, "The mail server has taken an email to hester@ashgrove.example.org")?;
    let emails = smtpd.mailbox().to(OWN)?;
    let [email] = emails.as_slice() else { return Err(format!("{} emails", emails.len()).into()) };
    assert!(email.text.contains("Candour can send emails for Ashgrove"), "{}", email.text);
    smtpd.kill()?;
    shows(&browser.press("/test-email", &[])?.with(200)?, "cannot be reached")?;
    // It is for administrators, and writes to nobody but the person who asks.
    app.visitor()?.post("/test-email", &[])?.with(303)?;
    Ok(())
}

#[test]
fn the_address_is_in_no_line_of_the_log_and_a_command_prints_another() -> Outcome {
    let server = Server::start_with(&[("CANDOUR_LOG", "trace")])?;
    let base = format!("http://{}", server.address()?.replace("127.0.0.1", "localhost"));
    let address = |text: &str| -> Outcome<String> {
        let from = text.find("/set-up/").ok_or_else(|| format!("no address in {text}"))?;
        Ok(text[from..].split_whitespace().next().unwrap_or_default().to_owned())
    };
    let log = server.log()?;
    let plain: Vec<&str> = log.lines().filter(|line| !line.starts_with('{')).collect();
    let [line] = plain.as_slice() else { finding!("one line beside the log: {plain:?}") };
    let printed = address(line)?;
    assert!(line.contains(&base), "{line}");
    let said = server.cli(&["set-up"])?;
    assert!(said.status.success() && said.stdout.starts_with(&base), "{said:?}");
    let fresh = address(&said.stdout)?;
    assert_ne!(printed, fresh);

    let browser = Visitor::new(server.http()?);
    browser.open(&printed)?.with(200)?;
    browser.post(&printed, &form(&[("email", "wrong")]))?.with(422)?;
    browser.press(&fresh, &FORM)?.with(200)?;
    browser.get(&printed)?.with(410)?;
    let said = server.cli(&["set-up"])?;
    assert!(!said.status.success() && said.stderr.contains("has been set up already"), "{said:?}");
    assert!(said.stderr.contains("/sign-in"), "{said:?}");
    server.stop()?;
    server.begin()?;
    let log = server.log()?;
    assert_eq!(log.lines().filter(|line| !line.starts_with('{')).count(), 1, "a service that is set up prints none");
    for line in log.lines().filter(|line| line.starts_with('{')) {
        for secret in [&printed, &fresh] {
            let token = secret.rsplit('/').next().unwrap_or_default();
            assert!(!line.contains(token) && !line.contains(OWN), "{line}");
        }
    }
    Ok(())
}
