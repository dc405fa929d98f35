//! The quality report of a framework: what may be said about the questionnaire itself, over what many released reviews
//! print.

use candour_analytics::ReviewResult;
use candour_analytics::cohort::{REVIEWS_NEEDED, quality_report};
use candour_domain::audit::{Action, Actor, Target};
use candour_domain::{Framework, FrameworkId, OrganisationId, QualityReportId, ReviewId};
use candour_storage::quality_reports::{self, StoredQualityReport};
use candour_storage::{Tenant, frameworks, results};
use serde_json::json;

use crate::app::App;
use crate::audit;
use crate::entropy::fresh;
use crate::error::Error;
use crate::sha256::sha256_hex;

/// How often another worker may be quicker before this one gives up for now.
const TRIES: usize = 3;

/// Makes a report over the released reviews of a framework that are in none yet, if they are enough for one; otherwise
/// they wait for more. Doing it again, or twice at once, makes no second report of the same reviews.
///
/// # Guarantee
/// A report is made of what released results print, and opens no answer. It is over at least [`REVIEWS_NEEDED`] of them
/// and is never changed.
///
/// # Errors
/// [`Error`] when a result does not fit the framework, or something cannot be stored.
pub async fn report_quality(app: &App, organisation: OrganisationId, framework: FrameworkId) -> Result<(), Error> {
    for _ in 0..TRIES {
        if report_batch(app, organisation, framework).await? != Outcome::Overtaken {
            return Ok(());
        }
    }
    Err(Error::Internal("the reviews of the batch changed while it was analysed"))
}

#[derive(PartialEq, Eq)]
enum Outcome {
    /// The reviews wait for more.
    TooFew,
    /// A report has been stored.
    Reported,
    /// One of the reviews is in another report by now, or its result is gone.
    Overtaken,
}

async fn report_batch(app: &App, organisation: OrganisationId, id: FrameworkId) -> Result<Outcome, Error> {
    let found = app.storage.read(organisation, move |tenant| load(tenant, id)).await?;
    let Some((framework, batch)) = found else { return Ok(Outcome::TooFew) };
    let reviews: Vec<ReviewId> = batch.iter().map(|result| result.review_id).collect();
    // Away from the threads that answer requests.
    let analysed = tokio::task::spawn_blocking(move || analyse(&framework, &batch)).await;
    // A panic is reported by its own hook.
    let Some(document) = analysed.unwrap_or(Err(Error::Internal("the analysis panicked")))? else {
        return Ok(Outcome::TooFew);
    };
    let count = reviews.len();
    let report = StoredQualityReport {
        id: fresh(QualityReportId::from_random),
        framework_id: id,
        sha256: sha256_hex(&document),
        document,
        created_at: app.clock.now(),
    };
    let stored = app
        .storage
        .write(organisation, move |tenant| {
            if !quality_reports::store(tenant, &report, &reviews)? {
                return Ok::<_, Error>(false);
            }
            let detail = json!({"reviews": reviews.len()});
            audit::record(
                tenant,
                Actor::Worker,
                Action::FrameworkQualityReported,
                Target::Framework(id),
                detail,
                report.created_at,
            )?;
            Ok(true)
        })
        .await?;
    if !stored {
        return Ok(Outcome::Overtaken);
    }
    tracing::info!(framework = %id, reviews = count, "a quality report has been made");
    Ok(Outcome::Reported)
}

/// The results of the waiting reviews, if there could be enough of them.
fn load(tenant: &mut Tenant<'_>, id: FrameworkId) -> Result<Option<(Framework, Vec<ReviewResult>)>, Error> {
    let waiting = quality_reports::waiting(tenant, id)?;
    if waiting.len() < REVIEWS_NEEDED {
        return Ok(None);
    }
    let framework = frameworks::find(tenant, id)?.ok_or(Error::NotFound)?;
    let batch = waiting.into_iter().map(|review| load_result(tenant, review)).collect::<Result<_, _>>()?;
    Ok(Some((framework, batch)))
}

fn load_result(tenant: &mut Tenant<'_>, id: ReviewId) -> Result<ReviewResult, Error> {
    let stored = results::find(tenant, id)?.ok_or(Error::Internal("a released review without its result"))?;
    Ok(serde_json::from_str(&stored.document)?)
}

/// The document to be stored; `None` when too few of the results show anything.
fn analyse(framework: &Framework, batch: &[ReviewResult]) -> Result<Option<String>, Error> {
    let report = quality_report(framework, batch)?;
    Ok(report.map(|report| serde_json::to_string(&report)).transpose()?)
}
