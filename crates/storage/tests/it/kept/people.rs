//! Reviews and raters.

use candour_domain::review::ReviewProgress;
use candour_domain::{
    Adviser, AdviserId, Asked, Assurance, BallotId, Delivery, DeliveryReason, Email, Person, RaterId, ReviewId,
    RoundId, Visibility,
};
use candour_storage::deliveries::Fared;
use candour_storage::invitations::Decoy;
use candour_storage::raters::ListedRater;
use candour_storage::{
    PageRequest, StorageError, Tenant, advisers, deliveries, invitations, raters, reviews, rounds, turnouts,
};
use candour_test_database::{Engine, on_both_engines};

use crate::database::{Database, Failure, Tested, at, bytes};
use crate::trust::{self, Trust, group, person};

on_both_engines! {
    a_review_in_every_state_of_progress,
    advisers_come_with_their_review,
    a_round_has_one_review_of_a_subject,
    scheduled_releases_are_due_from_their_time_on,
    the_review_released_last_is_that_of_the_same_person_in_another_round,
    a_rater,
    raters_are_listed_with_the_delivery_of_their_invitation_and_never_with_their_answer,
    who_waits_is_on_the_list_and_counts_nowhere,
    people_added_after_launch_are_counted_apart_once_they_have_answered,
    the_facilitator_agrees_to_a_hash_and_later_to_another,
}

/// A link that nobody has been sent.
fn decoy(byte: u8) -> Decoy {
    Decoy { link_hash: [byte; 32], sealed_link: vec![7; 60], sealed_draft: vec![7; 4137] }
}

fn a_review_in_every_state_of_progress(engine: Engine) -> Tested {
    let database = Database::new(engine)?;
    let trust = Trust::plant(&database, 1, 1)?;
    let states = [
        ReviewProgress::Counted,
        ReviewProgress::Scheduled(at(123_456)),
        ReviewProgress::Released(at(1)),
        ReviewProgress::Waiting,
    ];
    let id = ReviewId::from_random(bytes(1, 20));
    let mut review = trust::review(&trust, trust.draft_round, id, "head@trust.org.uk")?;
    let first = review.clone();
    database.write(trust.organisation, move |tenant| reviews::insert(tenant, &first))?;
    assert_eq!(database.read(trust.organisation, move |tenant| reviews::find(tenant, id))?, Some(review.clone()));
    for (number, progress) in states.into_iter().enumerate() {
        review.progress = progress;
        review.subject.person = person(&format!("Subject {number}"), &format!("subject{number}@trust.org.uk"))?;
        review.subject.role = format!("Role {number}");
        review.facilitator = person(&format!("Facilitator {number}"), &format!("facilitator{number}@trust.org.uk"))?;
        let next = review.clone();
        assert!(database.write(trust.organisation, move |tenant| reviews::update(tenant, &next))?);
        assert_eq!(database.read(trust.organisation, move |tenant| reviews::find(tenant, id))?, Some(review.clone()));
    }
    let all = database.read(trust.organisation, move |tenant| reviews::all(tenant, trust.draft_round))?;
    let draft = trust::review(&trust, trust.draft_round, trust.draft_review, "subject@trust.org.uk")?;
    let mut expected = [review.clone(), draft];
    expected.sort_by_key(|review| review.id);
    assert_eq!(all, expected);

    let addresses =
        [&review.facilitator.email, &review.subject.person.email, &Email::parse("facilitator0@trust.org.uk")?]
            .map(Clone::clone);
    let everybody = addresses
        .iter()
        .cloned()
        .map(|email| Visibility::Facilitated(email, Assurance::Proven))
        .chain(addresses.iter().cloned().map(Visibility::About));
    let mut lengths = Vec::new();
    for sees in everybody.chain([Visibility::Trust]) {
        let shown: Vec<_> = all.iter().filter(|review| sees.shows(review)).cloned().collect();
        lengths.push(shown.len());
        let list =
            move |tenant: &mut Tenant<'_>| reviews::list(tenant, trust.draft_round, &sees, &PageRequest::default());
        assert_eq!(database.read(trust.organisation, list)?.items, shown);
    }
    assert_eq!(lengths, [1, 0, 0, 0, 1, 0, 2]);
    for expected in [true, false] {
        assert_eq!(database.write(trust.organisation, move |tenant| reviews::delete(tenant, id))?, expected);
    }
    assert_eq!(database.read(trust.organisation, move |tenant| reviews::find(tenant, id))?, None);
    Ok(())
}

