//! Ballots that are cast at the same time: each goes in once or not at all, none for the sake of another, and nothing
//! tells in which order.

use candour_domain::{BallotId, InvitationId};
use candour_storage::ballots::Casting;
use candour_storage::{Storage, StorageError};
use candour_test_database::{Engine, on_both_engines};
use tokio::task::{JoinHandle, JoinSet};

use crate::database::{Database, Failure, Tested, bytes};
use crate::links;
use crate::trust::Trust;
use crate::writer::{occupy, queue_up};

on_both_engines! {
    ballots_cast_at_once_all_go_in_once,
    a_ballot_that_conflicts_is_refused_alone,
    a_round_that_takes_no_answers_any_more_is_asked_about_each_ballot,
    a_ballot_is_cast_although_its_caller_has_gone,
    ballots_are_cast_after_a_runtime_has_ended_in_the_middle,
    ballots_are_cast_although_the_runtime_of_their_request_has_ended,
}

/// People beside the planted ones.
const PEOPLE: std::ops::Range<u16> = 20..60;

/// A trust whose open round asks all of them.
fn invited(engine: Engine) -> Result<(Database, Trust), Failure> {
    let database = Database::new(engine)?;
    let trust = Trust::plant(&database, 1, 1)?;
    for number in PEOPLE {
        let (rater, new) = links::somebody(trust, number)?;
        links::add(&database, trust, rater, new)?;
    }
    Ok((database, trust))
}

fn invitation(trust: Trust, number: u16) -> Result<InvitationId, Failure> {
    Ok(links::somebody(trust, number)?.1.invitation.id)
}

/// Bytes that are in no order.
fn mixed(number: u16) -> [u8; 16] {
    bytes(u8::try_from(number * 37 % 256).unwrap_or(0), number)
}

fn casting(trust: Trust, number: u16) -> Result<Casting, Failure> {
    let (half, id) = (mixed(number).map(|byte| !byte), BallotId::from_random(mixed(number)));
    let spent_hash = std::array::from_fn(|at| half.get(at % 16).copied().unwrap_or(0));
    let (round, review, invitation) = (trust.open_round(), trust.review, invitation(trust, number)?);
    Ok(Casting { round, review, invitation, spent_hash, id, sealed: format!("sealed {number}").into_bytes() })
}

fn cast(storage: &Storage, trust: Trust, casting: Casting, welcome: bool) -> JoinHandle<Result<bool, StorageError>> {
    let storage = storage.clone();
    tokio::spawn(async move { storage.cast(trust.organisation, casting, move |_round| welcome).await })
}

fn ballots(database: &Database, trust: Trust) -> Result<i64, Failure> {
    database.raw()?.number(&format!("SELECT count(*) FROM ballots WHERE review_id = '{}'", trust.review))
}

fn used(database: &Database) -> Result<i64, Failure> {
    database.raw()?.number("SELECT count(*) FROM invitations WHERE used")
}

/// Two clicks of everybody, all while another change holds the trust.
fn ballots_cast_at_once_all_go_in_once(engine: Engine) -> Tested {
    let (database, trust) = invited(engine)?;
    let before = (ballots(&database, trust)?, used(&database)?, database.rows("SELECT hash FROM spent_links")?.len());
    let storage = database.storage();
    let said = database.run(async {
        let (first, release) = occupy(storage, trust.organisation).await;
        let mut clicks = JoinSet::new();
        for number in PEOPLE.chain(PEOPLE) {
            let click = casting(trust, number)?;
            let storage = storage.clone();
            clicks.spawn(async move { (number, storage.cast(trust.organisation, click, |_round| true).await) });
        }
        queue_up().await;
        drop(release);
        first.await??;
        Ok::<_, Failure>(clicks.join_all().await)
    })?;
    for number in PEOPLE {
        let mut of_this: Vec<_> = said.iter().filter(|(who, _)| *who == number).map(|(_, cast)| cast.clone()).collect();
        of_this.sort_by_key(|cast| *cast == Ok(true));
        assert_eq!(of_this, [Ok(false), Ok(true)], "the second click of {number} changes nothing");
    }
    let all = i64::try_from(PEOPLE.len())?;
    let tombstones = database.rows("SELECT hash FROM spent_links")?.len();
    assert_eq!(
        (ballots(&database, trust)?, used(&database)?, tombstones),
        (before.0 + all, before.1 + all, before.2 + PEOPLE.len())
    );
    if engine == Engine::Postgres {
        // All but the first shared a transaction, in which they lie in the order of their random ids.
        let look = database.raw()?;
        let lying = look.texts(
            "SELECT id FROM ballots WHERE xmin IN (SELECT xmin FROM ballots GROUP BY xmin HAVING count(*) > \
             9) ORDER BY ctid",
        )?;
        assert!(lying.len() >= PEOPLE.len() - 1, "{lying:?}");
        let mut sorted = lying.clone();
        sorted.sort();
        assert_eq!(lying, sorted);
    }
    Ok(())
}

