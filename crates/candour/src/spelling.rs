//! One spelling of each path. What decides by the path of a request (a body's limit, headers, the log, an
//! `Idempotency-Key`) sees the same path as the routes do, however it was written.

use actix_web::Error;
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Uri;
use actix_web::http::uri::PathAndQuery;
use actix_web::middleware::Next;

/// Rewrites the path of a request before anything looks at it: letters, digits and `-._~` stand for themselves, as
/// section 6.2.2.2 of RFC 3986 has it.
///
/// # Errors
/// Whatever the handler returns.
pub async fn unify<B: MessageBody>(mut request: ServiceRequest, next: Next<B>) -> Result<ServiceResponse<B>, Error> {
    if let Some(uri) = unified(request.uri()) {
        request.match_info_mut().get_mut().update(&uri);
        request.head_mut().uri = uri;
    }
    next.call(request).await
}

/// The address in its one spelling; `None` where it has that already.
fn unified(uri: &Uri) -> Option<Uri> {
    let path = decoded(uri.path())?;
    let whole = uri.query().map_or_else(|| path.clone(), |query| format!("{path}?{query}"));
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = Some(PathAndQuery::try_from(whole).ok()?);
    Uri::from_parts(parts).ok()
}

/// The path with every needless escape undone; `None` where there is none.
fn decoded(path: &str) -> Option<String> {
    let mut parts = path.split('%');
    let mut decoded = parts.next()?.to_owned();
    let mut changed = false;
    for part in parts {
        let letter = part.get(..2).and_then(|digits| u8::from_str_radix(digits, 16).ok()).map(char::from);
        if let Some(letter) = letter.filter(|letter| letter.is_ascii_alphanumeric() || "-._~".contains(*letter)) {
            decoded.push(letter);
            decoded.push_str(&part[2..]);
            changed = true;
        } else {
            decoded.push('%');
            decoded.push_str(part);
        }
    }
    changed.then_some(decoded)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_has_one_spelling() {
        for (written, meant) in [
            ("/%76%31/rounds", Some("/v1/rounds")),
            ("/%73/abc?x=%41", Some("/s/abc?x=%41")),
            ("/v1/%73urvey/%7E%2d", Some("/v1/survey/~-")),
            ("/v1/rounds", None),
            ("/s/abc%3Futm=1", None),
            ("/s/%2541", None),
            ("/s/abc%2Fpage%2F1", None),
            ("/%4", None),
            ("/%", None),
            ("/%+1", None),
            ("/%C3%A9", None),
        ] {
            let uri: Uri = written.parse().unwrap_or_default();
            let unified = unified(&uri).map(|uri| uri.to_string());
            assert_eq!(unified.as_deref(), meant, "{written}");
            assert!(
                meant.is_none_or(|meant| decoded(meant.split('?').next().unwrap_or_default()).is_none()),
                "{written}"
            );
        }
    }
}
