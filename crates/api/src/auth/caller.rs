//! The caller of an operation: reads the bearer token and asks the access table.

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest};
use candour_domain::{Operation, OrganisationId, Principal};
use candour_storage::{accounts, clients};

use crate::auth::tokens::Bearer;
use crate::error::Problem;
use crate::state::App;

/// A caller whose token has verified and whose account or credentials still exist.
#[derive(Clone, Debug)]
pub struct Caller(Principal);

impl Caller {
    /// Goes on only if the access table grants this operation.
    ///
    /// # Errors
    /// A 403 problem.
    pub fn require(&self, operation: Operation) -> Result<&Principal, Problem> {
        if self.0.may(operation) { Ok(&self.0) } else { Err(Problem::forbidden(operation, &self.0)) }
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
            let bearer = bearer(&request, &app).await?;
            principal(&app, bearer).await.map(Self)
        })
    }
}

/// Whom the token of a request speaks for, by its signature alone.
///
/// # Errors
/// A 401 problem when there is no token or it does not verify; a 503 problem when the key that would verify it cannot be read.
pub async fn bearer(request: &HttpRequest, app: &App) -> Result<Bearer, Problem> {
    let text = request.headers().get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let token = text
        .and_then(|text| text.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map(|(_, token)| token.trim())
        .ok_or_else(|| Problem::unauthenticated("Send a token in the header Authorization: Bearer …"))?;
    app.tokens.verify(token).await?.ok_or_else(|| Problem::unauthenticated("The token has expired or was not issued by this service."))
}

async fn principal(app: &App, bearer: Bearer) -> Result<Principal, Problem> {
    let gone = || Problem::unauthenticated("The account or the credentials of this token no longer exist.");
    match bearer {
        Bearer::User { account, organisation, role } => {
            let found = app.storage.read(organisation, move |tenant| accounts::find(tenant, account)).await;
            let found = found.map_err(|error| Problem::from(crate::error::Error::from(error)))?.ok_or_else(gone)?;
            Ok(Principal::User { account, organisation, role, email: found.email })
        }
        Bearer::Client { client, organisation, scopes } => {
            let found = app.storage.read_system(move |system| clients::find(system, client)).await;
            let found: Option<(OrganisationId, clients::Client)> =
                found.map_err(|error| Problem::from(crate::error::Error::from(error)))?;
            let (owner, record) = found.ok_or_else(gone)?;
            // A scope taken away from the credentials is gone from tokens that were issued before.
            let scopes = scopes.into_iter().filter(|scope| record.scopes.contains(scope)).collect();
            if owner == organisation { Ok(Principal::Client { client, organisation, scopes }) } else { Err(gone()) }
        }
    }
}
