//! Attacks on sums near the ends of the scale, and by those who gave some of the answers themselves.

use super::*;

/// The people of one column of one item.
fn column(answers: i64) -> Vec<Column> {
    vec![Column { id: "g0".to_owned(), answers }]
}

#[test]
fn attack_05_unanimity() -> Outcome {
    for (answer, printed, state) in [(5, "5.0", "high"), (1, "1.0", "low")] {
        let world = one_item(&[&[answer; 6]]);
        let elsewhere = naive(&world, 4, 1, &[])?;
        let cell = elsewhere.cell(Row::Item(0, 0), "g0");
        assert_eq!(cell["mean"], printed);
        assert_eq!(elsewhere.person(&elsewhere.sums(cell, 6), 6, &[]), set([i64::from(answer)]), "everybody is known");

        let here = assert_everybody_is_safe(&world)?;
        assert_eq!(here.cell(Row::Item(0, 0), "g0")["state"], state);
    }
    assert_looks_the_same(&one_item(&[&[5; 6]]), |world| world.groups[0][3] = rater(&[4]))?;
    assert_looks_the_same(&one_item(&[&[1; 6]]), |world| world.groups[0][3] = rater(&[5]))
}

#[test]
fn attack_06_almost_extreme() -> Outcome {
    let low = one_item(&[&[1, 1, 1, 1, 2]]);
    let high = one_item(&[&[5, 5, 5, 5, 5, 4]]);
    for (world, people, printed, left) in [(&low, 5, "1.2", [1, 2]), (&high, 6, "4.8", [4, 5])] {
        let elsewhere = naive(world, 4, 1, &[])?;
        let cell = elsewhere.cell(Row::Item(0, 0), "g0");
        assert_eq!(cell["mean"], printed);
        assert_eq!(elsewhere.person(&elsewhere.sums(cell, people), people, &[]), set(left));
    }
    let here = assert_everybody_is_safe(&low)?;
    assert_eq!(here.person_in(Row::Item(0, 0), &column(5), "g0", &[])?, set(1..=5), "a band leaves every answer open");
    let here = assert_everybody_is_safe(&high)?;
    assert_eq!(
        here.person_in(Row::Item(0, 0), &column(6), "g0", &[])?,
        set(4..=5),
        "towards the top a narrower band is enough"
    );
    assert_looks_the_same(&high, |world| world.groups[0] = with_sum(6, 30))
}

#[test]
fn attack_07_the_only_one_who_differs() -> Outcome {
    let world = one_item(&[&[1, 1, 1, 1, 2]]);
    let elsewhere = naive(&world, 4, 1, &[])?;
    let sums = elsewhere.sums(elsewhere.cell(Row::Item(0, 0), "g0"), 5);
    assert_eq!(elsewhere.person(&sums, 5, &[2]), set([1]), "who gave the 2 knows that the four others gave 1");

    let here = assert_everybody_is_safe(&world)?;
    assert_eq!(here.person_in(Row::Item(0, 0), &column(5), "g0", &[2])?, set(1..=5));
    for other in 1..=5 {
        assert_looks_the_same(&world, |world| world.groups[0][0] = rater(&[other]))?;
    }
    Ok(())
}

#[test]
fn attack_08_a_colleague_in_a_pair() -> Outcome {
    let world = one_item(&[&[5, 2]]);
    let elsewhere = naive(&world, 2, 1, &[])?;
    let sums = elsewhere.sums(elsewhere.cell(Row::Item(0, 0), "g0"), 2);
    assert_eq!((sums.clone(), elsewhere.person(&sums, 2, &[5])), (set([7]), set([2])));

    assert!(!ours(&world)?.document().to_string().contains("mean"), "two people are nothing to show");
    for (threshold, insiders) in [(2, None), (3, Some(2)), (4, Some(3))] {
        let mut careless = one_item(&[&[5, 2, 3, 4]]);
        (careless.policy.threshold, careless.policy.colluding_insiders) = (Some(threshold), insiders);
        assert!(careless.count().is_err(), "no policy lets fewer than two be left beside the insiders it counts on");
    }
    // The smallest columns there are, and every own answer.
    for threshold in [3, 4] {
        for sum in threshold..=5 * threshold {
            let mut world = one_item(&[&[]]);
            world.policy.threshold = u32::try_from(threshold).ok();
            world.groups[0] = with_sum(threshold, sum);
            assert_everybody_is_safe(&world)?;
        }
    }
    Ok(())
}

#[test]
fn attack_09_a_whole_group_pools_what_it_knows() -> Outcome {
    let world = one_item(&[&[4, 5], &[1, 4]]);
    // Elsewhere the two groups may be one column of four, and they are one here.
    let together = one_item(&[&[4, 5, 1, 4]]);
    let elsewhere = naive(&together, 4, 1, &[])?;
    let sums = elsewhere.sums(elsewhere.cell(Row::Item(0, 0), "g0"), 4);
    assert_eq!(
        (sums.clone(), elsewhere.part_sums(&sums, 4, 2, &[4, 5])),
        (set([14]), set([5])),
        "the two trustees know the sum of the pair"
    );

    // A policy that counts on two insiders leaves every person open to them, though not the sum of all the others; and
    // one that counts on one, against one. Against more than a policy counts on it promises nothing, as SECURITY.md
    // says.
    for (colluding, known) in [(1, vec![4]), (1, vec![5]), (2, vec![4, 5])] {
        let mut world = world.clone();
        world.policy.colluding_insiders = Some(colluding);
        let here = assert_everybody_is_safe(&world)?;
        let sums = here.sums(here.cell(Row::Item(0, 0), "others"), 4);
        assert!(here.person(&sums, 4, &known).len() > 1, "{known:?}");
    }
    for sum in 4..=20 {
        let mut world = world.clone();
        world.policy.colluding_insiders = Some(2);
        world.groups = vec![with_sum(4, sum), Vec::new()];
        let truth: Vec<i64> = world.answers(&[0], 0).into_iter().map(i64::from).collect();
        let here = ours(&world)?;
        let sums = here.sums(here.cell(Row::Item(0, 0), "g0"), 4);
        for (at, first) in truth.iter().enumerate() {
            for second in &truth[at + 1..] {
                let left = here.person(&sums, 4, &[*first, *second]);
                assert!(left.len() > 1 || left == set([5]), "{truth:?}: {first} and {second} leave {left:?}");
            }
        }
    }
    Ok(())
}
