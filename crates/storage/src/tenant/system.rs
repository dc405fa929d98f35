//! Questions asked across trusts: which work is due, whose link this is, which trusts there are.

use candour_domain::OrganisationId;
use diesel::QueryResult;
use diesel::prelude::*;
use diesel::query_builder::IncompleteInsertStatement;

use super::{Tenant, schema};
use crate::engine::connection::AnyConnection;
use crate::engine::dialect::{load_unclaimed, on_each_engine};

/// The whole database. Only functions that need to look across trusts take it.
pub struct System<'c> {
    connection: &'c mut AnyConnection,
}

impl<'c> System<'c> {
    /// The rows of one trust.
    pub fn tenant(&mut self, organisation: OrganisationId) -> Tenant<'_> {
        Tenant::new(self.connection, organisation)
    }

    pub(crate) fn new(connection: &'c mut AnyConnection) -> Self {
        Self { connection }
    }

    pub(crate) fn connection(&mut self) -> &mut AnyConnection {
        self.connection
    }
}

macro_rules! across_organisations {
    ($($name:ident: $table:ident;)+) => {
        /// Whole tables, of every trust or of the service itself.
        impl System<'_> {$(
            pub(crate) fn $name(&self) -> schema::$table::table {
                schema::$table::table
            }
        )+}
    };
}

across_organisations! {
    every_organisation: organisations;
    every_framework: frameworks;
    every_round: rounds;
    every_review: reviews;
    every_adviser: advisers;
    every_rater: raters;
    every_invitation: invitations;
    every_account: accounts;
    every_passkey: passkeys;
    every_personal_token: personal_tokens;
    every_spent_link: spent_links;
    every_client: clients;
    every_provider_domain: provider_domains;
    every_job: jobs;
    every_audit_event: audit_log;
    every_idempotency_key: idempotency_keys;
    every_owed_cleanup: owed_cleanups;
    every_session: sessions;
    every_visit: visits;
    every_upload: uploads;
    every_sign_in_code: sign_in_codes;
    signing_keys: signing_keys;
    key_check: key_check;
    clock_looks: clock_looks;
    set_up_addresses: set_up_addresses;
}

macro_rules! insertions {
    ($($adding:ident: $table:ident;)+) => {
        /// The beginning of an insertion into a table that belongs to no trust.
        impl System<'_> {$(
            pub(crate) fn $adding(&self) -> IncompleteInsertStatement<schema::$table::table> {
                diesel::insert_into(schema::$table::table)
            }
        )+}
    };
}

insertions! {
    adding_organisations: organisations;
    adding_signing_keys: signing_keys;
    adding_visits: visits;
    adding_sign_in_codes: sign_in_codes;
    adding_set_up_addresses: set_up_addresses;
}

impl System<'_> {
    /// Adds the one row of `key_check`, still empty, unless it is there; says whether it was added. Somebody who adds
    /// it at the same time waits.
    pub(crate) fn add_key_check_once(&mut self) -> QueryResult<bool> {
        use schema::key_check::{id, sealed, table};
        let added = on_each_engine!(self.connection, |connection| {
            diesel::insert_into(table)
                .values((id.eq(1), sealed.eq(&[][..])))
                .on_conflict_do_nothing()
                .execute(connection)
        })?;
        Ok(added == 1)
    }

    /// Adds or replaces the one row of `clock_looks`, unless there is one with more confirmations.
    pub(crate) fn put_clock_look(
        &mut self,
        at: chrono::NaiveDateTime,
        on: Option<&str>,
        running: Option<i64>,
        confirmed: i64,
    ) -> QueryResult<()> {
        use schema::clock_looks::{boot, confirmations, id, looked_at, running_seconds, table};
        let values = (looked_at.eq(at), boot.eq(on), running_seconds.eq(running), confirmations.eq(confirmed));
        let mine = table.filter(confirmations.le(confirmed));
        on_each_engine!(self.connection, |connection| {
            if diesel::update(mine).set(values).execute(connection)? == 0 {
                diesel::insert_into(table).values((id.eq(1), values)).on_conflict_do_nothing().execute(connection)?;
            }
            Ok(())
        })
    }

    /// The ids of jobs that wait and are due or whose lease has passed, earliest first, that no other worker is taking
    /// at this moment.
    pub(crate) fn claimable_jobs(
        &mut self,
        (waiting, running): (&str, &str),
        now: chrono::NaiveDateTime,
        limit: i64,
    ) -> QueryResult<Vec<String>> {
        use schema::jobs::{id, run_at, state, table};
        let due = table.filter(state.eq(waiting).or(state.eq(running))).filter(run_at.le(now));
        load_unclaimed!(self.connection, due.order((run_at, id)).limit(limit).select(id))
    }
}
