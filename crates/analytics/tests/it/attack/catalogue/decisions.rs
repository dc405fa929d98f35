//! Attacks on what is decided about a result: what is left out, who is put together with whom, and what is counted
//! about it.

use serde_json::json;

use super::{assert_everybody_is_safe, assert_looks_the_same, one_item, ours, rater, set};
use crate::attack::attacker::Row;
use crate::attack::every::Every;
use crate::world::{Ballot, Outcome, World};

/// With a distribution over both groups shown at means 3.7 and 4.0, the only other data set would have been refused: so
/// the head who gave a 1 knew that the nine others gave a 4. Now nothing is refused, and each group has a distribution
/// of its own.
#[test]
fn attack_34_shown_because_the_other_would_have_been_refused() -> Outcome {
    let (lone, nines) = ([1, 4, 4, 4, 4, 4, 4, 4, 4, 4], [4, 4, 4, 4, 4, 4, 4, 4, 4, 4]);
    let world = one_item(&[&lone, &nines]);
    let here = assert_everybody_is_safe(&world)?;
    let bins = |block: usize| here.row(Row::Item(0, 0))["distributions"][block]["bins"].clone();
    assert_eq!(
        (bins(0), bins(1)),
        (json!([{"from": 1, "to": 5, "count": 10}]), json!([{"from": 1, "to": 5, "count": 10}]))
    );
    assert_looks_the_same(&world, |world| world.groups[0][1..3].clone_from_slice(&[rater(&[3]), rater(&[5])]))
}

/// The number of data sets behind each pair of means of which somebody could read off a mark.
#[test]
fn attack_33_every_pair_that_told_a_mark() -> Outcome {
    for (sums, data_sets) in [([40, 47], 69), ([20, 48], 46)] {
        let every = Every::new(&[10, 10], 5, 1, 4).with_sums(&sums);
        let known = every.run()?;
        assert!(
            known.data_sets >= data_sets && (known.by_outsiders, known.by_insiders) == (0, 0),
            "{sums:?}: {known:?}"
        );
    }
    Ok(())
}

/// A group of one and a group of three, put together: the one takes their own mark from the sum of four and has the sum
/// of the three.
#[test]
fn attack_36_a_lone_member_of_a_pool() -> Outcome {
    let pool = one_item(&[&[3], &[4, 2, 5]]);
    let four = one_item(&[&[3, 4, 2, 5]]);
    let attacker = ours(&four)?;
    let sums = attacker.sums(attacker.cell(Row::Item(0, 0), "g0"), 4);
    assert_eq!(attacker.part_sums(&sums, 4, 3, &[3]), set([11]), "what the one would know, were the four one block");
    assert!(
        ours(&pool)?.document()["blocks"].as_array().is_some_and(Vec::is_empty),
        "with nobody else to join them nothing is shown"
    );

    let with_more = one_item(&[&[3], &[4, 2, 5], &[4, 4, 3, 2, 3], &[3, 4, 5, 2, 4, 3]]);
    let here = assert_everybody_is_safe(&with_more)?;
    assert_eq!(here.document()["blocks"][1]["groups"], json!(["g0", "g1", "g2"]), "the smallest block joins them");
    let sums = here.sums(here.cell(Row::Item(0, 0), "others"), 9);
    assert!(here.part_sums(&sums, 9, 3, &[3]).len() > 8, "the sum of the three is open to the one");
    Ok(())
}

