//! What a person is told of changes to how they sign in: at the address of their account, and at every other address
//! that they have confirmed. Somebody who reads one mailbox does not read them all.

use candour_domain::{AccountId, AddressId, OrganisationId, Person};
pub use candour_mail::letter::SignInChange as Change;
use candour_mail::letter::SignInChanged;
use candour_mail::message_id;
use candour_storage::account_addresses::{self, OtherAddress};
use candour_storage::members::{self, Member};
use candour_storage::{Tenant, organisations};
use chrono::{DateTime, Utc};

use crate::app::App;
use crate::error::Error;
use crate::job::Job;
use crate::send_mail::{about_report, host};

/// Tells the person everywhere, in the transaction of the change.
///
/// # Errors
/// [`Error`] when it cannot be queued.
pub fn everywhere(
    tenant: &mut Tenant<'_>,
    account: AccountId,
    change: Change,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    Job::SignInChangedMail { account, address: None, change, at: now.timestamp() }.enqueue(tenant, now, None)?;
    elsewhere(tenant, account, change, now)
}

/// Tells the person at their other addresses alone, where an email of another kind goes to that of their account.
///
/// # Errors
/// [`Error`] when it cannot be queued.
pub fn elsewhere(tenant: &mut Tenant<'_>, account: AccountId, change: Change, now: DateTime<Utc>) -> Result<(), Error> {
    let others = account_addresses::list(tenant, account)?.into_iter().filter(OtherAddress::counts);
    let told =
        |other: OtherAddress| Job::SignInChangedMail { account, address: Some(other.id), change, at: now.timestamp() };
    Job::enqueue_all(tenant, &others.map(told).collect::<Vec<_>>(), now)
}

/// Sends the email, unless the account or the address is gone. An address that was taken away is forgotten then.
///
/// # Errors
/// [`Error`] when it should be tried again.
pub(crate) async fn send(
    app: &App,
    organisation: OrganisationId,
    account: AccountId,
    address: Option<AddressId>,
    change: Change,
    at: i64,
) -> Result<(), Error> {
    let found = app
        .storage
        .read(organisation, move |tenant| {
            // Their other addresses follow a person to the account that replaces one whose access has ended, so that
            // giving access again in haste silences nothing. Also somebody who has no access any more is told.
            let other = match address {
                Some(id) => account_addresses::find(tenant, id)?,
                None => None,
            };
            let whose = other.as_ref().map_or(account, |other| other.account);
            let Some(Member { account, .. }) = members::find(tenant, whose)? else { return Ok(None) };
            let email = match address {
                None => Some(account.email.clone()),
                Some(_) => other.map(|other| other.email),
            };
            let Some(email) = email else { return Ok(None) };
            Ok::<_, Error>(Some((organisations::get(tenant)?, account, email)))
        })
        .await?;
    let Some((trust, account, email)) = found else { return Ok(()) };
    let at_time = DateTime::from_timestamp(at, 0).ok_or(Error::Internal("the time of a change"))?;
    let letter =
        SignInChanged { to: &account.name, organisation: &trust, account: account.email.as_str(), change, at: at_time };
    let rendered = letter.render()?;
    let whose = address.map_or(account.id.uuid(), AddressId::uuid);
    let id = message_id(change.name(), at, whose, host(&app.base_url));
    about_report(app, trust, Person { name: account.name, email }, rendered, id).await?;
    if let (Change::AddressRemoved, Some(id)) = (change, address) {
        app.storage.write(organisation, move |tenant| Ok::<_, Error>(account_addresses::delete(tenant, id)?)).await?;
    }
    Ok(())
}
