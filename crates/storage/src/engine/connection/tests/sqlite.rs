//! A connection to a file.

use std::error::Error;

use diesel::sql_types::{Integer, Text};

use crate::engine::address::Address;
use crate::engine::connection::*;
use crate::engine::dialect::on_each_engine;

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = Integer)]
    value: i32,
}

#[derive(QueryableByName)]
struct Name {
    #[diesel(sql_type = Text)]
    value: String,
}

fn number(connection: &mut AnyConnection, pragma: &str, column: &str) -> QueryResult<i32> {
    let query = diesel::sql_query(format!("SELECT {column} AS value FROM pragma_{pragma}"));
    on_each_engine!(connection, |inner| query.get_result::<Number>(inner)).map(|row| row.value)
}

#[test]
fn every_connection_keeps_what_it_commits_and_wipes_what_it_deletes() -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let address = Address::parse(&folder.path().join("candour.db").display().to_string())?;
    for purpose in [Purpose::Write, Purpose::Read, Purpose::Write] {
        let mut connection = address.open(purpose)?;
        let settings = ["synchronous", "foreign_keys", "secure_delete", "temp_store", "trusted_schema", "query_only"];
        let set = settings.map(|setting| number(&mut connection, setting, setting));
        let [synchronous, foreign_keys, secure_delete, temp_store, trusted_schema, query_only] = set;
        assert_eq!(synchronous?, 2, "FULL");
        assert_eq!(foreign_keys?, 1);
        assert_eq!(secure_delete?, 1);
        assert_eq!(temp_store?, 2, "in memory");
        assert_eq!(trusted_schema?, 0);
        assert_eq!(query_only?, i32::from(purpose == Purpose::Read));
        let mode = diesel::sql_query("SELECT journal_mode AS value FROM pragma_journal_mode");
        let mode = on_each_engine!(&mut connection, |inner| mode.get_result::<Name>(inner))?;
        assert_eq!(mode.value, "wal");
        assert_eq!(number(&mut connection, "busy_timeout", "timeout")?, 5_000);
    }
    Ok(())
}

#[test]
fn a_connection_that_reads_refuses_every_kind_of_write() -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let address = Address::parse(&folder.path().join("candour.db").display().to_string())?;
    address.open(Purpose::Write)?.batch_execute("CREATE TABLE notes (note TEXT); INSERT INTO notes VALUES ('kept')")?;
    let mut reader = address.open(Purpose::Read)?;
    for write in [
        "INSERT INTO notes VALUES ('new')",
        "UPDATE notes SET note = 'new'",
        "DELETE FROM notes",
        "DROP TABLE notes",
        "VACUUM",
    ] {
        assert!(reader.batch_execute(write).is_err(), "{write}");
    }
    let kept = diesel::sql_query("SELECT group_concat(note) AS value FROM notes");
    assert_eq!(on_each_engine!(&mut reader, |inner| kept.get_result::<Name>(inner))?.value, "kept");
    Ok(())
}
