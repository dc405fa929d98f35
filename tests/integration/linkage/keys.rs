//! What somebody with the server key makes of files: every sealed key that lies anywhere in them, and what those keys
//! open.

use std::collections::BTreeMap;

use candour_domain::response::ResponseInput;
use candour_domain::{InvitationId, ReviewId, RoundId};
use candour_seal::{BundleKey, DraftKey, DraftSalt, Link, PrivateKey, ServerKey, open_ballot, open_bundle};
use candour_test_database::Look;
use candour_tests::Outcome;

use super::victim::{Taken, bytes, texts};

/// A round key or a draft salt under the server key: version, nonce, 32 bytes and a tag.
const SEALED_KEY: usize = 1 + NONCE + 32 + 16;
const NONCE: usize = 24;
const VERSION: u8 = 1;

/// A round's keys, opened.
#[derive(Default)]
pub(super) struct Keys {
    pub(super) private: Vec<PrivateKey>,
    pub(super) salts: Vec<DraftSalt>,
}

/// What is sealed is a whole number of steps long, and a little more.
const STEP: usize = 4096;

/// A ballot, as the database has it.
pub(super) struct SealedBallot {
    pub(super) id: String,
    pub(super) sealed: Vec<u8>,
}

/// A draft, as the database has it.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct SealedDraft {
    pub(super) invitation: String,
    pub(super) sealed: Vec<u8>,
}

/// A group and its answers.
pub(super) struct Sheet {
    pub(super) group: String,
    pub(super) input: ResponseInput,
}

impl SealedBallot {
    /// How long it is, in steps.
    pub(super) fn steps(&self) -> usize {
        self.sealed.len() / STEP
    }
}

impl SealedDraft {
    /// How long it is, in steps.
    pub(super) fn steps(&self) -> usize {
        self.sealed.len() / STEP
    }
}

impl Sheet {
    /// How long it was when it was sealed, in steps.
    pub(super) fn steps(&self) -> usize {
        let (ratings, comments) =
            (serde_json::to_string(&self.input.ratings), serde_json::to_string(&self.input.comments));
        (ratings.map_or(0, |text| text.len()) + comments.map_or(0, |text| text.len())).div_ceil(STEP)
    }
}

impl Keys {
    /// Those in the table, if they are there.
    pub(super) fn in_rows(look: &Look, key: &ServerKey, round: RoundId) -> Outcome<Self> {
        let mut keys = Self::default();
        for sealed in sealed_keys(look, round)? {
            keys.try_open(key, round, &sealed);
        }
        Ok(keys)
    }

    /// Those that lie anywhere in these files, whatever they lie in.
    pub(super) fn in_files(files: &[Taken], key: &ServerKey, round: RoundId) -> Self {
        let mut keys = Self::default();
        for file in files {
            for (at, _) in file.bytes.iter().enumerate().filter(|(_, byte)| **byte == VERSION) {
                if let Some(window) = file.bytes.get(at..at + SEALED_KEY).filter(|window| looks_random(&window[1..])) {
                    keys.try_open(key, round, window);
                }
            }
        }
        keys
    }

    pub(super) fn are_none(&self) -> bool {
        self.private.is_empty() && self.salts.is_empty()
    }

    fn try_open(&mut self, key: &ServerKey, round: RoundId, sealed: &[u8]) {
        self.private.extend(PrivateKey::open(key, round, sealed));
        self.salts.extend(DraftSalt::open(key, round, sealed));
    }

    /// The ballots that any of the keys opens, by their ids.
    pub(super) fn open_ballots(&self, ballots: &[SealedBallot], review: ReviewId) -> BTreeMap<String, Sheet> {
        let open = |ballot: &SealedBallot| {
            let opened = self.private.iter().find_map(|key| open_ballot(key, review, &ballot.sealed).ok())?;
            Some((ballot.id.clone(), Sheet { group: opened.group.to_string(), input: opened.input }))
        };
        ballots.iter().filter_map(open).collect()
    }

