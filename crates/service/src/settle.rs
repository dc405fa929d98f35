//! What time it is, for what cannot be undone: closing, counting, releasing, erasing, changing keys. One wrong clock
//! must not do any of it, so the wall clock is compared with the newest stored time, with how long the machine has run
//! and with the database server's clock.

use candour_domain::clock::{Doubt, SettledNow};
use candour_storage::{Storage, StorageError, System, clock_looks};
use chrono::{NaiveDate, TimeDelta};

use crate::app::App;
use crate::clock::Timekeeper;
use crate::error::Error;

/// How old the stored look is at the most while somebody looks. It is no shorter, so that it does not date what raters
/// write to the disk between two looks.
const REMEMBERED: TimeDelta = TimeDelta::hours(1);

/// The present time, if the clock is believed. What destroys something asks at that moment.
///
/// # Errors
/// [`Error::Clock`] when it is not; [`Error::Storage`].
pub async fn settle(app: &App) -> Result<SettledNow, Error> {
    look(&app.storage, &app.clock).await
}

/// As [`settle`], for what is still being put together.
///
/// # Errors
/// As [`settle`].
pub async fn look(storage: &Storage, clock: &Timekeeper) -> Result<SettledNow, Error> {
    let (stored, database) = read(storage, clock).await?;
    let verdict = clock.judge(stored.as_ref(), database);
    clock.tell(&verdict);
    let now = verdict?;
    let is_new =
        stored.as_ref().is_none_or(|stored| stored.look.uptime.is_none() || now.at() - stored.look.at >= REMEMBERED);
    if is_new {
        remember(storage, clock, stored.map_or(0, |stored| stored.confirmations)).await?;
    }
    Ok(now)
}

/// Stores a last look, so that the next start knows how long the service was away.
///
/// # Errors
/// As [`settle`].
pub async fn settle_at_the_end(app: &App) -> Result<(), Error> {
    settle(app).await?;
    let (stored, _) = read(&app.storage, &app.clock).await?;
    remember(&app.storage, &app.clock, stored.map_or(0, |stored| stored.confirmations)).await
}

/// Why the clock is not believed at this moment, if it is not. Stores nothing.
///
/// # Errors
/// [`StorageError`] when the database cannot be read.
pub async fn doubt(storage: &Storage, clock: &Timekeeper) -> Result<Option<Doubt>, StorageError> {
    let (stored, database) = read(storage, clock).await?;
    Ok(clock.judge(stored.as_ref(), database).err())
}

/// Believes the clock on the word of an operator, who says what day it is in UTC.
///
/// # Errors
/// [`Error::Field`](Error::Invalid) when the clock shows another day; [`Error::Clock`] when the database server's clock
/// shows another time, which no word of anybody puts right.
pub async fn confirm(app: &App, date: NaiveDate) -> Result<SettledNow, Error> {
    let look = app.clock.look();
    if look.at.date_naive() != date {
        let shown = look.at.date_naive();
        return Err(Error::field(
            "/date",
            format!("this machine's clock shows {shown} (UTC) and not {date}; set the clock first (NTP)"),
        ));
    }
    let (stored, database) = read(&app.storage, &app.clock).await?;
    let confirmations = stored.map_or(0, |stored| stored.confirmations) + 1;
    let confirmed = clock_looks::StoredLook { look: look.clone(), confirmations };
    // With the word of the operator only another machine's clock can speak against it.
    let now = app.clock.judge(Some(&confirmed), database)?;
    app.storage.write_system(move |system| clock_looks::put(system, &look, confirmations)).await?;
    Ok(now)
}

type Read = (Option<clock_looks::StoredLook>, Option<candour_domain::clock::DatabaseTime>);

async fn read(storage: &Storage, clock: &Timekeeper) -> Result<Read, StorageError> {
    let both = |system: &mut System<'_>| {
        Ok::<_, StorageError>((clock_looks::newest(system)?, clock_looks::database_time(system)?))
    };
    let (stored, database) = storage.read_system(both).await?;
    Ok((stored, database.map(|read| clock.of_server(read))))
}

