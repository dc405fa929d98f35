//! The tokens that somebody has made for programs of their own.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Data, Path, Query};
use askama::Template;
use candour_domain::personal_token::{Lifetime, PersonalToken, TokenName};
use candour_domain::text::InvalidLine;
use candour_domain::{Role, Scope};
use candour_service::app::App;
use candour_service::auth::personal_tokens::{self, Made, Wanted};
use candour_service::error::Error;
use candour_words::uk_time::{uk_date, uk_time};
use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};

use super::form::{self, Typed, Wrong};
use super::frame::Console;
use super::{Closed, Done, see_other};
use crate::frame::{Said, Say, html};
use crate::session::SignedIn;

#[derive(Template)]
#[template(path = "console/tokens.html")]
struct TokensPage<'a> {
    frame: Console<'a>,
    now: DateTime<Utc>,
    tokens: Vec<PersonalToken>,
    /// For each role that the person holds, the scopes that a token of it may have.
    roles: Vec<(Role, Vec<Scope>)>,
    typed: &'a Typed,
    errors: Vec<Wrong>,
}

#[derive(Template)]
#[template(path = "console/token_made.html")]
struct MadePage<'a> {
    frame: Console<'a>,
    made: &'a Made,
}

#[derive(Template)]
#[template(path = "console/revoke_token.html")]
struct RevokePage<'a> {
    frame: Console<'a>,
    token: &'a PersonalToken,
}

/// The list, and the form that makes another.
pub(crate) async fn show(app: Data<App>, who: SignedIn, query: Query<Done>) -> HttpResponse {
    page(&app, &who, &Typed::default(), Vec::new(), query.done == "revoked").await
}

/// Makes one and shows it. It is kept nowhere, so this page does not lead on to another.
pub(crate) async fn make(app: Data<App>, who: SignedIn, body: Bytes) -> HttpResponse {
    if !who.assurance.opens_unreleased() {
        return who.closed(&app, Closed::ProveMore).await;
    }
    let typed = Typed::parse(&body);
    let wanted = match wanted(&who, &typed) {
        Ok(wanted) => wanted,
        Err(errors) => return page(&app, &who, &typed, errors, false).await,
    };
    match personal_tokens::make(&app, &who, wanted).await {
        Ok(made) => html(StatusCode::OK, &MadePage { frame: Console::of(&app, Some(&who)).await, made: &made }),
        Err(Error::Conflict(why)) => page(&app, &who, &typed, vec![Wrong::of("name", why)], false).await,
        Err(error) => who.closed(&app, error.into()).await,
    }
}

/// Says what it means and asks.
pub(crate) async fn show_revoke(app: Data<App>, who: SignedIn, id: Path<String>) -> HttpResponse {
    let found =
        personal_tokens::list(&app, &who).await.map(|own| own.into_iter().find(|own| own.id.to_string() == *id));
    match found {
        Ok(Some(token)) => {
            html(StatusCode::OK, &RevokePage { frame: Console::of(&app, Some(&who)).await, token: &token })
        }
        Ok(None) => who.closed(&app, Closed::NotThere).await,
        Err(error) => who.closed(&app, error.into()).await,
    }
}

/// Revokes it. Whoever reads the mailbox may as well: a token less opens nothing.
pub(crate) async fn revoke(app: Data<App>, who: SignedIn, id: Path<String>) -> HttpResponse {
    let Ok(id) = id.parse() else { return who.closed(&app, Closed::NotThere).await };
    match personal_tokens::revoke(&app, &who, id).await {
        Ok(true) => see_other("/account/tokens?done=revoked"),
        Ok(false) => who.closed(&app, Closed::NotThere).await,
        Err(error) => who.closed(&app, error.into()).await,
    }
}

