//! The arrows between the crates, proved on cargo's own graph: each crate reaches only what is to its right.
//!
//! ```text
//! candour  ->  api, pages      ->  service, and what it uses
//! service  ->  storage         ->  domain
//! service  ->  analytics       ->  domain
//! service  ->  report          ->  analytics, domain
//! service  ->  seal            ->  domain
//! service  ->  sheet           ->  domain
//! service  ->  mail            ->  domain, words
//! service  ->  outbound
//! mail, pages, when they are built  ->  catalogue
//! ```
//!
//! `api` and `pages` never see each other, and only they and `candour` know HTTP.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

/// What each crate may use of ours.
const ARROWS: [(&str, &[&str]); 14] = [
    ("candour-domain", &[]),
    ("candour-outbound", &[]),
    ("candour-words", &[]),
    ("candour-catalogue", &[]),
    ("candour-seal", &["candour-domain"]),
    ("candour-sheet", &["candour-domain"]),
    ("candour-mail", &["candour-catalogue", "candour-domain", "candour-words"]),
    ("candour-analytics", &["candour-domain"]),
    ("candour-storage", &["candour-domain"]),
    ("candour-report", &["candour-analytics", "candour-domain"]),
    (
        "candour-service",
        &[
            "candour-analytics",
            "candour-domain",
            "candour-mail",
            "candour-outbound",
            "candour-seal",
            "candour-sheet",
            "candour-storage",
            "candour-words",
        ],
    ),
    ("candour-api", &["candour-analytics", "candour-domain", "candour-report", "candour-seal", "candour-service"]),
    (
        "candour-pages",
        &["candour-catalogue", "candour-domain", "candour-report", "candour-seal", "candour-service", "candour-words"],
    ),
    (
        "candour",
        &[
            "candour-analytics",
            "candour-api",
            "candour-domain",
            "candour-mail",
            "candour-pages",
            "candour-report",
            "candour-seal",
            "candour-service",
            "candour-storage",
            "candour-words",
        ],
    ),
];

/// The crates that do no input or output, and what none of them reaches, however indirectly.
const PURE: [&str; 6] =
    ["candour-domain", "candour-words", "candour-seal", "candour-sheet", "candour-analytics", "candour-report"];
const IMPURE: [&str; 7] = ["actix-web", "diesel", "hyper", "lettre", "libsqlite3-sys", "tokio", "ureq"];

/// What only these crates know.
const ONLY: [(&str, &[&str]); 13] = [
    ("actix-web", &["candour-api", "candour-pages", "candour"]),
    ("actix-session", &["candour-pages"]),
    ("openidconnect", &["candour-outbound"]),
    ("reqwest", &["candour-outbound"]),
    ("askama", &["candour-mail", "candour-pages", "candour-words"]),
    ("fluent-syntax", &["candour-catalogue"]),
    ("lettre", &["candour-mail"]),
    ("hpke", &["candour-seal"]),
    ("encoding_rs", &["candour-sheet"]),
    ("quick-xml", &["candour-sheet"]),
    ("zip", &["candour-sheet"]),
    ("diesel", &["candour-storage"]),
    ("libsqlite3-sys", &["candour-storage"]),
];

/// What a crate never reaches, however indirectly.
const NEVER: [(&str, &str); 5] = [
    ("candour-service", "actix-web"),
    ("candour-mail", "actix-web"),
    ("candour-storage", "actix-web"),
    ("candour-api", "candour-pages"),
    ("candour-pages", "candour-api"),
];

#[test]
fn each_crate_of_ours_uses_only_those_to_its_right() -> Result<(), Box<dyn Error>> {
    let graph = Graph::read()?;
    for (name, allowed) in ARROWS {
        let used: BTreeSet<&str> =
            graph.direct(name)?.iter().map(String::as_str).filter(|used| used.starts_with("candour-")).collect();
        let forbidden: Vec<&&str> = used.iter().filter(|used| !allowed.contains(*used)).collect();
        assert!(forbidden.is_empty(), "{name} may use {allowed:?} of ours, and uses {forbidden:?}");
    }
    Ok(())
}

