//! Many people signed in and signing in on two nodes. Nothing here is timed as a test; the figures are printed.
//!
//! `CANDOUR_SIGN_INS` sets how many sign in, of whom ten times as many are signed in already: 20 by default, 100 for the
//! figures of a thousand sessions.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use candour_service::network::Proxies;
use candour_tests::trust::DOMAIN;
use candour_tests::visitor::codes;
use candour_tests::{Outcome, Person, Service, TestApp, Trust, Visitor, wait};

/// So many speak at once.
const CLIENTS: usize = 8;

/// How long all codes together may take to come.
const PATIENCE: Duration = Duration::from_mins(2);

#[test]
#[expect(clippy::print_stderr, reason = "the figures are what a long run is for")]
fn two_nodes_hold_many_sessions_and_take_sign_ins() -> Outcome {
    let sign_ins = std::env::var("CANDOUR_SIGN_INS").ok().and_then(|text| text.parse().ok()).unwrap_or(20_usize);
    let app = TestApp::start_with(|config| config.proxies = Proxies::parse("127.0.0.1, ::1").unwrap_or_default())?;
    let node = app.another_node()?;
    let trust = Trust::found(&app, "Ashgrove Trust")?;
    let people: Vec<Person> =
        (0..sign_ins).map(|number| Person::called(&format!("colleague {number}"), "staff")).collect();
    for person in &people {
        let new = serde_json::json!({ "name": person.name, "email": person.email });
        trust.administrator.post("/v1/people", &new)?.with(201)?;
    }
    let nodes = [app.http()?, node.http()?];
    let held = (0..sign_ins * 10)
        .map(|number| {
            Ok(app.signed_in(&trust.id, &people[number % people.len()], Some(0))?.at(nodes[number % 2].clone()))
        })
        .collect::<Outcome<Vec<Visitor>>>()?;
    let begun = Instant::now();
    each(&held, |_, session| session.get("/").and_then(|page| page.with(200)).map(drop))?;
    let opened = begun.elapsed();

    let visitors: Vec<Visitor> = (0..sign_ins)
        .map(|number| {
            let address = format!("192.0.{}.{}", number / 250, number % 250 + 1);
            Visitor::new(nodes[number % 2].clone()).in_network(address)
        })
        .collect();
    let tabs: Mutex<BTreeMap<usize, String>> = Mutex::default();
    let begun = Instant::now();
    each(&visitors, |number, visitor| {
        let tab = visitor.ask_for_code(&people[number].email)?;
        tabs.lock().unwrap_or_else(std::sync::PoisonError::into_inner).insert(number, tab);
        Ok(())
    })?;
    let asked = begun.elapsed();
    let last = &people.last().ok_or("nobody")?.email;
    let known = wait::until("every code", PATIENCE, || {
        let all = app.mailbox().read()?.iter().filter(|email| email.subject.contains("code")).count();
        Ok((all >= sign_ins).then_some(all))
    })?;
    assert!(known >= sign_ins && !codes(&app.mailbox(), last)?.is_empty());
    let mut typed = BTreeMap::new();
    for (number, person) in people.iter().enumerate() {
        typed.insert(number, codes(&app.mailbox(), &person.email)?.pop().ok_or("no code")?);
    }
    let tabs = tabs.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    let begun = Instant::now();
    each(&visitors, |number, visitor| {
        visitor.post("/sign-in/code", &[("tab", &tabs[&number]), ("code", &typed[&number])])?.with(303)?;
        visitor.get("/account").and_then(|page| page.with(200)).map(drop)
    })?;
    let signed_in = begun.elapsed();
    // Nobody was thrown out meanwhile, on either node.
    each(&held, |_, session| session.get("/account").and_then(|page| page.with(200)).map(drop))?;
    let each_second =
        |number: usize, time: Duration| u128::try_from(number).unwrap_or(0) * 1000 / time.as_millis().max(1);
    eprintln!(
        "{} sessions held, {} pages a second; {sign_ins} sign-ins, {} a second; domain {DOMAIN}",
        held.len(),
        each_second(held.len(), opened),
        each_second(sign_ins, asked + signed_in)
    );
    Ok(())
}

/// Has several do this at once, each with their part.
fn each<T: Sync>(all: &[T], work: impl Fn(usize, &T) -> Outcome + Sync) -> Outcome {
    let next = std::sync::atomic::AtomicUsize::new(0);
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..CLIENTS)
            .map(|_| {
                scope.spawn(|| {
                    loop {
                        let at = next.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
                        let Some(one) = all.get(at) else { return Ok(()) };
                        work(at, one)?;
                    }
                })
            })
            .collect();
        workers.into_iter().try_for_each(|worker| worker.join().map_err(|_panic| "a client panicked")?)
    })
}
