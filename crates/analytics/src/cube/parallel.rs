//! Counting on several threads.

use std::num::NonZeroUsize;

use super::{Columns, CountCube, CubeError, Shape};

/// Counts all rows on at most this many threads, which changes nothing about the cube: every thread counts a part of the rows, and whole
/// numbers are added in any order to the same sum.
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
    let rows = columns.rows()?;
    // An empty cube first: a shape that cannot be is refused before a thread starts.
    let mut cube = CountCube::new(shape)?;
    let part = rows.div_ceil(threads.get()).max(1);
    if part >= rows {
        cube.add_columns(columns)?;
        return Ok(cube);
    }
    let parts: Vec<Columns<'_>> = columns.parts(part).collect();
    let counted: Vec<Result<CountCube, CubeError>> = std::thread::scope(|scope| {
        let threads: Vec<_> = parts.iter().map(|part| scope.spawn(move || counted(part, shape))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))).collect()
    });
    for (number, part_cube) in counted.into_iter().enumerate() {
        let part_cube = part_cube.map_err(|error| match error {
            CubeError::OutOfShape { row } => CubeError::OutOfShape { row: number * part + row },
            other => other,
        })?;
        cube.merge(&part_cube)?;
    }
    Ok(cube)
}

fn counted(columns: &Columns<'_>, shape: Shape) -> Result<CountCube, CubeError> {
    let mut cube = CountCube::new(shape)?;
    cube.add_columns(columns)?;
    Ok(cube)
}

impl<'a> Columns<'a> {
    /// The columns in parts of `rows` rows, of which the last may be shorter.
    fn parts(self, rows: usize) -> impl Iterator<Item = Columns<'a>> {
        let parts = self.subjects.chunks(rows).zip(self.groups.chunks(rows)).zip(self.items.chunks(rows)).zip(self.codes.chunks(rows));
        parts.map(|(((subjects, groups), items), codes)| Columns { subjects, groups, items, codes })
    }
}
