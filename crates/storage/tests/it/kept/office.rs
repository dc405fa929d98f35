//! Accounts, integrations, the service's own keys and the audit log.

use candour_domain::clock::{Look, Uptime};
use candour_domain::{AccountId, AuditEventId, ClientId, Email, Person, ReviewId, RoundId, Scope, Standing};
use candour_storage::accounts::Account;
use candour_storage::audit_log::AuditEvent;
use candour_storage::clients::Client;
use candour_storage::clock_looks::{self, StoredLook};
use candour_storage::signing_keys::SigningKey;
use candour_storage::{PageRequest, StorageError, accounts, audit_log, clients, key_check, reviews, signing_keys};
use candour_test_database::{Engine, on_both_engines};
use chrono::TimeDelta;
use serde_json::json;

use crate::database::{Database, Tested, at, bytes};
use crate::trust::{Trust, person};

on_both_engines! {
    an_account,
    what_an_account_is_follows_from_its_row_and_the_reviews,
    an_account_and_an_integration_go_from_their_own_trust_only,
    an_integration_with_every_scope_and_one_with_none,
    signing_keys_come_newest_first,
    a_signing_key_goes_alone,
    the_first_key_check_stays,
    the_log_comes_newest_first,
    lines_of_the_log_are_found_by_what_they_are_about,
    the_newest_time_is_the_last_look_or_the_newest_line,
}

fn an_account(engine: Engine) -> Tested {
    let database = Database::new(engine)?;
    let (trust, other) = (Trust::plant(&database, 1, 1)?, Trust::plant(&database, 2, 2)?);
    let Person { name, email } = person("Zoë O’Brien", "zoe@trust.org.uk")?;
    for administrator in [true, false] {
        let id = AccountId::from_random(bytes(1, 20 + u16::from(administrator)));
        let email = if administrator { email.clone() } else { Email::parse("second@trust.org.uk")? };
        let account = Account { id, email: email.clone(), name: name.clone(), administrator };
        let kept = account.clone();
        database.write(trust.organisation, move |tenant| accounts::insert(tenant, &account, at(0)))?;
        assert_eq!(database.read(trust.organisation, move |tenant| accounts::find(tenant, id))?.as_ref(), Some(&kept));
        assert_eq!(
            database.read(trust.organisation, move |tenant| accounts::find_by_email(tenant, &email))?,
            Some(kept)
        );
    }
    let again = Account { id: AccountId::from_random(bytes(1, 30)), email, name, administrator: false };
    let elsewhere = again.clone();
    let refused = database.write(trust.organisation, move |tenant| accounts::insert(tenant, &again, at(0)));
    assert!(matches!(refused, Err(StorageError::Conflict { .. })), "{refused:?}");
    database.write(other.organisation, move |tenant| accounts::insert(tenant, &elsewhere, at(0)))?;
    Ok(())
}

