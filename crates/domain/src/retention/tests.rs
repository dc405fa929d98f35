use proptest::prelude::*;

use super::*;
use crate::clock::tests::settled;
use crate::review::ReviewProgress;
use crate::{AnonymityPolicy, FrameworkId, OrganisationId, Person, RaterGroups, ReviewId, RoundId};

type Outcome = Result<(), Box<dyn std::error::Error>>;

fn at(day: i64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::days(20_000 + day)
}

/// A round that is open until day 20.
fn open(promised: RetentionPolicy) -> Result<Round, Box<dyn std::error::Error>> {
    let ids = (RoundId::from_random([1; 16]), OrganisationId::from_random([2; 16]));
    let rules = (AnonymityPolicy::default(), RaterGroups::standard());
    Ok(Round::draft(ids, "CEO review", FrameworkId::from_random([3; 16]), rules, at(20), at(0))?.launch(
        true,
        promised,
        at(1),
    )?)
}

fn review(released: Option<i64>) -> Result<Review, Box<dyn std::error::Error>> {
    let ids = (ReviewId::from_random([4; 16]), OrganisationId::from_random([2; 16]), RoundId::from_random([1; 16]));
    let review = Review::new(
        ids,
        (Person::parse("Jo", "jo@trust.uk")?, "Chief executive"),
        Person::parse("Al", "al@trust.uk")?,
    )?;
    Ok(Review { progress: released.map_or(ReviewProgress::Counted, |day| ReviewProgress::Released(at(day))), ..review })
}

fn days(round: &Round, reviews: &[Review], settings: RetentionPolicy) -> Vec<(Step, i64)> {
    schedule(round, reviews, settings).iter().map(|next| (next.step, (next.at - at(0)).num_days())).collect()
}

#[test]
fn the_defaults_are_those_of_an_empty_request() {
    assert_eq!(RetentionPolicy::parse(RetentionRequest::default()), Ok(RetentionPolicy::default()));
}

#[test]
fn settings_that_contradict_one_another_are_refused_by_name() {
    use RetentionError as E;
    let request = |answers, unreleased, people, years| {
        let all = [answers, unreleased, people, years].map(Some);
        let [destroy_answers_days, destroy_unreleased_days, erase_people_days, keep_results_years] = all;
        RetentionPolicy::parse(RetentionRequest {
            destroy_answers_days,
            destroy_unreleased_days,
            erase_people_days,
            keep_results_years,
        })
    };
    for (refused, why) in [
        (request(0, 180, 30, 6), E::DestroyAnswers),
        (request(366, 400, 30, 6), E::DestroyAnswers),
        (request(30, 731, 30, 6), E::DestroyUnreleased),
        (request(30, 180, 0, 6), E::ErasePeople),
        (request(30, 180, 1097, 6), E::ErasePeople),
        (request(30, 180, 30, 0), E::KeepResults),
        (request(30, 180, 30, 31), E::KeepResults),
        (request(60, 59, 30, 6), E::UnreleasedFirst),
        (request(30, 400, 30, 1), E::ResultsBeforeAnswers),
        (request(30, 180, 400, 1), E::ResultsBeforePeople),
    ] {
        assert_eq!(refused, Err(why));
        assert!(why.to_string().starts_with(why.setting()), "{why}");
    }
    assert!(request(1, 1, 1, 1).is_ok() && request(365, 730, 1096, 4).is_ok());
}