    /// The drafts that any of these links opens, with or without any of the salts, by their invitations.
    pub(super) fn open_drafts(
        &self,
        drafts: &[SealedDraft],
        links: &[Link],
    ) -> Outcome<BTreeMap<String, ResponseInput>> {
        let none = DraftSalt::none();
        let mut opened = BTreeMap::new();
        for draft in drafts {
            let invitation: InvitationId = draft.invitation.parse()?;
            for salt in self.salts.iter().chain([&none]) {
                let open = |link: &Link| DraftKey::of(link, salt).open(invitation, &draft.sealed).ok();
                if let Some(input) = links.iter().find_map(open) {
                    opened.insert(draft.invitation.clone(), input);
                }
            }
        }
        Ok(opened)
    }
}

/// The sealed key and salt of a round, as the table has them.
pub(super) fn sealed_keys(look: &Look, round: RoundId) -> Outcome<Vec<Vec<u8>>> {
    let rows =
        texts(look, &format!("SELECT sealed_private, sealed_draft_salt FROM round_keys WHERE round_id = '{round}'"))?;
    Ok(rows.iter().flatten().map(|sealed| bytes(sealed)).collect())
}

/// The ballots of a review.
pub(super) fn sealed_ballots(look: &Look, review: ReviewId) -> Outcome<Vec<SealedBallot>> {
    let rows = texts(look, &format!("SELECT id, sealed FROM ballots WHERE review_id = '{review}'"))?;
    rows.into_iter().map(|row| pair(row).map(|(id, sealed)| SealedBallot { id, sealed })).collect()
}

/// Every draft there is.
pub(super) fn sealed_drafts(look: &Look) -> Outcome<Vec<SealedDraft>> {
    let rows = texts(look, "SELECT invitation_id, sealed FROM drafts")?;
    rows.into_iter().map(|row| pair(row).map(|(invitation, sealed)| SealedDraft { invitation, sealed })).collect()
}

/// The links that still work, which the server key opens.
pub(super) fn working_links(look: &Look, key: &ServerKey) -> Outcome<Vec<Link>> {
    let mut links = Vec::new();
    for row in texts(look, "SELECT invitation_id, sealed FROM links")? {
        let (invitation, sealed) = pair(row)?;
        links.push(Link::open(key, invitation.parse()?, &sealed)?);
    }
    Ok(links)
}

/// The answer sheets in the bundle of a review, in the order in which they lie in it.
pub(super) fn bundle(look: &Look, key: &ServerKey, review: ReviewId) -> Outcome<Vec<Sheet>> {
    let query = format!(
        "SELECT b.sealed, k.sealed FROM bundles b JOIN bundle_keys k ON k.organisation_id = b.organisation_id AND \
         k.review_id = b.review_id WHERE b.review_id = '{review}'"
    );
    let rows = texts(look, &query)?;
    let [row] = rows.as_slice() else { return Err("the review has no bundle".into()) };
    let [sealed, sealed_key] = row.as_slice() else { return Err("a bundle and its key".into()) };
    let opened = open_bundle(&BundleKey::open(key, review, &bytes(sealed_key))?, review, &bytes(sealed))?;
    Ok(opened.into_iter().map(|one| Sheet { group: one.group.to_string(), input: one.input }).collect())
}

fn pair(row: Vec<String>) -> Outcome<(String, Vec<u8>)> {
    let [id, sealed]: [String; 2] = row.try_into().ok().ok_or("an id and what is sealed")?;
    Ok((id, bytes(&sealed)))
}

/// Nonces and what is sealed are random: about half of the bytes are 128 or more, and most are there once. Nearly all
/// other places in a database are otherwise, and are passed over. Of sealed keys, hardly one in a million would be.
fn looks_random(bytes: &[u8]) -> bool {
    let high = bytes.iter().filter(|byte| **byte >= 128).count();
    if !(bytes.len() / 5..bytes.len() * 4 / 5).contains(&high) {
        return false;
    }
    let mut seen = [false; 256];
    bytes.iter().filter(|byte| !std::mem::replace(&mut seen[usize::from(**byte)], true)).count() > bytes.len() * 2 / 3
}
