//! How fast a mail server is used. One that speaks of a quota or a rate gets no mail from this process for a while, no
//! matter for whom, and then one message at a time until it takes one.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// The first pause. Each that follows without a message being taken is twice as long.
const FIRST: Duration = Duration::from_secs(15);
/// The longest pause. With it a day's quota costs each email about thirty of its attempts.
const LONGEST: Duration = Duration::from_hours(1);

/// The pauses of one mail server.
pub(super) struct Pace {
    state: Mutex<State>,
    /// Held by the one who finds out, after a pause, whether the server takes mail again.
    alone: tokio::sync::Mutex<()>,
    first: Duration,
}

#[derive(Default)]
struct State {
    /// When the server asked last to slow down, and for how long nothing is sent from then on.
    asked: Option<(Instant, Duration)>,
}

/// Leave to send one message.
pub(super) struct Leave<'a> {
    since: Instant,
    _alone: Option<tokio::sync::MutexGuard<'a, ()>>,
}

impl Pace {
    pub(super) fn new() -> Self {
        Self::beginning_with(FIRST)
    }

    pub(super) fn beginning_with(first: Duration) -> Self {
        Self { state: Mutex::default(), alone: tokio::sync::Mutex::new(()), first }
    }

    /// Gives leave to send a message now, or says how long nothing is sent yet.
    pub(super) async fn leave(&self) -> Result<Leave<'_>, Duration> {
        let careful = self.state().asked.is_some();
        let alone = if careful { Some(self.alone.lock().await) } else { None };
        let since = Instant::now();
        match self.state().asked.map(|(at, pause)| (at + pause).saturating_duration_since(since)) {
            Some(left) if !left.is_zero() => Err(left),
            _ => Ok(Leave { since, _alone: alone }),
        }
    }

    /// The server took the message.
    pub(super) fn taken(&self, leave: &Leave<'_>) {
        let mut state = self.state();
        // One that was under way when the server asked says nothing about what comes after.
        if state.asked.is_some_and(|(at, _)| at <= leave.since) {
            state.asked = None;
        }
    }

    /// The server asked to slow down. Gives how long nothing is sent from now on.
    pub(super) fn slow_down(&self, leave: &Leave<'_>) -> Duration {
        let (mut state, now) = (self.state(), Instant::now());
        let pause = match state.asked {
            // Several were under way: they are told one thing, once.
            Some((at, pause)) if at > leave.since => return (at + pause).saturating_duration_since(now),
            Some((_, pause)) => (pause * 2).min(LONGEST),
            None => self.first,
        };
        state.asked = Some((now, pause));
        pause
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn pauses_grow_until_a_message_is_taken() -> Result<(), Duration> {
        let pace = Pace::beginning_with(Duration::from_millis(20));
        let (one, other) = (pace.leave().await?, pace.leave().await?);
        assert_eq!(pace.slow_down(&one), Duration::from_millis(20));
        assert!(pace.slow_down(&other) <= Duration::from_millis(20), "what was under way is told the same");
        pace.taken(&other);
        let left = pace.leave().await.err();
        assert!(left.is_some_and(|left| left <= Duration::from_millis(20)), "{left:?}");
        tokio::time::sleep(Duration::from_millis(25)).await;
        let probe = pace.leave().await?;
        assert!(tokio::time::timeout(Duration::from_millis(5), pace.leave()).await.is_err(), "one at a time finds out");
        assert_eq!(pace.slow_down(&probe), Duration::from_millis(40));
        drop(probe);
        tokio::time::sleep(Duration::from_millis(45)).await;
        let probe = pace.leave().await?;
        pace.taken(&probe);
        let beside = pace.leave().await?;
        assert_eq!(
            pace.slow_down(&beside),
            Duration::from_millis(20),
            "after a success the first pause is short again"
        );
        Ok(())
    }

    #[tokio::test]
    async fn no_pause_is_longer_than_an_hour() -> Result<(), Duration> {
        let pace = Pace::beginning_with(Duration::from_mins(50));
        let leave = pace.leave().await?;
        pace.slow_down(&leave);
        let later = Leave { since: Instant::now(), _alone: None };
        assert_eq!(pace.slow_down(&later), LONGEST);
        Ok(())
    }
}