fn advisers_come_with_their_review(engine: Engine) -> Tested {
    let database = Database::new(engine)?;
    let trust = Trust::plant(&database, 1, 1)?;
    let adviser = |number, email: &str| {
        Ok::<_, Failure>(Adviser { id: AdviserId::from_random(bytes(1, number)), person: person("Vic", email)? })
    };
    let mut named = [adviser(70, "vic@trust.org.uk")?, adviser(71, "pat@else.example")?];
    named.sort_by_key(|adviser| adviser.id);
    for adviser in named.clone() {
        database.write(trust.organisation, move |tenant| advisers::insert(tenant, trust.review, &adviser))?;
    }
    let (again, vic) = (adviser(72, "vic@trust.org.uk")?, Email::parse("vic@trust.org.uk")?);
    let twice = again.clone();
    let refused = database.write(trust.organisation, move |tenant| advisers::insert(tenant, trust.review, &twice));
    assert!(matches!(refused, Err(StorageError::Conflict { .. })), "{refused:?}");
    database.write(trust.organisation, move |tenant| advisers::insert(tenant, trust.draft_review, &again))?;

    // However a review is read, and of no other.
    let all = database.read(trust.organisation, move |tenant| reviews::all(tenant, trust.round))?;
    let every = database.read(trust.organisation, reviews::every)?;
    let listed = database.read(trust.organisation, move |tenant| {
        reviews::list(tenant, trust.round, &Visibility::Trust, &PageRequest::default())
    })?;
    let found = database.read(trust.organisation, move |tenant| reviews::find(tenant, trust.review))?;
    for reviews in [&all, &every, &listed.items, &found.into_iter().collect::<Vec<_>>()] {
        let review = reviews.iter().find(|review| review.id == trust.review).ok_or("no review")?;
        assert_eq!(review.advisers, named);
    }
    assert!(all.iter().all(|review| review.id != trust.reported() || review.advisers.is_empty()));

    // A review and a round are there for anybody who advises on it.
    let sees = Visibility::Advised(vic, Assurance::Proven);
    let shown: Vec<_> = every.iter().filter(|review| sees.shows(review)).map(|review| review.round_id).collect();
    assert_eq!(shown.len(), 2);
    let (of_reviews, of_rounds) = (sees.clone(), sees);
    let theirs = database.read(trust.organisation, move |tenant| {
        reviews::list(tenant, trust.round, &of_reviews, &PageRequest::default())
    })?;
    assert_eq!(theirs.items.iter().map(|review| review.id).collect::<Vec<_>>(), [trust.review]);
    let rounds =
        database.read(trust.organisation, move |tenant| rounds::list(tenant, &of_rounds, &PageRequest::default()))?;
    let mut rounds: Vec<_> = rounds.items.iter().map(candour_domain::Round::id).collect();
    rounds.sort();
    let mut expected = [trust.round, trust.draft_round];
    expected.sort();
    assert_eq!(rounds, expected);

    let first = named[0].id;
    for expected in [true, false] {
        assert_eq!(database.write(trust.organisation, move |tenant| advisers::delete(tenant, first))?, expected);
    }
    assert_eq!(database.write(trust.organisation, move |tenant| advisers::delete_all(tenant, trust.review))?, 1);
    database.write(trust.organisation, move |tenant| reviews::delete(tenant, trust.draft_review))?;
    assert_eq!(database.rows("SELECT id FROM advisers")?.len(), 1, "they go with their review");
    Ok(())
}

