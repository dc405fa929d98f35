//! Means, spreads, intervals and shares; and what n, mean and standard deviation give away.

use std::collections::BTreeMap;

use candour_analytics::statistics::descriptive::{
    distribution, favourable_share, mean, mean_interval, median, standard_deviation, student_t, unfavourable_share,
    wilson_interval,
};
use candour_analytics::statistics::multiplicity::{benjamini_hochberg, expected_false_alarms, holm};

use super::{assert_interval, assert_printed};
use crate::world::Outcome;

#[test]
fn five_answers() {
    let answers = [4.0, 3.0, 5.0, 4.0, 2.0];
    assert_eq!(mean(&answers), Some(3.6));
    assert_printed(standard_deviation(&answers), "1.140175425");
    assert_interval(mean_interval(&answers, 0.95, None), "2.184285223", "5.015714777");
    assert_interval(mean_interval(&answers, 0.95, Some(1.0..=5.0)), "2.184285223", "5");
    assert_eq!(median(&answers), Some(4.0));
}

#[test]
fn quantiles_of_t() {
    assert_printed(student_t(0.95, 2.0), "4.30");
    assert_printed(student_t(0.95, 2.0), "4.302652729749");
    assert_printed(student_t(0.95, 16.523_585_056_9), "2.114458990014");
    assert_eq!(student_t(0.95, 0.0), None);
    assert_eq!(student_t(1.0, 4.0), None);
}

#[test]
fn shares_and_their_intervals() {
    assert_interval(wilson_interval(3, 5, 0.95), "0.2307242813", "0.8823792258");
    assert_interval(wilson_interval(9, 11, 0.95), "0.5230194380", "0.9486323103");
    let nobody = wilson_interval(0, 12, 0.95).map(|ends| ends.lower.total_cmp(&0.0));
    assert_eq!(nobody, Some(std::cmp::Ordering::Equal), "within 0 and 1");
    assert_eq!(
        (wilson_interval(0, 0, 0.95), wilson_interval(6, 5, 0.95), wilson_interval(3, 5, 1.0)),
        (None, None, None)
    );
    assert_eq!(distribution(&[4, 3, 5, 4, 2], 1..=5), Some(vec![0, 1, 1, 2, 1]));
    assert_eq!((distribution(&[0], 1..=5), distribution(&[6], 1..=5)), (None, None));
    assert_eq!(
        (favourable_share(&[4, 3, 5, 4, 2], 1..=5), unfavourable_share(&[4, 3, 5, 4, 2], 1..=5)),
        (Some(0.6), Some(0.2))
    );
    assert_eq!(
        (favourable_share(&[6, 7, 5, 1], 1..=7), unfavourable_share(&[6, 7, 5, 1], 1..=7)),
        (Some(0.5), Some(0.25))
    );
    assert_eq!((favourable_share(&[], 1..=5), favourable_share(&[1, 3], 1..=3)), (None, None));
}

#[test]
fn forty_eight_looks_expect_more_than_two_false_alarms() -> Outcome {
    assert_printed(expected_false_alarms(48, 0.05), "2.4");
    let p = [0.001, 0.012, 0.02, 0.04, 0.3, 0.6, 0.03, 0.008];
    let printed = |adjusted: Vec<f64>| adjusted.into_iter().map(|p| format!("{p:.7}")).collect::<Vec<_>>();
    let by_share = printed(benjamini_hochberg(&p).ok_or("defined")?);
    assert_eq!(
        by_share,
        ["0.0080000", "0.0320000", "0.0400000", "0.0533333", "0.3428571", "0.6000000", "0.0480000", "0.0320000"]
    );
    let by_any = printed(holm(&p).ok_or("defined")?);
    assert_eq!(
        by_any,
        ["0.0080000", "0.0720000", "0.1000000", "0.1200000", "0.6000000", "0.6000000", "0.1200000", "0.0560000"]
    );
    assert_eq!((benjamini_hochberg(&[0.5, f64::NAN]), holm(&[-0.1])), (None, None));
    assert_eq!((benjamini_hochberg(&[]), holm(&[])), (Some(vec![]), Some(vec![])));
    Ok(())
}

/// Every way in which `people` can answer on five points, as a list without order, with how many orders it has.
fn lists(people: u32) -> Vec<(Vec<u8>, u64)> {
    let mut lists = vec![(Vec::new(), 1)];
    for place in 1..=u64::from(people) {
        let mut longer = Vec::new();
        for (list, orders) in lists {
            for answer in *list.last().unwrap_or(&1)..=5 {
                let mut list: Vec<u8> = list.clone();
                list.push(answer);
                // Orders of the list: n! over the product of the factorials of how often each answer occurs.
                let equal = list.iter().map(|other| u64::from(*other == answer)).sum::<u64>();
                longer.push((list, orders * place / equal));
            }
        }
        lists = longer;
    }
    lists
}

/// The share of all answers that are known in full, but for who gave which, from their number, mean and standard
/// deviation to two decimals.
fn share_given_away(people: u32) -> Option<f64> {
    let mut alike = BTreeMap::<_, Vec<u64>>::new();
    for (list, orders) in lists(people) {
        let answers: Vec<_> = list.into_iter().map(f64::from).collect();
        let printed = format!("{:.2} {:.2}", mean(&answers)?, standard_deviation(&answers)?);
        alike.entry(printed).or_default().push(orders);
    }
    let alone: u64 =
        alike.values().filter_map(|orders| if let [only] = orders.as_slice() { Some(only) } else { None }).sum();
    Some(f64::from(u32::try_from(alone).ok()?) / f64::from(5u32.pow(people)))
}

#[test]
fn number_mean_and_deviation_give_the_answers_of_a_small_group_away() {
    for (people, percent) in [(3, "95"), (4, "83"), (5, "64"), (6, "44"), (8, "16"), (10, "5")] {
        assert_eq!(lists(people).iter().map(|(_, orders)| orders).sum::<u64>(), 5u64.pow(people), "each way once");
        assert_printed(share_given_away(people).map(|share| 100.0 * share), percent);
    }
}