#[test]
fn what_is_not_released_is_warned_of_twice_before_its_answers_go_and_twice_before_its_results() -> Outcome {
    let closed = open(RetentionPolicy::default())?.close(settled(at(20)))?;
    let number = |round: &Round, now| {
        warning(round, &[], RetentionPolicy::default(), now).map(|warning| (warning.number, warning.step))
    };
    for round in [closed.clone(), closed.counted()?] {
        for (day, expected) in
            [(169, None), (170, Some(1)), (192, Some(1)), (193, Some(2)), (199, Some(2)), (200, None)]
        {
            assert_eq!(number(&round, at(day)), expected.map(|number| (number, Step::DestroyAnswers)), "day {day}");
        }
    }
    let without_answers = closed.counted()?.people_erased(settled(at(50)))?.answers_destroyed(settled(at(200)))?;
    let gone = years_after(at(20), 6);
    for (before, expected) in [(31, None), (30, Some(3)), (8, Some(3)), (7, Some(4)), (0, None)] {
        let found = number(&without_answers, gone - TimeDelta::days(before));
        assert_eq!(found, expected.map(|number| (number, Step::DeleteRound)), "{before} days before");
    }
    assert_eq!(number(&closed.counted()?.released()?, at(45)), None, "its facilitator has done what there was to do");
    let short = RetentionPolicy::parse(RetentionRequest {
        destroy_answers_days: Some(8),
        destroy_unreleased_days: Some(8),
        ..RetentionRequest::default()
    })?;
    let found = |day| warning(&closed, &[], short, at(day)).map(|warning| warning.number);
    assert_eq!([23, 24, 26, 28].map(found), [None, Some(1), Some(2), None], "half and a quarter of eight days before");
    Ok(())
}

#[test]
fn a_report_should_be_released_before_anybody_is_reminded_of_it() -> Outcome {
    let settings = RetentionPolicy::default();
    let closed = open(settings)?.close(settled(at(20)))?;
    let counted = closed.counted()?;
    let by = |round: &Round, settings, day| {
        let found = release_by(round, &[], settings, at(day));
        let days = |time: DateTime<Utc>| (time - at(0)).num_days();
        found.map(|found| (found.by.map(days), days(found.answers_go)))
    };
    assert_eq!(by(&open(settings)?, settings, 10), None, "its end is not known yet");
    assert_eq!(by(&closed, settings, 21), Some((Some(170), 200)));
    for (day, expected) in [
        (21, Some((Some(170), 200))),
        (169, Some((Some(170), 200))),
        (170, Some((Some(193), 200))),
        (193, Some((None, 200))),
        (200, None),
    ] {
        assert_eq!(by(&counted, settings, day), expected, "counted on day {day}");
    }
    let short = RetentionPolicy::parse(RetentionRequest {
        destroy_answers_days: Some(8),
        destroy_unreleased_days: Some(8),
        ..RetentionRequest::default()
    })?;
    assert_eq!(by(&counted, short, 21), Some((Some(24), 28)), "half of eight days before");
    let gone = counted.people_erased(settled(at(50)))?.answers_destroyed(settled(at(200)))?;
    assert_eq!(by(&gone, settings, 30), None);
    Ok(())
}

#[test]
fn a_released_round_loses_people_then_answers_and_at_last_its_results() -> Outcome {
    let settings = RetentionPolicy::default();
    let open = open(settings)?;
    assert_eq!(days(&open, &[review(None)?], settings), [], "its end is not known yet");
    let closed = open.close(settled(at(20)))?;
    assert_eq!(days(&closed, &[review(None)?], settings)[..2], [(Step::DestroyAnswers, 200), (Step::ErasePeople, 200)]);
    let counted = closed.counted()?;
    let years = |from: i64| (years_after(at(from), 6) - at(0)).num_days();
    let waiting = [(Step::ErasePeople, 50), (Step::DestroyAnswers, 200), (Step::DeleteRound, years(20))];
    assert_eq!(
        days(&counted, &[review(Some(25))?, review(None)?], settings)[..2],
        waiting[..2],
        "one is still unreleased"
    );
    assert_eq!(days(&counted, &[review(None)?], settings), waiting);

    let reviews = [review(Some(25))?, review(Some(40))?];
    let released = counted.released()?;
    let last = (Step::DeleteRound, years(40));
    assert_eq!(
        days(&released, &reviews, settings),
        [(Step::ErasePeople, 50), (Step::DestroyAnswers, 70), (Step::Archive, 70), last],
        "from the last release on"
    );
    assert_eq!(due(&released, &reviews, settings, at(49)), None);
    assert_eq!(due(&released, &reviews, settings, at(50)), Some(Step::ErasePeople));
    let erased = released.people_erased(settled(at(50)))?;
    assert_eq!(days(&erased, &reviews, settings), [(Step::DestroyAnswers, 70), (Step::Archive, 70), last]);
    let left = erased.answers_destroyed(settled(at(70)))?;
    assert_eq!(days(&left, &reviews, settings), [(Step::Archive, 70), last]);
    let archived = left.archived()?;
    assert_eq!(days(&archived, &reviews, settings), [last]);
    assert_eq!(due(&archived, &reviews, settings, at(years(40) - 1)), None);
    assert_eq!(due(&archived, &reviews, settings, at(years(40))), Some(Step::DeleteRound));
    Ok(())
}

