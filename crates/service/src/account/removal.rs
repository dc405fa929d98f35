//! Shutting out: accounts and integrations that are removed, scopes that are changed, a trust that is not used. Each
//! works at the next request, on every node, because every request asks the database.

use candour_domain::audit::{Action, Actor, Target};
use candour_domain::{AccountId, ClientId, Email, OrganisationId, Scope};
use candour_storage::{accounts, clients, organisations};
use serde_json::json;

use crate::account::people;
use crate::app::App;
use crate::audit;
use crate::auth::clients as auth_clients;
use crate::error::Error;

/// An account that has been removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Removed {
    /// It.
    pub account: AccountId,
    /// How many administrators the trust has left.
    pub administrators_left: usize,
}

/// Ends the access of the account with this address, of an administrator only where `administrator` says so. No session
/// or token of theirs works any more, in whatever role. What they did stays in the audit log under the account's id.
///
/// # Errors
/// [`Error::NotFound`] when there is none.
pub async fn remove_account(
    app: &App,
    organisation: OrganisationId,
    email: Email,
    administrator: bool,
) -> Result<Removed, Error> {
    let now = app.clock.now();
    app.storage
        .write(organisation, move |tenant| {
            let mut first = None;
            // Somebody may have two, from before domains were kept in one form.
            for account in accounts::list(tenant)?.into_iter().filter(|account| account.email == email) {
                if first.is_none() && administrator && !account.administrator {
                    return Err(Error::NotFound);
                }
                people::end_account(tenant, Actor::Operator, &account, now)?;
                first = first.or(Some(account.id));
            }
            Ok(Removed {
                account: first.ok_or(Error::NotFound)?,
                administrators_left: accounts::administrators(tenant)?.len(),
            })
        })
        .await
}

/// Replaces what an integration has been allowed. Its tokens lose at once what is taken away; for what is added it
/// needs a new one.
///
/// # Errors
/// [`Error::NotFound`] when there is none.
pub async fn change_scopes(app: &App, id: ClientId, scopes: Vec<Scope>) -> Result<(), Error> {
    let (organisation, now) = (auth_clients::owner(app, id).await?, app.clock.now());
    app.storage
        .write(organisation, move |tenant| {
            if !clients::set_scopes(tenant, id, &scopes)? {
                return Err(Error::NotFound);
            }
            let detail = json!({"scopes": scopes.iter().map(|scope| scope.as_str()).collect::<Vec<_>>()});
            audit::record(tenant, Actor::Operator, Action::ClientScopesChanged, Target::Client(id), detail, now)?;
            Ok(())
        })
        .await
}

/// Removes a trust that has no round and no report, with its accounts, integrations, questionnaires and audit log.
///
/// # Errors
/// [`Error::NotFound`] when there is none; [`Error::Conflict`] when it has anything that would be lost.
pub async fn remove_organisation(app: &App, id: OrganisationId) -> Result<(), Error> {
    app.storage
        .write(id, move |tenant| {
            if organisations::uses(tenant)?.hold_something() {
                return Err(Error::Conflict(
                    "the trust has rounds or reports, which would be lost; delete its drafts, and the service deletes \
                     the rest at its time (`candour retention` prints it)",
                ));
            }
            if organisations::delete(tenant)? { Ok(()) } else { Err(Error::NotFound) }
        })
        .await
}
