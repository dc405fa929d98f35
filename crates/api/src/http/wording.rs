//! What a library says of a document that does not fit, in words for the people who wrote the document.

use super::moment::WRITTEN;

/// Why a field cannot be used.
#[derive(Debug, PartialEq, Eq)]
pub struct Wording {
    /// The field below the place where reading ended: one that is missing, or that is there twice.
    pub field: Option<String>,
    /// What is wrong and what to send instead.
    pub detail: String,
}

/// What serde and the parsers behind it say, without the position.
#[must_use]
pub fn in_words(message: &str) -> Wording {
    let whole = |detail: String| Wording { field: None, detail };
    if let Some(field) = message.strip_prefix("missing field ").map(bare) {
        return Wording { field: Some(field.clone()), detail: format!("{field} is missing; send it") };
    }
    if let Some(rest) = message.strip_prefix("unknown field ") {
        let (field, known) = rest.split_once(", ").unwrap_or((rest, ""));
        return whole(match listed(known).as_str() {
            "" => format!("there is no field {} here; leave it out", bare(field)),
            known => format!("there is no field {} here; leave it out, or use one of: {known}", bare(field)),
        });
    }
    if let Some(rest) = message.strip_prefix("unknown variant ") {
        let (given, known) = rest.split_once(", ").unwrap_or((rest, ""));
        return whole(format!("{} is not known here; send one of: {}", bare(given), listed(known)));
    }
    if let Some(field) = message.strip_prefix("duplicate field ").map(bare) {
        return Wording {
            field: Some(field.clone()),
            detail: format!("{field} stands here more than once; send it once"),
        };
    }
    if let Some(rest) = message.strip_prefix("invalid type: ").or_else(|| message.strip_prefix("invalid value: ")) {
        let (given, expected) = rest.rsplit_once(", expected ").unwrap_or((rest, "something else"));
        return whole(format!("this is {}; send {}", kind(given), wanted(expected)));
    }
    if let Some(rest) = message.strip_prefix("invalid length ") {
        return whole(length(rest));
    }
    if DATES.iter().any(|date| message.starts_with(date)) {
        return whole(format!("this is not a time; {WRITTEN}"));
    }
    if ["invalid digit", "cannot parse integer", "number too"].iter().any(|number| message.starts_with(number)) {
        return whole("this is not a whole number in the range that is taken here; send one, in digits".to_owned());
    }
    if message.starts_with("provided string was not `true` or `false`") {
        return whole("send true or false".to_owned());
    }
    whole(message.replace('`', ""))
}

const ID: &str = "one as this service gives them, such as 7d0c6c5e-4d0b-4f0e-9b1a-2f6c1f6f3b52";

/// How chrono begins what it says.
const DATES: [&str; 6] = [
    "premature end of input",
    "input contains invalid characters",
    "input is out of range",
    "input is not enough",
    "trailing input",
    "no possible date and time",
];

/// What serde says of a document that is JSON and in which a number, a text or a word cannot be what it should.
#[must_use]
pub fn of_json(message: &str) -> String {
    match message {
        "number out of range" => "this number is too large to be read; send a smaller one",
        "recursion limit exceeded" => {
            "too many lists or objects stand within each other here; send what belongs here and nothing else"
        }
        "invalid unicode code point" => "this text is not written in UTF-8; send the body as UTF-8",
        _ if message.contains("hex escape") => {
            "this text has half a character in it (\\ud800 to \\udfff alone); send whole characters"
        }
        _ => "send one of the words that are known here, in quotes",
    }
    .to_owned()
}

/// `3, expected an array of length 2`, as a sentence.
fn length(rest: &str) -> String {
    let (given, expected) = rest.split_once(", expected ").unwrap_or((rest, ""));
    let wanted: String = expected.chars().filter(char::is_ascii_digit).collect();
    match (given.parse::<usize>(), wanted.parse::<usize>()) {
        (Ok(given), Ok(wanted)) => format!("the number of entries in this list is {given}; send exactly {wanted}"),
        (Ok(given), _) if expected.contains("fewer") => {
            format!("the number of entries in this list is {given}, which is too many; send fewer")
        }
        _ => "this list has too few or too many entries; send as many as belong here".to_owned(),
    }
}

