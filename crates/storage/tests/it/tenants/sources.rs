//! What the sources show: only the files named here can name a table or write SQL, so no other query can forget whose
//! rows it reads; and the list of calls has every function that takes a tenant.

use std::path::{Path, PathBuf};

use super::calls::CALLS;
use crate::database::{Failure, Tested};

/// What names a whole table or runs a statement that is not built from a tenant's query.
const DANGERS: [&str; 11] = [
    "schema::",
    "::table",
    "insert_into",
    "sql_query",
    "dsl::sql",
    "sql::<",
    "batch_execute",
    "SELECT ",
    "INSERT ",
    "UPDATE ",
    "DELETE ",
];

/// The files that use any of them, and which.
const PERMITTED: &[(&str, &[&str])] = &[
    // The door.
    ("tenant.rs", &["schema::", "::table", "insert_into"]),
    ("tenant/schema.rs", &["::table"]),
    ("tenant/joins.rs", &["schema::", "::table"]),
    ("tenant/many.rs", &["schema::", "::table"]),
    ("tenant/cast.rs", &["schema::", "SELECT ", "INSERT ", "UPDATE ", "DELETE "]),
    ("tenant/system.rs", &["schema::", "::table", "insert_into"]),
    // Statements about the database and not about the rows of a trust.
    ("engine/connection.rs", &["batch_execute"]),
    ("engine/dialect.rs", &["insert_into"]),
    ("upkeep/overwrite.rs", &["sql_query", "batch_execute", "SELECT "]),
    ("upkeep/server_log.rs", &["sql_query", "batch_execute", "SELECT "]),
    ("engine/migrate.rs", &["sql_query", "batch_execute", "SELECT "]),
    ("engine/pool.rs", &["batch_execute", "SELECT "]),
    ("engine/writer/group_commit.rs", &["batch_execute"]),
    ("engine/writer/transaction.rs", &["SELECT "]),
    ("upkeep/copies/sqlite.rs", &["sql_query", "batch_execute", "SELECT "]),
    ("upkeep/copies/postgres/server.rs", &["sql_query", "batch_execute", "SELECT "]),
    ("office/clock_looks.rs", &["sql_query", "SELECT "]),
    ("upkeep/examine/file.rs", &["sql_query", "SELECT "]),
    ("upkeep/examine/count.rs", &["sql_query"]),
    ("upkeep/examine/references.rs", &["sql_query", "batch_execute", "SELECT "]),
    ("upkeep/examine/server.rs", &["sql_query", "SELECT "]),
    // Counts over the whole database.
    ("upkeep/examine/rows.rs", &["SELECT "]),
];

#[test]
fn only_the_named_files_name_tables_or_write_sql() -> Tested {
    for (file, source) in sources()? {
        let code: Vec<_> = source.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
        let used: Vec<_> =
            DANGERS.iter().copied().filter(|danger| code.iter().any(|line| line.contains(danger))).collect();
        let permitted = PERMITTED.iter().find(|(name, _)| *name == file).map_or(&[][..], |(_, permitted)| permitted);
        assert_eq!(used, permitted, "{file}: what it uses, and what it may use");
    }
    Ok(())
}

#[test]
fn every_function_that_takes_a_tenant_is_called() -> Tested {
    let mut functions = Vec::new();
    for (file, source) in sources()? {
        // Callers know `people/invitations.rs` and what is below it as `invitations`.
        let module = file.trim_end_matches(".rs").split('/').nth(1).unwrap_or_default();
        for rest in source.split("pub fn ").skip(1) {
            let Some((name, parameters)) = rest.split_once('(') else { continue };
            if parameters.trim_start().starts_with("tenant: &mut Tenant<'_>") {
                functions.push(format!("{module}::{name}"));
            }
        }
    }
    // A trust that has anything is not deleted, and the one of the calls has everything.
    functions.retain(|function| function != "organisations::delete");
    functions.sort();
    let mut called: Vec<_> = CALLS.iter().map(|(name, _)| (*name).to_owned()).collect();
    called.sort();
    assert_eq!(called, functions, "the calls in tenants/calls.rs, and the functions of the crate");
    Ok(())
}

/// The files of the crate by their path from `src`, without those that hold only tests.
pub(crate) fn sources() -> Result<Vec<(String, String)>, Failure> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut folders: Vec<PathBuf> = vec![root.clone()];
    let mut found = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder)? {
            let path = entry?.path();
            if path.ends_with("tests") || path.ends_with("tests.rs") {
                continue;
            }
            if path.is_dir() {
                folders.push(path);
            } else {
                let file = path.strip_prefix(&root)?.to_string_lossy().replace('\\', "/");
                found.push((file, std::fs::read_to_string(&path)?));
            }
        }
    }
    assert!(found.len() > 20, "the sources have been found");
    Ok(found)
}
