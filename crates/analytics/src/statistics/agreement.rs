//! How far the raters of one person agree.
//!
//! All of these are functions of the spread of a few answers and give as much away as a standard deviation does. They
//! are for cohorts.

use super::descriptive::{mean, median, variance};
use super::{finite, ratio, real};

/// How raters would answer who paid no heed to the person: what rwg is measured against.
///
/// Only the uniform one is defined for every scale; the others are the tabled distributions for five points of LeBreton
/// and Senter 2008. Raters are lenient more often than indifferent, so the slight skew is usually nearer to the truth
/// than the uniform.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NullDistribution {
    /// Every point alike.
    Uniform,
    /// Somewhat lenient: .05 .15 .20 .35 .25, lowest point first.
    SlightSkew,
    /// Lenient: 0 .10 .15 .40 .35.
    ModerateSkew,
    /// Very lenient: 0 0 .10 .40 .50.
    HeavySkew,
    /// Towards the middle: .11 .22 .34 .22 .11.
    Triangular,
    /// Bell-shaped: .07 .24 .38 .24 .07.
    Normal,
}

impl NullDistribution {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Uniform, Self::SlightSkew, Self::ModerateSkew, Self::HeavySkew, Self::Triangular, Self::Normal];

    /// Its variance on a scale of so many points: (A² - 1) / 12 for the uniform (2 for five points, 4 for seven); 1.34,
    /// .90, .44, 1.32 and 1.04 for the others in their order.
    ///
    /// `None` for fewer than two points, and for the others unless there are five.
    ///
    /// ```
    /// use candour_analytics::statistics::agreement::NullDistribution;
    /// assert_eq!(NullDistribution::Uniform.variance(7), Some(4.0));
    /// assert_eq!(NullDistribution::SlightSkew.variance(5), Some(1.34));
    /// assert_eq!(NullDistribution::SlightSkew.variance(7), None);
    /// ```
    #[must_use]
    pub fn variance(self, points: u8) -> Option<f64> {
        let points = i32::from(points);
        let Some(shares) = self.shares() else {
            return if points < 2 { None } else { ratio(f64::from(points * points - 1), 12.0) };
        };
        if points != 5 {
            return None;
        }
        // In whole numbers, so that 1.34 is 1.34: hundredths times points.
        let moment = |power: u32| {
            shares.iter().zip(1..).map(|(share, value): (&i32, i32)| share * value.pow(power)).sum::<i32>()
        };
        ratio(f64::from(100 * moment(2) - moment(1) * moment(1)), 10_000.0)
    }

    /// The share of each of five points in hundredths, lowest first; `None` for the uniform, which has no fixed number
    /// of points.
    #[must_use]
    pub fn shares(self) -> Option<[i32; 5]> {
        match self {
            Self::Uniform => None,
            Self::SlightSkew => Some([5, 15, 20, 35, 25]),
            Self::ModerateSkew => Some([0, 10, 15, 40, 35]),
            Self::HeavySkew => Some([0, 0, 10, 40, 50]),
            Self::Triangular => Some([11, 22, 34, 22, 11]),
            Self::Normal => Some([7, 24, 38, 24, 7]),
        }
    }
}

/// Agreement on one item: 1 - s² / σ², with σ² of a [`NullDistribution`], and 0 where s² exceeds it (James, Demaree and
/// Wolf 1984).
///
/// 1 is full agreement. `None` of fewer than two answers and of a null variance not above 0. Unsteady and too low for
/// fewer than ten raters.
///
/// ```
/// use candour_analytics::statistics::agreement::rwg;
/// assert_eq!(rwg(&[4.0, 3.0, 2.0], 2.0), Some(0.5));
/// assert_eq!(rwg(&[1.0, 5.0], 2.0), Some(0.0));
/// ```
#[must_use]
pub fn rwg(answers: &[f64], null_variance: f64) -> Option<f64> {
    finite((1.0 - ratio(variance(answers)?, null_variance)?).max(0.0))
}

/// Agreement on a scale of J items: J (1 - q) / (J (1 - q) + q) with q the mean of s² / σ² over items, and 0 where q
/// exceeds 1 (James, Demaree and Wolf 1984).
///
/// `items` holds the answers to each item. Grows with J whatever the raters do; give [`r_star_wg_j`] beside it. `None`
/// without items, if an item has fewer than two answers, and of a null variance not above 0.
///
/// ```
/// use candour_analytics::statistics::agreement::rwg_j;
/// let items = [[3.0, 4.0, 3.0], [4.0, 4.0, 3.0], [3.0, 3.0, 2.0], [4.0, 4.0, 2.0], [4.0, 4.0, 1.0]];
/// assert_eq!(rwg_j(&items, 2.0).map(|rwg| format!("{rwg:.4}")).as_deref(), Some("0.8140"));
/// ```
#[must_use]
pub fn rwg_j(items: &[impl AsRef<[f64]>], null_variance: f64) -> Option<f64> {
    let (q, j) = (relative_variance(items, null_variance)?, real(items.len())?);
    let agreed = j * (1.0 - q).max(0.0);
    ratio(agreed, agreed + q)
}

