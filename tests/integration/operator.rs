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
fn where_there_is_no_database_none_is_made_to_be_examined_or_copied() -> Outcome {
    for url in [None, Some("sqlite:elsewhere/candour.sqlite3")] {
        let settings: Vec<_> = url.iter().map(|url| ("CANDOUR_DATABASE_URL", *url)).collect();
        let server = Server::prepare(&settings)?;
        let examined = server.cli(&["doctor"])?;
        assert!(!examined.status.success());
        assert!(
            examined.stdout.contains("MEND there is no database at ") && examined.stdout.contains("candour migrate"),
            "{}",
            examined.stdout
        );
        let copied = server.cli(&["backup", "copy.sqlite3"])?;
        assert!(!copied.status.success());
        assert!(copied.stderr.contains("there is no database at ") && copied.stderr.contains("candour.sqlite3"), "{}", copied.stderr);
        let left: Vec<_> = std::fs::read_dir(server.scratch())?.map(|entry| Ok(entry?.file_name())).collect::<std::io::Result<_>>()?;
        assert_eq!(left, ["data"]);
        assert_eq!(std::fs::read_dir(server.data())?.count(), 0, "nothing was made");
    }
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
