//! What an administrator does only when it is sure who they are: what decides who else gets in.

use candour_domain::Principal;

use crate::error::Error;

/// That it is sure who asks. What was added after a code by email alone runs rounds at once, since a new service has
/// nothing else. But with it nobody sends others to a sign-in of their own choice, takes away what others sign in with,
/// gives access again, or lets other systems in: all of that would outlast an objection to it.
///
/// # Guarantee
/// Nobody but a person of whom it is sure passes.
///
/// # Errors
/// [`Error::Conflict`] until the wait is over.
pub(crate) fn require_proven(by: &Principal) -> Result<(), Error> {
    match by {
        Principal::User { assurance, .. } if assurance.opens_unreleased() => Ok(()),
        Principal::User { .. } | Principal::Token { .. } | Principal::Client { .. } => Err(Error::Conflict(
            "what you sign in with was added after a code by email alone, and has to wait before it may change who \
             gets in and how; try again when the wait is over",
        )),
    }
}

#[cfg(test)]
mod tests {
    use candour_domain::{AccountId, Assurance, ClientId, Email, OrganisationId, PersonalTokenId, Role, Scope};
    use chrono::{DateTime, TimeDelta};
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn guarantee_nobody_decides_who_gets_in_while_their_sign_in_can_be_objected_to(
            kind in 0_u8..6,
            role in proptest::sample::select(Role::ALL),
            seconds in 0_i64..9_000_000,
        ) {
            let (account, organisation) = (AccountId::from_random([1; 16]), OrganisationId::from_random([2; 16]));
            let email = Email::stored("hr@trust.uk");
            let until = DateTime::UNIX_EPOCH + TimeDelta::seconds(seconds);
            let user = |assurance| Principal::User { account, organisation, role, email: email.clone(), assurance };
            let by = match kind {
                0 => user(Assurance::Proven),
                1 => user(Assurance::Mailbox),
                2 => user(Assurance::Waiting(until)),
                3 => user(Assurance::Token),
                4 => Principal::Client { client: ClientId::from_random([3; 16]), organisation, scopes: Scope::ALL.to_vec() },
                _ => {
                    let (token, scopes) = (PersonalTokenId::from_random([4; 16]), Scope::ALL.to_vec());
                    Principal::Token { token, account, organisation, role, email, scopes }
                }
            };
            prop_assert_eq!(require_proven(&by).is_ok(), kind == 0, "{:?}", by);
        }
    }
}
