//! What the person who keeps the service running has: a copy of the database, and an examination.

use std::os::unix::fs::PermissionsExt as _;

use candour_tests::{Answers, Outcome, RoundPlan, Server, Trust, database};
use rusqlite::Connection;

#[test]
fn a_copy_taken_while_raters_answer_is_whole_and_closed_to_others() -> Outcome {
    let server = Server::start()?;
    let trust = Trust::found(&server, "Ashgrove Trust")?;
    let round = trust.open(&RoundPlan::small())?;
    let links = round.link_of_each()?;
    let (_, first) = links.first().ok_or("no rater")?;
    first.submit(&Answers::to(&first.survey()?, |_| Some(4)))?.with(200)?;
    let copy = server.scratch().join("copy.sqlite3");
    let path = copy.to_str().ok_or("a path")?;
    let said = server.cli(&["backup", path])?;
    assert!(said.status.success(), "{}", said.stderr);
    assert!(said.stdout.contains("server key"), "that the key is not in it: {}", said.stdout);
    assert_eq!(std::fs::metadata(&copy)?.permissions().mode() & 0o777, 0o600);
    let connection = Connection::open(&copy)?;
    assert_eq!(database::number(&connection, "SELECT COUNT(*) FROM ballots")?, 1);
    assert_eq!(database::number(&connection, "SELECT COUNT(*) FROM raters")?, i64::try_from(links.len())?);
    assert!(!server.cli(&["backup", path])?.status.success(), "a file that is there is left alone");
    Ok(())
}

#[test]
fn the_examination_names_what_to_mend() -> Outcome {
    let server = Server::start()?;
    let trust = Trust::found(&server, "Ashgrove Trust")?;
    let round = trust.open(&RoundPlan::small())?;
    let (_, first) = round.link_of_each()?.into_iter().next().ok_or("no rater")?;
    first.submit(&Answers::to(&first.survey()?, |_| Some(4)))?.with(200)?;
    let well = server.cli(&["doctor"])?;
    assert!(well.status.success(), "{}{}", well.stdout, well.stderr);
    assert!(!well.stdout.contains("MEND"), "{}", well.stdout);

    // Somebody stuffs the ballot box.
    let connection = Connection::open(server.database())?;
    connection.execute(
        "INSERT INTO ballots SELECT organisation_id, review_id, 'ffffffff-ffff-4fff-bfff-ffffffffffff', sealed FROM ballots",
        [],
    )?;
    let ill = server.cli(&["doctor"])?;
    assert!(!ill.status.success());
    assert!(ill.stdout.contains("MEND") && ill.stdout.contains("more ballots than used invitations"), "{}", ill.stdout);
    Ok(())
}
