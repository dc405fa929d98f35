//! The database attacked as its operator would: who said what, from everything that SQLite and PostgreSQL keep of a
//! round, while it is open and after the count, without the server key and with it.
//!
//! The attacks that succeed while the round is open with the key prove that those that fail are no straw men: it is the
//! same code. What the table in SECURITY.md says comes from here: `CANDOUR_LINKAGE_RATERS=150 cargo nextest run -p
//! candour-tests linkage --no-capture`.

mod attacker;
mod bytes;
mod crowd;
mod figures;
mod frames;
mod keys;
mod poll;
mod ties;
mod tuples;
mod victim;
mod waldump;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use candour_domain::{ReviewId, RoundId};
use candour_seal::ServerKey;
use candour_tests::{Answers, Outcome, RoundPlan, StartedRound, Trust, wait};
use serde_json::json;

use attacker::{Attack, Attacker, Seen};
use bytes::{Needles, pieces};
use crowd::{Crowd, Participant, Step, ratings};
use figures::Figure;
use keys::{Keys, SealedBallot, SealedDraft, Sheet};
use poll::Poller;
use ties::{Evidence, Together, Truth, more_than_chance, number};
use victim::{Rights, Taken, USUAL, Victim, texts};

/// After so many answers somebody takes a copy.
const BETWEEN_COPIES: usize = 5;

/// One run in so many may fail although nothing leaks.
const FALSE_ALARM: f64 = 1e6;

/// Attacks beside those of [`Attacker::attacks`].
const LENGTHS: &str = "lengths of drafts, looked up while people answered";
const DRAFTS: &str = "drafts, with every link";

/// Attacks that a round cannot withstand while it is open, once the attacker has the server key.
const CERTAIN: [&str; 6] = [
    "`xmin`",
    "table files as bytes",
    "write-ahead log with `pg_waldump`",
    "frames of the write-ahead log",
    "polling between commits",
    DRAFTS,
];

/// The least they achieve. Logs do not reach back for ever.
const SUCCESS: f64 = 0.25;

/// Everything sealed that was there before the count: the attacker has kept it.
struct Kept {
    ballots: Vec<SealedBallot>,
    drafts: Vec<SealedDraft>,
    round_keys: Vec<Vec<u8>>,
    polled: Vec<Together>,
    copied: Vec<Together>,
    by_time: Vec<String>,
}

/// What the round was like while it was open.
struct Open {
    figures: Vec<Figure>,
    kept: Kept,
}

#[test]
fn on_sqlite_nothing_ties_answers_to_people_after_the_count() -> Outcome {
    let victim = Victim::on_sqlite()?;
    attacked_all_along(&victim, "SQLite")
}

#[test]
fn on_postgres_nothing_ties_answers_to_people_after_the_count() -> Outcome {
    let victim = Victim::on_postgres(&USUAL, Rights::Recommended)?;
    attacked_all_along(&victim, "PostgreSQL")
}

/// Where the service may not empty the server's log, that keeps the key until it goes by itself; and a server that
/// writes statements into another log keeps it there.
#[test]
fn on_postgres_what_the_server_keeps_opens_ballots_after_the_count() -> Outcome {
    let settings = [USUAL[0], ("log_statement", "all")];
    let victim = Victim::on_postgres(&settings, Rights::Ordinary)?;
    let trust = Trust::found(&victim.server, "Ashgrove Trust")?;
    let (round, crowd) = Crowd::gather(&trust)?;
    let kept = answered_under_observation(&victim, &round, &crowd)?;
    round.close_and_count()?;
    assert!(victim.server.log()?.contains("write-ahead log keeps what was deleted"), "the service says so");
    let ((id, review), key, files) = (ids(&round)?, victim.key()?, victim.files()?);
    let remains = remains(&files, &kept.round_keys);
    assert!(
        !remains.is_empty() && remains.iter().all(|file| file.starts_with("pg_wal/")),
        "in the log and nowhere else: {remains:?}"
    );
    let opened = Keys::in_files(&files, &key, id).open_ballots(&kept.ballots, review);
    assert_eq!(opened.len(), kept.ballots.len(), "it opens every ballot that somebody has kept");
    let written = kept.round_keys.concat().iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat();
    let log = files.iter().find(|file| file.name == "the log of PostgreSQL").ok_or("PostgreSQL has a log")?;
    assert!(String::from_utf8_lossy(&log.bytes).contains(&written[..64]), "a key among the values of a statement");
    Ok(())
}

