//! Attacks on what is printed beside a mean: spread, extremes, distribution, favourable share, ranks.

use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use super::*;
use crate::attack::naive::spread;

/// Every list of this many answers, from the lowest to the highest, that fits.
fn lists(attacker: &Attacker, answers: i64, fits: impl Fn(&[i64]) -> bool) -> Vec<Vec<i64>> {
    let written_out = |counts: &[i64]| -> Vec<i64> {
        let repeat = |(value, count): (i64, &i64)| std::iter::repeat_n(value, usize::try_from(*count).unwrap_or(0));
        (attacker.lowest..).zip(counts).flat_map(repeat).collect()
    };
    let mut lists: Vec<_> =
        attacker.histograms(answers).iter().map(|(_, counts)| written_out(counts)).filter(|list| fits(list)).collect();
    lists.sort();
    lists
}

/// Words for what no document may print of few people: neither as the name of a field nor as part of one.
const TELLING: [&str; 14] = [
    "sd",
    "deviation",
    "variance",
    "spread",
    "min",
    "max",
    "minimum",
    "maximum",
    "range",
    "median",
    "alpha",
    "rwg",
    "interval",
    "rank",
];

fn assert_tells_nothing(attacker: &Attacker, besides: &[&str]) {
    // How often a highest mark could be inferred is worked out from printed figures, and ranks nobody.
    for key in attacker.keys().into_iter().filter(|key| key != "top_mark_inferences") {
        let told = key.split('_').find(|word| TELLING.contains(word) || besides.contains(word));
        assert_eq!(told, None, "{key} is in the document");
    }
}

#[test]
fn attack_12_mean_and_standard_deviation() -> Outcome {
    for (answers, mean, sd, left) in [
        (&[2, 3, 4, 5][..], "3.50", "1.29", vec![vec![2, 3, 4, 5]]),
        (&[1, 4, 4, 5, 5], "3.80", "1.64", vec![vec![1, 4, 4, 5, 5], vec![2, 2, 5, 5, 5]]),
    ] {
        let elsewhere = naive(&one_item(&[answers]), 4, 2, &[Habit::Spread])?;
        let (cell, people) = (elsewhere.cell(Row::Item(0, 0), "g0"), i64::try_from(answers.len())?);
        assert_eq!((&cell["mean"], &cell["sd"]), (&mean.into(), &sd.into()));
        let sums = elsewhere.sums(cell, people);
        let fits = |list: &[i64]| sums.contains(&list.iter().sum()) && spread(list).as_deref() == cell["sd"].as_str();
        assert_eq!(lists(&elsewhere, people, fits), left);
    }
    let six = one_item(&[&[2, 3, 4, 5, 3, 3], &[1, 4, 4, 5, 5]]);
    assert_tells_nothing(&assert_everybody_is_safe(&six)?, &[]);
    let many = one_item(&[&[1, 2, 3, 4, 5, 4, 3, 2, 4, 4, 5, 5]]);
    assert_tells_nothing(&assert_everybody_is_safe(&many)?, &[]);
    Ok(())
}

/// How often size, mean and standard deviation fix the whole list, if all answers are equally likely: 95 % of three
/// people, 83 % of four, 64 % of five, 44 % of six, 16 % of eight, 5 % of ten.
#[test]
fn attack_12_how_often_a_standard_deviation_gives_everybody_away() -> Outcome {
    let attacker = naive(&one_item(&[&[3]]), 1, 2, &[])?;
    for (people, percent) in [(3, 95), (4, 83), (5, 64), (6, 44), (8, 16), (10, 5)] {
        let mut alike: std::collections::HashMap<_, Vec<i64>> = std::collections::HashMap::new();
        for list in lists(&attacker, people, |_| true) {
            // In how many ways this list comes about.
            let ways = (1..=people).product::<i64>()
                / (1..=5)
                    .map(|value| {
                        (1..=i64::try_from(list.iter().filter(|answer| **answer == value).count()).unwrap_or(0))
                            .product::<i64>()
                    })
                    .product::<i64>();
            alike.entry((list.iter().sum::<i64>(), spread(&list))).or_default().push(ways);
        }
        let fixed: i64 = alike.values().filter(|ways| ways.len() == 1).flatten().sum();
        let all = 5_i64.pow(u32::try_from(people)?);
        assert_eq!((200 * fixed + all) / (2 * all), percent, "{people} people");
    }
    Ok(())
}