async fn remember(storage: &Storage, clock: &Timekeeper, confirmations: u64) -> Result<(), Error> {
    let look = clock.look();
    Ok(storage.write_system(move |system| clock_looks::put(system, &look, confirmations)).await?)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::clock::Clock;
    use crate::{forget_requests, rotate_signing_key, sample};

    type Outcome = Result<(), Box<dyn std::error::Error>>;

    async fn start(folder: &std::path::Path) -> Result<(App, Arc<sample::Wall>), Box<dyn std::error::Error>> {
        let wall = Arc::new(sample::Wall::default());
        Ok((sample::node(folder, 20, wall.timekeeper()).await?, wall))
    }

    fn is_now(clock: &Timekeeper) -> bool {
        (clock.now() - Clock.now()).abs() < TimeDelta::minutes(1)
    }

    #[tokio::test]
    async fn a_clock_that_jumps_for_a_moment_destroys_nothing_and_moves_nothing() -> Outcome {
        let folder = tempfile::tempdir()?;
        let (app, wall) = start(folder.path()).await?;
        let keys = app.tokens.jwks().await;
        for days in [30, 7 * 365] {
            wall.set_ahead(TimeDelta::days(days));
            assert!(matches!(settle(&app).await, Err(Error::Clock(Doubt::Jumped { .. }))), "{days} days ahead");
            assert!(matches!(rotate_signing_key::rotate_due(&app).await, Err(Error::Clock(_))));
            assert!(matches!(forget_requests::forget_requests(&app).await, Err(Error::Clock(_))));
            assert_eq!(app.tokens.jwks().await, keys, "the key would be due");
            assert!(is_now(&app.clock), "what goes on goes by the time that the machine has run");
            wall.set_ahead(TimeDelta::zero());
            settle(&app).await?;
            rotate_signing_key::rotate_due(&app).await?;
            assert_eq!(app.tokens.jwks().await, keys, "and nothing has become due");
        }
        Ok(())
    }

    #[tokio::test]
    async fn a_start_with_a_wrong_clock_is_noticed_by_the_newest_stored_time() -> Outcome {
        let folder = tempfile::tempdir()?;
        let storage = start(folder.path()).await?.0.storage;
        for days in [7 * 365, -30] {
            let wall = Arc::new(sample::Wall::default());
            let started = wall.timekeeper();
            wall.set_ahead(TimeDelta::days(days));
            let found = look(&storage, &started).await;
            match days {
                0.. => assert!(matches!(found, Err(Error::Clock(Doubt::Jumped { .. })))),
                _ => assert!(matches!(found, Err(Error::Clock(Doubt::Behind { .. })))),
            }
            assert!(is_now(&started), "{days} days");
        }
        Ok(())
    }

    #[tokio::test]
    async fn an_operator_who_says_what_day_it_is_is_believed_by_everybody() -> Outcome {
        let folder = tempfile::tempdir()?;
        let ((app, wall), (other, others_wall)) = (start(folder.path()).await?, start(folder.path()).await?);
        let (months, today) = (TimeDelta::days(90), Clock.now().date_naive());
        wall.set_ahead(months);
        others_wall.set_ahead(months);
        assert!(matches!(confirm(&app, today).await, Err(Error::Invalid(_))), "the clock shows another day");
        assert!(settle(&other).await.is_err());
        confirm(&app, (Clock.now() + months).date_naive()).await?;
        assert!(settle(&other).await.is_ok());
        assert!((other.clock.now() - Clock.now() - months).abs() < TimeDelta::minutes(1));
        // And back again, once the mistake is seen.
        others_wall.set_ahead(TimeDelta::zero());
        assert!(matches!(settle(&other).await, Err(Error::Clock(Doubt::Behind { .. }))));
        wall.set_ahead(TimeDelta::zero());
        confirm(&app, today).await?;
        assert!(settle(&other).await.is_ok() && is_now(&other.clock));
        Ok(())
    }
}
