//! What the tables cannot hold: who answered when, or in which order. Read from the catalogue of a migrated database.

use std::collections::BTreeSet;

use rusqlite::Connection;

use crate::database::{Database, Tested, texts};

/// The tables that are written to when somebody answers or that hold answers, with every column they have.
const SILENT: [(&str, &[&str]); 7] = [
    (
        "invitations",
        &["organisation_id", "id", "round_id", "review_id", "rater_id", "used", "declined", "withdrawn", "receipt_sent", "delivery"],
    ),
    ("links", &["hash", "organisation_id", "invitation_id", "sealed"]),
    ("spent_links", &["hash", "organisation_id", "round_id", "review_id", "outcome"]),
    ("drafts", &["organisation_id", "invitation_id", "sealed"]),
    ("ballots", &["organisation_id", "review_id", "id", "sealed"]),
    ("bundles", &["organisation_id", "review_id", "sealed"]),
    ("bundle_keys", &["organisation_id", "review_id", "sealed"]),
];

/// What a column is called that tells a time or a place in an order.
const TELLING: [&str; 16] = [
    "at",
    "on",
    "when",
    "time",
    "timestamp",
    "date",
    "day",
    "created",
    "updated",
    "changed",
    "seq",
    "sequence",
    "number",
    "count",
    "order",
    "revision",
];

/// Columns that change when somebody answers; an index over one would move its entry.
const CHANGING: [&str; 2] = ["used", "receipt_sent"];

#[test]
fn the_silent_tables_have_these_columns_and_no_others() -> Tested {
    let database = Database::new()?;
    let connection = database.raw()?;
    for (table, columns) in SILENT {
        // table_xinfo shows generated columns too.
        assert_eq!(texts(&connection, &format!("SELECT name FROM pragma_table_xinfo('{table}')"))?, columns, "{table}");
    }
    Ok(())
}

#[test]
fn no_column_of_a_silent_table_tells_a_time_or_an_order() -> Tested {
    let database = Database::new()?;
    let connection = database.raw()?;
    for (table, _) in SILENT {
        for column in texts(&connection, &format!("SELECT name FROM pragma_table_xinfo('{table}')"))? {
            assert!(!column.split('_').any(|word| TELLING.contains(&word)), "{table}.{column}");
        }
        let filled_in =
            texts(&connection, &format!("SELECT name FROM pragma_table_xinfo('{table}') WHERE dflt_value IS NOT NULL OR hidden <> 0"))?;
        assert_eq!(filled_in, Vec::<String>::new(), "{table} has columns that the database fills in");
        let kinds = texts(&connection, &format!("SELECT DISTINCT type FROM pragma_table_xinfo('{table}') ORDER BY type"))?;
        assert!(kinds.iter().all(|kind| ["TEXT", "BLOB", "INTEGER"].contains(&kind.as_str())), "{table}: {kinds:?}");
    }
    let integers: BTreeSet<_> = columns_of_type(&connection, "INTEGER")?;
    let flags = ["declined", "receipt_sent", "used", "withdrawn"].map(|flag| format!("invitations.{flag}"));
    assert_eq!(integers, flags.into(), "the only numbers are flags");
    Ok(())
}

/// A rowid would count arrivals. The one table with rowids that is left has a single row.
#[test]
fn no_table_has_rowids() -> Tested {
    let database = Database::new()?;
    let connection = database.raw()?;
    let with =
        "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite_%' AND NOT wr ORDER BY name";
    assert_eq!(texts(&connection, with)?, ["__diesel_schema_migrations", "key_check"]);
    let lax = "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite_%' AND NOT strict";
    assert_eq!(texts(&connection, lax)?, ["__diesel_schema_migrations"]);
    Ok(())
}

#[test]
fn nothing_happens_behind_the_statements() -> Tested {
    let database = Database::new()?;
    let connection = database.raw()?;
    assert_eq!(texts(&connection, "SELECT name FROM sqlite_master WHERE type NOT IN ('table', 'index')")?, Vec::<String>::new());
    let counting = "SELECT name FROM sqlite_master WHERE name IN ('sqlite_sequence', 'sqlite_stat1', 'sqlite_stat4')";
    assert_eq!(texts(&connection, counting)?, Vec::<String>::new());
    let clocks = "SELECT name FROM sqlite_master WHERE name NOT LIKE '\\_\\_diesel%' ESCAPE '\\' \
        AND (sql LIKE '%current_time%' OR sql LIKE '%current_date%' OR sql LIKE '%datetime(%' OR sql LIKE '%autoincrement%')";
    assert_eq!(texts(&connection, clocks)?, Vec::<String>::new());
    Ok(())
}

#[test]
fn no_index_covers_what_changes_with_an_answer() -> Tested {
    let database = Database::new()?;
    let connection = database.raw()?;
    let indexed = "SELECT c.name FROM sqlite_master m, pragma_index_list(m.name) i, pragma_index_xinfo(i.name) c \
        WHERE m.type = 'table' AND i.origin <> 'pk' AND c.name IS NOT NULL";
    let indexed = texts(&connection, indexed)?;
    let definitions = texts(&connection, "SELECT sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL")?;
    assert!(indexed.len() > 20 && definitions.len() > 10);
    for column in CHANGING {
        assert!(!indexed.iter().any(|name| name == column), "{column}");
        let mut words = definitions.iter().flat_map(|sql| sql.split(|c: char| !c.is_alphanumeric() && c != '_'));
        assert!(!words.any(|word| word == column), "{column} is in a condition or an expression");
    }
    Ok(())
}

fn columns_of_type(connection: &Connection, kind: &str) -> rusqlite::Result<BTreeSet<String>> {
    let mut found = BTreeSet::new();
    for (table, _) in SILENT {
        found.extend(texts(connection, &format!("SELECT '{table}.' || name FROM pragma_table_xinfo('{table}') WHERE type = '{kind}'"))?);
    }
    Ok(found)
}
