//! Errors name tables and columns and never say what is in a row.

use candour_storage::{StorageError, organisations, signing_keys};

use crate::database::{Database, Failure, Tested, at, rows, tables_of_trusts, texts};
use crate::tenants::calls::CALLS;
use crate::trust::{Trust, organisation_named};

/// Not to be found in any error.
const CONTENT: &str = "PRIVATE";

#[test]
fn a_conflict_names_the_columns_and_not_the_address() -> Tested {
    let database = Database::new()?;
    let trust = Trust::plant(&database, 1, 1)?;
    let mut conflicts = 0;
    for (name, call) in CALLS.iter().filter(|(name, _)| name.ends_with("::insert")) {
        let copy = database.copy()?;
        copy.write(trust.organisation, move |tenant| call(tenant, &trust))?;
        let Err(error) = copy.write(trust.organisation, move |tenant| call(tenant, &trust)) else {
            return Err(format!("{name} twice").into());
        };
        let text = format!("{error} {error:?}");
        assert!(matches!(error, StorageError::Conflict { .. }), "{name}: {text}");
        assert!(text.contains("organisation_id") || text.contains(".id"), "{name}: {text}");
        assert!(!text.contains('@') && !text.contains(&trust.organisation.to_string()), "{name}: {text}");
        conflicts += 1;
    }
    assert_eq!(conflicts, 11);
    let organisation = organisation_named(trust.organisation, CONTENT)?;
    let Err(error) = database.write_system(move |system| organisations::insert(system, &organisation, at(0))) else {
        return Err("two trusts with one id".into());
    };
    assert_eq!(error, StorageError::Conflict { constraint: "organisations.id".to_owned() });
    Ok(())
}

/// Each column of text in turn is made unreadable, and everything that reads is called.
#[test]
fn a_value_that_does_not_read_back_is_named_and_not_quoted() -> Tested {
    let planted = Database::new()?;
    let trust = Trust::plant(&planted, 1, 1)?;
    let mut corrupt = Vec::new();
    for (table, column) in columns_of_text(&planted)? {
        let database = planted.copy()?;
        let raw = database.raw()?;
        raw.pragma_update(None, "foreign_keys", false)?;
        let spoil =
            format!("UPDATE {table} SET {column} = '{CONTENT} ' || hex(randomblob(8)) WHERE organisation_id = '{}'", trust.organisation);
        assert!(raw.execute(&spoil, [])? > 0 || rows(&raw, &format!("SELECT * FROM {table}"))?.is_empty(), "{table}");
        for (name, call) in CALLS {
            if let Err(error) = database.read(trust.organisation, move |tenant| call(tenant, &trust)) {
                assert!(!format!("{error} {error:?}").contains(CONTENT), "{name} with {table}.{column}: {error:?}");
                if let StorageError::Corrupt(place) = error {
                    assert!(place.contains(&column) || place.contains('*'), "{name} with {table}.{column}: {place}");
                    corrupt.push(format!("{table}.{column}"));
                }
            }
        }
    }
    corrupt.dedup();
    for expected in
        ["rounds.closes_at", "rounds.policy", "rounds.state", "raters.email", "frameworks.content", "invitations.delivery", "jobs.payload"]
    {
        assert!(corrupt.iter().any(|column| column == expected), "{expected}: {corrupt:?}");
    }
    Ok(())
}

#[test]
fn a_signing_key_s_spoilt_time_is_not_quoted() -> Tested {
    let database = Database::new()?;
    database.raw()?.execute("INSERT INTO signing_keys VALUES ('kid', x'00', x'00', ?1)", [CONTENT])?;
    let read = database.read_system(signing_keys::all).map(|_| ());
    assert_eq!(read, Err(StorageError::Corrupt("created_at".to_owned())));
    Ok(())
}

fn columns_of_text(database: &Database) -> Result<Vec<(String, String)>, Failure> {
    let connection = database.raw()?;
    let mut found = Vec::new();
    for table in tables_of_trusts(&connection)? {
        let query = format!("SELECT name FROM pragma_table_info('{table}') WHERE type = 'TEXT' AND name NOT IN ('organisation_id')");
        found.extend(texts(&connection, &query)?.into_iter().map(|column| (table.clone(), column)));
    }
    Ok(found)
}
