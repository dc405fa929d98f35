//! A clock that is wrong by years: nothing is closed, released or erased on its word, and everything else goes on.

use std::time::Duration;

use candour_tests::{Answers, Engine, Outcome, RoundPlan, Server, Trust, database, engine, wait};
use serde_json::json;

const YEARS: u32 = 7 * 366;

/// To the service this is a start with a clock that is seven years ahead: whatever is stored is that much longer ago,
/// also when it was looked at last, and the machine has run for a moment since.
fn starts_years_ahead(server: &Server) -> Outcome {
    server.stop()?;
    let look = database::open(server)?;
    for (table, times) in [
        ("rounds", &["created_at", "launched_at", "closes_at", "closed_at"][..]),
        ("reviews", &["progress_at"]),
        ("results", &["created_at"]),
        ("clock_looks", &["looked_at"]),
    ] {
        for time in times {
            let earlier = match engine()? {
                Engine::Sqlite => format!("strftime('%Y-%m-%d %H:%M:%f', {time}, '-{YEARS} days')"),
                Engine::Postgres => format!("{time} - interval '{YEARS} days'"),
            };
            look.change(&format!("UPDATE {table} SET {time} = {earlier}"))?;
        }
    }
    drop(look);
    server.begin()
}

#[test]
fn a_start_at_seven_years_ahead_destroys_nothing_until_an_operator_confirms_the_clock() -> Outcome {
    let server = Server::start()?;
    let trust = Trust::found(&server, "Ashgrove Trust")?;
    let released = trust.open(&RoundPlan::small())?;
    released.to_release()?;
    let open = trust.open(&RoundPlan::new().asking("staff", 6))?;
    open.delivered()?;
    let links = open.link_of_each()?;

    starts_years_ahead(&server)?;
    let ready = server.anonymous()?.get("/health/ready")?.with(200)?.text();
    assert!(ready.starts_with("ready\nclock in doubt: nothing is closed"), "{ready}");
    let doctor = server.cli(&["doctor"])?.stdout;
    assert!(
        doctor.contains("FIX nothing is closed, counted, released or erased")
            && doctor.contains("candour clock confirm"),
        "{doctor}"
    );
    wait::until("the log to say so", Duration::from_secs(20), || {
        Ok(server.log()?.contains("the clock is in doubt").then_some(()))
    })?;

    // Answers are taken, and what the worker has to do for raters is done.
    let (person, link) = links.first().ok_or("no rater")?;
    link.get()?.with(200)?;
    link.submit(&Answers::to(&link.survey()?, |_item| Some(4)))?.with(200)?;
    trust.administrator.moves(&open.id, "remind", &json!({}))?;
    let others = links.iter().filter(|(other, _)| other.email != person.email).count();
    wait::until("the reminders", Duration::from_mins(1), || {
        let reminders =
            server.mailbox().read()?.into_iter().filter(|letter| letter.subject.starts_with("Reminder")).count();
        Ok((reminders >= others).then_some(()))
    })?;

    // What cannot be undone waits, by hand and by itself.
    for (path, body) in [("close", json!({ "confirm": true })), ("cancel", json!({}))] {
        let refused = trust.administrator.post(&format!("/v1/rounds/{}/{path}", open.id), &body)?;
        assert_eq!(refused.problem(503)?["type"], "urn:candour:problem:clock-in-doubt", "{path}");
    }
    assert_eq!(trust.administrator.round(&open.id)?["state"], "open", "its deadline is years ago by this clock");
    assert!(trust.administrator.round(&released.id)?["people_erased_at"].is_null());
    released.facilitator()?.result(&released.review()?.id)?;
    assert_eq!(trust.administrator.raters(&released.review()?.id)?.len(), 11);

    let wrong = server.cli(&["clock", "confirm", "--date", "2001-02-03"])?;
    assert!(
        !wrong.status.success() && wrong.stderr.contains("and not 2001-02-03; set the clock first"),
        "{}",
        wrong.stderr
    );
    assert!(!server.cli(&["clock", "show"])?.status.success());
    let look = database::open(&server)?;
    let today = match engine()? {
        Engine::Sqlite => look.texts("SELECT date('now')")?,
        Engine::Postgres => look.texts("SELECT to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD')")?,
    };
    let confirmed = server.cli(&["clock", "confirm", "--date", today.first().ok_or("no date")?])?;
    assert!(confirmed.status.success(), "{}", confirmed.stderr);
    open.reaches("counted")?;
    wait::until("what is due to be erased", Duration::from_mins(1), || {
        Ok((trust.administrator.get(&format!("/v1/rounds/{}", released.id))?.status == 404).then_some(()))
    })?;
    assert_eq!(server.anonymous()?.get("/health/ready")?.with(200)?.text(), "ready\n");
    Ok(())
}
