//! What a story needs of the service it is told of: the built program ([`crate::Server`]), or one within the test
//! ([`crate::TestApp`]).

use std::fmt::Debug;
use std::time::Duration;

use crate::place::Place;
use crate::{Caller, Http, Mailbox, Outcome, Person};

/// A trust that has just been made.
#[derive(Clone, Debug)]
pub struct Founded {
    /// Its id.
    pub id: String,
    /// Its copy of the built-in framework.
    pub framework_id: String,
}

/// A running service.
pub trait Service: Debug {
    /// Where it keeps what it has.
    fn place(&self) -> &Place;

    /// A client without a token.
    fn http(&self) -> Outcome<Http>;

    /// The emails that have left so far.
    fn mailbox(&self) -> Mailbox;

    /// Everything that has been logged.
    fn log(&self) -> Outcome<String>;

    /// What the listener for counters says.
    fn metrics(&self) -> Outcome<String>;

    /// What `probe` gives as soon as the worker has come so far.
    fn until<T>(&self, what: &str, limit: Duration, probe: impl FnMut() -> Outcome<Option<T>>) -> Outcome<T>;

    /// The time `seconds` from now by the service's clock (or ago, when negative), as the API writes it.
    fn time_in(&self, seconds: i64) -> String;

    /// Somebody with the token that `sign_in` gives, for as long as the story goes on.
    fn caller_by(&self, sign_in: impl Fn() -> Outcome<String> + Send + Sync + 'static) -> Outcome<Caller>;

    /// Makes a trust.
    fn found(&self, name: &str) -> Outcome<Founded>;

    /// Somebody who works for trust HR, with a token.
    fn administrator(&self, organisation: &str, name: &str, email: &str) -> Outcome<Caller>;

    /// This person with a token for this role.
    fn sign_in(&self, organisation: &str, person: &Person, role: &str) -> Outcome<Caller>;

    /// Credentials for another system: id and secret.
    fn client(&self, organisation: &str, scopes: &[&str]) -> Outcome<(String, String)>;
}
