//! Rows of PostgreSQL as they lie in its files, live, dead or half overwritten, without asking the server.

/// A row, as far as it can be read without knowing its table: who wrote it, and the ids it begins with.
pub(super) struct Tuple {
    /// The transaction that wrote this version of the row.
    pub(super) xmin: u32,
    /// Ids, as texts of 36 letters, up to the first value that is none.
    pub(super) ids: Vec<String>,
    /// The bytes that follow.
    pub(super) rest: [u8; 8],
}

/// An id as PostgreSQL keeps it: one byte that says how long it is, then its letters.
const ID: usize = 37;
const ID_LENGTH: u8 = 75;
/// How long the header of a row is that has every value, and that of one where some are missing, which says which.
const HEADERS: [u8; 2] = [24, 32];
/// At which byte of the header its length is.
const LENGTH_AT: usize = 22;

/// Every version of every row in `bytes` that begins with this id.
pub(super) fn rows_of(bytes: &[u8], first: &str) -> Vec<Tuple> {
    let needle = [[ID_LENGTH].as_slice(), first.as_bytes()].concat();
    let things = [needle];
    let found = super::bytes::Needles::new(&things).find(bytes);
    found.iter().filter_map(|found| row_at(bytes, found.at)).collect()
}

/// The row whose first value is at `at`, unless what is before it is no header.
fn row_at(bytes: &[u8], at: usize) -> Option<Tuple> {
    let header = HEADERS.into_iter().find_map(|length| {
        let header = bytes.get(at.checked_sub(length.into())?..at)?;
        (header.get(LENGTH_AT) == Some(&length)).then_some(header)
    })?;
    let xmin = u32::from_le_bytes(*header.first_chunk()?);
    let mut ids = Vec::new();
    let mut rest = bytes.get(at..)?;
    while let Some((&[ID_LENGTH, ref letters @ ..], after)) = rest.split_first_chunk::<ID>() {
        ids.push(String::from_utf8(letters.to_vec()).ok()?);
        rest = after;
    }
    Some(Tuple { xmin, ids, rest: *rest.first_chunk()? })
}
