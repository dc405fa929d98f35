//! What a person signs in with, and the addresses at which they are told of it.

use candour_domain::{AddressId, PasskeyId, PasskeyName, PersonalToken, PersonalTokenId, Role, Scope};
use candour_storage::account_addresses::{self, OtherAddress};
use candour_storage::passkeys::{self, Passkey};
use candour_storage::{StorageError, accounts, personal_tokens};
use candour_test_database::{Engine, on_both_engines};

use crate::database::{Database, Tested, at, bytes};
use crate::trust::Trust;

on_both_engines! {
    a_persons_token_as_it_was_made_used_and_expired,
    a_passkey_as_it_was_added_used_and_renamed,
    a_credential_is_one_persons_in_every_trust,
    a_passkey_is_reached_through_its_own_account_only,
    an_address_as_it_was_added_confirmed_and_removed,
    what_a_person_signs_in_with_goes_with_their_account,
}

fn a_passkey_as_it_was_added_used_and_renamed(engine: Engine) -> Tested {
    let database = Database::new(engine)?;
    let trust = Trust::plant(&database, 1, 1)?;
    let (account, second) = (trust.account, PasskeyId::from_random(bytes(1, 52)));
    let later = Passkey { added_at: at(6), opens_from: at(6), ..trust.passkey(second, [8; 32]) };
    let added = later.clone();
    database.write(trust.organisation, move |tenant| passkeys::insert(tenant, &added))?;
    let first = trust.passkey(trust.passkey_id(), trust.link_hash(200));
    let listed = || database.read(trust.organisation, move |tenant| passkeys::list(tenant, account));
    assert!(listed()? == [first.clone(), later.clone()], "the oldest comes first");
    let (credential, name) = ("{\"counter\":7}", PasskeyName::stored("Old phone"));
    let called = name.clone();
    assert!(database.write(trust.organisation, move |tenant| {
        Ok::<_, StorageError>(
            passkeys::set_used(tenant, second, credential, at(9))?
                && passkeys::rename(tenant, account, second, &called)?,
        )
    })?);
    let used = Passkey { credential: credential.to_owned(), name, last_used_at: Some(at(9)), ..later };
    assert!(listed()? == [first.clone(), used.clone()], "only the one that was used has changed");
    let found = database.read_system(|system| passkeys::find_by_credential(system, &[8; 32]))?;
    assert!(found == Some((trust.organisation, used)));
    assert!(database.read_system(|system| passkeys::find_by_credential(system, &[7; 32]))?.is_none());
    Ok(())
}

fn a_credential_is_one_persons_in_every_trust(engine: Engine) -> Tested {
    let database = Database::new(engine)?;
    let (trust, other) = (Trust::plant(&database, 1, 1)?, Trust::plant(&database, 2, 2)?);
    for taker in [trust, other] {
        let again = taker.passkey(PasskeyId::from_random(bytes(3, 1)), trust.link_hash(200));
        let refused = database.write(taker.organisation, move |tenant| passkeys::insert(tenant, &again));
        assert!(matches!(refused, Err(StorageError::Conflict { .. })), "{refused:?}");
    }
    Ok(())
}

fn a_passkey_is_reached_through_its_own_account_only(engine: Engine) -> Tested {
    let database = Database::new(engine)?;
    let trust = Trust::plant(&database, 1, 1)?;
    let (owner, stranger, id) = (trust.account, trust.second_account(), trust.passkey_id());
    let reached = database.write(trust.organisation, move |tenant| {
        let renamed = passkeys::rename(tenant, stranger, id, &PasskeyName::stored("Mine"))?;
        Ok::<_, StorageError>([
            renamed,
            passkeys::delete(tenant, stranger, id)?,
            passkeys::find(tenant, stranger, id)?.is_some(),
            !passkeys::list(tenant, stranger)?.is_empty(),
        ])
    })?;
    assert_eq!(reached, [false; 4]);
    let kept = database.write(trust.organisation, move |tenant| {
        let found = passkeys::find(tenant, owner, id)?;
        Ok::<_, StorageError>((found.map(|passkey| passkey.name), passkeys::delete(tenant, owner, id)?))
    })?;
    assert_eq!(kept, (Some(PasskeyName::stored("Office phone")), true));
    Ok(())
}

