//! Client credentials: an id and a secret, exchanged for a token of some or all scopes of the client.

use candour_domain::audit::{Action, Actor, Target};
use candour_domain::{ClientId, OrganisationId, Scope};
use candour_storage::clients;

use crate::app::App;
use crate::auth::clients as clients_in_use;
use crate::auth::secret;
use crate::auth::tokens::{Bearer, CLIENT_TOKEN_SECONDS, Signed};
use crate::error::Error;
use crate::repeated::Happening;

/// A client that has shown its secret.
pub struct ProvedClient {
    client: ClientId,
    organisation: OrganisationId,
    scopes: Vec<Scope>,
}

impl ProvedClient {
    /// The client with this id, if this is its secret. A wrong secret of a client that exists is told in the audit log
    /// of its trust.
    ///
    /// # Guarantee
    /// An id that nobody has costs the same query and the same hash as a wrong secret.
    ///
    /// # Errors
    /// [`Error::Storage`].
    pub async fn prove(app: &App, id: ClientId, shown: &str) -> Result<Option<Self>, Error> {
        let found = app.storage.ask(move |system| clients::find(system, id)).await?;
        let expected = found.as_ref().map_or([0; 32], |(_, client)| client.secret_hash);
        let is_right = secret::verify(shown, &expected);
        let Some((organisation, client)) = found else { return Ok(None) };
        if !is_right {
            app.repeated.count(wrong_secret(organisation, id), app.clock.now());
            return Ok(None);
        }
        clients_in_use::note_use(app, organisation, &client).await;
        Ok(Some(Self { client: id, organisation, scopes: client.scopes }))
    }

    /// What it has been allowed.
    #[must_use]
    pub fn scopes(&self) -> &[Scope] {
        &self.scopes
    }

    /// The scopes that these names ask for, separated by blanks; all of its own without names. `None` when a name is
    /// unknown or is not among its own.
    #[must_use]
    pub fn grants(&self, wanted: Option<&str>) -> Option<Vec<Scope>> {
        let Some(wanted) = wanted else { return Some(self.scopes.clone()) };
        let wanted = wanted.split_whitespace().map(Scope::from_name).collect::<Option<Vec<_>>>()?;
        (!wanted.is_empty() && wanted.iter().all(|scope| self.scopes.contains(scope))).then_some(wanted)
    }

    /// A token for these scopes. It is valid for [`CLIENT_TOKEN_SECONDS`].
    ///
    /// # Errors
    /// [`Error::Storage`], [`Error::Seal`] when it cannot be signed.
    pub async fn token(&self, app: &App, scopes: Vec<Scope>) -> Result<Signed, Error> {
        app.tokens
            .sign(
                &Bearer::Client { client: self.client, organisation: self.organisation, scopes },
                CLIENT_TOKEN_SECONDS,
            )
            .await
    }
}

/// Somebody knows the id of a client and not its secret.
fn wrong_secret(organisation: OrganisationId, id: ClientId) -> Happening {
    let about = vec![("reason", "wrong_secret".to_owned())];
    Happening { organisation, actor: Actor::Unknown, action: Action::TokenRefused, target: Target::Client(id), about }
}
