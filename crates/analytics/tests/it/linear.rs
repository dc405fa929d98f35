//! What a reader can work out from printed sums: published tables, the usual ways of printing a report, and random
//! systems against everything tried out.

mod figures;
mod fractions;
mod random;
mod report;
mod reports;
mod tables;

use candour_analytics::audit::interval::{Unsolved, range};
use candour_analytics::audit::linear::{Known, System, value_at};
use candour_analytics::audit::span::Span;

type Outcome = Result<(), Box<dyn std::error::Error>>;

/// The ends of a range, after a look at the points that come with them.
fn ends(system: &System, target: &[(usize, i64)]) -> Result<(i64, i64), Unsolved> {
    let range = range(system, target, &mut || true)?;
    for (point, value) in [(&range.lowest_at, range.lowest), (&range.highest_at, range.highest)] {
        assert_eq!(system.satisfied_by(point), Ok(true), "a point that does not agree with what is known");
        assert_eq!(value_at(target, point), Ok(value.into()), "a point with another value than claimed");
    }
    Ok((range.lowest, range.highest))
}

/// Whether a target follows from the figures of a system, taken as exact.
fn follows(system: &System, target: &[(usize, i64)]) -> bool {
    Span::of(system.known().iter().map(Known::terms)).contains(target)
}
