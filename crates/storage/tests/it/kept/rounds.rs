//! Trusts, questionnaires, rounds and their keys.

use candour_domain::policy::PolicyRequest;
use candour_domain::retention::{RetentionPolicy, RetentionRequest, RoundRetention};
use candour_domain::{
    AnonymityPolicy, Assurance, Email, Framework, FrameworkId, OrganisationId, RaterGroups, RoundId, RoundState,
    Visibility,
};
use candour_storage::progress_snapshots::{self, Snapshot};
use candour_storage::rounds::RoundKeys;
use candour_storage::{PageRequest, StorageError, frameworks, organisations, rounds};
use candour_test_database::{Engine, on_both_engines};

use crate::database::{Database, Tested, at, bytes};
use crate::trust::{self, Trust, content, group, organisation_named};

on_both_engines! {
    a_trust,
    a_questionnaire_and_its_versions,
    the_questionnaire_that_comes_with_the_program,
    a_round_in_every_state_with_times_to_the_microsecond,
    a_round_is_replaced_only_from_the_revision_before,
    a_facilitator_s_rounds,
    open_rounds_are_due_from_their_deadline_on,
    drafts_are_due_for_launch_from_their_time_on,
    open_rounds_are_asked_for_by_their_launch,
    a_round_keeps_the_last_snapshot_of_its_progress_and_no_other,
    a_round_s_keys_are_set_once,
    a_draft_is_deleted_with_all_it_holds_and_a_round_with_answers_is_not,
}

fn a_trust(engine: Engine) -> Tested {
    let database = Database::new(engine)?;
    let ids = [1, 2, 3].map(|number| OrganisationId::from_random(bytes(9, number)));
    let trusts = [
        organisation_named(ids[0], "Middle Trust")?,
        organisation_named(ids[1], "Ångström Trust – Ysgol")?,
        organisation_named(ids[2], "A Trust")?,
    ];
    for trust in trusts.clone() {
        database.write_system(move |system| organisations::insert(system, &trust, at(0)))?;
    }
    let found = database.read_system(move |system| organisations::find(system, ids[1]))?;
    assert_eq!(found.as_ref(), Some(&trusts[1]));
    assert_eq!(database.read(ids[1], organisations::get)?, trusts[1]);
    let listed = database.read_system(organisations::list)?;
    assert_eq!(listed.iter().map(|trust| trust.id).collect::<Vec<_>>(), [ids[2], ids[0], ids[1]], "by name");

    let nobody = OrganisationId::from_random(bytes(9, 4));
    assert_eq!(database.read_system(move |system| organisations::find(system, nobody))?, None);
    assert!(matches!(database.read(nobody, organisations::get), Err(StorageError::Corrupt(_))));
    let again =
        database.write_system(move |system| organisations::insert(system, &organisation_named_again(ids[0])?, at(0)));
    assert!(matches!(again, Err(StorageError::Conflict { .. })), "{again:?}");
    Ok(())
}

fn organisation_named_again(id: OrganisationId) -> Result<candour_domain::Organisation, StorageError> {
    organisation_named(id, "Another").map_err(|error| StorageError::Database(error.to_string()))
}

fn a_questionnaire_and_its_versions(engine: Engine) -> Tested {
    let database = Database::new(engine)?;
    let trust = Trust::plant(&database, 1, 1)?;
    let version = |number: u32, id| {
        Ok::<_, serde_json::Error>(Framework::new(id, trust.organisation, number, content("governors")?))
    };
    let ids = [20, 21].map(|number| FrameworkId::from_random(bytes(1, number)));
    // The higher version is the older row: the number decides.
    for (framework, made) in [(version(2, ids[1])?, at(10)), (version(1, ids[0])?, at(11))] {
        database.write(trust.organisation, move |tenant| frameworks::insert(tenant, &framework, made))?;
    }
    let found = database.read(trust.organisation, move |tenant| frameworks::find(tenant, ids[0]))?;
    assert_eq!(found, Some(version(1, ids[0])?));
    let latest = database.read(trust.organisation, |tenant| frameworks::latest(tenant, "governors"))?;
    assert_eq!(latest, Some(version(2, ids[1])?));
    assert_eq!(database.read(trust.organisation, |tenant| frameworks::latest(tenant, "unheard-of"))?, None);
    let listed = database.read(trust.organisation, |tenant| frameworks::list(tenant, &PageRequest::default()))?;
    assert_eq!(
        listed.items.iter().map(|framework| framework.id).collect::<Vec<_>>(),
        [ids[0], ids[1], trust.framework],
        "newest first"
    );

    let twice = version(2, FrameworkId::from_random(bytes(1, 22)))?;
    let refused = database.write(trust.organisation, move |tenant| frameworks::insert(tenant, &twice, at(12)));
    assert!(matches!(refused, Err(StorageError::Conflict { .. })), "{refused:?}");
    Ok(())
}