fn what_an_account_is_follows_from_its_row_and_the_reviews(engine: Engine) -> Tested {
    let database = Database::new(engine)?;
    let (trust, other) = (Trust::plant(&database, 1, 1)?, Trust::plant(&database, 2, 2)?);
    let every = database.read(trust.organisation, reviews::every)?;
    let review = every.into_iter().find(|review| !review.advisers.is_empty()).ok_or("no review with an adviser")?;
    let standing = |organisation, id| database.read_system(move |system| accounts::standing(system, organisation, id));
    let people = [
        (review.facilitator.email.as_str(), [false, true, false, false]),
        (review.advisers[0].person.email.as_str(), [false, false, true, false]),
        (review.subject.person.email.as_str(), [false, false, false, true]),
        ("nobody@trust.org.uk", [false; 4]),
    ];
    for (number, (email, [administrator, facilitator, adviser, subject])) in (40..).zip(people) {
        let Person { name, email } = person("Zoë O’Brien", email)?;
        let id = AccountId::from_random(bytes(1, number));
        let account = Account { id, email, name, administrator };
        let kept = account.clone();
        // The same person with the same address in another trust is nothing to its reviews.
        let elsewhere = Account { id: AccountId::from_random(bytes(2, number)), ..account.clone() };
        let there = elsewhere.id;
        for (organisation, account) in [(trust.organisation, account), (other.organisation, elsewhere)] {
            // The trusts were planted with accounts of some of these people.
            database.write(organisation, move |tenant| {
                if let Some(planted) = accounts::find_by_email(tenant, &account.email)? {
                    accounts::delete(tenant, planted.id)?;
                }
                accounts::insert(tenant, &account, at(0))
            })?;
        }
        let expected = Standing { administrator, facilitator, adviser, subject };
        assert_eq!(standing(trust.organisation, id)?, Some((kept, expected)));
        assert_eq!(standing(other.organisation, id)?, None, "an account of another trust is none of this one");
        assert!(standing(other.organisation, there)?.is_some());
        assert!(database.write(trust.organisation, move |tenant| accounts::make_administrator(tenant, id))?);
        assert_eq!(
            standing(trust.organisation, id)?.map(|(_, found)| found),
            Some(Standing { administrator: true, ..expected })
        );
    }
    Ok(())
}

fn an_account_and_an_integration_go_from_their_own_trust_only(engine: Engine) -> Tested {
    let database = Database::new(engine)?;
    let (trust, other) = (Trust::plant(&database, 1, 1)?, Trust::plant(&database, 2, 2)?);
    let Person { name, email } = person("Zoë O’Brien", "zoe@trust.org.uk")?;
    let (account, client) = (AccountId::from_random(bytes(1, 50)), ClientId::from_random(bytes(1, 51)));
    database.write(trust.organisation, move |tenant| {
        accounts::insert(tenant, &Account { id: account, email, name, administrator: true }, at(0))?;
        clients::insert(
            tenant,
            &Client {
                id: client,
                name: "HR".to_owned(),
                scopes: Scope::ALL.to_vec(),
                secret_hash: [1; 32],
                last_used_on: None,
            },
            at(0),
        )
    })?;
    for (organisation, expected) in
        [(other.organisation, false), (trust.organisation, true), (trust.organisation, false)]
    {
        let changed =
            database.write(organisation, move |tenant| clients::set_scopes(tenant, client, &[Scope::AuditRead]))?;
        let gone = database.write(organisation, move |tenant| {
            Ok((accounts::delete(tenant, account)?, clients::revoke(tenant, client, at(5))?))
        })?;
        assert_eq!((changed, gone), (expected, (expected, expected)));
    }
    let listed = |database: &Database| -> Result<_, StorageError> {
        let every = database.read(trust.organisation, clients::list)?;
        Ok(every.into_iter().find(|found| found.id == client))
    };
    let revoked = listed(&database)?.ok_or("it stays in the list")?;
    assert_eq!((revoked.revoked_at, revoked.created_at, revoked.name.as_str()), (Some(at(5)), at(0), "HR"));
    assert!(database.read_system(move |system| clients::find(system, client))?.is_none(), "and is found no more");
    for (before, gone) in [(at(5), 0), (at(6), 1), (at(6), 0)] {
        let forgotten = database.write(trust.organisation, move |tenant| clients::delete_revoked(tenant, before))?;
        assert_eq!(forgotten, gone);
    }
    assert_eq!(listed(&database)?, None);
    assert!(!database.read(trust.organisation, accounts::list)?.iter().any(|found| found.id == account));
    Ok(())
}

fn an_integration_with_every_scope_and_one_with_none(engine: Engine) -> Tested {
    let database = Database::new(engine)?;
    let trust = Trust::plant(&database, 1, 1)?;
    for (number, scopes) in [(20, Scope::ALL.to_vec()), (21, vec![])] {
        let id = ClientId::from_random(bytes(1, number));
        let client = Client {
            id,
            name: "HR system".to_owned(),
            scopes,
            secret_hash: std::array::from_fn(|at| u8::try_from(at).unwrap_or(0)),
            last_used_on: (number == 20).then(|| at(number.into()).date_naive()),
        };
        let kept = client.clone();
        database.write(trust.organisation, move |tenant| clients::insert(tenant, &client, at(0)))?;
        assert!(database.read_system(move |system| clients::find(system, id))? == Some((trust.organisation, kept)));
    }
    assert!(database.read_system(|system| clients::find(system, ClientId::from_random(bytes(9, 9))))?.is_none());
    Ok(())
}

