//! Many rows at once: what a launch adds and a close leaves.

use candour_domain::Invitation;
use diesel::prelude::*;

use super::{NewJobRow, Tenant, schema};
use crate::engine::dialect::insert_rows;

/// An invitation to add, with its link.
#[derive(Clone)]
pub struct NewInvitation {
    /// The invitation, unused.
    pub invitation: Invitation,
    /// SHA-256 of the link, for look-up.
    pub link_hash: [u8; 32],
    /// The link, sealed with the server key, so that a reminder carries the same one.
    pub sealed_link: Vec<u8>,
}

/// Why a link no longer works.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SpentOutcome {
    /// A response has been received through it.
    Received,
    /// Its round ended.
    Closed,
    /// An administrator took the rater out of the review.
    Withdrawn,
}

/// What is left of a link.
pub(crate) struct Tombstone {
    pub(crate) hash: [u8; 32],
    pub(crate) round: String,
    pub(crate) review: String,
    pub(crate) outcome: SpentOutcome,
}

impl Tenant<'_> {
    /// Adds invitations with their links.
    pub(crate) fn add_invitations(&mut self, new: &[NewInvitation]) -> QueryResult<()> {
        use schema::{invitations, links};
        let ids: Vec<String> = new.iter().map(|new| new.invitation.id.to_string()).collect();
        let rows: Vec<_> = new
            .iter()
            .zip(&ids)
            .map(|(NewInvitation { invitation, .. }, id)| {
                (
                    invitations::organisation_id.eq(&self.key),
                    invitations::id.eq(id),
                    invitations::round_id.eq(invitation.round_id.to_string()),
                    invitations::review_id.eq(invitation.review_id.to_string()),
                    invitations::rater_id.eq(invitation.rater_id.to_string()),
                    invitations::used.eq(invitation.used),
                    invitations::declined.eq(invitation.declined),
                    invitations::withdrawn.eq(invitation.withdrawn),
                    invitations::receipt_sent.eq(invitation.receipt_sent),
                    invitations::delivery.eq(invitation.delivery.as_str()),
                )
            })
            .collect();
        insert_rows!(self.connection, invitations::table, rows)?;
        let rows: Vec<_> = new
            .iter()
            .zip(&ids)
            .map(|(new, id)| {
                (
                    links::hash.eq(new.link_hash.as_slice()),
                    links::organisation_id.eq(&self.key),
                    links::invitation_id.eq(id),
                    links::sealed.eq(new.sealed_link.as_slice()),
                )
            })
            .collect();
        insert_rows!(self.connection, links::table, rows)
    }

    /// Leaves tombstones.
    pub(crate) fn bury(&mut self, tombstones: &[Tombstone]) -> QueryResult<()> {
        use schema::spent_links::{hash, organisation_id, outcome, review_id, round_id, table};
        let rows: Vec<_> = tombstones
            .iter()
            .map(|tombstone| {
                (
                    hash.eq(tombstone.hash.as_slice()),
                    organisation_id.eq(&self.key),
                    round_id.eq(&tombstone.round),
                    review_id.eq(&tombstone.review),
                    outcome.eq(tombstone.outcome.as_str()),
                )
            })
            .collect();
        insert_rows!(self.connection, table, rows)
    }

    /// Adds waiting jobs of which nobody else can have added one.
    pub(crate) fn add_jobs(&mut self, jobs: &[NewJobRow<'_>]) -> QueryResult<()> {
        use schema::jobs::{attempts, dedupe, id, kind, organisation_id, payload, run_at, state, table};
        let rows: Vec<_> = jobs
            .iter()
            .map(|job| {
                (
                    (organisation_id.eq(&self.key), id.eq(job.id), kind.eq(job.kind), payload.eq(job.payload)),
                    (dedupe.eq(job.dedupe), state.eq(job.state), run_at.eq(job.run_at), attempts.eq(0_i64)),
                )
            })
            .collect();
        insert_rows!(self.connection, table, rows)
    }
}

impl SpentOutcome {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::Closed => "closed",
            Self::Withdrawn => "withdrawn",
        }
    }

    pub(crate) fn from_name(name: &str) -> Option<Self> {
        [Self::Received, Self::Closed, Self::Withdrawn].into_iter().find(|outcome| outcome.as_str() == name)
    }
}