fn the_questionnaire_that_comes_with_the_program(engine: Engine) -> Tested {
    let database = Database::new(engine)?;
    let trust = Trust::plant(&database, 1, 1)?;
    let content = candour_domain::framework::FrameworkContent::school_trust_executive()?;
    let framework = Framework::new(FrameworkId::from_random(bytes(1, 20)), trust.organisation, 1, content);
    let (id, kept) = (framework.id, framework.clone());
    database.write(trust.organisation, move |tenant| frameworks::insert(tenant, &framework, at(0)))?;
    assert_eq!(database.read(trust.organisation, move |tenant| frameworks::find(tenant, id))?, Some(kept));
    Ok(())
}

fn a_round_in_every_state_with_times_to_the_microsecond(engine: Engine) -> Tested {
    let database = Database::new(engine)?;
    let trust = Trust::plant(&database, 1, 1)?;
    let mut groups: Vec<_> = RaterGroups::standard().into();
    groups[2].asked_as = Some(group("staff"));
    let groups = RaterGroups::new(groups)?;
    let promised =
        RetentionPolicy::parse(RetentionRequest { erase_people_days: Some(17), ..RetentionRequest::default() })?;
    // With no, three and six digits after the second.
    let times = [0, 500_000, 1, 999_999, -1, 123_456, 1_000_000];
    for (number, state) in (20..).zip(RoundState::ALL) {
        let time = times[usize::from(number - 20_u16)];
        let round = trust::round(&trust, RoundId::from_random(bytes(1, number)), |record| {
            record.state = state;
            "Überprüfung “2027” 👩🏽‍🏫".clone_into(&mut record.title);
            record.groups = groups.clone();
            record.closes_at = at(time);
            record.created_at = at(time + 7);
            record.launches_at = (state == RoundState::Draft).then(|| at(time + 5));
            record.launched_at = (state != RoundState::Draft).then(|| at(time + 1));
            record.closed_at = (number % 2 == 0).then(|| at(time + 2));
            record.retention = RoundRetention {
                promised: (number % 3 != 0).then_some(promised),
                people_erased_at: (number % 3 == 1).then(|| at(time + 3)),
                answers_destroyed_at: (number % 3 == 2).then(|| at(time + 4)),
            };
            record.advisers_promised = number % 2 == 1;
            record.revision = 1 << 40;
        });
        let kept = round.clone();
        database.write(trust.organisation, move |tenant| rounds::insert(tenant, &round))?;
        let id = kept.id();
        assert_eq!(database.read(trust.organisation, move |tenant| rounds::find(tenant, id))?, Some(kept));
    }
    Ok(())
}