fn a_round_has_one_review_of_a_subject(engine: Engine) -> Tested {
    let database = Database::new(engine)?;
    let trust = Trust::plant(&database, 1, 1)?;
    let twice = trust::review(&trust, trust.round, ReviewId::from_random(bytes(1, 20)), "subject@trust.org.uk")?;
    let refused = database.write(trust.organisation, move |tenant| reviews::insert(tenant, &twice));
    assert!(matches!(refused, Err(StorageError::Conflict { .. })), "{refused:?}");
    let missing = trust::review(&trust, trust.round, ReviewId::from_random(bytes(1, 21)), "nobody@trust.org.uk")?;
    assert!(!database.write(trust.organisation, move |tenant| reviews::update(tenant, &missing))?);
    let answered = database.write(trust.organisation, move |tenant| reviews::delete(tenant, trust.review));
    assert!(matches!(answered, Err(StorageError::Conflict { .. })), "{answered:?}");
    Ok(())
}

fn scheduled_releases_are_due_from_their_time_on(engine: Engine) -> Tested {
    let database = Database::new(engine)?;
    let (one, two) = (Trust::plant(&database, 1, 1)?, Trust::plant(&database, 2, 2)?);
    for (trust, progress) in [(one, ReviewProgress::Scheduled(at(20))), (two, ReviewProgress::Scheduled(at(10)))] {
        let mut review = trust.open_review()?;
        review.progress = progress;
        database.write(trust.organisation, move |tenant| reviews::update(tenant, &review))?;
        let mut released = trust::review(&trust, trust.draft_round, trust.draft_review, "subject@trust.org.uk")?;
        released.progress = ReviewProgress::Released(at(5));
        database.write(trust.organisation, move |tenant| reviews::update(tenant, &released))?;
    }
    let due = |now| database.read_system(move |system| reviews::due_for_release(system, now));
    assert_eq!(due(at(9))?, []);
    assert_eq!(due(at(10))?, [(two.organisation, two.review)]);
    assert_eq!(due(at(20))?, [(two.organisation, two.review), (one.organisation, one.review)]);
    Ok(())
}

fn the_review_released_last_is_that_of_the_same_person_in_another_round(engine: Engine) -> Tested {
    let database = Database::new(engine)?;
    let trust = Trust::plant(&database, 1, 1)?;
    let before = |email: &str, round| {
        let email = Email::parse(email)?;
        let found = database.read(trust.organisation, move |tenant| reviews::released_before(tenant, &email, round))?;
        Ok::<_, Failure>(found.map(|review| review.id))
    };
    for (round, review, progress) in [
        (trust.round, trust.review, ReviewProgress::Released(at(5))),
        (trust.draft_round, trust.draft_review, ReviewProgress::Released(at(6))),
    ] {
        let mut released = trust::review(&trust, round, review, "leader@trust.org.uk")?;
        released.progress = progress;
        database.write(trust.organisation, move |tenant| reviews::update(tenant, &released))?;
    }
    assert_eq!(
        before("leader@trust.org.uk", RoundId::from_random(bytes(1, 99)))?,
        Some(trust.draft_review),
        "the last"
    );
    assert_eq!(before("leader@trust.org.uk", trust.draft_round)?, Some(trust.review), "not of the round itself");
    assert_eq!(before("other@trust.org.uk", trust.draft_round)?, None);
    let mut counted = trust::review(&trust, trust.draft_round, trust.draft_review, "leader@trust.org.uk")?;
    counted.progress = ReviewProgress::Counted;
    database.write(trust.organisation, move |tenant| reviews::update(tenant, &counted))?;
    assert_eq!(
        before("leader@trust.org.uk", RoundId::from_random(bytes(1, 99)))?,
        Some(trust.review),
        "not what is not released"
    );
    Ok(())
}

