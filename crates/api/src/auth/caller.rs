//! The caller of an operation: reads the bearer token, asks the database what its account or client is now, and asks the access table.
//!
//! A token says who somebody is. What they may do is looked up on every request, by one indexed statement: somebody who is removed, or loses a
//! role or a scope, loses it at their next request, on every node.

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::{StatusCode, header};
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest};
use candour_domain::audit::{Action, Actor, Target};
use candour_domain::{Operation, Principal, Role};
use candour_service::app::App;
use candour_service::auth::tokens::{Bearer, Verified};
use candour_service::error::Error;
use candour_service::repeated::Happening;
use candour_storage::{accounts, clients};

use crate::problem::Problem;

/// A caller whose token has verified, whose account or credentials exist, and who holds the role or scopes it acts by at this moment.
#[derive(Clone, Debug)]
pub struct Caller {
    principal: Principal,
    token: String,
}

/// Why a token that this service has signed is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Refused {
    /// The account or the client is no longer there.
    Gone,
    /// The account does not hold the role.
    RoleEnded,
}

impl Caller {
    /// Who sends this request, as of now. Everything that authorises a request goes through here: handlers, and what stands before them.
    ///
    /// # Errors
    /// A 401 problem when there is no token, it does not verify, or its account or client has been removed; 403 when the account does not hold
    /// the role any more; 503 when the database cannot say.
    pub async fn of(request: &HttpRequest, app: &App) -> Result<Self, Problem> {
        let Verified { id, bearer } = verified(request, app).await?;
        match principal(app, bearer.clone()).await? {
            Ok(principal) => Ok(Self { principal, token: id }),
            Err(refused) => {
                app.repeated.count(refused.happening(&bearer), app.clock.now());
                Err(refused.problem(&bearer))
            }
        }
    }

    /// Goes on only if the access table grants this operation.
    ///
    /// # Errors
    /// A 403 problem.
    pub fn require(&self, operation: Operation) -> Result<&Principal, Problem> {
        if self.principal.may(operation) { Ok(&self.principal) } else { Err(Problem::forbidden(operation, &self.principal)) }
    }

    /// Who asks, whatever they ask for.
    #[must_use]
    pub fn principal(&self) -> &Principal {
        &self.principal
    }

    /// The id of the token (`jti`), by which the audit log names it.
    #[must_use]
    pub fn token(&self) -> &str {
        &self.token
    }
}

impl FromRequest for Caller {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, _payload: &mut Payload) -> Self::Future {
        let app = request.app_data::<Data<App>>().cloned();
        let request = request.clone();
        Box::pin(async move {
            let app = app.ok_or_else(Problem::unavailable)?;
            Self::of(&request, &app).await
        })
    }
}

/// Whom the token of a request speaks for, by its signature alone.
///
/// # Errors
/// A 401 problem when there is no token or it does not verify; a 503 problem when the key that would verify it cannot be read.
pub async fn bearer(request: &HttpRequest, app: &App) -> Result<Bearer, Problem> {
    Ok(verified(request, app).await?.bearer)
}

/// What is said of a token that does not verify.
const UNVERIFIED: &str = "The token has expired or was not issued by this service. Get a new one: an integration from POST /oauth/token, a person from \
                          those who run the service.";

async fn verified(request: &HttpRequest, app: &App) -> Result<Verified, Problem> {
    let text = request.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let token = text
        .and_then(|text| text.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map(|(_, token)| token.trim())
        .ok_or_else(|| Problem::unauthenticated("There is no token. Send one in the header Authorization: Bearer TOKEN."))?;
    app.tokens.verify(token).await?.ok_or_else(|| Problem::unauthenticated(UNVERIFIED))
}

/// The bearer as the database knows it now.
async fn principal(app: &App, bearer: Bearer) -> Result<Result<Principal, Refused>, Problem> {
    match bearer {
        Bearer::User { account, organisation, role } => {
            let found = app.storage.ask(move |system| accounts::standing(system, organisation, account)).await.map_err(Error::from)?;
            Ok(match found {
                None => Err(Refused::Gone),
                Some((_, standing)) if !standing.holds(role) => Err(Refused::RoleEnded),
                Some((found, _)) => Ok(Principal::User { account, organisation, role, email: found.email }),
            })
        }
        Bearer::Client { client, organisation, scopes } => {
            let found = app.storage.ask(move |system| clients::find(system, client)).await.map_err(Error::from)?;
            Ok(match found.filter(|(owner, _)| *owner == organisation) {
                None => Err(Refused::Gone),
                // A scope taken away from the credentials is gone from tokens that were issued before; one that was added needs a new token.
                Some((_, found)) => {
                    let scopes = scopes.into_iter().filter(|scope| found.scopes.contains(scope)).collect();
                    Ok(Principal::Client { client, organisation, scopes })
                }
            })
        }
    }
}

impl Refused {
    fn problem(self, bearer: &Bearer) -> Problem {
        let role = match bearer {
            Bearer::User { role, .. } => *role,
            Bearer::Client { .. } => {
                return Problem::unauthenticated(
                    "The credentials of this token have been removed. Ask the people who run the service for new ones.",
                );
            }
        };
        if self == Self::Gone {
            return Problem::unauthenticated(
                "The account of this token has been removed. Ask the people who run the service for a new token.",
            );
        }
        let detail = match role {
            Role::Administrator => {
                "The account of this token is not an administrator of the trust any more. Ask for a token for the role that you have."
            }
            Role::Facilitator => {
                "The account of this token does not facilitate any review of the trust. Ask for a token for the role that you have."
            }
            Role::Subject => "No review of the trust is about the account of this token. Ask for a token for the role that you have.",
        };
        Problem::new(StatusCode::FORBIDDEN, "role-not-held", "Not allowed", detail)
    }

    fn happening(self, bearer: &Bearer) -> Happening {
        let (organisation, actor, target) = match bearer {
            Bearer::User { account, organisation, .. } => (*organisation, Actor::Account(*account), Target::Account(*account)),
            Bearer::Client { client, organisation, .. } => (*organisation, Actor::Client(*client), Target::Client(*client)),
        };
        let reason = if self == Self::Gone { "removed" } else { "role_not_held" };
        let mut about = vec![("reason", reason.to_owned())];
        if let Bearer::User { role, .. } = bearer {
            about.push(("role", role.as_str().to_owned()));
        }
        Happening { organisation, actor, target, action: Action::TokenRefused, about }
    }
}