fn bare(name: &str) -> String {
    name.trim().trim_matches('`').to_owned()
}

/// `expected one of `a`, `b``, or `expected `a` or `b``, as a list.
fn listed(known: &str) -> String {
    known.split('`').skip(1).step_by(2).collect::<Vec<_>>().join(", ")
}

/// What was given, without quoting it: it may be long, and may be somebody's answer.
fn kind(given: &str) -> &'static str {
    match given.split([' ', '`']).next() {
        Some("string") => "a text",
        Some("integer") => "a whole number",
        Some("floating") => "a number with decimals",
        Some("boolean") => "true or false",
        Some("null" | "unit") => "null",
        Some("sequence") => "a list",
        Some("map") => "an object",
        _ => "something else",
    }
}

fn wanted(expected: &str) -> String {
    match expected {
        "a string" | "a borrowed string" | "str" => "a text in quotes".to_owned(),
        "a boolean" => "true or false".to_owned(),
        "a sequence" => "a list".to_owned(),
        "u8" => "a whole number from 0 to 255".to_owned(),
        "u16" | "u32" | "u64" | "usize" => "a whole number from 0".to_owned(),
        "i8" | "i16" | "i32" | "i64" => "a whole number".to_owned(),
        "f32" | "f64" => "a number".to_owned(),
        "an id" => format!("an id in quotes, {ID}"),
        _ if expected.contains("date") || expected.contains("RFC 3339") => format!("a time in quotes; {WRITTEN}"),
        "unit" => "null, or leave it out".to_owned(),
        "any valid JSON value" => "any value of JSON".to_owned(),
        _ if expected.starts_with("enum ") => "one of the words that are known here, in quotes".to_owned(),
        _ if ["a sequence", "an array", "a tuple"].iter().any(|list| expected.starts_with(list)) => "a list".to_owned(),
        "string or map" | "variant identifier" => "one of the words that are known here, in quotes".to_owned(),
        _ if expected.starts_with("struct ")
            || expected.starts_with("a map")
            || expected.starts_with("internally tagged") =>
        {
            "an object".to_owned()
        }
        _ => expected.replace('`', ""),
    }
}

#[cfg(test)]
mod tests {
    use candour_domain::RoundId;
    use chrono::{DateTime, Utc};
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only its shape matters")]
    struct Everything {
        text: String,
        small: u8,
        flag: bool,
        list: Vec<u32>,
        at: DateTime<Utc>,
        id: RoundId,
        inner: Inner,
        mode: Mode,
    }

    #[derive(Debug, Deserialize)]
    #[expect(dead_code, reason = "only its shape matters")]
    struct Inner {
        name: String,
    }

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Mode {
        All,
        Partial,
    }