#[test]
fn whoever_releases_late_finds_a_result_whose_answers_are_gone() -> Outcome {
    let settings = RetentionPolicy::default();
    let counted = open(settings)?
        .close(settled(at(20)))?
        .counted()?
        .people_erased(settled(at(50)))?
        .answers_destroyed(settled(at(200)))?;
    let released = counted.released()?;
    assert_eq!(
        days(&released, &[review(Some(300))?], settings)[0],
        (Step::Archive, 200),
        "there is nothing to wait for"
    );
    Ok(())
}

#[test]
fn a_cancelled_round_needs_nobody_and_a_forgotten_draft_is_cancelled() -> Outcome {
    let settings = RetentionPolicy::default();
    let cancelled = open(settings)?.cancel(settled(at(5)))?;
    assert_eq!(days(&cancelled, &[review(None)?], settings)[..2], [(Step::DestroyAnswers, 5), (Step::ErasePeople, 35)]);

    let ids = (RoundId::from_random([1; 16]), OrganisationId::from_random([2; 16]));
    let rules = (AnonymityPolicy::default(), RaterGroups::standard());
    let draft = Round::draft(ids, "CEO review", FrameworkId::from_random([3; 16]), rules, at(20), at(0))?;
    assert_eq!(days(&draft, &[review(None)?], settings), [(Step::ErasePeople, 50)]);
    let forgotten = draft.people_erased(settled(at(50)))?;
    assert_eq!(forgotten.state(), RoundState::Cancelled);
    assert_eq!(
        schedule(&forgotten, &[], settings).iter().map(|next| next.step).collect::<Vec<_>>(),
        [Step::DeleteRound]
    );
    Ok(())
}

fn policy() -> impl Strategy<Value = RetentionPolicy> {
    policy_up_to(30)
}

fn policy_up_to(years: u32) -> impl Strategy<Value = RetentionPolicy> {
    (1u32..=365, 1u32..=730, 1u32..=1096, 1..=years).prop_filter_map(
        "settings that fit together",
        |(answers, unreleased, people, years)| {
            RetentionPolicy::parse(RetentionRequest {
                destroy_answers_days: Some(answers),
                destroy_unreleased_days: Some(unreleased),
                erase_people_days: Some(people),
                keep_results_years: Some(years),
            })
            .ok()
        },
    )
}

/// How a round goes on after it has closed on day 20; days count from there.
#[derive(Clone, Debug)]
struct Course {
    counted: Option<i64>,
    /// Of each review.
    released: Vec<Option<i64>>,
    promised: RetentionPolicy,
    settings: RetentionPolicy,
    /// Days between two looks of the worker.
    pause: i64,
}

fn course() -> impl Strategy<Value = Course> {
    let days = proptest::collection::vec(proptest::option::weighted(0.8, 0i64..1000), 1..4);
    (proptest::option::weighted(0.9, 0i64..5), days, policy_up_to(6), policy_up_to(6), 1i64..400).prop_map(
        |(counted, released, promised, settings, pause)| {
            // Nobody releases what has not been counted.
            let released =
                released.into_iter().map(|day| day.and_then(|day| counted.map(|counted| counted + day))).collect();
            Course { counted, released, promised, settings, pause }
        },
    )
}

