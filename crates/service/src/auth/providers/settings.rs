//! What an administrator sets: where the trust's people sign in.

use candour_domain::access::permission::{GetIdentityProvider, RemoveIdentityProvider, SetIdentityProvider};
use candour_domain::audit::{Action, Target};
use candour_domain::identity_provider::{self, InvalidProvider, ProviderField, ProviderProfile, ProviderRequest};
use candour_domain::{Authorised, Principal};
use candour_outbound::oidc::{Issuer, Kind};
use candour_storage::identity_providers::{self, IdentityProvider};
use candour_storage::{StorageError, Tenant, identities, sessions};
use chrono::{DateTime, Utc};
use serde_json::json;
use url::Url;
use zeroize::Zeroizing;

use super::registered;
use crate::app::App;
use crate::asked::{Answered, Asked};
use crate::audit;
use crate::auth::proven::require_proven;
use crate::auth::sessions::Way;
use crate::condition::{Revised, tag_of};
use crate::error::{Error, FieldError};

/// A trust's provider, as it is shown. The secret is not in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Provider {
    /// Its address.
    pub issuer: String,
    /// What else was said about it.
    pub profile: ProviderProfile,
    /// When any of this was changed last.
    pub changed_at: DateTime<Utc>,
    /// Changes with every change of it.
    pub tag: String,
}

/// What an administrator has typed.
pub struct TypedProvider {
    /// The provider's address.
    pub issuer: String,
    /// What it calls this service.
    pub client_id: String,
    /// What this service proves itself with; the one that is kept where nothing is given.
    pub client_secret: Option<Zeroizing<String>>,
    /// What the button says.
    pub label: String,
    /// The domains of the addresses to which the button is shown.
    pub email_domains: Vec<String>,
    /// The domain that hosts the trust's accounts at Google.
    pub hosted_domain: Option<String>,
}

/// What was typed, read.
struct Wanted {
    issuer: Issuer,
    profile: ProviderProfile,
    secret: Option<Zeroizing<String>>,
}

/// The provider before a change, or that there is none.
struct Before(Option<IdentityProvider>);

/// The trust's provider.
///
/// # Errors
/// [`Error::NotFound`] when it has none.
pub async fn find(app: &App, by: &Authorised<GetIdentityProvider>) -> Result<Provider, Error> {
    let found = app.storage.read(by.organisation(), |tenant| Ok::<_, Error>(identity_providers::find(tenant)?)).await?;
    found.map(|provider| Provider::from(&provider)).ok_or(Error::NotFound)
}

/// Sets the trust's provider. It is asked about itself first, so that a wrong address is told at once.
///
/// # Guarantee
/// A secret never goes to another provider than the one it was given for: with another address it has to be given
/// again. Who was linked at the one before is linked no more, and their sessions end.
///
/// # Errors
/// [`Error::Invalid`] names every field that cannot be used; [`Error::Conflict`] for somebody of whom it is not yet
/// sure enough who they are.
pub async fn set(
    app: &App,
    asked: Asked<SetIdentityProvider, Provider>,
    typed: TypedProvider,
) -> Result<Answered, Error> {
    let wanted = Wanted::read(app, typed)?;
    let now = app.clock.now();
    app.oidc.look(&wanted.issuer, now).await.map_err(|error| Error::field("/issuer", error))?;
    let shared = app.clone();
    asked
        .carry_out(app, before, move |tenant, Before(before), by| {
            require_proven(by)?;
            let kept = before.filter(|before| before.issuer == wanted.issuer.as_str());
            let sealed_secret = match (&wanted.secret, &kept) {
                (Some(secret), _) => registered::seal(&shared, tenant.organisation_id(), secret)?,
                (None, Some(kept)) => kept.sealed_secret.clone(),
                (None, None) => return Err(Error::field("/client_secret", InvalidProvider::ClientSecret)),
            };
            let (issuer, profile) = (wanted.issuer.as_str().to_owned(), wanted.profile);
            let provider = IdentityProvider { issuer, profile, sealed_secret, changed_at: now };
            let ended = if kept.is_some() { (0, 0) } else { end_everything(tenant)? };
            identity_providers::put(tenant, &provider)?;
            let detail = json!({
                "issuer": provider.issuer, "new_issuer": kept.is_none(), "new_secret": wanted.secret.is_some(),
                "identities_ended": ended.0, "sessions_ended": ended.1,
            });
            let target = Target::Organisation(tenant.organisation_id());
            audit::record(tenant, by.actor(), Action::IdentityProviderSet, target, detail, now)?;
            Ok(Provider::from(&provider))
        })
        .await
}

