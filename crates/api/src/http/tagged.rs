//! A body with its `ETag`, or 304 for whoever has it.

use actix_web::http::header::{self, ContentDisposition, DispositionParam, DispositionType};
use actix_web::{HttpRequest, HttpResponse};
use sha2::{Digest, Sha256};

/// The body under a tag made from its content; with an `attachment`, as a file of that name.
pub fn tagged(request: &HttpRequest, content_type: &'static str, body: String, attachment: Option<String>) -> HttpResponse {
    let tag = format!("\"{:.22}\"", base64::Engine::encode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, Sha256::digest(&body)));
    let known = request
        .headers()
        .get(header::IF_NONE_MATCH)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| value.split(',').any(|known| known.trim().trim_start_matches("W/") == tag));
    if known {
        return HttpResponse::NotModified().insert_header((header::ETAG, tag)).finish();
    }
    let mut response = HttpResponse::Ok();
    response.content_type(content_type).insert_header((header::ETAG, tag)).insert_header((header::CACHE_CONTROL, "private, no-cache"));
    if let Some(name) = attachment {
        response.insert_header(ContentDisposition {
            disposition: DispositionType::Attachment,
            parameters: vec![DispositionParam::Filename(name)],
        });
    }
    response.body(body)
}
