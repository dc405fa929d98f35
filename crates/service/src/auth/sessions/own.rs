//! A person's own sessions: where they are signed in, and ending them.

use candour_domain::SessionId;
use candour_domain::audit::{Action, Actor, Target};
use candour_storage::{Tenant, sessions as stored};
use chrono::{DateTime, Utc};
use serde_json::json;

use super::{SignedIn, Way};
use crate::app::App;
use crate::audit;
use crate::error::Error;

/// A session as its owner sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// Its id.
    pub id: SessionId,
    /// How it was begun.
    pub way: Option<Way>,
    /// In which browser, in words such as "Firefox on Windows".
    pub browser: Option<String>,
    /// When it was begun.
    pub begun_at: DateTime<Utc>,
    /// When it was used last, to the minute or so.
    pub seen_at: DateTime<Utc>,
}

/// The field of a session's state that names its browser.
const BROWSER: &str = "browser";

/// The person's own sessions, the one used last first.
///
/// # Errors
/// [`Error::Storage`].
pub async fn list(app: &App, who: &SignedIn) -> Result<Vec<Listed>, Error> {
    let (account, now, limits) = (who.account.id, app.clock.now(), app.sessions);
    let all = app
        .storage
        .read(who.organisation.id, move |tenant| Ok::<_, Error>(stored::of_account(tenant, account)?))
        .await?;
    let lasting = all.into_iter().filter(|session| !limits.are_over(session.begun_at, session.seen_at, now));
    Ok(lasting.map(|session| listed(&session)).collect())
}

/// Ends one of the person's own sessions; false when it has ended before.
///
/// # Errors
/// [`Error::Storage`].
pub async fn end(app: &App, who: &SignedIn, id: SessionId) -> Result<bool, Error> {
    let (account, now) = (who.account.id, app.clock.now());
    let end = move |tenant: &mut Tenant<'_>| {
        let ended = stored::end(tenant, account, id)?;
        if ended {
            let detail = json!({"session": id.to_string()});
            let (who, about) = (Actor::Account(account), Target::Account(account));
            audit::record(tenant, who, Action::SessionEnded, about, detail, now)?;
        }
        Ok(ended)
    };
    app.storage.write(who.organisation.id, end).await
}

/// Ends all of the person's own sessions but the one they are in; says how many.
///
/// # Errors
/// [`Error::Storage`].
pub async fn end_others(app: &App, who: &SignedIn) -> Result<usize, Error> {
    let (account, own, now) = (who.account.id, who.session, app.clock.now());
    let end = move |tenant: &mut Tenant<'_>| {
        let ended = stored::end_all(tenant, account, Some(own))?;
        let (who, about) = (Actor::Account(account), Target::Account(account));
        audit::record(tenant, who, Action::SessionEnded, about, json!({"number": ended}), now)?;
        Ok(ended)
    };
    app.storage.write(who.organisation.id, end).await
}

fn listed(session: &stored::Session) -> Listed {
    let state: serde_json::Map<String, serde_json::Value> = serde_json::from_str(&session.state).unwrap_or_default();
    let browser = state.get(BROWSER).and_then(|text| serde_json::from_str(text.as_str()?).ok());
    Listed {
        id: session.id,
        way: Way::from_name(&session.owner.way),
        browser,
        begun_at: session.begun_at,
        seen_at: session.seen_at,
    }
}
