//! A dense count cube: how often each point of the scale was given, by subject, group and item.
//!
//! Every figure that depends on answers alone and not on who gave them together (n, sum, mean, SD, the share of
//! favourable answers) follows from these counts exactly, so answers are looked at once. Whole numbers only: the order
//! of the answers and the number of threads make no difference to a single bit.

use std::num::NonZeroUsize;

mod partition;

pub use partition::count_columns;

/// The most counts that a cube may hold: 2^28, which take 1 GiB.
pub const LARGEST: usize = 1 << 28;

/// The code for *not observed* and for an answer that is missing. It is on no scale and is never counted.
pub const NOT_OBSERVED: u8 = u8::MAX;

/// How many subjects, groups, items and points of the scale a cube has. Indices run from 0 to one less.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    /// Subjects.
    pub subjects: u32,
    /// Groups of raters.
    pub groups: u8,
    /// Items.
    pub items: u16,
    /// Points of the scale: codes are 0 for the lowest point to `values - 1` for the highest. At least 1.
    pub values: u8,
}

/// Ratings column by column: row `r` says that somebody in `groups[r]` gave `subjects[r]` the mark `codes[r]` on
/// `items[r]`.
#[derive(Clone, Copy, Debug)]
pub struct Columns<'a> {
    /// The subject of each rating.
    pub subjects: &'a [u32],
    /// The rater's group.
    pub groups: &'a [u8],
    /// The item.
    pub items: &'a [u16],
    /// The point of the scale from 0, or [`NOT_OBSERVED`].
    pub codes: &'a [u8],
}

/// Why something cannot be counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CubeError {
    /// A scale without points.
    #[error("a scale has at least one point")]
    NoValues,
    /// More than [`LARGEST`] counts.
    #[error("a cube of this shape would hold more than {LARGEST} counts")]
    TooLarge,
    /// The columns are not equally long.
    #[error("the columns are not equally long")]
    UnequalColumns,
    /// A subject, group, item or code outside the shape. The first such row is named, from 0.
    #[error("row {row} is outside the shape of the cube")]
    OutOfShape {
        /// The row, from 0.
        row: usize,
    },
    /// More answers than 32 bits can count.
    #[error("a cube counts at most 4,294,967,295 answers")]
    TooManyAnswers,
    /// Cubes of different shapes cannot be merged.
    #[error("the cubes have different shapes")]
    OtherShape,
}

/// How often each point of the scale was given: one count for each subject, group, item and point.
///
/// A cube counts at most 2^32 - 1 answers, so that no count can overflow. Whatever cannot be counted is refused, and
/// then nothing of it is.
///
/// # Examples
/// ```
/// use candour_analytics::cube::{CountCube, CubeError, Moments, NOT_OBSERVED, Shape};
/// // One subject, two groups, three items, a scale of 1 to 5, of which code 0 is the lowest point.
/// let mut cube = CountCube::new(Shape { subjects: 1, groups: 2, items: 3, values: 5 })?;
/// cube.add(0, 1, 2, 4)?;
/// cube.add(0, 1, 2, 3)?;
/// cube.add(0, 1, 2, NOT_OBSERVED)?;
/// assert_eq!(cube.cell(0, 1, 2), Some(&[0, 0, 0, 1, 1][..]));
/// assert_eq!(cube.moments(0, 1, 2, 1), Some(Moments { answers: 2, sum: 9, squares: 41 }));
/// // There is no third group.
/// assert_eq!(cube.add(0, 2, 0, 0), Err(CubeError::OutOfShape { row: 0 }));
/// assert_eq!(cube.cell(0, 2, 0), None);
/// # Ok::<(), CubeError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CountCube {
    shape: Shape,
    /// By subject, then group, then item, then value.
    counts: Vec<u32>,
    /// The sum of `counts`.
    answers: u32,
}

/// What mean and spread of some answers follow from, exactly.
///
/// The mean is `sum / answers`; the sum of squared deviations from it is `squares - sum * sum / answers`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Moments {
    /// How many answers there are.
    pub answers: u32,
    /// Their sum.
    pub sum: u64,
    /// The sum of their squares.
    pub squares: u64,
}

impl CountCube {
    /// An empty cube.
    ///
    /// # Errors
    /// [`CubeError::NoValues`] and [`CubeError::TooLarge`].
    pub fn new(shape: Shape) -> Result<Self, CubeError> {
        Ok(Self { shape, counts: vec![0; shape.counts()?], answers: 0 })
    }

    /// Its shape.
    #[must_use]
    pub fn shape(&self) -> Shape {
        self.shape
    }

    /// How many answers have been counted in all.
    #[must_use]
    pub fn answers(&self) -> u32 {
        self.answers
    }

    /// Counts one answer; [`NOT_OBSERVED`] is accepted and not counted.
    ///
    /// # Errors
    /// [`CubeError::OutOfShape`], whose row is 0, and [`CubeError::TooManyAnswers`].
    pub fn add(&mut self, subject: u32, group: u8, item: u16, code: u8) -> Result<(), CubeError> {
        self.add_columns(&Columns { subjects: &[subject], groups: &[group], items: &[item], codes: &[code] })
    }

    /// Counts every row; those with [`NOT_OBSERVED`] are checked like the others and not counted.
    ///
    /// # Errors
    /// [`CubeError::UnequalColumns`], [`CubeError::OutOfShape`] with the first row that does not fit, and
    /// [`CubeError::TooManyAnswers`]. Then the cube is as it was before.
    pub fn add_columns(&mut self, columns: &Columns<'_>) -> Result<(), CubeError> {
        self.has_room_for(columns)?;
        if partition::is_worth_it(columns.codes.len(), self.counts.len()) {
            return partition::add_columns(self, columns, NonZeroUsize::MIN);
        }
        let mut added = 0;
        for (row, place) in columns.places(self.shape).enumerate() {
            match place {
                RowOf::At(place) => {
                    if let Some(count) = self.counts.get_mut(place) {
                        *count += 1;
                        added += 1;
                    }
                }
                RowOf::NotObserved => {}
                RowOf::Outside => {
                    self.take_back(columns, row);
                    return Err(CubeError::OutOfShape { row });
                }
            }
        }
        self.answers += added;
        Ok(())
    }

