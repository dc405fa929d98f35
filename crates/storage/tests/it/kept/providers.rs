//! A trust's provider of identities, and the people there who are linked to accounts.

use candour_domain::EmailDomain;
use candour_storage::identities::LinkedIdentity;
use candour_storage::{StorageError, accounts, identities, identity_providers};
use candour_test_database::{Engine, on_both_engines};

use crate::database::{Database, Tested, at};
use crate::trust::{self, ISSUER, Trust};

on_both_engines! {
    a_provider_is_replaced_as_a_whole,
    a_trust_is_found_by_the_domains_of_its_provider,
    somebody_at_a_provider_opens_one_account_of_a_trust,
    an_identity_goes_with_its_account,
}

fn a_provider_is_replaced_as_a_whole(engine: Engine) -> Tested {
    let database = Database::new(engine)?;
    let (trust, other) = (Trust::plant(&database, 1, 1)?, Trust::plant(&database, 2, 2)?);
    assert!(database.read(trust.organisation, identity_providers::find)? == Some(trust::provider()));
    let mut next = trust::provider();
    next.profile.domains = vec![EmailDomain::stored("a.example")];
    (next.profile.hosted_domain, next.changed_at, next.sealed_secret) = (None, at(7), vec![8; 50]);
    "https://another.example".clone_into(&mut next.issuer);
    let put = next.clone();
    database.write(trust.organisation, move |tenant| identity_providers::put(tenant, &put))?;
    assert!(database.read(trust.organisation, identity_providers::find)? == Some(next));
    assert!(database.write(trust.organisation, identity_providers::delete)?);
    assert!(!database.write(trust.organisation, identity_providers::delete)?);
    assert!(database.read(trust.organisation, identity_providers::find)?.is_none());
    assert!(database.read(other.organisation, identity_providers::find)? == Some(trust::provider()));
    Ok(())
}

fn a_trust_is_found_by_the_domains_of_its_provider(engine: Engine) -> Tested {
    let database = Database::new(engine)?;
    let (trust, other) = (Trust::plant(&database, 1, 1)?, Trust::plant(&database, 2, 2)?);
    let mut of_other = trust::provider();
    of_other.profile.domains = vec![EmailDomain::stored("school.org.uk")];
    database.write(other.organisation, move |tenant| identity_providers::put(tenant, &of_other))?;
    let found = |domain: &str| {
        let domain = EmailDomain::stored(domain);
        database.read_system(move |system| identity_providers::of_domain(system, &domain))
    };
    let mut both = vec![trust.organisation, other.organisation];
    both.sort_by_key(ToString::to_string);
    assert_eq!(found("school.org.uk")?, both);
    assert_eq!(found("trust.org.uk")?, [trust.organisation]);
    for nobody in ["org.uk", "a.trust.org.uk", "", "%"] {
        assert_eq!(found(nobody)?, [], "{nobody}");
    }
    Ok(())
}

fn somebody_at_a_provider_opens_one_account_of_a_trust(engine: Engine) -> Tested {
    let database = Database::new(engine)?;
    let (trust, other) = (Trust::plant(&database, 1, 1)?, Trust::plant(&database, 2, 2)?);
    let second = trust.second_account();
    let again = database
        .write(trust.organisation, move |tenant| identities::insert(tenant, &trust::identity(second, "person 1")));
    assert!(matches!(again, Err(StorageError::Conflict { .. })), "{again:?}");
    let elsewhere =
        LinkedIdentity { issuer: "https://another.example".to_owned(), ..trust::identity(second, "person 1") };
    let kept = elsewhere.clone();
    database.write(trust.organisation, move |tenant| identities::insert(tenant, &elsewhere))?;

    let found = |organisation, issuer: &'static str, subject: &'static str| {
        database.read(organisation, move |tenant| identities::find(tenant, issuer, subject))
    };
    assert!(found(trust.organisation, "https://another.example", "person 1")? == Some(kept));
    assert!(found(trust.organisation, ISSUER, "person 1")? == Some(trust::identity(trust.account, "person 1")));
    assert!(found(other.organisation, ISSUER, "person 1")?.is_none());
    assert!(found(other.organisation, ISSUER, "person 2")? == Some(trust::identity(other.account, "person 2")));
    for (issuer, subject) in [(ISSUER, "PERSON 1"), (ISSUER, "person 1 "), ("https://sign-in.example/", "person 1")] {
        assert!(found(trust.organisation, issuer, subject)?.is_none(), "{issuer} {subject}");
    }
    Ok(())
}

fn an_identity_goes_with_its_account(engine: Engine) -> Tested {
    let database = Database::new(engine)?;
    let trust = Trust::plant(&database, 1, 1)?;
    let second = trust.second_account();
    database.write(trust.organisation, move |tenant| {
        identities::insert(tenant, &trust::identity(second, "person 2"))?;
        identities::set_used(tenant, ISSUER, "person 2", at(8))
    })?;
    let used = database.read(trust.organisation, move |tenant| identities::of_account(tenant, second))?;
    assert_eq!(used.iter().map(|identity| identity.last_used_at).collect::<Vec<_>>(), [Some(at(8))]);
    assert!(database.write(trust.organisation, move |tenant| accounts::delete(tenant, second))?);
    assert!(database.read(trust.organisation, move |tenant| identities::of_account(tenant, second))?.is_empty());
    assert_eq!(database.write(trust.organisation, identities::delete_all)?, 1);
    Ok(())
}
