//! Signing in at the trust's own provider: there, and back again.

use actix_session::Session;
use actix_web::http::StatusCode;
use actix_web::web::{Data, Path, Query};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use candour_domain::OrganisationId;
use candour_service::app::App;
use candour_service::auth::providers::{self, OidcError, Pending, Purpose, Refusal, Returned};
use serde::{Deserialize, Serialize};

use super::{Next, crowded, finish};
use crate::console::frame::Console;
use crate::console::{failed, not_there, see_other};
use crate::frame::{Said, html};
use crate::return_path::ReturnPath;
use crate::session::{self, SignedIn};

/// The sign-in that is on its way in this browser. A second one replaces it.
const ON_ITS_WAY: &str = "provider";

#[derive(Serialize, Deserialize)]
struct OnItsWay {
    pending: Pending,
    next: String,
}

#[derive(Template)]
#[template(path = "provider/refused.html")]
struct RefusedPage<'a> {
    frame: Console<'a>,
    why: Said,
    /// What somebody who looks after the provider has to know.
    technical: Option<String>,
    again: Option<String>,
    code: String,
}

/// Sends the browser to the provider.
pub(crate) async fn start(
    app: Data<App>,
    session: Session,
    request: HttpRequest,
    organisation: Path<String>,
    query: Query<Next>,
) -> HttpResponse {
    let Ok(organisation) = organisation.parse::<OrganisationId>() else { return not_there(&Console::nobodys()) };
    let next = ReturnPath::parse(&query.next);
    if let Some(too_often) = crowded(&app, &session, &request, &next) {
        return too_often;
    }
    match begin(&app, &session, organisation, Purpose::SignIn, &next).await {
        Ok(Ok(address)) => see_other(&address),
        Ok(Err(refusal)) => refused(Console::nobodys(), refusal, Some(organisation), Purpose::SignIn, &next),
        Err(error) => failed(&error),
    }
}

/// Takes up what the provider says, and signs in or links.
pub(crate) async fn back(
    app: Data<App>,
    session: Session,
    request: HttpRequest,
    query: Query<Returned>,
) -> HttpResponse {
    // It is good for one return, whatever comes of it.
    let kept = session.get::<OnItsWay>(ON_ITS_WAY).ok().flatten();
    session.remove(ON_ITS_WAY);
    let who = match session::who(&session, &app).await {
        Ok(who) => who,
        Err(error) => return failed(&error),
    };
    let Some(OnItsWay { pending, next }) = kept else {
        let frame = Console::of(&app, who.as_ref()).await;
        return refused(frame, Refusal::TooLate, None, Purpose::SignIn, &ReturnPath::home());
    };
    let (next, organisation, purpose) = (ReturnPath::parse(&next), pending.organisation, pending.purpose);
    let proof = providers::finish(&app, pending, query.into_inner(), who.as_deref()).await;
    match proof {
        Ok(Ok(proof)) => finish(&app, &session, &request, proof, &next).await,
        Ok(Err(refusal)) => {
            let frame = Console::of(&app, who.as_ref()).await;
            refused(frame, refusal, Some(organisation), purpose, &next)
        }
        Err(error) => failed(&error),
    }
}

/// Begins: keeps what is needed for the way back, and gives where the browser is to go.
pub(crate) async fn begin(
    app: &App,
    session: &Session,
    organisation: OrganisationId,
    purpose: Purpose,
    next: &ReturnPath,
) -> Result<Result<String, Refusal>, candour_service::error::Error> {
    Ok(match providers::begin(app, organisation, purpose).await? {
        Ok((url, pending)) => {
            let kept = session.insert(ON_ITS_WAY, OnItsWay { pending, next: next.as_str().to_owned() });
            kept.map_err(|_unwritten| candour_service::error::Error::Internal("a session"))?;
            Ok(url.to_string())
        }
        Err(refusal) => Err(refusal),
    })
}

/// Why it did not work, and what to do instead.
pub(crate) fn refused(
    frame: Console<'_>,
    refusal: Refusal,
    organisation: Option<OrganisationId>,
    purpose: Purpose,
    next: &ReturnPath,
) -> HttpResponse {
    let say = frame.say;
    let (status, why) = match refusal {
        Refusal::NoProvider => (StatusCode::NOT_FOUND, Said::of(say.provider_refused_none())),
        Refusal::TooLate | Refusal::Provider(OidcError::State | OidcError::Code) => {
            (StatusCode::FORBIDDEN, Said::of(say.provider_refused_too_late()))
        }
        Refusal::Provider(OidcError::Declined) => (StatusCode::FORBIDDEN, Said::of(say.provider_refused_declined())),
        Refusal::Provider(OidcError::Identity(_)) => {
            (StatusCode::FORBIDDEN, Said::of(say.provider_refused_organisation()))
        }
        Refusal::Provider(OidcError::Call(_)) => (StatusCode::BAD_GATEWAY, Said::of(say.provider_refused_unreached())),
        Refusal::Provider(_) => (StatusCode::FORBIDDEN, Said::of(say.provider_refused_provider())),
        Refusal::NotLinked => (StatusCode::FORBIDDEN, Said::of(say.provider_refused_not_linked())),
        Refusal::OtherAccount => (StatusCode::FORBIDDEN, Said::of(say.provider_refused_other_account())),
        Refusal::NotSignedIn => (StatusCode::FORBIDDEN, Said::of(say.provider_refused_not_signed_in())),
    };
    let technical = match refusal {
        Refusal::Provider(OidcError::State | OidcError::Code | OidcError::Declined) => None,
        Refusal::Provider(error) => Some(error.to_string()),
        _ => None,
    };
    let next = if refusal == Refusal::NotLinked { ReturnPath::parse("/account/provider") } else { next.clone() };
    let again = match (purpose, organisation) {
        (Purpose::SignIn, Some(organisation)) if !matches!(refusal, Refusal::NoProvider | Refusal::NotLinked) => {
            Some(format!("/sign-in/provider/{organisation}{}", next.as_query()))
        }
        (Purpose::Link(_), _) if frame.who.is_some() => Some("/account/provider".to_owned()),
        _ => None,
    };
    html(status, &RefusedPage { code: next.after_signing_in(), frame, why, technical, again })
}

impl SignedIn {
    /// Links what this person has at the provider to their account when they come back; where the browser is to go.
    pub(crate) async fn link_provider(
        &self,
        app: &App,
        session: &Session,
    ) -> Result<Result<String, Refusal>, candour_service::error::Error> {
        let purpose = Purpose::Link(self.account.id);
        begin(app, session, self.organisation.id, purpose, &ReturnPath::parse("/account/provider?done=linked")).await
    }
}
