//! What only SQLite has: a database file that can be copied, that may be missing, and whose tables could number their rows.

use std::os::unix::fs::PermissionsExt as _;

use candour_tests::{Answers, Look, Outcome, RoundPlan, Server, Trust, database};

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
    let connection = Look::into_file(&copy)?;
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
fn no_row_about_a_rater_or_an_answer_has_a_number() -> Outcome {
    let server = Server::start()?;
    let look = database::open(&server)?;
    for table in crate::anonymity::DELICATE {
        let made = look.texts(&format!("SELECT sql FROM sqlite_master WHERE name = '{table}'"))?.concat();
        assert!(made.to_uppercase().contains("WITHOUT ROWID"), "row ids of {table} keep the order of arrival: {made}");
    }
    Ok(())
}
