//! What nobody can do with a provider, with somebody else's account there, or with what a browser brings back.

use candour_service::auth::providers::AllowedHosts;
use candour_tests::trust::DOMAIN;
use candour_tests::{Forgery, Outcome, Person, Provider, Service, Trust, Visitor};
use chrono::TimeDelta;
use serde_json::json;

use super::{Ground, body, comes_back, hr, is_signed_in, led_to, refused, signs_in_by_code};

#[test]
fn a_token_that_is_wrong_in_one_way_signs_nobody_in() -> Outcome {
    let ground = Ground::prepare()?;
    ground.provider.is_visited_by("person 7", &hr());
    ground.links(&ground.signed_in(&hr())?)?.with(303)?;
    for (forgery, why) in [
        (Forgery::Issuer, "made by another provider"),
        (Forgery::Audience, "made for another service"),
        (Forgery::Nonce, "belongs to another sign-in"),
        (Forgery::Expired, "has expired"),
        (Forgery::Unsigned, "nobody has signed it"),
        (Forgery::AnothersKey, "its signature is not the provider"),
    ] {
        ground.provider.forges(Some(forgery));
        let visitor = ground.visitor()?;
        refused(&visitor, &ground.signs_in(&visitor)?, why).map_err(|error| format!("{forgery:?}: {error}"))?;
    }
    ground.provider.forges(None);
    ground.signs_in(&ground.visitor()?)?.with(303)?;
    Ok(())
}

#[test]
fn what_comes_back_is_good_once_in_the_browser_that_began_it_and_for_ten_minutes() -> Outcome {
    let ground = Ground::prepare()?;
    ground.provider.is_visited_by("person 7", &hr());
    ground.links(&ground.signed_in(&hr())?)?.with(303)?;
    let ended = "This sign-in has ended";

    let visitor = ground.visitor()?;
    let back = ground.provider.signs_in(&ground.begins(&visitor)?)?;
    let stranger = ground.visitor()?;
    refused(&stranger, &comes_back(&stranger, &back)?, ended)?;
    ground.begins(&stranger)?;
    refused(&stranger, &comes_back(&stranger, &back)?, ended)?;

    comes_back(&visitor, &back)?.with(303)?;
    visitor.post("/sign-out", &[])?.with(303)?;
    refused(&visitor, &comes_back(&visitor, &back)?, ended)?;

    for wrong in ["state=x&code=code-0", "code=code-0", "", "state=&code="] {
        let visitor = ground.visitor()?;
        let there = ground.begins(&visitor)?;
        refused(&visitor, &visitor.get(&format!("/sign-in/provider/return?{wrong}"))?, ended)?;
        let right = comes_back(&visitor, &ground.provider.signs_in(&there)?)?;
        refused(&visitor, &right, ended).map_err(|error| format!("after a wrong return: {error}"))?;
    }

    let slow = ground.visitor()?;
    let back = ground.provider.signs_in(&ground.begins(&slow)?)?;
    ground.app.time_passes_unused(TimeDelta::minutes(11));
    refused(&slow, &comes_back(&slow, &back)?, ended)
}

#[test]
fn an_address_alone_opens_no_account_verified_or_not() -> Outcome {
    let ground = Ground::prepare()?;
    ground.provider.is_visited_by("person 7", &hr());
    ground.links(&ground.signed_in(&hr())?)?.with(303)?;
    for claims in [
        json!({"sub": "person 8", "email": hr(), "email_verified": true}),
        json!({"sub": "person 8", "email": hr(), "email_verified": false}),
        json!({"sub": "person 8", "email": hr(), "preferred_username": hr(), "upn": hr()}),
        json!({"sub": "PERSON 7", "email": hr(), "email_verified": true}),
        json!({"sub": hr()}),
    ] {
        ground.provider.is_visited_by_claims(claims.clone());
        let visitor = ground.visitor()?;
        let answer = ground.signs_in(&visitor)?;
        refused(&visitor, &answer, "not linked to anybody here").map_err(|error| format!("{claims}: {error}"))?;
        assert!(answer.text().contains("href=\"/sign-in?next=%2Faccount%2Fprovider\""), "the way on: {answer}");
    }
    Ok(())
}

#[test]
fn the_same_person_at_another_provider_is_another_person() -> Outcome {
    let (ground, evil) = (Ground::prepare()?, Provider::start()?);
    ground.provider.is_visited_by("person 7", &hr());
    ground.links(&ground.signed_in(&hr())?)?.with(303)?;
    // A second trust of the same service has a provider of its own, which says of anybody what it likes.
    let host = (ground.provider.host(), evil.host());
    let app = candour_tests::TestApp::start_with(move |config| {
        config.outbound_allow = AllowedHosts::parse(&format!("{},{}", host.0, host.1)).unwrap_or_default();
    })?;
    let clock = app.clone();
    for provider in [&evil, &ground.provider] {
        let clock = clock.clone();
        provider.tells_time_by(move || clock.now().timestamp());
        provider.is_visited_by("person 7", &hr());
    }
    let (first, second) = (Trust::found(&app, "Ashgrove Trust")?, Trust::found(&app, "Elmbridge Trust")?);
    for (trust, provider) in [(&first, &ground.provider), (&second, &evil)] {
        trust.administrator.0.put("/v1/organisation/identity-provider", &body(&provider.issuer()))?.with(200)?;
    }
    let chair = Visitor::new(app.http()?);
    // The address has an account in both; the first in order is chosen.
    let next = signs_in_by_code(&app, &chair, &hr())?;
    assert_eq!(next, "/sign-in/trust");
    chair.post("/sign-in/trust", &[("trust", &first.id)])?.with(303)?;
    let page = chair.post("/account/provider", &[("do", "link")])?.with(200)?;
    let there = page.header("refresh").and_then(|refresh| refresh.split_once("url=")).ok_or("nowhere")?.1;
    comes_back(&chair, &ground.provider.signs_in(there)?)?.with(303)?;

    let thief = Visitor::new(app.http()?);
    let there = led_to(&thief.get(&format!("/sign-in/provider/{}", second.id))?)?;
    let answer = comes_back(&thief, &evil.signs_in(&there)?)?;
    refused(&thief, &answer, "not linked to anybody here")?;

    // A code of the one provider in answer to a sign-in at the other.
    let there = led_to(&thief.get(&format!("/sign-in/provider/{}", first.id))?)?;
    let answer = comes_back(&thief, &evil.signs_in(&there)?)?;
    refused(&thief, &answer, "another provider has answered")
}

