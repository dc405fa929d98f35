//! Links: found while they work, ended once, and what their end leaves.

use candour_domain::{BallotId, Delivery, Invitation, InvitationId, Rater, RaterId};
use candour_storage::ballots::Casting;
use candour_storage::invitations::{self, Decoy, NewInvitation, SpentLink, SpentOutcome};
use candour_storage::{StorageError, ballots, drafts, raters, rounds, turnouts};
use candour_test_database::{Engine, on_both_engines};

use crate::database::{Database, Failure, Tested, at, bytes, settled};
use crate::trust::{self, Trust, group, noise};

const TOMBSTONES: &str = "SELECT * FROM spent_links";

/// What the service makes of a link's hash; here only something else of the same length.
fn spent(hash: &[u8; 32]) -> [u8; 32] {
    hash.map(|byte| byte ^ 0xA5)
}

/// What takes the place of a link that has been used.
fn decoy(trust: Trust, id: InvitationId) -> Decoy {
    let link_hash = noise(trust.organisation, u16::from(id.uuid().as_bytes()[0]) + 500);
    Decoy { link_hash, sealed_link: vec![7; 60], sealed_draft: vec![7; 4137] }
}

fn find(database: &Database, id: InvitationId, trust: Trust) -> Result<Invitation, Failure> {
    let in_round = database.read(trust.organisation, move |tenant| invitations::in_round(tenant, trust.round))?;
    Ok(in_round.into_iter().find(|invitation| invitation.id == id).ok_or("the invitation is gone")?)
}

/// The link that an email to them would carry.
fn sealed_link(database: &Database, id: InvitationId, trust: Trust) -> Result<Option<Vec<u8>>, StorageError> {
    let addressed = database.read(trust.organisation, move |tenant| invitations::addressed(tenant, &[id]))?;
    Ok(addressed.into_iter().find_map(|found| found.sealed_link))
}

/// Their answer.
fn answer(trust: Trust, id: InvitationId, spent_hash: [u8; 32]) -> Casting {
    trust.casting(id, spent_hash, BallotId::from_random(*id.uuid().as_bytes()), b"an answer")
}

fn works(database: &Database, hash: [u8; 32]) -> Result<bool, StorageError> {
    Ok(database.read_system(move |system| invitations::behind_link(system, &hash))?.is_some())
}

on_both_engines! {
    an_invitation_is_found_by_id_rater_and_link,
    every_field_of_an_invitation_comes_back,
    a_response_uses_the_invitation_and_wipes_the_link_once,
    a_late_response_changes_nothing,
    two_tombstones_do_not_share_a_hash,
    withdrawing_looks_the_same_whether_they_have_answered_or_not,
    closing_a_round_ends_every_link_that_is_left,
    reminders_go_to_those_who_may_still_answer,
    a_receipt_is_due_once,
    answers_are_counted_by_group_and_stay_counted,
    a_rater_has_one_invitation_and_it_goes_with_them,
}

fn an_invitation_is_found_by_id_rater_and_link(engine: Engine) -> Tested {
    let database = Database::new(engine)?;
    let trust = Trust::plant(&database, 1, 1)?;
    let expected = trust.invitation(trust.pending, 2);
    let (link, sealed) = (expected.link_hash, expected.sealed_link);
    assert_eq!(find(&database, trust.pending.1, trust)?, expected.invitation);
    let of_rater = database.read(trust.organisation, move |tenant| invitations::of_rater(tenant, trust.pending.0))?;
    assert_eq!(of_rater.as_ref(), Some(&expected.invitation));
    let by_link =
        database.read_system(move |system| invitations::behind_link(system, &link))?.ok_or("a working link")?;
    assert_eq!(by_link.invitation, expected.invitation);
    assert_eq!(
        (by_link.organisation.id, by_link.round.id(), by_link.review.id),
        (trust.organisation, trust.round, trust.review)
    );
    assert_eq!((by_link.rater.id, by_link.draft.is_some()), (trust.pending.0, true));
    let keys = database.read(trust.organisation, move |tenant| rounds::keys(tenant, trust.round))?;
    assert!(keys == Some(by_link.keys));
    assert_eq!(sealed_link(&database, trust.pending.1, trust)?, Some(sealed));
    assert!(!works(&database, [0; 32])?);
    Ok(())
}