fn a_round_is_replaced_only_from_the_revision_before(engine: Engine) -> Tested {
    let database = Database::new(engine)?;
    let trust = Trust::plant(&database, 1, 1)?;
    let request = PolicyRequest { threshold: Some(8), colluding_insiders: Some(3), ..PolicyRequest::default() };
    let policy = AnonymityPolicy::parse(request)?;
    let changed = trust::round(&trust, trust.draft_round, |record| {
        "Another title".clone_into(&mut record.title);
        record.policy = policy;
        record.state = RoundState::Closed;
        record.closes_at = at(2_000_001);
        record.launched_at = Some(at(3));
        record.closed_at = Some(at(4));
        record.revision = 2;
    });
    for (expected, round) in [(true, changed.clone()), (false, changed.clone())] {
        assert_eq!(database.write(trust.organisation, move |tenant| rounds::update(tenant, &round))?, expected);
    }
    assert_eq!(
        database.read(trust.organisation, move |tenant| rounds::find(tenant, trust.draft_round))?,
        Some(changed)
    );

    let skipping = trust::round(&trust, trust.draft_round, |record| record.revision = 4);
    assert!(!database.write(trust.organisation, move |tenant| rounds::update(tenant, &skipping))?);
    let reopened = trust::round(&trust, trust.draft_round, |record| record.revision = 3);
    let kept = reopened.clone();
    assert!(
        database.write(trust.organisation, move |tenant| rounds::update(tenant, &reopened))?,
        "times can be taken back"
    );
    assert_eq!(database.read(trust.organisation, move |tenant| rounds::find(tenant, trust.draft_round))?, Some(kept));

    let astray = trust::round(&trust, trust.draft_round, |record| {
        record.revision = 4;
        record.framework_id = FrameworkId::from_random(bytes(9, 9));
    });
    let refused = database.write(trust.organisation, move |tenant| rounds::update(tenant, &astray));
    assert!(matches!(refused, Err(StorageError::Conflict { .. })), "no such framework: {refused:?}");
    Ok(())
}

fn a_facilitator_s_rounds(engine: Engine) -> Tested {
    let database = Database::new(engine)?;
    let trust = Trust::plant(&database, 1, 1)?;
    let without = trust::round(&trust, RoundId::from_random(bytes(1, 20)), |_| ());
    database.write(trust.organisation, move |tenant| rounds::insert(tenant, &without))?;
    let (facilitator, subject) = (Email::parse("facilitator@trust.org.uk")?, Email::parse("subject@trust.org.uk")?);
    for (sees, expected) in [
        (Visibility::Facilitated(facilitator.clone(), Assurance::Proven), 2),
        (Visibility::Facilitated(subject.clone(), Assurance::Proven), 0),
        (Visibility::About(facilitator), 0),
        (Visibility::About(subject), 2),
    ] {
        let theirs =
            database.read(trust.organisation, move |tenant| rounds::list(tenant, &sees, &PageRequest::default()))?;
        assert_eq!(theirs.items.len(), expected);
    }
    assert_eq!(
        database
            .read(trust.organisation, |tenant| rounds::list(tenant, &Visibility::Trust, &PageRequest::default()))?
            .items
            .len(),
        4
    );
    Ok(())
}

fn open_rounds_are_due_from_their_deadline_on(engine: Engine) -> Tested {
    let database = Database::new(engine)?;
    let (one, two) = (Trust::plant(&database, 1, 1)?, Trust::plant(&database, 2, 2)?);
    let earlier = trust::round(&two, RoundId::from_random(bytes(2, 20)), |record| {
        record.state = RoundState::Open;
        record.closes_at = at(500_000);
    });
    let earlier_id = earlier.id();
    database.write(two.organisation, move |tenant| rounds::insert(tenant, &earlier))?;
    let due = |now| database.read_system(move |system| rounds::due(system, now));
    assert_eq!(due(at(499_999))?, []);
    assert_eq!(due(at(500_000))?, [(two.organisation, earlier_id)]);
    let all = due(at(1_000_000))?;
    assert_eq!(all.first(), Some(&(two.organisation, earlier_id)), "longest overdue first");
    assert_eq!(all.len(), 3, "drafts are not due");
    assert!(all.contains(&(one.organisation, one.round)) && all.contains(&(two.organisation, two.round)));
    Ok(())
}

fn drafts_are_due_for_launch_from_their_time_on(engine: Engine) -> Tested {
    let database = Database::new(engine)?;
    let two = Trust::plant(&database, 2, 2)?;
    for (number, state, launches_at) in [
        (20, RoundState::Draft, Some(at(7))),
        (21, RoundState::Draft, Some(at(5))),
        (22, RoundState::Draft, None),
        (23, RoundState::Open, Some(at(1))),
    ] {
        let round = trust::round(&two, RoundId::from_random(bytes(2, number)), |record| {
            (record.state, record.launches_at) = (state, launches_at);
        });
        database.write(two.organisation, move |tenant| rounds::insert(tenant, &round))?;
    }
    let due = |now| database.read_system(move |system| rounds::due_for_launch(system, now));
    let [later, earlier] = [20, 21].map(|number| (two.organisation, RoundId::from_random(bytes(2, number))));
    assert_eq!(due(at(4))?, []);
    assert_eq!(due(at(5))?, [earlier]);
    assert_eq!(due(at(9))?, [earlier, later], "longest overdue first");
    Ok(())
}

