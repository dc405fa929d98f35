//! Tokens for integrations: client credentials (RFC 6749, 4.4), the keys that verify them, and where to find both.

use actix_web::error::QueryPayloadError;
use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse, Responder, get, post};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use candour_domain::{ClientId, Scope};
use candour_service::auth::attempts::Attempts;
use candour_service::auth::credentials::ProvedClient;
use candour_service::auth::tokens::CLIENT_TOKEN_SECONDS;
use candour_service::network::{FORWARDED_FOR, Proxies};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use zeroize::Zeroizing;

use crate::http::State;
use crate::http::body::RawBody;
use crate::http::wording::in_words;
use crate::problem::Problem;

/// A request for a token, form-encoded. Instead of `client_id` and `client_secret`, HTTP Basic may carry them.
#[derive(Deserialize, ToSchema)]
pub struct TokenRequest {
    /// Always `client_credentials`.
    #[schema(example = "client_credentials")]
    grant_type: String,
    /// The client's id.
    #[schema(value_type = Option<uuid::Uuid>)]
    client_id: Option<String>,
    /// The client's secret.
    #[schema(value_type = Option<String>)]
    client_secret: Option<Zeroizing<String>>,
    /// Scopes wanted, separated by blanks; all the client has, without.
    scope: Option<String>,
}

/// A token.
#[derive(Serialize, ToSchema)]
pub struct TokenView {
    /// Send it as `Authorization: Bearer …`.
    access_token: String,
    /// Always `Bearer`.
    token_type: &'static str,
    /// Seconds for which it is valid.
    expires_in: i64,
    /// The scopes it carries.
    scope: String,
}

/// Exchanges client credentials for a token.
#[utoipa::path(
    tag = "tokens", request_body(content = TokenRequest, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 200, body = TokenView),
        (
            status = 400, description = "`error` names what is wrong, as RFC 6749 has it.",
            content_type = "application/problem+json", body = Problem,
        ),
        (
            status = 401, description = "Unknown client or wrong secret.", content_type = "application/problem+json",
            body = Problem,
        ),
        (
            status = 429,
            description = "The secret is wrong, as for 401, and there have been too many tries of this network or for \
             this client; see `Retry-After`. The right secret is never refused so.",
            content_type = "application/problem+json", body = Problem,
        ),
    ),
)]
#[post("/oauth/token")]
pub(crate) async fn issue_token(
    app: State,
    attempts: actix_web::web::Data<Attempts>,
    proxies: actix_web::web::Data<Proxies>,
    request: HttpRequest,
    body: RawBody,
) -> Result<impl Responder, Problem> {
    if body.media_type != "application/x-www-form-urlencoded" {
        return Ok(refusal(
            StatusCode::BAD_REQUEST,
            "invalid_request",
            "Send a form: Content-Type: application/x-www-form-urlencoded.",
        ));
    }
    let form =
        match actix_web::web::Query::<TokenRequest>::from_query(std::str::from_utf8(&body.bytes).unwrap_or_default()) {
            Ok(form) => form.into_inner(),
            Err(error) => return Ok(refusal(StatusCode::BAD_REQUEST, "invalid_request", &unreadable(&error))),
        };
    if form.grant_type != "client_credentials" {
        return Ok(refusal(
            StatusCode::BAD_REQUEST,
            "unsupported_grant_type",
            "This grant_type is not offered. Send grant_type=client_credentials.",
        ));
    }
    let Some((id, secret)) = basic(&request).or_else(|| form.client_id.zip(form.client_secret)) else {
        return Ok(refusal(StatusCode::UNAUTHORIZED, "invalid_client", NOBODY));
    };
    let unknown = || refusal(StatusCode::UNAUTHORIZED, "invalid_client", UNKNOWN);
    let Ok(id) = id.parse::<ClientId>() else { return Ok(unknown()) };
    let forwarded = request.headers().get_all(FORWARDED_FOR).map(header::HeaderValue::as_bytes);
    let turn = attempts.turn(proxies.client(request.peer_addr(), forwarded)).await;
    let Some(client) = ProvedClient::prove(&app, id, &secret).await? else {
        return if turn.wrong(id).await { Err(too_many()) } else { Ok(unknown()) };
    };
    drop(turn);
    let Some(scopes) = client.grants(form.scope.as_deref()) else {
        return Ok(refusal(StatusCode::BAD_REQUEST, "invalid_scope", &other_scope(client.scopes())));
    };
    let scope = names(&scopes);
    let signed = client.token(&app, scopes).await?;
    let view = TokenView {
        access_token: signed.token.to_string(),
        token_type: "Bearer",
        expires_in: CLIENT_TOKEN_SECONDS,
        scope,
    };
    Ok(HttpResponse::Ok().json(view))
}

