//! What only SQLite has: a database file that may be missing, and whose tables could number their rows.

use candour_tests::{Outcome, Server, database};

#[test]
fn where_there_is_no_database_none_is_made_to_be_examined_or_copied() -> Outcome {
    for url in [None, Some("sqlite:elsewhere/candour.sqlite3")] {
        let settings: Vec<_> = url.iter().map(|url| ("CANDOUR_DATABASE_URL", *url)).collect();
        let server = Server::prepare(&settings)?;
        let examined = server.cli(&["doctor"])?;
        assert!(!examined.status.success());
        assert!(
            examined.stdout.contains("FIX there is no database at ") && examined.stdout.contains("candour migrate"),
            "{}",
            examined.stdout
        );
        let copied = server.cli(&["backup", "copy.sqlite3"])?;
        assert!(!copied.status.success());
        assert!(
            copied.stderr.contains("there is no database at ") && copied.stderr.contains("candour.sqlite3"),
            "{}",
            copied.stderr
        );
        let left: Vec<_> =
            std::fs::read_dir(server.scratch())?.map(|entry| Ok(entry?.file_name())).collect::<std::io::Result<_>>()?;
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
