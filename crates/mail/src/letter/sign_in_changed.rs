//! Emails about how somebody signs in: that something has changed, and the code for another address. None of them holds
//! a link: somebody who has to do something finds it in their account.

use askama::Template;
use candour_domain::{Organisation, PersonName};
use candour_words::language::Language;
use candour_words::uk_time::uk_time;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{Rendered, Unwritten};
use crate::texts::Texts;
use crate::wrap::wrap;

/// Tells somebody of a change to how they sign in.
pub struct SignInChanged<'a> {
    /// Whose account it is.
    pub to: &'a PersonName,
    /// Their trust.
    pub organisation: &'a Organisation,
    /// The address of their account; this email may go to another.
    pub account: &'a str,
    /// What has changed.
    pub change: SignInChange,
    /// When.
    pub at: DateTime<Utc>,
}

/// What has changed. It names nobody and no device, and is kept with the job that sends the email.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SignInChange {
    /// A passkey was added.
    PasskeyAdded {
        /// From when on it opens what is not released, if that is later.
        opens_from: Option<DateTime<Utc>>,
    },
    /// A passkey was taken away.
    PasskeyRemoved,
    /// A passkey was taken away of which somebody said that they had not added it.
    PasskeyDisowned,
    /// An account at the trust's own sign-in was linked.
    ProviderLinked {
        /// From when on it opens what is not released, if that is later.
        opens_from: Option<DateTime<Utc>>,
    },
    /// The account at the trust's own sign-in was unlinked.
    ProviderUnlinked,
    /// Whether the person relies on passkeys alone.
    PasskeyOnly {
        /// Whether they do now.
        only: bool,
    },
    /// Somebody else has ended the person's access.
    AccessEnded,
    /// Somebody else has given the person access again.
    AccessRestored,
    /// The address is told of changes from now on.
    AddressAdded,
    /// The address is not told of changes any more.
    AddressRemoved,
}

/// The code with which somebody confirms another address of theirs.
pub struct AddressCode<'a> {
    /// Whose address it is to be.
    pub to: &'a PersonName,
    /// Their trust.
    pub organisation: &'a Organisation,
    /// The code as it is to be read: `1234 5678`.
    pub code: &'a str,
    /// For how many minutes it is good.
    pub minutes: u32,
}

impl SignInChange {
    /// As the Message-ID names it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::PasskeyAdded { .. } => "passkey-added",
            Self::PasskeyRemoved => "passkey-removed",
            Self::PasskeyDisowned => "passkey-disowned",
            Self::ProviderLinked { .. } => "provider-linked",
            Self::ProviderUnlinked => "provider-unlinked",
            Self::PasskeyOnly { .. } => "passkey-only",
            Self::AccessEnded => "access-ended",
            Self::AccessRestored => "access-restored",
            Self::AddressAdded => "address-added",
            Self::AddressRemoved => "address-removed",
        }
    }
}

impl SignInChanged<'_> {
    /// Renders the email.
    ///
    /// # Errors
    /// Only if a template fails, which does not depend on the data.
    pub fn render(&self) -> Result<Rendered, Unwritten> {
        render!(
            SignInChanged,
            self,
            "sign_in_changed/subject.txt",
            "sign_in_changed/body.txt",
            "sign_in_changed/body.html"
        )
    }

    fn time(&self) -> String {
        uk_time(self.at)
    }

    /// Whether it is a change that the person makes themselves.
    fn by_the_person(&self) -> bool {
        !matches!(self.change, SignInChange::AccessEnded | SignInChange::AccessRestored)
    }

    /// Whether it is about the trust's own sign-in, which has a page of its own.
    fn is_provider(&self) -> bool {
        matches!(self.change, SignInChange::ProviderLinked { .. })
    }

    /// Until when what was added can be stopped.
    fn waits_until(&self) -> Option<String> {
        match self.change {
            SignInChange::PasskeyAdded { opens_from } | SignInChange::ProviderLinked { opens_from } => {
                opens_from.map(uk_time)
            }
            _ => None,
        }
    }
}

impl AddressCode<'_> {
    /// Renders the email.
    ///
    /// # Errors
    /// Only if a template fails, which does not depend on the data.
    pub fn render(&self) -> Result<Rendered, Unwritten> {
        render!(AddressCode, self, "address_code/subject.txt", "address_code/body.txt", "address_code/body.html")
    }
}
