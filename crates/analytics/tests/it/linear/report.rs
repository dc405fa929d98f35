//! A whole report as a system: competencies of items, rater groups, one of them hidden.

use candour_analytics::audit::linear::{Known, LinearError, System, Terms};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

/// The size of a report.
#[derive(Clone, Copy)]
pub(crate) struct Shape {
    pub(crate) competencies: usize,
    pub(crate) items: usize,
    pub(crate) groups: usize,
}

/// Whom a total is over.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Total {
    /// Everybody, the hidden group too: the usual rule.
    Everybody,
    /// The groups that are printed.
    Printed,
}

/// What is printed, what is asked, and what is true.
pub(crate) struct Report {
    pub(crate) system: System,
    /// The hidden group's sum of each item, of each competency, and of all.
    pub(crate) targets: Vec<Terms>,
    pub(crate) sums: Vec<i64>,
}

/// A report with so many decimals on a scale of 1 to 5. The last group, of two people, is hidden.
pub(crate) fn report(shape: Shape, total: Total, decimals: u32, seed: u64) -> Result<Report, LinearError> {
    let mut random = StdRng::seed_from_u64(seed);
    let sizes: Vec<i64> =
        (0..shape.groups).map(|group| if group + 1 == shape.groups { 2 } else { random.random_range(4..=9) }).collect();
    let items = shape.competencies * shape.items;
    let mut system = System::default();
    let mut sums = Vec::new();
    for _ in 0..items {
        for size in &sizes {
            system.unknown(*size, 5 * size)?;
            sums.push((0..*size).map(|_| random.random_range(1..=5)).sum());
        }
    }
    let cell = |item: usize, group: usize| item * shape.groups + group;
    // A figure over some items of some groups: an item, a competency, or all.
    let mut print = |items: std::ops::Range<usize>, groups: std::ops::Range<usize>| {
        let people: i64 = sizes[groups.clone()].iter().sum();
        let denominator = people * i64::try_from(items.len()).map_err(|_error| LinearError::Overflow)?;
        let cells: Vec<usize> = items.flat_map(|item| groups.clone().map(move |group| cell(item, group))).collect();
        let sum: i64 = cells.iter().map(|cell| sums[*cell]).sum();
        let printed = (2 * 10_i64.pow(decimals) * sum + denominator).div_euclid(2 * denominator);
        system.know(Known::mean(cells.into_iter().map(|cell| (cell, 1)), denominator, printed, decimals)?)
    };
    let spans: Vec<_> = (0..items)
        .map(|item| item..item + 1)
        .chain((0..shape.competencies).map(|competency| competency * shape.items..(competency + 1) * shape.items))
        .chain(std::iter::once(0..items))
        .collect();
    let hidden = shape.groups - 1;
    for span in &spans {
        for group in 0..hidden {
            print(span.clone(), group..group + 1)?;
        }
        print(span.clone(), 0..if total == Total::Everybody { shape.groups } else { hidden })?;
    }
    let targets = spans.into_iter().map(|span| span.map(|item| (cell(item, hidden), 1)).collect()).collect();
    Ok(Report { system, targets, sums })
}
