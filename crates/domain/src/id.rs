//! Typed ids: a `RoundId` cannot be passed where a `ReviewId` is meant.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        ///
        /// A random UUID (version 4): it says nothing about when or in which order it was made.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// Makes an id from 16 random bytes, which the caller takes from the operating system.
            #[must_use]
            pub fn from_random(bytes: [u8; 16]) -> Self {
                Self(uuid::Builder::from_random_bytes(bytes).into_uuid())
            }

            /// The id as a UUID.
            #[must_use]
            pub fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.hyphenated().fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::parse_str(text).map(Self)
            }
        }
    )+};
}

ids! {
    /// A trust.
    OrganisationId,
    /// A person who signs in: an administrator, a facilitator or a subject.
    AccountId,
    /// An integration with its own credentials.
    ClientId,
    /// One version of a questionnaire.
    FrameworkId,
    /// One run of a framework over one or more reviews.
    RoundId,
    /// One subject in one round.
    ReviewId,
    /// A person asked about one subject.
    RaterId,
    /// The place of a rater's link.
    InvitationId,
    /// A sealed response; says nothing about its sender.
    BallotId,
    /// A comment in a result.
    CommentId,
    /// What may be said about a framework over many reviews.
    QualityReportId,
    /// A piece of work for the worker.
    JobId,
    /// A line of the audit log.
    AuditEventId,
}
