use super::*;

/// A settled time for tests of what takes one.
pub(crate) fn settled(at: DateTime<Utc>) -> SettledNow {
    SettledNow(at)
}

#[expect(clippy::disallowed_methods, reason = "this is what is tested")]
fn judged(looks: &[Look], reading: &Reading) -> Result<SettledNow, Doubt> {
    judge(looks, reading)
}

const DAY: TimeDelta = TimeDelta::days(1);

fn at(span: TimeDelta) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::days(20_000) + span
}

fn minutes(minutes: i64) -> TimeDelta {
    TimeDelta::minutes(minutes)
}

/// A look at the beginning, of a machine that had run for a day.
fn look(boot: &str) -> Look {
    Look { at: at(TimeDelta::zero()), uptime: Some(Uptime { boot: boot.to_owned(), running: DAY }) }
}

/// What a machine shows that has run on for `ran` since that look, with a wall clock that has gone on by `gone`.
fn reading(boot: &str, gone: TimeDelta, ran: TimeDelta) -> Reading {
    Reading { uptime: Some(Uptime { boot: boot.to_owned(), running: DAY + ran }), ..Reading::of_a_wall_clock(at(gone)) }
}

fn with_server(reading: Reading, shows: TimeDelta, up_since: TimeDelta) -> Reading {
    Reading { database: Some(DatabaseTime { at: at(shows), up_since: at(up_since) }), ..reading }
}

#[test]
fn a_clock_that_keeps_pace_is_believed_however_long_the_service_was_off() {
    for gone in [TimeDelta::zero(), minutes(9), DAY, DAY * 180] {
        assert_eq!(judged(&[look("a")], &reading("a", gone, gone)).map(SettledNow::at), Ok(at(gone)));
    }
}

#[test]
fn a_clock_that_jumps_is_not_believed_by_anybody_who_ran_meanwhile() {
    for gone in [minutes(11), TimeDelta::hours(2), DAY * 30, DAY * 7 * 365] {
        let jumped = reading("a", gone, TimeDelta::seconds(3));
        assert!(matches!(judged(&[look("a")], &jumped), Err(Doubt::Jumped { .. })), "{gone}");
        // A database on the same machine reads the same clock.
        assert!(
            matches!(judged(&[look("a")], &with_server(jumped.clone(), gone, -DAY)), Err(Doubt::Jumped { .. })),
            "{gone}"
        );
        let watched = Reading { watched: WATCHED, ..jumped };
        assert!(matches!(judged(&[look("a")], &watched), Err(Doubt::Jumped { .. })), "{gone}");
    }
}

#[test]
fn a_machine_that_slept_has_run_meanwhile() {
    // The uptime counts sleep: a laptop that was closed overnight needs nobody.
    assert!(judged(&[look("a")], &reading("a", TimeDelta::hours(9), TimeDelta::hours(9))).is_ok());
}

#[test]
fn a_clock_that_went_back_is_not_believed_until_it_has_caught_up() {
    assert!(judged(&[look("a")], &reading("a", minutes(-9), TimeDelta::zero())).is_ok());
    for gone in [minutes(-11), DAY * -30] {
        assert!(matches!(judged(&[look("a")], &reading("a", gone, minutes(1))), Err(Doubt::Behind { .. })), "{gone}");
    }
    assert!(judged(&[look("b")], &reading("a", minutes(1), minutes(1))).is_ok(), "caught up");
}

#[test]
fn after_a_restart_of_the_machine_a_short_absence_is_watched_and_a_long_one_asked_about() {
    assert!(judged(&[look("a")], &reading("b", minutes(9), minutes(1))).is_ok(), "a restart in order");
    for (gone, watched, believed) in [
        (DAY * 2, minutes(0), false),
        (DAY * 2, minutes(59), false),
        (DAY * 2, minutes(60), true),
        (DAY * 4, DAY, false),
        (DAY * 7 * 365, DAY, false),
    ] {
        let reading = Reading { watched, ..reading("b", gone, TimeDelta::zero()) };
        assert_eq!(judged(&[look("a")], &reading).is_ok(), believed, "{gone} after {watched}");
    }
}

#[test]
fn a_database_server_that_ran_all_the_while_explains_a_long_absence() {
    let months = reading("b", DAY * 90, TimeDelta::zero());
    assert!(judged(&[look("a")], &with_server(months.clone(), DAY * 90, -DAY)).is_ok());
    let restarted = with_server(months, DAY * 90, DAY * 89);
    assert!(
        matches!(judged(&[look("a")], &restarted), Err(Doubt::Unexplained { .. })),
        "it may have started with the same wrong clock"
    );
}

#[test]
fn of_two_nodes_the_one_that_differs_from_the_server_does_nothing() {
    let look = look("a");
    let (right, wrong) = (reading("a", minutes(1), minutes(1)), reading("b", DAY * 30, minutes(1)));
    assert!(judged(std::slice::from_ref(&look), &with_server(right, minutes(1), -DAY)).is_ok());
    assert!(matches!(judged(&[look], &with_server(wrong, minutes(1), -DAY)), Err(Doubt::Apart { .. })));
}

#[test]
fn what_another_node_has_just_seen_explains_a_machine_that_was_paused() {
    let (mine, other) =
        (look("a"), Look { at: at(TimeDelta::hours(8)), uptime: Some(Uptime { boot: "b".to_owned(), running: DAY }) });
    let resumed = reading("a", TimeDelta::hours(8), minutes(1));
    assert!(judged(std::slice::from_ref(&mine), &resumed).is_err());
    assert!(judged(&[mine, other], &resumed).is_ok());
}

#[test]
fn what_goes_on_goes_by_the_time_that_the_machine_has_run() {
    let uptime = |boot: &str, running| Uptime { boot: boot.to_owned(), running };
    assert_eq!(by_uptime(&look("a"), &uptime("a", DAY * 2)), Some(at(DAY)));
    assert_eq!(by_uptime(&look("a"), &uptime("b", DAY * 2)), None);
    assert_eq!(by_uptime(&look("a"), &uptime("a", minutes(1))), None);
}

#[test]
fn a_doubt_says_what_was_read() {
    let jumped = judged(&[look("a")], &reading("a", DAY * 30, TimeDelta::seconds(3)));
    let said = jumped.err().map(|doubt| doubt.to_string()).unwrap_or_default();
    let expected = "this machine's clock says 2024-11-03 00:00:00 UTC, 30 days after the last look at 2024-10-04 \
     00:00:00 UTC, and the machine has run for 3 seconds since";
    assert_eq!(said, expected);
}
