//! Intraclass correlations.

use candour_analytics::statistics::icc::{GroupSize, OneWay, TwoWay, spearman_brown};

use super::{assert_interval, assert_printed, first_item, rows, transposed};
use crate::world::Outcome;

/// Table 2 of Shrout and Fleiss 1979: six targets by four judges.
const SHROUT_FLEISS: &str = "9 2 5 8 / 6 1 3 2 / 8 4 6 8 / 7 1 2 6 / 10 5 6 9 / 6 2 4 7";

/// R's `InsectSprays`: counts under six sprays, twelve each.
const INSECT_SPRAYS: &str = "10 7 20 14 14 12 10 23 17 20 14 13 / 11 17 21 11 16 14 17 17 19 21 7 13 / 0 1 7 2 3 1 2 1 \
 3 0 1 4 / 3 5 12 6 4 3 5 5 5 5 2 4 / 3 5 3 5 3 6 1 1 3 2 6 4 / 11 9 15 22 15 16 13 10 26 26 24 13";

#[test]
fn shrout_and_fleiss() -> Outcome {
    let table = rows(SHROUT_FLEISS)?;
    let one_way = OneWay::of(&table).ok_or("defined")?;
    assert_printed(Some(one_way.mean_square_between()), "11.24167");
    assert_printed(Some(one_way.mean_square_within()), "6.263889");
    assert_printed(one_way.f(), "1.794678492");
    assert_printed(one_way.icc1(GroupSize::Adjusted), "0.1657417684");
    assert_printed(one_way.icc1(GroupSize::Mean), "0.1657417684");
    assert_interval(one_way.icc1_interval(GroupSize::Adjusted, 0.95), "-0.1329323249", "0.7225600623");
    assert_printed(one_way.icc2(), "0.4427971337");
    assert_interval(one_way.icc2_interval(0.95), "-0.8844421552", "0.9124154203");
    // With groups of one size Thomas and Hultquist's is the exact interval.
    assert_interval(one_way.thomas_hultquist_interval(0.95), "-0.1329323249", "0.7225600623");
    assert_interval(one_way.thomas_hultquist_interval_of_mean(0.95), "-0.8844421552", "0.9124154203");

    let two_way = TwoWay::of(&table).ok_or("defined")?;
    assert_printed(Some(two_way.mean_square_between_targets()), "11.24167");
    assert_printed(Some(two_way.mean_square_between_raters()), "32.48611");
    assert_printed(Some(two_way.mean_square_error()), "1.019444");
    assert_printed(Some(two_way.mean_square_between_targets() / two_way.mean_square_error()), "11.02724796");
    assert_printed(two_way.icc2(), "0.2897637795");
    assert_interval(two_way.icc2_interval(0.95), "0.0187865134", "0.7610843696");
    assert_printed(two_way.icc3(), "0.7148407148");
    assert_interval(two_way.icc3_interval(0.95), "0.3424647650", "0.9458582600");
    assert_printed(two_way.icc2_k(), "0.6200505476");
    assert_interval(two_way.icc2_k_interval(0.95), "0.0711368153", "0.9272320402");
    assert_printed(two_way.icc3_k(), "0.9093155424");
    assert_interval(two_way.icc3_k_interval(0.95), "0.6756747138", "0.9858916782");

    // As the paper prints them.
    let printed = [
        one_way.icc1(GroupSize::Adjusted),
        two_way.icc2(),
        two_way.icc3(),
        one_way.icc2(),
        two_way.icc2_k(),
        two_way.icc3_k(),
    ];
    for (icc, expected) in printed.into_iter().zip(["0.17", "0.29", "0.71", "0.44", "0.62", "0.91"]) {
        assert_printed(icc, expected);
    }
    Ok(())
}