#[test]
fn attack_13_lowest_and_highest_answer() -> Outcome {
    let world = one_item(&[&[1, 2, 2, 1, 2]]);
    let elsewhere = naive(&world, 4, 1, &[Habit::Extremes])?;
    let extremes = &elsewhere.cell(Row::Item(0, 0), "g0")["extremes"];
    assert_eq!(extremes, &serde_json::json!([1, 2]), "nobody gave more than a 2, whoever they are");

    let here = assert_everybody_is_safe(&world)?;
    assert_tells_nothing(&here, &["extremes", "lowest", "highest"]);
    assert_looks_the_same(&world, |world| {
        world.groups[0] = vec![rater(&[1]), rater(&[1]), rater(&[1]), rater(&[1]), rater(&[5])];
    })
}

#[test]
fn attack_14_distribution_and_own_answer() -> Outcome {
    // One 1 and four 4s of each of two items; who gave a 4 knows that one of four colleagues gave the 1, and a lone 1
    // on every item is the same person to anybody who knows one of them.
    let world = World::new(&[2], &[&["11", "44", "44", "44", "44"]]);
    let elsewhere = naive(&world, 4, 1, &[Habit::Distribution])?;
    for item in 0..2 {
        let bins = &elsewhere.cell(Row::Item(0, item), "g0")["distribution"];
        let counts: Vec<_> = bins.as_array().into_iter().flatten().map(|bin| bin["answers"].as_i64()).collect();
        assert_eq!(counts, [Some(1), Some(0), Some(0), Some(4), Some(0)]);
    }
    let few = assert_everybody_is_safe(&world)?;
    assert_eq!(
        few.row(Row::Item(0, 0))["distributions"],
        serde_json::json!([]),
        "of five people there is no distribution"
    );

    // What the attacker can do with a distribution beside two means, by the example of a careless document: g0 is {2,
    // 2, 2, 2, 3}.
    let bin = |from: i64, to: i64, answers: i64| serde_json::json!({"from": from, "to": to, "answers": answers});
    let cell = |block: &str, mean: &str| serde_json::json!({"block": block, "state": "published", "mean": mean});
    let document = serde_json::json!({
        "scale": (1..=5).map(|value| serde_json::json!({"value": value})).collect::<Vec<_>>(),
        "policy": {"colluding_insiders": 1},
        "competencies": [{"items": [{
            "cells": [cell("g0", "2.2"), cell("g1", "4.2")],
            "distribution": [bin(1, 2, 4), bin(3, 3, 1), bin(4, 4, 4), bin(5, 5, 1)],
        }]}],
    });
    let careless = Attacker::reading(&document.to_string())?;
    let columns = ["g0", "g1"].map(|id| Column { id: id.to_owned(), answers: 5 });
    assert_eq!(
        careless.person_in(Row::Item(0, 0), &columns, "g1", &[5])?,
        set([4]),
        "who gave the 5 knows the four others"
    );
    assert_eq!(
        careless.person_in(Row::Item(0, 0), &columns, "g0", &[3])?,
        set([2]),
        "and so does the one who gave the 3"
    );

    // From ten answers on one may be printed. Whatever it says beside the means, nobody can be fixed by it, alone or
    // with their own answer.
    for groups in [
        &[&[1, 4, 4, 4, 4, 5, 4, 3, 4, 4][..]][..],
        &[&[1, 4, 4, 4, 4], &[5, 4, 3, 4, 4]],
        &[&[2, 2, 2, 5, 5, 5], &[5, 5, 5, 4]],
        &[&[2, 2, 2, 2, 2], &[4, 4, 4, 4, 4]],
        &[&[1, 1, 1, 5, 5, 5], &[3, 3, 3, 3], &[5, 5, 5, 4, 4]],
        &[&[1, 1, 1, 1, 1], &[2, 3, 3, 2], &[5, 4, 5, 2]],
        &[&[2, 1, 1, 5], &[2, 1, 5, 1], &[5, 1, 2, 1]],
        &[&[3, 3, 3, 3, 3, 3, 3, 3, 3, 3]],
        &[&[3, 3, 3, 3, 3, 3, 3, 3, 3, 2]],
        &[&[5, 5, 5, 5, 5, 5, 5, 3, 3, 3]],
    ] {
        assert_everybody_is_safe(&one_item(groups))?;
    }
    Ok(())
}

