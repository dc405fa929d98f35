//! What can go wrong, and the problem document (RFC 9457) it becomes. Statuses are decided here and nowhere else.
//!
//! Services return [`Error`]; the HTTP layer turns it into a [`Problem`] once, at the boundary. `telemetry` logs what is ours, once.

use std::time::Duration;

use actix_web::http::{StatusCode, header};
use actix_web::{HttpResponse, ResponseError};
use candour_domain::access::{self, Grant};
use candour_domain::clock::Doubt;
use candour_domain::earlier::LaunchRefused;
use candour_domain::framework::FrameworkError;
use candour_domain::person::InvalidPerson;
use candour_domain::policy::PolicyError;
use candour_domain::response::ResponseError as AnswerError;
use candour_domain::review::ReviewError;
use candour_domain::roster::RosterError;
use candour_domain::round::{EndError, RoundError};
use candour_domain::{Operation, Principal};
use candour_storage::StorageError;
use serde::Serialize;

use crate::mail::SendError;
use crate::seal::SealError;

/// Why a use case did not come about.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no such thing, or the caller may not know of it.
    #[error("not found")]
    NotFound,
    /// A link whose answers have been received, or whose round has closed, or that was withdrawn.
    #[error("the link does not work any more")]
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
    #[error("the comment has been redacted already")]
    AlreadyRedacted,
    /// A deletion that would leave something without its ground.
    #[error("{0}")]
    Conflict(&'static str),
    /// Somebody else changed it first.
    #[error("it has been changed since it was read; read it again")]
    Stale,
    /// Fields that cannot be used.
    #[error("some fields cannot be used")]
    Invalid(Vec<FieldError>),
    /// The database did not take or give something.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// Something that is easily regretted, and that nobody has said they want all the same. The text says what would happen.
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
    #[error("an email cannot be written: {0}")]
    Letter(#[from] askama::Error),
    /// An email that did not leave this time. The text names nobody.
    #[error("{reason}")]
    Undelivered {
        /// Why not.
        reason: String,
        /// How long it is of no use to try again.
        wait: Duration,
    },
    /// The ballots of a review cannot be counted.
    #[error(transparent)]
    Count(#[from] candour_analytics::CountError),
    /// A stored document that does not read back.
    #[error("a stored document cannot be read: {0}")]
    Document(#[from] serde_json::Error),
    /// A state that should not exist.
    #[error("{0}")]
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
#[derive(Clone, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct FieldError {
    /// A JSON pointer into the request body; absent for a body of CSV, which has `row` and `field` instead.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pointer: Option<String>,
    /// What is wrong and what would fix it.
    pub detail: String,
    /// The row of a list of raters, counted as a spreadsheet does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub row: Option<usize>,
    /// The field of that row.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<&'static str>,
}

/// A problem document.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
pub struct Problem {
    /// A stable name for this kind of problem, such as `urn:candour:problem:round-not-open`.
    #[serde(rename = "type")]
    pub kind: String,
    /// A short summary of the kind.
    pub title: &'static str,
    /// The HTTP status.
    pub status: u16,
    /// What happened this time.
    pub detail: String,
    /// The fields that cannot be used, for a 422.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldError>,
    /// Seconds after which to try again.
    #[serde(skip)]
    pub retry_after: Option<u32>,
    /// Why it failed where the fault is ours: for the log, not for the caller.
    #[serde(skip)]
    pub cause: Option<Box<str>>,
    /// What kind of failure of ours it is, for the log.
    #[serde(skip)]
    pub fault: Option<Fault>,
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

    /// 503 where trying again helps, 500 where it does not.
    #[must_use]
    pub fn status(self) -> StatusCode {
        if self == Self::Unavailable { StatusCode::SERVICE_UNAVAILABLE } else { StatusCode::INTERNAL_SERVER_ERROR }
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

impl Problem {
    /// A problem of a kind; `kind` is the last part of its `type`.
    #[must_use]
    pub fn new(status: StatusCode, kind: &str, title: &'static str, detail: impl Into<String>) -> Self {
        Self {
            kind: format!("urn:candour:problem:{kind}"),
            title,
            status: status.as_u16(),
            detail: detail.into(),
            errors: Vec::new(),
            retry_after: None,
            cause: None,
            fault: None,
        }
    }

    /// 400: not what the endpoint can read at all.
    #[must_use]
    pub fn bad_request(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "bad-request", "The request cannot be read", detail)
    }

    /// 401: no token, or one that does not verify.
    #[must_use]
    pub fn unauthenticated(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "unauthenticated", "A valid token is needed", detail)
    }

    /// 403: the token is good and does not allow this.
    #[must_use]
    pub fn forbidden(operation: Operation, caller: &Principal) -> Self {
        let wanted = |pick: fn(&Grant) -> Option<&'static str>| {
            let names: Vec<_> = access::grants(operation).iter().filter_map(pick).collect();
            names.join(" or ")
        };
        let role = |grant: &Grant| if let Grant::Role(role) = grant { Some(role.as_str()) } else { None };
        let scope = |grant: &Grant| if let Grant::Scope(scope) = grant { Some(scope.as_str()) } else { None };
        let (roles, scopes) = (wanted(role), wanted(scope));
        let detail = match caller {
            Principal::Client { .. } if scopes.is_empty() => "No integration may do this; a person has to.".to_owned(),
            Principal::Client { scopes: held, .. } => {
                let held: Vec<_> = held.iter().map(|scope| scope.as_str()).collect();
                let held = if held.is_empty() { "none".to_owned() } else { held.join(" ") };
                format!(
                    "This needs the scope {scopes}, and the token has {held}. Ask for a token with it, or for credentials that may have it."
                )
            }
            Principal::User { .. } if roles.is_empty() => format!("No person may do this; an integration with the scope {scopes} may."),
            Principal::User { role, .. } => format!("This needs the role {roles}, and the token is for the role {}.", role.as_str()),
        };
        Self::new(StatusCode::FORBIDDEN, "forbidden", "Not allowed", detail)
    }

    /// 404: there is none, or the caller may not know.
    #[must_use]
    pub fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "not-found", "Not found", "There is nothing here, or you may not see it.")
    }

    /// 405: the path has other methods, which are named.
    #[must_use]
    pub fn method_not_allowed(allow: &str) -> Self {
        let detail = format!("This address takes {allow}.");
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "method-not-allowed", "The method is not one of this address", detail)
    }

    /// 500: a fault of ours, with its cause for the log.
    #[must_use]
    pub fn broken(cause: impl Into<Box<str>>) -> Self {
        Self {
            cause: Some(cause.into()),
            ..Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", "Something went wrong here", "The failure has been logged.")
        }
    }

    /// 422: fields that cannot be used.
    #[must_use]
    pub fn invalid(errors: Vec<FieldError>) -> Self {
        let detail = match errors.as_slice() {
            [one] => one.detail.clone(),
            many => format!("{} fields cannot be used; see errors.", many.len()),
        };
        Self { errors, ..Self::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid-fields", "Some fields cannot be used", detail) }
    }

    /// 503: the service cannot do it at the moment.
    #[must_use]
    pub fn unavailable() -> Self {
        // Not that nothing has been changed: a connection can be lost after the database has committed and before it has said so.
        let detail = "The service cannot do this at the moment. Try again shortly.";
        Self { retry_after: Some(2), ..Self::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", "Not available at the moment", detail) }
    }

    /// 503: this cannot be undone, and one clock alone says that it is time.
    fn clock_in_doubt(doubt: &Doubt) -> Self {
        let detail = "The service is not sure what time it is, so it closes, cancels, counts, releases and erases nothing. Nothing has been \
                      changed, and raters can still answer. Tell the people who run the service: `candour doctor` says what they can do.";
        let title = "The service is not sure what time it is";
        Self { cause: Some(doubt.to_string().into()), ..Self::new(StatusCode::SERVICE_UNAVAILABLE, "clock-in-doubt", title, detail) }
    }

    fn conflict(kind: &str, title: &'static str, error: impl std::fmt::Display) -> Self {
        Self::new(StatusCode::CONFLICT, kind, title, sentence(&error.to_string()))
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        let fault = Fault::from(&error);
        match error {
            Error::NotFound => Self::not_found(),
            Error::LinkSpent => Self::new(
                StatusCode::GONE,
                "link-spent",
                "The link does not work any more",
                "The round has closed or the invitation was withdrawn.",
            ),
            Error::Round(error) => round_problem(error),
            Error::Review(error) => review_problem(error),
            Error::Launch(error) => launch_problem(&error),
            error @ Error::ListChanged => Self::conflict("list-changed", "The list has changed", error),
            Error::AlreadyRedacted => Self::conflict("already-redacted", "Already redacted", "the comment has been redacted already"),
            Error::Conflict(detail) => Self::conflict("conflict", "Not possible in this state", detail),
            Error::Stale => Self::new(
                StatusCode::PRECONDITION_FAILED,
                "stale",
                "Changed since it was read",
                "It has been changed since it was read. Read it again and repeat the change.",
            ),
            Error::Invalid(errors) => Self::invalid(errors),
            Error::Clock(doubt) => Self::clock_in_doubt(&doubt),
            Error::Unconfirmed(what) => {
                let detail = format!("{what} Nothing has been changed. To do it all the same, send \"confirm\": true in the body.");
                Self::new(StatusCode::CONFLICT, "confirmation-needed", "This has to be confirmed", detail)
            }
            unavailable @ Error::Storage(StorageError::Unavailable(_)) => {
                Self { cause: Some(bounded(&unavailable)), fault: Some(fault), ..Self::unavailable() }
            }
            other => Self {
                cause: Some(bounded(&other)),
                fault: Some(fault),
                ..Self::new(
                    StatusCode::INTERNAL_SERVER_ERROR,
                    "internal",
                    "Something went wrong here",
                    "The failure has been logged. Nothing has been changed.",
                )
            },
        }
    }
}

fn round_problem(error: RoundError) -> Problem {
    match error {
        RoundError::Frozen => Problem::conflict("round-frozen", "The round is frozen", error),
        RoundError::NotDraft(_) => Problem::conflict("round-not-draft", "The round is not a draft", error),
        RoundError::NotOpen(_) => Problem::conflict("round-not-open", "The round is not open", error),
        RoundError::NotClosed(_) => Problem::conflict("round-not-closed", "The round is not closed", error),
        RoundError::NotCounted(_) => Problem::conflict("round-not-counted", "The round is not counted", error),
        RoundError::NotCancellable(_) => Problem::conflict("round-not-cancellable", "The round cannot be cancelled", error),
        RoundError::NotDeletable(_) => Problem::conflict("round-not-deletable", "The round cannot be deleted", error),
        RoundError::NotReady => Problem::conflict("round-not-ready", "The round is not ready", error),
        RoundError::RemindedRecently { .. } => Problem::conflict("reminded-recently", "A reminder went out recently", error),
        RoundError::Deadline | RoundError::LeapSecond | RoundError::NotLater => Problem::invalid(vec![FieldError::at("/closes_at", error)]),
        RoundError::Title | RoundError::TitleUnseen(_) => Problem::invalid(vec![FieldError::at("/title", error)]),
    }
}

fn review_problem(error: ReviewError) -> Problem {
    match error {
        ReviewError::OwnFacilitator | ReviewError::AdministratorFacilitates => {
            Problem::invalid(vec![FieldError::at("/facilitator/email", error)])
        }
        ReviewError::FacilitatorFrozen => Problem::conflict("round-frozen", "The round is frozen", error),
        ReviewError::FacilitatorAdministrates => Problem::conflict("facilitator", "They facilitate a review", error),
        ReviewError::Role | ReviewError::RoleUnseen(_) => Problem::invalid(vec![FieldError::at("/subject/role", error)]),
        ReviewError::ReleaseTime | ReviewError::LeapSecond => Problem::invalid(vec![FieldError::at("/release_at", error)]),
        ReviewError::NotCounted => Problem::conflict("review-not-counted", "The review is not counted", error),
        ReviewError::Released => Problem::conflict("review-released", "The review is released", error),
    }
}

fn launch_problem(error: &LaunchRefused) -> Problem {
    match error {
        LaunchRefused::AdministratorFacilitates { .. } => {
            Problem::conflict("administrator-facilitates", "The facilitator is an administrator", error)
        }
        LaunchRefused::UnderWay { .. } => Problem::conflict("round-under-way", "Another round about the same person is under way", error),
        LaunchRefused::AgreementNeeded { .. } => Problem::conflict("agreement-needed", "The facilitator has to agree", error),
    }
}

/// The longest cause that is logged, in characters.
const LONGEST_CAUSE: usize = 500;

/// A cause for the log: a library may quote whatever it was given.
fn bounded(error: &Error) -> Box<str> {
    error.to_string().chars().take(LONGEST_CAUSE).collect::<String>().into()
}

fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).chain(['.']).collect())
}

