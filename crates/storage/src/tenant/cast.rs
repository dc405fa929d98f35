//! Ballots go into the box: all of each or nothing.

use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::{Array, BigInt, Binary, Text};

use super::{SpentOutcome, Tenant, schema};
use crate::engine::connection::AnyConnection;
use crate::engine::dialect::on_each_engine;

/// What one submission changes.
pub(crate) struct Cast<'a> {
    pub(crate) round: String,
    /// The round has to be as it was when the ballot was sealed to its key.
    pub(crate) revision: i64,
    pub(crate) review: String,
    pub(crate) invitation: String,
    /// Under which the link's tombstone lies.
    pub(crate) spent_hash: &'a [u8],
    pub(crate) ballot: String,
    pub(crate) sealed: &'a [u8],
}

impl Tenant<'_> {
    /// For each: ends the link, marks the invitation, leaves the tombstone, puts the ballot into the box and deletes
    /// the draft; or, when the round has changed or the link is gone, nothing. Gives the invitations whose ballots went
    /// in.
    ///
    /// Of two with the same invitation at most one goes in, or all are refused.
    pub(crate) fn cast(&mut self, casts: &[Cast<'_>]) -> QueryResult<Vec<String>> {
        match self.connection {
            AnyConnection::Sqlite(_) => {
                let mut gone_in = Vec::with_capacity(casts.len());
                for cast in casts {
                    if self.cast_by_steps(cast)? {
                        gone_in.push(cast.invitation.clone());
                    }
                }
                Ok(gone_in)
            }
            AnyConnection::Postgres(connection) => CastTogether::new(&self.key, casts).load(connection),
        }
    }

    /// One statement after another: in an embedded database each costs microseconds.
    fn cast_by_steps(&mut self, cast: &Cast<'_>) -> QueryResult<bool> {
        use schema::{ballots, drafts, invitations, links, rounds, spent_links};
        let round = self
            .rounds()
            .filter(rounds::id.eq(&cast.round))
            .filter(rounds::revision.eq(cast.revision))
            .select(rounds::revision);
        if on_each_engine!(self.connection, |inside| round.get_result::<i64>(inside)).optional()?.is_none() {
            return Ok(false);
        }
        let link = diesel::delete(self.links().filter(links::invitation_id.eq(&cast.invitation)));
        if on_each_engine!(self.connection, |inside| link.execute(inside))? == 0 {
            return Ok(false);
        }
        let mark = diesel::update(self.invitations().filter(invitations::id.eq(&cast.invitation)))
            .set(invitations::used.eq(true));
        on_each_engine!(self.connection, |inside| mark.execute(inside))?;
        let (insertion, owner) = self.adding_spent_links();
        let tombstone = (
            spent_links::hash.eq(cast.spent_hash),
            spent_links::round_id.eq(&cast.round),
            spent_links::review_id.eq(&cast.review),
            spent_links::outcome.eq(SpentOutcome::Received.as_str()),
        );
        on_each_engine!(self.connection, |inside| insertion.values((owner, tombstone)).execute(inside))?;
        let (insertion, owner) = self.adding_ballots();
        let ballot =
            (ballots::review_id.eq(&cast.review), ballots::id.eq(&cast.ballot), ballots::sealed.eq(cast.sealed));
        on_each_engine!(self.connection, |inside| insertion.values((owner, ballot)).execute(inside))?;
        let wipe = diesel::delete(self.drafts().filter(drafts::invitation_id.eq(&cast.invitation)));
        on_each_engine!(self.connection, |inside| wipe.execute(inside))?;
        Ok(true)
    }
}

/// The same for all of them as one statement, because on PostgreSQL each costs a round trip. Rows are added in the
/// order of what is random in them, which is not that in which the answers came.
struct CastTogether<'a> {
    organisation: &'a str,
    invitations: Vec<&'a str>,
    rounds: Vec<&'a str>,
    revisions: Vec<i64>,
    reviews: Vec<&'a str>,
    spent_hashes: Vec<&'a [u8]>,
    ballots: Vec<&'a str>,
    sealed: Vec<&'a [u8]>,
}

