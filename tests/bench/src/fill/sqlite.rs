//! Filling a database of SQLite. Nothing here waits for the disk but the end.

use std::path::Path;

use rusqlite::{Connection, params};

use super::{Filling, email, sealed};
use crate::Outcome;

pub(super) fn write(filling: &mut Filling<'_>, database: &Path) -> Outcome {
    fill(filling, &Connection::open(database)?)?;
    Ok(std::fs::File::open(database)?.sync_all()?)
}

fn fill(filling: &mut Filling<'_>, connection: &Connection) -> Outcome {
    connection.execute_batch(
        "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA foreign_keys = OFF; PRAGMA cache_size = -1000000; \
         BEGIN IMMEDIATE;",
    )?;
    let (organisation, length) = (filling.organisation, filling.sealed);
    let noise = std::mem::take(&mut filling.noise);
    let mut insert = connection.prepare(
        "INSERT INTO raters (organisation_id, id, round_id, review_id, name, email, group_id) VALUES (?1, ?2, ?3, ?4, \
         'Ann Lee', ?5, 'staff')",
    )?;
    for (answer, place) in filling.by(|answer, _| answer.rater) {
        insert.execute(params![organisation, answer.rater.to_string(), place.round, place.review, email(answer)])?;
    }
    let mut insert = connection.prepare(
        "INSERT INTO invitations (organisation_id, id, round_id, review_id, rater_id, used, declined, withdrawn, \
         receipt_sent, delivery) VALUES (?1, ?2, ?3, ?4, ?5, 1, 0, 0, 1, 'sent')",
    )?;
    for (answer, place) in filling.by(|answer, _| answer.invitation) {
        let (id, rater) = (answer.invitation.to_string(), answer.rater.to_string());
        insert.execute(params![organisation, id, place.round, place.review, rater])?;
    }
    let mut insert = connection.prepare(
        "INSERT INTO spent_links (hash, organisation_id, round_id, review_id, outcome) VALUES (?1, ?2, ?3, \
         ?4, 'received')",
    )?;
    for (answer, place) in filling.by(|answer, _| answer.spent) {
        insert.execute(params![answer.spent, organisation, place.round, place.review])?;
    }
    let mut insert =
        connection.prepare("INSERT INTO ballots (organisation_id, review_id, id, sealed) VALUES (?1, ?2, ?3, ?4)")?;
    for (answer, place) in filling.by(|answer, place| (place.review.clone(), answer.ballot)) {
        insert.execute(params![
            organisation,
            place.review,
            answer.ballot.to_string(),
            sealed(&noise, length, answer)
        ])?;
    }
    // What is left in draft are the rounds that have just been filled.
    connection
        .execute_batch("UPDATE rounds SET state = 'open', launched_at = created_at WHERE state = 'draft'; COMMIT")?;
    drop(insert);
    Ok(connection.execute_batch("PRAGMA journal_mode = WAL")?)
}
