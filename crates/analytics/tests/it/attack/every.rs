//! Every data set of a review of large groups, released as a whole: data sets that release the same bytes are what a
//! reader cannot tell apart. People of one group are interchangeable, so a data set is how often each row of answers
//! was given in each group.

use std::collections::HashMap;
use std::error::Error;
use std::hash::{DefaultHasher, Hash, Hasher};

use candour_domain::policy::PolicyRequest;

use crate::world::{Prepared, World};

/// A review of which all data sets are released.
#[derive(Clone, Debug)]
pub(crate) struct Every {
    /// How many people answer in each group.
    pub(crate) groups: Vec<usize>,
    pub(crate) points: u8,
    pub(crate) items: usize,
    pub(crate) threshold: u32,
    pub(crate) insiders: u32,
    pub(crate) strict: bool,
    pub(crate) harmful_end: Option<&'static str>,
    /// Only data sets in which the sum of each group is this; all, if empty. For one item.
    pub(crate) sums: Vec<usize>,
}

/// What readers of all releases know.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Known {
    pub(crate) data_sets: usize,
    pub(crate) documents: usize,
    /// A document, a group and an item, of which an outsider knows that everybody gave the same.
    pub(crate) by_outsiders: usize,
    /// A document, what an insider answered, a group and an item, of which they know what everybody else gave: not the
    /// highest mark.
    pub(crate) by_insiders: usize,
    /// The same of the highest mark, or of the mark at the other end if that is the harmless one.
    pub(crate) top_marks: usize,
}

/// How often each row was given.
type Counts = Vec<usize>;

impl Every {
    pub(crate) fn new(groups: &[usize], points: u8, items: usize, threshold: u32) -> Self {
        Self {
            groups: groups.to_vec(),
            points,
            items,
            threshold,
            insiders: 1,
            strict: false,
            harmful_end: Some("lowest"),
            sums: Vec::new(),
        }
    }

    pub(crate) fn with_sums(self, sums: &[usize]) -> Self {
        Self { sums: sums.to_vec(), ..self }
    }

    /// Releases every data set.
    pub(crate) fn run(&self) -> Result<Known, Box<dyn Error>> {
        let mut world = World::new(&[self.items], &vec![&[][..]; self.groups.len()]);
        world.points = self.points;
        world.harmful_end = self.harmful_end;
        world.policy = PolicyRequest {
            threshold: Some(self.threshold),
            colluding_insiders: Some(self.insiders),
            strict: Some(self.strict),
            ..PolicyRequest::default()
        };
        let mut prepared = Prepared::new(&world)?;
        let rows = self.rows();
        let of_groups: Vec<Vec<Counts>> = (0..self.groups.len()).map(|group| self.counts(group, &rows)).collect();
        // For each document and reader, which marks each group may have given to each item, a bit for each. A reader
        // from outside is the first, then one for each row that somebody of each group may have given.
        let readers = 1 + self.groups.len() * rows.len();
        let mut possible: HashMap<u64, Vec<u16>> = HashMap::new();
        let mut known = Known::default();
        let mut at = vec![0; of_groups.len()];
        loop {
            let set: Vec<&Counts> = at.iter().zip(&of_groups).map(|(at, counts)| &counts[*at]).collect();
            let mut people = Vec::new();
            for (group, counts) in set.iter().enumerate() {
                for (row, count) in rows.iter().zip(*counts) {
                    people.extend(std::iter::repeat_n(
                        (group, row.iter().copied().map(Some).collect::<Vec<_>>()),
                        *count,
                    ));
                }
            }
            let mut hasher = DefaultHasher::new();
            prepared.publish(&people)?.hash(&mut hasher);
            let seen =
                possible.entry(hasher.finish()).or_insert_with(|| vec![0; readers * self.groups.len() * self.items]);
            known.data_sets += 1;
            self.see(&set, &rows, seen);
            // The next data set, as an odometer turns.
            let Some(turned) = (0..at.len()).find(|group| at[*group] + 1 < of_groups[*group].len()) else { break };
            at[turned] += 1;
            at[..turned].fill(0);
        }
        known.documents = possible.len();
        let harmless = match self.harmful_end {
            Some("highest") => 1,
            Some(_) => self.points,
            None => 0,
        };
        for seen in possible.values() {
            for (place, marks) in seen.iter().enumerate().filter(|(_, marks)| marks.is_power_of_two()) {
                let outsider = place < self.groups.len() * self.items;
                *if outsider {
                    &mut known.by_outsiders
                } else if !self.strict && *marks == 1 << harmless {
                    &mut known.top_marks
                } else {
                    &mut known.by_insiders
                } += 1;
            }
        }
        Ok(known)
    }

