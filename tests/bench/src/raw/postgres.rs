//! The raw limit of PostgreSQL: prepared statements, the whole transaction sent at once, so that it costs one exchange with the server.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::{Duration, Instant};

use tokio::task::LocalSet;
use tokio_postgres::{Client, NoTls, Statement};

use super::{Change, Material, Place, Rows};
use crate::Outcome;
use crate::load::{Limit, Run};
use crate::postgres_server::Postgres;

const DELETE_LINK: &str = "DELETE FROM links WHERE organisation_id = $1 AND invitation_id = $2";
const MARK: &str = "UPDATE invitations SET used = TRUE WHERE organisation_id = $1 AND id = $2";
const BURY: &str = "INSERT INTO spent_links (hash, organisation_id, round_id, review_id, outcome) VALUES ($1, $2, $3, $4, 'received')";
const CAST: &str = "INSERT INTO ballots (organisation_id, review_id, id, sealed) VALUES ($1, $2, $3, $4)";

const PRISTINE: &str = "pristine";
const COPY: &str = "raw";

/// Takes a copy of the database of a service that does not run, and gives where submissions can be written to.
pub(super) fn keep(server: &Postgres, database: &str) -> Outcome<Vec<Place>> {
    server.create(PRISTINE, Some(database))?;
    let query = "SELECT organisation_id, id, round_id, review_id FROM invitations WHERE NOT used";
    let rows = server.connect(PRISTINE)?.query(query, &[])?;
    let place = |row: &postgres::Row| Place { organisation: row.get(0), invitation: row.get(1), round: row.get(2), review: row.get(3) };
    Ok(rows.iter().map(place).collect())
}

/// The size of the sealed ballots in a database.
pub(super) fn sealed_length(server: &Postgres, database: &str) -> Outcome<usize> {
    let length: i32 = server.connect(database)?.query_one("SELECT length(sealed) FROM ballots LIMIT 1", &[])?.get(0);
    Ok(usize::try_from(length)?)
}

/// One commit for each submission, from as many connections, to a fresh copy.
pub(super) fn one_each(server: &Postgres, rows: Rows, connections: usize, limit: Limit, material: &Rc<Material>) -> Outcome<Run> {
    server.create(COPY, Some(PRISTINE))?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let local = LocalSet::new();
    local.block_on(&runtime, async {
        let mut writers = Vec::new();
        for _ in 0..connections {
            writers.push(Writer::connect(&server.url(COPY)).await?);
        }
        let started = Instant::now();
        let shared = Rc::new(Shared {
            rows,
            material: Rc::clone(material),
            count: limit.count.min(material.changes.len()),
            next: Cell::new(0),
            end: started + Duration::from_secs_f64(limit.seconds),
            latencies: RefCell::default(),
        });
        let tasks: Vec<_> = writers.into_iter().map(|writer| tokio::task::spawn_local(work(writer, Rc::clone(&shared)))).collect();
        for task in tasks {
            task.await??;
        }
        Ok(Run::of(started.elapsed(), shared.latencies.take()))
    })
}

struct Shared {
    rows: Rows,
    material: Rc<Material>,
    count: usize,
    next: Cell<usize>,
    end: Instant,
    latencies: RefCell<Vec<Duration>>,
}

async fn work(writer: Writer, shared: Rc<Shared>) -> Outcome {
    loop {
        let (at, begun) = (shared.next.get(), Instant::now());
        if at >= shared.count || begun >= shared.end {
            return Ok(());
        }
        let Some(change) = shared.material.changes.get(at) else { return Ok(()) };
        shared.next.set(at + 1);
        writer.commit(shared.rows, change, shared.material.sealed(change)).await?;
        shared.latencies.borrow_mut().push(begun.elapsed());
    }
}

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
        let (client, spent) = (&self.client, &change.spent.as_slice());
        if rows == Rows::Ballot {
            client.execute(&self.cast, &[organisation, review, &change.ballot, &sealed]).await?;
            return Ok(());
        }
        // Each is sent when it is first asked whether it is done, and they are asked in this order.
        let (_, deleted, marked, ..) = tokio::try_join!(
            biased;
            client.execute(&self.begin, &[]),
            client.execute(&self.delete_link, &[organisation, invitation]),
            client.execute(&self.mark, &[organisation, invitation]),
            client.execute(&self.bury, &[spent, organisation, round, review]),
            client.execute(&self.cast, &[organisation, review, &change.ballot, &sealed]),
            client.execute(&self.commit, &[]),
        )?;
        if (deleted, marked) == (1, 1) { Ok(()) } else { Err("a link or an invitation was not there".into()) }
    }
}