/// Whether the server removes files of its log or uses them again, and whoever gathers statistics.
#[test]
fn on_postgres_a_counted_rounds_key_is_in_no_file_whatever_the_server_does_with_its_log() -> Outcome {
    for recycle in ["on", "off"] {
        let victim = Victim::on_postgres(&[("wal_recycle", recycle)], Rights::Recommended)?;
        let trust = Trust::found(&victim.server, "Ashgrove Trust")?;
        let round = trust.open(&RoundPlan::small())?;
        let look = victim.look()?;
        let sealed = keys::sealed_keys(&look, ids(&round)?.0)?;
        gather_statistics(&victim)?;
        // Checkpoints come and go while a round is open; each leaves files that wait to be used again.
        for _ in 0..3 {
            look.run("SELECT pg_switch_wal()")?;
            look.run("CHECKPOINT")?;
        }
        round.everybody_answers(|rater, _| Some(u8::try_from(rater % 5 + 1).unwrap_or(3)))?;
        assert!(!remains(&victim.files_of_later()?, &sealed).is_empty());
        round.close_and_count()?;
        let remains = remains(&victim.files_of_later()?, &sealed);
        assert!(remains.is_empty(), "wal_recycle = {recycle}: {remains:?}");
    }
    Ok(())
}

/// PostgreSQL keeps a deleted row for whoever began to read before, and writes it into the new table with the others.
#[test]
fn on_postgres_no_round_counts_as_counted_while_an_old_reader_keeps_its_key_on_the_disk() -> Outcome {
    let victim = Victim::on_postgres(&USUAL, Rights::Recommended)?;
    let trust = Trust::found(&victim.server, "Ashgrove Trust")?;
    let round = trust.open(&RoundPlan::small())?;
    let sealed = keys::sealed_keys(&victim.look()?, ids(&round)?.0)?;
    round.everybody_answers(|rater, _| Some(u8::try_from(rater % 5 + 1).unwrap_or(3)))?;
    let reader = victim.look()?;
    reader.run("BEGIN ISOLATION LEVEL REPEATABLE READ")?;
    reader.rows("SELECT * FROM organisations")?;
    trust.administrator.moves(&round.id, "close", &json!({ "confirm": true }))?;
    wait::until("the service to be held up", Duration::from_mins(1), || {
        Ok(victim.server.log()?.contains("older than what was deleted still runs").then_some(()))
    })?;
    assert_eq!(trust.administrator.round(&round.id)?["state"], "closed");
    reader.run("COMMIT")?;
    round.reaches("counted")?;
    assert_eq!(remains(&victim.files_of_later()?, &sealed), Vec::<String>::new());
    Ok(())
}

fn attacked_all_along(victim: &Victim, engine: &str) -> Outcome {
    let trust = Trust::found(&victim.server, "Ashgrove Trust")?;
    let (round, crowd) = Crowd::gather(&trust)?;
    // Somebody else's round, which stays open: what it needs has to survive what the first one's count takes away.
    let neighbour = Trust::found(&victim.server, "Birch Trust")?;
    let other = neighbour.open(&RoundPlan::new().asking("trustees", 4))?;
    let Open { mut figures, kept } = attack_while_open(victim, &round, &crowd)?;
    if victim.postgres.is_some() {
        a_deleted_key_is_found_before_the_tables_are_written_anew(victim, &round, &kept)?;
    }
    round.close_and_count()?;
    round.facilitator()?.release(&round.review()?.id)?.with(200)?;
    let after = attack_after_the_count(victim, &round, &crowd, &kept)?;
    for (figure, after) in figures.iter_mut().zip(after) {
        figure.read[2..].copy_from_slice(&after);
    }
    let people = crowd.anonymous().count();
    figures::print(engine, people, number(groups(&crowd)) / number(people), &figures)?;
    for Figure { attack, read: [open, with_key, after, _], .. } in &figures {
        assert!(*open + *after < f64::EPSILON, "{attack}: nobody reads an answer without the server key");
        assert!(
            !CERTAIN.contains(attack) || *with_key > SUCCESS,
            "{attack}: with the server key it has to succeed, or it proves nothing later"
        );
    }
    another_round_goes_on(&other, &crowd)
}

