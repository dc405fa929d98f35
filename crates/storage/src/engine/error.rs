//! The one error of this crate. A look-up that finds nothing is not an error but `None`.

use diesel::result::{DatabaseErrorInformation, DatabaseErrorKind, Error as DieselError};

/// Why something could not be stored or read. No variant ever holds what is in a row.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StorageError {
    /// The database cannot be used now; the same call may succeed later. Nothing was stored.
    #[error("the database is not available: {0}")]
    Unavailable(String),
    /// The row contradicts one that is there, or refers to one that is not.
    #[error("the change conflicts with what is stored ({constraint})")]
    Conflict {
        /// The columns in which no two rows may be alike, such as `raters.organisation_id, raters.review_id,
        /// raters.email`; `a reference`; or what the engine calls another rule that is broken.
        constraint: String,
    },
    /// A stored value does not read back; names the column, and the table too unless it is a time.
    #[error("{0} holds a value that cannot be read")]
    Corrupt(String),
    /// There is no database where one was looked for; names the place.
    #[error("there is no database at {0}")]
    Missing(String),
    /// The address leads to neither engine; says why, and does not repeat it: it may hold a password.
    #[error("the address of the database cannot be used: {0}; it is sqlite:PATH or postgres://user:password@host/name")]
    Address(String),
    /// Anything else the engine refuses: a defect of this program or its set-up.
    #[error("the database refused: {0}")]
    Database(String),
}

/// Messages that mean "not now": the disk is full or failing, somebody else holds the lock, or the server ends. Diesel
/// tells neither SQLite's codes nor most of PostgreSQL's, so those of a server that speaks another language are taken
/// for refusals.
const PASSING: [&str; 14] = [
    "database is locked",
    "database table is locked",
    "database or disk is full",
    "disk I/O error",
    "unable to open database file",
    "out of memory",
    "canceling statement due to",
    "terminating connection due to",
    "the database system is",
    "deadlock detected",
    "could not extend file",
    "could not write to file",
    "sorry, too many clients already",
    "remaining connection slots are reserved",
];

impl StorageError {
    /// What stops a whole transaction is not the fault of any one change in it, and may pass.
    pub(crate) fn passing(self) -> Self {
        match self {
            Self::Unavailable(_) => self,
            other => Self::Unavailable(other.to_string()),
        }
    }
}

impl From<DieselError> for StorageError {
    fn from(error: DieselError) -> Self {
        match error {
            DieselError::DatabaseError(kind, information) => {
                let message = information.message();
                match kind {
                    DatabaseErrorKind::UniqueViolation
                    | DatabaseErrorKind::ForeignKeyViolation
                    | DatabaseErrorKind::CheckViolation
                    | DatabaseErrorKind::RestrictViolation => {
                        Self::Conflict { constraint: constraint(kind, information.as_ref()) }
                    }
                    DatabaseErrorKind::SerializationFailure
                    | DatabaseErrorKind::ClosedConnection
                    | DatabaseErrorKind::UnableToSendCommand
                    | DatabaseErrorKind::ReadOnlyTransaction => Self::Unavailable(message.to_owned()),
                    _ if PASSING.iter().any(|passing| message.starts_with(passing)) => {
                        Self::Unavailable(message.to_owned())
                    }
                    _ => Self::Database(message.to_owned()),
                }
            }
            // The text of this one quotes the value it could not read.
            DieselError::DeserializationError(cause) => Self::Corrupt(
                cause
                    .downcast_ref::<diesel::result::DeserializeFieldError>()
                    .and_then(|field| field.field_name.clone())
                    .unwrap_or_else(|| "a column".to_owned()),
            ),
            DieselError::SerializationError(_) => Self::Database("a value could not be handed over".to_owned()),
            DieselError::BrokenTransactionManager => Self::Unavailable("the connection was lost".to_owned()),
            other => Self::Database(other.to_string()),
        }
    }
}

impl From<diesel::ConnectionError> for StorageError {
    fn from(error: diesel::ConnectionError) -> Self {
        // The lines after the first one ask whether the server runs.
        Self::Unavailable(error.to_string().lines().next().unwrap_or_default().to_owned())
    }
}

fn constraint(kind: DatabaseErrorKind, information: &(dyn DatabaseErrorInformation + Send + Sync)) -> String {
    // Of another rule the details are the whole row.
    let of_server = match kind {
        DatabaseErrorKind::UniqueViolation => columns(information),
        DatabaseErrorKind::ForeignKeyViolation | DatabaseErrorKind::RestrictViolation => Some("a reference".to_owned()),
        _ => None,
    };
    let named = || information.constraint_name().map(str::to_owned);
    let of_sqlite = || Some(information.message().split_once("constraint failed: ")?.1.to_owned());
    of_server.or_else(named).or_else(of_sqlite).unwrap_or_else(|| "a rule".to_owned())
}

/// The columns of a key that a server names with the values that are there already: `Key (review_id, email)=(…, …)
/// already exists.`, in its own language. SQLite names the columns by itself.
fn columns(information: &(dyn DatabaseErrorInformation + Send + Sync)) -> Option<String> {
    let (table, details) = (information.table_name()?, information.details()?);
    let (names, _values) = details.split_once(")=(")?;
    let (_, names) = names.split_once('(')?;
    Some(names.split(", ").map(|name| format!("{table}.{name}")).collect::<Vec<_>>().join(", "))
}

#[cfg(test)]
mod tests;
