//! How long the algebra of the audit takes for a usual report (8 competencies of 5 items, 7 groups) and for a very
//! large one (20 of 10, 30 groups).

use std::hint::black_box;

use candour_analytics::audit::interval::Intervals;
use candour_analytics::audit::linear::{Known, Terms};
use candour_analytics::audit::span::Span;
use criterion::{Criterion, criterion_group, criterion_main};
use report::{Shape, Total, report};

#[path = "../tests/it/linear/report.rs"]
mod report;

fn linear(criterion: &mut Criterion) {
    for (name, shape) in [
        ("8x5x7", Shape { competencies: 8, items: 5, groups: 7 }),
        ("20x10x30", Shape { competencies: 20, items: 10, groups: 30 }),
    ] {
        // One decimal leaves sums open where a total is over many people: the only case in which there is much to
        // solve.
        for (total, over, decimals) in [
            ("everybody, two decimals", Total::Everybody, 2),
            ("everybody, one decimal", Total::Everybody, 1),
            ("printed", Total::Printed, 2),
        ] {
            let Ok(report) = report(shape, over, decimals, 1) else { continue };
            criterion.bench_function(&format!("span/{name}/{total}"), |bencher| {
                bencher.iter(|| {
                    let span = Span::of(report.system.known().iter().map(Known::terms));
                    black_box(report.targets.iter().filter(|target| span.contains(target)).count())
                });
            });
            // Every target must have a range, and the truth must be in it; otherwise the time says nothing.
            let solved = || {
                let Ok(intervals) = Intervals::of(&report.system, &mut || true) else { return 0 };
                let holds = |target: &&Terms| {
                    let truth: i64 = target.iter().filter_map(|(unknown, _)| report.sums.get(*unknown)).sum();
                    intervals
                        .range(target, &mut || true)
                        .is_ok_and(|range| (range.lowest..=range.highest).contains(&truth))
                };
                report.targets.iter().filter(holds).count()
            };
            assert_eq!(solved(), report.targets.len());
            criterion.bench_function(&format!("ranges/{name}/{total}"), |bencher| bencher.iter(|| black_box(solved())));
        }
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(10);
    targets = linear
}
criterion_main!(benches);
