//! What a reader knows, in whole numbers and free of any rule: sums that are not known, and what is known about them.
//!
//! An unknown is an integer: the sum of the answers of some raters to an item, the number of raters who gave a mark, or
//! one answer. What is printed about unknowns is a linear combination of them between two integers. A rounded mean is
//! such a thing as well: multiplied by its denominator it says that a sum is at least one integer and at most another,
//! so no figure is ever a floating-point number, and a tie of rounding is on the side where it was printed.

use num_integer::Integer;

/// Integer coefficients by unknown, sorted, none zero and none twice.
pub type Terms = Vec<(usize, i64)>;

/// An integer that the reader does not know, and the least and the largest value it can have at all, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Unknown {
    /// The least value it can have.
    pub lowest: i64,
    /// The largest value it can have.
    pub highest: i64,
}

/// A linear combination of unknowns lies between two integers, both included.
///
/// If the first is larger than the second, the fact contradicts itself, and no point satisfies it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Known {
    terms: Terms,
    at_least: i64,
    at_most: i64,
}

/// All that a reader knows: the unknowns and the facts about them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct System {
    unknowns: Vec<Unknown>,
    known: Vec<Known>,
}

/// The two bands of a figure, as sums: how near to the least and the largest possible sum a sum counts as `low` or
/// `high`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bands {
    /// The least possible sum: answers times the lowest mark.
    pub floor: i64,
    /// A sum is `low` if it exceeds the floor by this or less; -1 if there is no such band.
    pub low: i64,
    /// The largest possible sum: answers times the highest mark.
    pub ceiling: i64,
    /// A sum is `high` if it falls short of the ceiling by this or less; -1 if there is no such band.
    pub high: i64,
}

/// What cannot be written down as a system, or not in numbers of 64 bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LinearError {
    /// A number does not fit.
    #[error("a number does not fit into 64 bits, or a sum into 128")]
    Overflow,
    /// A fact names an unknown that the system does not have.
    #[error("there is no unknown {0}")]
    NoSuchUnknown(usize),
    /// The least value of an unknown is above its largest.
    #[error("an unknown has no value: its lowest is above its highest")]
    NoValue,
    /// A mean has a denominator of 0 or less.
    #[error("a mean needs a denominator of at least 1")]
    NoDenominator,
}

impl Known {
    /// A combination lies between two integers, both included. Terms may come in any order and name an unknown more
    /// than once.
    ///
    /// # Errors
    /// [`LinearError::Overflow`] if the coefficients of an unknown do not add up within 64 bits.
    pub fn between(
        terms: impl IntoIterator<Item = (usize, i64)>,
        at_least: i64,
        at_most: i64,
    ) -> Result<Self, LinearError> {
        Ok(Self { terms: collected(terms)?, at_least, at_most })
    }

    /// A combination has exactly this value: an exact total, a sum of counts, an answer that is known.
    ///
    /// # Errors
    /// As [`Known::between`].
    pub fn exactly(terms: impl IntoIterator<Item = (usize, i64)>, total: i64) -> Result<Self, LinearError> {
        Self::between(terms, total, total)
    }

    /// A number of answers: favourable ones, say, if the unknowns are the numbers of raters who gave each of the
    /// favourable marks.
    ///
    /// # Errors
    /// As [`Known::between`].
    pub fn count(unknowns: impl IntoIterator<Item = usize>, count: i64) -> Result<Self, LinearError> {
        Self::exactly(unknowns.into_iter().map(|unknown| (unknown, 1)), count)
    }

