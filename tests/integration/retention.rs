//! What is left when time has passed: first nobody's address, then nobody's answers, at last nothing.

use candour_domain::retention::{RetentionPolicy, RetentionRequest};
use candour_tests::database::{self, Copy};
use candour_tests::trust::SURNAME;
use candour_tests::{Caller, Outcome, Person, RoundPlan, Server, Service, StartedRound, TestApp, Trust};
use chrono::TimeDelta;
use serde_json::{Value, json};

/// What the audit log says that the worker has done of a round, the first first, with what else it says.
fn told<S: Service>(trust: &Trust<'_, S>, round: &StartedRound<'_, S>) -> Outcome<Vec<(String, Value)>> {
    let target = json!(format!("round:{}", round.id));
    let mut lines = trust.administrator.list("/v1/audit-log")?;
    lines.reverse();
    let ended = [
        "round.answers_destroyed",
        "round.people_erased",
        "round.archived",
        "round.results_deleted",
        "round.cancelled",
    ];
    let told = lines.into_iter().filter(|line| line["target"] == target && line["actor"] == "worker");
    let told = told.map(|line| (line["action"].as_str().unwrap_or_default().to_owned(), line["detail"].clone()));
    Ok(told.filter(|(action, _)| ended.contains(&action.as_str())).collect())
}

/// What the audit log says once all that is due has been done, and the disk has been cleaned.
fn done(trust: &Trust<'_, TestApp>, round: &StartedRound<'_, TestApp>, steps: usize) -> Outcome<Vec<(String, Value)>> {
    trust.server.work_until_idle()?;
    let told = told(trust, round)?;
    assert!(told.len() >= steps, "{told:?}");
    assert_eq!(database::number(&database::open(trust.server)?, "SELECT COUNT(*) FROM owed_cleanups")?, 0);
    Ok(told)
}

/// Nothing is to be fixed but what differs in the tests: their server does not wait for its disk, and its clock is not
/// the story's.
fn sound(server: &TestApp) -> Outcome {
    let found = server.doctor()?;
    let of_tests = |line: &str| {
        line.contains("wait for its disk") || line.contains("the clocks of the database server and this machine")
    };
    let to_fix: Vec<&String> = found.iter().filter(|line| line.starts_with("FIX") && !of_tests(line)).collect();
    assert!(found.iter().any(|line| line.starts_with("ok ")) && to_fix.is_empty(), "{found:?}");
    Ok(())
}

/// Those who answer without their name, who were asked for nothing else.
fn anonymous(round: &StartedRound<'_, TestApp>) -> Outcome<Vec<Person>> {
    Ok(round
        .review()?
        .raters
        .iter()
        .filter(|person| !["self", "chair"].contains(&person.group.as_str()))
        .cloned()
        .collect())
}

fn readers<'a>(
    integration: &'a Caller,
    administrator: &'a Caller,
    facilitator: &'a Caller,
    subject: &'a Caller,
) -> [&'a Caller; 4] {
    [integration, administrator, facilitator, subject]
}

fn sealed_in(server: &TestApp, table: &str) -> Outcome<Vec<String>> {
    let rows = database::rows(&database::open(server)?, &format!("SELECT sealed FROM {table}"))?;
    Ok(rows.rows.into_iter().flatten().flatten().collect())
}

fn are_empty(copy: &Copy, tables: &[&str]) -> Outcome {
    for table in tables {
        assert_eq!(database::number(&copy.open()?, &format!("SELECT COUNT(*) FROM {table}"))?, 0, "{table}");
    }
    Ok(())
}

/// Whether a table of the copy holds this person's name or address.
fn names(copy: &Copy, table: &str, person: &Person) -> Outcome<bool> {
    let rows = database::rows(&copy.open()?, &format!("SELECT * FROM {table}"))?.rows;
    Ok(rows.iter().flatten().flatten().any(|cell| cell.contains(&person.email) || cell.contains(&person.name)))
}

