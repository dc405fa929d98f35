//! What only PostgreSQL has: connections that a server can close, and a collation for each column.

use candour_storage::{Storage, StorageError};
use candour_test_database::Engine;

use crate::database::{Database, Tested};
use crate::trust::Trust;
use crate::writer::{append, line, lines};

/// In another order of text, a page could begin elsewhere than the one before it ended, and a list differ from that of
/// another machine.
#[test]
fn text_is_compared_by_its_bytes() -> Tested {
    let database = Database::new(Engine::Postgres)?;
    let otherwise = "SELECT attrelid::regclass || '.' || attname FROM pg_attribute JOIN pg_class c ON c.oid = attrelid \
        WHERE c.relnamespace = 'public'::regnamespace AND relname !~ '^__diesel' AND atttypid = 'text'::regtype AND \
        attcollation <> '\"C\"'::regcollation";
    assert_eq!(database.raw()?.texts(otherwise)?, Vec::<String>::new());
    Ok(())
}

/// As when the server is restarted.
#[test]
fn connections_that_the_server_has_closed_are_replaced() -> Tested {
    let database = Database::new(Engine::Postgres)?;
    let trust = Trust::plant(&database, 1, 1)?;
    for number in 0..3 {
        let closed = "SELECT count(pg_terminate_backend(pid, 5000)) FROM pg_stat_activity WHERE datname = \
         current_database() AND pid <> pg_backend_pid()";
        assert!(database.raw()?.number(closed)? > 0);
        database.read(trust.organisation, |tenant| Ok(tenant.organisation_id()))?;
        database.run(line(database.storage().clone(), trust, number))?;
        database.storage().ping()?;
    }
    assert_eq!(lines(&database)?, 3);
    Ok(())
}

#[test]
fn a_server_that_is_away_and_a_database_that_is_not_there_are_told() -> Tested {
    let database = Database::empty(Engine::Postgres)?;
    let nowhere = database.url().replace("candour_test_", "candour_missing_");
    for address in [nowhere.as_str(), "postgres://nobody@127.0.0.1:1/nothing"] {
        let refused = Storage::connect(address, 1).map(|_| ());
        assert!(matches!(refused, Err(StorageError::Unavailable(_))), "{refused:?}");
    }
    Ok(())
}

/// What fails in a transaction undoes all of it, and then nobody may be told that it has been stored.
#[test]
fn a_change_that_keeps_an_error_to_itself_is_not_acknowledged() -> Tested {
    let database = Database::new(Engine::Postgres)?;
    let trust = Trust::plant(&database, 1, 1)?;
    let hidden = database.write(trust.organisation, move |tenant| {
        append(tenant, trust, 0)?;
        let twice = append(tenant, trust, 0);
        assert!(matches!(twice, Err(StorageError::Conflict { .. })), "{twice:?}");
        Ok(())
    });
    assert!(matches!(hidden, Err(StorageError::Unavailable(_))), "{hidden:?}");
    assert_eq!(lines(&database)?, 0);
    database.run(line(database.storage().clone(), trust, 1))?;
    Ok(())
}