fn every_field_of_an_invitation_comes_back(engine: Engine) -> Tested {
    let database = Database::new(engine)?;
    let trust = Trust::plant(&database, 1, 1)?;
    let flags = [
        (true, false, false, false),
        (false, true, false, false),
        (false, false, true, false),
        (false, false, false, true),
    ];
    let deliveries = [Delivery::Queued, Delivery::Sent, Delivery::Bounced, Delivery::Failed];
    for (number, ((used, declined, withdrawn, receipt_sent), delivery)) in (20..).zip(flags.into_iter().zip(deliveries))
    {
        let (rater, mut new) = somebody(trust, number)?;
        new.invitation = Invitation { used, declined, withdrawn, receipt_sent, delivery, ..new.invitation };
        let kept = new.invitation.clone();
        add(&database, trust, rater, new)?;
        assert_eq!(find(&database, kept.id, trust)?, kept);
    }
    Ok(())
}

fn a_response_uses_the_invitation_and_wipes_the_link_once(engine: Engine) -> Tested {
    let database = Database::new(engine)?;
    let trust = Trust::plant(&database, 1, 1)?;
    let hash = trust.link_hash(2);
    let before = (find(&database, trust.pending.1, trust)?, database.rows(TOMBSTONES)?.len());
    assert!(!before.0.used && works(&database, hash)?);

    for expected in [true, false] {
        assert_eq!(database.cast(trust.organisation, answer(trust, trust.pending.1, spent(&hash)))?, expected);
        assert_eq!(find(&database, trust.pending.1, trust)?, Invitation { used: true, ..before.0.clone() });
        assert_eq!(database.rows(TOMBSTONES)?.len(), before.1 + 1);
    }
    assert!(!works(&database, hash)?);
    assert_eq!(sealed_link(&database, trust.pending.1, trust)?, None);
    let tombstone = database.read_system(move |system| invitations::find_spent(system, &spent(&hash)))?;
    let place = (trust.organisation, trust.round, trust.review);
    let expected =
        SpentLink { organisation_id: place.0, round_id: place.1, review_id: place.2, outcome: SpentOutcome::Received };
    assert_eq!(tombstone, Some(expected));
    assert_eq!(
        database.read_system(move |system| invitations::find_spent(system, &hash))?,
        None,
        "not under the link's own hash"
    );
    Ok(())
}

fn a_late_response_changes_nothing(engine: Engine) -> Tested {
    let database = Database::new(engine)?;
    let trust = Trust::plant(&database, 1, 1)?;
    database.write(trust.organisation, move |tenant| {
        invitations::close_round(tenant, trust.round, &spent, settled(at(9)))
    })?;
    let before = database.rows_of(trust.organisation)?;
    assert!(!database.cast(trust.organisation, answer(trust, trust.pending.1, [9; 32]))?);
    assert_eq!(database.rows_of(trust.organisation)?, before);
    Ok(())
}

fn two_tombstones_do_not_share_a_hash(engine: Engine) -> Tested {
    let database = Database::new(engine)?;
    let trust = Trust::plant(&database, 1, 1)?;
    let before = database.rows_of(trust.organisation)?;
    // Under this hash lies the link of the rater who has answered.
    let taken = noise(trust.organisation, 101);
    let refused = database.cast(trust.organisation, answer(trust, trust.pending.1, taken));
    assert!(matches!(refused, Err(StorageError::Conflict { .. })), "{refused:?}");
    assert_eq!(database.rows_of(trust.organisation)?, before, "the refused change has left nothing");
    Ok(())
}

