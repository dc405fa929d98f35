//! `Idempotency-Key`: a POST that is sent twice is carried out once.
//!
//! The key counts together with who sends it and the path. The answer to a change is kept for a day, in the transaction
//! that makes the change (see [`candour_service::asked`]), and repeated to those who send the same request and may
//! still send it. What is kept is the answer and a hash of the request, never the request. A refusal is not kept: it
//! has changed nothing.

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::http::header::HeaderMap;
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{Error, FromRequest, HttpMessage, Responder, ResponseError};
use candour_domain::Principal;
use candour_service::app::App;
use candour_service::asked::{Answered, RequestKey};
use sha2::{Digest, Sha256};

use crate::auth::Caller;
use crate::http::ask::Told;
use crate::http::body::Received;
use crate::problem::Problem;
use crate::routes;

/// The longest key, in characters.
pub const LONGEST_KEY: usize = 255;

const HEADER: &str = "Idempotency-Key";

/// Repeats the answer to a POST under `/v1` whose change has been made, and hands the key of any other to the handler.
///
/// # Errors
/// Whatever the handler returns; a 400 problem for a key that cannot be read; a 422 problem when the key comes with
/// another request.
pub async fn replay(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let is_keyed = *request.method() == Method::POST
        && request.path().starts_with("/v1/")
        && request.headers().contains_key(HEADER);
    if !is_keyed {
        return Ok(next.call(request).await?.map_into_boxed_body());
    }
    match look(&request).await {
        Ok(Looked::Answered(answered)) => {
            let response = Told(answered).respond_to(request.request());
            Ok(request.into_response(response))
        }
        Ok(Looked::New(key)) => {
            request.extensions_mut().insert(key);
            Ok(next.call(request).await?.map_into_boxed_body())
        }
        Ok(Looked::Refused) => Ok(next.call(request).await?.map_into_boxed_body()),
        Err(problem) => Ok(request.into_response(problem.error_response())),
    }
}

/// What is known of a request with a key.
enum Looked {
    /// Its change has been made.
    Answered(Answered),
    /// Nothing.
    New(RequestKey),
    /// Its sender may not do so, which the handler says better.
    Refused,
}

async fn look(request: &ServiceRequest) -> Result<Looked, Problem> {
    let Some(app) = request.app_data::<Data<App>>().cloned() else { return Ok(Looked::Refused) };
    let caller = match Caller::from_request(request.request(), &mut Payload::None).await {
        Ok(caller) => caller,
        // The database may be back when the handler asks again, and would then carry out what nobody has a key for.
        Err(problem) if problem.status >= 500 => return Err(problem),
        Err(_refusal) => return Ok(Looked::Refused),
    };
    let operation = request.match_pattern().and_then(|pattern| routes::operation(&pattern, request.method().as_str()));
    let principal = caller.principal();
    if !operation.is_some_and(|operation| principal.may(operation)) {
        return Ok(Looked::Refused);
    }
    let key = read_key(request.headers())?;
    let body = request.extensions().get::<Received>().map(|Received(bytes)| bytes.clone()).unwrap_or_default();
    // An id can be written in capitals.
    let path = request.path().to_ascii_lowercase();
    let key = RequestKey {
        key_hash: hash(&[name(principal).as_bytes(), path.as_bytes(), key.as_bytes()]),
        fingerprint: hash(&[request.query_string().as_bytes(), &body]),
    };
    match key.look(&app, principal.organisation()).await? {
        Some(answer) => Ok(Looked::Answered(Answered { answer, again: true })),
        None => Ok(Looked::New(key)),
    }
}

fn read_key(headers: &HeaderMap) -> Result<String, Problem> {
    let mut lines = headers.get_all(HEADER);
    let key = lines.next().and_then(|line| line.to_str().ok()).map(str::trim).unwrap_or_default();
    if lines.next().is_some() {
        return Err(Problem::bad_request("The header Idempotency-Key is there more than once. Send it once."));
    }
    if !(1..=LONGEST_KEY).contains(&key.len()) {
        let detail = "The header Idempotency-Key cannot be used. Send 1 to 255 plain letters, digits and signs, such \
         as a new UUID for each change.";
        return Err(Problem::bad_request(detail));
    }
    Ok(key.to_owned())
}

/// Who sends it. One account in another role is another sender.
fn name(principal: &Principal) -> String {
    match principal {
        Principal::User { account, role, .. } => format!("{account} {}", role.as_str()),
        Principal::Token { token, .. } => token.to_string(),
        Principal::Client { client, .. } => client.to_string(),
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
