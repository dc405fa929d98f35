//! The trust's own sign-in, as its administrators set it.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Data, Query};
use askama::Template;
use candour_domain::access::permission;
use candour_domain::{EmailDomain, Role};
use candour_service::app::App;
use candour_service::auth::providers::{self, Provider, TypedProvider};
use candour_service::error::{Error, FieldError};
use serde::Deserialize;
use url::Url;

use super::form::{self, Typed, Wrong};
use super::frame::Console;
use super::{Closed, see_other};
use crate::frame::{Said, html};
use crate::session::SignedIn;

#[derive(Template)]
#[template(path = "provider/trust.html")]
struct TrustSignInPage<'a> {
    frame: Console<'a>,
    /// Whether there is one.
    is_set: bool,
    fields: Fields,
    return_address: Url,
    admin_consent: Option<Url>,
    errors: Vec<Wrong>,
}

#[derive(Template)]
#[template(path = "provider/remove.html")]
struct RemovePage<'a> {
    frame: Console<'a>,
    label: &'a str,
}

/// What stands in the form, but for the secret, which is never shown.
#[derive(Default)]
struct Fields {
    issuer: String,
    client_id: String,
    label: String,
    domains: String,
    hosted_domain: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    done: String,
    /// Which provider the form is to be filled in for.
    preset: String,
}

/// The form.
pub(crate) async fn show(app: Data<App>, who: SignedIn, query: Query<Asked>) -> HttpResponse {
    let found = async { current(&app, &who).await };
    match found.await {
        Ok(found) => {
            let frame = Console::of(&app, Some(&who)).await;
            let done = match query.done.as_str() {
                "set" => Some(Said::of(frame.say.trust_sign_in_set())),
                "removed" => Some(Said::of(frame.say.trust_sign_in_removed())),
                _ => None,
            };
            let frame = frame.saying(done);
            let fields = found.as_ref().map_or_else(|| Fields::preset(&query.preset, &who), Fields::from);
            page(&app, frame, found.as_ref(), fields, Vec::new())
        }
        Err(why) => who.closed(&app, why).await,
    }
}

/// Sets it, or says what is wrong.
pub(crate) async fn set(app: Data<App>, who: SignedIn, body: Bytes) -> HttpResponse {
    let typed = Typed::parse(&body);
    let fields = Fields::typed(&typed);
    let set = async {
        let asked = who.ask::<permission::SetIdentityProvider, Provider>(Role::Administrator)?;
        Ok(providers::set(&app, asked, fields.request(typed.get("client_secret"))).await?)
    };
    let errors = match set.await {
        Ok(_) => return see_other("/organisation/sign-in?done=set"),
        Err(Closed::Failed(Error::Invalid(errors))) => errors.iter().map(in_form).collect(),
        Err(Closed::Failed(Error::Conflict(why))) => vec![Wrong::of("issuer", why)],
        Err(why) => return who.closed(&app, why).await,
    };
    match current(&app, &who).await {
        Ok(found) => page(&app, Console::of(&app, Some(&who)).await, found.as_ref(), fields, errors),
        Err(why) => who.closed(&app, why).await,
    }
}

/// Asks whether it is to be removed.
pub(crate) async fn ask_to_remove(app: Data<App>, who: SignedIn) -> HttpResponse {
    match current(&app, &who).await.and_then(|found| found.ok_or(Closed::NotThere)) {
        Ok(found) => {
            let frame = Console::of(&app, Some(&who)).await;
            html(StatusCode::OK, &RemovePage { frame, label: &found.profile.label })
        }
        Err(why) => who.closed(&app, why).await,
    }
}

/// Removes it.
pub(crate) async fn remove(app: Data<App>, who: SignedIn) -> HttpResponse {
    let removed = async {
        let asked = who.ask::<permission::RemoveIdentityProvider, ()>(Role::Administrator)?;
        Ok(providers::remove(&app, asked).await?)
    };
    match removed.await {
        Ok(_) => see_other("/organisation/sign-in?done=removed"),
        Err(Closed::Failed(Error::Conflict(why))) => match current(&app, &who).await {
            Ok(found) => {
                let fields = found.as_ref().map(Fields::from).unwrap_or_default();
                let errors = vec![Wrong::of("issuer", why)];
                page(&app, Console::of(&app, Some(&who)).await, found.as_ref(), fields, errors)
            }
            Err(why) => who.closed(&app, why).await,
        },
        Err(why) => who.closed(&app, why).await,
    }
}

async fn current(app: &App, who: &SignedIn) -> Result<Option<Provider>, Closed> {
    let by = who.may::<permission::GetIdentityProvider>(Role::Administrator)?;
    match providers::find(app, &by).await {
        Ok(found) => Ok(Some(found)),
        Err(Error::NotFound) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

fn page(app: &App, frame: Console<'_>, found: Option<&Provider>, fields: Fields, errors: Vec<Wrong>) -> HttpResponse {
    let status = form::status(&errors);
    let return_address = match providers::return_address(app) {
        Ok(address) => address,
        Err(error) => return super::failed(&error),
    };
    let admin_consent = found.and_then(|provider| providers::admin_consent(app, provider));
    let is_set = found.is_some();
    html(status, &TrustSignInPage { frame, is_set, fields, return_address, admin_consent, errors })
}

/// A field that cannot be used, under its name on the page.
fn in_form(error: &FieldError) -> Wrong {
    let field = match error.pointer.as_deref().unwrap_or_default() {
        "/client_id" => "client_id",
        "/client_secret" => "client_secret",
        "/label" => "label",
        "/hosted_domain" => "hosted_domain",
        pointer if pointer.starts_with("/email_domains") => "domains",
        _ => "issuer",
    };
    Wrong::of(field, &error.detail)
}

impl Fields {
    /// What a preset fills in; nothing where none is asked for.
    fn preset(preset: &str, who: &SignedIn) -> Self {
        let domain = who.account.email.domain().to_owned();
        let issuer = match preset {
            "entra" => "https://login.microsoftonline.com/TENANT-ID/v2.0",
            "google" => "https://accounts.google.com",
            _ => "",
        };
        let hosted_domain = if preset == "google" { domain.clone() } else { String::new() };
        Self { issuer: issuer.to_owned(), domains: domain, hosted_domain, ..Self::default() }
    }

    fn typed(typed: &Typed) -> Self {
        let field = |name: &str| typed.get(name).to_owned();
        Self {
            issuer: field("issuer"),
            client_id: field("client_id"),
            label: field("label"),
            domains: field("domains"),
            hosted_domain: field("hosted_domain"),
        }
    }

    fn request(&self, secret: &str) -> TypedProvider {
        let filled = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        let separators = |c: char| c == ',' || c == ';' || c.is_whitespace();
        TypedProvider {
            issuer: self.issuer.clone(),
            client_id: self.client_id.clone(),
            client_secret: filled(secret).map(Into::into),
            label: self.label.clone(),
            email_domains: self.domains.split(separators).filter_map(filled).collect(),
            hosted_domain: filled(&self.hosted_domain),
        }
    }
}

impl From<&Provider> for Fields {
    fn from(provider: &Provider) -> Self {
        let profile = &provider.profile;
        let domains: Vec<_> = profile.domains.iter().map(EmailDomain::as_str).collect();
        Self {
            issuer: provider.issuer.clone(),
            client_id: profile.client_id.clone(),
            label: profile.label.clone(),
            domains: domains.join(", "),
            hosted_domain: profile.hosted_domain.as_ref().map_or_else(String::new, |domain| domain.as_str().to_owned()),
        }
    }
}
