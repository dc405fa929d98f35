//! The quality report over many reviews: from stored results to what the framework's owner reads, and what somebody can
//! work out who has both.

use std::error::Error;

use candour_analytics::cohort::{QualityReport, quality_report};
use candour_analytics::statistics::descriptive::{mean, standard_deviation};
use candour_analytics::statistics::reliability::{
    alpha, alpha_if_dropped, corrected_item_total_correlations, feldt_interval,
};
use candour_analytics::statistics::self_other::GapTest;
use candour_analytics::{CellState, CountError, Decimal, ReviewResult};
use candour_domain::{FrameworkId, ReviewId};
use proptest::prelude::*;
use rand::rngs::StdRng;
use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng};

use crate::world::{Ballot, Outcome, World};

/// Reviews of one framework, before they are counted.
struct Cohort(Vec<World>);

impl Cohort {
    /// Reviews of these groups. What is answered is a part of the person and of the answer; one in twenty is *not
    /// observed*.
    fn drawn(seed: u64, reviews: usize, groups: &[usize]) -> Self {
        let mut rng = StdRng::seed_from_u64(seed);
        let review = |_| {
            let mut world = World::new(&[4, 3], &[]);
            let person = rng.random_range(2..=4);
            let mut ballot = || {
                let mut answer = || {
                    (!rng.random_ratio(1, 20))
                        .then(|| (person + rng.random_range(0..=2_u8)).saturating_sub(1).clamp(1, 5))
                };
                Ballot { answers: (0..7).map(|_| answer()).collect(), comments: Vec::new() }
            };
            world.groups = groups.iter().map(|people| (0..*people).map(|_| ballot()).collect()).collect();
            world.own = Some(ballot());
            world
        };
        Self((0..reviews).map(review).collect())
    }

    fn results(&self) -> Result<Vec<ReviewResult>, Box<dyn Error>> {
        let numbered = self.0.iter().zip(0_u8..).map(|(world, number)| {
            let mut result = world.count()?;
            result.review_id = ReviewId::from_random([number; 16]);
            Ok(result)
        });
        numbered.collect()
    }

    fn report(&self) -> Result<Option<QualityReport>, Box<dyn Error>> {
        let Some(first) = self.0.first() else { return Err("no review".into()) };
        Ok(quality_report(&first.framework()?, &self.results()?)?)
    }
}

/// What is left of the results when ids of comments, of which there are none, do not matter: the bytes.
fn bytes(results: &[ReviewResult]) -> Result<String, Box<dyn Error>> {
    Ok(serde_json::to_string(results)?)
}

#[test]
fn ten_reviews_in_which_something_is_shown_are_needed() -> Outcome {
    assert!(Cohort::drawn(1, 10, &[5, 6]).report()?.is_some());
    assert!(Cohort::drawn(1, 9, &[12, 12]).report()?.is_none());
    let mut cohort = Cohort::drawn(1, 11, &[5, 6]);
    cohort.0[3].groups = vec![vec![Ballot::new("3333333"); 3], Vec::new()];
    let report = cohort.report()?.ok_or("ten reviews are left")?;
    assert_eq!((report.reviews, report.raters), (10, 110));
    cohort.0[4].groups = vec![Vec::new(), Vec::new()];
    assert!(cohort.report()?.is_none(), "nine are left");
    Ok(())
}

#[test]
fn a_review_counts_once_and_answers_the_framework() -> Outcome {
    let cohort = Cohort::drawn(1, 10, &[5, 6]);
    let framework = cohort.0[0].framework()?;
    let results = cohort.results()?;
    let twice: Vec<_> = results.iter().chain(results.first()).cloned().collect();
    assert_eq!(quality_report(&framework, &twice), Err(CountError::Mismatch));
    let mut foreign = results;
    foreign[4].framework_id = FrameworkId::from_random([9; 16]);
    assert_eq!(quality_report(&framework, &foreign), Err(CountError::Mismatch));
    Ok(())
}

#[test]
fn nothing_depends_on_the_order_of_reviews() -> Outcome {
    let cohort = Cohort::drawn(3, 12, &[5, 6]);
    let (framework, mut results) = (cohort.0[0].framework()?, cohort.results()?);
    let expected = quality_report(&framework, &results)?;
    for seed in 0..5 {
        results.shuffle(&mut StdRng::seed_from_u64(seed));
        assert_eq!(quality_report(&framework, &results)?, expected);
    }
    Ok(())
}

