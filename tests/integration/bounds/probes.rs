//! Requests made from a schema: for each of its limits a value that is just outside, and one that is just inside.

use std::fmt;

use candour_tests::{Outcome, finding};
use serde_json::{Map, Value, json};

/// What most fields are.
const NOT_NULL: &str = "not null";

/// A limit, and what to send to see that it is held.
#[derive(Debug)]
pub(crate) struct Probe {
    /// The place in the body, as a JSON pointer.
    pub(crate) field: String,
    /// The rule, such as `maxLength 200`.
    rule: String,
    /// What is refused there.
    pub(crate) outside: Sent,
    /// What is not, unless that is said by the request as it was.
    pub(crate) inside: Option<Sent>,
}

/// What is sent in a place.
#[derive(Debug)]
pub(crate) enum Sent {
    Value(Value),
    Nothing,
}

/// Every limit that a schema states for a body, as far as the body reaches.
pub(crate) fn probes(document: &Value, schema: &Value, body: &Value) -> Outcome<Vec<Probe>> {
    let mut found = Vec::new();
    walk(document, schema, "", Some(body), &mut found)?;
    Ok(found)
}

/// Values outside and inside of what a parameter takes, as text.
pub(crate) fn of_parameter(schema: &Value) -> Vec<(String, String)> {
    let mut found = Vec::new();
    limits("", schema, &mut found);
    // Headers are ASCII.
    let text = |sent: Sent| match sent {
        Sent::Value(Value::String(text)) => Some(text.replace('é', "e")),
        Sent::Value(value) => Some(value.to_string()),
        Sent::Nothing => None,
    };
    found.into_iter().filter_map(|probe| Some((text(probe.outside)?, text(probe.inside?)?))).collect()
}

impl Probe {
    /// The body with this at the place of the probe.
    pub(crate) fn change(&self, body: &Value, sent: &Sent) -> Outcome<Value> {
        let mut body = body.clone();
        let value = if let Sent::Value(value) = sent { Some(value.clone()) } else { None };
        let Some((parent, last)) = self.field.rsplit_once('/') else { return Ok(value.unwrap_or_default()) };
        match (body.pointer_mut(parent), value) {
            (Some(Value::Object(fields)), Some(value)) => drop(fields.insert(last.to_owned(), value)),
            (Some(Value::Object(fields)), None) => drop(fields.remove(last)),
            (Some(Value::Array(entries)), Some(value)) => {
                *last.parse::<usize>().ok().and_then(|at| entries.get_mut(at)).ok_or("no such entry")? = value;
            }
            _ => finding!("{} is no place in {body}", self.field),
        }
        Ok(body)
    }
}

impl fmt::Display for Probe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\", {}", self.field, self.rule)
    }
}

fn walk(document: &Value, schema: &Value, at: &str, body: Option<&Value>, found: &mut Vec<Probe>) -> Outcome {
    if let Some(reference) = schema["$ref"].as_str() {
        let target = document.pointer(reference.trim_start_matches('#')).ok_or("a reference to nothing")?;
        return walk(document, target, at, body, found);
    }
    if let Some(either) = schema["oneOf"].as_array() {
        found.push(Probe {
            field: at.to_owned(),
            rule: "null".to_owned(),
            outside: Sent::Value(json!(7)),
            inside: Some(Sent::Value(Value::Null)),
        });
        either.iter().filter(|one| one["type"] != "null").try_for_each(|one| walk(document, one, at, body, found))?;
        found.retain(|probe| probe.field != at || probe.rule != NOT_NULL);
        return Ok(());
    }
    limits(at, schema, found);
    if is(schema, "object") {
        let fields = schema["properties"].as_object();
        if schema["additionalProperties"] == false {
            found.push(Probe {
                field: format!("{at}/unheard_of"),
                rule: "no other field".to_owned(),
                outside: Sent::Value(json!(1)),
                inside: Some(Sent::Nothing),
            });
        }
        for (name, field) in fields.into_iter().flatten() {
            walk(document, field, &format!("{at}/{name}"), body.and_then(|body| body.get(name)), found)?;
        }
        for name in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
            found.push(Probe {
                field: format!("{at}/{name}"),
                rule: "required".to_owned(),
                outside: Sent::Nothing,
                inside: None,
            });
        }
        if schema["additionalProperties"].is_object() {
            for (name, value) in body.and_then(Value::as_object).into_iter().flatten() {
                walk(document, &schema["additionalProperties"], &format!("{at}/{name}"), Some(value), found)?;
            }
        }
    } else if let (true, Some([.., last])) = (is(schema, "array"), body.and_then(Value::as_array).map(Vec::as_slice)) {
        let entries = body.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        for (rule, wrong, right) in ends(schema, "minItems", "maxItems") {
            let list = |length: i64| {
                Sent::Value(Value::Array(grown(entries, last, usize::try_from(length).unwrap_or_default())))
            };
            found.push(Probe { field: at.to_owned(), rule, outside: list(wrong), inside: Some(list(right)) });
        }
        walk(document, &schema["items"], &format!("{at}/{}", entries.len() - 1), Some(last), found)?;
    } else if !is(schema, "string") && !is(schema, "integer") && !is(schema, "boolean") && !is(schema, "array") {
        finding!("{at} has a schema that the story does not understand: {schema}");
    }
    Ok(())
}

