//! Attacks that compare two documents about the same people: live results, late answers, a later threshold, a moved
//! rater, two rounds.

use candour_analytics::{Previous, Turnover};

use super::*;

/// What one more person answered, by the documents before and after, to each item.
fn newcomer(before: &Attacker, after: &Attacker, items: usize, column: &str) -> Vec<BTreeSet<i64>> {
    let sums = |attacker: &Attacker, item| {
        let row = Row::Item(0, item);
        attacker.sums(attacker.cell(row, column), attacker.answers(row, column))
    };
    let differences = |item| {
        let (before, after) = (sums(before, item), sums(after, item));
        after
            .into_iter()
            .flat_map(|sum| before.clone().into_iter().map(move |less| sum - less))
            .filter(|answer| (1..=5).contains(answer))
            .collect()
    };
    (0..items).map(differences).collect()
}

/// That our document is one of a kind: nothing in it is of another version, and a repeated count of the same ballots
/// gives the same numbers.
fn assert_one_version(world: &World) -> Outcome {
    let here = ours(world)?;
    assert_eq!(here.document()["previous"], serde_json::Value::Null, "there was no round before");
    for key in here.keys() {
        let words: Vec<_> = key.split('_').collect();
        let told = ["version", "revision", "before", "live", "updated", "counted", "history"]
            .iter()
            .find(|word| words.contains(word));
        assert_eq!(told, None, "{key} is in the document");
    }
    let again = world.count_arranged(9, |ballots| ballots.reverse())?;
    assert_eq!(serde_json::to_value(world.count()?)?["competencies"], serde_json::to_value(again)?["competencies"]);
    Ok(())
}

/// Demo 4. That a service publishes nothing before the round is closed is a story:
/// `attack_16_17_nothing_is_shown_live_and_nothing_is_added_later`.
#[test]
fn attack_16_live_results() -> Outcome {
    let three = World::new(&[3], &[&["544", "445", "445"]]);
    let mut four = three.clone();
    four.groups[0].push(rater(&[2, 1, 2]));
    let (before, after) = (naive(&three, 3, 2, &[])?, naive(&four, 3, 2, &[])?);
    let mean = |attacker: &Attacker| attacker.cell(Row::Item(0, 0), "g0")["mean"].clone();
    assert_eq!((mean(&before), mean(&after)), ("4.33".into(), "3.75".into()));
    assert_eq!(newcomer(&before, &after, 3, "g0"), [set([2]), set([1]), set([2])], "the newcomer's answers, exactly");
    assert_one_version(&four)
}

/// That a closed round takes no answer is a story: `attack_16_17_nothing_is_shown_live_and_nothing_is_added_later`.
#[test]
fn attack_17_a_late_answer() -> Outcome {
    let (published, corrected) = (one_item(&[&[5, 4, 4, 5]]), one_item(&[&[5, 4, 4, 5, 2]]));
    let (before, after) = (naive(&published, 4, 2, &[])?, naive(&corrected, 4, 2, &[])?);
    assert_eq!(newcomer(&before, &after, 1, "g0"), [set([2])]);
    assert_one_version(&corrected)
}

/// That a launched round keeps its policy is a story: `moves_that_the_state_forbids`.
#[test]
fn attack_18_a_lower_threshold_later() -> Outcome {
    let world = one_item(&[&[4, 4, 5, 4, 5], &[2, 1, 3]]);
    let (before, after) = (naive(&world, 5, 2, &[])?, naive(&world, 3, 2, &[])?);
    assert!(before.mean(Row::Item(0, 0), "g1").is_none());
    assert_eq!(after.sums(after.cell(Row::Item(0, 0), "g1"), 3), set([6]), "what three people were promised to keep");

    // The thresholds under which people answered are part of what is published, and none is below its floor.
    let here = assert_everybody_is_safe(&world)?;
    assert_eq!(here.document()["policy"]["threshold"], 4);
    assert!(here.cell(Row::Item(0, 0), "g1").is_null());
    let mut lower = world.clone();
    lower.policy.threshold = Some(2);
    assert!(lower.count().is_err());
    Ok(())
}

/// That nobody can be moved is a story: `attack_19_nobody_is_moved_to_another_group`.
#[test]
fn attack_19_a_rater_is_moved() -> Outcome {
    let (staff, with_mover) = (one_item(&[&[4, 4, 5, 4]]), one_item(&[&[4, 4, 5, 4, 3]]));
    let (before, after) = (naive(&staff, 4, 2, &[])?, naive(&with_mover, 4, 2, &[])?);
    let printed = |attacker: &Attacker| attacker.mean(Row::Item(0, 0), "g0").ok_or("not printed");
    assert_eq!((printed(&before)?.units, printed(&after)?.units), (425, 400));
    assert_eq!(printed(&after)?.times(5) - printed(&before)?.times(4), 3, "the one who was moved");
    assert_one_version(&with_mover)
}

/// Whether answers are pre-filled from an earlier round is a story:
/// `attack_20_nothing_is_filled_in_from_an_earlier_round`.
#[test]
fn attack_20_a_leaver_between_two_rounds() -> Outcome {
    let (first, second) = (one_item(&[&[5, 4, 4, 5, 2]]), one_item(&[&[5, 4, 4, 5]]));
    let (before, after) = (naive(&first, 4, 1, &[])?, naive(&second, 4, 1, &[])?);
    assert_eq!(
        newcomer(&after, &before, 1, "g0"),
        [set([2])],
        "20 of 5, then 18 of 4: exact where the others' answers are filled in"
    );

    // Somebody who answers again may answer otherwise: what is left for the leaver is what the first round alone leaves.
    let here = assert_everybody_is_safe(&first)?;
    assert_everybody_is_safe(&second)?;
    let sums = here.sums(here.cell(Row::Item(0, 0), "g0"), 5);
    assert_eq!(here.person(&sums, 5, &[]), set(1..=5));
    // A document compares itself with an earlier one in words, and not at all where one person has left, or four of
    // nine of whom four had not answered.
    let before = first.count()?;
    for (left, compared) in [(1, false), (4, false), (8, true)] {
        let turnover = Some(Turnover { joined: 0, left });
        let document: Value = serde_json::from_str(&second.count_after(Previous { result: &before, turnover })?)?;
        assert_eq!(document["previous"]["compared"], compared);
        assert_eq!(document["competencies"][0]["change"].is_string(), compared);
        for said in [&document["competencies"][0]["change"], &document["previous"]["compared"]] {
            changes_are_words(said, true)?;
        }
    }
    Ok(())
}

fn changes_are_words(value: &Value, within: bool) -> Outcome {
    match value {
        Value::Object(fields) => {
            for (key, value) in fields {
                changes_are_words(
                    value,
                    within || key.split('_').any(|word| ["change", "changes", "changed", "previous"].contains(&word)),
                )?;
            }
        }
        Value::Array(items) => items.iter().try_for_each(|item| changes_are_words(item, within))?,
        Value::Number(number) if within => return Err(format!("a change is a number: {number}").into()),
        Value::String(text) if within && text.contains(|letter: char| letter.is_ascii_digit()) => {
            return Err(format!("a change is a number: {text}").into());
        }
        _ => {}
    }
    Ok(())
}
