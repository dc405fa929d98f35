//! What goes after the end of a round: it goes whole, once, and off the disk; what else there is stays as it was.

mod overwritten;

use std::collections::BTreeSet;

use candour_domain::round::RoundRecord;
use candour_domain::{Review, RoundId, RoundState, SettledNow};
use candour_storage::retention::{self, Cleanup, OwedCleanup};
use candour_storage::turnouts::{self, Turnout};
use candour_storage::{
    Check, StorageError, Tenant, audit_log, invitations, jobs, quality_reports, results, reviews, rounds,
};
use candour_test_database::{Engine, on_both_engines};
use serde_json::json;

use crate::database::{Database, Tested, at, bytes, settled};
use crate::examination::found;
use crate::trust::{self, Trust, group};

on_both_engines! {
    rounds_that_have_ended_are_found_in_every_trust,
    erased_people_leave_numbers_and_nothing_else,
    the_hash_of_the_list_goes_with_the_people_on_it,
    destroyed_answers_leave_neither_themselves_nor_a_key,
    results_go_last_and_quality_reports_stay,
    what_is_owed_is_remembered_until_it_is_settled,
}

/// A step on the planted round that is under way.
pub(crate) fn step<T: Send + 'static>(
    database: &Database,
    trust: Trust,
    step: impl FnOnce(&mut Tenant<'_>, RoundId, &[Review], SettledNow) -> Result<T, StorageError> + Send + 'static,
) -> Result<T, StorageError> {
    database.write(trust.organisation, move |tenant| {
        let all = reviews::all(tenant, trust.round)?;
        step(tenant, trust.round, &all, settled(at(9)))
    })
}

fn owed(database: &Database) -> Result<Vec<OwedCleanup>, StorageError> {
    let mut all = database.read_system(retention::owed)?;
    all.sort_by_key(|owed| (owed.organisation_id, owed.round_id, owed.kind));
    Ok(all)
}

/// Rows of a trust, without those that hold any of these texts.
fn without(rows: Vec<String>, texts: &[String]) -> Vec<String> {
    rows.into_iter().filter(|row| !texts.iter().any(|text| row.contains(text))).collect()
}

fn rounds_that_have_ended_are_found_in_every_trust(engine: Engine) -> Tested {
    let database = Database::new(engine)?;
    let (one, other) = (Trust::plant(&database, 1, 1)?, Trust::plant(&database, 2, 2)?);
    let ended = |time| database.read_system(move |system| retention::ended(system, time));
    let archived = [(one.organisation, one.archived_round()), (other.organisation, other.archived_round())];
    let mut found = ended(at(999_999))?;
    found.sort();
    let mut expected = archived.to_vec();
    expected.sort();
    assert_eq!(found, expected, "open rounds and drafts that can be launched have not ended");
    assert_eq!(ended(at(1_000_000))?.len(), 4, "a draft whose time has passed has; an open round is closed first");
    for (number, state) in (20..).zip(RoundState::ALL) {
        let id = RoundId::from_random(bytes(1, number));
        let round = trust::round(&one, id, |record: &mut RoundRecord| {
            record.state = state;
            record.closed_at = (!matches!(state, RoundState::Draft | RoundState::Open)).then(|| at(5));
        });
        database.write(one.organisation, move |tenant| rounds::insert(tenant, &round))?;
        let expected = !matches!(state, RoundState::Draft | RoundState::Open);
        assert_eq!(ended(at(999_999))?.contains(&(one.organisation, id)), expected, "{state:?}");
    }
    Ok(())
}