#[test]
fn a_released_round_loses_its_raters_then_its_answers_and_at_last_everything() -> Outcome {
    let retention =
        RetentionPolicy::parse(RetentionRequest { destroy_answers_days: Some(45), ..RetentionRequest::default() })?;
    let server = TestApp::start_with(move |config| config.retention = retention)?;
    let trust = Trust::found(&server, "Ashgrove Trust")?;
    let round = trust.open(&RoundPlan::small())?;
    let links = round.link_of_each()?;
    let promise = links.first().ok_or("no rater")?.1.survey()?["retention"].clone();
    let kept = json!({ "destroy_answers_days": 45, "destroy_unreleased_days": 180, "erase_people_days": 30, "keep_results_years": 6 });
    assert_eq!(promise, kept, "raters are told");
    let result = round.to_release()?;
    let review = round.review()?.clone();
    let results = format!("/v1/reviews/{}/results", review.id);
    let (integration, facilitator) = (trust.integration(&["results:read", "rounds:read"])?, round.facilitator()?);
    let subject = trust.subject(&review.subject)?;
    let everybody = readers(&integration, &trust.administrator, &facilitator, &subject);
    let csv = integration.get(&format!("{results}.csv"))?.with(200)?.text();
    let progress = round.progress()?;
    assert_eq!(
        progress["as_of"],
        trust.administrator.round(&round.id)?["closed_at"],
        "a counted round tells the number of the count"
    );
    let sealed = |table: &str| sealed_in(&server, table);
    let (keys, bundles) = (sealed("bundle_keys")?, sealed("bundles")?);
    assert_eq!((keys.len(), bundles.len()), (1, 1));
    let addresses: Vec<String> =
        anonymous(&round)?.iter().flat_map(|person| [person.name.clone(), person.email.clone()]).collect();
    let copy = Copy::of(&server)?;
    assert!(addresses.iter().all(|known| copy.holds(known).is_some()), "the search finds what is there");

    // Thirty days after closing: nobody's name, nobody's address, nobody's invitation.
    server.days_pass(31)?;
    assert_eq!(done(&trust, &round, 1)?, [("round.people_erased".to_owned(), json!({ "raters": 11 }))]);
    let copy = Copy::of(&server)?;
    let chair = review.raters.iter().find(|person| person.group == "chair").ok_or("no chair")?;
    for known in addresses.iter().chain([&chair.email]) {
        assert_eq!(copy.holds(known), None, "{known}");
        assert!(!server.log()?.contains(known), "{known}");
    }
    for link in links.iter().map(|(_, link)| link) {
        link.get()?.problem(404)?;
        assert_eq!(copy.holds_link(link.token())?, None);
    }
    are_empty(&copy, &["raters", "invitations", "links", "spent_links", "drafts"])?;
    assert_eq!(trust.administrator.raters(&review.id)?, Vec::<Value>::new());
    assert_eq!(round.progress()?["reviews"], progress["reviews"], "how many answered is known as before");
    assert_eq!(sealed("bundle_keys")?, keys, "the answers have their own time");
    let seen = trust.administrator.round(&round.id)?;
    assert!(
        seen["state"] == "released" && seen["people_erased_at"].is_string() && seen["answers_destroyed_at"].is_null(),
        "{seen}"
    );

    // Forty-five days after release: the key that opens the answers, wherever a copy of them lies.
    server.days_pass(15)?;
    let steps = done(&trust, &round, 3)?;
    assert_eq!(
        steps[1..],
        [("round.answers_destroyed".to_owned(), json!({ "reviews": 1 })), ("round.archived".to_owned(), json!({}))]
    );
    round.reaches("archived")?;
    let copy = Copy::of(&server)?;
    for key in &keys {
        assert_eq!(copy.holds_latin1(key), None, "the key is still in the files");
    }
    let starts = bundles.iter().map(|bundle| bundle.chars().take(64).collect::<String>());
    assert!(starts.into_iter().all(|start| copy.holds_latin1(&start).is_none()), "the bundle is still in the files");
    are_empty(&copy, &["bundles", "bundle_keys", "round_keys", "ballots"])?;
    for reader in everybody {
        assert_eq!(reader.get(&results)?.with(200)?.json()?, result, "the result stays as it was");
        assert_eq!(reader.get(&format!("{results}.csv"))?.with(200)?.text(), csv);
    }
    trust.administrator.post(&format!("/v1/rounds/{}/remind", round.id), &json!({}))?.problem(409)?;
    sound(&server)?;

    // Six years after release: the results, whom they were about, and what was said.
    server.days_pass(6 * 366)?;
    let steps = done(&trust, &round, 4)?;
    assert_eq!(steps[3], ("round.results_deleted".to_owned(), json!({ "results": 1 })));
    assert_eq!(steps.len(), 4, "each step is done once: {steps:?}");
    for path in [
        &results,
        &format!("{results}.csv"),
        &format!("/v1/reviews/{}", review.id),
        &format!("/v1/reviews/{}/raters", review.id),
    ] {
        trust.administrator.get(path)?.problem(404)?;
    }
    for path in ["", "/reviews", "/progress", "/readiness"] {
        trust.administrator.get(&format!("/v1/rounds/{}{path}", round.id))?.problem(404)?;
    }
    // With the review, the roles of those it named are gone too.
    for (reader, status) in everybody.into_iter().zip([404, 404, 403, 403]) {
        reader.get(&results)?.problem(status)?;
    }
    let copy = Copy::of(&server)?;
    for gone in ["Comment number", chair.name.as_str(), "Chief executive"] {
        assert_eq!(copy.holds(gone), None, "{gone}");
    }
    // The subject has signed in and can do so again; their account is no part of the round.
    for table in database::tables(&copy.open()?)? {
        assert_eq!(names(&copy, &table, &review.subject)?, table == "accounts", "{table}");
    }
    sound(&server)?;
    assert!(!server.log()?.contains("\"level\":\"ERROR\""), "{}", server.log()?);
    Ok(())
}

