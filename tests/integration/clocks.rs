//! Somebody watches the office and notes who presses "send" when, and watches the counters, the whole log and all that
//! trust HR can read beside it. What they see is the same whichever of them sends, in whichever order, and whether
//! somebody sends, declines, saves or only opens the link: nothing moves at all.

use std::time::Duration;

use candour_tests::answers::{competencies, prompts};
use candour_tests::{
    Answers, Email, METERED, Outcome, Person, RaterLink, Reply, RoundPlan, Server, Service, StartedRound, TestApp,
    Trust, database, finding, wait,
};
use chrono::TimeDelta;
use serde_json::{Value, json};

/// What the line says that is written on the hour, whether or not anybody has come.
const HOURLY: &str = "requests of raters in the last hour";

/// The eyes of the attacker.
struct Eyes<'a> {
    server: &'a Server,
    round: &'a StartedRound<'a>,
}

impl Eyes<'_> {
    /// What moves without anybody asking: the counters, and the whole log but for its hourly line.
    fn watched(&self) -> Outcome<(String, Vec<String>)> {
        let log = self.server.log()?;
        Ok((self.server.metrics()?, log.lines().filter(|line| !line.contains(HOURLY)).map(str::to_owned).collect()))
    }

    /// Everything that trust HR and those who keep the service running can read, with the headers it comes with.
    fn read(&self) -> Outcome<Vec<String>> {
        let (administrator, review) = (&self.round.trust.administrator, &self.round.review()?.id);
        let round = format!("/v1/rounds/{}", self.round.id);
        let mut seen = Vec::new();
        for path in [
            round.clone(),
            format!("{round}/progress"),
            format!("{round}/delivery"),
            format!("{round}/reviews"),
            format!("{round}/readiness"),
            format!("{round}/retention"),
            format!("/v1/reviews/{review}"),
            format!("/v1/reviews/{review}/raters"),
            "/v1/rounds".to_owned(),
            "/v1/audit-log".to_owned(),
            "/v1/audit-log.csv".to_owned(),
            format!("/v1/audit-log?round={}", self.round.id),
            "/v1/jobs".to_owned(),
            "/v1/jobs?state=dead".to_owned(),
            "/health/ready".to_owned(),
        ] {
            seen.push(format!("{path}: {}", whole(&administrator.get(&path)?)));
        }
        Ok(seen)
    }
}

/// A reply to the byte, but for the time of day.
fn whole(reply: &Reply) -> String {
    let headers: Vec<_> = reply.headers().iter().filter(|(name, _)| !name.eq_ignore_ascii_case("date")).collect();
    format!("{} {headers:?} {}", reply.status, reply.text())
}

type Act = fn(&RaterLink) -> Outcome<Reply>;

fn answers(link: &RaterLink) -> Outcome<Answers> {
    let survey = link.survey()?;
    let prompt = prompts(&survey).into_iter().next().ok_or("no prompt")?;
    Ok(Answers::to(&survey, |item| Some(u8::try_from(item % 5 + 1).unwrap_or(3))).saying(&prompt, "A comment."))
}

fn rated(link: &RaterLink) -> Outcome<Vec<(String, String)>> {
    let (_, items) = competencies(&link.survey()?).into_iter().next().ok_or("no competency")?;
    Ok(items.iter().map(|item| (format!("rating.{item}"), "4".to_owned())).collect())
}

fn save_page(link: &RaterLink) -> Outcome<Reply> {
    let rated = rated(link)?;
    link.press(
        "/page/1",
        "/page/1",
        &rated.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect::<Vec<_>>(),
    )
}

/// Whatever a rater can do, right or wrong.
const ACTS: [(&str, Act); 14] = [
    ("opens", |link| link.page("")),
    ("opens over the API", RaterLink::get),
    ("looks at a page", |link| link.page("/page/1")),
    ("loads what the page needs", |link| link.caller().get("/assets/candour.css")),
    ("saves", |link| link.save(&answers(link)?)),
    ("saves a page", save_page),
    ("sends nonsense", |link| link.submit_json(&json!({"ratings": []}))),
    ("presses send with nothing saved", RaterLink::send_page),
    ("declines", |link| link.decline_page("yes")?.with(303)),
    ("declines over the API", RaterLink::decline),
    ("goes astray", |link| link.page("/nowhere")),
    ("sends", |link| {
        save_page(link)?;
        link.send_page()
    }),
    ("sends over the API", |link| link.submit(&answers(link)?)),
    ("sends twice", |link| {
        let answers = answers(link)?;
        link.submit(&answers)?.with(200)?;
        link.submit(&answers)
    }),
];

