//! SQLite's write-ahead log as bytes: which rows each commit in it has brought, also those that wait to be overwritten.

use std::collections::{BTreeMap, BTreeSet};

use super::bytes::Needles;
use super::ties::Together;

const LOG_HEADER: usize = 32;
const FRAME_HEADER: usize = 24;
const PAGE: usize = 4096;

/// An invitation begins with the length of its header, the types of five ids, and the type of `used`, which is its
/// value.
const INVITATION: [u8; 6] = [12, 0x55, 0x55, 0x55, 0x55, 0x55];
const BEFORE_ITS_ID: usize = 12 + 36;
const USED: u8 = 9;

/// One commit: pages by number, as it left them.
type Commit<'a> = Vec<(u32, &'a [u8])>;

/// Who and what came with each commit that the log still holds.
pub(super) fn commits_of(log: &[u8], invitations: &[String], ballots: &[String]) -> Vec<Together> {
    let ids: Vec<Vec<u8>> = invitations.iter().chain(ballots).map(|id| id.clone().into_bytes()).collect();
    let needles = Needles::new(&ids);
    let mut seen = BTreeSet::new();
    let mut pages: BTreeSet<u32> = BTreeSet::new();
    let (mut told, mut unclear) = (Vec::new(), Together::default());
    for commit in commits(log) {
        let (mut new, mut first_look) = (Together::default(), false);
        for (number, page) in commit {
            first_look |= pages.insert(number);
            for found in needles.find(page) {
                let is_ballot = found.thing >= invitations.len();
                if (is_ballot || is_used(page, found.at)) && seen.insert(found.thing) {
                    let (set, id) = if is_ballot {
                        (&mut new.ballots, &ballots[found.thing - invitations.len()])
                    } else {
                        (&mut new.invitations, &invitations[found.thing])
                    };
                    set.insert(id.clone());
                }
            }
        }
        // A page that is seen for the first time may hold rows of long ago.
        if first_look && (new.ballots.len() > 1 || new.invitations.len() > 1) {
            unclear.ballots.append(&mut new.ballots);
            unclear.invitations.append(&mut new.invitations);
        } else {
            told.push(new);
        }
    }
    told.push(unclear);
    told
}

fn is_used(page: &[u8], at: usize) -> bool {
    let Some(record) = at.checked_sub(BEFORE_ITS_ID).and_then(|start| page.get(start..)) else { return false };
    record.starts_with(&INVITATION) && record.get(INVITATION.len()) == Some(&USED)
}

/// The commits of the log, oldest first: what is behind the newest one has been there since before the log was begun
/// anew.
fn commits(log: &[u8]) -> Vec<Commit<'_>> {
    let word = |bytes: &[u8], at: usize| {
        bytes.get(at..at + 4).and_then(|word| word.try_into().ok()).map_or(0, u32::from_be_bytes)
    };
    let mut generations: BTreeMap<(u32, u32), Vec<Commit<'_>>> = BTreeMap::new();
    let mut order = Vec::new();
    let mut commit = Commit::new();
    for frame in log.get(LOG_HEADER..).unwrap_or_default().chunks_exact(FRAME_HEADER + PAGE) {
        let salts = (word(frame, 8), word(frame, 12));
        if order.last() != Some(&salts) {
            order.push(salts);
            commit.clear();
        }
        commit.push((word(frame, 0), &frame[FRAME_HEADER..]));
        if word(frame, 4) != 0 {
            generations.entry(salts).or_default().push(std::mem::take(&mut commit));
        }
    }
    order.reverse();
    order.iter().filter_map(|salts| generations.remove(salts)).flatten().collect()
}
