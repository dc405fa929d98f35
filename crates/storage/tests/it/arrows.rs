//! What the sources show: within the crate, too, each part uses only what stands below it.

use crate::database::{Failure, Tested};
use crate::tenants::sources::sources;

/// The parts of the crate, the lowest first.
const PARTS: [&str; 10] =
    ["engine", "tenant", "answers", "people", "office", "sign_in", "work", "round", "upkeep", "storage"];

#[test]
fn each_part_uses_only_what_stands_below_it() -> Tested {
    let sources = sources()?;
    let flat = sources.iter().find(|(file, _)| file == "lib.rs").ok_or("the names that callers see")?.1.clone();
    for (file, source) in &sources {
        let own = file.split('/').next().unwrap_or_default().trim_end_matches(".rs");
        let Some(height) = PARTS.iter().position(|part| *part == own) else {
            assert_eq!(file, "lib.rs", "a part that stands nowhere");
            continue;
        };
        let code: Vec<_> = source.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
        for name in named(&code.join("\n")) {
            let part = part_of(&name, &flat)?;
            let below = PARTS.iter().position(|known| *known == part).is_some_and(|place| place <= height);
            assert!(below, "{file} uses {name} of {part}");
        }
    }
    Ok(())
}

/// The first word of each path that begins at the crate.
fn named(code: &str) -> Vec<String> {
    let first =
        |path: &str| path.chars().take_while(|letter| letter.is_alphanumeric() || *letter == '_').collect::<String>();
    let paths = code.split("crate::").skip(1).flat_map(|rest| match rest.strip_prefix('{') {
        Some(list) => list.split('}').next().unwrap_or_default().split(',').map(|path| first(path.trim())).collect(),
        None => vec![first(rest)],
    });
    paths.filter(|name| !name.is_empty()).collect()
}

/// The part that a name belongs to: itself one, or behind one of the names that callers see.
fn part_of(name: &str, flat: &str) -> Result<String, Failure> {
    if PARTS.contains(&name) {
        return Ok(name.to_owned());
    }
    let exported = flat.split("pub use ").skip(1).filter_map(|rest| rest.split(';').next()?.split_once("::"));
    let words =
        |path: &str| path.split(|letter: char| !letter.is_alphanumeric() && letter != '_').any(|word| word == name);
    let (part, _) =
        exported.into_iter().find(|(_, names)| words(names)).ok_or_else(|| format!("nobody knows {name}"))?;
    Ok(part.to_owned())
}