/// A round in which nothing is on its way any more but the next look for confirmations.
fn quiet<'a>(trust: &'a Trust<'a>, people: usize) -> Outcome<StartedRound<'a>> {
    let round = trust.open(&RoundPlan::new().asking("trustees", people))?;
    round.delivered()?;
    wait::until("the queue to be empty", Duration::from_mins(1), || {
        let work = trust.administrator.list("/v1/jobs")?;
        Ok(work.iter().all(|job| job["kind"] == "receipts.sweep" && job["state"] == "waiting").then_some(()))
    })?;
    Ok(round)
}

#[test]
fn attack_44_nothing_that_can_be_watched_moves_when_somebody_opens_saves_sends_or_declines() -> Outcome {
    let server = Server::start_with(&[METERED, ("CANDOUR_LOG", "trace"), ("CANDOUR_RECEIPT_MINUTES", "1440")])?;
    let trust = Trust::found(&server, "Ashgrove Trust")?;
    let round = quiet(&trust, ACTS.len())?;
    let links: Vec<(Person, RaterLink)> =
        round.link_of_each()?.into_iter().filter(|(person, _)| person.group == "trustees").collect();
    let eyes = Eyes { server: &server, round: &round };
    let at_first = eyes.read()?;
    for ((act, acts), (_, link)) in ACTS.iter().zip(&links) {
        let before = eyes.watched()?;
        let reply = acts(link)?;
        assert!(reply.status < 500, "{act}: {reply}");
        assert_eq!(eyes.watched()?, before, "somebody {act}, and a counter or the log tells");
        assert_eq!(eyes.read()?, at_first, "somebody {act}, and trust HR can read it");
    }
    // What comes a moment later, by the worker.
    let before = eyes.watched()?;
    std::thread::sleep(Duration::from_secs(3));
    assert_eq!(eyes.watched()?, before);
    assert_eq!(eyes.read()?, at_first);
    let used = database::number(&database::open(&server)?, "SELECT COUNT(*) FROM ballots")?;
    assert_eq!(used, 3, "three have sent all the same");
    Ok(())
}

type Tried<'a> = Box<dyn Fn() -> Outcome<Reply> + 'a>;

