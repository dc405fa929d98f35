//! One row that an older version took, or that somebody has spoilt: lists, imports, launches, reminders and counts go
//! through, and everybody else's answers count.

use std::time::Duration;

use candour_tests::{Answers, Engine, Look, Outcome, RoundPlan, Server, StartedRound, Trust, database, engine, wait};
use serde_json::{Value, json};

/// As an older version stored `İpek@trust.example`, which it could not read afterwards.
const OLD: &str = "i\u{307}pek@ashgrove.example.org";

/// Rows can be spoilt whatever refers to them.
fn spoiler(server: &Server) -> Outcome<Look> {
    let look = database::open(server)?;
    look.run(match engine()? {
        Engine::Sqlite => "PRAGMA foreign_keys = OFF",
        Engine::Postgres => "SET session_replication_role = replica",
    })?;
    Ok(look)
}

fn change(server: &Server, statement: &str) -> Outcome {
    let changed = spoiler(server)?.change(statement)?;
    if changed == 1 { Ok(()) } else { Err(format!("{changed} rows: {statement}").into()) }
}

/// What the doctor says that is not well, in one text.
fn doctor(server: &Server) -> Outcome<String> {
    let said = server.cli(&["doctor", "--json"])?;
    let found: Value = serde_json::from_str(&said.stdout)?;
    let unwell = found.as_array().into_iter().flatten().filter(|finding| finding["well"] == false);
    Ok(unwell.map(|finding| finding["text"].as_str().unwrap_or_default().to_owned()).collect::<Vec<_>>().join("\n"))
}

fn raters(round: &StartedRound<'_>) -> Outcome<Value> {
    let path = format!("/v1/reviews/{}/raters?limit=200", round.review()?.id);
    round.trust.administrator.get(&path)?.with(200)?.json()
}

