//! The way in: readers and the writer over one database.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use candour_domain::{OrganisationId, Round};

use crate::answers::ballot_box::BallotBox;
use crate::ballots::Casting;
use crate::engine::address::Address;
use crate::engine::connection::Purpose;
use crate::engine::migrate;
use crate::engine::pool::{Frame, Pool};
use crate::engine::writer::{Hold, Writer};
use crate::retention::Cleanup;
use crate::tenant::{System, Tenant};
use crate::upkeep::{copies, examine, overwrite};
use crate::{Check, CopyError, Room, Schema, Server, StorageError, Written};

/// A database. Cloning it gives another handle on the same one; when the last handle is dropped, what is waiting to be
/// written is written.
#[derive(Clone)]
pub struct Storage(Arc<Inner>);

struct Inner {
    address: Address,
    readers: Pool,
    writer: Arc<Writer>,
    ballot_box: BallotBox,
}

impl Storage {
    /// The address of a database as it may be shown to anybody: the whole path of a file, or the server without a
    /// password.
    ///
    /// # Errors
    /// [`StorageError::Address`] for an address of no engine.
    pub fn shown(url: &str) -> Result<String, StorageError> {
        Ok(Address::parse(url)?.shown())
    }

    /// The file of a SQLite database; `None` for a server, and for an address of no engine.
    #[must_use]
    pub fn file(url: &str) -> Option<PathBuf> {
        match Address::parse(url) {
            Ok(Address::Sqlite(path)) => Some(path),
            Ok(Address::Postgres(_)) | Err(_) => None,
        }
    }

    /// Opens `sqlite:PATH`, `sqlite://PATH` or a bare path, and creates the file where there is none; or
    /// `postgres://…`, where the database has to be there. `pool_size` connections read. One more writes on SQLite, and
    /// as many more on PostgreSQL.
    ///
    /// # Errors
    /// [`StorageError::Address`] for an address of no engine; [`StorageError::Unavailable`] when the database cannot be
    /// opened.
    pub fn connect(url: &str, pool_size: u32) -> Result<Self, StorageError> {
        Self::open(Address::parse(url)?, pool_size)
    }

    /// Opens a database that is there, and creates nothing; otherwise like [`Storage::connect`].
    ///
    /// # Errors
    /// [`StorageError::Missing`] when there is none; what [`Storage::connect`] gives.
    pub fn connect_existing(url: &str, pool_size: u32) -> Result<Self, StorageError> {
        let address = Address::parse(url)?;
        address.require_existing()?;
        Self::open(address, pool_size)
    }

    fn open(address: Address, pool_size: u32) -> Result<Self, StorageError> {
        // The writer comes first: it sets the journal mode of a new file, which readers may not.
        let writer = Arc::new(Writer::start(&address, pool_size)?);
        let readers = Pool::new(address.clone(), Purpose::Read, pool_size)?;
        let ballot_box = BallotBox::new(Arc::clone(&writer));
        Ok(Self(Arc::new(Inner { address, readers, writer, ballot_box })))
    }

    /// Applies the migrations that are missing and gives their names, in one transaction.
    ///
    /// # Errors
    /// [`StorageError::Unavailable`] when the database is held by another process for too long;
    /// [`StorageError::Database`] when a migration does not fit what is there.
    pub fn migrate(&self) -> Result<Vec<String>, StorageError> {
        migrate::apply(&mut self.0.address.open(Purpose::Write)?)
    }

    /// Whether no migration is missing. A database with newer migrations than this program knows is current.
    ///
    /// # Errors
    /// [`StorageError::Unavailable`] when the database cannot be read.
    pub fn is_current(&self) -> Result<bool, StorageError> {
        Ok(self.schema()?.missing.is_empty())
    }

    /// Refuses a database in which nothing of this program is.
    ///
    /// # Errors
    /// [`StorageError::Missing`] with the place; [`StorageError::Unavailable`] when the database cannot be read.
    pub fn require_tables(&self) -> Result<(), StorageError> {
        if self.schema()?.is_new { Err(StorageError::Missing(self.0.address.shown())) } else { Ok(()) }
    }

