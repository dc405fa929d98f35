//! How surely a request comes from the person whose account it names, and what that is enough for.
//!
//! A trust's IT can read the trust's mailboxes, and it reports to the person a review is about. So a code by email is
//! enough for what has been released, and for nothing that has not.

use chrono::{DateTime, Utc};

use crate::Role;

/// How surely somebody is who they say, from the least to the most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Assurance {
    /// They have read an email to the account's address.
    Mailbox,
    /// They have used a passkey or the trust's own sign-in, but it was added by somebody who had only read an email.
    /// Until this moment the person can still say that it was not them.
    Waiting(DateTime<Utc>),
    /// They have used a passkey or the trust's own sign-in, and nobody has objected; or they hold a token that the
    /// operator has made.
    Proven,
}

impl Assurance {
    /// Of a passkey or a provider's account that may be relied on from `opens_from`.
    ///
    /// ```
    /// use candour_domain::Assurance;
    /// use chrono::{DateTime, TimeDelta};
    /// let (now, day) = (DateTime::UNIX_EPOCH, TimeDelta::days(1));
    /// assert_eq!(Assurance::since(now + day, now), Assurance::Waiting(now + day));
    /// assert_eq!(Assurance::since(now + day, now + day), Assurance::Proven);
    /// ```
    #[must_use]
    pub fn since(opens_from: DateTime<Utc>, now: DateTime<Utc>) -> Self {
        if opens_from > now { Self::Waiting(opens_from) } else { Self::Proven }
    }

    /// Whether somebody may act in this role.
    ///
    /// # Guarantee
    /// Who has only read an email acts as a subject and in no other role.
    #[must_use]
    pub fn is_enough_for(self, role: Role) -> bool {
        match role {
            Role::Subject => true,
            Role::Administrator | Role::Facilitator => self > Self::Mailbox,
        }
    }

    /// Whether somebody may decide about a review and read a result that has not been released.
    ///
    /// # Guarantee
    /// False for whoever has only read an email, and for what they have added until the wait is over.
    #[must_use]
    pub fn opens_unreleased(self) -> bool {
        self == Self::Proven
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn guarantee_a_mailbox_is_enough_for_a_subject_only() {
        let enough = |role: &&Role| Assurance::Mailbox.is_enough_for(**role);
        assert_eq!(Role::ALL.iter().filter(enough).collect::<Vec<_>>(), [&Role::Subject]);
        assert!(Role::ALL.iter().all(|&role| Assurance::Proven.is_enough_for(role)));
    }

    proptest! {
        #[test]
        fn guarantee_nothing_unreleased_opens_before_the_wait_is_over(wait in -100_000_i64..100_000) {
            let now = DateTime::<Utc>::UNIX_EPOCH;
            let added = Assurance::since(now + TimeDelta::seconds(wait), now);
            prop_assert_eq!(added.opens_unreleased(), wait <= 0);
            prop_assert!(!Assurance::Mailbox.opens_unreleased());
        }
    }
}
