//! A server.

use candour_test_database::{Database, Engine, Outcome};
use diesel::connection::SimpleConnection;
use diesel::result::{DatabaseErrorInformation, DatabaseErrorKind, Error as DieselError};

use crate::StorageError;
use crate::engine::address::Address;
use crate::engine::connection::{AnyConnection, Purpose};

/// Two connections to a database with one table. The database has to be kept.
fn notes() -> Outcome<(Database, AnyConnection, AnyConnection)> {
    let database = Database::empty(Engine::Postgres)?;
    let address = Address::parse(&database.url())?;
    let mut one = address.open(Purpose::Write)?;
    one.batch_execute(
        "CREATE TABLE notes (place INT PRIMARY KEY, note TEXT NOT NULL CHECK (note <> ''), day DATE, UNIQUE (note, \
         day)); INSERT INTO notes VALUES (1, 'SECRET)=(TOO', '2026-11-25')",
    )?;
    let other = address.open(Purpose::Write)?;
    Ok((database, one, other))
}

fn refused(connection: &mut AnyConnection, statements: &str) -> Option<StorageError> {
    connection.batch_execute(statements).map_err(StorageError::from).err()
}

#[test]
fn a_lock_held_elsewhere_and_a_statement_that_takes_too_long_may_pass() -> Outcome {
    let (_database, mut holder, mut other) = notes()?;
    holder.batch_execute("BEGIN; LOCK TABLE notes")?;
    for limit in ["lock_timeout", "statement_timeout"] {
        let error = refused(&mut other, &format!("BEGIN; SET LOCAL {limit} = 10; SELECT * FROM notes"));
        assert!(matches!(error, Some(StorageError::Unavailable(_))), "{limit}: {error:?}");
        other.batch_execute("ROLLBACK")?;
    }
    holder.batch_execute("ROLLBACK")?;
    other.batch_execute("SELECT * FROM notes")?;
    Ok(())
}

#[test]
fn a_connection_that_the_server_has_ended_may_be_replaced() -> Outcome {
    let (database, _one, mut other) = notes()?;
    database.look()?.run(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> \
         pg_backend_pid()",
    )?;
    // The first may find what the server said at the end, the second only that nobody is there.
    for _ in 0..2 {
        let error = refused(&mut other, "SELECT 1");
        assert!(matches!(error, Some(StorageError::Unavailable(_))), "{error:?}");
    }
    Ok(())
}

#[test]
fn what_a_row_may_not_hold_is_told_without_what_it_held() -> Outcome {
    let (_database, mut connection, _other) = notes()?;
    let conflict = |constraint: &str| Some(StorageError::Conflict { constraint: constraint.to_owned() });
    let mut insert = |values: &str| refused(&mut connection, &format!("INSERT INTO notes VALUES ({values})"));
    assert_eq!(insert("1, 'another', NULL"), conflict("notes.place"));
    assert_eq!(insert("2, 'SECRET)=(TOO', '2026-11-25'"), conflict("notes.note, notes.day"));
    assert_eq!(insert("2, '', NULL"), conflict("notes_note_check"));
    let error = insert("2, NULL, '2026-11-25'");
    assert!(matches!(error, Some(StorageError::Database(_))), "{error:?}");
    Ok(())
}

/// A server speaks the language of the one who set it up.
#[test]
fn the_columns_of_a_key_are_found_in_any_language() {
    for details in [
        "Key (organisation_id, email)=(7, SECRET) already exists.",
        "Schlüssel »(organisation_id, email)=(7, SECRET)« existiert bereits.",
        "La llave (organisation_id, email)=(7, SECRET)=(x) ya existe.",
        "キー (organisation_id, email)=(7, SECRET) はすでに存在します。",
    ] {
        let told = DieselError::DatabaseError(DatabaseErrorKind::UniqueViolation, Box::new(Told(details)));
        let expected = StorageError::Conflict { constraint: "raters.organisation_id, raters.email".to_owned() };
        assert_eq!(StorageError::from(told), expected, "{details}");
    }
    let told =
        DieselError::DatabaseError(DatabaseErrorKind::UniqueViolation, Box::new(Told("SECRET, in words of its own")));
    assert_eq!(StorageError::from(told), StorageError::Conflict { constraint: "raters_key".to_owned() });
}

/// What a server may say about a key.
struct Told(&'static str);

impl DatabaseErrorInformation for Told {
    fn message(&self) -> &'static str {
        "a rule is broken"
    }

    fn details(&self) -> Option<&str> {
        Some(self.0)
    }

    fn hint(&self) -> Option<&str> {
        None
    }

    fn table_name(&self) -> Option<&str> {
        Some("raters")
    }

    fn column_name(&self) -> Option<&str> {
        None
    }

    fn constraint_name(&self) -> Option<&str> {
        Some("raters_key")
    }

    fn statement_position(&self) -> Option<i32> {
        None
    }
}
