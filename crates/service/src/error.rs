//! What can go wrong. Services return [`Error`]; the API turns it into a problem document, and the pages into a page,
//! each in one place; statuses are decided there and nowhere else. `telemetry` logs what is ours, once.

use std::time::Duration;

use candour_domain::DeliveryReason;
use candour_domain::adviser::AdviserError;
use candour_domain::clock::Doubt;
use candour_domain::earlier::LaunchRefused;
use candour_domain::framework::FrameworkError;
use candour_domain::person::InvalidPerson;
use candour_domain::policy::PolicyError;
use candour_domain::response::ResponseError as AnswerError;
use candour_domain::review::ReviewError;
use candour_domain::roster::RosterError;
use candour_domain::round::{EndError, RoundError};
use candour_mail::SendError;
use candour_seal::SealError;
use candour_storage::StorageError;

/// Why a use case failed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no such thing, or the caller may not know of it.
    #[error("there is no such thing; check its id")]
    NotFound,
    /// A link whose answers have been received, or whose round has closed, or that was withdrawn.
    #[error("the link does not work any more: the round has closed or the invitation was withdrawn")]
    LinkSpent,
    /// A move the round does not allow.
    #[error(transparent)]
    Round(#[from] RoundError),
    /// A move the review does not allow.
    #[error(transparent)]
    Review(#[from] ReviewError),
    /// A launch that the trust's other rounds or its administrators forbid.
    #[error(transparent)]
    Launch(#[from] LaunchRefused),
    /// The list of raters is not the one that the facilitator has read.
    #[error("the list of raters has changed since it was read; read it again and agree to what it says now")]
    ListChanged,
    /// A comment that has been redacted already.
    #[error("the comment has been redacted already; there is nothing left to do")]
    AlreadyRedacted,
    /// A comment that has not been redacted.
    #[error("the comment is not redacted; there is nothing to take back")]
    NotRedacted,
    /// A deletion that would leave something without its ground.
    #[error("{0}")]
    Conflict(&'static str),
    /// Somebody else changed it first.
    #[error("it has been changed since it was read; read it again and repeat the change")]
    Stale,
    /// Fields that cannot be used.
    #[error("some fields cannot be used")]
    Invalid(Vec<FieldError>),
    /// The database did not take or give something.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// Something that is easily regretted, and that nobody has said they want all the same. The text says what would
    /// happen.
    #[error("{0}")]
    Unconfirmed(String),
    /// The clock is not believed, and this cannot be undone.
    #[error("the clock is in doubt: {0}")]
    Clock(#[from] Doubt),
    /// A step of retention before its time.
    #[error(transparent)]
    End(#[from] EndError),
    /// Something sealed does not open.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// An email that cannot be written.
    #[error(transparent)]
    Letter(#[from] candour_mail::Unwritten),
    /// An email that did not leave this time. The text names nobody.
    #[error("{reason}")]
    Undelivered {
        /// Why not.
        reason: String,
        /// The same in a word.
        why: DeliveryReason,
        /// How long it is of no use to try again.
        wait: Duration,
    },
    /// The ballots of a review cannot be counted.
    #[error("a review cannot be counted, which is a fault of the service: {0}")]
    Count(#[from] candour_analytics::CountError),
    /// A stored document that does not read back.
    #[error("a stored document cannot be read, which is a fault of the service: {0}")]
    Document(#[from] serde_json::Error),
    /// A state that should not exist.
    #[error("a fault of the service, to be reported: {0}")]
    Internal(&'static str),
}

/// What kind of failure of ours it was. It names nobody and nothing that was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The database does not answer, is full, or has too much to do: trying again helps.
    Unavailable,
    /// The database gave or took something that it should not.
    Storage,
    /// Something sealed does not open.
    Seal,
    /// A defect.
    Internal,
}

/// One field that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// A JSON pointer into the request body; absent for a body of CSV, which has `row` and `field` instead.
    pub pointer: Option<String>,
    /// What is wrong and what would fix it.
    pub detail: String,
    /// The row of a list of raters, counted as a spreadsheet does.
    pub row: Option<usize>,
    /// The field of that row.
    pub field: Option<&'static str>,
}

impl FieldError {
    /// An error at a pointer.
    #[must_use]
    pub fn at(pointer: impl Into<String>, detail: impl std::fmt::Display) -> Self {
        Self { pointer: Some(pointer.into()), detail: detail.to_string(), row: None, field: None }
    }

    /// An error of a body as a whole that is not JSON.
    #[must_use]
    pub fn of_the_whole(detail: impl std::fmt::Display) -> Self {
        Self { pointer: None, detail: detail.to_string(), row: None, field: None }
    }
}

impl Error {
    /// One field that cannot be used.
    #[must_use]
    pub fn field(pointer: &str, detail: impl std::fmt::Display) -> Self {
        Self::Invalid(vec![FieldError::at(pointer, detail)])
    }
}

impl Fault {
    /// The word for it in the log.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unavailable => "unavailable",
            Self::Storage => "storage",
            Self::Seal => "seal",
            Self::Internal => "internal",
        }
    }
}

impl From<&Error> for Fault {
    fn from(error: &Error) -> Self {
        match error {
            Error::Storage(StorageError::Unavailable(_)) => Self::Unavailable,
            Error::Storage(_) => Self::Storage,
            Error::Seal(_) => Self::Seal,
            _ => Self::Internal,
        }
    }
}

impl From<Vec<RosterError>> for Error {
    fn from(errors: Vec<RosterError>) -> Self {
        Self::Invalid(errors.into_iter().map(FieldError::from).collect())
    }
}

impl From<RosterError> for FieldError {
    fn from(error: RosterError) -> Self {
        Self {
            pointer: error.pointer(),
            detail: error.problem.to_string(),
            row: Some(error.row),
            field: Some(error.field),
        }
    }
}

impl From<Vec<AnswerError>> for Error {
    fn from(errors: Vec<AnswerError>) -> Self {
        Self::Invalid(errors.iter().map(|error| FieldError::at(error.pointer(), error)).collect())
    }
}

impl From<Vec<FrameworkError>> for Error {
    fn from(errors: Vec<FrameworkError>) -> Self {
        Self::Invalid(errors.into_iter().map(|error| FieldError::at(error.pointer, error.message)).collect())
    }
}

impl From<AdviserError> for Error {
    fn from(error: AdviserError) -> Self {
        Self::Review(error.into())
    }
}

impl From<PolicyError> for Error {
    fn from(error: PolicyError) -> Self {
        Self::field(&format!("/policy/{}", error.field()), error)
    }
}

impl From<SendError> for Error {
    fn from(error: SendError) -> Self {
        let wait = if let SendError::SlowDown { wait, .. } = &error { *wait } else { Duration::ZERO };
        Self::Undelivered { reason: error.to_string(), why: error.why(), wait }
    }
}

impl From<(&str, InvalidPerson)> for FieldError {
    fn from((pointer, error): (&str, InvalidPerson)) -> Self {
        Self::at(pointer, error)
    }
}
