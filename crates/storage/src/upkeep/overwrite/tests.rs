//! What a reader does to the emptying of the log.

use candour_test_database::Outcome;
use diesel::sql_types::Integer;

use super::*;
use crate::engine::address::Address;
use crate::engine::connection::Purpose;
use crate::engine::dialect::on_each_engine;

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = Integer)]
    value: i32,
}

fn busy_timeout(connection: &mut AnyConnection) -> QueryResult<i32> {
    let query = diesel::sql_query("SELECT timeout AS value FROM pragma_busy_timeout");
    on_each_engine!(connection, |inner| query.get_result::<Number>(inner)).map(|row| row.value)
}

/// The log can only be emptied when nobody reads from it; that is told, and does not take long.
#[test]
fn a_reader_holds_up_the_emptying_of_the_log() -> Outcome {
    let folder = tempfile::tempdir()?;
    let address = Address::parse(&folder.path().join("candour.db").display().to_string())?;
    let (mut writer, mut reader) = (address.open(Purpose::Write)?, address.open(Purpose::Read)?);
    writer.batch_execute("CREATE TABLE notes (note TEXT)")?;
    reader.batch_execute("BEGIN; SELECT * FROM notes")?;
    writer.batch_execute("INSERT INTO notes VALUES ('new')")?;
    assert!(matches!(empty_log(&mut writer), Err(StorageError::Unavailable(_))));
    reader.batch_execute("ROLLBACK")?;
    empty_log(&mut writer)?;
    assert_eq!(busy_timeout(&mut writer)?, 5_000, "others are waited for again");
    Ok(())
}
