//! What is kept comes back as it was, changes when it is replaced, and is gone when it is deleted.

mod answers;
mod office;
mod people;
mod providers;
mod reports;
mod rounds;
mod set_up;
mod sign_in;
mod unreadable;
mod uploads;
