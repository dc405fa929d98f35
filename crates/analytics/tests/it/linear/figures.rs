//! The usual figures of a report as systems: what the usual rule gives away, and that the same figures over printed
//! blocks only do not.

use candour_analytics::audit::interval::Unsolved;
use candour_analytics::audit::linear::{Bands, Known, System};

use super::{Outcome, ends, follows};

/// Chair 4.00 (1), trustees 4.00 (4), executives 4.40 (5), all 3.75 (12): the two that are hidden have 3 together.
#[test]
fn demo_1_a_total_of_everybody_gives_the_hidden_pair_away() -> Outcome {
    let shown = || {
        let mut system = System::default();
        for people in [1, 4, 5, 2] {
            system.unknown(people, 5 * people)?;
        }
        for (group, people, printed) in [(0, 1, 400), (1, 4, 400), (2, 5, 440)] {
            system.know(Known::mean([(group, 1)], people, printed, 2)?)?;
        }
        Ok::<_, Box<dyn std::error::Error>>(system)
    };
    let pair = [(3, 1)];
    let mut naive = shown()?;
    naive.know(Known::mean((0..4).map(|group| (group, 1)), 12, 375, 2)?)?;
    assert!(follows(&naive, &pair));
    assert_eq!(ends(&naive, &pair)?, (3, 3));

    let mut blocks = shown()?;
    blocks.know(Known::mean((0..3).map(|group| (group, 1)), 10, 420, 2)?)?;
    assert!(!follows(&blocks, &pair));
    assert_eq!(ends(&blocks, &pair)?, (2, 10));
    Ok(())
}

/// Items 4.00, 4.00, 4.40 of five and a fourth of two, hidden; their mean is 3.48: the two have 3 together.
#[test]
fn demo_2_a_competency_gives_the_hidden_item_away() -> Outcome {
    let shown = || {
        let mut system = System::default();
        for people in [5, 5, 5, 2] {
            system.unknown(people, 5 * people)?;
        }
        for (item, printed) in [(0, 400), (1, 400), (2, 440)] {
            system.know(Known::mean([(item, 1)], 5, printed, 2)?)?;
        }
        Ok::<_, Box<dyn std::error::Error>>(system)
    };
    let hidden = [(3, 1)];
    let mut naive = shown()?;
    // (a/5 + b/5 + c/5 + d/2) / 4 over the common denominator.
    naive.know(Known::mean([(0, 2), (1, 2), (2, 2), (3, 5)], 40, 348, 2)?)?;
    assert!(follows(&naive, &hidden));
    assert_eq!(ends(&naive, &hidden)?, (3, 3));

    let mut printed_only = shown()?;
    printed_only.know(Known::mean([(0, 1), (1, 1), (2, 1)], 15, 413, 2)?)?;
    assert!(!follows(&printed_only, &hidden));
    assert_eq!(ends(&printed_only, &hidden)?, (2, 10));
    Ok(())
}

/// Item 1 has 4.0 (5), item 2 has 4.5 (4), the mean of the raters' own means is 4.0: the one who skipped item 2 gave
/// item 1 a 2.
#[test]
fn demo_3_a_mean_of_raters_means_gives_one_answer_away() -> Outcome {
    let items = || {
        let mut system = System::default();
        // The answer of the one, and the sums of the other four to both items.
        for people in [1, 4, 4] {
            system.unknown(people, 5 * people)?;
        }
        system.know(Known::mean([(0, 1), (1, 1)], 5, 40, 1)?)?;
        system.know(Known::mean([(2, 1)], 4, 45, 1)?)?;
        Ok::<_, Box<dyn std::error::Error>>(system)
    };
    let answer = [(0, 1)];
    let mut naive = items()?;
    naive.know(Known::mean([(0, 2), (1, 1), (2, 1)], 10, 40, 1)?)?;
    assert!(follows(&naive, &answer));
    assert_eq!(ends(&naive, &answer)?, (2, 2));

    let mut item_means = items()?;
    item_means.know(Known::mean([(0, 4), (1, 4), (2, 5)], 40, 43, 1)?)?;
    assert!(!follows(&item_means, &answer));
    assert_eq!(ends(&item_means, &answer)?, (1, 5));
    Ok(())
}

/// Live figures: three people, then a fourth. Each item gives the newcomer's answer away; published once, none does.
#[test]
fn demo_4_figures_before_and_after_give_the_newcomer_away() -> Outcome {
    for (before, after, answer) in [(433, 375, 2), (400, 325, 1), (467, 400, 2)] {
        let mut once = System::default();
        let (three, newcomer) = (once.unknown(3, 15)?, once.unknown(1, 5)?);
        once.know(Known::mean([(three, 1), (newcomer, 1)], 4, after, 2)?)?;
        assert!(!follows(&once, &[(newcomer, 1)]));
        let open = ends(&once, &[(newcomer, 1)])?;
        assert!(open.0 < answer && answer < open.1 || open == (1, 5), "{open:?}");

        let mut live = once;
        live.know(Known::mean([(three, 1)], 3, before, 2)?)?;
        assert!(follows(&live, &[(newcomer, 1)]));
        assert_eq!(ends(&live, &[(newcomer, 1)])?, (answer, answer));
    }
    Ok(())
}

