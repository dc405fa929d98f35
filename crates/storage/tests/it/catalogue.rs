//! What the catalogue of a database says about its tables, in the same words for both engines.

use std::collections::{BTreeMap, BTreeSet};

use candour_test_database::Look;

use crate::database::Failure;

/// The tables, and whatever else there is.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Catalogue {
    pub(crate) tables: BTreeMap<String, Table>,
    /// Triggers, views, sequences, functions: what can act or count by itself.
    pub(crate) others: BTreeSet<String>,
}

#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Table {
    pub(crate) columns: BTreeMap<String, Column>,
    pub(crate) primary_key: Vec<String>,
    pub(crate) unique_keys: BTreeSet<Vec<String>>,
    pub(crate) references: BTreeSet<Reference>,
    pub(crate) indexes: BTreeMap<String, Index>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Column {
    /// As the engine calls it, in lower case.
    pub(crate) kind: String,
    pub(crate) required: bool,
    /// By a default, or from other columns.
    pub(crate) filled_in: bool,
}

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Reference {
    pub(crate) columns: Vec<String>,
    pub(crate) table: String,
    pub(crate) targets: Vec<String>,
    pub(crate) on_delete: String,
}

/// An index that is not there for a key.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Index {
    pub(crate) columns: Vec<String>,
    pub(crate) unique: bool,
    pub(crate) condition: Option<String>,
}

impl Catalogue {
    /// Of the tables of the service, without that of the library that migrates.
    pub(crate) fn read(look: &Look) -> Result<Self, Failure> {
        let queries = if matches!(look, Look::Sqlite(_)) { &SQLITE } else { &POSTGRES };
        let mut tables: BTreeMap<String, Table> = BTreeMap::new();
        for [table, name, kind, required, filled_in] in read(look, queries.columns)? {
            let column = Column {
                kind: text(kind)?.to_lowercase(),
                required: is_true(required)?,
                filled_in: is_true(filled_in)?,
            };
            tables.entry(text(table)?).or_default().columns.insert(text(name)?, column);
        }
        for [table, kind, columns] in read(look, queries.keys)? {
            let (table, columns) = (tables.entry(text(table)?).or_default(), list(columns)?);
            if text(kind)? == "p" {
                table.primary_key = columns;
            } else {
                assert!(table.unique_keys.insert(columns), "a key twice");
            }
        }
        for [table, columns, other, targets, on_delete] in read(look, queries.references)? {
            let reference = Reference {
                columns: list(columns)?,
                table: text(other)?,
                targets: list(targets)?,
                on_delete: text(on_delete)?,
            };
            tables.entry(text(table)?).or_default().references.insert(reference);
        }
        for [table, name, columns, unique, condition] in read(look, queries.indexes)? {
            let condition = condition.map(|condition| condition.replace(['(', ')'], "").replace("::text", ""));
            let index = Index { columns: list(columns)?, unique: is_true(unique)?, condition };
            tables.entry(text(table)?).or_default().indexes.insert(text(name)?, index);
        }
        let others = look.texts(queries.others)?.into_iter().collect();
        assert!(tables.len() > 15 || tables.is_empty(), "the tables are somewhere else than they were");
        Ok(Self { tables, others })
    }

    pub(crate) fn table(&self, name: &str) -> Result<&Table, Failure> {
        self.tables.get(name).ok_or_else(|| format!("there is no table {name}").into())
    }
}

/// The same questions to both engines, with answers of the same shape.
struct Queries {
    /// Table, name, type, whether it is required, whether it is filled in.
    columns: &'static str,
    /// Table, `p` or `u`, columns.
    keys: &'static str,
    /// Table, columns, the other table, its columns, what happens when the other row is deleted.
    references: &'static str,
    /// Table, name, columns, whether it is unique, condition.
    indexes: &'static str,
    others: &'static str,
}

