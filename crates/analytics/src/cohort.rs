//! How well a framework measures: a report over many released reviews, for the framework's owner.
//!
//! It is made of what the results of these reviews print, with the decimals that they print, and of nothing else: no
//! answer is opened for it, and what a result suppresses, or shows as a band, is not in it. So it tells nobody more
//! about anybody than the results do.

#[expect(clippy::float_arithmetic, reason = "estimates are real numbers; what they are computed from is printed")]
mod figures;
#[expect(clippy::float_arithmetic, reason = "an estimate is rounded to hundredths in one place")]
mod hundredths;
pub mod report;

use std::collections::BTreeMap;

use candour_domain::Framework;

use crate::{CountError, ReviewResult};

pub use hundredths::{Hundredths, InvalidHundredths};
pub use report::QualityReport;

/// How many reviews a report needs, and each figure in it.
pub const REVIEWS_NEEDED: usize = 10;

/// The quality report over the results of these reviews; `None` where they are too few.
///
/// Reviews in which nothing is shown are left out. Of those that remain there must be at least [`REVIEWS_NEEDED`].
/// Nothing depends on their order.
///
/// # Errors
/// [`CountError::Mismatch`] for a result of another framework, and for one that comes twice.
///
/// # Guarantee
/// Depends on nothing but the printed figures of these results. Any two sets of answers that have the same results have
/// the same report.
///
/// # Example
/// ```
/// # use candour_domain::{Framework, FrameworkId, OrganisationId, framework::FrameworkContent};
/// # let content = FrameworkContent::school_trust_executive()?;
/// # let framework = Framework::new(FrameworkId::from_random([1; 16]), OrganisationId::from_random([2; 16]), 1, content);
/// use candour_analytics::cohort::quality_report;
/// assert_eq!(quality_report(&framework, &[])?, None);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn quality_report(framework: &Framework, results: &[ReviewResult]) -> Result<Option<QualityReport>, CountError> {
    let mut by_id = BTreeMap::new();
    for result in results {
        if result.framework_id != framework.id || by_id.insert(result.review_id, result).is_some() {
            return Err(CountError::Mismatch);
        }
    }
    let shown: Vec<_> = by_id.into_values().filter(|result| !result.blocks.is_empty()).collect();
    Ok((shown.len() >= REVIEWS_NEEDED).then(|| figures::report(framework, &shown)))
}
