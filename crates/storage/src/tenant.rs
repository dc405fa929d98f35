//! The one door to the tables. A [`Tenant`] hands out queries that are already limited to its trust; a [`System`] hands
//! out the few that are not, under names that say so. The tables themselves are private to this file and its children.

use candour_domain::OrganisationId;
use diesel::QueryResult;
use diesel::dsl::{Eq, Filter};
use diesel::prelude::*;
use diesel::query_builder::IncompleteInsertStatement;

use crate::engine::connection::AnyConnection;
use crate::engine::dialect::on_each_engine;

mod cast;
mod joins;
mod many;
pub(crate) mod rows;
mod schema;
mod system;

pub(crate) use cast::Cast;
pub(crate) use many::Tombstone;

pub use many::{NewInvitation, SpentOutcome};
pub use system::System;

/// The rows of one trust.
pub struct Tenant<'c> {
    connection: &'c mut AnyConnection,
    organisation: OrganisationId,
    key: String,
}

/// A query over the rows of one trust.
type Owned<Table, Organisation> = Filter<Table, Eq<Organisation, String>>;

/// An insertion that knows whose row it will add.
type Begun<Table, Organisation> = (IncompleteInsertStatement<Table>, Eq<Organisation, String>);

/// Adds a row of the tenant's trust: `add!(tenant, adding_rounds, (rounds::id.eq(…), …))`.
macro_rules! add {
    ($tenant:expr, $adding:ident, $values:expr) => {{
        let (insertion, owner) = $tenant.$adding();
        diesel::RunQueryDsl::execute(insertion.values((owner, $values)), $tenant.connection()).map(|_one| ())
    }};
}
pub(crate) use add;

impl<'c> Tenant<'c> {
    /// The trust whose rows these are.
    #[must_use]
    pub fn organisation_id(&self) -> OrganisationId {
        self.organisation
    }

    pub(crate) fn new(connection: &'c mut AnyConnection, organisation: OrganisationId) -> Self {
        Self { connection, organisation, key: organisation.to_string() }
    }

    pub(crate) fn connection(&mut self) -> &mut AnyConnection {
        self.connection
    }

    /// The trust's own row.
    pub(crate) fn organisation(&self) -> Filter<schema::organisations::table, Eq<schema::organisations::id, String>> {
        schema::organisations::table.filter(schema::organisations::id.eq(self.key.clone()))
    }
}

macro_rules! queries {
    ($($table:ident)+) => {
        /// The trust's rows of each table, to narrow down, read, update or delete.
        impl Tenant<'_> {$(
            pub(crate) fn $table(&self) -> Owned<schema::$table::table, schema::$table::organisation_id> {
                schema::$table::table.filter(schema::$table::organisation_id.eq(self.key.clone()))
            }
        )+}
    };
}

macro_rules! insertions {
    ($($adding:ident: $table:ident;)+) => {
        /// The beginning of an insertion and the column that makes the row this trust's; for `add!` only.
        impl Tenant<'_> {$(
            pub(crate) fn $adding(&self) -> Begun<schema::$table::table, schema::$table::organisation_id> {
                (diesel::insert_into(schema::$table::table), schema::$table::organisation_id.eq(self.key.clone()))
            }
        )+}
    };
}

macro_rules! columns {
    ($($table:ident)+) => {
        /// The columns of each table, for conditions and selections. The tables stay behind.
        pub(crate) mod columns {$(
            pub(crate) mod $table {
                pub(crate) use super::super::schema::$table::columns::*;
            }
        )+}
    };
}

queries! {
    frameworks rounds round_keys reviews advisers raters invitations links spent_links drafts ballots bundles bundle_keys results redactions
    quality_reports quality_report_reviews turnouts progress_snapshots owed_cleanups accounts passkeys personal_tokens
    account_addresses clients jobs audit_log idempotency_keys sessions identity_providers provider_domains identities
    uploads
}

