//! How changes are made. What runs at the same time, and what cannot, is decided here and nowhere else.
//!
//! SQLite has one writer, so changes come one after another and share their wait for the disk. PostgreSQL has many, on
//! many nodes; there a change first takes the lock of its trust: alone for what moves a round or a review, shared for
//! what one rater does with their own invitation. So every function of this crate may read, decide and write as if
//! nobody else wrote in that trust, on either engine.

use candour_domain::OrganisationId;

use crate::StorageError;
use crate::engine::address::Address;
use crate::engine::connection::{AnyConnection, Purpose};
use crate::engine::pool::{Frame, Pool};
pub(crate) use group_commit::GroupCommit;

mod group_commit;
mod transaction;

/// What a change keeps others from while it runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Hold {
    /// No other change of this trust runs.
    Trust(OrganisationId),
    /// Only changes of other raters of this trust run beside it.
    Rater(OrganisationId),
    /// Nothing: its statements say themselves what they take.
    Nothing,
}

/// The way to change anything.
pub(crate) enum Writer {
    /// SQLite's.
    Queue(GroupCommit),
    /// PostgreSQL's: a transaction for each change, on connections of their own. The server commits together what
    /// arrives together.
    Transactions(Pool),
}

impl Writer {
    pub(crate) fn start(address: &Address, size: u32) -> Result<Self, StorageError> {
        Ok(match address {
            Address::Sqlite(_) => Self::Queue(GroupCommit::start(address.open(Purpose::Write)?)?),
            Address::Postgres(_) => Self::Transactions(Pool::new(address.clone(), Purpose::Write, size)?),
        })
    }

    /// Whether it commits together whatever arrives at the same time.
    pub(crate) fn commits_together(&self) -> bool {
        matches!(self, Self::Queue(_))
    }

    /// Runs `f` so that all of it happens or nothing, and answers when it is on the disk. Once it has begun it is
    /// carried out even if the caller goes away.
    pub(crate) async fn change<T, E>(
        &self,
        hold: Hold,
        f: impl FnOnce(&mut AnyConnection) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StorageError> + Send + 'static,
    {
        match self {
            Self::Queue(queue) => queue.change(f).await,
            Self::Transactions(pool) => pool.run(transaction::frame(hold), f).await,
        }
    }

    /// Runs housekeeping outside any transaction.
    pub(crate) async fn alone<T: Send + 'static>(
        &self,
        f: impl FnOnce(&mut AnyConnection) -> Result<T, StorageError> + Send + 'static,
    ) -> Result<T, StorageError> {
        match self {
            Self::Queue(queue) => queue.alone(f).await,
            Self::Transactions(pool) => pool.run(Frame::BARE, f).await,
        }
    }
}

#[cfg(test)]
mod tests;