/// Three addresses of somebody's own are added to the group of one who has answered: printed times four less their ten
/// is that answer.
#[test]
fn attack_37_filling_a_group_afterwards() -> Outcome {
    let (alone, staff) = ([2].as_slice(), [4, 3, 3, 5, 4, 2].as_slice());
    let before = one_item(&[alone, staff, &[3, 4, 4, 2, 5]]);
    let mut filled = one_item(&[&[2, 3, 3, 4], staff, &[3, 4, 4, 2, 5]]);
    let naive = ours(&filled)?;
    let sums = naive.sums(naive.cell(Row::Item(0, 0), "g0"), 4);
    assert_eq!(naive.part_sums(&sums, 4, 1, &[3, 3, 4]), set([2]), "had the three been there from the start");

    filled.later = vec![3];
    let here = ours(&filled)?;
    let columns = |attacker: &super::Attacker| {
        attacker.document()["blocks"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|block| block["groups"].clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        columns(&here),
        columns(&ours(&before)?),
        "whichever people are added, the same groups are shown together"
    );
    assert!(here.cell(Row::Item(0, 0), "g0").is_null());
    // Nor do they fill the cell of an item, a distribution, or the number of people who comment.
    let mut item = World::new(&[1], &[&["3", "-", "-", "-", "3", "4", "5"]]);
    item.later = vec![3];
    assert_eq!(
        ours(&item)?.cell(Row::Item(0, 0), "g0")["reason"],
        "too_few_answers",
        "one who was asked at the launch, and three"
    );
    let mut many = World::new(&[1], &[&["1", "2", "3", "3", "4", "4", "5", "5", "3", "2", "4", "3"]]);
    assert_eq!(ours(&many)?.row(Row::Item(0, 0))["distributions"].as_array().map(Vec::len), Some(1));
    many.later = vec![3];
    assert_eq!(ours(&many)?.row(Row::Item(0, 0))["distributions"], json!([]));
    let mut comments = World::new(&[1], &[&["3", "4", "3", "4", "5"]]);
    comments.groups[0][0] = Ballot::new("3").saying("keep", "Listening.");
    assert_eq!(ours(&comments)?.document()["shows_comments"], true);
    comments.later = vec![1];
    assert_eq!(ours(&comments)?.document()["shows_comments"], false);
    assert!(!ours(&comments)?.document().to_string().contains("Listening"));
    Ok(())
}

/// One statement is asked of two groups and its twin of one of them: 17 - 16 = 1, if the first answers both alike.
#[test]
fn attack_38_nested_audiences_in_a_pool() -> Outcome {
    // The pool is g0 of three, g1 of two and g2 of one; the twin leaves out g2.
    let mut world = World::new(&[2], &[&["33", "44", "35"], &["44", "22"], &["1-"]]);
    world.asks = vec![(0, vec!["g0", "g1", "g2"]), (1, vec!["g0", "g1"])];
    let here = ours(&world)?;
    assert_eq!(here.cell(Row::Item(0, 0), "others")["state"], "published");
    assert_eq!(here.cell(Row::Item(0, 1), "others")["reason"], "asked_of_some", "one person is left unasked");
    // Where as many as the threshold are left unasked, both are printed.
    let four = ["1-", "4-", "3-", "2-"];
    let mut enough = World::new(&[2], &[&["33"], &["44", "22"], &four]);
    enough.asks = vec![(0, vec!["g0", "g1", "g2"]), (1, vec!["g0", "g1"])];
    enough.policy.threshold = Some(3);
    enough.groups[0] = vec![Ballot::new("33"), Ballot::new("44"), Ballot::new("35")];
    let here = ours(&enough)?;
    let shown: Vec<_> =
        here.document()["blocks"].as_array().into_iter().flatten().map(|block| block["id"].clone()).collect();
    assert_eq!(shown.len(), 2, "{shown:?}");
    assert_everybody_is_safe(&enough)?;
    Ok(())
}

/// What a result says about its own audit follows from sizes of blocks: six fives, or five and one who was not able to
/// say.
#[test]
fn attack_40_count_of_checks_as_a_figure() -> Outcome {
    let six = World::new(&[1], &[&["5", "5", "5", "5", "5", "5"]]);
    let five = World::new(&[1], &[&["5", "5", "5", "5", "5", "-"]]);
    assert_eq!(six.numbers()?, five.numbers()?, "not one figure differs");
    let document = six.numbers()?;
    assert_eq!(document["audit"]["top_mark_inferences"], 5);
    assert_eq!(
        document["competencies"][0]["items"][0]["all"],
        json!({"state": "published", "mean": "4.9", "approximate": true})
    );
    Ok(())
}
