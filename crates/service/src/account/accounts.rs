//! Accounts of people and credentials of integrations, as the command line makes them.

use candour_domain::audit::{Action, Actor, Target};
use candour_domain::{AccountId, ClientId, Email, OrganisationId, Person, Role, RoundState, Scope};
use candour_storage::accounts;
use candour_storage::clients::{self, Client};
use candour_storage::{StorageError, Tenant, reviews, rounds};
use chrono::{DateTime, Utc};
use serde_json::json;
use zeroize::Zeroizing;

use crate::account::people;
use crate::app::App;
use crate::audit;
use crate::auth::secret;
use crate::auth::tokens::{self, Bearer, Signed};
use crate::entropy::{self, fresh};
use crate::error::Error;

/// A token for a person.
pub struct Issued {
    /// Their account.
    pub account: AccountId,
    /// The token. Whoever holds it acts as this person until it expires.
    pub token: Zeroizing<String>,
    /// Until when.
    pub expires_at: DateTime<Utc>,
}

/// Issues a token for a person in one role, adding their account where there is none.
///
/// # Errors
/// [`Error::Review`] for an administrator who facilitates or advises on a review that is not over; otherwise when it cannot be stored
/// or signed.
pub async fn issue_token(
    app: &App,
    organisation: OrganisationId,
    person: Person,
    role: Role,
    hours: i64,
) -> Result<Issued, Error> {
    let (now, id) = (app.clock.now(), tokens::fresh_id());
    let named = id.clone();
    let account = app
        .storage
        .write(organisation, move |tenant| {
            let administrator = role == Role::Administrator;
            if administrator {
                require_reads_no_review_first(tenant, &person.email)?;
            }
            let account = people::account_of(tenant, person, now)?;
            if administrator {
                accounts::make_administrator(tenant, account)?;
            }
            let detail = json!({"role": role.as_str(), "hours": hours, "token": named});
            audit::record(tenant, Actor::Operator, Action::TokenIssued, Target::Account(account), detail, now)?;
            Ok::<_, Error>(account)
        })
        .await?;
    let Signed { token, expires_at, .. } =
        app.tokens.sign_as(id, &Bearer::User { account, organisation, role }, hours * 3600).await?;
    Ok(Issued { account, token, expires_at })
}

/// That nobody becomes an administrator while they are the facilitator or an adviser of a review, under whichever
/// address of theirs.
pub(super) fn require_reads_no_review_first(tenant: &mut Tenant<'_>, email: &Email) -> Result<(), Error> {
    for review in reviews::every(tenant)? {
        let state = match rounds::find(tenant, review.round_id) {
            Ok(found) => found.ok_or(Error::NotFound)?.state(),
            // Of a round that cannot be read, nobody knows that it is over.
            Err(StorageError::Corrupt(_)) => RoundState::Open,
            Err(error) => return Err(error.into()),
        };
        review.require_may_administrate(email, state)?;
    }
    Ok(())
}

/// Adds an integration. Its secret is returned this once and kept as a hash.
///
/// # Errors
/// [`Error`] when it cannot be stored.
pub async fn create_client(
    app: &App,
    organisation: OrganisationId,
    name: String,
    scopes: Vec<Scope>,
) -> Result<(ClientId, Zeroizing<String>), Error> {
    let now = app.clock.now();
    let id = fresh(ClientId::from_random);
    let (secret, secret_hash) = secret::generate(&mut entropy::system());
    app.storage
        .write(organisation, move |tenant| {
            let detail = json!({"scopes": scopes.iter().map(|scope| scope.as_str()).collect::<Vec<_>>()});
            clients::insert(tenant, &Client { id, name, scopes, secret_hash }, now)?;
            audit::record(tenant, Actor::Operator, Action::ClientCreated, Target::Client(id), detail, now)?;
            Ok::<_, Error>(())
        })
        .await?;
    Ok((id, secret))
}
