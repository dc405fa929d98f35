//! What a report of the usual size gives away about a hidden group of two.

use candour_analytics::audit::interval::Intervals;
use candour_analytics::audit::linear::Known;
use candour_analytics::audit::span::Span;

use super::Outcome;
use super::report::{Shape, Total, report};

const USUAL: Shape = Shape { competencies: 8, items: 5, groups: 7 };

#[test]
fn totals_of_everybody_give_every_figure_of_the_hidden_group_away() -> Outcome {
    let report = report(USUAL, Total::Everybody, 2, 1)?;
    let span = Span::of(report.system.known().iter().map(Known::terms));
    let intervals = Intervals::of(&report.system, &mut || true)?;
    let mut recovered = 0;
    for target in &report.targets {
        let range = intervals.range(target, &mut || true)?;
        let truth: i64 = target.iter().map(|(unknown, _)| report.sums[*unknown]).sum();
        assert_eq!((range.lowest, range.highest), (truth, truth));
        recovered += usize::from(span.contains(target));
    }
    assert_eq!((recovered, report.targets.len()), (49, 49));
    Ok(())
}

#[test]
fn totals_of_printed_groups_leave_the_whole_scale_open() -> Outcome {
    let report = report(USUAL, Total::Printed, 2, 1)?;
    let span = Span::of(report.system.known().iter().map(Known::terms));
    let intervals = Intervals::of(&report.system, &mut || true)?;
    assert_eq!(report.system.satisfied_by(&report.sums), Ok(true));
    for target in &report.targets {
        assert!(!span.contains(target));
        let range = intervals.range(target, &mut || true)?;
        let items = i64::try_from(target.len())?;
        assert_eq!((range.lowest, range.highest), (2 * items, 10 * items));
    }
    Ok(())
}

/// With one decimal a total of forty people leaves a few sums open, the more so the longer it is; the truth is always
/// among them.
#[test]
fn totals_of_everybody_with_one_decimal_narrow_every_figure_down() -> Outcome {
    let report = report(USUAL, Total::Everybody, 1, 1)?;
    let intervals = Intervals::of(&report.system, &mut || true)?;
    for target in &report.targets {
        let range = intervals.range(target, &mut || true)?;
        let truth: i64 = target.iter().map(|(unknown, _)| report.sums[*unknown]).sum();
        assert!(range.lowest <= truth && truth <= range.highest);
        let items = i64::try_from(target.len())?;
        assert!(range.highest - range.lowest <= 5 * items, "{} to {} of {items} items", range.lowest, range.highest);
    }
    Ok(())
}
