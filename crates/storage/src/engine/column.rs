//! How single values are kept: ids and documents as text, times without a zone. What does not read back is named by
//! table and column.
//!
//! What people wrote (names, addresses, titles, questionnaires) is always read, also where today's rules would refuse
//! it: it was accepted once, and others wait for the rest of the list.

use std::str::FromStr;

use candour_domain::framework::{FrameworkContent, FrameworkDocument};
use candour_domain::{RaterGroup, RaterGroups};
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

/// The rows that can be read. One that cannot is left out, so that it stops nobody else; an examination counts it.
///
/// It is not logged: which list it was missed from could tell what its person has done.
pub(crate) fn readable<T>(rows: impl IntoIterator<Item = Result<T, StorageError>>) -> Result<Vec<T>, StorageError> {
    rows.into_iter().filter(|row| !matches!(row, Err(StorageError::Corrupt(_)))).collect()
}

pub(crate) fn groups(text: &str, column: &str) -> Result<RaterGroups, StorageError> {
    json::<Vec<RaterGroup>>(text, column).map(RaterGroups::stored)
}

pub(crate) fn framework(text: &str, column: &str) -> Result<FrameworkContent, StorageError> {
    json::<FrameworkDocument>(text, column).map(FrameworkContent::stored)
}

pub(crate) fn json<T: DeserializeOwned>(text: &str, column: &str) -> Result<T, StorageError> {
    read(serde_json::from_str(text).ok(), column)
}

pub(crate) fn to_json(value: &impl Serialize, column: &str) -> Result<String, StorageError> {
    // The message could quote the value.
    serde_json::to_string(value)
        .map_err(|_quoting| StorageError::Database(format!("{column} cannot be written as JSON")))
}

pub(crate) fn number<T: TryFrom<i64>>(value: i64, column: &str) -> Result<T, StorageError> {
    read(T::try_from(value).ok(), column)
}

pub(crate) fn hash(bytes: &[u8], column: &str) -> Result<[u8; 32], StorageError> {
    read(bytes.try_into().ok(), column)
}
