//! What answers leave: drafts, ballots, bundles, results and redactions.

use candour_domain::{BallotId, CommentId, InvitationId, Rater};
use candour_storage::ballots::Casting;
use candour_storage::bundles::SealedBundle;
use candour_storage::redactions::Redaction;
use candour_storage::results::StoredResult;
use candour_storage::{StorageError, ballots, bundles, drafts, redactions, results};
use candour_test_database::{Engine, on_both_engines};

use crate::database::{Database, Tested, at, bytes, settled};
use crate::links;
use crate::trust::{Trust, bundle};

on_both_engines! {
    a_draft_is_replaced_and_deleted,
    the_drafts_of_a_round_are_deleted_together,
    ballots_come_in_the_order_of_their_keys,
    a_bundle_and_a_result_are_kept_once,
    a_comment_is_redacted_once_until_that_is_taken_back,
}

fn a_draft_is_replaced_and_deleted(engine: Engine) -> Tested {
    let database = Database::new(engine)?;
    let trust = Trust::plant(&database, 1, 1)?;
    let get = || database.read(trust.organisation, move |tenant| drafts::get(tenant, trust.pending.1));
    for draft in [vec![], (0..=255).collect::<Vec<u8>>()] {
        let put = draft.clone();
        database.write(trust.organisation, move |tenant| drafts::put(tenant, trust.pending.1, &put))?;
        assert_eq!(get()?, Some(draft));
    }
    for _ in 0..2 {
        database.write(trust.organisation, move |tenant| drafts::delete(tenant, trust.pending.1))?;
        assert_eq!(get()?, None);
    }
    let astray = database
        .write(trust.organisation, |tenant| drafts::put(tenant, InvitationId::from_random(bytes(9, 9)), b"draft"));
    assert!(matches!(astray, Err(StorageError::Conflict { .. })), "{astray:?}");
    Ok(())
}

fn the_drafts_of_a_round_are_deleted_together(engine: Engine) -> Tested {
    let database = Database::new(engine)?;
    let trust = Trust::plant(&database, 1, 1)?;
    database.write(trust.organisation, move |tenant| drafts::put(tenant, trust.answered.1, b"another"))?;
    assert_eq!(
        database.write(trust.organisation, move |tenant| drafts::delete_round(
            tenant,
            trust.draft_round,
            settled(at(9))
        ))?,
        0
    );
    assert_eq!(
        database.write(trust.organisation, move |tenant| drafts::delete_round(tenant, trust.round, settled(at(9))))?,
        2
    );
    assert_eq!(database.rows("SELECT * FROM drafts")?, Vec::<String>::new());
    Ok(())
}

fn ballots_come_in_the_order_of_their_keys(engine: Engine) -> Tested {
    let database = Database::new(engine)?;
    let trust = Trust::plant(&database, 1, 1)?;
    let planted = (BallotId::from_random(bytes(1, 17)), b"sealed ballot".to_vec());
    let mut cast = vec![planted];
    for number in 20..40 {
        let (id, sealed) = (BallotId::from_random(bytes(1, number)), number.to_be_bytes());
        cast.push((id, sealed.to_vec()));
        let invitation = links::invite(&database, trust, number)?;
        assert!(
            database.cast(trust.organisation, trust.casting(invitation, trust.link_hash(number + 300), id, &sealed))?
        );
    }
    assert!(!cast.is_sorted());
    cast.sort();
    let all = database.read(trust.organisation, move |tenant| ballots::all(tenant, trust.review))?;
    assert_eq!(all, cast.into_iter().map(|(_, sealed)| sealed).collect::<Vec<_>>());
    assert_eq!(database.read(trust.organisation, move |tenant| ballots::count(tenant, trust.review))?, 21);

    let invitation = links::invite(&database, trust, 40)?;
    let twice = trust.casting(invitation, trust.link_hash(340), BallotId::from_random(bytes(1, 20)), b"again");
    let twice = database.cast(trust.organisation, twice);
    assert!(matches!(twice, Err(StorageError::Conflict { .. })), "{twice:?}");
    let (rater, mut new) = links::somebody(trust, 41)?;
    let (other, invitation) = (trust.unreported(), new.invitation.id);
    new.invitation.review_id = other;
    links::add(&database, trust, Rater { review_id: other, ..rater }, new)?;
    let elsewhere = trust.casting(invitation, trust.link_hash(341), BallotId::from_random(bytes(1, 41)), b"elsewhere");
    assert!(database.cast(trust.organisation, Casting { review: other, ..elsewhere })?);
    assert_eq!(
        database.write(trust.organisation, move |tenant| ballots::delete_review(
            tenant,
            trust.review,
            settled(at(9))
        ))?,
        21
    );
    assert_eq!(database.read(trust.organisation, move |tenant| ballots::count(tenant, trust.review))?, 0);
    assert_eq!(
        database.read(trust.organisation, move |tenant| ballots::count(tenant, other))?,
        1,
        "another review's stay"
    );
    Ok(())
}