impl From<Vec<RosterError>> for Error {
    fn from(errors: Vec<RosterError>) -> Self {
        Self::Invalid(errors.into_iter().map(FieldError::from).collect())
    }
}

impl From<RosterError> for FieldError {
    fn from(error: RosterError) -> Self {
        Self { pointer: error.pointer(), detail: error.problem.to_string(), row: Some(error.row), field: Some(error.field) }
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

impl From<PolicyError> for Error {
    fn from(error: PolicyError) -> Self {
        Self::field(&format!("/policy/{}", error.field()), error)
    }
}

impl From<SendError> for Error {
    fn from(error: SendError) -> Self {
        let wait = if let SendError::SlowDown { wait, .. } = &error { *wait } else { Duration::ZERO };
        Self::Undelivered { reason: error.to_string(), wait }
    }
}

impl From<(&str, InvalidPerson)> for FieldError {
    fn from((pointer, error): (&str, InvalidPerson)) -> Self {
        Self::at(pointer, error)
    }
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.status, self.kind)
    }
}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponse::build(self.status_code());
        response.content_type("application/problem+json").insert_header((header::CACHE_CONTROL, "no-store"));
        if self.status == 401 {
            response.insert_header((header::WWW_AUTHENTICATE, "Bearer realm=\"candour\""));
        }
        if let Some(seconds) = self.retry_after {
            response.insert_header((header::RETRY_AFTER, seconds.to_string()));
        }
        response.body(serde_json::to_string(self).unwrap_or_default())
    }
}
