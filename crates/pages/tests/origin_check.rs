//! Every form of a rater's page takes what was sent from a page of ours, and nothing else. The story `origins` asks the
//! same of every page there is.

use std::error::Error;
use std::path::Path;

use actix_web::http::header::{self, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::{App, test as http};
use candour_pages::FORMS;

type Outcome<T = ()> = Result<T, Box<dyn Error>>;

/// A link of nobody's.
const LINK: &str = "00000000000000000000000000000000";

/// What a browser says, and whether the form is taken. The app of this test has no address of its own.
const SENDERS: [(&[(&str, &str)], bool); 9] = [
    (&[("sec-fetch-site", "same-origin")], true),
    (&[("origin", "null"), ("sec-fetch-site", "same-origin")], true),
    (&[("sec-fetch-site", "none")], true),
    (&[], false),
    (&[("origin", "null")], false),
    (&[("origin", "https://elsewhere.example")], false),
    (&[("origin", "https://elsewhere.example"), ("host", "elsewhere.example")], false),
    (&[("origin", "https://elsewhere.example"), ("sec-fetch-site", "cross-site")], false),
    (&[("sec-fetch-site", "same-site")], false),
];

/// Adds up how often the source of the pages says this.
fn said(folder: &Path, what: &str) -> Outcome<usize> {
    let mut said = 0;
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            said += crate::said(&path, what)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            said += std::fs::read_to_string(&path)?.matches(what).count();
        }
    }
    Ok(said)
}

#[test]
fn every_route_that_takes_a_form_has_a_row() -> Outcome {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    // One more makes the console's, from its table of pages.
    assert_eq!(said(&source, "web::post()")?, FORMS.len() + 1, "a form belongs into FORMS or PAGES, once");
    for other in
        ["web::put(", "web::patch(", "web::delete(", "web::method(", "#[post(", "#[put(", "#[patch(", "#[delete("]
    {
        assert_eq!(said(&source, other)?, 0, "{other}…) changes something, and no browser sends it from a form");
    }
    assert_eq!(said(&source, "web::route()")?, 1, "a route without a method takes any");
    Ok(())
}

#[actix_web::test]
async fn a_form_is_taken_from_a_page_of_ours_only() -> Outcome {
    let app = http::init_service(App::new().configure(candour_pages::configure)).await;
    for pattern in FORMS {
        let path: Vec<&str> = pattern.split('/').map(|part| if part.starts_with('{') { LINK } else { part }).collect();
        for (headers, is_taken) in SENDERS {
            for method in [Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
                let request = http::TestRequest::with_uri(&path.join("/")).method(method.clone());
                let request = headers.iter().fold(request, |request, &header| request.insert_header(header));
                let answer = http::call_service(&app, request.to_request()).await;
                let (status, what) = (answer.status(), format!("{method} {pattern} with {headers:?}"));
                // Its handler misses the service, which this test does not start; other methods have no handler.
                match (is_taken, &method) {
                    (false, &Method::POST) => assert_eq!(status, StatusCode::FORBIDDEN, "{what}"),
                    (true, &Method::POST) => assert_eq!(status, StatusCode::INTERNAL_SERVER_ERROR, "{what}"),
                    _ => assert_eq!(status, StatusCode::METHOD_NOT_ALLOWED, "{what}"),
                }
                if !is_taken {
                    let policy = answer.headers().get(header::REFERRER_POLICY).map(HeaderValue::as_bytes);
                    assert_eq!(policy, Some(&b"same-origin"[..]), "{what}: the refusal is a page like any other");
                }
            }
        }
    }
    Ok(())
}
