//! Quality reports of questionnaires: documents over batches of released reviews, stored once and never changed. No two
//! batches share a review.

use std::collections::BTreeSet;

use candour_domain::{FrameworkId, QualityReportId, ReviewId};
use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::prelude::*;

use crate::engine::column;
use crate::tenant::add;
use crate::tenant::columns::{bundle_keys, quality_report_reviews, quality_reports, reviews, rounds};
use crate::tenant::rows::ReviewRow;
use crate::{StorageError, Tenant};

/// A stored report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredQualityReport {
    /// Its id.
    pub id: QualityReportId,
    /// The questionnaire it is about.
    pub framework_id: FrameworkId,
    /// The JSON document, byte for byte as it was stored.
    pub document: String,
    /// SHA-256 of the document in hexadecimal.
    pub sha256: String,
    /// When it was made.
    pub created_at: DateTime<Utc>,
}

/// Stores a report over these reviews; false, and nothing is stored, when there are none or one of them does not wait
/// for a report of this questionnaire (any more).
///
/// # Errors
/// [`StorageError::Conflict`] when there is a report with this id or no such questionnaire.
pub fn store(tenant: &mut Tenant<'_>, report: &StoredQualityReport, batch: &[ReviewId]) -> Result<bool, StorageError> {
    let waiting: BTreeSet<_> = waiting(tenant, report.framework_id)?.into_iter().collect();
    if batch.is_empty() || !batch.iter().all(|review| waiting.contains(review)) {
        return Ok(false);
    }
    let values = (
        quality_reports::id.eq(report.id.to_string()),
        quality_reports::framework_id.eq(report.framework_id.to_string()),
        quality_reports::document.eq(report.document.as_str()),
        quality_reports::sha256.eq(report.sha256.as_str()),
        quality_reports::created_at.eq(column::time(report.created_at)),
    );
    add!(tenant, adding_quality_reports, values)?;
    for review in batch {
        let values = (
            quality_report_reviews::review_id.eq(review.to_string()),
            quality_report_reviews::report_id.eq(report.id.to_string()),
        );
        add!(tenant, adding_quality_report_reviews, values)?;
    }
    Ok(true)
}

/// The reports about a questionnaire, newest first.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn list(tenant: &mut Tenant<'_>, framework: FrameworkId) -> Result<Vec<StoredQualityReport>, StorageError> {
    let reports = tenant.quality_reports().filter(quality_reports::framework_id.eq(framework.to_string()));
    let newest_first = reports.order((quality_reports::created_at.desc(), quality_reports::id.desc()));
    let columns =
        (quality_reports::id, quality_reports::document, quality_reports::sha256, quality_reports::created_at);
    let rows: Vec<(String, String, String, NaiveDateTime)> = newest_first.select(columns).load(tenant.connection())?;
    let read = |(id, document, sha256, at): (String, String, String, NaiveDateTime)| {
        let id = column::id(&id, "quality_reports.id")?;
        Ok(StoredQualityReport { id, framework_id: framework, document, sha256, created_at: at.and_utc() })
    };
    rows.into_iter().map(read).collect()
}

/// The released reviews of a questionnaire that are in no report, and whose answers and the key to them are still
/// there; in the order of their ids.
///
/// # Errors
/// [`StorageError`] only for the database itself.
pub fn waiting(tenant: &mut Tenant<'_>, framework: FrameworkId) -> Result<Vec<ReviewId>, StorageError> {
    let of_framework = tenant.rounds().filter(rounds::framework_id.eq(framework.to_string())).select(rounds::id);
    let with_answers = tenant.bundle_keys().select(bundle_keys::review_id);
    let reported = tenant.quality_report_reviews().select(quality_report_reviews::review_id);
    let released = tenant.reviews().filter(reviews::progress.eq(ReviewRow::RELEASED));
    let readable = released.filter(reviews::round_id.eq_any(of_framework)).filter(reviews::id.eq_any(with_answers));
    let waiting = readable.filter(reviews::id.ne_all(reported)).order(reviews::id).select(reviews::id);
    let ids: Vec<String> = waiting.load(tenant.connection())?;
    ids.iter().map(|id| column::id(id, "reviews.id")).collect()
}
