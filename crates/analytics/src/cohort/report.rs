//! The document of the quality report.

use candour_domain::{CompetencyId, FrameworkId, GroupId, ItemId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Hundredths;

/// How well a framework measures, estimated over many reviews. For its owner; it is about the questionnaire and about nobody in person.
///
/// Every figure is `null` where it has no value or rests on too few. Only raters of anonymous blocks count, except in `gap`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[non_exhaustive]
pub struct QualityReport {
    /// The questionnaire.
    #[schema(value_type = String, format = "uuid")]
    pub framework_id: FrameworkId,
    /// The questionnaire's title.
    pub framework_title: String,
    /// How much of it could be certified.
    pub detail: QualityDetail,
    /// How many reviews it rests on; those in which nothing could be shown are left out.
    pub reviews: u32,
    /// How many anonymous raters it rests on.
    pub raters: u32,
    /// In how many of the reviews the subject rated themselves.
    pub self_assessments: u32,
    /// The competencies in the framework's order.
    pub competencies: Vec<CompetencyQuality>,
}

/// How much a quality report shows, the most first. What could not be certified is `null` or empty in the whole report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum QualityDetail {
    /// Everything.
    Everything,
    /// Alpha, omega, intraclass correlations and precision without intervals, nothing by rater group, and of single items no correlation.
    Estimates,
    /// Agreement and items, and nothing of how items go together.
    Agreement,
    /// Of each item its mean and shares, and gaps.
    Items,
    /// Of each item its mean in whole tenths and the share of *not observed*, and gaps.
    Means,
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
    /// Cronbach's alpha over raters who answered all its items; from 100 of them.
    pub alpha: Option<AlphaQuality>,
    /// The same within each rater group that has 100 of them.
    pub alpha_by_group: Vec<GroupAlpha>,
    /// Omega total of one common factor; from 200 raters who answered all its items.
    pub omega: Option<Hundredths>,
    /// How far raters tell the people rated apart.
    pub icc: IccQuality,
    /// How far the raters of one person agree.
    pub agreement: AgreementQuality,
    /// How precise a mean of a few raters is.
    pub precision: PrecisionQuality,
    /// How self-ratings compare with those of others; from 10 self-assessments.
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
    /// How many raters answered all items.
    pub raters: u32,
}

/// Cronbach's alpha within a rater group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[non_exhaustive]
pub struct GroupAlpha {
    /// The group's id, over all rounds in which it has this id.
    #[schema(value_type = String)]
    pub group: GroupId,
    /// Alpha.
    #[serde(flatten)]
    pub alpha: AlphaQuality,
}

/// Intraclass correlations of raters' scores, each the mean of a rater's answers if they answered at least half of the items. The people
/// rated are the groups of a one-way analysis of variance. Below 0: no difference between people can be detected.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[non_exhaustive]
pub struct IccQuality {
    /// n0, the number of raters per person that makes the estimate unbiased.
    pub adjusted_size: Option<Hundredths>,
    /// The mean number of raters per person.
    pub mean_size: Option<Hundredths>,
    /// ICC(1), the reliability of one rater, with n0.
    pub icc1: Estimate,
    /// ICC(1) with the mean number of raters.
    pub icc1_mean_size: Estimate,
    /// ICC(1,k), also called ICC(2), the reliability of the mean of n0 raters: ICC(1) stepped up to n0.
    pub icc1_k: Estimate,
    /// The reliability of the mean of the mean number of raters: ICC(1) with n0 stepped up to the mean number.
    pub icc1_k_mean_size: Estimate,
}

/// An estimate with a 95 % interval.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[non_exhaustive]
pub struct Estimate {
    /// The estimate.
    pub value: Option<Hundredths>,
    /// The lower end of the interval.
    pub lower: Option<Hundredths>,
    /// Its upper end.
    pub upper: Option<Hundredths>,
}

/// Agreement within a review, averaged over reviews. A review counts with the items that at least two of its raters answered, if these are
/// at least half of the competency's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[non_exhaustive]
pub struct AgreementQuality {
    /// rwg(j) against raters who choose every point alike.
    pub rwg_uniform: Option<Hundredths>,
    /// rwg(j) against raters who are somewhat lenient; on scales of five points.
    pub rwg_slight_skew: Option<Hundredths>,
    /// r*wg(j) against raters who choose every point alike; it does not grow with the number of items.
    pub r_star_wg: Option<Hundredths>,
    /// The mean distance of answers from their mean, in points of the scale.
    pub average_deviation: Option<Hundredths>,
    /// The average deviation up to which raters are said to agree.
    pub average_deviation_cut_off: Option<Hundredths>,
}

/// What the spread within reviews says about a mean of any review's raters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[non_exhaustive]
pub struct PrecisionQuality {
    /// The standard deviation of raters' scores within reviews, pooled.
    pub deviation: Option<Hundredths>,
    /// The standard error of a mean of 5 raters.
    pub standard_error_of_5: Option<Hundredths>,
    /// The standard error of a mean of 10 raters.
    pub standard_error_of_10: Option<Hundredths>,
    /// The standard error of a mean of 20 raters.
    pub standard_error_of_20: Option<Hundredths>,
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
    /// The mean of all answers.
    pub mean: Option<Hundredths>,
    /// Their standard deviation.
    pub deviation: Option<Hundredths>,
    /// The share of *not observed* among all who were asked and replied to it.
    pub not_observed: Option<Hundredths>,
    /// The share of the highest mark.
    pub ceiling: Option<Hundredths>,
    /// The share of the lowest mark.
    pub floor: Option<Hundredths>,
    /// Its correlation with the sum of the competency's other items; over raters who answered all of them, from 100.
    pub item_total: Option<Hundredths>,
    /// Alpha of the competency's other items, over the same raters.
    pub alpha_if_dropped: Option<Hundredths>,
}
