//! What may be said about a framework itself: how its items did over many released reviews.

use actix_web::web::Path;
use actix_web::{HttpRequest, Responder, get};
use candour_analytics::cohort::{QualityReport, REVIEWS_NEEDED};
use candour_domain::{FrameworkId, Operation, QualityReportId};
use candour_service::asked::Answer;
use candour_service::condition::tag_of;
use candour_service::error::Error;
use candour_storage::quality_reports::StoredQualityReport;
use candour_storage::{frameworks, quality_reports};
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use crate::auth::Caller;
use crate::http::State;
use crate::http::etag::tagged;
use crate::http::problems::Problems;
use crate::problem::Problem;

/// The quality reports of a framework.
#[derive(Serialize, ToSchema)]
pub struct QualityView {
    /// The framework.
    #[schema(value_type = uuid::Uuid)]
    framework_id: FrameworkId,
    /// What a report takes.
    needs: QualityNeeds,
    /// The reports, newest first; each is over other reviews than the ones before.
    reports: Vec<QualityReportView>,
}

/// How much must have been released, since the last report, before there is another.
#[derive(Serialize, ToSchema)]
pub struct QualityNeeds {
    /// Released reviews in which something could be shown.
    #[schema(example = 10)]
    reviews: usize,
}

/// A quality report: made once over a batch of released reviews and never changed.
#[derive(Serialize, ToSchema)]
pub struct QualityReportView {
    /// Its id.
    #[schema(value_type = uuid::Uuid)]
    id: QualityReportId,
    /// When it was made.
    created_at: DateTime<Utc>,
    /// What it says.
    #[serde(flatten)]
    report: QualityReport,
}

/// How a framework's items did over many released reviews.
///
/// A report is made once over each batch of released reviews that are in no report yet, as soon as they are enough, from what their results
/// print. There is none before.
#[utoipa::path(tag = "frameworks", params(("id" = uuid::Uuid, Path)), responses((status = 200, body = QualityView), Problems), security(("bearer" = [])))]
#[get("/frameworks/{id}/quality")]
pub(crate) async fn get_framework_quality(
    caller: Caller,
    app: State,
    id: Path<FrameworkId>,
    request: HttpRequest,
) -> Result<impl Responder, Problem> {
    let principal = caller.require(Operation::GetFrameworkQuality)?;
    let id = id.into_inner();
    let stored = app
        .storage
        .read(principal.organisation(), move |tenant| {
            frameworks::find(tenant, id)?.ok_or(Error::NotFound)?;
            Ok::<_, Error>(quality_reports::list(tenant, id)?)
        })
        .await?;
    let reports = stored.iter().map(QualityReportView::read).collect::<Result<_, _>>()?;
    let view = QualityView { framework_id: id, needs: QualityNeeds { reviews: REVIEWS_NEEDED }, reports };
    let answer = Answer::json(200, &view)?;
    let tag = answer.body.as_deref().map(tag_of).unwrap_or_default();
    Ok(tagged(&request, answer.tagged(tag)))
}

impl QualityReportView {
    fn read(stored: &StoredQualityReport) -> Result<Self, Error> {
        Ok(Self { id: stored.id, created_at: stored.created_at, report: serde_json::from_str(&stored.document)? })
    }
}
