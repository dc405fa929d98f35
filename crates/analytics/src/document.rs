//! The result document: what is stored at the count, never changed, and read by every output.
//!
//! All types here are read and written with serde; later versions may add fields. They are `non_exhaustive`: only
//! [`crate::certified_result`] fills them from answers.

mod audited;
mod comment;

use candour_domain::rater::SELF_GROUP;
use candour_domain::{
    AnonymityPolicy, CommentId, FrameworkId, GroupId, PersonName, ReviewId, RoundId, Scale, ScaleEnd,
};
use candour_domain::{CompetencyId, ItemId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub use self::audited::{Audit, AuditLevel};
pub use self::comment::{Comment, NamedComment, PromptResult};
use crate::{Cell, CellState, Change, Decimal, Quadrant};

/// What may be said about a review.
///
/// # Guarantee
/// Every number about anonymous raters is a [`Cell`], a [`Decimal`] computed from cells, or a count of people by block.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[non_exhaustive]
pub struct ReviewResult {
    /// The review.
    #[schema(value_type = String, format = "uuid")]
    pub review_id: ReviewId,
    /// Its round.
    #[schema(value_type = String, format = "uuid")]
    pub round_id: RoundId,
    /// The round's title.
    pub round_title: String,
    /// Who it is about.
    pub subject: ResultSubject,
    /// The questionnaire.
    #[schema(value_type = String, format = "uuid")]
    pub framework_id: FrameworkId,
    /// The questionnaire's title.
    pub framework_title: String,
    /// The answer scale, lowest point first.
    pub scale: Vec<ResultScalePoint>,
    /// The end of the scale at which a mark is the worst that can be said, as the framework declares it; `null` where
    /// it does not, and then marks at both ends are protected alike.
    #[schema(value_type = Option<String>)]
    #[serde(default)]
    pub harmful_end: Option<ScaleEnd>,
    /// The thresholds under which raters answered.
    pub policy: ResultPolicy,
    /// The rater groups in the round's order.
    pub groups: Vec<GroupResult>,
    /// The columns of the report; empty if too few people answered for anything to be shown.
    pub blocks: Vec<BlockResult>,
    /// The competencies in the framework's order.
    pub competencies: Vec<CompetencyResult>,
    /// Whether comments of anonymous raters are shown, if there are any: where enough people answered, without those
    /// who were asked after the launch.
    #[serde(default)]
    pub shows_comments: bool,
    /// The comments by prompt; empty if there is no block.
    pub comments: Vec<PromptResult>,
    /// The round before this one, if the same person was reviewed with the same questions; `null` otherwise.
    #[serde(default)]
    pub previous: Option<PreviousRound>,
    /// What the disclosure auditor found; `null` in results that were stored before there was one.
    pub audit: Option<Audit>,
}

/// Who a result is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ResultSubject)]
#[non_exhaustive]
pub struct ResultSubject {
    /// Their name.
    #[schema(value_type = String)]
    pub name: PersonName,
    /// Their post.
    pub role: String,
}

/// A point of the scale.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[non_exhaustive]
pub struct ResultScalePoint {
    /// The value that is counted.
    pub value: u8,
    /// The words a rater reads.
    pub label: String,
}

/// The thresholds of the round.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[non_exhaustive]
pub struct ResultPolicy {
    /// Respondents a block needs.
    pub threshold: u32,
    /// Respondents, over all blocks, before any comment is shown.
    pub comment_threshold: u32,
    /// Respondents before a distribution is shown.
    pub distribution_threshold: u32,
    /// Raters who might pool what they know.
    pub colluding_insiders: u32,
    /// Whether figures near the harmless end of the scale are certified against insiders too. Always where no end is
    /// declared harmful.
    #[serde(default)]
    pub strict: bool,
}

/// A rater group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[non_exhaustive]
pub struct GroupResult {
    /// Its id.
    #[schema(value_type = String)]
    pub id: GroupId,
    /// Its heading.
    pub title: String,
    /// How many people were asked.
    pub invited: u32,
    /// How many answered; `null` for an anonymous group that does not stand alone, because that would say who has
    /// answered.
    pub responded: Option<u32>,
    /// Whether answers are shown as that person's.
    pub named: bool,
}

/// A column of the report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[non_exhaustive]
pub struct BlockResult {
    /// The group's id if it stands alone, otherwise `others`.
    pub id: String,
    /// The heading.
    pub title: String,
    /// The groups in it; `others` lists every asked group that does not stand alone, whether or not anybody in it
    /// answered.
    #[schema(value_type = Vec<String>)]
    pub groups: Vec<GroupId>,
    /// How many people of these groups answered, together.
    pub responded: u32,
}

/// A competency.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[non_exhaustive]
pub struct CompetencyResult {
    /// Its id.
    #[schema(value_type = String)]
    pub id: CompetencyId,
    /// Its heading.
    pub title: String,
    /// One cell for each block, in the order of blocks.
    pub cells: Vec<BlockCell>,
    /// All blocks together, weighted by their respondents.
    #[serde(deserialize_with = "Cell::stored")]
    pub all: Cell,
    /// The named raters' own means.
    pub named: Vec<NamedMean>,
    /// Self minus all; `null` where either is missing.
    pub gap: Option<Decimal>,
    /// Where it stands if self and others clearly differ.
    pub quadrant: Option<Quadrant>,
    /// How all blocks together moved since the round before; `null` where that cannot be said.
    #[serde(default)]
    pub change: Option<Change>,
    /// Its items in the framework's order.
    pub items: Vec<ItemResult>,
}

/// An item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[non_exhaustive]
pub struct ItemResult {
    /// Its id.
    #[schema(value_type = String)]
    pub id: ItemId,
    /// The statement as raters read it.
    pub text: String,
    /// One cell for each block, in the order of blocks.
    pub cells: Vec<BlockCell>,
    /// All blocks together, weighted by their respondents.
    #[serde(deserialize_with = "Cell::stored")]
    pub all: Cell,
    /// The named raters' own answers.
    pub named: Vec<NamedMean>,
    /// How the answers spread, for each block whose cell shows a mean and which has as many answers to the item as the
    /// distribution threshold, in the order of blocks. Never over several blocks together.
    #[serde(default)]
    pub distributions: Vec<Distribution>,
}

/// How the answers of a block to an item spread over the scale.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[non_exhaustive]
pub struct Distribution {
    /// The block's id.
    pub block: String,
    /// How many answers, *not observed* left out; at least the distribution threshold.
    pub answers: u32,
    /// The scale from its lowest point to its highest in stretches of at least three answers each, or of two more than
    /// `colluding_insiders` where that is more.
    pub bins: Vec<DistributionBin>,
    /// The percentage of answers at the highest two points, rounded half-up; `null` where a bin straddles the line.
    pub favourable: Option<u32>,
    /// The percentage of answers at the lowest two points, rounded half-up; `null` where a bin straddles the line.
    pub unfavourable: Option<u32>,
}

/// Neighbouring points of the scale, counted together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[non_exhaustive]
pub struct DistributionBin {
    /// The lowest point.
    pub from: u8,
    /// The highest point.
    pub to: u8,
    /// How many answers.
    pub count: u32,
}

/// The round that a result is compared with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[non_exhaustive]
pub struct PreviousRound {
    /// Its review of the same person.
    #[schema(value_type = String, format = "uuid")]
    pub review_id: ReviewId,
    /// Its title.
    pub round_title: String,
    /// Whether changes since then are shown; they are not if only a few raters joined or left, because then the two
    /// reports together could be subtracted.
    pub compared: bool,
}

/// What is shown of one block.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[non_exhaustive]
pub struct BlockCell {
    /// The block's id.
    pub block: String,
    /// What is shown.
    #[serde(flatten, deserialize_with = "Cell::stored")]
    pub cell: Cell,
}

/// A named rater's answer, or the mean of their answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[non_exhaustive]
pub struct NamedMean {
    /// Their group.
    #[schema(value_type = String)]
    pub group: GroupId,
    /// Their name.
    #[schema(value_type = String)]
    pub name: PersonName,
    /// The number.
    pub mean: Decimal,
}

/// The ends of the scale, as a result prints them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ScaleEnds {
    pub(crate) lowest: u8,
    pub(crate) highest: u8,
    pub(crate) harmful_end: Option<ScaleEnd>,
}

