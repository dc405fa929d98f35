//! Email: what is said ([`letter`]), how it is put into a message ([`Message`]) and how it leaves the house
//! ([`Transport`]).
//!
//! Each kind of email has a folder in `templates` with `subject.txt`, `body.txt` and `body.html`; what they say is in
//! `crates/catalogue`, and `snapshots` shows what comes out. The text is written with one paragraph a line and wrapped
//! afterwards. HTML is as plain as the text: no picture, nothing fetched from anywhere, nothing that tells the sender
//! whether it was opened.
//!
//! A message for the same kind, sequence and invitation always has the same Message-ID, so that one that is sent twice
//! after a crash is recognised. Errors never hold an address. Nothing here knows the database or decides who to write
//! to.

mod folder;
pub mod letter;
mod message;
mod pace;
mod refusal;
mod relay;
mod texts;
mod transport;
mod trouble;
mod wrap;

#[cfg(test)]
mod snapshot_tests;

pub use folder::{Filed, filed};
pub use letter::{Rendered, Unwritten};
pub use message::{Message, MessageError, message_id};
pub use transport::{Kept, MailError, SendError, Transport};
pub use trouble::Trouble;
