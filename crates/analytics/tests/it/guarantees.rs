//! One property for each guarantee the crate writes down.

use candour_analytics::document::AuditLevel;
use candour_analytics::{CellState, Decimal, ReviewResult, SuppressionReason};
use candour_domain::GroupId;
use candour_domain::policy::PolicyRequest;
use proptest::prelude::*;
use rand::SeedableRng;
use rand::rngs::StdRng;
use rand::seq::SliceRandom;
use serde_json::Value;

use crate::world::{Ballot, Outcome, World};

type Checked = Result<(), TestCaseError>;

fn failed(error: impl std::fmt::Display) -> TestCaseError {
    TestCaseError::fail(error.to_string())
}

/// Worlds small enough for every edge: groups of 0 to 6, missing answers, items asked of some groups, marks crowded at
/// the ends.
fn worlds() -> impl Strategy<Value = World> {
    let policy = (3u32..6, any::<bool>()).prop_flat_map(|(threshold, strict)| {
        (1..=threshold - 2).prop_map(move |insiders| PolicyRequest {
            threshold: Some(threshold),
            colluding_insiders: Some(insiders),
            strict: Some(strict),
            ..PolicyRequest::default()
        })
    });
    let asks =
        proptest::collection::vec((0usize..6, proptest::sample::subsequence(vec!["g0", "g1", "g2"], 1..=3)), 0..3);
    (policy, proptest::collection::vec(1usize..4, 1..3), asks).prop_flat_map(|(policy, sizes, mut asks)| {
        let items: usize = sizes.iter().sum();
        asks.retain(|(place, _)| *place < items);
        asks.sort();
        asks.dedup_by_key(|(place, _)| *place);
        let answer =
            prop_oneof![1 => Just(None), 3 => (1u8..=5).prop_map(Some), 3 => Just(Some(1)), 3 => Just(Some(5))];
        let comments = proptest::collection::vec((proptest::sample::select(vec!["keep", "more"]), "[a-c]{1,2}"), 0..2);
        let ballot = (proptest::collection::vec(answer, items), comments)
            .prop_map(|(answers, comments)| Ballot { answers, comments });
        let groups = proptest::collection::vec(proptest::collection::vec(ballot.clone(), 0..7), 3);
        let named = || proptest::option::of(ballot.clone());
        let harmful = proptest::sample::select(vec![Some("lowest"), Some("lowest"), Some("highest"), None]);
        let later = prop_oneof![3 => Just(Vec::new()), 1 => proptest::collection::vec(0u32..3, 3)];
        (Just(policy), Just(sizes), Just(asks), groups, named(), named(), harmful, later).prop_map(
            |(policy, sizes, asks, groups, own, chair, harmful_end, later)| World {
                policy,
                sizes,
                asks,
                groups,
                own,
                chair,
                points: 5,
                harmful_end,
                later,
            },
        )
    })
}

/// The places in the world of a block's groups.
fn places(groups: &[GroupId]) -> Vec<usize> {
    groups.iter().filter_map(|group| group.as_str().strip_prefix('g')?.parse().ok()).collect()
}

/// The tenths of a printed number in the document.
fn tenths(value: &Value) -> Result<i64, TestCaseError> {
    let text = value.as_str().ok_or_else(|| failed("no printed number"))?;
    Ok(text.parse::<Decimal>().map_err(failed)?.tenths())
}

/// Whether anything stands in the document, at whatever place, that somebody other than the subject answered.
fn prints_others(document: &Value) -> bool {
    match document {
        Value::Array(values) => values.iter().any(prints_others),
        Value::Object(fields) if fields.get("group").is_some_and(|group| group == "self") => false,
        Value::Object(fields) if fields.contains_key("state") => fields["state"] != "suppressed",
        // A named rater's number, or a comment. A prompt and an item have a text too, and no id of a comment.
        Value::Object(fields) if fields.contains_key("group") && fields.contains_key("mean") => true,
        Value::Object(fields)
            if fields.len() >= 2
                && fields.contains_key("id")
                && fields.contains_key("text")
                && !fields.contains_key("cells") =>
        {
            !fields["text"].is_null()
        }
        Value::Object(fields) => fields.values().any(prints_others),
        _ => false,
    }
}

fn half_up(sum: i64, count: i64) -> i64 {
    (2 * sum + count) / (2 * count)
}

