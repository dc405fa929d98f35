//! The raw limit: the rows of a submission written straight into the same schema of the same engine, at the same
//! durability, by the least program that can do it.

mod postgres;
mod sqlite;

use std::rc::Rc;

use rand::rngs::StdRng;
use rand::seq::SliceRandom as _;
use rand::{Rng as _, RngExt as _, SeedableRng as _};

use crate::Outcome;
use crate::founding::{Database, Site};
use crate::load::{Limit, Run};

/// What is written for one submission.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rows {
    /// The sealed ballot and nothing else.
    Ballot,
    /// All that a submission changes: the link goes, the invitation is marked, the tombstone and the ballot come.
    All,
}

/// How it is committed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Commits {
    /// One for each submission, from as many connections.
    OneEach,
    /// From one connection, as many submissions at a time as there would be connections, up to [`LARGEST_GROUP`].
    Groups,
}

/// The most submissions in one commit, as in the service.
pub(crate) const LARGEST_GROUP: usize = 64;

/// A copy of a service's database that is written to in its stead.
pub(crate) enum Raw {
    /// SQLite's.
    Sqlite(sqlite::Pristine),
    /// PostgreSQL's.
    Postgres(postgres::Pristine),
}

impl Raw {
    /// Takes a copy of the database of a service, which must not run.
    pub(crate) fn of(site: &Site) -> Outcome<Self> {
        Ok(match &site.database {
            Database::Sqlite => Self::Sqlite(sqlite::Pristine::of(&site.server.database(), site.server.scratch())?),
            Database::Postgres(server, name) => Self::Postgres(postgres::Pristine::of(Rc::clone(server), name)?),
        })
    }

    /// A submission for every invitation in it, with ballots as long as those that the service has stored since.
    pub(crate) fn material(&self, site: &Site) -> Outcome<Rc<Material>> {
        let places = match self {
            Self::Sqlite(pristine) => pristine.places()?,
            Self::Postgres(pristine) => pristine.places()?,
        };
        Ok(Rc::new(Material::new(places, site.sealed_length()?)))
    }

    /// Writes until the limit; `None` for what does not exist on this engine or would repeat another measurement.
    pub(crate) fn write(
        &mut self,
        rows: Rows,
        commits: Commits,
        connections: usize,
        limit: Limit,
        material: &Rc<Material>,
    ) -> Outcome<Option<Run>> {
        Ok(match (self, commits) {
            (Self::Sqlite(pristine), Commits::OneEach) => {
                Some(sqlite::one_each(pristine.fresh()?, rows, connections, limit, material)?)
            }
            (Self::Sqlite(pristine), Commits::Groups) if connections > 1 => {
                Some(sqlite::groups(pristine.fresh()?, rows, connections.min(LARGEST_GROUP), limit, material)?)
            }
            (Self::Postgres(pristine), Commits::OneEach) => {
                Some(pristine.one_each(rows, connections, limit, material)?)
            }
            (_, Commits::Groups) => None,
        })
    }
}

/// Where an invitation belongs.
pub(crate) struct Place {
    pub(crate) organisation: String,
    pub(crate) invitation: String,
    pub(crate) round: String,
    pub(crate) review: String,
}

/// One submission as rows.
pub(crate) struct Change {
    pub(crate) place: Place,
    /// The tombstone's hash.
    pub(crate) spent: [u8; 32],
    /// The ballot's id.
    pub(crate) ballot: String,
    /// Where in the noise its sealed bytes begin.
    sealed_at: usize,
}

/// Everything that is to be written, made before the clock starts.
pub(crate) struct Material {
    pub(crate) changes: Vec<Change>,
    /// The size of a sealed ballot, in bytes.
    pub(crate) sealed: usize,
    noise: Vec<u8>,
}

impl Material {
    /// A submission for each of these places, in random order, with ballots of this many sealed bytes.
    fn new(mut places: Vec<Place>, sealed: usize) -> Self {
        let mut rng = StdRng::seed_from_u64(1);
        places.shuffle(&mut rng);
        let mut noise = vec![0; 1 << 20];
        rng.fill_bytes(&mut noise);
        let last = noise.len() - sealed;
        let changes = places.into_iter().map(|place| Change {
            place,
            spent: rng.random(),
            ballot: uuid::Builder::from_random_bytes(rng.random()).into_uuid().to_string(),
            sealed_at: rng.random_range(0..=last),
        });
        Self { changes: changes.collect(), sealed, noise }
    }

    /// The sealed bytes of a ballot. They cannot be compressed, like real ones.
    fn sealed_bytes(&self, change: &Change) -> &[u8] {
        self.noise.get(change.sealed_at..change.sealed_at + self.sealed).unwrap_or_default()
    }
}
