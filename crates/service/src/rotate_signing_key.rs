//! Signing keys change: a new one from time to time, and old ones go when no token of theirs can be valid any more.

use candour_seal::ServerKey;
use candour_storage::{System, signing_keys as stored};
use chrono::{DateTime, Utc};

use crate::app::App;
use crate::auth::signing_keys;
use crate::entropy;
use crate::error::Error;
use crate::settle::settle;

/// The key that signs next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NextKey {
    /// Its `kid`, which is published with it.
    pub id: String,
    /// From when on it signs.
    pub signs_from: DateTime<Utc>,
    /// Whether it has been made now. Otherwise one was waiting already.
    pub made: bool,
}

/// Makes a new key when the newest is [`App::signing_key_days`] old, and removes keys that have outlived their tokens.
/// Several nodes that do this at once make one key.
///
/// # Errors
/// [`Error::Clock`] when it is not sure what time it is; [`Error`] when the keys cannot be read or stored.
pub async fn rotate_due(app: &App) -> Result<(), Error> {
    let (now, days) = (settle(app).await?.at(), app.signing_key_days);
    let known = app.storage.read_system(stored::all).await?;
    if !signing_keys::is_due(&known, days, now) && signing_keys::outlived(&known, now).next().is_none() {
        return Ok(());
    }
    let server = app.key.clone();
    let (removed, made) = app
        .storage
        .write_system(move |system| {
            stored::hold(system)?;
            let known = stored::all(system)?;
            let removed: Vec<_> = signing_keys::outlived(&known, now).map(str::to_owned).collect();
            removed.iter().try_for_each(|id| stored::delete(system, id))?;
            let made = if signing_keys::is_due(&known, days, now) { Some(add(system, &server, now)?) } else { None };
            Ok::<_, Error>((removed, made))
        })
        .await?;
    for kid in removed {
        tracing::info!(kid, "a signing key has been removed: no token of it is valid any more");
    }
    if let Some(key) = made {
        let (kid, signs_from) = (key.id, signing_keys::signs_from(key.created_at));
        tracing::info!(kid, %signs_from, "a new signing key has been made");
    }
    app.tokens.reload().await
}

/// Makes a new key now, unless one waits to sign already.
///
/// # Errors
/// [`Error`] when the keys cannot be read or stored.
pub async fn rotate(app: &App) -> Result<NextKey, Error> {
    let now = app.clock.now();
    let server = app.key.clone();
    app.storage
        .write_system(move |system| {
            stored::hold(system)?;
            let known = stored::all(system)?;
            let waiting =
                known.first().filter(|newest| known.len() > 1 && signing_keys::signs_from(newest.created_at) > now);
            let (key, made) = match waiting {
                Some(waiting) => (waiting.clone(), false),
                None => (add(system, &server, now)?, true),
            };
            Ok(NextKey { signs_from: signing_keys::signs_from(key.created_at), id: key.id, made })
        })
        .await
}

/// Makes a new key that signs at once, and removes all others: no token that has been issued so far is valid any more.
/// For the day on which a key has come into the wrong hands.
///
/// # Errors
/// [`Error`] when the keys cannot be read or stored.
pub async fn replace_all(app: &App) -> Result<NextKey, Error> {
    let now = app.clock.now();
    let server = app.key.clone();
    app.storage
        .write_system(move |system| {
            stored::hold(system)?;
            for old in stored::all(system)? {
                stored::delete(system, &old.id)?;
            }
            let key = add(system, &server, now)?;
            Ok(NextKey { id: key.id, signs_from: now, made: true })
        })
        .await
}

