//! A table out of whatever file somebody has: a workbook (.xlsx, .xls, .ods) or text with separators.
//!
//! ```
//! let table = candour_sheet::read("Name;Work email\nZo\u{eb} Lee;zoe@trust.uk\n".as_bytes())?;
//! assert_eq!(table.rows[1].cells, ["Zo\u{eb} Lee", "zoe@trust.uk"]);
//! let image = candour_sheet::read(b"\x89PNG\r\n\x1a\n").map_err(|error| error.to_string());
//! assert_eq!(image, Err("this is a picture, and no list; send the spreadsheet itself, or a CSV file".to_owned()));
//! # Ok::<(), candour_sheet::Unreadable>(())
//! ```
//!
//! Bytes in, [`Table`] out. What the columns are, and whether a row is right, is decided in `candour_domain::roster`.
//!
//! Files come from anybody who may add raters, so no number in one is believed. Only the parts that are needed are
//! unpacked, within one limit for the whole file; a cell is a cell when its text is there, and never because a header,
//! an attribute or a repetition says so; a chain of sectors ends. No part is read again for each sheet that points to
//! it, and no text is read again in full for each cell that has it. The readers are our own for that reason: those that
//! can be had reserve memory for what a file claims, and a file of 5 KB then ends the process.

mod archive;
mod compound;
mod grid;
mod kind;
mod number;
mod ods;
mod text_file;
mod unreadable;
mod xls;
mod xlsx;
mod xml;

pub use candour_domain::roster::Table;
pub use candour_domain::roster::table::LONGEST_CELL;
pub use unreadable::Unreadable;

use kind::Kind;

/// The largest file that is read, in bytes.
pub const LARGEST_FILE: usize = 5 * 1024 * 1024;

/// The most that the parts of a packed workbook may have in them once unpacked, in bytes.
pub const LARGEST_UNPACKED: usize = 32 * 1024 * 1024;

/// The most text that the cells of a table have together, in bytes: one text of a workbook may stand in many cells.
pub const MOST_TEXT: usize = 16 * 1024 * 1024;

/// The most entries that a packed workbook may have.
pub const MOST_ENTRIES: usize = 2_000;

/// The most sheets that a workbook may have.
pub const MOST_SHEETS: usize = 255;

/// Reads a table. What a file is decides its content, whatever it is called.
///
/// Of a workbook the first visible sheet is read that has something in it, and the others are named. A formula gives
/// the value that was stored with it. Numbers and dates become text as a spreadsheet in Britain shows them.
///
/// # Errors
/// [`Unreadable`] says what the file is, or what is wrong with it, and what to do.
pub fn read(bytes: &[u8]) -> Result<Table, Unreadable> {
    if bytes.len() > LARGEST_FILE {
        return Err(Unreadable::TooBig);
    }
    match kind::of(bytes)? {
        Kind::Xlsx(archive) => xlsx::read(archive),
        Kind::Ods(archive) => ods::read(archive),
        Kind::Xls(compound) => xls::read(&compound),
        Kind::Text => text_file::read(bytes),
    }
}