#[test]
fn what_nobody_needs_any_more_goes_without_a_result() -> Outcome {
    let server = TestApp::start()?;
    let trust = Trust::found(&server, "Ashgrove Trust")?;
    let forgotten = trust.draft(&RoundPlan::small())?;
    let cancelled = trust.open(&RoundPlan::new().asking("headteachers", 6))?;
    cancelled.delivered()?;
    trust.administrator.moves(&cancelled.id, "cancel", &json!({}))?;
    let unreleased = trust.open(&RoundPlan::new().asking("staff", 6))?;
    let given = anonymous(&unreleased)?;
    answered(&unreleased)?;
    unreleased.close_and_count()?;

    server.days_pass(45)?;
    let erased = |people: u32| ("round.people_erased".to_owned(), json!({ "raters": people }));
    let at_once = done(&trust, &forgotten, 2)?;
    let ended = [erased(11), ("round.cancelled".to_owned(), json!({}))];
    assert!(
        at_once.len() == 2 && ended.iter().all(|step| at_once.contains(step)),
        "a draft whose time has passed by a month: {at_once:?}"
    );
    assert_eq!(
        done(&trust, &cancelled, 2)?,
        [("round.answers_destroyed".to_owned(), json!({ "reviews": 0 })), erased(7)]
    );
    assert_eq!(done(&trust, &unreleased, 1)?, [erased(7)]);
    let copy = Copy::of(&server)?;
    for person in anonymous(&forgotten)?.iter().chain(&anonymous(&cancelled)?).chain(&given) {
        assert_eq!(copy.holds(&person.email), None, "{}", person.email);
    }
    assert_eq!(trust.administrator.round(&forgotten.id)?["state"], "cancelled");

    // Nobody releases the report. Its answers do not wait for ever, and it can be released without them.
    server.days_pass(140)?;
    assert_eq!(done(&trust, &unreleased, 2)?[1], ("round.answers_destroyed".to_owned(), json!({ "reviews": 1 })));
    let facilitator = unreleased.facilitator()?;
    facilitator.release(&unreleased.review()?.id)?.with(200)?;
    server.restart_after(TimeDelta::zero())?;
    done(&trust, &unreleased, 3)?;
    unreleased.reaches("archived")?;
    facilitator.result(&unreleased.review()?.id)?;
    Ok(())
}

#[test]
fn a_round_that_nobody_could_count_ends_without_a_result() -> Outcome {
    let server = TestApp::start()?;
    let trust = Trust::found(&server, "Ashgrove Trust")?;
    let round = trust.open(&RoundPlan::small())?;
    answered(&round)?;
    // Closed, with everything sealed as it was, and the work that would count it is lost.
    let database = database::open(&server)?;
    trust.administrator.moves(&round.id, "close", &json!({ "confirm": true }))?;
    assert_eq!(database.change("DELETE FROM jobs WHERE kind = 'round.count'")?, 1);
    server.days_pass(100)?;
    assert_eq!(trust.administrator.raters(&round.review()?.id)?.len(), 11, "its raters are needed for the count");

    server.days_pass(100)?;
    let steps = done(&trust, &round, 3)?;
    let expected = [
        ("round.cancelled".to_owned(), json!({})),
        ("round.answers_destroyed".to_owned(), json!({ "reviews": 0 })),
        ("round.people_erased".to_owned(), json!({ "raters": 11 })),
    ];
    assert!(steps.len() == 3 && expected.iter().all(|step| steps.contains(step)), "{steps:?}");
    assert_eq!(trust.administrator.round(&round.id)?["state"], "cancelled");
    for table in ["ballots", "round_keys", "raters", "invitations", "links", "results"] {
        assert_eq!(database::number(&database, &format!("SELECT COUNT(*) FROM {table}"))?, 0, "{table}");
    }
    sound(&server)?;
    Ok(())
}

/// Everybody answers through the link in their email to this round.
fn answered(round: &StartedRound<'_, TestApp>) -> Outcome {
    round.delivered()?;
    for (_, link) in
        round.links()?.into_iter().flat_map(|(person, links)| links.into_iter().map(move |link| (person.clone(), link)))
    {
        let survey = link.survey()?;
        if survey["state"] == "open" {
            link.submit(&candour_tests::Answers::to(&survey, |item| Some(u8::try_from(item % 3 + 2).unwrap_or(2))))?
                .with(200)?;
        }
    }
    Ok(())
}