    /// How the schema stands to the one this program knows.
    ///
    /// # Errors
    /// [`StorageError::Unavailable`] when the database cannot be read.
    pub fn schema(&self) -> Result<Schema, StorageError> {
        self.0.readers.run_here(&Frame::READ, migrate::schema)
    }

    /// How many there are of everything that a sound database has none of, in the order of [`Check::ALL`], all of one
    /// moment.
    ///
    /// # Errors
    /// [`StorageError::Unavailable`] when the database cannot be read.
    pub fn examine(&self) -> Result<Vec<(Check, u64)>, StorageError> {
        self.0.readers.run_here(&Frame::READ, examine::rows)
    }

    /// The first thing that is wrong with the pages and tables of a SQLite file; `None` on a server, which checks its
    /// own.
    ///
    /// # Errors
    /// [`StorageError`] when the file cannot be read at all.
    pub fn flaw(&self) -> Result<Option<String>, StorageError> {
        self.0.readers.run_here(&Frame::READ, examine::flaw)
    }

    /// How much room a SQLite file has; `None` on a server.
    ///
    /// # Errors
    /// [`StorageError::Unavailable`] when the disk cannot be examined.
    pub fn room(&self) -> Result<Option<Room>, StorageError> {
        examine::room(&self.0.address)
    }

