//! The log of a whole round, with everything logged that can be: no link, no address, no name, no comment, no trace of
//! a rater's device.

use candour_tests::answers::prompts;
use candour_tests::database::raw_link;
use candour_tests::trust::{DOMAIN, SURNAME};
use candour_tests::{Answers, Http, Outcome, RoundPlan, Server, Trust};
use serde_json::Value;

const AGENT: &str = "Telltale-Browser/7.1 (Phone of a trustee)";
const FORWARDED: &str = "203.0.113.77";

#[test]
fn the_log_of_a_whole_round_names_nobody() -> Outcome {
    let server = Server::start_with(&[("CANDOUR_LOG", "trace")])?;
    let trust = Trust::found(&server, "Ashgrove Trust")?;
    let round = trust.open(&RoundPlan::small())?;
    let links = round.link_of_each()?;
    let http: Http = server.http()?;
    for (at, (_, link)) in links.iter().enumerate() {
        let survey = link.survey()?;
        let prompt = prompts(&survey).into_iter().next().ok_or("no prompt")?;
        let answers = Answers::to(&survey, |item| Some(u8::try_from(item % 3 + 2).unwrap_or(2)))
            .saying(&prompt, "Unmistakable marmalade.");
        let headers = [
            ("user-agent", AGENT),
            ("x-forwarded-for", FORWARDED),
            ("forwarded", "for=203.0.113.77"),
            ("content-type", "application/json"),
        ];
        let path = format!("/v1/survey/{}", link.token());
        http.send("GET", &link.path(), &headers, None)?.with(200)?;
        http.send("GET", &format!("{}/page/1?from=mail", link.path()), &headers, None)?.with(200)?;
        let tag = link.get()?.header("etag").ok_or("no tag")?.to_owned();
        let with_tag: Vec<_> = headers.into_iter().chain([("if-match", tag.as_str())]).collect();
        http.send("PUT", &format!("{path}/draft"), &with_tag, Some(answers.json().to_string().as_bytes()))?
            .succeeded()?;
        match at {
            // Mistakes are where a log is most talkative.
            0 => {
                let nonsense = format!("{{\"comments\":{{\"{prompt}\":\"Unmistakable marmalade\"}},\"ratings\":[]}}");
                http.send("PUT", &format!("{path}/response"), &headers, Some(nonsense.as_bytes()))?;
                http.send(
                    "PUT",
                    &format!("{path}/response"),
                    &headers,
                    Some(b"{\"comments\": Unmistakable marmalade"),
                )?;
                http.send("GET", &format!("{path}/elsewhere"), &headers, None)?;
                http.send("GET", &format!("{}x", link.path()), &headers, None)?;
            }
            1 => {
                link.decline()?.succeeded()?;
            }
            _ => {
                http.send("PUT", &format!("{path}/response"), &headers, Some(answers.json().to_string().as_bytes()))?
                    .with(200)?;
            }
        }
    }
    trust.administrator.moves(&round.id, "remind", &serde_json::json!({}))?;
    round.close_and_count()?;
    let facilitator = round.facilitator()?;
    facilitator.release(&round.review()?.id)?.with(200)?;
    round.reaches("released")?;
    trust.integration(&["results:read"])?.get(&format!("/v1/reviews/{}/results", round.review()?.id))?.with(200)?;
    server.stop()?;

    let log = server.log()?;
    assert!(log.lines().count() > 10, "the log is there: {log}");
    // The address to set it up stands beside the log; the story `set_up` looks at that line.
    for line in log.lines().filter(|line| !line.starts_with("candour: nobody has set up this service yet.")) {
        let line: Value =
            serde_json::from_str(line).map_err(|error| format!("a line of the log is not JSON ({error}): {line}"))?;
        assert!(line["level"].is_string() && line["timestamp"].is_string(), "{line}");
    }
    for (person, link) in &links {
        absent(&log, link.token(), &format!("the link of {}", person.email));
        let bytes = format!("{:?}", raw_link(link.token())?);
        absent(&log, bytes.trim_matches(['[', ']']), "the bytes of a link");
    }
    for (needle, what) in [
        (SURNAME, "a name"),
        (DOMAIN, "an address"),
        ("marmalade", "a comment"),
        ("Telltale", "a user agent"),
        (FORWARDED, "an IP address"),
        ("from=mail", "a query"),
        ("eyJ", "a token"),
    ] {
        absent(&log, needle, what);
    }
    // The service's own address is in its first lines; nobody's is in the line of a request.
    for line in log.lines().filter(|line| line.contains("\"route\"")) {
        absent(line, "127.0.0.1", "an IP address");
    }
    assert!(log.contains("/v1/rounds/{id}"), "the route is logged instead of the path");
    for route in ["/s/", "/v1/survey", "/assets/"] {
        absent(&log, route, "the route of a rater");
    }
    Ok(())
}

fn absent(log: &str, needle: &str, what: &str) {
    let found = log.lines().find(|line| line.contains(needle));
    assert_eq!(found, None, "{what} is in the log");
}