/// What the form asks for, or what is wrong with it.
fn wanted(who: &SignedIn, typed: &Typed) -> Result<Wanted, Vec<Wrong>> {
    let say = Say::new(candour_words::language::Language::default());
    let mut errors = Vec::new();
    let name = match TokenName::parse(typed.get("name")) {
        Ok(name) => Some(name),
        Err(InvalidLine::Empty) => {
            errors.push(Wrong::at("name", Said::of(say.tokens_no_name())));
            None
        }
        Err(why) => {
            errors.push(Wrong::of("name", why));
            None
        }
    };
    let role = Role::from_name(typed.get("role")).filter(|&role| who.standing.holds(role));
    if role.is_none() {
        errors.push(Wrong::at("role", Said::of(say.tokens_no_role())));
    }
    let scopes: Vec<Scope> = Scope::ALL.iter().copied().filter(|scope| typed.has("scope", scope.as_str())).collect();
    let allowed = role.map(Role::scopes).unwrap_or_default();
    if scopes.is_empty() {
        errors.push(Wrong::at("scope", Said::of(say.tokens_no_scope())));
    } else if role.is_some() && !scopes.iter().all(|scope| allowed.contains(scope)) {
        errors.push(Wrong::at("scope", Said::of(say.tokens_wider())));
    }
    let lifetime = Lifetime::from_days(typed.get("days"));
    if lifetime.is_none() {
        errors.push(Wrong::at("days", Said::of(say.tokens_no_days())));
    }
    match (name, role, lifetime) {
        (Some(name), Some(role), Some(lifetime)) if errors.is_empty() => Ok(Wanted { name, role, scopes, lifetime }),
        _ => Err(errors),
    }
}

async fn page(app: &App, who: &SignedIn, typed: &Typed, errors: Vec<Wrong>, revoked: bool) -> HttpResponse {
    let tokens = match personal_tokens::list(app, who).await {
        Ok(tokens) => tokens,
        Err(error) => return who.closed(app, error.into()).await,
    };
    let held = Role::ALL.iter().copied().filter(|&role| who.standing.holds(role));
    let roles =
        if who.assurance.opens_unreleased() { held.map(|role| (role, role.scopes())).collect() } else { vec![] };
    let frame = Console::of(app, Some(who)).await;
    let said = revoked.then(|| Said::of(frame.say.tokens_revoked()));
    let frame = frame.saying(said);
    let status = form::status(&errors);
    html(status, &TokensPage { frame, now: app.clock.now(), tokens, roles, typed, errors })
}

impl TokensPage<'_> {
    /// Every scope that a token of one of the roles may have, and in which of them.
    fn scopes(&self) -> Vec<(Scope, Said)> {
        let say = self.frame.say;
        let offered = Scope::ALL.iter().filter(|scope| self.roles.iter().any(|(_, scopes)| scopes.contains(scope)));
        offered.map(|&scope| (scope, scope_in_words(say, scope))).collect()
    }

    /// The role in which a token acts.
    fn role(&self, role: Role) -> Said {
        let say = self.frame.say;
        match role {
            Role::Administrator => Said::of(say.tokens_role_administrator()),
            Role::Facilitator => Said::of(say.tokens_role_facilitator()),
            Role::Adviser => Said::of(say.tokens_role_adviser()),
            Role::Subject => Said::of(say.tokens_role_subject()),
        }
    }

    /// What a token may do, as a list within a sentence.
    fn can(&self, scopes: &[Scope]) -> Said {
        let words: Vec<_> = scopes.iter().map(|&scope| scope_in_words(self.frame.say, scope).to_string()).collect();
        Said::of(words.join("; "))
    }

    fn is_chosen(&self, field: &str, value: &str) -> bool {
        self.typed.has(field, value)
    }
}

/// A day, as people say it.
pub(super) fn uk_day(day: NaiveDate) -> String {
    // Midnight in London may be the day before.
    uk_date(day.and_time(NaiveTime::MIN).and_utc() + TimeDelta::hours(12))
}

/// What a program with this scope may do.
pub(super) fn scope_in_words(say: Say, scope: Scope) -> Said {
    match scope {
        Scope::RoundsRead => Said::of(say.tokens_scope_rounds_read()),
        Scope::RoundsWrite => Said::of(say.tokens_scope_rounds_write()),
        Scope::ResultsRead => Said::of(say.tokens_scope_results_read()),
        Scope::FrameworksWrite => Said::of(say.tokens_scope_frameworks_write()),
        Scope::AuditRead => Said::of(say.tokens_scope_audit_read()),
    }
}
