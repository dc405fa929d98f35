//! Errors as the API tells them: problem documents (RFC 9457).

use actix_web::http::{StatusCode, header};
use actix_web::{HttpResponse, ResponseError};
use candour_domain::access::{self, Grant};
use candour_domain::adviser::AdviserError;
use candour_domain::clock::Doubt;
use candour_domain::earlier::LaunchRefused;
use candour_domain::review::ReviewError;
use candour_domain::round::RoundError;
use candour_domain::{Operation, Principal};
use candour_service::error::{Error, Fault, FieldError};
use serde::Serialize;

/// What is said of a fault of ours.
const FAULT: &str =
    "The fault is ours, and it has been logged. Try again, and if it stays so, tell the people who run the service.";

/// The longest cause that is logged, in characters.
const LONGEST_CAUSE: usize = 500;

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
    pub errors: Vec<InvalidField>,
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

/// One field that cannot be used, as it is told.
#[derive(Clone, Debug, Serialize, utoipa::ToSchema)]
#[schema(as = FieldError)]
pub struct InvalidField {
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
            Principal::Client { .. } if scopes.is_empty() => {
                format!("No integration may do this. A person has to, with the role {roles}.")
            }
            Principal::Client { scopes: held, .. } => {
                let held: Vec<_> = held.iter().map(|scope| scope.as_str()).collect();
                let held = if held.is_empty() { "none".to_owned() } else { held.join(" ") };
                format!(
                    "This needs the scope {scopes}, and the token has {held}. Ask for a token with it, or for \
                     credentials that may have it."
                )
            }
            Principal::Token { .. } if scopes.is_empty() => {
                "No token that a person has made may do this. The person has to, in the browser.".to_owned()
            }
            Principal::Token { role: held, scopes: own, .. } => {
                let own: Vec<_> = own.iter().map(|scope| scope.as_str()).collect();
                format!(
                    "This needs the role {roles} and the scope {scopes}, and the token acts as {} with {}. Make one \
                     that may do it, in the browser, under your account.",
                    held.as_str(),
                    own.join(" ")
                )
            }
            Principal::User { .. } if roles.is_empty() => {
                format!("No person may do this. Send the token of an integration with the scope {scopes}.")
            }
            Principal::User { role, .. } => format!(
                "This needs the role {roles}, and the token is for the role {}. Send a token for the role that is \
                 needed.",
                role.as_str()
            ),
        };
        Self::new(StatusCode::FORBIDDEN, "forbidden", "Not allowed", detail)
    }

    /// 404: there is none, or the caller may not know.
    #[must_use]
    pub fn not_found() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "not-found",
            "Not found",
            "There is nothing here, or you may not see it. Check the address and the ids in it.",
        )
    }

    /// 405: the path has other methods, which are named.
    #[must_use]
    pub fn method_not_allowed(allow: &str) -> Self {
        let detail = format!("This address does not take this method. Use one of: {allow}.");
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "method-not-allowed", "The method is not one of this address", detail)
    }

    /// 500: a fault of ours, with its cause for the log.
    #[must_use]
    pub fn broken(cause: impl Into<Box<str>>) -> Self {
        Self {
            cause: Some(cause.into()),
            ..Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", "Something went wrong here", FAULT)
        }
    }

    /// 422: fields that cannot be used.
    #[must_use]
    pub fn invalid(errors: Vec<FieldError>) -> Self {
        let detail = match errors.as_slice() {
            [one] => one.detail.clone(),
            many => format!("{} fields cannot be used; see errors.", many.len()),
        };
        let errors = errors.into_iter().map(InvalidField::from).collect();
        Self {
            errors,
            ..Self::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid-fields", "Some fields cannot be used", detail)
        }
    }

    /// 503: the service cannot do it at the moment.
    #[must_use]
    pub fn unavailable() -> Self {
        // Not that nothing has been changed: a connection can be lost after the database has committed and before it
        // has said so.
        let detail = "The service cannot do this at the moment. Try again shortly.";
        Self {
            retry_after: Some(2),
            ..Self::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", "Not available at the moment", detail)
        }
    }

    /// 503: this cannot be undone, and one clock alone says that it is time.
    fn clock_in_doubt(doubt: &Doubt) -> Self {
        let detail = "The service is not sure what time it is, so it closes, cancels, counts, releases and erases \
         nothing. Nothing has been \
                      changed, and raters can still answer. Tell the people who run the service: `candour doctor` says \
                      what they can do.";
        let title = "The service is not sure what time it is";
        Self {
            cause: Some(doubt.to_string().into()),
            ..Self::new(StatusCode::SERVICE_UNAVAILABLE, "clock-in-doubt", title, detail)
        }
    }

    fn conflict(kind: &str, title: &'static str, error: impl std::fmt::Display) -> Self {
        Self::new(StatusCode::CONFLICT, kind, title, sentence(&error.to_string()))
    }
}

