//! The email that a draft could not be launched at its time.

use askama::Template;
use candour_domain::round::WhyNotLaunched;
use candour_domain::{Organisation, PersonName};
use candour_words::language::Language;
use candour_words::uk_time::uk_time;
use chrono::{DateTime, Utc};

use super::{Rendered, Unwritten};
use crate::texts::Texts;
use crate::wrap::wrap;

/// Tells an administrator that a draft could not be launched at its time, and what to do.
pub struct NotLaunched<'a> {
    /// Who is told.
    pub to: &'a PersonName,
    /// The trust.
    pub organisation: &'a Organisation,
    /// The title of the round.
    pub title: &'a str,
    /// When it was to be launched.
    pub at: DateTime<Utc>,
    /// Why it was not.
    pub why: WhyNotLaunched,
    /// The page of the round. Signing in leads back to it.
    pub url: &'a str,
}

impl NotLaunched<'_> {
    /// Renders the email.
    ///
    /// # Errors
    /// Only if a template fails, which does not depend on the data.
    pub fn render(&self) -> Result<Rendered, Unwritten> {
        render!(NotLaunched, self, "not_launched/subject.txt", "not_launched/body.txt", "not_launched/body.html")
    }

    fn time(&self) -> String {
        uk_time(self.at)
    }
}
