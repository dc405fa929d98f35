//! What a result must say, worked out from the answers a second time and in another way than the service does it: the
//! release rule on exact fractions over plain lists. Threshold 4, low band against one insider, high band against
//! outsiders.

use std::collections::{BTreeMap, BTreeSet};

use candour_tests::{Answers, Outcome, Person, finding};
use serde_json::Value;

const LOWEST: u32 = 1;
const HIGHEST: u32 = 5;

/// A block: its id, its groups and how many people answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Block {
    pub(crate) id: String,
    pub(crate) groups: Vec<String>,
    pub(crate) responded: u32,
}

/// A number that may be printed, in tenths; what is computed from it uses `stand_in`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Printed {
    Hidden,
    Low { stand_in: u32 },
    High { stand_in: u32 },
    Mean { tenths: u32 },
}

/// Which blocks there are, from the counts of anonymous answers alone. `order` is the round's order of groups.
pub(crate) fn blocks(given: &[(Person, Answers)], order: &[&str], threshold: u32) -> Vec<Block> {
    let people = |group: &str| given.iter().filter(|(person, _)| person.group == group).map(|_| 1).sum::<u32>();
    let mut alone: Vec<(&str, u32)> =
        order.iter().map(|&group| (group, people(group))).filter(|&(_, n)| n >= threshold).collect();
    let mut pool: Vec<(&str, u32)> =
        order.iter().map(|&group| (group, people(group))).filter(|&(_, n)| n > 0 && n < threshold).collect();
    loop {
        let all: u32 = pool.iter().map(|&(_, n)| n).sum();
        // One person beside a group has that group's sum.
        let surrounded = pool.iter().any(|&(_, n)| all - n <= 1);
        if pool.is_empty() || all >= threshold && !surrounded {
            break;
        }
        let Some(smallest) = alone.iter().map(|&(_, n)| n).min() else { return Vec::new() };
        let at = alone.iter().position(|&(_, n)| n == smallest).unwrap_or_default();
        pool.push(alone.remove(at));
    }
    pool.sort_by_key(|&(group, _)| order.iter().position(|&known| known == group));
    let mut blocks: Vec<Block> = alone
        .iter()
        .map(|&(group, n)| Block { id: group.to_owned(), groups: vec![group.to_owned()], responded: n })
        .collect();
    if !pool.is_empty() {
        let groups = pool.iter().map(|&(group, _)| group.to_owned()).collect();
        blocks.push(Block { id: "others".to_owned(), groups, responded: pool.iter().map(|&(_, n)| n).sum() });
    }
    blocks
}

/// The items that a block may print: asked of all of it, or so that what is printed tells no fewer than the threshold
/// apart. `listed` are its groups, also those of which nobody answered, and `asks` says of which groups an item is
/// asked.
pub(crate) fn printable<'a>(
    given: &[(Person, Answers)],
    listed: &[&'a str],
    asks: &BTreeMap<&'a str, BTreeSet<&'a str>>,
    threshold: u32,
) -> BTreeSet<&'a str> {
    let people = |group: &str| given.iter().filter(|(person, _)| person.group == group).map(|_| 1).sum::<u32>();
    let audience =
        |item: &str| -> BTreeSet<&str> { listed.iter().copied().filter(|group| asks[item].contains(group)).collect() };
    let mut by_audience: BTreeMap<BTreeSet<&str>, Vec<&'a str>> = BTreeMap::new();
    for item in asks.keys() {
        by_audience.entry(audience(item)).or_default().push(item);
    }
    let mut ranked: Vec<_> = by_audience.into_iter().filter(|(groups, _)| !groups.is_empty()).collect();
    ranked.sort_by_key(|(groups, items)| std::cmp::Reverse((items.len(), groups.len())));
    let (mut kept, mut shown): (Vec<BTreeSet<&str>>, BTreeSet<&'a str>) = (Vec::new(), BTreeSet::new());
    for (groups, items) in ranked {
        kept.push(groups);
        let mut parts: BTreeMap<Vec<bool>, u32> = BTreeMap::new();
        for group in listed {
            *parts.entry(kept.iter().map(|groups| groups.contains(group)).collect()).or_default() += people(group);
        }
        if parts.iter().all(|(part, people)| !part.contains(&true) || *people >= threshold) {
            shown.extend(items);
        } else {
            kept.pop();
        }
    }
    shown
}

