//! Where rows lie in an SQLite file says nothing about the order in which people answered.
//!
//! Each test does the same things in two orders in two copies of one database and compares the pages byte by byte.

use std::path::{Path, PathBuf};

use candour_test_database::Engine;
use diesel::prelude::*;

use crate::tests::{Outcome, Trust, settled, with_trust};
use crate::upkeep::overwrite::empty_log;
use crate::{Storage, StorageError, drafts, invitations};

/// As SQLite does by itself from time to time.
async fn empty_the_log(storage: &Storage) -> Result<(), StorageError> {
    storage.0.writer.alone(empty_log).await
}

/// Enough raters to fill several pages.
async fn crowd() -> Result<(crate::tests::Database, Trust), Box<dyn std::error::Error + Send + Sync>> {
    let (database, mut trust) = with_trust(Engine::Sqlite, 1).await?;
    let stored = trust.raters.len();
    for number in 0..120 {
        trust.invite(50_000 + number * 7, "headteachers")?;
    }
    let late = trust.clone();
    let add = move |tenant: &mut crate::Tenant<'_>| -> Result<(), StorageError> {
        late.raters.iter().skip(stored).try_for_each(|rater| crate::raters::insert(tenant, rater))?;
        invitations::insert_all(tenant, &late.invitations[stored..])
    };
    database.storage.write(trust.id(), add).await?;
    empty_the_log(&database.storage).await?;
    Ok((database, trust))
}

/// Everybody answers, in this order, in a copy of the database.
async fn answer(
    original: &Path,
    trust: &Trust,
    name: &str,
    order: &[usize],
) -> Result<(Storage, PathBuf), Box<dyn std::error::Error + Send + Sync>> {
    let path = original.with_extension(name);
    std::fs::copy(original, &path)?;
    let storage = Storage::connect(&path.display().to_string(), 1)?;
    for &rater in order {
        let id = trust.invitations[rater].invitation.id;
        storage.write_as_rater(trust.id(), move |tenant| drafts::put(tenant, id, &[8; 700])).await?;
        let casting = trust.casting(rater, vec![rater.to_le_bytes()[0]; 900]);
        assert!(storage.cast(trust.id(), casting, |_round| true).await?);
    }
    empty_the_log(&storage).await?;
    Ok((storage, path))
}

#[derive(QueryableByName)]
struct PageNumber {
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    number: i64,
}

/// The bytes of every page of a table, its indexes left out, in the order of its keys.
fn pages(path: &Path, table: &str) -> Result<Vec<Vec<u8>>, Box<dyn std::error::Error + Send + Sync>> {
    let mut connection = SqliteConnection::establish(&path.display().to_string())?;
    let query = format!("SELECT pageno AS number FROM dbstat WHERE name = '{table}' ORDER BY path");
    let file = std::fs::read(path)?;
    let numbers = diesel::sql_query(query).load::<PageNumber>(&mut connection)?;
    numbers
        .into_iter()
        .map(|page| {
            let start = (usize::try_from(page.number)? - 1) * 4096;
            Ok(file.get(start..start + 4096).ok_or("a page beyond the end")?.to_vec())
        })
        .collect()
}

#[tokio::test]
async fn guarantee_an_answer_leaves_the_place_of_its_invitation_unchanged() -> Outcome {
    let (database, trust) = crowd().await?;
    let forwards: Vec<usize> = (0..trust.invitations.len()).step_by(2).collect();
    let backwards: Vec<usize> = forwards.iter().copied().rev().collect();
    let (_one, one) = answer(&database.path(), &trust, "one", &forwards).await?;
    let (_two, two) = answer(&database.path(), &trust, "two", &backwards).await?;
    for table in ["invitations", "raters"] {
        let pages_of_one = pages(&one, table)?;
        assert!(pages_of_one.len() > 3, "{table} fits a page or two and proves little");
        assert!(pages_of_one == pages(&two, table)?, "the pages of {table} tell in which order people answered");
    }
    Ok(())
}

#[tokio::test]
async fn guarantee_once_written_anew_no_page_tells_the_order_of_answers() -> Outcome {
    let (database, trust) = crowd().await?;
    let forwards: Vec<usize> = (0..trust.invitations.len()).step_by(2).collect();
    let backwards: Vec<usize> = forwards.iter().copied().rev().collect();
    let (storage_one, one) = answer(&database.path(), &trust, "one", &forwards).await?;
    let (storage_two, two) = answer(&database.path(), &trust, "two", &backwards).await?;
    assert!(
        pages(&one, "ballots")? != pages(&two, "ballots")?,
        "if they were alike already this test would prove nothing"
    );
    storage_one.forget_order().await?;
    storage_two.forget_order().await?;
    let (mut one, mut two) = (std::fs::read(&one)?, std::fs::read(&two)?);
    assert_eq!(one.len(), two.len());
    // The header counts changes (bytes 24 to 27 and 92 to 95) and schema versions (40 to 43): how many there were, not
    // whose.
    for file in [&mut one, &mut two] {
        for range in [24..28, 40..44, 92..96] {
            file.get_mut(range).ok_or("no header")?.fill(0);
        }
    }
    assert!(one == two, "the file tells in which order people answered");
    Ok(())
}

#[tokio::test]
async fn guarantee_what_is_wiped_is_in_no_file() -> Outcome {
    let (database, trust) = with_trust(Engine::Sqlite, 1).await?;
    let (id, round) = (trust.invitations[0].invitation.id, trust.round.id());
    let draft = b"this draft is gone without a trace, not even in free space".repeat(30);
    let stored = draft.clone();
    database.storage.write(trust.id(), move |tenant| drafts::put(tenant, id, &stored)).await?;
    empty_the_log(&database.storage).await?;
    let link = trust.invitations[0].link_hash;
    assert!(holds(&database.path(), &draft[..200])? && holds(&database.path(), &link)?);
    let close = move |tenant: &mut crate::Tenant<'_>| -> Result<(), StorageError> {
        invitations::close_round(tenant, round, &|hash| hash.map(|byte| !byte), settled())?;
        drafts::delete_round(tenant, round, settled()).map(|_number| ())
    };
    database.storage.write(trust.id(), close).await?;
    empty_the_log(&database.storage).await?;
    assert!(!holds(&database.path(), &draft[..58])?);
    for new in &trust.invitations {
        assert!(!holds(&database.path(), &new.link_hash)?);
    }
    Ok(())
}

/// Whether the database or its log holds these bytes.
fn holds(path: &Path, bytes: &[u8]) -> Result<bool, Box<dyn std::error::Error + Send + Sync>> {
    let mut files = std::fs::read(path)?;
    files.extend(std::fs::read(format!("{}-wal", path.display()))?);
    Ok(files.windows(bytes.len()).any(|window| window == bytes))
}
