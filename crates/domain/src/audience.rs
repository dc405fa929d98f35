//! Items that a framework asks of some groups of a block and not of the others.
//!
//! A statement that goes to all of a block, and its twin that goes to all of it but one person, give that person away
//! to everybody who expects the same answer to both: one sum less the other. So what a block prints must not divide it
//! into parts that are too small.

use std::cmp::Reverse;
use std::collections::BTreeMap;

/// Which items of a block may be printed, judged by who they are asked of and by how many people answered at all.
///
/// `asked` has a row for each item and in it, for each group of the block, whether the item is asked of the group.
/// `people` is how many of each group answered. Items that are asked of the same groups are printed together or not at
/// all; the groups of which most items are asked come first (of two of which as many are, the more groups, and then the
/// ones that come first). They are printed if all that is printed, taken together, still tells apart only parts of at
/// least `threshold` people, in none of which `insiders` people are all but a group of fewer than `threshold`: they
/// could take their own answers from the part and would have that group's sum. An item that is asked of nobody has
/// nothing to print.
///
/// # Guarantee
/// Looks at no answer. However the sums of printed items are added and subtracted, what comes out is about parts of the
/// block of at least `threshold` people each, if everybody answers alike to all of them. No `insiders` people of such a
/// part make up all of it but a group of fewer than `threshold`.
///
/// ```
/// use candour_domain::audience::printable;
/// // Three of one group and two of another: the second item leaves out those two.
/// assert_eq!(printable(&[vec![true, true], vec![true, false]], &[3, 2], 3, 1), [true, false]);
/// assert_eq!(printable(&[vec![true, true], vec![true, false]], &[4, 4], 4, 1), [true, true]);
/// ```
#[must_use]
pub fn printable(asked: &[Vec<bool>], people: &[u32], threshold: u32, insiders: u32) -> Vec<bool> {
    let mut items: BTreeMap<&[bool], usize> = BTreeMap::new();
    for audience in asked.iter().filter(|audience| audience.contains(&true)) {
        *items.entry(audience).or_default() += 1;
    }
    let groups = |audience: &[bool]| audience.iter().filter(|asked| **asked).count();
    let mut audiences: Vec<_> = items.into_iter().collect();
    audiences.sort_by_key(|(audience, items)| (Reverse(*items), Reverse(groups(audience)), Reverse(*audience)));
    let mut printed: Vec<&[bool]> = Vec::new();
    for (audience, _) in audiences {
        printed.push(audience);
        if parts(&printed, people).any(|part| is_too_small(&part, threshold, insiders)) {
            printed.pop();
        }
    }
    asked.iter().map(|audience| printed.contains(&audience.as_slice())).collect()
}

/// The parts of the block that these audiences tell apart, as the sizes of the groups in each; groups that are in no
/// audience are in no part.
fn parts(audiences: &[&[bool]], people: &[u32]) -> impl Iterator<Item = Vec<u32>> {
    let mut parts: BTreeMap<Vec<bool>, Vec<u32>> = BTreeMap::new();
    for (group, count) in people.iter().enumerate() {
        let member: Vec<_> = audiences.iter().map(|audience| audience.get(group) == Some(&true)).collect();
        if member.contains(&true) {
            parts.entry(member).or_default().push(*count);
        }
    }
    parts.into_values()
}

/// Whether a part is of too few people, or leaves a small group alone with so few others.
fn is_too_small(part: &[u32], threshold: u32, insiders: u32) -> bool {
    let all: u32 = part.iter().sum();
    all < threshold || part.iter().any(|group| (1..threshold).contains(group) && all - group <= insiders)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn nested_audiences_leave_no_small_part() {
        let (all, two, one) = (vec![true, true, true], vec![true, true, false], vec![true, false, false]);
        // Groups of 3, 2 and 1 of which an item asks the first two.
        assert_eq!(printable(&[all.clone(), two.clone()], &[3, 2, 1], 3, 1), [true, false]);
        // Each alone would do; together they tell the second group apart.
        assert_eq!(printable(&[two.clone(), one.clone()], &[4, 2, 4], 4, 1), [true, false]);
        assert_eq!(printable(&[one.clone(), two.clone(), one], &[4, 2, 4], 4, 1), [true, false, true]);
        assert_eq!(printable(&[vec![false; 3], all], &[3, 2, 1], 3, 1), [false, true]);
        // That the third group was silent is not told.
        assert_eq!(printable(&[vec![true; 3], two], &[3, 2, 0], 3, 1), [true, false]);
    }

    #[test]
    fn most_items_are_printed_of_a_group_that_is_asked_little() {
        // Eight trustees, three executives and one partner, who is asked one item of four.
        let (all, most) = (vec![true, true, true], vec![true, true, false]);
        assert_eq!(printable(&[most.clone(), all, most.clone(), most], &[8, 3, 1], 4, 1), [true, false, true, true]);
    }

    #[test]
    fn nobody_is_alone_beside_a_small_group_in_what_an_item_asks() {
        // Four trustees, one executive and three heads: of an item that the trustees are not asked, the executive would
        // have the heads' sum.
        let (all, most) = (vec![true, true, true], vec![false, true, true]);
        assert_eq!(printable(&[all.clone(), most.clone()], &[4, 1, 3], 4, 1), [true, false]);
        // Nor may it be what is left when trustees are taken from all.
        assert_eq!(printable(&[all, vec![true, false, false]], &[4, 1, 3], 4, 1), [true, false]);
        assert_eq!(printable(&[most], &[4, 2, 3], 4, 1), [true]);
    }

    proptest! {
        #[test]
        fn guarantee_printed_audiences_tell_no_small_part_apart(
            asked in proptest::collection::vec(proptest::collection::vec(any::<bool>(), 4), 1..6),
            people in proptest::collection::vec(0u32..7, 4), threshold in 3u32..5, insiders in 1u32..3,
        ) {
            let printed: Vec<_> = asked.iter().zip(printable(&asked, &people, threshold, insiders)).filter(|(_, shown)| *shown).map(|(audience, _)| audience).collect();
            for one in (0..people.len()).filter(|group| printed.iter().any(|audience| audience[*group])) {
                // Everybody that no printed item tells apart from this group.
                let alike = |other: &usize| printed.iter().all(|audience| audience[one] == audience[*other]);
                let part: u32 = (0..people.len()).filter(alike).map(|group| people[group]).sum();
                prop_assert!(part >= threshold);
                prop_assert!(!(1..threshold).contains(&people[one]) || part - people[one] > insiders);
            }
        }
    }
}
