//! Setting a trust's own sign-in, changing it and removing it.

use candour_service::auth::providers::AllowedHosts;
use candour_tests::provider::{CLIENT, SECRET};
use candour_tests::trust::DOMAIN;
use candour_tests::{Outcome, Provider, Service, TestApp, Trust};
use chrono::TimeDelta;
use serde_json::json;

use super::{Ground, body, comes_back, hr, is_signed_in, led_to, refused};

const PATH: &str = "/v1/organisation/identity-provider";

#[test]
fn an_administrator_sets_reads_and_removes_it_and_nobody_reads_the_secret() -> Outcome {
    let ground = Ground::prepare()?;
    let hr = ground.app.administrator(&ground.trust, "Hester Quillfeather", &hr())?;
    let found = hr.get(PATH)?.with(200)?;
    let document = found.json()?;
    assert_eq!(document["issuer"], ground.provider.issuer());
    assert_eq!(document["email_domains"], json!([DOMAIN]));
    assert!(document["return_address"].as_str().is_some_and(|address| address.ends_with("/sign-in/provider/return")));
    let mut kept = body(&ground.provider.issuer());
    kept["client_secret"].take();
    kept["label"] = json!("your school account");
    let changed = hr.put(PATH, &kept)?.with(200)?;
    assert_ne!(changed.header("etag"), found.header("etag"));
    for reply in [&found, &changed, &hr.get("/v1/audit-log")?.with(200)?] {
        assert!(!reply.text().contains(SECRET), "{reply}");
    }
    assert!(!ground.app.log()?.contains(SECRET));
    hr.delete(PATH)?.with(204)?;
    hr.get(PATH)?.problem(404)?;
    hr.delete(PATH)?.problem(404)?;
    Ok(())
}

#[test]
fn a_secret_never_goes_to_another_provider_than_its_own() -> Outcome {
    let (own, other) = (Provider::start()?, Provider::start()?);
    let hosts = format!("{},{}", own.host(), other.host());
    let app =
        TestApp::start_with(move |config| config.outbound_allow = AllowedHosts::parse(&hosts).unwrap_or_default())?;
    let trust = Trust::found(&app, "Ashgrove Trust")?;
    let hr = &trust.administrator.0;
    hr.put(PATH, &body(&own.issuer()))?.with(200)?;
    let mut elsewhere = body(&other.issuer());
    elsewhere["client_secret"].take();
    let refused = hr.put(PATH, &elsewhere)?.problem(422)?;
    assert_eq!(refused["errors"][0]["pointer"], "/client_secret", "{refused}");
    assert_eq!(hr.get(PATH)?.json()?["issuer"], own.issuer(), "nothing has changed");

    let refused = hr.put(PATH, &body(&format!("{}/", own.issuer())))?.problem(422)?;
    assert_eq!(refused["errors"][0]["pointer"], "/issuer", "it calls itself by another address: {refused}");
    hr.put(PATH, &body(&other.issuer()))?.with(200)?;
    Ok(())
}

#[test]
fn a_provider_in_ones_own_network_is_not_called_unless_the_operator_allows_it() -> Outcome {
    let (provider, app) = (Provider::start()?, TestApp::start()?);
    let trust = Trust::found(&app, "Ashgrove Trust")?;
    for issuer in [
        provider.issuer(),
        provider.issuer().replace("http:", "https:"),
        provider.issuer().replace("localhost", "127.0.0.1").replace("http:", "https:"),
        "https://169.254.169.254/latest".to_owned(),
        "https://sign-in.internal".to_owned(),
        "https://[::1]/".to_owned(),
    ] {
        let refused = trust.administrator.0.put(PATH, &body(&issuer))?.problem(422)?;
        assert_eq!(refused["errors"][0]["pointer"], "/issuer", "{issuer}: {refused}");
    }
    assert_eq!(provider.asked(), Vec::<String>::new(), "nobody has called it");
    Ok(())
}