insertions! {
    adding_frameworks: frameworks;
    adding_rounds: rounds;
    adding_round_keys: round_keys;
    adding_reviews: reviews;
    adding_advisers: advisers;
    adding_raters: raters;
    adding_links: links;
    adding_spent_links: spent_links;
    adding_ballots: ballots;
    adding_bundles: bundles;
    adding_bundle_keys: bundle_keys;
    adding_results: results;
    adding_redactions: redactions;
    adding_quality_reports: quality_reports;
    adding_quality_report_reviews: quality_report_reviews;
    adding_turnouts: turnouts;
    adding_owed_cleanups: owed_cleanups;
    adding_accounts: accounts;
    adding_passkeys: passkeys;
    adding_personal_tokens: personal_tokens;
    adding_account_addresses: account_addresses;
    adding_clients: clients;
    adding_identity_providers: identity_providers;
    adding_provider_domains: provider_domains;
    adding_identities: identities;
    adding_audit_log: audit_log;
    adding_idempotency_keys: idempotency_keys;
    adding_sessions: sessions;
    adding_uploads: uploads;
}

columns! {
    organisations frameworks rounds round_keys reviews advisers raters invitations links spent_links drafts ballots bundles bundle_keys results
    redactions quality_reports quality_report_reviews turnouts progress_snapshots owed_cleanups accounts passkeys personal_tokens
    account_addresses clients jobs audit_log idempotency_keys signing_keys sessions visits sign_in_codes
    identity_providers provider_domains identities key_check clock_looks set_up_addresses uploads
}

/// Statements that name a table and are not expressible on the enum.
impl Tenant<'_> {
    /// Adds or replaces the draft of an invitation.
    pub(crate) fn put_draft(&mut self, invitation: &str, sealed_draft: &[u8]) -> QueryResult<()> {
        use schema::drafts::{invitation_id, organisation_id, sealed, table};
        let values = (organisation_id.eq(&self.key), invitation_id.eq(invitation), sealed.eq(sealed_draft));
        on_each_engine!(self.connection, |connection| {
            let insert = diesel::insert_into(table).values(values).on_conflict((organisation_id, invitation_id));
            insert.do_update().set(sealed.eq(sealed_draft)).execute(connection)
        })?;
        Ok(())
    }

    /// Adds or replaces the snapshot of a round's progress.
    pub(crate) fn put_progress_snapshot(
        &mut self,
        round: &str,
        at: chrono::NaiveDateTime,
        counts: &str,
    ) -> QueryResult<()> {
        use schema::progress_snapshots::{counted_at, organisation_id, responded, round_id, table};
        let values = (organisation_id.eq(&self.key), round_id.eq(round), counted_at.eq(at), responded.eq(counts));
        on_each_engine!(self.connection, |connection| {
            let insert = diesel::insert_into(table).values(values).on_conflict((organisation_id, round_id));
            insert.do_update().set((counted_at.eq(at), responded.eq(counts))).execute(connection)
        })?;
        Ok(())
    }

    /// Adds a waiting job unless one with the same `dedupe` waits; says whether it was added.
    pub(crate) fn add_job_once(&mut self, job: &NewJobRow<'_>) -> QueryResult<bool> {
        use schema::jobs::{attempts, dedupe, id, kind, organisation_id, payload, run_at, state, table};
        let values = (
            (organisation_id.eq(&self.key), id.eq(job.id), kind.eq(job.kind), payload.eq(job.payload)),
            (dedupe.eq(job.dedupe), state.eq(job.state), run_at.eq(job.run_at), attempts.eq(0)),
        );
        let added = on_each_engine!(self.connection, |connection| {
            diesel::insert_into(table).values(values).on_conflict_do_nothing().execute(connection)
        })?;
        Ok(added == 1)
    }
}

/// A job to add.
pub(crate) struct NewJobRow<'a> {
    pub(crate) id: &'a str,
    pub(crate) kind: &'a str,
    pub(crate) payload: &'a str,
    pub(crate) dedupe: Option<&'a str>,
    pub(crate) state: &'a str,
    pub(crate) run_at: chrono::NaiveDateTime,
}
