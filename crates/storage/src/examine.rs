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
    Ok(Examination {
        broken_references: dialect::broken_references(connection)?,
        surplus_ballots: count(connection, surplus)?,
        dead_jobs: count(connection, "SELECT count(*) AS count FROM jobs WHERE state = 'dead'")?,
    })
}

fn count(connection: &mut AnyConnection, query: &str) -> Result<u64, StorageError> {
    let count: Count = diesel::sql_query(query).get_result(connection)?;
    Ok(u64::try_from(count.count).unwrap_or(0))
}