fn attack_while_open(victim: &Victim, round: &StartedRound<'_>, crowd: &Crowd) -> Outcome<Open> {
    let kept = answered_under_observation(victim, round, crowd)?;
    let ((id, review), key) = (ids(round)?, victim.key()?);
    let (look, files) = (victim.look()?, victim.files_of_later()?);
    let attacker = Attacker::of(victim, round, crowd)?;
    let mut attacks = attacker.attacks(&files, &kept.seen())?;
    let lengths = kept.ballots.iter().map(|ballot| (ballot.id.clone(), ballot.steps())).collect();
    attacks.push(Attack { name: LENGTHS, evidence: Evidence::by_length(&kept.lengths(&attacker), &lengths) });

    let strange = ServerKey::from_text(&"5a".repeat(32))?;
    let in_rows = Keys::in_rows(&look, &key, id)?;
    assert!(
        Keys::in_rows(&look, &strange, id)?.are_none() && Keys::in_files(&files, &strange, id).are_none(),
        "it takes the server key"
    );
    // With it: every ballot and every draft. The key is found in the files too, where the search after the count has to
    // find nothing.
    let opened = in_rows.open_ballots(&kept.ballots, review);
    assert_eq!(opened.len(), crowd.answering.len(), "whoever has the key opens every ballot");
    assert_eq!(Keys::in_files(&files, &key, id).open_ballots(&kept.ballots, review).len(), opened.len());
    assert_eq!(
        in_rows.open_drafts(&kept.drafts, &crowd.links())?.len(),
        kept.drafts.len(),
        "also drafts of those who have sent"
    );
    let unsent = in_rows.open_drafts(&keys::sealed_drafts(&look)?, &keys::working_links(&look, &key)?)?;

    let groups_of = opened.iter().map(|(id, sheet)| (id.clone(), sheet.group.clone())).collect();
    let (people, right, clear) = (crowd.groups(), right(crowd, &opened), in_the_clear(&files, crowd));
    assert_eq!(
        right.len(),
        crowd.anonymous().count(),
        "everybody's answers are in a ballot, and are told from everybody else's"
    );
    let figure = |Attack { name, evidence }: &Attack| {
        let tied = evidence.share(&Truth { people: &people, sheets: None, right: &right });
        let with_key = evidence.share(&Truth { people: &people, sheets: Some(&groups_of), right: &right });
        Figure { attack: name, tied, read: [clear, with_key, 0.0, 0.0] }
    };
    let mut figures: Vec<Figure> = attacks.iter().map(figure).collect();
    figures.push(Figure {
        attack: DRAFTS,
        tied: 1.0,
        read: [clear, number(unsent.len()) / number(crowd.silent.len()), 0.0, 0.0],
    });
    Ok(Open { figures, kept })
}

/// Everybody answers, while somebody looks all the time and takes a copy now and then.
fn answered_under_observation(victim: &Victim, round: &StartedRound<'_>, crowd: &Crowd) -> Outcome<Kept> {
    gather_statistics(victim)?;
    let poller = Poller::start(victim.look()?);
    let look = victim.look()?;
    let (mut copied, mut last) = (Vec::new(), Together::at(&look)?);
    let mut drafts = Vec::new();
    crowd.answer(|step| {
        let Step::Sent { answered } = step else {
            drafts.extend(keys::sealed_drafts(&look)?);
            return Ok(());
        };
        poller.has_looked()?;
        if answered % BETWEEN_COPIES == 0 || answered == crowd.answering.len() {
            let now = Together::at(&look)?;
            copied.push(now.since(&last));
            last = now;
        }
        Ok(())
    })?;
    gather_statistics(victim)?;
    drafts.sort();
    drafts.dedup();
    let by_time: Vec<String> = crowd.answering.iter().map(|one| one.person.email.clone()).collect();
    // The times are those of a proxy that logs what it should not, or of somebody in the office.
    let log = victim.server.log()?;
    let told = log.lines().find(|line| line.contains("/survey/") || line.contains("/s/"));
    assert_eq!(told, None, "the service's own log has no time of anything that a rater did");
    let (id, review) = ids(round)?;
    let (ballots, round_keys) = (keys::sealed_ballots(&look, review)?, keys::sealed_keys(&look, id)?);
    Ok(Kept { ballots, drafts, round_keys, polled: poller.stop()?, copied, by_time })
}