/// Agreement on a scale that does not grow with the number of items: 1 - q, with q as in [`rwg_j`] (Lindell, Brandt and
/// Whitney 1999).
///
/// Not cut off at 0: below it raters agree less than by chance. `None` as for [`rwg_j`].
///
/// ```
/// use candour_analytics::statistics::agreement::r_star_wg_j;
/// let items = [[3.0, 3.0], [3.0, 1.0], [3.0, 4.0], [3.0, 3.0], [3.0, 4.0]];
/// assert_eq!(r_star_wg_j(&items, 2.0), Some(0.7));
/// ```
#[must_use]
pub fn r_star_wg_j(items: &[impl AsRef<[f64]>], null_variance: f64) -> Option<f64> {
    finite(1.0 - relative_variance(items, null_variance)?)
}

/// Agreement on one item against the most that raters with this mean could disagree:
/// 1 - 2 s² / (((H + L) M - M² - H L) n / (n - 1)), with L and H the ends of the scale (Brown and Hauenstein 2005).
///
/// From -1, as divided as can be, to 1. It means something only for a mean between (L (n - 1) + H) / n and (H (n - 1) +
/// L) / n; `None` outside of that, of fewer than two answers, and where the ends are not in order. (The R package
/// `multilevel` gives 1 for a mean at an end of the scale.)
///
/// ```
/// use candour_analytics::statistics::agreement::a_wg;
/// assert_eq!(a_wg(&[4.0, 2.0], 1.0, 5.0), Some(0.5));
/// assert_eq!(a_wg(&[5.0, 4.0], 1.0, 5.0), None);
/// ```
#[must_use]
pub fn a_wg(answers: &[f64], lowest: f64, highest: f64) -> Option<f64> {
    let (m, n, s2) = (mean(answers)?, real(answers.len())?, variance(answers)?);
    let (least, most) = ((lowest * (n - 1.0) + highest) / n, (highest * (n - 1.0) + lowest) / n);
    if !(lowest < highest && m >= least && m <= most) {
        return None;
    }
    // (H + L) M - M² - H L, in a form that does not cancel.
    let widest = (highest - m) * (m - lowest) * n / (n - 1.0);
    finite(1.0 - 2.0 * ratio(s2, widest)?)
}

/// [`a_wg`] averaged over the items for which it means something; `None` if there is no such item.
///
/// ```
/// use candour_analytics::statistics::agreement::a_wg_j;
/// assert_eq!(a_wg_j(&[[4.0, 2.0], [5.0, 4.0], [3.0, 3.0]], 1.0, 5.0), Some(0.75));
/// ```
#[must_use]
pub fn a_wg_j(items: &[impl AsRef<[f64]>], lowest: f64, highest: f64) -> Option<f64> {
    let defined: Vec<_> = items.iter().filter_map(|item| a_wg(item.as_ref(), lowest, highest)).collect();
    mean(&defined)
}

/// From where deviations are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Centre {
    /// The mean.
    Mean,
    /// The median.
    Median,
}

/// The mean distance of answers from their mean or median, in points of the scale (Burke, Finkelstein and Dusig 1999).
/// 0 is full agreement; raters are said to agree below [`average_deviation_cut_off`]. `None` of fewer than two answers.
///
/// ```
/// use candour_analytics::statistics::agreement::{Centre, average_deviation};
/// assert_eq!(average_deviation(&[1.0, 4.0, 4.0], Centre::Median), Some(1.0));
/// assert_eq!(average_deviation(&[3.0], Centre::Mean), None);
/// ```
#[must_use]
pub fn average_deviation(answers: &[f64], centre: Centre) -> Option<f64> {
    if answers.len() < 2 {
        return None;
    }
    let centre = match centre {
        Centre::Mean => mean(answers)?,
        Centre::Median => median(answers)?,
    };
    ratio(answers.iter().map(|answer| (answer - centre).abs()).sum(), real(answers.len())?)
}

/// [`average_deviation`] of a scale: its mean over items. `None` without items and if an item has fewer than two
/// answers.
///
/// ```
/// use candour_analytics::statistics::agreement::{Centre, average_deviation_j};
/// assert_eq!(average_deviation_j(&[[4.0, 2.0], [5.0, 3.0]], Centre::Mean), Some(1.0));
/// ```
#[must_use]
pub fn average_deviation_j(items: &[impl AsRef<[f64]>], centre: Centre) -> Option<f64> {
    let deviations: Option<Vec<_>> = items.iter().map(|item| average_deviation(item.as_ref(), centre)).collect();
    mean(&deviations?)
}

/// The average deviation up to which raters are said to agree: a sixth of the number of points, .83 for five and 1.17
/// for seven (Burke and Dunlap 2002). `None` for fewer than two points.
///
/// ```
/// use candour_analytics::statistics::agreement::average_deviation_cut_off;
/// assert_eq!(average_deviation_cut_off(5).map(|cut| format!("{cut:.2}")).as_deref(), Some("0.83"));
/// ```
#[must_use]
pub fn average_deviation_cut_off(points: u8) -> Option<f64> {
    (points >= 2).then(|| f64::from(points) / 6.0)
}

/// The mean over items of s² / σ².
fn relative_variance(items: &[impl AsRef<[f64]>], null_variance: f64) -> Option<f64> {
    let variances: Option<Vec<_>> = items.iter().map(|item| variance(item.as_ref())).collect();
    ratio(mean(&variances?)?, null_variance)
}
