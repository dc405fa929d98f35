//! The one error of this crate. A look-up that finds nothing is not an error but `None`.

use diesel::result::{DatabaseErrorKind, Error as DieselError};

/// Why something could not be stored or read. No variant ever holds what is in a row.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StorageError {
    /// The database cannot be used now; the same call may succeed later. Nothing was stored.
    #[error("the database is not available: {0}")]
    Unavailable(String),
    /// The row contradicts one that is there, or refers to one that is not.
    #[error("the change conflicts with what is stored ({constraint})")]
    Conflict {
        /// What the engine calls the broken constraint, such as `raters.organisation_id, raters.review_id, raters.email`.
        constraint: String,
    },
    /// A stored value does not read back; names the column, and the table too unless it is a time.
    #[error("{0} holds a value that cannot be read")]
    Corrupt(String),
    /// There is no database where one was looked for.
    #[error("there is no database at {0}")]
    Missing(String),
    /// Anything else the engine refuses: a defect of this program or its set-up.
    #[error("the database refused: {0}")]
    Database(String),
}

/// Messages that mean "not now": the disk is full or failing, somebody else holds the lock, or the server ends. Diesel tells neither
/// SQLite's codes nor most of PostgreSQL's, so those of a server that speaks another language are taken for refusals.
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
                    | DatabaseErrorKind::RestrictViolation => Self::Conflict { constraint: constraint(information.as_ref()) },
                    DatabaseErrorKind::SerializationFailure
                    | DatabaseErrorKind::ClosedConnection
                    | DatabaseErrorKind::UnableToSendCommand
                    | DatabaseErrorKind::ReadOnlyTransaction => Self::Unavailable(message.to_owned()),
                    _ if PASSING.iter().any(|passing| message.starts_with(passing)) => Self::Unavailable(message.to_owned()),
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
        Self::Unavailable(error.to_string())
    }
}

fn constraint(information: &(dyn diesel::result::DatabaseErrorInformation + Send + Sync)) -> String {
    information.constraint_name().map_or_else(
        || match information.message().split_once("constraint failed: ") {
            Some((_, columns)) => columns.to_owned(),
            None => "a reference".to_owned(),
        },
        str::to_owned,
    )
}

#[cfg(test)]
mod tests;
