//! Reading request bodies: the media type, and errors that point at the field. How much is read and how long that may
//! take, `intake` decides.

use std::future::Ready;
use std::marker::PhantomData;

use actix_web::http::{StatusCode, header};
use actix_web::web::Bytes;
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use candour_service::error::FieldError;
use serde::de::DeserializeOwned;

use crate::http::objects::Objects;
use crate::http::wording::{Wording, in_words, of_json};
use crate::problem::Problem;

/// A body that has arrived, as an extension of its request. What reads bodies puts it there before anything else looks
/// at the request.
#[derive(Clone)]
pub struct Received(pub Bytes);

/// What an operation takes that needs nothing said: no body, or an empty object. Anything else was meant for another
/// operation.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Nothing {}

/// A JSON body. It has been read and is parsed by [`Body::parse`], after the caller has been authorised: who may not do
/// something learns nothing about how it is done. An absent body counts as `{}`.
pub struct Body<T> {
    raw: RawBody,
    shape: PhantomData<T>,
}

/// The bytes of a body and its media type, without parameters and in lower case.
pub struct RawBody {
    /// Such as `text/csv`.
    pub media_type: String,
    /// The bytes.
    pub bytes: Bytes,
}

impl<T: DeserializeOwned> Body<T> {
    /// Parses the body.
    ///
    /// # Errors
    /// 415 for another media type, 400 for what is not JSON, 422 with a pointer for a wrong field.
    pub fn parse(&self) -> Result<T, Problem> {
        match self.raw.media_type.as_str() {
            _ if self.raw.bytes.is_empty() => parse_json(b"{}"),
            "application/json" => parse_json(&self.raw.bytes),
            _ => Err(unsupported("application/json")),
        }
    }
}

impl<T: DeserializeOwned> Body<T> {
    /// Parses a body that has to be there: for what would otherwise be emptied, sent or stopped by a request that says
    /// nothing.
    ///
    /// # Errors
    /// As [`Body::parse`], and 400 for an absent body.
    pub fn parse_present(&self) -> Result<T, Problem> {
        if self.raw.bytes.is_empty() {
            return Err(Problem::bad_request("The body is missing. Send a JSON object."));
        }
        if self.raw.bytes.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'[') {
            return Err(Problem::bad_request("The body is a list. Send a JSON object."));
        }
        self.parse()
    }
}

impl<T> FromRequest for Body<T> {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, payload: &mut actix_web::dev::Payload) -> Self::Future {
        let raw = RawBody::from_request(request, payload);
        std::future::ready(raw.into_inner().map(|raw| Self { raw, shape: PhantomData }))
    }
}

impl FromRequest for RawBody {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _payload: &mut actix_web::dev::Payload) -> Self::Future {
        let bytes = request.extensions().get::<Received>().map(|Received(bytes)| bytes.clone()).unwrap_or_default();
        std::future::ready(Ok(Self { media_type: media_type(request), bytes }))
    }
}

/// Parses JSON; a wrong field becomes a 422 that points at it, a text that is not JSON a 400.
///
/// # Errors
/// A problem document.
pub fn parse_json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    // Some programs begin a text with a byte order mark.
    let mut reader = serde_json::Deserializer::from_slice(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes));
    let value = serde_path_to_error::deserialize(Objects(&mut reader)).map_err(|error| {
        let pointer = pointer(error.path());
        let inner = error.into_inner();
        match inner.classify() {
            serde_json::error::Category::Data => {
                let Wording { field, detail } = in_words(&without_position(&inner));
                let field = field.map(|field| format!("/{field}")).unwrap_or_default();
                Problem::invalid(vec![FieldError::at(pointer + &field, detail)])
            }
            // It is JSON, and yet cannot be read.
            _ if serde_json::from_slice::<serde::de::IgnoredAny>(bytes).is_ok() => {
                Problem::invalid(vec![FieldError::at(pointer, of_json(&without_position(&inner)))])
            }
            serde_json::error::Category::Eof => {
                Problem::bad_request("The JSON of the body ends early. Send the whole document.")
            }
            _ => {
                let (line, column) = (inner.line(), inner.column());
                Problem::bad_request(format!(
                    "The body is not JSON. Look at line {line}, column {column}, and send it again."
                ))
            }
        }
    })?;
    reader.end().map_err(|_trailing| {
        Problem::bad_request("There is something after the JSON document. Send one document and nothing else.")
    })?;
    Ok(value)
}

/// 415, naming what is wanted.
#[must_use]
pub fn unsupported(wanted: &str) -> Problem {
    let detail = format!("Send the body with Content-Type: {wanted}.");
    Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported-media-type", "The media type cannot be read", detail)
}

fn media_type(request: &HttpRequest) -> String {
    let value = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

fn pointer(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;

    path.iter()
        .map(|segment| match segment {
            Segment::Seq { index } => format!("/{index}"),
            Segment::Map { key } => format!("/{}", key.replace('~', "~0").replace('/', "~1")),
            Segment::Enum { .. } | Segment::Unknown => String::new(),
        })
        .collect()
}

fn without_position(error: &serde_json::Error) -> String {
    let text = error.to_string();
    text.rsplit_once(" at line ").map_or(text.clone(), |(message, _)| message.to_owned())
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only its shape matters")]
    struct Shape {
        title: String,
        list: Vec<u8>,
    }

    #[test]
    fn errors_point_at_the_field() {
        let at = |body: &str| {
            let problem = parse_json::<Shape>(body.as_bytes()).err()?;
            Some((problem.status, problem.errors.first().and_then(|error| error.pointer.clone()).unwrap_or_default()))
        };
        assert_eq!(at(r#"{"title":"t","list":[1]}"#), None);
        assert_eq!(at(r#"{"title":"t","list":[1,"x"]}"#), Some((422, "/list/1".to_owned())));
        assert_eq!(at(r#"{"title":"t","list":[],"more":1}"#), Some((422, "/more".to_owned())));
        assert_eq!(at(r#"{"title":"t""#), Some((400, String::new())));
        assert_eq!(at(r#"{"title":"t","list":[]} x"#), Some((400, String::new())));
        assert_eq!(at("\u{feff}{\"title\":\"t\",\"list\":[1]}"), None, "with a byte order mark");
        assert_eq!(at(r#"["t",[1]]"#), Some((422, String::new())), "an array is no object");
        let within = parse_json::<Vec<Shape>>(br#"[{"title":"t","list":[]},["t",[1]]]"#);
        let pointer = within.err().and_then(|problem| problem.errors.first().and_then(|error| error.pointer.clone()));
        assert_eq!(pointer.as_deref(), Some("/1"), "nor is one within another body");
    }
}