fn open_rounds_are_asked_for_by_their_launch(engine: Engine) -> Tested {
    let database = Database::new(engine)?;
    let (one, two) = (Trust::plant(&database, 1, 1)?, Trust::plant(&database, 2, 2)?);
    let fresh = trust::round(&two, RoundId::from_random(bytes(2, 20)), |record| {
        record.state = RoundState::Open;
        record.launched_at = Some(at(700_000));
    });
    let fresh_id = fresh.id();
    database.write(two.organisation, move |tenant| rounds::insert(tenant, &fresh))?;
    let open = |before| database.read_system(move |system| rounds::open_since(system, before));
    let before = open(at(700_000))?;
    assert!(before.contains(&(one.organisation, one.round)) && before.contains(&(two.organisation, two.round)));
    assert_eq!(before.len(), 2, "neither drafts nor what has ended, and not the one launched at this moment");
    let after = open(at(700_001))?;
    assert!(after.len() == 3 && after.contains(&(two.organisation, fresh_id)), "{after:?}");
    Ok(())
}

fn a_round_keeps_the_last_snapshot_of_its_progress_and_no_other(engine: Engine) -> Tested {
    let database = Database::new(engine)?;
    let trust = Trust::plant(&database, 1, 1)?;
    for (time, count) in [(9, 3), (10, 4)] {
        let snapshot = Snapshot { as_of: at(time), responded: [(trust.review, count), (trust.draft_review, 0)].into() };
        let kept = snapshot.clone();
        database.write(trust.organisation, move |tenant| progress_snapshots::put(tenant, trust.round, &snapshot))?;
        assert_eq!(
            database.read(trust.organisation, move |tenant| progress_snapshots::find(tenant, trust.round))?,
            Some(kept)
        );
        assert_eq!(database.rows("SELECT * FROM progress_snapshots")?.len(), 1, "the one before is gone");
    }
    database.write(trust.organisation, move |tenant| progress_snapshots::delete(tenant, trust.round))?;
    assert_eq!(database.read(trust.organisation, move |tenant| progress_snapshots::find(tenant, trust.round))?, None);
    Ok(())
}

fn a_round_s_keys_are_set_once(engine: Engine) -> Tested {
    let database = Database::new(engine)?;
    let trust = Trust::plant(&database, 1, 1)?;
    let keys =
        RoundKeys { public: vec![9; 32], sealed_private: (0..=255).collect(), sealed_draft_salt: Some(vec![7; 73]) };
    assert!(database.read(trust.organisation, move |tenant| rounds::keys(tenant, trust.draft_round))?.is_none());
    for expected in [true, false] {
        let keys = keys.clone();
        let set = database.write(trust.organisation, move |tenant| rounds::set_keys(tenant, trust.draft_round, &keys));
        assert_eq!(set.is_ok(), expected);
        assert!(expected || matches!(set, Err(StorageError::Conflict { .. })));
    }
    assert!(database.read(trust.organisation, move |tenant| rounds::keys(tenant, trust.draft_round))? == Some(keys));
    Ok(())
}

fn a_draft_is_deleted_with_all_it_holds_and_a_round_with_answers_is_not(engine: Engine) -> Tested {
    let database = Database::new(engine)?;
    let trust = Trust::plant(&database, 1, 1)?;
    let refused = database.write(trust.organisation, move |tenant| rounds::delete(tenant, trust.round));
    assert!(matches!(refused, Err(StorageError::Conflict { .. })), "{refused:?}");
    for expected in [true, false] {
        assert_eq!(
            database.write(trust.organisation, move |tenant| rounds::delete(tenant, trust.draft_round))?,
            expected
        );
    }
    assert!(database.rows_of(trust.organisation)?.iter().all(|row| !row.contains(&trust.draft_round.to_string())));
    assert!(database.read(trust.organisation, move |tenant| rounds::find(tenant, trust.round))?.is_some());
    Ok(())
}
