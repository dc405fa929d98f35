//! Comments in a result document.

use candour_domain::rater::SELF_GROUP;
use candour_domain::{CommentId, GroupId, PersonName, PromptId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The comments under one prompt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[non_exhaustive]
pub struct PromptResult {
    /// The prompt's id.
    #[schema(value_type = String)]
    pub prompt: PromptId,
    /// The question as raters read it.
    pub text: String,
    /// Comments of anonymous raters, pooled over all blocks, in random order.
    pub comments: Vec<Comment>,
    /// Comments of named raters.
    pub named: Vec<NamedComment>,
}

/// A comment. `Debug` does not show it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[non_exhaustive]
pub struct Comment {
    /// Its id, by which it can be redacted.
    #[schema(value_type = String, format = "uuid")]
    pub id: CommentId,
    /// The text, word for word; `null` once redacted.
    pub text: Option<String>,
    /// Present and true once redacted.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub redacted: bool,
}

/// A named rater's comment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[non_exhaustive]
pub struct NamedComment {
    /// Their group.
    #[schema(value_type = String)]
    pub group: GroupId,
    /// Their name.
    #[schema(value_type = String)]
    pub name: PersonName,
    /// The comment.
    #[serde(flatten)]
    pub comment: Comment,
}

impl PromptResult {
    /// Whether it shows a comment of anybody but the subject.
    pub(super) fn shows_others(&self) -> bool {
        let of_others = self.named.iter().filter(|named| named.group.as_str() != SELF_GROUP);
        self.comments.iter().chain(of_others.map(|named| &named.comment)).any(|comment| comment.text.is_some())
    }
}

impl Comment {
    pub(crate) fn new(id: CommentId, text: String) -> Self {
        Self { id, text: Some(text), redacted: false }
    }
}

impl std::fmt::Debug for Comment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Comment({}, ..)", self.id)
    }
}
