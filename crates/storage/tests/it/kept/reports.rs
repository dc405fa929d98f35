//! Quality reports: documents over batches of released reviews that have none in common.

use candour_domain::review::ReviewProgress;
use candour_domain::{Framework, FrameworkId, QualityReportId, Review, ReviewId, RoundId};
use candour_storage::quality_reports::{self, StoredQualityReport};
use candour_storage::rounds::RoundKeys;
use candour_storage::{StorageError, bundles, frameworks, reviews, rounds};
use candour_test_database::{Engine, on_both_engines};

use crate::database::{Database, Failure, Tested, at, bytes};
use crate::restored::Restored;
use crate::trust::{self, Trust, content};

fn id(number: u16) -> QualityReportId {
    QualityReportId::from_random(bytes(1, number))
}

/// Adds a released review with its answers.
fn released(database: &Database, trust: Trust, number: u16) -> Result<ReviewId, Failure> {
    let id = ReviewId::from_random(bytes(1, number));
    let review = trust::review(&trust, trust.round, id, &format!("subject{number}@trust.org.uk"))?;
    database.write(trust.organisation, move |tenant| {
        reviews::insert(tenant, &Review { progress: ReviewProgress::Released(at(9)), ..review })?;
        bundles::insert(tenant, id, &trust::bundle())
    })?;
    Ok(id)
}

fn waiting(database: &Database, trust: Trust) -> Result<Vec<ReviewId>, StorageError> {
    database.read(trust.organisation, move |tenant| quality_reports::waiting(tenant, trust.framework))
}

fn store(
    database: &Database,
    trust: Trust,
    report: &StoredQualityReport,
    batch: &[ReviewId],
) -> Result<bool, StorageError> {
    let (report, batch) = (report.clone(), batch.to_vec());
    database.write(trust.organisation, move |tenant| quality_reports::store(tenant, &report, &batch))
}

fn listed(database: &Database, trust: Trust) -> Result<Vec<StoredQualityReport>, StorageError> {
    database.read(trust.organisation, move |tenant| quality_reports::list(tenant, trust.framework))
}

on_both_engines! {
    a_report_is_kept_byte_for_byte_and_the_newest_comes_first,
    guarantee_a_review_is_in_at_most_one_report,
    guarantee_only_released_reviews_wait_and_only_while_they_can_be_opened,
    each_questionnaire_has_its_own_batch,
}

fn a_report_is_kept_byte_for_byte_and_the_newest_comes_first(engine: Engine) -> Tested {
    let database = Database::new(engine)?;
    let trust = Trust::plant(&database, 1, 1)?;
    let document = "{\n  \"alpha\" : 0.90, \"items\": [null, \"–\"]\n}\n".to_owned();
    let reports = [(50, at(20)), (51, at(30)), (52, at(30)), (53, at(10))].map(|(number, created_at)| {
        StoredQualityReport { document: document.clone(), created_at, ..trust.report(id(number)) }
    });
    for (number, report) in (60..).zip(&reports) {
        let review = released(&database, trust, number)?;
        assert!(store(&database, trust, report, &[review])?);
    }
    let mut expected = vec![trust.report(trust.report_id())];
    expected.extend(reports);
    expected.sort_by_key(|report| std::cmp::Reverse((report.created_at, report.id.to_string())));
    assert_eq!(listed(&database, trust)?, expected);
    let other = database
        .read(trust.organisation, |tenant| quality_reports::list(tenant, FrameworkId::from_random(bytes(9, 9))))?;
    assert_eq!(other, []);
    Ok(())
}