fn a_rater(engine: Engine) -> Tested {
    let database = Database::new(engine)?;
    let trust = Trust::plant(&database, 1, 1)?;
    let id = RaterId::from_random(bytes(1, 20));
    let mut rater = trust::rater(&trust, (trust.draft_round, trust.draft_review, id), "zoe@trust.org.uk")?;
    // Once, letters of any language were taken before the @.
    rater.person.email = Email::stored("zoë.ångström@trust.org.uk");
    rater.group = group("headteachers");
    let kept = rater.clone();
    database.write(trust.organisation, move |tenant| raters::insert(tenant, &rater))?;
    assert_eq!(database.read(trust.organisation, move |tenant| raters::find(tenant, id))?, Some(kept.clone()));

    let mut expected = vec![
        kept.clone(),
        database.read(trust.organisation, move |tenant| raters::find(tenant, trust.uninvited))?.ok_or("gone")?,
    ];
    expected.sort_by_key(|rater| rater.id);
    assert_eq!(database.read(trust.organisation, move |tenant| raters::all(tenant, trust.draft_review))?, expected);
    assert_eq!(database.read(trust.organisation, move |tenant| raters::in_round(tenant, trust.draft_round))?, expected);
    let invited = database.read(trust.organisation, move |tenant| turnouts::invited(tenant, trust.draft_review))?;
    assert_eq!(invited, [(group("headteachers"), 1), (group("staff"), 1)]);

    let twice = candour_domain::Rater { id: RaterId::from_random(bytes(1, 21)), ..kept };
    let refused = database.write(trust.organisation, move |tenant| raters::insert(tenant, &twice));
    assert!(matches!(refused, Err(StorageError::Conflict { .. })), "one address, one rater: {refused:?}");
    for expected in [true, false] {
        assert_eq!(database.write(trust.organisation, move |tenant| raters::delete(tenant, id))?, expected);
    }
    assert_eq!(database.read(trust.organisation, move |tenant| raters::find(tenant, id))?, None);
    Ok(())
}

fn raters_are_listed_with_the_delivery_of_their_invitation_and_never_with_their_answer(engine: Engine) -> Tested {
    let database = Database::new(engine)?;
    let trust = Trust::plant(&database, 1, 1)?;
    let listed =
        |review| database.read(trust.organisation, move |tenant| raters::list(tenant, review, &PageRequest::default()));
    let before_launch = listed(trust.draft_review)?.items;
    assert_eq!(
        before_launch.iter().map(|listed| (listed.delivery, listed.withdrawn)).collect::<Vec<_>>(),
        [(None, false)]
    );

    for delivery in [Delivery::Queued, Delivery::Bounced, Delivery::Failed, Delivery::WrittenToFile, Delivery::Sent] {
        let both = [trust.answered.1, trust.pending.1];
        let why = (delivery == Delivery::Failed).then_some(DeliveryReason::MailboxFull);
        database.write(trust.organisation, move |tenant| invitations::set_delivery(tenant, &both, delivery, why))?;
        let seen = listed(trust.review)?.items;
        assert_eq!(seen.len(), 2);
        assert!(seen.iter().all(|rater| rater.delivery == Some(delivery) && !rater.withdrawn));
        assert!(seen.iter().all(|rater| rater.delivery_reason == why), "what is not known any more is not said");
        let fared = database.read(trust.organisation, move |tenant| deliveries::in_round(tenant, trust.round))?;
        assert_eq!(fared, [Fared { delivery, why, emails: 2 }]);
    }
    for (_, id) in [trust.answered, trust.pending] {
        database.write(trust.organisation, move |tenant| {
            invitations::withdraw(tenant, id, &decoy(9), &|hash| hash.map(|byte| !byte))
        })?;
    }
    let same = |listed: &ListedRater| (listed.delivery, listed.withdrawn);
    assert_eq!(listed(trust.review)?.items.iter().map(same).collect::<Vec<_>>(), [(Some(Delivery::Sent), true); 2]);
    let still = database.read(trust.organisation, move |tenant| turnouts::invited(tenant, trust.review))?;
    assert_eq!(still, [(group("staff"), 2)], "withdrawn people stay in the number");
    let fared = database.read(trust.organisation, move |tenant| deliveries::in_round(tenant, trust.round))?;
    assert_eq!(fared, [], "nobody writes to them");
    Ok(())
}

