//! Tokens that people make for programs of their own: narrower than their role, closed to what is not released, and
//! ended with everything they hang on.

use candour_domain::access::{Grant, grants};
use candour_domain::{Role, Scope};
use candour_tests::browser::Screen;
use candour_tests::database::Copy;
use candour_tests::{Browser, Caller, Outcome, Person, Reply, RoundPlan, Service, TestApp, Trust, Visitor, finding};
use chrono::TimeDelta;
use serde_json::json;

use crate::access::{nobody, published};
use crate::browser::is_sound;

/// Asks for a token with the form of the page.
fn ask(visitor: &Visitor, role: &str, scopes: &[&str], days: &str) -> Outcome<Reply> {
    let mut fields = vec![("name", "Payroll"), ("role", role), ("days", days)];
    fields.extend(scopes.iter().map(|scope| ("scope", *scope)));
    visitor.post("/account/tokens", &fields)
}

/// Makes a token and gives a caller who holds it.
fn made(app: &TestApp, visitor: &Visitor, role: Role, scopes: &[&str]) -> Outcome<Caller> {
    let page = ask(visitor, role.as_str(), scopes, "7")?.with(200)?.text();
    let Some(at) = page.find("candour_") else { finding!("no token is shown: {page}") };
    let token: String =
        page[at..].chars().take_while(|letter| letter.is_ascii_alphanumeric() || *letter == '_').collect();
    assert_eq!(token.len(), "candour_".len() + 64, "256 random bits");
    Ok(Caller::new(app.http()?, Some(token)))
}

fn hr() -> Person {
    Person::called("hr", "staff")
}

#[test]
fn a_token_does_what_both_its_role_and_its_scope_may() -> Outcome {
    let app = TestApp::start()?;
    let trust = Trust::found(&app, "Ashgrove Trust")?;
    let round = trust.draft(&RoundPlan::small())?;
    let review = round.review()?;
    let people = [
        (Role::Administrator, hr()),
        (Role::Facilitator, review.facilitator.clone()),
        (Role::Subject, review.subject.clone()),
    ];
    let published = published()?;
    for (role, person) in people {
        let visitor = app.signed_in(&trust.id, &person, Some(0))?;
        for scope in role.scopes() {
            let caller = made(&app, &visitor, role, &[scope.as_str()])?;
            for one in published.iter().filter(|one| !one.is_open_to_all()) {
                let reply = one.ask(&caller, &nobody)?;
                let row = grants(one.operation);
                let granted = row.contains(&Grant::Role(role)) && row.contains(&Grant::Scope(scope));
                assert_eq!(
                    granted,
                    !matches!(reply.status, 401 | 403),
                    "{role:?} {scope:?} {:?}: {reply}",
                    one.operation
                );
            }
        }
    }
    Ok(())
}

#[test]
fn nobody_makes_a_token_that_is_wider_than_their_role_or_surer_than_their_sign_in() -> Outcome {
    let app = TestApp::start()?;
    let trust = Trust::found(&app, "Ashgrove Trust")?;
    let round = trust.draft(&RoundPlan::small())?;
    let chair = round.review()?.facilitator.clone();
    let visitor = app.signed_in(&trust.id, &chair, Some(0))?;
    for (role, scopes, days) in [
        ("facilitator", &["audit:read"][..], "7"),
        ("facilitator", &["rounds:write"], "7"),
        ("facilitator", &["results:read", "frameworks:write"], "7"),
        ("administrator", &["rounds:read"], "7"),
        ("subject", &["results:read"], "7"),
        ("nobody", &["results:read"], "7"),
        ("facilitator", &[], "7"),
        ("facilitator", &["results:read"], "91"),
        ("facilitator", &["results:read"], ""),
    ] {
        let refused = ask(&visitor, role, scopes, days)?.with(422)?.text();
        assert!(
            refused.contains("There is a problem") && !refused.contains("candour_"),
            "{role} {scopes:?}: {refused}"
        );
    }
    // Who has only read an email, and who can still turn out to be somebody else.
    for hours in [None, Some(24)] {
        let unsure = app.signed_in(&trust.id, &chair, hours)?;
        ask(&unsure, "facilitator", &["results:read"], "7")?.with(403)?;
        let page = unsure.get("/account/tokens")?.with(200)?.text();
        assert!(page.contains("You have made none") && !page.contains("name=\"scope\""), "{page}");
    }
    // No token makes a token, or reads a page.
    let caller = made(&app, &visitor, Role::Facilitator, &["results:read"])?;
    caller.get("/account/tokens")?.with(303)?;
    caller.post("/v1/personal-tokens", &json!({}))?.problem(404)?;
    Ok(())
}

