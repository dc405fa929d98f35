//! The attacks: what somebody gets to go by who has the database, its files and its log, has looked while people
//! answered, knows when each of them did, and has every link from the mail server.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use candour_seal::Link;
use candour_test_database::Look;
use candour_tests::{Outcome, StartedRound, finding};
use tempfile::TempDir;

use super::bytes::Needles;
use super::crowd::Crowd;
use super::ties::{Evidence, Together};
use super::victim::{Taken, Victim, as_text, bytes, is_postgres, texts};
use super::{frames, tuples, waldump};

/// SQLite's unit.
const PAGE: usize = 4096;

/// PostgreSQL's mark of a value that lies elsewhere.
const ELSEWHERE: [u8; 2] = [1, 18];

/// Somebody at a certain moment.
pub(super) struct Attacker<'a> {
    victim: &'a Victim,
    look: Look,
    organisation: String,
    review: String,
    /// Whose invitation it is.
    invited: BTreeMap<String, String>,
    /// Whose link left this tombstone.
    tombstones: BTreeMap<String, String>,
}

/// An attack by its name, and what it has to go by.
pub(super) struct Attack {
    pub(super) name: &'static str,
    pub(super) evidence: Evidence,
}

/// What was seen before this moment.
pub(super) struct Seen<'a> {
    /// What came in between two looks, all the time.
    pub(super) polled: &'a [Together],
    /// What came in between two copies.
    pub(super) copied: &'a [Together],
    /// Who answered, as the log of a proxy that keeps addresses has it, in the order of time.
    pub(super) by_time: &'a [String],
}

impl<'a> Attacker<'a> {
    /// Somebody who wants to know about this round of one review.
    pub(super) fn of(victim: &'a Victim, round: &StartedRound<'_>, crowd: &Crowd) -> Outcome<Self> {
        let look = victim.look()?;
        let review = round.review()?.id.clone();
        let query = format!(
            "SELECT i.id, r.email FROM invitations i JOIN raters r ON r.id = i.rater_id WHERE i.review_id = '{review}'"
        );
        let invited = texts(&look, &query)?.into_iter().map(two).collect::<Outcome<_>>()?;
        let tombstone =
            |token: &str| Ok::<_, &str>(as_text(&Link::spent_hash(&Link::parse(token).ok_or("a link")?.hash())));
        let tombstones = crowd
            .answering
            .iter()
            .map(|one| Ok((tombstone(one.link.token())?, one.person.email.clone())))
            .collect::<Outcome<_>>()?;
        Ok(Self { victim, look, organisation: round.trust.id.clone(), review, invited, tombstones })
    }

    /// Every attack on this engine.
    pub(super) fn attacks(&self, files: &[Taken], seen: &Seen<'_>) -> Outcome<Vec<Attack>> {
        let attack = |name, evidence| Attack { name, evidence };
        let mut attacks = vec![
            attack("values that two rows share", self.values()?),
            attack("order of rows", self.rows()?),
            attack("order of tombstones, with every link", self.places(files)?),
        ];
        match &self.victim.postgres {
            None => attacks.push(attack("frames of the write-ahead log", self.frames(files)?)),
            Some(postgres) => {
                let log =
                    self.copied(files, |name| name.strip_prefix("pg_wal/").filter(|segment| segment.len() == 24))?;
                let logged = waldump::transactions(postgres, log.path(), &self.look)?;
                attacks.push(attack("`xmin`", self.transactions()?));
                attacks.push(attack("table files as bytes", self.tuples(files)));
                attacks.push(attack("write-ahead log with `pg_waldump`", self.sets(&logged)));
            }
        }
        attacks.push(attack("polling between commits", self.sets(seen.polled)));
        attacks.push(attack("times in an access log", self.times(files, seen)?));
        attacks.push(attack("a copy after every fifth answer", self.sets(seen.copied)));
        Ok(attacks)
    }

    /// Whose invitation it is, if it is of this round.
    pub(super) fn whose(&self, invitation: &str) -> Option<&String> {
        self.invited.get(invitation)
    }

