//! What the tables cannot hold: who answered when, or in which order. And that both engines have the same tables. Read
//! from the catalogue of a migrated database.

use std::collections::BTreeSet;

use candour_test_database::{Engine, on_both_engines};

use crate::catalogue::{Catalogue, Column};
use crate::database::{Database, Failure, Tested};

on_both_engines! {
    the_silent_tables_have_these_columns_and_no_others,
    no_column_of_a_silent_table_tells_a_time_or_an_order,
    nothing_happens_behind_the_statements,
    no_index_covers_what_changes_with_an_answer,
}

/// The tables that are written to when somebody answers or that hold answers, with every column they have.
const SILENT: [(&str, &[&str]); 7] = [
    (
        "invitations",
        &[
            "organisation_id",
            "id",
            "round_id",
            "review_id",
            "rater_id",
            "used",
            "declined",
            "withdrawn",
            "receipt_sent",
            "delivery",
            "delivery_reason",
        ],
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

/// Columns with a default, which an older program needs that still runs and does not know them.
const FILLED_IN: [&str; 6] = [
    "accounts.passkey_only",
    "quality_reports.deleted_reviews",
    "raters.asked",
    "raters.asked_again",
    "reviews.warned",
    "rounds.advisers_promised",
];

/// What a type of SQLite is on PostgreSQL, where it is not a time.
const TYPES: [(&str, &[&str]); 3] =
    [("text", &["text"]), ("blob", &["bytea"]), ("integer", &["bigint", "integer", "boolean"])];

fn catalogue(engine: Engine) -> Result<Catalogue, Failure> {
    Catalogue::read(&Database::new(engine)?.raw()?)
}

fn the_silent_tables_have_these_columns_and_no_others(engine: Engine) -> Tested {
    let catalogue = catalogue(engine)?;
    for (table, columns) in SILENT {
        let found: BTreeSet<_> = catalogue.table(table)?.columns.keys().map(String::as_str).collect();
        assert_eq!(found, columns.iter().copied().collect(), "{table}");
    }
    Ok(())
}

fn no_column_of_a_silent_table_tells_a_time_or_an_order(engine: Engine) -> Tested {
    let catalogue = catalogue(engine)?;
    let (kinds, flag) = match engine {
        Engine::Sqlite => (["text", "blob", "integer"], "integer"),
        Engine::Postgres => (["text", "bytea", "boolean"], "boolean"),
    };
    let mut flags = BTreeSet::new();
    for (table, _) in SILENT {
        for (name, Column { kind, filled_in, .. }) in &catalogue.table(table)?.columns {
            assert!(!name.split('_').any(|word| TELLING.contains(&word)), "{table}.{name}");
            assert!(!filled_in, "the database fills in {table}.{name}");
            assert!(kinds.contains(&kind.as_str()), "{table}.{name} is a {kind}");
            if kind == flag {
                flags.insert(format!("{table}.{name}"));
            }
        }
    }
    let expected = ["declined", "receipt_sent", "used", "withdrawn"].map(|flag| format!("invitations.{flag}"));
    assert_eq!(flags, expected.into(), "the only numbers are flags");
    Ok(())
}

fn nothing_happens_behind_the_statements(engine: Engine) -> Tested {
    assert_eq!(catalogue(engine)?.others, BTreeSet::new());
    Ok(())
}

fn no_index_covers_what_changes_with_an_answer(engine: Engine) -> Tested {
    let catalogue = catalogue(engine)?;
    let (mut keys, mut indexes) = (0, 0);
    for (name, table) in &catalogue.tables {
        for columns in &table.unique_keys {
            assert!(
                !CHANGING.iter().any(|changing| columns.iter().any(|column| column == changing)),
                "{name}: {columns:?}"
            );
            keys += 1;
        }
        for (index, made) in &table.indexes {
            // A column can stand in an expression or a condition too.
            let of = format!("{:?} {:?}", made.columns, made.condition);
            let mut words = of.split(|c: char| !c.is_alphanumeric() && c != '_');
            assert!(!words.any(|word| CHANGING.contains(&word)), "{index}: {of}");
            indexes += 1;
        }
    }
    assert!(keys >= 8 && indexes > 10, "{keys} {indexes}");
    Ok(())
}

/// Otherwise something could hold on one engine that does not hold on the other.
#[test]
fn both_engines_have_the_same_tables() -> Tested {
    let (mut sqlite, mut postgres) = (catalogue(Engine::Sqlite)?, catalogue(Engine::Postgres)?);
    for (table, of_sqlite) in &mut sqlite.tables {
        let of_postgres = postgres.tables.get_mut(table).ok_or_else(|| format!("PostgreSQL has no table {table}"))?;
        for (name, column) in &mut of_sqlite.columns {
            let twin =
                of_postgres.columns.get_mut(name).ok_or_else(|| format!("PostgreSQL has no column {table}.{name}"))?;
            assert!(
                is_twin(name, &column.kind, &twin.kind),
                "{table}.{name} is {} on SQLite and {} on PostgreSQL",
                column.kind,
                twin.kind
            );
            (column.kind, twin.kind) = ("its twin".to_owned(), "its twin".to_owned());
        }
        assert_eq!(of_sqlite, of_postgres, "{table}");
        for (name, column) in &of_sqlite.columns {
            let expected = FILLED_IN.contains(&format!("{table}.{name}").as_str());
            assert_eq!(column.filled_in, expected, "{table}.{name}: the program says what it stores");
        }
    }
    assert_eq!(sqlite.tables.keys().collect::<Vec<_>>(), postgres.tables.keys().collect::<Vec<_>>());
    Ok(())
}

/// A time is text on SQLite, and only a time is; what is called one is one.
fn is_twin(name: &str, sqlite: &str, postgres: &str) -> bool {
    let is_time = name == "at" || name.ends_with("_at");
    let of_time = sqlite == "text" && postgres == "timestamp without time zone";
    let of_other = TYPES.iter().any(|(kind, twins)| *kind == sqlite && twins.contains(&postgres));
    if is_time { of_time } else { of_other }
}