#[test]
fn the_pure_crates_reach_no_database_no_network_and_no_runtime() -> Result<(), Box<dyn Error>> {
    let graph = Graph::read()?;
    for name in PURE {
        for impure in IMPURE {
            let way = graph.way(name, impure)?;
            assert!(
                way.is_none(),
                "{name} does no input or output, yet reaches {impure}: {}",
                way.unwrap_or_default().join(" -> ")
            );
        }
    }
    Ok(())
}

#[test]
fn what_one_crate_knows_no_other_knows() -> Result<(), Box<dyn Error>> {
    let graph = Graph::read()?;
    for (known, only) in ONLY {
        for (name, _) in ARROWS {
            let uses = graph.direct(name)?.contains(known);
            assert!(!uses || only.contains(&name), "only {only:?} use {known}, and {name} does too");
        }
    }
    Ok(())
}

#[test]
fn what_a_crate_is_kept_from_it_never_reaches() -> Result<(), Box<dyn Error>> {
    let graph = Graph::read()?;
    for (name, forbidden) in NEVER {
        let way = graph.way(name, forbidden)?;
        assert!(
            way.is_none(),
            "{name} is kept from {forbidden}, yet reaches it: {}",
            way.unwrap_or_default().join(" -> ")
        );
    }
    Ok(())
}

#[test]
fn every_crate_has_its_arrows() -> Result<(), Box<dyn Error>> {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates");
    for entry in std::fs::read_dir(crates)? {
        let name = format!("candour-{}", entry?.file_name().to_string_lossy());
        let name = if name == "candour-candour" { "candour" } else { &name };
        assert!(ARROWS.iter().any(|(known, _)| known == &name), "say in ARROWS what {name} may use");
    }
    Ok(())
}

/// Who depends on whom, with every feature of ours on, for building and running but not for testing.
struct Graph(BTreeMap<String, BTreeSet<String>>);

impl Graph {
    fn read() -> Result<Self, Box<dyn Error>> {
        let output = Command::new(env!("CARGO"))
            .args(["metadata", "--format-version", "1", "--locked", "--all-features"])
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .output()?;
        if !output.status.success() {
            return Err(String::from_utf8_lossy(&output.stderr).into());
        }
        let metadata: Value = serde_json::from_slice(&output.stdout)?;
        let mut names = BTreeMap::new();
        for package in list(&metadata["packages"])? {
            names.insert(text(&package["id"])?, text(&package["name"])?);
        }
        let mut graph: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for node in list(&metadata["resolve"]["nodes"])? {
            let edges = graph.entry(name_of(&names, &node["id"])?).or_default();
            for dependency in list(&node["deps"])? {
                if list(&dependency["dep_kinds"])?.iter().any(|kind| kind["kind"] != "dev") {
                    edges.insert(name_of(&names, &dependency["pkg"])?);
                }
            }
        }
        Ok(Self(graph))
    }

    fn direct(&self, name: &str) -> Result<&BTreeSet<String>, String> {
        self.0.get(name).ok_or_else(|| format!("there is no crate {name}"))
    }

    /// A way from one crate to another along the arrows.
    fn way(&self, from: &str, to: &str) -> Result<Option<Vec<String>>, String> {
        let mut seen = BTreeSet::from([from.to_owned()]);
        let mut ways = vec![vec![from.to_owned()]];
        while let Some(way) = ways.pop() {
            let Some(last) = way.last() else { continue };
            for next in self.direct(last)? {
                if seen.insert(next.clone()) {
                    let longer: Vec<String> = way.iter().chain([next]).cloned().collect();
                    if next == to {
                        return Ok(Some(longer));
                    }
                    ways.push(longer);
                }
            }
        }
        Ok(None)
    }
}

fn list(value: &Value) -> Result<&Vec<Value>, String> {
    value.as_array().ok_or_else(|| "cargo metadata has another shape than it had".to_owned())
}

fn text(value: &Value) -> Result<String, String> {
    value.as_str().map(str::to_owned).ok_or_else(|| "cargo metadata has another shape than it had".to_owned())
}

fn name_of(names: &BTreeMap<String, String>, id: &Value) -> Result<String, String> {
    names.get(&text(id)?).cloned().ok_or_else(|| format!("cargo metadata names no package {id}"))
}
