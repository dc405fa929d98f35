//! Who a verified token speaks for now: its account or its client as the database knows it at this moment.

use candour_domain::audit::{Action, Actor, Target};
use candour_domain::{Assurance, Principal, Role};
use candour_storage::{accounts, clients};

use crate::app::App;
use crate::auth::clients as clients_in_use;
use crate::auth::tokens::Bearer;
use crate::error::Error;
use crate::repeated::Happening;

/// Why a token that this service has signed is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefusedToken {
    /// The account is no longer there.
    AccountGone,
    /// The client is no longer there.
    ClientGone,
    /// The account does not hold the role.
    RoleEnded(Role),
}

/// The bearer as the database knows it now: one look, by index. A refusal is told in the audit log.
///
/// # Errors
/// [`Error::Storage`].
pub async fn principal(app: &App, bearer: Bearer) -> Result<Result<Principal, RefusedToken>, Error> {
    let found = look(app, bearer.clone()).await?;
    if let Err(refused) = found {
        app.repeated.count(refused.happening(&bearer), app.clock.now());
    }
    Ok(found)
}

async fn look(app: &App, bearer: Bearer) -> Result<Result<Principal, RefusedToken>, Error> {
    match bearer {
        Bearer::User { account, organisation, role } => {
            let found = app.storage.ask(move |system| accounts::standing(system, organisation, account)).await?;
            Ok(match found {
                None => Err(RefusedToken::AccountGone),
                Some((_, standing)) if !standing.holds(role) => Err(RefusedToken::RoleEnded(role)),
                // The operator has made the token, for whom they name.
                Some((found, _)) => {
                    let (email, assurance) = (found.email, Assurance::Proven);
                    Ok(Principal::User { account, organisation, role, email, assurance })
                }
            })
        }
        Bearer::Client { client, organisation, scopes } => {
            let found = app.storage.ask(move |system| clients::find(system, client)).await?;
            Ok(match found.filter(|(owner, _)| *owner == organisation) {
                None => Err(RefusedToken::ClientGone),
                // A scope taken away from the credentials is gone from tokens that were issued before; one that was
                // added needs a new token.
                Some((_, found)) => {
                    clients_in_use::note_use(app, organisation, &found).await;
                    let scopes = scopes.into_iter().filter(|scope| found.scopes.contains(scope)).collect();
                    Ok(Principal::Client { client, organisation, scopes })
                }
            })
        }
    }
}

impl RefusedToken {
    fn happening(self, bearer: &Bearer) -> Happening {
        let (organisation, actor, target) = match bearer {
            Bearer::User { account, organisation, .. } => {
                (*organisation, Actor::Account(*account), Target::Account(*account))
            }
            Bearer::Client { client, organisation, .. } => {
                (*organisation, Actor::Client(*client), Target::Client(*client))
            }
        };
        let reason = if matches!(self, Self::RoleEnded(_)) { "role_not_held" } else { "removed" };
        let mut about = vec![("reason", reason.to_owned())];
        if let Bearer::User { role, .. } = bearer {
            about.push(("role", role.as_str().to_owned()));
        }
        Happening { organisation, actor, target, action: Action::TokenRefused, about }
    }
}