/// The administrator sees the same of both; the rows differ in `used` and in nothing else.
fn withdrawing_looks_the_same_whether_they_have_answered_or_not(engine: Engine) -> Tested {
    let database = Database::new(engine)?;
    let trust = Trust::plant(&database, 1, 1)?;
    for (_, id) in [trust.answered, trust.pending] {
        for first in [true, false] {
            let taken_out = database.write(trust.organisation, move |tenant| {
                invitations::withdraw(tenant, id, &decoy(trust, id), &spent)
            })?;
            assert_eq!(taken_out, first, "the second time nothing is left to do");
        }
        assert_eq!(sealed_link(&database, id, trust)?, None);
    }
    let (answered, pending) = (find(&database, trust.answered.1, trust)?, find(&database, trust.pending.1, trust)?);
    assert!(answered.used && !pending.used && answered.withdrawn && pending.withdrawn);
    assert_eq!(Invitation { id: pending.id, rater_id: pending.rater_id, used: false, ..answered }, pending);
    let sizes =
        database.raw()?.number(&format!("SELECT count(DISTINCT {}) FROM invitations", size_of_flags(engine)))?;
    assert_eq!(sizes, 1);

    assert!(!works(&database, trust.link_hash(2))?);
    assert_eq!(
        database.read(trust.organisation, move |tenant| ballots::count(tenant, trust.review))?,
        1,
        "the ballot stays"
    );
    let hash = spent(&trust.link_hash(2));
    let tombstone = database.read_system(move |system| invitations::find_spent(system, &hash))?;
    assert_eq!(tombstone.map(|tombstone| tombstone.outcome), Some(SpentOutcome::Withdrawn));
    assert_eq!(database.rows(TOMBSTONES)?.len(), 3, "one for each link, and one for each who was taken out");
    Ok(())
}

fn closing_a_round_ends_every_link_that_is_left(engine: Engine) -> Tested {
    let database = Database::new(engine)?;
    let (trust, other) = (Trust::plant(&database, 1, 1)?, Trust::plant(&database, 2, 2)?);
    for number in 20..30 {
        invite(&database, trust, number)?;
    }
    let close = || {
        database.write(trust.organisation, move |tenant| {
            invitations::close_round(tenant, trust.round, &spent, settled(at(9)))
        })
    };
    let before = database.read(trust.organisation, move |tenant| invitations::in_round(tenant, trust.round))?;
    assert_eq!(close()?, 11);
    assert_eq!(close()?, 0);
    assert_eq!(database.read(trust.organisation, move |tenant| invitations::in_round(tenant, trust.round))?, before);
    assert_eq!(before.len(), 12);
    for number in (20..30).chain([2]) {
        let hash = trust.link_hash(number);
        assert!(!works(&database, hash)?, "link {number}");
        let tombstone = database.read_system(move |system| invitations::find_spent(system, &spent(&hash)))?;
        let seen = tombstone.map(|tombstone| (tombstone.review_id, tombstone.outcome));
        assert_eq!(seen, Some((trust.review, SpentOutcome::Closed)), "link {number}");
    }
    let left = format!("SELECT * FROM links WHERE organisation_id = '{}'", trust.organisation);
    assert_eq!(database.rows(&left)?, Vec::<String>::new());
    assert_eq!(database.rows(&format!("{TOMBSTONES} WHERE organisation_id = '{}'", trust.organisation))?.len(), 12);
    assert!(works(&database, other.link_hash(2))?, "another trust's link works on");
    Ok(())
}

fn reminders_go_to_those_who_may_still_answer(engine: Engine) -> Tested {
    let database = Database::new(engine)?;
    let trust = Trust::plant(&database, 1, 1)?;
    let outstanding = || {
        let found = database.read(trust.organisation, move |tenant| invitations::outstanding(tenant, trust.round))?;
        Ok::<_, StorageError>(found.iter().map(|invitation| invitation.id).collect::<Vec<_>>())
    };
    assert_eq!(outstanding()?, [trust.pending.1]);
    let other = invite(&database, trust, 20)?;
    for (declined, expected) in [(true, vec![other]), (false, sorted([other, trust.pending.1]))] {
        assert!(database.write(trust.organisation, move |tenant| invitations::set_declined(
            tenant,
            trust.pending.1,
            declined
        ))?);
        assert_eq!(outstanding()?, expected);
    }
    database.write(trust.organisation, move |tenant| {
        invitations::set_delivery(tenant, &[other], Delivery::Bounced, None)
    })?;
    assert_eq!(outstanding()?, [trust.pending.1]);
    let pending = trust.pending.1;
    database.write(trust.organisation, move |tenant| {
        invitations::withdraw(tenant, pending, &decoy(trust, pending), &spent)
    })?;
    assert_eq!(outstanding()?, []);
    let nobody = InvitationId::from_random(bytes(9, 9));
    assert!(!database.write(trust.organisation, move |tenant| invitations::set_declined(tenant, nobody, true))?);
    Ok(())
}

