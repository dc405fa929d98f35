//! The people of a trust, as its administrators see and invite them.

use candour_domain::access::permission::{EndAccess, InvitePerson, ListPeople, RestoreAccess};
use candour_domain::audit::{Action, Actor, Target};
use candour_domain::{AccountId, Authorised, Email, OrganisationId, Person, PersonName, Principal};
use candour_mail::letter::Invited;
use candour_mail::message_id;
use candour_storage::account_addresses::{self, OtherAddress};
use candour_storage::accounts::{self, Account};
use candour_storage::members;
use candour_storage::{Tenant, identities, organisations, passkeys, personal_tokens, sessions};
use chrono::{DateTime, Utc};
use serde_json::json;

pub use candour_storage::members::Member;

use crate::account::accounts::require_reads_no_review_first;
use crate::app::App;
use crate::asked::{Answered, Asked};
use crate::audit;
use crate::auth::proven::require_proven;
use crate::auth::told::{self, Change};
use crate::condition::Revised;
use crate::entropy::fresh;
use crate::error::Error;
use crate::job::Job;
use crate::send_mail::{about_report, host};

/// Everybody of the trust, by address, whether or not their access has ended.
///
/// # Errors
/// [`Error::Storage`].
pub async fn list(app: &App, by: &Authorised<ListPeople>) -> Result<Vec<Member>, Error> {
    app.storage.read(by.organisation(), |tenant| Ok(members::list(tenant)?)).await
}

/// The person with this account, whether or not their access has ended.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn find(app: &App, by: &Authorised<ListPeople>, id: AccountId) -> Result<Member, Error> {
    app.storage.read(by.organisation(), move |tenant| members::find(tenant, id)?.ok_or(Error::NotFound)).await
}

/// Invites a colleague to run rounds: gives them an account as an administrator, or makes theirs one, and queues an
/// email that says where to sign in. Somebody whose access has ended has it again.
///
/// # Guarantee
/// Nobody gives access again, here or in [`restore`], of whom it is not sure enough who they are.
///
/// # Errors
/// [`Error::Review`] for somebody who facilitates or advises a review that is not over; [`Error::Conflict`] for somebody
/// whose access has ended, where it is not sure enough who asks.
pub async fn invite(app: &App, asked: Asked<InvitePerson, Member>, person: Person) -> Result<Answered, Error> {
    let now = app.clock.now();
    asked
        .carry_out(app, crate::asked::nothing, move |tenant, (), by| {
            if has_ended(tenant, &person.email)? {
                require_proven(by)?;
            }
            require_reads_no_review_first(tenant, &person.email)?;
            let id = account_of(tenant, person, now)?;
            accounts::make_administrator(tenant, id)?;
            members::set_invited(tenant, id, now)?;
            audit::record(tenant, by.actor(), Action::AccountInvited, Target::Account(id), json!({}), now)?;
            write_to(tenant, id, by, now)?;
            members::find(tenant, id)?.ok_or(Error::NotFound)
        })
        .await
        .inspect(|_queued| app.wake.notify_one())
}

/// Gives somebody access again whose access has ended, whatever reviews name them, and queues an email that says where
/// to sign in. They do not run rounds.
///
/// # Guarantee
/// It is another account: no session, token, passkey or linked sign-in of the old one does anything. The person's other
/// addresses are told, as they are of what is added to it.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Conflict`] for somebody who has access, and where it is not sure enough who asks.
pub async fn restore(app: &App, asked: Asked<RestoreAccess, Member>, id: AccountId) -> Result<Answered, Error> {
    let now = app.clock.now();
    asked
        .carry_out(
            app,
            move |tenant, _| members::find(tenant, id)?.ok_or(Error::NotFound),
            move |tenant, ended, by| {
                require_proven(by)?;
                if ended.ended_at.is_none() {
                    return Err(Error::Conflict("they have access already"));
                }
                let person = Person { name: ended.account.name, email: ended.account.email };
                let id = account_of(tenant, person, now)?;
                members::set_invited(tenant, id, now)?;
                audit::record(tenant, by.actor(), Action::AccountRestored, Target::Account(id), json!({}), now)?;
                write_to(tenant, id, by, now)?;
                members::find(tenant, id)?.ok_or(Error::NotFound)
            },
        )
        .await
        .inspect(|_queued| app.wake.notify_one())
}

/// Queues the email that says where to sign in, from somebody who acts as themselves.
fn write_to(tenant: &mut Tenant<'_>, id: AccountId, by: &Principal, now: DateTime<Utc>) -> Result<(), Error> {
    let Principal::User { account, .. } = by else { return Ok(()) };
    let job = Job::InvitedMail { account: id, by: *account, at: now.timestamp() };
    job.enqueue(tenant, now, Some(format!("invited {id}")))
}

