//! How surely a request comes from the person whose account it names, and what that is enough for.
//!
//! A trust's IT can read the trust's mailboxes, and it reports to the person a review is about. So a code by email is
//! enough for that person to read their released report, and for nothing else.

use chrono::{DateTime, TimeDelta, Utc};

use crate::Role;

/// How surely somebody is who they say, from the least to the most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Assurance {
    /// They have read an email to the account's address.
    Mailbox,
    /// They have used a passkey or the trust's own sign-in, but it was added by somebody who had only read an email.
    /// Until this moment the person can still say that it was not them.
    Waiting(DateTime<Utc>),
    /// A token that they made asks for them. It opens and decides nothing that has not been released, for ever.
    Token,
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
    /// Somebody who has only read an email acts as a subject and in no other role.
    #[must_use]
    pub fn is_enough_for(self, role: Role) -> bool {
        match role {
            Role::Subject => true,
            Role::Administrator | Role::Facilitator | Role::Adviser => self > Self::Mailbox,
        }
    }

    /// Whether somebody may decide about a review and read a result that has not been released.
    ///
    /// # Guarantee
    /// False for somebody who has only read an email, and for what they have added until the wait is over.
    #[must_use]
    pub fn opens_unreleased(self) -> bool {
        self == Self::Proven
    }

    /// From when on a passkey or a provider's account may be relied on that is added in such a session.
    ///
    /// # Guarantee
    /// Never earlier than the session itself, and `wait` after `now` where somebody has only read an email.
    ///
    /// ```
    /// use candour_domain::Assurance;
    /// use chrono::{DateTime, TimeDelta};
    /// let (now, day) = (DateTime::UNIX_EPOCH, TimeDelta::days(1));
    /// assert_eq!(Assurance::Mailbox.opens_from(now, day), now + day);
    /// assert_eq!(Assurance::Proven.opens_from(now, day), now);
    /// ```
    #[must_use]
    pub fn opens_from(self, now: DateTime<Utc>, wait: TimeDelta) -> DateTime<Utc> {
        match self {
            Self::Mailbox | Self::Token => now + wait,
            Self::Waiting(until) => until.max(now),
            Self::Proven => now,
        }
    }

    /// Whether somebody may take away what may be relied on from `opens_from`.
    ///
    /// # Guarantee
    /// Nobody takes away what is surer than what they have come in with. So somebody who reads the mailbox cannot lock
    /// its owner out.
    #[must_use]
    pub fn may_remove(self, opens_from: DateTime<Utc>) -> bool {
        match self {
            Self::Mailbox | Self::Token => false,
            Self::Waiting(until) => opens_from >= until,
            Self::Proven => true,
        }
    }
}

#[cfg(test)]
mod tests {
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

        #[test]
        fn guarantee_nothing_that_is_added_opens_earlier_than_what_added_it(
            left in 1_i64..100_000, wait in 0_i64..100_000, later in 0_i64..200_000,
        ) {
            let now = DateTime::<Utc>::UNIX_EPOCH;
            let (left, wait, later) = (now + TimeDelta::seconds(left), TimeDelta::seconds(wait), now + TimeDelta::seconds(later));
            let added = |by: Assurance| Assurance::since(by.opens_from(now, wait), later);
            prop_assert_eq!(added(Assurance::Mailbox).opens_unreleased(), later >= now + wait);
            prop_assert_eq!(added(Assurance::since(left, now)), Assurance::since(left, later));
            prop_assert_eq!(added(Assurance::Proven), Assurance::Proven);
        }

        #[test]
        fn guarantee_nobody_takes_away_what_is_surer_than_what_they_came_in_with(
            mine in 1_i64..100_000, other in -100_000_i64..100_000,
        ) {
            let now = DateTime::<Utc>::UNIX_EPOCH;
            let (mine, other) = (now + TimeDelta::seconds(mine), now + TimeDelta::seconds(other));
            prop_assert!(!Assurance::Mailbox.may_remove(other));
            prop_assert!(Assurance::Proven.may_remove(other));
            prop_assert_eq!(Assurance::Waiting(mine).may_remove(other), other >= mine);
        }
    }
}
