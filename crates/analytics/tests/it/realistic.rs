//! A thousand reports as they come, at three thresholds.

use std::io::Write;

use candour_analytics::CellState;
use candour_domain::policy::PolicyRequest;
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use crate::world::{Ballot, Outcome, World};

const REPORTS: u64 = 1000;

/// Five groups of 2 to 12, eight competencies of five items, answers around 3.8 with a standard deviation of 0.9, 6 %
/// not observed.
fn report(threshold: u32, seed: u64) -> World {
    let mut rng = StdRng::seed_from_u64(seed);
    let mut world = World::new(&[5; 8], &[]);
    world.policy = PolicyRequest { threshold: Some(threshold), ..PolicyRequest::default() };
    let answer = |rng: &mut StdRng| {
        // The sum of twelve uniform numbers is nearly normal with a standard deviation of 1.
        let normal = (0..12).map(|_| rng.random::<f64>()).sum::<f64>() - 6.0;
        let mark = (3.8 + 0.9 * normal).round().clamp(1.0, 5.0);
        (!rng.random_bool(0.06)).then(|| (1..=5u8).find(|point| f64::from(*point) >= mark).unwrap_or(5))
    };
    for _ in 0..5 {
        let people = rng.random_range(2..=12);
        world.groups.push(
            (0..people)
                .map(|_| Ballot { answers: (0..40).map(|_| answer(&mut rng)).collect(), comments: Vec::new() })
                .collect(),
        );
    }
    world
}

/// Every report is published and certified; says how much of it is shown.
fn thousand_reports(threshold: u32) -> Outcome {
    let (mut cells, mut suppressed, mut banded, mut alone, mut checks, mut top_marks) =
        (0u64, 0u64, 0u64, 0u64, 0u64, 0u64);
    let (mut with_distributions, mut distributions, mut nothing) = (0u64, 0u64, 0u64);
    for seed in 0..REPORTS {
        let result = report(threshold, seed).count()?;
        let audit = result.audit.ok_or("a result without an audit")?;
        assert_eq!(audit.uncertified, 0);
        (checks, top_marks) = (checks + audit.checks, top_marks + audit.top_mark_inferences);
        nothing += u64::from(result.blocks.is_empty());
        alone += u64::try_from(result.blocks.iter().filter(|block| block.groups.len() == 1).count())?;
        let items = || result.competencies.iter().flat_map(|competency| &competency.items);
        let spread = u64::try_from(items().map(|item| item.distributions.len()).sum::<usize>())?;
        with_distributions += u64::from(spread > 0);
        distributions += spread;
        for cell in items().flat_map(|item| &item.cells) {
            cells += 1;
            match cell.cell.state() {
                CellState::Suppressed => suppressed += 1,
                CellState::Low | CellState::High => banded += 1,
                CellState::Published => {}
            }
        }
    }
    let per_cent = |part: u64, whole: u64| format!("{}.{} %", 100 * part / whole, 1000 * part / whole % 10);
    writeln!(
        std::io::stderr(),
        "threshold {threshold}: {checks} checks, {top_marks} top-mark inferences at most, nothing shown {}, item cells \
         suppressed {}, banded {}, groups alone {}, reports with distributions {}, item cells with one {}",
        per_cent(nothing, REPORTS),
        per_cent(suppressed, cells),
        per_cent(banded, cells),
        per_cent(alone, 5 * REPORTS),
        per_cent(with_distributions, REPORTS),
        per_cent(distributions, cells),
    )?;
    Ok(())
}

#[test]
fn a_thousand_reports_at_threshold_three_are_certified() -> Outcome {
    thousand_reports(3)
}

#[test]
fn a_thousand_reports_at_threshold_four_are_certified() -> Outcome {
    thousand_reports(4)
}

#[test]
fn a_thousand_reports_at_threshold_five_are_certified() -> Outcome {
    thousand_reports(5)
}
