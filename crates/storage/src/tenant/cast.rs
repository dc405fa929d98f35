//! A ballot goes into the box: all of it or nothing.

use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::sql_types::{BigInt, Binary, Text};

use super::{Tenant, schema};
use crate::connection::AnyConnection;

/// What one submission changes.
pub(crate) struct Cast<'a> {
    pub(crate) round: &'a str,
    /// The round has to be as it was when the ballot was sealed to its key.
    pub(crate) revision: i64,
    pub(crate) review: &'a str,
    pub(crate) invitation: &'a str,
    /// Under which the link's tombstone lies.
    pub(crate) spent_hash: &'a [u8],
    /// Why the link no longer works, as the tombstone names it.
    pub(crate) outcome: &'a str,
    pub(crate) ballot: &'a str,
    pub(crate) sealed: &'a [u8],
}

impl Tenant<'_> {
    /// Ends the link, marks the invitation, leaves the tombstone, puts the ballot into the box and deletes the draft; or, when the round has
    /// changed or the link is gone, nothing. Says which.
    pub(crate) fn cast(&mut self, cast: &Cast<'_>) -> QueryResult<bool> {
        match self.connection {
            AnyConnection::Sqlite(_) => self.cast_by_steps(cast),
            AnyConnection::Postgres(connection) => Ok(CastAtOnce { organisation: &self.key, cast }.execute(connection)? == 1),
        }
    }

    /// One statement after another: in an embedded database each costs microseconds.
    fn cast_by_steps(&mut self, cast: &Cast<'_>) -> QueryResult<bool> {
        use schema::{ballots, drafts, invitations, links, rounds, spent_links};
        let round = self.rounds().filter(rounds::id.eq(cast.round)).filter(rounds::revision.eq(cast.revision)).select(rounds::revision);
        if round.get_result::<i64>(self.connection).optional()?.is_none() {
            return Ok(false);
        }
        if diesel::delete(self.links().filter(links::invitation_id.eq(cast.invitation))).execute(self.connection)? == 0 {
            return Ok(false);
        }
        let invitation = self.invitations().filter(invitations::id.eq(cast.invitation));
        diesel::update(invitation).set(invitations::used.eq(true)).execute(self.connection)?;
        let (insertion, owner) = self.adding_spent_links();
        let tombstone = (
            spent_links::hash.eq(cast.spent_hash),
            spent_links::round_id.eq(cast.round),
            spent_links::review_id.eq(cast.review),
            spent_links::outcome.eq(cast.outcome),
        );
        insertion.values((owner, tombstone)).execute(self.connection)?;
        let (insertion, owner) = self.adding_ballots();
        let ballot = (ballots::review_id.eq(cast.review), ballots::id.eq(cast.ballot), ballots::sealed.eq(cast.sealed));
        insertion.values((owner, ballot)).execute(self.connection)?;
        diesel::delete(self.drafts().filter(drafts::invitation_id.eq(cast.invitation))).execute(self.connection)?;
        Ok(true)
    }
}

/// The same as one statement, because on PostgreSQL each costs a journey. Its result is the number of ballots that went in.
struct CastAtOnce<'a> {
    organisation: &'a str,
    cast: &'a Cast<'a>,
}

/// Its text never changes, so each connection prepares it once.
impl QueryId for CastAtOnce<'_> {
    type QueryId = CastAtOnce<'static>;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl QueryFragment<Pg> for CastAtOnce<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        let Cast { round, revision, review, invitation, spent_hash, outcome, ballot, sealed } = self.cast;
        // Names and types of what is given, once. What follows goes by their numbers.
        out.push_sql("WITH given (organisation, round, revision, review, invitation, spent_hash, outcome, ballot, sealed) AS (SELECT ");
        out.push_bind_param::<Text, _>(self.organisation)?;
        out.push_sql("::text, ");
        out.push_bind_param::<Text, _>(*round)?;
        out.push_sql("::text, ");
        out.push_bind_param::<BigInt, _>(revision)?;
        out.push_sql("::bigint, ");
        out.push_bind_param::<Text, _>(*review)?;
        out.push_sql("::text, ");
        out.push_bind_param::<Text, _>(*invitation)?;
        out.push_sql("::text, ");
        out.push_bind_param::<Binary, _>(*spent_hash)?;
        out.push_sql("::bytea, ");
        out.push_bind_param::<Text, _>(*outcome)?;
        out.push_sql("::text, ");
        out.push_bind_param::<Text, _>(*ballot)?;
        out.push_sql("::text, ");
        out.push_bind_param::<Binary, _>(*sealed)?;
        out.push_sql("::bytea), ");
        out.push_sql(
            "gone AS (DELETE FROM links WHERE organisation_id = $1 AND invitation_id = $5 \
                AND EXISTS (SELECT FROM rounds WHERE organisation_id = $1 AND id = $2 AND revision = $3) RETURNING 1), \
             marked AS (UPDATE invitations SET used = true WHERE organisation_id = $1 AND id = $5 AND EXISTS (SELECT FROM gone)), \
             buried AS (INSERT INTO spent_links (hash, organisation_id, round_id, review_id, outcome) \
                SELECT $6, $1, $2, $4, $7 FROM gone), \
             wiped AS (DELETE FROM drafts WHERE organisation_id = $1 AND invitation_id = $5 AND EXISTS (SELECT FROM gone)) \
             INSERT INTO ballots (organisation_id, review_id, id, sealed) SELECT $1, $4, $8, $9 FROM gone",
        );
        Ok(())
    }
}

impl RunQueryDsl<PgConnection> for CastAtOnce<'_> {}
