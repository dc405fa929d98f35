use super::*;
use crate::clock::tests::settled;

type Outcome = Result<(), Box<dyn std::error::Error>>;

pub(super) fn at(day: i64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::days(20_000 + day)
}

fn draft() -> Result<Round, RoundError> {
    Round::draft(
        (RoundId::from_random([1; 16]), OrganisationId::from_random([2; 16])),
        " CEO review 2027 ",
        FrameworkId::from_random([3; 16]),
        (AnonymityPolicy::default(), RaterGroups::standard()),
        at(30),
        at(0),
    )
}

pub(crate) fn in_state(state: RoundState) -> Result<Round, RoundError> {
    let mut record = draft()?.record().clone();
    record.state = state;
    record.launched_at = (state != RoundState::Draft).then_some(at(1));
    Ok(Round::from_record(record))
}

#[test]
fn a_round_lives_from_draft_to_released() -> Outcome {
    let round = draft()?;
    assert_eq!(
        (round.record().title.as_str(), round.state(), round.record().revision),
        ("CEO review 2027", RoundState::Draft, 1)
    );
    let open = round.launch(true, RetentionPolicy::default(), at(1))?;
    assert_eq!((open.state(), open.record().launched_at, open.record().revision), (RoundState::Open, Some(at(1)), 2));
    assert_eq!(
        open.record().retention.promised,
        Some(RetentionPolicy::default()),
        "what raters read does not change any more"
    );
    assert!(open.record().advisers_promised && !round.record().advisers_promised, "they read it once it is launched");
    let extended = open.extend(at(40), at(2))?;
    assert_eq!(extended.record().closes_at, at(40));
    let closed = extended.close(settled(at(40)))?;
    assert_eq!(closed.record().closed_at, Some(at(40)));
    let released = closed.counted()?.released()?;
    assert_eq!((released.state(), released.record().revision), (RoundState::Released, 6));
    Ok(())
}

#[test]
fn every_other_move_is_refused_by_name() -> Outcome {
    for state in RoundState::ALL {
        let round = in_state(state)?;
        if state != RoundState::Draft {
            assert_eq!(round.launch(true, RetentionPolicy::default(), at(1)), Err(RoundError::NotDraft(state)));
            assert_eq!(round.change(RoundChange::default(), at(1)), Err(RoundError::Frozen));
            assert_eq!(round.require_deletable(), Err(RoundError::NotDeletable(state)));
        }
        if state != RoundState::Open {
            assert_eq!(round.close(settled(at(1))), Err(RoundError::NotOpen(state)));
            assert_eq!(round.extend(at(50), at(1)), Err(RoundError::NotOpen(state)));
            assert_eq!(round.require_answers_welcome(at(1)), Err(RoundError::NotOpen(state)));
        }
        if state != RoundState::Closed {
            assert_eq!(round.counted(), Err(RoundError::NotClosed(state)));
        }
        if state != RoundState::Counted {
            assert_eq!(round.released(), Err(RoundError::NotCounted(state)));
        }
        if !matches!(state, RoundState::Draft | RoundState::Open) {
            assert_eq!(round.cancel(settled(at(1))), Err(RoundError::NotCancellable(state)));
            assert_eq!(round.require_raters_welcome(), Err(RoundError::NotOpen(state)));
            assert_eq!(round.require_agreement_welcome(), Err(RoundError::NotOpen(state)));
        }
    }
    Ok(())
}

#[test]
fn answers_stop_at_the_deadline_even_before_anybody_closes_the_round() -> Outcome {
    let open = draft()?.launch(true, RetentionPolicy::default(), at(1))?;
    assert_eq!(open.require_answers_welcome(at(29)), Ok(()));
    assert_eq!(open.require_answers_welcome(at(30)), Err(RoundError::NotOpen(RoundState::Closed)));
    assert_eq!(open.extend(at(40), at(30)), Err(RoundError::NotOpen(RoundState::Closed)));
    Ok(())
}

#[test]
fn deadlines_and_titles_have_limits() -> Outcome {
    let round = draft()?;
    let to = |closes_at| RoundChange { closes_at: Some(closes_at), ..RoundChange::default() };
    assert_eq!(round.change(to(at(0)), at(0)), Err(RoundError::Deadline));
    assert_eq!(round.change(to(at(400)), at(0)), Err(RoundError::Deadline));
    // As long as it is a draft, and as an extension.
    let leap: DateTime<Utc> = "2024-10-23T23:59:60Z".parse()?;
    assert_eq!(round.change(to(leap), at(0)), Err(RoundError::LeapSecond));
    assert_eq!(round.change(to("2024-10-23T23:59:59.999Z".parse()?), at(0)).map(|_| ()), Ok(()));
    let leap = "2024-11-10T23:59:60.5Z".parse()?;
    assert_eq!(round.launch(true, RetentionPolicy::default(), at(1))?.extend(leap, at(2)), Err(RoundError::LeapSecond));
    assert_eq!(round.launch(true, RetentionPolicy::default(), at(31)), Err(RoundError::Deadline));
    assert_eq!(round.launch(false, RetentionPolicy::default(), at(1)), Err(RoundError::NotReady));
    assert_eq!(round.launch(true, RetentionPolicy::default(), at(1))?.extend(at(30), at(2)), Err(RoundError::NotLater));
    let title = RoundChange { title: Some(" ".to_owned()), ..RoundChange::default() };
    assert_eq!(round.change(title, at(0)), Err(RoundError::Title));
    Ok(())
}