#[test]
fn fields_that_cannot_be_used_are_named_one_by_one() -> Outcome {
    let app = TestApp::start()?;
    let trust = Trust::found(&app, "Ashgrove Trust")?;
    let common = "https://login.microsoftonline.com/common/v2.0";
    let wrong = json!({
        "issuer": common, "client_id": "", "client_secret": "a b", "label": "", "email_domains": ["localhost"],
        "hosted_domain": "trust.example",
    });
    let refused = trust.administrator.0.put(PATH, &wrong)?.problem(422)?;
    let pointers: Vec<_> =
        refused["errors"].as_array().into_iter().flatten().map(|one| one["pointer"].clone()).collect();
    for pointer in ["/issuer", "/client_id", "/client_secret", "/label", "/email_domains/0"] {
        assert!(pointers.contains(&json!(pointer)), "{pointer}: {refused}");
    }
    assert!(refused["errors"][0]["detail"].as_str().is_some_and(|why| why.contains("your own tenant")), "{refused}");
    let mut google = body("https://accounts.google.com");
    google["client_id"] = json!(CLIENT);
    let refused = trust.administrator.0.put(PATH, &google)?.problem(422)?;
    assert_eq!(refused["errors"][0]["pointer"], "/hosted_domain", "{refused}");
    Ok(())
}

#[test]
fn whoever_was_signed_in_there_is_signed_out_when_it_is_removed() -> Outcome {
    let ground = Ground::prepare()?;
    ground.provider.is_visited_by("person 7", &hr());
    let by_code = ground.signed_in(&hr())?;
    ground.links(&ground.signed_in(&hr())?)?.with(303)?;
    let visitor = ground.visitor()?;
    ground.signs_in(&visitor)?.with(303)?;
    let back = ground.provider.signs_in(&ground.begins(&ground.visitor()?)?)?;
    let hr_token = ground.app.administrator(&ground.trust, "Hester Quillfeather", &hr())?;
    hr_token.delete(PATH)?.with(204)?;
    assert!(!is_signed_in(&visitor)?);
    assert!(is_signed_in(&by_code)?, "who came in another way stays");
    refused(&visitor, &comes_back(&visitor, &back)?, "This sign-in has ended")?;
    let begun = visitor.get(&format!("/sign-in/provider/{}", ground.trust))?;
    refused(&visitor, &begun, "has no sign-in of its own")?;
    hr_token.put(PATH, &body(&ground.provider.issuer()))?.with(200)?;
    refused(&visitor, &ground.signs_in(&visitor)?, "not linked to anybody here")
}

#[test]
fn an_administrator_sets_it_on_a_page_once_it_is_sure_who_they_are() -> Outcome {
    let ground = Ground::prepare()?;
    ground.provider.is_visited_by("person 7", &hr());
    let visitor = ground.signed_in(&hr())?;
    let fields = |label: &'static str| [("issuer", "x"), ("client_id", CLIENT), ("label", label), ("domains", DOMAIN)];
    visitor.get("/organisation/sign-in")?.with(403)?;
    visitor.post("/organisation/sign-in", &fields("a"))?.with(403)?;
    ground.links(&visitor)?.with(303)?;

    let page = visitor.get("/organisation/sign-in")?.with(200)?.text();
    assert!(page.contains("could sign in as any of your colleagues, the chair included"), "{page}");
    assert!(page.contains("/sign-in/provider/return") && !page.contains(SECRET), "{page}");
    let issuer = ground.provider.issuer();
    let mut right = fields("our account");
    right[0].1 = issuer.as_str();
    let waits = visitor.post("/organisation/sign-in", &right)?.with(422)?;
    assert!(waits.text().contains("has to wait"), "{waits}");
    visitor.post("/organisation/sign-in/remove", &[])?.with(422)?;

    ground.app.time_passes(TimeDelta::hours(25))?;
    ground.signs_in(&visitor)?.with(303)?;
    let wrong = visitor.post("/organisation/sign-in", &fields(""))?.with(422)?.text();
    for (problem, typed) in [("issuer-problem", "value=\"x\""), ("label-problem", CLIENT)] {
        assert!(wrong.contains(problem) && wrong.contains(typed), "{wrong}");
    }
    assert!(wrong.contains("<title>Error:"), "{wrong}");
    let set = visitor.post("/organisation/sign-in", &right)?;
    assert_eq!(led_to(&set)?, "/organisation/sign-in?done=set");
    assert!(visitor.get("/organisation/sign-in")?.text().contains("our account"));
    visitor.get("/organisation/sign-in/remove")?.with(200)?;
    visitor.post("/organisation/sign-in/remove", &[])?.with(303)?;
    assert!(!is_signed_in(&visitor)?, "they were signed in there themselves");
    Ok(())
}
