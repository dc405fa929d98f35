//! The demonstration: the first thing a newcomer sees.

use std::process::{Command, Output, Stdio};

use candour_tests::demonstration::Demonstration;
use candour_tests::{Outcome, Server, Trust, Visitor, tool};
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
    assert!(said.contains("http://localhost:") || aside.contains("http://localhost:"), "where to look:\n{said}{aside}");
    let widest = said.lines().map(|line| line.chars().count()).max().unwrap_or_default();
    assert!(widest <= 120, "a line of {widest} characters wraps on most terminals");
    Ok(())
}

#[test]
fn a_visitor_is_everybody_by_a_click_and_reads_the_emails() -> Outcome {
    let demo = Demonstration::start()?;
    for words in ["Done in", "curl -H", "be the HR lead, the chair, the chief executive or a rater"] {
        assert!(demo.said.contains(words), "{words}:\n{}", demo.said);
    }
    let visitor = demo.visitor()?;
    let people = visitor.get("/demo")?.with(200)?.text();
    for name in ["Priya Nair", "Margaret Ellison", "Dr Amara Bello", "Alan Whitmore", "Ian Mercer"] {
        assert!(people.contains(name), "{name}: {people}");
    }
    for (who, words) in [
        ("hr", "People are being asked"),
        ("chair", "The report about Ruth Fairbairn (Director of education review 2027) is ready."),
        ("subject", "The report was released on"),
    ] {
        let home = visitor.press("/demo", &[("who", who)])?.with(200)?.text();
        assert!(home.contains(words), "{who}: {home}");
    }
    // A click proves enough here: the chair could read the report that waits.
    visitor.press("/demo", &[("who", "hr")])?;
    visitor.get("/people")?.with(200)?;
    for who in ["rater-0", "rater-1"] {
        let sent = visitor.post("/demo", &[("who", who)])?.with(303)?;
        let link = sent.header("location").unwrap_or_default().to_owned();
        assert!(link.starts_with("/s/"), "{link}");
        assert!(visitor.get(&link)?.with(200)?.text().contains("Tom Hartley"));
    }
    visitor.post("/demo", &[("who", "rater-2")])?.with(303)?;
    visitor.send("POST", "/demo", &[("origin", "https://elsewhere.example")], Some(&[("who", "hr")]))?.with(403)?;

    let mailbox = visitor.get("/demo/mailbox")?.with(200)?.text();
    let first = mailbox.split("href=\"/demo/mailbox/").nth(1).and_then(|rest| rest.split('"').next());
    let email = format!("/demo/mailbox/{}", first.ok_or("no email")?);
    let page = visitor.get(&email)?.with(200)?;
    assert!(page.text().contains("<iframe") && page.text().contains("sandbox="), "{page}");
    let content = visitor.get(&format!("{email}/html"))?.with(200)?;
    let policy = content.header("content-security-policy").unwrap_or_default();
    assert!(
        policy.contains("default-src 'none'") && policy.contains("sandbox") && !policy.contains("script"),
        "{policy}"
    );
    assert!(content.text().contains("<base target=\"_top\">"), "a link leads out of the frame: {content}");
    for path in ["/demo/mailbox/nowhere", "/demo/mailbox/..%2Fsecret.key", "/demo/mailbox/..%2Fsecret/html"] {
        visitor.get(path)?.with(404)?;
    }
    Ok(())
}

/// On a service that is no demonstration nobody becomes anybody by a click.
#[test]
fn a_service_that_is_no_demonstration_has_none_of_its_pages() -> Outcome {
    let server = Server::start()?;
    Trust::found(&server, "Ashgrove Trust")?;
    let visitor = Visitor::new(server.http()?);
    for path in ["/demo", "/demo/mailbox", "/demo/mailbox/x", "/demo/mailbox/x/html"] {
        visitor.get(path)?.with(404)?;
        for who in ["hr", "chair", "subject", "rater-0"] {
            visitor.post(path, &[("who", who)])?.with(404)?;
        }
    }
    visitor.get("/account")?.with(303)?;
    Ok(())
}
