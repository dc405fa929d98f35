//! The trust's frameworks: reading them, adding one or a new version of one, and how their items did.

use candour_analytics::cohort::QualityReport;
use candour_domain::access::permission::{CreateFramework, GetFramework, GetFrameworkQuality, ListFrameworks};
use candour_domain::audit::{Action, Target};
use candour_domain::framework::FrameworkContent;
use candour_domain::{Authorised, Framework, FrameworkId, QualityReportId};
use candour_storage::{Page, PageRequest, frameworks, quality_reports};
use chrono::{DateTime, Utc};
use serde_json::json;

use crate::app::App;
use crate::asked::{self, Answered, Asked};
use crate::audit;
use crate::entropy::fresh;
use crate::error::Error;

/// A quality report that was made.
pub struct MadeReport {
    /// Its id.
    pub id: QualityReportId,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// What it says.
    pub report: QualityReport,
}

/// The frameworks of the trust.
///
/// # Errors
/// [`Error::Storage`].
pub async fn list_frameworks(
    app: &App,
    by: &Authorised<ListFrameworks>,
    page: PageRequest,
) -> Result<Page<Framework>, Error> {
    app.storage.read(by.organisation(), move |tenant| Ok(frameworks::list(tenant, &page)?)).await
}

/// A framework.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn find_framework(app: &App, by: &Authorised<GetFramework>, id: FrameworkId) -> Result<Framework, Error> {
    app.storage.read(by.organisation(), move |tenant| frameworks::find(tenant, id)?.ok_or(Error::NotFound)).await
}

/// Adds a framework; with a key that exists, its next version.
///
/// # Errors
/// [`Error::Storage`], [`Error::Stale`] and what [`Asked::carry_out`] gives.
pub async fn create_framework(
    app: &App,
    asked: Asked<CreateFramework, Framework>,
    content: FrameworkContent,
) -> Result<Answered, Error> {
    let now = app.clock.now();
    asked
        .carry_out(app, asked::nothing, move |tenant, (), principal| {
            let version = frameworks::latest(tenant, &content.document().key)?.map_or(1, |latest| latest.version + 1);
            let framework = Framework::new(fresh(FrameworkId::from_random), principal.organisation(), version, content);
            frameworks::insert(tenant, &framework, now)?;
            let detail = json!({"key": framework.key(), "version": version});
            audit::record(
                tenant,
                principal.actor(),
                Action::FrameworkCreated,
                Target::Framework(framework.id),
                detail,
                now,
            )?;
            Ok(framework)
        })
        .await
}

/// The quality reports of a framework, newest first.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Json`] for a report that cannot be read.
pub async fn quality_reports(
    app: &App,
    by: &Authorised<GetFrameworkQuality>,
    id: FrameworkId,
) -> Result<Vec<MadeReport>, Error> {
    let stored = app
        .storage
        .read(by.organisation(), move |tenant| {
            frameworks::find(tenant, id)?.ok_or(Error::NotFound)?;
            Ok::<_, Error>(quality_reports::list(tenant, id)?)
        })
        .await?;
    let made = stored.iter().map(|stored| {
        Ok(MadeReport { id: stored.id, created_at: stored.created_at, report: serde_json::from_str(&stored.document)? })
    });
    made.collect()
}
