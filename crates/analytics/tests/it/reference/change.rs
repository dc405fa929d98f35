//! Effect sizes, differences, and self-ratings beside others'.

use candour_analytics::Quadrant;
use candour_analytics::statistics::change::{
    Welch, cohen_d, design_standard_error, design_standard_error_of_difference, hedges_correction,
    hedges_correction_approximate, hedges_g, variance_of_d,
};
use candour_analytics::statistics::self_other::{Category, Cohort, GapTest, johari, standardised_gap};

use super::{assert_interval, assert_printed};
use crate::world::Outcome;

/// R's `PlantGrowth`.
const CONTROL: [f64; 10] = [4.17, 5.58, 5.18, 6.11, 4.50, 4.61, 5.17, 4.53, 5.33, 5.14];
const TREATED: [f64; 10] = [4.81, 4.17, 4.41, 3.59, 5.87, 3.83, 6.03, 4.89, 4.32, 4.69];

#[test]
fn plant_growth() {
    let d = cohen_d(&CONTROL, &TREATED);
    assert_printed(d, "0.5327478385");
    assert_printed(hedges_correction(18.0), "0.9576464270");
    assert_printed(hedges_g(&CONTROL, &TREATED), "0.5101840641");
    // As pingouin has it.
    assert_printed(d.zip(hedges_correction_approximate(18.0)).map(|(d, j)| d * j), "0.5102373665");
    assert_printed(d.and_then(|d| variance_of_d(d, 10, 10)), "0.2070955065");
    let welch = Welch::of(&CONTROL, &TREATED);
    assert_printed(welch.map(|welch| welch.freedom), "16.5235850569");
    assert_interval(welch.and_then(|welch| welch.interval(0.95)), "-0.2875162213", "1.0295162213");
}

#[test]
fn two_rounds() {
    let earlier = [3.2, 3.8, 4.0, 3.4, 3.6, 4.2];
    let later = [3.8, 4.0, 4.4, 3.6, 4.6, 4.2, 4.4, 3.9];
    assert_printed(cohen_d(&later, &earlier), "1.1557032668");
    assert_printed(cohen_d(&earlier, &later), "-1.1557032668");
    assert_printed(hedges_g(&later, &earlier), "1.0816710223");
    assert_interval(
        Welch::of(&later, &earlier).and_then(|welch| welch.interval(0.95)),
        "-0.0204877878",
        "0.8454877878",
    );
}

#[test]
fn edges_of_differences() {
    assert_eq!(
        (cohen_d(&[4.0], &[3.0]), cohen_d(&[4.0, 4.0], &[3.0, 3.0]), cohen_d(&[], &[1.0, 2.0, 3.0])),
        (None, None, None)
    );
    assert_eq!((Welch::of(&[4.0, 4.0], &[3.0, 3.0]), Welch::of(&[4.0], &[3.0, 2.0])), (None, None));
    assert_eq!((hedges_correction(1.0), variance_of_d(0.5, 0, 4)), (None, None));
    assert_eq!((design_standard_error(0.8, 0), design_standard_error(-1.0, 4)), (None, None));
    assert_printed(design_standard_error(0.9, 9), "0.3000000000");
    assert_printed(design_standard_error_of_difference(0.9, 9, 16), "0.3750000000");
    assert_eq!(design_standard_error_of_difference(0.9, 9, 0), None);
}

#[test]
fn a_cohort_of_gaps() -> Outcome {
    let cohort = Cohort { gap_mean: 0.2, gap_deviation: 0.4, others_median: 3.5 };
    for (gap, others, expected) in [
        (0.45, 3.9, Category::Over),
        (0.35, 3.9, Category::AgreementGood),
        (0.2, 3.5, Category::AgreementGood),
        (0.05, 3.4, Category::AgreementPoor),
        (-0.05, 3.4, Category::Under),
    ] {
        assert_eq!(cohort.category(gap, others), Some(expected), "{gap} {others}");
    }
    assert_printed(standardised_gap(-0.2, 0.2, 0.4), "-1.0000000000");
    assert_eq!(Cohort { gap_deviation: 0.0, ..cohort }.category(0.0, 3.0), None);
    // 2 * pt(-2.449489743, 3) in R.
    let test = GapTest::of(&[0.5, 1.0, 0.0, 0.5]).ok_or("defined")?;
    assert_printed(Some(test.t), "2.4494897428");
    assert_printed(Some(test.p), "0.091721113311");
    assert_eq!((GapTest::of(&[0.5]), GapTest::of(&[0.5, 0.5])), (None, None));
    Ok(())
}

#[test]
fn the_johari_window_needs_half_a_point() -> Outcome {
    for (own, others, expected) in [
        ("4.5", "4.0", Some(Quadrant::RecognisedStrength)),
        ("4.4", "3.9", Some(Quadrant::BlindSpot)),
        ("3.9", "4.4", Some(Quadrant::HiddenStrength)),
        ("3.0", "3.5", Some(Quadrant::DevelopmentNeed)),
        ("4.0", "3.6", None),
    ] {
        assert_eq!(johari(own.parse()?, others.parse()?, "4.0".parse()?), expected, "{own} {others}");
    }
    Ok(())
}