fn a_bundle_and_a_result_are_kept_once(engine: Engine) -> Tested {
    let database = Database::new(engine)?;
    let trust = Trust::plant(&database, 1, 1)?;
    let document = "{\n  \"cells\" : [1.0, null, \"–\"]\n}\n";
    let put = move |tenant: &mut candour_storage::Tenant<'_>| {
        bundles::insert(tenant, trust.draft_review, &bundle())?;
        results::insert(tenant, trust.draft_review, document, "abc", at(123_456))
    };
    database.write(trust.organisation, put)?;
    assert_eq!(
        database.read(trust.organisation, move |tenant| bundles::find(tenant, trust.draft_review))?,
        Some(bundle())
    );
    let kept = database.read(trust.organisation, move |tenant| results::find(tenant, trust.draft_review))?;
    let expected = StoredResult { document: document.to_owned(), sha256: "abc".to_owned(), created_at: at(123_456) };
    assert_eq!(kept, Some(expected), "byte for byte");
    let bundle = database.write(trust.organisation, move |tenant| {
        bundles::insert(tenant, trust.draft_review, &SealedBundle { answers: vec![1], key: vec![2] })
    });
    let result =
        database.write(trust.organisation, move |tenant| results::insert(tenant, trust.draft_review, "{}", "d", at(0)));
    assert!(
        matches!((&bundle, &result), (Err(StorageError::Conflict { .. }), Err(StorageError::Conflict { .. }))),
        "{bundle:?} {result:?}"
    );
    Ok(())
}

fn a_comment_is_redacted_once_until_that_is_taken_back(engine: Engine) -> Tested {
    let database = Database::new(engine)?;
    let trust = Trust::plant(&database, 1, 1)?;
    let comment = CommentId::from_random(bytes(1, 20));
    let redact = |review, reason: &'static str| {
        database.write(trust.organisation, move |tenant| {
            redactions::insert(tenant, review, comment, reason, "account:2", at(123_456))
        })
    };
    redact(trust.review, "names a child")?;
    let twice = redact(trust.review, "another reason");
    assert!(matches!(twice, Err(StorageError::Conflict { .. })), "{twice:?}");
    let without_result = redact(trust.draft_review, "nothing to redact");
    assert!(matches!(without_result, Err(StorageError::Conflict { .. })), "{without_result:?}");

    let all = database.read(trust.organisation, move |tenant| redactions::all(tenant, trust.review))?;
    let redaction = |comment_id, reason: &str, actor: &str, time| Redaction {
        comment_id,
        reason: reason.to_owned(),
        actor: actor.to_owned(),
        at: time,
    };
    let mut expected = vec![
        redaction(comment, "names a child", "account:2", at(123_456)),
        redaction(trust.comment(), "names a pupil", "account:1", at(6)),
    ];
    expected.sort_by_key(|redaction| redaction.comment_id);
    assert_eq!(all, expected);

    let restore =
        |review| database.write(trust.organisation, move |tenant| redactions::delete(tenant, review, comment));
    assert!(!restore(trust.draft_review)? && restore(trust.review)? && !restore(trust.review)?);
    expected.retain(|redaction| redaction.comment_id != comment);
    assert_eq!(database.read(trust.organisation, move |tenant| redactions::all(tenant, trust.review))?, expected);
    Ok(redact(trust.review, "names a child after all")?)
}
