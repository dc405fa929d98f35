//! The raw limit of SQLite.

use std::path::{Path, PathBuf};
use std::sync::Barrier;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use rusqlite::{Connection, Statement, params};

use super::{Change, Material, Place, Rows};
use crate::Outcome;
use crate::load::{Limit, Run};

const DELETE_LINK: &str = "DELETE FROM links WHERE organisation_id = ?1 AND invitation_id = ?2";
const MARK: &str = "UPDATE invitations SET used = 1 WHERE organisation_id = ?1 AND id = ?2";
const BURY: &str =
    "INSERT INTO spent_links (hash, organisation_id, round_id, review_id, outcome) VALUES (?1, ?2, ?3, ?4, 'received')";
const CAST: &str = "INSERT INTO ballots (organisation_id, review_id, id, sealed) VALUES (?1, ?2, ?3, ?4)";

/// A database with everything that a submission touches, of which fresh copies are written to.
pub(crate) struct Pristine {
    file: PathBuf,
    copy: PathBuf,
}

impl Pristine {
    /// Takes a copy of the database of a service that does not run.
    pub(super) fn of(database: &Path, folder: &Path) -> Outcome<Self> {
        let pristine = Self { file: folder.join("pristine.sqlite3"), copy: folder.join("raw.sqlite3") };
        std::fs::copy(database, &pristine.file)?;
        Ok(pristine)
    }

    /// Where a submission can be written to.
    pub(super) fn places(&self) -> Outcome<Vec<Place>> {
        let connection = Connection::open(&self.file)?;
        let query = "SELECT organisation_id, id, round_id, review_id FROM invitations WHERE used = 0";
        let mut query = connection.prepare(query)?;
        let place = |row: &rusqlite::Row<'_>| {
            Ok(Place { organisation: row.get(0)?, invitation: row.get(1)?, round: row.get(2)?, review: row.get(3)? })
        };
        Ok(query.query_map([], place)?.collect::<Result<_, _>>()?)
    }

    /// A fresh copy, on the disk.
    pub(super) fn fresh(&self) -> Outcome<&Path> {
        for companion in ["-wal", "-shm"] {
            let mut name = self.copy.clone().into_os_string();
            name.push(companion);
            if Path::new(&name).exists() {
                std::fs::remove_file(&name)?;
            }
        }
        std::fs::copy(&self.file, &self.copy)?;
        std::fs::File::open(&self.copy)?.sync_all()?;
        Ok(&self.copy)
    }
}

/// One commit for each submission, from as many connections.
pub(super) fn one_each(
    database: &Path,
    rows: Rows,
    connections: usize,
    limit: Limit,
    material: &Material,
) -> Outcome<Run> {
    let (next, all_are_ready) = (AtomicUsize::new(0), Barrier::new(connections + 1));
    let count = limit.count.min(material.changes.len());
    std::thread::scope(|scope| {
        let work = || {
            let connection = open(database);
            all_are_ready.wait();
            let connection = connection?;
            let (mut statements, end) =
                (Statements::of(&connection)?, Instant::now() + Duration::from_secs_f64(limit.seconds));
            let mut latencies = Vec::new();
            while Instant::now() < end
                && let at = next.fetch_add(1, Ordering::Relaxed)
                && at < count
                && let Some(change) = material.changes.get(at)
            {
                let begun = Instant::now();
                statements.commit(rows, std::slice::from_ref(change), material)?;
                latencies.push(begun.elapsed());
            }
            Ok(latencies)
        };
        let threads: Vec<_> = (0..connections).map(|_| scope.spawn(work)).collect();
        all_are_ready.wait();
        let started = Instant::now();
        let mut latencies = Vec::new();
        for thread in threads {
            let outcome: Outcome<Vec<Duration>> = thread.join().map_err(|_panic| "a raw writer panicked")?;
            latencies.extend(outcome?);
        }
        Ok(Run::of(started.elapsed(), latencies))
    })
}

/// One connection that commits this many submissions at a time.
pub(super) fn groups(database: &Path, rows: Rows, group: usize, limit: Limit, material: &Material) -> Outcome<Run> {
    let connection = open(database)?;
    let mut statements = Statements::of(&connection)?;
    let mut latencies = Vec::new();
    let started = Instant::now();
    for changes in material.changes.chunks(group) {
        let begun = Instant::now();
        if (begun - started).as_secs_f64() >= limit.seconds || latencies.len() >= limit.count {
            break;
        }
        statements.commit(rows, changes, material)?;
        latencies.extend(std::iter::repeat_n(begun.elapsed(), changes.len()));
    }
    Ok(Run::of(started.elapsed(), latencies))
}

/// A connection with the settings of the service's own.
fn open(database: &Path) -> Outcome<Connection> {
    let connection = Connection::open(database)?;
    connection.execute_batch(
        "PRAGMA busy_timeout = 60000; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; \
         PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY;",
    )?;
    Ok(connection)
}

/// The statements of a submission, prepared once.
struct Statements<'a> {
    begin: Statement<'a>,
    delete_link: Statement<'a>,
    mark: Statement<'a>,
    bury: Statement<'a>,
    cast: Statement<'a>,
    commit: Statement<'a>,
}

impl<'a> Statements<'a> {
    fn of(connection: &'a Connection) -> Outcome<Self> {
        Ok(Self {
            begin: connection.prepare("BEGIN IMMEDIATE")?,
            delete_link: connection.prepare(DELETE_LINK)?,
            mark: connection.prepare(MARK)?,
            bury: connection.prepare(BURY)?,
            cast: connection.prepare(CAST)?,
            commit: connection.prepare("COMMIT")?,
        })
    }

    fn commit(&mut self, rows: Rows, changes: &[Change], material: &Material) -> Outcome {
        self.begin.execute([])?;
        for change in changes {
            let Place { organisation, invitation, round, review } = &change.place;
            if rows == Rows::All {
                let deleted = self.delete_link.execute(params![organisation, invitation])?;
                let marked = self.mark.execute(params![organisation, invitation])?;
                if (deleted, marked) != (1, 1) {
                    return Err("a link or an invitation was not there".into());
                }
                self.bury.execute(params![change.spent, organisation, round, review])?;
            }
            self.cast.execute(params![organisation, review, change.ballot, material.sealed_bytes(change)])?;
        }
        self.commit.execute([])?;
        Ok(())
    }
}
