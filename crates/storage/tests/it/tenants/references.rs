//! What the tables themselves refuse: a row that points at a row of another trust.

use crate::database::{Database, Tested, rows, tables_of_trusts, texts};
use crate::trust::Trust;

/// Tables of the service itself, and of the library that migrates.
const OF_NO_TRUST: [&str; 4] = ["__diesel_schema_migrations", "key_check", "organisations", "signing_keys"];

#[test]
fn every_other_table_belongs_to_a_trust() -> Tested {
    let database = Database::new()?;
    let connection = database.raw()?;
    let mut tables = tables_of_trusts(&connection)?;
    tables.extend(OF_NO_TRUST.map(str::to_owned));
    tables.sort();
    assert_eq!(tables, texts(&connection, "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")?);
    let optional = rows(
        &connection,
        "SELECT m.name FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table' AND c.name = 'organisation_id' \
            AND NOT c.\"notnull\"",
    )?;
    assert_eq!(optional, Vec::<String>::new());
    Ok(())
}

#[test]
fn every_reference_takes_the_trust_along() -> Tested {
    let database = Database::new()?;
    let connection = database.raw()?;
    for table in tables_of_trusts(&connection)? {
        let query = format!(
            "SELECT group_concat(\"from\" || '>' || \"table\" || '.' || \"to\") FROM pragma_foreign_key_list('{table}') GROUP BY id"
        );
        let references = texts(&connection, &query)?;
        assert!(!references.is_empty(), "{table} refers to nothing");
        for reference in references {
            let columns: Vec<_> = reference.split(',').collect();
            let along = columns.iter().any(|column| column.starts_with("organisation_id>") && column.ends_with(".organisation_id"));
            assert!(along || reference == "organisation_id>organisations.id", "{table}: {reference}");
        }
    }
    Ok(())
}

/// Takes a row of every table and tries to add it once more for another trust, with its references as they are.
#[test]
fn a_row_cannot_point_across() -> Tested {
    let database = Database::new()?;
    let (owner, stranger) = (Trust::plant(&database, 1, 1)?, Trust::plant(&database, 2, 2)?);
    let connection = database.raw()?;
    connection.pragma_update(None, "foreign_keys", true)?;
    let mut tried = Vec::new();
    for table in tables_of_trusts(&connection)? {
        let composite = format!("SELECT \"table\" FROM pragma_foreign_key_list('{table}') WHERE seq = 1");
        if texts(&connection, &composite)?.is_empty() {
            continue;
        }
        let columns = texts(&connection, &format!("SELECT name FROM pragma_table_info('{table}')"))?;
        let values = columns.iter().map(|column| match column.as_str() {
            "organisation_id" => format!("'{}'", stranger.organisation),
            "hash" => "randomblob(32)".to_owned(),
            kept => kept.to_owned(),
        });
        let across = format!(
            "INSERT INTO {table} SELECT {} FROM {table} WHERE organisation_id = '{}' LIMIT 1",
            values.collect::<Vec<_>>().join(", "),
            owner.organisation
        );
        let refused = connection.execute(&across, []).map_err(|error| error.to_string());
        assert_eq!(refused, Err("FOREIGN KEY constraint failed".to_owned()), "{table}");
        tried.push(table);
    }
    let expected = [
        "ballots",
        "bundle_keys",
        "bundles",
        "drafts",
        "invitations",
        "links",
        "quality_report_reviews",
        "quality_reports",
        "raters",
        "redactions",
        "results",
        "reviews",
        "round_keys",
        "rounds",
        "spent_links",
    ];
    assert_eq!(tried, expected);
    Ok(())
}
