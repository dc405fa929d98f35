//! Agreement of raters, on `cohesion` and `lq2002`.

use candour_analytics::statistics::agreement::{
    Centre, NullDistribution, a_wg, a_wg_j, average_deviation, average_deviation_cut_off, average_deviation_j,
    r_star_wg_j, rwg, rwg_j,
};
use candour_analytics::statistics::descriptive::mean;

use super::{assert_printed, complete_items, first_item, leadership, transposed};
use crate::world::Outcome;

#[test]
fn null_variances_are_those_of_their_distributions() {
    let five = NullDistribution::ALL.map(|null| null.variance(5).map(|variance| format!("{variance}")));
    assert_eq!(five.map(Option::unwrap_or_default), ["2", "1.34", "0.9", "0.44", "1.32", "1.04"]);
    assert_eq!(NullDistribution::Uniform.variance(7), Some(4.0));
    assert_eq!(NullDistribution::Uniform.variance(1), None);
    for null in NullDistribution::ALL.into_iter().skip(1) {
        assert_eq!(null.shares().map(|shares| shares.iter().sum()), Some(100), "{null:?}");
        assert_eq!(null.variance(7), None, "{null:?}");
    }
}

#[test]
fn cut_offs_of_the_average_deviation() {
    assert_printed(average_deviation_cut_off(5), "0.83");
    assert_printed(average_deviation_cut_off(7), "1.17");
    assert_eq!(average_deviation_cut_off(1), None);
}

#[test]
fn one_item_of_cohesion() {
    let (expected_rwg, expected_ad) = (
        ["0.5000000000", "0.8333333333", "1.0000000000", "0.5000000000"],
        ["0.6666666667", "0.4444444444", "0.0000000000", "0.6666666667"],
    );
    for ((answers, expected_rwg), expected_ad) in first_item().iter().zip(expected_rwg).zip(expected_ad) {
        assert_printed(rwg(answers, 2.0), expected_rwg);
        assert_printed(average_deviation(answers, Centre::Mean), expected_ad);
    }
}

#[test]
fn all_items_of_cohesion() {
    let expected = [
        ["0.0000000000", "0.0000000000", "0.5000000000", "1.0000000000", "1.0000000000"],
        ["0.8139534884", "0.4666666667", "0.6378571429", "0.7111111111", "0.5333333333"],
        ["0.9210526316", "0.7000000000", "1.0000000000", "0.4000000000", "0.4000000000"],
        ["0.9090909091", "0.6666666667", "0.9428571429", "0.4888888889", "0.4666666667"],
    ];
    for (items, [rwg, r_star, a, from_mean, from_median]) in complete_items().iter().zip(expected) {
        assert_printed(rwg_j(items, 2.0), rwg);
        assert_printed(r_star_wg_j(items, 2.0), r_star);
        assert_printed(a_wg_j(items, 1.0, 5.0), a);
        assert_printed(average_deviation_j(items, Centre::Mean), from_mean);
        assert_printed(average_deviation_j(items, Centre::Median), from_median);
    }
}

#[test]
fn a_wg_means_something_only_in_the_middle_of_the_scale() {
    // With two answers from 1 to 5, only the mean of 3 does.
    assert_printed(a_wg(&[4.0, 2.0], 1.0, 5.0), "0.5000000000");
    assert_eq!((a_wg(&[4.0, 3.0], 1.0, 5.0), a_wg(&[1.0, 1.0], 1.0, 5.0)), (None, None));
    assert_printed(a_wg(&[1.0, 1.0, 5.0, 5.0], 1.0, 5.0), "-1.0000000000");
}

#[test]
fn agreement_on_leaders_in_49_companies() -> Outcome {
    let companies = leadership()?;
    let items: Option<Vec<_>> = companies.iter().map(|soldiers| rwg_j(&transposed(soldiers), 2.0)).collect();
    assert_printed(mean(&items.ok_or("defined")?), "0.86778490000363");
    let scores = |soldiers: &Vec<Vec<f64>>| soldiers.iter().map(|answers| mean(answers)).collect::<Option<Vec<_>>>();
    let scale: Option<Vec<_>> = companies.iter().map(|soldiers| rwg(&scores(soldiers)?, 2.0)).collect();
    assert_printed(mean(&scale.ok_or("defined")?), "0.70323349651306");
    Ok(())
}
