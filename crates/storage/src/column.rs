//! How single values are kept: ids and documents as text, times without a zone. What does not read back is named by table and column.

use std::str::FromStr;

use candour_domain::person::{Email, PersonName};
use candour_domain::{GroupId, Person};
use chrono::{DateTime, NaiveDateTime, Utc};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::StorageError;

/// A time as it is stored.
pub(crate) fn time(at: DateTime<Utc>) -> NaiveDateTime {
    at.naive_utc()
}

/// A value that came back from `column`, or the error that names it.
pub(crate) fn read<T>(value: Option<T>, column: &str) -> Result<T, StorageError> {
    value.ok_or_else(|| StorageError::Corrupt(column.to_owned()))
}

pub(crate) fn id<T: FromStr>(text: &str, column: &str) -> Result<T, StorageError> {
    read(text.parse().ok(), column)
}

pub(crate) fn group(text: &str, column: &str) -> Result<GroupId, StorageError> {
    read(GroupId::parse(text).ok(), column)
}

pub(crate) fn person(name: &str, email: &str, columns: &str) -> Result<Person, StorageError> {
    Ok(Person { name: read(PersonName::parse(name).ok(), columns)?, email: read(Email::parse(email).ok(), columns)? })
}

pub(crate) fn json<T: DeserializeOwned>(text: &str, column: &str) -> Result<T, StorageError> {
    read(serde_json::from_str(text).ok(), column)
}

pub(crate) fn to_json(value: &impl Serialize, column: &str) -> Result<String, StorageError> {
    // The message could quote the value.
    serde_json::to_string(value).map_err(|_quoting| StorageError::Database(format!("{column} cannot be written as JSON")))
}

pub(crate) fn number<T: TryFrom<i64>>(value: i64, column: &str) -> Result<T, StorageError> {
    read(T::try_from(value).ok(), column)
}

pub(crate) fn hash(bytes: &[u8], column: &str) -> Result<[u8; 32], StorageError> {
    read(bytes.try_into().ok(), column)
}
