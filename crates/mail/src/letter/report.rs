//! Emails about a report, to the people who read it and to those who run its round. None of them says what is in it.

use askama::Template;
use candour_domain::retention::ReleaseBy;
use candour_domain::review::Subject;
use candour_domain::{Organisation, PersonName};
use candour_words::language::Language;
use candour_words::uk_time::{uk_date, uk_time};
use chrono::{DateTime, Utc};

use super::{Rendered, Unwritten};
use crate::texts::Texts;
use crate::wrap::wrap;

/// Tells the subject, the facilitator, advisers and administrators that the report can be read. It holds nothing of the report.
pub struct Released<'a> {
    /// Who is told.
    pub to: &'a PersonName,
    /// The trust.
    pub organisation: &'a Organisation,
    /// Who the report is about.
    pub subject: &'a Subject,
    /// Who has released it.
    pub facilitator: &'a PersonName,
    /// Whether the one who is told is the subject.
    pub is_subject: bool,
    /// Whether the one who is told is an administrator; otherwise the facilitator or an adviser.
    pub is_administrator: bool,
    /// Whether the report shows anything of anybody but the subject.
    pub shows_others: bool,
    /// The page of the review.
    pub url: &'a str,
}

/// Tells the facilitator and advisers that the answers have been counted. It says nothing of what came out, but whether
/// there is anything to read.
pub struct Counted<'a> {
    /// Who is told.
    pub to: &'a PersonName,
    /// The trust.
    pub organisation: &'a Organisation,
    /// Who the report is about.
    pub subject: &'a Subject,
    /// Who releases it.
    pub facilitator: &'a PersonName,
    /// Whether the one who is told is an adviser; otherwise the facilitator.
    pub is_adviser: bool,
    /// Whether anybody advises on it.
    pub advised: bool,
    /// Whether the report shows anything of anybody but the subject.
    pub shows_others: bool,
    /// By when it should be released; `None` when the answers have gone.
    pub release_by: Option<ReleaseBy>,
    /// The page of the review.
    pub url: &'a str,
}

/// Tells an administrator that the answers of a round have been counted, and with whom the reports are now. It holds no
/// figure, and does not say whether there is anything to read.
pub struct RoundCounted<'a> {
    /// The administrator.
    pub to: &'a PersonName,
    /// The trust.
    pub organisation: &'a Organisation,
    /// The title of the round.
    pub round: &'a str,
    /// Its reports that have not been released; at least one.
    pub reports: Vec<WithFacilitator<'a>>,
}

/// A report that waits for its facilitator.
pub struct WithFacilitator<'a> {
    /// Who it is about.
    pub subject: &'a Subject,
    /// Who reads it first and releases it.
    pub facilitator: &'a PersonName,
}

/// Tells somebody that the facilitator has named them as an adviser.
pub struct Advises<'a> {
    /// The adviser.
    pub to: &'a PersonName,
    /// The trust.
    pub organisation: &'a Organisation,
    /// Who the report is about.
    pub subject: &'a Subject,
    /// Who has named them.
    pub facilitator: &'a PersonName,
    /// Whether there is a report already.
    pub counted: bool,
    /// Where people sign in.
    pub url: &'a str,
}

#[expect(clippy::struct_excessive_bools, reason = "each says one thing that the text goes by")]
/// Tells the facilitator or an administrator what is about to be destroyed unreleased. It says nothing of what anybody
/// answered.
pub struct Unreleased<'a> {
    /// Who is told.
    pub to: &'a PersonName,
    /// The trust.
    pub organisation: &'a Organisation,
    /// Who the report is about.
    pub subject: &'a Subject,
    /// Who can release it.
    pub facilitator: &'a PersonName,
    /// Whether that is the one who is told.
    pub is_facilitator: bool,
    /// Whether anybody advises on it.
    pub advised: bool,
    /// Whether there is a report.
    pub counted: bool,
    /// Whether the report goes; otherwise the answers behind it.
    pub report_goes: bool,
    /// When.
    pub at: DateTime<Utc>,
    /// The page of the review.
    pub url: &'a str,
}

/// Tells the facilitator that the answers could not be turned into a report. It says nothing about why.
pub struct NotCounted<'a> {
    /// The facilitator.
    pub to: &'a PersonName,
    /// The trust.
    pub organisation: &'a Organisation,
    /// Who the report is to be about.
    pub subject: &'a Subject,
}

impl NotCounted<'_> {
    /// Renders the email.
    ///
    /// # Errors
    /// Only if a template fails, which does not depend on the data.
    pub fn render(&self) -> Result<Rendered, Unwritten> {
        render!(NotCounted, self, "not_counted/subject.txt", "not_counted/body.txt", "not_counted/body.html")
    }
}

impl Counted<'_> {
    /// Renders the email.
    ///
    /// # Errors
    /// Only if a template fails, which does not depend on the data.
    pub fn render(&self) -> Result<Rendered, Unwritten> {
        render!(Counted, self, "counted/subject.txt", "counted/body.txt", "counted/body.html")
    }

    fn answers_go(&self) -> Option<String> {
        self.release_by.map(|release| uk_time(release.answers_go))
    }

    fn release_by(&self) -> Option<String> {
        self.release_by.and_then(|release| release.by).map(uk_time)
    }
}

impl RoundCounted<'_> {
    /// Renders the email.
    ///
    /// # Errors
    /// Only if a template fails, which does not depend on the data.
    pub fn render(&self) -> Result<Rendered, Unwritten> {
        render!(RoundCounted, self, "round_counted/subject.txt", "round_counted/body.txt", "round_counted/body.html")
    }
}

impl Advises<'_> {
    /// Renders the email.
    ///
    /// # Errors
    /// Only if a template fails, which does not depend on the data.
    pub fn render(&self) -> Result<Rendered, Unwritten> {
        render!(Advises, self, "advises/subject.txt", "advises/body.txt", "advises/body.html")
    }
}

impl Unreleased<'_> {
    /// Renders the email.
    ///
    /// # Errors
    /// Only if a template fails, which does not depend on the data.
    pub fn render(&self) -> Result<Rendered, Unwritten> {
        render!(Unreleased, self, "unreleased/subject.txt", "unreleased/body.txt", "unreleased/body.html")
    }

    fn day(&self) -> String {
        uk_date(self.at)
    }
}

impl Released<'_> {
    /// Renders the email.
    ///
    /// # Errors
    /// Only if a template fails, which does not depend on the data.
    pub fn render(&self) -> Result<Rendered, Unwritten> {
        render!(Released, self, "released/subject.txt", "released/body.txt", "released/body.html")
    }
}
