//! `Idempotency-Key`: a POST that is sent twice is carried out once.
//!
//! The key counts together with who sends it and the path. The first answer below 500 is kept for a day and repeated. What is kept is the
//! answer and a hash of the request, never the request.

use actix_web::body::{BoxBody, MessageBody, to_bytes};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::{Method, StatusCode, header};
use actix_web::middleware::Next;
use actix_web::web::{Bytes, Data};
use actix_web::{Error, HttpMessage, HttpResponse};
use candour_storage::idempotency::{self, Begun};
use chrono::TimeDelta;
use sha2::{Digest, Sha256};

use crate::auth::caller;
use crate::auth::tokens::Bearer;
use crate::error::{FieldError, Problem};
use crate::intake::Received;
use crate::state::App;

/// Seconds after which a request without an answer has been cut off, and the same key carries out a repeat.
const LONGEST_REQUEST_SECONDS: i64 = 60;

/// Repeats the first answer of a POST under `/v1` that carries a key seen before.
///
/// # Errors
/// Whatever the handler returns; 409 while the first is still being carried out; 422 when the key comes with another request.
pub async fn replay(request: ServiceRequest, next: Next<impl MessageBody + 'static>) -> Result<ServiceResponse<BoxBody>, Error> {
    let key = request.headers().get("Idempotency-Key").and_then(|value| value.to_str().ok()).map(str::to_owned);
    let (Some(key), true) = (key, *request.method() == Method::POST && request.path().starts_with("/v1/")) else {
        return Ok(next.call(request).await?.map_into_boxed_body());
    };
    let Some(app) = request.app_data::<Data<App>>().cloned() else { return Ok(next.call(request).await?.map_into_boxed_body()) };
    let bearer = match caller::bearer(request.request(), &app).await {
        Ok(bearer) => bearer,
        // The database may be back when the handler asks again, and would then carry out what nobody has made a note of.
        Err(problem) if problem.status >= 500 => {
            return Ok(request.into_response(HttpResponse::from_error(problem)));
        }
        // Without a valid token the handler refuses anyway.
        Err(_refusal) => return Ok(next.call(request).await?.map_into_boxed_body()),
    };
    if key.is_empty() || key.len() > 255 {
        let error = FieldError::at("", "an Idempotency-Key has 1 to 255 characters");
        return Ok(request.into_response(actix_web::ResponseError::error_response(&Problem::invalid(vec![error]))));
    }
    run(app, bearer, &key, request, next).await
}

async fn run(
    app: Data<App>,
    bearer: Bearer,
    key: &str,
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let (organisation, caller) = match &bearer {
        Bearer::User { account, organisation, role } => (*organisation, format!("{account} {}", role.as_str())),
        Bearer::Client { client, organisation, .. } => (*organisation, client.to_string()),
    };
    let body = request.extensions().get::<Received>().map(|received| received.bytes.clone()).unwrap_or_default();
    let key_hash = hash(&[caller.as_bytes(), request.path().as_bytes(), key.as_bytes()]);
    let fingerprint = hash(&[request.query_string().as_bytes(), &body]);
    let now = app.clock.now();
    let given_up_before = now - TimeDelta::seconds(LONGEST_REQUEST_SECONDS);
    let begun = {
        let (key_hash, fingerprint) = (key_hash.clone(), fingerprint.clone());
        app.storage
            .write(organisation, move |tenant| idempotency::begin(tenant, &key_hash, &fingerprint, now, given_up_before))
            .await
            .map_err(|error| Problem::from(crate::error::Error::from(error)))?
    };
    match begun {
        Begun::Done { fingerprint: first, .. } if first != fingerprint => {
            let error = FieldError::at("", "this Idempotency-Key was used for another request");
            Ok(request.into_response(actix_web::ResponseError::error_response(&Problem::invalid(vec![error]))))
        }
        Begun::Done { status, content_type, body, .. } => {
            let status = StatusCode::from_u16(status).unwrap_or(StatusCode::OK);
            let answer = HttpResponse::build(status)
                .insert_header((header::CONTENT_TYPE, content_type))
                .insert_header(("Idempotent-Replayed", "true"))
                .body(body);
            Ok(request.into_response(answer))
        }
        Begun::InProgress => {
            let problem = Problem {
                retry_after: Some(1),
                ..Problem::new(
                    StatusCode::CONFLICT,
                    "in-progress",
                    "Still being carried out",
                    "The first request with this Idempotency-Key is still being carried out.",
                )
            };
            Ok(request.into_response(actix_web::ResponseError::error_response(&problem)))
        }
        Begun::New => {
            let response = next.call(request).await;
            keep(&app, organisation, key_hash, response).await
        }
    }
}

async fn keep(
    app: &App,
    organisation: candour_domain::OrganisationId,
    key_hash: String,
    response: Result<ServiceResponse<impl MessageBody + 'static>, Error>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let response = match response {
        Ok(response) => response.map_into_boxed_body(),
        Err(error) => {
            forget(app, organisation, key_hash).await;
            return Err(error);
        }
    };
    if response.status().is_server_error() {
        forget(app, organisation, key_hash).await;
        return Ok(response);
    }
    let (request, response) = response.into_parts();
    let (head, body) = response.into_parts();
    let body: Bytes = to_bytes(body).await.unwrap_or_default();
    let content_type =
        head.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("application/json").to_owned();
    let (status, text) = (head.status().as_u16(), String::from_utf8_lossy(&body).into_owned());
    let kept = app.storage.write(organisation, move |tenant| idempotency::finish(tenant, &key_hash, status, &content_type, &text)).await;
    if let Err(error) = kept {
        tracing::warn!(%error, "the answer to an idempotent request was not kept");
    }
    Ok(ServiceResponse::new(request, head.set_body(body).map_into_boxed_body()))
}

async fn forget(app: &App, organisation: candour_domain::OrganisationId, key_hash: String) {
    if let Err(error) = app.storage.write(organisation, move |tenant| idempotency::abandon(tenant, &key_hash)).await {
        tracing::warn!(%error, "an idempotency key stays reserved until it expires");
    }
}

fn hash(parts: &[&[u8]]) -> String {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update(part.len().to_le_bytes());
        hasher.update(part);
    }
    base64::Engine::encode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, hasher.finalize())
}
