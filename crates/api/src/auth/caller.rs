//! The caller of an operation: reads the bearer token, asks the database what its account or client is now, and asks
//! the access table.
//!
//! A token says who somebody is. What they may do is looked up on every request, by one indexed statement: somebody who
//! is removed, or loses a role or a scope, loses it at their next request, on every node.

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::{StatusCode, header};
use actix_web::web::Data;
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use candour_domain::access::Permission;
use candour_domain::{Authorised, Principal, Role};
use candour_service::app::App;
use candour_service::auth::personal_tokens::{self, Refused};
use candour_service::auth::standing::{self, RefusedToken};
use candour_service::auth::tokens::{Bearer, Verified};

use crate::problem::Problem;

/// A caller whose token has verified, whose account or credentials exist, and who holds the role or scopes it acts by
/// at this moment.
#[derive(Clone, Debug)]
pub struct Caller {
    principal: Principal,
    token: String,
}

/// What was found out about the sender of a request once its body was there, so that the database is asked once.
struct Known(Result<Caller, Problem>);

impl Caller {
    /// Who sends this request, as of now. Everything that authorises a request goes through here: handlers, and what
    /// stands before them.
    ///
    /// # Errors
    /// A 401 problem when there is no token, it does not verify, or its account or client has been removed; 403 when
    /// the account does not hold the role any more; 503 when the database cannot say.
    pub async fn of(request: &HttpRequest, app: &App) -> Result<Self, Problem> {
        if let Some(shown) = shown(request).filter(|token| personal_tokens::is_one(token)) {
            let (id, principal) = personal_tokens::principal(app, shown).await?.map_err(refused)?;
            return Ok(Self { principal, token: id.to_string() });
        }
        let Verified { id, bearer } = verified(request, app).await?;
        let principal = standing::principal(app, bearer).await?.map_err(problem)?;
        Ok(Self { principal, token: id })
    }

    /// Goes on only if the access table grants this operation. What it gives is what the use case of the operation
    /// takes.
    ///
    /// # Errors
    /// A 403 problem.
    pub fn require<P: Permission>(&self) -> Result<Authorised<P>, Problem> {
        self.principal.authorise().ok_or_else(|| Problem::forbidden(P::OPERATION, &self.principal))
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
            let known = request.extensions().get::<Known>().map(|Known(found)| found.clone());
            if let Some(found) = known {
                return found;
            }
            let app = app.ok_or_else(Problem::unavailable)?;
            let found = Self::of(&request, &app).await;
            request.extensions_mut().insert(Known(found.clone()));
            found
        })
    }
}

/// Who the token of a request speaks for, by its signature alone.
///
/// # Errors
/// A 401 problem when there is no token or it does not verify; a 503 problem when the key that would verify it cannot
/// be read.
pub async fn bearer(request: &HttpRequest, app: &App) -> Result<Bearer, Problem> {
    Ok(verified(request, app).await?.bearer)
}

/// What is said of a token that does not verify.
const UNVERIFIED: &str = "The token has expired or was not issued by this service. Get a new one: an integration from \
 POST /oauth/token, a person from those who run the service.";

async fn verified(request: &HttpRequest, app: &App) -> Result<Verified, Problem> {
    let token = shown(request).ok_or_else(|| {
        Problem::unauthenticated("There is no token. Send one in the header Authorization: Bearer TOKEN.")
    })?;
    app.tokens.verify(token).await?.ok_or_else(|| Problem::unauthenticated(UNVERIFIED))
}

/// The token of a request, whatever it is.
fn shown(request: &HttpRequest) -> Option<&str> {
    let text = request.headers().get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = text.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

fn refused(refused: Refused) -> Problem {
    match refused {
        Refused::Unknown => Problem::unauthenticated(
            "There is no such token, or its owner has revoked it. Make another in the browser, under your account.",
        ),
        Refused::Expired => {
            Problem::unauthenticated("The token has expired. Make another in the browser, under your account.")
        }
        Refused::Standing(refused) => problem(refused),
    }
}

fn problem(refused: RefusedToken) -> Problem {
    let role = match refused {
        RefusedToken::ClientGone => {
            return Problem::unauthenticated(
                "The credentials of this token have been removed. Ask the people who run the service for new ones.",
            );
        }
        RefusedToken::AccountGone => {
            return Problem::unauthenticated(
                "The account of this token has been removed. Ask the people who run the service for a new token.",
            );
        }
        RefusedToken::RoleEnded(role) => role,
    };
    let detail = match role {
        Role::Administrator => {
            "The account of this token is not an administrator of the trust any more. Ask for a token for the role \
             that you have."
        }
        Role::Facilitator => {
            "The account of this token does not facilitate any review of the trust. Ask for a token for the role that \
             you have."
        }
        Role::Adviser => {
            "The account of this token does not advise on any review of the trust. Ask for a token for the role that \
             you have."
        }
        Role::Subject => {
            "No review of the trust is about the account of this token. Ask for a token for the role that you have."
        }
    };
    Problem::new(StatusCode::FORBIDDEN, "role-not-held", "Not allowed", detail)
}