/// The counters and the log say that a rater's request failed, and not what it was.
#[test]
fn a_failed_request_of_a_rater_reads_the_same_whatever_was_asked_for() -> Outcome {
    let server = Server::start_with(&[METERED, ("CANDOUR_LOG", "trace"), ("CANDOUR_RECEIPT_MINUTES", "1440")])?;
    let trust = Trust::found(&server, "Ashgrove Trust")?;
    let round = quiet(&trust, 4)?;
    let eyes = Eyes { server: &server, round: &round };
    let links = round.link_of_each()?;
    let (_, link) = links.get(1).ok_or("no trustee")?;
    let (kept, rated) = (answers(link)?, rated(link)?);
    let tag = link.get()?.header("etag").ok_or("no tag")?.to_owned();
    let pressed = link.carried("/check", "/send")?;
    let pressed: Vec<_> = pressed.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let fields: Vec<_> = rated.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    database::open(&server)?.change("ALTER TABLE round_keys RENAME TO mislaid")?;
    let acts: [(&str, Tried<'_>); 7] = [
        ("opens", Box::new(|| link.get())),
        ("saves", Box::new(|| link.save_over(&tag, &kept))),
        ("sends", Box::new(|| link.submit(&kept))),
        ("declines", Box::new(|| link.decline())),
        ("opens a page", Box::new(|| link.page(""))),
        ("saves a page", Box::new(|| link.post_page("/page/1", &fields))),
        ("presses send", Box::new(|| link.post_page("/send", &pressed))),
    ];
    let mut told = Vec::new();
    for (act, acts) in &acts {
        let (counters, log) = eyes.watched()?;
        let reply = acts()?;
        // Trying again does not bring a table back, so it is not "for the moment".
        assert_eq!((reply.status, reply.header("retry-after")), (500, None), "{act}: {reply}");
        let (counters_after, log_after) = eyes.watched()?;
        let moved: Vec<&str> = counters_after.lines().filter(|line| !counters.contains(*line)).collect();
        assert!(moved.len() == 1 && moved[0].starts_with("candour_rater_failures_total "), "{act}: {moved:?}");
        let entries: Vec<Value> =
            log_after[log.len()..].iter().map(|text| serde_json::from_str(text)).collect::<Result<_, _>>()?;
        let [entry] = entries.as_slice() else { finding!("somebody {act}, and this is logged: {entries:?}") };
        let mut entry = entry.as_object().cloned().unwrap_or_default();
        entry.remove("timestamp");
        assert_eq!(entry.remove("kind"), Some("storage".into()), "{act}: of which kind it is, and no more");
        told.push(Value::from(entry));
    }
    database::open(&server)?.change("ALTER TABLE mislaid RENAME TO round_keys")?;
    assert!(told.iter().all(|entry| *entry == told[0]), "{told:?}");
    assert_eq!(told[0]["message"], "a request of a rater failed");

    // Those who run the service are told more of everybody else's.
    database::open(&server)?.change("ALTER TABLE audit_log RENAME TO mislaid")?;
    trust.administrator.get("/v1/audit-log")?.problem(500)?;
    database::open(&server)?.change("ALTER TABLE mislaid RENAME TO audit_log")?;
    let log = server.log()?;
    let entry = log.lines().rfind(|text| text.contains("/v1/audit-log")).ok_or("no line")?;
    let says_why = entry.contains("no such table") || entry.contains("does not exist");
    assert!(entry.contains("ERROR") && entry.contains("cause") && says_why, "{entry}");
    Ok(())
}

#[test]
fn progress_is_counted_once_a_day_and_nothing_brings_it_forward() -> Outcome {
    let server = TestApp::start()?;
    let trust = Trust::found(&server, "Ashgrove Trust")?;
    let round = trust.open(&RoundPlan::new().asking("trustees", 8))?;
    let links = round.link_of_each()?;
    let send = |at: usize| -> Outcome { links[at].1.submit(&answers(&links[at].1)?)?.with(200).map(drop) };
    let counts = |seen: &Value| {
        (seen["reviews"][0]["groups"][0]["responded"].clone(), seen["reviews"][0]["groups"][0]["invited"].clone())
    };

    let first = round.progress()?;
    assert_eq!(
        (counts(&first), &first["as_of"]),
        ((Value::Null, json!(9)), &Value::Null),
        "no number before the first 6am: {first}"
    );
    let next = first["next_at"].as_str().ok_or("when it is counted first")?;
    assert!(
        next > server.time_in(0).as_str() && (next.contains("T05:00:00") || next.contains("T06:00:00")),
        "6am in London: {next}"
    );
    send(1)?;
    server.restart_after(TimeDelta::zero())?;
    assert_eq!(round.progress()?, first, "neither an answer nor a start changes that");

    server.days_pass(1)?;
    let seen = round.progress()?;
    assert!(seen["as_of"].as_str() > Some(next), "it is taken late, and says when: {seen}");
    assert_eq!(counts(&seen), (json!(1), json!(9)), "{seen}");
    assert!(seen["next_at"].as_str() > Some(server.time_in(0).as_str()), "{seen}");

    // Whatever happens that day: the number stays, and only who is asked is told at once.
    send(2)?;
    send(3)?;
    links[4].1.decline()?.with(200)?;
    trust.administrator.moves(&round.id, "extend", &json!({ "closes_at": server.time_in(30 * 24 * 3600) }))?;
    trust.administrator.moves(&round.id, "remind", &json!({}))?;
    let raters = trust.administrator.raters(&round.review()?.id)?;
    for email in [&links[2].0.email, &links[5].0.email] {
        let id = raters
            .iter()
            .find(|rater| rater["email"] == email.as_str())
            .and_then(|rater| rater["id"].as_str())
            .ok_or("not listed")?;
        trust.administrator.delete(&format!("/v1/raters/{id}"))?.succeeded()?;
    }
    for _ in 0..2 {
        server.restart_after(TimeDelta::hours(9))?;
        assert_eq!(round.progress()?, seen, "a number that moves is a clock");
    }

    server.time_passes(TimeDelta::hours(4))?;
    let later = round.progress()?;
    assert!(later["as_of"].as_str() > seen["next_at"].as_str(), "the number of the next day: {later}");
    assert_eq!(counts(&later), (json!(3), json!(9)), "{later}");
    let kept = database::number(&database::open(&server)?, "SELECT COUNT(*) FROM progress_snapshots")?;
    assert_eq!(kept, 1, "no diary is kept");

    // Closed and not counted yet.
    send(6)?;
    trust.administrator.moves(&round.id, "close", &json!({ "confirm": true }))?;
    let closed = round.progress()?;
    assert_eq!(
        (&closed["as_of"], &closed["reviews"], &closed["next_at"]),
        (&later["as_of"], &later["reviews"], &Value::Null),
        "{closed}"
    );
    round.reaches("counted")?;
    let counted = round.progress()?;
    assert_eq!((counts(&counted), &counted["next_at"]), ((json!(4), json!(9)), &Value::Null), "{counted}");
    assert_eq!(counted["as_of"], trust.administrator.round(&round.id)?["closed_at"]);
    Ok(())
}

/// A "thanks" in reply to a confirmation, or a silence after a reminder, would tell the trust who has answered.
#[test]
fn attack_45_what_goes_to_those_who_have_or_have_not_answered_leads_nobody_to_reply_to_the_trust() -> Outcome {
    let server = Server::start_with(&[
        ("CANDOUR_MAIL_FROM", "Feedback <feedback@elsewhere.example>"),
        ("CANDOUR_RECEIPT_MINUTES", "1440"),
    ])?;
    let trust = Trust::found(&server, "Ashgrove Trust")?;
    let round = trust.open(&RoundPlan::small())?;
    let links = round.link_of_each()?;
    links[1].1.submit(&answers(&links[1].1)?)?.with(200)?;
    trust.administrator.moves(&round.id, "remind", &json!({}))?;
    trust.administrator.moves(&round.id, "extend", &json!({ "closes_at": wait::time_in(30 * 24 * 3600) }))?;
    let kind_of =
        |email: &Email| email.message_id.trim_start_matches('<').split('.').next().unwrap_or_default().to_owned();
    let arrived = |kind: &str, number: usize| {
        wait::until(&format!("{number} emails of kind {kind}"), Duration::from_mins(1), || {
            let emails = server.mailbox().read()?;
            Ok((emails.iter().filter(|email| kind_of(email) == kind).count() >= number).then_some(emails))
        })
    };
    let each = links.len() - 1;
    arrived("reminder", each)?;
    arrived("extended", each)?;
    // Closing sends what confirmations are left.
    trust.administrator.moves(&round.id, "close", &json!({ "confirm": true }))?;
    let emails = arrived("received", 1)?;
    let mut kinds = std::collections::BTreeMap::<String, usize>::new();
    for email in &emails {
        let kind = kind_of(email);
        // They go to the facilitator and to administrators, whoever has answered.
        if kind == "counted" || kind.starts_with("round-counted") {
            continue;
        }
        *kinds.entry(kind.clone()).or_default() += 1;
        let reply_to = email.headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case("reply-to")).count();
        assert_eq!(reply_to, 0, "{kind}: {:?}", email.headers);
        let suppressed = email
            .headers
            .iter()
            .any(|(name, value)| name == "X-Auto-Response-Suppress" && value == "OOF, AutoReply, DR, RN, NRN");
        assert!(suppressed, "{kind}: {:?}", email.headers);
        if kind != "invitation" {
            let reached: Vec<_> = email
                .headers
                .iter()
                .filter(|(name, value)| name != "To" && value.contains(candour_tests::trust::DOMAIN))
                .collect();
            assert!(reached.is_empty(), "{kind} leads to the trust: {reached:?}");
            assert!(
                !email.text.contains("Reply to this email") && !email.html.contains("Reply to this email"),
                "{kind}: {}",
                email.text
            );
        }
    }
    let expected = [("extended", each), ("invitation", links.len()), ("received", 1), ("reminder", each)];
    assert_eq!(kinds, expected.map(|(kind, number)| (kind.to_owned(), number)).into());
    Ok(())
}