fn a_receipt_is_due_once(engine: Engine) -> Tested {
    let database = Database::new(engine)?;
    let trust = Trust::plant(&database, 1, 1)?;
    let due = || database.read(trust.organisation, move |tenant| invitations::receipts_due(tenant, trust.round));
    assert_eq!(due()?, [find(&database, trust.answered.1, trust)?]);
    database.write(trust.organisation, move |tenant| invitations::mark_receipts_sent(tenant, &[trust.answered.1]))?;
    assert_eq!(due()?, []);
    assert!(find(&database, trust.answered.1, trust)?.receipt_sent);
    Ok(())
}

fn answers_are_counted_by_group_and_stay_counted(engine: Engine) -> Tested {
    let database = Database::new(engine)?;
    let trust = Trust::plant(&database, 1, 1)?;
    let responded = || database.read(trust.organisation, move |tenant| turnouts::responded(tenant, trust.review));
    assert_eq!(responded()?, [(group("staff"), 1)]);
    let chair = invite(&database, trust, 20)?;
    assert!(database.cast(trust.organisation, answer(trust, chair, [9; 32]))?);
    let answered = trust.answered.1;
    database.write(trust.organisation, move |tenant| {
        invitations::withdraw(tenant, answered, &decoy(trust, answered), &spent)
    })?;
    assert_eq!(responded()?, [(group("chair"), 1), (group("staff"), 1)]);
    assert_eq!(database.read(trust.organisation, move |tenant| turnouts::responded(tenant, trust.draft_review))?, []);
    Ok(())
}

fn a_rater_has_one_invitation_and_it_goes_with_them(engine: Engine) -> Tested {
    let database = Database::new(engine)?;
    let trust = Trust::plant(&database, 1, 1)?;
    let second = trust.invitation((trust.pending.0, InvitationId::from_random(bytes(1, 20))), 20);
    let refused = database.write(trust.organisation, move |tenant| invitations::insert_all(tenant, &[second]));
    assert!(matches!(refused, Err(StorageError::Conflict { .. })), "{refused:?}");
    let mut astray = trust.invitation((trust.uninvited, InvitationId::from_random(bytes(1, 21))), 21);
    astray.invitation.round_id = trust.draft_round;
    let refused = database.write(trust.organisation, move |tenant| invitations::insert_all(tenant, &[astray]));
    assert!(matches!(refused, Err(StorageError::Conflict { .. })), "a rater of another review: {refused:?}");

    assert!(database.write(trust.organisation, move |tenant| raters::delete(tenant, trust.pending.0))?);
    assert!(!works(&database, trust.link_hash(2))?);
    assert_eq!(database.read(trust.organisation, move |tenant| invitations::of_rater(tenant, trust.pending.0))?, None);
    assert_eq!(database.read(trust.organisation, move |tenant| drafts::get(tenant, trust.pending.1))?, None);
    assert!(database.read(trust.organisation, move |tenant| rounds::find(tenant, trust.round))?.is_some());
    Ok(())
}

/// What the flags of an invitation take up.
fn size_of_flags(engine: Engine) -> &'static str {
    match engine {
        Engine::Sqlite => "length(quote(used)) || length(quote(withdrawn)) || typeof(used) || typeof(withdrawn)",
        Engine::Postgres => "pg_column_size(used) || ' ' || pg_column_size(withdrawn)",
    }
}

/// A chair for the open round with an invitation, and the link of that number.
pub(crate) fn somebody(trust: Trust, number: u16) -> Result<(Rater, NewInvitation), Failure> {
    let (id, invitation) = (RaterId::from_random(bytes(1, number)), InvitationId::from_random(bytes(1, number)));
    let rater = trust::rater(&trust, (trust.round, trust.review, id), &format!("rater{number}@trust.org.uk"))?;
    Ok((Rater { group: group("chair"), ..rater }, trust.invitation((id, invitation), number)))
}

pub(crate) fn add(database: &Database, trust: Trust, rater: Rater, new: NewInvitation) -> Result<(), StorageError> {
    database.write(trust.organisation, move |tenant| {
        raters::insert(tenant, &rater)?;
        invitations::insert_all(tenant, &[new])
    })
}

/// Adds somebody to the open round and gives their invitation.
pub(crate) fn invite(database: &Database, trust: Trust, number: u16) -> Result<InvitationId, Failure> {
    let (rater, new) = somebody(trust, number)?;
    let id = new.invitation.id;
    add(database, trust, rater, new)?;
    Ok(id)
}

fn sorted(mut ids: [InvitationId; 2]) -> Vec<InvitationId> {
    ids.sort();
    ids.to_vec()
}