fn who_waits_is_on_the_list_and_counts_nowhere(engine: Engine) -> Tested {
    let database = Database::new(engine)?;
    let trust = Trust::plant(&database, 1, 1)?;
    let (id, review) = (RaterId::from_random(bytes(1, 20)), trust.review);
    let mut rater = trust::rater(&trust, (trust.round, review, id), "late@trust.org.uk")?;
    rater.group = group("headteachers");
    let waiting = rater.clone();
    let before = numbers(&database, &trust)?;
    database.write(trust.organisation, move |tenant| raters::insert_waiting(tenant, &rater))?;
    assert_eq!(numbers(&database, &trust)?, before);
    let on_list = || database.read(trust.organisation, move |tenant| raters::on_list(tenant, review));
    let of = |asked| -> Result<Vec<RaterId>, StorageError> {
        Ok(on_list()?.iter().filter(|listed| listed.asked == asked).map(|listed| listed.rater.id).collect())
    };
    assert_eq!(
        (of(Asked::AtLaunch)?, of(Asked::Later)?, of(Asked::Waiting)?),
        (vec![trust.pending.0], vec![trust.answered.0], vec![id])
    );
    let listed =
        database.read(trust.organisation, move |tenant| raters::list(tenant, review, &PageRequest::default()))?;
    assert_eq!(
        listed.items.iter().filter(|listed| listed.waiting).map(|listed| &listed.rater).collect::<Vec<_>>(),
        [&waiting]
    );

    for one in &listed.items {
        let (of, id) = (one.rater.review_id, one.rater.id);
        let alone = database.read(trust.organisation, move |tenant| raters::listed(tenant, of, id))?;
        assert_eq!(alone.as_ref(), Some(one), "one of them is as in the list");
        assert_eq!(one.invited, !one.waiting);
        let elsewhere =
            database.read(trust.organisation, move |tenant| raters::listed(tenant, trust.draft_review, id))?;
        assert_eq!(elsewhere, None);
    }
    let anybody = || {
        let waiting = database.read(trust.organisation, move |tenant| raters::waiting_in(tenant, &[review]))?;
        Ok::<_, Failure>(waiting.contains(&review))
    };
    assert!(anybody()?);

    let agreed = database.write(trust.organisation, move |tenant| raters::agree(tenant, review))?;
    assert_eq!(agreed, std::slice::from_ref(&waiting));
    assert!(!anybody()?);
    let corrected = Person { email: Email::parse("right@trust.org.uk")?, ..waiting.person.clone() };
    database.write(trust.organisation, move |tenant| raters::ask_again(tenant, trust.pending.0, &corrected))?;
    assert!(anybody()?, "to be asked again");
    assert_eq!(database.write(trust.organisation, move |tenant| raters::agree(tenant, review))?, [], "once");
    assert_eq!(of(Asked::Waiting)?, []);
    let invited = database.read(trust.organisation, move |tenant| turnouts::invited(tenant, review))?;
    assert_eq!(invited, [(group("headteachers"), 1), (group("staff"), 2)]);
    // The planted one of another review of the round is all that waits now.
    assert_eq!(database.write(trust.organisation, move |tenant| raters::delete_waiting(tenant, trust.round))?, 1);
    assert_eq!(database.read(trust.organisation, move |tenant| raters::find(tenant, trust.waiting()))?, None);
    assert_eq!(on_list()?.len(), 3, "whom the facilitator has agreed to stays");
    let withdrawn = database.write(trust.organisation, move |tenant| {
        invitations::withdraw(tenant, trust.pending.1, &decoy(10), &|_| [8; 32])?;
        raters::on_list(tenant, review)
    })?;
    assert_eq!(
        withdrawn.iter().filter(|listed| listed.withdrawn).map(|listed| listed.rater.id).collect::<Vec<_>>(),
        [trust.pending.0]
    );
    assert!(!anybody()?, "who was withdrawn waits for nothing");
    Ok(())
}

