//! PostgreSQL's write-ahead log, read with the tool that comes with the server: which transaction touched which rows.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::process::Command;

use candour_test_database::{Look, Server};
use candour_tests::Outcome;

use super::ties::Together;
use super::victim::texts;

/// A row's place: block and number within it.
type Place = (u64, u64);

/// One change of a row.
struct Change {
    transaction: u64,
    table: u64,
    /// Where the row was, if it was there before.
    before: Option<Place>,
    after: Place,
}

/// Which invitations and which ballots each transaction in this copy of the log has written. Invitations are followed
/// backwards from where they lie now.
pub(super) fn transactions(postgres: &Server, log: &Path, look: &Look) -> Outcome<Vec<Together>> {
    let (invitations, ballots) = (table(look, "invitations")?, table(look, "ballots")?);
    let mut places: HashMap<Place, String> = places(look, "invitations")?;
    let lying = self::places(look, "ballots")?;
    let mut by_transaction: BTreeMap<u64, Together> = BTreeMap::new();
    for change in changes(postgres, log)?.into_iter().rev() {
        let together = by_transaction.entry(change.transaction).or_default();
        if change.table == invitations {
            if let Some(invitation) = places.remove(&change.after) {
                together.invitations.insert(invitation.clone());
                places.extend(change.before.map(|before| (before, invitation)));
            }
        } else if change.table == ballots {
            together.ballots.extend(lying.get(&change.after).cloned());
        }
    }
    Ok(by_transaction.into_values().collect())
}

fn changes(postgres: &Server, log: &Path) -> Outcome<Vec<Change>> {
    let mut segments: Vec<String> = Vec::new();
    for entry in std::fs::read_dir(log)? {
        segments.push(entry?.file_name().to_string_lossy().into_owned());
    }
    segments.sort();
    let (Some(first), Some(last)) = (segments.first(), segments.last()) else { return Ok(Vec::new()) };
    // It stops where a file holds something else than its name says, as those do that wait to be used again.
    let printed = Command::new(postgres.program("pg_waldump")).arg("--path").arg(log).args([first, last]).output()?;
    Ok(String::from_utf8_lossy(&printed.stdout).lines().filter_map(change).collect())
}

/// `rmgr: Heap … tx: 735, … desc: HOT_UPDATE off 5 … ; new off 9 …, blkref #0: rel 1663/16384/16385 blk 0`
fn change(line: &str) -> Option<Change> {
    let what = line.split("desc: ").nth(1).filter(|_| line.starts_with("rmgr: Heap "))?;
    let transaction = number_after(line, "tx:")?;
    let blocks: Vec<(u64, u64)> = what.split("blkref #").skip(1).filter_map(block).collect();
    let &(table, block) = blocks.first()?;
    let verb = what.split([' ', '+']).next()?;
    let first = number_after(what, "off")?;
    match verb {
        "INSERT" => Some(Change { transaction, table, before: None, after: (block, first) }),
        "UPDATE" | "HOT_UPDATE" => {
            let (_, new) = what.split_once("new")?;
            let old_block = blocks.get(1).map_or(block, |&(_, block)| block);
            Some(Change {
                transaction,
                table,
                before: Some((old_block, first)),
                after: (block, number_after(new, "off")?),
            })
        }
        _ => None,
    }
}

/// The file number of a table and a block of it, from `0: rel 1663/16384/16385 blk 0`.
fn block(text: &str) -> Option<(u64, u64)> {
    let table = text.split("rel ").nth(1)?.split([' ', '/']).nth(2)?.parse().ok()?;
    Some((table, number_after(text, "blk")?))
}

fn number_after(text: &str, word: &str) -> Option<u64> {
    let rest = text.split_once(word)?.1.trim_start_matches([':', ' ']);
    rest.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

fn table(look: &Look, name: &str) -> Outcome<u64> {
    Ok(u64::try_from(look.number(&format!("SELECT relfilenode FROM pg_class WHERE oid = '{name}'::regclass"))?)?)
}

fn places(look: &Look, table: &str) -> Outcome<HashMap<Place, String>> {
    let rows = texts(look, &format!("SELECT ctid::text, id FROM {table}"))?;
    let place = |text: &str| -> Option<Place> {
        let (block, number) = text.trim_matches(['(', ')']).split_once(',')?;
        Some((block.parse().ok()?, number.parse().ok()?))
    };
    Ok(rows.iter().filter_map(|row| Some((place(row.first()?)?, row.get(1)?.clone()))).collect())
}