fn signing_keys_come_newest_first(engine: Engine) -> Tested {
    let database = Database::new(engine)?;
    let key = |id: &str, time| SigningKey {
        id: id.to_owned(),
        public: vec![1],
        sealed_private: vec![0, 255],
        created_at: at(time),
    };
    for key in [key("b", 2), key("a", 500_000), key("d", 1), key("c", 2)] {
        database.write_system(move |system| signing_keys::insert(system, &key))?;
    }
    let all = database.read_system(signing_keys::all)?;
    assert_eq!(all.iter().map(|key| key.id.as_str()).collect::<Vec<_>>(), ["a", "b", "c", "d"]);
    assert!(all.first() == Some(&key("a", 500_000)));
    let again = database.write_system(move |system| signing_keys::insert(system, &key("a", 9)));
    assert!(matches!(again, Err(StorageError::Conflict { .. })), "{again:?}");
    Ok(())
}

fn a_signing_key_goes_alone(engine: Engine) -> Tested {
    let database = Database::new(engine)?;
    let key = |id: &str| SigningKey { id: id.to_owned(), public: vec![1], sealed_private: vec![2], created_at: at(1) };
    for key in [key("a"), key("b")] {
        database.write_system(move |system| signing_keys::insert(system, &key))?;
    }
    for _ in 0..2 {
        database.write_system(|system| {
            signing_keys::hold(system)?;
            signing_keys::delete(system, "a")
        })?;
        assert!(database.read_system(signing_keys::all)? == [key("b")]);
    }
    Ok(())
}

fn the_first_key_check_stays(engine: Engine) -> Tested {
    let database = Database::new(engine)?;
    assert_eq!(database.read_system(key_check::get)?, None);
    let refused = StorageError::Corrupt("on second thoughts".to_owned());
    let failing = refused.clone();
    assert_eq!(database.write_system(move |system| key_check::get_or_set(system, || Err(failing))), Err(refused));
    assert_eq!(database.read_system(key_check::get)?, None);
    for check in [&b"sealed"[..], b"another node's"] {
        let stored = database
            .write_system(move |system| key_check::get_or_set(system, || Ok::<_, StorageError>(check.to_vec())));
        assert_eq!(stored?, b"sealed");
        assert_eq!(database.read_system(key_check::get)?.as_deref(), Some(&b"sealed"[..]));
    }
    assert_eq!(database.rows("SELECT * FROM key_check")?.len(), 1);
    Ok(())
}

fn the_log_comes_newest_first(engine: Engine) -> Tested {
    let database = Database::new(engine)?;
    let trust = Trust::plant(&database, 1, 1)?;
    let event = |number, time| AuditEvent {
        at: at(time),
        detail: json!({ "order": { "z": 1, "a": [null, true, 0.5] }, "text": "–" }),
        ..trust.event(AuditEventId::from_random(bytes(1, number)))
    };
    let appended = [event(20, 500_000), event(21, 100), event(22, 500_001)];
    for event in appended.clone() {
        database.write(trust.organisation, move |tenant| audit_log::append(tenant, &event))?;
    }
    let listed = database.read(trust.organisation, |tenant| audit_log::list(tenant, &PageRequest::default()))?;
    let [first, second, third] = appended;
    assert_eq!(listed.items, [third, first, second, trust.event(trust.logged())]);
    assert_eq!(listed.next, None);
    Ok(())
}

