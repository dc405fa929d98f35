//! No function gives NaN or an infinity, whatever finite numbers it is given, and none panics.

use candour_analytics::statistics::Interval;
use candour_analytics::statistics::agreement::{
    Centre, NullDistribution, a_wg, a_wg_j, average_deviation, average_deviation_cut_off, average_deviation_j,
    r_star_wg_j, rwg, rwg_j,
};
use candour_analytics::statistics::change::{
    Welch, cohen_d, design_standard_error, design_standard_error_of_difference, hedges_correction,
    hedges_correction_approximate, hedges_g, variance_of_d,
};
use candour_analytics::statistics::descriptive::{
    favourable_share, mean, mean_interval, median, standard_deviation, student_t, unfavourable_share, variance,
    wilson_interval,
};
use candour_analytics::statistics::icc::{GroupSize, OneWay, TwoWay, spearman_brown};
use candour_analytics::statistics::multiplicity::{benjamini_hochberg, expected_false_alarms, holm};
use candour_analytics::statistics::reliability::{
    alpha, alpha_if_dropped, corrected_item_total_correlations, feldt_interval, one_factor, standardised_alpha,
};
use candour_analytics::statistics::self_other::{Cohort, GapTest, standardised_gap};
use proptest::prelude::*;

/// Answers, numbers of ordinary size, and numbers as large and as small as there are.
fn number() -> impl Strategy<Value = f64> {
    let odd = [0.0, -0.0, 1.0, -1.0, f64::MAX, f64::MIN, f64::MIN_POSITIVE, -5e-324, 1e154, 1e-154, 1.0 + f64::EPSILON];
    prop_oneof![
        4 => (1..=5_u8).prop_map(f64::from),
        2 => -10.0..10.0_f64,
        1 => any::<f64>().prop_filter("finite", |number| number.is_finite()),
        1 => prop::sample::select(odd.to_vec()),
    ]
}

fn numbers() -> impl Strategy<Value = Vec<f64>> {
    prop_oneof![
        prop::collection::vec(number(), 0..8),
        prop::collection::vec((1..=5_u8).prop_map(f64::from), 0..8),
        (number(), 0..8_usize).prop_map(|(number, length)| vec![number; length]),
    ]
}

/// Ragged tables and, more often, whole ones.
fn tables() -> impl Strategy<Value = Vec<Vec<f64>>> {
    prop_oneof![
        1 => prop::collection::vec(numbers(), 0..6),
        3 => (0..6_usize, 0..8_usize).prop_flat_map(|(items, raters)| {
            prop::collection::vec(prop::collection::vec(number(), raters), items)
        }),
        2 => (0..6_usize, 0..8_usize).prop_flat_map(|(items, raters)| {
            prop::collection::vec(prop::collection::vec((1..=5_u8).prop_map(f64::from), raters), items)
        }),
    ]
}

