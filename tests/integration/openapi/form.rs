//! The published document is OpenAPI 3.1, so that generators and importers can read it: by the schema that the authors
//! of OpenAPI publish (`openapi-3.1.json`, under Apache-2.0), and by what they ask in words.

use std::collections::BTreeSet;

use candour_tests::{Outcome, tool};
use serde_json::Value;

const SCHEMA: &str = include_str!("openapi-3.1.json");

#[test]
fn the_document_is_openapi() -> Outcome {
    let document = document()?;
    let schema = jsonschema::validator_for(&serde_json::from_str(SCHEMA)?)?;
    let errors: Vec<_> =
        schema.iter_errors(&document).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert_eq!(errors, Vec::<String>::new());
    // What stands where a schema is, that schema leaves open.
    let mut schemas = Vec::new();
    walk("", &document, &mut |pointer, part| {
        if is_schema(pointer) {
            schemas.push((pointer.to_owned(), part.clone()));
        }
    });
    assert!(schemas.len() > 100, "{} schemas", schemas.len());
    for (pointer, part) in schemas {
        jsonschema::draft202012::meta::validate(&part).map_err(|error| format!("{pointer}: {error}"))?;
    }
    Ok(())
}

#[test]
fn everything_that_is_referred_to_is_there() -> Outcome {
    let document = document()?;
    let (mut references, mut lost) = (0, Vec::new());
    walk("", &document, &mut |pointer, part| {
        if let Some(reference) = part.get("$ref").and_then(Value::as_str) {
            references += 1;
            if reference.strip_prefix('#').and_then(|target| document.pointer(target)).is_none() {
                lost.push(format!("{pointer}: {reference}"));
            }
        }
    });
    assert!(references > 100, "{references} references");
    assert_eq!(lost, Vec::<String>::new());
    for (path, method, operation) in operations(&document) {
        for scheme in operation["security"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_object)
            .flat_map(|names| names.keys())
        {
            assert!(
                document["components"]["securitySchemes"][scheme].is_object(),
                "{method} {path}: no security scheme {scheme}"
            );
        }
    }
    Ok(())
}

#[test]
fn every_operation_has_a_name_of_its_own_and_declares_its_path() -> Outcome {
    let document = document()?;
    let mut names = BTreeSet::new();
    for (path, method, operation) in operations(&document) {
        let name = operation["operationId"].as_str().ok_or_else(|| format!("{method} {path} has no operationId"))?;
        assert!(names.insert(name.to_owned()), "{name} is the name of two operations");
        let parameters: Vec<_> = operation["parameters"].as_array().into_iter().flatten().collect();
        let all: BTreeSet<_> =
            parameters.iter().map(|parameter| (parameter["in"].to_string(), parameter["name"].to_string())).collect();
        assert_eq!(all.len(), parameters.len(), "{method} {path} declares a parameter twice");
        let in_path = parameters.iter().filter(|parameter| parameter["in"] == "path");
        let declared: BTreeSet<_> = in_path.map(|parameter| parameter["name"].as_str().unwrap_or_default()).collect();
        let written: BTreeSet<_> = path.split('{').skip(1).filter_map(|part| part.split('}').next()).collect();
        assert_eq!(declared, written, "{method} {path}");
        for (status, response) in operation["responses"].as_object().into_iter().flatten() {
            assert!(
                response["description"].as_str().is_some_and(|text| !text.is_empty()),
                "{method} {path} does not describe {status}"
            );
        }
    }
    Ok(())
}

#[test]
fn every_list_says_what_is_in_it_and_every_required_field_is_there() -> Outcome {
    let mut wrong = Vec::new();
    walk("", &document()?, &mut |pointer, part| {
        let is = |kind: &str| {
            part["type"] == kind || part["type"].as_array().is_some_and(|kinds| kinds.iter().any(|one| one == kind))
        };
        if is_schema(pointer) && is("array") && part.get("items").is_none() {
            wrong.push(format!("{pointer} has no items"));
        }
        if is_schema(pointer) {
            let required = part["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
            wrong.extend(
                required
                    .filter(|name| part["properties"].get(*name).is_none())
                    .map(|name| format!("{pointer} has no {name}")),
            );
        }
    });
    assert_eq!(wrong, Vec::<String>::new());
    Ok(())
}

fn document() -> Outcome<Value> {
    Ok(serde_json::from_slice(&std::fs::read(tool::repository().join("openapi/openapi.json"))?)?)
}

fn operations(document: &Value) -> Vec<(&str, &str, &Value)> {
    let paths = document["paths"].as_object().into_iter().flatten();
    paths
        .flat_map(|(path, item)| {
            item.as_object()
                .into_iter()
                .flatten()
                .map(move |(method, operation)| (path.as_str(), method.as_str(), operation))
        })
        .collect()
}

/// Whether a schema stands at a place of the document.
fn is_schema(pointer: &str) -> bool {
    let steps: Vec<&str> = pointer.split('/').collect();
    match steps.as_slice() {
        [.., "schema" | "items" | "additionalProperties" | "propertyNames"] => {
            !matches!(steps.as_slice(), [.., "properties", _])
        }
        [.., "properties" | "schemas" | "oneOf" | "allOf" | "anyOf", _] => true,
        _ => false,
    }
}

fn walk(pointer: &str, part: &Value, seen: &mut impl FnMut(&str, &Value)) {
    seen(pointer, part);
    match part {
        Value::Object(fields) => fields
            .iter()
            .filter(|(name, _)| !["example", "examples", "default", "enum"].contains(&name.as_str()))
            .for_each(|(name, value)| {
                walk(&format!("{pointer}/{}", name.replace('~', "~0").replace('/', "~1")), value, seen);
            }),
        Value::Array(entries) => {
            entries.iter().enumerate().for_each(|(at, value)| walk(&format!("{pointer}/{at}"), value, seen));
        }
        _ => {}
    }
}
