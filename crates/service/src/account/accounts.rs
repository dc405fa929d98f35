//! Accounts of people and credentials of integrations, as the command line makes them.

use candour_domain::audit::{Action, Actor, Target};
use candour_domain::{AccountId, Email, OrganisationId, Person, Role, RoundState};
use candour_storage::accounts;
use candour_storage::{StorageError, Tenant, reviews, rounds};
use chrono::{DateTime, Utc};
use serde_json::json;
use zeroize::Zeroizing;

use crate::account::people;
use crate::app::App;
use crate::audit;
use crate::auth::tokens::{self, Bearer, Signed};
use crate::error::Error;

/// A token for a person.
pub struct Issued {
    /// Their account.
    pub account: AccountId,
    /// The token. Anybody who holds it acts as this person until it expires.
    pub token: Zeroizing<String>,
    /// Until when.
    pub expires_at: DateTime<Utc>,
}

/// Issues a token for a person in one role, adding their account where there is none.
///
/// # Errors
/// [`Error::Review`] for an administrator who facilitates or advises on a review that is not over; otherwise when it cannot be stored
/// or signed.
pub async fn issue_token(
    app: &App,
    organisation: OrganisationId,
    person: Person,
    role: Role,
    hours: i64,
) -> Result<Issued, Error> {
    let (now, id) = (app.clock.now(), tokens::fresh_id());
    let named = id.clone();
    let account = app
        .storage
        .write(organisation, move |tenant| {
            let administrator = role == Role::Administrator;
            if administrator {
                require_reads_no_review_first(tenant, &person.email)?;
            }
            let account = people::account_of(tenant, person, now)?;
            if administrator {
                accounts::make_administrator(tenant, account)?;
            }
            let detail = json!({"role": role.as_str(), "hours": hours, "token": named});
            audit::record(tenant, Actor::Operator, Action::TokenIssued, Target::Account(account), detail, now)?;
            Ok::<_, Error>(account)
        })
        .await?;
    let Signed { token, expires_at, .. } =
        app.tokens.sign_as(id, &Bearer::User { account, organisation, role }, hours * 3600).await?;
    Ok(Issued { account, token, expires_at })
}

/// That nobody becomes an administrator while they are the facilitator or an adviser of a review, under any
/// address of theirs.
pub(super) fn require_reads_no_review_first(tenant: &mut Tenant<'_>, email: &Email) -> Result<(), Error> {
    for review in reviews::every(tenant)? {
        // Most have nothing to do with them, whatever has become of the round.
        if review.require_may_administrate(email, RoundState::Open).is_ok() {
            continue;
        }
        let state = match rounds::find(tenant, review.round_id) {
            Ok(found) => found.ok_or(Error::NotFound)?.state(),
            // Of a round that cannot be read, nobody knows that it is over.
            Err(StorageError::Corrupt(_)) => RoundState::Open,
            Err(error) => return Err(error.into()),
        };
        review.require_may_administrate(email, state)?;
    }
    Ok(())
}