fn guarantee_a_review_is_in_at_most_one_report(engine: Engine) -> Tested {
    let database = Database::new(engine)?;
    let trust = Trust::plant(&database, 1, 1)?;
    let (one, two) = (released(&database, trust, 60)?, released(&database, trust, 61)?);
    assert!(store(&database, trust, &trust.report(id(50)), &[one])?);
    for overlapping in [&[one][..], &[two, one], &[trust.unreported(), trust.reported(), two], &[two, two, one]] {
        assert!(!store(&database, trust, &trust.report(id(51)), overlapping)?, "{overlapping:?}");
    }
    assert_eq!(listed(&database, trust)?.len(), 2, "a refused report leaves nothing behind");
    let twice = store(&database, trust, &trust.report(id(51)), &[two, two]);
    assert!(matches!(twice, Err(StorageError::Conflict { .. })), "{twice:?}");
    assert!(!store(&database, trust, &trust.report(id(51)), &[])?, "a report is about somebody's answers");
    // Whatever the program does, the table itself refuses.
    let again = format!(
        "INSERT INTO quality_report_reviews SELECT organisation_id, review_id, '{}' FROM quality_report_reviews",
        trust.report_id()
    );
    let refused = database.raw()?.change(&again).map_err(|error| error.to_string().to_lowercase());
    assert!(refused.as_ref().is_err_and(|error| error.contains("unique constraint")), "{refused:?}");

    let mut left = vec![trust.unreported(), two];
    left.sort();
    assert_eq!(waiting(&database, trust)?, left);
    assert!(store(&database, trust, &trust.report(id(51)), &left)?);
    assert_eq!(waiting(&database, trust)?, []);
    Ok(())
}

fn guarantee_only_released_reviews_wait_and_only_while_they_can_be_opened(engine: Engine) -> Tested {
    let database = Database::new(engine)?;
    let trust = Trust::plant(&database, 1, 1)?;
    assert_eq!(waiting(&database, trust)?, [trust.unreported()]);
    let review = released(&database, trust, 60)?;
    let restored = Restored::new(engine, database)?;
    for (progress, waits) in [
        (ReviewProgress::Waiting, false),
        (ReviewProgress::Counted, false),
        (ReviewProgress::Scheduled(at(1)), false),
        (ReviewProgress::Released(at(9)), true),
    ] {
        let database = restored.again()?;
        database.write(trust.organisation, move |tenant| {
            let found = reviews::find(tenant, review)?.map(|review| Review { progress, ..review });
            found.map_or(Ok(false), |review| reviews::update(tenant, &review))
        })?;
        assert_eq!(waiting(database, trust)?.contains(&review), waits, "{progress:?}");
        assert_eq!(store(database, trust, &trust.report(id(50)), &[review])?, waits, "{progress:?}");
    }
    // Without its answers, or without the key to them.
    for destroyed in ["bundles", "bundle_keys"] {
        let database = restored.again()?;
        assert_eq!(database.raw()?.change(&format!("DELETE FROM {destroyed} WHERE review_id = '{review}'"))?, 1);
        assert!(!waiting(database, trust)?.contains(&review), "{destroyed}");
        assert!(!store(database, trust, &trust.report(id(50)), &[review])?, "{destroyed}");
    }
    Ok(())
}

fn each_questionnaire_has_its_own_batch(engine: Engine) -> Tested {
    let database = Database::new(engine)?;
    let trust = Trust::plant(&database, 1, 1)?;
    let other = FrameworkId::from_random(bytes(1, 30));
    let framework = Framework::new(other, trust.organisation, 1, content("governors")?);
    let (round, review) = (RoundId::from_random(bytes(1, 31)), ReviewId::from_random(bytes(1, 32)));
    let record = trust::round(&trust, round, |record| record.framework_id = other);
    let subject = trust::review(&trust, round, review, "subject@trust.org.uk")?;
    database.write(trust.organisation, move |tenant| {
        frameworks::insert(tenant, &framework, at(1))?;
        rounds::insert(tenant, &record)?;
        rounds::set_keys(
            tenant,
            round,
            &RoundKeys { public: vec![1; 32], sealed_private: vec![2; 48], sealed_draft_salt: Some(vec![3; 73]) },
        )?;
        reviews::insert(tenant, &Review { progress: ReviewProgress::Released(at(9)), ..subject })?;
        bundles::insert(tenant, review, &trust::bundle())
    })?;
    assert_eq!(waiting(&database, trust)?, [trust.unreported()]);
    assert!(!store(&database, trust, &trust.report(id(50)), &[trust.unreported(), review])?);
    let theirs = StoredQualityReport { framework_id: other, ..trust.report(id(50)) };
    assert!(store(&database, trust, &theirs, &[review])?);
    assert_eq!(listed(&database, trust)?, [trust.report(trust.report_id())]);
    assert_eq!(database.read(trust.organisation, move |tenant| quality_reports::list(tenant, other))?, [theirs]);
    Ok(())
}
