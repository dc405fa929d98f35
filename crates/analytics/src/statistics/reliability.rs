//! How well the items of a competency measure together. Properties of a questionnaire, estimated over many raters;
//! never of one person.
//!
//! `items` always holds the answers to each item, the raters in the same order throughout and without gaps: a rater who
//! left an item out is left out. A table with rows of different length has no value.

use super::descriptive::{mean, sum_of_squares, variance};
use super::quantile::f_quantile;
use super::{Interval, finite, ratio, real, upper_tail};

/// Cronbach's alpha, J / (J - 1) (1 - sum of the items' variances / variance of the raters' sums) (Cronbach 1951).
///
/// At most 1, and below 0 where items run against each other. `None` for fewer than two items or two raters, and where
/// all raters' sums are the same.
///
/// ```
/// use candour_analytics::statistics::reliability::alpha;
/// let items = [[4.0, 2.0, 3.0, 5.0], [5.0, 2.0, 3.0, 4.0], [4.0, 1.0, 3.0, 5.0]];
/// assert_eq!(alpha(&items).map(|alpha| format!("{alpha:.4}")).as_deref(), Some("0.9458"));
/// assert_eq!(alpha(&items[..1]), None);
/// ```
#[must_use]
pub fn alpha(items: &[impl AsRef<[f64]>]) -> Option<f64> {
    let columns = table(items)?;
    alpha_of(columns.iter().copied())
}

/// Alpha of items brought to the same variance, J r / (1 + (J - 1) r) with r the mean correlation between items.
///
/// `None` for fewer than two items or two raters, and if all raters answer an item alike.
///
/// ```
/// use candour_analytics::statistics::reliability::standardised_alpha;
/// assert_eq!(standardised_alpha(&[[1.0, 2.0, 3.0], [1.0, 3.0, 2.0]]).map(|alpha| format!("{alpha:.4}")).as_deref(), Some("0.6667"));
/// ```
#[must_use]
pub fn standardised_alpha(items: &[impl AsRef<[f64]>]) -> Option<f64> {
    let correlations = Correlations::of(&table(items)?)?;
    let (j, off_diagonal) = (real(correlations.size())?, correlations.off_diagonal());
    // With R the sum of all correlations, alpha = J / (J - 1) (1 - J / R).
    ratio(off_diagonal * j, (j - 1.0) * (j + off_diagonal))
}

/// Alpha of the others, for each item in its turn; `None` at an item where it has no value, so always for fewer than
/// three items.
///
/// ```
/// use candour_analytics::statistics::reliability::alpha_if_dropped;
/// let items = [[4.0, 2.0, 3.0, 5.0], [5.0, 2.0, 3.0, 4.0], [4.0, 1.0, 3.0, 5.0]];
/// let dropped: Vec<_> = alpha_if_dropped(&items).into_iter().flatten().map(|alpha| format!("{alpha:.3}")).collect();
/// assert_eq!(dropped, ["0.889", "0.972", "0.889"]);
/// ```
#[must_use]
pub fn alpha_if_dropped(items: &[impl AsRef<[f64]>]) -> Vec<Option<f64>> {
    let columns = table(items);
    let others = |dropped| {
        let columns = columns.as_ref()?.iter().enumerate();
        alpha_of(columns.filter(|(at, _)| *at != dropped).map(|(_, column)| *column))
    };
    (0..items.len()).map(others).collect()
}

/// The correlation of each item with the sum of the others.
///
/// `None` at an item where either does not vary, and everywhere for fewer than two items or two raters.
///
/// ```
/// use candour_analytics::statistics::reliability::corrected_item_total_correlations;
/// let items = [[1.0, 2.0, 3.0], [2.0, 4.0, 6.0], [5.0, 5.0, 5.0]];
/// let correlations: Vec<_> = corrected_item_total_correlations(&items).into_iter().map(|r| r.map(|r| format!("{r:.2}"))).collect();
/// assert_eq!(correlations, [Some("1.00".to_owned()), Some("1.00".to_owned()), None]);
/// ```
#[must_use]
pub fn corrected_item_total_correlations(items: &[impl AsRef<[f64]>]) -> Vec<Option<f64>> {
    let columns = table(items);
    let correlate = |at| {
        let columns = columns.as_ref()?;
        let others = columns.iter().enumerate().filter(|(other, _)| *other != at).map(|(_, column)| *column);
        correlation(columns.get(at).copied()?, &row_sums(others)?)
    };
    (0..items.len()).map(correlate).collect()
}