    /// What ballots and people's rows have in common, besides the review that all of them have.
    fn values(&self) -> Outcome<Evidence> {
        let ballots = texts(&self.look, "SELECT id, sealed FROM ballots")?;
        let people = "SELECT r.email, r.id, r.name, r.group_id, i.id FROM raters r JOIN invitations i ON i.rater_id = \
         r.id WHERE i.used = ";
        let people = texts(&self.look, &format!("{people}{}", self.truth()))?;
        let mut sets = Vec::new();
        for person in &people {
            let shares = |ballot: &&Vec<String>| ballot.iter().any(|value| person.contains(value));
            let alike = ballots.iter().filter(shares).filter_map(|ballot| ballot.first().cloned()).collect::<Vec<_>>();
            if !alike.is_empty() {
                sets.push((person.first().cloned().into_iter().collect(), alike));
            }
        }
        Ok(Evidence::Sets(sets))
    }

    /// Both tables as the engine gives them when it is not asked for an order: by place on PostgreSQL, by key on
    /// SQLite.
    fn rows(&self) -> Outcome<Evidence> {
        let order = if is_postgres(&self.look) { "ORDER BY ctid" } else { "" };
        let people = texts(&self.look, &format!("SELECT id FROM invitations WHERE used = {} {order}", self.truth()))?;
        let people = people.iter().flatten().filter_map(|id| self.invited.get(id).cloned()).collect();
        Ok(Evidence::Ordered { people, sheets: self.ballots(order)? })
    }

    /// Tombstones and ballots by where they lie. Links tell whose tombstone it is.
    fn places(&self, files: &[Taken]) -> Outcome<Evidence> {
        let (tombstones, sheets) = if is_postgres(&self.look) {
            (self.look.texts("SELECT hash FROM spent_links ORDER BY ctid")?, self.ballots("ORDER BY ctid")?)
        } else {
            let file = self.settled_file(files)?;
            // In the table, the trust follows the hash; in the index it does not.
            let whole: Vec<String> =
                self.tombstones.keys().map(|hash| format!("{hash}{}", self.organisation)).collect();
            let hashes = by_place(&file, &whole).into_iter().map(|tombstone| tombstone.replace(&self.organisation, ""));
            (hashes.collect(), by_place(&file, &self.ballots("")?))
        };
        let people = tombstones.iter().filter_map(|hash| self.tombstones.get(hash).cloned()).collect();
        Ok(Evidence::Ordered { people, sheets })
    }

    /// SQLite's log.
    fn frames(&self, files: &[Taken]) -> Outcome<Evidence> {
        let Some(log) = files.iter().find(|file| file.name.ends_with("-wal")) else { return Ok(Evidence::None) };
        let invitations: Vec<String> = self.invited.keys().cloned().collect();
        let ballots = self.ballots("")?;
        Ok(self.sets(&frames::commits_of(&log.bytes, &invitations, &ballots)))
    }

    /// Rows that the same transaction wrote.
    fn transactions(&self) -> Outcome<Evidence> {
        let rows = texts(
            &self.look,
            "SELECT xmin::text, 'used', id FROM invitations WHERE used UNION ALL SELECT xmin::text, 'ballot', id FROM \
             ballots",
        )?;
        let mut together: BTreeMap<u64, Together> = BTreeMap::new();
        for row in rows {
            let [transaction, kind, id]: [String; 3] = row.try_into().map_err(|_row| "three values")?;
            let together = together.entry(transaction.parse()?).or_default();
            if kind == "used" { &mut together.invitations } else { &mut together.ballots }.insert(id);
        }
        Ok(self.sets(&together.into_values().collect::<Vec<_>>()))
    }

