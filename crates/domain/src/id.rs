//! Typed ids: a `RoundId` cannot be passed where a `ReviewId` is meant.

use serde::de::Visitor;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What is no id of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is no id; send one as this service gives them, such as 810a1a30-d936-4116-814c-f66c36841b13")]
pub struct InvalidId;

/// Reads an id as ids are written here. A UUID has other forms, in braces or without hyphens; with them one thing would
/// have many addresses.
fn parse(text: &str) -> Result<Uuid, InvalidId> {
    if text.len() == uuid::fmt::Hyphenated::LENGTH {
        Uuid::parse_str(text).map_err(|_other| InvalidId)
    } else {
        Err(InvalidId)
    }
}

/// An id in a document.
struct Written;

impl Visitor<'_> for Written {
    type Value = Uuid;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("an id")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Uuid, E> {
        parse(text).map_err(E::custom)
    }
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        ///
        /// A random UUID (version 4): it says nothing about when or in which order it was made.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
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
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                parse(text).map(Self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_str(Written).map(Self)
            }
        }
    )+};
}

ids! {
    /// A trust.
    OrganisationId,
    /// A person who signs in: an administrator, a facilitator, an adviser or a subject.
    AccountId,
    /// A passkey of an account.
    PasskeyId,
    /// An address of a person besides that of their account.
    AddressId,
    /// A token that a person has made for a program. It opens nothing.
    PersonalTokenId,
    /// A list of raters that somebody has uploaded and not imported yet.
    UploadId,
    /// An integration with its own credentials.
    ClientId,
    /// One version of a questionnaire.
    FrameworkId,
    /// One run of a framework over one or more reviews.
    RoundId,
    /// One subject in one round.
    ReviewId,
    /// A person who reads the counted result of one review beside its facilitator.
    AdviserId,
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
    /// A job for the worker.
    JobId,
    /// A line of the audit log.
    AuditEventId,
    /// A session of a browser, as its owner knows it. It opens nothing.
    SessionId,
    /// A sign-in code that has been asked for. It opens nothing.
    SignInCodeId,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_written_in_one_way() -> Result<(), Box<dyn std::error::Error>> {
        let id = RoundId::from_random([7; 16]);
        let text = id.to_string();
        assert_eq!(text.parse::<RoundId>()?, id);
        assert_eq!(serde_json::from_str::<RoundId>(&format!("\"{text}\""))?, id);
        for other in [
            format!("{{{text}}}"),
            text.replace('-', ""),
            format!("urn:uuid:{text}"),
            format!(" {text}"),
            String::new(),
        ] {
            assert_eq!(other.parse::<RoundId>(), Err(InvalidId), "{other}");
            assert!(serde_json::from_value::<RoundId>(other.clone().into()).is_err(), "{other}");
        }
        Ok(())
    }
}