/// The interval for alpha of so many raters and items, 1 - (1 - alpha) F with F the quantiles of n - 1 and (n - 1)(J -
/// 1) degrees of freedom (Feldt 1965).
///
/// `None` for fewer than two raters or items, for an alpha above 1, and for a level not between 0 and 1.
///
/// ```
/// use candour_analytics::statistics::reliability::feldt_interval;
/// let interval = feldt_interval(0.8431427696, 30, 7, 0.95);
/// assert_eq!(interval.map(|ends| format!("{:.4} {:.4}", ends.lower, ends.upper)).as_deref(), Some("0.7394 0.9158"));
/// ```
#[must_use]
pub fn feldt_interval(alpha: f64, raters: u32, items: u32, level: f64) -> Option<Interval> {
    feldt_interval_between(alpha, feldt_quantiles(raters, items, level)?)
}

/// The quantiles of F that [`feldt_interval`] needs, the lower and the upper: they depend on numbers only.
pub(crate) fn feldt_quantiles(raters: u32, items: u32, level: f64) -> Option<Interval> {
    if raters < 2 || items < 2 {
        return None;
    }
    let (n, j, upper) = (f64::from(raters) - 1.0, f64::from(items) - 1.0, upper_tail(level)?);
    Interval::new(f_quantile(1.0 - upper, n, n * j)?, f_quantile(upper, n, n * j)?)
}

/// [`feldt_interval`] from its quantiles.
pub(crate) fn feldt_interval_between(alpha: f64, quantiles: Interval) -> Option<Interval> {
    if alpha > 1.0 {
        return None;
    }
    Interval::new(1.0 - (1.0 - alpha) * quantiles.upper, 1.0 - (1.0 - alpha) * quantiles.lower)
}

/// One common factor behind standardised items, and what it says about their sum.
#[derive(Clone, Debug, PartialEq)]
pub struct OneFactor {
    /// The correlation of each item with the factor; their sum is not below 0.
    pub loadings: Vec<f64>,
    /// Omega total, (sum of loadings)² / ((sum of loadings)² + sum of uniquenesses), between 0 and 1 (McDonald 1999).
    pub omega_total: f64,
}

/// How many rounds the loadings may take to settle.
const ROUNDS: usize = 20_000;
/// How little they may still move when they have settled.
const SETTLED: f64 = 1e-13;

/// Fits one common factor to the correlations of the items by minimum residuals (Harman and Jones 1966): each loading
/// in turn is sum r l / sum l² over the other items, until none moves.
///
/// `None` for fewer than three items (the loadings are not determined), if an item does not vary, if the loadings do
/// not settle, and for a Heywood case, where an item would be explained by the factor wholly or more than wholly.
///
/// ```
/// use candour_analytics::statistics::reliability::one_factor;
/// let items = [
///     [1.0, 2.0, 3.0, 4.0, 5.0, 5.0],
///     [2.0, 1.0, 4.0, 3.0, 5.0, 4.0],
///     [1.0, 3.0, 4.0, 2.0, 5.0, 3.0],
///     [3.0, 1.0, 2.0, 4.0, 4.0, 5.0],
/// ];
/// assert_eq!(one_factor(&items).map(|fit| format!("{:.6}", fit.omega_total)).as_deref(), Some("0.865427"));
/// assert_eq!(one_factor(&items[..2]), None);
/// ```
#[must_use]
pub fn one_factor(items: &[impl AsRef<[f64]>]) -> Option<OneFactor> {
    one_factor_of(&Correlations::of(&table(items)?)?)
}

