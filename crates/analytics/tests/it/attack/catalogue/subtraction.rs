//! Attacks that subtract what is shown from a total, and small counts.

use super::*;
use crate::attack::attacker::Printed;

#[test]
fn attack_01_small_cell() -> Outcome {
    let world = one_item(&[&[4, 4, 5, 3, 4], &[2]]);
    let elsewhere = naive(&world, 1, 1, &[])?;
    let cell = elsewhere.cell(Row::Item(0, 0), "g1");
    assert_eq!((&cell["mean"], elsewhere.sums(cell, 1)), (&"2.0".into(), set([2])));

    let here = assert_everybody_is_safe(&world)?;
    assert!(here.cell(Row::Item(0, 0), "g1").is_null(), "one person is no column");
    for answer in 1..=5 {
        let others = with_sum(5, 22 - i64::from(answer));
        assert_looks_the_same(&world, |world| world.groups = vec![others, vec![rater(&[answer])]])?;
    }
    Ok(())
}

/// Demo 1.
#[test]
fn attack_02_total_minus_groups() -> Outcome {
    let mut world = one_item(&[&[4, 4, 4, 4], &[4, 4, 4, 5, 5], &[1, 2]]);
    world.chair = Some(rater(&[4]));
    let elsewhere = naive(&world, 4, 2, &[])?;
    let printed = |column| elsewhere.mean(Row::Item(0, 0), column).ok_or(column);
    assert_eq!(
        [printed("chair")?.units, printed("g0")?.units, printed("g1")?.units, printed("all")?.units],
        [400, 400, 440, 375]
    );
    assert!(elsewhere.mean(Row::Item(0, 0), "g2").is_none(), "the two direct reports are hidden");
    let hidden =
        printed("all")?.times(12) - printed("chair")?.times(1) - printed("g0")?.times(4) - printed("g1")?.times(5);
    assert_eq!(hidden, 3);
    assert_eq!(elsewhere.person(&set([hidden]), 2, &[]), set([1, 2]));

    let here = assert_everybody_is_safe(&world)?;
    let pooled = here.sums(here.cell(Row::Item(0, 0), "others"), 6);
    assert_eq!(pooled, set([19]), "the pair stands with the four trustees");
    assert_eq!(here.part_sums(&pooled, 6, 2, &[]), set(2..=10), "every sum of the pair is possible");
    for pair in 2..=10 {
        assert_looks_the_same(&world, |world| {
            (world.groups[0], world.groups[2]) = (with_sum(4, 19 - pair), with_sum(2, pair));
        })?;
    }
    Ok(())
}

/// Demo 2.
#[test]
fn attack_03_competency_minus_items() -> Outcome {
    let world = World::new(&[4], &[&["4441", "4442", "444-", "445-", "445-"]]);
    let elsewhere = naive(&world, 4, 2, &[Habit::ItemMeans])?;
    let items: Vec<_> = (0..4).map(|item| elsewhere.mean(Row::Item(0, item), "g0").map(|mean| mean.units)).collect();
    assert_eq!(items, [Some(400), Some(400), Some(440), None]);
    let competency = elsewhere.mean(Row::Competency(0), "g0").ok_or("no competency")?;
    assert_eq!(competency.units, 348);
    // Two answers of this sum as the fourth mean: (4 + 4 + 4.4 + sum / 2) / 4, half up.
    let prints = |sum: &i64| (2 * 100 * (124 + 5 * sum) + 40) / 80 == competency.units;
    let hidden: BTreeSet<i64> = (2..=10).filter(prints).collect();
    assert_eq!(hidden, set([3]));
    assert_eq!(elsewhere.person(&hidden, 2, &[]), set([1, 2]));

    let here = assert_everybody_is_safe(&world)?;
    assert_eq!(here.cell(Row::Item(0, 3), "g0")["state"], "suppressed");
    assert_eq!(here.mean(Row::Competency(0), "g0"), Printed::read("4.1"), "of the three items shown");
    for (first, second) in [(1, 1), (1, 5), (3, 4), (5, 5)] {
        assert_looks_the_same(&world, |world| {
            for (ballot, answer) in world.groups[0].iter_mut().zip([first, second]) {
                ballot.answers[3] = Some(answer);
            }
        })?;
    }
    Ok(())
}

/// Demo 3.
#[test]
fn attack_04_mean_of_raters_means() -> Outcome {
    let world = World::new(&[2], &[&["2-", "44", "44", "55", "55"]]);
    let elsewhere = naive(&world, 4, 1, &[])?;
    let printed = |row| elsewhere.mean(row, "g0").map(|mean| mean.units).ok_or("not printed");
    let (competency, first, second) =
        (printed(Row::Competency(0))?, printed(Row::Item(0, 0))?, printed(Row::Item(0, 1))?);
    assert_eq!((competency, first, second), (40, 40, 45));
    assert_eq!((elsewhere.answers(Row::Item(0, 0), "g0"), elsewhere.answers(Row::Item(0, 1), "g0")), (5, 4));
    assert_eq!(
        10 * competency - 5 * first - 4 * second,
        20,
        "the one who skipped the second item gave the first a 2.0, and no cell is small"
    );

    let here = assert_everybody_is_safe(&world)?;
    assert_eq!(here.mean(Row::Competency(0), "g0"), Printed::read("4.3"), "of 4.0 and 4.5: nothing new");
    for skipper in 1..=5 {
        assert_looks_the_same(&world, |world| {
            let others = with_sum(4, 20 - i64::from(skipper));
            world.groups[0][0].answers[0] = Some(skipper);
            for (ballot, other) in world.groups[0][1..].iter_mut().zip(others) {
                ballot.answers[0] = other.answers[0];
            }
        })?;
    }
    Ok(())
}

