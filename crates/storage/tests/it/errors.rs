//! Errors name tables and columns and never say what is in a row.

use candour_domain::BallotId;
use candour_storage::{StorageError, organisations};
use candour_test_database::{Engine, Look, on_both_engines};

use crate::database::{Database, Failure, Tested, at, bytes, tables_of_trusts};
use crate::restored::{Restored, ignore_references};
use crate::tenants::calls::CALLS;
use crate::trust::{Trust, organisation_named};

/// Not to be found in any error.
const CONTENT: &str = "PRIVATE";

on_both_engines! {
    a_conflict_names_the_columns_and_not_the_address,
    a_value_that_does_not_read_back_is_named_and_not_quoted,
}

fn a_conflict_names_the_columns_and_not_the_address(engine: Engine) -> Tested {
    let database = Database::new(engine)?;
    let trust = Trust::plant(&database, 1, 1)?;
    let restored = Restored::new(engine, database)?;
    let named = |table: &str, done: Result<bool, StorageError>| {
        let Err(error) = done else { return Err(format!("{table} twice").into()) };
        let text = format!("{error} {error:?}");
        let StorageError::Conflict { constraint } = error else { return Err(format!("{table}: {text}").into()) };
        let columns = constraint.split(", ");
        assert!(
            columns.clone().count() > 0 && columns.clone().all(|column| column.starts_with(&format!("{table}."))),
            "{table}: {text}"
        );
        assert!(!text.contains('@') && !text.contains(&trust.organisation.to_string()), "{table}: {text}");
        Ok::<_, Failure>(())
    };
    let mut conflicts = 0;
    for (name, call) in CALLS {
        let Some(table) = name.strip_suffix("::insert").or_else(|| name.strip_suffix("::insert_all")) else { continue };
        let database = restored.again()?;
        database.write(trust.organisation, move |tenant| call(tenant, &trust))?;
        named(table, database.write(trust.organisation, move |tenant| call(tenant, &trust)))?;
        conflicts += 1;
    }
    assert_eq!(conflicts, 16);
    let ballot =
        trust.casting(trust.pending.1, [5; 32], BallotId::from_random(bytes(1, 17)), b"with the id of the planted one");
    named("ballots", restored.again()?.cast(trust.organisation, ballot))?;
    let organisation = organisation_named(trust.organisation, CONTENT)?;
    let Err(error) = restored.again()?.write_system(move |system| organisations::insert(system, &organisation, at(0)))
    else {
        return Err("two trusts with one id".into());
    };
    assert_eq!(error, StorageError::Conflict { constraint: "organisations.id".to_owned() });
    Ok(())
}

/// Each column of text in turn is made unreadable, and everything that reads is called.
fn a_value_that_does_not_read_back_is_named_and_not_quoted(engine: Engine) -> Tested {
    let database = Database::new(engine)?;
    let trust = Trust::plant(&database, 1, 1)?;
    let restored = Restored::new(engine, database)?;
    ignore_references(restored.look())?;
    let mut corrupt = Vec::new();
    for (table, column) in columns_of_text(restored.look())? {
        let database = restored.again()?;
        let random = if engine == Engine::Sqlite { "hex(randomblob(8))" } else { "md5(random()::text)" };
        let spoil = format!(
            "UPDATE {table} SET {column} = '{CONTENT} ' || {random} WHERE organisation_id = '{}'",
            trust.organisation
        );
        assert!(
            restored.look().change(&spoil)? > 0 || database.rows(&format!("SELECT * FROM {table}"))?.is_empty(),
            "{table}"
        );
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
    // Only SQLite lets a time be something else.
    let times = (engine == Engine::Sqlite).then_some("rounds.closes_at");
    for expected in ["rounds.policy", "rounds.state", "frameworks.content"].into_iter().chain(times) {
        assert!(corrupt.iter().any(|column| column == expected), "{expected}: {corrupt:?}");
    }
    // What people wrote is read whatever it is, and what stands in a list holds up nobody else.
    for (table, columns) in [
        ("raters", "name email group_id asked"),
        ("reviews", "subject_name subject_email subject_role facilitator_name facilitator_email progress"),
        ("advisers", "id name email"),
        ("invitations", "delivery"),
        ("accounts", "name email"),
        ("identities", "issuer subject"),
        ("identity_providers", "issuer client_id label hosted_domain"),
        ("provider_domains", "domain"),
        ("rounds", "title"),
        ("jobs", "payload state kind"),
        ("audit_log", "detail action"),
    ] {
        for column in columns.split(' ') {
            assert!(!corrupt.contains(&format!("{table}.{column}")), "{table}.{column}: {corrupt:?}");
        }
    }
    Ok(())
}

fn columns_of_text(look: &Look) -> Result<Vec<(String, String)>, Failure> {
    let mut found = Vec::new();
    for table in tables_of_trusts(look)? {
        let texts = look
            .columns(&table)?
            .into_iter()
            .filter(|(name, kind)| kind.eq_ignore_ascii_case("text") && name != "organisation_id");
        found.extend(texts.map(|(column, _)| (table.clone(), column)));
    }
    Ok(found)
}