#[test]
fn somebody_elses_account_at_the_provider_is_not_linked_a_second_time() -> Outcome {
    let ground = Ground::prepare()?;
    ground.provider.is_visited_by("person 7", &hr());
    ground.links(&ground.signed_in(&hr())?)?.with(303)?;
    let colleague = format!("colleague@{DOMAIN}");
    ground.app.administrator(&ground.trust, "Ada Quillfeather", &colleague)?;
    let other = ground.signed_in(&colleague)?;
    let answer = ground.links(&other)?;
    assert!(answer.status == 403 && answer.text().contains("linked to another person"), "{answer}");
    ground.provider.is_visited_by("person 8", &colleague);
    ground.links(&other)?.with(303)?;
    Ok(())
}

#[test]
fn nobody_is_linked_who_has_signed_out_or_become_somebody_else_on_the_way() -> Outcome {
    let ground = Ground::prepare()?;
    let colleague = Person::called("Ada", "office");
    ground.app.administrator(&ground.trust, &colleague.name, &colleague.email)?;
    ground.provider.is_visited_by("person 7", &hr());
    let visitor = ground.signed_in(&hr())?;
    let page = visitor.post("/account/provider", &[("do", "link")])?.with(200)?;
    let there = page.header("refresh").and_then(|refresh| refresh.split_once("url=")).ok_or("nowhere")?.1;
    let back = ground.provider.signs_in(there)?;
    visitor.post("/sign-out", &[])?.with(303)?;
    refused(&visitor, &comes_back(&visitor, &back)?, "This sign-in has ended")?;

    // Somebody else has signed in to the same browser meanwhile.
    let shared = ground.signed_in(&hr())?;
    let page = shared.post("/account/provider", &[("do", "link")])?.with(200)?;
    let there = page.header("refresh").and_then(|refresh| refresh.split_once("url=")).ok_or("nowhere")?.1;
    let back = ground.provider.signs_in(there)?;
    signs_in_by_code(&ground.app, &shared, &colleague.email)?;
    let answer = comes_back(&shared, &back)?.with(403)?;
    assert!(answer.text().contains("You were signed out meanwhile"), "{answer}");
    let own = shared.get("/account/provider")?.with(200)?.text();
    assert!(!own.contains("is linked to your Ashgrove account"), "{own}");

    // A page of another site cannot press the button, and asking for the page presses nothing.
    signs_in_by_code(&ground.app, &visitor, &hr())?;
    visitor.get("/account/provider?do=link")?.with(200)?;
    assert_eq!(visitor.get("/people")?.status, 403);
    refused(&ground.visitor()?, &ground.signs_in(&ground.visitor()?)?, "not linked to anybody here")
}

#[test]
fn a_sign_in_ends_on_a_page_of_ours_and_nowhere_else() -> Outcome {
    let ground = Ground::prepare()?;
    ground.provider.is_visited_by("person 7", &hr());
    ground.links(&ground.signed_in(&hr())?)?.with(303)?;
    for (next, expected) in [
        ("/people", "/people"),
        ("https://evil.example/", "/"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("/%2F/evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("/s/link", "/"),
    ] {
        let visitor = ground.visitor()?;
        let next: String = url::form_urlencoded::byte_serialize(next.as_bytes()).collect();
        let begun = visitor.get(&format!("/sign-in/provider/{}?next={next}", ground.trust))?;
        let back = ground.provider.signs_in(&led_to(&begun)?)?;
        assert_eq!(led_to(&comes_back(&visitor, &back)?)?, expected, "{next}");
    }
    Ok(())
}

#[test]
fn an_account_whose_access_has_ended_is_not_opened_even_when_it_is_given_back() -> Outcome {
    let ground = Ground::prepare()?;
    let colleague = Person::called("Ada", "office");
    let caller = ground.app.administrator(&ground.trust, &colleague.name, &colleague.email)?;
    let hr = ground.app.administrator(&ground.trust, "Hester Quillfeather", &hr())?;
    ground.provider.is_visited_by("person 8", &colleague.email);
    let visitor = ground.signed_in(&colleague.email)?;
    ground.links(&visitor)?.with(303)?;
    drop(caller);
    let people = hr.get("/v1/people")?.with(200)?.json()?;
    let person = people["items"].as_array().into_iter().flatten().find(|one| one["email"] == colleague.email.as_str());
    let id = person.and_then(|one| one["id"].as_str()).ok_or("there is no colleague")?.to_owned();
    hr.delete(&format!("/v1/people/{id}"))?.with(204)?;
    assert!(!is_signed_in(&visitor)?);
    refused(&visitor, &ground.signs_in(&visitor)?, "not linked to anybody here")?;
    hr.post("/v1/people", &json!({"name": colleague.name, "email": colleague.email}))?.with(201)?;
    refused(&visitor, &ground.signs_in(&visitor)?, "not linked to anybody here")
}
