//! The first run: an address, printed where the service was started, under which somebody sets up the first trust
//! without a terminal.
//!
//! Each start of a service without a trust makes one, and so may several nodes. They are good for an hour, and the
//! first trust ends all of them. A form spends one; opening the page does not, so that neither a mail scanner nor a
//! preview does.

use candour_domain::audit::{Action, Actor, Target};
use candour_domain::{AccountId, Organisation, OrganisationId, Person};
use candour_seal::SetUpToken;
use candour_storage::accounts::{self, Account};
use candour_storage::set_up_addresses::{self, SetUpAddress};
use candour_storage::{System, organisations};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;
use zeroize::Zeroizing;

use super::create_organisation;
use crate::app::App;
use crate::audit;
use crate::entropy::{self, fresh};
use crate::error::Error;
use crate::sha256;

/// How long an address can be used.
const VALID: TimeDelta = TimeDelta::hours(1);

/// How long the holder of an address that has expired is told so.
const REMEMBERED: TimeDelta = TimeDelta::days(1);

/// How long the same form under the same address counts as a second press of the same button.
const ONE_PRESS: TimeDelta = TimeDelta::seconds(30);

/// What is behind an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// The service can be set up.
    Open,
    /// It could have been, until an hour after the address was printed.
    Expired,
    /// It has been used; what was made with it is no longer there.
    Spent,
    /// Nobody has printed it, or long ago.
    Unknown,
    /// There is a trust.
    SetUp,
}

/// What somebody writes who sets up the service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// The name of the trust.
    pub name: String,
    /// Who raters ask.
    pub contact: Person,
    /// Where concerns go instead.
    pub concerns_route: String,
    /// Themselves: the first administrator.
    pub administrator: Person,
}

/// What came of sending the form.
pub enum Pressed {
    /// The trust is there, with its first administrator.
    Made(Box<Made>),
    /// Nothing was made.
    Refused(Found),
}

/// A trust that was set up.
pub struct Made {
    /// It.
    pub organisation: Organisation,
    /// Its first administrator.
    pub administrator: Account,
    /// Whether a press of the same button a moment ago has made it.
    pub again: bool,
}

/// Whether nobody has set up the service yet.
///
/// # Errors
/// [`Error::Storage`].
pub async fn is_needed(app: &App) -> Result<bool, Error> {
    Ok(!app.storage.read_system(|system| Ok::<_, Error>(organisations::any(system)?)).await?)
}

/// Makes an address while there is no trust.
///
/// # Errors
/// [`Error::Storage`].
pub async fn offer(app: &App) -> Result<Option<Zeroizing<String>>, Error> {
    let now = app.clock.now();
    let token = SetUpToken::generate(&mut entropy::system());
    let hash = token.hash();
    let offered = app.storage.write_system(move |system| {
        set_up_addresses::forget_expired(system, now - REMEMBERED)?;
        if organisations::any(system)? {
            return Ok::<_, Error>(false);
        }
        set_up_addresses::insert(system, &hash, now + VALID)?;
        Ok(true)
    });
    Ok(offered.await?.then(|| Zeroizing::new(format!("{}/set-up/{}", app.base_url, token.expose().as_str()))))
}

/// What is behind an address. Changes nothing.
///
/// # Errors
/// [`Error::Storage`].
pub async fn look(app: &App, token: Option<&SetUpToken>) -> Result<Found, Error> {
    let (now, hash) = (app.clock.now(), token.map(SetUpToken::hash));
    app.storage
        .read_system(move |system| {
            let address = hash.map(|hash| set_up_addresses::find(system, &hash)).transpose()?.flatten();
            state(system, address.as_ref(), now)
        })
        .await
}

/// Sets up the service: the trust, its copy of the built-in questionnaire, and its first administrator.
///
/// # Guarantee
/// However often, from however many windows and on however many nodes the form is sent, one trust is made.
///
/// # Errors
/// [`Error::Storage`].
pub async fn set_up(app: &App, token: &SetUpToken, wanted: Wanted) -> Result<Pressed, Error> {
    let (now, hash, form_hash) = (app.clock.now(), token.hash(), wanted.hash()?);
    app.storage
        .write_system(move |system| {
            set_up_addresses::hold(system)?;
            let address = set_up_addresses::find(system, &hash)?;
            match state(system, address.as_ref(), now)? {
                Found::Open => {}
                Found::SetUp if address.is_some_and(|address| is_one_press(&address, &form_hash, now)) => {
                    let made = made_before(system, &wanted)?;
                    return Ok(made.map_or(Pressed::Refused(Found::SetUp), |made| Pressed::Made(Box::new(made))));
                }
                closed => return Ok(Pressed::Refused(closed)),
            }
            set_up_addresses::spend(system, &hash, &form_hash, now)?;
            let Wanted { name, contact, concerns_route, administrator: Person { name: own_name, email } } = wanted;
            let organisation = Organisation { id: fresh(OrganisationId::from_random), name, contact, concerns_route };
            let administrator =
                Account { id: fresh(AccountId::from_random), email, name: own_name, administrator: true };
            let actor = Actor::Account(administrator.id);
            create_organisation::add(system, &organisation, actor, now)?;
            let mut tenant = system.tenant(organisation.id);
            accounts::insert(&mut tenant, &administrator, now)?;
            let target = Target::Account(administrator.id);
            audit::record(&mut tenant, actor, Action::AdministratorSetUp, target, json!({}), now)?;
            Ok(Pressed::Made(Box::new(Made { organisation, administrator, again: false })))
        })
        .await
}

fn state(system: &mut System<'_>, address: Option<&SetUpAddress>, now: DateTime<Utc>) -> Result<Found, Error> {
    Ok(match address {
        _ if organisations::any(system)? => Found::SetUp,
        None => Found::Unknown,
        Some(address) if address.spent.is_some() => Found::Spent,
        Some(address) if address.expires_at <= now => Found::Expired,
        Some(_) => Found::Open,
    })
}

/// Whether somebody has pressed a button twice: the browser shows what comes of the second press, and has thrown away
/// what came of the first, their session too.
fn is_one_press(address: &SetUpAddress, form_hash: &[u8; 32], now: DateTime<Utc>) -> bool {
    let spent = address.spent.as_ref();
    spent.is_some_and(|spent| spent.form_hash == form_hash && now - spent.at <= ONE_PRESS)
}

/// What the first press has made, if it is still there.
fn made_before(system: &mut System<'_>, wanted: &Wanted) -> Result<Option<Made>, Error> {
    for organisation in organisations::list(system)? {
        let found = accounts::find_by_email(&mut system.tenant(organisation.id), &wanted.administrator.email)?;
        if let Some(administrator) = found.filter(|account| account.administrator && organisation.name == wanted.name) {
            return Ok(Some(Made { organisation, administrator, again: true }));
        }
    }
    Ok(None)
}

impl Wanted {
    fn hash(&self) -> Result<[u8; 32], Error> {
        let form = json!([self.name, self.contact, self.concerns_route, self.administrator]);
        Ok(sha256::of(&serde_json::to_vec(&form)?))
    }
}

#[cfg(test)]
mod tests;
