//! Links as mail programs, filters and people leave them.

use candour_tests::{Outcome, RoundPlan, Server, Trust};

#[test]
fn a_damaged_link_finds_the_survey() -> Outcome {
    let server = Server::start()?;
    let trust = Trust::found(&server, "Ashgrove Trust")?;
    let round = trust.open(&RoundPlan::small())?;
    let (person, link) = round.link_of_each()?.into_iter().nth(3).ok_or("no such rater")?;
    let token = link.token();
    assert!(
        token.len() == 32 && token.bytes().all(|byte| byte.is_ascii_digit() || byte.is_ascii_lowercase()),
        "{token}"
    );
    let http = server.anonymous()?;
    let upper = token.to_uppercase();
    let damages = [
        "?utm_source=x",
        "&utm_source=x",
        "&amp;utm_source=x",
        "%3Futm_source=x",
        "%3Futm_source%3Dx",
        "_",
        "-",
        "%3E",
        ")",
        ".",
        ",",
        "%22",
        "%C2%A0",
        "%E2%80%8B",
        "=",
        "%5D",
        "/",
        "%0D%0A",
    ];
    for text in [token, &upper] {
        for damage in damages {
            let page = http.get(&format!("/s/{text}{damage}"))?.with(200)?.text();
            assert!(page.contains("Feedback for Perpetua1 Quillfeather"), "{damage} for {}: {page}", person.group);
            if !damage.starts_with(['?', '/']) {
                assert_eq!(
                    http.get(&format!("/v1/survey/{text}{damage}"))?.with(200)?.json()?["state"],
                    "open",
                    "{damage}"
                );
            }
        }
        for damage in ["/%3E", "/index.html", "/&amp;utm_source=x"] {
            let way = http.get(&format!("/s/{text}{damage}"))?.with(303)?;
            assert_eq!(way.header("location"), Some(link.path().as_str()), "{damage}");
        }
    }
    // What lacks a letter, or has one more, is somebody else's or nobody's.
    for text in [&token[1..], &token[..31], &format!("{token}x"), &format!("x{token}")] {
        http.get(&format!("/s/{text}"))?.with(404)?;
    }
    Ok(())
}