fn lines_of_the_log_are_found_by_what_they_are_about(engine: Engine) -> Tested {
    let database = Database::new(engine)?;
    let (trust, other) = (Trust::plant(&database, 1, 1)?, Trust::plant(&database, 2, 2)?);
    let detail = json!({ "review": trust.review });
    let mentions = AuditEvent {
        at: at(10),
        action: "rater.withdrawn".to_owned(),
        target: "rater:1".to_owned(),
        detail,
        ..trust.event(AuditEventId::from_random(bytes(1, 20)))
    };
    let mentioned = mentions.clone();
    database.write(trust.organisation, move |tenant| audit_log::append(tenant, &mentioned))?;
    let about = trust.event(trust.logged());
    let found = |trust: &Trust, about: Option<(Option<RoundId>, &[ReviewId])>, actions: Option<Vec<&'static str>>| {
        let about = about.map(|(round, reviews)| audit_log::About { round, reviews: reviews.to_vec() });
        let wanted = audit_log::Wanted { about, actions };
        let searched = move |tenant: &mut candour_storage::Tenant<'_>| {
            let page = audit_log::search(tenant, &wanted, &PageRequest::default())?;
            assert_eq!(audit_log::newest_of(tenant, &wanted, 20)?, page.items);
            Ok(page.items)
        };
        database.read(trust.organisation, searched)
    };
    let (round, review) = (Some(trust.round), [trust.review]);
    assert_eq!(found(&trust, Some((round, &[])), None)?, std::slice::from_ref(&about));
    assert_eq!(found(&trust, Some((None, &review)), None)?, std::slice::from_ref(&mentions));
    assert_eq!(found(&trust, Some((round, &review)), None)?, [mentions.clone(), about.clone()]);
    assert_eq!(found(&trust, Some((round, &review)), Some(vec!["rater.withdrawn"]))?, std::slice::from_ref(&mentions));
    assert_eq!(found(&trust, Some((None, &[])), None)?, []);
    assert_eq!(found(&trust, None, Some(Vec::new()))?, []);
    assert_eq!(found(&other, Some((round, &review)), None)?, [], "of another trust there is nothing");
    // A round of more reviews than a statement may be deep.
    let many = (0..3_000_u128).map(|at| ReviewId::from_random(at.to_be_bytes()));
    let many: Vec<_> = many.chain(review).collect();
    assert_eq!(found(&trust, Some((round, &many)), None)?, [mentions, about]);
    Ok(())
}

fn the_newest_time_is_the_last_look_or_the_newest_line(engine: Engine) -> Tested {
    let database = Database::new(engine)?;
    assert_eq!(database.read_system(clock_looks::newest)?, None, "there is nothing that a wrong clock could destroy");
    let trust = Trust::plant(&database, 1, 1)?;
    let line = trust.event(trust.logged()).at;
    let of_the_log = StoredLook { look: Look { at: line, uptime: None }, confirmations: 0 };
    assert_eq!(database.read_system(clock_looks::newest)?, Some(of_the_log));
    let uptime = |boot: &str| Some(Uptime { boot: boot.to_owned(), running: TimeDelta::seconds(90) });
    for (look, confirmations, stays) in [
        (Look { at: at(500_000), uptime: uptime("a") }, 0, true),
        (Look { at: at(600_000), uptime: uptime("b") }, 0, true),
        (Look { at: at(100), uptime: None }, 1, true),
        (Look { at: at(700_000), uptime: uptime("a") }, 0, false),
    ] {
        let put = look.clone();
        database.write_system(move |system| clock_looks::put(system, &put, confirmations))?;
        let newest = database.read_system(clock_looks::newest)?;
        assert_eq!(
            newest == Some(StoredLook { look, confirmations }),
            stays,
            "what an operator has said stays: {newest:?}"
        );
    }
    assert_eq!(database.rows("SELECT * FROM clock_looks")?.len(), 1);
    let told = database.read_system(clock_looks::database_time)?;
    assert_eq!(told.is_some(), engine == Engine::Postgres);
    assert!(told.is_none_or(|told| told.up_since < told.at), "{told:?}");
    Ok(())
}
