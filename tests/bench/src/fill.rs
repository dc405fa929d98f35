//! Filling a database with rows as many rounds would have left them, straight into its tables: the people who were
//! asked, their used invitations, the tombstones of their links, and their ballots.

mod postgres;
mod sqlite;

use rand::rngs::StdRng;
use rand::{Rng as _, RngExt as _, SeedableRng as _};
use uuid::Uuid;

use crate::Outcome;
use crate::founding::{Database, Site};

/// A review whose people are to be filled in.
pub(crate) struct Filled {
    pub(crate) round: String,
    pub(crate) review: String,
}

/// What is filled in.
pub(crate) struct Filling<'a> {
    organisation: &'a str,
    reviews: &'a [Filled],
    answers: Vec<Answer>,
    noise: Vec<u8>,
    sealed: usize,
}

/// What one person has left behind. Their review is given by its place in the list.
struct Answer {
    review: usize,
    rater: Uuid,
    invitation: Uuid,
    spent: [u8; 32],
    ballot: Uuid,
}

impl<'a> Filling<'a> {
    /// So many people for each of these reviews, with ballots of this many sealed bytes.
    pub(crate) fn new(organisation: &'a str, reviews: &'a [Filled], people: usize, sealed: usize) -> Self {
        // The reviews are new each time, so their number of people begins another sequence; the ids of an earlier
        // filling do not return.
        let seed =
            reviews.first().and_then(|filled| filled.review.parse::<Uuid>().ok()).map_or(0, |id| id.as_u64_pair().0);
        let mut rng = StdRng::seed_from_u64(seed);
        let mut noise = vec![0; 1 << 20];
        rng.fill_bytes(&mut noise);
        let id = |rng: &mut StdRng| uuid::Builder::from_random_bytes(rng.random()).into_uuid();
        let answers = (0..reviews.len() * people).map(|at| Answer {
            review: at % reviews.len(),
            rater: id(&mut rng),
            invitation: id(&mut rng),
            spent: rng.random(),
            ballot: id(&mut rng),
        });
        Self { organisation, reviews, answers: answers.collect(), noise, sealed }
    }

    /// Writes it. The service must not run.
    pub(crate) fn write(mut self, site: &Site) -> Outcome {
        match &site.database {
            Database::Sqlite => sqlite::write(&mut self, &site.server.database()),
            Database::Postgres(server, name) => postgres::write(&mut self, &server.url(name)),
        }
    }

    /// The answers in the order of a key, in which a table is quickest to fill, with their reviews.
    fn by<K: Ord>(&mut self, key: impl Fn(&Answer, &Filled) -> K) -> impl Iterator<Item = (&Answer, &Filled)> {
        let reviews = self.reviews;
        self.answers.sort_by_cached_key(|answer| reviews.get(answer.review).map(|review| key(answer, review)));
        self.answers.iter().filter_map(|answer| Some((answer, reviews.get(answer.review)?)))
    }
}

/// Bytes that cannot be compressed, like sealed ones; the tombstone's hash says where they begin.
fn sealed<'a>(noise: &'a [u8], length: usize, answer: &Answer) -> &'a [u8] {
    let [first, second, third, ..] = answer.spent;
    let at = usize::try_from(u32::from_be_bytes([0, first, second, third])).unwrap_or(0) % (noise.len() - length);
    noise.get(at..at + length).unwrap_or_default()
}

fn email(answer: &Answer) -> String {
    format!("{}@ashgrove.example.org", answer.rater.simple())
}