/// What happened and when, in days from closing.
fn play(course: &Course) -> Result<Vec<(Step, i64)>, Box<dyn std::error::Error>> {
    let mut round = open(course.promised)?.close(settled(at(20)))?;
    let mut done = Vec::new();
    for day in 0.. {
        let now = at(20 + day);
        if course.counted == Some(day) {
            round = round.counted()?;
        }
        let so_far = |release: &Option<i64>| release.filter(|release| *release <= day).map(|release| release + 20);
        let all: Vec<_> = course.released.iter().map(|release| review(so_far(release))).collect::<Result<_, _>>()?;
        if round.state() == RoundState::Counted && all.iter().all(|review| review.released_at().is_some()) {
            round = round.released()?;
        }
        if day % course.pause != 0 {
            continue;
        }
        while let Some(step) = due(&round, &all, course.settings, now) {
            done.push((step, day));
            round = match step {
                Step::DestroyAnswers => round.answers_destroyed(settled(now))?,
                Step::ErasePeople => round.people_erased(settled(now))?,
                Step::Archive => round.archived()?,
                Step::DeleteRound => {
                    round.require_nothing_but_results()?;
                    return Ok(done);
                }
            };
        }
        if day > 20 * 366 {
            return Err("it is never over".into());
        }
    }
    Ok(done)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn guarantee_nothing_is_kept_for_ever_and_nothing_outlives_the_results(one in policy(), other in policy()) {
        for policy in [one, one.shorter(other)] {
            let request = RetentionRequest {
                destroy_answers_days: Some(policy.destroy_answers_days()),
                destroy_unreleased_days: Some(policy.destroy_unreleased_days()),
                erase_people_days: Some(policy.erase_people_days()),
                keep_results_years: Some(policy.keep_results_years()),
            };
            prop_assert_eq!(RetentionPolicy::parse(request), Ok(policy));
            prop_assert!(policy.keep_results_years() <= 30);
            let results = policy.keep_results_years() * 365;
            prop_assert!(policy.destroy_answers_days() <= results && policy.destroy_unreleased_days() <= results);
            prop_assert!(policy.erase_people_days() <= results);
        }
    }

    #[test]
    fn guarantee_nothing_is_kept_longer_than_raters_were_promised(promised in policy(), settings in policy()) {
        let under = RoundRetention { promised: Some(promised), ..RoundRetention::default() }.under(settings);
        prop_assert!(under.destroy_answers_days() <= promised.destroy_answers_days());
        prop_assert!(under.destroy_unreleased_days() <= promised.destroy_unreleased_days());
        prop_assert!(under.erase_people_days() <= promised.erase_people_days());
        prop_assert!(under.keep_results_years() <= promised.keep_results_years());
        prop_assert_eq!(RoundRetention::default().under(settings), settings);
    }

    /// However a round goes and however seldom the worker looks: each thing goes once, the results last, and each in
    /// time.
    #[test]
    fn guarantee_everything_goes_once_in_order_and_in_time(course in course()) {
        let done = play(&course).map_err(|error| TestCaseError::fail(error.to_string()))?;
        let day = |step| done.iter().find(|(done, _)| *done == step).map(|(_, day)| *day);
        for step in Step::ALL {
            prop_assert!(done.iter().filter(|(done, _)| *done == step).count() <= 1, "{:?}", done);
        }
        let (answers, people) = (day(Step::DestroyAnswers).unwrap_or(i64::MAX), day(Step::ErasePeople).unwrap_or(i64::MAX));
        let promised = |days: u32| i64::from(days) + course.pause;
        let last = course.released.iter().copied().collect::<Option<Vec<i64>>>().and_then(|days| days.into_iter().max());
        let waits = promised(course.promised.destroy_unreleased_days());
        let after_release = last.filter(|last| *last <= waits).map_or(0, |last| last + promised(course.promised.destroy_answers_days()));
        prop_assert!(answers <= waits.max(after_release), "{:?}", done);
        if course.counted.is_some() {
            prop_assert!(people <= promised(course.promised.erase_people_days()).max(5 + course.pause), "{:?}", done);
        } else {
            prop_assert!(people >= answers, "raters are needed until the count");
        }
        prop_assert_eq!(done.last().map(|(step, _)| *step), Some(Step::DeleteRound));
        let gone = day(Step::DeleteRound).unwrap_or(0);
        prop_assert!(answers <= gone && people <= gone, "{:?}", done);
        let least = 365 * i64::from(course.promised.keep_results_years().min(course.settings.keep_results_years()));
        prop_assert!(gone >= least, "results are there until their time: {:?}", done);
    }
}
