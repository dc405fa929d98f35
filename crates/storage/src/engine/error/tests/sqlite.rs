//! A file.

use std::error::Error;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;

use crate::StorageError;
use crate::engine::address::Address;
use crate::engine::connection::{AnyConnection, Purpose};
use crate::engine::writer::GroupCommit;

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    count: i64,
}

type Tested = Result<(), Box<dyn Error>>;

fn notes(folder: &tempfile::TempDir) -> Result<Address, Box<dyn Error>> {
    let address = Address::parse(&folder.path().join("candour.db").display().to_string())?;
    address.open(Purpose::Write)?.batch_execute("CREATE TABLE notes (note TEXT NOT NULL CHECK (note <> '')) STRICT")?;
    Ok(address)
}

fn add(connection: &mut AnyConnection, letters: u32) -> Result<(), StorageError> {
    Ok(connection.batch_execute(&format!("INSERT INTO notes VALUES (hex(zeroblob({letters})))"))?)
}

#[test]
fn a_lock_held_elsewhere_may_pass() -> Tested {
    let folder = tempfile::tempdir()?;
    let address = notes(&folder)?;
    let (mut holder, mut other) = (address.open(Purpose::Write)?, address.open(Purpose::Write)?);
    holder.batch_execute("BEGIN IMMEDIATE")?;
    other.batch_execute("PRAGMA busy_timeout = 1")?;
    let refused = other.batch_execute("BEGIN IMMEDIATE").map_err(StorageError::from);
    assert!(matches!(refused, Err(StorageError::Unavailable(_))), "{refused:?}");
    holder.batch_execute("ROLLBACK")?;
    other.batch_execute("BEGIN IMMEDIATE")?;
    Ok(())
}

/// SQLite may give up the whole transaction when the disk is full; a change that is answered `Ok` has been stored all
/// the same.
#[test]
fn a_full_disk_is_told_and_the_writer_goes_on() -> Tested {
    let folder = tempfile::tempdir()?;
    let address = notes(&folder)?;
    let mut connection = address.open(Purpose::Write)?;
    connection.batch_execute("PRAGMA max_page_count = 40")?;
    let writer = GroupCommit::start(connection)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
    let (small, large, last) = runtime.block_on(async {
        let together = tokio::join!(
            writer.change(|connection| add(connection, 1)),
            writer.change(|connection| add(connection, 500_000))
        );
        (together.0, together.1, writer.change(|connection| add(connection, 2)).await)
    });
    assert!(matches!(large, Err(StorageError::Unavailable(_))), "{large:?}");
    assert_eq!(last, Ok(()));
    drop(writer);
    let stored = i64::from(small.is_ok()) + 1;
    let count = diesel::sql_query("SELECT count(*) AS count FROM notes");
    let found: Count =
        crate::engine::dialect::on_each_engine!(&mut address.open(Purpose::Read)?, |reader| count.get_result(reader))?;
    assert_eq!(found.count, stored);
    Ok(())
}

#[test]
fn what_a_row_may_not_hold_is_told_without_what_it_held() -> Tested {
    let folder = tempfile::tempdir()?;
    let address = notes(&folder)?;
    let mut connection = address.open(Purpose::Write)?;
    let mut refused = |values: &str| match connection.batch_execute(&format!("INSERT INTO notes VALUES ({values})")) {
        Ok(()) => None,
        Err(error) => Some(StorageError::from(error)),
    };
    assert!(matches!(refused("''"), Some(StorageError::Conflict { .. })));
    for values in ["NULL", "x'534543524554'"] {
        let error = refused(values);
        assert!(matches!(error, Some(StorageError::Database(_))), "{error:?}");
        assert!(
            !format!("{error:?}").contains("534543524554") && !format!("{error:?}").contains("SECRET"),
            "{error:?}"
        );
    }
    Ok(())
}