#[test]
fn work_that_still_waits_for_somebody_erased_ends_quietly() -> Outcome {
    let server = TestApp::start()?;
    let trust = Trust::found(&server, "Ashgrove Trust")?;
    let round = trust.open(&RoundPlan::small())?;
    let invitation = database::rows(&database::open(&server)?, "SELECT id FROM invitations")?;
    let invitation = invitation.rows.first().and_then(|row| row.first().cloned().flatten()).ok_or("no invitation")?;
    round.to_release()?;
    server.days_pass(31)?;
    done(&trust, &round, 1)?;
    let database = database::open(&server)?;
    for (id, kind) in [(1, "received"), (2, "invitation")] {
        let payload = json!({ "task": "mail", "kind": kind, "invitations": [invitation], "sequence": 1 }).to_string();
        let values = format!("'00000000-0000-4000-8000-00000000000{id}', '{}', 'mail.{kind}', '{payload}'", trust.id);
        database
            .change(&format!("INSERT INTO jobs VALUES ({values}, NULL, 'waiting', '2026-01-01 00:00:00', 0, NULL)"))?;
    }
    drop(database);
    let sent = server.mailbox().count()?;
    server.work_until_idle()?;
    assert_eq!(database::number(&database::open(&server)?, "SELECT COUNT(*) FROM jobs")?, 0);
    assert_eq!(server.mailbox().count()?, sent, "nobody gets an email");
    let log = server.log()?;
    assert!(!log.contains("tried again") && !log.contains("failed for good"), "{log}");
    Ok(())
}

#[test]
fn the_plan_says_what_is_due_and_when_and_settings_that_make_no_sense_are_refused() -> Outcome {
    let server = Server::start()?;
    let trust = Trust::found(&server, "Ashgrove Trust")?;
    let round = trust.open(&RoundPlan::small())?;
    round.to_release()?;
    let plan = server.cli(&["retention"])?;
    assert!(plan.status.success(), "{}", plan.stderr);
    let lines: Vec<&str> = plan.stdout.lines().collect();
    assert_eq!(lines.len(), 4, "{}", plan.stdout);
    for (line, what) in lines.iter().zip(["erase people", "destroy answers", "archive", "delete results"]) {
        assert!(line.starts_with("later ") && line.contains(what) && line.contains(&round.id), "{line}");
    }
    assert!(!plan.stdout.contains(SURNAME), "{}", plan.stdout);
    assert_eq!(told(&trust, &round)?, Vec::new(), "nothing is done by looking");

    let (status, log) = Server::prepare(&[("CANDOUR_ERASE_PEOPLE_DAYS", "0")])?.refuses_to_start()?;
    assert!(
        !status.success()
            && log.contains("erase_people_days is out of range; set 1 to 1096 (CANDOUR_ERASE_PEOPLE_DAYS)"),
        "{log}"
    );
    Ok(())
}

#[test]
fn two_nodes_that_look_at_once_do_each_step_once() -> Outcome {
    let one = TestApp::start()?;
    let trust = Trust::found(&one, "Ashgrove Trust")?;
    let rounds = [trust.open(&RoundPlan::small())?, trust.open(&RoundPlan::new().asking("staff", 6))?];
    for round in &rounds {
        answered(round)?;
        round.close_and_count()?;
        let review = round.review()?;
        trust.facilitator(&review.facilitator)?.release(&review.id)?.with(200)?;
    }
    let other = one.another_node()?;
    one.time_passes_unused(TimeDelta::days(40));
    std::thread::scope(|scope| {
        let second = scope.spawn(|| other.work_until_idle());
        one.work_until_idle()?;
        second.join().map_err(|_panic| "the second node")?
    })?;
    for round in &rounds {
        let steps = done(&trust, round, 3)?;
        let actions: Vec<&str> = steps.iter().map(|(action, _)| action.as_str()).collect();
        assert_eq!(actions.len(), 3, "{actions:?}");
        for action in ["round.people_erased", "round.answers_destroyed", "round.archived"] {
            assert!(actions.contains(&action), "{actions:?}");
        }
        round.reaches("archived")?;
    }
    // Both have looked; neither does anything more.
    for node in [&one, &other] {
        node.work_until_idle()?;
    }
    let log = one.log()?;
    assert!(!log.contains("\"level\":\"ERROR\"") && !log.contains("cannot be done"), "{log}");
    assert_eq!(told(&trust, &rounds[0])?.len() + told(&trust, &rounds[1])?.len(), 6);
    Ok(())
}