impl ResultPolicy {
    /// The policy of a round over a scale.
    pub(crate) fn of(policy: &AnonymityPolicy, scale: &Scale) -> Self {
        Self {
            threshold: policy.threshold(),
            comment_threshold: policy.comment_threshold(),
            distribution_threshold: policy.distribution_threshold(),
            colluding_insiders: policy.colluding_insiders(),
            strict: policy.strict() || scale.harmful_end().is_none(),
        }
    }

    /// The end of the scale at which marks are protected from outsiders only; `None` where both ends are protected from
    /// insiders.
    pub(crate) fn harmless_end(&self, scale: ScaleEnds) -> Option<ScaleEnd> {
        let opposite = |end| if end == ScaleEnd::Lowest { ScaleEnd::Highest } else { ScaleEnd::Lowest };
        scale.harmful_end.filter(|_| !self.strict).map(opposite)
    }
}

impl ReviewResult {
    /// Lays redactions over a stored result: the text of each comment named here becomes `null` and `redacted` true.
    /// Ids of other results change nothing.
    #[must_use]
    pub fn with_redactions(mut self, redacted: &[CommentId]) -> Self {
        for prompt in &mut self.comments {
            let named = prompt.named.iter_mut().map(|named| &mut named.comment);
            for comment in prompt.comments.iter_mut().chain(named).filter(|comment| redacted.contains(&comment.id)) {
                comment.text = None;
                comment.redacted = true;
            }
        }
        self
    }

