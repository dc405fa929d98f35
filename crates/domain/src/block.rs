//! Which anonymous groups are shown alone and which are pooled. Decided from counts alone, so that the decision itself
//! says nothing about anybody's answers.

use crate::GroupId;

/// A set of anonymous groups, together at least `threshold` respondents, published as one column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    groups: Vec<GroupId>,
    responded: u32,
}

/// The id of the pooled block.
pub const POOLED: &str = "others";

impl Block {
    /// The groups in the block, in the round's order; never empty.
    #[must_use]
    pub fn groups(&self) -> &[GroupId] {
        &self.groups
    }

    /// How many people of these groups answered; at least the threshold.
    #[must_use]
    pub fn responded(&self) -> u32 {
        self.responded
    }

    /// The group's own id when it stands alone, [`POOLED`] otherwise.
    #[must_use]
    pub fn id(&self) -> &str {
        match self.groups.as_slice() {
            [only] => only.as_str(),
            _ => POOLED,
        }
    }
}

/// Forms the blocks of a review from the number of people of each anonymous group who answered, in the round's order.
/// People who were asked after the launch are not counted here: they change nothing in which groups are shown together.
///
/// A group of at least `threshold` stands alone. The smaller ones are pooled. The smallest block joins the pool (the
/// first in the round's order when two are equally small) while the pool is too small, or while all of it but one group
/// are no more people than `insiders`: they could subtract their own answers and would have that group's sum.
///
/// When no block is left to join, a pool that is large enough is published if each group whose sum could be found out
/// in that way has `threshold` people of its own; its sum could have been published anyway. Otherwise nothing is
/// published.
///
/// # Guarantee
/// Every block has at least `threshold` respondents; no two blocks share a group; and either every group with a
/// respondent is in a block or there is no block at all, so there is no hidden remainder to subtract. No `insiders`
/// people of a pool make up all of it but a group of fewer than `threshold`.
///
/// ```
/// use candour_domain::{GroupId, block::form_blocks};
/// let group = |id: &str| GroupId::parse(id);
/// let blocks = form_blocks(&[(group("trustees")?, 7), (group("executive_team")?, 3), (group("external")?, 2)], 4, 1);
/// assert_eq!(blocks.iter().map(|b| (b.id(), b.responded())).collect::<Vec<_>>(), [("trustees", 7), ("others", 5)]);
/// # Ok::<(), candour_domain::slug::InvalidSlug>(())
/// ```
#[must_use]
pub fn form_blocks(responded: &[(GroupId, u32)], threshold: u32, insiders: u32) -> Vec<Block> {
    let (mut alone, mut pool): (Vec<_>, Vec<_>) = responded
        .iter()
        .enumerate()
        .filter(|(_, (_, count))| *count > 0)
        .partition(|(_, (_, count))| *count >= threshold);
    let people = |pool: &[(usize, &(GroupId, u32))]| pool.iter().map(|(_, (_, count))| count).sum::<u32>();
    // Those who make up all of the pool but one group, and that group.
    let surrounded = |pool: &[(usize, &(GroupId, u32))], smaller_than: u32| {
        let all = people(pool);
        pool.iter().any(|(_, (_, count))| all - count <= insiders && *count < smaller_than)
    };
    while !pool.is_empty() && (people(&pool) < threshold || surrounded(&pool, u32::MAX)) {
        let Some(smallest) = (0..alone.len()).min_by_key(|&at| (alone.get(at).map(|(_, (_, count))| count), at)) else {
            if people(&pool) < threshold || surrounded(&pool, threshold) {
                return Vec::new();
            }
            break;
        };
        pool.push(alone.remove(smallest));
    }
    pool.sort_by_key(|(order, _)| *order);
    let mut blocks: Vec<_> =
        alone.into_iter().map(|(_, (group, count))| Block { groups: vec![group.clone()], responded: *count }).collect();
    if !pool.is_empty() {
        blocks.push(Block {
            groups: pool.iter().map(|(_, (group, _))| group.clone()).collect(),
            responded: people(&pool),
        });
    }
    blocks
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    fn counts(counts: &[u32]) -> Vec<(GroupId, u32)> {
        counts
            .iter()
            .enumerate()
            .filter_map(|(at, &count)| Some((GroupId::parse(&format!("g{at}")).ok()?, count)))
            .collect()
    }

    fn shape(blocks: &[Block]) -> Vec<(&str, u32)> {
        blocks.iter().map(|block| (block.id(), block.responded())).collect()
    }

    #[test]
    fn a_pool_below_the_threshold_takes_the_smallest_block() {
        assert_eq!(shape(&form_blocks(&counts(&[7, 2, 5]), 4, 1)), [("g0", 7), ("others", 7)]);
        assert_eq!(shape(&form_blocks(&counts(&[3, 0, 0]), 4, 1)), []);
        assert_eq!(shape(&form_blocks(&counts(&[]), 4, 1)), []);
        assert_eq!(shape(&form_blocks(&counts(&[0, 4]), 4, 1)), [("g1", 4)]);
    }

    #[test]
    fn nobody_alone_in_a_pool_has_the_sum_of_the_rest() {
        // The one of the second group would have the sum of the three of the first.
        assert_eq!(shape(&form_blocks(&counts(&[3, 1]), 4, 1)), []);
        assert_eq!(shape(&form_blocks(&counts(&[3, 1, 6, 5]), 4, 1)), [("g2", 6), ("others", 9)]);
        assert_eq!(shape(&form_blocks(&counts(&[4, 1, 4]), 4, 1)), [("others", 9)]);
        assert_eq!(shape(&form_blocks(&counts(&[2, 2]), 4, 1)), [("others", 4)]);
        assert_eq!(shape(&form_blocks(&counts(&[3, 2]), 4, 2)), [], "two who pool what they know");
        // Eight people stand for themselves: what they gave together could be shown anyway.
        assert_eq!(shape(&form_blocks(&counts(&[8, 1]), 4, 1)), [("others", 9)]);
    }

    proptest! {
        #[test]
        fn guarantee_blocks_hold_the_threshold_and_leave_no_remainder(sizes in proptest::collection::vec(0u32..12, 0..9), threshold in 3u32..7, insiders in 1u32..3) {
            let counts = counts(&sizes);
            let blocks = form_blocks(&counts, threshold, insiders);
            let size = |group: &GroupId| counts.iter().find(|(id, _)| id == group).map_or(0, |(_, count)| *count);
            let mut seen = BTreeSet::new();
            for block in &blocks {
                prop_assert!(block.responded() >= threshold);
                prop_assert!(!block.groups().is_empty());
                for group in block.groups() {
                    prop_assert!(seen.insert(group.clone()), "a group is in two blocks");
                    let others = block.responded() - size(group);
                    prop_assert!(others == 0 || others > insiders || size(group) >= threshold, "the others have the \
                     sum of {group}");
                }
            }
            if blocks.is_empty() {
                let people = sizes.iter().sum::<u32>();
                prop_assert!(people < threshold || sizes.iter().any(|size| *size > 0 && *size < threshold && people - size <= insiders));
            } else {
                let people: u32 = blocks.iter().map(Block::responded).sum();
                prop_assert_eq!(people, sizes.iter().sum::<u32>());
            }
        }
    }
}