/// The total of two hidden pairs follows, neither pair does; and still a pair is 6 to 10, not 2 to 10.
#[test]
fn a_sum_outside_the_span_may_be_narrowed_down() -> Outcome {
    let mut system = System::default();
    let (first, second, shown) = (system.unknown(2, 10)?, system.unknown(2, 10)?, system.unknown(5, 25)?);
    system.know(Known::mean([(shown, 1)], 5, 36, 1)?)?;
    system.know(Known::mean([(first, 1), (second, 1), (shown, 1)], 9, 378, 2)?)?;
    assert!(follows(&system, &[(first, 1), (second, 1)]));
    assert!(!follows(&system, &[(first, 1)]) && !follows(&system, &[(second, 1)]));
    assert_eq!(ends(&system, &[(first, 1), (second, 1)])?, (16, 16));
    assert_eq!(ends(&system, &[(first, 1)])?, (6, 10));
    Ok(())
}

/// Unanimity: outside every span, and yet everybody's answer is known.
#[test]
fn an_extreme_mean_gives_everybody_away_and_a_band_does_not() -> Outcome {
    let answers = || {
        let mut system = System::default();
        for _ in 0..6 {
            system.unknown(1, 5)?;
        }
        Ok::<_, Box<dyn std::error::Error>>(system)
    };
    let all = || (0..6).map(|person| (person, 1));
    let mut exact = answers()?;
    exact.know(Known::mean(all(), 6, 50, 1)?)?;
    assert!(!follows(&exact, &[(0, 1)]));
    assert_eq!(ends(&exact, &[(0, 1)])?, (5, 5));

    let bands = Bands { floor: 6, low: 5, ceiling: 30, high: 1 };
    let mut high = answers()?;
    high.know(bands.high(all())?)?;
    assert_eq!(ends(&high, &[(0, 1)])?, (4, 5));
    let mut low = answers()?;
    low.know(bands.low(all())?)?;
    assert_eq!(ends(&low, &[(0, 1)])?, (1, 5));
    assert_eq!(ends(&low, &all().collect::<Vec<_>>())?, (6, 11));
    let mut number = answers()?;
    number.know(bands.neither(all())?)?;
    assert_eq!(ends(&number, &all().collect::<Vec<_>>())?, (12, 28));
    Ok(())
}

/// Answers by mark: 4 people, 25 % of them favourable, mean 2.0. Nobody gave a 3, and at most one a 5.
#[test]
fn a_favourable_share_and_a_mean_narrow_the_distribution() -> Outcome {
    let mut system = System::default();
    for _ in 0..5 {
        system.unknown(0, 4)?;
    }
    system.know(Known::count(0..5, 4)?)?;
    system.know(Known::mean([(3, 1), (4, 1)], 4, 25, 2)?)?;
    system.know(Known::mean([(0, 1), (1, 2), (2, 3), (3, 4), (4, 5)], 4, 20, 1)?)?;
    let open: Vec<_> = (0..5).map(|mark| ends(&system, &[(mark, 1)])).collect::<Result<_, _>>()?;
    assert_eq!(open, [(2, 3), (0, 1), (0, 0), (0, 1), (0, 1)]);
    system.know(Known::count([3, 4], 2)?)?;
    assert_eq!(ends(&system, &[(0, 1)]), Err(Unsolved::Contradiction));
    Ok(())
}

/// Rounding is exact at ties. A comparison in floating point drops sums that were printed, which makes an unsafe figure
/// look safe or the true answers impossible.
#[test]
fn a_printed_mean_allows_the_sums_that_print_it_and_no_others() -> Outcome {
    let mut lost_in_floating_point = 0;
    for decimals in 0..=2_u32 {
        let unit = 10_i64.pow(decimals);
        for answers in 1..=40_i64 {
            let printed = |sum: i64| (2 * sum * unit + answers).div_euclid(2 * answers);
            for sum in -5 * answers..=5 * answers {
                let known = Known::mean([(0, 1)], answers, printed(sum), decimals)?;
                for other in sum - answers..=sum + answers {
                    let allowed = (known.at_least()..=known.at_most()).contains(&other);
                    assert_eq!(
                        allowed,
                        printed(other) == printed(sum),
                        "{sum} and {other} of {answers}, {decimals} decimals"
                    );
                }
                let (value, unit) = (
                    f64::from(i32::try_from(sum)?) / f64::from(i32::try_from(answers)?),
                    f64::from(i32::try_from(unit)?),
                );
                let middle = f64::from(i32::try_from(printed(sum))?) / unit;
                lost_in_floating_point += i32::from(value < middle - 0.5 / unit || value >= middle + 0.5 / unit);
            }
        }
    }
    assert!(lost_in_floating_point > 0, "the same test in floating point loses sums that were printed");
    for (answers, printed, sum) in [(4, 23, 9), (20, 31, 61), (20, 11, 21), (12, 13, 15), (8, 43, 34)] {
        let known = Known::mean([(0, 1)], answers, printed, 1)?;
        assert_eq!(known.at_least(), sum, "{sum}/{answers} is a tie and is printed as the larger");
    }
    Ok(())
}