fn an_address_as_it_was_added_confirmed_and_removed(engine: Engine) -> Tested {
    let database = Database::new(engine)?;
    let trust = Trust::plant(&database, 1, 1)?;
    let id = AddressId::from_random(bytes(1, 53));
    let mut address = OtherAddress { confirmed_at: None, added_at: at(4), tries: 0, ..trust.other_address(id) };
    let added = address.clone();
    database.write(trust.organisation, move |tenant| account_addresses::insert(tenant, &added))?;
    for (tries, confirmed_at, removed_at, counts) in
        [(1, None, None, false), (2, Some(at(5)), None, true), (2, Some(at(5)), Some(at(6)), false)]
    {
        address = OtherAddress { tries, confirmed_at, removed_at, ..address };
        let changed = address.clone();
        assert!(database.write(trust.organisation, move |tenant| account_addresses::update(tenant, &changed))?);
        let listed = database.read(trust.organisation, move |tenant| account_addresses::list(tenant, trust.account))?;
        assert_eq!(listed, [trust.other_address(trust.address_id()), address.clone()]);
        let found = database.read(trust.organisation, move |tenant| account_addresses::find(tenant, id))?;
        assert_eq!(found.map(|found| found.counts()), Some(counts));
    }
    assert!(database.write(trust.organisation, move |tenant| account_addresses::delete(tenant, id))?);
    assert_eq!(database.read(trust.organisation, move |tenant| account_addresses::find(tenant, id))?, None);
    Ok(())
}

fn what_a_person_signs_in_with_goes_with_their_account(engine: Engine) -> Tested {
    let database = Database::new(engine)?;
    let (trust, other) = (Trust::plant(&database, 1, 1)?, Trust::plant(&database, 2, 1)?);
    database.write(trust.organisation, move |tenant| accounts::delete(tenant, trust.account))?;
    for (organisation, left) in [(trust.organisation, 0), (other.organisation, 1)] {
        let found = database.read(organisation, move |tenant| {
            let passkeys = passkeys::list(tenant, trust.account)?.len();
            let tokens = personal_tokens::list(tenant, trust.account)?.len();
            Ok::<_, StorageError>((passkeys, tokens, account_addresses::list(tenant, trust.account)?.len()))
        })?;
        assert_eq!(found, (left, left, left));
    }
    Ok(())
}

fn a_persons_token_as_it_was_made_used_and_expired(engine: Engine) -> Tested {
    let database = Database::new(engine)?;
    let trust = Trust::plant(&database, 1, 1)?;
    let (owner, stranger) = (trust.account, trust.second_account());
    let first = trust.personal_token(trust.personal_token_id());
    let second = PersonalToken {
        made_at: at(6),
        expires_at: at(60),
        role: Role::Facilitator,
        scopes: vec![Scope::ResultsRead],
        ..trust.personal_token(PersonalTokenId::from_random(bytes(1, 55)))
    };
    let (added, id) = (second.clone(), second.id);
    database.write(trust.organisation, move |tenant| personal_tokens::insert(tenant, &[8; 32], &added))?;
    let found = database.read_system(|system| personal_tokens::find_by_hash(system, &[8; 32]))?;
    assert_eq!(found, Some((trust.organisation, second.clone())));
    assert_eq!(database.read_system(|system| personal_tokens::find_by_hash(system, &[7; 32]))?, None);
    let day = at(9).date_naive();
    assert!(database.write(trust.organisation, move |tenant| personal_tokens::set_used(tenant, id, day))?);
    let used = PersonalToken { last_used_on: Some(day), ..second };
    let listed = || database.read(trust.organisation, move |tenant| personal_tokens::list(tenant, owner));
    assert_eq!(listed()?, [used.clone(), first], "the newest first");
    assert!(!database.write(trust.organisation, move |tenant| personal_tokens::delete(tenant, stranger, id))?);
    let expired =
        database.write(trust.organisation, move |tenant| personal_tokens::delete_expired(tenant, owner, at(10)))?;
    assert_eq!((expired, listed()?), (1, vec![used]));
    assert!(database.write(trust.organisation, move |tenant| personal_tokens::delete(tenant, owner, id))?);
    assert_eq!(listed()?, []);
    Ok(())
}