fn tenths(decimal: Decimal) -> f64 {
    f64::from(i32::try_from(decimal.tenths()).unwrap_or_default()) / 10.0
}

#[track_caller]
fn same(printed: Option<impl ToString>, expected: Option<f64>) {
    assert!(expected.is_some());
    assert_eq!(printed.map(|printed| printed.to_string()), expected.map(|figure| format!("{figure:.2}")));
}

#[test]
fn every_figure_is_that_of_the_printed_figures() -> Outcome {
    let cohort = Cohort::drawn(5, 14, &[6, 7]);
    let (results, report) = (cohort.results()?, cohort.report()?.ok_or("a report")?);
    for (at, quality) in report.competencies.iter().enumerate() {
        let printed: Vec<_> = results.iter().map(|result| &result.competencies[at]).collect();
        let all: Vec<f64> = printed.iter().filter_map(|competency| competency.all.mean()).map(tenths).collect();
        assert_eq!(quality.reviews, 14);
        same(quality.mean, mean(&all));
        same(quality.deviation, standard_deviation(&all));
        let of_items: Vec<Vec<f64>> = (0..quality.items.len())
            .map(|item| printed.iter().filter_map(|competency| competency.items[item].all.mean()).map(tenths).collect())
            .collect();
        assert!(of_items.iter().all(|item| item.len() == 14), "every review prints every item");
        same(quality.alpha.map(|alpha| alpha.value), alpha(&of_items));
        let interval =
            alpha(&of_items).and_then(|alpha| feldt_interval(alpha, 14, u32::try_from(of_items.len()).ok()?, 0.95));
        same(quality.alpha.and_then(|alpha| alpha.lower), interval.map(|ends| ends.lower));
        let (totals, dropped) = (corrected_item_total_correlations(&of_items), alpha_if_dropped(&of_items));
        for (item, quality) in quality.items.iter().enumerate() {
            same(quality.mean, mean(&of_items[item]));
            same(quality.deviation, standard_deviation(&of_items[item]));
            same(quality.item_total, totals[item]);
            same(quality.alpha_if_dropped, dropped[item]);
            let cells: Vec<_> = printed
                .iter()
                .flat_map(|competency| &competency.items[item].cells)
                .map(|cell| cell.cell.state())
                .collect();
            let share = |state: CellState| {
                let found = cells.iter().filter(|found| **found == state).count();
                Some(f64::from(u32::try_from(found).ok()?) / f64::from(u32::try_from(cells.len()).ok()?))
            };
            same(quality.suppressed, share(CellState::Suppressed));
            same(quality.low, share(CellState::Low));
            same(quality.high, share(CellState::High));
        }
        let apart = printed.iter().filter_map(|competency| {
            let all = competency.all.mean().map(tenths)?;
            let blocks: Vec<_> = competency
                .cells
                .iter()
                .filter_map(|cell| cell.cell.mean())
                .map(|mean| (tenths(mean) - all).abs())
                .collect();
            mean(&blocks)
        });
        same(quality.block_distance, mean(&apart.collect::<Vec<_>>()));
        let gaps: Vec<f64> = printed.iter().filter_map(|competency| competency.gap).map(tenths).collect();
        let test = GapTest::of(&gaps).ok_or("gaps differ")?;
        let printed = quality.gap.ok_or("a gap")?;
        same(Some(printed.mean), mean(&gaps));
        same(printed.deviation, standard_deviation(&gaps));
        same(printed.p, Some(test.p));
    }
    Ok(())
}

#[test]
fn the_document_is_read_back_and_its_numbers_have_two_decimals() -> Outcome {
    let report = Cohort::drawn(6, 12, &[6, 6]).report()?.ok_or("a report")?;
    let document = serde_json::to_value(&report)?;
    assert_eq!(serde_json::from_value::<QualityReport>(document.clone())?, report);
    let mut numbers = 0;
    let mut open = vec![&document["competencies"]];
    while let Some(value) = open.pop() {
        match value {
            serde_json::Value::Array(values) => open.extend(values),
            serde_json::Value::Object(fields) => {
                open.extend(
                    fields
                        .iter()
                        .filter(|(name, _)| !["id", "title", "text"].contains(&name.as_str()))
                        .map(|(_, value)| value),
                );
            }
            serde_json::Value::String(number) => {
                numbers += 1;
                let decimals = number.split_once('.').map(|(_, decimals)| decimals.len());
                assert!(number.parse::<f64>().is_ok_and(f64::is_finite) && decimals == Some(2), "{number}");
            }
            serde_json::Value::Number(count) => assert!(count.is_u64(), "{count}"),
            serde_json::Value::Null | serde_json::Value::Bool(_) => {}
        }
    }
    assert!(numbers > 50, "{numbers}");
    Ok(())
}