#[test]
fn a_token_opens_nothing_that_is_not_released_and_decides_nothing() -> Outcome {
    let app = TestApp::start()?;
    let trust = Trust::found(&app, "Ashgrove Trust")?;
    let round = trust.open(&RoundPlan::small())?;
    round.everybody_answers(|rater, item| Some(u8::try_from((rater + item) % 3 + 3).unwrap_or(3)))?;
    round.close_and_count()?;
    let review = round.review()?;
    let visitor = app.signed_in(&trust.id, &review.facilitator, Some(0))?;
    let token = made(&app, &visitor, Role::Facilitator, &["rounds:read", "results:read"])?;
    let result = format!("/v1/reviews/{}/results", review.id);
    round.facilitator()?.get(&result)?.with(200)?;
    token.get(&format!("/v1/reviews/{}", review.id))?.with(200)?;
    token.get(&result)?.problem(404)?;
    token.get(&format!("{result}.csv"))?.problem(404)?;
    token.post(&format!("/v1/reviews/{}/release", review.id), &json!({ "confirm": true }))?.problem(403)?;
    round.facilitator()?.release(&review.id)?.with(200)?;
    token.get(&result)?.with(200)?;
    Ok(())
}

#[test]
fn a_token_ends_on_its_day_when_it_is_revoked_and_with_role_and_access() -> Outcome {
    let app = TestApp::start()?;
    let node = app.another_node()?;
    let trust = Trust::found(&app, "Ashgrove Trust")?;
    let round = trust.draft(&RoundPlan::small())?;
    let review = round.review()?;
    let office = app.signed_in(&trust.id, &hr(), Some(0))?;
    let works = |caller: &Caller| -> Outcome<(u16, u16)> {
        let elsewhere = caller.at(node.http()?);
        Ok((caller.get("/v1/rounds")?.status, elsewhere.get("/v1/rounds")?.status))
    };

    let revoked = made(&app, &office, Role::Administrator, &["rounds:read"])?;
    assert_eq!(works(&revoked)?, (200, 200));
    let page = office.open("/account/tokens")?.text();
    assert!(page.contains("Last used on") && page.contains("Payroll"), "{page}");
    let way = page.split("href=\"").find(|rest| rest.contains("/revoke\"")).and_then(|rest| rest.split('"').next());
    let way = way.ok_or("no way to revoke")?.to_owned();
    assert!(office.get(&way)?.with(200)?.text().contains("Revoke this token?"));
    assert_eq!(works(&revoked)?, (200, 200), "asking revokes nothing");
    // Somebody else's token is not there.
    let chair = app.signed_in(&trust.id, &review.facilitator, Some(0))?;
    chair.get(&way)?.with(404)?;
    chair.post(&way, &[])?.with(404)?;
    assert_eq!(works(&revoked)?, (200, 200));
    assert!(office.press(&way, &[])?.with(200)?.text().contains("The token has been revoked"));
    assert_eq!(works(&revoked)?, (401, 401));

    let expired = made(&app, &office, Role::Administrator, &["rounds:read"])?;
    let of_role = made(&app, &chair, Role::Facilitator, &["rounds:read"])?;
    assert_eq!((works(&expired)?, works(&of_role)?), ((200, 200), (200, 200)));
    let other = Person::called("other", "trustees").as_person();
    trust.administrator.patch(&format!("/v1/reviews/{}", review.id), &json!({ "facilitator": other }))?.with(200)?;
    assert_eq!(works(&of_role)?, (403, 403), "the role has ended");
    app.time_passes_unused(TimeDelta::days(7) - TimeDelta::seconds(1));
    assert_eq!(works(&expired)?, (200, 200));
    app.time_passes_unused(TimeDelta::seconds(1));
    assert_eq!(works(&expired)?, (401, 401));
    Ok(())
}

