//! Lists in pages. A page begins after a row, not after a number of rows, so nothing is skipped or repeated when rows
//! come and go.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, NaiveDateTime, Utc};
use uuid::Uuid;

use crate::StorageError;
use crate::engine::column::readable;

/// Rows on a page when the caller does not say.
pub const DEFAULT_LIMIT: u32 = 50;
/// The most rows on a page.
pub const LARGEST_LIMIT: u32 = 200;

const VERSION: u8 = 1;

/// Which page of a list is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PageRequest {
    limit: u32,
    after: Option<Cursor>,
}

/// The place in a list after which the next page begins: opaque to callers, and free of anything about a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    at: DateTime<Utc>,
    id: Uuid,
}

/// One page of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T> {
    /// The rows.
    pub items: Vec<T>,
    /// Where the next page begins; `None` on the last one.
    pub next: Option<Cursor>,
    /// How many rows of this page cannot be read and are left out.
    pub unreadable: usize,
}

/// Why a page cannot be asked for like this.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidPage {
    /// Not a number from 1 to 200.
    #[error("limit is not a whole number from 1 to {LARGEST_LIMIT}; send one, or leave it out for 50")]
    Limit,
    /// Not the `next` of an earlier answer.
    #[error("after is not the \"next\" of a page of this list; send that, or leave it out to read from the beginning")]
    Cursor,
}

impl PageRequest {
    /// The first page, as long as a page may be.
    #[must_use]
    pub fn largest() -> Self {
        Self { limit: LARGEST_LIMIT, after: None }
    }

    /// Reads the two parameters of a list as they arrive.
    ///
    /// # Errors
    /// [`InvalidPage`] names the one that is wrong.
    ///
    /// ```
    /// use candour_storage::page::{InvalidPage, PageRequest};
    /// assert_eq!(PageRequest::parse(Some("20"), None)?.limit(), 20);
    /// assert_eq!(PageRequest::parse(Some("0"), None), Err(InvalidPage::Limit));
    /// assert_eq!(PageRequest::parse(None, Some("abc")), Err(InvalidPage::Cursor));
    /// # Ok::<(), InvalidPage>(())
    /// ```
    pub fn parse(limit: Option<&str>, after: Option<&str>) -> Result<Self, InvalidPage> {
        let limit = match limit {
            None => DEFAULT_LIMIT,
            Some(text) => {
                text.parse().ok().filter(|limit| (1..=LARGEST_LIMIT).contains(limit)).ok_or(InvalidPage::Limit)?
            }
        };
        Ok(Self { limit, after: after.map(str::parse).transpose()? })
    }

    /// The page of the same size after `cursor`.
    #[must_use]
    pub fn after(self, cursor: Cursor) -> Self {
        Self { after: Some(cursor), ..self }
    }

    /// The largest number of rows on the page.
    #[must_use]
    pub fn limit(&self) -> u32 {
        self.limit
    }

    /// One row more than the page holds: it tells whether there is a next page.
    pub(crate) fn fetch(&self) -> i64 {
        i64::from(self.limit) + 1
    }

    pub(crate) fn after_id(&self) -> Option<String> {
        self.after.map(|cursor| cursor.id.to_string())
    }

    pub(crate) fn after_time(&self) -> Option<(NaiveDateTime, String)> {
        self.after.map(|cursor| (cursor.at.naive_utc(), cursor.id.to_string()))
    }

    /// Cuts what was fetched to a page. `place` says where a row stands in the list; `read` reads it, and one that
    /// cannot be read is counted and left out.
    pub(crate) fn page<Row, T>(
        &self,
        mut rows: Vec<Row>,
        place: impl Fn(&Row) -> Option<Cursor>,
        read: impl FnMut(Row) -> Result<T, StorageError>,
    ) -> Result<Page<T>, StorageError> {
        let limit = usize::try_from(self.limit).unwrap_or(usize::MAX);
        let more = rows.len() > limit;
        rows.truncate(limit);
        let (next, found) = (rows.iter().rev().find_map(place).filter(|_| more), rows.len());
        let items = readable(rows.into_iter().map(read))?;
        Ok(Page { next, unreadable: found - items.len(), items })
    }
}

impl<T> Page<T> {
    /// The same page with each row made into something else.
    #[must_use]
    pub fn map<U>(self, f: impl FnMut(T) -> U) -> Page<U> {
        Page { items: self.items.into_iter().map(f).collect(), next: self.next, unreadable: self.unreadable }
    }
}

impl Default for PageRequest {
    fn default() -> Self {
        Self { limit: DEFAULT_LIMIT, after: None }
    }
}

impl Cursor {
    /// A place in a list that is in the order of ids; `None` for what is no id.
    pub(crate) fn id(id: &str) -> Option<Self> {
        Self::time(NaiveDateTime::default(), id)
    }

    /// A place in a list that is in the order of times.
    pub(crate) fn time(at: NaiveDateTime, id: &str) -> Option<Self> {
        Some(Self { at: at.and_utc(), id: id.parse().ok()? })
    }
}

impl std::fmt::Display for Cursor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut bytes = vec![VERSION];
        bytes.extend(self.at.timestamp_micros().to_be_bytes());
        bytes.extend(self.id.as_bytes());
        f.write_str(&URL_SAFE_NO_PAD.encode(bytes))
    }
}

impl std::str::FromStr for Cursor {
    type Err = InvalidPage;

    fn from_str(text: &str) -> Result<Self, InvalidPage> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok().ok_or(InvalidPage::Cursor)?;
        let rest = bytes.strip_prefix(&[VERSION]).ok_or(InvalidPage::Cursor)?;
        let (at, id) = rest.split_first_chunk::<8>().ok_or(InvalidPage::Cursor)?;
        let at = DateTime::from_timestamp_micros(i64::from_be_bytes(*at)).ok_or(InvalidPage::Cursor)?;
        Ok(Self { at, id: Uuid::from_slice(id).ok().ok_or(InvalidPage::Cursor)? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_reads_back_and_nothing_else_does() {
        let cursor =
            Cursor { at: DateTime::UNIX_EPOCH + chrono::TimeDelta::microseconds(1_234_567), id: Uuid::from_u128(7) };
        assert_eq!(cursor.to_string().parse(), Ok(cursor));
        for bad in ["", "AQ", "not base64!", &cursor.to_string()[1..], &format!("{cursor}AA")] {
            assert_eq!(PageRequest::parse(None, Some(bad)), Err(InvalidPage::Cursor), "{bad}");
        }
    }

    #[test]
    fn a_limit_is_a_number_from_1_to_200() {
        assert_eq!(PageRequest::parse(None, None), Ok(PageRequest::default()));
        for good in ["1", "200"] {
            assert!(PageRequest::parse(Some(good), None).is_ok());
        }
        for bad in ["", "0", "201", "-1", "1.5", "ten", "99999999999"] {
            assert_eq!(PageRequest::parse(Some(bad), None), Err(InvalidPage::Limit), "{bad}");
        }
    }
}