    /// Adds what each reader may think after this data set.
    fn see(&self, set: &[&Counts], rows: &[Vec<u8>], seen: &mut [u16]) {
        let width = self.groups.len() * self.items;
        let mut add = |reader: usize, own: Option<(usize, usize)>| {
            for (group, counts) in set.iter().enumerate() {
                for (row, count) in counts.iter().enumerate() {
                    if *count > usize::from(own == Some((group, row))) {
                        for (item, mark) in rows[row].iter().enumerate() {
                            seen[reader * width + group * self.items + item] |= 1 << mark;
                        }
                    }
                }
            }
        };
        add(0, None);
        for (group, counts) in set.iter().enumerate() {
            for row in (0..rows.len()).filter(|row| counts[*row] > 0) {
                add(1 + group * rows.len() + row, Some((group, row)));
            }
        }
    }

    /// Every row that one person may answer.
    fn rows(&self) -> Vec<Vec<u8>> {
        (0..self.items).fold(vec![Vec::new()], |rows, _| {
            rows.iter()
                .flat_map(|row: &Vec<u8>| (1..=self.points).map(|mark| [row.as_slice(), &[mark]].concat()))
                .collect()
        })
    }

    /// How often each row may have been given in a group.
    fn counts(&self, group: usize, rows: &[Vec<u8>]) -> Vec<Counts> {
        let people = self.groups[group];
        let mut partial: Vec<Counts> = vec![Vec::new()];
        for at in 0..rows.len() {
            let extend = |counts: &Counts| {
                let left = people - counts.iter().sum::<usize>();
                let least = if at + 1 == rows.len() { left } else { 0 };
                (least..=left).map(|count| [counts.as_slice(), &[count]].concat()).collect::<Vec<_>>()
            };
            partial = partial.iter().flat_map(extend).collect();
        }
        if let Some(wanted) = self.sums.get(group) {
            let sum = |counts: &Counts| {
                rows.iter().zip(counts).map(|(row, count)| usize::from(row[0]) * count).sum::<usize>()
            };
            partial.retain(|counts| sum(counts) == *wanted);
        }
        partial
    }
}

/// What is released for the record, and whether it takes long.
#[cfg_attr(test, expect(dead_code, reason = "the example runs it"))]
pub(crate) fn all() -> Vec<(Every, bool)> {
    let mut all = Vec::new();
    for threshold in [3, 4] {
        // All 561 pairs of sums that print two means, and those that print bands.
        all.push((Every::new(&[10, 10], 5, 1, threshold), true));
        all.push((Every::new(&[10, 11], 5, 1, threshold), true));
        all.push((Every::new(&[10], 5, 1, threshold), false));
        all.push((Every::new(&[11], 5, 1, threshold), false));
        all.push((Every::new(&[13], 5, 1, threshold), false));
        all.push((Every::new(&[10, 10], 2, 1, threshold), false));
        all.push((Every::new(&[10, 10], 3, 1, threshold), false));
        all.push((Every::new(&[12, 13], 3, 1, threshold), false));
        all.push((Every::new(&[10, 10, 10], 3, 1, threshold), true));
        all.push((Every::new(&[10], 7, 1, threshold), false));
        all.push((Every::new(&[12], 7, 1, threshold), false));
        all.push((Every::new(&[10, 10], 2, 2, threshold), false));
        all.push((Every::new(&[10], 3, 2, threshold), true));
        all.push((Every { strict: true, ..Every::new(&[10], 5, 1, threshold) }, false));
        all.push((Every { harmful_end: Some("highest"), ..Every::new(&[10], 5, 1, threshold) }, false));
        all.push((Every { harmful_end: None, ..Every::new(&[11], 5, 1, threshold) }, false));
    }
    // Three groups, at sums that are printed as means near the ends and in the middle.
    for sums in [[40, 47, 46], [20, 48, 48], [47, 47, 47], [17, 17, 16]] {
        all.push((Every::new(&[10, 10, 10], 5, 1, 4).with_sums(&sums), true));
    }
    for sums in [[40, 47], [20, 48], [26, 40]] {
        all.push((Every::new(&[12, 13], 5, 1, 4).with_sums(&sums), false));
        all.push((Every::new(&[10, 10], 7, 1, 4).with_sums(&sums), true));
    }
    all
}
