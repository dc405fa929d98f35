//! Why an email did not reach somebody: what those who run a round can do about it follows from that.
//!
//! It is a word of this program, made from the figures of a mail server's reply (RFC 5321, RFC 3463). What the server
//! says besides is kept nowhere: it may name people, and says it in as many ways as there are servers.

use crate::access::named;

named! {
    /// Why the first email to somebody did not reach them.
    DeliveryReason {
        /// There is no such mailbox.
        NoSuchMailbox = "no_such_mailbox",
        /// Nobody takes mail for what stands after the `@`.
        NoSuchDomain = "no_such_domain",
        /// An address cannot be written so.
        NotAnAddress = "not_an_address",
        /// The mailbox is there and switched off.
        MailboxDisabled = "mailbox_disabled",
        /// The mailbox is full.
        MailboxFull = "mailbox_full",
        /// The email was taken for unwanted: by a filter, a list or a policy.
        Unwanted = "unwanted",
        /// The mail server takes no email from this service, or none from this sender.
        SenderRefused = "sender_refused",
        /// Too many emails have gone out.
        TooManyEmails = "too_many_emails",
        /// The mail server could not be reached, or had no time.
        Unavailable = "unavailable",
        /// Something else, or a reply that does not say.
        Other = "other",
    }
}

impl DeliveryReason {
    /// Whether another address is needed.
    #[must_use]
    pub fn is_of_the_address(self) -> bool {
        matches!(self, Self::NoSuchMailbox | Self::NoSuchDomain | Self::NotAnAddress | Self::MailboxDisabled)
    }
}