/// What the attacker reads of whom after the count, attack by attack: without the server key, and with it.
fn attack_after_the_count(
    victim: &Victim,
    round: &StartedRound<'_>,
    crowd: &Crowd,
    kept: &Kept,
) -> Outcome<Vec<[f64; 2]>> {
    let ((id, review), key) = (ids(round)?, victim.key()?);
    let (look, files) = (victim.look()?, victim.files_of_later()?);
    let remains = remains(&files, &kept.round_keys);
    assert!(remains.is_empty(), "the round's key is still in {remains:?}");
    let sealed: Vec<Vec<u8>> =
        kept.ballots.iter().map(|one| &one.sealed).chain(kept.drafts.iter().map(|one| &one.sealed)).cloned().collect();
    let remains = self::remains(&files, &sealed);
    assert!(remains.is_empty(), "ballots or drafts, sealed as they are, still lie in {remains:?}");
    let found = Keys::in_files(&files, &key, id);
    assert!(found.are_none() && Keys::in_rows(&look, &key, id)?.are_none());
    // Ballots and drafts that were kept from before, with everything there is: the server key, every key in the files,
    // every link.
    assert_eq!(found.open_ballots(&kept.ballots, review).len(), 0);
    let drafts = found.open_drafts(&kept.drafts, &crowd.links())?.len();

    let sheets = keys::bundle(&look, &key, review)?;
    assert_eq!(sheets.len(), crowd.answering.len(), "the bundle has everybody's answers, shuffled");
    let sheets: BTreeMap<String, Sheet> =
        sheets.into_iter().enumerate().map(|(at, sheet)| (format!("{at:06}"), sheet)).collect();
    let groups_of: BTreeMap<String, String> =
        sheets.iter().map(|(at, sheet)| (at.clone(), sheet.group.clone())).collect();
    let lengths = sheets.iter().map(|(at, sheet)| (at.clone(), sheet.steps())).collect();
    let (people, right, clear) = (crowd.groups(), right(crowd, &sheets), in_the_clear(&files, crowd));
    let truth = Truth { people: &people, sheets: Some(&groups_of), right: &right };
    let attacker = Attacker::of(victim, round, crowd)?;
    let attacks = attacker.attacks(&files, &kept.seen())?;
    let limit = more_than_chance(groups(crowd), 2 * attacks.len(), right.len(), FALSE_ALARM);
    let mut read = Vec::new();
    for Attack { name, evidence } in &attacks {
        let evidence = Evidence::Ordered { people: evidence.people(), sheets: groups_of.keys().cloned().collect() };
        let (share, backwards) = (evidence.share(&truth), evidence.reversed().share(&truth));
        assert!(
            share.max(backwards) < limit,
            "{name}: {share} forwards and {backwards} backwards, where chance gives less than {limit}"
        );
        read.push([clear, share]);
    }
    read.push([clear, Evidence::by_length(&kept.lengths(&attacker), &lengths).share(&truth)]);
    read.push([clear, number(drafts) / number(kept.drafts.len())]);
    Ok(read)
}