impl From<FieldError> for InvalidField {
    fn from(FieldError { pointer, detail, row, field }: FieldError) -> Self {
        Self { pointer, detail, row, field }
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
                "The round has closed or the invitation was withdrawn, so nothing can be answered through this link \
                 any more. If you think that this is a mistake, ask the person named in the invitation.",
            ),
            Error::Round(error) => round_problem(error),
            Error::Review(error) => review_problem(error),
            Error::Launch(error) => launch_problem(&error),
            error @ Error::ListChanged => Self::conflict("list-changed", "The list has changed", error),
            error @ Error::AlreadyRedacted => Self::conflict("already-redacted", "Already redacted", error),
            error @ Error::NotRedacted => Self::conflict("not-redacted", "Not redacted", error),
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
                let detail = format!(
                    "{what} Nothing has been changed. To do it all the same, send \"confirm\": true in the body."
                );
                Self::new(StatusCode::CONFLICT, "confirmation-needed", "This has to be confirmed", detail)
            }
            unavailable if fault == Fault::Unavailable => {
                Self { cause: Some(bounded(&unavailable)), fault: Some(fault), ..Self::unavailable() }
            }
            other => Self {
                cause: Some(bounded(&other)),
                fault: Some(fault),
                ..Self::new(
                    StatusCode::INTERNAL_SERVER_ERROR,
                    "internal",
                    "Something went wrong here",
                    format!("{FAULT} Nothing has been changed."),
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
        RoundError::NotCancellable(_) => {
            Problem::conflict("round-not-cancellable", "The round cannot be cancelled", error)
        }
        RoundError::NotDeletable(_) => Problem::conflict("round-not-deletable", "The round cannot be deleted", error),
        RoundError::LaunchSet(_) => Problem::conflict("round-launch-set", "The round waits for its launch", error),
        RoundError::LaunchTime => Problem::invalid(vec![FieldError::at("/launches_at", error)]),
        RoundError::NotReady => Problem::conflict("round-not-ready", "The round is not ready", error),
        RoundError::RemindedRecently { .. } => {
            Problem::conflict("reminded-recently", "A reminder went out recently", error)
        }
        RoundError::Deadline | RoundError::LeapSecond | RoundError::NotLater => {
            Problem::invalid(vec![FieldError::at("/closes_at", error)])
        }
        RoundError::Wording(email, _) => {
            Problem::invalid(vec![FieldError::at(format!("/emails/{}", email.as_str()), error)])
        }
        RoundError::Title | RoundError::TitleUnseen(_) => Problem::invalid(vec![FieldError::at("/title", error)]),
    }
}

fn review_problem(error: ReviewError) -> Problem {
    match error {
        ReviewError::OwnFacilitator | ReviewError::AdministratorFacilitates => {
            Problem::invalid(vec![FieldError::at("/facilitator/email", error)])
        }
        ReviewError::Adviser(error) => adviser_problem(error),
        ReviewError::FacilitatorFrozen => Problem::conflict("round-frozen", "The round is frozen", error),
        ReviewError::FacilitatorAdministrates => Problem::conflict("facilitator", "They facilitate a review", error),
        ReviewError::Role | ReviewError::RoleUnseen(_) => {
            Problem::invalid(vec![FieldError::at("/subject/role", error)])
        }
        ReviewError::ReleaseTime | ReviewError::LeapSecond => {
            Problem::invalid(vec![FieldError::at("/release_at", error)])
        }
        ReviewError::NotCounted => Problem::conflict("review-not-counted", "The review is not counted", error),
        ReviewError::NotScheduled => Problem::conflict("release-not-set", "No time is set", error),
        ReviewError::Released => Problem::conflict("review-released", "The review is released", error),
    }
}

fn adviser_problem(error: AdviserError) -> Problem {
    match error {
        AdviserError::Subject | AdviserError::Facilitator | AdviserError::Administrator | AdviserError::Named => {
            Problem::invalid(vec![FieldError::at("/email", error)])
        }
        AdviserError::Administrates => Problem::conflict("adviser", "They advise on a review", error),
        AdviserError::TooMany => Problem::conflict("too-many-advisers", "There are enough advisers", error),
        AdviserError::NotPromised => {
            Problem::conflict("advisers-not-promised", "Raters have not been told of advisers", error)
        }
        AdviserError::Over(_) => Problem::conflict("round-over", "The round is over", error),
    }
}

fn launch_problem(error: &LaunchRefused) -> Problem {
    match error {
        LaunchRefused::AdministratorFacilitates { .. } => {
            Problem::conflict("administrator-facilitates", "The facilitator is an administrator", error)
        }
        LaunchRefused::AdministratorAdvises { .. } => {
            Problem::conflict("administrator-advises", "An adviser is an administrator", error)
        }
        LaunchRefused::UnderWay { .. } => {
            Problem::conflict("round-under-way", "Another round about the same person is under way", error)
        }
        LaunchRefused::AgreementNeeded { .. } => {
            Problem::conflict("agreement-needed", "The facilitator has to agree", error)
        }
    }
}

/// A cause for the log: a library may quote whatever it was given.
fn bounded(error: &Error) -> Box<str> {
    error.to_string().chars().take(LONGEST_CAUSE).collect::<String>().into()
}

fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).chain(['.']).collect())
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