#[derive(Default)]
struct Figures(Vec<(&'static str, f64)>);

impl Figures {
    fn add(&mut self, name: &'static str, figures: impl IntoIterator<Item = f64>) {
        self.0.extend(figures.into_iter().map(|figure| (name, figure)));
    }

    fn ends(&mut self, name: &'static str, interval: Option<Interval>) {
        self.add(name, interval.into_iter().flat_map(|ends| [ends.lower, ends.upper]));
    }

    fn all_finite(&self) -> Result<(), TestCaseError> {
        for (name, figure) in &self.0 {
            prop_assert!(figure.is_finite(), "{name} is {figure}");
        }
        Ok(())
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn of_one_list(values in numbers(), (a, b, c) in (number(), number(), number()), (n, m) in (any::<u32>(), 0..9_u32)) {
        let mut figures = Figures::default();
        figures.add("mean", mean(&values));
        figures.add("median", median(&values));
        figures.add("variance", variance(&values));
        figures.add("standard_deviation", standard_deviation(&values));
        figures.ends("mean_interval", mean_interval(&values, 0.95, None));
        figures.ends("mean_interval", mean_interval(&values, a, Some(b..=c)));
        figures.add("student_t", student_t(a, b));
        figures.add("student_t", student_t(0.95, a.abs()));
        figures.ends("wilson_interval", wilson_interval(m, n, 0.95));
        figures.ends("wilson_interval", wilson_interval(m, m.saturating_add(2), a.abs() / 10.0));
        figures.add("rwg", rwg(&values, a));
        figures.add("a_wg", a_wg(&values, a, b));
        figures.add("a_wg", a_wg(&values, 1.0, 5.0));
        figures.add("average_deviation", [Centre::Mean, Centre::Median].into_iter().filter_map(|centre| average_deviation(&values, centre)));
        figures.add("spearman_brown", spearman_brown(a, b));
        figures.add("hedges_correction", hedges_correction(a).into_iter().chain(hedges_correction_approximate(a)));
        figures.add("variance_of_d", variance_of_d(a, n, m));
        figures.add("design_standard_error", design_standard_error(a, m).into_iter().chain(design_standard_error_of_difference(a, n, m)));
        figures.add("benjamini_hochberg", benjamini_hochberg(&values).into_iter().flatten());
        figures.add("holm", holm(&values).into_iter().flatten());
        figures.add("expected_false_alarms", expected_false_alarms(n, a));
        figures.add("standardised_gap", standardised_gap(a, b, c));
        figures.add("gap test", GapTest::of(&values).into_iter().flat_map(|test| [test.mean, test.deviation, test.t, test.p]));
        figures.ends("feldt_interval", feldt_interval(a, n, m, 0.95));
        figures.ends("feldt_interval", feldt_interval(a, m, n, 0.95));
        let _category = Cohort { gap_mean: a, gap_deviation: b, others_median: c }.category(b, a);
        figures.all_finite()?;
    }

    #[test]
    fn of_two_lists(later in numbers(), earlier in numbers()) {
        let mut figures = Figures::default();
        figures.add("cohen_d", cohen_d(&later, &earlier).into_iter().chain(hedges_g(&later, &earlier)));
        let welch = Welch::of(&later, &earlier);
        figures.add("welch", welch.into_iter().flat_map(|welch| [welch.difference, welch.standard_error, welch.freedom]));
        figures.ends("welch", welch.and_then(|welch| welch.interval(0.95)));
        figures.all_finite()?;
    }

    #[test]
    fn of_a_table(table in tables(), a in number()) {
        let mut figures = Figures::default();
        figures.add("rwg_j", rwg_j(&table, a).into_iter().chain(rwg_j(&table, 2.0)));
        figures.add("r_star_wg_j", r_star_wg_j(&table, a).into_iter().chain(r_star_wg_j(&table, 2.0)));
        figures.add("a_wg_j", a_wg_j(&table, 1.0, 5.0));
        figures.add("average_deviation_j", average_deviation_j(&table, Centre::Median));
        figures.add("alpha", alpha(&table).into_iter().chain(standardised_alpha(&table)));
        figures.add("alpha_if_dropped", alpha_if_dropped(&table).into_iter().flatten());
        figures.add("item-total", corrected_item_total_correlations(&table).into_iter().flatten());
        figures.add("omega", one_factor(&table).into_iter().flat_map(|fit| fit.loadings.into_iter().chain([fit.omega_total])));
        if let Some(analysis) = OneWay::of(&table) {
            figures.add("one-way", [analysis.mean_square_between(), analysis.mean_square_within()]);
            figures.add("f", analysis.f().into_iter().chain(analysis.icc2()));
            figures.ends("icc2", analysis.icc2_interval(0.95));
            figures.ends("thomas-hultquist", analysis.thomas_hultquist_interval(0.95));
            figures.ends("thomas-hultquist", analysis.thomas_hultquist_interval_of_mean(0.95));
            for size in [GroupSize::Adjusted, GroupSize::Mean] {
                figures.add("icc1", analysis.icc1(size).into_iter().chain([analysis.size(size)]));
                figures.ends("icc1", analysis.icc1_interval(size, 0.95));
            }
        }
        if let Some(analysis) = TwoWay::of(&table) {
            figures.add("two-way", [analysis.mean_square_between_targets(), analysis.mean_square_between_raters(), analysis.mean_square_error()]);
            figures.add("icc", [analysis.icc2(), analysis.icc3(), analysis.icc2_k(), analysis.icc3_k()].into_iter().flatten());
            figures.ends("icc2", analysis.icc2_interval(0.95));
            figures.ends("icc3", analysis.icc3_interval(0.95));
            figures.ends("icc2_k", analysis.icc2_k_interval(0.95));
            figures.ends("icc3_k", analysis.icc3_k_interval(0.95));
        }
        figures.all_finite()?;
    }

    #[test]
    fn of_answers(answers in prop::collection::vec(any::<u8>(), 0..6), (lowest, highest) in any::<(u8, u8)>(), small in prop::collection::vec(1..=5_u8, 0..6)) {
        let mut figures = Figures::default();
        for answers in [&answers, &small] {
            figures.add("shares", favourable_share(answers, lowest..=highest).into_iter().chain(unfavourable_share(answers, lowest..=highest)));
            figures.add("shares", favourable_share(answers, 1..=5).into_iter().chain(unfavourable_share(answers, 1..=5)));
        }
        figures.add("cut-off", average_deviation_cut_off(lowest));
        figures.add("null", NullDistribution::ALL.into_iter().filter_map(|null| null.variance(highest)));
        figures.all_finite()?;
    }
}
