//! A connection to a server.

use candour_test_database::{Database, Engine, Outcome};
use diesel::sql_types::Text;

use crate::engine::address::Address;
use crate::engine::connection::*;
use crate::engine::dialect::on_each_engine;

#[derive(QueryableByName)]
struct Setting {
    #[diesel(sql_type = Text)]
    value: String,
}

fn setting(connection: &mut AnyConnection, name: &str) -> QueryResult<String> {
    let query = diesel::sql_query(format!("SELECT current_setting('{name}') AS value"));
    on_each_engine!(connection, |inner| query.get_result::<Setting>(inner)).map(|row| row.value)
}

#[test]
fn every_connection_keeps_what_it_commits_and_waits_for_nobody_for_ever() -> Outcome {
    let database = Database::empty(Engine::Postgres)?;
    let address = Address::parse(&database.url())?;
    for purpose in [Purpose::Write, Purpose::Read] {
        let mut connection = address.open(purpose)?;
        assert_eq!(setting(&mut connection, "synchronous_commit")?, "on");
        assert_eq!(setting(&mut connection, "TimeZone")?, "UTC");
        for limit in ["lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout"] {
            assert_ne!(setting(&mut connection, limit)?, "0", "{limit}");
        }
        let (read_only, isolation) =
            if purpose == Purpose::Read { ("on", "repeatable read") } else { ("off", "read committed") };
        assert_eq!(setting(&mut connection, "default_transaction_read_only")?, read_only);
        assert_eq!(setting(&mut connection, "default_transaction_isolation")?, isolation);
    }
    Ok(())
}

#[test]
fn a_connection_that_reads_refuses_every_kind_of_write() -> Outcome {
    let database = Database::empty(Engine::Postgres)?;
    let address = Address::parse(&database.url())?;
    address.open(Purpose::Write)?.batch_execute("CREATE TABLE notes (note TEXT); INSERT INTO notes VALUES ('kept')")?;
    let mut reader = address.open(Purpose::Read)?;
    for write in [
        "INSERT INTO notes VALUES ('new')",
        "UPDATE notes SET note = 'new'",
        "DELETE FROM notes",
        "TRUNCATE notes",
        "DROP TABLE notes",
    ] {
        assert!(reader.batch_execute(write).is_err(), "{write}");
    }
    assert_eq!(database.look()?.texts("SELECT note FROM notes")?, ["kept"]);
    Ok(())
}
