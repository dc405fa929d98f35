//! The trust's own sign-in: its provider of identities.

use actix_web::http::header;
use actix_web::{HttpResponse, Responder, delete, get, put};
use candour_domain::EmailDomain;
use candour_domain::access::permission;
use candour_service::app::App;
use candour_service::asked::Answer;
use candour_service::auth::providers::{self, Provider, TypedProvider};
use candour_service::error::Error;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::auth::Caller;
use crate::http::State;
use crate::http::ask::{Ask, Told};
use crate::http::body::Body;
use crate::http::etag::quoted;
use crate::http::problems::{ChangeProblems, Problems};
use crate::problem::Problem;

/// A provider of identities to set.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct IdentityProviderBody {
    /// Its address, letter by letter: `https://login.microsoftonline.com/`, the tenant's ID and `/v2.0` for Entra ID,
    /// `https://accounts.google.com` for Google Workspace.
    #[schema(example = "https://login.microsoftonline.com/11111111-2222-3333-4444-555555555555/v2.0")]
    issuer: String,
    /// What the provider calls this service.
    client_id: String,
    /// What this service proves itself with. Without one the secret that is kept stays; with another `issuer` it has to
    /// be given again. It is never shown.
    client_secret: Option<String>,
    /// What the button says after "Continue with".
    #[schema(example = "Ashgrove Trust account")]
    label: String,
    /// The domains of the addresses to which the button is shown.
    #[schema(example = json!(["trust.org.uk"]))]
    email_domains: Vec<String>,
    /// The domain that hosts the trust's accounts at Google. Needed there, and only there.
    hosted_domain: Option<String>,
}

/// The trust's provider of identities.
#[derive(Serialize, ToSchema)]
pub struct IdentityProviderView {
    /// Its address.
    issuer: String,
    /// What it calls this service.
    client_id: String,
    /// What the button says after "Continue with".
    label: String,
    /// The domains of the addresses to which the button is shown.
    email_domains: Vec<String>,
    /// The domain that hosts the trust's accounts at Google.
    hosted_domain: Option<String>,
    /// When any of this was changed last.
    changed_at: DateTime<Utc>,
    /// The redirect address to give to the provider, letter by letter.
    return_address: String,
    /// Where an administrator of Entra ID agrees to this service for everybody.
    admin_consent: Option<String>,
}

/// Where the trust's people sign in.
#[utoipa::path(
    tag = "organisation", responses((status = 200, body = IdentityProviderView), Problems),
    security(("bearer" = [])),
)]
#[get("/organisation/identity-provider")]
pub(crate) async fn get_identity_provider(caller: Caller, app: State) -> Result<impl Responder, Problem> {
    let found = providers::find(&app, &caller.require::<permission::GetIdentityProvider>()?).await?;
    let view = IdentityProviderView::of(&app, &found)?;
    Ok(HttpResponse::Ok().insert_header((header::ETAG, quoted(&found.tag))).json(view))
}

/// Sets where the trust's people sign in. The provider is asked about itself first. With another `issuer` everybody is
/// unlinked who was linked at the one before.
#[utoipa::path(
    tag = "organisation", request_body = IdentityProviderBody,
    responses((status = 200, body = IdentityProviderView), ChangeProblems), security(("bearer" = [])),
)]
#[put("/organisation/identity-provider")]
pub(crate) async fn set_identity_provider(
    ask: Ask,
    app: State,
    body: Body<IdentityProviderBody>,
) -> Result<Told, Problem> {
    let allowed = ask.may::<permission::SetIdentityProvider>()?;
    let body = body.parse()?;
    let typed = TypedProvider {
        issuer: body.issuer,
        client_id: body.client_id,
        client_secret: body.client_secret.map(Into::into),
        label: body.label,
        email_domains: body.email_domains,
        hosted_domain: body.hosted_domain,
    };
    let shared = app.clone();
    let asked = allowed.answering(move |provider: &Provider| {
        Ok(Answer::json(200, &IdentityProviderView::of(&shared, provider)?)?.tagged(provider.tag.clone()))
    });
    Ok(Told(providers::set(&app, asked, typed).await?))
}

/// Removes the trust's own sign-in: everybody is unlinked, and sessions that were begun there end.
#[utoipa::path(tag = "organisation", responses((status = 204), ChangeProblems), security(("bearer" = [])))]
#[delete("/organisation/identity-provider")]
pub(crate) async fn remove_identity_provider(ask: Ask, app: State) -> Result<Told, Problem> {
    let asked = ask.may::<permission::RemoveIdentityProvider>()?.answering(|()| Ok(Answer::empty(204)));
    Ok(Told(providers::remove(&app, asked).await?))
}

impl IdentityProviderView {
    fn of(app: &App, provider: &Provider) -> Result<Self, Error> {
        let profile = &provider.profile;
        Ok(Self {
            issuer: provider.issuer.clone(),
            client_id: profile.client_id.clone(),
            label: profile.label.clone(),
            email_domains: profile.domains.iter().map(|domain| domain.as_str().to_owned()).collect(),
            hosted_domain: profile.hosted_domain.as_ref().map(EmailDomain::as_str).map(ToOwned::to_owned),
            changed_at: provider.changed_at,
            return_address: providers::return_address(app)?.to_string(),
            admin_consent: providers::admin_consent(app, provider).map(String::from),
        })
    }
}
