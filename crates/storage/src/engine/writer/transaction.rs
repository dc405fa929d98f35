//! How a change on PostgreSQL begins and ends.

use std::borrow::Cow;

use candour_domain::OrganisationId;

use super::Hold;
use crate::engine::pool::Frame;

/// A transaction that holds what `hold` says.
///
/// The lock comes before the first statement of the change, whose view of the rows is then newer than the lock. It lies
/// in the server's memory alone: nothing about it is written anywhere.
pub(super) fn frame(hold: Hold) -> Frame {
    let begin = match hold {
        Hold::Trust(trust) => format!("BEGIN; SELECT pg_advisory_xact_lock({})", key(trust)).into(),
        Hold::Rater(trust) => format!("BEGIN; SELECT pg_advisory_xact_lock_shared({})", key(trust)).into(),
        Hold::Nothing => Cow::Borrowed("BEGIN"),
    };
    // After an error that the change has kept to itself, COMMIT alone would roll everything back and say nothing; any
    // statement before it fails.
    Frame { begin, keep: "SELECT; COMMIT", undo: "ROLLBACK" }
}

/// Two trusts with one key would only wait for one another.
fn key(trust: OrganisationId) -> i64 {
    trust.uuid().as_u64_pair().0.cast_signed()
}
