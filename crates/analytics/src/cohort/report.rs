//! The document of the quality report.

use candour_domain::{CompetencyId, FrameworkId, ItemId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Hundredths;

/// How well a framework measures, estimated over many reviews. For its owner; it is about the questionnaire and about
/// nobody in person.
///
/// Every figure is made of what the results of these reviews print, is `null` where fewer than ten of them print what
/// it needs, and weighs each review alike.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[non_exhaustive]
pub struct QualityReport {
    /// The questionnaire.
    #[schema(value_type = String, format = "uuid")]
    pub framework_id: FrameworkId,
    /// The questionnaire's title.
    pub framework_title: String,
    /// How many reviews it rests on; those in which nothing could be shown are left out.
    pub reviews: u32,
    /// How many anonymous raters answered in these reviews, by the printed sizes of their blocks.
    pub raters: u32,
    /// The competencies in the framework's order.
    pub competencies: Vec<CompetencyQuality>,
}

/// How well a competency is measured.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[non_exhaustive]
pub struct CompetencyQuality {
    /// Its id.
    #[schema(value_type = String)]
    pub id: CompetencyId,
    /// Its heading.
    pub title: String,
    /// How many reviews print it over all blocks.
    pub reviews: u32,
    /// The mean of these figures.
    pub mean: Option<Hundredths>,
    /// Their standard deviation: how far the questionnaire tells people apart.
    pub deviation: Option<Hundredths>,
    /// Cronbach's alpha of the printed item means, over the reviews that print all items: whether the items tell people
    /// apart in the same way.
    pub alpha: Option<AlphaQuality>,
    /// How far the figure of a block lies from that of all blocks, on average: whether groups see the same person
    /// alike.
    pub block_distance: Option<Hundredths>,
    /// How self-ratings compare with those of others; from ten printed gaps.
    pub gap: Option<GapQuality>,
    /// Its items in the framework's order.
    pub items: Vec<ItemQuality>,
}

/// Cronbach's alpha.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[non_exhaustive]
pub struct AlphaQuality {
    /// Alpha.
    pub value: Hundredths,
    /// The lower end of Feldt's 95 % interval.
    pub lower: Option<Hundredths>,
    /// Its upper end.
    pub upper: Option<Hundredths>,
    /// How many reviews print all items.
    pub reviews: u32,
}

/// Self-ratings less the ratings of others, from the printed gaps of the reviews.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[non_exhaustive]
pub struct GapQuality {
    /// In how many reviews there is a gap.
    pub reviews: u32,
    /// The mean gap.
    pub mean: Hundredths,
    /// The standard deviation of gaps.
    pub deviation: Option<Hundredths>,
    /// The p-value of the t test against a mean of 0; `null` if all gaps are the same.
    pub p: Option<Hundredths>,
    /// Whether it is told from 0 with a false discovery rate of 10 % over all competencies (Benjamini and Hochberg).
    pub flagged: bool,
}

/// How an item works.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[non_exhaustive]
pub struct ItemQuality {
    /// Its id.
    #[schema(value_type = String)]
    pub id: ItemId,
    /// The statement as raters read it.
    pub text: String,
    /// How many reviews print it over all blocks.
    pub reviews: u32,
    /// The mean of these figures.
    pub mean: Option<Hundredths>,
    /// Their standard deviation.
    pub deviation: Option<Hundredths>,
    /// The share of blocks, of those that are asked, for which nothing is shown: where it is high, many could not say.
    pub suppressed: Option<Hundredths>,
    /// The share of these blocks that show `low`.
    pub low: Option<Hundredths>,
    /// The share of these blocks that show `high`.
    pub high: Option<Hundredths>,
    /// Its correlation with the sum of the competency's other items, over the reviews that print all items.
    pub item_total: Option<Hundredths>,
    /// Alpha of the competency's other items, over the same reviews.
    pub alpha_if_dropped: Option<Hundredths>,
}