#[test]
fn attack_10_nobody_else_answered_the_item() -> Outcome {
    let world = World::new(&[2], &[&["42", "4-", "5-", "3-", "4-"]]);
    let elsewhere = naive(&world, 4, 1, &[Habit::IgnoresMissingAnswers])?;
    let cell = elsewhere.cell(Row::Item(0, 1), "g0");
    assert_eq!((elsewhere.answers(Row::Item(0, 1), "g0"), elsewhere.sums(cell, 1)), (1, set([2])));

    let here = assert_everybody_is_safe(&world)?;
    assert_eq!(here.cell(Row::Item(0, 1), "g0")["state"], "suppressed");
    assert_eq!(here.cell(Row::Item(0, 1), "all")["state"], "suppressed");
    for answer in 1..=5 {
        assert_looks_the_same(&world, |world| world.groups[0][0].answers[1] = Some(answer))?;
    }
    Ok(())
}

#[test]
fn attack_11_rounding_is_undone() -> Outcome {
    assert_eq!(Printed::read("4.3").ok_or("a number")?.sums(7, 1, 5), set([30]));
    // Every mean of up to 10 answers at one decimal, and of up to 100 at two, has one sum only.
    for (whole, most) in [(10, 10), (100, 100)] {
        let ambiguous = |answers: i64| {
            let printed = |sum: i64| Printed { units: (2 * sum * whole + answers) / (2 * answers), whole };
            (answers..=5 * answers).any(|sum| printed(sum).sums(answers, 1, 5).len() > 1)
        };
        assert!(!(1..=most).any(ambiguous) && ambiguous(most + 1));
    }
    let world = one_item(&[&[5, 5, 4, 4, 4, 4, 4]]);
    let here = assert_everybody_is_safe(&world)?;
    let cell = here.cell(Row::Item(0, 0), "g0");
    assert_eq!(
        (&cell["mean"], here.sums(cell, 7)),
        (&"4.3".into(), set([30])),
        "ours is as exact, and does not count on rounding"
    );
    assert_eq!(here.person(&set([30]), 7, &[5]), set([1, 2, 3, 4, 5]));
    Ok(())
}

#[test]
fn attack_21_known_people_in_the_total() -> Outcome {
    let mut world = one_item(&[&[2, 3, 4]]);
    world.chair = Some(rater(&[4]));
    let elsewhere = naive(&world, 4, 2, &[])?;
    let printed = |column| elsewhere.mean(Row::Item(0, 0), column).ok_or(column);
    assert_eq!(
        printed("all")?.times(4) - printed("chair")?.times(1),
        9,
        "the three others, who are fewer than the threshold"
    );

    let here = ours(&world)?;
    assert!(
        !here.document().to_string().contains("mean"),
        "four people, of whom three are anonymous: nothing is shown"
    );
    let mut world = one_item(&[&[2, 3, 4, 3, 4]]);
    let mut seen = BTreeSet::new();
    for named in [None, Some(1), Some(5)] {
        (world.own, world.chair) = (named.map(|answer| rater(&[answer])), named.map(|answer| rater(&[answer])));
        let here = assert_everybody_is_safe(&world)?;
        seen.insert((here.cell(Row::Item(0, 0), "g0").to_string(), here.cell(Row::Item(0, 0), "all").to_string()));
    }
    assert_eq!(seen.len(), 1, "neither the subject nor the chair is in a block or a total: {seen:?}");
    Ok(())
}

#[test]
fn attack_29_next_smallest_group_is_hidden_too() -> Outcome {
    let world = one_item(&[&[5], &[3, 3], &[4, 4, 4, 4], &[3, 3, 4, 4, 4]]);
    let elsewhere = naive(&world, 2, 2, &[Habit::DropsNextSmallest])?;
    let printed = |column| elsewhere.mean(Row::Item(0, 0), column).ok_or(column);
    assert!(printed("g0").is_err() && printed("g1").is_err());
    let joint = printed("all")?.times(12) - printed("g2")?.times(4) - printed("g3")?.times(5);
    assert_eq!(joint, 11, "two groups are hidden, and the sum of their three people is exact");

    let here = assert_everybody_is_safe(&world)?;
    let pooled = here.sums(here.cell(Row::Item(0, 0), "others"), 7);
    assert_eq!(here.part_sums(&pooled, 7, 3, &[]), set(7..=15), "the three stand with the four beside them");
    for joint in 7..=15 {
        assert_looks_the_same(&world, |world| {
            let mut three = with_sum(3, joint);
            (world.groups[0], world.groups[1], world.groups[2]) = (three.split_off(2), three, with_sum(4, 27 - joint));
        })?;
    }
    Ok(())
}