fn erased_people_leave_numbers_and_nothing_else(engine: Engine) -> Tested {
    let database = Database::new(engine)?;
    let (trust, stranger) = (Trust::plant(&database, 1, 1)?, Trust::plant(&database, 2, 2)?);
    let dead = jobs::NewJob {
        kind: "mail.invitation".to_owned(),
        payload: json!({ "task": "mail", "invitations": [trust.pending.1.to_string()] }),
        ..trust.job(candour_domain::JobId::from_random(bytes(1, 90)), None)
    };
    let other = jobs::NewJob {
        payload: json!({ "round": trust.draft_round.to_string() }),
        ..trust.job(candour_domain::JobId::from_random(bytes(1, 91)), None)
    };
    let kept = other.id;
    database
        .write(trust.organisation, move |tenant| Ok(jobs::enqueue(tenant, &dead)? && jobs::enqueue(tenant, &other)?))?;
    let (before, theirs) = (database.rows_of(trust.organisation)?, database.rows_of(stranger.organisation)?);

    assert_eq!(step(&database, trust, retention::erase_people)?, 3);
    let gone: Vec<String> = [trust.answered.0.to_string(), trust.pending.0.to_string(), trust.waiting().to_string()]
        .into_iter()
        .chain([trust.answered.1.to_string(), trust.pending.1.to_string()])
        .chain(["answered@trust.org.uk", "pending@trust.org.uk", "waiting@trust.org.uk"].map(str::to_owned))
        .collect();
    let after = database.rows_of(trust.organisation)?;
    assert_eq!(without(after.clone(), &gone), after, "no row names them or their invitations");
    assert_eq!(database.rows_of(stranger.organisation)?, theirs);
    // Besides them went the one tombstone and the jobs about the round.
    let added = after.iter().filter(|row| !before.contains(row)).cloned().collect::<Vec<_>>();
    let of = |table| added.iter().filter(|row| row.starts_with(&format!("[Some(\"{table}\")"))).count();
    assert_eq!(
        (of("turnouts"), of("owed_cleanups"), added.len()),
        (3, 1, 4),
        "numbers of each review, and that the disk is to be cleaned"
    );
    let went = without(before, &gone).into_iter().filter(|row| !after.contains(row)).collect::<Vec<_>>();
    let round = trust.round.to_string();
    assert!(
        went.iter().all(|row| row.contains(&round)
            && (["spent_links", "jobs"].iter().any(|table| row.starts_with(&format!("[Some(\"{table}\")"))))),
        "{went:?}"
    );
    assert_eq!(went.len(), 4);
    let left = database
        .read(trust.organisation, |tenant| jobs::list(tenant, None, &[], &candour_storage::PageRequest::default()))?;
    assert_eq!(left.items.iter().map(|job| job.id).collect::<Vec<_>>(), [kept]);

    let expected = Turnout { invited: vec![(group("staff"), 2)], responded: 1 };
    assert_eq!(
        database.read(trust.organisation, move |tenant| turnouts::find(tenant, trust.review))?,
        Some(expected.clone())
    );
    assert_eq!(
        database.read(trust.organisation, move |tenant| turnouts::invited(tenant, trust.review))?,
        expected.invited
    );
    assert_eq!(database.read(trust.organisation, move |tenant| invitations::in_round(tenant, trust.round))?, []);
    assert_eq!(database.read(trust.organisation, move |tenant| turnouts::find(tenant, trust.draft_review))?, None);
    assert!(database.storage().examine()?.contains(&(Check::BrokenReferences, 0)));
    let twice = step(&database, trust, retention::erase_people);
    assert!(matches!(twice, Err(StorageError::Conflict { .. })), "{twice:?}");
    Ok(())
}

fn the_hash_of_the_list_goes_with_the_people_on_it(engine: Engine) -> Tested {
    let database = Database::new(engine)?;
    let trust = Trust::plant(&database, 1, 1)?;
    database
        .write(trust.organisation, move |tenant| reviews::set_agreed_digest(tenant, trust.review, &"4".repeat(64)))?;
    let digest = |review| database.read(trust.organisation, move |tenant| reviews::agreed_digest(tenant, review));
    assert_eq!((digest(trust.review)?, digest(trust.draft_review)?), (Some("4".repeat(64)), Some("3".repeat(64))));
    step(&database, trust, retention::erase_people)?;
    assert_eq!(
        (digest(trust.review)?, digest(trust.draft_review)?),
        (None, Some("3".repeat(64))),
        "of this round only"
    );
    Ok(())
}

