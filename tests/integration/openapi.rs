//! The published contract: what is served is what is committed, and the pages about it come from our own origin.

use std::io::{Read, Write};

use candour_tests::{METERED, Outcome, Server, tool};
use serde_json::Value;

mod form;

#[test]
fn the_served_document_is_the_committed_one() -> Outcome {
    let server = Server::start()?;
    let document = server.anonymous()?.get("/openapi.json")?.with(200)?.json()?;
    let committed: Value = serde_json::from_slice(&std::fs::read(tool::repository().join("openapi/openapi.json"))?)?;
    assert!(
        document == committed,
        "openapi/openapi.json is not what the service serves: run `cargo xtask openapi` and commit the file"
    );
    let printed: Value = serde_json::from_str(&server.cli(&["openapi"])?.stdout)?;
    assert!(
        printed == committed,
        "`candour openapi` prints something else: run `cargo xtask openapi` and commit the file"
    );
    assert!(
        committed["openapi"].as_str().is_some_and(|version| version.starts_with("3.1")),
        "{}",
        committed["openapi"]
    );
    Ok(())
}

#[test]
fn every_refusal_is_described_as_a_problem() -> Outcome {
    let document: Value = serde_json::from_slice(&std::fs::read(tool::repository().join("openapi/openapi.json"))?)?;
    for (path, methods) in document["paths"].as_object().into_iter().flatten() {
        for (method, operation) in methods.as_object().into_iter().flatten() {
            let responses = operation["responses"].as_object().cloned().unwrap_or_default();
            assert!(
                responses.keys().all(|status| status.len() == 3 && status.parse::<u16>().is_ok()),
                "{method} {path}: one status each"
            );
            assert!(responses.keys().any(|status| status.starts_with('2')), "{method} {path} never succeeds");
            for (status, response) in &responses {
                assert!(
                    response["description"].as_str().is_some_and(|text| !text.is_empty()),
                    "{method} {path} does not describe {status}"
                );
            }
            assert!(
                operation["summary"].is_string() || operation["description"].is_string(),
                "{method} {path} says nothing about itself"
            );
        }
    }
    Ok(())
}

#[test]
fn the_documentation_page_needs_no_other_host() -> Outcome {
    let server = Server::start()?;
    let anyone = server.anonymous()?;
    let base = server.http()?.base().to_owned();
    let mut page = anyone.get("/docs")?;
    let mut at = "/docs".to_owned();
    while matches!(page.status, 301 | 302 | 303 | 307 | 308) {
        at = page.header("location").unwrap_or_default().trim_start_matches(&base).to_owned();
        page = anyone.get(&at)?;
    }
    let text = page.with(200)?.text();
    let folder = at.rsplit_once('/').map_or("", |(folder, _)| folder);
    for source in
        text.split(['"', '\'']).filter(|part| part.rsplit('.').next().is_some_and(|end| matches!(end, "js" | "css")))
    {
        assert!(!source.starts_with("//") && !source.contains("://"), "the page loads {source} from elsewhere");
        let path = if source.starts_with('/') {
            source.to_owned()
        } else {
            format!("{folder}/{}", source.trim_start_matches("./"))
        };
        anyone.get(&path)?.with(200)?;
    }
    Ok(())
}

#[test]
fn the_service_says_how_it_is() -> Outcome {
    let server = Server::start_with(&[METERED])?;
    let anyone = server.anonymous()?;
    anyone.get("/health/live")?.with(200)?;
    anyone.get("/health/ready")?.with(200)?;
    anyone.get("/metrics")?.problem(404)?;
    let mut pot = std::net::TcpStream::connect(server.address()?)?;
    pot.write_all(b"BREW /health/live HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")?;
    pot.read_to_end(&mut Vec::new())?;
    let metrics = server.metrics()?;
    assert!(metrics.contains("method=\"other\"") && !metrics.contains("BREW"), "no client makes up labels: {metrics}");
    assert!(metrics.lines().any(|line| line.starts_with("# TYPE candour_")), "{metrics}");
    assert!(server.stop()?.success(), "asked to stop, it ends in good order");
    Ok(())
}