/// One review in which a cell is suppressed, because so few of a block of `people` answered its first item; and the
/// sums that those may have given without anything else being printed, in any result or in the report.
fn sums_left_open(cohort: &mut Cohort, hidden: usize, answered: usize) -> Result<(usize, usize), Box<dyn Error>> {
    for (at, ballot) in cohort.0[hidden].groups[0].iter_mut().enumerate() {
        ballot.answers[0] = (at < answered).then_some(3);
    }
    let (results, report) = (cohort.results()?, cohort.report()?.ok_or("a report")?);
    let cell = results[hidden].competencies[0].items[0].cells[0].cell;
    assert_eq!(cell.state(), CellState::Suppressed);
    let expected = (bytes(&results)?, report);
    let mut open = std::collections::BTreeSet::new();
    let all = 5_usize.pow(u32::try_from(answered)?);
    for way in 0..all {
        let mut sum = 0;
        for place in 0..answered {
            let answer = u8::try_from(way / 5_usize.pow(u32::try_from(place)?) % 5)? + 1;
            cohort.0[hidden].groups[0][place].answers[0] = Some(answer);
            sum += u32::from(answer);
        }
        // The other reviews are counted once: they do not know of this one.
        let mut now = results.clone();
        now[hidden] = cohort.0[hidden].count()?;
        now[hidden].review_id = results[hidden].review_id;
        if bytes(&now)? == expected.0 && quality_report(&cohort.0[0].framework()?, &now)?.as_ref() == Some(&expected.1)
        {
            open.insert(sum);
        }
    }
    Ok((open.len(), 4 * answered + 1))
}

#[test]
fn attack_35_the_report_about_the_cohort_minus_the_results() -> Outcome {
    // Ten honest reviews of eleven people, and one cell of which too few answered.
    for (threshold, answered) in [(4, 3), (5, 4)] {
        for seed in 0..12 {
            let mut cohort = Cohort::drawn(100 + seed, 10, &[5, 6]);
            for world in &mut cohort.0 {
                world.policy.threshold = Some(threshold);
            }
            let (open, range) = sums_left_open(&mut cohort, 4, answered)?;
            assert_eq!(open, range, "batch {seed} at threshold {threshold}: every sum is possible");
        }
    }
    // Nine reviews made for the purpose, in which everybody gives the same, and one real.
    for (threshold, answered, real) in [(4, 3, "225"), (5, 4, "1345")] {
        let mut cohort = Cohort::drawn(7, 10, &[5, 6]);
        for (at, world) in cohort.0.iter_mut().enumerate() {
            world.policy.threshold = Some(threshold);
            if at != 9 {
                world.groups = vec![vec![Ballot::new("3333333"); 5], vec![Ballot::new("3333333"); 6]];
            }
        }
        let (open, range) = sums_left_open(&mut cohort, 9, answered)?;
        assert_eq!(open, range, "{real} is one of all ways to answer");
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn guarantee_the_report_depends_on_nothing_but_printed_figures(
        seed in 0u64..1000, review in 0usize..10, group in 0usize..2, one in 0usize..5, other in 0usize..5, item in 0usize..7,
    ) {
        let mut cohort = Cohort::drawn(seed, 10, &[5, 6]);
        let report = |cohort: &Cohort| Ok::<_, Box<dyn Error>>((bytes(&cohort.results()?)?, cohort.report()?));
        let before = report(&cohort).map_err(|error| TestCaseError::fail(error.to_string()))?;
        let ballots = &mut cohort.0[review].groups[group];
        let (first, second) = (ballots[one].answers[item], ballots[other].answers[item]);
        (ballots[one].answers[item], ballots[other].answers[item]) = (second, first);
        let after = report(&cohort).map_err(|error| TestCaseError::fail(error.to_string()))?;
        prop_assert_eq!(before, after);
    }
}
