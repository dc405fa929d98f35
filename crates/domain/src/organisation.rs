//! The trust.

use serde::{Deserialize, Serialize};

use crate::text::{InvalidLine, one_line};
use crate::{OrganisationId, Person};

/// The longest name of a trust, and the longest route for concerns, in characters.
pub const LONGEST_LINE: usize = 500;

/// A trust. Every other row belongs to one, and no query crosses from one to another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Organisation {
    /// Its id.
    pub id: OrganisationId,
    /// Its name as raters know it.
    pub name: String,
    /// Who raters ask when something is unclear; named in every email and on every page.
    pub contact: Person,
    /// Where a safeguarding or whistleblowing concern goes instead: one or two sentences in the trust's own words.
    pub concerns_route: String,
}

impl Organisation {
    /// The name of a trust: one line that can be read.
    ///
    /// # Errors
    /// [`InvalidLine`].
    pub fn parse_name(text: &str) -> Result<String, InvalidLine> {
        one_line(text, LONGEST_LINE)
    }

    /// A route for concerns. People write it over several lines; it is shown on one.
    ///
    /// ```
    /// use candour_domain::Organisation;
    /// let route = Organisation::parse_concerns_route("Write to Helen Okafor.\r\n\r\nOr call 0300 123.");
    /// assert_eq!(route.as_deref(), Ok("Write to Helen Okafor. Or call 0300 123."));
    /// ```
    ///
    /// # Errors
    /// [`InvalidLine`].
    pub fn parse_concerns_route(text: &str) -> Result<String, InvalidLine> {
        let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        one_line(&lines.join(" "), LONGEST_LINE)
    }
}
