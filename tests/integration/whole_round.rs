//! A whole round by people who use the console and nothing else: HR sets it up, the chair reads and releases it, and the
//! chief executive reads what they released.

use std::fmt::Write as _;
use std::time::Duration;

use candour_tests::{Answers, Email, Outcome, Person, RaterLink, Reply, Service, TestApp, Trust, Visitor};

/// The first address on a page that begins like this.
fn way(page: &Reply, begins: &str) -> Outcome<String> {
    let html = page.text();
    let found =
        html.split("href=\"").skip(1).filter_map(|rest| rest.split_once('"')).find(|(to, _)| to.starts_with(begins));
    found.map(|(to, _)| to.to_owned()).ok_or_else(|| format!("nothing leads to {begins}…: {html}").into())
}

/// HR makes a draft about the chief executive; gives its path and that of its review.
fn sets_up(hr: &Visitor, chief: &Person, chair: &Person) -> Outcome<(String, String)> {
    let form = hr.open("/rounds/new")?.with(200)?;
    let framework = form.field("framework")?;
    let fields = [
        ("number", form.field("number")?),
        ("title", "Chief executive review 2027".to_owned()),
        ("framework", framework),
        ("closes", form.field("closes")?),
    ];
    let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let made = hr.post("/rounds/new", &fields)?.with(303)?;
    let round = made.header("location").ok_or("it leads nowhere")?.to_owned();
    assert_eq!(hr.post("/rounds/new", &fields)?.header("location"), Some(round.as_str()), "pressed twice, made once");
    hr.open(&round)?.with(200)?.says(&["Who is reviewed", "to do", "Check and start", "cannot start yet"])?;

    let reviews = format!("{round}/reviews");
    let number = hr.open(&reviews)?.with(200)?.field("number")?;
    let person = [
        ("number", number.as_str()),
        ("name", chief.name.as_str()),
        ("role", "Chief executive"),
        ("email", chief.email.as_str()),
        ("reader-name", chair.name.as_str()),
        ("reader-email", "not an address"),
    ];
    let wrong = hr.press(&reviews, &person)?.with(422)?;
    wrong.says(&["<title>Error:", "value=\"not an address\"", chief.name.as_str()])?;
    let mut right = person;
    right[5].1 = chair.email.as_str();
    hr.press(&reviews, &right)?.with(200)?;
    let review = way(&hr.open(&round)?, "/reviews/")?;
    let review = review.strip_suffix("/raters").ok_or("it leads to no list")?.to_owned();
    Ok((round, review))
}

/// HR pastes a list of so many trustees and staff.
fn adds(hr: &Visitor, review: &str, people: usize) -> Outcome {
    let mut pasted = "Name\tEmail\tGroup\n".to_owned();
    for number in 0..people {
        let group = if number % 2 == 0 { "trustees" } else { "staff" };
        writeln!(pasted, "Person {number}\tperson{number}@ashgrove.example.org\t{group}")?;
    }
    let rows = hr.upload(&format!("{review}/raters/list"), &pasted, None)?.with(200)?;
    rows.says(&[&format!("Add these {people} people")])?;
    let html = rows.text();
    let check =
        html.split("action=\"").skip(1).filter_map(|rest| rest.split_once('"')).find(|(to, _)| to.contains("/list/"));
    let check = check.ok_or("no check")?.0.to_owned();
    let seen = rows.field("seen")?;
    hr.press(&check, &[("act", "import"), ("seen", &seen)])?.with(200)?.says(&["people are on the list"])
}

/// Everybody who was asked, by the links in their emails.
fn links(app: &TestApp, people: usize) -> Outcome<Vec<RaterLink>> {
    let asked = |app: &TestApp| -> Outcome<Vec<Email>> {
        let emails = app.mailbox().read()?;
        Ok(emails.into_iter().filter(|email| email.message_id.starts_with("<invitation")).collect())
    };
    let emails = app.until("the invitations", Duration::from_mins(2), || {
        let emails = asked(app)?;
        Ok((emails.len() == people).then_some(emails))
    })?;
    let mut links = Vec::new();
    for email in emails {
        let found = candour_tests::mailbox::links(&email.text);
        links.push(RaterLink::new(app.http()?, found.first().ok_or("no link")?));
    }
    Ok(links)
}

#[test]
fn a_round_is_run_read_and_released_in_the_browser_alone() -> Outcome {
    let app = TestApp::start()?;
    let trust = Trust::found(&app, "Ashgrove Trust")?;
    let hr = trust.office()?;
    let (chief, chair) = (Person::called("Bello", "self"), Person::called("Ellison", "chair"));
    let (round, review) = sets_up(&hr, &chief, &chair)?;
    adds(&hr, &review, 16)?;
    hr.open(&format!("{round}/shown"))?.with(200)?.says(&["a column of their own", "Comments are shown"])?;

    let launch = format!("{round}/launch");
    let check = hr.open(&launch)?.with(200)?;
    check.says(&["Start the round now", "17 names are on the lists", chair.email.as_str()])?;
    let tag = check.field("tag")?;
    hr.press(&launch, &[("tag", &tag)])?.with(200)?.says(&["The round has started"])?;
    hr.press(&launch, &[("tag", &tag)])?.with(200)?.says(&["People can answer until"])?;
    for link in links(&app, 17)? {
        let survey = link.survey()?;
        let prompt = survey["prompts"][0]["id"].as_str().ok_or("no prompt")?.to_owned();
        link.submit(&Answers::to(&survey, |_| Some(4)).saying(&prompt, "Keeps her word."))?.with(200)?;
    }
    // What has just been sent shows nowhere.
    hr.open(&round)?.with(200)?.says(&["17 people are asked. Nobody has counted answers yet."])?;

    let close = format!("{round}/close");
    let tag = hr.open(&close)?.with(200)?.field("tag")?;
    let asked = hr.press(&close, &[("tag", &tag)])?.with(422)?;
    asked.says(&["It is not known that enough people have answered"])?;
    hr.press(&close, &[("tag", &tag), ("sure", "yes")])?.with(200)?;
    app.work_until_idle()?;
    let told = app.until("the email to the chair", Duration::from_mins(1), || {
        let emails = app.mailbox().to(&chair.email)?;
        Ok(emails.into_iter().find(|email| email.message_id.starts_with("<counted")))
    })?;
    assert!(told.text.contains(&review), "it leads to the page: {}", told.text);

    let reader = app.signed_in(&trust.id, &chair, Some(0))?;
    let report = reader.open(&review)?.with(200)?;
    report.says(&["Keeps her word."])?;
    let comments = reader.open(&format!("{review}/comments"))?.with(200)?;
    let comment = way(&comments, &format!("{review}/comments/"))?;
    reader.press(&comment, &[("wanted", "redact"), ("reason", "It names a member of staff.")])?.with(200)?;
    assert!(!hr.open(&review)?.text().contains("Keeps her word"), "HR reads nothing before the release");

    let release = format!("{review}/release");
    let form = reader.open(&release)?.with(200)?;
    form.says(&[chief.email.as_str()])?;
    let fields = [("tag", form.field("tag")?), ("seen", form.field("seen")?)];
    reader.press(&release, &[("tag", &fields[0].1), ("seen", &fields[1].1), ("when", "now")])?.with(200)?;
    app.work_until_idle()?;
    let subject = app.visitor()?;
    subject.sign_in(&app.mailbox(), &chief.email)?.with(200)?;
    subject.open(&review)?.with(200)?.says(&["4.0"])?;
    hr.open(&review)?.with(200)?.says(&["4.0"])
}
