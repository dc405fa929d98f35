//! The answer scale. *Not observed* is not a point on it: it is the absence of a rating.

use std::ops::RangeInclusive;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};

/// The longest label, in characters.
pub const LONGEST_LABEL: usize = 60;

/// How many points a scale may have.
pub const POINTS: RangeInclusive<usize> = 2..=10;

/// The highest value that a point may have.
pub const HIGHEST_VALUE: u8 = 10;

/// The points an item is rated on, from the lowest value to the highest without gaps.
///
/// Between 2 and 10 points, values between 0 and 10.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "ScaleDocument", into = "ScaleDocument")]
pub struct Scale {
    points: Vec<ScalePoint>,
    not_observed: String,
    harmful_end: Option<ScaleEnd>,
}

/// An end of a scale.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ScaleEnd {
    /// Its lowest value.
    Lowest,
    /// Its highest value.
    Highest,
}

/// One point: the value that is counted and the words a rater reads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScalePoint {
    /// The value that is counted.
    #[serde(deserialize_with = "value")]
    pub value: u8,
    /// The words a rater reads, such as "Often".
    #[serde(deserialize_with = "label")]
    pub label: String,
}

/// A value known to be on the scale it was parsed with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rating(u8);

/// Each field is checked where it stands, so that an error names it.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ScaleDocument {
    #[serde(deserialize_with = "points")]
    points: Vec<ScalePoint>,
    #[serde(deserialize_with = "label")]
    not_observed: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    harmful_end: Option<ScaleEnd>,
}

/// Why a scale cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidScale {
    /// Fewer than 2 or more than 10 points.
    #[error("the scale has too few or too many points; give it 2 to 10")]
    Size,
    /// Values do not rise by one from point to point, or exceed 10.
    #[error(
        "the values of the points do not rise by one from point to point, or exceed 10; number them like 1, 2, 3, 4, 5"
    )]
    Values,
    /// A point or *not observed* has no label.
    #[error("a point or not_observed has no label, or one of more than 60 characters; give each one of 1 to 60")]
    Label,
}

impl Scale {
    /// Builds a scale from its points and the words for *not observed*.
    ///
    /// # Errors
    /// [`InvalidScale`] when there are too few or too many points, a gap between values or a missing label.
    pub fn new(points: Vec<ScalePoint>, not_observed: String) -> Result<Self, InvalidScale> {
        require_rising(&points)?;
        require_label(&not_observed)?;
        points.iter().try_for_each(|point| require_label(&point.label))?;
        Ok(Self { points, not_observed, harmful_end: None })
    }

    /// The same scale with a word on which of its ends is the worst that can be said of somebody, such as the 1 of
    /// "Rarely" or the 5 of a school grade.
    #[must_use]
    pub fn with_harmful_end(self, end: ScaleEnd) -> Self {
        Self { harmful_end: Some(end), ..self }
    }

    /// The end at which a mark can harm the one who gave it, because it is the worst that can be said; `None` where the
    /// framework does not say. Marks at both ends are then protected alike.
    #[must_use]
    pub fn harmful_end(&self) -> Option<ScaleEnd> {
        self.harmful_end
    }

    /// The points, lowest first.
    #[must_use]
    pub fn points(&self) -> &[ScalePoint] {
        &self.points
    }

    /// The words for *not observed*, such as "Not able to say".
    #[must_use]
    pub fn not_observed(&self) -> &str {
        &self.not_observed
    }

    /// Every label, with its place in the document.
    pub(crate) fn labels_mut(&mut self) -> impl Iterator<Item = (String, &mut String)> {
        let points =
            self.points.iter_mut().enumerate().map(|(at, point)| (format!("points/{at}/label"), &mut point.label));
        points.chain([("not_observed".to_owned(), &mut self.not_observed)])
    }

    /// The lowest value.
    #[must_use]
    pub fn lowest(&self) -> u8 {
        self.points.first().map_or(0, |point| point.value)
    }

    /// The highest value.
    #[must_use]
    pub fn highest(&self) -> u8 {
        self.points.last().map_or(0, |point| point.value)
    }

