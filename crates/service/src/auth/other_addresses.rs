//! A person's other addresses: where they are told of changes to how they sign in, and nothing else. They sign nobody
//! in.
//!
//! Anybody who reads the mailbox of an account could otherwise have the notices go to themselves, or to nobody. So once
//! an account has a passkey or is linked to the trust's own sign-in, its addresses are changed only by who has proved
//! more.

use candour_domain::audit::{Action, Actor, Target};
use candour_domain::passkey::MOST_OTHER_ADDRESSES;
use candour_domain::{AddressId, Email, OrganisationId, Person};
use candour_mail::letter::AddressCode;
use candour_mail::message_id;
use candour_seal::SignInCode;
use candour_storage::account_addresses::{self as stored, OtherAddress};
use candour_storage::{Tenant, accounts, identities, organisations, passkeys};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;

use crate::app::App;
use crate::audit;
use crate::auth::sessions::SignedIn;
use crate::auth::sign_in_code::{MINUTES, TRIES};
use crate::auth::told::{self, Change};
use crate::entropy::fresh;
use crate::error::Error;
use crate::job::Job;
use crate::send_mail::{about_report, host};

/// What a person's other addresses are, and whether they can be changed in this session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Addresses {
    /// Those that are told of changes, oldest first.
    pub confirmed: Vec<OtherAddress>,
    /// Those whose code has not been typed, and may be.
    pub waiting: Vec<OtherAddress>,
    /// Whether addresses can be added and taken away in this session.
    pub may_change: bool,
}

/// Why an address was not added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// The session is not one in which addresses are changed.
    ProveMore,
    /// It is the address of the account, or one of the others.
    Known,
    /// There are as many as there may be.
    TooMany,
}

/// What came of a code that was typed for an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tried {
    /// The address is confirmed.
    Right,
    /// It is wrong, and another may be tried.
    Wrong,
    /// It has expired, was used, or too many were tried.
    Over,
}

/// The person's own other addresses.
///
/// # Errors
/// [`Error::Storage`].
pub async fn list(app: &App, who: &SignedIn) -> Result<Addresses, Error> {
    let (asking, now) = (Asking::of(who), app.clock.now());
    app.storage
        .read(who.organisation.id, move |tenant| {
            let all = stored::list(tenant, asking.account)?;
            let (confirmed, others) = all.into_iter().partition(OtherAddress::counts);
            let waiting = Vec::into_iter(others).filter(|other| can_be_confirmed(other, now)).collect();
            Ok::<_, Error>(Addresses { confirmed, waiting, may_change: asking.may_change(tenant)? })
        })
        .await
}

/// Adds an address, and sends a code to it. It counts once the code has been typed.
///
/// # Guarantee
/// Once the account has another way to sign in than by email, only in a session that was proved by it.
///
/// # Errors
/// [`Error::Storage`].
pub async fn add(app: &App, who: &SignedIn, email: Email) -> Result<Result<AddressId, Refused>, Error> {
    let (asking, own, now) = (Asking::of(who), who.account.email.clone(), app.clock.now());
    let add = move |tenant: &mut Tenant<'_>| {
        if !asking.may_change(tenant)? {
            return Ok(Err(Refused::ProveMore));
        }
        let mut kept = 0;
        let mut is_known = email == own;
        for other in stored::list(tenant, asking.account)? {
            if other.counts() || can_be_confirmed(&other, now) {
                kept += 1;
                is_known |= other.counts() && other.email == email;
            } else if other.removed_at.is_none() {
                stored::delete(tenant, other.id)?;
            }
        }
        if is_known {
            return Ok(Err(Refused::Known));
        }
        if kept >= MOST_OTHER_ADDRESSES {
            return Ok(Err(Refused::TooMany));
        }
        let (id, account) = (fresh(AddressId::from_random), asking.account);
        let address =
            OtherAddress { id, account, email, tries: 0, added_at: now, confirmed_at: None, removed_at: None };
        stored::insert(tenant, &address)?;
        Job::AddressCodeMail { address: id }.enqueue(tenant, now, None)?;
        Ok::<_, Error>(Ok(id))
    };
    let added = app.storage.write(who.organisation.id, add).await?;
    app.wake.notify_one();
    Ok(added)
}