    /// A combination divided by `denominator` is printed as `printed` units of the last of `decimals` decimals, rounded
    /// half-up.
    ///
    /// Half-up is towards larger numbers, below zero too. With `D = 10^decimals` the value lies in `[(2 printed - 1) /
    /// 2D, (2 printed + 1) / 2D)`, closed below and open above; hence the combination is at least `ceil(denominator (2
    /// printed - 1) / 2D)` and less than `ceil(denominator (2 printed + 1) / 2D)`. A share in whole per cent is a mean
    /// of zeros and ones with two decimals.
    ///
    /// # Errors
    /// [`LinearError::NoDenominator`] below 1; [`LinearError::Overflow`] if an end does not fit into 64 bits.
    ///
    /// # Example
    /// ```
    /// use candour_analytics::audit::linear::Known;
    /// // 4 answers, mean 2.3: their sum is 9, because 9/4 = 2.25 is rounded up. In floating point 2.25 >= 2.3 - 0.05 is false.
    /// let nine = Known::mean([(0, 1)], 4, 23, 1)?;
    /// assert_eq!((nine.at_least(), nine.at_most()), (9, 9));
    /// // 4 answers cannot have a mean of 2.4.
    /// let none = Known::mean([(0, 1)], 4, 24, 1)?;
    /// assert!(none.at_least() > none.at_most());
    /// # Ok::<(), candour_analytics::audit::linear::LinearError>(())
    /// ```
    pub fn mean(
        terms: impl IntoIterator<Item = (usize, i64)>,
        denominator: i64,
        printed: i64,
        decimals: u32,
    ) -> Result<Self, LinearError> {
        if denominator < 1 {
            return Err(LinearError::NoDenominator);
        }
        let halves = 10_i128.checked_pow(decimals).and_then(|unit| unit.checked_mul(2)).ok_or(LinearError::Overflow)?;
        let end = |odd: i128| {
            let scaled = odd.checked_mul(i128::from(denominator)).ok_or(LinearError::Overflow)?;
            Ok::<_, LinearError>(Integer::div_ceil(&scaled, &halves))
        };
        let printed = 2 * i128::from(printed);
        Self::between(terms, narrow(end(printed - 1)?)?, narrow(end(printed + 1)? - 1)?)
    }

    /// The coefficients.
    #[must_use]
    pub fn terms(&self) -> &[(usize, i64)] {
        &self.terms
    }

    /// The least value that the combination can have.
    #[must_use]
    pub fn at_least(&self) -> i64 {
        self.at_least
    }

    /// The largest value that the combination can have.
    #[must_use]
    pub fn at_most(&self) -> i64 {
        self.at_most
    }
}

impl Bands {
    /// The sum is shown as `low`: its excess over the floor is at most the width of the band.
    ///
    /// # Errors
    /// [`LinearError::Overflow`] if an end does not fit into 64 bits.
    pub fn low(self, terms: impl IntoIterator<Item = (usize, i64)>) -> Result<Known, LinearError> {
        Known::between(terms, self.floor, self.floor.checked_add(self.low).ok_or(LinearError::Overflow)?)
    }

    /// The sum is shown as `high`.
    ///
    /// # Errors
    /// As [`Bands::low`].
    pub fn high(self, terms: impl IntoIterator<Item = (usize, i64)>) -> Result<Known, LinearError> {
        Known::between(terms, self.ceiling.checked_sub(self.high).ok_or(LinearError::Overflow)?, self.ceiling)
    }

    /// The sum is shown as a number, and so is in neither band: that is known besides the number.
    ///
    /// # Errors
    /// As [`Bands::low`].
    pub fn neither(self, terms: impl IntoIterator<Item = (usize, i64)>) -> Result<Known, LinearError> {
        let beyond = |end: Option<i64>| end.ok_or(LinearError::Overflow);
        let at_least = beyond(self.floor.checked_add(self.low).and_then(|end| end.checked_add(1)))?;
        let at_most = beyond(self.ceiling.checked_sub(self.high).and_then(|end| end.checked_sub(1)))?;
        Known::between(terms, at_least, at_most)
    }
}

