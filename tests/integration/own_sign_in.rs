//! Signing in at the trust's own provider: how somebody links it to their account, what they can do then, and what
//! nobody can do with it.

mod attacks;
mod setting;

use std::time::Duration;

use candour_service::auth::providers::AllowedHosts;
use candour_tests::provider::{CLIENT, SECRET};
use candour_tests::trust::DOMAIN;
use candour_tests::{Outcome, Provider, Reply, Service, TestApp, Trust, Visitor, finding, visitor};
use chrono::TimeDelta;
use serde_json::{Value, json};

/// A trust with a provider of its own.
struct Ground {
    provider: Provider,
    app: TestApp,
    trust: String,
}

impl Ground {
    fn prepare() -> Outcome<Self> {
        let provider = Provider::start()?;
        let host = provider.host();
        let app = TestApp::start_with(move |config| {
            config.outbound_allow = AllowedHosts::parse(&host).unwrap_or_default();
        })?;
        let clock = app.clone();
        provider.tells_time_by(move || clock.now().timestamp());
        let trust = Trust::found(&app, "Ashgrove Trust")?;
        trust.administrator.0.put("/v1/organisation/identity-provider", &body(&provider.issuer()))?.with(200)?;
        let trust = trust.id.clone();
        Ok(Self { provider, app, trust })
    }

    fn visitor(&self) -> Outcome<Visitor> {
        Ok(Visitor::new(self.app.http()?))
    }

    /// Somebody who has signed in with a code.
    fn signed_in(&self, email: &str) -> Outcome<Visitor> {
        let visitor = self.visitor()?;
        signs_in_by_code(&self.app, &visitor, email)?;
        Ok(visitor)
    }

    /// Where the visitor is sent who wants to sign in at the provider.
    fn begins(&self, visitor: &Visitor) -> Outcome<String> {
        led_to(&visitor.get(&format!("/sign-in/provider/{}", self.trust))?)
    }

    /// The whole sign-in of somebody at the provider.
    fn signs_in(&self, visitor: &Visitor) -> Outcome<Reply> {
        let back = self.provider.signs_in(&self.begins(visitor)?)?;
        comes_back(visitor, &back)
    }

    /// Somebody who has signed in links what they have at the provider.
    fn links(&self, visitor: &Visitor) -> Outcome<Reply> {
        let page = visitor.post("/account/provider", &[("do", "link")])?.with(200)?;
        let there = page.header("refresh").and_then(|refresh| refresh.split_once("url=")).ok_or("it leads nowhere")?.1;
        assert!(page.text().contains("id=\"continue\""), "there is also a link to press: {page}");
        comes_back(visitor, &self.provider.signs_in(there)?)
    }
}

/// Signs in with the newest code; gives where that leads.
fn signs_in_by_code(app: &TestApp, visitor: &Visitor, email: &str) -> Outcome<String> {
    let (mailbox, before) = (app.mailbox(), visitor::codes(&app.mailbox(), email)?.len());
    let tab = visitor.ask_for_code(email)?;
    let code = visitor::wait_for_code(&mailbox, email, before + 1)?;
    led_to(&visitor.post("/sign-in/code", &[("tab", &tab), ("code", &code)])?)
}

/// Where a reply leads.
fn led_to(reply: &Reply) -> Outcome<String> {
    match reply.header("location") {
        Some(location) if reply.status == 303 => Ok(location.to_owned()),
        _ => finding!("it leads nowhere: {reply}"),
    }
}

/// Goes back to the service from the provider.
fn comes_back(visitor: &Visitor, address: &str) -> Outcome<Reply> {
    let path = address.find("/sign-in/provider/return").ok_or("it leads to another page")?;
    visitor.get(&address[path..])
}

fn is_signed_in(visitor: &Visitor) -> Outcome<bool> {
    Ok(visitor.get("/account")?.status == 200)
}

fn hr() -> String {
    format!("hr@{DOMAIN}")
}

fn body(issuer: &str) -> Value {
    json!({
        "issuer": issuer, "client_id": CLIENT, "client_secret": SECRET, "label": "your Ashgrove account",
        "email_domains": [DOMAIN],
    })
}

/// That a sign-in was refused with a page in plain words, and that nobody is signed in now.
fn refused(visitor: &Visitor, reply: &Reply, why: &str) -> Outcome {
    let text = reply.text().replace('\n', " ");
    assert!(reply.status >= 400 && text.contains("You are not signed in this way"), "{reply}");
    assert!(text.contains(why), "{why}: {reply}");
    assert!(!is_signed_in(visitor)?, "somebody is signed in after: {reply}");
    Ok(())
}

#[test]
fn somebody_links_their_account_once_and_signs_in_with_it_from_then_on() -> Outcome {
    let ground = Ground::prepare()?;
    ground.provider.is_visited_by("person 7", "whoever@elsewhere.example");
    let visitor = ground.signed_in(&hr())?;
    assert_eq!(visitor.get("/people")?.status, 403, "a code alone is not enough for an administrator");

    let linked = ground.links(&visitor)?;
    assert_eq!(led_to(&linked)?, "/account/provider?done=linked");
    assert!(visitor.get("/account/provider")?.text().contains("opens nothing that has not been released"));
    assert_eq!(visitor.get("/people")?.status, 200, "the trust's own sign-in is");

    let other = ground.visitor()?;
    assert_eq!(led_to(&ground.signs_in(&other)?)?, "/");
    assert_eq!(other.get("/people")?.status, 200);
    ground.app.time_passes(TimeDelta::hours(25))?;
    let later = ground.visitor()?;
    ground.signs_in(&later)?.with(303)?;
    let page = later.get("/account/provider")?.with(200)?.text();
    assert!(page.contains("is linked to your Ashgrove account"), "{page}");
    assert!(!page.contains("opens nothing that has not been released"), "the wait is over");
    Ok(())
}

