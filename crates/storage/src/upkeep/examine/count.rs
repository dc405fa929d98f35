//! A query that counts.

use diesel::prelude::*;
use diesel::sql_types::BigInt;

use crate::StorageError;
use crate::engine::connection::AnyConnection;

/// What such a query gives: one column of this name.
#[derive(QueryableByName)]
pub(super) struct Count {
    #[diesel(sql_type = BigInt)]
    pub(super) count: i64,
}

/// What this query counts.
pub(super) fn count(connection: &mut AnyConnection, query: &str) -> Result<u64, StorageError> {
    let count: Count = diesel::sql_query(query).get_result(connection)?;
    Ok(u64::try_from(count.count).unwrap_or(0))
}
