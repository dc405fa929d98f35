//! How the subject sees themselves beside how others do, from printed numbers only.

use candour_domain::{Scale, ScaleEnd};
use serde::{Deserialize, Serialize};

use crate::Decimal;

/// Where a competency stands when self and others clearly differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Quadrant {
    /// Both high.
    RecognisedStrength,
    /// Self high, others low.
    BlindSpot,
    /// Self low, others high.
    HiddenStrength,
    /// Both low.
    DevelopmentNeed,
}

impl Quadrant {
    /// The stable name in JSON and CSV.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::RecognisedStrength => "recognised_strength",
            Self::BlindSpot => "blind_spot",
            Self::HiddenStrength => "hidden_strength",
            Self::DevelopmentNeed => "development_need",
        }
    }
}

/// The smallest gap, in tenths of a point, at which self and others are said to differ.
const CLEAR_GAP: u64 = 5;

/// Self minus others; positive where the subject rates themselves higher.
pub(crate) fn gap(own: Decimal, others: Decimal) -> Decimal {
    Decimal::from_tenths(own.tenths() - others.tenths())
}

/// The quadrant, or `None` where self and others differ by less than half a point.
///
/// High is from five eighths of the scale upwards, which is 3.5 on a scale from 1 to 5; counted from the other end
/// where the highest mark is the worst.
pub(crate) fn quadrant(own: Decimal, others: Decimal, scale: &Scale) -> Option<Quadrant> {
    let (lowest, highest) = (i64::from(scale.lowest()), i64::from(scale.highest()));
    let high = |mean: Decimal| {
        let tenths = if scale.harmful_end() == Some(ScaleEnd::Highest) {
            10 * (lowest + highest) - mean.tenths()
        } else {
            mean.tenths()
        };
        8 * tenths >= 10 * (8 * lowest + 5 * (highest - lowest))
    };
    clear_gap(own, others).then(|| quadrant_at(high(own), high(others)))
}

/// Whether self and others differ by half a point or more.
pub(crate) fn clear_gap(own: Decimal, others: Decimal) -> bool {
    gap(own, others).tenths().unsigned_abs() >= CLEAR_GAP
}

/// The quadrant of a self-rating and a rating by others, each high or not.
pub(crate) fn quadrant_at(own_high: bool, others_high: bool) -> Quadrant {
    match (own_high, others_high) {
        (true, true) => Quadrant::RecognisedStrength,
        (true, false) => Quadrant::BlindSpot,
        (false, true) => Quadrant::HiddenStrength,
        (false, false) => Quadrant::DevelopmentNeed,
    }
}

#[cfg(test)]
mod tests {
    use candour_domain::scale::ScalePoint;

    use super::*;

    type Outcome = Result<(), Box<dyn std::error::Error>>;

    fn scale(values: std::ops::RangeInclusive<u8>) -> Result<Scale, candour_domain::scale::InvalidScale> {
        Scale::new(
            values.map(|value| ScalePoint { value, label: value.to_string() }).collect(),
            "Not able to say".to_owned(),
        )
    }

    #[test]
    fn the_quadrant_splits_at_three_and_a_half_where_the_gap_is_clear() -> Outcome {
        let five = scale(1..=5)?;
        for (own, others, expected) in [
            ("4.5", "3.5", Some(Quadrant::RecognisedStrength)),
            ("4.0", "3.4", Some(Quadrant::BlindSpot)),
            ("3.5", "3.0", Some(Quadrant::BlindSpot)),
            ("3.4", "3.9", Some(Quadrant::HiddenStrength)),
            ("3.4", "2.9", Some(Quadrant::DevelopmentNeed)),
            ("3.9", "3.5", None),
            ("3.1", "3.5", None),
        ] {
            assert_eq!(quadrant(own.parse()?, others.parse()?, &five), expected, "{own} {others}");
        }
        let grades = scale(1..=6)?.with_harmful_end(ScaleEnd::Highest);
        assert_eq!(
            quadrant("1.5".parse()?, "4.0".parse()?, &grades),
            Some(Quadrant::BlindSpot),
            "a one is the best school grade"
        );
        assert_eq!(quadrant("1.0".parse()?, "2.0".parse()?, &grades), Some(Quadrant::RecognisedStrength));
        let nine = scale(1..=9)?;
        assert_eq!(quadrant("6.5".parse()?, "6.0".parse()?, &nine), Some(Quadrant::RecognisedStrength));
        assert_eq!(quadrant("6.0".parse()?, "5.5".parse()?, &nine), Some(Quadrant::BlindSpot));
        assert_eq!(quadrant("5.9".parse()?, "5.4".parse()?, &nine), Some(Quadrant::DevelopmentNeed));
        Ok(())
    }

    #[test]
    fn a_gap_has_a_sign() -> Outcome {
        assert_eq!(gap("4.5".parse()?, "3.7".parse()?).to_string(), "0.8");
        assert_eq!(gap("3.3".parse()?, "3.7".parse()?).to_string(), "-0.4");
        assert_eq!(gap("3.7".parse()?, "3.7".parse()?).to_string(), "0.0");
        Ok(())
    }
}