    /// The same, from the bytes of all table files: dead rows tell too.
    fn tuples(&self, files: &[Taken]) -> Evidence {
        let mut used_first: BTreeMap<String, u32> = BTreeMap::new();
        let mut together: BTreeMap<u32, Together> = BTreeMap::new();
        for tuple in files
            .iter()
            .filter(|file| file.name.starts_with("base/"))
            .flat_map(|file| tuples::rows_of(&file.bytes, &self.organisation))
        {
            match tuple.ids.as_slice() {
                [_, invitation, _, _, _] if tuple.rest.first() == Some(&1) => {
                    let first = used_first.entry(invitation.clone()).or_insert(tuple.xmin);
                    *first = tuple.xmin.min(*first);
                }
                [_, _, ballot] if tuple.rest.starts_with(&ELSEWHERE) => {
                    together.entry(tuple.xmin).or_default().ballots.insert(ballot.clone());
                }
                _ => {}
            }
        }
        for (invitation, transaction) in used_first {
            together.entry(transaction).or_default().invitations.insert(invitation);
        }
        self.sets(&together.into_values().collect::<Vec<_>>())
    }

    /// People in the order of time; ballots in the best order the database has.
    fn times(&self, files: &[Taken], seen: &Seen<'_>) -> Outcome<Evidence> {
        let sheets = if is_postgres(&self.look) {
            self.ballots("ORDER BY xmin::text::bigint")?
        } else {
            by_place(&self.settled_file(files)?, &self.ballots("")?)
        };
        Ok(Evidence::Ordered { people: seen.by_time.to_vec(), sheets })
    }

    fn sets(&self, together: &[Together]) -> Evidence {
        let people =
            |ids: &BTreeSet<String>| ids.iter().filter_map(|id| self.invited.get(id).cloned()).collect::<Vec<_>>();
        let sets = together.iter().map(|one| (people(&one.invitations), one.ballots.iter().cloned().collect()));
        Evidence::Sets(sets.filter(|(people, _): &(Vec<String>, Vec<String>)| !people.is_empty()).collect())
    }

    fn ballots(&self, order: &str) -> Outcome<Vec<String>> {
        self.look.texts(&format!("SELECT id FROM ballots WHERE review_id = '{}' {order}", self.review))
    }

    fn truth(&self) -> &'static str {
        if is_postgres(&self.look) { "true" } else { "1" }
    }

    /// A folder with those of the files that `called` gives a name.
    fn copied(&self, files: &[Taken], called: impl Fn(&str) -> Option<&str>) -> Outcome<TempDir> {
        let folder = tempfile::Builder::new().prefix("copy-").tempdir_in(self.victim.server.scratch())?;
        for file in files {
            if let Some(name) = called(&file.name) {
                std::fs::write(folder.path().join(name), &file.bytes)?;
            }
        }
        Ok(folder)
    }

    /// SQLite's file with everything in it that its log holds, in the places where the engine puts it.
    fn settled_file(&self, files: &[Taken]) -> Outcome<Vec<u8>> {
        let folder = self.copied(files, |name| {
            Some(name).filter(|name| name.starts_with("candour.sqlite3") && !name.ends_with("-shm"))
        })?;
        let path = folder.path().join("candour.sqlite3");
        if !path.exists() {
            finding!("there is no database file");
        }
        Look::into_file(&path)?.rows("PRAGMA wal_checkpoint(TRUNCATE)")?;
        Ok(std::fs::read(path)?)
    }
}

/// These things in the order in which they were put into their pages: SQLite fills a page from its end.
fn by_place(file: &[u8], things: &[String]) -> Vec<String> {
    let mut places: BTreeMap<usize, (usize, Reverse<usize>)> = BTreeMap::new();
    for found in Needles::new(&things.iter().map(|thing| bytes(thing)).collect::<Vec<_>>()).find(file) {
        places.entry(found.thing).or_insert((found.at / PAGE, Reverse(found.at % PAGE)));
    }
    let mut order: Vec<_> = places.into_iter().map(|(thing, place)| (place, thing)).collect();
    order.sort();
    order.into_iter().filter_map(|(_, thing)| things.get(thing).cloned()).collect()
}

fn two(row: Vec<String>) -> Outcome<(String, String)> {
    let [one, other]: [String; 2] = row.try_into().map_err(|_row| "two values")?;
    Ok((one, other))
}
