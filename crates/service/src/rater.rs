//! Who is asked, and how they learn of it.

pub mod ask_again;
pub mod import_raters;
pub mod invite;
pub mod rater_list;
pub mod remind_raters;
pub mod sample_email;
pub mod sweep_receipts;
pub mod tell_outstanding;
pub mod withdraw_rater;
