//! Everything a result prints, read back from the bytes that are to be stored.

use crate::document::{
    Audit, BlockCell, BlockResult, Comment, CompetencyResult, Distribution, DistributionBin, GroupResult, ItemResult,
    NamedComment, NamedMean, PreviousRound, PromptResult, ResultPolicy, ReviewResult,
};
use crate::{Cell, Change, Decimal, Quadrant};

/// One thing that a result prints about anonymous people. Every kind is explained in `explained`: a new one does not
/// compile until it is.
#[derive(Clone, Copy, Debug)]
pub(super) enum PublishedStat<'a> {
    /// How many of a group answered.
    Group(&'a GroupResult),
    /// A column, and how many answered in it.
    Block(&'a BlockResult),
    /// An item in a block.
    ItemCell { item: usize, block: usize, cell: &'a BlockCell },
    /// An item over all blocks.
    ItemAll { item: usize, cell: Cell },
    /// How the answers to an item spread, by block.
    Distributions { item: usize, distributions: &'a [Distribution] },
    /// A competency in a block.
    CompetencyCell { competency: usize, block: usize, cell: &'a BlockCell },
    /// A competency over all blocks.
    CompetencyAll { competency: usize, cell: Cell },
    /// Self minus all blocks.
    Gap { competency: usize, gap: Option<Decimal> },
    /// Where self and all blocks stand.
    Quadrant { competency: usize, quadrant: Option<Quadrant> },
    /// How all blocks moved since the round before.
    Change { competency: usize, change: Option<Change> },
    /// The numbers or comments of people whose answers are shown by name: only where there is a block.
    Named { any: bool },
    /// The comments under a prompt.
    Comments { anonymous: usize },
    /// Whether comments are shown.
    ShowsComments(bool),
    /// What the round is compared with.
    Previous(Option<&'a PreviousRound>),
    /// What the auditor is said to have found.
    Audit(Option<Audit>),
}

/// Reads a stored result.
///
/// `None` unless it is a result document that is written back byte for byte the same: a field that this version does
/// not know would otherwise be published unread.
pub(super) fn read(document: &str) -> Option<ReviewResult> {
    let result: ReviewResult = serde_json::from_str(document).ok()?;
    (serde_json::to_string(&result).ok()? == document).then_some(result)
}

/// Lists what a result prints about anonymous people. Every field of the document is named here: a new one does not
/// compile until it is either listed or said to be constant.
pub(super) fn stats(result: &ReviewResult) -> Vec<PublishedStat<'_>> {
    let ReviewResult {
        // Set up before anybody answered.
        review_id: _,
        round_id: _,
        round_title: _,
        subject: _,
        framework_id: _,
        framework_title: _,
        scale: _,
        harmful_end: _,
        policy:
            ResultPolicy { threshold: _, comment_threshold: _, distribution_threshold: _, colluding_insiders: _, strict: _ },
        groups,
        blocks,
        competencies,
        shows_comments,
        comments,
        previous,
        audit,
    } = result;
    let mut stats = Vec::new();
    for group in groups {
        let GroupResult { id: _, title: _, invited: _, responded: _, named: _ } = group;
        stats.push(PublishedStat::Group(group));
    }
    for block in blocks {
        let BlockResult { id: _, title: _, groups: _, responded: _ } = block;
        stats.push(PublishedStat::Block(block));
    }
    let mut place = 0;
    for (competency, of) in competencies.iter().enumerate() {
        competency_stats(competency, of, &mut place, &mut stats);
    }
    for PromptResult { prompt: _, text: _, comments, named } in comments {
        for comment in comments.iter().chain(named.iter().map(|NamedComment { group: _, name: _, comment }| comment)) {
            let Comment { id: _, text: _, redacted: _ } = comment;
        }
        stats.extend([
            PublishedStat::Comments { anonymous: comments.len() },
            PublishedStat::Named { any: !named.is_empty() },
        ]);
    }
    stats.push(PublishedStat::ShowsComments(*shows_comments));
    if let Some(PreviousRound { review_id: _, round_title: _, compared: _ }) = previous {}
    stats.push(PublishedStat::Previous(previous.as_ref()));
    stats.push(PublishedStat::Audit(*audit));
    stats
}

fn competency_stats<'a>(
    competency: usize,
    of: &'a CompetencyResult,
    place: &mut usize,
    stats: &mut Vec<PublishedStat<'a>>,
) {
    let CompetencyResult { id: _, title: _, cells, all, named, gap, quadrant, change, items } = of;
    for (block, cell) in cells.iter().enumerate() {
        let BlockCell { block: _, cell: _ } = cell;
        stats.push(PublishedStat::CompetencyCell { competency, block, cell });
    }
    stats.extend([
        PublishedStat::CompetencyAll { competency, cell: *all },
        PublishedStat::Gap { competency, gap: *gap },
        PublishedStat::Quadrant { competency, quadrant: *quadrant },
        PublishedStat::Change { competency, change: *change },
        named_stat(named),
    ]);
    for ItemResult { id: _, text: _, cells, all, named, distributions } in items {
        let item = *place;
        *place += 1;
        stats.extend(cells.iter().enumerate().map(|(block, cell)| PublishedStat::ItemCell { item, block, cell }));
        for Distribution { block: _, answers: _, bins, favourable: _, unfavourable: _ } in distributions {
            for DistributionBin { from: _, to: _, count: _ } in bins {}
        }
        stats.extend([
            PublishedStat::ItemAll { item, cell: *all },
            PublishedStat::Distributions { item, distributions },
            named_stat(named),
        ]);
    }
}

fn named_stat<'a>(named: &[NamedMean]) -> PublishedStat<'a> {
    for NamedMean { group: _, name: _, mean: _ } in named {}
    PublishedStat::Named { any: !named.is_empty() }
}