    #[test]
    fn no_error_speaks_rust_or_quotes_what_was_sent() {
        let good = serde_json::json!({
            "text": "t", "small": 1, "flag": true, "list": [1], "at": "2027-01-31T17:00:00Z",
            "id": "7d0c6c5e-4d0b-4f0e-9b1a-2f6c1f6f3b52", "inner": { "name": "n" }, "mode": "all",
        });
        let fields = ["text", "small", "flag", "list", "at", "id"];
        let odd = [
            serde_json::json!({ "secret": 1 }),
            serde_json::json!(["secret"]),
            serde_json::json!("secret"),
            serde_json::json!("2027-01-31"),
            serde_json::json!("2027-01-31T17:00"),
            serde_json::json!(""),
            serde_json::json!(-7),
            serde_json::json!(1.5),
            serde_json::json!(3_000),
            serde_json::json!(true),
            serde_json::json!(null),
        ];
        let mut seen = std::collections::BTreeSet::new();
        for field in fields {
            for value in odd.iter().map(Some).chain([None]) {
                let mut document = good.clone();
                if let Some(object) = document.as_object_mut() {
                    object.remove(field);
                    if let Some(value) = value {
                        object.insert(field.to_owned(), value.clone());
                    }
                }
                if let Err(problem) = crate::http::body::parse_json::<Everything>(document.to_string().as_bytes()) {
                    let error = problem.errors.first().cloned();
                    let (pointer, detail) =
                        error.map(|error| (error.pointer.unwrap_or_default(), error.detail)).unwrap_or_default();
                    assert!(pointer.starts_with(&format!("/{field}")), "{field} {value:?}: {pointer} {detail}");
                    let words = [
                        "`",
                        "expected",
                        "struct",
                        "invalid",
                        "u8",
                        "u32",
                        "map",
                        "sequence",
                        "string",
                        "premature",
                        "variant",
                    ];
                    assert!(!words.iter().any(|word| detail.contains(word)), "{field} {value:?}: {detail}");
                    assert!(!detail.contains("secret"), "{detail}");
                    seen.insert(detail);
                }
            }
        }
        assert!(seen.contains("this is an object; send a text in quotes"), "{seen:#?}");
        assert!(seen.contains("text is missing; send it"), "{seen:#?}");
        assert!(seen.iter().any(|detail| detail.contains("2027-03-31T17:00:00Z")), "{seen:#?}");
    }

    #[test]
    fn json_that_cannot_be_read_says_why() {
        #[derive(Debug, Deserialize)]
        #[expect(dead_code, reason = "only its shape matters")]
        struct Odd {
            #[serde(default)]
            any: Option<serde_json::Value>,
            #[serde(default)]
            text: Option<String>,
            #[serde(default)]
            mode: Option<Mode>,
            #[serde(default)]
            pair: Option<(u8, u8)>,
        }
        let deep = format!("{{\"any\":{}{}}}", "[".repeat(200), "]".repeat(200));
        for (body, pointer, words) in [
            (&b"{\"any\":1e999}"[..], "/any", "too large"),
            (b"{\"text\":1e999}", "/text", "too large"),
            (deep.as_bytes(), "/any", "stand within each other"),
            (b"{\"text\":\"\\ud800\"}", "/text", "half a character"),
            (b"{\"text\":\"\\ud800 and more\"}", "/text", "half a character"),
            (b"{\"text\":\"Jos\xe9\"}", "/text", "not written in UTF-8"),
            (b"{\"mode\":7}", "/mode", "words that are known here"),
            (b"{\"mode\":\"most\"}", "/mode", "most is not known here; send one of: all, partial"),
            (b"{\"mode\":{\"all\":1}}", "/mode", "send null, or leave it out"),
            (b"{\"pair\":[1]}", "/pair", "in this list is 1; send exactly 2"),
            (b"{\"pair\":{}}", "/pair", "this is an object; send a list"),
        ] {
            let problem = crate::http::body::parse_json::<Odd>(body).err();
            let error = problem.and_then(|problem| problem.errors.first().cloned());
            let (found, detail) =
                error.map(|error| (error.pointer.unwrap_or_default(), error.detail)).unwrap_or_default();
            let body = String::from_utf8_lossy(body);
            assert!(found.starts_with(pointer) && detail.contains(words), "{body}: {found} {detail}");
        }
    }

    #[test]
    fn a_field_that_is_not_known_comes_with_those_that_are() {
        assert_eq!(
            in_words("unknown field `titel`, expected one of `title`, `closes_at`").detail,
            "there is no field titel here; leave it out, or use one of: title, closes_at"
        );
        assert_eq!(
            in_words("unknown variant `x`, expected `all` or `partial`").detail,
            "x is not known here; send one of: all, partial"
        );
        assert_eq!(in_words("missing field `title`").field.as_deref(), Some("title"));
        assert_eq!(in_words("duplicate field `title`").field.as_deref(), Some("title"));
    }
}