    /// Whether it has a comment with this id.
    #[must_use]
    pub fn has_comment(&self, id: CommentId) -> bool {
        self.comments.iter().any(|prompt| {
            prompt.comments.iter().any(|comment| comment.id == id)
                || prompt.named.iter().any(|named| named.comment.id == id)
        })
    }

    /// Whether it shows anything that anybody but the subject answered: a figure or a band, somebody's answer by name, or
    /// a comment that has not been redacted. How many people answered is not looked at.
    ///
    /// # Guarantee
    /// Follows from what is printed alone, so that saying it of a result tells nothing that the result does not.
    #[must_use]
    pub fn shows_others(&self) -> bool {
        self.competencies.iter().any(CompetencyResult::shows_others)
            || self.comments.iter().any(PromptResult::shows_others)
    }

    /// The ends of its scale.
    pub(crate) fn scale_ends(&self) -> ScaleEnds {
        let points = || self.scale.iter().map(|point| point.value);
        ScaleEnds {
            lowest: points().min().unwrap_or(0),
            highest: points().max().unwrap_or(0),
            harmful_end: self.harmful_end,
        }
    }

    /// How many people were asked anonymously and are in no printed number of respondents.
    pub(crate) fn silent(&self) -> u32 {
        let asked: u32 = self.groups.iter().filter(|group| !group.named).map(|group| group.invited).sum();
        asked.saturating_sub(self.responded())
    }

    /// How many people answered in all blocks together.
    #[must_use]
    pub fn responded(&self) -> u32 {
        self.blocks.iter().map(|block| block.responded).sum()
    }
}

impl CompetencyResult {
    fn shows_others(&self) -> bool {
        shows_any(&self.cells, self.all, &self.named)
            || self.items.iter().any(|item| shows_any(&item.cells, item.all, &item.named))
    }
}

/// Whether a row of the report shows anything of anybody but the subject. Everything else in it is made from these.
fn shows_any(cells: &[BlockCell], all: Cell, named: &[NamedMean]) -> bool {
    let is_shown = |cell: Cell| cell.state() != CellState::Suppressed;
    cells.iter().any(|of_block| is_shown(of_block.cell))
        || is_shown(all)
        || named.iter().any(|named| named.group.as_str() != SELF_GROUP)
}