#[test]
fn groups_of_different_size() -> Outcome {
    let analysis = OneWay::of(&first_item()).ok_or("defined")?;
    assert_printed(Some(analysis.mean_square_between()), "0.9898989899");
    assert_printed(Some(analysis.mean_square_within()), "0.6666666667");
    assert_printed(analysis.f(), "1.4848484848");
    assert_printed(Some(analysis.size(GroupSize::Adjusted)), "2.7272727273");
    assert_printed(Some(analysis.size(GroupSize::Mean)), "2.75");
    assert_printed(analysis.icc1(GroupSize::Adjusted), "0.1509433962");
    assert_printed(analysis.icc1(GroupSize::Mean), "0.1498829040");
    assert_printed(analysis.icc2(), "0.3265306122");
    assert_interval(analysis.icc1_interval(GroupSize::Adjusted, 0.95), "-0.3778440130", "0.8836601082");
    assert_interval(analysis.icc2_interval(0.95), "-2.9666129085", "0.9539489061");
    assert_interval(analysis.thomas_hultquist_interval(0.95), "-0.4086644843", "0.8740109467");
    Ok(())
}

#[test]
fn insect_sprays() -> Outcome {
    let analysis = OneWay::of(&rows(INSECT_SPRAYS)?).ok_or("defined")?;
    assert_printed(Some(analysis.mean_square_between()), "533.7666667");
    assert_printed(Some(analysis.mean_square_within()), "15.3813131");
    assert_printed(analysis.icc1(GroupSize::Adjusted), "0.7374310546");
    assert_interval(analysis.icc1_interval(GroupSize::Adjusted, 0.95), "0.4904066715", "0.9462201076");
    assert_printed(analysis.icc2(), "0.9711834513");
    assert_interval(analysis.icc2_interval(0.95), "0.9203072250", "0.9952859479");
    // The mean of twelve is the one stepped up twelve times.
    assert_printed(analysis.icc1(GroupSize::Mean).and_then(|icc| spearman_brown(icc, 12.0)), "0.9711834513");
    Ok(())
}

#[test]
fn hours_of_7382_soldiers() -> Outcome {
    let mut groups = std::collections::BTreeMap::<&str, Vec<f64>>::new();
    for line in include_str!("../data/bh1996_hours.csv").lines().skip(1) {
        let [group, value, count] = line.split(',').collect::<Vec<_>>()[..] else { return Err("three columns".into()) };
        groups.entry(group).or_default().extend(std::iter::repeat_n(value.parse::<f64>()?, count.parse()?));
    }
    let groups: Vec<_> = groups.into_values().collect();
    assert_eq!((groups.len(), groups.iter().map(Vec::len).sum::<usize>()), (99, 7382));
    let analysis = OneWay::of(&groups).ok_or("defined")?;
    assert_printed(Some(analysis.mean_square_between()), "55.811485647276");
    assert_printed(Some(analysis.mean_square_within()), "4.483158303192");
    assert_printed(analysis.icc1(GroupSize::Mean), "0.13310667908649");
    assert_printed(analysis.icc2(), "0.91967319537909");
    Ok(())
}

#[test]
fn edges() -> Outcome {
    assert_eq!(OneWay::of(&[vec![1.0, 2.0]]), None, "one group");
    assert_eq!(OneWay::of(&[vec![1.0, 2.0], vec![]]), None, "an empty group");
    assert_eq!(OneWay::of(&[[1.0], [2.0]]), None, "no group of two");
    let agreed = OneWay::of(&[[1.0, 1.0], [2.0, 2.0]]).ok_or("defined")?;
    assert_eq!((agreed.icc1(GroupSize::Adjusted), agreed.icc2(), agreed.f()), (Some(1.0), Some(1.0), None));
    assert_eq!(agreed.icc1_interval(GroupSize::Adjusted, 0.95), None);
    let alike = OneWay::of(&[[3.0, 3.0], [3.0, 3.0]]).ok_or("defined")?;
    assert_eq!((alike.icc1(GroupSize::Adjusted), alike.icc2()), (None, None));
    let negative = OneWay::of(&[[1.0, 5.0], [2.0, 4.0]]).ok_or("defined")?;
    assert_eq!((negative.icc1(GroupSize::Adjusted), negative.icc2()), (Some(-1.0), None), "kept, not cut off");
    assert_eq!(TwoWay::of(&transposed(&rows("1 2 3")?)), None, "one rater");
    assert_eq!(TwoWay::of(&[vec![1.0, 2.0], vec![1.0]]), None, "a gap");
    Ok(())
}
