//! The harness of the stories: a started `candour` with its own data folder, or a service within the test whose clock
//! the story moves; a client type per kind of caller, a mailbox, a mail server, a browser, and a look into the
//! database. Stories know the service only from outside.
#![expect(
    clippy::missing_errors_doc,
    reason = "every step fails when the service does not do what the story says; the error is the finding"
)]

pub mod answers;
pub mod browser;
pub mod caller;
pub mod clock;
pub mod cluster;
pub mod database;
pub mod demonstration;
pub mod engine;
pub mod http;
pub mod mailbox;
pub mod other_site;
pub mod place;
pub mod provider;
pub mod rater_link;
pub mod raw;
pub mod round;
pub mod server;
pub mod service;
pub mod session;
pub mod smtpd;
pub mod snapshot;
pub mod test_app;
pub mod tool;
pub mod trust;
pub mod visitor;
pub mod wait;

pub use answers::Answers;
pub use browser::Browser;
pub use caller::{Administrator, Anonymous, Caller, Facilitator, Integration, Subject};
pub use candour_test_database::{Engine, Look};
pub use cluster::Cluster;
pub use engine::engine;
pub use http::{Http, Reply};
pub use insta;
pub use mailbox::{Email, Mailbox};
pub use other_site::OtherSite;
pub use provider::{Forgery, Provider};
pub use rater_link::RaterLink;
pub use round::{RoundPlan, StartedReview, StartedRound};
pub use server::{METERED, Server};
pub use service::Service;
pub use smtpd::Smtpd;
pub use test_app::TestApp;
pub use trust::{Person, Trust};
pub use visitor::Visitor;

/// What every step of a story returns: the error text is what the reader of a failed test sees.
pub type Outcome<T = ()> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// Ends the step with this finding.
#[macro_export]
macro_rules! finding {
    ($($text:tt)+) => { return Err(format!($($text)+).into()) };
}