fn destroyed_answers_leave_neither_themselves_nor_a_key(engine: Engine) -> Tested {
    let database = Database::new(engine)?;
    let trust = Trust::plant(&database, 1, 1)?;
    let before = database.rows_of(trust.organisation)?;
    assert_eq!(step(&database, trust, retention::destroy_answers)?, 3, "of each review of the round");
    let of_answers = |row: &String| {
        ["bundles", "bundle_keys", "ballots", "round_keys"]
            .iter()
            .any(|table| row.starts_with(&format!("[Some(\"{table}\")")))
    };
    let after = database.rows_of(trust.organisation)?;
    assert!(before.iter().filter(|row| of_answers(row)).count() == 8 && !after.iter().any(of_answers), "{after:?}");
    let owed = format!(
        "[Some(\"owed_cleanups\"), Some(\"{}\"), Some(\"{}\"), Some(\"answers\")]",
        trust.organisation, trust.round
    );
    assert_eq!(
        after,
        before
            .into_iter()
            .filter(|row| !of_answers(row))
            .chain([owed])
            .collect::<BTreeSet<_>>()
            .into_iter()
            .collect::<Vec<_>>()
    );
    Ok(())
}

fn results_go_last_and_quality_reports_stay(engine: Engine) -> Tested {
    let database = Database::new(engine)?;
    let trust = Trust::plant(&database, 1, 1)?;
    let refused = step(&database, trust, retention::delete_results);
    assert!(matches!(refused, Err(StorageError::Conflict { .. })), "answers go first: {refused:?}");

    let reason = "names a pupil, who is called Ottoline";
    let event = audit_log::AuditEvent {
        action: "comment.redacted".to_owned(),
        target: format!("review:{}", trust.review),
        detail: json!({ "comment": trust.comment(), "reason": reason }),
        ..trust.event(candour_domain::AuditEventId::from_random(bytes(1, 80)))
    };
    let told = event.clone();
    database.write(trust.organisation, move |tenant| audit_log::append(tenant, &told))?;
    step(&database, trust, retention::destroy_answers)?;
    step(&database, trust, retention::erase_people)?;
    assert_eq!(step(&database, trust, retention::delete_results)?, 1);
    database.read(trust.organisation, move |tenant| {
        assert_eq!(rounds::find(tenant, trust.round)?, None);
        assert_eq!(reviews::all(tenant, trust.round)?, []);
        assert_eq!(results::find(tenant, trust.review)?, None);
        assert!(
            rounds::find(tenant, trust.archived_round())?.is_some()
                && rounds::find(tenant, trust.draft_round)?.is_some()
        );
        assert_eq!(quality_reports::list(tenant, trust.framework)?, [trust.report(trust.report_id())]);
        let log = audit_log::list(tenant, &candour_storage::PageRequest::default())?.items;
        let line = log.iter().find(|line| line.id == event.id).map(|line| line.detail.clone());
        assert_eq!(line, Some(json!({ "comment": trust.comment() })), "that there was a redaction stays, and why goes");
        Ok(())
    })?;
    let of_reviews =
        "SELECT * FROM quality_report_reviews UNION ALL SELECT review_id, '', '' FROM turnouts WHERE review_id = ";
    assert_eq!(database.rows(&format!("{of_reviews}'{}'", trust.review))?, Vec::<String>::new());
    assert_eq!(database.rows("SELECT deleted_reviews FROM quality_reports")?, ["[Some(\"1\")]"]);
    assert_eq!(found(&database)?, [], "a report that outlives its reviews is in its place");
    Ok(())
}

fn what_is_owed_is_remembered_until_it_is_settled(engine: Engine) -> Tested {
    let database = Database::new(engine)?;
    let trust = Trust::plant(&database, 1, 1)?;
    let of = |round_id, kind| OwedCleanup { organisation_id: trust.organisation, round_id, kind };
    let planted = owed(&database)?;
    assert_eq!(planted, [of(trust.archived_round(), Cleanup::People)]);
    step(&database, trust, retention::erase_people)?;
    // Somebody destroys answers while the clean-up that has been read runs.
    let read = owed(&database)?;
    assert_eq!(read.len(), 2);
    step(&database, trust, retention::destroy_answers)?;
    let database = database.reopen()?;
    database.write_system(move |system| retention::settle(system, &read))?;
    assert_eq!(owed(&database)?, [of(trust.round, Cleanup::Answers)], "what was added since is owed still");
    Ok(())
}