fn a_ballot_that_conflicts_is_refused_alone(engine: Engine) -> Tested {
    let (database, trust) = invited(engine)?;
    let before = (ballots(&database, trust)?, used(&database)?);
    let storage = database.storage();
    let (first, said) = database.run(async {
        let first = cast(storage, trust, casting(trust, 20)?, true).await?;
        let (busy, release) = occupy(storage, trust.organisation).await;
        let mut under_way = Vec::new();
        for number in 21..30 {
            let mut casting = casting(trust, number)?;
            if number == 25 {
                casting.id = BallotId::from_random(mixed(20));
            }
            under_way.push((number, cast(storage, trust, casting, true)));
        }
        queue_up().await;
        drop(release);
        busy.await??;
        let mut said = Vec::new();
        for (number, cast) in under_way {
            said.push((number, cast.await?));
        }
        Ok::<_, Failure>((first, said))
    })?;
    assert_eq!(first, Ok(true));
    for (number, cast) in said {
        if number == 25 {
            assert!(matches!(cast, Err(StorageError::Conflict { .. })), "{cast:?}");
        } else {
            assert_eq!(cast, Ok(true), "{number}");
        }
    }
    assert_eq!((ballots(&database, trust)?, used(&database)?), (before.0 + 9, before.1 + 9));
    let link = trust.invitation((trust.pending.0, invitation(trust, 25)?), 25).link_hash;
    let works = database.read_system(move |system| candour_storage::invitations::behind_link(system, &link))?;
    assert!(works.is_some(), "who was refused can try again");
    Ok(())
}

fn a_round_that_takes_no_answers_any_more_is_asked_about_each_ballot(engine: Engine) -> Tested {
    let (database, trust) = invited(engine)?;
    let before = database.rows_of(trust.organisation)?;
    let storage = database.storage();
    let said = database.run(async {
        let late = cast(storage, trust, casting(trust, 20)?, false);
        let mut outdated = casting(trust, 21)?;
        outdated.round = crate::trust::round(&trust, trust.round, |record| record.revision += 1);
        let outdated = cast(storage, trust, outdated, true);
        Ok::<_, Failure>((late.await?, outdated.await?))
    })?;
    assert_eq!(said, (Ok(false), Ok(false)));
    assert_eq!(database.rows_of(trust.organisation)?, before);
    Ok(())
}

fn a_ballot_is_cast_although_its_caller_has_gone(engine: Engine) -> Tested {
    let (database, trust) = invited(engine)?;
    let before = ballots(&database, trust)?;
    let storage = database.storage();
    database.run(async {
        let (first, release) = occupy(storage, trust.organisation).await;
        let gone = cast(storage, trust, casting(trust, 20)?, true);
        queue_up().await;
        gone.abort();
        assert!(gone.await.is_err_and(|error| error.is_cancelled()));
        drop(release);
        first.await??;
        assert_eq!(cast(storage, trust, casting(trust, 21)?, true).await?, Ok(true));
        Ok::<_, Failure>(())
    })?;
    assert_eq!(ballots(&database, trust)?, before + 2);
    Ok(())
}

/// Casts in a runtime of its own, which ends while the ballot waits.
fn cast_and_end(storage: &Storage, trust: Trust, number: u16) -> Tested {
    let (storage, casting) = (storage.clone(), casting(trust, number)?);
    let ended = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(async {
            let under_way = cast(&storage, trust, casting, true);
            queue_up().await;
            under_way.abort();
        });
        runtime.shutdown_background();
        Ok::<_, std::io::Error>(())
    });
    Ok(ended.join().map_err(|_panic| "the other runtime panicked")??)
}

/// The storage was opened outside any runtime and outlives the one whose task saw to the ballots.
fn ballots_are_cast_after_a_runtime_has_ended_in_the_middle(engine: Engine) -> Tested {
    let (database, trust) = invited(engine)?;
    let storage = database.storage();
    let busy = database.run(async {
        let (busy, release) = occupy(storage, trust.organisation).await;
        cast_and_end(storage, trust, 20)?;
        drop(release);
        Ok::<_, Failure>(busy)
    })?;
    database.run(busy)??;
    let later = database.run(async { Ok::<_, Failure>(cast(storage, trust, casting(trust, 21)?, true).await?) })?;
    assert_eq!(later, Ok(true));
    Ok(())
}

/// A service that stops ends its threads one after another; the task that casts the ballots of all of them lives as
/// long as the storage's runtime.
fn ballots_are_cast_although_the_runtime_of_their_request_has_ended(engine: Engine) -> Tested {
    let (database, trust) = invited(engine)?;
    let before = ballots(&database, trust)?;
    let storage = database.run(async { Storage::connect(&database.url(), 2) })?;
    database.run(async {
        let (busy, release) = occupy(&storage, trust.organisation).await;
        cast_and_end(&storage, trust, 20)?;
        let other = cast(&storage, trust, casting(trust, 21)?, true);
        drop(release);
        busy.await??;
        assert_eq!(other.await?, Ok(true));
        Ok::<_, Failure>(())
    })?;
    assert_eq!(ballots(&database, trust)?, before + 2);
    Ok(())
}
