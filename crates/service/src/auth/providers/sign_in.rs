//! Going to the trust's provider, and coming back: with whose account, if anybody's.

use candour_domain::audit::{Action, Actor, Target};
use candour_domain::{AccountId, EmailDomain, OrganisationId};
use candour_outbound::oidc::{Attempt, Identity, OidcError, Returned};
use candour_storage::identities::{self, LinkedIdentity};
use candour_storage::{Tenant, accounts, identity_providers, organisations};
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use serde_json::json;
use url::Url;

use super::registered;
use crate::app::App;
use crate::audit;
use crate::auth::sessions::{Proof, SignedIn, Way};
use crate::auth::told::{self, Change};
use crate::entropy;
use crate::error::Error;
use crate::repeated::Happening;

/// For how long a sign-in may be on its way.
const ON_ITS_WAY: TimeDelta = TimeDelta::minutes(10);

/// A provider that is offered to an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// The trust.
    pub organisation: OrganisationId,
    /// Its name.
    pub trust: String,
    /// What the button says.
    pub label: String,
}

/// What a sign-in is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Purpose {
    /// To sign in.
    SignIn,
    /// To link who comes back to this account, whose person has signed in and asked for it.
    Link(AccountId),
}

/// A sign-in on its way. It is kept in the session of the browser that began it, and taken out when that comes back.
#[derive(Serialize, Deserialize)]
pub struct Pending {
    /// The trust.
    pub organisation: OrganisationId,
    /// What it is for.
    pub purpose: Purpose,
    issuer: String,
    attempt: Attempt,
    begun_at: DateTime<Utc>,
}

/// Why nobody is signed in or linked. Each is told on a page with a way on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The trust has no provider, or not the one any more at which this was begun.
    #[error("the trust has no sign-in of its own, or has changed it; sign in with a code")]
    NoProvider,
    /// It took too long, or was begun elsewhere.
    #[error("the sign-in took too long, or was begun in another browser; begin again")]
    TooLate,
    /// What the provider says, or how, is not accepted.
    #[error(transparent)]
    Provider(#[from] OidcError),
    /// Nobody's account is linked to this person.
    #[error("this account is not linked to anybody here; sign in with a code first, and link it then")]
    NotLinked,
    /// Another account is linked to this person.
    #[error("this account is linked to another person here; use your own")]
    OtherAccount,
    /// Anybody who asked for the link has signed out since, or is somebody else.
    #[error("you are not signed in any more; sign in with a code, and begin again")]
    NotSignedIn,
}

/// The providers that are offered to addresses of this domain. It tells about a domain and never about a person.
///
/// # Errors
/// [`Error::Storage`].
pub async fn offered(app: &App, domain: EmailDomain) -> Result<Vec<Offer>, Error> {
    app.storage
        .read_system(move |system| {
            let mut offers = Vec::new();
            for organisation in identity_providers::of_domain(system, &domain)? {
                let Some(trust) = organisations::find(system, organisation)? else { continue };
                let Some(provider) = identity_providers::find(&mut system.tenant(organisation))? else { continue };
                offers.push(Offer { organisation, trust: trust.name, label: provider.profile.label });
            }
            Ok(offers)
        })
        .await
}

/// Begins: where the browser goes, and what its session keeps meanwhile.
///
/// # Errors
/// [`Error::Storage`], [`Error::Seal`].
pub async fn begin(
    app: &App,
    organisation: OrganisationId,
    purpose: Purpose,
) -> Result<Result<(Url, Pending), Refusal>, Error> {
    let now = app.clock.now();
    let found = app.storage.read(organisation, |tenant| Ok::<_, Error>(identity_providers::find(tenant)?)).await?;
    let Some(provider) = found else { return Ok(Err(Refusal::NoProvider)) };
    let issuer = provider.issuer.clone();
    let Some(registration) = registered::registration(app, organisation, provider)? else {
        return Ok(Err(Refusal::NoProvider));
    };
    Ok(match app.oidc.begin(&registration, &mut entropy::system(), now).await {
        Ok((url, attempt)) => Ok((url, Pending { organisation, purpose, issuer, attempt, begun_at: now })),
        Err(error) => Err(error.into()),
    })
}

