//! Frameworks: reading them, and adding one or a new version of one.

use actix_web::web::{Path, Query};
use actix_web::{HttpResponse, Responder, get, post};
use candour_domain::access::permission;
use candour_domain::framework::{FrameworkContent, FrameworkDocument};
use candour_domain::{Framework, FrameworkId, ScaleEnd};
use candour_service::asked::Answer;
use candour_service::error::Error;
use candour_service::frameworks;
use serde::Serialize;
use utoipa::ToSchema;

use crate::auth::Caller;
use crate::http::State;
use crate::http::ask::{Ask, Told};
use crate::http::body::Body;
use crate::http::page::{ListOf, PageQuery};
use crate::http::problems::{ChangeProblems, Problems};
use crate::problem::Problem;

/// A framework in a list.
#[derive(Serialize, ToSchema)]
pub struct FrameworkSummary {
    /// Its id.
    #[schema(value_type = uuid::Uuid)]
    id: FrameworkId,
    /// Names it across its versions.
    key: String,
    /// Its version, from 1.
    version: u32,
    /// Its title.
    title: String,
    /// How many competencies it has.
    competencies: usize,
    /// How many items it has.
    items: usize,
}

/// A framework as a whole.
#[derive(Serialize, ToSchema)]
pub struct FrameworkView {
    /// Its id.
    #[schema(value_type = uuid::Uuid)]
    id: FrameworkId,
    /// Its version, from 1.
    version: u32,
    /// Key, title, minutes, scale, competencies and prompts, as they are posted.
    #[serde(flatten)]
    #[schema(value_type = FrameworkBody)]
    document: FrameworkDocument,
}

/// A questionnaire as it is written down.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only the OpenAPI document reads it; the domain reads the questionnaire")]
pub struct FrameworkBody {
    /// Names it across its versions.
    #[schema(example = "school-trust-executive")]
    key: String,
    /// Its title.
    title: String,
    /// Minutes an average rater needs, 1 to 120.
    minutes: u32,
    /// The answer scale.
    scale: ScaleBody,
    /// 1 to 30 competencies.
    competencies: Vec<CompetencyBody>,
    /// At most 20 comment prompts; none without.
    #[schema(required = false)]
    prompts: Vec<PromptBody>,
}

/// An answer scale: 2 to 10 points whose values rise by one.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only the OpenAPI document reads it")]
pub struct ScaleBody {
    points: Vec<ScalePointBody>,
    /// The words for *not observed*.
    #[schema(example = "Not able to say")]
    not_observed: String,
    /// The end of the scale at which a mark is the worst that can be said: `lowest` or `highest`. Without it marks at
    /// both ends are protected alike, and more figures are shown as `low` or `high`.
    #[schema(value_type = Option<String>, example = "lowest")]
    harmful_end: Option<ScaleEnd>,
}

/// A point of an answer scale.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only the OpenAPI document reads it")]
pub struct ScalePointBody {
    value: u8,
    label: String,
}

/// A group of statements.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only the OpenAPI document reads it")]
pub struct CompetencyBody {
    #[schema(example = "strategy")]
    id: String,
    title: String,
    /// 1 to 30 items.
    items: Vec<ItemBody>,
}

/// A rated statement.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only the OpenAPI document reads it")]
pub struct ItemBody {
    #[schema(example = "strategy.1")]
    id: String,
    /// What the subject reads.
    #[schema(rename = "self")]
    own: String,
    /// What everybody else reads.
    others: String,
    /// The groups it is asked of; everybody without.
    #[schema(required = false)]
    asks: Vec<String>,
}

/// A comment prompt.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only the OpenAPI document reads it")]
pub struct PromptBody {
    #[schema(example = "keep")]
    id: String,
    /// What the subject reads.
    #[schema(rename = "self")]
    own: String,
    /// What everybody else reads.
    others: String,
}

/// The trust's frameworks.
#[utoipa::path(
    tag = "frameworks", params(PageQuery), responses((status = 200, body = ListOf<FrameworkSummary>), Problems),
    security(("bearer" = [])),
)]
#[get("/frameworks")]
pub(crate) async fn list_frameworks(
    caller: Caller,
    app: State,
    page: Query<PageQuery>,
) -> Result<impl Responder, Problem> {
    let by = caller.require::<permission::ListFrameworks>()?;
    let found = frameworks::list_frameworks(&app, &by, page.parse()?).await?;
    Ok(HttpResponse::Ok().json(ListOf::of(found, |framework| FrameworkSummary {
        id: framework.id,
        key: framework.key().to_owned(),
        version: framework.version,
        title: framework.title().to_owned(),
        competencies: framework.competencies().len(),
        items: framework.items().count(),
    })))
}

/// Adds a framework; with a key that exists, its next version.
#[utoipa::path(
    tag = "frameworks", request_body = FrameworkBody, responses((status = 201, body = FrameworkView), ChangeProblems),
    security(("bearer" = [])),
)]
#[post("/frameworks")]
pub(crate) async fn create_framework(ask: Ask, app: State, body: Body<FrameworkDocument>) -> Result<Told, Problem> {
    let allowed = ask.may::<permission::CreateFramework>()?;
    let content = FrameworkContent::parse(body.parse()?).map_err(Error::from)?;
    let answer = |framework: &Framework| {
        Ok(Answer::json(201, &FrameworkView::from(framework))?.at(format!("/v1/frameworks/{}", framework.id)))
    };
    Ok(Told(frameworks::create_framework(&app, allowed.answering(answer), content).await?))
}

/// A framework as a whole.
#[utoipa::path(
    tag = "frameworks", params(("id" = uuid::Uuid, Path)), responses((status = 200, body = FrameworkView), Problems),
    security(("bearer" = [])),
)]
#[get("/frameworks/{id}")]
pub(crate) async fn get_framework(
    caller: Caller,
    app: State,
    id: Path<FrameworkId>,
) -> Result<impl Responder, Problem> {
    let by = caller.require::<permission::GetFramework>()?;
    let found = frameworks::find_framework(&app, &by, id.into_inner()).await?;
    Ok(HttpResponse::Ok().json(FrameworkView::from(&found)))
}

impl From<&Framework> for FrameworkView {
    fn from(framework: &Framework) -> Self {
        Self { id: framework.id, version: framework.version, document: framework.content().document().clone() }
    }
}
