//! The demonstration: the first thing a newcomer sees.

use std::process::{Command, Output, Stdio};

use candour_tests::{Outcome, tool};
use serde_json::Value;

fn demo(arguments: &[&str]) -> Outcome<Output> {
    let folder = tempfile::tempdir()?;
    let mut command = Command::new(tool::candour()?);
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("CANDOUR_")) {
        command.env_remove(name);
    }
    let output = command.arg("demo").args(arguments).current_dir(folder.path()).stdin(Stdio::null()).output()?;
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(std::fs::read_dir(folder.path())?.count(), 0, "it leaves nothing behind");
    Ok(output)
}

/// Every printed number and every state of a result, without the ids, which are new each time.
fn numbers(result: &Value) -> Vec<Value> {
    let mut numbers = vec![result["blocks"].clone(), result["groups"].clone()];
    for competency in result["competencies"].as_array().into_iter().flatten() {
        numbers.extend(["cells", "all", "gap", "quadrant"].map(|field| competency[field].clone()));
        numbers.extend(competency["items"].as_array().into_iter().flatten().map(|item| item["cells"].clone()));
    }
    numbers
}

#[test]
fn the_same_seed_gives_the_same_result_as_one_json_document() -> Outcome {
    let results = std::thread::scope(|scope| {
        let runs = [(); 2].map(|()| scope.spawn(|| demo(&["--exit", "--json", "--seed", "7"])));
        runs.into_iter()
            .map(|run| run.join().map_err(|_panic| "the demonstration panicked")?)
            .collect::<Outcome<Vec<_>>>()
    })?;
    let mut documents = Vec::new();
    for output in &results {
        documents.push(serde_json::from_slice::<Value>(&output.stdout)?);
        assert!(!output.stderr.is_empty(), "everything else goes to standard error");
    }
    let [first, second] = documents.as_slice() else { return Err("two runs".into()) };
    assert_eq!(numbers(first), numbers(second));
    assert_eq!(first["policy"]["threshold"], 4);
    assert_eq!(first["competencies"].as_array().map_or(0, Vec::len), 8);
    let responded: u64 =
        first["blocks"].as_array().into_iter().flatten().filter_map(|block| block["responded"].as_u64()).sum();
    assert!((25..=45).contains(&responded), "about 40 raters: {responded}");
    assert!(first["comments"].as_array().is_some_and(|prompts| !prompts.is_empty()), "{first}");
    Ok(())
}

#[test]
fn without_json_a_person_can_read_it() -> Outcome {
    let output = demo(&["--exit", "--seed", "7"])?;
    let (said, aside) = (String::from_utf8(output.stdout)?, String::from_utf8(output.stderr)?);
    for word in ["Trustees", "Ethical", "All"] {
        assert!(said.contains(word), "the printed result has no {word}:\n{said}");
    }
    assert!(said.contains("http://127.0.0.1") || aside.contains("http://127.0.0.1"), "where to look:\n{said}{aside}");
    let widest = said.lines().map(|line| line.chars().count()).max().unwrap_or_default();
    assert!(widest <= 120, "a line of {widest} characters wraps on most terminals");
    Ok(())
}
