//! The figures against the statistics functions, computed from the ballots themselves.

use candour_analytics::Decimal;
use candour_analytics::cohort::quality_report;
use candour_analytics::statistics::agreement::{Centre, average_deviation_j, r_star_wg_j, rwg_j};
use candour_analytics::statistics::change::design_standard_error;
use candour_analytics::statistics::descriptive::{mean, standard_deviation};
use candour_analytics::statistics::icc::{GroupSize, OneWay, spearman_brown};
use candour_analytics::statistics::reliability::{alpha, alpha_if_dropped, corrected_item_total_correlations, feldt_interval, one_factor};
use candour_analytics::statistics::self_other::GapTest;
use rand::SeedableRng;
use rand::rngs::StdRng;

use super::world::{Cohort, Style};
use crate::world::Outcome;

/// The marks of anonymous raters to these items, by review and rater.
fn marks(cohort: &Cohort, items: &[&str]) -> Vec<Vec<Vec<Option<f64>>>> {
    let review = |review: &candour_analytics::cohort::CohortReview| {
        let anonymous = review.ballots.iter().filter(|ballot| ballot.named.is_none());
        let rater = |ballot: &candour_analytics::OpenedBallot| {
            let rating =
                |id: &&str| ballot.response.ratings().iter().find(|(item, _)| item.as_str() == *id).and_then(|(_, rating)| *rating);
            items.iter().map(|id| rating(id).map(|rating| f64::from(rating.value()))).collect::<Vec<_>>()
        };
        anonymous.map(rater).collect()
    };
    cohort.reviews.iter().map(review).collect()
}

fn columns(rows: &[Vec<f64>], items: usize) -> Vec<Vec<f64>> {
    (0..items).map(|item| rows.iter().filter_map(|row| row.get(item).copied()).collect()).collect()
}

#[track_caller]
fn same(printed: Option<impl ToString>, expected: Option<f64>) {
    let expected = expected.map(|figure| format!("{figure:.2}"));
    assert!(expected.is_some());
    assert_eq!(printed.map(|printed| printed.to_string()), expected);
}

