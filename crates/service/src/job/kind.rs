//! The kinds of jobs by name, and which of them anybody may see.

macro_rules! kinds {
    ($($(#[$doc:meta])* $variant:ident = $name:literal, $seen:ident;)+) => {
        /// A kind of job. A new one does not compile until somebody has said whether it may be seen.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum JobKind {
            $($(#[$doc])* $variant),+
        }

        impl JobKind {
            /// Every kind.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The stable name in the queue, the API and the counters.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name),+ }
            }

            fn seen(self) -> Seen {
                match self { $(Self::$variant => Seen::$seen),+ }
            }
        }
    };
}

/// Who learns how many jobs of a kind there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Seen {
    /// Administrators.
    Listed,
    /// Nobody: there is one for each person who has, or has not, answered.
    Unlisted,
}

kinds! {
    /// The first email to a rater.
    Invitation = "mail.invitation", Listed;
    /// To somebody who has not answered.
    Reminder = "mail.reminder", Unlisted;
    /// To somebody who can still answer.
    Extended = "mail.extended", Unlisted;
    /// To somebody who has answered.
    Received = "mail.received", Unlisted;
    /// A report has been released.
    Released = "mail.released", Listed;
    /// The answers have been counted.
    Counted = "mail.counted", Listed;
    /// A round has been counted: one for each administrator.
    RoundCounted = "mail.round_counted", Listed;
    /// Somebody has been named as an adviser.
    Adviser = "mail.adviser", Listed;
    /// Something is about to be destroyed unreleased.
    Unreleased = "mail.unreleased", Listed;
    /// A report could not be made.
    NotCounted = "mail.not_counted", Listed;
    /// A draft could not be launched at its time.
    NotLaunched = "mail.not_launched", Listed;
    /// The invitation of a round, to the administrator who wants to look at it.
    Sample = "mail.sample", Listed;
    /// A colleague has been invited.
    Invited = "mail.invited", Listed;
    /// Something has changed about how a person signs in.
    SignInChanged = "mail.sign_in_changed", Listed;
    /// The code for another address of a person.
    AddressCode = "mail.address_code", Listed;
    /// Queue the emails to those who have not answered: one job for all of them.
    Tell = "round.tell", Listed;
    /// Confirm the answers: one job for all of them.
    Receipts = "receipts.sweep", Listed;
    /// Count a round.
    Count = "round.count", Listed;
    /// Make a quality report.
    Quality = "framework.quality", Listed;
}

impl JobKind {
    /// The names of the kinds that nobody is told of.
    ///
    /// # Guarantee
    /// Jobs of these kinds are in no list and in no counter, and are not kept when they have failed for good.
    #[must_use]
    pub fn unlisted() -> Vec<&'static str> {
        Self::ALL.iter().filter(|kind| kind.seen() == Seen::Unlisted).map(|kind| kind.as_str()).collect()
    }

    /// Whether nobody is told of jobs of the kind with this name.
    #[must_use]
    pub fn is_unlisted(name: &str) -> bool {
        Self::ALL.iter().any(|kind| kind.as_str() == name && kind.seen() == Seen::Unlisted)
    }
}
