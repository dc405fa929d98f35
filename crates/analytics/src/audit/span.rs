//! Which sums follow exactly from the sums that are printed, whatever was answered.
//!
//! A figure follows exactly if it is a linear combination, with rational factors, of figures that are known. This is
//! Gauss's elimination in whole numbers: an answer is neither rounded nor taken from a residue, so "follows" and "does
//! not follow" are both proofs. It does not look at any answer, hence it can be asked before a round starts.
//!
//! A figure that does not follow may still be narrowed down to one value by rounding and by the ends of the scale: see
//! [`interval`](super::interval).

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::convert::Infallible;
use std::ops::AddAssign;

use num_bigint::BigInt;
use num_integer::Integer;

/// All combinations of some figures, each given by its integer coefficients.
///
/// # Guarantee
/// [`Span::contains`] is exact both ways: a target is in the span if and only if rational factors exist with which the
/// figures add up to it. A target of no terms (the number 0) is in every span.
///
/// # Example
/// ```
/// use candour_analytics::audit::span::Span;
/// // Three groups: two are printed, and so is the total of all.
/// let naive = Span::of([&[(0, 1)][..], &[(1, 1)], &[(0, 1), (1, 1), (2, 1)]]);
/// assert!(naive.contains(&[(2, 1)]), "the total minus the two leaves the third");
/// let own_total = Span::of([&[(0, 1)][..], &[(1, 1)], &[(0, 1), (1, 1)]]);
/// assert!(!own_total.contains(&[(2, 1)]));
/// ```
#[derive(Clone, Debug)]
pub struct Span(Rows);

/// Numbers of 128 bits are enough for nearly every table; where one overflows, all is done again without limit.
#[derive(Clone, Debug)]
enum Rows {
    Limited(Echelon<i128>),
    Unlimited(Echelon<BigInt>),
}

impl Span {
    /// The span of rows of coefficients by unknown. An unknown may be named more than once in a row; its coefficients
    /// add up.
    pub fn of<'a>(rows: impl IntoIterator<Item = &'a [(usize, i64)]>) -> Self {
        let mut rows: Vec<_> = rows.into_iter().collect();
        // Short rows first: a figure of one unknown then clears that unknown from all longer rows.
        rows.sort_by_key(|row| row.len());
        let rows = Echelon::<i128>::of(&rows).map_or_else(
            |Overflow| {
                let Ok(echelon) = Echelon::of(&rows);
                Rows::Unlimited(echelon)
            },
            Rows::Limited,
        );
        Self(rows)
    }

    /// Whether the target follows from the rows.
    #[must_use]
    pub fn contains(&self, target: &[(usize, i64)]) -> bool {
        match &self.0 {
            Rows::Limited(echelon) => match echelon.reduced(row(target)) {
                Ok(rest) => rest.is_empty(),
                Err(Overflow) => echelon.unlimited().spans(target),
            },
            Rows::Unlimited(echelon) => echelon.spans(target),
        }
    }

    /// How many of the rows are independent of each other.
    #[must_use]
    pub fn rank(&self) -> usize {
        match &self.0 {
            Rows::Limited(echelon) => echelon.rows.len(),
            Rows::Unlimited(echelon) => echelon.rows.len(),
        }
    }
}

/// A number did not fit.
#[derive(Debug)]
struct Overflow;

/// A whole number, with limits or without.
trait Number: Integer + Clone + From<i64> + AddAssign {
    type Overflow;

    /// `a x - b y`.
    fn difference(a: &Self, x: &Self, b: &Self, y: &Self) -> Result<Self, Self::Overflow>;
}

impl Number for i128 {
    type Overflow = Overflow;

    fn difference(a: &Self, x: &Self, b: &Self, y: &Self) -> Result<Self, Overflow> {
        let difference = a.checked_mul(*x).zip(b.checked_mul(*y)).and_then(|(ax, by)| ax.checked_sub(by));
        // The least number has no negative, which a greatest common divisor needs.
        difference.filter(|number| *number != Self::MIN).ok_or(Overflow)
    }
}