const SQLITE: Queries = Queries {
    columns: "SELECT m.name, c.name, c.type, c.\"notnull\", c.dflt_value IS NOT NULL OR c.hidden <> 0 \
        FROM sqlite_master m, pragma_table_xinfo(m.name) c \
        WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND m.name NOT LIKE '\\_\\_diesel%' ESCAPE \
        '\\'",
    keys: "SELECT m.name, 'p', group_concat(c.name, ',' ORDER BY c.pk) FROM sqlite_master m, pragma_table_info(m.name) \
     c WHERE m.type = 'table' AND c.pk > 0 AND m.name NOT LIKE '\\_\\_diesel%' ESCAPE '\\' GROUP BY m.name \
        UNION ALL SELECT m.name, 'u', group_concat(c.name, ',' ORDER BY c.seqno) \
        FROM sqlite_master m, pragma_index_list(m.name) i, pragma_index_info(i.name) c WHERE m.type = 'table' AND \
        i.origin = 'u' GROUP BY m.name, i.name",
    references: "SELECT m.name, group_concat(f.\"from\", ',' ORDER BY f.seq), f.\"table\", group_concat(f.\"to\", ',' \
     ORDER BY f.seq), lower(f.on_delete) FROM sqlite_master m, pragma_foreign_key_list(m.name) f \
        WHERE m.type = 'table' GROUP BY m.name, f.id, f.\"table\", f.on_delete",
    indexes: "SELECT m.name, i.name, group_concat(coalesce(c.name, '?'), ',' ORDER BY c.seqno), i.\"unique\", \
        (SELECT CASE WHEN i.partial THEN substr(s.sql, instr(s.sql, ' WHERE ') + 7) END FROM sqlite_master s WHERE \
        s.name = i.name) \
        FROM sqlite_master m, pragma_index_list(m.name) i, pragma_index_info(i.name) c WHERE m.type = 'table' AND \
        i.origin = 'c' GROUP BY m.name, i.name",
    others: "SELECT type || ' ' || name FROM sqlite_master WHERE type NOT IN ('table', 'index') \
        OR name IN ('sqlite_sequence', 'sqlite_stat1', 'sqlite_stat4')",
};

const POSTGRES: Queries = Queries {
    columns: "SELECT t.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, \
        a.atthasdef OR a.attidentity <> '' OR a.attgenerated <> '' FROM pg_class t JOIN pg_attribute a ON a.attrelid = \
        t.oid \
        WHERE t.relkind = 'r' AND t.relnamespace = 'public'::regnamespace AND a.attnum > 0 AND NOT a.attisdropped AND \
        t.relname !~ '^__diesel'",
    keys: "SELECT t.relname, c.contype, (SELECT string_agg(a.attname, ',' ORDER BY k.place) \
        FROM unnest(c.conkey) WITH ORDINALITY k(number, place) JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum \
        = k.number) FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid \
        WHERE c.contype IN ('p', 'u') AND c.connamespace = 'public'::regnamespace AND t.relname !~ '^__diesel'",
    references: "SELECT t.relname, (SELECT string_agg(a.attname, ',' ORDER BY k.place) \
        FROM unnest(c.conkey) WITH ORDINALITY k(number, place) JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum \
        = k.number), o.relname, (SELECT string_agg(a.attname, ',' ORDER BY k.place) \
        FROM unnest(c.confkey) WITH ORDINALITY k(number, place) JOIN pg_attribute a ON a.attrelid = o.oid AND a.attnum \
        = k.number), CASE c.confdeltype WHEN 'a' THEN 'no action' WHEN 'c' THEN 'cascade' ELSE c.confdeltype::text END \
        FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid JOIN pg_class o ON o.oid = c.confrelid \
        WHERE c.contype = 'f' AND c.connamespace = 'public'::regnamespace",
    indexes: "SELECT t.relname, n.relname, (SELECT string_agg(pg_get_indexdef(i.indexrelid, k, false), ',' ORDER BY k) \
        FROM generate_series(1, i.indnkeyatts) k), i.indisunique, pg_get_expr(i.indpred, i.indrelid) \
        FROM pg_index i JOIN pg_class n ON n.oid = i.indexrelid JOIN pg_class t ON t.oid = i.indrelid \
        WHERE t.relnamespace = 'public'::regnamespace AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = \
        i.indexrelid AND c.contype IN ('p', 'u'))",
    others: "SELECT 'trigger ' || tgname FROM pg_trigger WHERE NOT tgisinternal \
        UNION ALL SELECT 'event trigger ' || evtname FROM pg_event_trigger \
        UNION ALL SELECT 'rule ' || rulename FROM pg_rules WHERE schemaname = 'public' \
        UNION ALL SELECT 'function ' || proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace \
        UNION ALL SELECT relkind::text || ' ' || relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND \
        relkind NOT IN ('r', 'i')",
};

fn read<const N: usize>(look: &Look, query: &str) -> Result<Vec<[Option<String>; N]>, Failure> {
    look.rows(query)?
        .rows
        .into_iter()
        .map(|row| row.try_into().map_err(|row| format!("not {N} columns: {row:?}").into()))
        .collect()
}

fn text(value: Option<String>) -> Result<String, Failure> {
    value.ok_or_else(|| "nothing where the catalogue has a name".into())
}

fn list(value: Option<String>) -> Result<Vec<String>, Failure> {
    Ok(text(value)?.split(',').map(str::to_owned).collect())
}

fn is_true(value: Option<String>) -> Result<bool, Failure> {
    Ok(text(value)? == "1")
}