    /// The rating with this value, or `None` when the value is not on the scale.
    #[must_use]
    pub fn rating(&self, value: i64) -> Option<Rating> {
        let value = u8::try_from(value).ok()?;
        (self.lowest()..=self.highest()).contains(&value).then_some(Rating(value))
    }
}

impl Rating {
    /// The value that is counted.
    #[must_use]
    pub fn value(self) -> u8 {
        self.0
    }
}

fn require_rising(points: &[ScalePoint]) -> Result<(), InvalidScale> {
    if !POINTS.contains(&points.len()) {
        return Err(InvalidScale::Size);
    }
    let rising = points.windows(2).all(|pair| matches!(pair, [a, b] if a.value.checked_add(1) == Some(b.value)));
    if rising && points.iter().all(|point| point.value <= HIGHEST_VALUE) { Ok(()) } else { Err(InvalidScale::Values) }
}

fn require_label(label: &str) -> Result<(), InvalidScale> {
    if !label.trim().is_empty() && label.chars().count() <= LONGEST_LABEL { Ok(()) } else { Err(InvalidScale::Label) }
}

fn points<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<ScalePoint>, D::Error> {
    let points = Vec::deserialize(deserializer)?;
    require_rising(&points).map_err(D::Error::custom)?;
    Ok(points)
}

fn value<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u8, D::Error> {
    let value = u8::deserialize(deserializer)?;
    if value <= HIGHEST_VALUE { Ok(value) } else { Err(D::Error::custom(InvalidScale::Values)) }
}

fn label<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let label = String::deserialize(deserializer)?;
    require_label(&label).map_err(D::Error::custom)?;
    Ok(label)
}

impl TryFrom<ScaleDocument> for Scale {
    type Error = InvalidScale;

    fn try_from(document: ScaleDocument) -> Result<Self, InvalidScale> {
        Ok(Self { harmful_end: document.harmful_end, ..Self::new(document.points, document.not_observed)? })
    }
}

impl From<Scale> for ScaleDocument {
    fn from(scale: Scale) -> Self {
        Self { points: scale.points, not_observed: scale.not_observed, harmful_end: scale.harmful_end }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn points(values: &[u8]) -> Vec<ScalePoint> {
        values.iter().map(|&value| ScalePoint { value, label: format!("point {value}") }).collect()
    }

    #[test]
    fn a_scale_has_no_gaps_and_labels_throughout() -> Result<(), InvalidScale> {
        let scale = Scale::new(points(&[1, 2, 3, 4, 5]), "Not able to say".to_owned())?;
        assert_eq!((scale.lowest(), scale.highest()), (1, 5));
        assert_eq!(Scale::new(points(&[1]), "n".to_owned()), Err(InvalidScale::Size));
        assert_eq!(Scale::new(points(&[1, 3]), "n".to_owned()), Err(InvalidScale::Values));
        assert_eq!(Scale::new(points(&[2, 1]), "n".to_owned()), Err(InvalidScale::Values));
        assert_eq!(Scale::new(points(&[10, 11]), "n".to_owned()), Err(InvalidScale::Values));
        assert_eq!(Scale::new(points(&[1, 2]), " ".to_owned()), Err(InvalidScale::Label));
        Ok(())
    }

    #[test]
    fn a_misspelt_field_is_refused_and_not_passed_over() {
        let scale = |end: &str| {
            let points = r#"[{"value": 1, "label": "Rarely"}, {"value": 2, "label": "Often"}]"#;
            serde_json::from_str::<Scale>(&format!(
                r#"{{"points": {points}, "not_observed": "Not able to say", "{end}": "lowest"}}"#
            ))
        };
        assert_eq!(scale("harmful_end").ok().and_then(|scale| scale.harmful_end()), Some(ScaleEnd::Lowest));
        assert!(scale("harmfull_end").is_err());
    }

    #[test]
    fn only_values_on_the_scale_become_ratings() -> Result<(), InvalidScale> {
        let scale = Scale::new(points(&[1, 2, 3, 4, 5]), "Not able to say".to_owned())?;
        assert_eq!(scale.rating(5).map(Rating::value), Some(5));
        for off in [0, 6, -1, 256, 257, i64::MAX] {
            assert_eq!(scale.rating(off), None, "{off}");
        }
        Ok(())
    }
}
