//! Items that a framework asks of some groups of a block and not of the others.
//!
//! A statement that goes to all of a block, and its twin that goes to all of it but one person, give that person away to everybody who
//! expects the same answer to both: one sum less the other. So what a block prints must not divide it into parts that are too small.

use std::collections::BTreeMap;

/// Which items of a block may be printed, judged by whom they are asked of and by how many people answered at all.
///
/// `asked` has a row for each item and in it, for each group of the block, whether the item is asked of the group. `people` is how many of
/// each group answered. An item that is asked of the whole block may always be printed, and one that is asked of nobody in it has nothing
/// to print. Each of the others, in order, may be printed if those that are printed, taken together, still tell apart only parts of at least
/// `threshold` people.
///
/// # Guarantee
/// Looks at no answer. However the sums of printed items are added and subtracted, what comes out is about parts of the block of at least
/// `threshold` people each, if everybody answers alike to all of them.
///
/// ```
/// use candour_domain::audience::printable;
/// // Three of one group and one of another: the second item leaves out that one.
/// assert_eq!(printable(&[vec![true, true], vec![true, false]], &[3, 1], 3), [true, false]);
/// assert_eq!(printable(&[vec![true, true], vec![true, false]], &[4, 4], 4), [true, true]);
/// ```
#[must_use]
pub fn printable(asked: &[Vec<bool>], people: &[u32], threshold: u32) -> Vec<bool> {
    // For each group, of which of the audiences printed so far it is a member: groups that agree are one part.
    let mut parts: Vec<Vec<bool>> = vec![Vec::new(); people.len()];
    let mut known: BTreeMap<&[bool], bool> = BTreeMap::new();
    let mut printable = Vec::with_capacity(asked.len());
    for audience in asked {
        if !audience.contains(&false) || !audience.contains(&true) {
            printable.push(!audience.contains(&false));
            continue;
        }
        if let Some(known) = known.get(audience.as_slice()) {
            printable.push(*known);
            continue;
        }
        let divided: Vec<_> = parts.iter().zip(audience).map(|(part, asked)| [part.as_slice(), &[*asked]].concat()).collect();
        let mut sizes: BTreeMap<&[bool], u32> = BTreeMap::new();
        for (part, count) in divided.iter().zip(people) {
            *sizes.entry(part).or_default() += count;
        }
        let is_printable = sizes.values().all(|size| *size >= threshold);
        if is_printable {
            parts = divided;
        }
        known.insert(audience, is_printable);
        printable.push(is_printable);
    }
    printable
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn nested_audiences_leave_no_small_part() {
        let (all, two, one) = (vec![true, true, true], vec![true, true, false], vec![true, false, false]);
        // Groups of 3, 2 and 1 of which an item asks the first two.
        assert_eq!(printable(&[all.clone(), two.clone()], &[3, 2, 1], 3), [true, false]);
        // Each alone would do; together they tell the second group apart.
        assert_eq!(printable(&[two.clone(), one.clone()], &[4, 2, 4], 4), [true, false]);
        assert_eq!(printable(&[one.clone(), two.clone(), one], &[4, 2, 4], 4), [true, false, true]);
        assert_eq!(printable(&[vec![false; 3], all], &[3, 2, 1], 3), [false, true]);
        // That the third group was silent is not told.
        assert_eq!(printable(&[two], &[3, 2, 0], 3), [false]);
    }

    proptest! {
        #[test]
        fn guarantee_printed_audiences_tell_no_small_part_apart(
            asked in proptest::collection::vec(proptest::collection::vec(any::<bool>(), 4), 1..6),
            people in proptest::collection::vec(0u32..7, 4), threshold in 3u32..5,
        ) {
            let printed: Vec<_> = asked.iter().zip(printable(&asked, &people, threshold)).filter(|(_, shown)| *shown).map(|(audience, _)| audience).collect();
            for one in 0..people.len() {
                // Everybody whom no printed item tells apart from this group.
                let alike = |other: &usize| printed.iter().all(|audience| audience[one] == audience[*other]);
                let part: u32 = (0..people.len()).filter(alike).map(|group| people[group]).sum();
                let whole: u32 = people.iter().sum();
                prop_assert!(part >= threshold || part == whole);
            }
        }
    }
}