/// How near to the ends of the scale a sum is shown as `low` and as `high`.
fn bands(world: &World) -> (i64, i64) {
    let wide = 4 * i64::from(world.policy.colluding_insiders.unwrap_or(1)) + 1;
    match world.harmful_end {
        Some("lowest") if world.policy.strict != Some(true) => (wide, 1),
        Some("highest") if world.policy.strict != Some(true) => (1, wide),
        _ => (wide, wide),
    }
}

/// What stands for an item cell in further arithmetic. A band has no number in the document; its middle follows from
/// how many people are in the block.
fn stand_in(cell: &Value, people: i64, world: &World) -> Result<Option<i64>, TestCaseError> {
    let (low, high) = bands(world);
    match cell["state"].as_str() {
        Some("published") => Ok(Some(tenths(&cell["mean"])?)),
        Some("low") => Ok(Some(half_up(10 * (2 * people + low), 2 * people))),
        Some("high") => Ok(Some(half_up(10 * (10 * people - high), 2 * people))),
        _ => Ok(None),
    }
}

/// How many of a group answered, and how many of them were asked after the launch.
fn answered(world: &World, group: usize) -> (u32, u32) {
    let people = u32::try_from(world.groups.get(group).map_or(0, Vec::len)).unwrap_or(0);
    (people, world.later.get(group).copied().unwrap_or(0).min(people))
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

/// Checks a cell of the document against the number it should print, if any.
fn assert_prints(cell: &Value, expected: Option<i64>) -> Checked {
    let printed = if cell["state"] == "published" { Some(tenths(&cell["mean"])?) } else { None };
    prop_assert_eq!(printed, expected, "{}", cell);
    prop_assert_eq!(&cell["state"] == "suppressed", expected.is_none(), "{}", cell);
    Ok(())
}

/// The mean over blocks of what stands for their cells, weighted by their respondents.
fn weighted(values: &[Option<i64>], people: &[i64]) -> Option<i64> {
    let shown: Vec<_> = values.iter().zip(people).filter_map(|(value, people)| Some(((*value)?, *people))).collect();
    let count: i64 = shown.iter().map(|(_, people)| people).sum();
    (count > 0).then(|| half_up(shown.iter().map(|(value, people)| value * people).sum(), count))
}

/// Recomputes every derived number of the document from its item cells.
fn recompute(world: &World, result: &ReviewResult) -> Checked {
    let document = serde_json::to_value(result).map_err(failed)?;
    let people: Vec<_> = list(&document["blocks"]).iter().filter_map(|block| block["responded"].as_i64()).collect();
    let is_band = |cell: &Value| cell["state"] == "low" || cell["state"] == "high";
    for competency in list(&document["competencies"]) {
        let mut shown = vec![Vec::new(); people.len()];
        let mut banded = vec![false; people.len()];
        let items = list(&competency["items"]);
        for item in items {
            let mut values = Vec::new();
            for (((cell, people), shown), banded) in
                list(&item["cells"]).iter().zip(&people).zip(&mut shown).zip(&mut banded)
            {
                let value = stand_in(cell, *people, world)?;
                shown.extend(value);
                *banded |= is_band(cell);
                values.push(value);
            }
            assert_prints(&item["all"], weighted(&values, &people))?;
            prop_assert_eq!(item["all"]["approximate"] == true, list(&item["cells"]).iter().any(is_band), "{}", item);
        }
        let means: Vec<_> = shown
            .iter()
            .map(|values| {
                let count = i64::try_from(values.len()).unwrap_or(0);
                (count > 0 && 2 * values.len() >= items.len()).then(|| half_up(values.iter().sum(), count))
            })
            .collect();
        for ((cell, mean), banded) in list(&competency["cells"]).iter().zip(&means).zip(&banded) {
            assert_prints(cell, *mean)?;
            prop_assert_eq!(cell["approximate"] == true, *banded && mean.is_some(), "{}", cell);
        }
        let all = weighted(&means, &people);
        assert_prints(&competency["all"], all)?;
        let approximate = list(&competency["cells"]).iter().any(|cell| cell["approximate"] == true);
        prop_assert_eq!(competency["all"]["approximate"] == true, approximate);
        let own = list(&competency["named"]).iter().find(|named| named["group"] == "self");
        let own = own.map(|own| tenths(&own["mean"])).transpose()?;
        let gap = own.zip(all).map(|(own, all)| own - all);
        prop_assert_eq!(gap, if competency["gap"].is_null() { None } else { Some(tenths(&competency["gap"])?) });
        let mirrored = |tenths: i64| if world.harmful_end == Some("highest") { 60 - tenths } else { tenths };
        let both =
            own.zip(all).filter(|(own, all)| (own - all).abs() >= 5).map(|(own, all)| (mirrored(own), mirrored(all)));
        let quadrant = both.map(|both| match both {
            (35.., 35..) => "recognised_strength",
            (35.., _) => "blind_spot",
            (_, 35..) => "hidden_strength",
            _ => "development_need",
        });
        prop_assert_eq!(competency["quadrant"].as_str(), quadrant);
    }
    Ok(())
}

/// The numbers of the world after `change`, if it could be made.
fn changed(world: &World, change: impl FnOnce(&mut World)) -> Result<Value, TestCaseError> {
    let mut changed = world.clone();
    change(&mut changed);
    changed.numbers().map_err(failed)
}

/// Where a block's answers to an item are: the group and the ballot in it.
fn holders(world: &World, groups: &[usize], place: usize) -> Vec<(usize, usize)> {
    let mut holders = Vec::new();
    for &group in groups.iter().filter(|&&group| world.is_asked(group, place)) {
        for (at, ballot) in world.groups.get(group).into_iter().flatten().enumerate() {
            if ballot.answers.get(place).copied().flatten().is_some() {
                holders.push((group, at));
            }
        }
    }
    holders
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn guarantee_no_cell_is_shown_of_fewer_answers_than_the_threshold(world in worlds()) {
        let result = world.count().map_err(failed)?;
        let threshold = world.policy.threshold.unwrap_or(4);
        for block in &result.blocks {
            prop_assert!(block.responded >= threshold);
        }
        let items = result.competencies.iter().flat_map(|competency| &competency.items);
        let document: Vec<_> = items.collect();
        for (at, block) in result.blocks.iter().enumerate() {
            let groups = places(&block.groups);
            let (people, later): (Vec<u32>, Vec<u32>) = groups.iter().map(|group| answered(&world, *group)).unzip();
            let launched: Vec<u32> = people.iter().zip(&later).map(|(people, later)| people - later).collect();
            prop_assert!(launched.iter().sum::<u32>() >= threshold, "people asked after the launch fill no block");
            let asked: Vec<Vec<bool>> =
                (0..document.len()).map(|place| groups.iter().map(|&group| world.is_asked(group, place)).collect()).collect();
            let printable = candour_domain::audience::printable(&asked, &launched, threshold, result.policy.colluding_insiders);
            for (place, item) in document.iter().enumerate() {
                let cell = item.cells.get(at).ok_or_else(|| failed("a cell for each block"))?;
                prop_assert_eq!(&cell.block, &block.id);
                let answers = u32::try_from(world.answers(&groups, place).len()).map_err(failed)?;
                // The two bands must leave room between them.
                let (low, high) = bands(&world);
                let enough = answers >= threshold + later.iter().sum::<u32>() && 4 * i64::from(answers) > low + high;
                let reason = match (printable.get(place), asked.get(place).is_some_and(|asked| asked.contains(&true))) {
                    (_, false) => Some(SuppressionReason::NotAsked),
                    (Some(true), _) => (!enough).then_some(SuppressionReason::TooFewAnswers),
                    _ => Some(SuppressionReason::AskedOfSome),
                };
                prop_assert_eq!(cell.cell.reason(), reason);
            }
        }
        let launched = |group| answered(&world, group).0 - answered(&world, group).1;
        if (0..3).map(launched).sum::<u32>() < threshold {
            prop_assert!(result.blocks.is_empty());
        }
        prop_assert_eq!(result.audit.map(|audit| audit.level == AuditLevel::Nothing), Some(result.blocks.is_empty()));
        if result.blocks.is_empty() {
            let text = serde_json::to_string(&result).map_err(failed)?;
            prop_assert!(!text.contains("mean"), "without a block there is no number at all");
            prop_assert!(result.comments.is_empty());
        }
    }

    #[test]
    fn guarantee_a_suppressed_cell_and_a_band_carry_no_number(world in worlds()) {
        let document = serde_json::to_value(world.count().map_err(failed)?).map_err(failed)?;
        let competencies = list(&document["competencies"]);
        let rows = || competencies.iter().chain(competencies.iter().flat_map(|competency| list(&competency["items"])));
        for cell in rows().flat_map(|row| list(&row["cells"]).iter().chain([&row["all"]])) {
            let mut keys: Vec<_> = cell.as_object().into_iter().flat_map(serde_json::Map::keys).filter(|key| *key != "block").collect();
            keys.sort();
            match cell["state"].as_str() {
                Some("published") => prop_assert!(keys == ["mean", "state"] || keys == ["approximate", "mean", "state"], "{cell}"),
                Some("suppressed") => prop_assert_eq!(keys, ["reason", "state"]),
                _ => prop_assert_eq!(keys, ["state"]),
            }
        }
        for group in list(&document["groups"]) {
            let alone = list(&document["blocks"]).iter().any(|block| block["id"] == group["id"]);
            prop_assert!(alone || group["named"] == true || group["responded"].is_null());
        }
    }

    #[test]
    fn guarantee_every_other_number_follows_from_the_item_cells_and_counts(world in worlds()) {
        recompute(&world, &world.count().map_err(failed)?)?;
    }

    #[test]
    fn guarantee_the_figures_depend_on_counts_and_block_sums_only(mut world in worlds(), moves in proptest::collection::vec(any::<[prop::sample::Index; 3]>(), 1..30)) {
        world.policy.distribution_threshold = Some(1000);
        let result = world.count().map_err(failed)?;
        let before = world.numbers().map_err(failed)?;
        let after = changed(&world, |world| {
            // Each move raises one person's answer and lowers another's in the same block and item.
            for [item, from, to] in &moves {
                let place = item.index(world.items());
                for block in &result.blocks {
                    let holders = holders(world, &places(&block.groups), place);
                    if holders.is_empty() { continue }
                    let answer = |holder: &prop::sample::Index| {
                        let (group, at) = holders[holder.index(holders.len())];
                        ((group, at), world.groups[group][at].answers[place].unwrap_or(1))
                    };
                    let (((g1, b1), higher), ((g2, b2), lower)) = (answer(from), answer(to));
                    if (g1, b1) != (g2, b2) && higher < 5 && lower > 1 {
                        world.groups[g1][b1].answers[place] = Some(higher + 1);
                        world.groups[g2][b2].answers[place] = Some(lower - 1);
                    }
                }
            }
        })?;
        prop_assert_eq!(before, after);
    }

    #[test]
    fn guarantee_named_raters_are_in_no_block_and_no_total(world in worlds(), own in "[1-5]{6}", chair in "[1-5]{6}") {
        let strip = |mut document: Value| {
            for competency in document["competencies"].as_array_mut().into_iter().flatten() {
                for field in ["named", "gap", "quadrant"] {
                    competency[field] = Value::Null;
                }
                for item in competency["items"].as_array_mut().into_iter().flatten() {
                    item["named"] = Value::Null;
                }
            }
            document["groups"] = Value::Null;
            document
        };
        let before = strip(world.numbers().map_err(failed)?);
        let after = changed(&world, |world| {
            world.own = Some(Ballot::new(&own));
            world.chair = Some(Ballot::new(&chair));
        })?;
        prop_assert_eq!(before, strip(after));
    }

    #[test]
    fn guarantee_the_order_of_ballots_changes_nothing(world in worlds(), seed in any::<u64>()) {
        let as_given = world.count_arranged(7, |_| ()).map_err(failed)?;
        let shuffled = world.count_arranged(7, |ballots| ballots.shuffle(&mut StdRng::seed_from_u64(seed))).map_err(failed)?;
        // With the same randomness even the comments come out alike, so their order holds nothing of the ballots'
        // order.
        prop_assert_eq!(serde_json::to_string(&as_given).map_err(failed)?, serde_json::to_string(&shuffled).map_err(failed)?);
    }

    #[test]
    fn guarantee_numbers_do_not_depend_on_randomness(world in worlds(), seeds in any::<[u64; 2]>()) {
        let numbers = |seed| {
            let mut document = serde_json::to_value(world.count_arranged(seed, |_| ()).map_err(failed)?).map_err(failed)?;
            document["comments"] = Value::Null;
            Ok::<_, TestCaseError>(document)
        };
        prop_assert_eq!(numbers(seeds[0])?, numbers(seeds[1])?);
    }

    #[test]
    fn guarantee_comments_wait_for_their_threshold_and_are_complete(world in worlds()) {
        let result = world.count().map_err(failed)?;
        let launched: u32 = (0..3).map(|group| answered(&world, group)).map(|(people, later)| people - later).sum();
        let shown = !result.blocks.is_empty() && launched >= 5;
        prop_assert_eq!(result.shows_comments, shown);
        let mut ids = std::collections::BTreeSet::new();
        for prompt in &result.comments {
            let mut texts: Vec<_> = prompt.comments.iter().filter_map(|comment| comment.text.clone()).collect();
            let mut written: Vec<_> = world.groups.iter().flatten().flat_map(|ballot| &ballot.comments)
                .filter(|(id, _)| shown && *id == prompt.prompt.as_str()).map(|(_, text)| text.clone()).collect();
            texts.sort();
            written.sort();
            prop_assert_eq!(texts, written);
            for id in prompt.comments.iter().map(|comment| comment.id).chain(prompt.named.iter().map(|named| named.comment.id)) {
                prop_assert!(ids.insert(id), "an id is given twice");
            }
        }
    }

    #[test]
    fn guarantee_whether_others_are_shown_follows_from_what_is_printed(world in worlds()) {
        let result = world.count().map_err(failed)?;
        let document = serde_json::to_value(&result).map_err(failed)?;
        prop_assert_eq!(result.shows_others(), prints_others(&document));
        let every: Vec<_> = result.comments.iter().flat_map(|prompt| prompt.comments.iter().chain(prompt.named.iter().map(|named| &named.comment))).map(|comment| comment.id).collect();
        let redacted = result.with_redactions(&every);
        let document = serde_json::to_value(&redacted).map_err(failed)?;
        prop_assert_eq!(redacted.shows_others(), prints_others(&document));
    }

    #[test]
    fn guarantee_bands_show_near_the_ends_of_the_scale_only(world in worlds()) {
        let result = world.count().map_err(failed)?;
        let (low, high) = bands(&world);
        for (place, item) in result.competencies.iter().flat_map(|competency| &competency.items).enumerate() {
            for (cell, block) in item.cells.iter().zip(&result.blocks) {
                let answers = world.answers(&places(&block.groups), place);
                let above: i64 = answers.iter().map(|&answer| i64::from(answer - 1)).sum();
                let below: i64 = answers.iter().map(|&answer| i64::from(5 - answer)).sum();
                let expected = if above <= low {
                    CellState::Low
                } else if below <= high {
                    CellState::High
                } else {
                    CellState::Published
                };
                if cell.cell.state() != CellState::Suppressed {
                    prop_assert_eq!(cell.cell.state(), expected);
                }
            }
        }
    }
}

#[test]
fn guarantee_comments_are_shuffled_anew_for_each_prompt() -> crate::world::Outcome {
    let mut world = World::new(&[1], &[&["3"; 6]]);
    for (at, ballot) in world.groups.iter_mut().flatten().enumerate() {
        *ballot = ballot.clone().saying("keep", &format!("keep {at}")).saying("more", &format!("more {at}"));
    }
    let (mut orders, mut aligned) = (std::collections::BTreeSet::new(), 0);
    for seed in 0..60 {
        let result = world.count_arranged(seed, |_| ())?;
        let authors: Vec<Vec<_>> = result
            .comments
            .iter()
            .map(|prompt| {
                prompt
                    .comments
                    .iter()
                    .filter_map(|comment| Some(comment.text.as_ref()?.split_at(5).1.to_owned()))
                    .collect()
            })
            .collect();
        aligned += usize::from(authors.first() == authors.get(1));
        orders.extend(authors);
    }
    assert!(orders.len() > 50, "{} orders of 120", orders.len());
    assert!(aligned < 3, "the order under one prompt is the order under the other in {aligned} of 60 results");
    Ok(())
}

#[test]
fn guarantee_the_pooled_block_does_not_say_which_of_its_groups_answered() -> Outcome {
    let silent = World::new(&[2], &[&["33", "44", "35", "42"], &["43", "34", "55", "33"], &[]]);
    let answered = World::new(&[2], &[&["33", "44", "35", "42"], &["43", "34"], &["55", "33"]]);
    let listed = |world: &World| -> Result<Vec<String>, Box<dyn std::error::Error>> {
        let result = world.count()?;
        let pooled = result.blocks.iter().find(|block| block.id == "others");
        Ok(pooled.map(|block| block.groups.iter().map(ToString::to_string).collect()).unwrap_or_default())
    };
    assert_eq!(listed(&answered)?, ["g1", "g2"]);
    // With a threshold of 4 the silent group's neighbour stands alone, and nothing is pooled.
    assert_eq!(listed(&silent)?, Vec::<String>::new());
    let few = World::new(&[2], &[&["33", "44", "35", "42", "33", "44"], &["43", "34"], &[], &["55", "33"]]);
    assert_eq!(listed(&few)?, ["g1", "g2", "g3"], "g2 was asked and is silent");
    Ok(())
}
