//! What SQLite would keep besides the columns, and does not.

use candour_test_database::Engine;

use crate::database::{Database, Tested};

/// A rowid would count arrivals. The tables with rowids that are left have a single row each.
#[test]
fn no_table_has_rowids() -> Tested {
    let database = Database::new(Engine::Sqlite)?;
    let look = database.raw()?;
    let with = "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT LIKE \
     'sqlite_%' AND NOT wr ORDER BY name";
    assert_eq!(look.texts(with)?, ["__diesel_schema_migrations", "clock_looks", "key_check"]);
    let lax = "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT LIKE \
     'sqlite_%' AND NOT strict";
    assert_eq!(look.texts(lax)?, ["__diesel_schema_migrations"]);
    Ok(())
}

#[test]
fn no_table_reads_the_clock() -> Tested {
    let clocks = "SELECT name FROM sqlite_master WHERE name NOT LIKE '\\_\\_diesel%' ESCAPE '\\' \
        AND (sql LIKE '%current_time%' OR sql LIKE '%current_date%' OR sql LIKE '%datetime(%' OR sql LIKE \
        '%autoincrement%')";
    assert_eq!(Database::new(Engine::Sqlite)?.raw()?.texts(clocks)?, Vec::<String>::new());
    Ok(())
}
