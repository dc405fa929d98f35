//! The quality report of a framework: what may be said about the questionnaire itself, over the answers to many released reviews.

use candour_analytics::ReviewResult;
use candour_analytics::cohort::{CohortInput, CohortReview, REVIEWS_NEEDED, quality_report};
use candour_domain::{Framework, FrameworkId, OrganisationId, QualityReportId, Rater, Review, ReviewId, Round};
use candour_storage::bundles::{self, SealedBundle};
use candour_storage::quality_reports::{self, StoredQualityReport};
use candour_storage::{Tenant, frameworks, raters, results, reviews, rounds};
use serde_json::json;

use crate::entropy::fresh;
use crate::error::Error;
use crate::seal::{self, BundleKey, ServerKey};
use crate::service::audit;
use crate::service::digest::sha256_hex;
use crate::service::opened::parse_ballots;
use crate::state::App;

/// How often another worker may be quicker before this one gives up for now.
const TRIES: usize = 3;

/// Makes a report over the released reviews of a framework that are in none yet, if they are enough for one; otherwise they wait for more.
/// Doing it again, or twice at once, makes no second report of the same reviews.
///
/// # Guarantee
/// A report is over at least [`REVIEWS_NEEDED`] released reviews, is never changed, and shares no review with another, so that no two can be
/// subtracted. When there are too few, nothing is stored that says how many.
///
/// # Errors
/// [`Error`] when a bundle does not open, the answers do not fit the framework, or something cannot be stored.
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
    /// One of the reviews is in another report by now, or its answers are gone.
    Overtaken,
}

/// A review whose answers are to be opened.
struct Sealed {
    review: Review,
    round: Round,
    bundle: SealedBundle,
    result: ReviewResult,
    people: Vec<Rater>,
}

async fn report_batch(app: &App, organisation: OrganisationId, id: FrameworkId) -> Result<Outcome, Error> {
    let found = app.storage.read(organisation, move |tenant| load(tenant, id)).await?;
    let Some((framework, batch)) = found else { return Ok(Outcome::TooFew) };
    let reviews: Vec<ReviewId> = batch.iter().map(|sealed| sealed.review.id).collect();
    let key = app.key.clone();
    // Away from the threads that answer requests.
    let analysed = tokio::task::spawn_blocking(move || analyse(&key, &framework, batch)).await;
    // A panic is reported by its own hook.
    let Some(document) = analysed.unwrap_or(Err(Error::Internal("the analysis panicked")))? else { return Ok(Outcome::TooFew) };
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
            audit::record(tenant, audit::WORKER, "framework.quality_reported", format!("framework:{id}"), detail, report.created_at)?;
            Ok(true)
        })
        .await?;
    if !stored {
        return Ok(Outcome::Overtaken);
    }
    tracing::info!(framework = %id, reviews = count, "a quality report has been made");
    Ok(Outcome::Reported)
}

/// The waiting reviews, if there could be enough of them.
fn load(tenant: &mut Tenant<'_>, id: FrameworkId) -> Result<Option<(Framework, Vec<Sealed>)>, Error> {
    let waiting = quality_reports::waiting(tenant, id)?;
    if waiting.len() < REVIEWS_NEEDED {
        return Ok(None);
    }
    let framework = frameworks::find(tenant, id)?.ok_or(Error::NotFound)?;
    let batch = waiting.into_iter().map(|review| load_review(tenant, review)).collect::<Result<_, _>>()?;
    Ok(Some((framework, batch)))
}

fn load_review(tenant: &mut Tenant<'_>, id: ReviewId) -> Result<Sealed, Error> {
    const BROKEN: Error = Error::Internal("a released review without its round, result or bundle");
    let review = reviews::find(tenant, id)?.ok_or(BROKEN)?;
    let round = rounds::find(tenant, review.round_id)?.ok_or(BROKEN)?;
    let bundle = bundles::find(tenant, id)?.ok_or(BROKEN)?;
    let result = serde_json::from_str(&results::find(tenant, id)?.ok_or(BROKEN)?.document)?;
    Ok(Sealed { review, round, bundle, result, people: raters::all(tenant, id)? })
}

/// The document to be stored; `None` when the analysis finds too few reviews or raters, or nothing that it can certify.
fn analyse(key: &ServerKey, framework: &Framework, batch: Vec<Sealed>) -> Result<Option<String>, Error> {
    let open = |sealed: Sealed| {
        let bundle_key = BundleKey::open(key, sealed.review.id, &sealed.bundle.key)?;
        let opened = seal::open_bundle(&bundle_key, sealed.review.id, &sealed.bundle.answers)?;
        let ballots = parse_ballots(&opened, &sealed.people, &sealed.round, framework)?;
        Ok::<_, Error>(CohortReview { result: sealed.result, ballots })
    };
    let reviews = batch.into_iter().map(open).collect::<Result<_, _>>()?;
    let certified = quality_report(&CohortInput { framework, reviews })?;
    Ok(certified.map(|certified| certified.as_json().to_owned()))
}