/// Ends: what has been proved, and by whom. `who` is the person whose session it is, if they have signed in.
///
/// # Guarantee
/// An account is opened only to a person at the provider who its owner has linked to it, and linked only to the person
/// who comes back in the session that has asked for it. What a provider says about an address changes nothing.
///
/// # Errors
/// [`Error::Storage`], [`Error::Seal`].
pub async fn finish(
    app: &App,
    pending: Pending,
    returned: Returned,
    who: Option<&SignedIn>,
) -> Result<Result<Proof, Refusal>, Error> {
    let (now, organisation, purpose) = (app.clock.now(), pending.organisation, pending.purpose);
    if !(TimeDelta::zero()..=ON_ITS_WAY).contains(&(now - pending.begun_at)) {
        return Ok(Err(Refusal::TooLate));
    }
    let found = app.storage.read(organisation, |tenant| Ok::<_, Error>(identity_providers::find(tenant)?)).await?;
    let Some(provider) = found.filter(|provider| provider.issuer == pending.issuer) else {
        return Ok(Err(Refusal::NoProvider));
    };
    let Some(registration) = registered::registration(app, organisation, provider)? else {
        return Ok(Err(Refusal::NoProvider));
    };
    let finished = match app.oidc.finish(&registration, &pending.attempt, returned, now).await {
        Ok(identity) => settle(app, organisation, purpose, identity, who, now).await?,
        Err(error) => Err(error.into()),
    };
    if let Err(refusal) = finished {
        tell(app, organisation, purpose, refusal, now);
    }
    Ok(finished)
}

/// Whose account the person at the provider opens, or is linked to now.
async fn settle(
    app: &App,
    organisation: OrganisationId,
    purpose: Purpose,
    identity: Identity,
    who: Option<&SignedIn>,
    now: DateTime<Utc>,
) -> Result<Result<Proof, Refusal>, Error> {
    let owner = who.filter(|who| who.organisation.id == organisation).map(|who| (who.account.id, who.assurance));
    let wait = app.recovery_wait;
    let settled = app
        .storage
        .write(organisation, move |tenant| {
            // It may have been removed while the provider was asked.
            if identity_providers::find(tenant)?.is_none_or(|provider| provider.issuer != identity.issuer) {
                return Ok(Err(Refusal::NoProvider));
            }
            let linked = identities::find(tenant, &identity.issuer, &identity.subject)?;
            let linked = match (purpose, linked) {
                (Purpose::SignIn, None) => return Ok(Err(Refusal::NotLinked)),
                (Purpose::SignIn, Some(linked)) => linked,
                (Purpose::Link(account), linked) => {
                    let Some((_, assurance)) = owner.filter(|(owner, _)| *owner == account) else {
                        return Ok(Err(Refusal::NotSignedIn));
                    };
                    match linked {
                        Some(linked) if linked.account == account => linked,
                        Some(_) => return Ok(Err(Refusal::OtherAccount)),
                        None => link(tenant, account, &identity, assurance.opens_from(now, wait), now)?,
                    }
                }
            };
            if accounts::find(tenant, linked.account)?.is_none() {
                return Ok(Err(Refusal::NotLinked));
            }
            identities::set_used(tenant, &linked.issuer, &linked.subject, now)?;
            // Anybody who relies on passkeys alone has read no more than an email here.
            let opens_from = (!accounts::passkey_only(tenant, linked.account)?).then_some(linked.opens_from);
            Ok(Ok(Proof { organisation, account: linked.account, way: Way::Provider, opens_from }))
        })
        .await;
    app.wake.notify_one();
    settled
}

fn link(
    tenant: &mut Tenant<'_>,
    account: AccountId,
    identity: &Identity,
    opens_from: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<LinkedIdentity, Error> {
    let (issuer, subject) = (identity.issuer.clone(), identity.subject.clone());
    let linked = LinkedIdentity { issuer, subject, account, opens_from, added_at: now, last_used_at: None };
    identities::insert(tenant, &linked)?;
    let detail = json!({"opens_from": opens_from});
    audit::record(tenant, Actor::Account(account), Action::IdentityLinked, Target::Account(account), detail, now)?;
    let change = Change::ProviderLinked { opens_from: Some(opens_from).filter(|from| *from > now) };
    told::everywhere(tenant, account, change, now)?;
    Ok(linked)
}

/// Tells the trust's administrators of what looks like an attack or a mistake in the settings. What people do every day,
/// such as turning back at the provider, is no news.
fn tell(app: &App, organisation: OrganisationId, purpose: Purpose, refusal: Refusal, now: DateTime<Utc>) {
    let reason = match refusal {
        Refusal::OtherAccount => "linked_to_another_account",
        Refusal::NotLinked => "not_linked",
        Refusal::Provider(OidcError::Token(_)) => "token",
        Refusal::Provider(OidcError::Identity(_)) => "another_organisation",
        Refusal::Provider(OidcError::MixedUp) => "another_provider",
        Refusal::Provider(OidcError::Client) => "client_refused",
        _ => return,
    };
    let actor = match purpose {
        Purpose::SignIn => Actor::Unknown,
        Purpose::Link(account) => Actor::Account(account),
    };
    let (action, target) = (Action::IdentityRefused, Target::Organisation(organisation));
    app.repeated
        .count(Happening { organisation, actor, action, target, about: vec![("reason", reason.to_owned())] }, now);
}