    /// How a PostgreSQL server is set up; `None` on SQLite.
    ///
    /// # Errors
    /// [`StorageError`] when it does not say.
    pub fn server(&self) -> Result<Option<Server>, StorageError> {
        self.0.readers.run_here(&Frame::READ, |connection| examine::server(&self.0.address, connection))
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// [`StorageError::Unavailable`] when it does not.
    pub fn ping(&self) -> Result<(), StorageError> {
        self.0.readers.run_here(&Frame::BARE, |_connection| Ok(()))
    }

    /// Reads rows of one trust on a thread for blocking work. Everything `f` reads is of one moment, and it cannot
    /// write.
    ///
    /// # Errors
    /// What `f` gives; [`StorageError::Unavailable`] when no connection can be had.
    pub async fn read<T, E>(
        &self,
        organisation: OrganisationId,
        f: impl FnOnce(&mut Tenant<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StorageError> + Send + 'static,
    {
        self.read_system(move |system| f(&mut system.tenant(organisation))).await
    }

    /// Reads across trusts; otherwise like [`Storage::read`].
    ///
    /// # Errors
    /// What `f` gives; [`StorageError::Unavailable`] when no connection can be had.
    pub async fn read_system<T, E>(
        &self,
        f: impl FnOnce(&mut System<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StorageError> + Send + 'static,
    {
        self.0.readers.run(Frame::READ, move |connection| f(&mut System::new(connection))).await
    }

    /// Asks one question across trusts that one statement answers; cheaper than [`Storage::read_system`]. Where
    /// `question` needs more statements than one, each sees its own moment.
    ///
    /// # Errors
    /// What `question` gives; [`StorageError::Unavailable`] when no connection can be had.
    pub async fn ask<T: Send + 'static>(
        &self,
        question: impl Fn(&mut System<'_>) -> Result<T, StorageError> + Send + 'static,
    ) -> Result<T, StorageError> {
        self.0.readers.ask(move |connection| question(&mut System::new(connection))).await
    }

    /// Changes rows of one trust, while nothing else in that trust is changed, on whichever node. The error or panic of
    /// `f` undoes what it did and nothing else. `Ok` means that the change is on the disk. If the caller goes away
    /// while this waits, the change is still made.
    ///
    /// # Errors
    /// What `f` gives; [`StorageError::Unavailable`] when the commit failed, and then nothing was changed.
    pub async fn write<T, E>(
        &self,
        organisation: OrganisationId,
        f: impl FnOnce(&mut Tenant<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StorageError> + Send + 'static,
    {
        self.0
            .writer
            .change(Hold::Trust(organisation), move |connection| f(&mut Tenant::new(connection, organisation)))
            .await
    }

    /// Changes what one rater may change through their link. Other raters of the trust may do the same at the same
    /// time; otherwise like [`Storage::write`].
    ///
    /// # Errors
    /// As [`Storage::write`].
    pub async fn write_as_rater<T, E>(
        &self,
        organisation: OrganisationId,
        f: impl FnOnce(&mut Tenant<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StorageError> + Send + 'static,
    {
        self.0
            .writer
            .change(Hold::Rater(organisation), move |connection| f(&mut Tenant::new(connection, organisation)))
            .await
    }

    /// Changes rows across trusts, beside any other change: what must not happen twice, `f` takes by its statements.
    /// Otherwise like [`Storage::write`].
    ///
    /// # Errors
    /// What `f` gives; [`StorageError::Unavailable`] when the commit failed, and then nothing was changed.
    pub async fn write_system<T, E>(
        &self,
        f: impl FnOnce(&mut System<'_>) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StorageError> + Send + 'static,
    {
        self.0.writer.change(Hold::Nothing, move |connection| f(&mut System::new(connection))).await
    }

    /// Rewrites the whole database in the order of its random keys and empties the log. Until then the place of a
    /// ballot within its page tells when it came; to be called after every close and every count. Takes about a second
    /// for each 100 MB, while writers wait.
    ///
    /// # Errors
    /// [`StorageError::Unavailable`] when a reader holds it up or the disk has no room for a second copy; try again.
    pub async fn forget_order(&self) -> Result<(), StorageError> {
        self.0
            .writer
            .alone(|connection| {
                overwrite::rewrite(connection)?;
                overwrite::empty_log(connection)
            })
            .await
    }

    /// Overwrites the space of what was deleted after the end of a round, and empties the log. SQLite rewrites the
    /// whole database, as [`Storage::forget_order`] does; PostgreSQL rewrites the tables that held something readable.
    ///
    /// # Guarantee
    /// On `Ok`, nothing of what had been deleted before the call is in the files of the database, nor in its log where
    /// this account may empty it.
    ///
    /// # Errors
    /// [`StorageError::Unavailable`] when somebody still sees what was deleted or holds a table for more than a second;
    /// try again.
    pub async fn overwrite(&self, kinds: &[Cleanup]) -> Result<(), StorageError> {
        let kinds = kinds.to_vec();
        self.0.writer.alone(move |connection| overwrite::overwrite(connection, &kinds)).await
    }

    /// Casts a ballot as [`ballots::cast`](crate::ballots::cast) does, together with others of the trust that arrive at
    /// the same time; `welcome` is asked within the transaction. False when the round takes no answers any more, has
    /// been changed meanwhile, or the link is gone. `Ok(true)` means that the ballot is on the disk. If the caller goes
    /// away while this waits, the ballot is still cast.
    ///
    /// # Errors
    /// [`StorageError::Unavailable`] when it could not be kept, or when nobody knows whether it was.
    pub async fn cast(
        &self,
        trust: OrganisationId,
        casting: Casting,
        welcome: impl Fn(&Round) -> bool + Send + Sync + 'static,
    ) -> Result<bool, StorageError> {
        self.0.ballot_box.cast(trust, casting, Box::new(welcome)).await
    }

    /// Writes a copy to a file that must not be there yet, readable by its owner only, while the service goes on.
    /// `programs` is the folder of `pg_dump` and `pg_restore`; without it they are looked for.
    ///
    /// The copy holds what was committed when this began, and nothing that was deleted. It has been read back before
    /// this returns. If the future is dropped, or fails, nothing is left.
    ///
    /// # Errors
    /// [`CopyError`] says what is in the way.
    pub async fn backup(&self, to: &Path, programs: Option<&Path>) -> Result<Written, CopyError> {
        copies::write(&self.0.address, to, programs).await
    }
}

#[cfg(test)]
mod tests;
