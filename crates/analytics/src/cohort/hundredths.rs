//! Printed numbers of the quality report: whole hundredths, written as text.

use serde::{Deserialize, Serialize};

use crate::decimal::{units, written};

/// A number with two decimals, kept as whole hundredths and written as text such as `0.84` or `-0.05`.
///
/// ```
/// use candour_analytics::cohort::Hundredths;
/// let printed: Hundredths = "-0.05".parse()?;
/// assert_eq!((printed.hundredths(), printed.to_string()), (-5, "-0.05".to_owned()));
/// assert!("0.5".parse::<Hundredths>().is_err());
/// # Ok::<(), candour_analytics::cohort::InvalidHundredths>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Hundredths(i64);

/// A text that is not a number with two decimals.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a printed number has the form 0.84: digits, a point and two digits")]
pub struct InvalidHundredths;

impl Hundredths {
    /// The number in hundredths.
    #[must_use]
    pub fn hundredths(self) -> i64 {
        self.0
    }

    /// `numerator / denominator` rounded half-up in whole numbers; `None` unless the denominator is above 0.
    pub(crate) fn half_up(numerator: i64, denominator: i64) -> Option<Self> {
        if denominator <= 0 {
            return None;
        }
        let doubled = numerator.checked_mul(200)?.checked_add(denominator)?;
        Some(Self(doubled.div_euclid(denominator.checked_mul(2)?)))
    }

    /// An estimate rounded to the nearest hundredth, halves away from 0; `None` where there is none and from a thousand
    /// million on.
    pub(crate) fn nearest(estimate: Option<f64>) -> Option<Self> {
        let estimate = estimate.filter(|estimate| estimate.abs() < 1e9)?;
        // Exact: a double holds every whole number of this size, and text is the one conversion that neither cuts off
        // nor wraps.
        let text = format!("{:.0}", (estimate * 100.0).round());
        text.parse().ok().map(Self)
    }
}

impl std::fmt::Display for Hundredths {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(&written(self.0, 2))
    }
}

impl std::str::FromStr for Hundredths {
    type Err = InvalidHundredths;

    fn from_str(text: &str) -> Result<Self, InvalidHundredths> {
        units(text, 2).map(Self).ok_or(InvalidHundredths)
    }
}

impl TryFrom<String> for Hundredths {
    type Error = InvalidHundredths;

    fn try_from(text: String) -> Result<Self, InvalidHundredths> {
        text.parse()
    }
}

impl From<Hundredths> for String {
    fn from(number: Hundredths) -> Self {
        number.to_string()
    }
}

impl utoipa::PartialSchema for Hundredths {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        utoipa::openapi::schema::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::String)
            .description(Some("A number with two decimals, exactly as printed."))
            .pattern(Some(r"^-?\d+\.\d\d$"))
            .examples(["0.84"])
            .into()
    }
}

impl utoipa::ToSchema for Hundredths {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_go_up_and_estimates_to_the_nearest() {
        for (numerator, denominator, printed) in
            [(1, 3, "0.33"), (2, 3, "0.67"), (1, 8, "0.13"), (-1, 8, "-0.12"), (7, 1, "7.00"), (0, 5, "0.00")]
        {
            assert_eq!(Hundredths::half_up(numerator, denominator).map(String::from).as_deref(), Some(printed));
        }
        assert_eq!(Hundredths::half_up(1, 0), None);
        for (estimate, printed) in
            [(0.844_9, "0.84"), (-0.004, "0.00"), (-0.005_1, "-0.01"), (12.345_1, "12.35"), (-2.966_6, "-2.97")]
        {
            assert_eq!(Hundredths::nearest(Some(estimate)).map(String::from).as_deref(), Some(printed));
        }
        for estimate in [None, Some(f64::NAN), Some(f64::INFINITY), Some(1e9)] {
            assert_eq!(Hundredths::nearest(estimate), None);
        }
    }

    #[test]
    fn one_number_has_one_text() {
        for text in ["0.00", "0.84", "-0.05", "10.00", "-12.50"] {
            assert_eq!(text.parse::<Hundredths>().map(String::from), Ok(text.to_owned()));
        }
        for text in
            ["", ".", "3", "3.8", ".80", "3.800", "03.80", "-0.00", "+1.00", "1e1.00", "3,80", " 3.80", "9999999999.00"]
        {
            assert_eq!(text.parse::<Hundredths>(), Err(InvalidHundredths), "{text:?}");
        }
    }
}