/// Ends somebody's access at once: their sessions and tokens work nowhere any more, whatever they are to the trust.
///
/// # Errors
/// [`Error::NotFound`]; [`Error::Conflict`] for one's own access, and for somebody of whom it is not sure enough who
/// they are.
pub async fn end(app: &App, asked: Asked<EndAccess, ()>, id: AccountId) -> Result<Answered, Error> {
    let now = app.clock.now();
    asked
        .carry_out(
            app,
            move |tenant, _| members::find(tenant, id)?.ok_or(Error::NotFound),
            move |tenant, member, by| {
                require_proven(by)?;
                if by.actor() == Actor::Account(id) {
                    return Err(Error::Conflict(
                        "nobody ends their own access, so that a trust does not shut itself out; ask another \
                         administrator to do it",
                    ));
                }
                end_account(tenant, by.actor(), &member.account, now)
            },
        )
        .await
}

/// Ends the access of an account in this transaction. What it did stays in the audit log under its id.
///
/// # Guarantee
/// From the next request on, on every node, no session or token of the account does anything, and nothing that was
/// added to it signs anybody in, even when it is invited again. The person is told at every address of theirs, and their
/// other addresses stay: they are told again when something is added to the account that follows.
///
/// # Errors
/// [`Error::Storage`].
pub(super) fn end_account(
    tenant: &mut Tenant<'_>,
    by: Actor,
    account: &Account,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    if members::end(tenant, account.id, now)? {
        let ended = sessions::end_all(tenant, account.id, None)?;
        passkeys::delete_all(tenant, account.id)?;
        personal_tokens::delete_all(tenant, account.id)?;
        identities::delete_of_account(tenant, account.id)?;
        let detail = json!({"administrator": account.administrator, "sessions": ended});
        audit::record(tenant, by, Action::AccountEnded, Target::Account(account.id), detail, now)?;
        told::everywhere(tenant, account.id, Change::AccessEnded, now)?;
    }
    Ok(())
}

/// The account with the person's address, which is made where there is none. Somebody whose access has ended gets
/// another one, so that no token or session of the old one comes to life again.
pub(super) fn account_of(tenant: &mut Tenant<'_>, person: Person, now: DateTime<Utc>) -> Result<AccountId, Error> {
    if let Some(known) = accounts::find_by_email(tenant, &person.email)? {
        if accounts::find(tenant, known.id)?.is_some() {
            return Ok(known.id);
        }
        return instead_of(tenant, known.id, person, now);
    }
    make(tenant, person, now)
}

/// Whether there is an account with this address whose access has ended.
fn has_ended(tenant: &mut Tenant<'_>, email: &Email) -> Result<bool, Error> {
    match accounts::find_by_email(tenant, email)? {
        Some(known) => Ok(accounts::find(tenant, known.id)?.is_none()),
        None => Ok(false),
    }
}

/// A new account in the place of one whose access has ended. The person's other addresses go with it, and are told.
fn instead_of(
    tenant: &mut Tenant<'_>,
    ended: AccountId,
    person: Person,
    now: DateTime<Utc>,
) -> Result<AccountId, Error> {
    let others = account_addresses::list(tenant, ended)?;
    accounts::delete(tenant, ended)?;
    let id = make(tenant, person, now)?;
    for other in others.into_iter().filter(OtherAddress::counts) {
        account_addresses::insert(tenant, &OtherAddress { account: id, ..other })?;
    }
    told::elsewhere(tenant, id, Change::AccessRestored, now)?;
    Ok(id)
}

fn make(tenant: &mut Tenant<'_>, person: Person, now: DateTime<Utc>) -> Result<AccountId, Error> {
    let id = fresh(AccountId::from_random);
    let account = Account { id, email: person.email, name: person.name, administrator: false };
    accounts::insert(tenant, &account, now)?;
    Ok(id)
}

/// Tells somebody that they have been invited, unless their access has ended meanwhile.
///
/// # Errors
/// [`Error`] when it should be tried again.
pub async fn tell_invited(
    app: &App,
    organisation: OrganisationId,
    id: AccountId,
    by: AccountId,
    at: i64,
) -> Result<(), Error> {
    let found = app
        .storage
        .read(organisation, move |tenant| {
            let name = |member: Member| member.account.name;
            let by: Option<PersonName> = members::find(tenant, by)?.map(name);
            Ok::<_, Error>((organisations::get(tenant)?, accounts::find(tenant, id)?, by))
        })
        .await?;
    let (trust, Some(account), Some(by)) = found else { return Ok(()) };
    let (url, email): (_, &Email) = (format!("{}/sign-in", app.base_url), &account.email);
    let letter = Invited {
        to: &account.name,
        organisation: &trust,
        by: &by,
        runs_rounds: account.administrator,
        email: email.as_str(),
        url: &url,
    };
    let rendered = letter.render()?;
    let to = Person { name: account.name.clone(), email: email.clone() };
    about_report(app, trust, to, rendered, message_id("invited", at, id.uuid(), host(&app.base_url))).await
}

/// Somebody is read in a list only, so nobody has a tag of them.
impl Revised for Member {
    fn tags(&self, _tenant: &mut Tenant<'_>) -> Result<Vec<String>, Error> {
        Ok(Vec::new())
    }
}
