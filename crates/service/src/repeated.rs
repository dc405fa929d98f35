//! Lines of the audit log that anybody can cause as often as they like: sign-ins that are refused, results that are
//! read. The first is written at once; what repeats it within the hour is counted, and the number is one line. So the
//! log grows by the hour and not by the flood, and what is held here is bounded.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use candour_domain::OrganisationId;
use candour_domain::audit::{Action, Actor, Target};
use candour_storage::{StorageError, organisations};
use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::json;

use crate::app::App;
use crate::audit;

/// How long repeats of a line are counted before their number is written.
const COUNTED_FOR: Duration = Duration::from_hours(1);

/// How many different lines are remembered. More are written each time where somebody may do what they tell of, and
/// else told by number only.
const REMEMBERED: usize = 10_000;

/// How often is looked whether something is to be written.
const PAUSE: Duration = Duration::from_secs(1);

/// Something that may happen again and again.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Happening {
    /// In whose log it is told.
    pub organisation: OrganisationId,
    /// Who.
    pub actor: Actor,
    /// What.
    pub action: Action,
    /// To what.
    pub target: Target,
    /// How it differs from others of its kind: never anything a stranger writes.
    pub about: Vec<(&'static str, String)>,
}

/// What happened, and how often since it was last written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// What.
    pub happening: Happening,
    /// How often.
    pub times: u64,
    /// When the first of them was.
    pub since: DateTime<Utc>,
}

/// What has happened lately.
#[derive(Default)]
pub struct Repeated(Mutex<Lately>);

#[derive(Default)]
struct Lately {
    happened: HashMap<Happening, Entry>,
    /// Happenings that found no room.
    left_out: u64,
}

#[derive(Default)]
struct Entry {
    written: Option<Instant>,
    /// Not written yet: how often, and since when.
    waiting: Option<(u64, DateTime<Utc>)>,
}

impl Repeated {
    /// Counts it; it is written within seconds, or with others of its hour. Takes as long whether or not it is known.
    pub fn count(&self, happening: Happening, now: DateTime<Utc>) {
        let mut lately = self.lately();
        if lately.happened.len() >= REMEMBERED && !lately.happened.contains_key(&happening) {
            lately.left_out += 1;
            return;
        }
        lately.happened.entry(happening).or_default().add(1, now);
    }

    /// Whether it is to be written now, by the one who asks. Otherwise it is counted and written with others of its
    /// hour.
    fn is_new(&self, happening: &Happening, at: Instant, now: DateTime<Utc>) -> bool {
        let mut lately = self.lately();
        if let Some(entry) = lately.happened.get_mut(happening) {
            if entry.is_due(at) && entry.waiting.is_none() {
                entry.written = Some(at);
                return true;
            }
            entry.add(1, now);
            return false;
        }
        if lately.happened.len() < REMEMBERED {
            lately.happened.insert(happening.clone(), Entry { written: Some(at), waiting: None });
        }
        true
    }

    /// Takes what is to be written now, or at the end everything, and forgets what has not happened for an hour.
    fn take(&self, at: Instant, everything: bool) -> (Vec<Told>, u64) {
        let mut lately = self.lately();
        let mut told = Vec::new();
        for (happening, entry) in &mut lately.happened {
            if (everything || entry.is_due(at))
                && let Some((times, since)) = entry.waiting.take()
            {
                entry.written = Some(at);
                told.push(Told { happening: happening.clone(), times, since });
            }
        }
        lately.happened.retain(|_, entry| entry.waiting.is_some() || !entry.is_due(at));
        (told, std::mem::take(&mut lately.left_out))
    }

    /// Takes back what could not be written.
    fn put_back(&self, told: Vec<Told>) {
        let mut lately = self.lately();
        for Told { happening, times, since } in told {
            let entry = lately.happened.entry(happening).or_default();
            entry.written = None;
            entry.add(times, since);
        }
    }

    fn lately(&self) -> MutexGuard<'_, Lately> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Entry {
    fn is_due(&self, at: Instant) -> bool {
        self.written.is_none_or(|written| at.saturating_duration_since(written) >= COUNTED_FOR)
    }

    fn add(&mut self, times: u64, since: DateTime<Utc>) {
        let (before, first) = self.waiting.unwrap_or((0, since));
        self.waiting = Some((before.saturating_add(times), first.min(since)));
    }
}

/// Has a happening in the log before this returns, unless it repeats one of the hour. Where the database takes nothing,
/// it is written later.
pub async fn record(app: &App, happening: Happening) {
    let now = app.clock.now();
    if !app.repeated.is_new(&happening, Instant::now(), now) {
        return;
    }
    let told = vec![Told { happening, times: 1, since: now }];
    if let Err(error) = write(app, &told).await {
        tracing::warn!(%error, "a line of the audit log is written later");
        app.repeated.put_back(told);
    }
}

