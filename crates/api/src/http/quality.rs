//! What may be said about a framework itself: how its items did over many released reviews.

use actix_web::web::Path;
use actix_web::{HttpRequest, Responder, get};
use candour_analytics::cohort::{QualityReport, REVIEWS_NEEDED};
use candour_domain::access::permission;
use candour_domain::{FrameworkId, QualityReportId};
use candour_service::asked::Answer;
use candour_service::condition::tag_of;
use candour_service::frameworks::{self, MadeReport};
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
/// A report is made once over each batch of released reviews that are in no report yet, as soon as they are enough,
/// from what their results print. There is none before.
#[utoipa::path(
    tag = "frameworks", params(("id" = uuid::Uuid, Path)), responses((status = 200, body = QualityView), Problems),
    security(("bearer" = [])),
)]
#[get("/frameworks/{id}/quality")]
pub(crate) async fn get_framework_quality(
    caller: Caller,
    app: State,
    id: Path<FrameworkId>,
    request: HttpRequest,
) -> Result<impl Responder, Problem> {
    let by = caller.require::<permission::GetFrameworkQuality>()?;
    let id = id.into_inner();
    let made = frameworks::quality_reports(&app, &by, id).await?;
    let reports = made.into_iter().map(QualityReportView::from).collect();
    let view = QualityView { framework_id: id, needs: QualityNeeds { reviews: REVIEWS_NEEDED }, reports };
    let answer = Answer::json(200, &view)?;
    let tag = answer.body.as_deref().map(tag_of).unwrap_or_default();
    Ok(tagged(&request, answer.tagged(tag)))
}

impl From<MadeReport> for QualityReportView {
    fn from(MadeReport { id, created_at, report }: MadeReport) -> Self {
        Self { id, created_at, report }
    }
}