#[test]
fn every_figure_is_what_the_statistics_give() -> Outcome {
    let style = Style { groups: vec![18], sizes: vec![4, 3], missing: 0.05, even: true, ..Style::default() };
    let cohort = Cohort::drawn(&mut StdRng::seed_from_u64(11), 14, &style)?;
    let certified = quality_report(&cohort.input())?.ok_or("certified")?;
    for (competency, items) in
        certified.report().competencies.iter().zip([vec!["c0.0", "c0.1", "c0.2", "c0.3"], vec!["c1.0", "c1.1", "c1.2"]])
    {
        let size = items.len();
        let reviews = marks(&cohort, &items);
        let complete: Vec<Vec<f64>> = reviews.iter().flatten().filter_map(|rater| rater.iter().copied().collect()).collect();
        assert!(complete.len() < 14 * 18 && complete.len() >= 200, "some left an item out");
        let table = columns(&complete, size);
        let printed = competency.alpha.ok_or("alpha")?;
        same(Some(printed.value), alpha(&table));
        assert_eq!(usize::try_from(printed.raters)?, complete.len());
        let interval = feldt_interval(alpha(&table).ok_or("alpha")?, printed.raters, u32::try_from(size)?, 0.95).ok_or("interval")?;
        same(printed.lower, Some(interval.lower));
        same(printed.upper, Some(interval.upper));
        assert_eq!(competency.alpha_by_group.len(), 1);
        assert_eq!(competency.alpha_by_group[0].alpha, printed, "there is one group");
        assert_eq!(competency.omega.map(|omega| omega.to_string()), one_factor(&table).map(|fit| format!("{:.2}", fit.omega_total)));

        let score = |rater: &Vec<Option<f64>>| {
            let given: Vec<_> = rater.iter().copied().flatten().collect();
            mean(&given).filter(|_| 2 * given.len() >= size)
        };
        let scores: Vec<Vec<f64>> = reviews.iter().map(|raters| raters.iter().filter_map(score).collect()).collect();
        let analysis = OneWay::of(&scores).ok_or("analysis")?;
        let icc = &competency.icc;
        same(icc.adjusted_size, Some(analysis.size(GroupSize::Adjusted)));
        same(icc.mean_size, Some(analysis.size(GroupSize::Mean)));
        for (printed, size) in [(icc.icc1, GroupSize::Adjusted), (icc.icc1_mean_size, GroupSize::Mean)] {
            let interval = analysis.icc1_interval(size, 0.95).ok_or("interval")?;
            same(printed.value, analysis.icc1(size));
            same(printed.lower, Some(interval.lower));
            same(printed.upper, Some(interval.upper));
        }
        same(icc.icc1_k.value, analysis.icc2());
        same(icc.icc1_k.lower, analysis.icc2_interval(0.95).map(|ends| ends.lower));
        same(icc.icc1_k.upper, analysis.icc2_interval(0.95).map(|ends| ends.upper));
        let step = |icc| spearman_brown(icc, analysis.size(GroupSize::Mean));
        same(icc.icc1_k_mean_size.value, analysis.icc1(GroupSize::Adjusted).and_then(step));
        let within = analysis.mean_square_within().sqrt();
        same(competency.precision.deviation, Some(within));
        same(competency.precision.standard_error_of_5, design_standard_error(within, 5));
        same(competency.precision.standard_error_of_10, design_standard_error(within, 10));
        same(competency.precision.standard_error_of_20, design_standard_error(within, 20));

        let given = |raters: &Vec<Vec<Option<f64>>>| -> Vec<Vec<f64>> {
            (0..size).map(|item| raters.iter().filter_map(|rater| rater.get(item).copied().flatten()).collect()).collect()
        };
        let average = |figure: &dyn Fn(&[Vec<f64>]) -> Option<f64>| {
            let figures: Option<Vec<_>> = reviews.iter().map(|raters| figure(&given(raters))).collect();
            mean(&figures?)
        };
        same(competency.agreement.rwg_uniform, average(&|items| rwg_j(items, 2.0)));
        same(competency.agreement.rwg_slight_skew, average(&|items| rwg_j(items, 1.34)));
        same(competency.agreement.r_star_wg, average(&|items| r_star_wg_j(items, 2.0)));
        same(competency.agreement.average_deviation, average(&|items| average_deviation_j(items, Centre::Mean)));
        assert_eq!(competency.agreement.average_deviation_cut_off.map(|cut| cut.to_string()).as_deref(), Some("0.83"));

        for (at, item) in competency.items.iter().enumerate() {
            let all: Vec<Option<f64>> = reviews.iter().flatten().filter_map(|rater| rater.get(at).copied()).collect();
            let given: Vec<f64> = all.iter().copied().flatten().collect();
            let share = |mark: f64| mean(&given.iter().map(|given| f64::from(u8::from((given - mark).abs() < 0.5))).collect::<Vec<_>>());
            same(item.mean, mean(&given));
            same(item.deviation, standard_deviation(&given));
            same(item.ceiling, share(5.0));
            same(item.floor, share(1.0));
            same(item.not_observed, mean(&all.iter().map(|mark| f64::from(u8::from(mark.is_none()))).collect::<Vec<_>>()));
            same(item.item_total, corrected_item_total_correlations(&table)[at]);
            same(item.alpha_if_dropped, alpha_if_dropped(&table)[at]);
        }

        let printed_gap = |review: &candour_analytics::cohort::CohortReview| {
            let found = review.result.competencies.iter().find(|found| found.id == competency.id);
            found.and_then(|found| found.gap).map(Decimal::tenths)
        };
        let gaps: Option<Vec<f64>> =
            cohort.reviews.iter().filter_map(printed_gap).map(|tenths| Some(f64::from(i32::try_from(tenths).ok()?) / 10.0)).collect();
        let gaps = gaps.ok_or("gaps")?;
        let test = GapTest::of(&gaps).ok_or("test")?;
        let gap = competency.gap.ok_or("gap")?;
        assert_eq!(usize::try_from(gap.reviews)?, gaps.len());
        same(Some(gap.mean), Some(test.mean));
        same(gap.deviation, Some(test.deviation));
        same(gap.p, Some(test.p));
    }
    Ok(())
}