/// One item of one block.
pub(crate) fn item_cell(given: &[(Person, Answers)], block: &Block, item: &str, threshold: u32) -> Printed {
    let marks: Vec<u32> = given
        .iter()
        .filter(|(person, _)| block.groups.contains(&person.group))
        .filter_map(|(_, answers)| answers.ratings.get(item).copied().flatten().map(u32::from))
        .collect();
    let n = u32::try_from(marks.len()).unwrap_or_default();
    let sum: u32 = marks.iter().sum();
    let (low, high) = (HIGHEST - LOWEST + 1, 1);
    if n < threshold {
        Printed::Hidden
    } else if sum - n * LOWEST <= low {
        Printed::Low { stand_in: tenths(2 * block.responded * LOWEST + low, 2 * block.responded) }
    } else if n * HIGHEST - sum <= high {
        Printed::High { stand_in: tenths(2 * block.responded * HIGHEST - high, 2 * block.responded) }
    } else {
        Printed::Mean { tenths: tenths(sum, n) }
    }
}

/// A competency from its printed items: their plain mean, if at least half are printed. In tenths.
pub(crate) fn competency(items: &[Printed]) -> Option<u32> {
    let printed: Vec<u32> = items.iter().filter_map(Printed::value).collect();
    let n = u32::try_from(printed.len()).unwrap_or_default();
    let enough = n > 0 && 2 * printed.len() >= items.len();
    enough.then(|| half_up(printed.iter().sum(), n))
}

/// All raters: the mean of what the blocks print, each weighing as many as answered in it. In tenths.
pub(crate) fn all_raters(printed: &[(Option<u32>, u32)]) -> Option<u32> {
    let weight: u32 = printed.iter().filter(|(value, _)| value.is_some()).map(|&(_, n)| n).sum();
    let sum: u32 = printed.iter().map(|&(value, n)| value.unwrap_or_default() * n).sum();
    (weight > 0).then(|| half_up(sum, weight))
}

/// A named rater's mean over the items they rated. In tenths.
pub(crate) fn named_mean(answers: &Answers, items: &[String]) -> Option<u32> {
    let marks: Vec<u32> =
        items.iter().filter_map(|item| answers.ratings.get(item).copied().flatten().map(u32::from)).collect();
    let n = u32::try_from(marks.len()).unwrap_or_default();
    (n > 0 && 2 * marks.len() >= items.len()).then(|| tenths(marks.iter().sum(), n))
}

/// Checks one cell of the result document.
pub(crate) fn check_cell(what: &str, cell: &Value, expected: &Printed) -> Outcome {
    let (state, mean) = match expected {
        Printed::Hidden => ("suppressed", None),
        Printed::Low { .. } => ("low", None),
        Printed::High { .. } => ("high", None),
        Printed::Mean { tenths } => ("published", Some(decimal(*tenths))),
    };
    if cell["state"] != state || cell["mean"].as_str() != mean.as_deref() {
        finding!("{what}: expected {state} {mean:?}, the result says {cell}");
    }
    Ok(())
}

/// Checks a mean computed from printed numbers.
pub(crate) fn check_mean(what: &str, cell: &Value, expected: Option<u32>) -> Outcome {
    check_cell(what, cell, &expected.map_or(Printed::Hidden, |tenths| Printed::Mean { tenths }))
}

/// The document's entries under a key, by their id.
pub(crate) fn by_id<'a>(list: &'a Value, key: &str) -> BTreeMap<&'a str, &'a Value> {
    list.as_array().into_iter().flatten().map(|entry| (entry[key].as_str().unwrap_or_default(), entry)).collect()
}

impl Printed {
    pub(crate) fn value(&self) -> Option<u32> {
        match *self {
            Self::Hidden => None,
            Self::Low { stand_in } | Self::High { stand_in } => Some(stand_in),
            Self::Mean { tenths } => Some(tenths),
        }
    }
}

/// Tenths as a decimal text.
pub(crate) fn decimal(tenths: u32) -> String {
    format!("{}.{}", tenths / 10, tenths % 10)
}

/// A fraction in tenths, half up.
fn tenths(numerator: u32, denominator: u32) -> u32 {
    half_up(10 * numerator, denominator)
}

fn half_up(numerator: u32, denominator: u32) -> u32 {
    (2 * numerator + denominator) / (2 * denominator)
}