/// What else there is to be read about who is asked in the planted review and its round.
fn numbers(database: &Database, trust: &Trust) -> Result<(usize, usize, usize, u32), StorageError> {
    let trust = *trust;
    database.read(trust.organisation, move |tenant| {
        let invited = turnouts::invited(tenant, trust.review)?.iter().map(|(_, count)| count).sum();
        let (all, in_round) = (raters::all(tenant, trust.review)?.len(), raters::in_round(tenant, trust.round)?.len());
        Ok((all, in_round, invitations::outstanding(tenant, trust.round)?.len(), invited))
    })
}

fn people_added_after_launch_are_counted_apart_once_they_have_answered(engine: Engine) -> Tested {
    let database = Database::new(engine)?;
    let trust = Trust::plant(&database, 1, 1)?;
    let later = || database.read(trust.organisation, move |tenant| turnouts::asked_later(tenant, trust.review));
    let responded = || database.read(trust.organisation, move |tenant| turnouts::responded(tenant, trust.review));
    assert_eq!((later()?, responded()?), (vec![(group("staff"), 1)], vec![(group("staff"), 1)]));
    // Somebody who was asked at launch answers, and somebody who was added does not.
    let id = RaterId::from_random(bytes(1, 20));
    let silent = trust::rater(&trust, (trust.round, trust.review, id), "late@trust.org.uk")?;
    let invitation = trust.invitation((id, candour_domain::InvitationId::from_random(bytes(1, 21))), 300);
    let answer = trust.casting(trust.pending.1, [9; 32], BallotId::from_random(bytes(1, 22)), b"an answer");
    assert!(database.cast(trust.organisation, answer)?);
    database.write(trust.organisation, move |tenant| {
        raters::insert_waiting(tenant, &silent)?;
        raters::agree(tenant, trust.review)?;
        invitations::insert_all(tenant, &[invitation])
    })?;
    assert_eq!((later()?, responded()?), (vec![(group("staff"), 1)], vec![(group("staff"), 2)]));
    database.write(trust.organisation, move |tenant| {
        invitations::withdraw(tenant, trust.answered.1, &decoy(11), &|_| [8; 32])
    })?;
    assert_eq!(later()?, [(group("staff"), 1)], "an answer stays when its rater is withdrawn");
    Ok(())
}

fn the_facilitator_agrees_to_a_hash_and_later_to_another(engine: Engine) -> Tested {
    let database = Database::new(engine)?;
    let trust = Trust::plant(&database, 1, 1)?;
    let digest = || database.read(trust.organisation, move |tenant| reviews::agreed_digest(tenant, trust.review));
    assert_eq!(digest()?, None);
    for agreed in ["a", "b"] {
        assert!(database.write(trust.organisation, move |tenant| reviews::set_agreed_digest(
            tenant,
            trust.review,
            agreed
        ))?);
        assert_eq!(digest()?.as_deref(), Some(agreed));
    }
    let (review, nobody) = (trust.open_review()?, ReviewId::from_random(bytes(1, 99)));
    database.write(trust.organisation, move |tenant| reviews::update(tenant, &review))?;
    assert_eq!(digest()?.as_deref(), Some("b"), "it stays when the review moves on");
    assert!(!database.write(trust.organisation, move |tenant| reviews::set_agreed_digest(tenant, nobody, "c"))?);
    Ok(())
}
