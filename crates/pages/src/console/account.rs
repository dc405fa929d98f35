//! Somebody's own account: how they sign in, where they are signed in, and their trusts.

pub(crate) mod addresses;
pub(crate) mod passkeys;

use actix_session::Session;
use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Data, Query};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use candour_service::app::App;
use candour_service::auth::sessions::{self, Listed, Way};
use candour_service::auth::sign_in_code::{self, Membership};

use super::form::Typed;
use super::frame::Console;
use super::{Done, failed, see_other};
use crate::frame::{Said, html};
use crate::session::SignedIn;

#[derive(Template)]
#[template(path = "console/account.html")]
struct AccountPage<'a> {
    frame: Console<'a>,
    who: &'a sessions::SignedIn,
    needs_more: bool,
    trusts: usize,
}

#[derive(Template)]
#[template(path = "console/sessions.html")]
struct SessionsPage<'a> {
    frame: Console<'a>,
    own: candour_domain::SessionId,
    sessions: &'a [Listed],
}

#[derive(Template)]
#[template(path = "console/trusts.html")]
struct TrustsPage<'a> {
    frame: Console<'a>,
    current: candour_domain::OrganisationId,
    memberships: &'a [Membership],
}

impl AccountPage<'_> {
    /// What the person does, in sentences.
    fn roles(&self) -> Said {
        let (say, standing) = (self.frame.say, self.who.standing);
        let roles = [
            (standing.administrator, say.account_role_administrator()),
            (standing.facilitator, say.account_role_facilitator()),
            (standing.adviser, say.account_role_adviser()),
            (standing.subject, say.account_role_subject()),
        ];
        let held: Vec<_> = roles.into_iter().filter(|(held, _)| *held).map(|(_, role)| role.to_string()).collect();
        if held.is_empty() { Said::of(say.account_role_none()) } else { Said::of(held.join(" ")) }
    }
}

/// The account.
pub(crate) async fn show(app: Data<App>, who: SignedIn) -> HttpResponse {
    match sign_in_code::memberships(&app, who.account.email.clone()).await {
        Ok(memberships) => {
            let frame = Console::of(&app, Some(&who)).await;
            let page = AccountPage { frame, who: &who, needs_more: who.needs_more(), trusts: memberships.len() };
            html(StatusCode::OK, &page)
        }
        Err(error) => failed(&error),
    }
}

/// Where they are signed in.
pub(crate) async fn sessions(app: Data<App>, who: SignedIn, query: Query<Done>) -> HttpResponse {
    match sessions::list(&app, &who).await {
        Ok(listed) => {
            let frame = Console::of(&app, Some(&who)).await;
            let said = (query.done == "ended").then(|| Said::of(frame.say.sessions_ended()));
            let frame = frame.saying(said);
            html(StatusCode::OK, &SessionsPage { frame, own: who.session, sessions: &listed })
        }
        Err(error) => failed(&error),
    }
}

/// Ends one of them, or all others.
pub(crate) async fn end_sessions(app: Data<App>, who: SignedIn, session: Session, body: Bytes) -> HttpResponse {
    let typed = Typed::parse(&body);
    let ended = match typed.get("session") {
        "others" => sessions::end_others(&app, &who).await.map(|_number| true),
        one => match one.parse() {
            Ok(id) if id == who.session => {
                session.purge();
                return see_other("/sign-out");
            }
            Ok(id) => sessions::end(&app, &who, id).await,
            Err(_no_id) => Ok(false),
        },
    };
    match ended {
        Ok(_) => see_other("/account/sessions?done=ended"),
        Err(error) => failed(&error),
    }
}

/// The trusts in which they have an account.
pub(crate) async fn trusts(app: Data<App>, who: SignedIn) -> HttpResponse {
    match sign_in_code::memberships(&app, who.account.email.clone()).await {
        Ok(memberships) => {
            let frame = Console::of(&app, Some(&who)).await;
            html(StatusCode::OK, &TrustsPage { frame, current: who.organisation.id, memberships: &memberships })
        }
        Err(error) => failed(&error),
    }
}

/// Leads to another trust. What somebody has proved to one trust proves nothing to another, so they sign in there.
pub(crate) async fn change_trust(session: Session, _who: SignedIn, _request: HttpRequest) -> HttpResponse {
    session.purge();
    see_other("/sign-in")
}

pub(crate) fn way_in_words(frame: &Console<'_>, way: Option<Way>) -> Said {
    let say = frame.say;
    match way {
        Some(Way::Code) => Said::of(say.sessions_by_code()),
        Some(Way::Passkey) => Said::of(say.sessions_by_passkey()),
        Some(Way::Provider) => Said::of(say.sessions_by_provider()),
        Some(Way::SetUp) => Said::of(say.sessions_by_set_up()),
        Some(Way::Demo) | None => Said::of(say.sessions_by_demo()),
    }
}
