//! PostgreSQL's write-ahead log, read with the tool that comes with the server: which transaction touched which rows.

use std::collections::{BTreeMap, HashMap};
use std::process::Command;

use candour_test_database::Server;
use candour_tests::Outcome;

use super::ties::Together;
use super::victim::Look;

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

/// Which invitations and which ballots each transaction in the log has written. Invitations are followed backwards from where they lie now.
pub(super) fn transactions(postgres: &Server, look: &mut Look) -> Outcome<Vec<Together>> {
    let (invitations, ballots) = (table(look, "invitations")?, table(look, "ballots")?);
    let mut places: HashMap<Place, String> = places(look, "invitations")?;
    let lying = self::places(look, "ballots")?;
    let mut by_transaction: BTreeMap<u64, Together> = BTreeMap::new();
    for change in changes(postgres)?.into_iter().rev() {
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

fn changes(postgres: &Server) -> Outcome<Vec<Change>> {
    let folder = postgres.data().join("pg_wal");
    let mut segments: Vec<String> = Vec::new();
    for entry in std::fs::read_dir(&folder)? {
        segments.push(entry?.file_name().to_string_lossy().into_owned());
    }
    segments.retain(|name| name.len() == 24);
    segments.sort();
    let (Some(first), Some(last)) = (segments.first(), segments.last()) else { return Ok(Vec::new()) };
    // It stops where a file holds something else than its name says, as those do that wait to be used again.
    let printed = Command::new(postgres.program("pg_waldump")).arg("--path").arg(&folder).args([first, last]).output()?;
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
            Some(Change { transaction, table, before: Some((old_block, first)), after: (block, number_after(new, "off")?) })
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

fn table(look: &mut Look, name: &str) -> Outcome<u64> {
    let rows = look.texts(&format!("SELECT relfilenode FROM pg_class WHERE oid = '{name}'::regclass"))?;
    Ok(rows.first().and_then(|row| row.first()).ok_or("no such table")?.parse()?)
}

fn places(look: &mut Look, table: &str) -> Outcome<HashMap<Place, String>> {
    let rows = look.texts(&format!("SELECT ctid::text, id FROM {table}"))?;
    let place = |text: &str| -> Option<Place> {
        let (block, number) = text.trim_matches(['(', ')']).split_once(',')?;
        Some((block.parse().ok()?, number.parse().ok()?))
    };
    Ok(rows.iter().filter_map(|row| Some((place(row.first()?)?, row.get(1)?.clone()))).collect())
}
