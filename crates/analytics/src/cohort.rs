//! How well a framework measures: a report over many reviews, for the framework's owner.
//!
//! The order of reading: `answers` lays the ballots out and checks that they fit, `sums` keeps the whole numbers that every figure is
//! computed from, `figures` computes and prints, `certificate` shows for each answer that it could have been another, and [`report`] is the
//! document.
//!
//! The figures are about a questionnaire, but they are computed from answers that are also behind the result of each review, and what is
//! harmless alone need not be harmless together. So the report leaves this module only as [`CertifiedQuality`].

mod answers;
mod certificate;
#[expect(clippy::float_arithmetic, reason = "estimates are real numbers; the sums that they are computed from are whole")]
mod estimates;
#[expect(clippy::float_arithmetic, reason = "estimates are real numbers; the sums that they are computed from are whole")]
mod figures;
#[expect(clippy::float_arithmetic, reason = "an estimate is rounded to hundredths in one place")]
mod hundredths;
pub mod report;
mod search;
mod sums;
#[cfg(test)]
mod tests;

use candour_domain::Framework;

use self::answers::Answers;
use self::certificate::is_certified;
use self::figures::Printer;
use crate::{CountError, OpenedBallot, ReviewResult};

pub use hundredths::{Hundredths, InvalidHundredths};
pub use report::{QualityDetail, QualityReport};

/// How many reviews a report needs.
pub const REVIEWS_NEEDED: usize = 10;
/// How many anonymous raters a report needs, over all its reviews.
pub const RATERS_NEEDED: usize = 100;
/// How many other sets of answers may be tried before a level of the report is given up.
const WORK: u64 = 200_000;
/// The ladder for the whole report: what is left of it where more cannot be certified.
const LEVELS: [QualityDetail; 5] =
    [QualityDetail::Everything, QualityDetail::Estimates, QualityDetail::Agreement, QualityDetail::Items, QualityDetail::Means];

/// What a quality report starts from.
#[derive(Debug)]
pub struct CohortInput<'a> {
    /// The framework that all reviews answer, in this very version.
    pub framework: &'a Framework,
    /// The reviews, in any order.
    pub reviews: Vec<CohortReview>,
}

/// A review that has been counted.
#[derive(Debug)]
pub struct CohortReview {
    /// What was stored at its count.
    pub result: ReviewResult,
    /// All its opened ballots, those of named raters too, in any order.
    pub ballots: Vec<OpenedBallot>,
}

/// A quality report whose every answer has been shown to be one of at least two that give the same report and the same results.
///
/// Its fields are private and there is no other way to make one than [`quality_report`].
///
/// ```compile_fail,E0451
/// let forged = candour_analytics::cohort::CertifiedQuality { json: "{}".to_owned(), report: todo!() };
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertifiedQuality {
    json: String,
    report: QualityReport,
}

impl CertifiedQuality {
    /// The document as it is to be stored and sent, byte for byte.
    #[must_use]
    pub fn as_json(&self) -> &str {
        &self.json
    }

    /// The document.
    #[must_use]
    pub fn report(&self) -> &QualityReport {
        &self.report
    }
}

/// The quality report over these reviews; `None` where there are too few reviews or raters, or where no level can be certified.
///
/// Like a result, it goes down a ladder as a whole: figures of how items go together change most easily when one answer changes, and are
/// left out first.
///
/// Reviews in which nothing is shown, because no block could be formed, are left out. Of those that remain there must be at least
/// [`REVIEWS_NEEDED`] with at least [`RATERS_NEEDED`] anonymous raters, and without any one of them still as many reviews and as many raters
/// as the largest `threshold` among them. Nothing depends on the order of reviews and ballots.
///
/// # Errors
/// [`CountError`] when reviews, ballots and framework do not fit together: [`CountError::Mismatch`] for a review of another framework, one
/// that comes twice, and one whose ballots are not those that its result has counted.
///
/// # Guarantee
/// For each anonymous rater, each item they answered, and each coalition of as many other people as the review's policy names, each of whom
/// may have one ballot in every review, there is another set of answers in which this answer is another mark, the coalition's ballots are
/// what they are, and every figure of the report and of every review's result is printed the same. The highest mark is protected from those
/// who gave no answer, and from coalitions only if the policy is strict, as in the results themselves. What is not certified, also for want
/// of time, is not reported.
pub fn quality_report(input: &CohortInput<'_>) -> Result<Option<CertifiedQuality>, CountError> {
    quality_report_within(input, WORK)
}

/// [`quality_report`], giving up after so many other sets of answers have been tried.
fn quality_report_within(input: &CohortInput<'_>, work: u64) -> Result<Option<CertifiedQuality>, CountError> {
    let answers = Answers::of(input)?;
    if !answers.are_enough() {
        return Ok(None);
    }
    for detail in LEVELS {
        let printer = Printer::new(input.framework, &answers, detail);
        if is_certified(&answers, &printer, work) {
            let report = printer.report();
            return Ok(serde_json::to_string(&report).ok().map(|json| CertifiedQuality { json, report }));
        }
    }
    Ok(None)
}
