//! Why an email did not leave, told by what somebody can do about it: for those who try out the mail settings.

use serde::{Deserialize, Serialize};

use super::transport::SendError;

/// What is in the way. The reasons are what the server said, in figures, or how far the connection came; they name
/// nobody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Trouble {
    /// The server is there and has no such mailbox; the reply code.
    Address(u16),
    /// The sender has sent too much.
    Quota(String),
    /// The server wants to know who signs in.
    SignIn(String),
    /// The server does not take mail from this sender.
    Sender(String),
    /// The connection cannot be encrypted as the settings say.
    Encryption(String),
    /// The server cannot be reached.
    Connection(String),
    /// Something that may pass.
    Passing(String),
}

impl Trouble {
    /// What the server said, or how far the connection came; `None` where the kind says it all.
    #[must_use]
    pub fn reason(&self) -> Option<&str> {
        match self {
            Self::Address(_) => None,
            Self::Quota(reason)
            | Self::SignIn(reason)
            | Self::Sender(reason)
            | Self::Encryption(reason)
            | Self::Connection(reason)
            | Self::Passing(reason) => Some(reason),
        }
    }
}

impl From<SendError> for Trouble {
    fn from(error: SendError) -> Self {
        match error {
            SendError::Refused { code, .. } => Self::Address(code),
            SendError::SlowDown { reason, .. } => Self::Quota(reason),
            SendError::Temporary { reason, .. } => of(reason),
        }
    }
}

fn of(reason: String) -> Trouble {
    let says = |figures: &[&str]| figures.iter().any(|figures| reason.contains(figures));
    if says(&[" 530", " 534", " 535", " 538"]) {
        Trouble::SignIn(reason)
    } else if says(&["5.7.", "5.1.7", "5.1.8"]) || (says(&[" 550", " 553", " 554"]) && !says(&["4.", "5.2."])) {
        Trouble::Sender(reason)
    } else if says(&["encrypted"]) {
        Trouble::Encryption(reason)
    } else if says(&["no connection", "in time"]) {
        Trouble::Connection(reason)
    } else {
        Trouble::Passing(reason)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_can_be_done_follows_from_the_reply() {
        type Kind = fn(String) -> Trouble;
        let cases: [(&str, Kind); 8] = [
            ("the mail server answered 535 5.7.8", Trouble::SignIn),
            ("the mail server answered 550 5.7.60", Trouble::Sender),
            ("the mail server answered 554", Trouble::Sender),
            ("the mail server answered 451 4.3.0", Trouble::Passing),
            ("the mail server answered 550 5.2.2", Trouble::Passing),
            ("no encrypted connection to the mail server", Trouble::Encryption),
            ("no connection to the mail server: Connection refused", Trouble::Connection),
            ("the mail server did not answer in time", Trouble::Connection),
        ];
        for (reason, kind) in cases {
            assert_eq!(of(reason.to_owned()), kind(reason.to_owned()), "{reason}");
        }
    }
}