/// The public keys that verify tokens.
#[utoipa::path(tag = "tokens", responses((status = 200, body = Object)))]
#[get("/.well-known/jwks.json")]
pub(crate) async fn get_jwks(app: State) -> impl Responder {
    HttpResponse::Ok().insert_header((header::CACHE_CONTROL, "public, max-age=300")).json(app.tokens.jwks().await)
}

/// Where tokens are issued and verified (RFC 8414).
#[utoipa::path(tag = "tokens", responses((status = 200, body = Object)))]
#[get("/.well-known/oauth-authorization-server")]
pub(crate) async fn get_authorization_server(app: State) -> impl Responder {
    let base = &app.base_url;
    HttpResponse::Ok().json(serde_json::json!({
        "issuer": base.as_ref(),
        "token_endpoint": format!("{base}/oauth/token"),
        "jwks_uri": format!("{base}/.well-known/jwks.json"),
        "grant_types_supported": ["client_credentials"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        "scopes_supported": Scope::ALL.iter().map(|scope| scope.as_str()).collect::<Vec<_>>(),
        "response_types_supported": [],
    }))
}

/// No credentials, or a header that holds none.
const NOBODY: &str = "The request has no client_id and client_secret that can be read. Send both in the form, or in \
 the header Authorization: Basic.";

const UNKNOWN: &str = "The client is unknown or the secret is wrong. Send both as they were given out, or ask those \
 who run the service for new ones.";

/// What is wrong with a form. Of what was sent it says nothing: RFC 6749 allows plain letters only.
fn unreadable(error: &QueryPayloadError) -> String {
    let said = error.to_string();
    let said = in_words(said.strip_prefix("Query deserialize error: ").unwrap_or(&said)).detail;
    format!(
        "The form cannot be read: {said}. It has grant_type=client_credentials, client_id and client_secret, each once."
    )
}

fn other_scope(held: &[Scope]) -> String {
    format!(
        "A scope is unknown or was not given to this client, which has: {}. Send some of these, or leave scope out for \
         all.",
        names(held)
    )
}

fn names(scopes: &[Scope]) -> String {
    scopes.iter().map(|scope| scope.as_str()).collect::<Vec<_>>().join(" ")
}

fn too_many() -> Problem {
    let detail = "The client is unknown or the secret is wrong, and there have been too many such tries. Wait a \
     minute, then send both as they were given out.";
    Problem {
        retry_after: Some(60),
        ..Problem::new(StatusCode::TOO_MANY_REQUESTS, "too-many-requests", "Too many requests", detail)
    }
}

fn basic(request: &HttpRequest) -> Option<(String, Zeroizing<String>)> {
    let text = request.headers().get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, encoded) = text.split_once(' ')?;
    let decoded =
        Zeroizing::new(scheme.eq_ignore_ascii_case("basic").then(|| STANDARD.decode(encoded.trim()).ok()).flatten()?);
    let (id, secret) = std::str::from_utf8(&decoded).ok()?.split_once(':')?;
    Some((id.to_owned(), Zeroizing::new(secret.to_owned())))
}

/// A problem document that OAuth libraries understand too: `error` and `error_description` as in RFC 6749, 5.2.
fn refusal(status: StatusCode, error: &str, description: &str) -> HttpResponse {
    let mut response = HttpResponse::build(status);
    if status == StatusCode::UNAUTHORIZED {
        response.insert_header((header::WWW_AUTHENTICATE, "Basic realm=\"candour\""));
    }
    response.content_type("application/problem+json").body(
        serde_json::json!({
            "type": format!("urn:candour:problem:{}", error.replace('_', "-")),
            "title": "No token was issued",
            "status": status.as_u16(),
            "detail": description,
            "error": error,
            "error_description": description,
        })
        .to_string(),
    )
}