#[test]
fn who_is_invited_again_has_none_of_the_tokens_from_before() -> Outcome {
    let app = TestApp::start()?;
    let trust = Trust::found(&app, "Ashgrove Trust")?;
    let office = app.signed_in(&trust.id, &hr(), Some(0))?;
    let colleague = Person::called("colleague", "staff");
    let invited = [("name", colleague.name.as_str()), ("email", colleague.email.as_str())];
    office.press("/people/invite", &invited)?.with(200)?;
    let theirs = app.signed_in(&trust.id, &colleague, Some(0))?;
    let token = made(&app, &theirs, Role::Administrator, &["rounds:read"])?;
    token.get("/v1/rounds")?.with(200)?;
    let people = office.open("/people")?.text();
    let id = people.split("/people/").find_map(|rest| {
        let (id, rest) = rest.split_once("/end")?;
        rest.contains(&colleague.name).then(|| id.to_owned())
    });
    office.press(&format!("/people/{}/end", id.ok_or("the colleague is not listed")?), &[])?.with(200)?;
    token.get("/v1/rounds")?.problem(401)?;
    office.press("/people/invite", &invited)?.with(200)?;
    token.get("/v1/rounds")?.problem(401)?;
    Ok(())
}

#[test]
fn a_token_is_in_no_log_no_page_and_no_database_and_the_audit_log_tells_of_it() -> Outcome {
    let app = TestApp::start()?;
    let trust = Trust::found(&app, "Ashgrove Trust")?;
    let office = app.signed_in(&trust.id, &hr(), Some(0))?;
    let token = made(&app, &office, Role::Administrator, &["rounds:read"])?;
    token.get("/v1/rounds")?.with(200)?;
    token.get("/v1/audit-log")?.problem(403)?;
    let secret = token.token().ok_or("no token")?.trim_start_matches("candour_").to_owned();
    for page in ["/account/tokens", "/account", "/"] {
        assert!(!office.open(page)?.text().contains(&secret), "{page}");
    }
    assert!(!app.log()?.contains(&secret));
    let copy = Copy::of(&app)?;
    assert_eq!(copy.holds(&secret), None, "as it is shown");
    let bytes: Vec<u8> = (0..32).filter_map(|at| u8::from_str_radix(&secret[at * 2..at * 2 + 2], 16).ok()).collect();
    assert_eq!(copy.holds_bytes(&bytes), None, "as bytes");
    let lines = trust.administrator.list("/v1/audit-log")?;
    let line = lines.iter().find(|line| line["action"] == "personal_token.made").ok_or("nothing is told")?;
    assert_eq!((&line["detail"]["days"], &line["detail"]["scopes"]), (&json!(7), &json!(["rounds:read"])), "{line}");
    app.time_passes_unused(TimeDelta::days(8));
    token.get("/v1/rounds")?.problem(401)?;
    let told = app.until("the refusal to be told", std::time::Duration::from_secs(20), || {
        candour_tests::wait::until("the line", std::time::Duration::from_secs(20), || {
            let lines = trust.administrator.list("/v1/audit-log")?;
            Ok(lines.into_iter().find(|line| line["action"] == "token.refused"))
        })
        .map(Some)
    })?;
    assert_eq!(told["detail"]["reason"], "expired", "{told}");
    assert_eq!(Scope::ALL.len(), 5, "another scope needs its words on the page");
    Ok(())
}

#[test]
fn somebody_makes_and_revokes_a_token_on_a_phone() -> Outcome {
    let app = TestApp::start()?;
    let trust = Trust::found(&app, "Ashgrove Trust")?;
    let office = app.signed_in(&trust.id, &hr(), Some(0))?;
    let browser = Browser::open(Screen::Phone)?;
    let base = app.http()?.base().to_owned();
    browser.becomes(&office, &base)?;
    browser.go(&format!("{base}/account/tokens"))?;
    is_sound(&browser, "no token yet")?;
    browser.follow("main form button")?;
    is_sound(&browser, "what is missing")?;
    assert!(browser.run("return document.title", &[])?.as_str().is_some_and(|title| title.starts_with("Error:")));
    browser.type_into("#name", "Payroll")?;
    for choice in ["[value=administrator]", "[value='rounds:read']", "[value='30']"] {
        browser.click(choice)?;
    }
    browser.follow("main form button")?;
    is_sound(&browser, "the token")?;
    let token = browser.property("#token", "value")?;
    let token = token.as_str().ok_or("no token")?.to_owned();
    assert_eq!(browser.count("button[data-copy]:not([hidden])")?, 1, "it is copied by one press");
    Caller::new(app.http()?, Some(token.clone())).get("/v1/rounds")?.with(200)?;
    browser.follow("main a.button")?;
    is_sound(&browser, "one token")?;
    browser.follow("main .cards a")?;
    is_sound(&browser, "before it is revoked")?;
    browser.follow("main form button")?;
    is_sound(&browser, "after it was revoked")?;
    assert!(browser.text()?.contains("The token has been revoked"), "{}", browser.text()?);
    Caller::new(app.http()?, Some(token)).get("/v1/rounds")?.problem(401)?;
    Ok(())
}
