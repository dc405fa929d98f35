//! What a person is told of changes to how they sign in: at the address of their account, and at every other address
//! that they have confirmed. Somebody who reads one mailbox does not read them all.

use candour_domain::{AccountId, AddressId, OrganisationId, Person};
pub use candour_mail::letter::SignInChange as Change;
use candour_mail::letter::SignInChanged;
use candour_mail::message_id;
use candour_storage::account_addresses::{self, OtherAddress};
use candour_storage::{Tenant, accounts, organisations};
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
    let others = account_addresses::list(tenant, account)?.into_iter().filter(OtherAddress::counts);
    let addresses = std::iter::once(None).chain(others.map(|other| Some(other.id)));
    let jobs: Vec<_> =
        addresses.map(|address| Job::SignInChangedMail { account, address, change, at: now.timestamp() }).collect();
    Job::enqueue_all(tenant, &jobs, now)
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
            let Some(account) = accounts::find(tenant, account)? else { return Ok(None) };
            let email = match address {
                None => Some(account.email.clone()),
                Some(id) => account_addresses::find(tenant, id)?.map(|other| other.email),
            };
            let Some(email) = email else { return Ok(None) };
            Ok::<_, Error>(Some((organisations::get(tenant)?, account, email)))
        })
        .await?;
    let Some((trust, account, email)) = found else { return Ok(()) };
    let at_time = DateTime::from_timestamp(at, 0).ok_or(Error::Internal("the time of a change"))?;
    let letter = SignInChanged {
        to: &account.name,
        organisation: &trust,
        account: account.email.as_str(),
        change,
        at: at_time,
    };
    let rendered = letter.render()?;
    let whose = address.map_or(account.id.uuid(), AddressId::uuid);
    let id = message_id(change.name(), at, whose, host(&app.base_url));
    about_report(app, trust, Person { name: account.name, email }, rendered, id).await?;
    if let (Change::AddressRemoved, Some(id)) = (change, address) {
        app.storage.write(organisation, move |tenant| Ok::<_, Error>(account_addresses::delete(tenant, id)?)).await?;
    }
    Ok(())
}
