//! Advisers of a review: who reads the counted result beside its facilitator and changes nothing.

use actix_web::web::Path;
use actix_web::{HttpResponse, Responder, delete, get, post};
use candour_domain::access::permission;
use candour_domain::{Adviser, AdviserId, ReviewId};
use candour_service::asked::Answer;
use candour_service::result::advisers;
use serde::Serialize;
use utoipa::ToSchema;

use crate::auth::Caller;
use crate::http::State;
use crate::http::ask::{Ask, Told};
use crate::http::body::Body;
use crate::http::page::ListOf;
use crate::http::problems::{ChangeProblems, Problems};
use crate::http::reviews::{PersonBody, parse_person};
use crate::problem::Problem;

/// An adviser of a review.
#[derive(Serialize, ToSchema)]
pub struct AdviserView {
    /// Their id in this review.
    #[schema(value_type = uuid::Uuid)]
    id: AdviserId,
    /// Their name.
    name: String,
    /// Their address.
    email: String,
}

/// Who advises on a review, for its facilitator: all of them, at most five.
#[utoipa::path(
    tag = "reviews", params(("id" = uuid::Uuid, Path)), responses((status = 200, body = ListOf<AdviserView>), Problems),
    security(("bearer" = [])),
)]
#[get("/reviews/{id}/advisers")]
pub(crate) async fn list_advisers(caller: Caller, app: State, id: Path<ReviewId>) -> Result<impl Responder, Problem> {
    let by = caller.require::<permission::ListAdvisers>()?;
    let (review, _round) = advisers::list_advisers(&app, &by, id.into_inner()).await?;
    let items: Vec<_> = review.advisers.iter().map(AdviserView::from).collect();
    Ok(HttpResponse::Ok().json(ListOf { items, next: None, unreadable: 0 }))
}

/// Names an adviser, such as a vice-chair or an external adviser, and tells them by email. They read what the
/// facilitator reads, before the release as well, and change nothing. Neither the subject nor an administrator of the
/// trust can be one, and a round that was launched before raters were told of advisers takes none.
#[utoipa::path(tag = "reviews", params(("id" = uuid::Uuid, Path)), request_body = PersonBody,
    responses((status = 201, body = AdviserView), ChangeProblems), security(("bearer" = [])))]
#[post("/reviews/{id}/advisers")]
pub(crate) async fn name_adviser(
    ask: Ask,
    app: State,
    id: Path<ReviewId>,
    body: Body<PersonBody>,
) -> Result<Told, Problem> {
    let (allowed, id) = (ask.may::<permission::NameAdviser>()?, id.into_inner());
    let at = move |adviser: &Adviser| format!("/v1/reviews/{id}/advisers/{}", adviser.id);
    let asked = allowed.answering(move |adviser| Ok(Answer::json(201, &AdviserView::from(adviser))?.at(at(adviser))));
    let new = body.parse()?;
    let mut errors = Vec::new();
    let Some(person) = parse_person("", &new.name, &new.email, &mut errors) else {
        return Err(Problem::invalid(errors));
    };
    Ok(Told(advisers::name_adviser(&app, asked, id, person).await?))
}

/// Takes an adviser away, at any time. From then on they read nothing of the review.
#[utoipa::path(
    tag = "reviews", params(("id" = uuid::Uuid, Path), ("adviser" = uuid::Uuid, Path)),
    responses((status = 204), ChangeProblems), security(("bearer" = [])),
)]
#[delete("/reviews/{id}/advisers/{adviser}")]
pub(crate) async fn remove_adviser(ask: Ask, app: State, path: Path<(ReviewId, AdviserId)>) -> Result<Told, Problem> {
    let asked = ask.may::<permission::RemoveAdviser>()?.answering(|()| Ok(Answer::empty(204)));
    let (id, adviser) = path.into_inner();
    Ok(Told(advisers::remove_adviser(&app, asked, id, adviser).await?))
}

impl From<&Adviser> for AdviserView {
    fn from(adviser: &Adviser) -> Self {
        Self { id: adviser.id, name: adviser.person.name.to_string(), email: adviser.person.email.to_string() }
    }
}
