//! The two halves of what a browser and the service do together: the service asks, the browser has the person confirm,
//! and the service verifies. What was asked is kept on the server in between, so that an answer is good once.

use candour_domain::audit::{Action, Actor, Target};
use candour_domain::passkey::MOST_PASSKEYS;
use candour_domain::{Assurance, PasskeyId, PasskeyName};
use candour_storage::passkeys::{self as stored, Passkey as StoredPasskey};
use candour_storage::{StorageError, Tenant};
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use url::{Host, Url};
use webauthn_rs::prelude::{
    DiscoverableAuthentication, Passkey, PasskeyRegistration, PublicKeyCredential, RegisterPublicKeyCredential,
    Webauthn, WebauthnBuilder, WebauthnError,
};

use crate::app::App;
use crate::audit;
use crate::auth::sessions::{Proof, SignedIn, Way};
use crate::auth::told::{self, Change};
use crate::entropy::fresh;
use crate::error::Error;
use crate::sha256;

/// For how long the person may take.
const MINUTES: i64 = 10;

/// What verifies passkeys for the address of this service.
pub struct Passkeys(Option<Webauthn>);

/// Why a passkey was not added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// Browsers have no passkeys for the address of this service.
    NoPasskeysHere,
    /// The account has as many as it may have.
    TooMany,
    /// It took too long, or it was done before.
    Over,
    /// What the browser sent does not verify, or is somebody's passkey already.
    Unverified,
}

/// What was asked of a browser that is to add a passkey. It belongs into the session, and out of it with the answer.
#[derive(Serialize, Deserialize)]
pub struct Adding {
    state: PasskeyRegistration,
    until: DateTime<Utc>,
}

/// What was asked of a browser that signs somebody in. It belongs into the session, and out of it with the answer.
#[derive(Serialize, Deserialize)]
pub struct SigningIn {
    state: DiscoverableAuthentication,
    until: DateTime<Utc>,
}

impl Passkeys {
    /// For the service at this address. Browsers have passkeys for names, over https or on one's own machine; where the
    /// service has a number for an address, there are none.
    #[must_use]
    pub fn at(base_url: &Url) -> Self {
        let Some(Host::Domain(host)) = base_url.host() else { return Self(None) };
        let is_own_machine = host == "localhost" || host.ends_with(".localhost");
        if base_url.scheme() != "https" && !is_own_machine {
            return Self(None);
        }
        let builder = WebauthnBuilder::new(host, base_url).map(|builder| builder.rp_name("Candour"));
        Self(builder.and_then(WebauthnBuilder::build).ok())
    }

    /// Whether there are passkeys for this service.
    #[must_use]
    pub fn work(&self) -> bool {
        self.0.is_some()
    }
}

/// Asks a browser to make a passkey for this person: the options as JSON, and what to keep. Devices that have one for
/// the account are told to make no other.
///
/// # Errors
/// [`Error::Storage`].
pub async fn begin_adding(app: &App, who: &SignedIn) -> Result<Result<(String, Adding), Refused>, Error> {
    let Some(webauthn) = &app.passkeys.0 else { return Ok(Err(Refused::NoPasskeysHere)) };
    let account = who.account.id;
    let own =
        app.storage.read(who.organisation.id, move |tenant| Ok::<_, Error>(stored::list(tenant, account)?)).await?;
    if own.len() >= MOST_PASSKEYS {
        return Ok(Err(Refused::TooMany));
    }
    let known = own.iter().map(|passkey| Ok(credential(passkey)?.cred_id().clone())).collect::<Result<_, Error>>()?;
    // Who belongs to several trusts has an account, and so a passkey, for each.
    let name = format!("{} ({})", who.account.email, who.organisation.name);
    let begun = webauthn.start_passkey_registration(account.uuid(), &name, who.account.name.as_str(), Some(known));
    let (options, state) = begun.map_err(|error| fault(&error))?;
    let mut options = serde_json::to_value(options.public_key)?;
    // So that nobody has to type their address before they use it, which would tell whether an address is known.
    if let Some(choice) = options.get_mut("authenticatorSelection").and_then(Value::as_object_mut) {
        choice.insert("residentKey".to_owned(), json!("required"));
        choice.insert("requireResidentKey".to_owned(), json!(true));
    }
    Ok(Ok((options.to_string(), Adding { state, until: app.clock.now() + TimeDelta::minutes(MINUTES) })))
}