impl System {
    /// Adds an unknown with its least and largest value, and returns its index.
    ///
    /// # Errors
    /// [`LinearError::NoValue`] if the least is above the largest.
    pub fn unknown(&mut self, lowest: i64, highest: i64) -> Result<usize, LinearError> {
        if lowest > highest {
            return Err(LinearError::NoValue);
        }
        self.unknowns.push(Unknown { lowest, highest });
        Ok(self.unknowns.len() - 1)
    }

    /// Adds a fact.
    ///
    /// # Errors
    /// [`LinearError::NoSuchUnknown`] if it is about an unknown that was not added before.
    pub fn know(&mut self, known: Known) -> Result<(), LinearError> {
        match known.terms.last() {
            Some(&(unknown, _)) if unknown >= self.unknowns.len() => Err(LinearError::NoSuchUnknown(unknown)),
            _ => {
                self.known.push(known);
                Ok(())
            }
        }
    }

    /// The unknowns, in the order in which they were added.
    #[must_use]
    pub fn unknowns(&self) -> &[Unknown] {
        &self.unknowns
    }

    /// The facts, in the order in which they were added.
    #[must_use]
    pub fn known(&self) -> &[Known] {
        &self.known
    }

    /// Whether a point has a value for each unknown, within its bounds, and agrees with every fact. Exact.
    ///
    /// # Errors
    /// [`LinearError::Overflow`] if a combination does not fit into 128 bits: then nothing is known about the point.
    ///
    /// # Example
    /// ```
    /// use candour_analytics::audit::linear::{Known, System};
    /// let mut system = System::default();
    /// let (pair, other) = (system.unknown(2, 10)?, system.unknown(4, 20)?);
    /// system.know(Known::exactly([(pair, 1), (other, 1)], 25)?)?;
    /// assert!(system.satisfied_by(&[9, 16])?);
    /// assert!(!system.satisfied_by(&[11, 14])?);
    /// # Ok::<(), candour_analytics::audit::linear::LinearError>(())
    /// ```
    pub fn satisfied_by(&self, point: &[i64]) -> Result<bool, LinearError> {
        let within = |(value, unknown): (&i64, &Unknown)| (unknown.lowest..=unknown.highest).contains(value);
        if point.len() != self.unknowns.len() || !point.iter().zip(&self.unknowns).all(within) {
            return Ok(false);
        }
        for known in &self.known {
            let value = value_at(&known.terms, point)?;
            if value < i128::from(known.at_least) || value > i128::from(known.at_most) {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

/// The value of a combination at a point. Exact.
///
/// # Errors
/// [`LinearError::NoSuchUnknown`] if the point has no value for an unknown; [`LinearError::Overflow`] beyond 128 bits.
pub fn value_at(terms: &[(usize, i64)], point: &[i64]) -> Result<i128, LinearError> {
    terms.iter().try_fold(0_i128, |sum, &(unknown, coefficient)| {
        let value = point.get(unknown).ok_or(LinearError::NoSuchUnknown(unknown))?;
        sum.checked_add(i128::from(coefficient) * i128::from(*value)).ok_or(LinearError::Overflow)
    })
}

/// Terms sorted by unknown, with those of one unknown added up and zeros left out.
///
/// # Errors
/// [`LinearError::Overflow`] if they do not add up within 64 bits.
pub fn collected(terms: impl IntoIterator<Item = (usize, i64)>) -> Result<Terms, LinearError> {
    let mut terms: Terms = terms.into_iter().collect();
    terms.sort_unstable_by_key(|&(unknown, _)| unknown);
    let mut collected: Terms = Vec::with_capacity(terms.len());
    for (unknown, coefficient) in terms {
        match collected.last_mut() {
            Some((last, sum)) if *last == unknown => {
                *sum = sum.checked_add(coefficient).ok_or(LinearError::Overflow)?;
            }
            _ => collected.push((unknown, coefficient)),
        }
    }
    collected.retain(|&(_, coefficient)| coefficient != 0);
    Ok(collected)
}

fn narrow(number: i128) -> Result<i64, LinearError> {
    i64::try_from(number).map_err(|_error| LinearError::Overflow)
}
