//! The raw limit: the rows of a submission written straight into the same schema of the same engine, at the same durability, by the least
//! program that can do it.

pub(crate) mod sqlite;

use rand::rngs::StdRng;
use rand::seq::SliceRandom as _;
use rand::{Rng as _, RngExt as _, SeedableRng as _};

/// What is written for one submission.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rows {
    /// The sealed ballot and nothing else.
    Ballot,
    /// All that a submission changes: the link goes, the invitation is marked, the tombstone and the ballot come.
    All,
}

/// Where an invitation belongs.
#[derive(Clone)]
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
    noise: Vec<u8>,
    sealed: usize,
}

impl Material {
    /// A submission for each of these places, in random order, with ballots of this many sealed bytes.
    pub(crate) fn new(mut places: Vec<Place>, sealed: usize) -> Self {
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
        Self { changes: changes.collect(), noise, sealed }
    }

    /// The sealed bytes of a ballot. They cannot be compressed, like real ones.
    pub(crate) fn sealed(&self, change: &Change) -> &[u8] {
        self.noise.get(change.sealed_at..change.sealed_at + self.sealed).unwrap_or_default()
    }
}
