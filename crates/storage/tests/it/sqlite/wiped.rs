//! What is left on the disk after something was deleted: nothing of it; and after the tables were rewritten: nothing of
//! the order in which answers came.

use candour_domain::{BallotId, InvitationId, RaterId};
use candour_storage::{ballots, drafts, invitations, raters};
use candour_test_database::Engine;

use super::{copy, log};
use crate::database::{Database, Failure, Tested, at, bytes, settled};
use crate::trust::{self, Trust, noise};

/// Enough for several pages of each table.
const PEOPLE: std::ops::Range<u16> = 1000..1090;

#[test]
fn a_link_is_off_the_disk_once_the_database_has_been_written_anew() -> Tested {
    let (database, trust) = invited()?;
    for number in shuffled(7) {
        answer(&database, trust, number)?;
    }
    database.run(database.storage().forget_order())?;
    assert_eq!(found(&database, secrets(trust, shuffled(7)))?, Vec::<String>::new());
    Ok(())
}

#[test]
fn a_link_is_off_the_disk_once_the_log_has_been_emptied() -> Tested {
    let (database, trust) = invited()?;
    for number in shuffled(7) {
        answer(&database, trust, number)?;
    }
    database.checkpoint()?;
    assert_eq!(found(&database, secrets(trust, shuffled(7)))?, Vec::<String>::new());
    assert_eq!(std::fs::metadata(log(&database))?.len(), 0);
    Ok(())
}

/// The same look finds what is there, or the two above would prove nothing.
#[test]
fn a_link_that_works_is_on_the_disk() -> Tested {
    let (database, trust) = invited()?;
    assert_eq!(found(&database, secrets(trust, PEOPLE))?.len(), 2 * PEOPLE.len());
    Ok(())
}

#[test]
fn closing_a_round_wipes_links_and_drafts_and_a_count_wipes_ballots() -> Tested {
    let (database, trust) = invited()?;
    let mut wiped = secrets(trust, PEOPLE);
    for number in shuffled(3) {
        wiped.push((format!("ballot {number}"), ballot(trust, number)));
        answer(&database, trust, number)?;
    }
    database.write(trust.organisation, move |tenant| {
        invitations::close_round(tenant, trust.round, &|hash| hash.map(|byte| byte ^ 0xA5), settled(at(9)))?;
        drafts::delete_round(tenant, trust.round, settled(at(9)))?;
        ballots::delete_review(tenant, trust.review, settled(at(9)))
    })?;
    database.run(database.storage().forget_order())?;
    assert_eq!(found(&database, wiped)?, Vec::<String>::new());
    Ok(())
}

/// Two databases with the same rows, in which people answered in another order, are the same file. The header's first
/// 100 bytes count commits and are left out.
#[test]
fn guarantee_the_file_does_not_tell_who_answered_first() -> Tested {
    let (planted, trust) = invited()?;
    let files = [shuffled(7), shuffled(11)].map(|order| -> Result<Vec<u8>, Failure> {
        let database = copy(&planted)?;
        for number in order {
            answer(&database, trust, number)?;
        }
        database.run(database.storage().forget_order())?;
        Ok(std::fs::read(database.path())?)
    });
    let [one, other] = files;
    let (one, other) = (one?, other?);
    assert_ne!(shuffled(7), shuffled(11));
    assert_eq!(one.len(), other.len());
    let differs = (100..one.len()).find(|&place| one.get(place) != other.get(place));
    assert_eq!(differs, None, "the files differ from this byte on");
    Ok(())
}

/// A round in which everybody has a link and a draft.
fn invited() -> Result<(Database, Trust), Failure> {
    let database = Database::new(Engine::Sqlite)?;
    let trust = Trust::plant(&database, 1, 1)?;
    for number in PEOPLE {
        let id = RaterId::from_random(bytes(1, number));
        let rater = trust::rater(&trust, (trust.round, trust.review, id), &format!("rater{number}@trust.org.uk"))?;
        let invitation = trust.invitation((id, InvitationId::from_random(bytes(1, number))), number);
        database.write(trust.organisation, move |tenant| {
            raters::insert(tenant, &rater)?;
            let id = invitation.invitation.id;
            invitations::insert_all(tenant, &[invitation])?;
            drafts::put(tenant, id, &draft(trust, number))
        })?;
    }
    Ok((database, trust))
}

/// They send their answers.
fn answer(database: &Database, trust: Trust, number: u16) -> Tested {
    let (id, spent_hash) =
        (InvitationId::from_random(bytes(1, number)), trust.link_hash(number).map(|byte| byte ^ 0xA5));
    let casting = trust.casting(id, spent_hash, BallotId::from_random(bytes(2, number)), &ballot(trust, number));
    if database.cast(trust.organisation, casting)? { Ok(()) } else { Err("the link did not work".into()) }
}

fn draft(trust: Trust, number: u16) -> Vec<u8> {
    noise(trust.organisation, 5000 + number).repeat(20)
}

fn ballot(trust: Trust, number: u16) -> Vec<u8> {
    noise(trust.organisation, 9000 + number).repeat(8)
}

/// What must not be found of these people once they have answered.
fn secrets(trust: Trust, people: impl IntoIterator<Item = u16>) -> Vec<(String, Vec<u8>)> {
    people
        .into_iter()
        .flat_map(|number| {
            let (hash, sealed) = (trust.link_hash(number), noise(trust.organisation, 5000 + number));
            [(format!("link {number}"), hash.to_vec()), (format!("draft {number}"), sealed.to_vec())]
        })
        .collect()
}

/// The names of the secrets that are in the file or in its log.
fn found(database: &Database, secrets: Vec<(String, Vec<u8>)>) -> Result<Vec<String>, Failure> {
    let mut disk = std::fs::read(database.path())?;
    disk.extend(std::fs::read(log(database))?);
    let windows: std::collections::HashSet<_> = disk.windows(16).collect();
    let there = |secret: &[u8]| secret.get(8..24).is_some_and(|middle| windows.contains(middle));
    Ok(secrets.into_iter().filter(|(_, secret)| there(secret)).map(|(name, _)| name).collect())
}

/// Two thirds of the people, always the same ones, in an order that the seed decides.
fn shuffled(seed: u16) -> Vec<u16> {
    let mut people: Vec<_> = PEOPLE.filter(|number| number % 3 != 0).collect();
    people.sort_by_key(|number| number.wrapping_mul(seed).wrapping_mul(40_503));
    people
}