/// [`one_factor`] from the correlations between the items.
pub(crate) fn one_factor_of(correlations: &Correlations) -> Option<OneFactor> {
    if correlations.size() < 3 {
        return None;
    }
    let mut loadings = correlations.first_guess()?;
    let mut settled = false;
    for _ in 0..ROUNDS {
        let mut moved: f64 = 0.0;
        for at in 0..loadings.len() {
            let next = correlations.loading(at, &loadings)?;
            let loading = loadings.get_mut(at)?;
            moved = moved.max((next - *loading).abs());
            *loading = next;
        }
        if moved <= SETTLED {
            settled = true;
            break;
        }
    }
    if !settled || loadings.iter().any(|loading| loading.abs() >= 1.0) {
        return None;
    }
    let sum: f64 = loadings.iter().sum();
    if sum < 0.0 {
        for loading in &mut loadings {
            *loading = -*loading;
        }
    }
    let uniqueness: f64 = loadings.iter().map(|loading| 1.0 - loading * loading).sum();
    Some(OneFactor { omega_total: ratio(sum * sum, sum * sum + uniqueness)?, loadings })
}

/// The columns, if there are any and all are of one length.
fn table(items: &[impl AsRef<[f64]>]) -> Option<Vec<&[f64]>> {
    let columns: Vec<_> = items.iter().map(AsRef::as_ref).collect();
    let length = columns.first()?.len();
    columns.iter().all(|column| column.len() == length).then_some(columns)
}

fn alpha_of<'a>(columns: impl Iterator<Item = &'a [f64]> + Clone) -> Option<f64> {
    let j = real(columns.clone().count())?;
    if j < 2.0 {
        return None;
    }
    let variances: Option<Vec<_>> = columns.clone().map(variance).collect();
    let within: f64 = variances?.iter().sum();
    let total = variance(&row_sums(columns)?)?;
    finite(j / (j - 1.0) * (1.0 - ratio(within, total)?))
}

fn row_sums<'a>(columns: impl Iterator<Item = &'a [f64]>) -> Option<Vec<f64>> {
    let mut sums: Option<Vec<f64>> = None;
    for column in columns {
        match &mut sums {
            None => sums = Some(column.to_vec()),
            Some(sums) => sums.iter_mut().zip(column).for_each(|(sum, value)| *sum += value),
        }
    }
    sums
}

/// Pearson's correlation; `None` where one does not vary.
fn correlation(left: &[f64], right: &[f64]) -> Option<f64> {
    let (left_mean, right_mean) = (mean(left)?, mean(right)?);
    let product: f64 = left.iter().zip(right).map(|(left, right)| (left - left_mean) * (right - right_mean)).sum();
    let spread = sum_of_squares(left)?.sqrt() * sum_of_squares(right)?.sqrt();
    Some(ratio(product, spread)?.clamp(-1.0, 1.0))
}

/// A correlation matrix.
pub(crate) struct Correlations(Vec<Vec<f64>>);

impl Correlations {
    fn of(columns: &[&[f64]]) -> Option<Self> {
        if columns.len() < 2 {
            return None;
        }
        let row = |row: &&[f64]| columns.iter().map(|column| correlation(row, column)).collect::<Option<Vec<_>>>();
        Some(Self(columns.iter().map(row).collect::<Option<Vec<_>>>()?))
    }

    fn size(&self) -> usize {
        self.0.len()
    }

    fn others(&self, at: usize) -> impl Iterator<Item = (usize, f64)> {
        let row = self.0.get(at).into_iter().flatten().copied().enumerate();
        row.filter(move |(column, _)| *column != at)
    }

    /// The sum of the correlations between different items.
    fn off_diagonal(&self) -> f64 {
        (0..self.size()).flat_map(|at| self.others(at)).map(|(_, r)| r).sum()
    }

    /// The centroid: each item's correlations over the root of their sum.
    fn first_guess(&self) -> Option<Vec<f64>> {
        let root = ratio(self.off_diagonal(), 1.0).filter(|sum| *sum > 0.0)?.sqrt();
        (0..self.size()).map(|at| ratio(self.others(at).map(|(_, r)| r).sum(), root)).collect()
    }

    /// The loading of an item that leaves the least residuals, the others being what they are.
    fn loading(&self, at: usize, loadings: &[f64]) -> Option<f64> {
        let mut products = 0.0;
        let mut squares = 0.0;
        for (other, r) in self.others(at) {
            let loading = loadings.get(other)?;
            products += r * loading;
            squares += loading * loading;
        }
        ratio(products, squares)
    }
}
