//! Looking for rows that do not agree with one another.

use candour_domain::BallotId;
use candour_storage::{Examination, Storage, StorageError, ballots};
use candour_test_database::{Engine, on_both_engines};

use crate::database::{Database, Tested, bytes};
use crate::restored::ignore_references;
use crate::trust::Trust;

on_both_engines! {
    a_sound_database_examines_to_zeros,
    an_examination_counts_what_is_wrong,
}

fn a_sound_database_examines_to_zeros(engine: Engine) -> Tested {
    let database = Database::new(engine)?;
    assert_eq!(database.storage().examine()?, Examination::default());
    let trust = Trust::plant(&database, 1, 1)?;
    assert_eq!(database.storage().examine()?, Examination { dead_jobs: 1, ..Examination::default() }, "the trust has a dead job");
    database.storage().ping()?;
    assert_eq!(trust.organisation, database.read(trust.organisation, |tenant| Ok(tenant.organisation_id()))?);
    Ok(())
}

fn an_examination_counts_what_is_wrong(engine: Engine) -> Tested {
    let database = Database::new(engine)?;
    let (trust, _) = (Trust::plant(&database, 1, 1)?, Trust::plant(&database, 2, 2)?);
    // One rater has answered and there is one ballot; two more are two too many, in one box.
    for number in [50, 51] {
        let id = BallotId::from_random(bytes(1, number));
        database.write(trust.organisation, move |tenant| ballots::insert(tenant, id, trust.review, b"stuffed"))?;
    }
    let raw = database.raw()?;
    ignore_references(&raw)?;
    raw.run(&format!("DELETE FROM invitations WHERE organisation_id = '{}' AND NOT used", trust.organisation))?;
    // The link and the draft of that invitation now lead nowhere; PostgreSQL had to be made to forget that they lead anywhere.
    let broken_references = if engine == Engine::Sqlite { 2 } else { 0 };
    let found = database.storage().examine()?;
    assert_eq!(found, Examination { broken_references, surplus_ballots: 1, misplaced_reports: 0, dead_jobs: 2 });
    for spoil in [
        "UPDATE reviews SET progress = 'counted', progress_at = NULL WHERE id = ",
        "UPDATE reviews SET progress = 'released', round_id = (SELECT min(id) FROM rounds WHERE state = 'draft') WHERE id = ",
        "DELETE FROM quality_report_reviews WHERE review_id = ",
    ] {
        raw.run("UPDATE rounds SET framework_id = 'another' WHERE state = 'draft'")?;
        assert_eq!(raw.change(&format!("{spoil} '{}'", trust.reported()))?, 1, "{spoil}");
        assert_eq!(database.storage().examine()?.misplaced_reports, 1, "{spoil}");
    }
    Ok(())
}

#[test]
fn an_address_without_an_engine_is_refused() {
    for address in ["", "sqlite:", ":memory:"] {
        let refused = Storage::connect(address, 1).map(|_| ());
        assert!(matches!(refused, Err(StorageError::Database(_))), "{address}: {refused:?}");
    }
}
