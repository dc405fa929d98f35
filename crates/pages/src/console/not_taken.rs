//! What somebody sees whose form was not read: it was too large or too slow, or there were too many at once. Nothing is
//! known of them at that point.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;

use super::frame::Console;
use super::{raters, see_other, takes_large_form};
use crate::frame::html;
use crate::return_path::ReturnPath;

#[derive(Template)]
#[template(path = "console/not_taken.html")]
struct NotTakenPage<'a> {
    frame: Console<'a>,
    why: Why,
    back: &'a str,
}

/// Why it was not read.
enum Why {
    TooLarge,
    TooSlow,
    Busy,
    Broken,
}

/// The page with the reason and the way back.
///
/// # Guarantee
/// The way back stays on this host, whatever the path is.
pub(crate) fn page(path: &str, status: StatusCode) -> HttpResponse {
    let back = ReturnPath::parse(path);
    let frame = Console::nobodys();
    let why = match status {
        StatusCode::UNAUTHORIZED if takes_large_form(path) => return see_other(&back.after_signing_in()),
        StatusCode::PAYLOAD_TOO_LARGE if raters::list::is_taken_at(back.as_str()) => {
            return raters::list::too_large(back.as_str());
        }
        StatusCode::PAYLOAD_TOO_LARGE => Why::TooLarge,
        StatusCode::REQUEST_TIMEOUT => Why::TooSlow,
        StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => Why::Busy,
        _ => Why::Broken,
    };
    html(status, &NotTakenPage { frame, why, back: back.as_str() })
}

#[cfg(test)]
mod tests {
    use actix_web::body::to_bytes;
    use actix_web::http::header::LOCATION;

    use super::*;

    #[actix_web::test]
    async fn guarantee_the_way_back_stays_on_this_host() -> Result<(), Box<dyn std::error::Error>> {
        for path in [
            "//elsewhere.example/reviews/1/raters/list",
            "//reviews/1/raters/list",
            "/%2f/elsewhere.example",
            "/rounds",
        ] {
            for status in [401, 408, 413, 429, 503] {
                let reply = page(path, StatusCode::from_u16(status)?);
                let to = reply.headers().get(LOCATION).map(|to| to.to_str().unwrap_or_default().to_owned());
                assert!(to.is_none_or(|to| to == "/sign-in"), "{path}");
                let bytes = to_bytes(reply.into_body()).await.map_err(|_unread| "no body")?;
                let text = String::from_utf8_lossy(&bytes);
                assert!(!text.contains("href=\"//") && !text.contains("elsewhere"), "{path}: {text}");
            }
        }
        Ok(())
    }
}
