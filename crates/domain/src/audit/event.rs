//! A line of the audit log.

use chrono::{DateTime, SecondsFormat, Utc};

use crate::AuditEventId;

/// Something that was done. What another version wrote is kept as its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditEvent {
    /// Its id.
    pub id: AuditEventId,
    /// When.
    pub at: DateTime<Utc>,
    /// Who: an [`Actor`](super::Actor) as it is written, such as `account:…`.
    pub actor: String,
    /// What: the name of an [`Action`](super::Action), such as `round.launched`.
    pub action: String,
    /// To what: a [`Target`](super::Target) as it is written, such as `round:…`.
    pub target: String,
    /// What else is worth knowing: ids and numbers, never an answer, a comment or a link.
    pub detail: serde_json::Value,
}

impl AuditEvent {
    /// When, as RFC 3339 writes it, to the second.
    #[must_use]
    pub fn at_text(&self) -> String {
        self.at.to_rfc3339_opts(SecondsFormat::Secs, true)
    }
}
