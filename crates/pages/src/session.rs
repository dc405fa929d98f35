//! The session of a browser: a cookie whose key the database knows by its hash, and who has signed in with it.
//!
//! Only the routes of the console have it. Under `/s`, `/v1` and `/oauth` there is no cookie that could be read.

mod browser;
mod paused;
mod store;

use std::collections::HashMap;
use std::future::Future;
use std::ops::Deref;
use std::pin::Pin;

use actix_session::config::{BrowserSession, CookieContentSecurity};
use actix_session::{Session, SessionExt, SessionMiddleware};
use actix_web::cookie::{CookieJar, Key, SameSite};
use actix_web::dev::Payload;
use actix_web::http::{StatusCode, header};
use actix_web::{FromRequest, HttpRequest, HttpResponse, ResponseError, web};
use candour_service::app::App;
use candour_service::auth::sessions::{self, Proof};
use candour_service::error::Error;

use self::store::{BROWSER, ID, PROOF, Store};
use crate::console;
use crate::return_path::ReturnPath;

pub(crate) use self::paused::Paused;

/// Somebody who has signed in. A handler that takes one is reached by nobody else: who has not signed in is sent to do
/// so and comes back, with what they had typed.
pub(crate) struct SignedIn(sessions::SignedIn);

/// Why a handler for people who have signed in was not reached.
#[derive(Debug)]
pub(crate) enum Away {
    /// Nobody has signed in, or not any more.
    Nobody(ReturnPath),
    /// Nobody can say.
    Failed(Error),
}

/// Gives the routes within it a session.
pub(crate) fn layer(app: &web::Data<App>) -> SessionMiddleware<Store> {
    let secure = app.base_url.starts_with("https:");
    SessionMiddleware::builder(Store(app.clone()), Key::from(app.key.for_cookies().as_slice()))
        .cookie_name(cookie_name(secure).to_owned())
        .cookie_secure(secure)
        .cookie_http_only(true)
        // A sign-in at the trust's provider ends in a link from there.
        .cookie_same_site(SameSite::Lax)
        .cookie_content_security(CookieContentSecurity::Private)
        .session_lifecycle(BrowserSession::default())
        .build()
}

/// Whether a request has the cookie of somebody who has signed in: what is asked before a large body is read.
pub(crate) async fn is_of_somebody(request: &HttpRequest, app: &App) -> bool {
    let name = cookie_name(app.base_url.starts_with("https:"));
    let Some(sent) = request.cookie(name) else { return false };
    let key = Key::from(app.key.for_cookies().as_slice());
    let Some(opened) = CookieJar::new().private(&key).decrypt(sent) else { return false };
    let Ok(Some(state)) = sessions::find(app, opened.value()).await else { return false };
    serde_json::from_str::<HashMap<String, String>>(&state).is_ok_and(|state| state.contains_key(PROOF))
}

/// The prefix has a browser refuse the cookie from another host of the same domain. Without https, as on one's own
/// machine, no browser takes it.
fn cookie_name(secure: bool) -> &'static str {
    if secure { "__Host-candour" } else { "candour" }
}

/// Signs somebody in: a new key for the browser, whatever it had before. What it keeps besides goes on, so that a form
/// can be finished.
///
/// # Errors
/// [`Error::NotFound`] when their access has ended meanwhile.
pub(crate) async fn begin(session: &Session, request: &HttpRequest, app: &App, proof: Proof) -> Result<(), Error> {
    let id = sessions::record(app, proof).await?;
    session.renew();
    let kept = session.insert(PROOF, proof).and_then(|()| session.insert(ID, id));
    let browser = browser::in_words(request.headers().get(header::USER_AGENT).and_then(|value| value.to_str().ok()));
    kept.and_then(|()| session.insert(BROWSER, browser)).map_err(|_unwritten| Error::Internal("a session"))
}

/// Who has signed in with this session; `None` where nobody has, or not any more.
///
/// # Errors
/// [`Error::Storage`].
pub(crate) async fn who(session: &Session, app: &App) -> Result<Option<SignedIn>, Error> {
    let (Ok(Some(proof)), Ok(Some(id))) = (session.get::<Proof>(PROOF), session.get(ID)) else { return Ok(None) };
    Ok(sessions::who(app, id, proof).await?.map(SignedIn))
}

impl Deref for SignedIn {
    type Target = sessions::SignedIn;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl FromRequest for SignedIn {
    type Error = Away;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Away>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (session, request) = (request.get_session(), request.clone());
        let app = request.app_data::<web::Data<App>>().cloned();
        // Who is to sign in first does not lose what they have typed.
        let typed = (!session.contains_key(PROOF)).then(|| payload.take());
        Box::pin(async move {
            let app = app.ok_or(Away::Failed(Error::Internal("pages without the service")))?;
            if let Some(signed_in) = who(&session, &app).await.map_err(Away::Failed)? {
                return Ok(signed_in);
            }
            if let Some(typed) = typed {
                paused::keep(&session, &request, typed).await;
            }
            Err(Away::Nobody(ReturnPath::of(&request)))
        })
    }
}

impl std::fmt::Display for Away {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("nobody has signed in")
    }
}

impl ResponseError for Away {
    fn status_code(&self) -> StatusCode {
        StatusCode::SEE_OTHER
    }

    fn error_response(&self) -> HttpResponse {
        match self {
            Self::Nobody(back) => console::see_other(&back.after_signing_in()),
            Self::Failed(error) => console::failed(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn over_https_the_cookie_is_for_this_host_alone() {
        assert!(cookie_name(true).starts_with("__Host-"));
    }
}
