//! Ratings to be counted, made from a seed: each subject is rated on 40 items by 25 people of 7 groups on a scale of 1
//! to 5, which makes 1,000 ratings and 280 cells a subject.

pub(crate) mod figures;

use candour_analytics::cube::{Columns, Shape};
use rand::rngs::StdRng;
use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng};

/// The mark for which code 0 stands.
pub(crate) const LOWEST: u8 = 1;

/// How many people of each group rate a subject.
const PEOPLE: [u8; 7] = [1, 1, 4, 5, 5, 6, 3];
const ITEMS: u16 = 40;
const VALUES: u8 = 5;
const RATINGS_OF_A_SUBJECT: u32 = 1_000;

/// In which order the ratings come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    /// Subject by subject and ballot by ballot, as they are counted.
    Ballots,
    /// In none.
    Shuffled,
}

/// Ratings by column.
#[derive(Debug, Default)]
pub(crate) struct Ratings {
    pub(crate) subjects: Vec<u32>,
    pub(crate) groups: Vec<u8>,
    pub(crate) items: Vec<u16>,
    pub(crate) codes: Vec<u8>,
    number_of_subjects: u32,
}

impl Ratings {
    /// This many ratings, of which there are a thousand to a subject.
    pub(crate) fn generate(ratings: u32, order: Order, seed: u64) -> Self {
        let mut rng = StdRng::seed_from_u64(seed);
        let number_of_subjects = ratings / RATINGS_OF_A_SUBJECT;
        let mut rows = Vec::new();
        for subject in 0..number_of_subjects {
            let mut raters: Vec<u8> =
                (0..).zip(PEOPLE).flat_map(|(group, people)| (0..people).map(move |_| group)).collect();
            raters.shuffle(&mut rng);
            for group in raters {
                // A rater has a level, and an item differs from it by a point at most.
                let level: i8 = rng.random_range(1..=3);
                rows.extend(
                    (0..ITEMS).map(|item| (subject, group, item, (level + rng.random_range(-1..=1)).unsigned_abs())),
                );
            }
        }
        if order == Order::Shuffled {
            rows.shuffle(&mut rng);
        }
        let mut columns = Self { number_of_subjects, ..Self::default() };
        for (subject, group, item, code) in rows {
            columns.subjects.push(subject);
            columns.groups.push(group);
            columns.items.push(item);
            columns.codes.push(code);
        }
        columns
    }

    pub(crate) fn columns(&self) -> Columns<'_> {
        Columns { subjects: &self.subjects, groups: &self.groups, items: &self.items, codes: &self.codes }
    }

    /// The shape of their cube.
    pub(crate) fn shape(&self) -> Shape {
        Shape { subjects: self.number_of_subjects, groups: 7, items: ITEMS, values: VALUES }
    }
}