#[test]
fn a_row_of_another_time_stops_no_list_no_import_no_launch_no_reminder_and_no_count() -> Outcome {
    let server = Server::start()?;
    let trust = Trust::found(&server, "Ashgrove Trust")?;
    let round = trust.draft(&RoundPlan::new().asking("chair", 1).asking("trustees", 5).asking("executive_team", 5))?;
    let review = round.review()?.id.clone();
    let before = doctor(&server)?;
    change(
        &server,
        &format!("UPDATE raters SET email = '{OLD}', name = '' WHERE email = 'executiveteam1@ashgrove.example.org'"),
    )?;
    change(
        &server,
        &format!(
            "INSERT INTO raters SELECT organisation_id, 'no-id', round_id, review_id, name, \
             'lost@ashgrove.example.org', group_id, asked, asked_again FROM raters WHERE email = '{OLD}'"
        ),
    )?;
    change(&server, "UPDATE organisations SET contact_email = 'i\u{307}@192.168.0.1'")?;

    // The list is there, and says of whom something is wrong.
    let list = raters(&round)?;
    assert_eq!((list["items"].as_array().map(Vec::len), &list["unreadable"]), (Some(12), &json!(1)), "{list}");
    let odd: Vec<_> =
        list["items"].as_array().into_iter().flatten().filter(|rater| rater["problem"].is_string()).collect();
    assert_eq!(odd.iter().map(|rater| &rater["email"]).collect::<Vec<_>>(), [OLD]);
    assert_eq!(odd.iter().map(|rater| &rater["problem"]).collect::<Vec<_>>(), ["give a name"]);
    // An import goes on, and nobody is asked twice, whoever cannot be read.
    let csv = "name,email,group\nZoe,zoe@ashgrove.example.org,trustees\nLost,lost@ashgrove.example.org,trustees\n";
    let imported =
        trust.administrator.post_csv(&format!("/v1/reviews/{review}/raters?mode=partial"), csv)?.with(201)?.json()?;
    assert_eq!((&imported["added"], &imported["errors"][0]["row"]), (&json!(1), &json!(3)), "{imported}");
    trust.administrator.get(&format!("/v1/rounds/{}/readiness", round.id))?.with(200)?;
    trust.facilitator(&round.review()?.facilitator)?.agrees(&review)?.with(200)?;

    round.launch()?;
    round.delivered()?;
    let everybody = [
        "zoe perpetua1 chair1".split(' ').map(str::to_owned).collect::<Vec<_>>(),
        (1..=5).map(|at| format!("trustees{at}")).collect(),
        (2..=5).map(|at| format!("executiveteam{at}")).collect(),
    ];
    let everybody: Vec<_> = everybody.concat().iter().map(|name| format!("{name}@ashgrove.example.org")).collect();
    let mut given = 0;
    for (person, link) in round
        .links_of(&everybody.iter().map(String::as_str).collect::<Vec<_>>())?
        .into_iter()
        .flat_map(|(person, links)| links.into_iter().map(move |link| (person.clone(), link)))
    {
        // One trustee stays silent, to be reminded.
        if person != "trustees1@ashgrove.example.org" {
            link.submit(&Answers::to(&link.survey()?, |_| Some(4)))?.with(200)?;
            given += 1;
        }
    }
    assert_eq!(given, 11, "everybody whom an email reaches, but one");
    let listed = raters(&round)?;
    let of_old = listed["items"].as_array().into_iter().flatten().find(|rater| rater["email"] == OLD);
    assert_eq!(of_old.map(|rater| &rater["delivery"]), Some(&json!("bounced")), "{listed}");
    // Rows that go bad in the open round: two who have answered, and one of them by name.
    change(&server, "UPDATE raters SET id = 'gone' WHERE email = 'chair1@ashgrove.example.org'")?;
    change(&server, "UPDATE raters SET group_id = 'Other staff' WHERE email = 'trustees5@ashgrove.example.org'")?;
    change(&server, "UPDATE invitations SET delivery = 'by hand' WHERE NOT used AND delivery <> 'bounced'")?;
    raters(&round)?;
    trust.administrator.moves(&round.id, "remind", &json!({}))?;
    wait::until("a reminder", Duration::from_mins(1), || {
        let mail = server.mailbox().to("trustees1@ashgrove.example.org")?;
        Ok((mail.len() == 2).then_some(()))
    })?;
    let said = doctor(&server)?;
    assert!(
        said.contains("rows cannot be read and are left out of lists") && said.contains("stored addresses are none"),
        "{before}\n{said}"
    );

    round.close_and_count()?;
    let result = trust.facilitator(&round.review()?.facilitator)?.result(&review)?;
    let responded = |id: &str| {
        let groups = result["groups"].as_array().cloned().unwrap_or_default();
        groups
            .into_iter()
            .find(|group| group["id"] == id)
            .map(|group| (group["invited"].clone(), group["responded"].clone()))
    };
    assert_eq!(responded("trustees"), Some((json!(5), json!(5))), "the ballot knows its group: {}", result["groups"]);
    assert_eq!(responded("executive_team").map(|(_, responded)| responded), Some(json!(4)), "{}", result["groups"]);
    assert!(result.to_string().contains("name not known"), "the chair's answers are there: {result}");
    Ok(())
}

#[test]
fn a_ballot_that_does_not_open_takes_no_other_along_and_is_told() -> Outcome {
    let server = Server::start()?;
    let trust = Trust::found(&server, "Ashgrove Trust")?;
    let round = trust.open(&RoundPlan::small())?;
    let review = round.review()?.id.clone();
    round.everybody_answers(|_, _| Some(4))?;
    let zero = match engine()? {
        Engine::Sqlite => "zeroblob(4144)",
        Engine::Postgres => "decode(repeat('00', 4144), 'hex')",
    };
    change(&server, &format!("UPDATE ballots SET sealed = {zero} WHERE id = (SELECT min(id) FROM ballots)"))?;
    round.close_and_count()?;
    let result = round.facilitator()?.result(&review)?;
    assert!(result["competencies"].as_array().is_some_and(|all| !all.is_empty()), "{result}");
    let log = trust.administrator.list("/v1/audit-log")?;
    let told: Vec<_> = log.iter().filter(|event| event["action"] == "review.ballots_left_out").collect();
    assert_eq!(
        told.iter().map(|event| &event["detail"]).collect::<Vec<_>>(),
        [&json!({"left_out": 1, "counted": 10})],
        "{log:?}"
    );
    assert_eq!(told.iter().map(|event| &event["target"]).collect::<Vec<_>>(), [&json!(format!("review:{review}"))]);
    Ok(())
}