impl<'a> CastTogether<'a> {
    fn new(organisation: &'a str, casts: &'a [Cast<'a>]) -> Self {
        Self {
            organisation,
            invitations: casts.iter().map(|cast| cast.invitation.as_str()).collect(),
            rounds: casts.iter().map(|cast| cast.round.as_str()).collect(),
            revisions: casts.iter().map(|cast| cast.revision).collect(),
            reviews: casts.iter().map(|cast| cast.review.as_str()).collect(),
            spent_hashes: casts.iter().map(|cast| cast.spent_hash).collect(),
            ballots: casts.iter().map(|cast| cast.ballot.as_str()).collect(),
            sealed: casts.iter().map(|cast| cast.sealed).collect(),
        }
    }
}

/// Its text never changes, so each connection prepares it once.
impl QueryId for CastTogether<'_> {
    type QueryId = CastTogether<'static>;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl Query for CastTogether<'_> {
    type SqlType = Text;
}

impl QueryFragment<Pg> for CastTogether<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        // Names and types of what is given, once. What follows goes by the names, or by the numbers of the first three.
        out.push_sql("WITH given AS (SELECT ");
        out.push_bind_param::<Text, _>(self.organisation)?;
        out.push_sql("::text AS organisation, ");
        out.push_bind_param::<Text, _>(SpentOutcome::Received.as_str())?;
        out.push_sql("::text AS outcome, each.* FROM unnest(");
        out.push_bind_param::<Array<Text>, _>(&self.invitations)?;
        out.push_sql("::text[], ");
        out.push_bind_param::<Array<Text>, _>(&self.rounds)?;
        out.push_sql("::text[], ");
        out.push_bind_param::<Array<BigInt>, _>(&self.revisions)?;
        out.push_sql("::bigint[], ");
        out.push_bind_param::<Array<Text>, _>(&self.reviews)?;
        out.push_sql("::text[], ");
        out.push_bind_param::<Array<Binary>, _>(&self.spent_hashes)?;
        out.push_sql("::bytea[], ");
        out.push_bind_param::<Array<Text>, _>(&self.ballots)?;
        out.push_sql("::text[], ");
        out.push_bind_param::<Array<Binary>, _>(&self.sealed)?;
        out.push_sql("::bytea[]) AS each (invitation, round, revision, review, spent_hash, ballot, sealed)), ");
        // `= ANY` leads to the rows by their keys, whatever the planner believes of the size of a table.
        out.push_sql(
            "welcome AS (SELECT given.* FROM given JOIN rounds \
                ON rounds.organisation_id = $1 AND rounds.id = given.round AND rounds.revision = given.revision), \
             gone AS (DELETE FROM links WHERE organisation_id = $1 AND invitation_id = ANY ($3) \
                AND invitation_id IN (SELECT invitation FROM welcome) RETURNING invitation_id), \
             going AS (SELECT welcome.* FROM welcome JOIN gone ON gone.invitation_id = welcome.invitation), \
             marked AS (UPDATE invitations SET used = true WHERE organisation_id = $1 AND id = ANY ($3) \
                AND id IN (SELECT invitation_id FROM gone)), \
             wiped AS (DELETE FROM drafts WHERE organisation_id = $1 AND invitation_id = ANY ($3) \
                AND invitation_id IN (SELECT invitation_id FROM gone)), \
             buried AS (INSERT INTO spent_links (hash, organisation_id, round_id, review_id, outcome) \
                SELECT spent_hash, organisation, round, review, outcome FROM going ORDER BY spent_hash), \
             boxed AS (INSERT INTO ballots (organisation_id, review_id, id, sealed) \
                SELECT organisation, review, ballot, sealed FROM going ORDER BY ballot) SELECT invitation_id FROM gone",
        );
        Ok(())
    }
}

impl RunQueryDsl<PgConnection> for CastTogether<'_> {}
