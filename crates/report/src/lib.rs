//! How a result looks: CSV for spreadsheets and a table for the terminal.
//!
//! Everything is a pure function of a [`candour_analytics::ReviewResult`]. Nothing here sees a ballot, and no number is
//! computed: what is shown is what was printed at the count.

mod csv;
mod table;

pub use csv::to_csv;
pub use table::to_table;