/// Writes what is counted, for ever.
pub async fn write_for_ever(app: App) {
    loop {
        tokio::time::sleep(PAUSE).await;
        write_due(&app, false).await;
    }
}

/// Writes everything that is counted, because the process ends.
pub async fn write_all(app: &App) {
    write_due(app, true).await;
}

async fn write_due(app: &App, everything: bool) {
    let (told, left_out) = app.repeated.take(Instant::now(), everything);
    if left_out > 0 {
        tracing::warn!(left_out, "more kinds of refused sign-ins than the audit log can tell apart in an hour");
    }
    if told.is_empty() {
        return;
    }
    if let Err(error) = write(app, &told).await {
        tracing::warn!(%error, "lines of the audit log are written later");
        app.repeated.put_back(told);
    }
}

async fn write(app: &App, told: &[Told]) -> Result<(), StorageError> {
    let (told, now) = (told.to_vec(), app.clock.now());
    app.storage
        .write_system(move |system| {
            for Told { happening, times, since } in told {
                // Its trust may have been removed meanwhile, and its log with it.
                if organisations::find(system, happening.organisation)?.is_none() {
                    continue;
                }
                let mut detail = json!({"times": times, "since": since.to_rfc3339_opts(SecondsFormat::Secs, true)});
                for (name, value) in happening.about {
                    detail[name] = value.into();
                }
                let tenant = &mut system.tenant(happening.organisation);
                audit::record(tenant, happening.actor, happening.action, happening.target, detail, now)?;
            }
            Ok(())
        })
        .await
}

#[cfg(test)]
mod tests {
    use candour_domain::ClientId;

    use super::*;

    fn client(number: usize) -> ClientId {
        let mut bytes = [0; 16];
        bytes[..8].copy_from_slice(&number.to_le_bytes());
        ClientId::from_random(bytes)
    }

    fn happening(number: usize) -> Happening {
        let organisation = OrganisationId::from_random([1; 16]);
        Happening {
            organisation,
            actor: Actor::Unknown,
            action: Action::TokenRefused,
            target: Target::Client(client(number)),
            about: vec![],
        }
    }

    fn times(told: &[Told]) -> Vec<u64> {
        told.iter().map(|told| told.times).collect()
    }

    #[test]
    fn a_flood_is_one_line_at_once_and_one_an_hour() {
        let (repeated, start) = (Repeated::default(), Instant::now());
        let mut lines = Vec::new();
        // One a second for a day.
        for second in 0..86_400 {
            repeated.count(happening(1), DateTime::UNIX_EPOCH);
            lines.extend(repeated.take(start + Duration::from_secs(second), false).0);
        }
        lines.extend(repeated.take(start + Duration::from_hours(24), true).0);
        assert_eq!(lines.first().map(|line| line.times), Some(1));
        assert_eq!(lines.len(), 25, "{:?}", times(&lines));
        assert_eq!(lines.iter().map(|line| line.times).sum::<u64>(), 86_400, "each is counted once");
    }

    #[test]
    fn the_first_is_written_at_once_and_the_rest_is_counted() {
        let (repeated, start, now) = (Repeated::default(), Instant::now(), DateTime::UNIX_EPOCH);
        assert!(repeated.is_new(&happening(1), start, now));
        assert!(repeated.is_new(&happening(2), start, now), "another is another");
        for _ in 0..5 {
            assert!(!repeated.is_new(&happening(1), start + Duration::from_secs(9), now));
        }
        assert_eq!(repeated.take(start + Duration::from_secs(10), false).0, [], "not before the hour is over");
        let told = repeated.take(start + COUNTED_FOR, false).0;
        assert_eq!(told, [Told { happening: happening(1), times: 5, since: now }]);
        assert!(repeated.is_new(&happening(2), start + COUNTED_FOR, now), "an hour later it is new again");
    }

    #[test]
    fn what_is_held_is_bounded_and_goes_after_an_hour() {
        let (repeated, start) = (Repeated::default(), Instant::now());
        for number in 0..REMEMBERED + 7 {
            repeated.count(happening(number), DateTime::UNIX_EPOCH);
        }
        let (told, left_out) = repeated.take(start, false);
        assert_eq!((told.len(), left_out), (REMEMBERED, 7));
        assert_eq!(repeated.lately().happened.len(), REMEMBERED);
        repeated.take(start + COUNTED_FOR, false);
        assert_eq!(repeated.lately().happened.len(), 0);
    }

    #[test]
    fn what_could_not_be_written_is_written_next_time() {
        let (repeated, start) = (Repeated::default(), Instant::now());
        repeated.count(happening(1), DateTime::UNIX_EPOCH);
        let told = repeated.take(start, false).0;
        repeated.count(happening(1), DateTime::UNIX_EPOCH);
        repeated.put_back(told);
        assert_eq!(times(&repeated.take(start, false).0), [2]);
    }
}
