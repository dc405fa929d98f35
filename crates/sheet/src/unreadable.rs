//! Why a file is no table.

use candour_domain::roster::UnreadableRoster;

/// A file that cannot be read. The text is fit to show beside the field.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// More than [`crate::LARGEST_FILE`].
    #[error("the file has more than 5 MB; send only the sheet with the list, without pictures")]
    TooBig,
    /// Nothing in it.
    #[error("the file is empty; send one with a row for each rater")]
    Empty,
    /// No visible sheet has anything in it.
    #[error("every visible sheet of the workbook is empty; show the sheet with the list and save the workbook again")]
    NothingVisible,
    /// It opens with a password only.
    #[error("the file is protected by a password; save it without one and send it again")]
    Password,
    /// A file of another kind.
    #[error("this is {0}, and no list; send the spreadsheet itself, or a CSV file")]
    OtherFile(&'static str),
    /// A table in a form that spreadsheet programs open and this does not.
    #[error("this is {0}; open it in a spreadsheet program, save it as a workbook (.xlsx) and send that")]
    OtherTable(&'static str),
    /// A document of Apple's programs.
    #[error(
        "this is a document of Apple Numbers or Pages; open it in Numbers, choose File, Export To, Excel, and send that \
         file"
    )]
    Numbers,
    /// Bytes that are no text.
    #[error("this is no text and no workbook; send a spreadsheet or a CSV file")]
    NotText,
    /// More inside than [`crate::LARGEST_UNPACKED`], [`crate::MOST_ENTRIES`] or [`crate::MOST_SHEETS`].
    #[error("the workbook has too much in it; save the sheet with the list as a workbook of its own and send that")]
    TooMuch,
    /// More rows than [`candour_domain::roster::table::MOST_ROWS`].
    #[error("the list has more than 20,000 rows; send it in parts")]
    TooLong,
    /// More columns than [`candour_domain::roster::table::MOST_COLUMNS`].
    #[error("the list has more than 50 columns; delete those that are not needed and send it again")]
    TooWide,
    /// A file that breaks off or contradicts itself.
    #[error("the file is damaged; open it in a spreadsheet program, save it again and send that")]
    Damaged,
    /// A text whose rows cannot be told apart.
    #[error(transparent)]
    Text(UnreadableRoster),
}

impl From<UnreadableRoster> for Unreadable {
    fn from(error: UnreadableRoster) -> Self {
        match error {
            UnreadableRoster::Empty => Self::Empty,
            UnreadableRoster::TooLong => Self::TooLong,
            UnreadableRoster::TooWide => Self::TooWide,
            error => Self::Text(error),
        }
    }
}

impl From<quick_xml::Error> for Unreadable {
    fn from(_: quick_xml::Error) -> Self {
        Self::Damaged
    }
}
