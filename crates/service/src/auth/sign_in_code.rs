//! Signing in with a code by email.
//!
//! Somebody types an address, and if it is that of a person who may sign in, a code goes there. They type it into the
//! same tab. A link would be easier, and mail scanners open links and press what they find behind them.
//!
//! Known and unknown addresses cost the same until the answer has been given: a code is made and one row is written for
//! each. Whether anybody has the address is looked up a while afterwards, at a moment that nobody can foresee: the
//! request that follows would otherwise wait, on the same thread, for the email of an address that somebody has.

use std::time::Duration;

use candour_domain::{AccountId, Email, Organisation, OrganisationId, Person, PersonName, SignInCodeId};
use candour_mail::letter::SignInCode as Letter;
use candour_mail::{Message, Rendered, SendError, message_id};
use candour_seal::SignInCode;
use candour_storage::accounts::{self, Account};
use candour_storage::members::{self, Known};
use candour_storage::sign_in_codes as stored;
use candour_storage::{System, Tenant, organisations};
use chrono::TimeDelta;

use crate::app::App;
use crate::entropy::{self, fresh};
use crate::error::Error;
use crate::send_mail::host;

/// For how many minutes a code is good.
pub const MINUTES: u32 = 10;

/// How many codes may be tried for one request.
pub const TRIES: u32 = 5;

/// After how many milliseconds a code is sent, at random.
const SENT_AFTER: std::ops::Range<u64> = 100..500;

/// How often sending is tried while the mail server is busy, with a pause that doubles from a second.
const ATTEMPTS: u32 = 6;

/// One trust in which somebody may sign in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Membership {
    /// The trust.
    pub organisation: Organisation,
    /// Their account; `None` until they first sign in, where a review alone names them.
    pub account: Option<AccountId>,
    /// How the trust calls them.
    pub name: PersonName,
}

/// What came of a code that was typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tried {
    /// It is right: the person who typed it reads the mailbox of this address.
    Right(Email),
    /// It is wrong, and another may be tried.
    Wrong,
    /// It has expired, was used, or too many were tried: ask for another.
    Over,
}

/// Notes that a code is asked for, and sends it afterwards, if anybody has the address.
///
/// # Guarantee
/// What is done before this returns does not depend on whether anybody has the address.
///
/// # Errors
/// [`Error::Storage`].
pub async fn ask(app: &App, email: Email) -> Result<SignInCodeId, Error> {
    let id = fresh(SignInCodeId::from_random);
    let expires_at = app.clock.now() + TimeDelta::minutes(MINUTES.into());
    let code = SignInCode::generate(&mut entropy::system());
    let mac = Some(code.mac(&app.key, id.uuid().into_bytes()));
    let asked = stored::SignInCode { id, email: email.clone(), mac, tries: 0, expires_at };
    app.storage.write_system(move |system| Ok::<_, Error>(stored::insert(system, &asked)?)).await?;
    let (app, later) =
        (app.clone(), Duration::from_millis(rand::RngExt::random_range(&mut entropy::system(), SENT_AFTER)));
    tokio::spawn(async move {
        tokio::time::sleep(later).await;
        if let Err(error) = send(&app, id, email, code).await {
            tracing::warn!(%error, "a sign-in code could not be sent");
        }
    });
    Ok(id)
}

/// Tries a code for a request.
///
/// # Guarantee
/// Of one request [`TRIES`] codes are compared at most, in [`MINUTES`], however many come at once; a right one is right
/// once.
///
/// # Errors
/// [`Error::Storage`].
pub async fn check(app: &App, id: SignInCodeId, typed: Option<SignInCode>) -> Result<Tried, Error> {
    let (now, key) = (app.clock.now(), std::sync::Arc::clone(&app.key));
    app.storage
        .write_system(move |system| {
            let Some(code) = stored::take_try(system, id, TRIES, now)? else { return Ok(Tried::Over) };
            let right = match (&typed, &code.mac) {
                (Some(typed), Some(mac)) => typed.is_that_of(&key, id.uuid().into_bytes(), mac),
                _ => false,
            };
            Ok(if right && stored::delete(system, id)? {
                Tried::Right(code.email)
            } else if code.tries >= TRIES {
                Tried::Over
            } else {
                Tried::Wrong
            })
        })
        .await
}

/// The trusts in which the person with this address may sign in, by name.
///
/// # Errors
/// [`Error::Storage`].
pub async fn memberships(app: &App, email: Email) -> Result<Vec<Membership>, Error> {
    app.storage.read_system(move |system| of_address(system, &email)).await
}

/// The account with which somebody who has proved this address signs in to a trust. It is made where a review alone
/// names them so far.
///
/// # Errors
/// [`Error::NotFound`] when the trust does not know them or has ended their access.
pub async fn account(app: &App, organisation: OrganisationId, email: Email) -> Result<AccountId, Error> {
    let now = app.clock.now();
    let known = memberships(app, email.clone()).await?.into_iter().find(|one| one.organisation.id == organisation);
    let known = known.ok_or(Error::NotFound)?;
    if let Some(account) = known.account {
        return Ok(account);
    }
    app.storage
        .write(organisation, move |tenant: &mut Tenant<'_>| {
            // Another tab may have been quicker.
            if let Some(account) = accounts::find_by_email(tenant, &email)? {
                return accounts::find(tenant, account.id)?.map(|account| account.id).ok_or(Error::NotFound);
            }
            let id = fresh(AccountId::from_random);
            let account = Account { id, email, name: known.name, administrator: false };
            accounts::insert(tenant, &account, now)?;
            Ok(account.id)
        })
        .await
}

fn of_address(system: &mut System<'_>, email: &Email) -> Result<Vec<Membership>, Error> {
    let mut memberships = Vec::new();
    for (organisation, known) in members::anywhere(system, email)? {
        let (account, name) = match known {
            Known::Account(account, name) => (Some(account), name),
            Known::Named(name) => (None, name),
            Known::Ended => continue,
        };
        if let Some(organisation) = organisations::find(system, organisation)? {
            memberships.push(Membership { organisation, account, name });
        }
    }
    memberships.sort_by(|one, other| one.organisation.name.cmp(&other.organisation.name));
    Ok(memberships)
}

/// Sends the code, if anybody has the address.
async fn send(app: &App, id: SignInCodeId, email: Email, code: SignInCode) -> Result<(), Error> {
    let memberships = memberships(app, email.clone()).await?;
    let Some(first) = memberships.first() else { return Ok(()) };
    let letter = Letter { to: &first.name, code: &code.to_text(), minutes: MINUTES, organisation: &first.organisation };
    let Rendered { subject, text, html } = letter.render()?;
    let message = Message {
        from: first.organisation.name.clone(),
        to: Person { name: first.name.clone(), email },
        subject,
        text,
        html,
        message_id: message_id("sign-in-code", 1, id.uuid(), host(&app.base_url)),
        reply_to: None,
    };
    let mut pause = Duration::from_secs(1);
    for attempt in 1.. {
        match app.transport.send(&message, app.clock.now()).await {
            Ok(()) | Err(SendError::Refused { .. }) => break,
            Err(error) if attempt >= ATTEMPTS => return Err(error.into()),
            Err(_later) => tokio::time::sleep(pause).await,
        }
        pause *= 2;
    }
    Ok(())
}
