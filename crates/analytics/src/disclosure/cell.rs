//! The one type in which a number about anonymous answers leaves this crate.

use serde::{Deserialize, Deserializer, Serialize};

use crate::Decimal;

/// What is shown in one place of the report: a mean, a band, or that nothing is shown.
///
/// Its fields are private and it has neither a public constructor nor `Deserialize`: only this module's rules make one
/// from answers. A stored result is read back as a whole through the types of [`crate::document`], from the text that
/// these rules wrote; the reader takes the printed form only, so that no mean can be computed elsewhere and put in.
///
/// ```compile_fail,E0277
/// // No cell can be read from text on its own.
/// let cell: candour_analytics::Cell = serde_json::from_str(r#"{"state":"published","mean":"3.8"}"#)?;
/// # Ok::<(), serde_json::Error>(())
/// ```
///
/// # Guarantee
/// A suppressed cell and a band carry no number at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(into = "CellDocument")]
pub struct Cell(Content);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Content {
    Published { mean: Decimal, approximate: bool },
    Low,
    High,
    Suppressed(SuppressionReason),
}

/// What kind of thing a cell shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CellState {
    /// A mean.
    Published,
    /// So close to the lowest mark that a figure could give a rater away.
    Low,
    /// So close to the highest mark that a figure could give a rater away.
    High,
    /// Nothing.
    Suppressed,
}

/// Why nothing is shown. Depends on counts and on the framework, never on what anybody answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SuppressionReason {
    /// Fewer answers than the threshold, or too few items of the competency are shown.
    TooFewAnswers,
    /// The framework does not ask this of anybody in the block.
    NotAsked,
    /// The block shows items that are asked of other groups in it. Beside those, this one would tell a few people of
    /// the block apart.
    AskedOfSome,
}

/// A cell as it is written down.
#[derive(Serialize, Deserialize, utoipa::ToSchema)]
struct CellDocument {
    /// What kind of thing is shown.
    state: CellState,
    /// The mean, when `state` is `published`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    mean: Option<Decimal>,
    /// Present and true where the middle of a band stands for a figure that the mean is made of.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    approximate: bool,
    /// Why nothing is shown, when `state` is `suppressed`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reason: Option<SuppressionReason>,
}

impl Cell {
    /// What kind of thing is shown.
    #[must_use]
    pub fn state(self) -> CellState {
        match self.0 {
            Content::Published { .. } => CellState::Published,
            Content::Low => CellState::Low,
            Content::High => CellState::High,
            Content::Suppressed(_) => CellState::Suppressed,
        }
    }

    /// The mean as printed; `None` for a band and where nothing is shown.
    #[must_use]
    pub fn mean(self) -> Option<Decimal> {
        match self.0 {
            Content::Published { mean, .. } => Some(mean),
            _ => None,
        }
    }

    /// Whether the middle of a band stands for a figure that the mean is made of, so that the true mean may be another
    /// one.
    #[must_use]
    pub fn is_approximate(self) -> bool {
        matches!(self.0, Content::Published { approximate: true, .. })
    }

    /// Why nothing is shown; `None` where something is.
    #[must_use]
    pub fn reason(self) -> Option<SuppressionReason> {
        match self.0 {
            Content::Suppressed(reason) => Some(reason),
            _ => None,
        }
    }

    pub(super) fn published(mean: Decimal) -> Self {
        Self(Content::Published { mean, approximate: false })
    }

    pub(super) fn approximate(mean: Decimal) -> Self {
        Self(Content::Published { mean, approximate: true })
    }

    pub(super) fn low() -> Self {
        Self(Content::Low)
    }

    pub(super) fn high() -> Self {
        Self(Content::High)
    }

    pub(super) fn suppressed(reason: SuppressionReason) -> Self {
        Self(Content::Suppressed(reason))
    }

    /// Reads back a cell of a stored result; for the fields of [`crate::document`] only.
    pub(crate) fn stored<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let document = CellDocument::deserialize(deserializer)?;
        match (document.state, document.mean, document.reason, document.approximate) {
            (CellState::Published, Some(mean), None, false) => Ok(Self::published(mean)),
            (CellState::Published, Some(mean), None, true) => Ok(Self::approximate(mean)),
            (CellState::Low, None, None, false) => Ok(Self::low()),
            (CellState::High, None, None, false) => Ok(Self::high()),
            (CellState::Suppressed, None, Some(reason), false) => Ok(Self::suppressed(reason)),
            _ => Err(serde::de::Error::custom(
                "a published cell has a mean, a suppressed cell a reason, and a band neither",
            )),
        }
    }
}

impl CellState {
    /// The stable name in JSON and CSV.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Published => "published",
            Self::Low => "low",
            Self::High => "high",
            Self::Suppressed => "suppressed",
        }
    }
}

impl SuppressionReason {
    /// The stable name in JSON and CSV.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::TooFewAnswers => "too_few_answers",
            Self::NotAsked => "not_asked",
            Self::AskedOfSome => "asked_of_some",
        }
    }
}

impl From<Cell> for CellDocument {
    fn from(cell: Cell) -> Self {
        Self { state: cell.state(), mean: cell.mean(), approximate: cell.is_approximate(), reason: cell.reason() }
    }
}

impl utoipa::PartialSchema for Cell {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        CellDocument::schema()
    }
}

impl utoipa::ToSchema for Cell {
    fn schemas(schemas: &mut Vec<(String, utoipa::openapi::RefOr<utoipa::openapi::schema::Schema>)>) {
        CellDocument::schemas(schemas);
    }
}
