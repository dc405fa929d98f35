//! The problem documents that operations declare in the OpenAPI document.

use std::collections::BTreeMap;

use utoipa::IntoResponses;
use utoipa::openapi::{ContentBuilder, Ref, RefOr, Response, ResponseBuilder};

/// What any operation with a token may answer.
pub struct Problems;

/// What an operation that changes something may answer.
pub struct ChangeProblems;

/// What an operation through a rater's link may answer.
pub struct LinkProblems;

const BAD_REQUEST: (u16, &str) = (400, "The body or the query cannot be read.");
const UNAUTHENTICATED: (u16, &str) = (401, "No token, or one that does not verify.");
const FORBIDDEN: (u16, &str) = (403, "The role or scopes do not allow it.");
const NOT_FOUND: (u16, &str) = (404, "There is none, or the caller may not know.");
const CONFLICT: (u16, &str) = (409, "A move that the state forbids.");
const GONE: (u16, &str) = (410, "The round has closed or the invitation was withdrawn.");
const FOREIGN: (u16, &str) = (403, "A browser says that it was sent from a page of another site.");
const STALE: (u16, &str) = (412, "Changed since it was read (`If-Match`).");
const TOO_LARGE: (u16, &str) = (413, "The body is too large.");
const UNSUPPORTED: (u16, &str) = (415, "The media type cannot be read.");
const INVALID: (u16, &str) =
    (422, "Fields that cannot be used, each with a JSON pointer or, for CSV, its row and field.");
const UNREAD: (u16, &str) = (428, "A draft is saved with `If-Match`, which is missing.");
const UNAVAILABLE: (u16, &str) = (503, "The database does not answer at the moment; see `Retry-After`.");

impl IntoResponses for Problems {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        documents(&[BAD_REQUEST, UNAUTHENTICATED, FORBIDDEN, NOT_FOUND, INVALID, UNAVAILABLE])
    }
}

impl IntoResponses for ChangeProblems {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        documents(&[
            BAD_REQUEST,
            UNAUTHENTICATED,
            FORBIDDEN,
            NOT_FOUND,
            CONFLICT,
            STALE,
            TOO_LARGE,
            UNSUPPORTED,
            INVALID,
            UNAVAILABLE,
        ])
    }
}

impl IntoResponses for LinkProblems {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        documents(&[
            BAD_REQUEST,
            FOREIGN,
            NOT_FOUND,
            CONFLICT,
            GONE,
            STALE,
            TOO_LARGE,
            UNSUPPORTED,
            INVALID,
            UNREAD,
            UNAVAILABLE,
        ])
    }
}

fn documents(kinds: &[(u16, &str)]) -> BTreeMap<String, RefOr<Response>> {
    let body = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
    let response =
        |text: &str| ResponseBuilder::new().description(text).content("application/problem+json", body.clone()).build();
    kinds.iter().map(|(status, text)| (status.to_string(), RefOr::T(response(text)))).collect()
}
