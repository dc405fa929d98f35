//! The trust.

use serde::{Deserialize, Serialize};

use crate::{OrganisationId, Person};

/// A trust. Every other row belongs to one, and no query crosses from one to another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Organisation {
    /// Its id.
    pub id: OrganisationId,
    /// Its name as raters know it.
    pub name: String,
    /// Whom raters ask when something is unclear; named in every email and on every page.
    pub contact: Person,
    /// Where a safeguarding or whistleblowing concern goes instead: one or two sentences in the trust's own words.
    pub concerns_route: String,
}