#[test]
fn the_button_is_shown_for_a_domain_and_says_nothing_of_a_person() -> Outcome {
    let ground = Ground::prepare()?;
    let page = |email: &str| -> Outcome<String> {
        let visitor = ground.visitor()?;
        let next = led_to(&visitor.post("/sign-in", &[("email", email), ("next", "/people")])?)?;
        let tab = next.split_once("tab=").ok_or("no tab")?.1.to_owned();
        Ok(visitor.get(&next)?.with(200)?.text().replace(&tab, "TAB").replace(email, "ADDRESS"))
    };
    let known = page(&hr())?;
    assert!(known.contains("Continue with your Ashgrove account"), "{known}");
    assert!(known.contains(&format!("href=\"/sign-in/provider/{}?next=%2Fpeople\"", ground.trust)), "{known}");
    assert_eq!(page(&format!("nobody@{DOMAIN}"))?, known);
    for elsewhere in ["hr@elsewhere.example".to_owned(), format!("hr@mail.{DOMAIN}")] {
        assert!(!page(&elsewhere)?.contains("Continue with"), "{elsewhere}");
    }
    Ok(())
}

#[test]
fn somebody_who_only_reads_the_mailbox_changes_no_addresses_once_there_is_a_link() -> Outcome {
    let ground = Ground::prepare()?;
    ground.provider.is_visited_by("person 7", &hr());
    let other = "hr.at.home@elsewhere.example";
    let adds = |visitor: &Visitor| visitor.post("/account/addresses", &[("email", other)]);
    let first = ground.signed_in(&hr())?;
    assert!(led_to(&adds(&first)?)?.ends_with("/confirm"), "there is nothing yet to prove more with");
    ground.links(&first)?.with(303)?;
    let reader = ground.signed_in(&hr())?;
    for reply in [reader.get("/account/addresses")?, adds(&reader)?] {
        assert!(reply.text().contains("To change these addresses, sign in"), "{reply}");
    }
    assert!(ground.app.mailbox().to(other)?.len() <= 1, "no other code goes there");
    Ok(())
}

#[test]
fn a_link_that_is_taken_away_is_told_by_email() -> Outcome {
    let ground = Ground::prepare()?;
    ground.provider.is_visited_by("person 7", &hr());
    let visitor = ground.signed_in(&hr())?;
    ground.links(&visitor)?.with(303)?;
    visitor.post("/account/provider", &[("do", "unlink")])?.with(303)?;
    let told = ground.app.until("the email", Duration::from_secs(30), || {
        let emails = ground.app.mailbox().to(&hr())?;
        Ok(emails.into_iter().find(|email| email.message_id.starts_with("<provider-unlinked")))
    })?;
    assert!(told.subject.contains("was removed from your account"), "{}", told.subject);
    Ok(())
}

#[test]
fn whoever_takes_the_link_away_is_signed_out_where_it_was_used() -> Outcome {
    let ground = Ground::prepare()?;
    ground.provider.is_visited_by("person 7", &hr());
    let visitor = ground.signed_in(&hr())?;
    ground.links(&visitor)?.with(303)?;
    let elsewhere = ground.visitor()?;
    ground.signs_in(&elsewhere)?.with(303)?;
    assert_eq!(led_to(&visitor.post("/account/provider", &[("do", "unlink")])?)?, "/account/provider?done=unlinked");
    assert!(!is_signed_in(&elsewhere)?);
    refused(&elsewhere, &ground.signs_in(&elsewhere)?, "not linked to anybody here")
}

#[test]
fn somebody_who_only_reads_the_mailbox_cannot_take_away_a_link_that_may_be_relied_on() -> Outcome {
    let ground = Ground::prepare()?;
    ground.provider.is_visited_by("person 7", &hr());
    ground.links(&ground.signed_in(&hr())?)?.with(303)?;
    ground.app.time_passes(TimeDelta::hours(25))?;
    let reader = ground.signed_in(&hr())?;
    let answer = reader.post("/account/provider", &[("do", "unlink")])?.with(403)?;
    assert!(answer.text().contains("less than what you want to change"), "{answer}");
    for only in ["yes", "no"] {
        reader.post("/account/provider", &[("do", "passkeys"), ("only", only)])?.with(403)?;
    }
    ground.signs_in(&ground.visitor()?)?.with(303)?;
    Ok(())
}

#[test]
fn a_new_key_of_the_provider_is_fetched_when_it_is_first_seen() -> Outcome {
    let ground = Ground::prepare()?;
    ground.provider.is_visited_by("person 7", &hr());
    ground.links(&ground.signed_in(&hr())?)?.with(303)?;
    ground.app.time_passes_unused(TimeDelta::minutes(5));
    let asked = |path: &str| ground.provider.asked().iter().filter(|asked| *asked == path).count();
    let before = asked("/keys");
    ground.signs_in(&ground.visitor()?)?.with(303)?;
    assert_eq!(asked("/keys"), before, "keys that are known are not asked for again");
    ground.provider.changes_its_key();
    ground.signs_in(&ground.visitor()?)?.with(303)?;
    assert_eq!(asked("/keys"), before + 1);
    Ok(())
}