/// What a schema says of the value itself.
fn limits(field: &str, schema: &Value, found: &mut Vec<Probe>) {
    let mut push = |rule: String, outside: Value, inside: Option<Value>| {
        found.push(Probe {
            field: field.to_owned(),
            rule,
            outside: Sent::Value(outside),
            inside: inside.map(Sent::Value),
        });
    };
    if !field.is_empty() {
        let other = || if is(schema, "boolean") { json!("x") } else { json!(true) };
        push("its type".to_owned(), other(), None);
        if is(schema, "null") {
            push("null".to_owned(), other(), Some(Value::Null));
        } else {
            push(NOT_NULL.to_owned(), Value::Null, None);
        }
    }
    if let Some(words) = schema["enum"].as_array() {
        let other = if is(schema, "boolean") { json!(false) } else { json!("unheard_of") };
        for word in words {
            push("enum".to_owned(), other.clone(), Some(word.clone()));
        }
    } else if is(schema, "string") {
        for (rule, outside, inside) in ends(schema, "minLength", "maxLength") {
            push(rule, text(schema, outside), Some(text(schema, inside)));
        }
        if schema["pattern"].is_string()
            || matches!(schema["format"].as_str(), Some("uuid" | "date-time" | "idn-email"))
        {
            push("its form".to_owned(), json!("0 of no form!"), None);
        }
    } else if is(schema, "integer") {
        for (rule, outside, inside) in ends(schema, "minimum", "maximum") {
            push(rule, json!(outside), Some(json!(inside)));
        }
    }
}

/// Both ends of what is taken: the rule, the number just outside and the one just inside.
fn ends(schema: &Value, least: &str, most: &str) -> Vec<(String, i64, i64)> {
    let end =
        |name: &str, step: i64| schema[name].as_i64().map(|number| (format!("{name} {number}"), number + step, number));
    end(least, -1).into_iter().chain(end(most, 1)).collect()
}

/// A text of so many characters, of a form that is taken. Where it can be, each of them takes two bytes.
fn text(schema: &Value, length: i64) -> Value {
    let length = usize::try_from(length).unwrap_or_default();
    if schema["format"] == "idn-email" {
        // 64 before the @ at most, and 63 between dots.
        let local = length.saturating_sub(5).min(64);
        let mut domain = "uk".to_owned();
        while domain.len() + local + 1 < length {
            let label = (length - domain.len() - local - 2).min(62);
            domain = format!("{}.{domain}", "d".repeat(label.max(1)));
        }
        return json!(format!("{}@{domain}", "a".repeat(local)));
    }
    json!(if schema["pattern"].is_string() { "a" } else { "é" }.repeat(length))
}

/// A list of so many entries: those there are, and more like the last one, with ids, addresses and values of their own.
fn grown(entries: &[Value], last: &Value, length: usize) -> Vec<Value> {
    let more = (entries.len()..length).map(|at| {
        let own = |(name, value): (&String, &Value)| {
            let value = match (name.as_str(), value.as_str(), value.as_i64()) {
                ("id", Some(id), _) => json!(format!("{id}.{at}")),
                ("email", Some(email), _) => json!(format!("{at}.{email}")),
                ("value", _, Some(_)) => json!(at),
                _ => value.clone(),
            };
            (name.clone(), value)
        };
        last.as_object()
            .map_or_else(|| last.clone(), |fields| Value::Object(fields.iter().map(own).collect::<Map<_, _>>()))
    });
    entries.iter().take(length).cloned().chain(more).collect()
}

fn is(schema: &Value, kind: &str) -> bool {
    schema["type"] == kind || schema["type"].as_array().is_some_and(|kinds| kinds.iter().any(|one| one == kind))
}
