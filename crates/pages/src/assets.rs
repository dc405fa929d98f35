//! The style sheet, the script and the icon: embedded, named by their content, cached for a year.

use std::fmt::Write as _;
use std::sync::LazyLock;

use actix_web::http::header;
use actix_web::{HttpResponse, web};
use sha2::{Digest, Sha256};

/// A file that browsers fetch from our own origin.
pub(super) struct Asset {
    path: String,
    content_type: &'static str,
    content: &'static str,
}

static STYLE: LazyLock<Asset> =
    LazyLock::new(|| Asset::new("css", "text/css; charset=utf-8", include_str!("assets/candour.css")));
static SCRIPT: LazyLock<Asset> =
    LazyLock::new(|| Asset::new("js", "text/javascript; charset=utf-8", include_str!("assets/candour.js")));
static ICON: LazyLock<Asset> = LazyLock::new(|| Asset::new("svg", "image/svg+xml", include_str!("assets/candour.svg")));

/// Where the style sheet is.
pub(super) fn style() -> &'static str {
    &STYLE.path
}

/// Where the script is.
pub(super) fn script() -> &'static str {
    &SCRIPT.path
}

/// Where the icon is.
pub(super) fn icon() -> &'static str {
    &ICON.path
}

/// Serves an asset under the name that carries its hash; any other name is not found, so a cache never holds the wrong
/// content.
pub(super) async fn serve(file: web::Path<String>) -> HttpResponse {
    let wanted =
        [&STYLE, &SCRIPT, &ICON].into_iter().find(|asset| asset.path.strip_prefix("/assets/") == Some(file.as_str()));
    let Some(asset) = wanted else {
        return HttpResponse::NotFound().insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff")).finish();
    };
    HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, asset.content_type))
        .insert_header((header::CACHE_CONTROL, "public, max-age=31536000, immutable"))
        .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .insert_header(("Cross-Origin-Resource-Policy", "same-origin"))
        .body(asset.content)
}

impl Asset {
    fn new(extension: &str, content_type: &'static str, content: &'static str) -> Self {
        let hash = Sha256::digest(content.as_bytes()).iter().take(8).fold(String::new(), |mut hex, byte| {
            // Writing to a String cannot fail.
            let _ = write!(hex, "{byte:02x}");
            hex
        });
        Self { path: format!("/assets/candour-{hash}.{extension}"), content_type, content }
    }
}

#[cfg(test)]
mod tests {
    use actix_web::http::StatusCode;
    use actix_web::{App, test as http};

    use super::*;

    #[actix_web::test]
    async fn an_asset_is_found_by_its_content_and_kept_for_a_year() {
        let app = http::init_service(App::new().configure(crate::configure)).await;
        for (path, kind) in [(style(), "text/css"), (script(), "text/javascript"), (icon(), "image/svg+xml")] {
            let response = http::call_service(&app, http::TestRequest::get().uri(path).to_request()).await;
            assert_eq!(response.status(), StatusCode::OK, "{path}");
            let header = |name: &str| {
                response.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned()
            };
            assert!(header("content-type").starts_with(kind));
            assert_eq!(header("cache-control"), "public, max-age=31536000, immutable");
        }
        let stale = http::TestRequest::get().uri("/assets/candour-0000000000000000.css").to_request();
        assert_eq!(http::call_service(&app, stale).await.status(), StatusCode::NOT_FOUND);
    }

    #[test]
    fn nothing_is_fetched_from_elsewhere() {
        for asset in [&STYLE, &SCRIPT] {
            assert!(!asset.content.contains("//") || !asset.content.contains("http"), "{}", asset.path);
            assert!(!asset.content.contains("@import") && !asset.content.contains("url("), "{}", asset.path);
        }
    }
}