fn add(system: &mut System<'_>, server: &ServerKey, now: DateTime<Utc>) -> Result<stored::SigningKey, Error> {
    let key = signing_keys::generate(server, now, &mut entropy::system())?;
    stored::insert(system, &key)?;
    Ok(key)
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;
    use crate::clock::Timekeeper;
    use crate::sample;

    type Outcome = Result<(), Box<dyn std::error::Error>>;

    /// Two nodes on one database, whose only key was made this many days ago.
    async fn nodes(
        folder: &std::path::Path,
        days: i64,
    ) -> Result<(App, App, stored::SigningKey), Box<dyn std::error::Error>> {
        let (one, other) = (
            sample::node(folder, 30, Timekeeper::default()).await?,
            sample::node(folder, 30, Timekeeper::default()).await?,
        );
        let old = signing_keys::generate(&one.key, one.clock.now() - TimeDelta::days(days), &mut entropy::system())?;
        let key = old.clone();
        let age = move |system: &mut System<'_>| {
            for young in stored::all(system)? {
                stored::delete(system, &young.id)?;
            }
            stored::insert(system, &key)
        };
        one.storage.write_system(age).await?;
        Ok((one, other, old))
    }

    async fn ids(app: &App) -> Result<Vec<String>, Error> {
        Ok(app.storage.read_system(stored::all).await?.into_iter().map(|key| key.id).collect())
    }

    #[tokio::test]
    async fn nodes_that_find_a_key_due_at_the_same_time_make_one() -> Outcome {
        let folder = tempfile::tempdir()?;
        let (one, other, old) = nodes(folder.path(), 30).await?;
        let (first, second) = tokio::join!(rotate_due(&one), rotate_due(&other));
        first?;
        second?;
        let keys = ids(&one).await?;
        assert_eq!((keys.len(), keys.last()), (2, Some(&old.id)));
        rotate_due(&one).await?;
        assert_eq!(ids(&one).await?, keys, "the new one is not due");
        let published = one.tokens.jwks().await;
        assert_eq!(published["keys"].as_array().map(Vec::len), Some(2), "published before it signs: {published}");
        Ok(())
    }

    #[tokio::test]
    async fn a_key_that_is_not_due_stays_the_only_one() -> Outcome {
        let folder = tempfile::tempdir()?;
        let (one, _, old) = nodes(folder.path(), 29).await?;
        rotate_due(&one).await?;
        assert_eq!(ids(&one).await?, [old.id]);
        Ok(())
    }

    #[tokio::test]
    async fn an_old_key_goes_with_its_last_token() -> Outcome {
        let folder = tempfile::tempdir()?;
        let (one, _, old) = nodes(folder.path(), 90).await?;
        for days in [2, 1] {
            let key =
                signing_keys::generate(&one.key, one.clock.now() - TimeDelta::days(days), &mut entropy::system())?;
            one.storage.write_system(move |system| stored::insert(system, &key)).await?;
        }
        rotate_due(&one).await?;
        let left = ids(&one).await?;
        assert!(left.len() == 2 && !left.contains(&old.id), "{left:?}");
        Ok(())
    }

    #[tokio::test]
    async fn a_key_made_by_hand_is_made_once_while_it_waits() -> Outcome {
        let folder = tempfile::tempdir()?;
        let (one, other, _) = nodes(folder.path(), 1).await?;
        let (first, second) = tokio::join!(rotate(&one), rotate(&other));
        let (first, second) = (first?, second?);
        assert_eq!((&first.id, first.signs_from), (&second.id, second.signs_from));
        assert!(first.made != second.made);
        assert!(first.signs_from > one.clock.now() + TimeDelta::minutes(10));
        assert_eq!(ids(&one).await?.len(), 2);
        Ok(())
    }

    #[tokio::test]
    async fn a_key_in_the_wrong_hands_is_of_no_use_any_more() -> Outcome {
        use crate::auth::tokens::Bearer;

        let folder = tempfile::tempdir()?;
        let (one, _, _) = nodes(folder.path(), 1).await?;
        one.tokens.reload().await?;
        let organisation = candour_domain::OrganisationId::from_random([2; 16]);
        let bearer = Bearer::User {
            account: candour_domain::AccountId::from_random([1; 16]),
            organisation,
            role: candour_domain::Role::Facilitator,
        };
        let before = one.tokens.sign(&bearer, 60).await?.token;
        assert_eq!(one.tokens.verify(&before).await?.map(|verified| verified.bearer), Some(bearer.clone()));
        let next = replace_all(&one).await?;
        one.tokens.reload().await?;
        assert_eq!(ids(&one).await?, [next.id]);
        assert_eq!(one.tokens.verify(&before).await?, None);
        let after = one.tokens.sign(&bearer, 60).await?.token;
        assert_eq!(one.tokens.verify(&after).await?.map(|verified| verified.bearer), Some(bearer));
        Ok(())
    }
}
