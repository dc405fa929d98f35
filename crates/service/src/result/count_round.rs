//! The count: opens the ballots of a closed round, shuffles and analyses them, keeps the result, and deletes the
//! ballots.

use std::num::NonZeroUsize;
use std::sync::Arc;
use std::thread::available_parallelism;
use std::time::Duration;

use candour_analytics::audit::Budget;
use candour_analytics::{CountInput, certified_result};
use candour_domain::audit::{Action, Actor, Target};
use candour_domain::{Framework, GroupId, OrganisationId, Rater, Review, Round, RoundId, RoundState};
use candour_seal::{BundleKey, OpenedBallots, PrivateKey, ServerKey};
use candour_storage::bundles::{self, SealedBundle};
use candour_storage::{
    StorageError, accounts, ballots, frameworks, progress_snapshots, raters, results, reviews, rounds, turnouts,
};
use rand::seq::SliceRandom;
use serde_json::json;

use crate::app::App;
use crate::audit;
use crate::entropy;
use crate::error::Error;
use crate::job::Job;
use crate::result::read_ballots::{asked_at_least, read_ballots};
use crate::round::previous_round::PreviousRound;
use crate::round::setup_round;
use crate::settle::settle;
use crate::sha256::sha256_hex;

/// Counts every review of a closed round that has no result yet. Counting again changes nothing, and of two nodes that
/// count at the same time the first to be done with a review stores its result.
///
/// The ballots of a closed round do not change, so they are opened and analysed outside the transaction. One
/// transaction per review then stores the result and the re-sealed answers and deletes the ballots: a crash leaves all
/// of it or none.
///
/// # Guarantee
/// When the round says that it has been counted, its keys are gone from the database, and with them every way to open a
/// ballot or a draft of it, wherever one lingers. In SQLite's file and log there is none left either.
///
/// # Errors
/// [`Error::Clock`] when it is not sure what time it is; [`Error`] when no ballot of a review opens, the auditor
/// refuses a result, or something cannot be stored. Reviews of which that is true stay as they were, with their
/// ballots. A single ballot that cannot be read is left out, and the audit log and an error say how many were.
pub async fn count_round(app: &App, organisation: OrganisationId, id: RoundId) -> Result<(), Error> {
    let found = app
        .storage
        .read(organisation, move |tenant| {
            let Some(round) = rounds::find(tenant, id)? else { return Ok(None) };
            let framework = frameworks::find(tenant, round.record().framework_id)?
                .ok_or(Error::Internal("a round without its framework"))?;
            Ok::<_, Error>(Some((reviews::all(tenant, id)?, round, framework, rounds::keys(tenant, id)?)))
        })
        .await?;
    let Some((all, round, framework, keys)) = found else { return Ok(()) };
    if round.state() != RoundState::Closed {
        return Ok(());
    }
    settle(app).await?;
    // Without keys every review has been counted, and what came after was cut off.
    if let Some(keys) = keys {
        let private = PrivateKey::open(&app.key, id, &keys.sealed_private)?;
        let closed = Arc::new(Closed { round, framework, private, key: app.key.clone() });
        let mut refused = None;
        for review in all {
            // One that cannot be counted does not hold up the others.
            if let Err(error) = count_review(app, &closed, review).await {
                refused = refused.or(Some(error));
            }
        }
        if let Some(error) = refused {
            return Err(error);
        }
        let now = settle(app).await?;
        app.storage.write(organisation, move |tenant| rounds::destroy_keys(tenant, id, now)).await?;
    }
    // Before anybody is told that the round has been counted, what was deleted is off the disk.
    take_off_the_disk(app).await?;
    let now = settle(app).await?.at();
    app.storage
        .write(organisation, move |tenant| {
            let round = rounds::find(tenant, id)?.ok_or(Error::NotFound)?;
            // Another node that had lost its lease was at it too, and quicker.
            if round.state() != RoundState::Closed {
                return Ok(());
            }
            setup_round::store_next_state(tenant, &round.counted()?)?;
            // Nothing else tells the facilitator and the advisers that there is something to read.
            for review in reviews::all(tenant, id)? {
                let readers = std::iter::once(None).chain(review.advisers.iter().map(|adviser| Some(adviser.id)));
                for adviser in readers {
                    let whose = adviser.map_or_else(|| review.id.to_string(), |adviser| adviser.to_string());
                    let mail = Job::CountedMail { review: review.id, adviser };
                    mail.enqueue(tenant, now, Some(format!("counted:{whose}")))?;
                }
            }
            for administrator in accounts::administrators(tenant)? {
                let administrator = administrator.id;
                let mail = Job::RoundCountedMail { round: id, administrator };
                mail.enqueue(tenant, now, Some(format!("round-counted:{id}:{administrator}")))?;
            }
            // From here on progress is the number of the count.
            progress_snapshots::delete(tenant, id)?;
            audit::record(tenant, Actor::Worker, Action::RoundCounted, Target::Round(id), json!({}), now)?;
            Ok::<_, Error>(())
        })
        .await
}

