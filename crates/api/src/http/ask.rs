//! What comes before and after every change that takes a token: who asks, under which key, based on what; and the
//! answer on the wire.

use std::future::Future;
use std::pin::Pin;

use actix_web::body::BoxBody;
use actix_web::dev::Payload;
use actix_web::http::{StatusCode, header};
use actix_web::{FromRequest, HttpMessage, HttpRequest, HttpResponse, Responder};
use candour_domain::access::Permission;
use candour_domain::{Authorised, OrganisationId};
use candour_service::asked::{Answer, Answered, Asked, RequestKey};
use candour_service::condition::Condition;
use candour_service::error::Error;

use crate::auth::Caller;
use crate::http::etag::{quoted, tags};
use crate::problem::Problem;

/// A request for a change.
pub struct Ask {
    caller: Caller,
    key: Option<RequestKey>,
    condition: Result<Condition, Problem>,
}

/// A request for a change from somebody who may make it.
pub struct Allowed<P> {
    by: Authorised<P>,
    key: Option<RequestKey>,
    condition: Condition,
}

impl Ask {
    /// Goes on only if the access table grants this operation.
    ///
    /// # Errors
    /// A 403 problem; a 400 problem for an `If-Match` or `If-None-Match` that cannot be read.
    pub fn may<P: Permission>(self) -> Result<Allowed<P>, Problem> {
        Ok(Allowed { by: self.caller.require()?, key: self.key, condition: self.condition? })
    }
}

impl<P: Permission> Allowed<P> {
    /// The trust of the one who asks.
    #[must_use]
    pub fn organisation(&self) -> OrganisationId {
        self.by.organisation()
    }

    /// Says how the outcome is answered.
    pub fn answering<T: 'static>(
        self,
        answer: impl FnOnce(&T) -> Result<Answer, Error> + Send + 'static,
    ) -> Asked<P, T> {
        Asked::new(self.by, self.key, self.condition, answer)
    }
}

impl FromRequest for Ask {
    type Error = Problem;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Problem>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let caller = Caller::from_request(request, payload);
        let key = request.extensions().get::<RequestKey>().cloned();
        let condition = condition(request);
        Box::pin(async move { Ok(Self { caller: caller.await?, key, condition }) })
    }
}

fn condition(request: &HttpRequest) -> Result<Condition, Problem> {
    Ok(Condition {
        matches: tags(request.headers(), &header::IF_MATCH)?,
        matches_none: tags(request.headers(), &header::IF_NONE_MATCH)?,
    })
}

/// An answer on the wire.
pub struct Told(pub Answered);

/// An answer that is given for the first time, on the wire.
pub(super) fn respond(answer: Answer) -> HttpResponse {
    let mut response = HttpResponse::build(StatusCode::from_u16(answer.status).unwrap_or(StatusCode::OK));
    if let Some(location) = answer.location {
        response.insert_header((header::LOCATION, location));
    }
    if let Some(tag) = answer.etag {
        response.insert_header((header::ETAG, quoted(&tag)));
    }
    match answer.body {
        Some(body) => response.content_type("application/json").body(body),
        None => response.finish(),
    }
}

impl Responder for Told {
    type Body = BoxBody;

    fn respond_to(self, _request: &HttpRequest) -> HttpResponse {
        let Self(Answered { answer, again }) = self;
        let mut response = respond(answer);
        if again {
            response.headers_mut().insert(
                header::HeaderName::from_static("idempotent-replayed"),
                header::HeaderValue::from_static("true"),
            );
        }
        response
    }
}
