//! Counting many rows in a large cube, on one thread or several.
//!
//! In a cube that is larger than a core's cache nearly every row of a table in no order would wait for memory. So the
//! rows are first sorted by the piece of the cube in which they are counted, and then each piece is counted while it
//! stays in the cache (the partitioned aggregation of databases). Pieces do not overlap: threads share nothing, nothing
//! is merged, and the sums are the same for any number of them.

use std::num::NonZeroUsize;

use super::{Columns, CountCube, CubeError, RowOf, Shape};

/// How many counts a piece holds: 256 KiB of them, so that it fits in a core's cache, and a place in it fits in 16
/// bits.
const PIECE: usize = 1 << 16;

/// A cube of at most this many counts, 1 MiB, is counted row by row.
const SMALL: usize = 4 * PIECE;

/// A thread costs about as much as counting this many rows.
const ROWS_WORTH_A_THREAD: usize = 1 << 16;

/// Counts all rows on at most this many threads, which changes nothing about the cube. It takes up to 4 bytes a row
/// meanwhile.
///
/// # Errors
/// As for [`CountCube::new`] and [`CountCube::add_columns`]; of several rows that do not fit the first is named.
///
/// # Examples
/// ```
/// use candour_analytics::cube::{Columns, Shape, count_columns};
/// let columns = Columns { subjects: &[0, 1, 1], groups: &[0, 0, 0], items: &[1, 0, 0], codes: &[2, 0, 0] };
/// let shape = Shape { subjects: 2, groups: 1, items: 2, values: 3 };
/// let cube = count_columns(&columns, shape, 2.try_into()?)?;
/// assert_eq!(cube.cell(1, 0, 0), Some(&[2, 0, 0][..]));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn count_columns(columns: &Columns<'_>, shape: Shape, threads: NonZeroUsize) -> Result<CountCube, CubeError> {
    let mut cube = CountCube::new(shape)?;
    cube.has_room_for(columns)?;
    let worthwhile = NonZeroUsize::new(columns.codes.len() / ROWS_WORTH_A_THREAD).unwrap_or(NonZeroUsize::MIN);
    match threads.min(worthwhile) {
        NonZeroUsize::MIN => cube.add_columns(columns)?,
        threads => add_columns(&mut cube, columns, threads)?,
    }
    Ok(cube)
}

/// Whether sorting this many rows pays in a cube of this many counts.
pub(super) fn is_worth_it(rows: usize, counts: usize) -> bool {
    counts > SMALL && rows > counts / 16
}

/// Counts every row, or none if one of them does not fit. The cube has room for them.
pub(super) fn add_columns(cube: &mut CountCube, columns: &Columns<'_>, threads: NonZeroUsize) -> Result<(), CubeError> {
    let shape = cube.shape;
    let part = columns.codes.len().div_ceil(threads.get()).max(1);
    let sorted = on_threads(columns.parts(part).map(|part| move || Sorted::new(&part, shape)));
    let mut parts = Vec::new();
    for (number, part_sorted) in sorted.into_iter().enumerate() {
        parts.push(part_sorted.map_err(|row| CubeError::OutOfShape { row: number * part + row })?);
    }
    let mut shares: Vec<Vec<(usize, &mut [u32])>> = (0..threads.get()).map(|_| Vec::new()).collect();
    for (number, piece) in cube.counts.chunks_mut(PIECE).enumerate() {
        if let Some(share) = shares.get_mut(number % threads) {
            share.push((number, piece));
        }
    }
    let parts = &parts;
    let added = on_threads(
        shares
            .into_iter()
            .map(|share| move || share.into_iter().map(|(number, piece)| count(piece, number, parts)).sum::<u32>()),
    );
    cube.answers += added.iter().sum::<u32>();
    Ok(())
}

/// Does each part on a thread of its own, the last on this one.
fn on_threads<T: Send>(work: impl Iterator<Item = impl FnOnce() -> T + Send>) -> Vec<T> {
    let mut work: Vec<_> = work.collect();
    let last = work.pop();
    std::thread::scope(|scope| {
        let threads: Vec<_> = work.into_iter().map(|work| scope.spawn(work)).collect();
        let last = last.map(|work| work());
        let done =
            threads.into_iter().map(|thread| thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        done.chain(last).collect()
    })
}

/// Counts what belongs to one piece of the cube.
fn count(piece: &mut [u32], number: usize, parts: &[Sorted]) -> u32 {
    let mut added = 0;
    for places in parts.iter().filter_map(|part| part.0.get(number)) {
        for &place in places {
            if let Some(count) = piece.get_mut(usize::from(place)) {
                *count += 1;
                added += 1;
            }
        }
    }
    added
}

/// The places of rows by piece of the cube.
struct Sorted(Vec<Vec<u16>>);

impl Sorted {
    /// Sorts rows, or gives the first that does not fit.
    fn new(columns: &Columns<'_>, shape: Shape) -> Result<Self, usize> {
        let mut pieces = vec![Vec::new(); shape.counts().unwrap_or(0).div_ceil(PIECE)];
        for (row, place) in columns.places(shape).enumerate() {
            match place {
                RowOf::At(place) => {
                    if let (Some(piece), Ok(place)) = (pieces.get_mut(place / PIECE), u16::try_from(place % PIECE)) {
                        piece.push(place);
                    }
                }
                RowOf::NotObserved => {}
                RowOf::Outside => return Err(row),
            }
        }
        Ok(Self(pieces))
    }
}

impl<'a> Columns<'a> {
    /// The columns in parts of `rows` rows, of which the last may be shorter.
    fn parts(self, rows: usize) -> impl Iterator<Item = Columns<'a>> {
        let parts = self
            .subjects
            .chunks(rows)
            .zip(self.groups.chunks(rows))
            .zip(self.items.chunks(rows))
            .zip(self.codes.chunks(rows));
        parts.map(|(((subjects, groups), items), codes)| Columns { subjects, groups, items, codes })
    }
}
