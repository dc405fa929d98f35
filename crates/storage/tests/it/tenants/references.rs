//! What the tables themselves refuse: a row that points at a row of another trust.

use candour_test_database::{Engine, on_both_engines};

use crate::catalogue::Catalogue;
use crate::database::{Database, Tested, tables_of_trusts};
use crate::trust::Trust;

/// Tables of the service itself, and of the library that migrates.
const OF_NO_TRUST: [&str; 8] = [
    "__diesel_schema_migrations",
    "clock_looks",
    "key_check",
    "organisations",
    "set_up_addresses",
    "sign_in_codes",
    "signing_keys",
    "visits",
];

on_both_engines! {
    every_other_table_belongs_to_a_trust,
    every_reference_takes_the_trust_along,
    a_row_cannot_point_across,
}

fn every_other_table_belongs_to_a_trust(engine: Engine) -> Tested {
    let database = Database::new(engine)?;
    let look = database.raw()?;
    let mut tables = tables_of_trusts(&look)?;
    tables.extend(OF_NO_TRUST.map(str::to_owned));
    tables.sort();
    assert_eq!(tables, look.tables()?);
    for (name, table) in Catalogue::read(&look)?.tables {
        assert!(
            table.columns.get("organisation_id").is_none_or(|column| column.required),
            "{name}: a row may belong to nobody"
        );
    }
    Ok(())
}

fn every_reference_takes_the_trust_along(engine: Engine) -> Tested {
    let database = Database::new(engine)?;
    let look = database.raw()?;
    let catalogue = Catalogue::read(&look)?;
    for table in tables_of_trusts(&look)? {
        let references = &catalogue.table(&table)?.references;
        assert!(!references.is_empty(), "{table} refers to nothing");
        for reference in references {
            let mut pairs = reference.columns.iter().zip(&reference.targets);
            let along = pairs.any(|(column, target)| column == "organisation_id" && target == "organisation_id");
            let of_trust = reference.table == "organisations" && reference.columns == ["organisation_id"];
            assert!(along || of_trust, "{table}: {reference:?}");
        }
    }
    Ok(())
}

/// Takes a row of every table and tries to add it once more for another trust, with its references as they are.
fn a_row_cannot_point_across(engine: Engine) -> Tested {
    let database = Database::new(engine)?;
    let (owner, stranger) = (Trust::plant(&database, 1, 1)?, Trust::plant(&database, 2, 2)?);
    let look = database.raw()?;
    if engine == Engine::Sqlite {
        look.run("PRAGMA foreign_keys = ON")?;
    }
    let catalogue = Catalogue::read(&look)?;
    let mut tried = Vec::new();
    for table in tables_of_trusts(&look)? {
        if !catalogue.table(&table)?.references.iter().any(|reference| reference.columns.len() > 1) {
            continue;
        }
        let columns: Vec<String> = look.columns(&table)?.into_iter().map(|(column, _)| column).collect();
        let values = columns.iter().map(|column| match (column.as_str(), engine) {
            ("organisation_id", _) => format!("'{}'", stranger.organisation),
            ("hash", Engine::Sqlite) => "randomblob(32)".to_owned(),
            ("hash", Engine::Postgres) => "sha256(hash)".to_owned(),
            (kept, _) => kept.to_owned(),
        });
        let across = format!(
            "INSERT INTO {table} SELECT {} FROM {table} WHERE organisation_id = '{}' LIMIT 1",
            values.collect::<Vec<_>>().join(", "),
            owner.organisation
        );
        let refused = look.change(&across).map_err(|error| error.to_string().to_lowercase());
        assert!(refused.as_ref().is_err_and(|error| error.contains("foreign key constraint")), "{table}: {refused:?}");
        tried.push(table);
    }
    let expected = [
        "account_addresses",
        "advisers",
        "ballots",
        "bundle_keys",
        "bundles",
        "drafts",
        "identities",
        "invitations",
        "links",
        "passkeys",
        "personal_tokens",
        "progress_snapshots",
        "quality_report_reviews",
        "quality_reports",
        "raters",
        "redactions",
        "results",
        "reviews",
        "round_keys",
        "rounds",
        "sessions",
        "spent_links",
        "turnouts",
        "uploads",
    ];
    assert_eq!(tried, expected);
    Ok(())
}