/// Adds the passkey that a browser has made; gives from when on it opens what is not released. The person is told at
/// every address of theirs, and the audit log tells it.
///
/// # Guarantee
/// Added in a session of somebody who has only read an email, it opens nothing unreleased before the wait is over, and
/// in no session earlier than the session itself would.
///
/// # Errors
/// [`Error::Storage`].
pub async fn add(
    app: &App,
    who: &SignedIn,
    adding: Adding,
    answer: &str,
    name: PasskeyName,
) -> Result<Result<DateTime<Utc>, Refused>, Error> {
    let Some(webauthn) = &app.passkeys.0 else { return Ok(Err(Refused::NoPasskeysHere)) };
    let now = app.clock.now();
    if now > adding.until {
        return Ok(Err(Refused::Over));
    }
    let Ok(answer) = serde_json::from_str::<RegisterPublicKeyCredential>(answer) else {
        return Ok(Err(Refused::Unverified));
    };
    let made = match webauthn.finish_passkey_registration(&answer, &adding.state) {
        Ok(made) => made,
        Err(error) => return Ok(Err(unverified(&error))),
    };
    let (account, opens_from) = (who.account.id, who.assurance.opens_from(now, app.recovery_wait));
    let passkey = StoredPasskey {
        id: fresh(PasskeyId::from_random),
        account,
        hash: sha256::of(made.cred_id()),
        name,
        credential: serde_json::to_string(&made)?,
        added_at: now,
        opens_from,
        last_used_at: None,
    };
    let recovers = who.assurance == Assurance::Mailbox;
    let add = move |tenant: &mut Tenant<'_>| {
        if stored::list(tenant, account)?.len() >= MOST_PASSKEYS {
            return Ok(Err(Refused::TooMany));
        }
        stored::insert(tenant, &passkey)?;
        let detail = json!({"passkey": passkey.id.to_string(), "opens_at": opens_from, "after_code": recovers});
        audit::record(tenant, Actor::Account(account), Action::PasskeyAdded, Target::Account(account), detail, now)?;
        let opens_from = Some(opens_from).filter(|from| *from > now);
        told::everywhere(tenant, account, Change::PasskeyAdded { opens_from }, now)?;
        Ok::<_, Error>(Ok(opens_from.unwrap_or(now)))
    };
    match app.storage.write(who.organisation.id, add).await {
        // A credential that somebody has, in whichever trust.
        Err(Error::Storage(StorageError::Conflict { .. })) => Ok(Err(Refused::Unverified)),
        done => {
            app.wake.notify_one();
            done
        }
    }
}

/// Asks a browser for a passkey of this service, of whomever: the options as JSON, and what to keep. `None` where there
/// are no passkeys for this service.
///
/// # Errors
/// [`Error::Internal`], which does not happen.
pub fn begin_sign_in(app: &App) -> Result<Option<(String, SigningIn)>, Error> {
    let Some(webauthn) = &app.passkeys.0 else { return Ok(None) };
    let (options, state) = webauthn.start_discoverable_authentication().map_err(|error| fault(&error))?;
    let options = serde_json::to_string(&options.public_key)?;
    Ok(Some((options, SigningIn { state, until: app.clock.now() + TimeDelta::minutes(MINUTES) })))
}

/// Whose passkey a browser has shown; `None` where it is nobody's, does not verify, or was shown too late.
///
/// # Guarantee
/// The person has confirmed it on their device, for this address and this request, and it is a passkey of the account
/// that is given.
///
/// # Errors
/// [`Error::Storage`].
pub async fn sign_in(app: &App, asked: SigningIn, answer: &str) -> Result<Option<Proof>, Error> {
    let now = app.clock.now();
    let (Some(webauthn), true) = (&app.passkeys.0, now <= asked.until) else { return Ok(None) };
    let Ok(answer) = serde_json::from_str::<PublicKeyCredential>(answer) else { return Ok(None) };
    let Ok((handle, id)) = webauthn.identify_discoverable_authentication(&answer) else { return Ok(None) };
    let hash = sha256::of(id);
    let Some((organisation, found)) = app.storage.ask(move |system| stored::find_by_credential(system, &hash)).await?
    else {
        return Ok(None);
    };
    // The device names the account too.
    if found.account.uuid() != handle {
        return Ok(None);
    }
    let mut passkey = credential(&found)?;
    let shown = match webauthn.finish_discoverable_authentication_v2(&answer, asked.state, &passkey) {
        Ok(shown) => shown,
        Err(error) => {
            unverified(&error);
            return Ok(None);
        }
    };
    passkey.update_credential(&shown);
    let (id, credential) = (found.id, serde_json::to_string(&passkey)?);
    // It may have been taken away meanwhile.
    let is_there = app
        .storage
        .write(organisation, move |tenant| Ok::<_, Error>(stored::set_used(tenant, id, &credential, now)?))
        .await?;
    let proof = Proof { organisation, account: found.account, way: Way::Passkey, opens_from: Some(found.opens_from) };
    Ok(is_there.then_some(proof))
}

fn credential(passkey: &StoredPasskey) -> Result<Passkey, Error> {
    Ok(serde_json::from_str(&passkey.credential)?)
}

/// A wrong answer is no fault of ours. The reason names nobody.
fn unverified(error: &WebauthnError) -> Refused {
    tracing::debug!(%error, "a passkey does not verify");
    Refused::Unverified
}

fn fault(error: &WebauthnError) -> Error {
    tracing::error!(%error, "passkeys cannot be asked for");
    Error::Internal("passkeys cannot be asked for")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passkeys_are_for_names_over_https_or_on_ones_own_machine() -> Result<(), url::ParseError> {
        for (address, work) in [
            ("https://feedback.trust.example", true),
            ("https://feedback.trust.example:8443", true),
            ("http://localhost:8360", true),
            ("http://127.0.0.1:8360", false),
            ("https://192.168.0.7", false),
            ("https://[::1]", false),
            ("http://feedback.trust.local", false),
        ] {
            assert_eq!(Passkeys::at(&Url::parse(address)?).work(), work, "{address}");
        }
        Ok(())
    }
}
