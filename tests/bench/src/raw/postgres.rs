//! The raw limit of PostgreSQL: prepared statements, the whole transaction sent at once, so that it costs one exchange
//! with the server.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::{Duration, Instant};

use tokio::task::LocalSet;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, NoTls, Statement};

use super::{Change, Material, Place, Rows};
use crate::Outcome;
use crate::load::{Limit, Run};
use crate::postgres_server::Postgres;

const DELETE_LINK: &str = "DELETE FROM links WHERE organisation_id = $1 AND invitation_id = $2";
const MARK: &str = "UPDATE invitations SET used = TRUE WHERE organisation_id = $1 AND id = $2";
const BURY: &str =
    "INSERT INTO spent_links (hash, organisation_id, round_id, review_id, outcome) VALUES ($1, $2, $3, $4, 'received')";
const CAST: &str = "INSERT INTO ballots (organisation_id, review_id, id, sealed) VALUES ($1, $2, $3, $4)";

const PRISTINE: &str = "pristine";
const COPY: &str = "raw";

/// A copy of a service's database, and a copy of that to write to.
pub(crate) struct Pristine {
    server: Rc<Postgres>,
    /// How many submissions have been written to the copy. It is made again when they run out, which takes seconds.
    written: usize,
}

impl Pristine {
    pub(super) fn of(server: Rc<Postgres>, database: &str) -> Outcome<Self> {
        server.create(PRISTINE, Some(database))?;
        Ok(Self { server, written: usize::MAX })
    }

    /// Where a submission can be written to.
    pub(super) fn places(&self) -> Outcome<Vec<Place>> {
        let query = "SELECT organisation_id, id, round_id, review_id FROM invitations WHERE NOT used";
        let rows = self.server.connect(PRISTINE)?.query(query, &[])?;
        let place = |row: &postgres::Row| Place {
            organisation: row.get(0),
            invitation: row.get(1),
            round: row.get(2),
            review: row.get(3),
        };
        Ok(rows.iter().map(place).collect())
    }

    /// One commit for each submission, from as many connections.
    pub(super) fn one_each(
        &mut self,
        rows: Rows,
        connections: usize,
        limit: Limit,
        material: &Rc<Material>,
    ) -> Outcome<Run> {
        // With less than this left, a measurement might end before its time.
        let reserve = material.changes.len() / 4;
        if self.written > material.changes.len() - reserve {
            self.server.create(COPY, Some(PRISTINE))?;
            self.written = 0;
        }
        let run = write(&self.server.url(COPY), rows, connections, limit, (material, self.written))?;
        self.written += run.begun;
        Ok(run)
    }
}

fn write(
    url: &str,
    rows: Rows,
    connections: usize,
    limit: Limit,
    (material, from): (&Rc<Material>, usize),
) -> Outcome<Run> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let local = LocalSet::new();
    local.block_on(&runtime, async {
        let mut writers = Vec::new();
        for _ in 0..connections {
            writers.push(Writer::connect(url).await?);
        }
        let started = Instant::now();
        let shared = Rc::new(Shared {
            rows,
            material: Rc::clone(material),
            last: from.saturating_add(limit.count).min(material.changes.len()),
            next: Cell::new(from),
            end: started + Duration::from_secs_f64(limit.seconds),
            latencies: RefCell::default(),
        });
        let tasks: Vec<_> =
            writers.into_iter().map(|writer| tokio::task::spawn_local(work(writer, Rc::clone(&shared)))).collect();
        for task in tasks {
            task.await??;
        }
        Ok(Run::of(started.elapsed(), shared.latencies.take()))
    })
}

struct Shared {
    rows: Rows,
    material: Rc<Material>,
    last: usize,
    next: Cell<usize>,
    end: Instant,
    latencies: RefCell<Vec<Duration>>,
}

async fn work(writer: Writer, shared: Rc<Shared>) -> Outcome {
    loop {
        let (at, begun) = (shared.next.get(), Instant::now());
        if at >= shared.last || begun >= shared.end {
            return Ok(());
        }
        let Some(change) = shared.material.changes.get(at) else { return Ok(()) };
        shared.next.set(at + 1);
        writer.commit(shared.rows, change, shared.material.sealed_bytes(change)).await?;
        shared.latencies.borrow_mut().push(begun.elapsed());
    }
}

type Parameter<'a> = &'a (dyn ToSql + Sync);

/// A connection with the statements of a submission prepared.
struct Writer {
    client: Client,
    begin: Statement,
    delete_link: Statement,
    mark: Statement,
    bury: Statement,
    cast: Statement,
    commit: Statement,
}

impl Writer {
    async fn connect(url: &str) -> Outcome<Self> {
        let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
        tokio::task::spawn_local(connection);
        client.batch_execute("SET synchronous_commit = on").await?;
        Ok(Self {
            begin: client.prepare("BEGIN").await?,
            delete_link: client.prepare(DELETE_LINK).await?,
            mark: client.prepare(MARK).await?,
            bury: client.prepare(BURY).await?,
            cast: client.prepare(CAST).await?,
            commit: client.prepare("COMMIT").await?,
            client,
        })
    }

    async fn commit(&self, rows: Rows, change: &Change, sealed: &[u8]) -> Outcome {
        let Place { organisation, invitation, round, review } = &change.place;
        let (client, spent) = (&self.client, change.spent.as_slice());
        let ballot: [Parameter<'_>; 4] = [organisation, review, &change.ballot, &sealed];
        if rows == Rows::Ballot {
            client.execute(&self.cast, &ballot).await?;
            return Ok(());
        }
        let link: [Parameter<'_>; 2] = [organisation, invitation];
        let tombstone: [Parameter<'_>; 4] = [&spent, organisation, round, review];
        // Each is sent when it is first asked whether it is done, and they are asked in this order.
        let (_, deleted, marked, ..) = tokio::try_join!(
            biased;
            client.execute(&self.begin, &[]),
            client.execute(&self.delete_link, &link),
            client.execute(&self.mark, &link),
            client.execute(&self.bury, &tombstone),
            client.execute(&self.cast, &ballot),
            client.execute(&self.commit, &[]),
        )?;
        if (deleted, marked) == (1, 1) { Ok(()) } else { Err("a link or an invitation was not there".into()) }
    }
}