/// What the clean-up is for: a key whose row has merely been deleted opens every ballot, from the files as they lie
/// there.
fn a_deleted_key_is_found_before_the_tables_are_written_anew(
    victim: &Victim,
    round: &StartedRound<'_>,
    kept: &Kept,
) -> Outcome {
    let ((id, review), key) = (ids(round)?, victim.key()?);
    let look = victim.look()?;
    let columns = "organisation_id, round_id, public::text, sealed_private::text, sealed_draft_salt::text";
    let row = texts(&look, &format!("SELECT {columns} FROM round_keys WHERE round_id = '{id}'"))?.concat().join("', '");
    look.change(&format!("DELETE FROM round_keys WHERE round_id = '{id}'"))?;
    look.run("VACUUM round_keys")?;
    let files = victim.files_of_later()?;
    let opened = Keys::in_files(&files, &key, id).open_ballots(&kept.ballots, review);
    assert_eq!(opened.len(), kept.ballots.len(), "a deleted key that is not cleaned up opens every ballot");
    look.change(&format!(
        "INSERT INTO round_keys (organisation_id, round_id, public, sealed_private, sealed_draft_salt) VALUES ('{row}')"
    ))?;
    Ok(())
}

/// The neighbour's raters still answer, and their round is counted.
fn another_round_goes_on(other: &StartedRound<'_>, crowd: &Crowd) -> Outcome {
    let used: Vec<&str> = crowd.answering.iter().chain(&crowd.silent).map(|one| one.link.token()).collect();
    other.delivered()?;
    let links = other.links()?;
    for person in &other.review()?.raters {
        let own = links.get(&person.email).and_then(|links| links.iter().find(|link| !used.contains(&link.token())));
        let link = own.ok_or("the neighbour's raters have links too")?;
        link.submit(&Answers::to(&link.survey()?, |_| Some(4)))?.with(200)?;
    }
    other.close_and_count()
}

/// As a nightly job of the operator's would: PostgreSQL then keeps samples of what columns hold.
fn gather_statistics(victim: &Victim) -> Outcome {
    if victim.postgres.is_some() { victim.look()?.run("ANALYZE") } else { Ok(()) }
}

/// The share of those whose answers lie anywhere as they are written down before they are sealed.
fn in_the_clear(files: &[Taken], crowd: &Crowd) -> f64 {
    let written: Vec<Vec<u8>> =
        crowd.answering.iter().chain(&crowd.silent).map(|one| ratings(&one.sheet).into_bytes()).collect();
    let needles = Needles::new(&written);
    let found: BTreeSet<usize> =
        files.iter().flat_map(|file| needles.find(&file.bytes)).map(|found| found.thing).collect();
    number(found.len()) / number(written.len())
}

/// The files in which a piece of any of these is.
fn remains(files: &[Taken], sealed: &[Vec<u8>]) -> Vec<String> {
    let pieces: Vec<Vec<u8>> = sealed.iter().flat_map(|one| pieces(one)).collect();
    let needles = Needles::new(&pieces);
    files.iter().filter(|file| !needles.find(&file.bytes).is_empty()).map(|file| file.name.clone()).collect()
}

/// Which sheet is whose, of those who answer anonymously.
fn right(crowd: &Crowd, sheets: &BTreeMap<String, Sheet>) -> BTreeMap<String, String> {
    let anonymous: Vec<&str> = crowd.anonymous().map(Participant::email).collect();
    let whose =
        sheets.iter().filter_map(|(id, sheet)| Some((crowd.who_said(&sheet.input.ratings)?.to_owned(), id.clone())));
    whose.filter(|(email, _)| anonymous.contains(&email.as_str())).collect()
}

fn groups(crowd: &Crowd) -> usize {
    crowd.anonymous().map(|one| &one.person.group).collect::<BTreeSet<_>>().len()
}

fn ids(round: &StartedRound<'_>) -> Outcome<(RoundId, ReviewId)> {
    Ok((round.id.parse()?, round.review()?.id.parse()?))
}

impl Kept {
    /// How long the longest draft of each was.
    fn lengths(&self, attacker: &Attacker<'_>) -> BTreeMap<String, usize> {
        let mut lengths: BTreeMap<String, usize> = BTreeMap::new();
        for draft in &self.drafts {
            if let Some(email) = attacker.whose(&draft.invitation) {
                let longest = lengths.entry(email.clone()).or_default();
                *longest = draft.steps().max(*longest);
            }
        }
        lengths
    }

    fn seen(&self) -> Seen<'_> {
        Seen { polled: &self.polled, copied: &self.copied, by_time: &self.by_time }
    }
}
