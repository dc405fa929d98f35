//! n, mean and SD of every cell of a cube, as the answer of a database has them.

use std::num::NonZeroUsize;

use candour_analytics::cube::{CountCube, Moments};

use crate::ratings::LOWEST;

/// A row for each cell that has answers, by subject, then group, then item.
#[derive(Debug, Default)]
pub(crate) struct Figures {
    /// The number of the cell.
    pub(crate) cells: Vec<u32>,
    pub(crate) answers: Vec<u32>,
    pub(crate) means: Vec<f64>,
    /// With n - 1; not a number for a single answer.
    pub(crate) deviations: Vec<f64>,
}

/// The figures of every cell, in one part for each thread.
pub(crate) fn figures(cube: &CountCube, threads: NonZeroUsize) -> Vec<Figures> {
    let part = cube.cells().count().div_ceil(threads.get());
    std::thread::scope(|scope| {
        let others: Vec<_> =
            (1..threads.get()).map(|number| scope.spawn(move || Figures::of(cube, number * part, part))).collect();
        let first = Figures::of(cube, 0, part);
        let others =
            others.into_iter().map(|thread| thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        std::iter::once(first).chain(others).collect()
    })
}

impl Figures {
    /// The figures of `number` cells from this one on.
    #[expect(
        clippy::cast_precision_loss,
        reason = "no cell has so many answers that their squares leave the whole numbers of f64"
    )]
    fn of(cube: &CountCube, first: usize, number: usize) -> Self {
        let mut figures = Self {
            cells: Vec::with_capacity(number),
            answers: Vec::with_capacity(number),
            means: Vec::with_capacity(number),
            deviations: Vec::with_capacity(number),
        };
        for (cell, counts) in (first..).zip(cube.cells().skip(first).take(number)) {
            let Moments { answers, sum, squares } = Moments::of(counts, LOWEST);
            if answers > 0 {
                let (n, sum, squares) = (f64::from(answers), sum as f64, squares as f64);
                figures.cells.extend(u32::try_from(cell).ok());
                figures.answers.push(answers);
                figures.means.push(sum / n);
                figures.deviations.push(((squares - sum * sum / n) / (n - 1.0)).sqrt());
            }
        }
        figures
    }
}
