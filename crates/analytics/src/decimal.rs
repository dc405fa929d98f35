//! Printed numbers: whole tenths, written as text.

use serde::{Deserialize, Serialize};

/// A number with one decimal, kept as whole tenths and written as text such as `3.8` or `-0.4`, so that what is read is
/// exactly what was printed.
///
/// ```
/// use candour_analytics::Decimal;
/// let printed: Decimal = "-0.4".parse()?;
/// assert_eq!((printed.tenths(), printed.to_string()), (-4, "-0.4".to_owned()));
/// assert!("0.45".parse::<Decimal>().is_err());
/// # Ok::<(), candour_analytics::decimal::InvalidDecimal>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Decimal(i64);

/// A text that is not a printed number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a printed number has the form 3.8: digits, a point and one digit")]
pub struct InvalidDecimal;

impl Decimal {
    /// The number in tenths.
    #[must_use]
    pub fn tenths(self) -> i64 {
        self.0
    }

    pub(crate) fn from_tenths(tenths: i64) -> Self {
        Self(tenths)
    }

    /// `numerator / denominator`, both at least 0, rounded half-up to one decimal; `None` for a denominator of 0.
    pub(crate) fn half_up(numerator: i64, denominator: i64) -> Option<Self> {
        (2 * numerator * 10 + denominator).checked_div(2 * denominator).map(Self)
    }
}

/// Whole units of the last of so many decimals as text: 38 with one decimal is `3.8`.
pub(crate) fn written(units: i64, decimals: usize) -> String {
    let sign = if units < 0 { "-" } else { "" };
    let digits = format!("{:0>width$}", units.unsigned_abs(), width = decimals + 1);
    let (whole, rest) = digits.split_at(digits.len() - decimals);
    format!("{sign}{whole}.{rest}")
}

/// Reads what [`written`] writes, up to nine digits before the point; `None` for any other text. "03.8" and "-0.0" are
/// never written: one number has one text.
pub(crate) fn units(text: &str, decimals: usize) -> Option<i64> {
    let (whole, rest) = text.strip_prefix('-').unwrap_or(text).split_once('.')?;
    let is_number =
        |part: &str, longest| (1..=longest).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number(whole, 9) || !is_number(rest, decimals) {
        return None;
    }
    let size: i64 = format!("{whole}{rest}").parse().ok()?;
    let units = if text.starts_with('-') { -size } else { size };
    (written(units, decimals) == text).then_some(units)
}

impl std::fmt::Display for Decimal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(&written(self.0, 1))
    }
}

impl std::str::FromStr for Decimal {
    type Err = InvalidDecimal;

    fn from_str(text: &str) -> Result<Self, InvalidDecimal> {
        units(text, 1).map(Self).ok_or(InvalidDecimal)
    }
}

impl TryFrom<String> for Decimal {
    type Error = InvalidDecimal;

    fn try_from(text: String) -> Result<Self, InvalidDecimal> {
        text.parse()
    }
}

impl From<Decimal> for String {
    fn from(number: Decimal) -> Self {
        number.to_string()
    }
}

impl utoipa::PartialSchema for Decimal {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        utoipa::openapi::schema::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::String)
            .description(Some("A number with one decimal, exactly as printed."))
            .pattern(Some(r"^-?\d+\.\d$"))
            .examples(["3.8"])
            .into()
    }
}

impl utoipa::ToSchema for Decimal {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_go_up_and_nothing_is_lost_on_the_way() {
        for (numerator, denominator, printed) in [
            (13, 4, "3.3"),
            (23, 7, "3.3"),
            (9, 4, "2.3"),
            (61, 20, "3.1"),
            (205, 100, "2.1"),
            (204, 100, "2.0"),
            (30, 7, "4.3"),
            (0, 3, "0.0"),
        ] {
            assert_eq!(Decimal::half_up(numerator, denominator).map(String::from).as_deref(), Some(printed));
        }
        assert_eq!(Decimal::half_up(1, 0), None);
    }

    #[test]
    fn one_number_has_one_text() {
        for text in ["0.0", "3.8", "-0.4", "10.0", "-12.5"] {
            assert_eq!(text.parse::<Decimal>().map(String::from), Ok(text.to_owned()));
        }
        for text in
            ["", ".", "3", "3.", ".8", "3.80", "03.8", "-0.0", "+1.0", "1e1.0", "3,8", " 3.8", "٣.8", "9999999999.0"]
        {
            assert_eq!(text.parse::<Decimal>(), Err(InvalidDecimal), "{text:?}");
        }
    }
}
