//! A form that was sent after its session had ended. It is kept in what is left of the session, for the same person
//! alone, until they have signed in again.

use actix_session::Session;
use actix_web::dev::Payload;
use actix_web::http::{Method, header};
use actix_web::{FromRequest, HttpRequest, web};
use candour_domain::{AccountId, OrganisationId};
use candour_service::auth::sessions::Proof;
use serde::{Deserialize, Serialize};
use url::form_urlencoded;

/// The largest form that is kept, in bytes.
const LARGEST: usize = 64 * 1024;

const NAME: &str = "paused";

/// Whose the session was, as the service leaves it.
const WAS: &str = "was";

/// A form that waits to be sent again.
#[derive(Serialize, Deserialize)]
pub(crate) struct Paused {
    /// Where it goes.
    pub(crate) path: String,
    /// What was typed, field by field.
    pub(crate) fields: Vec<(String, String)>,
    by: (OrganisationId, AccountId),
}

impl Paused {
    /// Takes the form that waits for the person who has just signed in. One that another person left is gone.
    pub(crate) fn take(session: &Session, proof: &Proof) -> Option<Self> {
        let paused: Self = session.remove_as(NAME)?.ok()?;
        session.remove(WAS);
        (paused.by == (proof.organisation, proof.account)).then_some(paused)
    }

    /// The texts that somebody has typed, to be shown. What a form carries unseen is short and has no blank in it.
    pub(crate) fn shown(&self) -> Vec<&str> {
        let typed = |(_, value): &&(String, String)| value.contains([' ', '@']);
        self.fields.iter().filter(typed).map(|(_, value)| value.as_str()).collect()
    }

    /// Whether a form waits.
    pub(crate) fn waits(session: &Session) -> bool {
        session.contains_key(NAME)
    }
}

/// Keeps what was sent, if it is a form and the session had an owner before it ended.
pub(super) async fn keep(session: &Session, request: &HttpRequest, mut payload: Payload) {
    let Ok(Some(by)) = session.get::<(OrganisationId, AccountId)>(WAS) else { return };
    let is_form = request
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded"));
    if request.method() != Method::POST || !is_form {
        return;
    }
    let Ok(body) = web::Bytes::from_request(request, &mut payload).await else { return };
    if body.len() > LARGEST {
        return;
    }
    let fields = form_urlencoded::parse(&body).map(|(name, value)| (name.into_owned(), value.into_owned())).collect();
    let _not_kept = session.insert(NAME, Paused { path: request.path().to_owned(), fields, by });
}
