//! The people who are asked, and the links they are asked through.

pub mod deliveries;
pub mod invitations;
pub mod raters;
pub mod turnouts;
pub mod uploads;