#[test]
fn nobody_is_reminded_twice_within_the_quiet_time() -> Outcome {
    let open = in_state(RoundState::Open)?;
    let (then, hours) = (at(2), |hours: i64| at(2) + TimeDelta::hours(hours));
    assert_eq!(open.require_reminder_welcome(None, then), Ok(()));
    let recently = Err(RoundError::RemindedRecently { hours: 24, from: at(3) });
    for now in [then - TimeDelta::seconds(1), then, hours(1), at(3) - TimeDelta::seconds(1)] {
        assert_eq!(open.require_reminder_welcome(Some(then), now), recently, "{now}");
    }
    assert_eq!(open.require_reminder_welcome(Some(then), at(3)), Ok(()));
    assert_eq!(
        open.require_reminder_welcome(Some(at(900)), then),
        Ok(()),
        "a clock that was wrong silences nobody for years"
    );
    assert_eq!(
        in_state(RoundState::Closed)?.require_reminder_welcome(None, then),
        Err(RoundError::NotOpen(RoundState::Closed))
    );
    assert_eq!(
        RoundError::RemindedRecently { hours: 24, from: at(3) }.to_string(),
        "a reminder went out less than 24 hours before; the next one can go out from 2024-10-07T00:00:00Z"
    );
    Ok(())
}

#[test]
fn a_draft_that_waits_for_its_launch_does_not_change() -> Outcome {
    let round = draft()?;
    let set = round.with_launch_time(at(5), true, at(1))?;
    assert_eq!((set.record().launches_at, set.record().revision), (Some(at(5)), 2));
    let refused = RoundError::LaunchSet(at(5));
    assert_eq!(set.change(RoundChange::default(), at(2)), Err(refused));
    assert_eq!((set.require_draft(), set.require_raters_welcome()), (Err(refused), Err(refused)));
    assert_eq!(set.require_agreement_welcome(), Ok(()), "the facilitator may have to agree again before the time");
    assert_eq!(set.require_deletable(), Ok(()), "to delete it is no change that anybody is surprised by");
    assert_eq!(set.with_launch_time(at(6), true, at(2))?.record().launches_at, Some(at(6)));
    assert!(!set.is_due_for_launch(at(4)) && set.is_due_for_launch(at(5)));
    assert!(!set.is_too_late_to_launch(at(6)) && set.is_too_late_to_launch(at(6) + TimeDelta::seconds(1)));
    for ended in [set.launch(true, RetentionPolicy::default(), at(5))?, set.cancel(settled(at(2)))?] {
        assert_eq!(ended.record().launches_at, None);
        assert!(!ended.is_due_for_launch(at(9)));
    }
    let without = set.without_launch_time()?.ok_or("there was a time")?;
    assert_eq!((without.record().launches_at, without.record().revision), (None, 3));
    assert_eq!(without.without_launch_time()?, None);
    assert_eq!(without.require_draft(), Ok(()));
    Ok(())
}

#[test]
fn a_time_of_launch_is_between_now_and_the_deadline_of_a_draft_that_is_ready() -> Outcome {
    let round = draft()?;
    for (time, now, error) in [
        (at(1), at(1), RoundError::LaunchTime),
        (at(30), at(1), RoundError::LaunchTime),
        (at(31), at(31), RoundError::Deadline),
        ("2024-11-01T23:59:60Z".parse()?, at(1), RoundError::LeapSecond),
    ] {
        assert_eq!(round.with_launch_time(time, true, now), Err(error));
    }
    assert_eq!(round.with_launch_time(at(5), false, at(1)), Err(RoundError::NotReady));
    for state in RoundState::ALL.into_iter().filter(|state| *state != RoundState::Draft) {
        let round = in_state(state)?;
        assert_eq!(round.with_launch_time(at(5), true, at(1)), Err(RoundError::NotDraft(state)));
        assert_eq!(round.without_launch_time(), Err(RoundError::NotDraft(state)));
    }
    Ok(())
}