/// Removes the trust's provider, with who was linked there and the sessions that were begun there.
///
/// # Errors
/// [`Error::NotFound`] when it has none; [`Error::Conflict`] as for [`set`].
pub async fn remove(app: &App, asked: Asked<RemoveIdentityProvider, ()>) -> Result<Answered, Error> {
    let now = app.clock.now();
    asked
        .carry_out(app, before, move |tenant, Before(before), by| {
            let provider = before.ok_or(Error::NotFound)?;
            require_proven(by)?;
            let ended = end_everything(tenant)?;
            identity_providers::delete(tenant)?;
            let detail = json!({"issuer": provider.issuer, "identities_ended": ended.0, "sessions_ended": ended.1});
            let target = Target::Organisation(tenant.organisation_id());
            Ok(audit::record(tenant, by.actor(), Action::IdentityProviderRemoved, target, detail, now)?)
        })
        .await
}

/// Where a provider sends the browser back to. It is given to the provider, letter by letter.
///
/// # Errors
/// [`Error::Internal`] when the service does not know its own address.
pub fn return_address(app: &App) -> Result<Url, Error> {
    let address = format!("{}/sign-in/provider/return", app.base_url);
    Url::parse(&address).map_err(|_reason| Error::Internal("the base URL is no address"))
}

/// Where an administrator of Entra ID agrees to this service for everybody of the trust; `None` for other providers.
#[must_use]
pub fn admin_consent(app: &App, provider: &Provider) -> Option<Url> {
    registered::issuer(app, &provider.issuer)?.admin_consent(&provider.profile.client_id)
}

fn before(tenant: &mut Tenant<'_>, _by: &Principal) -> Result<Before, Error> {
    Ok(Before(identity_providers::find(tenant)?))
}

/// Unlinks everybody and ends what was begun at the provider; says how many of each.
fn end_everything(tenant: &mut Tenant<'_>) -> Result<(usize, usize), StorageError> {
    Ok((identities::delete_all(tenant)?, sessions::end_begun(tenant, Way::Provider.as_str())?))
}

impl Wanted {
    fn read(app: &App, typed: TypedProvider) -> Result<Self, Error> {
        let mut errors = Vec::new();
        let issuer = app.oidc.issuer(&typed.issuer);
        if let Err(error) = &issuer {
            errors.push(FieldError::at("/issuer", error));
        }
        let secret = typed
            .client_secret
            .map(|secret| identity_provider::parse_secret(&secret).map(|secret| Zeroizing::new(secret.to_owned())));
        let secret = secret.transpose().map_err(|error| errors.push(FieldError::at("/client_secret", error)));
        let request = ProviderRequest {
            label: &typed.label,
            client_id: &typed.client_id,
            domains: &typed.email_domains,
            hosted_domain: typed.hosted_domain.as_deref(),
        };
        let profile = ProviderProfile::parse(request).map_err(|refused| {
            errors.extend(refused.into_iter().map(|(field, error)| FieldError::at(pointer(field), error)));
        });
        if let Ok(issuer) = &issuer {
            let at_google = issuer.kind() == Kind::Google;
            if at_google && typed.hosted_domain.is_none() {
                let detail = "give the domain that hosts the trust's accounts at Google, so that no other account is \
                              taken";
                errors.push(FieldError::at("/hosted_domain", detail));
            } else if !at_google && typed.hosted_domain.is_some() {
                errors.push(FieldError::at("/hosted_domain", "only Google has hosted domains; leave this out"));
            }
        }
        match (issuer, profile, secret) {
            (Ok(issuer), Ok(profile), Ok(secret)) if errors.is_empty() => Ok(Self { issuer, profile, secret }),
            _ => Err(Error::Invalid(errors)),
        }
    }
}

fn pointer(field: ProviderField) -> String {
    match field {
        ProviderField::Label => "/label".to_owned(),
        ProviderField::ClientId => "/client_id".to_owned(),
        ProviderField::Domains => "/email_domains".to_owned(),
        ProviderField::Domain(place) => format!("/email_domains/{place}"),
        ProviderField::HostedDomain => "/hosted_domain".to_owned(),
    }
}

impl From<&IdentityProvider> for Provider {
    fn from(stored: &IdentityProvider) -> Self {
        let (issuer, changed_at) = (stored.issuer.clone(), stored.changed_at);
        let tag = tag_of(&format!("{issuer} {}", changed_at.timestamp_micros()));
        Self { issuer, profile: stored.profile.clone(), changed_at, tag }
    }
}

impl Revised for Before {
    fn tags(&self, _tenant: &mut Tenant<'_>) -> Result<Vec<String>, Error> {
        Ok(self.0.iter().map(|provider| Provider::from(provider).tag).collect())
    }

    fn is_there(&self) -> bool {
        self.0.is_some()
    }
}
