//! `ETag`, `If-None-Match` and `If-Match`: what stands in them, and a 304 for a client that has the body already.

use actix_web::http::header::{self, ContentDisposition, DispositionParam, DispositionType, HeaderMap, HeaderName};
use actix_web::{HttpRequest, HttpResponse};
use candour_service::asked::Answer;
use candour_service::condition::{Tags, tag_of};

use crate::http::ask;
use crate::problem::Problem;

/// The answer to a reading, or 304 for a client that has it.
#[must_use]
pub fn tagged(request: &HttpRequest, answer: Answer) -> HttpResponse {
    let tag = answer.etag.clone().unwrap_or_default();
    unchanged(request, &tag).unwrap_or_else(|| ask::respond(answer))
}

/// The same for a file of this name, under a tag made from its content.
#[must_use]
pub fn tagged_file(request: &HttpRequest, content_type: &'static str, body: String, name: &str) -> HttpResponse {
    let tag = tag_of(&body);
    if let Some(unchanged) = unchanged(request, &tag) {
        return unchanged;
    }
    let attachment = ContentDisposition {
        disposition: DispositionType::Attachment,
        parameters: vec![DispositionParam::Filename(name.to_owned())],
    };
    HttpResponse::Ok()
        .content_type(content_type)
        .insert_header((header::ETAG, quoted(&tag)))
        .insert_header(attachment)
        .body(body)
}

fn unchanged(request: &HttpRequest, tag: &str) -> Option<HttpResponse> {
    // Tags that cannot be read count as none: the client gets the whole, and nothing is lost.
    let known = tags(request.headers(), &header::IF_NONE_MATCH).ok().flatten()?;
    known
        .name_one_of(&[tag.to_owned()])
        .then(|| HttpResponse::NotModified().insert_header((header::ETAG, quoted(tag))).finish())
}

/// The tag as it stands in a header.
#[must_use]
pub fn quoted(tag: &str) -> String {
    format!("\"{tag}\"")
}

/// The tags in a header, over all of its lines; `None` when it is not there. A weak tag counts like a strong one: a
/// proxy that compresses makes tags weak.
///
/// # Errors
/// A 400 problem for what is neither `*` nor tags in quotes.
pub fn tags(headers: &HeaderMap, name: &HeaderName) -> Result<Option<Tags>, Problem> {
    let mut lines = headers.get_all(name).peekable();
    if lines.peek().is_none() {
        return Ok(None);
    }
    let unreadable = || {
        Problem::bad_request(format!(
            "The header {name} cannot be read. Send * or ETags in double quotes, such as \"3\", \"4\"."
        ))
    };
    let (mut found, mut any) = (Vec::new(), false);
    for line in lines {
        let line = line.to_str().map_err(|_not_text| unreadable())?.trim();
        if line == "*" {
            any = true;
        } else {
            read_list(line, &mut found).ok_or_else(unreadable)?;
        }
    }
    match (any, found.is_empty()) {
        (true, true) => Ok(Some(Tags::Any)),
        (false, false) => Ok(Some(Tags::These(found))),
        _ => Err(unreadable()),
    }
}

/// Reads `"a", W/"b"`. A tag may hold a comma.
fn read_list(mut rest: &str, found: &mut Vec<String>) -> Option<()> {
    loop {
        rest = rest.trim_start_matches([' ', '\t', ',']);
        if rest.is_empty() {
            return Some(());
        }
        let (tag, after) = rest.strip_prefix("W/").unwrap_or(rest).strip_prefix('"')?.split_once('"')?;
        found.push(tag.to_owned());
        rest = after.trim_start_matches([' ', '\t']);
        if !(rest.is_empty() || rest.starts_with(',')) {
            return None;
        }
    }
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::{HeaderValue, IF_MATCH};

    use super::*;

    /// What stands in these lines, or the status of what cannot be read.
    fn read(lines: &[&str]) -> Result<Option<Tags>, u16> {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(IF_MATCH, HeaderValue::from_str(line).map_err(|_not_a_header| 0_u16)?);
        }
        tags(&headers, &IF_MATCH).map_err(|problem| problem.status)
    }

    #[test]
    fn lists_of_tags_are_read_as_they_may_be_written() {
        let these = |tags: &[&str]| Ok(Some(Tags::These(tags.iter().map(|&tag| tag.to_owned()).collect())));
        assert_eq!(read(&[]), Ok(None));
        assert_eq!(read(&["*"]), Ok(Some(Tags::Any)));
        assert_eq!(read(&["\"a\""]), these(&["a"]));
        assert_eq!(read(&["\"a\", W/\"b\"", "\"c\""]), these(&["a", "b", "c"]));
        assert_eq!(read(&["\"a,b\" ,\t\"\","]), these(&["a,b", ""]));
        for unreadable in ["", "a", "\"a", "\"a\" \"b\"", "w/\"a\"", "*, \"a\"", "5"] {
            assert_eq!(read(&[unreadable]), Err(400), "{unreadable}");
        }
        assert_eq!(read(&["*", "\"a\""]), Err(400));
    }
}
