//! Sessions as `actix-session` keeps them, over those of the service.

use std::collections::HashMap;

use actix_session::storage::{LoadError, SaveError, SessionKey, SessionStore, UpdateError};
use actix_web::cookie::time::Duration;
use actix_web::web;
use candour_service::app::App;
use candour_service::auth::sessions;

/// What somebody has proved.
pub(super) const PROOF: &str = "proof";
/// The id of the session, as its owner knows it.
pub(super) const ID: &str = "id";
/// The browser in words.
pub(super) const BROWSER: &str = "browser";

/// Keeps sessions in the database, under a hash of the key. How long one lasts, the service says.
pub(crate) struct Store(pub(super) web::Data<App>);

type State = HashMap<String, String>;

impl SessionStore for Store {
    async fn load(&self, key: &SessionKey) -> Result<Option<State>, LoadError> {
        let found = sessions::find(&self.0, key.as_ref()).await.map_err(|error| LoadError::Other(error.into()))?;
        let Some(state) = found else { return Ok(None) };
        serde_json::from_str(&state).map(Some).map_err(|error| LoadError::Deserialization(error.into()))
    }

    async fn save(&self, state: State, _ttl: &Duration) -> Result<SessionKey, SaveError> {
        let text = serde_json::to_string(&state).map_err(|error| SaveError::Serialization(error.into()))?;
        let read = |name: &str| state.get(name).map(String::as_str);
        let id = read(ID).and_then(|text| serde_json::from_str(text).ok());
        let signed_in = id.zip(read(PROOF).and_then(|text| serde_json::from_str(text).ok()));
        let key = sessions::open(&self.0, signed_in, text).await.map_err(|error| SaveError::Other(error.into()))?;
        SessionKey::try_from(key.to_string()).map_err(|error| SaveError::Other(error.into()))
    }

    async fn update(&self, key: SessionKey, state: State, ttl: &Duration) -> Result<SessionKey, UpdateError> {
        let text = serde_json::to_string(&state).map_err(|error| UpdateError::Serialization(error.into()))?;
        let kept = sessions::keep(&self.0, key.as_ref(), text).await;
        if kept.map_err(|error| UpdateError::Other(error.into()))? {
            return Ok(key);
        }
        // It has ended while the request was under way. What somebody had proved ended with it.
        let state = state.into_iter().filter(|(name, _)| name != PROOF && name != ID).collect();
        self.save(state, ttl).await.map_err(|error| UpdateError::Other(error.into()))
    }

    async fn update_ttl(&self, _key: &SessionKey, _ttl: &Duration) -> Result<(), anyhow::Error> {
        Ok(())
    }

    async fn delete(&self, key: &SessionKey) -> Result<(), anyhow::Error> {
        Ok(sessions::delete(&self.0, key.as_ref()).await?)
    }
}