    /// Adds the counts of another cube of the same shape.
    ///
    /// # Errors
    /// [`CubeError::OtherShape`] and [`CubeError::TooManyAnswers`]. Then the cube is as it was before.
    pub fn merge(&mut self, other: &Self) -> Result<(), CubeError> {
        if self.shape != other.shape {
            return Err(CubeError::OtherShape);
        }
        self.answers = self.answers.checked_add(other.answers).ok_or(CubeError::TooManyAnswers)?;
        for (count, more) in self.counts.iter_mut().zip(&other.counts) {
            *count += more;
        }
        Ok(())
    }

    /// How often each point was given, the lowest first; `None` outside the shape.
    #[must_use]
    pub fn cell(&self, subject: u32, group: u8, item: u16) -> Option<&[u32]> {
        let values = usize::from(self.shape.values);
        let start = self.shape.cell(subject, group, item)? * values;
        self.counts.get(start..start + values)
    }

    /// The number of answers of a cell, their sum and the sum of their squares, where code 0 stands for the mark
    /// `lowest`; `None` outside the shape.
    #[must_use]
    pub fn moments(&self, subject: u32, group: u8, item: u16, lowest: u8) -> Option<Moments> {
        self.cell(subject, group, item).map(|counts| Moments::of(counts, lowest))
    }

    /// The counts of every cell by subject, then group, then item; the index changes as in three nested loops.
    pub fn cells(&self) -> impl Iterator<Item = &[u32]> {
        self.counts.chunks_exact(usize::from(self.shape.values).max(1))
    }

    /// Whether these rows can be counted without an overflow.
    fn has_room_for(&self, columns: &Columns<'_>) -> Result<(), CubeError> {
        let room = u32::MAX - self.answers;
        // Only rows that could be too many are looked at.
        if u32::try_from(columns.rows()?).is_ok_and(|rows| rows <= room) {
            return Ok(());
        }
        let observed = columns.codes.iter().filter(|&&code| code != NOT_OBSERVED).count();
        if u32::try_from(observed).is_ok_and(|observed| observed <= room) {
            Ok(())
        } else {
            Err(CubeError::TooManyAnswers)
        }
    }

    /// Takes the first `rows` of these columns out again.
    fn take_back(&mut self, columns: &Columns<'_>, rows: usize) {
        for place in columns.places(self.shape).take(rows) {
            if let RowOf::At(place) = place
                && let Some(count) = self.counts.get_mut(place)
            {
                *count -= 1;
            }
        }
    }
}

impl Moments {
    /// The moments of answers that are given by how often each point occurs, where the first stands for the mark
    /// `lowest`.
    #[must_use]
    pub fn of(counts: &[u32], lowest: u8) -> Self {
        let mut moments = Self::default();
        for (value, &count) in (u64::from(lowest)..).zip(counts) {
            moments.answers += count;
            moments.sum += value * u64::from(count);
            moments.squares += value * value * u64::from(count);
        }
        moments
    }
}

/// Where a row of columns is counted.
enum RowOf {
    At(usize),
    NotObserved,
    Outside,
}

impl Shape {
    /// How many counts a cube of this shape holds.
    fn counts(self) -> Result<usize, CubeError> {
        if self.values == 0 {
            return Err(CubeError::NoValues);
        }
        let dimensions = [self.subjects, self.groups.into(), self.items.into(), self.values.into()];
        let counts =
            dimensions.iter().try_fold(1usize, |product, &size| product.checked_mul(usize::try_from(size).ok()?));
        counts.filter(|&counts| counts <= LARGEST).ok_or(CubeError::TooLarge)
    }

    /// The number of a cell; `None` outside the shape.
    fn cell(self, subject: u32, group: u8, item: u16) -> Option<usize> {
        if subject >= self.subjects || group >= self.groups || item >= self.items {
            return None;
        }
        // Inside a shape that holds at most LARGEST counts none of this overflows.
        let subject = usize::try_from(subject).ok()?;
        Some((subject * usize::from(self.groups) + usize::from(group)) * usize::from(self.items) + usize::from(item))
    }

    fn place(self, subject: u32, group: u8, item: u16, code: u8) -> RowOf {
        match self.cell(subject, group, item) {
            Some(cell) if code < self.values => RowOf::At(cell * usize::from(self.values) + usize::from(code)),
            Some(_) if code == NOT_OBSERVED => RowOf::NotObserved,
            _ => RowOf::Outside,
        }
    }
}

impl<'a> Columns<'a> {
    /// How many rows there are.
    fn rows(&self) -> Result<usize, CubeError> {
        let rows = self.subjects.len();
        let equal = self.groups.len() == rows && self.items.len() == rows && self.codes.len() == rows;
        if equal { Ok(rows) } else { Err(CubeError::UnequalColumns) }
    }

    /// Where each row is counted in a cube of this shape.
    fn places(&self, shape: Shape) -> impl Iterator<Item = RowOf> + use<'a> {
        let rows = self.subjects.iter().zip(self.groups).zip(self.items).zip(self.codes);
        rows.map(move |(((&subject, &group), &item), &code)| shape.place(subject, group, item, code))
    }
}

#[cfg(test)]
mod tests;
