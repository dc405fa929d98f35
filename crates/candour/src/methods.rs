//! Methods: which ones a path has, HEAD wherever there is GET, and 405 with `Allow` for the rest.
//!
//! Which methods a path has stands in the table of routes and in the pages' own list. It depends on the pattern of the
//! path and never on what is behind it.

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::{Method, StatusCode, header};
use actix_web::middleware::Next;
use actix_web::{Error, HttpRequest};
use candour_api::problem::Problem;
use candour_api::routes;

/// What `Allow` says at this pattern.
fn allowed(pattern: &str) -> String {
    let Some(operations) = routes::operations(pattern) else { return candour_pages::methods(pattern).to_owned() };
    let names =
        operations.iter().flat_map(|&(method, _)| if method == "GET" { vec!["GET", "HEAD"] } else { vec![method] });
    names.collect::<Vec<_>>().join(", ")
}

/// What is answered where no handler takes the request: 405 where the path has other methods, otherwise 404.
///
/// # Errors
/// Always one of the two.
pub async fn not_served(request: HttpRequest) -> Result<&'static str, Problem> {
    match request.match_pattern() {
        // A path of a prefix, such as all of /docs/, has a pattern also where nothing is.
        Some(pattern) if is_other(request.method(), &allowed(&pattern)) => {
            Err(Problem::method_not_allowed(&allowed(&pattern)))
        }
        _ => Err(Problem::not_found()),
    }
}

fn is_other(method: &Method, allowed: &str) -> bool {
    allowed.split(", ").all(|name| name != method.as_str())
}

/// Answers HEAD as GET without its body, and adds `Allow` to every 405.
///
/// # Errors
/// Whatever the handler returns.
pub async fn manners(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    // What is sent of the answer is decided by the method as it came over the wire, which is noted elsewhere.
    if *request.method() == Method::HEAD {
        request.head_mut().method = Method::GET;
    }
    let mut response = next.call(request).await?.map_into_boxed_body();
    if response.status() == StatusCode::METHOD_NOT_ALLOWED && !response.headers().contains_key(header::ALLOW) {
        let allow = response.request().match_pattern().map(|pattern| allowed(&pattern)).unwrap_or_default();
        if let Ok(allow) = header::HeaderValue::from_str(&allow) {
            response.headers_mut().insert(header::ALLOW, allow);
        }
    }
    Ok(response)
}