/// Tries a code for one of the person's own addresses.
///
/// # Guarantee
/// Of one address [`TRIES`] codes are compared at most, in [`MINUTES`], however many come at once.
///
/// # Errors
/// [`Error::Storage`].
pub async fn confirm(app: &App, who: &SignedIn, id: AddressId, typed: Option<SignInCode>) -> Result<Tried, Error> {
    let (asking, now, key) = (Asking::of(who), app.clock.now(), std::sync::Arc::clone(&app.key));
    let confirm = move |tenant: &mut Tenant<'_>| {
        let found = stored::find(tenant, id)?.filter(|other| other.account == asking.account);
        let Some(mut address) = found.filter(|other| can_be_confirmed(other, now)) else { return Ok(Tried::Over) };
        if !asking.may_change(tenant)? {
            return Ok(Tried::Over);
        }
        address.tries += 1;
        let is_right = typed.is_some_and(|typed| typed.is_for_address(&key, id.uuid().into_bytes()));
        if is_right {
            address.confirmed_at = Some(now);
            let (who, about) = (Actor::Account(asking.account), Target::Account(asking.account));
            let detail = json!({"address": id.to_string()});
            audit::record(tenant, who, Action::AddressAdded, about, detail, now)?;
        }
        stored::update(tenant, &address)?;
        if is_right {
            told::everywhere(tenant, asking.account, Change::AddressAdded, now)?;
        }
        Ok::<_, Error>(match (is_right, address.tries < TRIES) {
            (true, _) => Tried::Right,
            (false, true) => Tried::Wrong,
            (false, false) => Tried::Over,
        })
    };
    let tried = app.storage.write(who.organisation.id, confirm).await?;
    app.wake.notify_one();
    Ok(tried)
}

/// Takes one of the person's own addresses away. The address itself is told, and so are the others.
///
/// # Errors
/// [`Error::NotFound`] when the person has none with this id, or the session is not one in which addresses are changed.
pub async fn remove(app: &App, who: &SignedIn, id: AddressId) -> Result<(), Error> {
    let (asking, now) = (Asking::of(who), app.clock.now());
    let remove = move |tenant: &mut Tenant<'_>| {
        let found = stored::find(tenant, id)?.filter(|other| other.account == asking.account);
        let address = found.filter(OtherAddress::counts).ok_or(Error::NotFound)?;
        if !asking.may_change(tenant)? {
            return Err(Error::NotFound);
        }
        told::everywhere(tenant, asking.account, Change::AddressRemoved, now)?;
        stored::update(tenant, &OtherAddress { removed_at: Some(now), ..address })?;
        let (who, about) = (Actor::Account(asking.account), Target::Account(asking.account));
        audit::record(tenant, who, Action::AddressRemoved, about, json!({"address": id.to_string()}), now)?;
        Ok(())
    };
    app.storage.write(who.organisation.id, remove).await?;
    app.wake.notify_one();
    Ok(())
}

/// Sends the code for an address, unless it is confirmed or gone.
///
/// # Errors
/// [`Error`] when it should be tried again.
pub(crate) async fn send_code(app: &App, organisation: OrganisationId, id: AddressId) -> Result<(), Error> {
    let now = app.clock.now();
    let found = app
        .storage
        .read(organisation, move |tenant| {
            let Some(address) = stored::find(tenant, id)?.filter(|other| can_be_confirmed(other, now)) else {
                return Ok(None);
            };
            let Some(account) = accounts::find(tenant, address.account)? else { return Ok(None) };
            Ok::<_, Error>(Some((organisations::get(tenant)?, account, address)))
        })
        .await?;
    let Some((trust, account, address)) = found else { return Ok(()) };
    let code = SignInCode::for_address(&app.key, id.uuid().into_bytes());
    let letter = AddressCode { to: &account.name, organisation: &trust, code: &code.to_text(), minutes: MINUTES };
    let rendered = letter.render()?;
    let message_id = message_id("address-code", 1, id.uuid(), host(&app.base_url));
    about_report(app, trust, Person { name: account.name, email: address.email }, rendered, message_id).await
}

/// Whose addresses, and how surely it is that person.
#[derive(Clone, Copy)]
struct Asking {
    account: candour_domain::AccountId,
    is_proven: bool,
}

impl Asking {
    fn of(who: &SignedIn) -> Self {
        Self { account: who.account.id, is_proven: who.assurance.opens_unreleased() }
    }

    /// Somebody who has proved more than a mailbox, or has nothing yet to prove it with.
    fn may_change(self, tenant: &mut Tenant<'_>) -> Result<bool, Error> {
        let has_more = !passkeys::list(tenant, self.account)?.is_empty()
            || !identities::of_account(tenant, self.account)?.is_empty();
        Ok(self.is_proven || !has_more)
    }
}

fn can_be_confirmed(address: &OtherAddress, now: DateTime<Utc>) -> bool {
    let is_new = address.confirmed_at.is_none() && address.removed_at.is_none();
    is_new && address.tries < TRIES && now < address.added_at + TimeDelta::minutes(i64::from(MINUTES))
}
