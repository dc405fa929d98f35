//! How a result looks: CSV for spreadsheets and a table for the terminal. The lines of the audit log are CSV too.
//!
//! Everything is a pure function of a [`candour_analytics::ReviewResult`]. Nothing here sees a ballot, and no number is
//! computed: what is shown is what was printed at the count.

mod audit_csv;
mod csv;
mod table;

pub use audit_csv::audit_to_csv;
pub use csv::to_csv;
pub use table::to_table;