/// Reviews of the usual sizes, with answers left out and marks crowded at the ends: whatever is printed beside the
/// means, nobody is fixed.
#[test]
fn attack_14_distributions_of_random_reviews() -> Outcome {
    let mut rng = StdRng::seed_from_u64(14);
    for round in 0..300 {
        let crowded: [u32; 5] =
            [[1, 1, 1, 1, 1], [6, 1, 1, 1, 1], [1, 1, 1, 2, 6], [4, 1, 0, 1, 4], [0, 1, 4, 4, 1]][round % 5];
        let sizes: Vec<usize> = (0..rng.random_range(1..=4)).map(|_| rng.random_range(0..=6)).collect();
        let mut world = World::new(&[2], &vec![&[][..]; sizes.len()]);
        world.policy.threshold = Some(rng.random_range(3..=5));
        for (ballots, people) in world.groups.iter_mut().zip(sizes) {
            for _ in 0..people {
                let mut answer = || {
                    let mut drawn = rng.random_range(0..crowded.iter().sum::<u32>() * 10 / 9);
                    let mark = (1..=5).zip(crowded).find(|(_, often)| {
                        drawn.checked_sub(*often).is_none_or(|left| {
                            drawn = left;
                            false
                        })
                    });
                    mark.map(|(mark, _)| mark)
                };
                ballots.push(Ballot { answers: vec![answer(), answer()], comments: Vec::new() });
            }
        }
        assert_everybody_is_safe(&world)?;
    }
    Ok(())
}

#[test]
fn attack_15_favourable_share() -> Outcome {
    let world = one_item(&[&[4, 1, 1, 2]]);
    let elsewhere = naive(&world, 4, 1, &[Habit::Favourable])?;
    let cell = elsewhere.cell(Row::Item(0, 0), "g0");
    assert_eq!((&cell["mean"], &cell["favourable"]), (&"2.0".into(), &25.into()));
    let sums = elsewhere.sums(cell, 4);
    let fits =
        |list: &[i64]| sums.contains(&list.iter().sum()) && list.iter().filter(|answer| **answer >= 4).count() == 1;
    assert_eq!(
        lists(&elsewhere, 4, fits),
        [[1, 1, 1, 5], [1, 1, 2, 4]],
        "who gave the 4 knows the others, but for their places"
    );

    let here = assert_everybody_is_safe(&world)?;
    for printed in [here.cell(Row::Item(0, 0), "g0"), here.cell(Row::Item(0, 0), "all"), here.row(Row::Item(0, 0))] {
        assert!(printed["favourable"].is_null(), "of four people there is no favourable share: {printed}");
    }
    assert_looks_the_same(&world, |world| world.groups[0] = vec![rater(&[2]), rater(&[2]), rater(&[3]), rater(&[1])])
}

#[test]
fn attack_31_ranks_of_figures_that_are_not_rounded() -> Outcome {
    // 21 answers of each of two items; the sums are 87 and 86, and both means are printed as 4.1.
    let mut world = World::new(&[2], &[&[]]);
    world.policy.distribution_threshold = Some(30);
    world.groups[0] = (0..21).map(|at| rater(&[if at < 3 { 5 } else { 4 }, if at < 2 { 5 } else { 4 }])).collect();
    let elsewhere = naive(&world, 4, 1, &[Habit::Ranks])?;
    let sums = |item| elsewhere.sums(elsewhere.cell(Row::Item(0, item), "g0"), 21);
    assert_eq!([sums(0), sums(1)], [set(86..=87), set(86..=87)]);
    // Listed against the order of the questionnaire, an item is truly ahead.
    let ranks = |world: &World| {
        Ok::<_, Box<dyn Error>>(naive(world, 4, 1, &[Habit::Ranks])?.row(Row::Competency(0))["ranks"].clone())
    };
    let mut swapped = world.clone();
    swapped.groups[0].iter_mut().for_each(|ballot| ballot.answers.swap(0, 1));
    assert_eq!((ranks(&world)?, ranks(&swapped)?), (serde_json::json!([0, 1]), serde_json::json!([1, 0])));
    let pairs = sums(0).into_iter().flat_map(|first| sums(1).into_iter().map(move |second| (first, second)));
    let fits: Vec<_> = pairs.filter(|(first, second)| second > first).collect();
    assert_eq!(fits, [(86, 87)], "in the swapped world the order fixes both sums, which rounding had left open");

    let here = assert_everybody_is_safe(&world)?;
    assert_tells_nothing(&here, &["ranks", "top", "bottom", "strengths", "order", "position"]);
    assert_eq!(world.numbers()?.to_string(), swapped.numbers()?.to_string(), "ours prints the same of both");
    Ok(())
}
