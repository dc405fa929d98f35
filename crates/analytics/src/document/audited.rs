//! What a result document says of its own audit.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::BlockResult;

/// What the disclosure auditor found. It follows from what is printed, and tells nothing more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[non_exhaustive]
pub struct Audit {
    /// Whether anything is shown of anonymous raters.
    pub level: AuditLevel,
    /// How many times it was asked whether somebody's answer to an item stays open: for each person and item once for a
    /// reader from outside and once for each other person of the block as an insider.
    pub checks: u64,
    /// How many of them could not be certified: always 0, because a result in which one is left is not published at
    /// all.
    pub uncertified: u64,
    /// At most so many answers, each of a person to an item, could be found out by an insider to be the mark at the
    /// harmless end of the scale: where everybody but the insider gave it. Always 0 under a strict policy.
    pub top_mark_inferences: u64,
}

/// Whether anything is shown of anonymous raters. Decided by how many people answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AuditLevel {
    /// Items and everything made from them.
    Items,
    /// Nothing: too few people answered.
    Nothing,
}

impl AuditLevel {
    /// The level of a result with these blocks.
    pub(crate) fn of(blocks: &[BlockResult]) -> Self {
        if blocks.is_empty() { Self::Nothing } else { Self::Items }
    }

    /// The stable name in JSON and CSV.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Items => "items",
            Self::Nothing => "nothing",
        }
    }
}
