//! Looks for rows that do not agree with one another. Changes nothing.

use diesel::prelude::*;
use diesel::sql_types::BigInt;

use crate::StorageError;
use crate::connection::AnyConnection;
use crate::dialect;

/// What was found; a sound database has zeros.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Examination {
    /// References to rows that are not there.
    pub broken_references: u64,
    /// Reviews with more ballots than used invitations: somebody stuffed the box.
    pub surplus_ballots: u64,
    /// Quality reports over no review that is or was there, or over one that is not released or answers another questionnaire.
    pub misplaced_reports: u64,
    /// Pieces of work that were put aside after many failures.
    pub dead_jobs: u64,
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

pub(crate) fn examine(connection: &mut AnyConnection) -> Result<Examination, StorageError> {
    let surplus = "SELECT count(*) AS count FROM (SELECT b.organisation_id, b.review_id, count(*) AS ballots FROM ballots b \
        GROUP BY b.organisation_id, b.review_id) AS box WHERE box.ballots > (SELECT count(*) FROM invitations i \
        WHERE i.organisation_id = box.organisation_id AND i.review_id = box.review_id AND i.used)";
    let misplaced = "SELECT count(*) AS count FROM quality_reports q WHERE \
        (q.deleted_reviews = 0 AND NOT EXISTS (SELECT 1 FROM quality_report_reviews b WHERE b.organisation_id = q.organisation_id \
        AND b.report_id = q.id)) OR EXISTS (SELECT 1 FROM quality_report_reviews b \
        JOIN reviews r ON r.organisation_id = b.organisation_id AND r.id = b.review_id \
        JOIN rounds o ON o.organisation_id = r.organisation_id AND o.id = r.round_id \
        WHERE b.organisation_id = q.organisation_id AND b.report_id = q.id \
        AND (r.progress <> 'released' OR o.framework_id <> q.framework_id))";
    Ok(Examination {
        broken_references: dialect::broken_references(connection)?,
        surplus_ballots: count(connection, surplus)?,
        misplaced_reports: count(connection, misplaced)?,
        dead_jobs: count(connection, "SELECT count(*) AS count FROM jobs WHERE state = 'dead'")?,
    })
}

fn count(connection: &mut AnyConnection, query: &str) -> Result<u64, StorageError> {
    let count: Count = diesel::sql_query(query).get_result(connection)?;
    Ok(u64::try_from(count.count).unwrap_or(0))
}
