//! A database whose rows are put back after each of many trials, which is quicker than a database for each.

use candour_domain::OrganisationId;
use candour_test_database::{Engine, Look};

use crate::database::{Database, Failure, rows_in, tables_of_trusts};

/// A database and how its rows were.
pub(crate) struct Restored {
    database: Database,
    /// Sees beside the tables those in which the rows are as they were, in another schema.
    look: Look,
    tables: Vec<String>,
    of_trusts: Vec<String>,
}

impl Restored {
    /// Keeps the rows as they are now.
    pub(crate) fn new(engine: Engine, database: Database) -> Result<Self, Failure> {
        let look = database.raw()?;
        match engine {
            Engine::Sqlite => {
                let kept = database.path().with_extension("kept");
                let kept = kept.display();
                look.run(&format!("VACUUM INTO '{kept}'; ATTACH '{kept}' AS kept"))?;
            }
            Engine::Postgres => look.run("CREATE SCHEMA kept")?,
        }
        // Those that others refer to come first.
        let tables = look.texts(match engine {
            Engine::Sqlite => "SELECT name FROM main.sqlite_master WHERE type = 'table' ORDER BY rowid",
            Engine::Postgres => {
                "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = \
             'public'::regnamespace ORDER BY oid"
            }
        })?;
        if engine == Engine::Postgres {
            for table in &tables {
                look.run(&format!("CREATE TABLE kept.{table} AS TABLE public.{table}"))?;
            }
        }
        Ok(Self { of_trusts: tables_of_trusts(&look)?, database, look, tables })
    }

    /// Puts the rows back, and gives the database as it was.
    pub(crate) fn again(&self) -> Result<&Database, Failure> {
        let own = if matches!(self.look, Look::Sqlite(_)) { "main" } else { "public" };
        let empty = self.tables.iter().rev().map(|table| format!("DELETE FROM {own}.{table};"));
        let fill = self.tables.iter().map(|table| format!("INSERT INTO {own}.{table} SELECT * FROM kept.{table};"));
        self.look.run(&format!("BEGIN; {} {} COMMIT", empty.collect::<String>(), fill.collect::<String>()))?;
        Ok(&self.database)
    }

    /// Every row that belongs to a trust at this moment, as text.
    pub(crate) fn rows_of(&self, organisation: OrganisationId) -> Result<Vec<String>, Failure> {
        rows_in(&self.look, &self.of_trusts, organisation)
    }

    /// The database past the crate.
    pub(crate) fn look(&self) -> &Look {
        &self.look
    }
}

/// From now on this look can make rows that lead nowhere; on PostgreSQL everybody can.
pub(crate) fn ignore_references(look: &Look) -> Result<(), Failure> {
    match look {
        Look::Sqlite(_) => look.run("PRAGMA foreign_keys = OFF"),
        Look::Postgres(_) => {
            let drops = "SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname) FROM \
             pg_constraint WHERE contype = 'f' AND connamespace = 'public'::regnamespace";
            look.texts(drops)?.iter().try_for_each(|drop| look.run(drop))
        }
    }
}