impl Number for BigInt {
    type Overflow = Infallible;

    fn difference(a: &Self, x: &Self, b: &Self, y: &Self) -> Result<Self, Infallible> {
        Ok(a * x - b * y)
    }
}

/// Coefficients by unknown, none zero.
type Row<T> = BTreeMap<usize, T>;

/// Independent rows. Each has an unknown of its own, which no later row contains.
#[derive(Clone, Debug)]
struct Echelon<T> {
    /// The rows, with the unknown of their own, in the order in which they were found.
    rows: Vec<(usize, Row<T>)>,
    /// The place in `rows` by the unknown of its own.
    place: HashMap<usize, usize>,
}

impl<T: Number> Echelon<T> {
    fn of(rows: &[&[(usize, i64)]]) -> Result<Self, T::Overflow> {
        let mut uses: HashMap<usize, usize> = HashMap::new();
        for (unknown, _) in rows.iter().copied().flatten() {
            *uses.entry(*unknown).or_default() += 1;
        }
        let mut echelon = Self { rows: Vec::new(), place: HashMap::new() };
        for terms in rows {
            let rest = echelon.reduced(row(terms))?;
            // The unknown that the fewest rows use: clearing it touches the fewest others.
            if let Some(own) = rest.keys().copied().min_by_key(|unknown| (uses.get(unknown), *unknown)) {
                echelon.place.insert(own, echelon.rows.len());
                echelon.rows.push((own, rest));
            }
        }
        Ok(echelon)
    }

    /// A multiple of the row, other than none of it, minus what can be taken away of these rows; empty if nothing is
    /// left.
    fn reduced(&self, mut row: Row<T>) -> Result<Row<T>, T::Overflow> {
        let mut next: BTreeSet<usize> = row.keys().filter_map(|unknown| self.place.get(unknown)).copied().collect();
        // Taking away a row can bring in the own unknowns of later rows, never of earlier ones.
        while let Some((own, pivot_row)) = next.pop_first().and_then(|place| self.rows.get(place)) {
            let (Some(coefficient), Some(pivot)) = (row.get(own).cloned(), pivot_row.get(own)) else { continue };
            let divisor = coefficient.gcd(pivot);
            let (factor, pivot_factor) = (pivot.clone() / divisor.clone(), coefficient / divisor);
            if !factor.is_one() {
                for value in row.values_mut() {
                    *value = T::difference(&factor, value, &T::zero(), &T::zero())?;
                }
            }
            for (unknown, pivot_value) in pivot_row {
                let old = row.get(unknown).cloned().unwrap_or_else(T::zero);
                let new = T::difference(&T::one(), &old, &pivot_factor, pivot_value)?;
                if new.is_zero() {
                    row.remove(unknown);
                } else {
                    row.insert(*unknown, new);
                    next.extend(self.place.get(unknown));
                }
            }
            if !factor.is_one() {
                let common = row
                    .values()
                    .fold(T::zero(), |common, value| if common.is_one() { common } else { common.gcd(value) });
                if !common.is_zero() && !common.is_one() {
                    for value in row.values_mut() {
                        *value = value.clone() / common.clone();
                    }
                }
            }
        }
        Ok(row)
    }
}

impl Echelon<i128> {
    fn unlimited(&self) -> Echelon<BigInt> {
        let wide = |row: &Row<i128>| row.iter().map(|(unknown, value)| (*unknown, BigInt::from(*value))).collect();
        Echelon { rows: self.rows.iter().map(|(own, row)| (*own, wide(row))).collect(), place: self.place.clone() }
    }
}

impl Echelon<BigInt> {
    fn spans(&self, target: &[(usize, i64)]) -> bool {
        let Ok(rest) = self.reduced(row(target));
        rest.is_empty()
    }
}

fn row<T: Number>(terms: &[(usize, i64)]) -> Row<T> {
    let mut row = Row::new();
    for &(unknown, coefficient) in terms {
        *row.entry(unknown).or_insert_with(T::zero) += T::from(coefficient);
    }
    row.retain(|_, value| !value.is_zero());
    row
}
