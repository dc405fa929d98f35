//! The head of a request, taken out of the buffer that it came in.

use actix_web::http::header::{HeaderMap, HeaderValue};

/// Gives the values of headers memory of their own. They are slices of what was read from the connection, which may be
/// 128 KiB with what came after the head, and actix-web keeps the heads of past requests for those to come: each would
/// keep all of that.
pub(super) fn detach(headers: &mut HeaderMap) {
    let mut own = HeaderMap::with_capacity(headers.len());
    for (name, value) in headers.iter() {
        // What has been a value is one again.
        own.append(
            name.clone(),
            HeaderValue::from_bytes(value.as_bytes()).unwrap_or_else(|_never| HeaderValue::from_static("")),
        );
    }
    *headers = own;
}

#[cfg(test)]
mod tests {
    use actix_web::http::header;
    use actix_web::web::Bytes;

    use super::*;

    #[test]
    fn a_head_keeps_nothing_of_what_was_read_with_it() -> Result<(), Box<dyn std::error::Error>> {
        let read = Bytes::from(b"one two text/plain, and then a body".to_vec());
        let mut headers = HeaderMap::new();
        for (name, part) in [(header::COOKIE, 0..3), (header::COOKIE, 4..7), (header::ACCEPT, 8..18)] {
            headers.append(name, HeaderValue::from_maybe_shared(read.slice(part))?);
        }
        assert!(!read.is_unique());
        detach(&mut headers);
        assert!(read.is_unique(), "nobody else holds what was read");
        assert_eq!(headers.get_all(header::COOKIE).collect::<Vec<_>>(), ["one", "two"]);
        assert_eq!(headers.get(header::ACCEPT), Some(&HeaderValue::from_static("text/plain")));
        Ok(())
    }
}