/// Somebody who reads at this moment holds it up, and is done a moment later.
async fn take_off_the_disk(app: &App) -> Result<(), Error> {
    for _ in 0..10 {
        match app.storage.forget_order().await {
            Err(StorageError::Unavailable(_)) => tokio::time::sleep(Duration::from_millis(50)).await,
            done => return Ok(done?),
        }
    }
    Ok(app.storage.forget_order().await?)
}

async fn count_review(app: &App, closed: &Arc<Closed>, review: Review) -> Result<(), Error> {
    let (organisation, id) = (review.organisation_id, review.id);
    let (closed, of) = (Arc::clone(closed), review.clone());
    let (round, subject) = (Arc::clone(&closed), review.clone());
    let ballot_box = app
        .storage
        .read(organisation, move |tenant| {
            if results::find(tenant, id)?.is_some() {
                return Ok(None);
            }
            let people = raters::all(tenant, id)?;
            let previous = PreviousRound::find(tenant, &subject, &people, &round.round.record().groups)?;
            let (invited, later) = (turnouts::invited(tenant, id)?, turnouts::asked_later(tenant, id)?);
            Ok::<_, Error>(Some(SealedReview { sealed: ballots::all(tenant, id)?, people, invited, later, previous }))
        })
        .await?;
    let Some(ballot_box) = ballot_box else { return Ok(()) };
    // Off the threads that answer requests: ten thousand ballots take a second.
    let counting = tokio::task::spawn_blocking(move || count(&closed, &of, &ballot_box)).await;
    // A panic is reported by its own hook; its message may quote answers and is not repeated here.
    let Counted { document, sha256, bundle, ballots: expected, left_out } =
        counting.unwrap_or_else(|_panic| Err(Error::Internal("the count panicked")))?;
    let now = settle(app).await?;
    app.storage
        .write(organisation, move |tenant| {
            if results::find(tenant, id)?.is_some() {
                return Ok(());
            }
            results::insert(tenant, id, &document, &sha256, now.at())?;
            bundles::insert(tenant, id, &bundle)?;
            if ballots::delete_review(tenant, id, now)? != expected {
                return Err(Error::Internal("the ballots changed during the count"));
            }
            reviews::update(tenant, &review.counted()?)?;
            if left_out > 0 {
                tracing::error!(review = %id, left_out, "ballots that cannot be read were left out of a count");
                let detail = json!({"left_out": left_out, "counted": expected - left_out});
                audit::record(
                    tenant,
                    Actor::Worker,
                    Action::ReviewBallotsLeftOut,
                    Target::Review(id),
                    detail,
                    now.at(),
                )?;
            }
            Ok(())
        })
        .await
}

/// A closed round and what opens its ballots.
struct Closed {
    round: Round,
    framework: Framework,
    private: PrivateKey,
    /// The server key, under which the keys of bundles are kept.
    key: Arc<ServerKey>,
}

/// What there is to count of a review.
struct SealedReview {
    sealed: Vec<Vec<u8>>,
    people: Vec<Rater>,
    invited: Vec<(GroupId, u32)>,
    /// How many of the ballots are of people who were asked after the launch.
    later: Vec<(GroupId, u32)>,
    previous: Option<PreviousRound>,
}

/// What is kept of it.
struct Counted {
    document: String,
    sha256: String,
    bundle: SealedBundle,
    /// How many ballots there were.
    ballots: usize,
    /// How many of them cannot be opened, or are of no group of the round.
    left_out: usize,
}

fn count(closed: &Closed, review: &Review, ballot_box: &SealedReview) -> Result<Counted, Error> {
    let (Closed { round, framework, private, key }, SealedReview { sealed, people, invited, later, previous }) =
        (closed, ballot_box);
    let mut rng = entropy::system();
    let threads = available_parallelism().unwrap_or(NonZeroUsize::MIN);
    let OpenedBallots { mut opened, closed } = candour_seal::open_ballots(private, review.id, sealed, threads)?;
    opened.shuffle(&mut rng);
    let read = read_ballots(&opened, people, round, framework)?;
    let (left_out, invited) = (closed + read.left_out, asked_at_least(invited, &read.ballots, round));
    let previous = previous.as_ref().map(PreviousRound::as_previous);
    let input = CountInput {
        review,
        round: round.record(),
        framework,
        invited: &invited,
        later,
        ballots: read.ballots,
        previous,
    };
    let document = certified_result(input, Budget::DEFAULT, &mut rng)?.into_json();
    let sha256 = sha256_hex(&document);
    let bundle_key = BundleKey::generate(&mut rng);
    let bundle = SealedBundle {
        answers: candour_seal::seal_bundle(&bundle_key, review.id, &opened, &mut rng)?,
        key: bundle_key.seal(key, review.id, &mut rng)?,
    };
    Ok(Counted { document, sha256, bundle, ballots: sealed.len(), left_out })
}
