//! Looking for rows that do not agree with one another, and for what somebody has done to the schema.

use candour_storage::{Check, Storage, StorageError};
use candour_test_database::{Engine, Look, on_both_engines};

use crate::database::{Database, Failure, Tested};
use crate::trust::Trust;

on_both_engines! {
    an_examination_of_a_sound_database_finds_nothing,
    an_examination_counts_what_is_wrong,
    an_examination_finds_references_that_lead_nowhere,
    an_examination_finds_triggers,
}

/// The planted trust keeps a row of every kind, and so a result of an open review and released ones without.
pub(crate) const PLANTED: (Check, u64) = (Check::MisplacedResults, 3);

/// What an examination finds.
pub(crate) fn found(database: &Database) -> Result<Vec<(Check, u64)>, StorageError> {
    Ok(database.storage().examine()?.into_iter().filter(|(_, count)| *count > 0).collect())
}

/// A database with a trust in it, and a look that can make rows that lead nowhere.
fn planted(engine: Engine) -> Result<(Database, Trust, Look), Failure> {
    let database = Database::new(engine)?;
    let trust = Trust::plant(&database, 1, 1)?;
    let look = database.raw()?;
    look.run(match engine {
        Engine::Sqlite => "PRAGMA foreign_keys = OFF",
        Engine::Postgres => "SET session_replication_role = replica",
    })?;
    Ok((database, trust, look))
}

fn an_examination_of_a_sound_database_finds_nothing(engine: Engine) -> Tested {
    let database = Database::new(engine)?;
    assert_eq!(found(&database)?, []);
    let trust = Trust::plant(&database, 1, 1)?;
    assert_eq!(found(&database)?, [PLANTED]);
    assert_eq!(database.storage().flaw()?, None);
    assert_eq!(database.storage().room()?.is_some(), engine == Engine::Sqlite);
    database.storage().ping()?;
    assert_eq!(trust.organisation, database.read(trust.organisation, |tenant| Ok(tenant.organisation_id()))?);
    Ok(())
}

fn an_examination_counts_what_is_wrong(engine: Engine) -> Tested {
    for (spoil, check) in [
        (
            "INSERT INTO ballots SELECT organisation_id, review_id, 'another', sealed FROM ballots",
            Check::SurplusBallots,
        ),
        ("DELETE FROM ballots", Check::MissingBallots),
        (
            "INSERT INTO ballots SELECT organisation_id, min(id), 'another', BYTE FROM reviews WHERE progress = \
             'released' GROUP BY 1",
            Check::LeftoverBallots,
        ),
        ("UPDATE invitations SET withdrawn = TRUE WHERE NOT used", Check::LeftoverLinks),
        ("DELETE FROM links", Check::MissingLinks),
        ("INSERT INTO drafts SELECT organisation_id, id, BYTE FROM invitations WHERE used", Check::LeftoverDrafts),
        (
            "INSERT INTO round_keys SELECT organisation_id, id, BYTE, BYTE, BYTE FROM rounds WHERE state = 'draft'",
            Check::LeftoverKeys,
        ),
        ("DELETE FROM round_keys", Check::MissingKeys),
        (
            "INSERT INTO bundles SELECT organisation_id, id, BYTE FROM reviews WHERE id = ARCHIVED",
            Check::LeftoverAnswers,
        ),
        (
            "INSERT INTO raters SELECT organisation_id, '5a5a5a5a-5a5a-4a5a-8a5a-5a5a5a5a5a5a', round_id, id, 'Ann', \
             'ann@trust.uk', 'staff', 'at_launch', FALSE FROM reviews WHERE id = ARCHIVED",
            Check::LeftoverPeople,
        ),
        ("UPDATE reviews SET progress = 'counted', progress_at = NULL WHERE id = REPORTED", Check::MisplacedReports),
        (
            "UPDATE reviews SET progress = 'released', round_id = (SELECT min(id) FROM rounds WHERE state = 'draft') \
             WHERE id = REPORTED",
            Check::MisplacedReports,
        ),
        ("DELETE FROM quality_report_reviews WHERE review_id = REPORTED", Check::MisplacedReports),
    ] {
        let (database, trust, look) = planted(engine)?;
        look.run("UPDATE rounds SET framework_id = '5a5a5a5a-5a5a-4a5a-8a5a-5a5a5a5a5a5a' WHERE state = 'draft'")?;
        let before = found(&database)?;
        let byte = if engine == Engine::Sqlite { "x'00'" } else { "'\\x00'::bytea" };
        let spoil = spoil.replace("BYTE", byte).replace("REPORTED", &format!("'{}'", trust.reported()));
        let spoil = spoil.replace("ARCHIVED", &format!("'{}'", trust.archived_review()?.id));
        assert_eq!(look.change(&spoil)?, 1, "{spoil}");
        let more: Vec<_> = found(&database)?.into_iter().filter(|one| !before.contains(one)).collect();
        assert_eq!(more, [(check, 1)], "{spoil}");
    }
    Ok(())
}

fn an_examination_finds_references_that_lead_nowhere(engine: Engine) -> Tested {
    let (database, _, look) = planted(engine)?;
    look.run("DELETE FROM invitations WHERE NOT used")?;
    // The link and the draft of that invitation now lead nowhere.
    assert_eq!(found(&database)?, [(Check::BrokenReferences, 2), PLANTED]);
    if engine == Engine::Postgres {
        look.run("ALTER TABLE links DISABLE TRIGGER ALL")?;
        assert_eq!(found(&database)?, [(Check::BrokenReferences, 2), (Check::UnwatchedReferences, 2), PLANTED]);
        crate::restored::ignore_references(&look)?;
        let unwatched = found(&database)?;
        assert!(matches!(unwatched.as_slice(), [(Check::UnwatchedReferences, 10..), PLANTED]), "{unwatched:?}");
    }
    Ok(())
}

/// One could write down who answers what.
fn an_examination_finds_triggers(engine: Engine) -> Tested {
    let (database, _, look) = planted(engine)?;
    look.run(match engine {
        Engine::Sqlite => "CREATE TRIGGER told AFTER INSERT ON ballots BEGIN UPDATE invitations SET declined = 1; END",
        Engine::Postgres => "CREATE RULE told AS ON INSERT TO ballots DO ALSO UPDATE invitations SET declined = true",
    })?;
    assert_eq!(found(&database)?, [(Check::Triggers, 1), PLANTED]);
    Ok(())
}

#[test]
fn an_address_without_an_engine_is_refused() {
    for address in ["", "sqlite:", ":memory:"] {
        let refused = Storage::connect(address, 1).map(|_| ());
        assert!(matches!(refused, Err(StorageError::Address(_) | StorageError::Database(_))), "{address}: {refused:?}");
    }
}
