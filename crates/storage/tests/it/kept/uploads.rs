//! Lists of raters that somebody has uploaded, and how a trust's last one was read.

use candour_domain::UploadId;
use candour_storage::uploads::{self, Upload};
use candour_storage::{StorageError, accounts, organisations, reviews};
use candour_test_database::{Engine, on_both_engines};

use crate::database::{Database, Tested, at, bytes};
use crate::trust::Trust;

on_both_engines! {
    an_account_has_one_list_for_a_review,
    a_list_goes_with_its_hour_its_round_its_review_and_its_account,
    a_trust_remembers_how_its_last_list_was_read,
}

fn an_account_has_one_list_for_a_review(engine: Engine) -> Tested {
    let database = Database::new(engine)?;
    let trust = Trust::plant(&database, 1, 1)?;
    let (first, second) = (trust.upload_id(), UploadId::from_random(bytes(1, 57)));
    let newer = Upload { id: second, sealed: vec![1, 2, 3], made_at: at(4), ..trust.upload(second) };
    let kept = newer.clone();
    database.write(trust.organisation, move |tenant| uploads::put(tenant, &kept))?;
    let find = |id| database.read(trust.organisation, move |tenant| uploads::find(tenant, id));
    assert!(find(first)?.is_none(), "the newer one took its place");
    assert!(find(second)?.is_some_and(|found| found == newer));
    let replace =
        |id, was: [u8; 3]| database.write(trust.organisation, move |tenant| uploads::replace(tenant, id, &was, &[9]));
    assert!(!replace(second, [1, 2, 4])?, "somebody has changed it meanwhile");
    assert!(replace(second, [1, 2, 3])?);
    assert!(find(second)?.is_some_and(|found| found.sealed == [9] && found.made_at == at(4)));
    assert!(!replace(first, [1, 2, 3])?);
    assert!(database.write(trust.organisation, move |tenant| uploads::delete(tenant, second))?);
    assert!(!database.write(trust.organisation, move |tenant| uploads::delete(tenant, second))?);
    Ok(())
}

fn a_list_goes_with_its_hour_its_round_its_review_and_its_account(engine: Engine) -> Tested {
    let database = Database::new(engine)?;
    let trust = Trust::plant(&database, 1, 1)?;
    let (id, round) = (trust.upload_id(), trust.draft_round);
    let is_there =
        || database.read(trust.organisation, move |tenant| Ok::<_, StorageError>(uploads::find(tenant, id)?.is_some()));
    let again = trust.upload(id);
    let put = || {
        let again = again.clone();
        database.write(trust.organisation, move |tenant| uploads::put(tenant, &again))
    };
    assert_eq!(database.write_system(|system| uploads::delete_old(system, at(3)))?, 0);
    assert!(is_there()?);
    assert_eq!(database.write_system(|system| uploads::delete_old(system, at(4)))?, 1);
    assert!(!is_there()?);
    put()?;
    let other = trust.round;
    assert_eq!(database.write(trust.organisation, move |tenant| uploads::delete_in_round(tenant, other))?, 0);
    assert_eq!(database.write(trust.organisation, move |tenant| uploads::delete_in_round(tenant, round))?, 1);
    put()?;
    let review = trust.draft_review;
    database.write(trust.organisation, move |tenant| reviews::delete(tenant, review))?;
    assert!(!is_there()?);
    let about_another = Upload { review: trust.review, ..trust.upload(id) };
    database.write(trust.organisation, move |tenant| uploads::put(tenant, &about_another))?;
    let account = trust.account;
    database.write(trust.organisation, move |tenant| accounts::delete(tenant, account))?;
    assert!(!is_there()?);
    Ok(())
}

fn a_trust_remembers_how_its_last_list_was_read(engine: Engine) -> Tested {
    let database = Database::new(engine)?;
    let (trust, other) = (Trust::plant(&database, 1, 1)?, Trust::plant(&database, 2, 2)?);
    database.write(trust.organisation, |tenant| organisations::remember_list(tenant, "{\"name\":[\"Who\"]}"))?;
    let of = |organisation| database.read(organisation, organisations::remembered_list);
    assert_eq!(of(trust.organisation)?.as_deref(), Some("{\"name\":[\"Who\"]}"));
    assert_eq!(of(other.organisation)?, Some(other.remembered_list()));
    Ok(())
}
